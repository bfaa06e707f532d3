"""HTTP header fields: what each check must say."""

from typing import Any

from cpo_probe.model import Span
from tests.probes.make import DATE, Case, exchange, fails, na, passes, untested

PAST = "Mon, 02 Jun 2025 10:00:00 GMT"
FUTURE = "Wed, 04 Jun 2025 10:00:00 GMT"


def one(name: str, *values: str, status: int = 200, **options: Any) -> dict[str, Any]:
    return {"exchange": exchange(status, [DATE, *((name, value) for value in values)], **options)}


def cut(name: str) -> tuple[Span, ...]:
    return (Span("response.header", name, 20, "digest"),)


CASES: dict[str, list[Case]] = {
    "http.date": [
        passes(exchange=exchange(200, [DATE])),
        fails("missing_date", exchange=exchange(200, [("Last-Modified", PAST)])),
        fails("repeated", exchange=exchange(200, [DATE, DATE])),
        na("no_clock_shown", exchange=exchange(200)),
        na("no_clock_shown", exchange=exchange(503, [("Last-Modified", PAST)])),
        fails("malformed", "broken", exchange=exchange(200, [("Date", "2025-06-03T10:00:00Z")])),
        fails("malformed", "broken", exchange=exchange(200, [("Date", "Mon, 03 Jun 2025 10:00:00 GMT")])),  # it was a Tuesday
    ],
    "http.last-modified": [
        passes(**one("Last-Modified", PAST)),
        passes(**one("Last-Modified", DATE[1])),
        fails("later_than_date", **one("Last-Modified", FUTURE)),
        fails("repeated", **one("Last-Modified", PAST, PAST)),
        na("field_absent", **one("X", "1")),
        fails("malformed", "broken", **one("Last-Modified", "yesterday")),
    ],
    "http.etag": [
        passes(**one("ETag", '"a"')),
        passes(**one("ETag", 'W/""')),
        fails("malformed", **one("ETag", "abc")),
        fails("malformed", **one("ETag", 'w/"abc"')),
        fails("repeated", **one("ETag", '"a"', '"b"')),
        na("field_absent", **one("X", "1")),
        untested("redacted", **one("ETag", "[cut]", redacted=cut("ETag"))),
        fails("malformed", "broken", **one("ETag", '"a" "b"')),
    ],
    "http.retry-after": [
        passes(**one("Retry-After", "120", status=503)),
        passes(**one("Retry-After", FUTURE, status=429)),
        fails("malformed", **one("Retry-After", "1.5")),
        na("field_absent", **one("X", "1")),
        fails("malformed", "broken", **one("Retry-After", "")),
    ],
    "http.vary": [
        passes(**one("Vary", "Accept, Accept-Encoding")),
        passes(**one("Vary", "*")),
        fails("malformed", **one("Vary", "Accept Encoding")),
        na("field_absent", **one("X", "1")),
        fails("malformed", "broken", **one("Vary", '"\x00')),
    ],
    "http.cache-control": [
        passes(**one("Cache-Control", 'private="x-a, x-b", max-age=60')),
        passes(**one("Cache-Control", "no-store")),
        fails("not_seconds", **one("Cache-Control", "max-age=soon")),
        fails("not_seconds", **one("Cache-Control", "max-age")),
        fails("malformed", **one("Cache-Control", "max-age = 60")),
        na("field_absent", **one("X", "1")),
        fails("malformed", "broken", **one("Cache-Control", '="')),
    ],
    "http.link": [
        passes(**one("Link", '<a?b,c>; rel="next prev"; title="x, y", </d>; rel=up')),
        fails("no_relation", **one("Link", "</a>")),
        fails("not_a_uri", **one("Link", "</a b>; rel=next")),
        na("field_absent", **one("X", "1")),
        untested("redacted", **one("Link", "</a>; rel=next", redacted=cut("link"))),
        fails("malformed", "broken", **one("Link", "/a; rel=next")),
        fails("malformed", "broken", **one("Link", "<" * 2000)),
    ],
    "http.location": [
        passes(**one("Location", "/new?a=%20#b", status=301)),
        passes(**one("Location", "https://a.example/", status=201)),
        fails("missing_location", **one("X", "1", status=302)),
        fails("repeated", **one("Location", "/a", "/b", status=302)),
        na("field_absent", **one("X", "1", status=304)),
        untested("redacted", **one("Location", "/a?token=%5B%5D", status=302, redacted=cut("location"))),
        fails("not_a_uri", "broken", **one("Location", "/ä b", status=302)),
        fails("not_a_uri", "broken", **one("Location", "/a%2", status=302)),
    ],
    "http.allow": [
        passes(**one("Allow", "GET, HEAD", status=405, method="CPOPROBE")),
        passes(**one("Allow", "", status=405)),
        fails("missing_allow", **one("X", "1", status=405)),
        fails("refused_yet_allowed", **one("Allow", "GET, OPTIONS", status=405, method="OPTIONS")),
        na("field_absent", **one("X", "1")),
        fails("malformed", "broken", **one("Allow", "GET HEAD", status=405)),
    ],
    "http.challenge": [
        passes(**one("WWW-Authenticate", 'Bearer realm="a, b", error="x", Basic realm="c"', status=401)),
        passes(**one("WWW-Authenticate", "Negotiate", "NTLM TlRMTVNTUAAB=", status=401)),
        fails("missing_challenge", **one("X", "1", status=401)),
        fails("empty_challenge", **one("WWW-Authenticate", "", status=401)),
        na("field_absent", **one("X", "1", status=403)),
        untested("redacted", **one("WWW-Authenticate", "x", status=401, redacted=cut("www-authenticate"))),
        fails("malformed", "broken", **one("WWW-Authenticate", '="x" Basic', status=401)),
    ],
}
