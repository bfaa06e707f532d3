"""A small system that keeps every promise, on loopback, so that one fault at a time can be put into it."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.session.support import Got, Server, raw_server, read_request, reply

DATE = ("Date", "Tue, 03 Jun 2025 10:00:00 GMT")
JSON = ("Content-Type", "application/json")
PROBLEM = ("Content-Type", "application/problem+json")
NUMBERS = tuple(f"P-{n:03d}" for n in range(1, 8))
PAGE = 3

Fault = Callable[[Got, asyncio.StreamWriter], Awaitable[None]]
"""Answers a request wrongly on the open connection. Returning keeps the connection, `CLOSE` ends it."""


class Close(Exception):
    """The server closes the connection now."""


def sends(data: bytes, *, close: bool = False) -> Fault:
    """A fault that is a fixed answer."""

    async def fault(got: Got, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        if close:
            raise Close

    return fault


def answers(status: int, value: Any, *headers: tuple[str, str]) -> bytes:
    """A JSON answer."""
    kind = JSON if status < 400 else PROBLEM
    names = {name.lower() for name, _ in headers}
    own = [h for h in (DATE, kind) if h[0].lower() not in names]
    return reply(status, json.dumps(value).encode(), *own, *headers)


def problem(status: int, title: str, *headers: tuple[str, str]) -> bytes:
    """RFC 9457."""
    return answers(status, {"type": "about:blank", "title": title, "status": status}, *headers)


def operation(title: str, schema: dict[str, Any], *parameters: dict[str, Any]) -> dict[str, Any]:
    """A documented GET."""
    refused = {
        "description": "The request cannot be answered.",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    return {
        "get": {
            "operationId": title.split()[0].lower(),
            "summary": title,
            "description": f"{title}, for everybody.",
            "tags": ["parts"],
            "security": [],
            "parameters": list(parameters),
            "responses": {
                "200": {"description": title, "content": {"application/json": {"schema": schema}}},
                **dict.fromkeys(("400", "404", "406"), refused),
            },
        }
    }


def closed(required: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **more},
        "required": sorted(required),
        "additionalProperties": False,
    }


NUMBER = {"type": "string", "pattern": "^P-[0-9]{3}$", "description": "Number of the part.", "examples": ["P-001"]}
PART = closed({"number": NUMBER, "name": {"type": "string", "minLength": 1}, "mass": {"type": "number", "minimum": 0}})
PARTS = closed(
    {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}}, "total": {"type": "integer", "minimum": 0}},
    next={"type": "string", "format": "uri"},
)
REPORT = {
    **closed({"title": {"type": "string", "minLength": 1}, "count": {"type": "integer", "minimum": 0}}),
    "examples": [{"title": "Parts", "count": 7}],
}


def description(base: str, **changes: Any) -> dict[str, Any]:
    """The OpenAPI document. `changes` replace members of it."""
    limit = {"type": "integer", "minimum": 1, "maximum": 100, "default": PAGE}
    start = {"type": "integer", "minimum": 0, "default": 0}
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Little PLM",
            "version": "1.0.0",
            "description": "Parts.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": base.rstrip("/")}],
        "tags": [{"name": "parts", "description": "Parts."}],
        "security": [],
        "paths": {
            "/parts": operation(
                "Parts",
                {"$ref": "#/components/schemas/Parts"},
                {"name": "limit", "in": "query", "description": "Items of a page.", "schema": limit, "example": 2},
                {"name": "offset", "in": "query", "description": "Items to leave out.", "schema": start, "example": 0},
            ),
            "/parts/{number}": operation(
                "Part",
                {"$ref": "#/components/schemas/Part"},
                {
                    "name": "number",
                    "in": "path",
                    "required": True,
                    "description": "Which part.",
                    "schema": {"$ref": "#/components/schemas/Part/properties/number"},
                    "example": "P-001",
                },
            ),
            "/report": operation("Report", {"$ref": "#/components/schemas/Report"}),
        },
        "components": {
            "schemas": {
                "Part": PART,
                "Parts": PARTS,
                "Report": REPORT,
                "Problem": closed(
                    {"type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer", "minimum": 400}}
                ),
            }
        },
    }
    return {**document, **changes}


class Little:
    """The system. `faults` answer instead of it at their paths ("*": at all), `document` replaces members of the description."""

    def __init__(self) -> None:
        self.faults: dict[str, Fault] = {}
        self.document: dict[str, Any] = {}
        self.base = ""
        self.seen: list[Got] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (got := await read_request(reader)) is not None:
            self.seen.append(got)
            fault = self.faults.get(urlsplit(got.target).path) or self.faults.get("*")
            if fault is None:
                writer.write(self.answer(got))
                await writer.drain()
                continue
            try:
                await fault(got, writer)
            except Close:
                return

    def answer(self, got: Got) -> bytes:
        """The right answer."""
        path = urlsplit(got.target).path
        if path not in ("/", "/openapi.json", "/parts", "/report") and not path.startswith("/parts/"):
            return problem(404, "Nothing is here.")
        if got.method not in ("GET", "HEAD"):
            known = got.method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
            return problem(405, "Only reading.", ("Allow", "GET, HEAD")) if known else problem(501, "No such method.")
        head, end, body = self._read(got, path).partition(b"\r\n\r\n")
        if head.startswith(b"HTTP/1.1 200"):
            tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if got.header("if-none-match") == tag:
                return f"HTTP/1.1 304 Not Modified\r\n{': '.join(DATE)}\r\nETag: {tag}\r\n\r\n".encode()
            head += f"\r\nETag: {tag}".encode()
        return head + end + (b"" if got.method == "HEAD" else body)

    def _read(self, got: Got, path: str) -> bytes:
        if not any(kind in got.header("accept") for kind in ("application/json", "*/*", "application/*")):
            return problem(406, "Only application/json.")
        match path:
            case "/":
                link = ("Link", f'<{self.base}openapi.json>; rel="service-desc"')
                return answers(200, {"title": "Little PLM"}, link)
            case "/openapi.json":
                return answers(200, description(self.base, **self.document))
            case "/parts":
                return self._list(got)
            case "/report":
                return answers(200, {"title": "Parts", "count": len(NUMBERS)})
        number = path.removeprefix("/parts/")
        return answers(200, part(number)) if number in NUMBERS else problem(404, "No such part.")

    def _list(self, got: Got) -> bytes:
        given = {name: values[-1] for name, values in parse_qs(urlsplit(got.target).query, keep_blank_values=True).items()}
        limit, offset = given.get("limit", str(PAGE)), given.get("offset", "0")
        if not (limit.isascii() and limit.isdigit() and 1 <= int(limit) <= 100 and offset.isascii() and offset.isdigit()):
            return problem(400, "limit is 1 to 100, offset a number from 0.")
        return answers(200, self.page(int(limit), int(offset)))

    def page(self, limit: int, offset: int) -> dict[str, Any]:
        """Some parts, and where the next ones are."""
        items = [part(number) for number in NUMBERS[offset : offset + limit]]
        after = offset + limit
        more = {"next": f"{self.base}parts?limit={limit}&offset={after}"} if after < len(NUMBERS) else {}
        return {"items": items, "total": len(NUMBERS), **more}


def part(number: str) -> dict[str, Any]:
    return {"number": number, "name": f"Part {number}", "mass": 1.5}


@asynccontextmanager
async def serving(little: Little, tls: Any = None) -> AsyncIterator[Server]:
    """The system on a free port."""
    async with raw_server(little.talk, tls) as server:
        little.base = server.url
        yield server
