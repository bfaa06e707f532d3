"""OData: which filters exercise the canonical functions? OData URL Conventions 4.01, 5.1.1.5 to 5.1.1.10."""

import itertools
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from cpo_probe.sdk import CsdlModel, odata

from .query_choose import Array, Call, Candidate, Case, Constant, Expression, Operation, Path, Proposal, is_, propose
from .query_operators import simple
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
    column_of,
    even,
    middle,
    of,
    plain_texts,
    short,
)
from .window import Window

INT, DECIMAL = "Edm.Int32", "Edm.Decimal"
PIECES = 8
_WORD = re.compile(r"[A-Za-z0-9]{3,}")


def functions(model: CsdlModel, window: Window, all: Sequence[Column]) -> Iterator[Proposal]:
    """One proposal for each canonical function."""
    yield from _texts(all)
    yield from _dates(model, all, window.at)
    yield from _math(all)
    yield from _types(model, window, all)
    yield from _conditional(model, all)
    yield from _collections(model, window)


def _on(name: str, column: Column, *arguments: Any) -> Call:
    """The function of a property, and of whole numbers and texts."""
    constants = tuple(Constant(a, TEXT if isinstance(a, str) else INT) for a in arguments)
    return Call(name, (Path(column.path), *constants))


def _texts(all: Sequence[Column]) -> Iterator[Proposal]:
    texts = [(c, v) for c in of(all, TEXT) for v in middle(plain_texts(c))[:PIECES]]
    parts = [(c, v, m.group()) for c, v in texts for m in _WORD.finditer(v)]
    yield propose("string", "contains", (Candidate(_on("contains", c, p), _ends(c, p)) for c, v, p in parts))
    begins = ((c, v[:n]) for c, v in texts for n in (3, 2, 1) if len(v) > n)
    starts = (Candidate(_on("startswith", c, p), (_on("contains", c, p), _on("endswith", c, p))) for c, p in begins)
    yield propose("string", "startswith", starts)
    tails = ((c, v[-n:]) for c, v in texts for n in (3, 2, 1) if len(v) > n)
    ends = (Candidate(_on("endswith", c, p), (_on("contains", c, p), _on("startswith", c, p))) for c, p in tails)
    yield propose("string", "endswith", ends)
    counted = [(c, len(v)) for c, v in texts if even(c)]
    lengths = (Candidate(is_(_on("length", c), o, n, INT)) for o in ("eq", "gt") for c, n in counted)
    yield propose("string", "length", lengths)
    places = ((c, p, v.find(p)) for c, v, p in parts)
    found = (
        Candidate(is_(_on("indexof", c, p), "eq", n, INT), (is_(_on("indexof", c, p), "eq", n + 1, INT),)) for c, p, n in places
    )
    yield propose("string", "indexof", found)
    yield propose("string", "substring", (Candidate(is_(_on("substring", c, 1), "eq", v[1:], TEXT)) for c, v in texts if v[1:]))
    cut = ((c, v, n) for n in (2, 1) for c, v in texts if len(v) > n + 1 and " " not in v[1 : 1 + n])
    pieces = (
        Candidate(is_(_on("substring", c, 1, n), "eq", v[1 : 1 + n], TEXT), (_on("contains", c, v[1 : 1 + n]),))
        for c, v, n in cut
    )
    yield propose("string", "substring with length", pieces)
    yield propose(
        "string", "tolower", (Candidate(is_(_on("tolower", c), "eq", v.lower(), TEXT)) for c, v in texts if v.lower() != v)
    )
    yield propose(
        "string", "toupper", (Candidate(is_(_on("toupper", c), "eq", v.upper(), TEXT)) for c, v in texts if v.upper() != v)
    )
    yield propose("string", "trim", (Candidate(is_(_on("trim", c), "eq", v.strip(), TEXT)) for c, v in _blanks_first(all)))
    yield propose("string", "concat", (Candidate(is_(_on("concat", c, "-x"), "eq", f"{v}-x", TEXT)) for c, v in texts))
    shapes = ((c, f"^{v[0]}.*{v[-1]}$") for c, v in texts if v[0].isalnum() and v[-1].isalnum())
    matching = (Candidate(_on("matchesPattern", c, p), (_on("startswith", c, p[1]),)) for c, p in shapes)
    yield propose("string", "matchesPattern", matching, new=True)


def _ends(column: Column, part: str) -> tuple[Expression, ...]:
    return _on("startswith", column, part), _on("endswith", column, part)


def _blanks_first(all: Sequence[Column]) -> list[tuple[Column, str]]:
    texts = [(c, v) for c in of(all, TEXT) for v in short(c) if v.strip() and v.isascii() and v.isprintable()]
    return sorted(texts, key=lambda one: one[1] == one[1].strip())


