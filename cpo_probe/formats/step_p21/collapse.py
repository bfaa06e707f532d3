"""What do many instances have in common? Their text without values, found for a whole block of a file at once.

The key of a statement is its text without blanks in which strings, numbers and references are one symbol each. Only what
keeps the grammar is collapsed: a malformed literal stays, so that its key is of no valid form. Statements with bytes that
are seldom met outside strings, or with a blank between two words, are marked; they are to be read token by token.

Every step looks at neighbouring bytes only, which numpy does for all bytes of the block in one go: runs of digits become
one byte first, so that a number has at most seven bytes to look at.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Bytes: TypeAlias = NDArray[np.uint8]
Mask: TypeAlias = NDArray[np.bool_]
Positions: TypeAlias = NDArray[np.int64]
Words: TypeAlias = NDArray[np.uint64]

INTEGER, REAL = 1, 2
"""Symbols of a key, beside `#` and `'`."""
_DIGIT, _LETTER, _BLANK, _MARK, _ODD, _ODD_IN_STRING = 1, 2, 4, 8, 16, 32
_QUOTE, _HASH, _DOT, _SEMICOLON, _E = 39, 35, 46, 59, 69
_PROPAGATED = 16
"""A name with more digits in a row is read token by token."""
_SPARE = bytes(16)


def _classes() -> bytes:
    table = bytearray(256)
    for code in range(256):
        text = chr(code)
        if text in "0123456789":
            table[code] = _DIGIT
        elif code < 128 and (text.isalpha() or text == "_"):
            table[code] = _LETTER
        elif text in " \t\r\n":
            table[code] = _BLANK
        elif text in ",();=":
            table[code] = _MARK
        elif text not in ".+-#'$*":
            table[code] = _ODD | (_BLANK if code < 32 else 0)
        if text == "\\" or code > 126 or (code < 32 and text not in "\r\n"):
            table[code] |= _ODD_IN_STRING
    return bytes(table)


_CLASSES = _classes()


@dataclass(frozen=True, slots=True)
class Collapsed:
    """The statements of a block; n of them end in it, and with `rest` begins one that does not.

    `keys`: n. `ends`: offsets of their semicolons in the block. `marked`: which are to be read token by token, ascending; n
    stands for the rest. `hashes`: where `#` stands outside strings, `values` the number behind it (0 for one beyond 15 digits,
    whose statement is marked). `strings`: first and last byte of the strings that hold something to decode or are long.
    `inside`: where semicolons stand in strings.
    """

    keys: list[bytes]
    rest: bytes
    ends: Positions
    marked: list[int]
    hashes: Positions
    values: Words
    strings: list[tuple[int, int]]
    inside: Positions


def collapse(text: bytes, long_string: int) -> Collapsed:
    """Statements of a block that begins and ends between two tokens; strings from `long_string` bytes on are told."""
    n = len(text)
    a = np.frombuffer(text, np.uint8)
    classes = np.frombuffer(text.translate(_CLASSES), np.uint8)
    quote = a == _QUOTE
    inside = _prefix_xor(quote)
    outside = ~inside
    first, runaway = _first_pass(a, classes, quote, outside)
    key, doubtful = _second_pass(first)
    semicolon = a == _SEMICOLON
    ends = np.flatnonzero(semicolon & outside)
    hashes = np.flatnonzero((a == _HASH) & outside)
    values, beyond = _numbers(text, hashes + 1)
    odd = np.flatnonzero(((classes & _ODD) != 0) & outside)
    marked: set[int] = set(doubtful.tolist())
    for places in (odd, runaway, hashes[beyond]):
        if len(places):
            marked.update(np.searchsorted(ends, places).tolist())
    keys = key.tobytes().split(b";")
    rest = keys.pop()
    strings = _strings(classes, quote, inside, long_string) if n else []
    return Collapsed(keys, rest, ends, sorted(marked), hashes, values, strings, np.flatnonzero(semicolon & inside))


def _first_pass(a: Bytes, classes: Bytes, quote: Mask, outside: Mask) -> tuple[Bytes, Positions]:
    """The text with strings, runs of blanks and runs of digits as one byte; digits of names stay.

    Beside it: where a name has more digits than are followed.
    """
    digit = ((classes & _DIGIT) != 0) & outside
    blank = (classes & _BLANK) != 0
    exponent = _behind(a == _E, digit | (a == _DOT))
    named = _behind(digit, ((classes & _LETTER) != 0) & ~exponent)
    grown = named
    for _ in range(_PROPAGATED):
        grown = _behind(digit, grown)
        if not grown.any():
            break
        named = named | grown
    number = digit & ~named
    drop = _ahead(blank, blank)
    drop |= _ahead(number, digit)
    drop |= _ahead(quote, quote)
    collapsed = a.copy()
    np.putmask(collapsed, number, INTEGER)
    return collapsed[outside & ~drop], np.flatnonzero(grown)


def _second_pass(w: Bytes) -> tuple[Bytes, Positions]:
    """Keys, with their semicolons; beside it the numbers of the statements with blanks or letters of doubtful meaning."""
    classes = np.frombuffer(w.tobytes().translate(_CLASSES), np.uint8)
    number = w == INTEGER
    blank = ((classes & _BLANK) != 0) & ~number
    mark = (classes & _MARK) != 0
    sign = (w == 43) | (w == 45)
    hash_ = w == _HASH
    e = w == _E
    point = _behind(w == _DOT, number)
    fraction = _behind(number, point)
    signed = _ahead(sign, number)
    then = _ahead(e, number)
    exponent = _behind(then | _ahead(e, signed), point | fraction)
    its_sign = _behind(sign, exponent)
    drop = _behind(number, hash_ | point | exponent | its_sign)
    drop |= _ahead(number, point)
    drop |= _behind(signed, mark | blank, True)
    drop |= blank
    drop |= exponent
    drop |= its_sign
    doubtful = hash_ & ~_ahead(hash_, number)
    doubtful |= then & ~exponent
    doubtful |= blank & ~(_behind(blank, mark, True) | _ahead(blank, mark))
    places = np.flatnonzero(doubtful)
    if len(places):
        places = np.unique(np.searchsorted(np.flatnonzero(w == _SEMICOLON), places))
    np.putmask(w, point, REAL)
    return w[~drop], places


def _strings(classes: Bytes, quote: Mask, inside: Mask, long_string: int) -> list[tuple[int, int]]:
    odd = np.flatnonzero(((classes & _ODD_IN_STRING) != 0) & inside)
    if not len(odd) and len(inside) < long_string:
        return []
    closing = quote & ~inside
    opening = quote & inside
    begin = np.flatnonzero(opening & ~_behind(opening, closing))
    end = np.flatnonzero(closing & ~_ahead(closing, opening))
    begin = begin[: len(end)]
    told = set(np.flatnonzero(end - begin + 1 >= long_string).tolist())
    if len(odd):
        told.update((np.searchsorted(begin, odd, side="right") - 1).tolist())
    return [(int(begin[i]), int(end[i])) for i in sorted(told)]


def _behind(mask: Mask, before: Mask, first: bool = False) -> Mask:
    """Which bytes of `mask` stand behind one of `before`; `first` holds of what comes before the first."""
    out = np.empty_like(mask)
    out[:1] = mask[:1] & first
    np.bitwise_and(mask[1:], before[:-1], out=out[1:])
    return out


def _ahead(mask: Mask, after: Mask) -> Mask:
    """Which bytes of `mask` stand before one of `after`."""
    out = np.empty_like(mask)
    out[-1:] = False
    np.bitwise_and(mask[:-1], after[1:], out=out[:-1])
    return out


def _prefix_xor(marks: Mask) -> Mask:
    """Whether an odd number of marks stands up to and with each byte: 64 at a time, doubling the reach six times."""
    bits = np.packbits(marks, bitorder="little")
    words = np.zeros((len(bits) + 7) // 8, np.uint64)
    words.view(np.uint8)[: len(bits)] = bits
    for reach in (1, 2, 4, 8, 16, 32):
        words ^= words << np.uint64(reach)
    odd = np.bitwise_xor.accumulate(words >> np.uint64(63))
    words[1:] ^= np.uint64(0) - odd[:-1]
    return np.unpackbits(words.view(np.uint8), bitorder="little", count=len(marks)).view(np.bool_)


def _numbers(text: bytes, places: Positions) -> tuple[Words, Mask]:
    """The unsigned numbers that begin there, and which have more than 15 digits; those are 0."""
    spare: Any = text + _SPARE  # eight bytes are looked at from each place on
    eight = np.ndarray(shape=(len(text) + 9,), dtype="<u8", buffer=spare, strides=(1,))
    value, digits = _digits(eight[places])
    beyond = np.zeros(len(places), np.bool_)
    if len(more := np.flatnonzero(digits == 8)):
        low, extra = _digits(eight[places[more] + 8])
        value[more] = value[more] * np.uint64(10) ** extra + low
        beyond[more] = extra == 8
        value[beyond] = 0
    return value, beyond


def _digits(eight: Words) -> tuple[Words, Words]:
    """The number that the leading digits of eight bytes (little endian) make, and how many they are."""
    x = eight ^ np.uint64(0x3030303030303030)
    other = ((x + np.uint64(0x7676767676767676)) | x) & np.uint64(0x8080808080808080)
    lowest = other & (np.uint64(0) - other)
    digits = np.bitwise_count(lowest - np.uint64(1)).astype(np.uint64) >> np.uint64(3)  # 64 bits set when there is none
    x = np.where(digits == 0, np.uint64(0), x << ((np.uint64(8) - digits) << np.uint64(3)) % np.uint64(64))
    x = (x * np.uint64(10) + (x >> np.uint64(8))) & np.uint64(0x00FF00FF00FF00FF)
    x = (x * np.uint64(100) + (x >> np.uint64(16))) & np.uint64(0x0000FFFF0000FFFF)
    x = (x * np.uint64(10000) + (x >> np.uint64(32))) & np.uint64(0xFFFFFFFF)
    return x, digits
