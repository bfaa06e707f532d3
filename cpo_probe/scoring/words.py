"""What did each check say about each interface? Only of checks that a conformance ladder asks for."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from cpo_probe.model import Ladder, Outcome, Subject
from cpo_probe.model.pattern import matches


@dataclass(slots=True)
class Said:
    """Of one check on one interface. `held`: subjects that passed; the others: fingerprint -> reason code."""

    held: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    open: dict[str, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)  # not applicable


class Words:
    """Filled finding by finding; its size grows with subjects, never with exchanges."""

    def __init__(self, ladders: Iterable[Ladder]) -> None:
        self._patterns = tuple(sorted({p for ladder in ladders for r in ladder.requirements for p in r.checks}))
        self._wanted: dict[str, bool] = {}
        self._said: dict[str, dict[str, Said]] = {}  # interface -> check

    def add(self, subject: Subject, outcome: Outcome, code: str, fingerprint: str) -> None:
        """One row of findings or passes; what belongs to no interface climbs no ladder."""
        if not subject.interface or not self._is_wanted(subject.check):
            return
        said = self._said.setdefault(subject.interface, {}).setdefault(subject.check, Said())
        match outcome:
            case Outcome.PASS:
                said.held += 1
                return
            case Outcome.FAIL:
                codes = said.failed
            case Outcome.NOT_APPLICABLE:
                codes = said.absent
            case _:
                codes = said.open
        codes[fingerprint] = min(code, codes.get(fingerprint, code))  # the order of the rows does not matter

    def _is_wanted(self, check: str) -> bool:
        if check not in self._wanted:
            self._wanted[check] = matches(check, self._patterns)
        return self._wanted[check]

    def about(self, interface: str, patterns: tuple[str, ...]) -> list[Said]:
        """By check id, each once."""
        known = self._said.get(interface, {})
        return [known[check] for check in sorted(check for check in known if matches(check, patterns))]
