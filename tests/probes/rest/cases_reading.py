"""Reading, repeating, conditional requests, life cycle: what each check must say."""

from typing import Any

from cpo_probe.model import Exchange, FailureSign
from tests.probes.make import Case, Record, api, exchange, fails, na, operation, parameter, passes, plan, untested

ITEM = operation("GET /items/{id}", parameter("id", "path", type="string"))
LIST = exchange(200, body=[{"id": "A1"}], id="000001")
CSV = operation("GET /export", produces=("text/csv",))


def base(status: int = 200, body: Any = b"", headers: Any = (), **more: Any) -> Exchange:
    return exchange(status, headers, body, **{"id": "000009", "note": {"kind": "base", "arguments": {}, "sources": {}}, **more})


def item(status: int, source: str = "000001", path: str = "/api/items/A1") -> dict[str, Any]:
    """An item read with an id from another answer."""
    note = {"kind": "base", "arguments": {"id": "A1"}, "sources": {"id": source}}
    read = base(status, {"id": "A1"}, url=f"https://plm.example{path}", operation="GET /items/{id}", note=note)
    return {"exchange": read, "exchanges": (read,), "operation": ITEM, "evidence": Record([LIST, read])}


def again(*bodies: Any, status: int = 200, headers: Any = (), **more: Any) -> dict[str, Any]:
    made = [exchange(status, headers, body, id=f"{i:06}", purpose="rest.repeat") for i, body in enumerate(bodies, 1)]
    return {"exchanges": tuple(made), **more}


def traced(*bodies: Any, headers: Any = ()) -> dict[str, Any]:
    """The same question with the trace ids 111..., 222..., 333..."""
    made = [
        exchange(
            200, headers, body, id=f"{n:06}", purpose="rest.repeat", sent=[("traceparent", f"00-{'ab' * 16}-{f'{n}' * 16}-01")]
        )
        for n, body in enumerate(bodies, 1)
    ]
    return {"exchanges": tuple(made)}


TAG = ("ETag", '"v1"')
CHANGED = ("Last-Modified", "Mon, 02 Jun 2025 10:00:00 GMT")
LATER = ("Last-Modified", "Mon, 02 Jun 2025 11:00:00 GMT")


def conditional(get: Exchange | None, **others: Exchange) -> dict[str, Any]:
    """Exchanges of one conditional group: `etag`, `date`, `head`."""
    names = {"etag": "if-none-match", "date": "if-modified-since", "head": "head"}
    made = [named for named in [get] if named]
    made += [changed(one, f"rest.conditional.{names[key]}", f"{i:06}") for i, (key, one) in enumerate(others.items(), 2)]
    return {"exchanges": tuple(made)}


def changed(one: Exchange, purpose: str, id: str) -> Exchange:
    from dataclasses import replace

    return replace(one, purpose=purpose, id=id)


def got(status: int = 200, headers: Any = (TAG,), body: Any = b"a", **more: Any) -> Exchange:
    return exchange(status, headers, body, **{"purpose": "rest.conditional.get", **more})


def answering(*statuses: str) -> Any:
    """The description of a list that documents these answers."""
    responses = {status: {"description": "answer"} for status in statuses}
    return api({"paths": {"/items": {"get": {"responses": responses}}}})


FAILED = {"status": "FAILURE"}
SIGNS = plan(
    failures=(
        FailureSign("status", "", "/status", ("FAILURE",), (), "failed"),
        FailureSign("status", "", "/status", ("PART",), (), "partly"),
        FailureSign("status", "", "/status", ("NONE",), (), "empty"),
    )
)


