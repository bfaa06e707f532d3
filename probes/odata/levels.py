"""OData: which version does the service speak, and which conformance level does it claim? For the conformance ladders."""

from collections.abc import Iterator

from cpo_probe.sdk import CsdlModel, Exchanges, measure

from .address_claims import CAPABILITIES, CORE, claim
from .metadata import METADATA, Odata

LEVELS = {"Minimal": 1, "Intermediate": 2, "Advanced": 3}
"""Members of Capabilities.ConformanceLevelType, and their values 0 to 2, as levels of a ladder."""


@measure("odata.levels", of=(METADATA, "odata.service", "odata.window"), per="interface", needs="odata")
def levels(api: Odata, exchanges: Exchanges) -> Iterator[tuple[str, float, str]]:
    """`speaks-4.0`, `speaks-4.01`: 1 or 0. `claims-4.0`, `claims-4.01`: 1 to 3, 0 none. Nothing without metadata.

    Every service of 4.01 conforms to 4.0 as well (OData 4.01 Part 1, 13.2). 4.01 is spoken by who names it in
    Core.ODataVersions, in the metadata's Version, or in OData-Version of an answer; a level is claimed by the annotation
    Capabilities.ConformanceLevel of the entity container, for 4.01 together with Core.ODataVersions.
    """
    if api.model is None:
        return
    level = 0 if api.old else claimed(api.model)
    promised = "4.01" in versions(api.model)
    newer = promised or api.model.version == "4.01" or any(_version(e.header("odata-version")) == "4.01" for e in exchanges)
    yield "speaks-4.0", 0.0 if api.old else 1.0, "1"
    yield "speaks-4.01", 1.0 if newer and not api.old else 0.0, "1"
    yield "claims-4.0", float(level), "1"
    yield "claims-4.01", float(level if promised else 0), "1"


def _version(header: str | None) -> str:
    return (header or "").strip()


def claimed(model: CsdlModel) -> int:
    """The level that the container states; 0 for none, or for what is no level."""
    value = claim(model, f"{CAPABILITIES}.ConformanceLevel")
    if value is None or value.kind not in ("EnumMember", "String", "Int"):
        return 0
    member = value.text.rpartition("/")[2].strip()
    return LEVELS.get(member, int(member) + 1 if member in ("0", "1", "2") else 0)


def versions(model: CsdlModel) -> tuple[str, ...]:
    """Versions that the container states in Core.ODataVersions: a text, separated by spaces or commas."""
    value = claim(model, f"{CORE}.ODataVersions")
    return tuple(value.text.replace(",", " ").split()) if value is not None and value.kind == "String" else ()
