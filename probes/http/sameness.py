"""HTTP: do two answers to one question say the same?"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from lxml import etree

from cpo_probe.sdk import Exchange, Plan, compare, semantics, soap, wsdl


def difference(one: Exchange, other: Exchange, plan: Plan, alike: compare.Alike = compare.never) -> compare.Difference | None:
    """The first one; None when both say the same.

    Members of JSON objects may come in any order, and what the profile names as volatile is left aside. XML is compared without
    regard to prefixes and to the order of attributes, a package by its parts. What an answer repeats of the request's trace id
    and of the name of its client is no difference.
    """
    if one.status != other.status:
        return compare.Difference("", "", one.status, other.status)
    first, second = _without_own(one), _without_own(other)
    if first == second:
        return None
    if is_json(one) and is_json(other):
        return compare.difference(_value(one, first), _value(other, second), plan.target.volatile, alike)
    if _plain(first, one) == _plain(second, other):
        return None
    return compare.Difference("", "", f"{len(one.body)} bytes", f"{len(other.body)} other bytes")


def is_json(exchange: Exchange) -> bool:
    """Whether the answer is a JSON text and says so."""
    return exchange.response is not None and semantics.is_json(exchange.media_type) and not exchange.response.document.problem


def apart(one: Exchange, other: Exchange) -> float:
    """Seconds between the first request and the second answer."""
    return (datetime.fromisoformat(other.at) - datetime.fromisoformat(one.at)).total_seconds() + other.timing.total


def _without_own(exchange: Exchange) -> bytes:
    """The content without what we sent along and what differs each time: a server may hand it back."""
    trace = exchange.request.header("traceparent") or ""
    return _masked(exchange.body, (trace, *trace.split("-")[2:3], exchange.request.header("user-agent") or ""))


def _masked(body: bytes, texts: Iterable[str]) -> bytes:
    for own in texts:
        body = body.replace(own.encode(), b"1" * 16) if len(own) >= 16 else body
    return body


def _value(exchange: Exchange, body: bytes) -> Any:
    return exchange.json if body == exchange.body else json.loads(body)


def _plain(body: bytes, exchange: Exchange) -> list[bytes]:
    """The parts of a package, in order, or the one text; XML in a form of our own."""
    parts = soap.parts(body, exchange.header("content-type") or "")
    if not parts:
        return [_canonical(body) if semantics.is_xml(exchange.media_type) else body]
    return [_canonical(parts[0].content, packed=True), *(part.content for part in parts[1:])]


def _canonical(body: bytes, *, packed: bool = False) -> bytes:
    root = wsdl.parse(body)
    if isinstance(root, wsdl.Unreadable):
        return body
    return etree.tostring(wsdl.unprefixed(wsdl.unpacked(root) if packed else root))
