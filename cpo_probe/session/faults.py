"""Which failure class does an exception of the HTTP library stand for?"""

import httpcore

from cpo_probe.model import Failure, FailureKind

_KINDS: tuple[tuple[type[Exception], FailureKind], ...] = (
    (httpcore.ConnectTimeout, FailureKind.CONNECT_TIMEOUT),
    (httpcore.ConnectError, FailureKind.REFUSED),
    (httpcore.ProxyError, FailureKind.REFUSED),
    (httpcore.PoolTimeout, FailureKind.DEADLINE),
    (httpcore.TimeoutException, FailureKind.READ_TIMEOUT),
    (httpcore.NetworkError, FailureKind.DISCONNECTED),
    (httpcore.RemoteProtocolError, FailureKind.PROTOCOL),
)
_ENDED = ("Server disconnected", "peer closed connection", "peer unexpectedly closed")  # h11's words for an early end

FAULTS = tuple(kind for kind, _ in _KINDS)
"""Expected trouble on the network; anything else is a bug."""


def failure_of(error: Exception) -> Failure:
    """The failure for one of `FAULTS`, where the connection itself did not say anything more exact."""
    text = str(error) or type(error).__name__
    if isinstance(error, httpcore.RemoteProtocolError) and text.startswith(_ENDED):
        return Failure(FailureKind.DISCONNECTED, text)
    if isinstance(error, httpcore.ProxyError):
        text = f"the proxy refused: {text}"
    return Failure(next(kind for family, kind in _KINDS if isinstance(error, family)), text)
