"""OData: do singletons and functions of the metadata answer? At most 23 requests per service.

Three singletons; three functions of the service and two that are bound to entities or sets, when their parameters can be filled:
with values of properties of the same name and type, members of enumerations, true, or 1. Functions read (Part 1, 11.5.4); those
whose names say otherwise are not called. A function is also called with parameter aliases, and by 4.01 without parentheses.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cpo_probe.sdk import Context, CsdlModel, Exchange, odata, probe

from .address import Addressed, Property, Shown, place
from .address_claims import CORE, of_schema, says
from .address_results import AGAIN, BARE, BOUND, FUNCTION, IMPLICIT, SINGLETON, UNQUALIFIED, plain
from .address_same import JSON
from .metadata import Odata, unread

SINGLETONS, FUNCTIONS, BOUNDS = 3, 3, 2
_CHANGES = "next generate create update delete remove add set reset check checkin checkout reserve promote submit cancel send"
_DOUBTFUL = frozenset(f"{_CHANGES} lock unlock start stop run execute".split(" "))
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@dataclass(frozen=True, slots=True)
class Calling:
    """A call that can be made. `source`: where its least certain argument comes from: "none", "model", "seen" or "invented"."""

    path: str  # below the root, without parentheses
    overload: odata.csdl.Overload
    arguments: tuple[tuple[str, str], ...]
    source: str

    def inline(self) -> str:
        return f"{self.path}({','.join(f'{name}={odata.encode(text)}' for name, text in self.arguments)})"

    def aliased(self) -> str:
        given = ",".join(f"{name}=@p{n}" for n, (name, _) in enumerate(self.arguments))
        values = "&".join(f"@p{n}={odata.encode(text)}" for n, (_, text) in enumerate(self.arguments))
        return f"{self.path}({given})?{values}"

    def implicit(self) -> str:
        return self.path + "?" + "&".join(f"@{name}={odata.encode(text)}" for name, text in self.arguments)


@probe(
    id="odata.address.calls",
    needs="odata",
    purposes=(SINGLETON, FUNCTION, BARE, IMPLICIT, BOUND, UNQUALIFIED, AGAIN),
    after="odata.address",
    cost=SINGLETONS + 4 * FUNCTIONS + 4 * BOUNDS,
)
async def calls(ctx: Context) -> None:
    """Singletons, functions of the service, and functions bound to what lists show."""
    known = ctx.fact(Addressed)
    model = known.model
    if model is None:
        unread(ctx, ctx.fact(Odata), "no metadata of OData 4")
        return
    root = ctx.interface.url
    for name, singleton in list(model.singletons.items())[:SINGLETONS]:
        note = {"singleton": name, "type": singleton.type}
        await ctx.get(f"{root}/{name}", purpose=SINGLETON, why=f"the singleton {name}", accept=JSON, note=note)
    for call in list(_imports(model, known.shown))[:FUNCTIONS]:
        await _call(ctx, model, call, FUNCTION, known.newer)
    for call in list(_bound(model, known.shown, root))[:BOUNDS]:
        await _call(ctx, model, call, BOUND, known.newer)


async def _call(ctx: Context, model: CsdlModel, call: Calling, purpose: str, newer: bool) -> None:
    name, overload = call.overload.name, call.overload
    told = {"function": overload.qualified, "index": overload.index, "source": call.source}

    async def get(path: str, purpose: str, why: str, form: str) -> Exchange:
        note = {**told, "form": form}
        return await ctx.get(f"{ctx.interface.url}/{path}", purpose=purpose, why=why, accept=JSON, note=note)

    inline = await get(call.inline(), purpose, f"the function {name}", "inline")
    if inline.status not in (200, 204):
        return
    others = []
    if call.arguments:
        others.append(await get(call.aliased(), purpose, f"{name} with parameter aliases", "alias"))
        if newer and purpose == FUNCTION:
            others.append(await get(call.implicit(), IMPLICIT, f"{name} with aliases alone", "implicit"))
    elif newer and purpose == FUNCTION:
        others.append(await get(call.path, BARE, f"{name} without parentheses", "bare"))
    if newer and purpose == BOUND and says(of_schema(model, f"{CORE}.DefaultNamespace", overload.namespace)):
        short = call.inline().replace(f"/{overload.qualified}(", f"/{name}(")
        others.append(await get(short, UNQUALIFIED, f"{name} without its namespace", "unqualified"))
    if any(other.status in (200, 204) and plain(other) != plain(inline) for other in others):
        await get(call.inline(), AGAIN, f"does {name} still answer the same?", "inline")


def _doubtful(name: str) -> bool:
    """Whether a word of the name speaks of a change."""
    return any(word.lower() in _DOUBTFUL for word in _WORD.findall(name))


def _imports(model: CsdlModel, shown: tuple[Shown, ...]) -> Iterator[Calling]:
    """Functions of the service, those without parameters first."""
    container = model.container
    found = []
    for one in container.function_imports if container else ():
        if not _doubtful(one.name):
            overloads = [o for o in model.overloads.get(one.function, ()) if not o.bound and o.kind == "Function"]
            calls = [call for o in overloads if (call := _filled(model, one.name, o, o.parameters, shown)) is not None]
            found += calls[:1]
    yield from sorted(found, key=lambda call: (_RANK.index(call.source), call.path))


def _bound(model: CsdlModel, shown: tuple[Shown, ...], root: str) -> Iterator[Calling]:
    """Functions bound to an entity, or to a set, that a list shows."""
    for overloads in model.overloads.values():
        for overload in overloads:
            if overload.kind != "Function" or not overload.bound or not overload.parameters or _doubtful(overload.name):
                continue
            here, rest = overload.parameters[0].type, overload.parameters[1:]
            for part in shown:
                one = place(model, part, root)
                if one is None or not model.derives(part.type.qualified, here.name):
                    continue
                path = f"{part.set if here.collection else one.path}/{overload.qualified}"
                call = _filled(model, path, overload, rest, shown)
                if call is not None:
                    yield call
                break


_RANK = ("none", "model", "seen", "invented")


def _filled(
    model: CsdlModel,
    path: str,
    overload: odata.csdl.Overload,
    parameters: tuple[odata.csdl.Parameter, ...],
    shown: tuple[Shown, ...],
) -> Calling | None:
    """The call with a value for each parameter that is not optional; None when one cannot be filled."""
    given, worst = [], "none"
    for parameter in parameters:
        if any(a.term == f"{CORE}.OptionalParameter" for a in parameter.annotations):
            continue
        value = _argument(model, parameter, shown)
        if value is None:
            return None
        given.append((parameter.name, value[0]))
        worst = max(worst, value[1], key=_RANK.index)
    return Calling(path, overload, tuple(given), worst)


def _argument(model: CsdlModel, parameter: odata.csdl.Parameter, shown: tuple[Shown, ...]) -> tuple[str, str] | None:
    """A literal, and where it comes from."""
    type, kind = parameter.type, model.underlying(parameter.type.name)
    if type.collection or model.structured(type.name) is not None:
        return None
    enum = model.enum(kind)
    if enum is not None:
        return (odata.literal(model, kind, enum.members[0].name), "model") if enum.members else None
    if kind == "Edm.Boolean":
        return "true", "model"
    for part in shown:
        for name, prop in model.members(part.type).items():
            same = isinstance(prop, Property) and not prop.type.collection and model.underlying(prop.type.name) == kind
            if same and name.casefold() == parameter.name.casefold() and name not in part.hidden:
                value = next((row[name] for row in part.rows if row.get(name) not in (None, "")), None)
                if value is not None and not (isinstance(value, str) and set(value) & set("/\\")):
                    return _literal(model, kind, value)
    return ("1", "invented") if kind in ("Edm.Byte", "Edm.SByte", "Edm.Int16", "Edm.Int32", "Edm.Int64") else None


def _literal(model: CsdlModel, kind: str, value: Any) -> tuple[str, str] | None:
    try:
        return odata.literal(model, kind, value), "seen"
    except odata.Untyped:
        return None
