"""What does one statement say, with its values?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from cpo_probe.formats.step_p21.grammar import Malformed, instance, part
from cpo_probe.formats.step_p21.parameters import Derived, Elsewhere, Enumeration, Typed, Unset
from cpo_probe.formats.step_p21.strings import decoded
from cpo_probe.formats.step_p21.tokens import Tokens, tokens_of


@dataclass(frozen=True, slots=True)
class Reference:
    """`#12`."""

    id: int


@dataclass(frozen=True, slots=True)
class Bits:
    """`"0FF"`: indicator and hexadecimal digits."""

    digits: str


Value: TypeAlias = Any
"""int, float, str (decoded), Reference, Enumeration, Bits, Unset, Derived, Elsewhere, Typed with a value in it, or a tuple."""


@dataclass(frozen=True, slots=True)
class Record:
    """`KEYWORD(values)`."""

    keyword: str
    values: tuple[Value, ...]


def record_of(tokens: Tokens, utf8: bool) -> Record:
    """One record, as the header has them; raises Malformed with the index of the token."""
    symbols = tokens.symbols()
    one, end = part(symbols, 0, _leaf(tokens, utf8))
    if end < len(symbols) or tokens.stray is not None:
        raise Malformed(end, ";")
    return Record(one.keyword, one.parameters)


def records_of(statement: bytes, utf8: bool) -> tuple[Record, ...]:
    """Records of an instance of DATA, as `Population.text` gives it; none when it keeps no grammar."""
    tokens = tokens_of(statement)
    if tokens.stray is not None:
        return ()
    try:
        parts, _ = instance(tokens.symbols(), _leaf(tokens, utf8))
    except Malformed:
        return ()
    return tuple(Record(one.keyword, one.parameters) for one in parts)


def references_in(value: Value) -> Iterator[int]:
    """Numbers of the instances that a value refers to, in order."""
    if isinstance(value, Reference):
        yield value.id
    elif isinstance(value, Typed):
        yield from references_in(value.parameter)
    elif isinstance(value, tuple):
        for member in value:
            yield from references_in(member)


def _leaf(tokens: Tokens, utf8: bool) -> Any:
    def leaf(index: int) -> Value:
        kind, text = tokens.kinds[index], tokens.texts[index]
        if kind == "string":
            return decoded(text[1:-1], utf8)[0]
        if kind == "integer":
            return int(text) if len(text) <= 4000 else text.decode("ascii")
        if kind == "real":
            return float(text)
        if kind == "reference":
            return Reference(int(text[1:])) if len(text) <= 4000 else None
        if kind == "enumeration":
            return Enumeration(text[1:-1].decode("ascii"))
        if kind == "binary":
            return Bits(text[1:-1].decode("ascii"))
        if kind in ("value", "constant"):
            return Elsewhere(text.decode("ascii"))
        return {b"$": Unset(), b"*": Derived()}.get(text)

    return leaf
