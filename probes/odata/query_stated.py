"""OData: what does the service say about its own abilities to answer queries? Capabilities vocabulary, terms of the container."""

from collections.abc import Iterator

from cpo_probe.sdk import CsdlModel, odata

from .window import Windows

CAPABILITIES, CORE = "Org.OData.Capabilities.V1", "Org.OData.Core.V1"
Value = odata.csdl.Expression


def annotation(model: CsdlModel, term: str, name: str = "") -> Value | None:
    """The value of a term applied to an entity set, or without `name` to the container; None when it is not stated."""
    container = model.container
    if container is None:
        return None
    target = f"{container.qualified}/{name}" if name else container.qualified
    own = model.sets[name].annotations if name in model.sets else () if name else container.annotations
    outside = (a for schema in model.schemas for group in schema.targets if group.target == target for a in group.annotations)
    return next((a.value for a in (*own, *outside) if a.term == term and not a.qualifier), None)


def member(value: Value | None, name: str) -> Value | None:
    """A property of a record."""
    found = (item for item in value.items if item.kind == "PropertyValue" and item.name == name) if value else iter(())
    return next(found, None)


def is_false(value: Value | None) -> bool:
    return value is not None and _text(value) == "false"


def is_true(value: Value | None) -> bool:
    """A tag without a value is true, too."""
    return value is not None and (_text(value) == "true" or (value.kind == "" and not value.items))


def _text(value: Value) -> str:
    return value.text or next((item.text for item in value.items if item.kind == "Bool"), "")


def texts(value: Value | None) -> list[str]:
    """All texts and paths of a collection."""
    return list(_texts(value)) if value else []


def _texts(value: Value) -> Iterator[str]:
    if value.text:
        yield value.text
    for item in value.items:
        yield from _texts(item)


_BARRED = {
    "Filter": ("NonFilterableProperties",),
    "Sort": ("NonSortableProperties", "AscendingOnlyProperties", "DescendingOnlyProperties"),
    "Expand": ("NonExpandableProperties",),
}


def barred(model: CsdlModel, name: str, what: str) -> list[str]:
    """Paths for which the set restricts "Filter", "Sort" or "Expand"."""
    stated = annotation(model, f"{CAPABILITIES}.{what}Restrictions", name)
    return [path for part in _BARRED[what] for path in texts(member(stated, part))]


def filterable(model: CsdlModel, name: str, path: str = "") -> bool:
    """Whether nothing says that the set, or the property, cannot be filtered by."""
    stated = annotation(model, f"{CAPABILITIES}.FilterRestrictions", name)
    if is_false(member(stated, "Filterable")):
        return False
    return path not in barred(model, name, "Filter")


def sortable(model: CsdlModel, name: str, path: str) -> bool:
    stated = annotation(model, f"{CAPABILITIES}.SortRestrictions", name)
    return not is_false(member(stated, "Sortable")) and path not in barred(model, name, "Sort")


def expandable(model: CsdlModel, name: str, navigation: str) -> bool:
    stated = annotation(model, f"{CAPABILITIES}.ExpandRestrictions", name)
    return not is_false(member(stated, "Expandable")) and navigation not in barred(model, name, "Expand")


def claims_function(model: CsdlModel, name: str) -> bool:
    """Whether the function is among those that the service says it has."""
    return name in texts(annotation(model, f"{CAPABILITIES}.FilterFunctions"))


def states_401(model: CsdlModel, windows: Windows) -> bool:
    """Whether the service says that it speaks OData 4.01."""
    stated = annotation(model, f"{CORE}.ODataVersions")
    return model.version == "4.01" or (stated is not None and "4.01" in stated.text) or windows.newest == "4.01"
