"""Which real value, seen in an earlier answer, fits this parameter?"""

from dataclasses import dataclass
from typing import Any

from cpo_probe.model import Exchange, Operation, Parameter


@dataclass(frozen=True, slots=True)
class Value:
    """A candidate argument and where it comes from: an exchange id, "example", "enum" or "default"."""

    value: Any
    source: str


class Harvest:
    """Values of one interface, grown answer by answer; the same answers give the same candidates."""

    def learn(self, operation: Operation, exchange: Exchange) -> None:
        """Take the values out of a successful answer of `operation`."""
        raise NotImplementedError

    def values(self, operation: Operation, parameter: Parameter) -> tuple[Value, ...]:
        """Candidates, best first; empty when nothing real is known (never a placeholder)."""
        raise NotImplementedError
