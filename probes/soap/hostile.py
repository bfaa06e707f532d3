"""SOAP: what does the service do with XML that no message may hold: a document type, entities, and entities from elsewhere?

At most six requests for each of two ports, with --allow-intrusive only. They are harmless: entities expand to nothing or to the
right value of an argument, and name one file that says which kind of system it is. Nothing lets the server call anybody.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from cpo_probe.sdk import (
    Blocker,
    Context,
    Effect,
    Evidence,
    Exchange,
    Exchanges,
    Interface,
    Plan,
    Result,
    Where,
    check,
    fact,
    failed,
    not_applicable,
    passed,
    probe,
    soap,
    untestable,
)

from .calls import ACCEPT, CALL
from .promised import envelope_of, told
from .security import bare
from .wrong import WORD

RIGHT, WORDED, DOCTYPE, ENTITIES, EXTERNAL = (f"soap.xml.{n}" for n in ("right", "word", "doctype", "entities", "external"))
PURPOSES = (RIGHT, WORDED, DOCTYPE, ENTITIES, EXTERNAL)
PORTS = 2
LEVELS = 10
"""Entities nested in entities, each twice: 1,024 references, of nothing."""
FILES = (("file:///proc/sys/kernel/ostype", "Linux"), ("file:///C:/Windows/win.ini", "; for 16-bit app support"))
"""Files without a secret whose beginning everybody knows."""
CLAUSE = "SOAP 1.1, 3; SOAP 1.2 Part 1, 5; WS-I Basic Profile 1.1, R1008"
_HOLE = "cpo-probe-hole"
_BEFORE = 12  # characters before what is echoed


@dataclass(frozen=True)
class Working:
    """One call of each port that was answered, with an argument where there is one."""

    calls: tuple[Exchange, ...]


@fact
def working(interface: Interface, evidence: Evidence) -> Working:
    """Those with an argument that is no number first: what is wrong with it is repeated more often."""
    found: dict[tuple[Any, Any], Exchange] = {}
    for exchange in evidence.select(purpose=CALL, interface=interface.id):
        port = exchange.note.get("service"), exchange.note.get("port")
        if _good(exchange) and (port not in found or _rank(exchange) > _rank(found[port])):
            found[port] = exchange
    return Working(tuple(found.values())[:PORTS])


def _good(exchange: Exchange) -> bool:
    envelope = envelope_of(exchange)
    return 200 <= exchange.status < 300 and isinstance(envelope, soap.Envelope) and envelope.fault is None


def _value(exchange: Exchange) -> str:
    """An argument that can stand in an entity without being written otherwise, if possible no number; "" for none."""
    found = [text for text in _texts(exchange.note.get("arguments", {})) if re.fullmatch(r"[\w.:/-]+", text)]
    return next(iter(sorted(found, key=str.isdigit)), "")


def _rank(exchange: Exchange) -> int:
    value = _value(exchange)
    return 0 if not value else 1 if value.isdigit() else 2


def _texts(value: Any) -> Iterator[str]:
    inside = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    if isinstance(value, str):
        yield value
    for one in inside:
        yield from _texts(one)


@probe(needs="wsdl", id="soap.xml", purposes=PURPOSES, after="soap.calls", effect="intrusive", cost=6 * PORTS, serial=True)
async def hostile(ctx: Context) -> None:
    """A call that worked again, then with a document type, with entities of its own, and with entities from files."""
    if not ctx.plan.permissions.intrusive:
        ctx.blocked(Blocker.NEEDS_INTRUSIVE, "document types and entities are sent with --allow-intrusive only")
        return
    calls = ctx.fact(Working).calls
    if not calls:
        ctx.blocked(Blocker.PRECONDITION, "no call has worked that could be sent again")
    for number, known in enumerate(calls):
        await _ask(ctx, known, f"xml:{ctx.interface.id}:{number}")


async def _ask(ctx: Context, known: Exchange, group: str) -> None:
    operation = next((one for one in ctx.operations if one.id == known.operation), None)
    fields = [(name, value) for name, value in known.request.headers if name.lower() in ("content-type", "soapaction")]
    for purpose, why, body, note in _messages(bare(known.request.body), _value(known)):
        exchange = await ctx.send(
            "POST",
            known.request.url,
            purpose=purpose,
            why=why,
            headers=fields,
            body=body,
            accept=ACCEPT,
            group=group,
            operation=operation,
            effect=Effect.READ if purpose in (RIGHT, WORDED) else Effect.INTRUSIVE,
            note=note,
        )
        if purpose == RIGHT and not _good(exchange):
            return
        if purpose == DOCTYPE and not _good(exchange):
            return  # refused as a whole: entities are, too


def _messages(body: bytes, value: str) -> Iterator[tuple[str, str, bytes, dict[str, str]]]:
    message = soap.read(body)
    if not isinstance(message, soap.Envelope):
        return
    yield RIGHT, "does this message work?", body, {}
    yield DOCTYPE, "the same with an empty document type", _typed(message.root, ""), {}
    hole = _hollow(message, value)
    if hole is None:
        return
    yield WORDED, "the same with a word in place of an argument", _filled(hole, WORD), {}
    text = "".join(_nested(value))
    yield ENTITIES, "the argument as an entity of entities", _filled(hole, "&cpo;", text), {}
    for place, said in FILES:
        text = f'<!ENTITY cpo SYSTEM "{place}">'
        yield EXTERNAL, f"the argument as an entity from {place}", _filled(hole, "&cpo;", text), {"said": said}


def _nested(value: str) -> Iterator[str]:
    yield '<!ENTITY e0 "">'
    for level in range(1, LEVELS + 1):
        yield f'<!ENTITY e{level} "&e{level - 1};&e{level - 1};">'
    yield f'<!ENTITY cpo "&e{LEVELS};{value}">'


def _hollow(message: soap.Envelope, value: str) -> etree._Element | None:
    """The message with a hole where the argument stood."""
    for node in message.body[0].iter() if message.body and value else ():
        if isinstance(node.tag, str) and len(node) == 0 and (node.text or "").strip() == value:
            node.text = _HOLE
            return message.root
    return None


def _filled(root: etree._Element, text: str, subset: str | None = None) -> bytes:
    body = etree.tostring(root) if subset is None else _typed(root, subset)
    return body.replace(_HOLE.encode(), text.encode())


def _typed(root: etree._Element, subset: str) -> bytes:
    """The document with a document type of that internal subset."""
    name = f"{root.prefix}:Envelope" if root.prefix else "Envelope"
    inside = f" [{subset}]" if subset else ""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE {name}{inside}>\n'.encode() + etree.tostring(
        root, encoding="UTF-8"
    )


def _of(exchanges: Iterable[Exchange], purpose: str) -> list[Exchange]:
    return [e for e in exchanges if e.purpose == purpose]


def _doctype(exchanges: Exchanges, plan: Plan) -> Result | bool:
    """Whether a document type is accepted, or why that cannot be said."""
    right, typed = _of(exchanges, RIGHT), _of(exchanges, DOCTYPE)
    if not right or not typed or not _good(right[0]):
        return untestable(Blocker.NO_DATA, answers=len(right))
    if not typed[0].complete:
        return untestable(Blocker.UNANSWERED)
    envelope = envelope_of(typed[0])
    if isinstance(envelope, soap.Envelope) and envelope.fault is not None:
        return False
    if 400 <= typed[0].status < 500 or told(typed[0], plan) is not None:
        return False
    return True if _good(typed[0]) else not_applicable("other_answer", status=typed[0].status, exchanges=[typed[0].id])


def _expanded(exchanges: Exchanges, plan: Plan) -> bool | None:
    """Whether the right value was read out of the entities; None when another value would have done as well."""
    worded, entities = _of(exchanges, WORDED), _of(exchanges, ENTITIES)
    if not worded or not entities or not worded[0].complete or not entities[0].complete:
        return None
    if _good(worded[0]) and told(worded[0], plan) is None:
        return None
    return _good(entities[0]) and told(entities[0], plan) is None


OPTIONS: Mapping[str, Any] = {"per": "group", "needs": "wsdl", "accepts": ("denied", "failure")}


@check("soap.xml.doctype", of=PURPOSES, clause=CLAUSE, severity="minor", **OPTIONS)
def doctype(exchanges: Exchanges, plan: Plan) -> Result:
    """A message with a document type declaration is refused.

    No message of SOAP may have one, and a receiver of SOAP 1.2 must answer with a fault. The message worked without it. What
    document types are good for in a message are attacks on the parser.
    Remedy: let the parser of the service refuse document types; answer with a fault of code Client (SOAP 1.2: Sender).
    """
    accepted = _doctype(exchanges, plan)
    if isinstance(accepted, Result):
        return accepted
    typed = _of(exchanges, DOCTYPE)[0]
    if not accepted:
        return passed(exchanges=[typed.id])
    return failed(
        "doctype_accepted", expected="a fault", found=typed.status, where=Where("response.status"), exchanges=[typed.id]
    )


@check("soap.xml.entities", of=PURPOSES, clause=f"{CLAUSE}; CWE-776", severity="major", **OPTIONS)
def entities(exchanges: Exchanges, plan: Plan) -> Result:
    """Entities that a message declares are not expanded.

    An argument stands in an entity behind ten levels of entities that each name the one below twice, the lowest of which is
    empty. Where the answer is that to the right value, while a wrong value gets none, 1,024 references were followed. Whether
    there is a bound to it is not tried: that could bring the service down.
    Remedy: let the parser of the service refuse document types, or leave entities unexpanded.
    """
    accepted, expanded = _doctype(exchanges, plan), _expanded(exchanges, plan)
    if isinstance(accepted, Result):
        return accepted
    ids = [e.id for e in exchanges if e.purpose in (DOCTYPE, WORDED, ENTITIES)]
    if accepted and expanded is None:
        return untestable(Blocker.NO_ARGUMENTS)
    if not accepted or not expanded:
        return passed(exchanges=ids)
    return failed("entities_expanded", expected="a fault", found=2**LEVELS, where=Where("response.body"), exchanges=ids)


@check("soap.xml.external", of=PURPOSES, clause=f"{CLAUSE}; CWE-611", severity="critical", **OPTIONS)
def external(exchanges: Exchanges, plan: Plan) -> Result:
    """Entities of a message are not read from files.

    An argument stands in an entity that names a file of the operating system. It fails where the answer shows the beginning of
    that file in just the place where it showed another value before. A service that expands entities, but does not show what it
    is asked for, is not judged: the file may have been read all the same.
    Remedy: let the parser of the service refuse document types, and do not resolve external entities.
    """
    accepted = _doctype(exchanges, plan)
    if isinstance(accepted, Result):
        return accepted
    ids = [e.id for e in exchanges if e.purpose in (DOCTYPE, WORDED, EXTERNAL)]
    if not accepted:
        return passed(exchanges=ids)
    worded = _of(exchanges, WORDED)
    for exchange in _of(exchanges, EXTERNAL) if worded else ():
        if _shows(exchange, worded[0], str(exchange.note.get("said", ""))):
            found = str(exchange.note.get("said", ""))
            where = Where("response.body")
            return failed("file_shown", expected="a fault", found=found, where=where, exchanges=[worded[0].id, exchange.id])
    return passed(exchanges=ids) if _expanded(exchanges, plan) is False else untestable(Blocker.NO_ARGUMENTS)


def _shows(exchange: Exchange, worded: Exchange, said: str) -> bool:
    """Whether the text stands where the word stood, behind the same characters."""
    before, word, _ = worded.body.decode("utf-8", "replace").partition(WORD)
    text = exchange.body.decode("utf-8", "replace")
    return bool(word and said) and re.search(re.escape(before[-_BEFORE:]) + r"\s*" + re.escape(said), text) is not None
