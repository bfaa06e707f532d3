"""Which claims about an Atom document of OData V2 can be checked, and which of them does it break?"""

from collections.abc import Iterator, Mapping

from cpo_probe.model import Problem, Problems, Rule, Where
from cpo_probe.protocols.odata.atom import RELATED, Entry, Feed, Property
from cpo_probe.protocols.odata.csdl import EntityType, NavigationProperty, StructuredType, TypeRef
from cpo_probe.protocols.odata.csdl import Property as Declared
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.values import Untyped
from cpo_probe.protocols.odata.xml_values import typed_text

_MS = "[MS-ODATA] 2.2.6.2 AtomPub format"

ATOM_RULES: tuple[Rule, ...] = (
    Rule(
        "atom.feed",
        "RFC 4287, 4.1.1 The atom:feed element",
        "error",
        "A feed has id, title and updated. Remedy: write them; readers of Atom refuse a feed without.",
    ),
    Rule(
        "atom.entry",
        "RFC 4287, 4.1.2 The atom:entry element",
        "error",
        "An entry has id, title and updated; the id is not empty. Remedy: write them; the id is the address of the entity.",
    ),
    Rule(
        "atom.content",
        f"{_MS}, 2.2.6.2.2",
        "error",
        "The values of an entity stand in m:properties inside a content of type application/xml, those of a media link entry "
        "beside it. Remedy: put m:properties where readers look for them.",
    ),
    Rule(
        "atom.properties",
        f"{_MS}, 2.2.6.2.2",
        "error",
        "Each property of the type is an element of its name in the namespace of data; others are not there. "
        "Remedy: write the properties that the metadata declares.",
    ),
    Rule(
        "atom.value",
        f"{_MS}; OData 2.0 Overview, Primitive Data Types",
        "error",
        "Values are written as their type demands; m:type, where it stands, states the type that the metadata declares. "
        "Remedy: write m:type, and the value in the form of that type.",
    ),
    Rule(
        "atom.null",
        f"{_MS}",
        "error",
        "Null is written with m:null, and only for properties that may be null. "
        'Remedy: write m:null="true" for null, and correct Nullable in the metadata.',
    ),
    Rule(
        "atom.type",
        f"{_MS}, 2.2.6.2.2",
        "error",
        "A category with the scheme of data names the type of the entity; it is there where types derive from one another. "
        "Remedy: write the qualified name of the type.",
    ),
    Rule(
        "atom.links",
        f"{_MS}, 2.2.6.2.6 Deferred Content",
        "error",
        "Each navigation property is a link whose relation ends with its name, and which has an address. "
        "Remedy: write a link for each navigation property.",
    ),
)


def judge_atom(model: Model, type: EntityType, read: Feed | Entry, *, complete: bool = True, cap: int = 50) -> Problems:
    """Problems over `ATOM_RULES`. `type`: of the entities. `complete`: no $select, so that all properties have to be there."""
    found = Problems(cap)
    entries = read.entries if isinstance(read, Feed) else (read,)
    if isinstance(read, Feed):
        for name in sorted({"id", "title", "updated"} - read.has):
            found.add(_problem("feed", "", read.line, name, "absent"))
    for entry in entries:
        for problem in _entry(model, type, entry, complete):
            found.add(problem)
    return found


def _problem(rule: str, location: str, line: int, expected: object, shown: object) -> Problem:
    return Problem(f"atom.{rule}", Where(part="response.body", line=line), location, expected, shown, {})


