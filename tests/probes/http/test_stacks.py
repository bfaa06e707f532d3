"""What is asked again by two clients, and how?"""

from dataclasses import replace
from typing import Any

from cpo_probe.model import Blocker, Effect, Exchange, Identity
from cpo_probe.registry import Registry
from tests.probes.asking import FakeContext
from tests.probes.make import HOST, Record, exchange, interface, operation

HEADER = '<w:Security xmlns:w="urn:w"><w:Password>{}</w:Password></w:Security>'
ENVELOPE = '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header>{}</e:Header><e:Body/></e:Envelope>'
SECRET = ENVELOPE.format(HEADER.format("[redacted:12345678]") + '<k:kept xmlns:k="urn:k"/>')


async def _app(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})


def scenario(registry: Registry, *known: Exchange, **place: Any) -> Any:
    """The fact, computed from a record."""
    made = next(one for one in registry.facts.values() if one.type.endswith("http.stacks.Scenario"))
    return made.run(interface(**place), Record(known))


async def asked(registry: Registry, *known: Exchange, needs: str = "openapi") -> FakeContext:
    operations = tuple(operation(one.operation) for one in {one.operation: one for one in known}.values())
    ctx = FakeContext(_app, *operations, facts={"Scenario": scenario(registry, *known, kind=needs, description="")})
    name = {"openapi": "rest", "wsdl": "soap", "odata": "odata"}[needs]
    await registry.probes[f"http.stacks.{name}"].run(ctx)
    return ctx


async def test_each_question_is_asked_twice_by_both_in_turns_and_curl_begins(registry: Registry) -> None:
    ctx = await asked(registry, exchange(sent=[("Accept", "application/json"), ("Authorization", "Basic [redacted:1]")]))
    assert [bool(one.note.get("stack")) for one in ctx.asked] == [True, False, True, False]
    assert len({one.group for one in ctx.asked}) == 1
    assert {one.request.header("accept") for one in ctx.asked} == {"application/json"}
    assert not any("redacted" in (one.request.header("authorization") or "") for one in ctx.asked)


async def test_one_question_of_each_operation_is_enough_and_eight_in_all(registry: Registry) -> None:
    known = [exchange(operation=f"GET /{n // 2}", id=f"{n:06}") for n in range(40)]
    ctx = await asked(registry, *known)
    assert len(ctx.asked) == 8 * 4


async def test_only_what_read_with_success_for_the_account_is_asked_again(registry: Registry) -> None:
    written = replace(exchange(), effect=Effect.WRITE)
    stranger = exchange(identity=Identity.ANONYMOUS)
    ctx = await asked(registry, exchange(404), exchange(0), stranger, written, exchange(method="DELETE"))
    assert ctx.asked == [] and ctx.blocker is Blocker.PRECONDITION


async def test_secrets_in_the_query_are_left_to_the_session(registry: Registry) -> None:
    ctx = await asked(registry, exchange(url=f"{HOST}/api/items?a=1&key=%5Bredacted:12345678%5D&b=2"))
    assert {one.request.url for one in ctx.asked} == {f"{HOST}/api/items?a=1&b=2"}


async def test_a_header_block_whose_secrets_were_replaced_is_left_to_the_session_and_others_stay(registry: Registry) -> None:
    made = exchange(method="POST", purpose="soap.call", operation="POST /x", url=f"{HOST}/ws")
    ctx = await asked(registry, replace(made, request=replace(made.request, body=SECRET.encode())), needs="wsdl")
    bodies = {one.request.body for one in ctx.asked}
    assert len(ctx.asked) == 4 and len(bodies) == 1
    assert b"Security" not in (body := bodies.pop()) and b"redacted" not in body and b"urn:k" in body
