"""REST: are deprecation, removal and limits announced in a way that a client can read?"""

from cpo_probe.sdk import Exchange, Operation, Result, Where, check, failed, fields, not_applicable, passed, semantics


@check("rest.lifecycle.deprecation", of="rest.read", needs="openapi", clause="RFC 9745, 2.1", severity="minor")
def deprecation(exchange: Exchange) -> Result:
    """Deprecation, where it is sent, is a date as RFC 9745 writes it.

    `@1688169599`; older drafts had `true` or an HTTP date, which no client of the standard understands.
    Remedy: send a structured date: an @ and the seconds since 1970.
    """
    text = exchange.header("deprecation")
    if text is None:
        return not_applicable("field_absent", field="Deprecation")
    if fields.deprecation(text) is None:
        return failed("malformed", expected="@seconds", found=text, where=Where("response.header", "deprecation"))
    return passed()


@check("rest.lifecycle.announced", of="rest.read", needs="openapi", clause="RFC 9745, 2; RFC 8594, 3", severity="info")
def announced(exchange: Exchange, operation: Operation) -> Result:
    """Operations that the contract deprecates say so in their answers.

    For information: the fields are optional. But a client that runs never reads the contract again; only the answer
    itself can tell its operator that the operation will go.
    Remedy: send Deprecation, and Sunset once the day is known, with every answer of the operation.
    """
    if not operation.deprecated:
        return not_applicable("not_deprecated")
    if not 200 <= exchange.status < 300:
        return not_applicable("other_answer", status=exchange.status)
    if exchange.header("deprecation") is None and exchange.header("sunset") is None:
        return failed("missing", expected="Deprecation or Sunset", where=Where("response.header", "deprecation"))
    return passed()


@check("rest.lifecycle.sunset", of="rest.read", needs="openapi", clause="RFC 8594, 3; RFC 9745, 4", severity="minor")
def sunset(exchange: Exchange) -> Result:
    """Sunset, where it is sent, is a date, and not before the deprecation.

    Clients plan their change by it.
    Remedy: send one HTTP date, the day from which the operation may be gone.
    """
    text = exchange.header("sunset")
    if text is None:
        return not_applicable("field_absent", field="Sunset")
    where = Where("response.header", "sunset")
    day = semantics.imf_fixdate(text)
    if day is None:
        return failed("malformed", expected="IMF-fixdate", found=text, where=where)
    begun = fields.deprecation(exchange.header("deprecation") or "")
    if begun is not None and day < begun:
        return failed("sunset_before_deprecation", expected=exchange.header("deprecation"), found=text, where=where)
    return passed()


@check(
    "rest.limits.headers",
    of="rest.*",
    needs="openapi",
    clause="draft-ietf-httpapi-ratelimit-headers; common practice",
    severity="minor",
)
def limits(exchange: Exchange) -> Result:
    """Rate-limit fields, where they are sent, can be read and fit each other.

    Whole numbers, and no more remaining than the limit. A client slows down by them instead of running into 429.
    Remedy: send limit and remaining as whole numbers of the same window.
    """
    quotas = fields.quotas(exchange.response.headers) if exchange.response else ()
    structured = [(name, exchange.header(name)) for name in ("ratelimit", "ratelimit-policy")]
    stated = [(name, text) for name, text in structured if text is not None]
    if not quotas and not stated:
        return not_applicable("field_absent", field="RateLimit")
    for quota in quotas:
        if quota.value is None:
            return failed("malformed", expected="whole number", found=quota.text, where=Where("response.header", quota.field))
    for name, text in stated:
        if not fields.rate_limit(text):
            return failed("malformed", expected="structured list", found=text, where=Where("response.header", name))
    over = fields.exceeded(quotas)
    if over:
        where = Where("response.header", over[1].field)
        return failed("more_than_limit", expected=f"<= {over[0].value}", found=over[1].value, where=where)
    return passed()
