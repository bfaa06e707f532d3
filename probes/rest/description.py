"""REST: is there a machine-readable description, and does the server agree with it?"""

import re
from collections.abc import Iterator, Set

from cpo_probe.sdk import (
    OPENAPI_RULES,
    Blocker,
    Context,
    Evidence,
    Exchange,
    Exchanges,
    Identity,
    Interface,
    OpenApi,
    Problem,
    Problems,
    Result,
    Where,
    check,
    checks_from,
    failed,
    not_applicable,
    passed,
    probe,
    read_openapi,
    semantics,
    untestable,
)

from .asking import unanswered

ANONYMOUS = "rest.description.anonymous"


@probe(needs="openapi", purposes=ANONYMOUS)
async def description(ctx: Context) -> None:
    """Read the description again, without credentials."""
    if not ctx.interface.description:
        return
    url = ctx.fact(OpenApi).documents.url
    accept = "application/vnd.oai.openapi+json, application/json, application/yaml;q=0.9, */*;q=0.5"
    why = "can the description be read without log-in?"
    await ctx.get(url, purpose=ANONYMOUS, why=why, accept=accept, identity=Identity.ANONYMOUS, redirects=False)


@check(
    "openapi.available",
    of="discovery.description",
    per="interface",
    needs="openapi",
    clause="OpenAPI 3.1, 4.1; RFC 8631, 4",
    severity="critical",
)
def available(interface: Interface, evidence: Evidence) -> Result:
    """A machine-readable description of the interface can be read.

    Without it every integrator writes a client by hand from pages, and nothing can be checked.
    Remedy: serve the OpenAPI document as JSON or YAML, and link it by `service-desc` (RFC 8631).
    """
    if not interface.description:
        missing = [e.id for e in unanswered(evidence.select(purpose="discovery.description"))]
        if missing:
            return untestable(Blocker.UNANSWERED, exchanges=missing[:5])
        return failed("no_description", expected="OpenAPI document", found="none")
    exchange = evidence.exchange(interface.description)
    if not 200 <= exchange.status < 300:
        return failed("unavailable", expected=200, found=exchange.status, where=Where("response.status"), exchanges=[exchange.id])
    raw = read_openapi(exchange.body, exchange.media_type)
    if isinstance(raw, Problem):
        return failed("unreadable", expected="JSON or YAML", found=raw.found, where=raw.where, exchanges=[exchange.id])
    return passed(exchanges=[exchange.id])


@check(
    "openapi.anonymous", of=ANONYMOUS, needs="openapi", clause="OASIS AMF; information only", severity="info", accepts="denied"
)
def anonymous(exchange: Exchange) -> Result:
    """The description can be read without log-in.

    For information: hiding the description behind a log-in is a choice of security, but who evaluates a product, or
    generates a client in a build, then needs an account first.
    Remedy: none needed; consider to publish the description.
    """
    if exchange.status in (401, 403, 404) or 300 <= exchange.status < 400:
        return failed("login_needed", expected=200, found=exchange.status, where=Where("response.status"))
    if exchange.status == 429 or (exchange.status == 503 and exchange.header("retry-after") is not None):
        return not_applicable("not_in_service", status=exchange.status)
    if not 200 <= exchange.status < 300:
        return failed("unavailable", expected=200, found=exchange.status, where=Where("response.status"))
    if isinstance(read_openapi(exchange.body, exchange.media_type), Problem):
        return failed(
            "login_needed", expected="description", found=exchange.media_type, where=Where("response.header", "content-type")
        )
    return passed()


def keeps_rules(exchange: Exchange, api: OpenApi) -> Problems:
    """What the description breaks of its own standard; `exchange` holds it and is cited as evidence.

    A rule that could not be looked at, or only in part, does not pass.
    """
    problems = api.problems
    problems.unsaid = {rule: _UNSAID[why] for rule, why in api.untested.items()}
    return problems


_UNSAID = {
    "remote": untestable(Blocker.OUT_OF_SCOPE),
    "dialect": untestable(Blocker.NO_SCHEMA),
    "version": not_applicable("version_unknown"),
    "library": not_applicable("no_operations"),
}


checks_from(OPENAPI_RULES, prefix="openapi", of="discovery.description", judge=keeps_rules, per="interface", needs="openapi")


_HEADERS = ("api-version", "x-api-version")
_MEMBERS = frozenset({"apiversion", "interfaceversion"})


@check(
    "openapi.version-agrees",
    of="rest.read",
    per="interface",
    needs="openapi",
    clause="OpenAPI 3.1, 4.8.2, version",
    severity="minor",
)
def version_agrees(exchanges: Exchanges, api: OpenApi) -> Result:
    """The version in the description is the one that the server states for its interface.

    Compared with the header fields API-Version and X-API-Version, with members named apiVersion, and with the version
    that an operation gives of which the contract says that it is the interface's. The product's own version is another
    thing and is not compared. `v1` agrees with `1.0.0`.
    Remedy: make both from one place in the build.
    """
    if not api.info_version:
        return not_applicable("no_version_stated")
    agreeing: list[str] = []
    for exchange in exchanges:
        for name, where, stated in _stated(exchange, _MEMBERS | ({"version"} if _gives_version(exchange, api) else set())):
            if not _agree(api.info_version, stated):
                cited = [exchange.id]
                return failed("other_version", expected=api.info_version, found=stated, where=where, exchanges=cited, name=name)
            agreeing.append(exchange.id)
    return passed(exchanges=agreeing[:1]) if agreeing else not_applicable("server_silent")


_WORDS = re.compile(r"\b(?:interface|api)(?:'s)?\s+version|version\s+of\s+(?:this|the)\s+(?:interface|api)\b", re.I)


def _gives_version(exchange: Exchange, api: OpenApi) -> bool:
    """Whether the contract itself calls what this operation gives the version of the interface."""
    if not exchange.operation.rstrip("/").lower().endswith(("/version", "/info", "/about")):
        return False
    try:
        said = api.contract(exchange.operation).found.value
    except KeyError:
        return False
    return any(_WORDS.search(str(said.get(name, ""))) for name in ("summary", "description"))


def _stated(exchange: Exchange, members: Set[str]) -> Iterator[tuple[str, Where, str]]:
    for name in _HEADERS:
        value = exchange.header(name)
        if value and _numbers(value):
            yield name, Where("response.header", name), value
    if exchange.response is None or not semantics.is_json(exchange.media_type) or b"version" not in exchange.body.lower():
        return  # reading it as JSON takes ten times as long
    value = exchange.response.document.value
    for name, member in value.items() if isinstance(value, dict) else ():
        if name.lower().replace("_", "") in members and isinstance(member, str) and _numbers(member):
            yield name, Where("response.body", pointer=f"/{name}"), member


def _numbers(text: str) -> tuple[int, ...]:
    """The parts of a numbered version; () for dates (2025-01) and names, which compare with nothing but themselves."""
    match = re.fullmatch(r"v?(\d{1,3}|\d{1,9}(?:\.\d{1,9}){1,3}(?:[-+].*)?)", text.strip(), re.I)
    if match:
        match = re.match(r"(\d+(?:\.\d+){0,3})", match[1])
    return tuple(int(part) for part in match[1].split(".")) if match else ()


def _agree(one: str, other: str) -> bool:
    """Equal, or one says less than the other: 1 and 1.4.2, v1.0 and 1.0.0."""
    first, second = _numbers(one), _numbers(other)
    if not first or not second:
        return one.strip() == other.strip() or not first
    size = min(len(first), len(second))
    return first[:size] == second[:size]
