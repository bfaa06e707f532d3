"""HTTP header fields: is each one, where it is sent, what the standard says, and is it there where it must be?"""

from cpo_probe.sdk import (
    Blocker,
    Exchange,
    Result,
    Where,
    challenge,
    check,
    failed,
    link,
    not_applicable,
    passed,
    semantics,
    untestable,
)


def _lines(exchange: Exchange, name: str) -> tuple[str, ...]:
    return semantics.lines(exchange.response.headers, name) if exchange.response else ()


@check("http.date", of="*", clause="RFC 9110, 6.6.1; 5.6.7", severity="minor")
def date(exchange: Exchange) -> Result:
    """Answers of a server with a clock carry a well-formed Date.

    Caches and clients compute age and expiry from it. Only a server without a clock may leave it out; one that states
    Last-Modified, Expires or a cookie's expiry in the same answer has a clock. 1xx and 5xx may omit it.
    Remedy: let the server framework send Date in the form `Sun, 06 Nov 1994 08:49:37 GMT`.
    """
    lines = _lines(exchange, "date")
    where = Where("response.header", "date")
    if not lines:
        clock = [name for name in ("last-modified", "expires") if any(map(semantics.imf_fixdate, _lines(exchange, name)))]
        if clock and 200 <= exchange.status < 500:
            return failed("missing_date", expected="Date", found=clock[0], where=where)
        return not_applicable("no_clock_shown")
    if len(lines) > 1:
        return failed("repeated", expected="one field", found=list(lines), where=where)
    if semantics.imf_fixdate(lines[0]) is None:
        return failed("malformed", expected="IMF-fixdate", found=lines[0], where=where)
    return passed()


@check("http.last-modified", of="*", clause="RFC 9110, 8.8.2", severity="minor")
def last_modified(exchange: Exchange) -> Result:
    """Last-Modified, where it is sent, is a well-formed date and not in the future of the answer.

    Clients send it back in If-Modified-Since; a date after Date hides later changes.
    Remedy: send the time of the last change in the form `Sun, 06 Nov 1994 08:49:37 GMT`, at most the value of Date.
    """
    lines = _lines(exchange, "last-modified")
    where = Where("response.header", "last-modified")
    if not lines:
        return not_applicable("field_absent", field="Last-Modified")
    if len(lines) > 1:
        return failed("repeated", expected="one field", found=list(lines), where=where)
    changed = semantics.imf_fixdate(lines[0])
    if changed is None:
        return failed("malformed", expected="IMF-fixdate", found=lines[0], where=where)
    sent = semantics.imf_fixdate(exchange.header("date") or "")
    if sent is not None and changed > sent:
        return failed("later_than_date", expected=exchange.header("date"), found=lines[0], where=where)
    return passed()


@check("http.etag", of="*", clause="RFC 9110, 8.8.3", severity="minor")
def etag(exchange: Exchange) -> Result:
    """ETag, where it is sent, is one entity tag in double quotes.

    An unquoted tag is compared differently by different clients and caches, so that conditional requests and locking fail.
    Remedy: write `"tag"` or `W/"tag"`, with the quotes, without spaces in it.
    """
    lines = _lines(exchange, "etag")
    where = Where("response.header", "etag")
    if not lines:
        return not_applicable("field_absent", field="ETag")
    if semantics.replaced(exchange, "etag"):
        return untestable(Blocker.REDACTED)
    if len(lines) > 1:
        return failed("repeated", expected="one field", found=list(lines), where=where)
    if semantics.entity_tag(lines[0]) is None:
        return failed("malformed", expected='"tag" or W/"tag"', found=lines[0], where=where)
    return passed()


@check("http.retry-after", of="*", clause="RFC 9110, 10.2.3", severity="minor")
def retry_after(exchange: Exchange) -> Result:
    """Retry-After, where it is sent, is a number of seconds or a date.

    A client that cannot read it retries too early, or never.
    Remedy: write whole seconds (`120`) or an HTTP date.
    """
    lines = _lines(exchange, "retry-after")
    if not lines:
        return not_applicable("field_absent", field="Retry-After")
    if len(lines) > 1 or semantics.retry_after(lines[0]) is None:
        where = Where("response.header", "retry-after")
        return failed("malformed", expected="seconds or IMF-fixdate", found=", ".join(lines), where=where)
    return passed()


@check("http.vary", of="*", clause="RFC 9110, 12.5.5", severity="minor")
def vary(exchange: Exchange) -> Result:
    """Vary, where it is sent, is "*" or a list of field names.

    A cache that cannot read it hands out the answer that was made for somebody else.
    Remedy: name the request fields that choose the answer, separated by commas.
    """
    text = exchange.header("vary")
    if text is None:
        return not_applicable("field_absent", field="Vary")
    if semantics.token_list(text) is None:
        return failed("malformed", expected="* or field names", found=text, where=Where("response.header", "vary"))
    return passed()


