"""SOAP: are messages whose WS-Security token was used before, or has expired, refused? And what do refusals say?

Two messages that are wrong on purpose, with the right password; services that count them as failed log-ins could lock an
account, so they are sent with --allow-intrusive only.
"""

from dataclasses import dataclass

from lxml import etree

from cpo_probe.sdk import (
    Blocker,
    Context,
    Effect,
    Evidence,
    Exchange,
    Freshness,
    Interface,
    Plan,
    Result,
    UsernameTokenAuth,
    Where,
    check,
    fact,
    failed,
    not_applicable,
    passed,
    probe,
    soap,
)

from .calls import ACCEPT, CALL, NOBODY
from .errors import lays_at_client
from .promised import envelope_of, told

NEW, USED, EXPIRED = "soap.security.new", "soap.security.used", "soap.security.expired"
_WHY = {
    Freshness.NEW: "with a new token: does this message work?",
    Freshness.USED: "with the token of the message before",
    Freshness.EXPIRED: "with a token that expired a day ago",
}


@dataclass(frozen=True, slots=True)
class Working:
    """A call that was answered, None when there was none."""

    call: Exchange | None


@fact
def working(interface: Interface, evidence: Evidence) -> Working:
    """The first one that succeeded."""
    for exchange in evidence.select(purpose=CALL, interface=interface.id):
        envelope = envelope_of(exchange)
        if 200 <= exchange.status < 300 and isinstance(envelope, soap.Envelope) and envelope.fault is None:
            return Working(exchange)
    return Working(None)


@probe(
    needs="wsdl",
    id="soap.security",
    purposes=(NEW, USED, EXPIRED),
    after="soap.calls",
    effect="intrusive",
    cost=3,
    serial=True,
)
async def security(ctx: Context) -> None:
    """A call that worked once more, then with its token used again, and with one that has expired."""
    auth, known = ctx.target.auth, ctx.fact(Working).call
    if not isinstance(auth, UsernameTokenAuth):
        ctx.blocked(Blocker.NOT_SELECTED, "the profile does not log in by a WS-Security UsernameToken")
        return
    if not ctx.plan.permissions.intrusive:
        ctx.blocked(Blocker.NEEDS_INTRUSIVE, "tokens that are wrong on purpose are sent with --allow-intrusive only")
        return
    if known is None:
        ctx.blocked(Blocker.PRECONDITION, "no call has worked that could be sent again")
        return
    operation = next((one for one in ctx.operations if one.id == known.operation), None)
    fields = [(name, value) for name, value in known.request.headers if name.lower() in ("content-type", "soapaction")]
    for purpose, token in ((NEW, Freshness.NEW), (USED, Freshness.USED), (EXPIRED, Freshness.EXPIRED)):
        if token is Freshness.USED and not auth.digest:
            continue  # who reads a password that is sent as text need not send the message again
        exchange = await ctx.send(
            "POST",
            known.request.url,
            purpose=purpose,
            why=_WHY[token],
            headers=fields,
            body=bare(known.request.body),
            accept=ACCEPT,
            operation=operation,
            effect=Effect.READ if token is Freshness.NEW else Effect.INTRUSIVE,
            note={"token": token.value},
            token=token,
        )
        if token is Freshness.NEW and not _accepted(exchange):
            ctx.blocked(Blocker.PRECONDITION, "the call that had worked does not work any more")
            return


def bare(body: bytes) -> bytes:
    """The message without its header, which held what was replaced before it was recorded."""
    message = soap.read(body)
    if not isinstance(message, soap.Envelope):
        return body
    root = etree.fromstring(etree.tostring(message.root))
    for header in root.findall(f"{{{message.namespace}}}Header"):
        root.remove(header)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _accepted(exchange: Exchange) -> bool:
    envelope = envelope_of(exchange)
    return 200 <= exchange.status < 300 and isinstance(envelope, soap.Envelope) and envelope.fault is None


def _refused(exchange: Exchange, plan: Plan) -> Result:
    envelope = envelope_of(exchange)
    if 400 <= exchange.status < 500 or (isinstance(envelope, soap.Envelope) and envelope.fault is not None):
        return passed()
    if _accepted(exchange) and told(exchange, plan) is None:
        return failed("token_accepted", expected="a fault", found=exchange.status, where=Where("response.status"))
    return not_applicable("other_answer", status=exchange.status)


@check(
    "soap.security.replay",
    of=USED,
    needs="wsdl",
    clause="WS-Security UsernameToken Profile 1.1, 3.1 (recommended)",
    severity="major",
    accepts="denied",
)
def replay(exchange: Exchange, plan: Plan) -> Result:
    """A message whose token was used before is refused.

    The token stood in the message before it, which was answered. Who can read one message could else send it again and again.
    The profile recommends that services keep the nonces of the last minutes.
    Remedy: keep nonces for as long as a token counts as fresh, and refuse those that come again.
    """
    return _refused(exchange, plan)


@check(
    "soap.security.expired",
    of=EXPIRED,
    needs="wsdl",
    clause="WS-Security SOAP Message Security 1.1, 10 (strongly recommended)",
    severity="major",
    accepts="denied",
)
def expired(exchange: Exchange, plan: Plan) -> Result:
    """A message that has expired is refused.

    Its wsu:Timestamp and the time of its token lie a day back; name, password and nonce are right. The standard recommends
    strongly to discard what has expired; accepted, a message that somebody recorded is good for ever.
    Remedy: compare Expires, and the time of the token, with the clock of the server; answer with wsu:MessageExpired.
    """
    return _refused(exchange, plan)


@check(
    "soap.security.fault-code",
    of=(NOBODY, USED, EXPIRED),
    needs="wsdl",
    clause="SOAP 1.1, 4.4.1; SOAP 1.2 Part 1, 5.4.6; WS-Security SOAP Message Security 1.1, 12",
    severity="minor",
    accepts="denied",
)
def fault_code(exchange: Exchange) -> Result:
    """A fault for missing or outdated credentials lays it at the client's door.

    By its status (401 or 403) or by its code: Client or Sender, a code of WS-Security such as wsse:FailedAuthentication, or one
    of the service's own with a namespace.
    The code Server says that the same message may succeed later: clients then try again instead of logging in.
    Remedy: answer with wsse:FailedAuthentication or wsse:InvalidSecurity, or with the code Client (SOAP 1.2: Sender).
    """
    envelope = envelope_of(exchange)
    if not isinstance(envelope, soap.Envelope) or envelope.fault is None:
        return not_applicable("no_fault")
    if exchange.status in (401, 403) or lays_at_client(envelope.fault, envelope.namespace):
        return passed()
    where = Where("response.body", pointer="/Envelope/Body/Fault")
    expected = "Client" if envelope.version == "1.1" else "Sender"
    return failed("server_fault", expected=expected, found=envelope.fault.code_text, where=where)
