"""What is the address of the next page?"""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from cpo_probe.protocols.paging.controls import Controls
from cpo_probe.protocols.paging.page import Page


def following(url: str, page: Page, controls: Controls, read: int, *, named: bool) -> str:
    """The URL of the next page, on the host that was asked; "" when there is none, or when it cannot be told.

    A list that names next pages (`named`: this or an earlier page did) ends where it names none; only for others is the
    contract's parameter counted up. A link to another host is followed on this one if the path is the same.
    `read`: items so far, this page included.
    """
    if page.style in ("link", "url"):
        return _linked(url, page.next)
    if page.style == "cursor":
        return with_parameters(url, {controls.cursor: page.next}) if controls.cursor else ""
    if named or not page.items or 0 <= page.total <= read:
        return ""
    if controls.offset:
        return with_parameters(url, {controls.offset: str(controls.first_offset + read)})
    if controls.page:
        sent = parameter(url, controls.page)
        current = int(sent) if sent and sent.isdecimal() else page.number if page.number >= 0 else controls.first_page
        return with_parameters(url, {controls.page: str(current + 1)}) if current >= 0 else ""
    return ""


def _linked(url: str, target: str) -> str:
    try:
        target = urljoin(url, target)
        here, there = urlsplit(url), urlsplit(target)
        same = origin(target) == origin(url) or there.path == here.path
    except ValueError:
        return ""
    return urlunsplit(there._replace(scheme=here.scheme, netloc=here.netloc, fragment="")) if same else ""


def with_parameters(url: str, changes: Mapping[str, str]) -> str:
    """The URL with these query parameters set, the others as they are."""
    parts = urlsplit(url)
    kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k not in changes]
    return urlunsplit(parts._replace(query=urlencode([*kept, *changes.items()], safe="$:,/@!'()*;")))


def parameter(url: str, name: str) -> str | None:
    """A query parameter's value, decoded."""
    return next((v for k, v in parse_qsl(urlsplit(url).query, keep_blank_values=True) if k == name), None)


def origin(url: str) -> str:
    """Scheme, host and port in lower case, default ports left out: who a link leads to. "" when it is no URL."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return f"{parts.scheme}://{(parts.hostname or '').lower()}" + (f":{port}" if port and port != default else "")


def place(url: str) -> str:
    """Path and query: two requests with the same one ask for the same page."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"
