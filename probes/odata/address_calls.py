"""OData: do singletons and functions of the metadata answer? At most 18 requests per service.

Three singletons; three functions of the service and two that are bound to entities or sets, when their parameters can be filled:
with values of properties of the same name and type, members of enumerations, true, or 1. Functions read (Part 1, 11.5.4); those
whose names say otherwise are not called. A function is also called with parameter aliases, and without parentheses by 4.01.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cpo_probe.sdk import (
    Blocker,
    Context,
    CsdlModel,
    Evidence,
    Exchange,
    Outcome,
    Result,
    check,
    failed,
    not_applicable,
    odata,
    passed,
    probe,
    untestable,
)

from .address import Addressed, Property, Shown, place
from .address_claims import CORE
from .address_same import BODY, JSON, STATUS, TypeRef, key_of, refusal
from .window import body

SINGLETON, FUNCTION, BARE, BOUND, AGAIN = (
    f"odata.address.{name}" for name in ("singleton", "function", "function-bare", "bound-function", "function-again")
)
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


@probe(
    id="odata.address.calls",
    needs="odata",
    purposes=(SINGLETON, FUNCTION, BARE, BOUND, AGAIN),
    after="odata.address",
    cost=SINGLETONS + 3 * FUNCTIONS + 3 * BOUNDS,
)
async def calls(ctx: Context) -> None:
    """Singletons, functions of the service, and functions bound to what lists show."""
    known = ctx.fact(Addressed)
    model = known.model
    if model is None:
        ctx.blocked(Blocker.NOT_COVERED, "no metadata of OData 4")
        return
    root = ctx.interface.url
    for name, singleton in list(model.singletons.items())[:SINGLETONS]:
        note = {"singleton": name, "type": singleton.type}
        await ctx.get(f"{root}/{name}", purpose=SINGLETON, why=f"the singleton {name}", accept=JSON, note=note)
    for call in list(_imports(model, known.shown))[:FUNCTIONS]:
        await _call(ctx, model, call, FUNCTION, known.newer)
    for call in list(_bound(model, known.shown, root))[:BOUNDS]:
        await _call(ctx, model, call, BOUND, False)


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
    elif newer and purpose == FUNCTION:
        others.append(await get(call.path, BARE, f"{name} without parentheses", "bare"))
    if any(other.status in (200, 204) and _plain(other) != _plain(inline) for other in others):
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


# What the answers say


def _plain(exchange: Exchange) -> Any:
    """The answer without control information, for comparing."""
    return _bare(body(exchange)) if exchange.status == 200 else exchange.status


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _bare(item) for name, item in value.items() if "@" not in name}
    return [_bare(item) for item in value] if isinstance(value, list) else value


def _overload(model: CsdlModel, exchange: Exchange) -> odata.csdl.Overload | None:
    overloads = model.overloads.get(str(exchange.note.get("function", "")), ())
    return next((o for o in overloads if o.index == exchange.note.get("index")), None)


def _called(model: CsdlModel, exchange: Exchange, location: str) -> Result:
    overload, status = _overload(model, exchange), exchange.status
    if overload is None or overload.returns is None:
        return not_applicable("no_metadata", location=location)
    returns = overload.returns.type
    if status in (400, 404, 409, 410, 422) and exchange.note.get("source") in ("seen", "invented"):
        return untestable(Blocker.NO_ARGUMENTS, location=location)
    if status in (404, 410) and (returns.collection or model.entity(returns.name) is None):
        return failed("listed_but_unknown", expected=200, found=status, where=STATUS, location=location)
    refused = refusal(exchange, location)
    if refused is not None:
        return refused
    if status == 204:
        if returns.collection:
            return failed("other_status", expected=200, found=204, where=STATUS, location=location)
        return passed(location=location)
    value = body(exchange)
    flaw = _flaw(model, returns, value)
    if value is None or flaw:
        found = sorted(value)[:5] if value is not None else exchange.media_type or "no media type"
        return failed("malformed", expected=f"{returns}: {flaw}", found=found, where=BODY, location=location)
    return passed(location=location)


def _flaw(model: CsdlModel, returns: TypeRef, value: dict[str, Any] | None) -> str:
    """What is missing in a result of that type; "" when it looks right."""
    type, entity = model.structured(returns.name), model.entity(returns.name)
    if value is None:
        return "JSON object"
    if returns.collection:
        listed = value.get("value")
        if not isinstance(listed, list):
            return "a list in value"
        keyed = entity is None or not model.key(entity)
        fine = (
            keyed or all(isinstance(row, dict) and key_of(model, entity, row) is not None for row in listed) if entity else True
        )
        return "" if fine else "entities with their keys"
    if entity is not None and model.key(entity):
        return "" if key_of(model, entity, value) is not None else "an entity with its key"
    if type is not None:
        return ""
    if "value" not in value:
        return "the value in value"
    try:
        odata.typed(model, returns.name, value["value"])
    except odata.Untyped:
        return (
            ""
            if returns.name.startswith(("Edm.Geo", "Edm.Untyped", "Edm.Stream", "Edm.PrimitiveType"))
            else "a value of the type"
        )
    return ""


def _compared(model: CsdlModel, exchange: Exchange, evidence: Evidence, location: str) -> Result:
    """The call in another form against the ordinary one, which has to answer the same before and after."""
    result = _called(model, exchange, location)
    if result.outcome is not Outcome.PASS:
        return result
    same = [
        one
        for purpose in (FUNCTION, BOUND, AGAIN)
        for one in evidence.select(purpose=purpose, interface=exchange.interface)
        if one.note.get("form") == "inline"
        and all(one.note.get(name) == exchange.note.get(name) for name in ("function", "index"))
    ]
    answers = [_plain(one) for one in same]
    if not answers or _plain(exchange) == answers[0]:
        return result
    if len(answers) < 2 or answers[0] != answers[-1]:
        return untestable(Blocker.WINDOW, location=location)
    ids = [one.id for one in same]
    expected, found = _short(answers[0]), _short(_plain(exchange))
    return failed("address_other_result", expected=expected, found=found, where=BODY, location=location, exchanges=ids)


def _short(value: Any) -> Any:
    """A result as it is shown: what is long by its size."""
    value = value.get("value", value) if isinstance(value, dict) else value
    return f"{len(value)} rows" if isinstance(value, list) else sorted(value)[:5] if isinstance(value, dict) else value


def _location(exchange: Exchange) -> str:
    return f"{exchange.note.get('function', '')}/{exchange.note.get('form', '')}"


def _function(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    if known.model is None:
        return not_applicable("no_metadata")
    if exchange.note.get("form") == "inline":
        return _called(known.model, exchange, _location(exchange))
    return _compared(known.model, exchange, evidence, _location(exchange))


@check(
    "odata.address.singleton",
    of=SINGLETON,
    needs="odata",
    clause="OData CSDL XML 4.01, 13.3; OData 4.01 Part 2, 4.3",
    severity="major",
)
def singleton(exchange: Exchange, known: Addressed) -> Result:
    """A singleton of the metadata can be read by its name.

    The answer is one entity as an object, not a list. A singleton that may be null is answered with 204 as long as it is.
    Remedy: leave out of the metadata what the service does not have, and answer the rest.
    """
    model, name, status = known.model, str(exchange.note.get("singleton", "")), exchange.status
    type = model.entity(str(exchange.note.get("type", ""))) if model else None
    if model is None or type is None:
        return not_applicable("no_metadata")
    if status in (404, 410):
        return failed("listed_but_unknown", expected=200, found=status, where=STATUS, location=name)
    refused = refusal(exchange, name)
    if refused is not None or status == 204:
        return refused or not_applicable("too_few", location=name)
    value = body(exchange)
    names = [name for name in model.members(type) if value is not None and name in value]
    if value is None or (not names and isinstance(value.get("value"), list)):
        found = "a list" if value is not None else exchange.media_type or "no media type"
        return failed("malformed", expected=f"an entity of the type {type.name}", found=found, where=BODY, location=name)
    return passed(location=name)


@check(
    "odata.address.function",
    of=FUNCTION,
    needs="odata",
    clause="OData 4.01 Part 1, 11.5.4.1; OData 4.01 Part 2, 4.5.2",
    severity="major",
)
def function(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """A function of the service can be called, and answers what the metadata promises.

    By its name with parameters in parentheses, or with parameter aliases, which give the same result. The result has the shape
    of the return type. What is refused may be refused for its arguments and is not judged, except without parameters.
    Remedy: leave out of the metadata what cannot be called; parse aliases before parameters are bound.
    """
    return _function(exchange, evidence, known)


@check(
    "odata.address.function-bare",
    of=BARE,
    needs="odata",
    clause="OData 4.01 Part 1, 11.5.4.1; 12.2.1, item 9",
    severity="minor",
)
def function_bare(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """By OData 4.01 a function without parameters can be called without parentheses.

    Asked of services that answer with OData-Version 4.01, for which it is a requirement.
    Remedy: accept the name of a function import without parameters alone, with the same result.
    """
    if exchange.status in (400, 404, 405, 410):
        location = _location(exchange)
        return failed("address_claimed_but_refused", expected=200, found=exchange.status, where=STATUS, location=location)
    return _function(exchange, evidence, known)


@check(
    "odata.address.bound-function",
    of=BOUND,
    needs="odata",
    clause="OData 4.01 Part 1, 11.5.1; 11.5.4.1; OData 4.01 Part 2, 4.5.2",
    severity="major",
)
def bound_function(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """A function that is bound to an entity or a collection can be called behind it, by its qualified name.

    The result has the shape of the return type. What is refused may be refused for its arguments and is not judged, except
    without parameters.
    Remedy: resolve a qualified name behind a resource among the functions that are bound to its type or a base type of it.
    """
    return _function(exchange, evidence, known)
