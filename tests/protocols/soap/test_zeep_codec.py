"""What zeep writes and reads, from memory alone."""

import pytest
from lxml import etree

from cpo_probe.protocols.soap.zeep_codec import CodecError, ZeepCodec
from tests.protocols.soap.test_rules import FAULT11
from tests.protocols.wsdl.parts import FILES, START

DOCUMENTS = {url: text.encode() for url, text in FILES.items()}
ITEM = ("Items", "Soap", "GetItem")
ANSWER = b"""<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><i:item xmlns:i="urn:items:data">
<title>Bolt</title></i:item></e:Body></e:Envelope>"""


@pytest.fixture(scope="module")
def codec() -> ZeepCodec:
    return ZeepCodec(START, DOCUMENTS)


def test_operations_are_listed_with_the_arguments_that_they_take(codec: ZeepCodec) -> None:
    found = {
        (one.operation, one.version): [(leaf.path, leaf.type, leaf.required) for leaf in one.leaves] for one in codec.operations()
    }
    assert found[("GetItem", "1.1")] == [(("number",), "string", True)]
    assert found[("Touch", "1.1")] == []
    assert [path for path, _, _ in found[("Count", "1.2")]] == [("of",)]


def test_a_message_is_written_for_arguments(codec: ZeepCodec) -> None:
    message = codec.write("Items", "Rpc", "Count", {"of": "part"})
    root = etree.fromstring(message.body)
    assert root.findtext(".//{urn:items:rpc}Count/of") == "part"
    assert dict(message.headers)["Content-Type"].startswith("application/soap+xml")


def test_arguments_that_do_not_fit_are_refused(codec: ZeepCodec) -> None:
    with pytest.raises(CodecError, match="wrong") as caught:
        codec.write("Items", "Rpc", "Count", {"wrong": 1})
    assert caught.value.kind == "arguments"


def test_an_answer_is_read_as_values_and_a_fault_as_a_fault(codec: ZeepCodec) -> None:
    assert codec.read(*ITEM, ANSWER, "text/xml", 200).value == "Bolt"
    fault = codec.read(*ITEM, FAULT11.encode(), "text/xml", 500)
    assert fault.is_fault
    assert fault.fault_reason == "No such item"


def test_an_answer_that_is_none_says_so(codec: ZeepCodec) -> None:
    with pytest.raises(CodecError) as caught:
        codec.read(*ITEM, b'{"title": "Bolt"}', "application/json", 200)
    assert caught.value.kind == "answer"


@pytest.mark.parametrize("missing", ["port.wsdl", "xsd/common.xsd"])
def test_a_document_that_was_not_fetched_is_named(missing: str) -> None:
    with pytest.raises(CodecError, match=missing) as caught:
        ZeepCodec(START, {url: body for url, body in DOCUMENTS.items() if not url.endswith(missing)})
    assert caught.value.kind == "description"
