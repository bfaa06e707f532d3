"""OData: which filters exercise the operators? OData URL Conventions 4.01, 5.1.1.1 Logical and 5.1.1.2 Arithmetic Operators."""

import itertools
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from cpo_probe.sdk import CsdlModel, odata

from .query_choose import Call, Candidate, Constant, Expression, In, Negated, Not, Operation, Path, Proposal, is_, propose
from .query_values import (
    CLOCK,
    DAY,
    INTEGERS,
    MOMENT,
    NUMBERS,
    SPAN,
    TEXT,
    Column,
    between,
    middle,
    of,
    ordered,
    plain,
    plain_texts,
    short,
)

_OTHERS = {"gt": ("ge", "lt"), "ge": ("gt", "le"), "lt": ("le", "gt"), "le": ("lt", "ge")}
_EQUAL = (TEXT, *INTEGERS, "Edm.Decimal", "Edm.Guid", DAY, "Edm.Boolean")
"""Types of which the value that is shown is the value that is stored."""


def operators(model: CsdlModel, all: Sequence[Column]) -> Iterator[Proposal]:
    """One proposal for each operator, and for `eq` for each type."""
    yield from _equality(model, all)
    yield from _comparison(model, all)
    yield from _logical(model, all)
    yield from _membership(model, all)
    yield from _arithmetic(model, all)
    yield from _null(model, all)
    yield from _enumerations(model, all)
    yield from _spelling(model, all)


def simple(model: CsdlModel, all: Sequence[Column], most: int = 6) -> list[Operation]:
    """Plain comparisons on different columns, as parts of longer expressions."""
    found: list[Operation] = []
    for column in of(all, *NUMBERS, DAY, TEXT, "Edm.Boolean"):
        values = ordered(model, column) if column.type in (*NUMBERS, DAY) else plain(column)
        operator = "ge" if column.type in (*NUMBERS, DAY) else "eq"
        found += [column.is_(operator, value) for value in middle(values)[: 2 if len(found) else 3]]
    return found[: most * 2]


def equalities(all: Sequence[Column]) -> list[Operation]:
    """`property eq value` for values that several rows have."""
    found = []
    for column in of(all, TEXT, *INTEGERS, DAY, "Edm.Guid"):
        several = [value for value in plain(column) if column.values.count(value) > 1]
        found += [column.is_("eq", value) for value in several[:8]]
    return found[:60]


def _values(column: Column) -> Iterator[Any]:
    yield from middle(plain(column))


def _equality(model: CsdlModel, all: Sequence[Column]) -> Iterator[Proposal]:
    for types in ((TEXT,), INTEGERS, *((type,) for type in _EQUAL if type not in (TEXT, *INTEGERS))):
        chosen = of(all, *types)
        name = "Edm.Int" if types == INTEGERS else types[0]
        yield propose("eq-ne", f"eq {name}", (Candidate(c.is_("eq", v)) for c in chosen for v in _values(c)))
    texts = of(all, TEXT)
    for name, signs in (("apostrophe", "'"), ("reserved characters", "&+#%?/;"), ("letters beyond ASCII", "")):
        odd = (Candidate(c.is_("eq", v)) for c in texts for v in short(c) if _odd(v, signs))
        yield propose("eq-ne", f"eq with {name}", odd)
    full = [c for c in of(all, *INTEGERS, TEXT) if not c.nulls]
    yield propose("eq-ne", "ne", (Candidate(c.is_("ne", v), (c.is_("eq", v),)) for c in full for v in _values(c)))


def _odd(text: str, signs: str) -> bool:
    return any(c in text for c in signs) if signs else not text.isascii()


def _comparison(model: CsdlModel, all: Sequence[Column]) -> Iterator[Proposal]:
    numbers = of([c for c in all if "/" not in c.path], *NUMBERS)
    for operator, others in _OTHERS.items():
        yield propose("comparison", operator, _compared(model, numbers, operator, others))
    for operator, type in (("gt", DAY), ("lt", MOMENT), ("ge", SPAN), ("le", CLOCK)):
        chosen = of(all, type)
        values = {c.path: ordered(model, c) if type == DAY else between(model, c) for c in chosen}
        name = f"{operator} {type}"
        yield propose("comparison", name, (Candidate(c.is_(operator, v)) for c in chosen for v in middle(values[c.path])))
    inside = of([c for c in all if "/" in c.path], *NUMBERS, DAY)
    yield propose("comparison", "gt on a complex property", _compared(model, inside, "gt", ("ge",)))
    yield propose("comparison", "lt of two properties", _two(all))


