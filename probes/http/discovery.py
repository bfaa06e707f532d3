"""HTTP: what did the system tell about itself before it was asked anything in particular?"""

from typing import Any

from cpo_probe.sdk import (
    Blocker,
    Evidence,
    Identity,
    Inventory,
    Result,
    Where,
    check,
    failed,
    not_applicable,
    passed,
    untestable,
)

from ..rest.asking import unanswered

DESCRIBED = frozenset({"openapi", "odata", "wsdl", "oslc"})


@check(
    "discovery.description-found",
    of="discovery.*",
    per="run",
    clause="RFC 8631, 4; RFC 9727; common practice",
    severity="critical",
)
def description_found(inventory: Inventory, evidence: Evidence) -> Result:
    """At least one interface describes itself in a machine-readable form.

    OpenAPI, OData metadata, WSDL or OSLC root services, found from the address alone or named in the profile. What was tried is
    listed in the inventory. A system that shows only pages for people has no open interface that could be tested. Where
    one of these places broke off or asked to come again later, nothing is said.
    Remedy: publish the description where `service-desc` links, /.well-known/api-catalog or the usual places lead to it.
    """
    described = [i for i in inventory.interfaces if i.kind in DESCRIBED and i.description]
    if described:
        return passed(exchanges=[described[0].description], interfaces=[i.id for i in described])
    if (open_ := _open(inventory, evidence, "discovery.*")) is not None:
        return open_
    return failed("no_description", expected="description", found=f"{len(inventory.tried)} places tried")


BROKEN_OFF = (Blocker.BUDGET, Blocker.INTERRUPTED, Blocker.DENIED, Blocker.NO_CREDENTIAL)


def _open(inventory: Inventory, evidence: Evidence, purpose: str) -> Result | None:
    """What was not asked for, or not answered, might have been the very thing that is looked for."""
    refused = {row.get("refused") for row in inventory.tried}
    broken = next((blocker for blocker in BROKEN_OFF if blocker.value in refused), None)
    if broken is not None:
        return untestable(broken)
    missing = unanswered(e for e in evidence.select(purpose=purpose) if e.identity is Identity.ACCOUNT)
    cited = [e.id for e in missing[:5]]
    return untestable(Blocker.UNANSWERED, exchanges=cited) if cited else None


@check("discovery.data-present", of="discovery.*", per="run", clause="ISO/IEC 17025, 7.4", severity="info")
def data_present(inventory: Inventory, evidence: Evidence) -> Result:
    """The system under test holds data.

    For information: about an empty system most figures cannot be measured. It says nothing about the product.
    Remedy: load the reference data, or point the profile at a system that has some.
    """
    asked = [e for e in evidence.select(purpose="discovery.data") if 200 <= e.status < 300]
    if inventory.empty:
        return failed("empty", expected="objects", found="empty lists", exchanges=[e.id for e in asked[:5]])
    if not asked:
        return _open(inventory, evidence, "discovery.data") or not_applicable("no_list_known")
    return passed(exchanges=[e.id for e in asked[:5]])


@check("discovery.api-catalog", of="discovery.*", per="run", clause="RFC 9727, 2; RFC 9264, 4.2", severity="minor")
def api_catalog(inventory: Inventory, evidence: Evidence) -> Result:
    """/.well-known/api-catalog, where it is published, is a set of links to the interfaces.

    A JSON object with `linkset`, an array of contexts with targets. Publishing it is optional.
    Remedy: serve `application/linkset+json` with an `item` link for each interface.
    """
    found = [e for e in evidence.select(purpose="discovery.api-catalog") if e.status == 200 and e.body]
    if not found and (open_ := _open(inventory, evidence, "discovery.api-catalog")) is not None:
        return open_
    if not found or "html" in found[-1].media_type:
        return not_applicable("not_published", exchanges=[e.id for e in found])
    exchange = found[-1]
    assert exchange.response is not None
    where = Where("response.body")
    document = exchange.response.document
    if document.problem:
        return failed("not_json", expected="linkset", found=exchange.media_type, where=where, exchanges=[exchange.id])
    if not _linkset(document.value):
        return failed(
            "no_linkset", expected='{"linkset": [...]}', found=type(document.value).__name__, where=where, exchanges=[exchange.id]
        )
    return passed(exchanges=[exchange.id])


def _linkset(value: Any) -> bool:
    """RFC 9264, 4.2: contexts whose relations are arrays of objects with an href."""
    contexts = value.get("linkset") if isinstance(value, dict) else None
    if not isinstance(contexts, list) or not contexts:
        return False
    return any(
        isinstance(context, dict)
        and any(
            isinstance(t, list) and any(isinstance(x, dict) and isinstance(x.get("href"), str) for x in t)
            for t in context.values()
        )
        for context in contexts
    )
