"""What does a report say about conformance ladders, and about rows that were compared?"""

from dataclasses import dataclass

from cpo_probe.model import Applies, Obligation, Standing


@dataclass(frozen=True, slots=True)
class Cell:
    """A row on one side. `mark`: "" in both lists at this place, "only" on this side only, "moved" elsewhere on the other."""

    text: str
    mark: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Expected and received rows side by side; None where a side has nothing at this place. `left_out`: rows not shown."""

    query: str
    pairs: tuple[tuple[Cell | None, Cell | None], ...]
    left_out: int
    missing: tuple[str, ...]  # beyond the rows shown
    surplus: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """One finding that speaks against a requirement. `exchange`: id or ""."""

    check: str
    sentence: str
    anchor: str
    exchange: str
    rows: Comparison | None


@dataclass(frozen=True, slots=True)
class RequirementView:
    """`said`: why it stands so, in words; "" when that needs none. `key`: unique on the page."""

    key: str
    clause: str
    obligation: Obligation
    text: str
    standing: Standing
    reason: str
    said: str
    held: int
    refused: int
    checks: tuple[str, ...]
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class LevelView:
    """`state`: "held" | "broken" | "open" | "above". `first`: what keeps the level from being reached, MUSTs only."""

    id: str
    title: str
    clause: str
    state: str
    counts: tuple[tuple[Standing, int], ...]  # of MUSTs
    first: tuple[RequirementView, ...]
    rest: tuple[RequirementView, ...]


@dataclass(frozen=True, slots=True)
class LadderView:
    """Levels from the highest, as one looks at a ladder. `reached`, `possible`, `claimed`, `next`: titles, "" none."""

    anchor: str
    id: str
    title: str
    source: str
    interface: str
    applies: Applies
    reached: str
    possible: str
    claimed: str
    kept: str  # "yes" | "no" | "open": the claim; "" nothing claimed
    next: str
    untested: int
    uncovered: int
    levels: tuple[LevelView, ...]
