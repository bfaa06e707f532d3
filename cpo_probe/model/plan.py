"""What was agreed before the run, and what became of every piece of work?"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cpo_probe.model.outcome import Blocker, Effect
from cpo_probe.model.pattern import matches
from cpo_probe.model.schema import SchemaFile
from cpo_probe.model.system import Interface, Operation, Target

FORMAT = "cpo-probe-bundle/1"


@dataclass(frozen=True, slots=True)
class Permissions:
    """What the user allowed beyond reading."""

    job: bool
    write: bool
    intrusive: bool
    assume_read_names: bool
    foreign_credentials: bool


@dataclass(frozen=True, slots=True)
class ReadingPost:
    """A POST that reads because the standard of its interface says so: what `probe` sends to `path` below the interface's URL."""

    probe: str
    path: str  # "$batch"


@dataclass(frozen=True, slots=True)
class Plan:
    """`record/plan.json`: fixed before the first probe."""

    format: str
    run: str  # run id, sent with every request
    created: str  # UTC, RFC 3339
    engine: str  # version
    target: Target
    preset: str
    criteria: tuple[str, ...]  # selected by the preset
    probes: tuple[str, ...]
    permissions: Permissions
    seed: int
    catalogue: str  # id of the catalogue
    content: dict[str, str]  # content file -> sha256
    operator: str
    operations: tuple[str, ...]  # patterns over operation ids; empty for all
    reading_posts: tuple[ReadingPost, ...] = ()  # declared by the probes of this plan
    schemas: tuple[SchemaFile, ...] = ()  # brought along by the user; which of them judged stands in each judgement's ruler

    def covers(self, operation: Operation) -> bool:
        """Whether the operation belongs to the plan.

        What does more than read belongs to it only where it is allowed, or where the preset `audit` wants to see
        that it was not tested.
        """
        if self.operations and not matches(operation.id, self.operations):
            return False
        match operation.effect:
            case Effect.READ:
                return True
            case Effect.JOB:
                allowed = self.permissions.job
            case Effect.WRITE:
                allowed = self.permissions.write
            case Effect.INTRUSIVE:
                allowed = self.permissions.intrusive
        return allowed or self.preset == "audit"


class UnitState(StrEnum):
    """Status of the work, not a result of judgement."""

    DONE = "done"
    PARTIAL = "partial"  # ran, but a refusal or failure cut it short
    REFUSED = "refused"  # nothing was asked
    CRASHED = "crashed"  # a bug in a probe
    SUPERSEDED = "superseded"  # attempt repeated after a resume


@dataclass(frozen=True, slots=True)
class Unit:
    """One row of `record/units.jsonl`: the fate of probe × interface or probe × operation."""

    id: str
    probe: str
    interface: str
    operation: str
    attempt: int
    state: UnitState
    blocker: Blocker | None
    detail: str  # trace or sentence for people
    exchanges: int


@dataclass(frozen=True, slots=True)
class Inventory:
    """`record/inventory.json`: frozen after discovery, before the first probe; the denominator of everything."""

    format: str
    interfaces: tuple[Interface, ...]
    operations: tuple[Operation, ...]
    tried: tuple[
        dict[str, Any], ...
    ]  # discovery: {"url", "why", "answer", "exchange"}, and "refused": the blocker, where nothing was asked
    empty: bool  # the system answered but holds no data
    digest: str  # hash of the exchange row it is chained after
