"""Description, documentation, contract, coverage: what each check must say."""

from typing import Any

from cpo_probe.model import BasicAuth, Effect, Exchange, Identity, Interface, Span
from tests.probes.make import (
    HOST,
    Case,
    Record,
    api,
    exchange,
    fails,
    interface,
    inventory,
    na,
    operation,
    parameter,
    passes,
    plan,
    untested,
)

ITEM_SCHEMA = {
    "type": "object",
    "required": ["id", "number"],
    "properties": {
        "id": {"type": "integer"},
        "number": {"type": "string"},
        "state": {"type": "string", "enum": ["open", "released"]},
        "secret": {"type": "string", "writeOnly": True},
    },
}
DOCUMENT: dict[str, Any] = {
    "security": [{"basic": []}],
    "components": {"securitySchemes": {"basic": {"type": "http", "scheme": "basic"}}},
    "paths": {
        "/items/{id}": {
            "get": {
                "summary": "One item",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "description": "Key", "schema": {"type": "integer"}}
                ],
                "responses": {
                    "200": {
                        "description": "ok",
                        "headers": {"X-Revision": {"required": True, "schema": {"type": "integer"}}},
                        "content": {"application/json": {"schema": ITEM_SCHEMA, "example": {"id": 1, "number": "P-1"}}},
                    },
                    "404": {"description": "unknown", "content": {"application/problem+json": {"schema": {"type": "object"}}}},
                },
            }
        },
        "/bare": {
            "get": {
                "parameters": [{"name": "q", "in": "query", "schema": {"type": "string"}}],
                "responses": {"200": {"description": "ok"}},
            },
            "post": {"requestBody": {"content": {"application/json": {}}}, "responses": {"200": {"description": "ok"}}},
        },
        "/loose": {"get": {"responses": {"200": {"description": "ok", "content": {"application/json": {"schema": {}}}}}}},
        "/remote": {
            "get": {
                "responses": {
                    "200": {"description": "ok", "content": {"application/json": {"schema": {"$ref": "https://else.example/a"}}}}
                }
            }
        },
    },
}
API = api(DOCUMENT)
OPEN = api({"paths": {"/open": {"get": {"responses": {"200": {"description": "ok"}}}}}})
ITEM, BARE, LOOSE, REMOTE, GONE = (f"GET {path}" for path in ("/items/{id}", "/bare", "/loose", "/remote", "/gone"))
LOGGING_IN = plan(auth=BasicAuth("env:U", "env:P"))
GOOD = {"id": 1, "number": "P-1", "state": "open"}
REVISION = ("X-Revision", "1")


VERSIONED = api({"paths": {"/version": {"get": {"description": "The version of this interface.", "responses": {}}}}})


def answered(status: int = 200, headers: Any = (REVISION,), body: Any = b"", asked: str = ITEM, **more: Any) -> dict[str, Any]:
    note = {"kind": "base", "arguments": {}, "sources": {}}
    one = exchange(status, headers, body, **{"operation": asked, "note": note, **more})
    return {"exchange": one, "exchanges": (one,), "operation": operation(asked), "api": API}


def refused(status: int, asked: str = ITEM, purpose: str = "rest.errors.unknown-id") -> dict[str, Any]:
    return answered(status, (), b"", asked, purpose=purpose)


def silent(status: int = 0, purpose: str = "rest.errors.unauthenticated") -> dict[str, Any]:
    """An operation about which the description does not say who may ask it, and how it answered."""
    asked = (exchange(status, purpose=purpose, operation="GET /open"),) if status else ()
    return {**doc("GET /open", OPEN), "evidence": Record(asked)}


def doc(asked: str, api_: Any = API) -> dict[str, Any]:
    return {"operation": operation(asked), "api": api_}


def writing(responses: dict[str, Any], *parameters: Any, body: Any = None) -> dict[str, Any]:
    put: dict[str, Any] = {"responses": responses}
    if body is not None:
        put["requestBody"] = {"content": {"application/json": {"schema": body}}}
    return {"operation": operation("PUT /items", *parameters), "api": api({"paths": {"/items": {"put": put}}})}


def described(one: Exchange | None, **changes: Any) -> dict[str, Any]:
    here: Interface = interface(**({"description": ""} if one is None else changes))
    return {"interface": here, "evidence": Record([one] if one else [])}


