"""Where in the text does the reader stand, and is what comes next what has to come?"""

from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from cpo_probe.formats.express.tokens import ExpressError, Text, Token

T = TypeVar("T")
MOST_NESTED = 64
"""Of aggregates and parentheses; the deepest in published schemas is 4."""
_SHOWN = 80


class Cursor:
    """One token of look-ahead over a text."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._tokens = text.tokens()
        self._next = next(self._tokens)
        self._depth = 0

    @property
    def word(self) -> str:
        """The next token's text; "" for a string, so that none is taken for a keyword."""
        return "" if self._next.kind == "string" else self._next.text

    @property
    def at_end(self) -> bool:
        return self._next.kind == "end"

    def wrong(self, said: str) -> ExpressError:
        """The error to raise at the next token."""
        return self._text.wrong(self._next.offset, f"{said}; found {self._next.text[:_SHOWN]}")

    def step(self) -> Token:
        """The next token, which is then behind."""
        token = self._next
        if token.kind != "end":
            self._next = next(self._tokens)
        return token

    def take(self, word: str) -> bool:
        """Step over `word` if it comes next."""
        if self.word != word:
            return False
        self.step()
        return True

    def expect(self, word: str, what: str = "") -> None:
        """Step over `word`. Raises `ExpressError` when something else comes."""
        if not self.take(word):
            raise self.wrong(f"expected {what or word}")

    def name(self, what: str) -> str:
        """A name, in lower case. Raises `ExpressError` when something else comes."""
        if self._next.kind != "name":
            raise self.wrong(f"expected {what}")
        return self.step().text

    def take_string(self) -> str:
        """The contents of a string that comes next, else ""."""
        return self.step().text[1:-1].replace("''", "'") if self._next.kind == "string" else ""

    def listed(self, item: Callable[[], T]) -> list[T]:
        """`( item, item )`."""
        self.expect("(")
        with self.deeper():
            found = [item()]
            while self.take(","):
                found.append(item())
        self.expect(")")
        return found

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One level down. Raises `ExpressError` beyond `MOST_NESTED`."""
        self._depth += 1
        if self._depth > MOST_NESTED:
            raise self.wrong(f"expected at most {MOST_NESTED} levels of nesting")
        yield
        self._depth -= 1

    def skip_to(self, word: str) -> None:
        """Over everything up to and with `word`. Raises `ExpressError` when it does not come."""
        while not self.take(word):
            if self.at_end:
                raise self.wrong(f"expected {word.upper()}")
            self.step()

    def skip_algorithm(self, ends: Mapping[str, str]) -> None:
        """Over a declaration that begins with a key of `ends` and ends with its value; they may hold each other (9.5)."""
        open_ = [ends[self.step().text]]
        while open_:
            word = self.word
            if self.at_end:
                raise self.wrong(f"expected {open_[-1].upper()}")
            self.step()
            if word == open_[-1]:
                open_.pop()
            elif word in ends:
                open_.append(ends[word])
        self.expect(";")

    def once(self, name: str, *known: Container[str]) -> None:
        """Raises `ExpressError` when the name that was just declared is in `known`."""
        if any(name in names for names in known):
            raise self.wrong(f"expected each name to be declared once in a schema (10.1); {name} is declared again before this")
