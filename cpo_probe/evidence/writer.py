"""How does a run write down what it saw, so that killing it loses at most the exchange in flight?

Order of one exchange: its big bodies to payloads/, its records to the segment, its row to exchanges.jsonl. A row therefore
never speaks of bytes that are not there. Small exchanges are written where they happen (5 kB took 0.11 ms,
benchmarks/evidence.py); big ones are compressed and hashed in a thread.
"""

import asyncio
import base64
import hashlib
import shutil
import threading
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Self

from cpo_probe.errors import EvidenceError
from cpo_probe.evidence.codec import decode, encode
from cpo_probe.evidence.environment import now, recording
from cpo_probe.evidence.files import Appender, disk_trouble, lock, write_whole
from cpo_probe.evidence.journal import Journal
from cpo_probe.evidence.manifest import read_plan, write_manifest
from cpo_probe.evidence.payloads import Kept, Spool, store
from cpo_probe.evidence.recover import Recovered, Tail, recover
from cpo_probe.evidence.rows import (
    ARTIFACTS,
    ENVIRONMENT,
    EXCHANGES,
    INVENTORY,
    MANIFEST,
    PAYLOADS,
    PLAN,
    RECORD,
    TRAFFIC,
    UNITS,
    Answer,
    ArtifactRow,
    Chain,
    Environment,
    Row,
    UnitRow,
)
from cpo_probe.evidence.warc import Stored, pack_exchange, segment_name, warcinfo
from cpo_probe.model import FORMAT, Artifact, Exchange, Inventory, Peer, Plan, Response, Unit, Wire

INLINE_BYTES = 128 * 2**10
"""Bodies up to this size are compressed where they are; the rest in a thread."""
PAYLOAD_BYTES = 8 * 2**20
"""Bodies beyond this size lie in payloads/."""
SEGMENT_BYTES = 512 * 2**20
"""A segment of that size is followed by a new one."""


