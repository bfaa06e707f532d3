"""What stands in a JSON text of any size? Tokens with their places, in memory that does not grow with the text."""

import re
from collections.abc import Iterator
from pathlib import Path

PIECE = 2**20
MOST_TOKEN = 32 * 2**20  # bytes of one string or number, which is held whole
MOST_DEPTH = 1_000
_TOKEN = re.compile(
    rb"[ \t\n\r]*+(?:"
    rb"([{}\[\],:])"
    rb'|("(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*+")'
    rb"|(-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][-+]?[0-9]++)?|true|false|null)(?![0-9A-Za-z.+-])"
    rb")"
)
_BLANK = re.compile(rb"[ \t\n\r]*+")
_STRING = re.compile(rb'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*+')
_WORD = re.compile(rb"[-+.0-9A-Za-z]++")
_VALUE, _MORE, _KEY, _NAME, _COLON, _FIRST = range(6)


class Stop(Exception):
    """Reading further is refused or makes no sense. `rule`: which rule says so; `offset`: bytes from 0."""

    def __init__(self, rule: str, found: str, offset: int) -> None:
        super().__init__(found)
        self.rule = rule
        self.found = found
        self.offset = offset


Token = tuple[str, bytes, int]
"""Kind ("{", "}", "[", "]", "name" of a member, or "value"), text as written, offset in bytes from 0."""


def tokens(path: Path, skip: int = 0) -> Iterator[Token]:
    """The tokens of a file from byte `skip` on. Raises `Stop` where it is not one JSON text."""
    stack: list[bytes] = []
    state = _VALUE
    for sign, text, at in _signs(path, skip):
        if not stack and state == _MORE:
            raise Stop("well-formed", "more behind the text", at)
        match sign:
            case "{" | "[" if state in (_VALUE, _FIRST):
                yield sign, text, at
                stack.append(text)
                if len(stack) > MOST_DEPTH:
                    raise Stop("bounds", f"nested more than {MOST_DEPTH} deep", at)
                state = _KEY if sign == "{" else _FIRST
            case "}" if stack and stack[-1] == b"{" and state in (_KEY, _MORE):
                stack.pop()
                yield "}", text, at
                state = _MORE
            case "]" if stack and stack[-1] == b"[" and state in (_FIRST, _MORE):
                stack.pop()
                yield "]", text, at
                state = _MORE
            case "," if stack and state == _MORE:
                state = _NAME if stack[-1] == b"{" else _VALUE
            case ":" if state == _COLON:
                state = _VALUE
            case '"' if state in (_KEY, _NAME):
                yield "name", text, at
                state = _COLON
            case '"' | "0" if state in (_VALUE, _FIRST):
                yield "value", text, at
                state = _MORE
            case _:
                raise Stop("well-formed", text[:20].decode("utf-8", "replace"), at)
    if stack or state != _MORE:
        raise Stop("well-formed", "the end of the file", path.stat().st_size)


def _signs(path: Path, skip: int) -> Iterator[tuple[str, bytes, int]]:
    """The sign itself, `"` for a string, 0 for a number or word; the text; the offset."""
    with path.open("rb") as file:
        file.seek(skip)
        data, start, at, wanted, ended = b"", skip, 0, PIECE, False
        while True:
            while len(data) - at < wanted and not ended:
                piece = file.read(wanted)
                ended = not piece
                data, start, at = data[at:] + piece, start + at, 0
            found = _TOKEN.match(data, at)
            while found is not None and (ended or found.end() < len(data)):  # a number or word may go on in the next piece
                which = found.lastindex or 1
                text = found[which]
                yield (text.decode() if which == 1 else '"' if which == 2 else "0"), text, start + found.start(which)
                at, wanted = found.end(), PIECE
                found = _TOKEN.match(data, at)
            if len(data) - at < wanted and not ended:
                continue
            at = _behind(_BLANK, data, at)
            if ended or (at < len(data) and not _goes_on(data, at)):
                break
            if len(data) - at > MOST_TOKEN:
                raise Stop("bounds", f"a value of more than {MOST_TOKEN} bytes", start + at)
            wanted = 2 * max(len(data) - at, PIECE)
        if at < len(data):
            at = max(at, _behind(_STRING, data, at))  # what is wrong in a string is what its beginning does not match
            raise Stop("well-formed", data[at : at + 20].decode("utf-8", "replace") or "the end of the file", start + at)


def _behind(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    found = pattern.match(data, at)
    return at if found is None else found.end()


def _goes_on(data: bytes, at: int) -> bool:
    """Whether more bytes may make a token of what begins here."""
    if data[at : at + 1] == b'"':
        return _behind(_STRING, data, at) > len(data) - 6
    return _behind(_WORD, data, at) == len(data)
