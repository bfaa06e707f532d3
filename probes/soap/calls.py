"""SOAP: do the operations that only read answer, again and alike, and how are wrong requests refused?

Asked are operations that the profile names as reading, or whose names the user confirmed (`--assume-read-names`). zeep writes
the messages, in a process of its own; what is asked with them, and where, is decided here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cpo_probe.sdk import (
    Blocker,
    Codec,
    CodecFailure,
    Context,
    Effect,
    Exchange,
    Identity,
    NoAuth,
    Operation,
    probe,
    soap,
    wsdl,
)

from .addresses import reachable
from .description import Wsdl
from .wrong import ERRORS, Asked, wrong
from .wrong import NOBODY as NOBODY

CALL = "soap.call"
MOST = 40
"""Operations that are called."""
TIMES = 3
ROUNDS = 3
READER = "zeep"
LARGEST = 4 * 2**20
"""Bytes of an answer that zeep reads, too."""
ACCEPT = 'text/xml, application/soap+xml, multipart/related; type="application/xop+xml", application/xml;q=0.5'
_SIZES = frozenset({"limit", "maxresults", "pagesize", "maxitems", "maxrows", "top", "maxcount", "rows"})
_SIZE = "5"
_PLAIN = {"boolean": "false", "int": "1", "integer": "1", "long": "1", "short": "1", "positiveInteger": "1", "decimal": "1"}


@dataclass(frozen=True, slots=True)
class Question:
    """An operation with the arguments it is called with. `sure`: each was seen in an answer, is one of a closed set, or none
    is needed."""

    call: soap.PortOperation
    operation: Operation
    arguments: Mapping[str, Any]
    sure: bool


@probe(
    needs="wsdl",
    id="soap.calls",
    purposes=(CALL, *(f"soap.errors.{name}" for name in ERRORS)),
    after="soap.description",
    cost=MOST * TIMES + len(ERRORS) * 2,
)
async def calls(ctx: Context) -> None:
    """Every reading operation three times with values seen in earlier answers; on one of each port wrong requests."""
    known = ctx.fact(Wsdl)
    reading = {operation.id: operation for operation in ctx.operations if operation.effect is Effect.READ}
    if known.description is None or not known.readable:
        ctx.blocked(Blocker.PRECONDITION, "there is no WSDL 1.1 that can be read")
        return
    if not reading:
        why = "no operation is known to read only: name them in the profile, or confirm their names by --assume-read-names"
        ctx.blocked(Blocker.NEEDS_WRITE, why)
        return
    async with Codec(known.description.start.url, known.bodies) as codec:
        try:
            listed = await codec.ask(soap.Call("operations"), tuple[soap.PortOperation, ...])
            await _Caller(ctx, codec, known.description).all([(c, o) for c in listed if (o := _named(c, reading))])
        except CodecFailure as error:
            ctx.blocked(Blocker.PRECONDITION, f"zeep cannot use the description: {error}")


def _named(call: soap.PortOperation, reading: Mapping[str, Operation]) -> Operation | None:
    short = f"{call.port}/{call.operation}"
    return reading.get(short) or reading.get(f"{call.service}.{short}")


class _Caller:
    def __init__(self, ctx: Context, codec: Codec, description: wsdl.Description) -> None:
        self._ctx = ctx
        self._codec = codec
        self._closed = wsdl.enumerations(description)
        self._typed = wsdl.wordless(description)
        self._seen = wsdl.Seen()

    async def all(self, pairs: list[tuple[soap.PortOperation, Operation]]) -> None:
        """In rounds: what one operation answers may be the argument of another."""
        left = pairs[:MOST]
        answered: dict[tuple[str, str], list[tuple[Question, soap.Message]]] = {}
        for turn in range(ROUNDS):
            waiting = []
            for call, operation in left:
                question = self._question(call, operation, last=turn == ROUNDS - 1)
                if question is None:
                    waiting.append((call, operation))
                    continue
                message = await self._ask(question)
                if message is not None:
                    answered.setdefault((call.service, call.port), []).append((question, message))
            left = waiting
        if left:
            names = ", ".join(operation.id for _, operation in left[:5])
            self._ctx.blocked(Blocker.NO_ARGUMENTS, f"no values were seen for {names}")
        for asked in answered.values():
            await self._wrong(asked)

    def _question(self, call: soap.PortOperation, operation: Operation, *, last: bool) -> Question | None:
        """Required arguments, and limits of size; None when there is no value for one of them yet.

        rpc-literal messages have all of their parts: every argument is required there, a limit of size too.
        """
        arguments: dict[str, Any] = {}
        sure = True
        for leaf in call.leaves:
            value = self._value(leaf, call.operation)
            if value is None and leaf.required and last:
                value, sure = self._seen.guess(leaf.path[-1]) or _PLAIN.get(leaf.type), False
            if value is None and leaf.required:
                return None
            if value is not None and (leaf.required or _is_size(leaf)):
                _put(arguments, leaf, value)
        return Question(call, operation, arguments, sure)

    def _value(self, leaf: soap.Leaf, operation: str) -> str | None:
        closed = self._closed.get(leaf.type)
        if closed:
            return closed[0]
        return _SIZE if _is_size(leaf) else self._seen.value(leaf.path[-1], _kind(operation))

    async def _ask(self, question: Question) -> soap.Message | None:
        """The same call three times; the message when the first was answered by something else than a fault."""
        call, message = question.call, await self._written(question)
        if message is None:
            return None
        good, read = False, dict[str, Any]()
        for turn in range(TIMES):
            exchange = await self._send(question, message, CALL, f"the same call, {turn + 1} of {TIMES}", note=read)
            read = {}
            envelope = soap.read(soap.root_of(exchange.body, exchange.header("content-type") or "")[0])
            good = isinstance(envelope, soap.Envelope) and envelope.fault is None and exchange.status == 200
            if not good:
                break
            if turn == 0 and isinstance(envelope, soap.Envelope):
                for node in envelope.body:
                    self._seen.learn(node)
                read = {"read": await self._read(question, exchange)}
        return message if good and call else None

    async def _read(self, question: Question, exchange: Exchange) -> dict[str, str]:
        """What zeep makes of the answer: kept with the next exchange of the group, since this one is written."""
        call = question.call
        if len(exchange.body) > LARGEST:
            return {"of": exchange.id, "by": READER, "error": "size", "said": ""}
        wanted = soap.Call(
            "read",
            service=call.service,
            port=call.port,
            operation=call.operation,
            body=exchange.body,
            media_type=exchange.header("content-type") or "",
            status=exchange.status,
        )
        try:
            reply = await self._codec.ask(wanted, soap.Reply)
        except CodecFailure as error:
            return {"of": exchange.id, "by": READER, "error": error.kind, "said": str(error).partition(":")[0][:80]}
        return {"of": exchange.id, "by": READER, "error": "", "said": "Fault" if reply.is_fault else ""}

    async def _written(self, question: Question) -> soap.Message | None:
        call = question.call
        wanted = soap.Call(
            "write", service=call.service, port=call.port, operation=call.operation, arguments=dict(question.arguments)
        )
        try:
            return await self._codec.ask(wanted, soap.Message)
        except CodecFailure as error:
            self._ctx.blocked(Blocker.NO_ARGUMENTS, f"zeep writes no message for {call.operation}: {error}")
            return None

    async def _send(
        self,
        question: Question,
        message: soap.Message,
        purpose: str,
        why: str,
        *,
        identity: Identity = Identity.ACCOUNT,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        note: Mapping[str, Any] | None = None,
    ) -> Exchange:
        call = question.call
        said = {
            "service": call.service,
            "port": call.port,
            "operation": call.operation,
            "version": call.version,
            "arguments": question.arguments,
            "sure": question.sure,
        }
        fields = {**dict(message.headers), **(headers or {})}
        return await self._ctx.send(
            "POST",
            reachable(self._ctx, call.address),
            purpose=purpose,
            why=f"{call.operation}: {why}",
            headers=tuple(fields.items()),
            body=message.body if body is None else body,
            accept=ACCEPT,
            group=f"soap:{self._ctx.interface.id}:{question.operation.id}" if purpose == CALL else "",
            operation=question.operation,
            identity=identity,
            note={**said, **(note or {})},
        )

    async def _wrong(self, asked: list[tuple[Question, soap.Message]]) -> None:
        """To one port."""
        for one in wrong([Asked(q.call, message, _demands(q)) for q, message in asked], self._typed):
            question, message = asked[one.number]
            await self._send(question, message, one.purpose, one.why, headers=one.headers, body=one.body, note=one.note)
        if not isinstance(self._ctx.target.auth, NoAuth):
            await self._send(*asked[0], NOBODY, "without credentials", identity=Identity.ANONYMOUS)


def _demands(question: Question) -> bool:
    """Whether something is required that can be left out."""
    return any(leaf.required for leaf in question.call.leaves)


def _is_size(leaf: soap.Leaf) -> bool:
    """Whether it says how many are wanted: any small number is right."""
    return leaf.path[-1].lower().replace("_", "") in _SIZES


def _kind(operation: str) -> str:
    """The thing that an operation is about: GetItem, listItems, find_item_by_name → item."""
    words = [word for word in _words(operation) if word not in _VERBS]
    return words[0] if words else ""


_VERBS = frozenset({"get", "list", "find", "query", "read", "fetch", "search", "count", "lookup", "all", "by", "info", "of"})


def _words(name: str) -> Iterator[str]:
    word = ""
    for char in f"{name}_":
        if word and (char == "_" or char == "-" or (char.isupper() and not word[-1].isupper())):
            yield word.lower()
            word = ""
        word += char if char.isalnum() else ""


def _put(arguments: dict[str, Any], leaf: soap.Leaf, value: str) -> None:
    at = arguments
    for name in leaf.path[:-1]:
        at = at.setdefault(name, {})
    at[leaf.path[-1]] = [value] if leaf.many else value
