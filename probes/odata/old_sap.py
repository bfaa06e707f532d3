"""OData V2: does the service do what its sap: annotations say?

"SAP Annotations for OData Version 2.0": filterable, sortable, pageable and countable are true unless the metadata say otherwise,
searchable is false. Services without these annotations are not judged.
"""

from collections.abc import Iterator

from cpo_probe.sdk import (
    CsdlModel,
    Exchange,
    Interface,
    Result,
    Results,
    Where,
    check,
    failed,
    not_applicable,
    odata,
    passed,
)

from .metadata import METADATA, Odata
from .old_query import COUNT, FILTERS, INLINE, ORDER, SEARCH, SKIP, TOP
from .old_shared import SAP, STATUS, named, rows
from .old_window import WINDOW, OldWindows

CLAUSE = "SAP Annotations for OData Version 2.0: "
REFUSED = (400, 404, 405, 501)


def _annotated(model: CsdlModel | None) -> bool:
    """Whether the metadata have sap: annotations at all, so that those that are missing have their defaults."""
    if model is None or not model.old:
        return False
    extras = [one.extra for one in model.sets.values()]
    for type in _structured(model):
        extras += [type.extra, *(p.extra for p in type.properties)]
    return any(name.startswith(SAP) for extra in extras for name in extra)


def _claim(exchange: Exchange, known: OldWindows, word: str, said: str, what: str) -> Result:
    """`said`: the annotation, "" when it is not there; other than "false" it claims that the request is answered."""
    location = what
    if not _annotated(known.model):
        return not_applicable("no_annotations")
    if said == "false":
        return not_applicable("not_claimed", annotation=word, location=location)
    if exchange.status in REFUSED:
        expected = f"sap:{word}={said or 'true (default)'}"
        return failed("annotated_but_refused", expected=expected, found=exchange.status, where=STATUS, location=location)
    if exchange.status != 200:
        return not_applicable("other_answer", status=exchange.status, location=location)
    return passed(location=location)


def _of_set(exchange: Exchange, known: OldWindows, word: str) -> Result:
    one = known.model.sets.get(named(exchange)) if known.model else None
    return _claim(exchange, known, word, one.extra.get(f"{SAP}{word}", "") if one else "", named(exchange))


def _of_property(exchange: Exchange, known: OldWindows, word: str, path: str) -> Result:
    window = known.of(named(exchange))
    member = known.model.members(window.type).get(path) if known.model and window else None
    said = member.extra.get(f"{SAP}{word}", "") if isinstance(member, odata.csdl.Property) else ""
    return _claim(exchange, known, word, said, f"{named(exchange)}/{path}")


@check("odata2.sap.filterable", of=FILTERS["comparison"], needs="odata", clause=CLAUSE + "sap:filterable", severity="major")
def filterable(exchange: Exchange, known: OldWindows) -> Result:
    """What is not marked sap:filterable="false" can be compared in $filter.

    Judged on simple comparisons; where sap:filter-restriction allows certain ones only, on `eq`. Types with a property that
    every filter has to name (sap:required-in-filter) are not judged.
    Remedy: answer the filter, or mark the property.
    """
    condition = exchange.note["condition"]
    path = str(condition.get("path", ""))
    if _restricted(known, named(exchange), path, str(condition.get("op", ""))):
        return not_applicable("not_claimed", annotation="filterable", location=f"{named(exchange)}/{path}")
    return _of_property(exchange, known, "filterable", path)


def _restricted(known: OldWindows, set: str, path: str, operator: str) -> bool:
    """Whether other annotations say that not every comparison is answered."""
    window = known.of(set)
    members = known.model.members(window.type) if known.model and window else {}
    own = [m for m in members.values() if isinstance(m, odata.csdl.Property)]
    required = any(m.extra.get(f"{SAP}required-in-filter") == "true" for m in own if m.name != path)
    return required or (operator != "eq" and any(m.name == path and f"{SAP}filter-restriction" in m.extra for m in own))


@check("odata2.sap.sortable", of=ORDER, needs="odata", clause=CLAUSE + "sap:sortable", severity="minor")
def sortable(exchange: Exchange, known: OldWindows) -> Result:
    """What is not marked sap:sortable="false" can be sorted by.

    Remedy: answer $orderby, or mark the property.
    """
    return _of_property(exchange, known, "sortable", named(exchange, "path_of"))


