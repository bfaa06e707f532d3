"""What did curl bring back: an answer, or which trouble?"""

from dataclasses import dataclass

from cpo_probe.model import Failure, FailureKind, Headers, Limits, Peer, Timing
from cpo_probe.session.body import Body
from cpo_probe.session.raw import Raw
from cpo_probe.session.stream import Phases

_MARK = "cpo-probe-curl"
_MEASURED = ("time_namelookup", "time_connect", "time_appconnect", "time_pretransfer", "time_starttransfer", "time_total")
FACTS = f"\n{_MARK} %{{remote_ip}} %{{remote_port}} " + " ".join(f"%{{{name}}}" for name in _MEASURED)
"""What curl says after the body, in its language of --write-out."""

_FAULTS: dict[int, tuple[FailureKind, str]] = {  # curl's manual, EXIT CODES
    1: (FailureKind.PROTOCOL, "what came back is not HTTP"),
    5: (FailureKind.DNS, "the name of the proxy is not known"),
    6: (FailureKind.DNS, "the name is not known"),
    7: (FailureKind.REFUSED, "no connection"),
    8: (FailureKind.PROTOCOL, "the answer cannot be parsed"),
    16: (FailureKind.PROTOCOL, "a problem in the framing of HTTP/2"),
    18: (FailureKind.DISCONNECTED, "the answer ended before its end"),
    28: (FailureKind.READ_TIMEOUT, "nothing arrived in time"),
    43: (FailureKind.PROTOCOL, "an internal error of curl"),
    52: (FailureKind.DISCONNECTED, "the server closed without an answer"),
    55: (FailureKind.DISCONNECTED, "the connection broke while sending"),
    56: (FailureKind.DISCONNECTED, "the connection broke while receiving"),
    92: (FailureKind.PROTOCOL, "a problem with a stream of HTTP/2"),
    97: (FailureKind.REFUSED, "the proxy refused"),
    **dict.fromkeys((35, 51, 53, 54, 58, 59, 60, 64, 66, 77, 80, 82, 83, 90, 91, 98), (FailureKind.TLS, "no secured connection")),
}
_SETTINGS = frozenset({2, 3, 4, 23, 26, 27})
"""Codes that say that we asked in a wrong way, which is a bug and no answer."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that is over. `code`: None when it was killed; `late`: why, when for its time."""

    code: int | None
    late: FailureKind | None
    seconds: float
    head: bytes
    body: bytes


def unreached(phases: Phases, seconds: float, stack: str) -> Raw:
    """No address: curl was not even asked."""
    failure = phases.fault or Failure(FailureKind.DNS, "no address")
    return Raw(
        0, "", "", (), b"", b"", failure, None, Timing(phases.dns, None, None, None, None, None, seconds), None, stack=stack
    )


def raw_of(ended: Ended, limits: Limits, phases: Phases, before: float, stack: str) -> Raw:
    """The answer. `before`: seconds that passed until curl was started. Raises `ValueError` when curl rejects its settings."""
    if ended.code in _SETTINGS:
        raise ValueError(f"curl does not take its settings (code {ended.code}): {ended.head[-200:]!r}")
    body, said = _split(ended)
    timing, peer = _measured(said, phases, before)
    status, reason, version, headers = head_of(ended.head)
    failure = _failure(ended, said)
    if not status:
        failure = failure or Failure(FailureKind.PROTOCOL, "curl showed no status line")
        return Raw(0, "", "", (), b"", b"", failure, None, timing, peer, stack=stack)
    coding = ", ".join(value for name, value in headers if name.lower() == "content-encoding")
    collected = Body(coding, limits.wire_bytes, limits.decoded_bytes)
    if body:
        collected.add(body)
    wire, decoded, trouble = collected.finish()
    failure = collected.failure or failure or trouble
    return Raw(
        status, reason, version, headers, wire, decoded, failure, failure.kind if failure else None, timing, peer, stack=stack
    )


def _split(ended: Ended) -> tuple[bytes, list[str]]:
    """The body, and what curl said behind it: the last mark is its own, whatever the body holds."""
    body, mark, said = ended.body.rpartition(f"\n{_MARK} ".encode())
    if ended.code is None or not mark:
        return ended.body, []
    return body, said.decode("latin-1").split(" ")


def _failure(ended: Ended, said: list[str]) -> Failure | None:
    if ended.late is not None:
        return Failure(ended.late, f"not complete after {ended.seconds:g} s (limits.exchange_seconds)")
    if ended.code is None:
        return Failure(FailureKind.TOO_LARGE, "the answer is larger than its limits (limits.wire_bytes); the beginning is kept")
    if ended.code == 0:
        return None
    kind, words = _FAULTS.get(ended.code, (FailureKind.PROTOCOL, "trouble"))
    if ended.code == 28 and not _number(said, "time_pretransfer"):
        kind, words = FailureKind.CONNECT_TIMEOUT, "no connection in time"
    return Failure(kind, f"curl, code {ended.code}: {words}")


def head_of(data: bytes) -> tuple[int, str, str, Headers]:
    """Status (0: there is none), reason, version and fields of the final answer; 100, 103 and trailers are left out."""
    for block in data.decode("latin-1").replace("\r\n", "\n").split("\n\n"):
        first, *lines = block.split("\n")
        version, _, rest = first.partition(" ")
        code, _, reason = rest.partition(" ")
        if version.startswith("HTTP/") and code.isdigit() and not 100 <= int(code) < 200:
            return int(code), reason.strip(), version, _fields(lines)
    return 0, "", "", ()


def _fields(lines: list[str]) -> Headers:
    found: list[tuple[str, str]] = []
    for line in lines:
        name, colon, value = line.partition(":")
        if line[:1] in (" ", "\t") and found:  # folded (RFC 9112, 5.2)
            found[-1] = found[-1][0], f"{found[-1][1]} {line.strip()}"
        elif colon:
            found.append((name.strip(), value.strip()))
    return tuple(found)


def _number(said: list[str], name: str) -> float:
    place = 2 + _MEASURED.index(name)
    try:
        return float(said[place])
    except (IndexError, ValueError):
        return 0.0


def _measured(said: list[str], phases: Phases, before: float) -> tuple[Timing, Peer | None]:
    """Seconds of each phase; those that did not happen are 0 for curl."""
    lookup, connected, secured, ready, first, total = (_number(said, name) for name in _MEASURED)
    timing = Timing(
        dns=phases.dns,
        connect=connected - lookup if connected else None,
        tls=secured - connected if secured else None,
        send=None,
        first_byte=max(0.0, first - ready) if first else None,
        body=max(0.0, total - first) if first else None,
        total=before + total,
    )
    peer = Peer(said[0], int(said[1]), None) if len(said) > 1 and said[0] and said[1].isdigit() else None
    return timing, peer
