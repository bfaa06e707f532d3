"""HTTP: do answers hand out what nobody may see?"""

from cpo_probe.sdk import Exchange, Results, Where, check, failed, not_applicable, passed, sensitive

OWN = frozenset({"login", "token", "csrf"})


@check("http.sensitive-data", of="*", clause="OWASP API Security 2023, API3; CWE-200", severity="critical")
def sensitive_data(exchange: Exchange) -> Results:
    """Answers hand out no password, password hash, private key or access token.

    What an interface gives to every integrator is given to everybody. Answers to log-in and token requests, whose
    purpose is to hand out a token, and descriptions, which show examples, are left out. Values are shown masked.
    Remedy: take such members out of the answer's type on the server; replace what was handed out.
    """
    if exchange.role in OWN or exchange.probe == "session":
        return not_applicable("log_in")
    if exchange.purpose.startswith("discovery."):
        return not_applicable("description")
    if exchange.response is None or not exchange.body:
        return not_applicable("no_content")
    found = sensitive.secrets(exchange.response)
    if not found:
        return passed()
    return [
        failed(
            secret.kind,
            expected="no secret",
            found=secret.masked,
            where=Where("response.body", pointer=secret.pointer),
            location=secret.pointer,
        )
        for secret in found
    ]
