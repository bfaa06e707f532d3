"""What was recorded? A bundle is a folder, or a .zip of it, and may still be growing."""

import hashlib
import shutil
import weakref
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import mkdtemp
from types import MappingProxyType
from typing import Self, TypeVar

from cpo_probe.errors import EvidenceError
from cpo_probe.evidence.codec import decode
from cpo_probe.evidence.files import write_whole
from cpo_probe.evidence.index import Ids, Index
from cpo_probe.evidence.journal import Line, read_lines
from cpo_probe.evidence.manifest import not_a_bundle, parse_plan
from cpo_probe.evidence.reader import Reader
from cpo_probe.evidence.rows import (
    ARTIFACTS,
    EXCHANGES,
    INVENTORY,
    MANIFEST,
    MEASUREMENTS,
    PAYLOADS,
    PLAN,
    RECORD,
    UNITS,
    ArtifactRow,
    Group,
    Key,
    Row,
    UnitRow,
)
from cpo_probe.evidence.source import FolderSource, LentSource, Source, open_source
from cpo_probe.model import Artifact, Attestation, Evidence, Exchange, Exchanges, Inventory, Plan, Unit, UnitState, Wire
from cpo_probe.model.recent import Recent

T = TypeVar("T")

RECENT_BYTES = 4 * 2**20
"""Bodies of exchanges kept after reading. Parsed they take about ten times as much."""
OVERHEAD = 2**10  # bytes of an exchange without its bodies, roughly


class Selection:
    """Exchanges read one by one each time they are walked."""

    def __init__(self, bundle: "Bundle", ids: Ids) -> None:
        self._bundle = bundle
        self._ids = ids

    def __iter__(self) -> Iterator[Exchange]:
        return map(self._bundle.exchange, self._ids)

    def __len__(self) -> int:
        return len(self._ids)


