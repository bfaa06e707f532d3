"""How much of this body do we take?"""

from cpo_probe.model import Failure, FailureKind
from cpo_probe.protocols.http.coding import Decoder


class Body:
    """Collects an answer's bytes within the limits on the wire and after decoding; what came before a limit is kept."""

    def __init__(self, content_encoding: str, wire_limit: int, decoded_limit: int) -> None:
        self.failure: Failure | None = None
        self._wire_limit = wire_limit
        self._decoded_limit = decoded_limit
        self._size = 0
        self._pieces: list[bytes] = []
        self._decoded: list[bytes] = []
        self._decoder = Decoder(content_encoding, decoded_limit) if content_encoding else None

    def add(self, data: bytes) -> bool:
        """Take a piece; False when enough is enough and the connection has to be closed."""
        room = self._wire_limit - self._size
        if len(data) > room:
            data = data[:room]
            self.failure = Failure(
                FailureKind.TOO_LARGE,
                f"more than {self._wire_limit} bytes on the wire (limits.wire_bytes); the beginning is kept",
            )
        self._size += len(data)
        self._pieces.append(data)
        if self._decoder is not None:
            self._decoded.append(self._decoder.feed(data))
            if self._decoder.problem is FailureKind.BOMB:
                self.failure = self._bomb()
        elif self._size > self._decoded_limit:
            self.failure = self._bomb()
        return self.failure is None

    def finish(self) -> tuple[bytes, bytes, Failure | None]:
        """Bytes on the wire, decoded bytes (the same object without a coding), and the trouble with the whole body."""
        wire = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        if self._decoder is None:
            return wire, wire, self.failure
        if self.failure is None and self._decoder.finish() is not None:
            self.failure = Failure(FailureKind.CODING, "the body is not in the content coding that its head states")
        return wire, b"".join(self._decoded), self.failure

    def _bomb(self) -> Failure:
        return Failure(
            FailureKind.BOMB,
            f"more than {self._decoded_limit} bytes after decoding (limits.decoded_bytes); the beginning is kept",
        )
