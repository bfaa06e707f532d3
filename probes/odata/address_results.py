"""OData: does a singleton, or the result of a function, look as the metadata promises, however it was called?"""

from typing import Any

from cpo_probe.sdk import (
    Blocker,
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
    untestable,
)

from .address import Addressed
from .address_same import BODY, STATUS, TypeRef, key_of, refusal
from .window import body

SINGLETON, FUNCTION, BARE, IMPLICIT, BOUND, UNQUALIFIED, AGAIN = (
    f"odata.address.{name}"
    for name in (
        "singleton", "function", "function-bare", "function-implicit", "bound-function", "default-namespace", "function-again",
    )
)  # fmt: skip


def plain(exchange: Exchange) -> Any:
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
    if returns.name == "Edm.Stream":
        return not_applicable("address_nothing_to_compare", location=location)
    if exchange.note.get("form") != "inline":  # asked only where the ordinary form was answered
        return refusal(exchange, location) or _shaped(model, exchange, returns, location)
    if status in (400, 404, 409, 410, 422) and exchange.note.get("source") in ("seen", "invented"):
        return untestable(Blocker.NO_ARGUMENTS, location=location)
    # who has no result that must not be null answers 4xx (Part 1, 11.5.4.1)
    result = returns.collection or (model.entity(returns.name) is None and overload.returns.nullable is not False)
    if status in (404, 410) and result:
        return failed("listed_but_unknown", expected=200, found=status, where=STATUS, location=location)
    return refusal(exchange, location) or _shaped(model, exchange, returns, location)


def _shaped(model: CsdlModel, exchange: Exchange, returns: TypeRef, location: str) -> Result:
    """What a successful answer looks like."""
    if exchange.status == 204:
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
    answers = [plain(one) for one in same]
    if not answers or plain(exchange) == answers[0]:
        return result
    if len(answers) < 2 or answers[0] != answers[-1]:
        return untestable(Blocker.WINDOW, location=location)
    ids = [one.id for one in same]
    expected, found = _short(answers[0]), _short(plain(exchange))
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
    clause="OData 4.01 Part 1, 11.5.4.1; 13.2.1, item 9",
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
    "odata.address.function-implicit",
    of=IMPLICIT,
    needs="odata",
    clause="OData 4.01 Part 1, 11.5.4.1.1; 13.2.1, item 9",
    severity="info",
)
def function_implicit(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """By OData 4.01 the parameters of a function can be given by aliases of their names alone.

    <function>?@<parameter>=<value>, without parentheses. Services SHOULD support it; asked of those that answer with
    OData-Version 4.01.
    Remedy: take aliases with the names of parameters for them where the parentheses are missing, with the same result.
    """
    if exchange.status in (400, 404, 405, 410):
        return not_applicable("not_supported", location=_location(exchange), status=exchange.status)
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


@check(
    "odata.address.default-namespace",
    of=UNQUALIFIED,
    needs="odata",
    clause="OData 4.01 Part 1, 13.2.1, item 9; OData 4.01 Part 2, 4.5; Org.OData.Core.V1.DefaultNamespace",
    severity="minor",
)
def default_namespace(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """A bound function of a default namespace can be called without the namespace.

    Asked where the metadata states DefaultNamespace for the schema and the service answers with OData-Version 4.01.
    Remedy: look unqualified names behind a resource up in the default namespaces, or leave the annotation out.
    """
    if exchange.status in (400, 404, 405, 410, 501):
        location = _location(exchange)
        return failed("address_claimed_but_refused", expected=200, found=exchange.status, where=STATUS, location=location)
    return _function(exchange, evidence, known)
