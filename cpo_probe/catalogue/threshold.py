"""When is a figure good enough?"""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

_FORM = re.compile(r"^(>=|<=|=)\s*(-?[0-9]+(?:\.[0-9]+)?)$")
_HOLDS: dict[str, Callable[[Fraction, Fraction], bool]] = {">=": operator.ge, "<=": operator.le, "=": operator.eq}


@dataclass(frozen=True, slots=True)
class Threshold:
    """A comparison and an exact limit: ">= 0.90"."""

    comparison: str  # ">=", "<=", "="
    limit: Fraction

    @classmethod
    def parse(cls, text: str) -> "Threshold":
        """Raises `ValueError` for anything but a comparison and a plain decimal number."""
        form = _FORM.match(text)
        if form is None:
            raise ValueError('expected a comparison and a number such as ">= 0.90", "<= 0" or "= 1"')
        return cls(form[1], Fraction(form[2]))

    def holds(self, value: Fraction) -> bool:
        return _HOLDS[self.comparison](value, self.limit)
