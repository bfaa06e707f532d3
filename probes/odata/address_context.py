"""OData: does the context URL of an answer say what it holds? Judged on what the probes of addresses and windows asked."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

from cpo_probe.sdk import (
    CsdlModel,
    Exchange,
    Interface,
    Result,
    Where,
    check,
    failed,
    not_applicable,
    odata,
    passed,
)

from .address import SAMPLE, Addressed, EntityType, NavigationProperty
from .address_contained import CONTAINED, MEMBER
from .address_http import GET
from .address_keys import ALIAS, COMPOUND, ENCODED, KEY, NAMED, SEGMENT
from .address_links import EDIT, FULL, ID, RESOLVED
from .address_parts import COMPLEX, PROPERTY
from .address_relations import EXPANDED, NAVIGATION, REF, TARGET
from .address_results import BOUND, FUNCTION, SINGLETON
from .address_same import BODY
from .address_types import CAST
from .window import WINDOW, body, control, joined

ENTITY = frozenset({KEY, COMPOUND, NAMED, ENCODED, ALIAS, SEGMENT, ID, EDIT, RESOLVED, FULL, EXPANDED})
OF = (
    *sorted(ENTITY), PROPERTY, COMPLEX, NAVIGATION, REF, TARGET, CAST, SINGLETON, FUNCTION, BOUND, CONTAINED, MEMBER, GET, SAMPLE,
    WINDOW,
)  # fmt: skip
_SHAPE = re.compile(r"(?P<home>[^/(]+)(?P<type>/[^/($]+)?(?P<list>\(.*\))?(?P<entity>/\$entity)?")
_KEY = re.compile(r"\((?:'[^']*'|[^'()])*\)")


@check(
    "odata.context-url",
    of=OF,
    needs="odata",
    clause="OData 4.01 Part 1, 10; OData JSON 4.01, 4.5.1",
    severity="major",
)
def context_url(exchange: Exchange, interface: Interface, known: Addressed) -> Result:
    """The context URL of an answer is that of the metadata, with the fragment for what the answer holds.

    <root>/$metadata#Set for entities of a set, #Set/$entity for one of them, #Set(key)/Property for a property, and so on;
    types and lists of selected properties may stand in it. Clients find the types of what they read by it, and resolve
    relative links against it.
    Remedy: make the context URL from the resource that was resolved, not from the URL that was asked.
    """
    model, value = known.model, body(exchange)
    if model is None or value is None:
        return not_applicable("other_answer", status=exchange.status)
    name = str(exchange.note.get("set") or exchange.note.get("singleton") or exchange.note.get("function") or "")
    location = f"{exchange.purpose.rpartition('.')[2]} {name}"
    stated = control(value, "context")
    if not isinstance(stated, str):
        if "metadata=none" in (exchange.header("content-type") or ""):
            return not_applicable("address_no_context", location=location)
        return failed("missing", expected="@odata.context", where=BODY, location=location)
    where = Where("response.body", pointer="/@odata.context" if "@odata.context" in value else "/@context")
    base, fragment = urldefrag(joined(exchange.request.url, stated))
    if not _is_metadata(base, f"{interface.url}/$metadata"):
        return failed(
            "address_other_base", expected=f"{interface.url}/$metadata", found=base or stated, where=where, location=location
        )
    newer = exchange.header("odata-version") not in (None, "4.0")
    expected = _expected(model, exchange, newer, interface.url)
    if not expected:
        return not_applicable("address_no_context", location=location)
    if any(_fits(model, unquote(fragment), one) for one in expected):
        return passed(location=location)
    if exchange.purpose in (BOUND, FUNCTION) and _is_property(model, unquote(fragment), expected):
        return passed(location=location)
    return failed("address_wrong_context", expected=f"#{expected[0]}", found=f"#{fragment}", where=where, location=location)


def _is_metadata(base: str, wanted: str) -> bool:
    """The metadata of this service; of a host that a proxy hides only the end is known."""
    one, other = urlsplit(base), urlsplit(wanted)
    if one.netloc == other.netloc:
        return unquote(one.path).casefold() == unquote(other.path).casefold()
    return unquote(one.path).endswith("/$metadata")


def _fits(model: CsdlModel, fragment: str, wanted: str) -> bool:
    """Equal but for a type that derives from the wanted one, and a list of selected properties; keys in any case."""
    if fragment.casefold() == wanted.casefold():
        return True
    one, other = _SHAPE.fullmatch(fragment), _SHAPE.fullmatch(wanted)
    if one is None or other is None or one["home"] != other["home"] or bool(one["entity"]) != bool(other["entity"]):
        return False
    if other["type"] and one["type"] != other["type"]:
        return False
    return not one["type"] or model.structured(model.qualified(one["type"][1:])) is not None


def _is_property(model: CsdlModel, fragment: str, expected: list[str]) -> bool:
    """Whether it names a property of an entity, which has the type that the operation returns (Part 1, 10.16)."""
    home, *rest = _KEY.sub("", fragment).split("/")
    source = model.sets.get(home) or model.singletons.get(home)
    type = model.entity(source.type) if source is not None else None
    if type is None:
        return False
    paths = ("/".join(rest[n:]) for n in range(len(rest)))  # the first segments may be keys
    return any((prop := model.property_at(type, path)) is not None and str(prop.type) in expected for path in paths)


def _expected(model: CsdlModel, exchange: Exchange, newer: bool, root: str) -> list[str]:
    """The fragments that are right; none where nothing can be said."""
    note, purpose = exchange.note, exchange.purpose
    name = str(note.get("set", ""))
    if purpose in ENTITY or (purpose == GET and note.get("what") == "entity"):
        return [f"{name}/$entity"]
    if purpose in (WINDOW, SAMPLE, GET):
        return [name]
    if purpose in (PROPERTY, COMPLEX):
        return _of_property(model, note, newer)
    if purpose in (NAVIGATION, TARGET):
        return _of_navigation(model, note, one=purpose == TARGET)
    if purpose == REF:
        nav = _navigated(model, note)
        return ["Collection($ref)" if nav.type.collection else "$ref"] if nav is not None else []
    if purpose == CAST:
        form = note.get("form")
        return {"list": [f"{name}/{note.get('cast')}"]}.get(
            str(form), [f"{name}/$entity"] if form in ("entity", "member") else []
        )
    if purpose == SINGLETON:
        return [str(note.get("singleton"))]
    if purpose in (CONTAINED, MEMBER):
        return _of_contained(model, note, one=purpose == MEMBER)
    if purpose == BOUND:
        return _of_bound(model, exchange, root)
    return _of_function(model, note)


def _of_property(model: CsdlModel, note: Mapping[str, Any], newer: bool) -> list[str]:
    """The entity's canonical URL with the path, or by 4.01 the type (Part 1, 10.13)."""
    type = model.entity(str(note.get("type", "")))
    if type is None:
        return []
    path, current, prop = str(note.get("path", "")), type, None
    prop = model.property_at(current, path)
    found = []
    try:
        for named in (False, True):
            key = unquote(odata.key_predicate(model, type, note.get("seen", {}), named=named))
            found.append(f"{note.get('set')}{key}/{path}")
    except odata.NoKey:
        return []
    with suppress(odata.NoKey):  # the canonical URL of services that take keys for segments
        found.append(f"{note.get('set')}{unquote(odata.key_segments(model, type, note.get('seen', {})))}/{path}")
    return found + ([str(prop.type), str(prop.type).replace("Edm.", "")] if newer and prop is not None else [])


