"""What stands in the files of a bundle?

record/plan.json          model.Plan
record/environment.json   Environment: who recorded, one entry per session of recording
record/inventory.json     model.Inventory
record/exchanges.jsonl    Row          ┐ journals: every row names the hash of the row before it,
record/units.jsonl        UnitRow      │ the first one the digest of plan.json
record/artifacts.jsonl    ArtifactRow  ┘
record/traffic/NNNNN.warc.gz, record/payloads/<sha256>
record/manifest.json      Manifest: size and sha256 of every file, heads of the journals
"""

from dataclasses import dataclass
from typing import Annotated, Any

from msgspec import Meta

from cpo_probe.model import Artifact, Effect, Failure, FailureKind, Identity, Peer, Span, Timing, Unit

RECORD = "record"
PLAN = "plan.json"
INVENTORY = "inventory.json"
ENVIRONMENT = "environment.json"
MANIFEST = "manifest.json"
EXCHANGES = "exchanges.jsonl"
UNITS = "units.jsonl"
ARTIFACTS = "artifacts.jsonl"
TRAFFIC = "traffic"
PAYLOADS = "payloads"
MEASUREMENTS = "measurements"
SEALS = (MANIFEST, "manifest.dsse.json", "manifest.tsr")
"""Files of the record that the manifest cannot list: itself, its signature and its time stamp."""

Id = Annotated[str, Meta(pattern="^[0-9]{6,15}$")]
Count = Annotated[int, Meta(ge=0, le=2**53)]
Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True)
class Message:
    """Where one HTTP message is stored. Bytes."""

    length: Count  # of the gzip member in the segment; members of one exchange follow one another
    head: Count  # start line and fields with the empty line
    body: Count
    payload: str  # sha256 when the body lies in payloads/, "" when it follows the head


@dataclass(frozen=True, slots=True)
class Answer:
    """A response without its head and body, which are read from the segment."""

    status: int
    reason: str
    http_version: str
    wire_bytes: int
    truncated: FailureKind | None
    stored: str = ""  # sha256 in payloads/ of a body too big for memory, content coding removed


@dataclass(frozen=True, slots=True)
class Row:
    """A row of `exchanges.jsonl`: an exchange without its heads and bodies, and where they are."""

    id: Id
    at: str
    probe: str
    unit: str
    attempt: Count
    purpose: str
    why: str
    group: str
    interface: str
    operation: str
    effect: Effect
    identity: Identity
    follows: str
    role: str
    method: str
    url: str
    answer: Answer | None
    failure: Failure | None
    timing: Timing
    peer: Peer | None  # the chain holds the sha256 of certificates in payloads/
    redacted: tuple[Span, ...]
    note: dict[str, Any]
    segment: Count  # traffic/<five digits>.warc.gz
    offset: Count  # of the first gzip member of this exchange
    length: Count  # of all of them
    sha256: Sha256  # of these stored bytes
    request: Message
    response: Message | None
    inventory: str  # sha256 of inventory.json in the first row after it was frozen, "" in all others
    previous: Sha256


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A row of `units.jsonl`, tied to the exchanges that were recorded before it."""

    unit: Unit
    rows: Count  # rows of exchanges.jsonl at that moment
    after: Sha256  # hash of the last of them
    previous: Sha256


@dataclass(frozen=True, slots=True)
class ArtifactRow:
    """A row of `artifacts.jsonl`: a file kept as evidence in payloads/."""

    name: str
    sha256: Sha256
    size: Count
    rows: Count
    after: Sha256
    previous: Sha256
    media_type: str = ""
    parent: str = ""  # "a" and the number of the row of the package, "" for none
    exchanges: tuple[str, ...] = ()

    def artifact(self, number: int) -> Artifact:
        """What the row in that line (from 1) tells."""
        return Artifact(f"a{number:06d}", self.name, self.sha256, self.size, self.media_type, self.parent, self.exchanges)


@dataclass(frozen=True, slots=True)
class Recording:
    """One session of recording: the first one, or a resume. `cut`: what an interrupted write had left behind and was removed."""

    started: str
    python: str
    implementation: str
    platform: str
    engine: str
    libraries: dict[str, str]
    segment: Count  # the first segment that this session writes
    cut: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Environment:
    format: str
    sessions: tuple[Recording, ...]
    http: str = "HTTP/1.1 messages as parsed: transfer coding removed, content coding kept, secrets replaced"


@dataclass(frozen=True, slots=True)
class File:
    """A file of the record; `path` is relative to the folder `record`."""

    path: str
    size: Count
    sha256: Sha256


@dataclass(frozen=True, slots=True)
class Chain:
    """A journal: its number of rows and the hash of the last one (the digest of plan.json when there is none)."""

    rows: Count
    head: Sha256


@dataclass(frozen=True, slots=True)
class Manifest:
    """`record/manifest.json`; its sha256 is the head of the record."""

    format: str
    run: str
    sealed: str  # UTC, RFC 3339
    plan: str  # sha256 of plan.json
    chains: dict[str, Chain]
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """The light form of an exchange: enough to choose by. `status` is 0 and `failed` true when no answer arrived.

    `followed`: a retry, a redirected request or a repetition after a challenge took its place.
    """

    id: str
    probe: str
    purpose: str
    group: str
    interface: str
    operation: str
    identity: Identity
    status: int
    failed: bool
    followed: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Exchanges judged together: the interface and the operation that all of them share, or "", and the id of the last."""

    name: str
    interface: str
    operation: str
    last: str
