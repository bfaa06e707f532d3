"""Does a text keep a grammar in ABNF (RFC 5234, RFC 7405)? A recogniser that follows every alternative, for tests.

`Grammar.ends(rule, text)` gives the places where the rule can end when it begins at the first character. Each rule is tried
once at each place, so that the cost stays polynomial however ambiguous the grammar is; left recursion is not understood.
"""

import re
from collections.abc import Callable, Mapping

Ends = frozenset[int]
Matcher = Callable[["Run", int], Ends]

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>(?:%[si])?"[^"]*")|(?P<number>%[xdb][0-9A-Fa-f.-]+)|(?P<repeat>\d*\*\d*|\d+(?=[A-Za-z("\[%]))"""
    r"""|(?P<name>[A-Za-z][A-Za-z0-9-]*)|(?P<sign>[()\[\]/]))"""
)
_RULE = re.compile(r"^([A-Za-z][A-Za-z0-9-]*)\s*(=/?)\s*", re.MULTILINE)
_COMMENT = re.compile(r"""("[^"\n]*")|;[^\n]*""")
_BASES = {"x": 16, "d": 10, "b": 2}


class Grammar:
    """`limits`: names of rules to the only texts that they match, such as the names of a model; matched in full."""

    def __init__(self, text: str, limits: Mapping[str, frozenset[str]] | None = None) -> None:
        bare = _COMMENT.sub(lambda match: match.group(1) or "", text)
        marks = list(_RULE.finditer(bare))
        ends = [mark.start() for mark in marks[1:]] + [len(bare)]
        self.rules: dict[str, Matcher] = {}
        self.limits = {name.lower(): texts for name, texts in (limits or {}).items()}
        for mark, end in zip(marks, ends, strict=True):
            name, matcher = mark.group(1).lower(), _Reader(bare[mark.end() : end]).whole()
            self.rules[name] = _either([self.rules[name], matcher]) if mark.group(2) == "=/" else matcher

    def ends(self, rule: str, text: str) -> Ends:
        return Run(self, text).at(rule.lower(), 0)

    def matches(self, rule: str, text: str) -> bool:
        return len(text) in self.ends(rule, text)


class Run:
    """One text; remembers where each rule can end from each place. `farthest`: how far any terminal got."""

    def __init__(self, grammar: Grammar, text: str) -> None:
        self.grammar, self.text, self.farthest = grammar, text, 0
        self._known: dict[tuple[str, int], Ends] = {}

    def at(self, rule: str, place: int) -> Ends:
        key = rule, place
        if key not in self._known:
            found = self.grammar.rules[rule](self, place)
            only = self.grammar.limits.get(rule)
            self._known[key] = found if only is None else frozenset(e for e in found if self.text[place:e] in only)
        return self._known[key]

    def passed(self, end: int) -> Ends:
        self.farthest = max(self.farthest, end)
        return frozenset((end,))


class _Reader:
    """What stands to the right of one rule's name."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        place = 0
        while text[place:].strip():
            match = _TOKEN.match(text, place)
            assert match is not None and match.lastgroup is not None, f"no ABNF: {text[place : place + 40]!r}"
            self._tokens.append((match.lastgroup, match.group(match.lastgroup)))
            place = match.end()
        self._next = 0

    def whole(self) -> Matcher:
        matcher = self._alternatives()
        assert self._next == len(self._tokens), self._tokens[self._next :]
        return matcher

    def _here(self) -> tuple[str, str]:
        return self._tokens[self._next] if self._next < len(self._tokens) else ("", "")

    def _alternatives(self) -> Matcher:
        found = [self._sequence()]
        while self._here() == ("sign", "/"):
            self._next += 1
            found.append(self._sequence())
        return found[0] if len(found) == 1 else _either(found)

    def _sequence(self) -> Matcher:
        found = []
        while self._here()[0] and self._here()[1] not in ("/", ")", "]"):
            found.append(self._repeated())
        return found[0] if len(found) == 1 else _sequence(found)

    def _repeated(self) -> Matcher:
        kind, text = self._here()
        if kind != "repeat":
            return self._element()
        self._next += 1
        low, star, high = text.partition("*")
        least, most = int(low or 0), int(high) if high else None if star else int(low)
        return _repeat(self._element(), least, most)

    def _element(self) -> Matcher:
        kind, text = self._here()
        self._next += 1
        if kind == "text":
            return _literal(text)
        if kind == "number":
            return _number(text)
        if kind == "name":
            name = text.lower()
            return lambda run, place: run.at(name, place)
        inner = self._alternatives()
        self._next += 1
        return inner if text == "(" else _repeat(inner, 0, 1)


def _literal(text: str) -> Matcher:
    wanted, exact = text[text.index('"') + 1 : -1], text.startswith("%s")

    def match(run: Run, place: int) -> Ends:
        end = place + len(wanted)
        found = run.text[place:end]
        return run.passed(end) if found == wanted or (not exact and found.lower() == wanted.lower()) else frozenset()

    return match


def _number(text: str) -> Matcher:
    base, digits = _BASES[text[1]], text[2:]
    if "-" in digits:
        low, high = (int(part, base) for part in digits.split("-"))

        def match(run: Run, place: int) -> Ends:
            inside = place < len(run.text) and low <= ord(run.text[place]) <= high
            return run.passed(place + 1) if inside else frozenset()

        return match
    return _literal('%s"' + "".join(chr(int(part, base)) for part in digits.split(".")) + '"')


def _either(found: list[Matcher]) -> Matcher:
    return lambda run, place: frozenset().union(*(matcher(run, place) for matcher in found))


def _sequence(found: list[Matcher]) -> Matcher:
    def match(run: Run, place: int) -> Ends:
        places: Ends = frozenset((place,))
        for matcher in found:
            places = frozenset().union(*(matcher(run, each) for each in places))
        return places

    return match


def _repeat(inner: Matcher, least: int, most: int | None) -> Matcher:
    def match(run: Run, place: int) -> Ends:
        places: Ends = frozenset((place,))
        found: set[int] = set(places) if least == 0 else set()
        count = 0
        while places and (most is None or count < most):
            places = frozenset().union(*(inner(run, each) for each in places))
            count += 1
            if count >= least:
                places -= found
                found |= places
        return frozenset(found)

    return match