@check("odata2.sap.pageable", of=(TOP, SKIP), needs="odata", clause=CLAUSE + "sap:pageable", severity="minor")
def pageable(exchange: Exchange, known: OldWindows) -> Result:
    """A set that is not marked sap:pageable="false" can be read in parts, by $top and $skip.

    Remedy: answer $top and $skip, or mark the set.
    """
    return _of_set(exchange, known, "pageable")


@check("odata2.sap.countable", of=(COUNT, INLINE), needs="odata", clause=CLAUSE + "sap:countable", severity="minor")
def countable(exchange: Exchange, known: OldWindows) -> Result:
    """A set that is not marked sap:countable="false" can be counted, by /$count and $inlinecount.

    Remedy: answer both, or mark the set.
    """
    return _of_set(exchange, known, "countable")


@check("odata2.sap.addressable", of=WINDOW, needs="odata", clause=CLAUSE + "sap:addressable", severity="major")
def addressable(exchange: Exchange, known: Odata) -> Result:
    """A set that is not marked sap:addressable="false" can be read by its address.

    A set that wants a filter says so with sap:requires-filter.
    Remedy: answer GET of the set, or mark it.
    """
    if "top" not in exchange.note or exchange.note.get("page"):
        return not_applicable("not_claimed", annotation="addressable")
    model = known.model
    one = model.sets.get(named(exchange)) if model else None
    if model is None or one is None or not _annotated(model):
        return not_applicable("no_annotations")
    if exchange.status in (404, 405, 501):
        said = one.extra.get(f"{SAP}addressable", "true (default)")
        found, location = exchange.status, named(exchange)
        return failed("annotated_but_refused", expected=f"sap:addressable={said}", found=found, where=STATUS, location=location)
    if exchange.status != 200:
        return not_applicable("other_answer", status=exchange.status)
    return passed(location=named(exchange))


@check("odata2.sap.searchable", of=SEARCH, needs="odata", clause=CLAUSE + "sap:searchable", severity="minor")
def searchable(exchange: Exchange, known: OldWindows) -> Result:
    """A set that is marked sap:searchable="true" answers the query option search.

    Asked with an invented word that nothing holds: who answers with entities has not searched.
    Remedy: search, or delete the annotation.
    """
    location = named(exchange)
    if exchange.status in REFUSED:
        return failed(
            "annotated_but_refused", expected="sap:searchable=true", found=exchange.status, where=STATUS, location=location
        )
    listed = rows(exchange)
    if listed is None:
        return not_applicable("other_answer", status=exchange.status)
    if not listed:
        return passed(location=location)
    where = Where("response.body", pointer="/d/results")
    return failed(
        "option_ignored", expected=f"search={named(exchange, 'word')}", found=len(listed), where=where, location=location
    )


@check("odata2.sap.references", of=METADATA, needs="odata", clause=CLAUSE + "sap:unit, sap:text", severity="minor")
def references(exchange: Exchange, interface: Interface, api: Odata) -> Results:
    """sap:unit and sap:text name properties that exist.

    Clients show the unit and the text beside the value.
    Remedy: correct the path.
    """
    model = api.model
    if model is None or not model.old:
        return not_applicable("no_old_metadata")
    found: list[Result] = []
    seen = 0
    for type, name, word, path, line in _paths(model):
        seen += 1
        if _leads_nowhere(model, type, path):
            where = Where("response.body", line=line)
            location = f"{type.name}/{name}"
            found.append(failed("no_such_property", expected=f"sap:{word}", found=path, where=where, location=location))
    return found or (passed() if seen else not_applicable("no_annotations"))


def _leads_nowhere(model: CsdlModel, type: odata.csdl.StructuredType, path: str) -> bool:
    """Not for paths through a type that is not known: that is said elsewhere."""
    here: odata.csdl.StructuredType | None = type
    for step in path.split("/"):
        if here is None or not model.complete(here):
            return False
        member = model.members(here).get(step)
        if member is None:
            return True
        here = model.structured(member.type.name)
    return False


def _structured(model: CsdlModel) -> Iterator[odata.csdl.StructuredType]:
    for schema in model.schemas:
        yield from schema.entity_types
        yield from schema.complex_types


def _paths(model: CsdlModel) -> Iterator[tuple[odata.csdl.StructuredType, str, str, str, int]]:
    for type in _structured(model):
        for property in type.properties:
            for word in ("unit", "text"):
                path = property.extra.get(f"{SAP}{word}", "")
                if path:
                    yield type, property.name, word, path, property.line
