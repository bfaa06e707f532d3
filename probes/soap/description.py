"""SOAP: is there a WSDL that everybody can read whole, and does it keep WSDL 1.1 and the Basic Profile? At most 61 requests."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from cpo_probe.sdk import (
    Blocker,
    Context,
    Evidence,
    Exchange,
    Identity,
    Interface,
    Plan,
    Problems,
    Result,
    Results,
    Where,
    check,
    checks_from,
    fact,
    failed,
    not_applicable,
    passed,
    probe,
    untestable,
    wsdl,
)

DOCUMENT, ANONYMOUS = "soap.document", "soap.description.anonymous"
DESCRIPTION = "discovery.description"
MOST = 60
"""Documents that are fetched besides the first."""
XML = "text/xml, application/wsdl+xml, application/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True)
class Wsdl:
    """The WSDL of one interface over all of its documents. `description`: None when none was recorded.

    `fetched`: for each URL that was asked for, the id of the exchange.
    """

    description: wsdl.Description | None
    bodies: Mapping[str, bytes]
    fetched: Mapping[str, str]

    @property
    def readable(self) -> bool:
        return self.description is not None and self.description.readable

    @cached_property
    def problems(self) -> Problems:
        """What a description that can be read breaks; two families of checks ask for it."""
        return wsdl.problems(self.description) if self.description is not None else Problems()

    @cached_property
    def validator(self) -> wsdl.Validator | None:
        """The schemas, compiled once for the description and for every answer; None without a readable description."""
        return wsdl.validator(self.description) if self.description is not None and self.readable else None


@fact
def described(interface: Interface, evidence: Evidence) -> Wsdl:
    """The documents as they were fetched; those that answered otherwise than with 200 stay missing."""
    if not interface.description:
        return Wsdl(None, {}, {})
    first = evidence.exchange(interface.description)
    start = first.request.url
    bodies, fetched = {start: first.body}, {start: first.id}
    referred = (evidence.exchange(id) for id in interface.documents)
    for exchange in (*referred, *evidence.select(purpose=DOCUMENT, interface=interface.id)):
        url = str(exchange.note.get("uri", exchange.request.url))
        fetched[url] = exchange.id
        if exchange.status == 200 and exchange.complete:
            bodies[url] = exchange.body
    return Wsdl(wsdl.build(start, bodies), bodies, fetched)


@probe(needs="wsdl", id="soap.description", purposes=(DOCUMENT, ANONYMOUS), cost=MOST + 1)
async def description(ctx: Context) -> None:
    """What the WSDL imports and includes on hosts in scope, as far as discovery left it; the WSDL without credentials."""
    known = ctx.fact(Wsdl)
    if known.description is None:
        ctx.blocked(Blocker.PRECONDITION, "no WSDL was found")
        return
    start, bodies = known.description.start.url, dict(known.bodies)
    asked: set[str] = set()
    found = known.description
    while True:
        wanted = [r.url for r in found.missing if r.url not in asked and ctx.in_scope(r.url)]
        if not wanted or len(asked) == MOST:
            break
        asked.add(wanted[0])
        why = "a document that the WSDL imports or includes"
        answer = await ctx.get(wanted[0], purpose=DOCUMENT, why=why, accept=XML, note={"uri": wanted[0]})
        if answer.status == 200:
            bodies[wanted[0]] = answer.body
            found = wsdl.build(start, bodies)
    why = "can the WSDL be read without log-in?"
    await ctx.get(start, purpose=ANONYMOUS, why=why, accept=XML, identity=Identity.ANONYMOUS, redirects=False)


def _unjudged(api: Wsdl) -> Result:
    """Of what is no WSDL nothing more is said; WSDL 2.0 is one, which nobody here can judge."""
    if api.description is not None and api.description.start.kind == "wsdl2":
        return untestable(Blocker.NOT_COVERED, covered=0, total=1, missing="WSDL 2.0")
    return not_applicable("no_wsdl")


@check("wsdl.available", of=DESCRIPTION, per="interface", needs="wsdl", clause="WSDL 1.1, 2.1", severity="critical")
def available(interface: Interface, evidence: Evidence, api: Wsdl) -> Result:
    """A WSDL 1.1 description of the service can be read.

    Without it no client can be generated and no message checked. WSDL 2.0 is recognised, and nothing of it is tested.
    Remedy: serve the WSDL at the address of the service with ?wsdl.
    """
    if api.description is None:
        return failed("no_description", expected="WSDL", found="none")
    exchange = evidence.exchange(interface.description)
    start = api.description.start
    if exchange.status != 200:
        return failed("unavailable", expected=200, found=exchange.status, where=Where("response.status"), exchanges=[exchange.id])
    if start.kind == "wsdl2":
        return untestable(Blocker.NOT_COVERED, exchanges=[exchange.id], covered=0, total=1, missing="WSDL 2.0")
    if not api.description.readable:
        found = start.unreadable.detail if start.unreadable else start.kind
        return failed("unreadable", expected="WSDL 1.1", found=found, where=Where("response.body"), exchanges=[exchange.id])
    return passed(exchanges=[exchange.id])


@check("wsdl.anonymous", of=ANONYMOUS, needs="wsdl", clause="OASIS AMF; information only", severity="info", accepts="denied")
def anonymous(exchange: Exchange) -> Result:
    """The WSDL can be read without log-in.

    For information: hiding it is a choice of security, but who generates a client in a build then needs an account first.
    Remedy: none needed; consider to publish the WSDL.
    """
    if exchange.status in (401, 403, 404) or 300 <= exchange.status < 400:
        return failed("login_needed", expected=200, found=exchange.status, where=Where("response.status"))
    if exchange.status != 200:
        return not_applicable("not_in_service", status=exchange.status)
    if not wsdl.build(exchange.request.url, {exchange.request.url: exchange.body}).readable:
        where = Where("response.header", "content-type")
        return failed("login_needed", expected="WSDL", found=exchange.media_type, where=where)
    return passed()


@check(
    "wsdl.imports",
    of=(DESCRIPTION, DOCUMENT),
    per="interface",
    needs="wsdl",
    clause="WSDL 1.1, 2.1.1; XML Schema 1.0 Part 1, 4.2",
    severity="major",
)
def imports(api: Wsdl) -> Results:
    """Every document that the description imports or includes can be read.

    Fetched as an integrator's tool does, by the address that stands there. Documents on hosts out of scope are not fetched and
    stay untested; so do those with a DTD, which is never read.
    Remedy: serve imported documents beside the WSDL, and name them by relative addresses.
    """
    if api.description is None or not api.readable:
        return _unjudged(api)
    found: list[Result] = []
    for url in dict.fromkeys(r.url for r in api.description.references if r.url):
        cited = [api.fetched[url]] if url in api.fetched else []
        document = api.description.documents.get(url)
        if document is not None and document.unreadable is None:
            continue
        if document is not None and document.withheld:
            found.append(untestable(Blocker.NOT_COVERED, location=url, exchanges=cited, covered=0, total=1, missing="DTD"))
        elif document is not None and document.unreadable is not None:
            said = document.unreadable
            where = Where("response.body", line=said.line)
            found.append(
                failed(
                    "import_unreadable", expected="XML", found=said.detail, where=where, location=url, exchanges=cited, url=url
                )
            )
        elif cited:
            found.append(failed("import_missing", expected=200, location=url, exchanges=cited, url=url))
        else:
            found.append(untestable(Blocker.OUT_OF_SCOPE, location=url, url=url))
    return found or passed()


@check(
    "wsdl.schemas", of=DESCRIPTION, per="interface", needs="wsdl", clause="WSDL 1.1, 2.2; WS-I BP 1.1, R2801", severity="critical"
)
def compiled(api: Wsdl) -> Result:
    """The schemas of the description are XML Schema 1.0 and can be compiled together.

    By libxml2, from the documents as they were fetched. Where some were not fetched nothing is said about a failure.
    Remedy: validate the schemas when building; import what they refer to.
    """
    if api.description is None or not api.readable:
        return _unjudged(api)
    made = api.validator
    if made is None or not made.problem:
        return passed()
    if made.missing:
        return untestable(Blocker.NO_SCHEMA, why="reference")
    return failed("schema_broken", expected="XML Schema 1.0", found=made.problem, where=Where("description"))


@check("wsdl.address", of=DESCRIPTION, per="interface", needs="wsdl", clause="WSDL 1.1, 3.8", severity="major")
def address(api: Wsdl, plan: Plan) -> Results:
    """The addresses of the ports lead to where clients can call.

    Absolute, over HTTP, and neither to "localhost" nor to a loopback address when the target itself is elsewhere.
    Remedy: set the public address of the service in its configuration, or take it from the request.
    """
    if api.description is None or not api.readable:
        return _unjudged(api)
    here = urlsplit(plan.target.base_url).hostname or ""
    found, seen = [], 0
    for service in api.description.services.values():
        for port in service.ports:
            if not port.address or not port.protocol.startswith("soap"):
                continue
            seen += 1
            stated = urlsplit(port.address)
            place = f"{service.name.local}/{port.name}"
            if stated.scheme not in ("http", "https") or not stated.hostname:
                found.append(failed("address_relative", expected="http(s)://...", found=port.address, location=place))
            elif _loopback(stated.hostname) and not _loopback(here):
                found.append(failed("address_loopback", expected=here, found=port.address, location=place))
    if not seen:
        return not_applicable("no_soap_port")
    return found or passed()


def _loopback(host: str) -> bool:
    if host.lower() == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


OWN = frozenset({"readable", "version"})
"""What wsdl.available says."""


def keeps_rules(exchange: Exchange, api: Wsdl) -> Problems | Result:
    """What the description breaks of its own standard; `exchange` holds its first document and is cited as evidence."""
    if api.description is None or not api.readable:
        return _unjudged(api)
    kept = api.problems.worded("wsdl_rule", lambda problem: problem.location)
    kept.unsaid = {rule: not_applicable("no_such_content") for rule in wsdl.silent(api.description)}
    return kept


RULES = tuple(rule for rule in wsdl.RULES if rule.id not in OWN)
_NUMBERED = tuple(rule for rule in RULES if rule.id[1:5].isdigit())
_PLAIN = tuple(rule for rule in RULES if not rule.id[1:5].isdigit())
checks_from(_PLAIN, prefix="wsdl", of=DESCRIPTION, judge=keeps_rules, per="interface", needs="wsdl")
checks_from(_NUMBERED, prefix="wsi", of=DESCRIPTION, judge=keeps_rules, per="interface", needs="wsdl")