class Bundle(Evidence):
    """A record as judging code sees it. Reading trusts nothing but the format: `verify` says whether the record is intact.

    A context manager; the index and what a zip had to unpack lie in a temporary folder that goes with it.
    """

    def __init__(
        self, path: Path, source: Source, scratch: Path, plan: Plan, plan_digest: str, files: Mapping[str, Path]
    ) -> None:
        """Use `open`."""
        self.path = path
        self._source = source
        self._scratch = scratch
        self._plan = plan
        self._index = Index(scratch / "index.sqlite")
        self._release = weakref.finalize(self, _release, self._index, source, scratch)
        self._reader = Reader(source, plan.target.limits.decoded_bytes)
        self._inventory: Inventory | None = None
        self._recent: Recent[str, Exchange] = Recent(RECENT_BYTES)
        self._artifacts: tuple[Artifact, ...] | None = None
        self._files = dict(files)  # by digest, which was verified
        self._kernel = ""
        self._measured: dict[str, bytes] = {}  # of a zip, which cannot keep them
        self._next = (0, 1)  # offset and number of the next line of exchanges.jsonl
        self._ends = {EXCHANGES: plan_digest, UNITS: plan_digest}
        try:
            self.refresh()
        except EvidenceError:
            self.close()
            raise

    @classmethod
    def open(cls, path: Path, lent: Mapping[str, Path] | None = None) -> Self:
        """Raises `EvidenceError` when there is no bundle, or one of another format version.

        `lent`: payloads that lie elsewhere, by digest, as `RecordWriter.lent` has them.
        """
        scratch = Path(mkdtemp(prefix="cpo-probe-"))
        try:
            source = open_source(path, scratch)
            if lent:
                source = LentSource(source, {f"{RECORD}/{PAYLOADS}/{digest}": file for digest, file in lent.items()})
        except EvidenceError:
            shutil.rmtree(scratch, ignore_errors=True)
            raise
        try:
            data = _whole(source, PLAN)
            if data is None:
                raise not_a_bundle(path)
            plan = parse_plan(data, path / RECORD / PLAN)
            return cls(path, source, scratch, plan, hashlib.sha256(data).hexdigest(), lent or {})
        except EvidenceError:
            source.close()
            shutil.rmtree(scratch, ignore_errors=True)
            raise

    def refresh(self) -> None:
        """Take in what has been recorded since: a run looks at its own record while it grows."""
        self._artifacts = None
        again = self._index.add(self._new_rows())
        for unit in self._unit_rows():
            # A superseded attempt counts no more even before the next one has asked anything.
            first = unit.attempt + (unit.state is UnitState.SUPERSEDED)
            if first > 1:
                again[unit.id] = max(again.get(unit.id, 1), first)
        for name, attempt in again.items():
            self._index.supersede(name, attempt)

    @property
    def plan(self) -> Plan:
        return self._plan

    @property
    def inventory(self) -> Inventory:
        """Raises `EvidenceError` when the run ended before discovery did. Read once: it is frozen when it is there."""
        if self._inventory is None:
            self._inventory = self._read_inventory()
        return self._inventory

    def _read_inventory(self) -> Inventory:
        data = _whole(self._source, INVENTORY)
        if data is None:
            raise EvidenceError(
                f"{self.path} holds no inventory: the run ended during discovery. Finish it with"
                f" `cpo-probe run --resume {self.path}`"
            )
        return _parsed(data, Inventory, f"{self.path}: {RECORD}/{INVENTORY}")

    @property
    def frozen(self) -> bool:
        """Whether discovery ended and the inventory is there."""
        return _whole(self._source, INVENTORY) is not None

    @property
    def sealed(self) -> bool:
        return _whole(self._source, MANIFEST) is not None

    @property
    def head(self) -> str:
        """What identifies the record: sha256 of the manifest; of an unsealed one, a hash over the ends of its journals."""
        manifest = _whole(self._source, MANIFEST)
        if manifest is not None:
            return hashlib.sha256(manifest).hexdigest()
        return hashlib.sha256("\n".join(self._ends.values()).encode()).hexdigest()

    def units(self) -> tuple[Unit, ...]:
        """The latest attempt of every unit, in the order in which they ended; superseded attempts are left out."""
        latest: dict[str, Unit] = {}
        for unit in self._unit_rows():
            known = latest.pop(unit.id, None)
            latest[unit.id] = known if known and known.attempt > unit.attempt else unit
        return tuple(unit for unit in latest.values() if unit.state is not UnitState.SUPERSEDED)

    def exchange(self, id: str) -> Exchange:
        """The exchange with that id, content coding removed within the plan's limit; also one of a superseded attempt."""
        found = self._recent.get(id)
        if found is not None:
            return found
        read = self._reader.exchange(self._row(id))
        return self._recent.add(id, read, len(read.body) + len(read.request.body) + OVERHEAD)

    def wire(self, id: str) -> Wire:
        """The messages of an exchange as they are stored, content coding on."""
        return self._reader.wire(self._row(id))

    def select(
        self, *, purpose: str = "*", interface: str | None = None, operation: str | None = None, group: str | None = None
    ) -> Exchanges:
        """Exchanges whose purpose matches the fnmatch pattern; attempts that were superseded are left out."""
        return Selection(self, self._index.ids(purpose, interface=interface, operation=operation, grp=group))

    def exchanges(self) -> Exchanges:
        """All of them but superseded ones."""
        return self.select()

    def ids(
        self, *, purpose: str = "*", interface: str | None = None, operation: str | None = None, group: str | None = None
    ) -> Sequence[str]:
        """What `select` would read, without reading it."""
        return self._index.ids(purpose, interface=interface, operation=operation, grp=group)

    def keys(
        self,
        *,
        of: Sequence[str] = ("*",),
        interface: str | None = None,
        operation: str | None = None,
        group: str | None = None,
    ) -> Iterator[Key]:
        """Light rows of all exchanges but superseded ones, in the order of their ids, or of those chosen as by `select`."""
        return self._index.keys(of, interface=interface, operation=operation, grp=group)

    def holds(self, id: str) -> bool:
        """Whether the exchange of that id is there, as far as the record was taken in."""
        return self._index.place(id) is not None

    def groups(self) -> Iterator[Group]:
        """Groups in the order of their last exchanges."""
        return self._index.groups()

    def key(self, id: str) -> Key:
        """The light row of one exchange; raises `EvidenceError` when there is none."""
        found = self._index.key(id)
        if found is None:
            raise EvidenceError(f"{self.path} holds no exchange {id!r}")
        return found

    def attempts(self) -> dict[str, int]:
        """How often each unit of work has begun to ask."""
        return self._index.attempts()

    def artifacts(self) -> tuple[Artifact, ...]:
        """The files kept as evidence, in the order in which they came; those of superseded attempts are left out."""
        if self._artifacts is None:
            rows = (
                _parsed(line.data, ArtifactRow, f"{self.path}: {RECORD}/{ARTIFACTS} line {line.number}").artifact(line.number)
                for line in self._lines(ARTIFACTS)
            )
            self._artifacts = tuple(row for row in rows if not row.exchanges or self._index.live(row.exchanges[-1]))
        return self._artifacts

    def artifact(self, id: str) -> Artifact:
        """The file with that id; raises `EvidenceError` when there is none."""
        for artifact in self.artifacts():
            if artifact.id == id:
                return artifact
        raise EvidenceError(f"{self.path} holds no file {id!r}")

    def file(self, artifact: Artifact) -> Path:
        """Where its bytes can be read: a regular file, not to be changed. Of a zip it is a copy that goes with this object."""
        path = self._files.get(artifact.digest)
        if path is None:
            path = self._files[artifact.digest] = self._reader.file(artifact.digest)
        return path

    def measured_by(self, kernel: str, beside: Mapping[str, bytes] = MappingProxyType({})) -> None:
        """From now on `measurement` tells what that kernel made of the files, "" for none.

        `beside`: measurements that a zip could not keep (`measurements_beside` of another object).
        """
        self._kernel = kernel
        self._measured.update(beside)

    @property
    def measurements_beside(self) -> tuple[str, Mapping[str, bytes]]:
        """What `measured_by` of another object has to be told, so that it tells the same."""
        return self._kernel, dict(self._measured)

    def kernels(self) -> tuple[str, ...]:
        """Geometry kernels that looked at files of this record."""
        parts = (name.split("/") for name in self._source.names() if name.startswith(f"{MEASUREMENTS}/"))
        return tuple(sorted({part[1] for part in parts if len(part) > 2}))

    def measurement(self, artifact: Artifact) -> bytes | None:
        """What the kernel of `measured_by` made of the file, None when it was not asked."""
        if not self._kernel:
            return None
        try:
            return _read(self._source, self._measurement(artifact))
        except FileNotFoundError:
            return self._measured.get(self._measurement(artifact))

    def keep_measurement(self, artifact: Artifact, data: bytes) -> None:
        """Beside the record, which is sealed; of a zip it is kept as long as this object."""
        name = self._measurement(artifact)
        if isinstance(self._source, FolderSource):
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            write_whole(self.path / name, data)
        else:
            self._measured[name] = data

    def _measurement(self, artifact: Artifact) -> str:
        return f"{MEASUREMENTS}/{self._kernel}/{artifact.digest}.json"

    def payload(self, digest: str) -> bytes:
        """An artifact, a certificate or a big body. Raises `EvidenceError` when it is missing or was changed."""
        return self._reader.payload(digest)

    def judgement(self, ruler: str) -> Path:
        """The folder of the judgement by that ruler, made if need be.

        Of a zip it is an unpacked copy that goes with this object: unpack the bundle to keep a new judgement.
        """
        inside = f"judgements/{ruler}/"
        if isinstance(self._source, FolderSource):
            folder = self.path / inside
            folder.mkdir(parents=True, exist_ok=True)
            return folder
        folder = self._scratch / inside
        if not folder.exists():
            folder.mkdir(parents=True)
            for name in self._source.names():
                if name.startswith(inside) and "/" not in name.removeprefix(inside):
                    with self._source.stream(name) as packed, (folder / name.removeprefix(inside)).open("wb") as plain:
                        shutil.copyfileobj(packed, plain)
        return folder

    def judgements(self) -> tuple[str, ...]:
        """The rulers by which this record has been judged."""
        parts = (name.split("/") for name in self._source.names() if name.startswith("judgements/"))
        return tuple(sorted({part[1] for part in parts if len(part) > 2}))

    def attestations(self) -> tuple[Attestation, ...]:
        """What named persons answered, in the order of the file names."""
        names = sorted(name for name in self._source.names() if name.startswith("attestations/") and name.endswith(".json"))
        return tuple(_parsed(_read(self._source, name), Attestation, f"{self.path}: {name}") for name in names)

    def close(self) -> None:
        """Let go of everything; happens by itself when the object goes."""
        self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _row(self, id: str) -> Row:
        place = self._index.place(id)
        if place is None:
            raise EvidenceError(f"{self.path} holds no exchange {id!r}: ids are six digits, the last one here is {self._last()}")
        data = self._source.part(f"{RECORD}/{EXCHANGES}", *place)
        return _parsed(data, Row, f"{self.path}: {RECORD}/{EXCHANGES} at byte {place[0]}")

    def _last(self) -> str:
        ids = self._index.ids("*")
        return ids[-1] if ids else "none yet"

    def _new_rows(self) -> Iterator[tuple[Row, int, int]]:
        offset, number = self._next
        for line in self._lines(EXCHANGES, offset, number):
            yield _parsed(line.data, Row, f"{self.path}: {RECORD}/{EXCHANGES} line {line.number}"), line.offset, len(line.data)
            self._next = (line.end, line.number + 1)

    def _unit_rows(self) -> Iterator[Unit]:
        for line in self._lines(UNITS):
            yield _parsed(line.data, UnitRow, f"{self.path}: {RECORD}/{UNITS} line {line.number}").unit

    def _lines(self, name: str, offset: int = 0, number: int = 1) -> Iterator[Line]:
        """The whole lines of a journal from there on; a torn last one is still being written, or was never finished."""
        try:
            stream = self._source.stream(f"{RECORD}/{name}")
        except FileNotFoundError:
            raise EvidenceError(f"{self.path}: {RECORD}/{name} is missing: get the bundle again from where it came") from None
        with stream:
            stream.seek(offset)
            for line in read_lines(stream, offset, number):
                if line.whole:
                    if name in self._ends:
                        self._ends[name] = line.hash
                    yield line


def _whole(source: Source, name: str) -> bytes | None:
    """A file of the record, None when there is none."""
    try:
        return _read(source, f"{RECORD}/{name}")
    except FileNotFoundError:
        return None


def _read(source: Source, name: str) -> bytes:
    with source.stream(name) as file:
        return file.read()


def _parsed(data: bytes, type: type[T], where: str) -> T:
    try:
        return decode(data, type)
    except EvidenceError as error:
        raise EvidenceError(f"{where}: {error}. `cpo-probe verify` tells what else is damaged") from None


def _release(index: Index, source: Source, scratch: Path) -> None:
    index.close()
    source.close()
    shutil.rmtree(scratch, ignore_errors=True)
