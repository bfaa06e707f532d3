"""How much of this body do we take, and where does it go?"""

from collections.abc import Callable

from cpo_probe.model import Failure, FailureKind
from cpo_probe.protocols.http.coding import Decoder
from cpo_probe.session.room import BEGINNING, IN_MEMORY, Aside, Spool


class _Sink:
    """Bytes in memory, or in a file once they are too many."""

    def __init__(self, spool: Callable[[], Spool] | None) -> None:
        self.size = 0
        self.file: Spool | None = None
        self._spool = spool
        self._pieces: list[bytes] = []

    def add(self, data: bytes) -> None:
        self.size += len(data)
        if self.file is not None:
            self.file.write(data)
            return
        self._pieces.append(data)
        if self._spool is not None and self.size > IN_MEMORY:
            self.to_file(self._spool)

    def to_file(self, spool: Callable[[], Spool]) -> Spool:
        """From here on the bytes are in a file; the beginning stays at hand."""
        if self.file is None:
            self.file = spool()
            whole = b"".join(self._pieces)
            self.file.write(whole)
            self._pieces = [whole[:BEGINNING]]
        return self.file

    def bytes(self) -> bytes:
        if len(self._pieces) > 1:
            self._pieces = [b"".join(self._pieces)]
        return self._pieces[0] if self._pieces else b""


class Body:
    """Collects an answer's bytes within the limits on the wire and after decoding; what came before a limit is kept.

    With a `spool` a body that is too big for memory goes to a file.
    """

    def __init__(
        self, content_encoding: str, wire_limit: int, decoded_limit: int, spool: Callable[[], Spool] | None = None
    ) -> None:
        self.failure: Failure | None = None
        self.aside: Aside | None = None  # the whole body, where it went to a file; known after `finish`
        self._wire_limit = wire_limit
        self._decoded_limit = decoded_limit
        self._spool = spool
        self._wire = _Sink(spool)
        self._decoder = Decoder(content_encoding, decoded_limit) if content_encoding else None
        self._decoded = _Sink(spool) if self._decoder else self._wire

    def add(self, data: bytes) -> bool:
        """Take a piece; False when enough is enough and the connection has to be closed."""
        room = self._wire_limit - self._wire.size
        if len(data) > room:
            data = data[:room]
            self.failure = Failure(
                FailureKind.TOO_LARGE,
                f"more than {self._wire_limit} bytes on the wire (limits.wire_bytes); the beginning is kept",
            )
        self._wire.add(data)
        if self._decoder is not None:
            self._decoded.add(self._decoder.feed(data))
            if self._decoder.problem is FailureKind.BOMB:
                self.failure = self._bomb()
        elif self._wire.size > self._decoded_limit:
            self.failure = self._bomb()
        return self.failure is None

    def finish(self) -> tuple[bytes, bytes, Failure | None]:
        """Bytes on the wire, decoded bytes (the same object without a coding), and the trouble with the whole body.

        Of a body that went aside they are the beginning.
        """
        if self.failure is None and self._decoder is not None and self._decoder.finish() is not None:
            self.failure = Failure(FailureKind.CODING, "the body is not in the content coding that its head states")
        if self._spool is not None and (self._wire.file or self._decoded.file):
            self.aside = Aside(self._wire.to_file(self._spool), self._decoded.to_file(self._spool))
        wire = self._wire.bytes()
        return wire, wire if self._decoder is None else self._decoded.bytes(), self.failure

    def drop(self) -> None:
        """Nobody will have it."""
        for sink in (self._wire, self._decoded):
            if sink.file is not None:
                sink.file.drop()

    def _bomb(self) -> Failure:
        return Failure(
            FailureKind.BOMB,
            f"more than {self._decoded_limit} bytes after decoding (limits.decoded_bytes); the beginning is kept",
        )
