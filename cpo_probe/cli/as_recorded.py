"""How does a file become the answer that would have brought it, so that it can be judged like one?"""

from collections.abc import Callable
from dataclasses import dataclass

from cpo_probe.model import Effect, Exchange, Identity, Interface, Operation, Request, Response, Timing, Wire
from cpo_probe.registry import CheckDef

HOME = "http://localhost"
WHEN = "1970-01-01T00:00:00.000000Z"  # a file has no time of recording; nothing that is checked here depends on it


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record as it would have been. `concerns`: whether the findings of a check are wanted."""

    interface: Interface
    operations: tuple[Operation, ...]
    exchanges: tuple[Exchange, ...]
    concerns: Callable[[CheckDef], bool]


def asked_for(purpose: str) -> Callable[[CheckDef], bool]:
    """Checks that name this purpose."""
    return lambda check: purpose in check.of


def as_wire(exchange: Exchange) -> Wire:
    """The bytes of an answer made by `as_answer`."""
    fields = "".join(f"{name}: {value}\r\n" for name, value in exchange.response.headers) if exchange.response else ""
    return Wire(b"GET / HTTP/1.1\r\n\r\n", b"", f"HTTP/1.1 200 OK\r\n{fields}\r\n".encode(), exchange.body)


def as_answer(
    url: str, data: bytes, purpose: str, content_type: str, *, id: str = "000001", interface: str = "", version: str = ""
) -> Exchange:
    """`version`: of OData, for the field that states it; "" leaves it out."""
    stated = (("OData-Version", version),) if version else ()
    return Exchange(
        id=id,
        at=WHEN,
        probe="check",
        unit="check",
        attempt=1,
        purpose=purpose,
        why="the file to check",
        group="",
        interface=interface,
        operation="",
        effect=Effect.READ,
        identity=Identity.ANONYMOUS,
        follows="",
        role="primary",
        request=Request("GET", url, (), b""),
        response=Response(200, "OK", "HTTP/1.1", (("Content-Type", content_type), *stated), data, len(data), None),
        failure=None,
        timing=Timing(None, None, None, None, None, None, 0.0),
        peer=None,
        redacted=(),
    )
