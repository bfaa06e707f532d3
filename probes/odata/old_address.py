"""OData V2: do the addresses of the protocol lead where they should: keys, links, properties, values, functions?

At most thirteen requests on each of two sets, and four function imports that are called by GET.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from cpo_probe.sdk import Context, CsdlModel, Exchange, odata, probe

from .old_shared import JSON, Row, about, entity, following, identities, inner, key_names, named, rows, unwrapped, within
from .old_window import OldWindow, OldWindows, nothing_to_ask, primitives

ENTITY, URI, DEFERRED, EXPANDED, PROPERTY, VALUE, LINKS, FUNCTION, LISTED = (
    f"odata.old.{name}" for name in ("entity", "uri", "deferred", "expanded", "property", "value", "links", "function", "listed")
)
SETS, FUNCTIONS = 2, 4
HARMFUL = re.compile(
    r"next|generate|checkout|check_out|reserve|promote|create|update|delete|remove|set|add|post|submit|send|start|run|execute"
    r"|lock|cancel|approve|reject|release|copy|move|clear|reset|import|save|change|assign|book|print",
    re.IGNORECASE,
)
"""Names of functions that are not called, whatever method the metadata state."""


@probe(
    id="odata.old_address",
    needs="odata",
    purposes=(ENTITY, URI, DEFERRED, EXPANDED, PROPERTY, VALUE, LINKS, FUNCTION, LISTED),
    after="odata.old",
    cost=SETS * 13 + FUNCTIONS,
)
async def address(ctx: Context) -> None:
    """One entity by its key and by its own address, what its links lead to, one property, its value; functions by GET."""
    known = ctx.fact(OldWindows)
    if known.model is None or not known.read:
        nothing_to_ask(ctx, known, "no rows of OData V2")
        return
    for window in known.read[:SETS]:
        await _Addresses(ctx, known.model, window).everything()
    for name, query in _functions(known.model, known.read):
        note = {"name": name}
        await ctx.get(f"{ctx.interface.url}/{name}{query}", purpose=FUNCTION, why=f"call {name}", accept=JSON, note=note)


class _Addresses:
    """The requests for one entity: the one whose key is hardest to write, else that in the middle of the window."""

    def __init__(self, ctx: Context, model: CsdlModel, window: OldWindow) -> None:
        self.ctx = ctx
        self.model = model
        self.window = window
        self.row = max((window.rows[len(window.rows) // 2], *window.rows), key=lambda row: _signs(model, window, row))

    async def _get(self, url: str, purpose: str, why: str, accept: str = JSON, **note: Any) -> Exchange:
        set = self.window.set
        seen = {"set": set, "row": _keys(self.model, self.window, self.row), **note}
        return await self.ctx.get(url, purpose=purpose, why=f"{why} in {set}", accept=accept, group=set, note=seen)

    async def everything(self) -> None:
        try:
            place = self.window.url + odata.key_predicate(self.model, self.window.type, self.row)
        except odata.NoKey:
            return
        answer = await self._get(place, ENTITY, "an entity by its key")
        if answer.status in (404, 410):
            options = f"?$top={len(self.window.rows)}"
            await self._get(self.window.url + options, LISTED, "is what was not found still listed?")
            return
        own = within(self.ctx.interface, about(self.row, "uri"))
        if own:
            await self._get(own, URI, "an entity by the address that it states")
        for navigation, link, many in _links(self.ctx, self.model, self.window, self.row):
            seen: dict[str, Any] = {"name": navigation, "many": many}
            related = await self._get(link, DEFERRED, f"what {navigation} leads to", **seen)
            inline = await self._get(f"{place}?$expand={navigation}", EXPANDED, f"{navigation} inline", **seen) if many else None
            if inline is not None and related_keys(self.model, related) != inline_keys(self.model, inline):
                await self._get(link, DEFERRED, f"what {navigation} leads to, once more", turn=2, **seen)
            await self._get(f"{place}/$links/{navigation}", LINKS, f"the links of {navigation}", name=navigation, many=many)
        shown = _shown(self.model, self.window, self.row)
        if shown:
            name, type, value = shown
            value_seen: dict[str, Any] = {"name": name, "type": type, "value": value}
            wrapped = await self._get(f"{place}/{name}", PROPERTY, f"the property {name}", **value_seen)
            bare = await self._get(f"{place}/{name}/$value", VALUE, f"the bare value of {name}", "*/*", **value_seen)
            shown_again = unwrapped(inner(wrapped))
            same = isinstance(shown_again, dict) and shown_again.get(name) == value
            if not same or bare.body.decode("utf-8", "replace") != value:
                await self._get(place, ENTITY, f"does the entity still show this {name}?", turn=2)


def _signs(model: CsdlModel, window: OldWindow, row: Row) -> int:
    """How many signs of its key need care in a URL; -1 with a slash, which many servers refuse before the service sees it."""
    text = "".join(str(row.get(name) or "") for name in key_names(model, window.type))
    if "/" in re.sub(r"/Date\([^)]*\)/", "", text) or "\\" in text:
        return -1
    return sum(not (sign.isascii() and (sign.isalnum() or sign in "-._~")) for sign in text)


def related_keys(model: CsdlModel, exchange: Exchange) -> frozenset[Any] | None:
    """Keys of all entities that a link led to; None when they are not all there."""
    listed = rows(exchange)
    return None if listed is None or following(exchange) else _identified(model, exchange, listed)


def inline_keys(model: CsdlModel, exchange: Exchange) -> frozenset[Any] | None:
    """Keys of all entities that $expand showed; None when they are not all there."""
    value = (entity(exchange) or {}).get(named(exchange, "name"))
    listed = value.get("results") if isinstance(value, dict) else value
    whole = isinstance(listed, list) and not (isinstance(value, dict) and value.get("__next"))
    return (
        _identified(model, exchange, [one for one in listed if isinstance(one, dict)]) if whole and listed is not None else None
    )


def _identified(model: CsdlModel, exchange: Exchange, listed: list[Row]) -> frozenset[Any]:
    one = model.sets.get(named(exchange))
    type = model.entity(one.type) if one else None
    member = model.members(type).get(named(exchange, "name")) if type else None
    target = model.entity(member.type.name) if member else None
    return frozenset(identities(model, target, listed)) if target else frozenset()


def _keys(model: CsdlModel, window: OldWindow, row: Row) -> Row:
    return {name: row.get(name) for name in key_names(model, window.type)}


def _links(ctx: Context, model: CsdlModel, window: OldWindow, row: Row) -> Iterator[tuple[str, str, bool]]:
    """Name, address and kind of the first link to many and of the first to one."""
    kinds: set[bool] = set()
    for name, member in model.members(window.type).items():
        value = row.get(name)
        deferred = value.get("__deferred") if isinstance(value, dict) else None
        uri = deferred.get("uri") if isinstance(deferred, dict) else None
        if not isinstance(member, odata.csdl.NavigationProperty) or not isinstance(uri, str) or not member.type.name:
            continue
        link = within(ctx.interface, uri)
        if link and member.type.collection not in kinds:
            kinds.add(member.type.collection)
            yield name, link, member.type.collection


def _shown(model: CsdlModel, window: OldWindow, row: Row) -> tuple[str, str, Any] | None:
    """A text with a value that is no part of the key, else another property."""
    names = key_names(model, window.type)
    found = [
        (p.type.name != "Edm.String", path, p.type.name, row[path])
        for path, p in primitives(model, window.type)
        if "/" not in path and path not in names and row.get(path) not in (None, "") and p.type.name != "Edm.Stream"
    ]
    return min(found, key=lambda f: f[0])[1:] if found else None


def _functions(model: CsdlModel, windows: tuple[OldWindow, ...]) -> Iterator[tuple[str, str]]:
    """Name and query of function imports that read: GET by the metadata, no name of an action, arguments from the rows."""
    found = 0
    for one in (f for c in model.container_chain(model.container) for f in c.function_imports):
        if one.http_method != "GET" or HARMFUL.search(one.name) or found == FUNCTIONS:
            continue
        arguments = [(p.name, _argument(model, windows, p)) for p in one.parameters]
        if all(text for _, text in arguments):
            found += 1
            yield one.name, "?" + "&".join(f"{quote(n)}={odata.encode(text)}" for n, text in arguments) if arguments else ""


def _argument(model: CsdlModel, windows: tuple[OldWindow, ...], parameter: odata.csdl.Parameter) -> str:
    """The literal of a value that a property of the same name and type has; "" when none is known."""
    for window in windows:
        member = model.members(window.type).get(parameter.name)
        if not isinstance(member, odata.csdl.Property) or member.type != parameter.type:
            continue
        for row in window.rows:
            value = row.get(parameter.name)
            if value not in (None, ""):
                try:
                    return odata.literal(model, member.type.name, value)
                except odata.Untyped:
                    return ""
    return ""