def _compared(model: CsdlModel, chosen: Sequence[Column], operator: str, others: Sequence[str]) -> Iterator[Candidate]:
    for column in chosen:
        for value in middle(ordered(model, column)):
            yield Candidate(column.is_(operator, value), tuple(column.is_(other, value) for other in others))


def _two(all: Sequence[Column]) -> Iterator[Candidate]:
    for type in (*NUMBERS, DAY):
        for a, b in itertools.permutations(of(all, type)[:4], 2):
            yield Candidate(Operation("lt", Path(a.path), Path(b.path)))


def _logical(model: CsdlModel, all: Sequence[Column]) -> Iterator[Proposal]:
    parts = simple(model, all)
    pairs = list(itertools.permutations(parts, 2))
    yield propose("logical", "and", (Candidate(Operation("and", a, b), (a, b, Operation("or", a, b))) for a, b in pairs))
    yield propose("logical", "or", (Candidate(Operation("or", a, b), (a, b)) for a, b in pairs))
    yield propose("logical", "not", (Candidate(Not(a), (a,)) for a in parts))
    yield propose("logical", "precedence", _precedence(model, parts))


def _precedence(model: CsdlModel, parts: Sequence[Operation]) -> Iterator[Candidate]:
    """`a or b and c` is `a or (b and c)` (5.1.1.17)."""
    for a, b, c in itertools.permutations(parts, 3):
        expression = Operation("or", a, Operation("and", b, c))
        text = f"{odata.write(model, a)} or {odata.write(model, b)} and {odata.write(model, c)}"
        yield Candidate(expression, (Operation("and", Operation("or", a, b), c), a), text=text)


def _membership(model: CsdlModel, all: Sequence[Column]) -> Iterator[Proposal]:
    for name, types in (("in", INTEGERS), ("in Edm.String", (TEXT,))):
        lists = ((c, list(_values(c))[:2]) for c in of(all, *types))
        found = (
            Candidate(In(Path(c.path), tuple(map(c.constant, values))), (c.is_("eq", values[0]),))
            for c, values in lists
            if len(values) == 2
        )
        yield propose("in", name, found, new=True)


def _arithmetic(model: CsdlModel, all: Sequence[Column]) -> Iterator[Proposal]:
    numbers = [column for column in of(all, *NUMBERS) if roomy(column)]
    for operator in ("add", "sub", "mul", "div", "mod", "divby"):
        yield propose("arithmetic", operator, _calculated(model, numbers, operator), new=operator == "divby")
    turned = (
        Candidate(
            Operation("lt", Negated(Path(c.path)), Constant(_minus(v), c.declared)), (c.is_("lt", v), c.is_("gt", _minus(v)))
        )
        for c in of(all, *INTEGERS)
        for v in middle(ordered(model, c))
        if isinstance(v, int) and v > 0
    )
    yield propose("arithmetic", "negation", turned)
    moments = of(all, MOMENT)
    day = Constant("P1D", SPAN)
    later = (Candidate(is_(Operation("sub", Path(c.path), day), "ge", v, MOMENT)) for c in moments for v in between(model, c))
    yield propose("arithmetic", "sub of a duration", later)


def _minus(value: int) -> int:
    return -value


def roomy(column: Column) -> bool:
    """Whether twice each value, and two less, fit its type: databases fail where a calculation leaves it (5.1.1.18)."""
    least, most = odata.primitives.INTEGERS.get(column.type, (-(10**15), 10**15))
    numbers = [Decimal(str(value)) for value in column.known]
    return all(v.is_finite() and least <= v - 2 and v + 2 <= most and least <= v * 2 <= most for v in numbers)


