"""What is asked of zeep, and what does it say?"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Leaf:
    """An argument of a simple type. `path`: member names from the operation's message down; `type`: the local name."""

    path: tuple[str, ...]
    type: str
    required: bool
    many: bool


@dataclass(frozen=True, slots=True)
class PortOperation:
    """An operation of a port as zeep knows it. `version`: of SOAP. `more`: there are more leaves than were kept."""

    service: str
    port: str
    operation: str
    version: str
    address: str
    action: str
    leaves: tuple[Leaf, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A request as zeep writes it: envelope and the header fields that go with it."""

    body: bytes
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What zeep read: a JSON value, or the fault. Numbers of unlimited size, times and bytes come as text."""

    value: Any
    fault_code: str
    fault_reason: str

    @property
    def is_fault(self) -> bool:
        return bool(self.fault_code or self.fault_reason)


@dataclass(frozen=True, slots=True)
class Call:
    """`what`: "load", "operations", "write" or "read"; the other members as `ZeepCodec` takes them."""

    what: str
    start: str = ""
    documents: dict[str, bytes] = field(default_factory=dict)
    service: str = ""
    port: str = ""
    operation: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    body: bytes = b""
    media_type: str = ""
    status: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """`error`: kind of a `CodecError`, "" when it went well; `value`: the result, or the sentence."""

    error: str
    value: Any
