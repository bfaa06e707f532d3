"""Credentials that need nothing but to be sent."""

import base64

from cpo_probe.session.auth.flow import Answer, Credentials, Flow


class Fixed:
    """None, Basic, Bearer, an API key, or headers out of a browser."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def ready(self, now: float) -> bool:
        return True

    def obtain(self, now: float) -> Flow:
        yield from ()

    def credentials(self) -> Credentials:
        return self._credentials

    def rejected(self, answer: Answer) -> bool:
        return False

    def forget(self) -> None:
        """Nothing that could be renewed."""


def basic(username: str, password: str) -> Credentials:
    """RFC 7617, with UTF-8 (its section 2.1)."""
    token = base64.b64encode(f"{username}:{password}".encode()).decode()
    return Credentials(headers=(("Authorization", f"Basic {token}"),))


def bearer(token: str, scheme: str = "Bearer") -> Credentials:
    """RFC 6750, or the vendor's own word before the token."""
    return Credentials(headers=(("Authorization", f"{scheme} {token}"),))


def api_key(name: str, value: str, place: str) -> Credentials:
    """In a header or in the query."""
    return Credentials(params=((name, value),)) if place == "query" else Credentials(headers=((name, value),))
