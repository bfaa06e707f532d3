"""What are the report's own words and numbers in a language?

Texts of criteria, KPIs, checks and reasons come from the catalogue; these are the words around them.
"""

import re
import tomllib
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from cpo_probe.errors import UsageError
from cpo_probe.model import Interval

FOLDER = Path(__file__).parent / "texts"
LANGUAGES = ("en", "de")


@cache
def table(language: str) -> dict[str, str]:
    """Every text of the language by its dotted key."""
    if language not in LANGUAGES:
        raise UsageError(f"--language expects one of {', '.join(LANGUAGES)}, found {language!r}: name one of these")
    with (FOLDER / f"ui.{language}.toml").open("rb") as file:
        return dict(_flat("", tomllib.load(file)))


def _flat(prefix: str, value: dict[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, item in value.items():
        key = f"{prefix}.{name}" if prefix else name
        found += _flat(key, item) if isinstance(item, dict) else [(key, str(item))]
    return found


class Words:
    """Texts and number formats of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._table = table(language)

    def __call__(self, key: str, **values: object) -> str:
        """The text of that key with its {placeholders} filled; an unknown key is a bug and raises `KeyError`."""
        text = self._table[key]
        return text.format(**values) if values else text

    def either(self, key: str, other: str) -> str:
        """The text of that key, or `other` where there is none."""
        return self._table.get(key, other)

    def count(self, key: str, n: int) -> str:
        """`key.one` or `key.other`, with {n}."""
        return self._table[f"{key}.one" if n == 1 else f"{key}.other"].format(n=self.number(n))

    def number(self, value: int | str) -> str:
        """A count, or a decimal string with at most three significant decimals; "" stays empty."""
        if value == "":
            return ""
        try:
            return self._marks(f"{short(Decimal(value)):,}")
        except InvalidOperation:
            return str(value)

    def quantity(self, value: str, unit: str) -> str:
        """A decimal string with its unit, in the unit's handiest multiple: 0.0123 s is 12.3 ms."""
        try:
            amount = Decimal(value)
        except InvalidOperation:
            return value
        for limit, factor, name in _MULTIPLES.get(unit, ()):
            if abs(amount) < limit:
                return f"{self.number(str(amount * factor))}\u00a0{name}"
        return self.number(value) + (f"\u00a0{unit}" if unit not in {"", "1"} else "")

    def span(self, interval: Interval | None) -> str:
        """An interval as two numbers; "" when there is none, or its ends look the same."""
        low, high = (self.number(interval.low), self.number(interval.high)) if interval else ("", "")
        return f"{low} – {high}" if low != high else ""

    def limit(self, threshold: str) -> str:
        """A threshold as people write it: ">= 0.90" is "≥ 0.90", in German "≥ 0,90"."""
        return self._marks(threshold.replace(">=", "≥").replace("<=", "≤"))

    def when(self, moment: str) -> str:
        """An RFC 3339 moment in UTC for people, to the second; anything else as it is."""
        found = _MOMENT.match(moment)
        return f"{found[1]} {found[2]} UTC" if found else moment

    def _marks(self, text: str) -> str:
        return text.translate(str.maketrans(",.", ".,")) if self.language == "de" else text


_MOMENT = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$")
_MULTIPLES: dict[str, tuple[tuple[Decimal, Decimal, str], ...]] = {
    "s": ((Decimal(1), Decimal(1000), "ms"),),
    "B": (
        (Decimal(1000), Decimal(1), "B"),
        (Decimal(1000) ** 2, Decimal("0.001"), "kB"),
        (Decimal(1000) ** 3, Decimal("0.000001"), "MB"),
    ),
}


def short(value: Decimal) -> Decimal:
    """Integers as they are, others with three significant decimals and no trailing zeros."""
    if value == value.to_integral_value():
        return value.to_integral_value()
    places = max(0, 2 - value.adjusted()) if value.adjusted() < 2 else 1
    rounded = value.quantize(Decimal(1).scaleb(-min(places, 6)))
    return Decimal(format(rounded.normalize(), "f"))