def _calculated(model: CsdlModel, numbers: Sequence[Column], operator: str) -> Iterator[Candidate]:
    """`p add 2 gt v`, and what comes out when the operator is left out or is another one."""
    for column in numbers:
        for value in middle([v for v in ordered(model, column) if isinstance(v, int) or column.type == "Edm.Decimal"]):
            left = Operation(operator, Path(column.path), Constant(2, column.declared))
            if operator == "mod":
                if column.type in INTEGERS and min(column.known) >= 0:
                    yield Candidate(is_(left, "eq", 1, column.declared), (column.is_("eq", 1),))
                    yield Candidate(is_(left, "eq", 0, column.declared), (column.is_("eq", 0),))
                continue
            if operator in ("div", "divby"):
                if any(v < 0 for v in column.known):
                    break  # towards zero or downwards: that is for numbers below zero another question
                whole = value // 2 if isinstance(value, int) else round(value / 2)
                limit: Any = whole if operator == "div" else f"{whole}.5"
                type = column.declared if operator == "div" else "Edm.Decimal"
                yield Candidate(is_(left, "ge", limit, type), (column.is_("ge", value), column.is_("ge", whole)))
                continue
            others = tuple(
                is_(Operation(other, Path(column.path), Constant(2, column.declared)), "gt", value, column.declared)
                for other in ("add", "sub", "mul")
                if other != operator
            )
            yield Candidate(is_(left, "gt", value, column.declared), (column.is_("gt", value), *others))


def _null(model: CsdlModel, all: Sequence[Column]) -> Iterator[Proposal]:
    partly = [c for c in all if c.nulls]
    by_type = of(partly, TEXT, *NUMBERS, MOMENT, DAY, "Edm.Guid", "Edm.Boolean", SPAN, CLOCK, "Edm.Double")
    yield propose("null", "eq null", (Candidate(c.is_("eq", None)) for c in by_type))
    yield propose("null", "ne null", (Candidate(c.is_("ne", None)) for c in by_type))
    values = [(c, v) for c in of(partly, *INTEGERS, TEXT, "Edm.Guid", DAY) for v in _values(c)]
    yield propose("null", "ne of a value", (Candidate(c.is_("ne", v), (_with_value(c, "ne", v),)) for c, v in values))
    numbers = ((c, v) for c in of(partly, *NUMBERS, DAY) for v in middle(ordered(model, c)))
    below = (Candidate(c.is_("lt", v), (Operation("or", c.is_("lt", v), c.is_("eq", None)),)) for c, v in numbers)
    yield propose("null", "lt of null", below)


def _with_value(column: Column, operator: str, value: Any) -> Operation:
    """What databases make of a comparison that is not prepared for null."""
    return Operation("and", column.is_(operator, value), column.is_("ne", None))


def _enumerations(model: CsdlModel, all: Sequence[Column]) -> Iterator[Proposal]:
    enums = [c for c in all if model.enum(c.type)]
    plain = [(c, v) for c in enums for v in middle(c.known) if isinstance(v, str) and v and "," not in v]
    yield propose("enum", "eq", (Candidate(c.is_("eq", v)) for c, v in plain))
    yield propose("enum", "ne", (Candidate(c.is_("ne", v), (c.is_("eq", v),)) for c, v in plain if not c.nulls))
    bare = (Candidate(c.is_("eq", v), written=is_(c.path, "eq", v, TEXT)) for c, v in plain)
    yield propose("enum", "eq without the type's name", bare, new=True)
    flags = [(c, m.name) for c in enums if (e := model.enum(c.type)) and e.flags for m in e.members if e.values[m.name]]
    yield propose("enum", "has", (Candidate(c.is_("has", v), (c.is_("eq", v),)) for c, v in flags))


def _spelling(model: CsdlModel, all: Sequence[Column]) -> Iterator[Proposal]:
    equal = [(c, v) for c in of(all, TEXT, *INTEGERS) for v in _values(c)]
    alias = (
        Candidate(
            c.is_("eq", v),
            text=f"{c.path} eq @value",
            options=(("@value", odata.literal(model, c.declared, v)),),
        )
        for c, v in equal
    )
    yield propose("alias", "eq", alias)
    yield propose("case", "operators", (Candidate(a, written=_shouted(a)) for a in _combined(model, all)), new=True)
    starts = ((c, v) for c in of(all, TEXT) for v in plain_texts(c))
    functions = ((Call("startswith", (Path(c.path), Constant(v[:3], TEXT)))) for c, v in starts)
    yield propose("case", "functions", (Candidate(f, written=_shouted(f)) for f in functions), new=True)


def _combined(model: CsdlModel, all: Sequence[Column]) -> Iterator[Expression]:
    for a, b in itertools.permutations(simple(model, all), 2):
        yield Operation("and", a, b)


def _shouted(expression: Expression) -> Expression:
    """Names of operators and functions in capitals; to be written only."""
    match expression:
        case Operation(operator, left, right):
            return Operation(operator.upper(), _shouted(left), _shouted(right))
        case Call(name, arguments):
            return Call(name.upper(), arguments)
    return expression
