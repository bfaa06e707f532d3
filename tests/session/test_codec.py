"""zeep in a process of its own: answers, refusals, and processes that end or hang."""

import pytest

from cpo_probe.protocols.soap.calling import Call, Message, PortOperation
from cpo_probe.session.codec import Codec, CodecFailure
from tests.protocols.wsdl.parts import FILES, START

DOCUMENTS = {url: text.encode() for url, text in FILES.items()}
COUNT = Call("write", service="Items", port="Rpc", operation="Count", arguments={"of": "part"})


async def test_questions_are_answered_in_turn() -> None:
    async with Codec(START, DOCUMENTS) as codec:
        found = await codec.ask(Call("operations"), tuple[PortOperation, ...])
        assert {one.operation for one in found} == {"GetItem", "Touch", "Count"}
        assert b"<of>part</of>" in (await codec.ask(COUNT, Message)).body


async def test_a_refusal_leaves_the_process_for_the_next_question() -> None:
    async with Codec(START, DOCUMENTS) as codec:
        with pytest.raises(CodecFailure, match="nothing") as caught:
            await codec.ask(Call("write", service="Items", port="Rpc", operation="Count", arguments={"nothing": 1}), Message)
        assert caught.value.kind == "arguments"
        assert (await codec.ask(COUNT, Message)).body


async def test_a_description_that_cannot_be_loaded_says_why_each_time() -> None:
    async with Codec(START, {START: b"<html/>"}) as codec:
        for _ in range(2):
            with pytest.raises(CodecFailure) as caught:
                await codec.ask(COUNT, Message)
            assert caught.value.kind == "description"


async def test_a_process_that_ended_is_started_again() -> None:
    async with Codec(START, DOCUMENTS) as codec:
        await codec.ask(COUNT, Message)
        assert codec._process is not None
        codec._process.kill()
        await codec._process.wait()
        with pytest.raises(CodecFailure) as caught:
            await codec.ask(COUNT, Message)
        assert caught.value.kind == "codec"
        assert (await codec.ask(COUNT, Message)).body


async def test_a_process_that_takes_too_long_is_given_up() -> None:
    async with Codec(START, DOCUMENTS, seconds=0.001) as codec:
        with pytest.raises(CodecFailure, match="no answer within"):
            await codec.ask(COUNT, Message)
