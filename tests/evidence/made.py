"""Plans, exchanges and bundles for tests of the evidence."""

import asyncio
import dataclasses
from pathlib import Path
from typing import Any

from cpo_probe.evidence import RecordWriter
from cpo_probe.model import (
    FORMAT,
    BearerAuth,
    Blocker,
    Discovery,
    Effect,
    Exchange,
    Failure,
    FailureKind,
    Identity,
    Interface,
    Inventory,
    Limits,
    Operation,
    Peer,
    Permissions,
    Plan,
    Redact,
    Request,
    Response,
    Scope,
    Target,
    Timing,
    Tls,
    Transport,
    Unit,
    UnitState,
    Wire,
)

BASE = "http://plm.example/api"


def target(**change: Any) -> Target:
    made = Target(
        name="demo",
        base_url=BASE + "/",
        product="PLM",
        vendor="Example",
        version="1",
        scope=Scope(("plm.example",), (), (), ()),
        auth=BearerAuth("env:TOKEN", "Bearer"),
        csrf=None,
        logout=None,
        limits=Limits(),
        transport=Transport("", "", "", "", "", True),
        headers=(("X-Client", "Prüfer"),),
        declared=(),
        redact=Redact((), (), ()),
        volatile=(),
        vocabulary={},
        discovery=Discovery(),
    )
    return dataclasses.replace(made, **change)


def plan(**change: Any) -> Plan:
    made = Plan(
        format=FORMAT,
        run="run-1",
        created="2025-03-01T08:00:00.000000Z",
        engine="0.1.0",
        target=target(),
        preset="quick",
        criteria=("IFC-01",),
        probes=("rest.read",),
        permissions=Permissions(False, False, False, False, False),
        seed=7,
        catalogue="cpo-2026.1",
        content={"probes/rest/read.py": "0" * 64},
        operator="Jörg",
        operations=(),
    )
    return dataclasses.replace(made, **change)


def head(start: str, headers: tuple[tuple[str, str], ...]) -> bytes:
    lines = [start, *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join(lines).encode("iso-8859-1") + b"\r\n\r\n"


def exchange(
    id: str,
    *,
    body: bytes = b'{"name":"M\xc3\xbcller"}',
    stored: bytes | None = None,
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),),
    status: int = 200,
    path: str = "/items",
    sent: bytes = b"",
    failure: Failure | None = None,
    answered: bool = True,
    tls: Tls | None = None,
    **change: Any,
) -> tuple[Exchange, Wire]:
    """An exchange as a session would hand it over; `stored` is the body with its content coding."""
    stored = body if stored is None else stored
    asked = (("Host", "plm.example"), ("Accept", "application/json"))
    truncated = failure.kind if failure else None
    response = Response(status, "OK", "HTTP/1.1", headers, body, len(stored), truncated) if answered else None
    made = Exchange(
        id=id,
        at=f"2025-03-01T08:00:{int(id) % 60:02d}.000000Z",
        probe="rest.read",
        unit="rest.read:GET /items",
        attempt=1,
        purpose="rest.read",
        why="to read the list",
        group="",
        interface="openapi:/api",
        operation="GET /items",
        effect=Effect.READ,
        identity=Identity.ACCOUNT,
        follows="",
        role="primary",
        request=Request("GET", BASE + path, asked, sent),
        response=response,
        failure=failure,
        timing=Timing(0.001, 0.002, None, 0.0001, 0.01, 0.002, 0.0151),
        peer=Peer("192.0.2.7", 443 if tls else 80, tls),
        redacted=(),
        note={"arguments": {"id": 10**20}},
    )
    made = dataclasses.replace(made, **change)
    request_head = head(f"{made.request.method} /api{path} HTTP/1.1", asked)
    response_head = head(f"HTTP/1.1 {status} OK", headers) if answered else b""
    return made, Wire(request_head, sent, response_head, stored if answered else b"")


def failed(id: str, kind: FailureKind = FailureKind.REFUSED, **change: Any) -> tuple[Exchange, Wire]:
    """An exchange without any answer."""
    return exchange(id, answered=False, failure=Failure(kind, "connection refused\r\nby the peer"), **change)


def unit(id: str = "rest.read:GET /items", attempt: int = 1, state: UnitState = UnitState.DONE, **change: Any) -> Unit:
    made = Unit(id, "rest.read", "openapi:/api", "GET /items", attempt, state, None, "", 1)
    return dataclasses.replace(made, **change)


def inventory() -> Inventory:
    way = Interface("openapi:/api", "openapi", BASE, "Items", "1", "000001", (), True, "service-desc, 000001", {})
    media = ("application/json",)
    read = Operation("GET /items", way.id, "list", "GET", "/items", (), Effect.READ, media, "/paths/~1items", False, True)
    return Inventory(FORMAT, (way,), (read,), ({"url": BASE, "why": "base", "answer": 200, "exchange": "000001"},), False, "")


def record(folder: Path, count: int = 6, *, seal: bool = True) -> Path:
    """A small record: discovery, an inventory, reads, a failure, two units, one file."""
    writer = RecordWriter.create(folder, plan())
    asyncio.run(_record(writer, count))
    if seal:
        writer.seal()
    writer.close()
    return folder


async def _record(writer: RecordWriter, count: int) -> None:
    await writer.write(*exchange(writer.next_id(), unit="discovery", purpose="discovery.description", interface="", operation=""))
    writer.inventory(inventory())
    writer.unit(unit("discovery"))
    for number in range(count - 2):
        await writer.write(*exchange(writer.next_id(), path=f"/items/{number}", group=f"g{number % 2}"))
    await writer.write(*failed(writer.next_id(), purpose="rest.errors.unknown-id", unit="rest.errors:GET /items"))
    writer.unit(unit())
    writer.unit(unit("rest.errors:GET /items", state=UnitState.PARTIAL, blocker=Blocker.BUDGET))
    writer.artifact(b"ISO-10303-21;", "part.stp")
