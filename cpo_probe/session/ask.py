"""What is to be asked, by whom, and why?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin

import httpx

from cpo_probe.errors import ScopeError
from cpo_probe.model import Blocker, Effect, Freshness, Headers, Identity, Interface, Operation, Stack
from cpo_probe.session.room import Room

_QUERY_SAFE = "-._~$!'()*,:@/"  # RFC 3986, 3.4, without the delimiters & = + ; and without ?, which some servers split at


@dataclass(frozen=True, slots=True)
class Ask:
    """One request as a probe wants it. `url` is absolute, or relative to the interface's URL (of the target, if there is none):
    "items" and "/items" both lie below it. `max_bytes`: the answer is a file that may be so big, and take `seconds`; a big one
    lies in a file of the record. 0: the limits of the run. `last_words`: it clears up what was begun, which no budget holds back.
    `follows`: id of the exchange that this one continues and takes the place of.
    """

    method: str
    url: str
    purpose: str
    why: str = ""
    params: Iterable[tuple[str, str]] = ()
    headers: Iterable[tuple[str, str]] = ()
    body: bytes = b""
    accept: str = ""
    group: str = ""
    operation: Operation | None = None
    identity: Identity = Identity.ACCOUNT
    effect: Effect = Effect.READ
    note: Mapping[str, Any] | None = None
    redirects: bool = True
    max_bytes: int = 0
    seconds: float = 0.0
    last_words: bool = False
    follows: str = ""
    probe: str = ""
    unit: str = ""
    attempt: int = 1
    interface: Interface | None = None
    stack: Stack = Stack.OWN
    token: Freshness = Freshness.NEW


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request as it leaves, secrets in place."""

    method: str
    url: httpx.URL
    headers: Headers
    body: bytes
    room: Room | None = None


def address(ask: Ask, base_url: str) -> httpx.URL:
    """The URL to ask, parameters appended. Raises `ScopeError` when it is none (a harvested link can be anything)."""
    text = ask.url
    if "://" not in text:
        root = (ask.interface.url if ask.interface else base_url).rstrip("/")
        text = root + text if text[:1] in ("", "?") else f"{root}/{text.lstrip('/')}"
    pairs = [f"{quote(name, _QUERY_SAFE)}={quote(value, _QUERY_SAFE)}" for name, value in ask.params]
    if pairs:
        text = text.partition("#")[0]
        joint = "" if text.endswith(("?", "&")) else "&" if "?" in text else "?"
        text = f"{text}{joint}{'&'.join(pairs)}"
    return parse(text)


def join(base: str, reference: str) -> str:
    """RFC 3986, 5; a reference that cannot be joined comes back as it is, and `parse` refuses it."""
    try:
        return urljoin(base, reference)
    except ValueError:
        return reference


def parse(text: str) -> httpx.URL:
    """A URL that can be asked for, without its fragment, which is never sent (RFC 9110, 7.1)."""
    try:
        url = httpx.URL(text.partition("#")[0])
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise ScopeError(Blocker.OUT_OF_SCOPE, f"{text[:200]!r} is not a URL: {error}") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise ScopeError(Blocker.OUT_OF_SCOPE, f"{text[:200]!r}: only absolute http and https URLs are asked")
    return url
