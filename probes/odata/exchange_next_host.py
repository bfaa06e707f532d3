"""OData: can who was given the link to the next page reach it?"""

from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

from cpo_probe.sdk import (
    Blocker,
    Exchanges,
    Interface,
    Result,
    Results,
    Where,
    check,
    failed,
    not_applicable,
    passed,
    untestable,
)

from .exchange_walks import ALL, Read, each, reads
from .window import Windows


@check("odata.paging.in-scope", of=ALL, per="interface", needs="odata", clause="OData JSON 4.01, 4.5.5; 4.3", severity="major")
def in_scope(exchanges: Exchanges, known: Windows, interface: Interface) -> Results:
    """The link to the next page leads to the host that was asked.

    A link to the host behind a proxy, or to localhost, works for nobody outside. Relative links are resolved as the format has
    it. Links that lead elsewhere are not followed; the page was asked for at the host that was asked. Of hosts with a public name
    of their own, and of those in the domain that was asked, nothing is said: the standard leaves them to the service.
    Remedy: write relative links, or take the host from the request (or from Forwarded, behind a proxy).
    """
    return each(_in_scope(read) for read in reads(exchanges, known, interface))


def _in_scope(read: Read) -> Result:
    place = read.window.set
    targets = [(page.target, page.exchange) for page in read.first.pages if page.target]
    if not targets:
        return not_applicable("no_links", location=place, exchanges=read.ids)
    for target, exchange in targets:
        asked, found = _origin(exchange.request.url), _origin(target)
        if asked != found and _elsewhere(urlsplit(target).hostname or "", urlsplit(exchange.request.url).hostname or ""):
            return untestable(Blocker.OUT_OF_SCOPE, location=place, exchanges=[exchange.id])
        if asked != found:
            where = Where("response.body", pointer="/@odata.nextLink")
            return failed("other_host", expected=asked, found=found, where=where, location=place, exchanges=[exchange.id])
    return passed(location=place, exchanges=read.ids)


_INNER = frozenset(
    {"localhost", "local", "localdomain", "internal", "intranet", "lan", "corp", "home", "private", "invalid", "test", "example"}
)
"""Last labels of names that nobody knows outside (RFC 6761, RFC 8375, and what is usual)."""


def _elsewhere(host: str, asked: str) -> bool:
    """Whether the host is another one that clients may reach, for all that its name says."""
    with suppress(ValueError):
        return ip_address(host).is_global
    labels, own = host.rstrip(".").lower().split("."), asked.rstrip(".").lower().split(".")
    if labels == own or len(labels) < 2:
        return False
    return labels[-2:] == own[-2:] or labels[-1] not in _INNER


def _origin(url: str) -> str:
    parts = urlsplit(url)
    standard = {"http": 80, "https": 443}.get(parts.scheme)
    try:
        port = parts.port
    except ValueError:
        port = -1
    return f"{parts.scheme}://{(parts.hostname or '').lower()}" + (f":{port}" if port not in (None, standard) else "")
