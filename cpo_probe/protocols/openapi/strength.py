"""Would the contract notice if an answer were wrong?

Small defects are planted into a real answer, one at a time and always the same ones; a contract that rejects few of them
promises little, however well the answers keep it.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cpo_probe.protocols.json_pointer import join
from cpo_probe.protocols.json_schema import Place, Uncompilable, Validator, Violation
from cpo_probe.protocols.openapi.fields import Fields, Layout, Path

MAX_PLACES = 24  # of each kind
KINDS = ("dropped", "type", "enum", "null", "truncated")
_NO_VALUE = "cpo-probe: no such value"


@dataclass(frozen=True, slots=True)
class Strength:
    """`by_kind`: kind of defect -> (rejected, planted). Nothing planted: the answer holds no JSON to plant it in."""

    rejected: int
    mutants: int
    by_kind: Mapping[str, tuple[int, int]]

    @property
    def survivors(self) -> int:
        return self.mutants - self.rejected

    @property
    def survived(self) -> tuple[str, ...]:
        """Kinds of which at least one was not noticed."""
        return tuple(kind for kind, (rejected, planted) in self.by_kind.items() if rejected < planted)


def measure(value: Any, validator: Validator | Uncompilable | None, fields: Fields, schema: Place | None) -> Strength:
    """Without a usable schema every defect survives."""
    counts: dict[str, tuple[int, int]] = {}
    usable = validator if isinstance(validator, Validator) else None
    before = _marks(usable, value)
    wrong = frozenset(pointer for pointer, _, _ in before)
    for kind, mutant in mutants(value, fields, schema, wrong):
        rejected, planted = counts.get(kind, (0, 0))
        noticed = not usable.valid(mutant) if usable and not before else bool(_marks(usable, mutant) - before)
        counts[kind] = (rejected + noticed, planted + 1)
    totals = [sum(pair[i] for pair in counts.values()) for i in (0, 1)]
    return Strength(totals[0], totals[1], counts)


def _marks(validator: Validator | None, value: Any) -> set[tuple[str, str, str]]:
    return set() if validator is None else {_mark(v) for v in validator.violations(value, limit=200)}


def _mark(violation: Violation) -> tuple[str, str, str]:
    return violation.pointer, violation.keyword, repr(violation.expected)


def mutants(value: Any, fields: Fields, schema: Place | None, wrong: Container[str] = ()) -> Iterator[tuple[str, Any]]:
    """(kind, wrong answer), breadth first, at most `MAX_PLACES` per kind; of an array only the first and last element.

    Places (JSON Pointers) that are `wrong` already are left alone, and null is planted only where the contract does not
    allow it by name: there it would be right.
    """
    planted = dict.fromkeys(KINDS, 0)
    for path, item, layout in _places(value, fields, schema):
        if join("", *path) in wrong:
            continue
        for kind, other in _defects(path, item, layout):
            if planted[kind] < MAX_PLACES:
                planted[kind] += 1
                yield kind, _dropped(value, path) if kind == "dropped" else _replaced(value, path, other)


def _places(value: Any, fields: Fields, schema: Place | None) -> Iterator[tuple[Path, Any, Layout | None]]:
    """Places in breadth-first order, with what the contract says about them."""
    queue: list[tuple[Path, Any, Layout | None]] = [((), value, fields.layout([schema]) if schema else None)]
    for path, item, layout in queue:
        yield path, item, layout
        if len(queue) > 20 * MAX_PLACES:
            continue
        steps: list[str | int] = []
        if isinstance(item, dict):
            steps = list(item)
        elif isinstance(item, list) and item:
            steps = [0] if len(item) == 1 else [0, len(item) - 1]
        queue += [((*path, step), item[step], layout.child(step) if layout else None) for step in steps]


def _defects(path: Path, item: Any, layout: Layout | None) -> Iterator[tuple[str, Any]]:
    if path and isinstance(path[-1], str):
        yield "dropped", None
    yield "type", _other_type(item)
    if layout is not None and layout.values and item is not None:
        yield "enum", _NO_VALUE
    if item is not None and not (layout is not None and layout.nullable):
        yield "null", None
    if isinstance(item, dict) and len(item) > 1:
        yield "truncated", dict(list(item.items())[: len(item) // 2])
    elif isinstance(item, list) and item and isinstance(item[-1], dict) and item[-1]:
        yield "truncated", [*item[:-1], {}]


def _other_type(item: Any) -> Any:
    if isinstance(item, (dict, list)):
        return "cpo-probe"
    return {"cpo-probe": 0}


def _replaced(value: Any, path: Path, wrong: Any) -> Any:
    """A copy with another value at `path`; what is not on the way is shared."""
    if not path:
        return wrong
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _replaced(value[path[0]], path[1:], wrong)  # type: ignore[index]
    return copy


def _dropped(value: Any, path: Path) -> Any:
    if len(path) == 1:
        return {k: v for k, v in value.items() if k != path[0]}
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _dropped(value[path[0]], path[1:])  # type: ignore[index]
    return copy
