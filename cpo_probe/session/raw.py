"""What came back, before anybody cleaned it?"""

from dataclasses import dataclass

from cpo_probe.model import Failure, FailureKind, Headers, Peer, Timing
from cpo_probe.session.room import Aside


@dataclass(slots=True)
class Raw:
    """An answer as received; `status` is 0 when no head arrived. `wire is body` when no content coding was on it.

    `aside`: where the body is when it was too big for memory; `wire` and `body` are then its beginning.
    `stack`: name and version of another client than ours that brought it, "" for our own.
    """

    status: int
    reason: str
    http_version: str
    headers: Headers
    wire: bytes
    body: bytes
    failure: Failure | None
    truncated: FailureKind | None
    timing: Timing
    peer: Peer | None
    aside: Aside | None = None
    stack: str = ""
