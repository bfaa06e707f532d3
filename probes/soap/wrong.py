"""SOAP: which requests are wrong on purpose? None of them names an operation that does anything but read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from cpo_probe.sdk import soap, wsdl

ERRORS = ("unknown-operation", "malformed", "missing-element", "media-type", "unauthenticated", "wrong-type", "other-action")
UNKNOWN, MALFORMED, MISSING, MEDIA, NOBODY, TYPE, ACTION = (f"soap.errors.{name}" for name in ERRORS)
WORD = "cpo-probe-no-such-value"
"""What is sent in place of a number, a truth value or a time: no type of these has it."""
_NOTHING = '<p:CpoProbeUnknown xmlns:p="urn:cpo-probe:unknown"/>'


@dataclass(frozen=True, slots=True)
class Asked:
    """An operation that was asked and answered, and the message. `demands`: something is required that can be left out."""

    call: soap.PortOperation
    message: soap.Message
    demands: bool


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong request, made of the message of the operation `number`. `headers` replace those of the message."""

    number: int
    purpose: str
    why: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    note: Mapping[str, Any] = field(default_factory=dict)


def wrong(asked: Sequence[Asked], typed: frozenset[str]) -> Iterator[Wrong]:
    """At most one of each kind for one port. `asked`: not empty; `typed`: names of types that no word is a value of."""
    number = next((n for n, one in enumerate(asked) if one.demands), 0)
    one = asked[number]
    envelope = soap.read(one.message.body)
    if not isinstance(envelope, soap.Envelope) or envelope.body_node is None:
        return
    frame = f'<e:Envelope xmlns:e="{envelope.namespace}"><e:Body>{{}}</e:Body></e:Envelope>'
    yield Wrong(number, UNKNOWN, "an element that no operation has", frame.format(_NOTHING).encode())
    yield Wrong(number, MALFORMED, "the message cut off", one.message.body[: -len(one.message.body) // 3])
    if envelope.body and one.demands:
        name = wsdl.name_of(envelope.body[0])
        empty = f'<p:{name.local} xmlns:p="{name.namespace}"/>'
        yield Wrong(number, MISSING, "without its required elements", frame.format(empty).encode())
    yield Wrong(number, MEDIA, "as JSON, which it is not", one.message.body, {"Content-Type": "application/json"})
    mistyped = (
        (n, leaf, _mistyped(o.message.body, leaf)) for n, o in enumerate(asked) for leaf in o.call.leaves if leaf.type in typed
    )
    for n, leaf, body in mistyped:
        if body is not None:
            note = {"leaf": "/".join(leaf.path), "type": leaf.type}
            yield Wrong(n, TYPE, f"a word for {leaf.path[-1]}, which is {leaf.type}", body, note=note)
            break
    yield from _of_another(asked)


def _mistyped(body: bytes, leaf: soap.Leaf) -> bytes | None:
    """The message with a word in place of that argument's value; None when the message does not have it."""
    envelope = soap.read(body)
    nodes = list(envelope.body[:1]) if isinstance(envelope, soap.Envelope) else []
    for step in leaf.path:
        nodes = [child for node in nodes for child in node if isinstance(child.tag, str) and wsdl.name_of(child).local == step]
    if not nodes or not isinstance(envelope, soap.Envelope):
        return None
    nodes[0].text = WORD
    return etree.tostring(envelope.root, xml_declaration=True, encoding="UTF-8")


def _of_another(asked: Sequence[Asked]) -> Iterator[Wrong]:
    """The message of one operation under the SOAPAction of another; of SOAP 1.1, where the field is required."""
    acting = [(n, one) for n, one in enumerate(asked) if one.call.version == "1.1" and one.call.action]
    # What requires something is asked under the action of what does not: who goes by the field can answer, and shows it.
    for n, one in sorted(acting, key=lambda pair: not pair[1].demands):
        others = [other for _, other in acting if other.call.action != one.call.action]
        if others:
            other = min(others, key=lambda o: o.demands)
            note = {"action_of": other.call.operation}
            why = f"under the SOAPAction of {other.call.operation}"
            yield Wrong(n, ACTION, why, one.message.body, {"SOAPAction": f'"{other.call.action}"'}, note)
            return
