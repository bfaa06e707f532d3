"""REST: how deep did the test go? Test coverage levels of Martin-Lopez, Segura and Ruiz-Cortes (A-TEST 2019).

They speak about the test, not about the product: a missing item was not reached, for want of data, of arguments or of
an occasion. Counted over reading operations only. An operation counts as reached when it answered 2xx.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cpo_probe.sdk import (
    Blocker,
    Contract,
    Effect,
    Evidence,
    Exchange,
    Interface,
    Inventory,
    OpenApi,
    Operation,
    Result,
    check,
    fact,
    measure,
    media,
    not_applicable,
    passed,
    semantics,
    untestable,
)

from .asking import READING

DEPTH, MOST = 6, 200  # levels of members, and members per operation, that level 6 looks at
UNASKABLE = ("304", "403", "429")  # need a condition, an account with fewer rights, or a flood
OF = ("discovery.description", "rest.read")
CLAUSE = "Martin-Lopez, Segura, Ruiz-Cortes: Test Coverage Criteria for RESTful Web APIs, A-TEST 2019"


@dataclass(slots=True)
class Seen:
    """What the traffic to one operation showed."""

    reached: bool = False
    media_types: set[str] = field(default_factory=set)
    statuses: set[int] = field(default_factory=set)
    values: set[tuple[str, str]] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    fed: bool = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """Per level 1 to 7: what there is to cover, and what of it is missing. `asked`: requests that were looked at."""

    wanted: dict[int, tuple[str, ...]]
    missing: dict[int, tuple[str, ...]]
    asked: int

    @property
    def level(self) -> int:
        """The highest level that is reached together with all below it."""
        return next((n - 1 for n in range(1, 8) if self.missing[n] or (n == 1 and not self.wanted[1])), 7)


@fact
def coverage(interface: Interface, inventory: Inventory, evidence: Evidence, api: OpenApi) -> Coverage:
    """Coverage of one interface's reading operations."""
    operations = [o for o in inventory.operations if o.interface == interface.id and _counts(o)]
    seen = {o.id: Seen() for o in operations}
    asked = 0
    for purpose in ("rest.read", "rest.errors.*"):
        for exchange in evidence.select(purpose=purpose, interface=interface.id):
            if exchange.operation in seen and exchange.complete:
                asked += 1
                _note(seen[exchange.operation], exchange)
    wanted: dict[int, list[str]] = {n: [] for n in range(1, 8)}
    missing: dict[int, list[str]] = {n: [] for n in range(1, 8)}
    for level, item, covered in _items(operations, seen, api):
        wanted[level].append(item)
        if not covered:
            missing[level].append(item)
    return Coverage({n: tuple(v) for n, v in wanted.items()}, {n: tuple(dict.fromkeys(v)) for n, v in missing.items()}, asked)


def _counts(operation: Operation) -> bool:
    return operation.effect is Effect.READ and operation.method in READING


def _note(seen: Seen, exchange: Exchange) -> None:
    seen.statuses.add(exchange.status)
    if exchange.purpose != "rest.read" or not 200 <= exchange.status < 300:
        return
    seen.reached = True
    seen.media_types.add(exchange.header("content-type") or "")
    seen.values |= {(name, str(value)) for name, value in exchange.note.get("arguments", {}).items()}
    seen.fed = seen.fed or any(str(source).isdigit() for source in exchange.note.get("sources", {}).values())
    if semantics.is_json(exchange.media_type) and exchange.response and not exchange.response.document.problem:
        seen.members |= set(_present([exchange.response.document.value]))


def _present(alike: list[Any], path: str = "", depth: int = 0) -> Iterator[str]:
    """Paths of the members in values that stand at the same place; elements of a list do so, too."""
    inside: dict[str, list[Any]] = {}
    elements: list[Any] = []
    for value in alike:
        if isinstance(value, list):
            elements += value
        elif isinstance(value, dict) and depth < DEPTH:
            for name, member in value.items():
                inside.setdefault(name, []).append(member)
    for name, members in inside.items():
        yield f"{path}/{name}"
        yield from _present(members, f"{path}/{name}", depth + 1)
    if elements:
        yield from _present(elements, f"{path}/*", depth)


