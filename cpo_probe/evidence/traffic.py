"""Do the segments hold what the rows say, all of it, in that order, and nothing else?"""

import hashlib

from cpo_probe.evidence.defects import Defects
from cpo_probe.evidence.manifest import digest_of
from cpo_probe.evidence.rows import EXCHANGES, PAYLOADS, RECORD, TRAFFIC, Row
from cpo_probe.evidence.source import UNREADABLE, Source
from cpo_probe.evidence.warc import parse_head, record, segment_name, unpack_message, uri


class Traffic:
    """Takes the rows in their order."""

    def __init__(self, source: Source, defects: Defects) -> None:
        self._source = source
        self._defects = defects
        self._ends: dict[int, int] = {}  # segment -> end of its last row so far
        self._payloads: set[str] = set()  # looked at already; few: big bodies and certificates

    def check(self, number: int, row: Row) -> None:
        """One row against its bytes."""
        place = f"{EXCHANGES} line {number}, exchange {row.id}"
        name = f"{TRAFFIC}/{segment_name(row.segment)}"
        end = self._ends.get(row.segment)
        if end is None:
            self._info(name, row.offset)
        elif row.offset != end:
            self._defects.add("record", place, f"its records begin at byte {row.offset} of {name}, those before it end at {end}")
        self._ends[row.segment] = row.offset + row.length
        try:
            data = self._source.part(f"{RECORD}/{name}", row.offset, row.length)
        except OSError:
            self._defects.add("record", place, f"{name} is missing")
            return
        if len(data) < row.length:
            self._defects.add("record", place, f"{name} ends before its records do: the segment was cut off")
        elif hashlib.sha256(data).hexdigest() != row.sha256:
            self._defects.add("record", place, f"its records at byte {row.offset} of {name} were changed or moved")
        else:
            self._content(place, row, data)
        for digest in _payloads(row):
            self.payload(place, digest)

    def payload(self, place: str, digest: str) -> None:
        """A file in payloads/ is named by what it holds."""
        if digest in self._payloads:
            return
        self._payloads.add(digest)
        try:
            with self._source.stream(f"{RECORD}/{PAYLOADS}/{digest}") as file:
                found = digest_of(file)
        except FileNotFoundError:
            self._defects.add("payload", place, f"{PAYLOADS}/{digest} is missing")
        except UNREADABLE as error:
            self._defects.add("payload", place, f"{PAYLOADS}/{digest} cannot be read: {error}")
        else:
            if found != digest:
                self._defects.add("payload", place, f"{PAYLOADS}/{digest} was changed")

    def finish(self) -> None:
        """What lies behind the last row of each segment belongs to none."""
        for segment, end in sorted(self._ends.items()):
            name = f"{TRAFFIC}/{segment_name(segment)}"
            try:
                surplus = self._source.size(f"{RECORD}/{name}") - end
            except FileNotFoundError:
                continue
            if surplus > 0:
                self._defects.add("record", name, f"extra, {surplus} bytes after byte {end} belong to no row of {EXCHANGES}")
        known = {f"{RECORD}/{TRAFFIC}/{segment_name(segment)}" for segment in self._ends}
        for name in sorted(set(self._source.names()) - known):
            if name.startswith(f"{RECORD}/{TRAFFIC}/"):
                self._defects.add("record", name.removeprefix(RECORD + "/"), f"extra, no row of {EXCHANGES} speaks of it")

    def _info(self, name: str, length: int) -> None:
        try:
            info = record(self._source.part(f"{RECORD}/{name}", 0, length))
            if info.fields.get("warc-type") != "warcinfo":
                raise ValueError("it is another record")
        except FileNotFoundError:
            return  # told for each exchange in it
        except (OSError, ValueError) as error:
            self._defects.add("record", name, f"does not begin with a warcinfo record: {error}")

    def _content(self, place: str, row: Row, data: bytes) -> None:
        """The bytes are those that the row names; do they also say what the row says?"""
        try:
            head = unpack_message(data[: row.request.length], row.request)[0]
            self._same(place, "method", row.method, parse_head(head)[0].split(" ", 1)[0])
            fields = record(data[: row.request.length]).fields
            self._same(place, "URL", uri(row.url), fields.get("warc-target-uri", ""))
            if row.response:
                head = unpack_message(data[row.request.length :][: row.response.length], row.response)[0]
            if row.response and row.answer:
                self._same(place, "status", str(row.answer.status), parse_head(head)[0].partition(" ")[2][:3])
            elif row.answer:
                self._defects.add("record", place, f"it has status {row.answer.status} but no response record")
        except ValueError as error:
            self._defects.add("record", place, f"its records cannot be read: {error}")

    def _same(self, place: str, what: str, row: str, recorded: str) -> None:
        if row != recorded:
            self._defects.add("record", place, f"its row says {what} {row}, the recorded message says {recorded}")


def _payloads(row: Row) -> tuple[str, ...]:
    """Digests of the files that the row needs."""
    messages = (row.request.payload, row.response.payload if row.response else "", row.answer.stored if row.answer else "")
    return tuple(digest for digest in messages if digest) + (row.peer.tls.chain if row.peer and row.peer.tls else ())
