"""What can go wrong that a user can repair, or that makes evidence worthless?

    CpoProbeError
    ├── UsageError          a mistake in a command, profile, catalogue or content file
    ├── EvidenceError       a bundle that cannot be trusted or read
    └── ScopeError          a request refused before it left (scope, effect, budget)

Expected network trouble is a value (`model.Failure`), never an exception.
Bugs are ordinary exceptions; `run` and `judge` store their trace as an `error` finding.
"""


class CpoProbeError(Exception):
    """Root of everything this program raises on purpose."""


class UsageError(CpoProbeError):
    """The user can repair this; the sentence says what was expected, found, where, and what to do."""


class EvidenceError(CpoProbeError):
    """A bundle is missing, damaged, changed or of an unknown format version."""


class ScopeError(CpoProbeError):
    """A request was refused by the guard; `reason` is a `model.Blocker` value."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
