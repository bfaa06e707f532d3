"""HTTP messages: what each check must say."""

from cpo_probe.model import FailureKind, Transport
from tests.probes.make import Case, exchange, fails, na, passes, plan
from tests.protocols.soap.test_rules import FAULT11

HTML = ("Content-Type", "text/html")
ZIP = ("Content-Encoding", "gzip")


def length(value: str) -> tuple[str, str]:
    return "Content-Length", value


CASES: dict[str, list[Case]] = {
    "http.server-error": [
        passes(exchange=exchange(200)),
        passes(exchange=exchange(404)),
        passes(exchange=exchange(501)),
        fails("server_error", exchange=exchange(500)),
        fails("server_error", exchange=exchange(503)),
        na("stated_pause", exchange=exchange(503, [("Retry-After", "5")])),
        na("own_proxy", exchange=exchange(502), plan=plan(transport=Transport("http://proxy:3128", "", "", "", "", True))),
        na("fault_of_soap", exchange=exchange(500, [("Content-Type", "text/xml")], FAULT11.encode())),
        fails("server_error", exchange=exchange(500, [("Content-Type", "text/xml")], b"<error/>")),
        fails("server_error", "broken", exchange=exchange(599, body=b"\xff\xfe")),
    ],
    "http.status-code": [
        passes(exchange=exchange(204)),
        passes(exchange=exchange(206, sent=[("Range", "bytes=0-1")])),
        passes(exchange=exchange(304, sent=[("If-None-Match", '"a"')])),
        fails("partial_unasked", exchange=exchange(206)),
        fails("not_modified_unasked", exchange=exchange(304)),
        fails("code_out_of_range", "broken", exchange=exchange(999)),
    ],
    "http.content-type": [
        passes(exchange=exchange(200, body={"a": 1})),
        passes(exchange=exchange(200, [("Content-Type", 'text/html; charset="utf-8"')], b"<html>")),
        fails("missing", exchange=exchange(200, body=b"abc")),
        fails("repeated", exchange=exchange(200, [HTML, ("content-type", "text/plain")], b"abc")),
        fails("malformed", exchange=exchange(200, [("Content-Type", "json")], b"{}")),
        fails("json_as_html", exchange=exchange(200, [HTML], b'{"a": 1}')),
        na("no_content", exchange=exchange(204)),
        na("no_content", exchange=exchange(200, method="HEAD")),
        fails("malformed", "broken", exchange=exchange(200, [("Content-Type", "\x00;;=")], b"\xff")),
    ],
    "http.content-length": [
        passes(exchange=exchange(200, [length("3")], b"abc")),
        passes(exchange=exchange(200, [length("30")], b"a" * 99, wire=30)),  # coded on the wire
        passes(exchange=exchange(200, [length("300")], method="HEAD")),
        passes(exchange=exchange(304, [length("300")])),
        fails("wrong_length", exchange=exchange(200, [length("5")], b"abc")),
        fails("length_in_204", exchange=exchange(204, [length("0")])),
        fails("length_and_coding", exchange=exchange(200, [length("3"), ("Transfer-Encoding", "chunked")], b"abc")),
        fails("repeated", exchange=exchange(200, [length("3"), length("3")], b"abc")),
        fails(
            "wrong_length",
            exchange=exchange(
                200, [length("9")], b"abc", failure=FailureKind.DISCONNECTED, detail="peer closed connection without sending"
            ),
        ),
        fails("bytes_after_end", exchange=exchange(200, [length("3")], b"abc", failure=FailureKind.PROTOCOL)),
        na("no_content_length", exchange=exchange(200, body=b"abc")),
        na("incomplete_answer", exchange=exchange(200, [length("9")], b"abc", failure=FailureKind.DISCONNECTED, detail="reset")),
        na("incomplete_answer", exchange=exchange(200, [length("9")], b"abc", failure=FailureKind.TOO_LARGE)),
        na("no_response", exchange=exchange(0, failure=FailureKind.REFUSED)),
        fails("malformed", "broken", exchange=exchange(200, [length("-3")], b"abc")),
        fails("malformed", "broken", exchange=exchange(200, [length("³")], b"abc")),
    ],
    "http.content-coding": [
        passes(exchange=exchange(200, [ZIP], b"abc", sent=[("Accept-Encoding", "gzip, br")])),
        passes(exchange=exchange(200, [("Content-Encoding", "x-gzip")], b"abc", sent=[("Accept-Encoding", "gzip")])),
        passes(exchange=exchange(200, [ZIP], b"abc")),
        fails(
            "coding_unasked",
            exchange=exchange(200, [("Content-Encoding", "br")], b"a", sent=[("Accept-Encoding", "gzip, br;q=0")]),
        ),
        fails("identity_stated", exchange=exchange(200, [("Content-Encoding", "identity")], b"abc")),
        fails("undecodable", exchange=exchange(200, [ZIP], b"", failure=FailureKind.CODING)),
        na("no_content_coding", exchange=exchange(200)),
        na("incomplete_answer", exchange=exchange(200, [ZIP], b"", failure=FailureKind.BOMB)),
        fails("malformed", "broken", exchange=exchange(200, [("Content-Encoding", "gz ip;")], b"abc")),
    ],
    "http.no-body": [
        passes(exchange=exchange(204)),
        passes(exchange=exchange(200, method="HEAD")),
        fails("content", exchange=exchange(205, body=b"abc")),
        fails("coding_in_204", exchange=exchange(204, [("Transfer-Encoding", "chunked")])),
        na("may_have_content", exchange=exchange(200, body=b"abc")),
        na("incomplete_answer", exchange=exchange(304, failure=FailureKind.READ_TIMEOUT)),
        fails("bytes_after_end", "broken", exchange=exchange(304, failure=FailureKind.PROTOCOL)),
    ],
    "http.json": [
        passes(exchange=exchange(200, body={"ä": 1})),
        passes(exchange=exchange(200, [("Content-Type", "application/hal+json; charset=utf-8")], b"[]")),
        fails("json_syntax", exchange=exchange(200, [("Content-Type", "application/json")], b"<html>")),
        fails("json_constant", exchange=exchange(200, [("Content-Type", "application/json")], b'{"a": NaN}')),
        fails("json_empty", exchange=exchange(200, [("Content-Type", "application/json")])),
        fails("json_bom", exchange=exchange(200, [("Content-Type", "application/json")], b"\xef\xbb\xbf{}")),
        na("not_json", exchange=exchange(200, [("Content-Type", "application/x-ndjson")], b"{}\n{}")),
        na("no_content", exchange=exchange(200, [("Content-Type", "application/json")], method="HEAD")),
        na("too_deep_to_judge", exchange=exchange(200, [("Content-Type", "application/json")], b"[" * 2000 + b"]" * 2000)),
        fails("json_encoding", "broken", exchange=exchange(200, [("Content-Type", "application/json")], b'{"a": "\xe4"}')),
    ],
    "http.json-names": [
        passes(exchange=exchange(200, body={"a": 1})),
        fails("duplicate_names", exchange=exchange(200, [("Content-Type", "application/json")], b'{"a": 1, "a": 2}')),
        na("not_json", exchange=exchange(200, body=b"abc")),
        na("not_json", "broken", exchange=exchange(200, [("Content-Type", "application/json")], b'{"a": 1, "a"')),
    ],
    "http.charset": [
        passes(exchange=exchange(200, [("Content-Type", "text/csv; charset=ISO-8859-1")], b"\xe4")),
        passes(exchange=exchange(200, [("Content-Type", "text/csv; charset=Windows-1252")], b"\xe4")),
        passes(exchange=exchange(200, [("Content-Type", "text/csv; charset=GB18030")], "中".encode("gb18030"))),
        na("no_charset", exchange=exchange(200, [("Content-Type", "multipart/related; charset=utf-8; boundary=b")], b"\xe4")),
        fails("unknown_charset", exchange=exchange(200, [("Content-Type", "text/csv; charset=klingon")], b"a")),
        *(  # codecs of Python that are no charsets: they unpack, take quadratic time, or raise errors of their own
            fails(
                "unknown_charset", "broken", exchange=exchange(200, [("Content-Type", f"text/csv; charset={name}")], b"\x78\x9c")
            )
            for name in ("zlib", "bz2", "hex", "base64", "uu", "rot13", "punycode", "idna", "unicode_escape", "undefined")
        ),
        fails("json_charset", exchange=exchange(200, [("Content-Type", "application/json; charset=iso-8859-1")], b"{}")),
        fails("not_in_charset", exchange=exchange(200, [("Content-Type", "text/csv; charset=utf-8")], b"\xe4")),
        na("no_charset", exchange=exchange(200, body={"a": 1})),
        na("no_content", exchange=exchange(204, [("Content-Type", "text/csv; charset=utf-8")])),
        na("no_charset", "broken", exchange=exchange(200, [("Content-Type", "text/csv; charset")], b"a")),
    ],
}