def _navigated(model: CsdlModel, note: Mapping[str, Any]) -> NavigationProperty | None:
    type = model.entity(str(note.get("type", "")))
    found = model.members(type).get(str(note.get("navigation", ""))) if isinstance(type, EntityType) else None
    return found if isinstance(found, NavigationProperty) else None


def _of_navigation(model: CsdlModel, note: Mapping[str, Any], *, one: bool) -> list[str]:
    """The set that the navigation property is bound to; the type where it is bound to none (Part 1, 10.2 and 10.3)."""
    nav, source = _navigated(model, note), model.sets.get(str(note.get("set", "")))
    if nav is None or source is None:
        return []
    if nav.contains:
        return [] if one else _of_contained(model, note, one=False)
    bound = [b.target.rpartition("/")[2] for b in source.bindings if b.path.rpartition("/")[2] == nav.name]
    many = nav.type.collection and not one
    sets = [name for name in bound if name in model.sets]
    if sets:
        return [name if many else f"{name}/$entity" for name in sets]
    if bound or one:
        return []
    names = [name for name, other in model.sets.items() if model.derives(nav.type.name, other.type)]
    of_type = [name if many else f"{name}/$entity" for name in names]
    return [f"Collection({nav.type.name})" if many else nav.type.name, *of_type]


def _of_contained(model: CsdlModel, note: Mapping[str, Any], *, one: bool) -> list[str]:
    """The path from the set to the navigation property (Part 1, 10.3 and 10.4), whichever form the key has."""
    type, nav = model.entity(str(note.get("type", ""))), _navigated(model, note)
    if type is None or nav is None:
        return []
    homes = []
    with suppress(odata.NoKey):
        homes += [unquote(odata.key_predicate(model, type, note.get("seen", {}), named=named)) for named in (False, True)]
        homes.append(unquote(odata.key_segments(model, type, note.get("seen", {}))))
    tail = "/$entity" if one or not nav.type.collection else ""
    return [f"{note.get('set')}{home}/{nav.name}{tail}" for home in homes]


def _of_bound(model: CsdlModel, exchange: Exchange, root: str) -> list[str]:
    """The set that the path of the function leads to; the type where it leads to none (Part 1, 10.16; CSDL XML, 12.6)."""
    overloads = model.overloads.get(str(exchange.note.get("function", "")), ())
    overload = next((o for o in overloads if o.index == exchange.note.get("index")), None)
    if overload is None or overload.returns is None:
        return []
    returns, name = overload.returns.type, exchange.request.url.removeprefix(f"{root}/").partition("/")[0].partition("(")[0]
    if model.entity(returns.name) is None:
        return [str(returns)] if returns.name.startswith("Edm.") or model.structured(returns.name) is not None else []
    home = model.sets.get(name)
    for step in overload.entity_set_path.split("/")[1:]:
        bound = [b.target.rpartition("/")[2] for b in home.bindings if b.path.rpartition("/")[2] == step] if home else []
        home = model.sets.get(bound[0]) if len(bound) == 1 else None
    if not overload.entity_set_path or home is None:
        return []  # where the entities live is not said
    return [home.name if returns.collection else f"{home.name}/$entity"]


def _of_function(model: CsdlModel, note: Mapping[str, Any]) -> list[str]:
    """The set that the import names; of primitive results the type (Part 1, 10.17)."""
    container, name = model.container, str(note.get("function", ""))
    overloads = model.overloads.get(name, ())
    returns = next((o.returns.type for o in overloads if o.index == note.get("index") and o.returns is not None), None)
    found = next((one for one in container.function_imports if one.function == name), None) if container else None
    if returns is None or found is None:
        return []
    if model.entity(returns.name) is None:
        return [str(returns)] if returns.name.startswith("Edm.") else []
    home = found.entity_set.rpartition("/")[2]
    if home not in model.sets:
        return []
    return [home if returns.collection else f"{home}/$entity"]
