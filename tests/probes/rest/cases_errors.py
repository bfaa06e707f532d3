"""Wrong requests: what each check must say."""

from typing import Any

from cpo_probe.model import Exchange, Identity, Transport
from tests.probes.make import Case, Record, exchange, fails, na, operation, parameter, passes, plan, untested

ITEM = operation("GET /items/{id}", parameter("id", "path", type="string"))
BELOW = operation("GET /items/{id}/revisions", parameter("id", "path", type="string"))
NOTE = {"parameter": "id", "place": "path", "value": "x"}
PROBLEM = ("Content-Type", "application/problem+json")
BUSY = ("Retry-After", "5")
READABLE: dict[str, Any] = {"evidence": Record([exchange(200)])}
OWN_PROXY = plan(transport=Transport("http://proxy:3128", "", "", "", "", True))


def wrong(name: str, status: int, headers: Any = (), body: Any = b"", **more: Any) -> Exchange:
    return exchange(status, headers, body, **{"purpose": f"rest.errors.{name}", "note": NOTE, **more})


def replacing(origin: str, *earlier: Exchange, status: int = 200) -> dict[str, Any]:
    """An unknown id in place of a value from there."""
    asked = wrong("unknown-id", status, note={**NOTE, "origin": origin}, operation=ITEM.id)
    return {"exchange": asked, "operation": ITEM, "evidence": Record(earlier)}


def used(id: str, source: str) -> Exchange:
    """The item read with a value from there."""
    return exchange(id=id, operation=ITEM.id, note={"sources": {"id": source}})


def unknown(status: int, body: Any = b"", operation: Any = ITEM, headers: Any = ()) -> dict[str, Any]:
    return {"exchange": wrong("unknown-id", status, headers, body), "operation": operation}


def stranger(status: int, secured: bool | None = True, headers: Any = ()) -> dict[str, Any]:
    asked = wrong("unauthenticated", status, headers, identity=Identity.ANONYMOUS, note={})
    return {"exchange": asked, "operation": operation(secured=secured)}


def nobody(stranger: int, secured: bool | None = None) -> dict[str, Any]:
    """An invented account gets in where somebody without credentials got this status."""
    before = wrong("unauthenticated", stranger, identity=Identity.ANONYMOUS, note={})
    asked = wrong("nobody", 200, note={}, id="000002")
    return {"exchange": asked, "operation": operation(secured=secured), "evidence": Record((before,))}


def unacceptable(status: int, headers: Any = (), read: int = 200) -> dict[str, Any]:
    asked = wrong("unacceptable", status, headers, note={}, id="000002")
    return {"exchanges": (exchange(read), asked)}


def error(status: int, headers: Any = (), body: Any = b"", **more: Any) -> dict[str, Any]:
    return {"exchange": wrong("unknown-id", status, headers, body, **more)}