def anonymously(status: int, headers: Any = (), body: Any = b"") -> dict[str, Any]:
    return {"exchange": exchange(status, headers, body, purpose="rest.description.anonymous", identity=Identity.ANONYMOUS)}


def stating(*answers: Exchange, version: str = "1.4.0") -> dict[str, Any]:
    return {"exchanges": answers, "api": api({"info": {"title": "t", "version": version}})}


# Coverage: one list with a closed parameter, one item with a status and members.
LIST = operation("GET /list", parameter("state", enum=["open", "closed"]), parameter("q", type="string"))
ONE = operation("GET /list/{id}", parameter("id", "path", type="integer"))
COVERED = api(
    {
        "paths": {
            "/list": {
                "get": {
                    "responses": {
                        "200": {
                            "description": "ok",
                            "content": {
                                "application/json": {
                                    "schema": {
                                        "type": "array",
                                        "items": {
                                            "type": "object",
                                            "properties": {"id": {"type": "integer"}, "note": {"type": "string"}},
                                        },
                                    }
                                }
                            },
                        },
                        "400": {"description": "bad"},
                        "500": {"description": "cannot be asked for"},
                    }
                }
            },
            "/list/{id}": {"get": {"responses": {"200": {"description": "ok"}}}},
        }
    }
)


def listed(body: Any, arguments: dict[str, Any] | None = None, status: int = 200, purpose: str = "rest.read") -> Exchange:
    return exchange(
        status,
        (),
        body,
        operation="GET /list",
        purpose=purpose,
        note={"kind": "base", "arguments": arguments or {}, "sources": {}},
    )


def fed(source: str, status: int = 200) -> Exchange:
    note = {"kind": "base", "arguments": {"id": 1}, "sources": {"id": source}}
    return exchange(status, (), {"id": 1}, operation="GET /list/{id}", note=note)


def covering(*exchanges: Exchange, operations: Any = (LIST, ONE)) -> dict[str, Any]:
    whole = inventory(*operations)
    return {"inventory": whole, "evidence": Record(exchanges, inventory_=whole), "api": COVERED}


FULL = (
    listed([{"id": 1, "note": "a"}], {"state": "open", "q": "a"}),
    listed([], {"state": "closed"}),
    listed({}, status=400, purpose="rest.errors.unknown-value"),
    fed("000001"),
    exchange(404, operation="GET /list/{id}", purpose="rest.errors.unknown-id"),
)
PARTLY = (listed([{"id": 1}], {"state": "open"}), fed("example"))
WRITING = (operation("POST /list", effect=Effect.WRITE),)


def level(n: int, missing: tuple[Exchange, ...] = PARTLY) -> list[Case]:
    return [
        passes(**covering(*FULL)),
        untested("not_covered", "fail", **covering(*missing)),
        untested("no_data", **covering()),
        untested("not_covered", "broken", **covering(listed(b"\xff{", status=500))),
    ]


