"""A server with as many operations as one likes, all alike: lists of twenty items, and the items.

    python -m benchmarks._wide RESOURCES

Prints its URL and serves until it is killed.
"""

import asyncio
import json
import sys
from typing import Any

ITEMS = 20


def document(resources: int) -> dict[str, Any]:
    """The OpenAPI description."""
    item = {"type": "object", "required": ["id", "name"], "properties": {name: {"type": "string"} for name in _item(0, 0)}}
    page = {"type": "object", "required": ["items"], "properties": {"items": {"type": "array", "items": _ref("Item")}}}
    paths: dict[str, Any] = {}
    for number in range(resources):
        id = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        paths[f"/r{number}"] = {"get": _get(f"list {number}", "Page")}
        paths[f"/r{number}/{{id}}"] = {"get": _get(f"read {number}", "Item"), "parameters": [id]}
    info = {"title": "wide", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": {"Item": item, "Page": page}}}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _get(summary: str, schema: str) -> dict[str, Any]:
    good = {"description": "good", "content": {"application/json": {"schema": _ref(schema)}}}
    return {
        "summary": summary,
        "operationId": summary.replace(" ", "-"),
        "responses": {"200": good, "404": {"description": "no"}},
    }


def _item(resource: int, number: int) -> dict[str, str]:
    return {"id": f"{resource}-{number}", "name": f"Schraube M{number}", "text": "Flansch, verzinkt, " * 8, "unit": "kg"}


class Wide(asyncio.Protocol):
    """Just enough HTTP/1.1."""

    answers: dict[str, bytes] = {}  # noqa: RUF012 - filled once, before serving

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        *heads, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for head in heads:
            method, target, _ = head.decode("latin-1").split("\r\n", 1)[0].split(" ")
            self._transport.write(self._answer(method, target.partition("?")[0]))

    def _answer(self, method: str, path: str) -> bytes:
        body = self.answers.get(path)
        if method not in ("GET", "HEAD"):
            return _message("405 Method Not Allowed", b"", "Allow: GET, HEAD")
        if body is None:
            return _message("404 Not Found", b"{}" if method == "GET" else b"")
        return _message("200 OK", body if method == "GET" else b"")


def _message(status: str, body: bytes, *fields: str) -> bytes:
    head = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}", *fields]
    return "\r\n".join([*head, "", ""]).encode() + body


def _fill(resources: int) -> None:
    Wide.answers["/openapi.json"] = json.dumps(document(resources)).encode()
    for number in range(resources):
        items = [_item(number, one) for one in range(ITEMS)]
        Wide.answers[f"/r{number}"] = json.dumps({"items": items}).encode()
        Wide.answers |= {f"/r{number}/{item['id']}": json.dumps(item).encode() for item in items}


async def main() -> None:
    _fill(int(sys.argv[1]))
    server = await asyncio.get_running_loop().create_server(Wide, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