def _entry(model: Model, type: EntityType, entry: Entry, complete: bool) -> Iterator[Problem]:
    line = entry.line
    for name in sorted({"id", "title", "updated"} - entry.has):
        yield _problem("entry", "", line, name, "absent")
    if "id" in entry.has and not entry.id:
        yield _problem("entry", "", line, "an address in id", "nothing")
    hierarchy = any(base.base for base in model.chain(type)) or bool(model.derived(type.qualified))
    shown: StructuredType = type
    if entry.type:
        name = model.qualified(entry.type)
        if not model.unknown(name) and not model.derives(name, type.qualified):
            yield _problem("type", "", line, f"{type.qualified} or a type derived from it", entry.type)
            return
        shown = model.structured(name) or type
    elif hierarchy:
        yield _problem("type", "", line, f"{type.qualified} or a type derived from it", "absent")
        return
    yield from _content(model, shown, entry)
    yield from _properties(model, shown, entry.properties, entry.strange, line, complete and bool(entry.placed))
    yield from _links(model, shown, entry, complete)


def _content(model: Model, type: StructuredType, entry: Entry) -> Iterator[Problem]:
    media = any(isinstance(base, EntityType) and base.has_stream for base in model.chain(type)) or bool(entry.content_src)
    if not entry.placed:
        yield _problem("content", "", entry.line, "m:properties", "absent")
    elif entry.placed == "content" and entry.content_type != "application/xml":
        yield _problem("content", "", entry.line, "content of type application/xml", entry.content_type or "no type")
    elif (entry.placed == "content") is media:
        expected = "m:properties beside content" if media else "m:properties inside content"
        yield _problem("content", "", entry.line, expected, f"m:properties in {entry.placed}")


def _properties(
    model: Model, type: StructuredType, values: Mapping[str, Property], strange: tuple[str, ...], line: int, complete: bool
) -> Iterator[Problem]:
    members = model.members(type)
    mapped = {p.name for base in model.chain(type) for p in base.properties if _mapped(p)}
    for tag in strange:
        yield _problem("properties", "", line, "an element in the namespace of data", tag)
    for name, value in values.items():
        declared = members.get(name)
        if declared is None and model.complete(type) and not model.is_open(type):
            yield _problem("properties", name, value.line, f"a property of {type.qualified}", name)
        elif isinstance(declared, Declared):
            yield from _value(model, name, declared, value)
    if complete and model.complete(type):
        for name, declared in members.items():
            if (
                isinstance(declared, Declared)
                and name not in values
                and declared.type.name != "Edm.Stream"
                and name not in mapped
            ):
                yield _problem("properties", name, line, str(declared.type), "absent")


def _mapped(declared: Declared) -> bool:
    """A customizable feed puts the property elsewhere ([MS-ODATA] 2.2.3.7.2.1)."""
    return any(name.rpartition("}")[2].startswith("FC_") for name in declared.extra)


def _value(model: Model, name: str, declared: Declared, value: Property) -> Iterator[Problem]:
    stated: TypeRef = declared.type
    if value.null:
        if declared.nullable is False:
            yield _problem("null", name, value.line, str(stated), "null")
        return
    inner = model.structured(stated.name)
    if inner is not None:
        if (
            value.type
            and model.qualified(value.type) != stated.name
            and not model.derives(model.qualified(value.type), stated.name)
        ):
            yield _problem("value", name, value.line, stated.name, value.type)
        yield from _properties(model, inner, value.inside or {}, (), value.line, value.inside is not None)
        return
    if stated.collection:
        return
    if value.type and value.type != stated.name:
        yield _problem("value", name, value.line, f"m:type {stated.name}", value.type)
        return
    try:
        typed_text(stated.name, value.text)
    except Untyped:
        yield _problem("value", name, value.line, stated.name, value.text[:120])


def _links(model: Model, type: StructuredType, entry: Entry, complete: bool) -> Iterator[Problem]:
    related = {link.rel.removeprefix(RELATED): link for link in entry.links if link.rel.startswith(RELATED)}
    for name, member in model.members(type).items():
        if isinstance(member, NavigationProperty):
            link = related.get(name)
            if link is None and complete and model.complete(type):
                yield _problem("links", name, entry.line, f"{RELATED}{name}", "absent")
            elif link is not None and not link.href:
                yield _problem("links", name, entry.line, "an address", "no href")