CASES: dict[str, list[Case]] = {
    "openapi.available": [
        passes(**described(exchange(200, body={"openapi": "3.1.0"}))),
        fails("no_description", **described(None)),
        fails("unavailable", **described(exchange(500))),
        fails("unreadable", "broken", **described(exchange(200, [("Content-Type", "application/json")], b"{"))),
    ],
    "openapi.anonymous": [
        passes(**anonymously(200, body={"openapi": "3.1.0"})),
        fails("login_needed", **anonymously(401)),
        fails("login_needed", **anonymously(302)),
        fails("unavailable", **anonymously(500)),
        na("not_in_service", **anonymously(429)),
        fails("login_needed", "broken", **anonymously(200, [("Content-Type", "text/html")], b"<form>: {")),
    ],
    "openapi.version-agrees": [
        passes(**stating(exchange(200, [("API-Version", "v1")]))),
        passes(**stating(exchange(200, body={"apiVersion": "1.4.0", "version": "12.1"}))),
        fails("other_version", **stating(exchange(200, [("X-API-Version", "2.0")]))),
        fails("other_version", **stating(exchange(200, body={"api_version": "1.3"}))),
        fails("other_version", exchanges=(exchange(200, body={"version": "2.0"}, operation="GET /version"),), api=VERSIONED),
        passes(exchanges=(exchange(200, body={"version": "1.0"}, operation="GET /version"),), api=VERSIONED),
        na("server_silent", **stating(exchange(200, body={"version": "12.1"}, operation="GET /version"))),
        na("server_silent", **stating(exchange(200, [("API-Version", "2025-01")]))),
        na("no_version_stated", **stating(exchange(200), version="")),
        na("server_silent", "broken", **stating(exchange(200, [("API-Version", "ü")], b"{"))),
    ],
    "openapi.doc.summary": [
        passes(**doc(ITEM)),
        fails("undocumented", **doc(BARE)),
        na("not_described", **doc(GONE)),
        na("not_described", "broken", **doc(GONE, api({"paths": 7}))),
    ],
    "openapi.doc.parameters": [
        passes(**doc(ITEM)),
        fails("undocumented", **doc(BARE)),
        na("not_needed", **doc(LOOSE)),
        na("not_described", "broken", **doc(GONE, api({"paths": 7}))),
    ],
    "openapi.doc.request-schema": [
        passes(
            **doc(
                "POST /a",
                api(
                    {
                        "paths": {
                            "/a": {
                                "post": {
                                    "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
                                    "responses": {},
                                }
                            }
                        }
                    }
                ),
            )
        ),
        fails("undocumented", **doc("POST /bare")),
        na("not_needed", **doc(ITEM)),
        na("not_described", "broken", **doc(GONE, api({"paths": 7}))),
    ],
    "openapi.doc.response-schema": [
        passes(**doc(ITEM)),
        fails("undocumented", **doc(BARE)),
        na("not_described", **doc(GONE)),
        na("not_described", "broken", **doc(GONE, api({"paths": 7}))),
    ],
    "openapi.doc.errors": [
        passes(**doc(ITEM)),
        fails("undocumented", **doc(BARE)),
        na("not_described", **doc(GONE)),
        na("not_described", "broken", **doc(GONE, api({"paths": 7}))),
    ],
    "openapi.doc.example": [
        passes(**doc(ITEM)),
        fails("undocumented", **doc(BARE)),
        na("not_described", **doc(GONE)),
        na("not_described", "broken", **doc(GONE, api({"paths": 7}))),
    ],
    "openapi.doc.auth": [
        passes(**doc(ITEM)),
        fails("undocumented", **doc("GET /open", OPEN)),
        passes(**silent(), inventory=inventory(operation(secured=True))),  # others speak: silence means "none"
        passes(**silent(200), plan=LOGGING_IN),
        fails("undocumented", **silent(401), plan=LOGGING_IN, inventory=inventory(operation(secured=True))),
        fails("undocumented", **silent(404), plan=LOGGING_IN),
        passes(**silent(200, "rest.read")),
        fails("undocumented", **silent(200, "rest.read"), plan=LOGGING_IN),  # with credentials: proves nothing
        na("not_described", **doc(GONE)),
        na("not_described", "broken", **doc(GONE, api({"paths": 7}))),
    ],
    "rest.contract.status": [
        passes(**answered(200, body=GOOD)),
        passes(**answered(404)),
        fails("status_undocumented", **answered(202)),
        na("outside_contract", **answered(503)),
        na("redirected", **answered(302)),
        na("other_address", **answered(404, purpose="rest.paging.page", note={"role": "walk", "elsewhere": True})),
        na("other_address", **answered(202, url=f"{HOST}/api/log-in", role="redirect")),
        fails("status_undocumented", **answered(202, url=f"{HOST}/other/items/7/", role="redirect")),
        na("not_described", **answered(200, asked=GONE)),
        fails("status_undocumented", "broken", **answered(499, body=b"\xff")),
    ],
    "rest.contract.media-type": [
        passes(**answered(200, body=GOOD)),
        fails("media_type_undocumented", **answered(200, [("Content-Type", "text/html")], b"<form>")),
        fails("media_type_absent", **answered(200, body=b"abc")),
        na("contract_silent", **answered(200, body=GOOD, asked=BARE)),
        na("no_content", **answered(200)),
        na("outside_contract", **answered(500)),
        fails("media_type_undocumented", "broken", **answered(200, [("Content-Type", ";;")], b"abc")),
    ],
    "rest.contract.headers": [
        passes(**answered(200, body=GOOD)),
        fails("header", **answered(200, (), GOOD)),
        na("contract_silent", **answered(404)),
        na("not_described", **answered(200, asked=GONE)),
        fails("header", "broken", **answered(200, [("X-Revision", "one")], GOOD)),
    ],
    "rest.contract.body": [
        na("redirected", **answered(301, body={"status": 1})),
        passes(**answered(200, body=GOOD)),
        fails("body", **answered(200, body={**GOOD, "number": None})),
        untested("no_schema", **answered(200, body=GOOD, asked=BARE)),
        untested("no_schema", **answered(200, body=GOOD, asked=REMOTE)),
        untested("redacted", **answered(200, body=GOOD, redacted=(Span("response.body", "/state", 4, "d"),))),
        fails("body", **answered(200, body={"number": None}, purpose="rest.errors.unknown-id", note={"origin": "invented"})),
        na("outside_contract", **answered(200, body={"number": 1}, purpose="rest.errors.unknown-id", note={"origin": "000001"})),
        na("contract_silent", **answered(202, body=GOOD)),
        na("outside_contract", **answered(500, body=GOOD)),
        fails("body", "broken", **answered(200, [("Content-Type", "application/json")], b"{")),
    ],
    "rest.contract.undocumented-fields": [
        passes(**answered(200, body=GOOD)),
        fails("field", **answered(200, body={**GOOD, "more": 1})),
        untested("no_schema", **answered(200, body=GOOD, asked=BARE)),
        na("outside_contract", **answered(500)),
        untested("unparsable", "broken", **answered(200, [("Content-Type", "application/json")], b"{")),
    ],
    "rest.contract.write-only": [
        passes(**answered(200, body=GOOD)),
        fails("write_only", **answered(200, body={**GOOD, "secret": "x"})),
        untested("no_schema", **answered(200, body=GOOD, asked=BARE)),
        na("not_described", **answered(200, asked=GONE)),
        untested("unparsable", "broken", **answered(200, [("Content-Type", "application/json")], b"{")),
    ],
    "rest.contract.strength": [
        passes(**answered(200, body=GOOD)),
        fails("no_schema", **answered(200, body=GOOD, asked=BARE)),
        fails("weak", **answered(200, body=GOOD, asked=LOOSE)),
        untested("no_schema", **answered(200, body=GOOD, asked=REMOTE)),
        na("no_json_answer", **answered(404, body=GOOD)),
        na("no_json_answer", **answered(202, body=GOOD)),
        na("no_json_answer", **answered(200, body=[GOOD])),
        na("no_json_answer", **answered(200, body=GOOD, asked=GONE)),
        na("no_json_answer", "broken", **answered(200, [("Content-Type", "application/json")], b"{")),
    ],
    "rest.conditional.locking": [
        passes(**writing({"409": {"description": "conflict"}})),
        passes(**writing({"423": {"description": "The resource is locked by another user"}})),
        passes(**writing({}, parameter("If-Match", "header"))),
        passes(**writing({}, body={"type": "object", "properties": {"lock_version": {"type": "integer"}}})),
        fails("no_locking", **writing({"204": {"description": "done"}})),
        na("changes_nothing", **doc(ITEM)),
        na("not_described", **doc("PUT /gone")),
        fails("no_locking", "broken", **writing({}, body={"$ref": "#/nowhere"})),
    ],
    "rest.errors.documented": [
        passes(**refused(404)),
        fails("status_undocumented", **refused(400)),
        na("no_client_error", **refused(500)),
        na("not_described", **refused(404, GONE)),
        fails("status_undocumented", "broken", **refused(499)),
    ],
    "rest.coverage.1": [*level(1, (listed([]),)), na("nothing_to_cover", **covering(*FULL, operations=WRITING))],
    "rest.coverage.2": [*level(2, (listed([]),))],
    "rest.coverage.3": [*level(3, (listed(b"a;b"),))],
    "rest.coverage.4": [*level(4)],
    "rest.coverage.5": [*level(5)],
    "rest.coverage.6": [*level(6)],
    "rest.coverage.7": [*level(7)],
}
