"""Which messages are sent to SOAP services on purpose, and when?"""

import sys
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree

from cpo_probe.model import Blocker, Effect, Exchange, Permissions
from cpo_probe.protocols import soap
from cpo_probe.registry import Registry
from tests.probes.asking import FakeContext
from tests.probes.make import HOST, exchange, operation

XML = ("Content-Type", "text/xml")
MESSAGE = (
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
    '<i:{0} xmlns:i="urn:i"><i:{1}>{2}</i:{1}></i:{0}></e:Body></e:Envelope>'
)
READ_ONLY = Permissions(False, False, False, False, False)


def content(registry: Registry, name: str) -> Any:
    """A module of the SOAP probes."""
    return sys.modules[registry.probes["soap.calls"].run.__module__.replace(".calls", f".{name}")]


def asked(
    registry: Registry, name: str, leaf: str, type: str, value: str, *, required: bool = False, version: str = "1.1"
) -> Any:
    """An operation that was asked with that argument."""
    leaves = (soap.Leaf((leaf,), type, required, False),)
    call = soap.PortOperation("S", "P", name, version, HOST, f"urn:i:{name}", leaves, False)
    return content(registry, "wrong").Asked(call, soap.Message(MESSAGE.format(name, leaf, value).encode(), (XML,)), required)


def wrong(registry: Registry, *operations: Any) -> dict[str, Any]:
    made = content(registry, "wrong").wrong(operations, frozenset({"int", "Limit"}))
    return {one.purpose.removeprefix("soap.errors."): one for one in made}


def test_a_word_stands_for_a_number_only_where_the_type_is_one_that_has_no_words(registry: Registry) -> None:
    by_text, by_number = asked(registry, "find", "name", "string", "Bolt"), asked(registry, "list", "limit", "Limit", "5")
    assert "wrong-type" not in wrong(registry, by_text)
    made = wrong(registry, by_text, by_number)["wrong-type"]
    assert made.number == 1 and b">cpo-probe-no-such-value<" in made.body and made.body.count(b"limit") == 2


def test_what_is_required_is_left_out_of_the_operation_that_requires_it(registry: Registry) -> None:
    made = wrong(
        registry, asked(registry, "list", "limit", "Limit", "5"), asked(registry, "get", "id", "string", "1", required=True)
    )
    assert made["missing-element"].number == 1 and b"id" not in made["missing-element"].body


def test_a_message_goes_under_the_action_of_another_operation_of_its_port_in_soap_11_only(registry: Registry) -> None:
    one = asked(registry, "get", "id", "string", "1", required=True)
    others = [asked(registry, name, "limit", "Limit", "5", required=name == "find") for name in ("find", "list")]
    made = wrong(registry, *others, one)["other-action"]
    assert (
        made.headers == {"SOAPAction": '"urn:i:list"'} and made.body == others[0].message.body
    )  # what requires, under what does not
    made = wrong(registry, others[1], one)["other-action"]
    assert made.headers == {"SOAPAction": '"urn:i:list"'} and made.body == one.message.body and made.note == {"action_of": "list"}
    assert "other-action" not in wrong(registry, one)
    newer = (asked(registry, name, "id", "string", "1", version="1.2") for name in ("get", "list"))
    assert "other-action" not in wrong(registry, *newer)


def good() -> Exchange:
    """A call that worked, as it was recorded."""
    note = {"service": "S", "port": "P", "operation": "get", "arguments": {"id": "A-1", "limit": "5"}}
    made = exchange(200, [XML], MESSAGE.format("item", "id", "A-1").encode(), method="POST", url=f"{HOST}/ws", note=note,
                    operation="P/get", purpose="soap.call", sent=[XML, ("SOAPAction", '"x"')])  # fmt: skip
    return replace(made, request=replace(made.request, body=MESSAGE.format("get", "id", "A-1").encode()))


async def _echo(scope: Any, receive: Any, send: Any) -> None:
    """Answers as if everything were right."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/xml")]})
    await send({"type": "http.response.body", "body": MESSAGE.format("item", "id", "A-1").encode()})


async def attacked(registry: Registry, *, intrusive: bool) -> FakeContext:
    probe = registry.probes["soap.xml"]
    facts = {"Working": content(registry, "hostile").Working((good(),))}
    ctx = FakeContext(_echo, operation("P/get", method="POST"), facts=facts, permissions=replace(READ_ONLY, intrusive=intrusive))
    await probe.run(ctx)
    return ctx


async def test_without_permission_no_document_type_is_sent(registry: Registry) -> None:
    ctx = await attacked(registry, intrusive=False)
    assert ctx.asked == [] and ctx.blocker is Blocker.NEEDS_INTRUSIVE
    assert Effect(registry.probes["soap.xml"].effect) is Effect.INTRUSIVE


async def test_entities_expand_to_the_right_value_and_name_nothing_but_files(registry: Registry) -> None:
    ctx = await attacked(registry, intrusive=True)
    assert ctx.purposes == ["right", "doctype", "word", "entities", "external", "external"]
    bodies = {one.purpose.rpartition(".")[2]: one.request.body for one in ctx.asked}
    assert b"<!DOCTYPE" not in bodies["right"] + bodies["word"] and bodies["doctype"].count(b"<!DOCTYPE e:Envelope>") == 1
    expanded = etree.fromstring(bodies["entities"], etree.XMLParser(resolve_entities=True))
    assert etree.tostring(expanded) == etree.tostring(etree.fromstring(bodies["right"]))
    assert bodies["entities"].count(b"<!ENTITY") == 12
    assert all(b'SYSTEM "file:///' in one.request.body for one in ctx.asked if one.purpose.endswith("external"))
    assert len(ctx.asked) * 2 <= registry.probes["soap.xml"].cost


@pytest.mark.parametrize("value", ["A&B", "ein Wert", ""])
async def test_a_value_that_an_entity_would_have_to_write_otherwise_is_not_used(registry: Registry, value: str) -> None:
    hostile = content(registry, "hostile")
    assert not hostile._value(replace(good(), note={"arguments": {"id": value}}))
    assert hostile._value(replace(good(), note={"arguments": {"n": "5", "in": {"id": ["A-1"]}}})) == "A-1"