CASES: dict[str, list[Case]] = {
    "rest.read.works": [
        passes(exchanges=(base(404), base(200))),
        passes(**item(200)),
        passes(exchanges=(base(200, b"a;b", [("Content-Type", "text/csv")]),), operation=CSV),
        fails("refused", exchanges=(base(400),)),
        fails("refused", **item(404)),
        fails("refused", exchanges=(base(503),)),
        fails("refused", exchanges=(base(404),), api=answering("200", "default")),
        untested("no_data", exchanges=(base(404),), api=answering("200", "404")),
        fails("refused", exchanges=(base(404), base(500)), api=answering("200", "404")),
        fails("html_page", exchanges=(base(200, b"<form>", [("Content-Type", "text/html")]),)),
        fails("redirect_loop", exchanges=(base(302, headers=[("Location", "/api/items")]),)),
        na("not_in_service", exchanges=(base(501), base(503, headers=[("Retry-After", "9")]), base(302))),
        untested("no_arguments", exchanges=(base(404, note={"kind": "base", "sources": {"id": "example"}}),), operation=ITEM),
        untested("no_arguments", **item(404, path="/api/documents/A1")),  # the id belongs to another kind of thing
        untested("no_arguments", exchanges=()),
        passes(exchanges=(base(200, FAILED),)),
        passes(exchanges=(base(200, FAILED), base(200, {"status": "SUCCESS"})), plan=SIGNS),
        passes(exchanges=(base(200, {"status": "NONE"}),), plan=SIGNS),
        fails("said_failed", exchanges=(base(200, FAILED),), plan=SIGNS),
        fails("said_partly", exchanges=(base(200, {"status": "PART"}),), plan=SIGNS),
        untested(
            "no_arguments",
            exchanges=(base(200, FAILED, note={"kind": "base", "sources": {"id": "example"}}),),
            operation=ITEM,
            plan=SIGNS,
        ),
        fails(
            "refused",
            "broken",
            exchanges=(base(500, b"\xff", note={"kind": "base", "sources": {"id": "example"}}),),
            operation=ITEM,
        ),
    ],
    "rest.read.status": [
        passes(exchange=base(400, FAILED), plan=SIGNS),
        passes(exchange=base(503), plan=SIGNS),
        fails("failed_with_success", exchange=base(200, FAILED), plan=SIGNS),
        na("no_failure_told", exchange=base(200, {"status": "PART"}), plan=SIGNS),
        na("no_failure_told", exchange=base(200, {"status": "SUCCESS"}), plan=SIGNS),
        na("no_sign_known", exchange=base(200, FAILED)),
        na("no_failure_told", "broken", exchange=base(200, b'{"status": "FAIL'), plan=SIGNS),
    ],
    "rest.read.listed-items": [
        passes(**item(200)),
        fails("listed_but_unknown", **item(404)),
        na("no_path_parameter", exchange=base(404), operation=operation()),
        na("not_from_its_list", **item(404, path="/api/documents/A1")),
        na("not_from_its_list", **item(404, source="example")),
        na("other_answer", **item(500)),
        na("not_from_its_list", "broken", exchange=base(404, note={}), operation=ITEM),
    ],
    "rest.repeat.same-answer": [
        passes(**again({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 1, "b": 2})),
        passes(**again({"a": [{"at": 1}]}, {"a": [{"at": 2}]}, {"a": [{"at": 3}]}, plan=plan(volatile=("/a/*/at",)))),
        fails("answers_differ", **again({"a": 1}, {"a": 2}, {"a": 3})),
        na("states_the_time", **again(*({"now": f"2026-11-22T10:00:0{n}.5Z", "a": 1} for n in "012"))),
        na("states_the_time", **again(*({"now": 1_790_000_000_000 + n} for n in (0, 300, 900)))),
        na("states_the_time", **again(*({"now": f"Sun, 22 Nov 2026 10:00:0{n} GMT"} for n in "012"))),
        fails("answers_differ", **again(*({"now": f"2026-11-22T10:00:0{n}Z", "n": int(n)} for n in "123"))),
        fails("answers_differ", **again(*({"due": f"2026-11-2{n}T10:00:00Z"} for n in "123"))),
        fails("answers_differ", **again(*({"due": f"2026-11-22T10:00:0{n}Z"} for n in "321"))),
        fails("answers_differ", **again([1, 2], [2, 1], [1, 2])),
        fails("answers_differ", **again({"a": 1}, {"a": True}, {"a": 1})),
        fails("answers_differ", **again(b"a", b"b", b"c", headers=[("Content-Type", "text/csv")])),
        passes(**traced(*({"headers": {"traceparent": f"00-{'ab' * 16}-{n * 16}-01"}, "a": 1} for n in "123"))),
        passes(**traced(*({"error": {"span": n * 16}} for n in "123"))),
        passes(**traced(*(f"<a trace='{n * 16}'/>".encode() for n in "123"), headers=[("Content-Type", "application/xml")])),
        fails("answers_differ", **traced(*({"span": n * 16, "a": int(n)} for n in "123"))),
        untested("window", **again({"a": 1}, {"a": 1}, {"a": 2})),
        untested("no_data", **again({}, {}, {}, status=500)),
        na("not_comparable", **again(b"PK1", b"PK2", b"PK3", headers=[("Content-Type", "application/zip")])),
        na("not_comparable", "broken", **again(b"{", b"{{", b"{{{", headers=[("Content-Type", "application/json")])),
    ],
    "rest.conditional.validator": [
        passes(exchange=got()),
        passes(exchange=got(headers=[CHANGED])),
        fails("no_validator", exchange=got(headers=[])),
        na("no_store", exchange=got(headers=[("Cache-Control", "private, no-store")])),
        na("not_read", exchange=got(404)),
        na("no_representation", exchange=got(204, headers=[])),  # the end of a navigation to nothing (OData)
        fails("no_validator", "broken", exchange=got(headers=[("Cache-Control", "=")])),
    ],
    "rest.conditional.not-modified": [
        passes(**conditional(got(), etag=exchange(304))),
        fails("not_304", **conditional(got(), etag=got())),
        fails("not_304", **conditional(got(), etag=got(headers=[]))),
        fails("tag_moves", **conditional(got(), etag=got(headers=[("ETag", '"v2"')]))),
        fails("other_status", **conditional(got(), etag=got(500))),
        untested("window", **conditional(got(), etag=got(headers=[("ETag", '"v2"')], body=b"b"))),
        untested("window", **conditional(got(), etag=got(404))),
        untested("no_data", **conditional(None, etag=got())),
        na("no_usable_etag", **conditional(got(headers=[]))),
        na("no_usable_etag", "broken", **conditional(got(headers=[("ETag", "unquoted")]), etag=got())),
    ],
    "rest.conditional.last-modified": [
        passes(**conditional(got(headers=[CHANGED]), date=exchange(304))),
        fails("not_304", **conditional(got(headers=[CHANGED]), date=got(headers=[CHANGED]))),
        fails("date_moves", **conditional(got(headers=[CHANGED]), date=got(headers=[LATER]))),
        untested("window", **conditional(got(headers=[CHANGED]), date=got(headers=[LATER], body=b"b"))),
        na("no_usable_date", **conditional(got())),
        na("no_usable_date", "broken", **conditional(got(headers=[("Last-Modified", "gestern")]), date=got())),
    ],
    "rest.conditional.etag-in-304": [
        passes(**conditional(got(), etag=exchange(304, [TAG]))),
        fails("missing", **conditional(got(), etag=exchange(304))),
        na("no_304", **conditional(got(), etag=got())),
        na("no_304", "broken", **conditional(None)),
    ],
    "http.head": [
        passes(
            **conditional(
                got(body={"a": 1}), head=got(method="HEAD", headers=[TAG, ("Content-Type", "application/json")], body=b"")
            )
        ),
        passes(**conditional(got(headers=[TAG, ("Content-Length", "1")]), head=got(headers=[("Content-Length", "2")], body=b""))),
        fails("head_refused", **conditional(got(), head=exchange(405, method="HEAD"))),
        fails("other_status", **conditional(got(), head=exchange(204, method="HEAD"))),
        fails("other_type", **conditional(got(body={"a": 1}), head=got(headers=[("Content-Type", "text/html")], body=b""))),
        fails(
            "other_length",
            **conditional(
                got(headers=[TAG, ("Content-Length", "1")]), head=got(headers=[TAG, ("Content-Length", "2")], body=b"")
            ),
        ),
        untested("window", **conditional(got(), head=exchange(404, method="HEAD"))),
        untested("no_data", **conditional(got())),
        fails("other_status", "broken", **conditional(got(), head=exchange(999, method="HEAD"))),
    ],
    "rest.lifecycle.deprecation": [
        passes(exchange=exchange(200, [("Deprecation", "@1688169599")])),
        fails("malformed", exchange=exchange(200, [("Deprecation", "true")])),
        na("field_absent", exchange=exchange(200)),
        fails("malformed", "broken", exchange=exchange(200, [("Deprecation", "@9999999999999999")])),
    ],
    "rest.lifecycle.announced": [
        passes(exchange=exchange(200, [("Sunset", "x")]), operation=operation(deprecated=True)),
        fails("missing", exchange=exchange(200), operation=operation(deprecated=True)),
        na("not_deprecated", exchange=exchange(200), operation=operation()),
        na("other_answer", exchange=exchange(404), operation=operation(deprecated=True)),
        fails("missing", "broken", exchange=exchange(200, body=b"\xff"), operation=operation(deprecated=True)),
    ],
    "rest.lifecycle.sunset": [
        passes(exchange=exchange(200, [("Sunset", "Wed, 04 Jun 2025 10:00:00 GMT"), ("Deprecation", "@1688169599")])),
        fails(
            "sunset_before_deprecation",
            exchange=exchange(200, [("Sunset", "Mon, 02 Jun 2025 10:00:00 GMT"), ("Deprecation", "@1893456000")]),
        ),
        na("field_absent", exchange=exchange(200)),
        fails("malformed", "broken", exchange=exchange(200, [("Sunset", "2025-06-04")])),
    ],
    "rest.limits.headers": [
        passes(exchange=exchange(200, [("X-RateLimit-Limit", "100"), ("X-RateLimit-Remaining", "99")])),
        passes(exchange=exchange(200, [("RateLimit-Limit", "100, 100;w=60"), ("RateLimit", '"default";r=50;t=30')])),
        fails("more_than_limit", exchange=exchange(200, [("X-RateLimit-Limit", "10"), ("X-RateLimit-Remaining", "99")])),
        fails("malformed", exchange=exchange(200, [("X-RateLimit-Limit", "many")])),
        na("field_absent", exchange=exchange(200)),
        fails("malformed", "broken", exchange=exchange(200, [("RateLimit", '"')])),
    ],
}
