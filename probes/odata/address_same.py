"""OData: does an answer show what a list showed, and when does a difference count?

What an answer does not confirm is looked up in the list once more, so that data that changes meanwhile is no finding.
"""

from collections.abc import Mapping
from math import isclose
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from cpo_probe.sdk import (
    Blocker,
    Context,
    CsdlModel,
    Evidence,
    Exchange,
    Outcome,
    Result,
    Where,
    failed,
    not_applicable,
    odata,
    passed,
    untestable,
)

from .window import Row, body, control, items, joined

AGAIN = "odata.address.again"
JSON = "application/json"
STATUS, BODY = Where("response.status"), Where("response.body")

EntityType = odata.csdl.EntityType
Property = odata.csdl.Property
TypeRef = odata.csdl.TypeRef


def key_paths(model: CsdlModel, type: EntityType) -> tuple[str, ...]:
    """The paths of the key properties, declared or inherited."""
    keyed = next((base for base in model.chain(type) if isinstance(base, EntityType) and base.key), None)
    return tuple(ref.path for ref in keyed.key) if keyed else ()


def equal(model: CsdlModel, type: TypeRef, one: Any, other: Any) -> bool:
    """Whether two JSON values stand for the same: of complex values the members that both have, no spaces at the end of texts."""
    if one is None or other is None:
        return one is other
    if type.collection:
        return isinstance(one, list) and isinstance(other, list) and _same_items(model, type.name, one, other)
    structured = model.structured(type.name)
    if structured is not None:
        if not (isinstance(one, dict) and isinstance(other, dict)):
            return False
        members = model.members(structured)
        both = [name for name in one if name in other and isinstance(members.get(name), Property)]
        return all(equal(model, members[name].type, one[name], other[name]) for name in both)
    try:
        a, b = odata.typed(model, type.name, one), odata.typed(model, type.name, other)
    except odata.Untyped:
        return bool(one == other)
    if isinstance(a, str) and isinstance(b, str):
        return a.rstrip() == b.rstrip()
    if isinstance(a, float) and isinstance(b, float):
        return a == b or isclose(a, b, rel_tol=1e-6) or (a != a and b != b)
    return a == b


def _same_items(model: CsdlModel, type: str, one: list[Any], other: list[Any]) -> bool:
    """The same values, in any order: a collection has one only where Core.Ordered says so."""
    left = list(other)
    for value in one:
        place = next((n for n, found in enumerate(left) if equal(model, TypeRef(type, False), value, found)), None)
        if place is None:
            return False
        del left[place]
    return not left


def key_of(model: CsdlModel, type: EntityType, row: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """The values of the key, for comparing; None when one is missing. Texts as databases compare them."""
    parts: list[Any] = []
    for path, (_, part) in zip(key_paths(model, type), model.key(type), strict=True):
        value: Any = row
        for step in path.split("/"):
            value = value.get(step) if isinstance(value, Mapping) else None
        if value is None or part is None:
            return None
        try:
            found: Any = odata.typed(model, part.type.name, value)
        except odata.Untyped:
            found = str(value)
        parts.append(found.rstrip().casefold() if isinstance(found, str) else found)
    return tuple(parts) or None


def asked_type(model: CsdlModel, exchange: Exchange) -> EntityType | None:
    return model.entity(str(exchange.note.get("type", "")))


def the_entity(model: CsdlModel, exchange: Exchange, location: str) -> Result:
    """Passed when the answer is the entity that was asked for, as one object."""
    type, seen = asked_type(model, exchange), exchange.note.get("seen", {})
    if exchange.status != 200:
        return failed("other_status", expected=200, found=exchange.status, where=STATUS, location=location)
    value = body(exchange)
    if value is None or type is None:
        found = exchange.media_type or "no media type"
        return failed("malformed", expected="JSON object", found=found, where=BODY, location=location)
    if key_of(model, type, value) == key_of(model, type, seen):
        return passed(location=location)
    names = [name for name, _ in model.key(type)]
    key, found_key = ({name: row.get(name) for name in names} for row in (seen, value))
    return failed("other_entity", expected=key, found=found_key, where=BODY, location=location)


def has_id(value: Mapping[str, Any]) -> bool:
    """Also one that is null: the entity is transient, and has no address (OData JSON 4.01, 4.5.8)."""
    return not {"@odata.id", "@id"}.isdisjoint(value)


def refusal(exchange: Exchange, location: str) -> Result | None:
    """What to say of an answer that is no success: not supported, or broken. None for a success."""
    status = exchange.status
    if status in (200, 204):
        return None
    if status in (400, 404, 405, 410, 501):
        return not_applicable("not_supported", location=location, status=status)
    if status >= 500 and status != 503:
        return failed("server_error", expected=200, found=status, where=STATUS, location=location)
    return not_applicable("other_answer", location=location, status=status)


# What changed meanwhile


class Doubts:
    """The lists that have to be read once more, since an answer does not agree with them."""

    def __init__(self) -> None:
        self._lists: dict[str, str] = {}

    def hear(self, set: str, source: str, result: Result) -> None:
        """`source`: URL of the list that shows the set."""
        if result.outcome is Outcome.FAIL:
            self._lists[set] = source

    async def settle(self, ctx: Context) -> None:
        for name, url in self._lists.items():
            why = f"does the list of {name} still show what it showed?"
            await ctx.get(url, purpose=AGAIN, why=why, accept=JSON, note={"set": name})


def settled(model: CsdlModel, result: Result, exchange: Exchange, evidence: Evidence, seen: Row | None = None) -> Result:
    """A failure stands when the list, read once more, still shows what the answer should have agreed with."""
    if result.outcome is not Outcome.FAIL or result.code == "server_error":
        return result
    type, wanted = asked_type(model, exchange), seen if seen is not None else exchange.note.get("seen", {})
    for later in evidence.select(purpose=AGAIN, interface=exchange.interface):
        if type is None or later.note.get("set") != exchange.note.get("set"):
            continue
        for row in items(later) or ():
            if key_of(model, type, row) == key_of(model, type, wanted) and _agrees(model, type, wanted, row):
                return result
    return untestable(Blocker.WINDOW, location=result.location)


def _agrees(model: CsdlModel, type: EntityType, wanted: Row, row: Row) -> bool:
    return all(row.get(name) == value for name, value in wanted.items())


def base_of(exchange: Exchange) -> str:
    """What relative links are relative to: the context URL, or the request (OData JSON 4.01, 4.3)."""
    context = control(body(exchange) or {}, "context")
    return (joined(exchange.request.url, context) if isinstance(context, str) else "") or exchange.request.url


def same_place(root: str, link: str) -> str:
    """A link of the service as an address on the host that was asked; "" when it leads out of the service.

    Services behind a proxy name the host that they know; scheme and host are therefore those of the interface.
    """
    home, there = urlsplit(root), urlsplit(link)
    if there.scheme not in ("http", "https") or not there.path.startswith(home.path.rstrip("/") + "/"):
        return ""
    return urlunsplit((home.scheme, home.netloc, there.path, there.query, ""))
