"""Which levels of conformance does a standard define, what does each require, and how far did an interface get?

A conformance ladder is data of the catalogue: levels from the lowest, and requirements, each decided by checks. It is about
one kind of interface and says nothing about any other.
"""

from dataclasses import dataclass
from enum import StrEnum

from cpo_probe.model.outcome import Effect

NOT_SUPPORTED = "not_supported"
"""Reason code with which a check says "not applicable" because the system refuses the feature, as it may."""


class Obligation(StrEnum):
    """The standard's own word (RFC 2119)."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"


class Demand(StrEnum):
    """What the checks of a requirement have to show."""

    SUPPORT = "support"  # every check holds; who refuses the feature does not support it
    SOMEWHERE = "somewhere"  # one place where one of them holds is enough
    CONFORMITY = "conformity"  # whatever is answered is right; refusing is allowed


class Standing(StrEnum):
    """The fate of one requirement on one interface."""

    MET = "met"
    VIOLATED = "violated"  # a check failed
    NOT_SUPPORTED = "not_supported"  # refused in the way the standard allows
    NOT_APPLICABLE = "not_applicable"  # its condition is not there
    NOT_TESTED = "not_tested"  # open: another run, or other data, may tell
    UNTESTABLE = "untestable"  # beyond what this program asks: it would need to write or start a job, or no check decides it


@dataclass(frozen=True, slots=True)
class Requirement:
    """One item of a level. `checks` are check ids or patterns; `conforms` names a level instead: "<ladder>/<level>".

    `conditional`: it speaks of what a system need not have; where it has none, the requirement does not apply. Any other that
    nothing showed is open.
    """

    id: str  # unique in the ladder
    level: str
    clause: str
    obligation: Obligation
    text: str
    checks: tuple[str, ...]
    demand: Demand
    effect: Effect  # what asking for it would do to the system
    conforms: str
    reason: str  # why no check decides it; "" when one does
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class LadderLevel:
    id: str
    title: str
    clause: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """`applies`, `claim`: metrics by which content tells, per interface, whether the ladder is about it (1 or 0), and which
    level it claims (from 1, 0 none). Reason codes of "not applicable": `unseen` speak about the data at hand only, `refusals`,
    besides `NOT_SUPPORTED`, say that the system does not have the feature.
    """

    id: str
    title: str
    source: str
    interface: str  # kind
    applies: str  # "" about every interface of the kind
    claim: str  # "" nothing is claimed
    unseen: tuple[str, ...]
    levels: tuple[LadderLevel, ...]  # from the lowest
    requirements: tuple[Requirement, ...]
    refusals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """`reason`: a blocker, a reason code, or "not_covered"; "" when met. `findings`: fingerprints that speak against it."""

    requirement: str
    standing: Standing
    reason: str
    held: int  # subjects on which a check passed
    refused: int  # subjects on which the feature is refused
    findings: tuple[str, ...]


class Applies(StrEnum):
    """Whether the ladder is about the interface."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"  # what would tell could not be read


@dataclass(frozen=True, slots=True)
class LadderResult:
    """How far one interface got. Levels are ids, "" none.

    `reached`: every MUST of it and of the levels below is met, does not apply, or is untestable. `possible`: the same if all
    that is not tested were met. `untested`: untestable MUSTs of the reached levels and the next one, so that the level is one
    "over safe operations". `missing`: MUSTs that keep it from the next level.
    """

    ladder: str
    interface: str
    applies: Applies
    reached: str
    possible: str
    claimed: str
    untested: tuple[str, ...]
    missing: tuple[str, ...]
    requirements: tuple[RequirementResult, ...]
