"""A Starlette application on loopback, and one discovery of it through a real session."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cpo_probe.discovery import discover
from cpo_probe.model import Declared, Discovery, Exchange, Interface, Inventory
from tests.session.support import make_session


@dataclass
class Page:
    """What a path answers. `login`: 401 without an Authorization header."""

    body: str | bytes
    type: str = "text/html"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    login: bool = False


def json_page(value: Any, type: str = "application/json", **more: Any) -> Page:
    return Page(json.dumps(value), type, **more)


def openapi(*paths: str, servers: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    """A small OpenAPI document with GET operations."""
    listed = {path: {"get": {"parameters": _parameters(path), "responses": {"200": {"description": "ok"}}}} for path in paths}
    document: dict[str, Any] = {"openapi": "3.1.0", "info": {"title": "PLM", "version": "1.2"}, "paths": listed, **more}
    return document if servers is None else {**document, "servers": servers}


def _parameters(path: str) -> list[dict[str, Any]]:
    names = [part.partition("}")[0] for part in path.split("{")[1:]]
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def application(pages: Mapping[str, Page], missing: Page | None = None) -> Starlette:
    """`pages` by path, with the query where one matters ("/part?wsdl")."""

    async def answer(request: Request) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        page = pages.get(request.url.path + query) or missing or Page("nothing here", "text/plain", 404)
        if page.login and "authorization" not in request.headers:
            return Response("log in", 401, {"www-authenticate": 'Basic realm="plm"'}, "text/plain")
        return Response(page.body, page.status, page.headers, page.type)

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])


@asynccontextmanager
async def serving(app: Starlette) -> AsyncIterator[str]:
    """The base URL of the application while it runs."""
    # asyncio switches Nagle's algorithm off only on sockets that say TCP: 40 ms per answer otherwise
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", ws="none"))
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve([listener]))
    while not server.started:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@dataclass
class Result:
    """An inventory and the exchanges that made it."""

    base: str
    inventory: Inventory
    exchanges: list[Exchange]

    @property
    def ids(self) -> list[str]:
        return [interface.id for interface in self.inventory.interfaces]

    @property
    def interface(self) -> Interface:
        (only,) = self.inventory.interfaces
        return only

    @property
    def operations(self) -> list[str]:
        return [operation.id for operation in self.inventory.operations]

    @property
    def asked(self) -> list[str]:
        return [exchange.request.url.removeprefix(self.base) for exchange in self.exchanges]

    def answer(self, path: str) -> str:
        """What the list of what was tried says about a path."""
        return next(str(row["answer"]) for row in self.inventory.tried if row["url"].endswith(path))

    def exchange(self, id: str) -> Exchange:
        return next(exchange for exchange in self.exchanges if exchange.id == id)


async def explore(
    pages: Mapping[str, Page],
    path: str = "/",  # ends with "/", as Target.base_url does
    *,
    missing: Page | None = None,
    declared: tuple[Declared, ...] = (),
    discovery: Discovery | None = None,
    assume_read_names: bool = False,
    **changes: Any,
) -> Result:
    """Serve the pages and discover them from `path`. URLs in `declared` may start with "/"; `changes` as for make_session."""
    async with serving(application(pages, missing)) as base:
        changes["discovery"] = discovery or Discovery()
        changes["declared"] = tuple(
            Declared(d.kind, _joined(base, d.url), _joined(base, d.description), d.read_operations, d.options) for d in declared
        )
        session, recorder = make_session(base + path, **changes)
        async with session:
            inventory = await discover(session, session._plan.target, assume_read_names=assume_read_names)
        return Result(base, inventory, recorder.exchanges)


def _joined(base: str, url: str) -> str:
    return base + url if url.startswith("/") else url
