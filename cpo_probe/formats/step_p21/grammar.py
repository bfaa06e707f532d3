"""Does a row of tokens keep the grammar of an instance, and of what form are its parameters?

Tokens are symbols of a key (`collapse`): `'`, `#`, 1 for an integer, 2 for a real, 5 for a binary, `@...` for a value from
elsewhere, everything else as written; `{n}` behind a member of a list stands for n of it.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from cpo_probe.formats.step_p21.parameters import (
    Binary,
    Derived,
    Elsewhere,
    Enumeration,
    Integer,
    Parameter,
    Part,
    Real,
    Ref,
    Run,
    Shape,
    Text,
    Typed,
    Unset,
)

DEPTH = 64
"""Deeper lists than that are refused; schemas need four."""
MOST = 1 << 12
"""Parameters of one kind in a row that a record may have; no entity has so many attributes."""
_KEY = re.compile(rb"\{[0-9]{1,18}\}|[(),=#\x01\x02\x05'$*]|\.[A-Z_][A-Z0-9_]*\.|!?[A-Z_][A-Z0-9_]*|@[#@A-Z0-9_]*|.", re.DOTALL)
_KEYWORD = re.compile(rb"!?[A-Z_][A-Z0-9_]*\Z")
_MEMBERS = re.compile(rb"([#\x01\x02'])(?:,\1){8,}")
_GROUPS = re.compile(rb"(\([^()]{1,512}\))(?:,\1){3,}")
_GO_ON = re.compile(
    rb"([#\x01\x02']|\([^()]{1,512}\))"
    rb"(?:\{[0-9]+\}(?:,\1(?:\{[0-9]+\})?)+|(?:,\1)*,\1\{[0-9]+\}(?:,\1(?:\{[0-9]+\})?)*)"
)
_COUNT = re.compile(rb"(?:^|\0)(?:\{([0-9]+)\})?")
_PLAIN: dict[bytes, Parameter] = {
    b"'": Text(), b"\x01": Integer(), b"\x02": Real(), b"\x05": Binary(), b"$": Unset(), b"*": Derived(),
}  # fmt: skip


class Malformed(Exception):
    """Token number `index` is not what the grammar expects there; it may be one past the last."""

    def __init__(self, index: int, expected: str) -> None:
        super().__init__(index, expected)
        self.index = index
        self.expected = expected


def shortened(key: bytes) -> bytes:
    """The key with runs of equal members counted: a list of a million points is as short as one of nine."""
    short = _MEMBERS.sub(lambda m: b"%b{%d}" % (m[1], (m.end() - m.start() + 1) // 2), key)
    return _GROUPS.sub(lambda m: b"%b{%d}" % (m[1], (m.end() - m.start() + 1) // (len(m[1]) + 1)), short)


def joined(short: bytes) -> bytes:
    """A key made of shortened pieces, with runs that go on from piece to piece counted as one."""
    return _GO_ON.sub(_sum, _GO_ON.sub(_sum, short))


def _sum(match: re.Match[bytes]) -> bytes:
    counts = _COUNT.findall(match[0][len(match[1]) :].replace(match[1], b"\0"))
    return b"%b{%d}" % (match[1], sum(int(count or b"1") for count in counts))


def shape_of(key: bytes, first: int) -> Shape:
    """The shape that a key stands for; raises Malformed."""
    tokens = _KEY.findall(shortened(key))
    slots = _Slots(tokens)
    parts, complex_ = instance(tokens, slots.leaf, slots)
    return Shape(parts, complex_, first, slots.used)


class _Slots:
    """Numbers references in order."""

    def __init__(self, tokens: Sequence[bytes]) -> None:
        self._tokens = tokens
        self.used = 0

    def leaf(self, index: int) -> Any:
        token = self._tokens[index]
        if token == b"#":
            self.used += 1
            return Ref(self.used - 1)
        if (plain := _PLAIN.get(token)) is not None:
            return plain
        if token[:1] == b"." and len(token) > 2:
            return Enumeration(token[1:-1].decode("ascii"))
        if token[:1] == b"@":
            return Elsewhere(token.decode("ascii"))
        return None

    def copies(self, member: Any, count: int, before: int) -> list[Any]:
        """The parameters behind one that is repeated so many times more."""
        refs = self.used - before
        self.used += refs * count
        return [_shifted(member, refs * k) if refs else member for k in range(1, count + 1)]

    def run(self, member: Any, count: int, before: int) -> Run:
        refs = self.used - before
        self.used += refs * (count - 1)
        return Run(member, count, refs)


def instance(tokens: Sequence[bytes], leaf: Callable[[int], Any], slots: "_Slots | None" = None) -> tuple[tuple[Part, ...], bool]:
    """Parts of `#n=KEYWORD(...)` or `#n=(KEYWORD(...) ...)` and whether it is the latter; raises Malformed.

    `leaf` makes a parameter of the token at an index, None if it is none.
    """
    if tokens[:2] != [b"#", b"="]:
        raise Malformed(min(len(tokens), 1), "=")
    if _at(tokens, 2) != b"(":
        one, end = part(tokens, 2, leaf, slots)
        parts: list[Part] = [one]
    else:
        parts, end = [], 3
        while _at(tokens, end) != b")" or not parts:
            one, end = part(tokens, end, leaf, slots)
            parts.append(one)
        end += 1
    if end < len(tokens):
        raise Malformed(end, ";")
    return tuple(parts), _at(tokens, 2) == b"("


def part(tokens: Sequence[bytes], at: int, leaf: Callable[[int], Any], slots: "_Slots | None" = None) -> tuple[Part, int]:
    """`KEYWORD(...)` that begins at a token, and the index behind it; raises Malformed."""
    if not _KEYWORD.match(_at(tokens, at)):
        raise Malformed(at, "a keyword")
    if _at(tokens, at + 1) != b"(":
        raise Malformed(at + 1, "(")
    parameters, end = _parameters(tokens, at + 2, leaf, slots)
    return Part(tokens[at].decode("ascii"), parameters), end


def _parameters(
    tokens: Sequence[bytes], i: int, leaf: Callable[[int], Any], slots: "_Slots | None"
) -> tuple[tuple[Any, ...], int]:
    """What stands between parentheses, the first one read; the index behind the last one. No recursion: lists may be deep."""
    outer: list[tuple[list[Any], str, int]] = []
    members: list[Any] = []
    typed = ""  # the keyword before the open parenthesis, "" for a list
    before = 0  # slots used before the last member
    while True:
        token = _at(tokens, i)
        value: Any = None
        if token == b"(" or _KEYWORD.match(token):
            if token != b"(":
                i += 1
                if _at(tokens, i) != b"(":
                    raise Malformed(i, "(")
            if len(outer) >= DEPTH:
                raise Malformed(i, f"at most {DEPTH} parentheses in each other")
            outer.append((members, typed, slots.used if slots else 0))
            members, typed = [], "" if token == b"(" else token.decode("ascii")
            i += 1
            if _at(tokens, i) != b")" or typed:
                continue
        elif token == b")" and not members and not outer:
            return (), i + 1
        else:
            before = slots.used if slots else 0
            if not token or (value := leaf(i)) is None:
                raise Malformed(i, "a parameter")
            members.append(value)
            i += 1
        while True:
            token = _at(tokens, i)
            if token == b",":
                if typed:
                    raise Malformed(i, ")")
                i += 1
                break
            if token != b")":
                if slots is None or token[:1] != b"{" or len(token) < 3 or not members or typed:
                    raise Malformed(i, ", or )")
                count = int(token[1:-1])
                if outer:
                    members[-1] = slots.run(members[-1], count, before)
                elif count > MOST:
                    raise Malformed(i, f"at most {MOST} parameters")
                else:
                    members += slots.copies(members[-1], count - 1, before)
                i += 1
                continue
            i += 1
            if not outer:
                return tuple(members), i
            value = Typed(typed, members[0]) if typed else tuple(members)
            members, typed, before = outer.pop()
            members.append(value)


def _shifted(parameter: Any, by: int) -> Any:
    match parameter:
        case Ref(slot):
            return Ref(slot + by)
        case Typed(keyword, inner):
            return Typed(keyword, _shifted(inner, by))
        case Run(member, count, refs):
            return Run(_shifted(member, by), count, refs)
        case tuple():
            return tuple(_shifted(member, by) for member in parameter)
    return parameter


def _at(tokens: Sequence[bytes], index: int) -> bytes:
    return tokens[index] if index < len(tokens) else b""