def _items(operations: Iterable[Operation], seen: dict[str, Seen], api: OpenApi) -> Iterator[tuple[int, str, bool]]:
    """(level, item, covered) of everything that the contract offers."""
    known = list(operations)
    for template in dict.fromkeys(o.template for o in known):
        yield 1, template, any(seen[o.id].reached for o in known if o.template == template)
    for operation in known:
        got = seen[operation.id]
        yield 2, operation.id, got.reached
        for media_type in operation.produces:
            yield 3, f"{operation.id}: {media_type}", any(media.best((media_type,), one) for one in got.media_types)
        for parameter in operation.parameters:
            yield 4, f"{operation.id}: {parameter.name}", any(name == parameter.name for name, _ in got.values)
            for value in _closed(parameter.schema):
                yield 5, f"{operation.id}: {parameter.name}={value}", (parameter.name, str(value)) in got.values
        for group in (2, 4):
            yield 4, f"{operation.id}: {group}xx", any(status // 100 == group for status in got.statuses)
        contract = _contract(api, operation)
        if contract is not None:
            for status in contract.statuses:
                if status.isdigit() and int(status) < 500 and status not in UNASKABLE:
                    yield 5, f"{operation.id}: {status}", int(status) in got.statuses
            for member in _promised(contract):
                yield 6, f"{operation.id}: {member}", member in got.members
        if any(p.place == "path" for p in operation.parameters):
            yield 7, operation.id, got.fed


def _closed(schema: dict[str, Any]) -> tuple[Any, ...]:
    """Values of a closed parameter as Python has them in a note."""
    closed = schema.get("enum")
    if isinstance(closed, list):
        return tuple(value for value in closed if value is not None)
    return (True, False) if schema.get("type") == "boolean" else ()


def _contract(api: OpenApi, operation: Operation) -> Contract | None:
    try:
        return api.contract(operation.id)
    except KeyError:
        return None


def _promised(contract: Contract) -> tuple[str, ...]:
    """Members that the schemas of the JSON success answers declare, breadth first, within `DEPTH` and `MOST`."""
    found: dict[str, None] = {}
    for status in contract.statuses:
        for media_type in contract.media_types(status) if status.startswith("2") else ():
            schema = contract.schema(status, media_type)
            if schema is None or not semantics.is_json(media_type.partition(";")[0].strip().lower()):
                continue
            queue = [("", schema, 0)]
            while queue and len(found) < MOST:
                path, place, depth = queue.pop(0)
                declared = contract.schemas.fields.declared(place)
                queue += [(f"{path}/*", item, depth + 1) for item in declared.items[:4] if depth < DEPTH]
                for name, places in declared.members.items():
                    found[f"{path}/{name}"] = None
                    if depth + 1 < DEPTH:
                        queue += [(f"{path}/{name}", below, depth + 1) for below in places[:4]]
    return tuple(found)


def _result(coverage: Coverage, level: int) -> Result:
    wanted, missing = coverage.wanted[level], coverage.missing[level]
    if not wanted:
        return not_applicable("nothing_to_cover")
    if not coverage.asked:
        return untestable(Blocker.NO_DATA)
    if missing:
        covered = len(wanted) - len(missing)
        return untestable(Blocker.NOT_COVERED, missing=list(missing), covered=covered, total=len(wanted))
    return passed(total=len(wanted))


@check("rest.coverage.1", of=OF, per="interface", needs="openapi", clause=CLAUSE, severity="info")
def paths(coverage: Coverage) -> Result:
    """Every path was read.

    Test coverage level 1: each path with a reading operation answered at least once. Speaks about the depth of this
    test, not about the product.
    Remedy: fill the test system with data, or name arguments as examples in the contract.
    """
    return _result(coverage, 1)


@check("rest.coverage.2", of=OF, per="interface", needs="openapi", clause=CLAUSE, severity="info")
def operations(coverage: Coverage) -> Result:
    """Every reading operation was exercised.

    Test coverage level 2: each reading operation answered with success at least once. Speaks about the depth of
    this test, not about the product.
    Remedy: fill the test system with data, or name arguments as examples in the contract.
    """
    return _result(coverage, 2)


@check("rest.coverage.3", of=OF, per="interface", needs="openapi", clause=CLAUSE, severity="info")
def content_types(coverage: Coverage) -> Result:
    """Every documented media type was received.

    Test coverage level 3: each media type that the contract names for a success was received. Speaks about the
    depth of this test, not about the product.
    Remedy: take media types that are not served out of the contract.
    """
    return _result(coverage, 3)


@check("rest.coverage.4", of=OF, per="interface", needs="openapi", clause=CLAUSE, severity="info")
def parameters(coverage: Coverage) -> Result:
    """Every parameter was used, and both success and refusal were seen.

    Test coverage level 4: each parameter was sent in a request that succeeded, and each operation answered 2xx and
    4xx. Speaks about the depth of this test, not about the product.
    Remedy: name examples for the parameters in the contract.
    """
    return _result(coverage, 4)


@check("rest.coverage.5", of=OF, per="interface", needs="openapi", clause=CLAUSE, severity="info")
def values(coverage: Coverage) -> Result:
    """Every closed parameter value was used, and every documented status code was seen.

    Test coverage level 5: each value of enumerations and booleans, and each documented code below 500; 304, 403,
    429 and 5xx cannot be asked for. Speaks about the depth of this test, not about the product.
    Remedy: name examples in the contract, and take values and codes that do not exist out of it.
    """
    return _result(coverage, 5)


@check("rest.coverage.6", of=OF, per="interface", needs="openapi", clause=CLAUSE, severity="info")
def members(coverage: Coverage) -> Result:
    """Every documented member of an answer was seen.

    Test coverage level 6: each member that the success schemas declare, down to six levels, was in an answer at
    least once. Speaks about the depth of this test, not about the product.
    Remedy: fill the test system with objects that have all members.
    """
    return _result(coverage, 6)


@check("rest.coverage.7", of=OF, per="interface", needs="openapi", clause=CLAUSE, severity="info")
def flows(coverage: Coverage) -> Result:
    """Every operation that needs a value was fed by an answer of another.

    Test coverage level 7: each operation with path parameters succeeded with values taken from other answers, as a
    real client would. Speaks about the depth of this test, not about the product.
    Remedy: hand out identifiers in lists and links.
    """
    return _result(coverage, 7)


@measure("rest.coverage", of=OF, per="interface", needs="openapi")
def level(coverage: Coverage) -> Iterator[tuple[str, float, str]]:
    """The test coverage level reached, and the share covered on each level."""
    if not coverage.asked:
        return
    yield "level", coverage.level, "1"
    for n, wanted in coverage.wanted.items():
        if wanted:
            yield f"share-{n}", (len(wanted) - len(coverage.missing[n])) / len(wanted), "1"