CASES: dict[str, list[Case]] = {
    "rest.errors.unknown-id": [
        *(passes(**unknown(status)) for status in (404, 410, 400, 422)),
        passes(**unknown(403), **READABLE),
        untested("denied", **unknown(403)),
        untested("denied", **unknown(403), evidence=Record([exchange(403)])),
        untested("denied", **unknown(401), **READABLE),
        fails("accepted", **unknown(200, {"id": "x"})),
        fails("accepted", **unknown(204)),
        fails("server_error", **unknown(500)),
        fails("accepted", **unknown(200, {"items": [{"id": 1}]}, BELOW)),
        na("empty_list", **unknown(200, {"items": [], "total": 0}, BELOW)),
        fails("accepted", **replacing("~000007")),
        fails("accepted", **replacing("000007", exchange(id="000007"))),  # a list
        fails("accepted", **replacing("000008", used("000008", "000007"), exchange(id="000007"))),
        untested("no_arguments", **replacing("example")),
        untested("no_arguments", **replacing("000008", used("000008", "default"))),
        fails("server_error", **replacing("example", status=500)),
        na("not_in_service", **unknown(501)),
        na("stated_pause", **unknown(503, headers=[BUSY])),
        na("redirected", **unknown(302)),
        fails("other_status", "broken", **unknown(418, b"\xff")),
    ],
    "rest.errors.wrong-type": [
        passes(exchange=wrong("wrong-type", 422)),
        fails("accepted", exchange=wrong("wrong-type", 200)),
        fails("server_error", exchange=wrong("wrong-type", 500)),
        na("not_in_service", exchange=wrong("wrong-type", 429)),
        fails("server_error", "broken", exchange=wrong("wrong-type", 599, note={})),
    ],
    "rest.errors.unknown-value": [
        passes(exchange=wrong("unknown-value", 400)),
        fails("accepted", exchange=wrong("unknown-value", 200)),
        na("redirected", exchange=wrong("unknown-value", 307)),
        fails("other_status", "broken", exchange=wrong("unknown-value", 499, body=b"\xff")),
    ],
    "rest.errors.unacceptable": [
        passes(**unacceptable(406)),
        passes(**unacceptable(200, [("Content-Type", "application/json")])),
        fails("other_status", **unacceptable(404)),
        fails("server_error", **unacceptable(500)),
        fails("label_echoed", **unacceptable(200, [("Content-Type", "application/vnd.cpo-probe.unknown")])),
        untested("no_data", **unacceptable(404, read=404)),
        na("not_in_service", **unacceptable(501)),
        untested("no_data", "broken", exchanges=()),
    ],
    "rest.errors.method": [
        passes(exchange=wrong("method", 405)),
        passes(exchange=wrong("method", 501)),
        passes(exchange=wrong("method", 403), **READABLE),
        untested("denied", exchange=wrong("method", 403)),
        fails("accepted", exchange=wrong("method", 200)),
        fails("other_status", exchange=wrong("method", 404)),
        fails("server_error", exchange=wrong("method", 500)),
        na("not_in_service", exchange=wrong("method", 429)),
        fails("server_error", "broken", exchange=wrong("method", 599, body=b"\x00")),
    ],
    "rest.errors.unauthenticated": [
        passes(**stranger(401)),
        passes(**stranger(404)),
        fails("accepted", **stranger(200)),
        fails("redirected_to_login", **stranger(302)),
        fails("server_error", **stranger(500, None)),
        na("contract_silent", **stranger(200, None)),
        na("open_operation", **stranger(200, False)),
        na("redirected", **stranger(302, None)),
        na("not_in_service", **stranger(503, headers=[BUSY])),
        fails("other_status", "broken", **stranger(418)),
    ],
    "rest.errors.nobody": [
        passes(exchange=wrong("nobody", 401, note={})),
        fails("accepted", exchange=wrong("nobody", 200, note={}), operation=operation(secured=True)),
        na("open_operation", exchange=wrong("nobody", 200, note={}), operation=operation(secured=False)),
        na("open_operation", **nobody(stranger=200)),
        fails("accepted", **nobody(stranger=401)),
        fails("accepted", **nobody(stranger=200, secured=True)),
        fails("server_error", "broken", exchange=wrong("nobody", 500, note={}), operation=operation(secured=True)),
    ],
    "rest.errors.unknown-path": [
        passes(exchange=wrong("unknown-path", 404)),
        passes(exchange=wrong("unknown-path", 403, operation=""), **READABLE),
        untested("denied", exchange=wrong("unknown-path", 403, operation="")),
        fails("accepted", exchange=wrong("unknown-path", 200)),
        fails("server_error", exchange=wrong("unknown-path", 500)),
        na("redirected", exchange=wrong("unknown-path", 302)),
        fails("server_error", "broken", exchange=wrong("unknown-path", 599)),
    ],
    "rest.errors.no-server-error": [
        passes(**error(404)),
        fails("server_error", **error(500)),
        fails("server_error", **error(503)),
        na("not_in_service", **error(501)),
        na("not_in_service", **error(503, [BUSY])),
        na("own_proxy", **error(504), plan=OWN_PROXY),
        fails("server_error", "broken", **error(599, body=b"\xff")),
    ],
    "rest.errors.machine-readable": [
        passes(**error(404, body={"error": {"message": "no such item"}})),
        passes(**error(404, [("Content-Type", "application/xml")], b"<error code='1'/>")),
        fails("error_empty", **error(404)),
        fails("error_not_structured", **error(404, [("Content-Type", "text/html")], b"<html>Not Found</html>")),
        fails("error_no_cause", **error(404, body={"error": {}})),
        na("no_error", **error(200)),
        na("status_says_all", **error(405, [("Content-Type", "text/html")], b"<html>")),
        na("status_says_all", exchange=wrong("method", 400)),  # refused by the HTTP parser of Node.js, nothing behind it
        fails("error_not_json", "broken", **error(404, [("Content-Type", "application/json")], b"{")),
    ],
    "rest.errors.problem-details": [
        passes(**error(404, [PROBLEM], {"type": "about:blank", "title": "Not Found", "status": 404})),
        passes(**error(404, [PROBLEM], {})),
        fails("problem_other_status", **error(404, [PROBLEM], {"status": 400})),
        fails("problem_wrong_type", **error(404, [PROBLEM], {"status": "404"})),
        fails("problem_not_a_uri", **error(404, [PROBLEM], {"type": "not a uri"})),
        na("not_problem_json", **error(404, body={"status": 400})),
        na("not_problem_json", **error(404, [PROBLEM], method="HEAD")),
        fails("problem_not_an_object", "broken", **error(404, [PROBLEM], [])),
        fails("not_json", "broken", **error(404, [PROBLEM], b"{")),
    ],
    "rest.errors.no-leak": [
        passes(**error(500, body={"error": "The item was not found. Select another one from the list where it is."})),
        passes(**error(404, body={"detail": "no item at /usr/lib/x"}, url="https://plm.example/usr/lib/x")),  # our own words
        passes(**error(404, body={"type": "https://plm.example/opt/errors/not-found.java"})),
        fails(
            "stack_trace",
            **error(500, [("Content-Type", "text/plain")], b'Traceback (most recent call last):\n  File "a.py", line 1, in b'),
        ),
        fails("stack_trace", **error(500, body={"trace": "x\n\tat com.plm.Items.read(Items.java:42)\n"})),
        fails("sql", **error(500, body={"error": "SELECT id, name FROM items WHERE id = 'x'"})),
        fails("sql", **error(400, body={"error": "ORA-00942: table or view does not exist"})),
        fails("path", **error(500, body={"error": "failed in /opt/plm/server/app.py"})),
        fails("path", **error(500, body={"error": "C:\\inetpub\\wwwroot\\plm\\web.config"})),
        na("no_error", **error(200, body={"path": "/opt/plm/server/app.py"})),
        na("no_content", **error(404)),
        passes("broken", **error(500, [("Content-Type", "application/json")], b'\xff\x00{"')),
        fails(
            "stack_trace",
            "broken",
            **error(500, [("Content-Type", "application/json")], b'{"a": "Traceback (most recent call last)'),
        ),
    ],
}
