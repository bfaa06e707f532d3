"""Which data type stands here? (ISO 10303-11:2004, clause 8)"""

from dataclasses import replace

from cpo_probe.formats.express.cursor import Cursor
from cpo_probe.formats.express.model import AGGREGATES, SIMPLE, Aggregate, Named, Simple, Type


def type_of(cursor: Cursor) -> Type:
    """A simple type, an aggregate or a name. Raises `ExpressError`."""
    kind = cursor.word.upper()
    if kind in AGGREGATES:
        return _aggregate(cursor)
    if kind not in SIMPLE:
        return Named(cursor.name("a data type"))
    cursor.step()
    width = 0
    if cursor.take("("):  # of a REAL that is its precision, which no value can break
        width = (_number(cursor, ")") or 0) if kind in ("STRING", "BINARY") else (_number(cursor, ")"), 0)[1]
        cursor.expect(")")
    if cursor.take(":"):
        cursor.name("a label")
    return Simple(kind, width, cursor.take("fixed"))


def _aggregate(cursor: Cursor) -> Aggregate:
    made = aggregate_head(cursor)
    optional, unique = cursor.take("optional"), cursor.take("unique")
    with cursor.deeper():
        of = type_of(cursor)
    return replace(made, of=of, optional=optional, unique=unique)


def aggregate_head(cursor: Cursor) -> Aggregate:
    """`LIST [1:?] OF`, without what it is of."""
    kind = cursor.step().text.upper()
    low = high = None
    if cursor.take(":"):
        cursor.name("a label")
    if cursor.take("["):
        low = _number(cursor, ":")
        cursor.expect(":")
        high = _number(cursor, "]")
        cursor.expect("]")
    cursor.expect("of", what="OF")
    return Aggregate(kind, Simple("GENERIC"), low, high)


def _number(cursor: Cursor, end: str) -> int | None:
    """The integer that stands before `end`; None for `?` and for every other expression."""
    tokens, depth = [], 0
    while depth or cursor.word != end:
        if cursor.at_end:
            raise cursor.wrong(f"expected {end}")
        depth += (cursor.word in ("(", "[", "{")) - (cursor.word in (")", "]", "}"))
        tokens.append(cursor.step().text)
    try:
        return int("".join(tokens))
    except ValueError:
        return None