def _dates(model: CsdlModel, all: Sequence[Column], at: str) -> Iterator[Proposal]:
    plans = (("year", MOMENT), ("month", MOMENT), ("day", MOMENT), ("hour", MOMENT), ("minute", MOMENT), ("second", MOMENT))
    for name, type in (*plans, ("year", DAY), ("month", DAY), ("day", DAY), ("hour", CLOCK), ("minute", CLOCK)):
        title = name if type == MOMENT else f"{name} of {type}"
        yield propose("date", title, _parts(model, of(all, type), name))
    moments, parts = of(all, MOMENT), simple(model, all)
    fractions = (Candidate(is_(_on("fractionalseconds", c), "lt", 0.5, DECIMAL)) for c in of(all, MOMENT, CLOCK))
    yield propose("date", "fractionalseconds", fractions)
    days = ((c, str(v)[:10]) for c in moments for v in middle(c.known))
    yield propose("date", "date", (Candidate(is_(_on("date", c), "eq", v, DAY)) for c, v in days))
    clocks = ((c, f"{hour:02}:00:00") for c in moments for hour in (12, 10, 14, 8, 16, 6, 18))
    yield propose("date", "time", (Candidate(is_(_on("time", c), "lt", v, CLOCK)) for c, v in clocks))
    offsets = [is_(_on("totaloffsetminutes", c), "eq", 0, INT) for c in moments]
    yield propose("date", "totaloffsetminutes", (Candidate(Operation("and", o, p)) for o in offsets for p in parts))
    spans = [(c, odata.times.parse_span(v).picoseconds // odata.times.SECOND) for c in of(all, SPAN) for v in between(model, c)]
    yield propose("date", "totalseconds", (Candidate(is_(_on("totalseconds", c), "gt", n, DECIMAL)) for c, n in spans))
    for name, operator in (("now", "lt"), ("maxdatetime", "lt"), ("mindatetime", "gt")):
        usable = [c for c in moments if (_settled(model, c, at) if name == "now" else not c.nulls)]
        border = [Operation(operator, Path(c.path), Call(name, ())) for c in usable]
        yield propose("date", name, (Candidate(Operation("and", b, p)) for b in border for p in parts))


def _settled(model: CsdlModel, column: Column, at: str) -> bool:
    """Whether every row has a value, and it lies two days back at least, so that no clock sees it otherwise."""
    border = odata.times.parse_moment(at).picoseconds - 2 * odata.times.DAY
    values = [odata.typed(model, column.declared, value) for value in column.values]
    return all(isinstance(value, odata.times.Moment) and value.picoseconds < border for value in values)


def _parts(model: CsdlModel, chosen: Sequence[Column], name: str) -> Iterator[Candidate]:
    """`year(p) eq n` for each n that the data show."""
    for column in chosen:
        typed = [odata.typed(model, column.declared, value) for value in column.known[:PIECES]]
        for number in middle(list(dict.fromkeys(odata.functions.call(name, [value], False) for value in typed))):
            yield Candidate(is_(_on(name, column), "eq", number, INT))


def _math(all: Sequence[Column]) -> Iterator[Proposal]:
    broken = [(c, Decimal(str(v))) for c in of(all, DECIMAL, "Edm.Double") for v in c.known if isinstance(v, (int, float, str))]
    inner = [(c, v, int(v // 1)) for c, v in broken if v.is_finite() and v > 0 and v % 1 not in (0, Decimal("0.5"))]
    for name in ("round", "floor", "ceiling"):
        others = [other for other in ("round", "floor", "ceiling") if other != name]
        asked = ((c, low + (name == "ceiling" or (name == "round" and v % 1 > Decimal("0.5")))) for c, v, low in inner)
        yield propose(
            "math",
            name,
            (Candidate(is_(_on(name, c), "eq", n, INT), tuple(is_(_on(o, c), "eq", n, INT) for o in others)) for c, n in asked),
        )


def _types(model: CsdlModel, window: Window, all: Sequence[Column]) -> Iterator[Proposal]:
    casts = (
        Candidate(is_(Call("cast", (Path(c.path), Path(TEXT))), "eq", str(v), TEXT))
        for c in of(all, *INTEGERS)
        for v in middle(c.known)
    )
    yield propose("type", "cast", casts)
    of_text = (
        Candidate(c.is_("eq", v), text=f"{c.path} eq cast('{v}',{c.type})") for c in of(all, *INTEGERS) for v in middle(c.known)
    )
    yield propose("type", "cast of text", of_text, new=True)
    derived = [type for type in model.derived(window.type.qualified) if isinstance(type, odata.csdl.EntityType)]
    yield propose("type", "isof", (Candidate(Call("isof", (Path(type.qualified),))) for type in derived))
    yield propose("type", "path with a type cast", _own(model, window, derived))


def _own(model: CsdlModel, window: Window, derived: Sequence[odata.csdl.EntityType]) -> Iterator[Candidate]:
    """On properties that only a derived type has."""
    for type in derived:
        rows = [row for row in window.rows if odata.casting.is_of(model, row, window.type.qualified, type.qualified)]
        for member in type.properties:
            if member.type.collection or not rows or not all(member.name in row for row in rows):
                continue
            column = column_of(model, f"{type.qualified}/{member.name}", member.type.name, [row[member.name] for row in rows])
            if column is None or column.type not in (*NUMBERS, TEXT, "Edm.Boolean"):
                continue
            yield from (Candidate(column.is_("eq", value)) for value in middle(column.known))


def _conditional(model: CsdlModel, all: Sequence[Column]) -> Iterator[Proposal]:
    def chosen(condition: Operation) -> Expression:
        few, many = Constant("few", TEXT), Constant("many", TEXT)
        return Operation("eq", Case(((condition, many), (Constant(True, "Edm.Boolean"), few))), few)

    parts = simple(model, all)
    yield propose("conditional", "case", (Candidate(chosen(a), (a,)) for a in parts), new=True)


def _collections(model: CsdlModel, window: Window) -> Iterator[Proposal]:
    """On collections of texts."""
    named = [
        name
        for name, member in model.members(window.type).items()
        if isinstance(member, odata.csdl.Property) and member.type.collection and model.underlying(member.type.name) == TEXT
        if name not in window.hidden and all(isinstance(row.get(name), list) for row in window.rows)
    ]
    pairs = [
        (name, tuple(Constant(v, TEXT) for v in some))
        for name in named
        for row in window.rows
        for some in (*itertools.combinations(row[name][:4], 2), *((v,) for v in row[name][:2]))
    ]
    for function in ("hassubset", "hassubsequence"):
        found = (Candidate(Call(function, (Path(name), Array(some)))) for name, some in pairs)
        yield propose("collection", function, found, new=True)
