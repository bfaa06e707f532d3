"""Who sends this message? OASIS WS-Security UsernameToken Profile 1.1, written as WS-I Basic Security Profile 1.1 wants it."""

import base64
import hashlib
import secrets as randomness
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from cpo_probe.session.auth.blocks import Piece

_WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
WSSE = f"{_WSS}wssecurity-secext-1.0.xsd"
WSU = f"{_WSS}wssecurity-utility-1.0.xsd"
_TYPE = f"{_WSS}username-token-profile-1.0#Password"
_BASE64 = f"{_WSS}soap-message-security-1.0#Base64Binary"


def _now() -> datetime:
    return datetime.now(UTC)


class UsernameToken:
    """A `Block`: each message gets a nonce and a time of its own.

    `lifetime`: seconds of wsu:Timestamp, 0 leaves it out. A digest needs nonce and time whatever `nonce` says.
    """

    def __init__(
        self,
        username: str,
        password: str,
        *,
        digest: bool,
        nonce: bool = True,
        lifetime: float = 0.0,
        must_understand: bool = True,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._username = username
        self._password = password
        self._digest = digest
        self._nonce = nonce or digest
        self._lifetime = lifetime
        self._must_understand = must_understand
        self._now = now
        self._last: tuple[bytes, datetime] | None = None

    def __call__(self, namespace: str) -> tuple[Piece, ...]:
        self._last = randomness.token_bytes(16), self._now()
        return self._written(namespace, *self._last, self._lifetime)

    def used(self, namespace: str) -> tuple[Piece, ...]:
        """The token of the message before this one; a new one when there was none."""
        return self._written(namespace, *self._last, self._lifetime) if self._last else self(namespace)

    def expired(self, namespace: str) -> tuple[Piece, ...]:
        """A new token that was made, and expired, a day ago."""
        return self._written(namespace, randomness.token_bytes(16), self._now() - timedelta(days=1), self._lifetime or 300.0)

    def _written(self, namespace: str, nonce: bytes, created: datetime, lifetime: float) -> tuple[Piece, ...]:
        must = f' xmlns:soap="{namespace}" soap:mustUnderstand="1"' if self._must_understand else ""
        return (
            Piece(f'<wsse:Security xmlns:wsse="{WSSE}" xmlns:wsu="{WSU}"{must}>'),
            *_timestamp(created, lifetime),
            Piece(f"<wsse:UsernameToken><wsse:Username>{escape(self._username)}</wsse:Username>"),
            *self._proof(nonce, _instant(created)),
            Piece("</wsse:UsernameToken></wsse:Security>"),
        )

    def _proof(self, nonce: bytes, created: str) -> tuple[Piece, ...]:
        """Password, nonce and time. All three are hidden: together they let passwords be tried out without the server."""
        kind, word = "Text", escape(self._password)
        if self._digest:
            kind, word = "Digest", _sha1(nonce + created.encode() + self._password.encode())
        password = (Piece(f'<wsse:Password Type="{_TYPE}{kind}">'), Piece(word, "Password"), Piece("</wsse:Password>"))
        if not self._nonce:
            return password
        return (
            *password,
            Piece(f'<wsse:Nonce EncodingType="{_BASE64}">'),
            Piece(base64.b64encode(nonce).decode(), "Nonce"),
            Piece("</wsse:Nonce><wsu:Created>"),
            Piece(created, "Created"),
            Piece("</wsu:Created>"),
        )


def _timestamp(created: datetime, lifetime: float) -> tuple[Piece, ...]:
    if not lifetime:
        return ()
    expires = created + timedelta(seconds=lifetime)
    times = f"<wsu:Created>{_instant(created)}</wsu:Created><wsu:Expires>{_instant(expires)}</wsu:Expires>"
    return (Piece(f"<wsu:Timestamp>{times}</wsu:Timestamp>"),)


def _sha1(data: bytes) -> str:
    """The profile knows no other hash (3.1)."""
    return base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def _instant(moment: datetime) -> str:
    """UTC with milliseconds: Basic Security Profile 1.1 forbids more digits (R3220) and other zones (R3217)."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
