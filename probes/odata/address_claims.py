"""OData: what do annotations of the metadata claim about the service and its sets?"""

from cpo_probe.sdk import CsdlModel, odata

CAPABILITIES, CORE = "Org.OData.Capabilities.V1", "Org.OData.Core.V1"


def claim(model: CsdlModel, term: str, child: str = "") -> odata.csdl.Expression | None:
    """The value of an annotation on the entity container, or on one of its children; None without it."""
    container = model.container
    if container is None:
        return None
    own = container.annotations
    if child:
        sets = (one.annotations for one in container.sets if one.name == child)
        own = next(sets, next((one.annotations for one in container.singletons if one.name == child), ()))
    target = f"{container.qualified}/{child}" if child else container.qualified
    outside = (a for schema in model.schemas for t in schema.targets if t.target == target for a in t.annotations)
    return next((a.value for a in (*own, *outside) if a.term == term and not a.qualifier), None)


def of_schema(model: CsdlModel, term: str, namespace: str) -> odata.csdl.Expression | None:
    """The value of an annotation on a schema; None without it."""
    own = (a for schema in model.schemas if schema.namespace == namespace for a in schema.annotations)
    outside = (a for schema in model.schemas for t in schema.targets if t.target == namespace for a in t.annotations)
    return next((a.value for a in (*own, *outside) if a.term == term), None)


def by_key(model: CsdlModel, name: str) -> bool:
    """Whether entities of the set may be asked for by key: they may where nothing else is stated."""
    return says(claim(model, f"{CAPABILITIES}.IndexableByKey", name)) is not False and readable(model, name, by_key=True)


def readable(model: CsdlModel, name: str, *, by_key: bool = False) -> bool:
    """Whether nothing says that the set, or a single entity of it, cannot be read (term ReadRestrictions)."""
    stated = claim(model, f"{CAPABILITIES}.ReadRestrictions", name)
    if by_key:
        inside = _member(stated, "ReadByKeyRestrictions")
        stated = inside if _member(inside, "Readable") is not None else stated
    return says(_member(stated, "Readable")) is not False


def restricted(model: CsdlModel, name: str, navigation: str) -> odata.csdl.Expression | None:
    """What is stated of a navigation property of the set (term NavigationRestrictions, RestrictedProperties)."""
    listed = _member(claim(model, f"{CAPABILITIES}.NavigationRestrictions", name), "RestrictedProperties")
    records = listed.items if listed is not None else ()
    return next((one for one in records if getattr(_member(one, "NavigationProperty"), "text", "") == navigation), None)


def part_by_key(model: CsdlModel, name: str, navigation: str) -> bool:
    """Whether nothing says that entities below a navigation property of the set cannot be asked for by key."""
    stated = restricted(model, name, navigation)
    reading = _member(stated, "ReadRestrictions")
    inside = _member(reading, "ReadByKeyRestrictions")
    told = (_member(stated, "IndexableByKey"), _member(inside, "Readable"))
    return all(says(one) is not False for one in told)


def _member(record: odata.csdl.Expression | None, name: str) -> odata.csdl.Expression | None:
    """A member of a record in an annotation; None without it."""
    found = (one for one in (record.items if record is not None else ()) if one.kind == "PropertyValue" and one.name == name)
    return next((one.items[0] if one.items else one for one in found), None)


def says(value: odata.csdl.Expression | None) -> bool | None:
    """What a Boolean annotation says; a term without a value says true. None: nothing that is constant."""
    if value is None:
        return None
    return {"": True, "true": True, "false": False}.get(value.text.lower()) if value.kind in ("", "Bool") else None