class RecordWriter:
    """Appends to `folder/record`. Every method that returned has handed its bytes to the operating system.

    A context manager: it closes at the end, and seals only when told.
    A full disk raises `EvidenceError`; the exchange it hit is taken back, everything before it stays readable, and the
    writer can go on when there is space again.
    """

    def __init__(self, folder: Path, plan: Plan, held: BinaryIO, state: Recovered) -> None:
        """Use `create` or `resume`."""
        self.folder = folder
        self.plan = plan
        self._record = folder / RECORD
        self._held = held
        self._exchanges = Journal(self._record / EXCHANGES, state.exchanges.rows, state.exchanges.head)
        self._units = Journal(self._record / UNITS, state.units.rows, state.units.head)
        self._artifacts = Journal(self._record / ARTIFACTS, state.artifacts.rows, state.artifacts.head)
        self._last_id = state.last_id
        self._number = state.segment
        self._segment: Appender | None = None
        self._certificates: dict[str, str] = {}
        self._spools: list[Spool] = []
        self.lent: dict[str, Path] = {}
        """Payloads that lie elsewhere, by digest: a record that has any goes with its process and is opened with them."""
        self._closed = False
        self._packing = threading.RLock()  # held by a thread that packs, and by `close`: none outlives the writer
        frozen = self._record / INVENTORY
        self._unnamed = hashlib.sha256(frozen.read_bytes()).hexdigest() if frozen.exists() and not state.inventory_named else ""

    @classmethod
    def create(cls, folder: Path, plan: Plan) -> Self:
        """Begin a record in a folder that holds none. The plan is fixed from here on."""
        record = folder / RECORD
        if (record / PLAN).exists() or _size(record / EXCHANGES):
            raise EvidenceError(
                f"{folder} holds a record already: name another folder, or continue it with `cpo-probe run --resume {folder}`"
            )
        data = encode(plan)
        try:
            if record.exists():  # killed before the plan was written: nothing was asked
                shutil.rmtree(record)
            for name in (TRAFFIC, PAYLOADS):
                (record / name).mkdir(parents=True)
            for name in (EXCHANGES, UNITS, ARTIFACTS):
                (record / name).touch()
            environment = Environment(FORMAT, (recording(plan.engine, 1, ()),))
            write_whole(record / ENVIRONMENT, encode(environment))
            write_whole(record / PLAN, data)  # last: a folder with a plan is a whole bundle
        except OSError as error:
            raise disk_trouble(error, folder, 0) from error
        begin = Tail(0, hashlib.sha256(data).hexdigest())
        return cls(folder, plan, lock(record / PLAN), Recovered(begin, begin, begin, 0, 0, False, ()))

    @classmethod
    def resume(cls, folder: Path) -> Self:
        """Continue an unsealed record: cut off what an interruption tore, open a new segment."""
        record = folder / RECORD
        if (record / MANIFEST).exists():
            raise EvidenceError(f"{folder} is sealed and stays as it is: start a new run in another folder")
        plan, digest = read_plan(record)
        held = lock(record / PLAN)
        try:
            state = recover(record, digest)
            path = record / ENVIRONMENT
            environment = decode(path.read_bytes(), Environment)
            session = recording(plan.engine, state.segment + 1, state.cut)
            write_whole(path, encode(replace(environment, sessions=(*environment.sessions, session))))
        except OSError as error:
            held.close()
            raise disk_trouble(error, folder, 0) from error
        except EvidenceError:
            held.close()
            raise
        return cls(folder, plan, held, state)

    @property
    def saved(self) -> int:
        """Exchanges in the record."""
        return self._exchanges.rows

    def next_id(self) -> str:
        """The id of the next exchange: six digits or more, counted from 1, never given twice."""
        self._last_id += 1
        return f"{self._last_id:06d}"

    async def write(self, exchange: Exchange, wire: Wire) -> None:
        """Record one exchange. Raises `EvidenceError` when the disk is full."""
        self._open()
        try:
            if max(len(wire.request_body), len(wire.response_body)) > INLINE_BYTES:
                stored = await asyncio.to_thread(self._pack_aside, exchange, wire)
            else:
                stored = self._pack(exchange, wire)
            self._append(exchange, stored)
        except OSError as error:
            raise disk_trouble(error, self.folder, self.saved) from error

    def inventory(self, inventory: Inventory) -> None:
        """Freeze what is to be judged: chained after the last exchange, named by the next one."""
        self._open()
        path = self._record / INVENTORY
        if path.exists():
            raise EvidenceError(f"{path} is frozen already: an inventory is written once")
        data = encode(replace(inventory, digest=self._exchanges.head))
        try:
            self._sync()  # what it follows must not be lost while it stays
            write_whole(path, data)
        except OSError as error:
            raise disk_trouble(error, self.folder, self.saved) from error
        self._unnamed = hashlib.sha256(data).hexdigest()

    def unit(self, unit: Unit) -> None:
        """Note the fate of a piece of work, after its last exchange."""
        self._journal(self._units, encode(UnitRow(unit, self.saved, self._exchanges.head, self._units.head)))

    def spool(self) -> Spool:
        """A payload to be written piece by piece: a body, or a file for `artifact`."""
        self._open()
        spool = Spool(self._record / PAYLOADS, lambda error: disk_trouble(error, self.folder, self.saved))
        self._spools.append(spool)
        return spool

    def lend(self, path: Path) -> Kept:
        """A file as a payload that is not copied: for a record that nobody keeps. It must not change while that is used.

        It is not hashed either, which would read gigabytes for nothing: path, size and time of change give its name.
        """
        self._open()
        found = path.stat()
        name = f"{path}\n{found.st_size}\n{found.st_mtime_ns}\n{found.st_ino}"
        kept = Kept(hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest(), found.st_size)
        self.lent[kept.digest] = path
        return kept

    def artifact(
        self,
        file: bytes | Kept,
        name: str,
        *,
        media_type: str = "",
        parent: str = "",
        exchanges: tuple[str, ...] = (),
    ) -> Artifact:
        """Note a file as evidence, by its bytes or as a finished spool. `parent`: id of the package that it is a member of."""
        self._open()
        try:
            kept = Kept(store(self._record / PAYLOADS, file), len(file)) if isinstance(file, bytes) else file
        except OSError as error:
            raise disk_trouble(error, self.folder, self.saved) from error
        place = (self.saved, self._exchanges.head, self._artifacts.head)
        row = ArtifactRow(name, kept.digest, kept.size, *place, media_type, parent, exchanges)
        self._journal(self._artifacts, encode(row))
        return row.artifact(self._artifacts.rows)

    def payload(self, digest: str) -> Path:
        """Where a payload lies that was kept; not to be changed."""
        return self.lent.get(digest) or self._record / PAYLOADS / digest

    def seal(self) -> str:
        """End the record and return its head, the sha256 of manifest.json. A sealed record is left as it is."""
        path = self._record / MANIFEST
        if path.exists():
            return hashlib.sha256(path.read_bytes()).hexdigest()
        self._open()
        with self._packing:
            self._drop()
            return self._seal()

    def close(self) -> None:
        """Let go of the record without sealing it; it can be resumed."""
        with self._packing:
            self._closed = True
            self._drop()
            for journal in (self._exchanges, self._units, self._artifacts):
                journal.close()
            if self._segment:
                self._segment.close()
                self._segment = None
            self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _drop(self) -> None:
        """Files that nobody finished: what asked for them was broken off."""
        for spool in self._spools:
            spool.drop()
        self._spools.clear()

    def _seal(self) -> str:
        journals = {EXCHANGES: self._exchanges, UNITS: self._units, ARTIFACTS: self._artifacts}
        chains = {name: Chain(journal.rows, journal.head) for name, journal in journals.items()}
        try:
            self._sync()
            head = write_manifest(self._record, self.plan, now(), chains)
        except OSError as error:
            raise disk_trouble(error, self.folder, self.saved) from error
        self.close()
        return head

    def _open(self) -> None:
        if self._closed:
            raise EvidenceError(f"the record in {self.folder} is closed: resume it before writing")

    def _journal(self, journal: Journal, row: bytes) -> None:
        self._open()
        try:
            journal.append(row)
        except OSError as error:
            raise disk_trouble(error, self.folder, self.saved) from error

    def _sync(self) -> None:
        for journal in (self._exchanges, self._units, self._artifacts):
            journal.sync()
        if self._segment:
            self._segment.sync()

    def _pack_aside(self, exchange: Exchange, wire: Wire) -> Stored:
        """In a thread. When the writer was closed meanwhile, nothing may be added to the folder any more."""
        with self._packing:
            self._open()
            return self._pack(exchange, wire)

    def _pack(self, exchange: Exchange, wire: Wire) -> Stored:
        bodies = (wire.request_body, wire.response_body)
        outside = [store(self._record / PAYLOADS, body) if len(body) > PAYLOAD_BYTES else "" for body in bodies]
        return pack_exchange(exchange, wire, self.plan.run, (outside[0], wire.stored or outside[1]))

    def _append(self, exchange: Exchange, stored: Stored) -> None:
        peer = self._peer(exchange.peer)
        segment = self._current()
        offset = segment.append(stored.data)
        try:
            self._exchanges.append(encode(self._row(exchange, stored, peer, offset)))
        except BaseException:
            segment.cut(offset)
            raise
        self._unnamed = ""

    def _current(self) -> Appender:
        """The segment to write to; a new one begins with its warcinfo record."""
        if self._segment and self._segment.size < SEGMENT_BYTES:
            return self._segment
        path = self._record / TRAFFIC / segment_name(self._number + 1)
        fresh = Appender(path)
        try:
            fresh.append(warcinfo(self.plan.run, self.plan.engine, now(), self._number + 1))
        except OSError:
            fresh.close()
            path.unlink()
            raise
        if self._segment:
            self._segment.sync()
            self._segment.close()
        self._segment = fresh
        self._number += 1
        return fresh

    def _peer(self, peer: Peer | None) -> Peer | None:
        """The peer with the digests of its certificates: a chain of 4 kB is not repeated in every row."""
        if peer is None or peer.tls is None:
            return peer
        for text in peer.tls.chain:
            if text not in self._certificates:
                self._certificates[text] = store(self._record / PAYLOADS, base64.b64decode(text))
        chain = tuple(self._certificates[text] for text in peer.tls.chain)
        return replace(peer, tls=replace(peer.tls, chain=chain))

    def _row(self, exchange: Exchange, stored: Stored, peer: Peer | None, offset: int) -> Row:
        return Row(
            id=exchange.id,
            at=exchange.at,
            probe=exchange.probe,
            unit=exchange.unit,
            attempt=exchange.attempt,
            purpose=exchange.purpose,
            why=exchange.why,
            group=exchange.group,
            interface=exchange.interface,
            operation=exchange.operation,
            effect=exchange.effect,
            identity=exchange.identity,
            follows=exchange.follows,
            role=exchange.role,
            method=exchange.request.method,
            url=exchange.request.url,
            answer=_answer(exchange.response),
            failure=exchange.failure,
            timing=exchange.timing,
            peer=peer,
            redacted=exchange.redacted,
            note=exchange.note,
            segment=self._number,
            offset=offset,
            length=len(stored.data),
            sha256=stored.sha256,
            request=stored.request,
            response=stored.response,
            inventory=self._unnamed,
            previous=self._exchanges.head,
        )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _answer(response: Response | None) -> Answer | None:
    if response is None:
        return None
    return Answer(
        response.status, response.reason, response.http_version, response.wire_bytes, response.truncated, response.stored
    )
