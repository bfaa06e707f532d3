"""A reader of Part 21 as slow and plain as can be, byte by byte, that shares nothing with the one under test."""

from typing import Any

DIGITS = b"0123456789"
UPPER = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ_"
HEX = b"0123456789ABCDEF"


class Wrong(Exception):
    """No instance of the grammar."""


DIRECTIVES = (b"\\\\", b"\\X0\\", b"\\X2\\", b"\\X4\\", b"\\X\\", b"\\N\\", b"\\F\\", b"\\S\\")


def without_section_signs(data: bytes) -> bytes:
    """The apostrophe of a directive \\S\\' is a character, no end of a string: it becomes a tilde."""
    out = bytearray()
    i, mode = 0, "text"
    while i < len(data):
        c = data[i : i + 1]
        if mode == "string":
            taken = next((one for one in DIRECTIVES if data.startswith(one, i)), c)
            i += len(taken)
            if taken == b"\\S\\":
                taken, i = taken + data[i : i + 1].replace(b"'", b"~"), i + 1
            elif c == b"'":
                mode = "text"
            out += taken
            continue
        if mode == "comment" and data[i : i + 2] == b"*/":
            mode = "closing"
        elif mode == "closing":
            mode = "text"
        elif mode == "text" and data[i : i + 2] == b"/*":
            mode, i = "comment", i + 1
            out += c
            c = b"*"
        elif mode == "text" and c == b"'":
            mode = "string"
        out += c
        i += 1
    return bytes(out)


def statements(data: bytes) -> list[bytes]:
    """Texts before each semicolon outside strings and comments; comments are one blank each, control characters gone."""
    data = without_section_signs(data)
    out: list[bytes] = []
    now = bytearray()
    i, mode = 0, "text"
    while i < len(data):
        c = data[i : i + 1]
        if mode == "comment":
            if data[i : i + 2] == b"*/":
                mode, i = "text", i + 1
        elif c < b" " or c == b"\x7f":
            pass
        elif mode == "string":
            now += c
            if c == b"'":
                mode = "text"
        elif data[i : i + 2] == b"/*":
            now += b" "
            mode, i = "comment", i + 1
        elif c == b";":
            out.append(bytes(now))
            now = bytearray()
        else:
            now += c
            if c == b"'":
                mode = "string"
        i += 1
    return out


def instances(data: bytes) -> list[tuple[int, Any] | None]:
    """What each statement between the first DATA and its ENDSEC is: number and tree, None when it keeps no grammar."""
    out: list[tuple[int, Any] | None] = []
    inside = False
    for text in statements(data):
        word = text.strip(b" ")
        if word == b"DATA":
            inside = True
        elif word == b"ENDSEC":
            if inside:
                break
        elif inside:
            try:
                out.append(_Cursor(text).instance())
            except Wrong:
                out.append(None)
    return out


class _Cursor:
    def __init__(self, text: bytes) -> None:
        self.text = text
        self.i = 0

    def instance(self) -> tuple[int, Any]:
        self.blanks()
        number = self.name()
        self.expect(b"=")
        self.blanks()
        if self.peek() == b"(":
            self.i += 1
            parts: list[Any] = []
            self.blanks()
            while self.peek() != b")" or not parts:
                parts.append(self.record())
                self.blanks()
            self.i += 1
            tree: Any = ("complex", tuple(parts))
        else:
            tree = ("simple", (self.record(),))
        self.blanks()
        if self.i != len(self.text):
            raise Wrong
        return number, tree

    def record(self) -> Any:
        keyword = self.keyword()
        self.expect(b"(")
        return keyword, self.members()

    def members(self) -> Any:
        """Up to and with the closing parenthesis."""
        self.blanks()
        if self.peek() == b")":
            self.i += 1
            return ()
        out = [self.parameter()]
        self.blanks()
        while self.peek() == b",":
            self.i += 1
            out.append(self.parameter())
            self.blanks()
        self.expect(b")")
        return tuple(out)

    def parameter(self) -> Any:
        self.blanks()
        c = self.peek()
        if c == b"(":
            self.i += 1
            return ("list", self.members())
        if c in (b"$", b"*"):
            self.i += 1
            return c.decode()
        if c == b"#" and self.text[self.i + 1 : self.i + 2] in _each(DIGITS):
            return ("ref", self.name())
        if c == b"@" or c == b"#":
            return self.elsewhere()
        if c == b"'":
            return self.string()
        if c == b'"':
            return self.binary()
        if c == b".":
            return self.enumeration()
        if c in _each(DIGITS + b"+-"):
            return self.number()
        keyword = self.keyword()
        self.expect(b"(")
        inner = self.parameter()
        self.blanks()
        self.expect(b")")
        return ("typed", keyword, inner)

    def name(self) -> int:
        if self.peek() != b"#":
            raise Wrong
        self.i += 1
        return int(self.run(DIGITS, 1))

    def elsewhere(self) -> Any:
        sign = self.peek().decode()
        self.i += 1
        if sign == "@" and self.peek() in _each(DIGITS):
            self.run(DIGITS, 1)
            return "@"
        if self.peek() not in _each(UPPER):
            raise Wrong
        return "@" + ("#" if sign == "#" else "") + self.run(UPPER + DIGITS, 1).decode()

    def string(self) -> str:
        self.i += 1
        while True:
            if self.i >= len(self.text):
                raise Wrong
            if self.peek() == b"'":
                self.i += 1
                if self.peek() != b"'":
                    return "text"
            self.i += 1

    def binary(self) -> str:
        self.i += 1
        if self.peek() not in _each(b"0123"):
            raise Wrong
        self.run(HEX, 1)
        if self.peek() != b'"':
            raise Wrong
        self.i += 1
        return "binary"

    def enumeration(self) -> Any:
        self.i += 1
        if self.peek() not in _each(UPPER):
            raise Wrong
        name = self.run(UPPER + DIGITS, 1)
        if self.peek() != b".":
            raise Wrong
        self.i += 1
        return ("enum", name.decode())

    def number(self) -> str:
        if self.peek() in (b"+", b"-"):
            self.i += 1
        self.run(DIGITS, 1)
        if self.peek() != b".":
            return "integer"
        self.i += 1
        self.run(DIGITS, 0)
        if self.peek() == b"E":
            self.i += 1
            if self.peek() in (b"+", b"-"):
                self.i += 1
            self.run(DIGITS, 1)
        return "real"

    def keyword(self) -> str:
        self.blanks()
        own = self.peek() == b"!"
        self.i += own
        if self.peek() not in _each(UPPER):
            raise Wrong
        return "!" * own + self.run(UPPER + DIGITS, 1).decode()

    def run(self, allowed: bytes, least: int) -> bytes:
        begin = self.i
        while self.peek() and self.peek() in _each(allowed):
            self.i += 1
        if self.i - begin < least:
            raise Wrong
        return self.text[begin : self.i]

    def blanks(self) -> None:
        while self.peek() == b" " or self.text[self.i : self.i + 3] in (b"\\N\\", b"\\F\\"):
            self.i += 1 if self.peek() == b" " else 3

    def expect(self, mark: bytes) -> None:
        self.blanks()
        if self.peek() != mark:
            raise Wrong
        self.i += 1

    def peek(self) -> bytes:
        return self.text[self.i : self.i + 1]


def _each(letters: bytes) -> set[bytes]:
    return {letters[i : i + 1] for i in range(len(letters))}
