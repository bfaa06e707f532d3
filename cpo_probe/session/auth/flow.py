"""What do authentication and session say to each other?"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from cpo_probe.model import Failure, Freshness, Headers, header, parse_json
from cpo_probe.session.auth.blocks import Block
from cpo_probe.session.redact.hidden import Hidden
from cpo_probe.session.redact.places import pattern


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its secrets, for authentication only. `status` is 0 with a `failure`."""

    status: int
    headers: Headers
    body: bytes
    url: str
    failure: Failure | None

    def header(self, name: str) -> str:
        return header(self.headers, name) or ""

    def json(self) -> Any:
        """The body as JSON, None when it is none."""
        document = parse_json(self.body)
        return None if document.problem else document.value

    def at(self, pointer: str) -> str:
        """The scalar at a JSON Pointer as text, "" when there is none."""
        value = self.json()
        for part in pattern(pointer):
            if isinstance(value, dict):
                value = value.get(part)
            elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
                value = value[int(part)]
            else:
                return ""
        return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""

    @property
    def redirected(self) -> str:
        """Where a redirect leads, "" when it is none."""
        return self.header("location") if self.status in (301, 302, 303, 307, 308) else ""


def _nothing(answer: Answer) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Call:
    """A request that authentication needs. `role` is "token", "login", "csrf" or "logout".

    `fields`, `hidden` and `pointers` are the places of secrets in it and in its answer; `secrets` finds those that may turn up
    again.
    """

    role: str
    method: str
    url: str
    why: str
    headers: Headers = ()
    body: bytes = b""
    fields: frozenset[str] = frozenset()
    pointers: tuple[str, ...] = ()
    secrets: Callable[[Answer], tuple[str, ...]] = _nothing
    credentials: bool = False  # whether the account's credentials go with it
    hidden: tuple[Hidden, ...] = ()


Flow = Generator[Call, Answer, None]


@dataclass(frozen=True, slots=True)
class Credentials:
    """What goes with a request; `block` with those that are SOAP messages, `stale` ones instead where they are asked for."""

    headers: Headers = ()
    params: Headers = ()
    block: Block | None = None
    stale: Mapping[Freshness, Block] = field(default_factory=dict)


class Authenticator(Protocol):
    """One way of logging in; knows no socket."""

    def ready(self, now: float) -> bool:
        """Whether requests can be sent at once."""
        ...

    def obtain(self, now: float) -> Flow:
        """What has to be asked before; raises `ScopeError` (denied, no_credential) when it is to no avail."""
        ...

    def credentials(self) -> Credentials: ...

    def rejected(self, answer: Answer) -> bool:
        """Whether this answer means that the log-in has run out and another one may help."""
        ...

    def forget(self) -> None:
        """The log-in has run out."""
        ...
