"""The same question by two clients: what must the check say?"""

from typing import Any

from cpo_probe.model import Exchange, FailureKind
from tests.probes.make import JSON, Case, exchange, fails, na, passes, plan, untested

CHECK = "http.stacks.same-answer"
XML = ("Content-Type", "text/xml")


def said(body: Any = None, status: int = 200, headers: Any = (), **more: Any) -> dict[str, Any]:
    return {"status": status, "headers": headers, "body": {"a": 1} if body is None else body, **more}


def turns(*answers: dict[str, Any], **more: Any) -> dict[str, Any]:
    """In the order of asking: curl, our own client, curl, our own client."""
    return {"exchanges": tuple(_made(n, answer) for n, answer in enumerate(answers)), **more}


def _made(turn: int, answer: dict[str, Any]) -> Exchange:
    note = {"turn": turn, **({} if turn % 2 else {"stack": "curl 8.5.0"})}
    name = ("User-Agent", "cpo-probe/1 (run 7777777)" if turn % 2 else "curl/8.5.0 cpo-probe/1 (run 7777777)")
    return exchange(**answer, id=f"{turn + 1:06}", purpose="http.stacks", note=note, sent=[name])


def both(theirs: dict[str, Any], ours: dict[str, Any], **more: Any) -> dict[str, Any]:
    return turns(theirs, ours, theirs, ours, **more)


def none(kind: FailureKind) -> dict[str, Any]:
    return said(b"", 0, failure=kind)


def package(boundary: str, content: bytes, prefix: bytes = b"a") -> dict[str, Any]:
    line = f"--{boundary}".encode()
    root = b"<%s:e xmlns:%s='urn:x'/>" % (prefix, prefix)
    body = b"\r\n".join((line, b"Content-ID: <r>", b"", root, line, b"", content, line + b"--", b""))
    return said(body, headers=[("Content-Type", f"multipart/related; boundary={boundary}")])


GOOD = said()
CASES: dict[str, list[Case]] = {
    CHECK: [
        passes(**both(GOOD, GOOD)),
        passes(**both(said({"a": 1, "b": 2}), said({"b": 2, "a": 1}))),
        passes(**both(said({"t": 1, "a": 1}), said({"t": 2, "a": 1}), plan=plan(volatile=("/t",)))),
        passes(
            **both(
                said(b"<a:x xmlns:a='urn:x' b='1' c='2'/>", headers=[XML]), said(b"<x xmlns='urn:x' c='2' b='1'/>", headers=[XML])
            )
        ),
        passes(**both(package("one", b"1"), package("two", b"1", b"b"))),
        passes(**both(said({"you": "curl/8.5.0 cpo-probe/1 (run 7777777)"}), said({"you": "cpo-probe/1 (run 7777777)"}))),
        fails("other_client_status", **both(said(b"", 403), GOOD)),
        fails("other_client_status", "broken", **both(said(b"<html>", 406), GOOD)),
        fails("other_client_type", **both(said(b"{}", headers=[("Content-Type", "text/html")]), said(b"{}", headers=[JSON]))),
        fails("other_client_content", **both(said({"a": 2}), GOOD)),
        fails("other_client_content", "broken", **both(said(b"<x", headers=[XML]), said(b"<x/>", headers=[XML]))),
        fails("other_client_content", **both(package("one", b"1"), package("one", b"2"))),
        fails("none_for_other_client", **both(none(FailureKind.DISCONNECTED), GOOD)),
        fails("none_for_other_client", "broken", **both(none(FailureKind.PROTOCOL), GOOD)),
        na("changes_by_itself", **turns(GOOD, GOOD, said({"a": 2}), said({"a": 2}))),
        na("changes_by_itself", **turns(said({"a": 3}), GOOD, said({"a": 3}), said({"a": 2}))),
        untested("unanswered", **both(none(FailureKind.TLS), GOOD)),
        untested("unanswered", **turns(none(FailureKind.REFUSED), GOOD, GOOD, GOOD)),
        untested("unanswered", **both(GOOD, none(FailureKind.DISCONNECTED))),
        untested("unanswered", **both(said(b"", 429), GOOD)),
        untested("denied", **both(GOOD, said(b"", 403))),
        untested("no_data", **turns(GOOD, GOOD, GOOD)),
    ],
}