_SECONDS = ("max-age", "s-maxage", "stale-while-revalidate", "stale-if-error")


@check("http.cache-control", of="*", clause="RFC 9111, 5.2; 1.2.2", severity="minor")
def cache_control(exchange: Exchange) -> Result:
    """Cache-Control, where it is sent, is a list of directives, with whole seconds where seconds belong.

    What a cache cannot read it has to treat as stale, or keeps by a guess.
    Remedy: write directives as `max-age=60, private`.
    """
    text = exchange.header("cache-control")
    if text is None:
        return not_applicable("field_absent", field="Cache-Control")
    where = Where("response.header", "cache-control")
    directives = semantics.cache_control(text)
    if directives is None:
        return failed("malformed", expected="list of directives", found=text, where=where)
    for name, argument in directives:
        if name in _SECONDS and not (argument or "").isdigit():
            return failed("not_seconds", expected=f"{name}=seconds", found=text, where=where)
    return passed()


@check("http.link", of="*", clause="RFC 8288, 3", severity="minor")
def link_field(exchange: Exchange) -> Result:
    """Link, where it is sent, can be read, and every link states its relation.

    Paging, descriptions and deprecation notes are found by their relation; a link without one leads nowhere.
    Remedy: write `<target>; rel="next"`, several links separated by commas.
    """
    text = exchange.header("link")
    if text is None:
        return not_applicable("field_absent", field="Link")
    if semantics.replaced(exchange, "link"):
        return untestable(Blocker.REDACTED)
    where = Where("response.header", "link")
    found = link.links(text)
    if found is None:
        return failed("malformed", expected='<target>; rel="relation"', found=text, where=where)
    for one in found:
        if not one.relations:
            return failed("no_relation", expected="rel", found=one.target, where=where)
        if not semantics.uri_reference(one.target):
            return failed("not_a_uri", expected="URI reference", found=one.target, where=where)
    return passed()


@check("http.location", of="*", clause="RFC 9110, 10.2.2; 15.4", severity="minor")
def location(exchange: Exchange) -> Result:
    """A redirect says where to, and Location is a URI reference.

    301, 302, 303, 307 and 308 SHOULD carry Location: without it a client stands before a closed door without an address.
    Remedy: send one Location with a percent-encoded URI.
    """
    lines = _lines(exchange, "location")
    where = Where("response.header", "location")
    if not lines:
        if exchange.status in (301, 302, 303, 307, 308):
            return failed("missing_location", expected="Location", where=where)
        return not_applicable("field_absent", field="Location")
    if semantics.replaced(exchange, "location"):
        return untestable(Blocker.REDACTED)
    if len(lines) > 1:
        return failed("repeated", expected="one field", found=list(lines), where=where)
    if not lines[0] or not semantics.uri_reference(lines[0]):
        return failed("not_a_uri", expected="URI reference", found=lines[0], where=where)
    return passed()


@check("http.allow", of="*", clause="RFC 9110, 15.5.6; 10.2.1", severity="minor", accepts="denied")
def allow(exchange: Exchange) -> Result:
    """405 names the methods that are allowed, and Allow is a list of methods.

    A 405 MUST carry Allow (it may be empty), and it cannot list the very method that it refuses.
    Remedy: answer 405 with Allow, for instance `Allow: GET, HEAD`.
    """
    text = exchange.header("allow")
    where = Where("response.header", "allow")
    if text is None:
        if exchange.status == 405:
            return failed("missing_allow", expected="Allow", where=where)
        return not_applicable("field_absent", field="Allow")
    methods = semantics.token_list(text)
    if methods is None:
        return failed("malformed", expected="list of methods", found=text, where=where)
    if exchange.status == 405 and exchange.request.method in methods:
        return failed("refused_yet_allowed", expected=f"without {exchange.request.method}", found=text, where=where)
    return passed()


@check("http.challenge", of="*", clause="RFC 9110, 15.5.2; 11.6.1", severity="major", accepts="denied")
def challenge_field(exchange: Exchange) -> Result:
    """401 says in WWW-Authenticate how to authenticate.

    A 401 MUST carry at least one challenge. Without it a generic client does not know which credentials to send.
    Remedy: send for instance `WWW-Authenticate: Bearer realm="plm"` with every 401.
    """
    text = exchange.header("www-authenticate")
    where = Where("response.header", "www-authenticate")
    if text is None:
        if exchange.status == 401:
            return failed("missing_challenge", expected="WWW-Authenticate", where=where)
        return not_applicable("field_absent", field="WWW-Authenticate")
    if semantics.replaced(exchange, "www-authenticate"):
        return untestable(Blocker.REDACTED)
    found = challenge.challenges(text)
    if found is None:
        return failed("malformed", expected="challenge", found=text, where=where)
    if not found and exchange.status == 401:
        return failed("empty_challenge", expected="challenge", found=text, where=where)
    return passed()
