"""Which members does an operation's request body have?"""

from collections.abc import Collection, Iterator

from cpo_probe.protocols.json_pointer import join
from cpo_probe.protocols.json_schema import Place
from cpo_probe.protocols.openapi.contract import Contract
from cpo_probe.protocols.openapi.documentation import request_bodies


def request_members(contract: Contract) -> Iterator[Collection[str]]:
    """Names of the top-level members per documented request body, references and branches followed."""
    for _, holder in request_bodies(contract):
        if "schema" in holder.value:
            place = Place(holder.url, join(holder.pointer, "schema"), holder.value["schema"])
            yield contract.schemas.fields.declared(place).members
