"""OData: do errors keep the inside of the server to themselves?"""

from urllib.parse import unquote

from cpo_probe.sdk import Exchange, Results, Where, check, failed, leaks, not_applicable, passed


@check(
    "odata.errors.no-leak",
    of="odata.*",
    needs="odata",
    clause="OData JSON 4.01, 21.2; OWASP API Security 2023, API8; CWE-209",
    severity="major",
    accepts="denied",
)
def no_leak(exchange: Exchange) -> Results:
    """Errors of an OData service do not show the inside of the server.

    Stack traces, SQL and source paths help an attacker and no integrator; the standard warns of them where it describes
    `innererror`. What we sent ourselves and got back is no leak.
    Remedy: log the trace on the server under an id, and answer with the id.
    """
    response = exchange.response
    if response is None or exchange.status < 400:
        return not_applicable("no_error")
    if not response.body:
        return not_applicable("no_content")
    sent = f"{exchange.request.url} {unquote(exchange.request.url)} {exchange.request.body.decode('utf-8', 'replace')}"
    return [
        failed(
            leak.kind,
            expected="no internals",
            found=leak.excerpt,
            where=Where("response.body", offset=leak.offset),
            location=leak.kind,
        )
        for leak in leaks.leaks(response, sent)
    ] or passed()
