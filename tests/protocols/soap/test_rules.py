"""Every rule about messages: kept by a clean answer of either version, broken by one edit."""

import pytest

from cpo_probe.protocols.soap import RULES, Envelope, NoEnvelope, judge, read, silent

ANSWER11 = """<?xml version="1.0" encoding="UTF-8"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header>
<s:session xmlns:s="urn:s" soap:mustUnderstand="0">abc</s:session></soap:Header>
<soap:Body><i:item xmlns:i="urn:items"><number>1</number></i:item></soap:Body></soap:Envelope>"""
FAULT11 = """<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>s:Client</faultcode>
<faultstring xml:lang="en">No such item</faultstring><detail><u:unknown xmlns:u="urn:items">A-1</u:unknown></detail></s:Fault>
</s:Body></s:Envelope>"""
ANSWER12 = ANSWER11.replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope")
FAULT12 = """<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><e:Fault><e:Code><e:Value>e:Sender</e:Value>
<e:Subcode><e:Value xmlns:x="urn:x">x:unknown</e:Value></e:Subcode></e:Code><e:Reason><e:Text xml:lang="en">No such item</e:Text>
</e:Reason><e:Detail><u:unknown xmlns:u="urn:items"/></e:Detail></e:Fault></e:Body></e:Envelope>"""
XML11, XML12 = "text/xml", "application/soap+xml"
NIL = 'xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:nil="true"'
CODE = "<faultcode>s:Client</faultcode>"
NUMBER = "<number>1</number>"
E11 = 'xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'

Edit = tuple[str, str, str]
BREAKS: dict[str, list[Edit]] = {
    "envelope": [(ANSWER11, "soap:Body", "soap:Content"), (ANSWER11, "<soap:Header>", "<soap:Footer/><soap:Header>"),
                 (ANSWER11, "<?xml", "<html><?xml"), (ANSWER12, "soap:Envelope", "soap:Letter")],
    "header-qualified": [(ANSWER11, '<s:session xmlns:s="urn:s" soap:mustUnderstand="0">abc</s:session>', "<session/>")],
    "r1008": [(FAULT11, "<s:Envelope", "<!DOCTYPE a><s:Envelope")],
    "r1009": [(ANSWER11, "<number>", "<?a b?><number>"), (FAULT11, "<s:Envelope", "<?a b?><s:Envelope")],
    "r1011": [(ANSWER11, "</soap:Body>", "</soap:Body><trailer/>")],
    "r1012": [(ANSWER11, "UTF-8", "ISO-8859-1")],
    "r1013": [(ANSWER11, 'mustUnderstand="0"', 'mustUnderstand="true"'), (ANSWER12, 'mustUnderstand="0"', 'mustUnderstand="no"')],
    "r1015": [(ANSWER11, "http://schemas.xmlsoap.org/soap/envelope/", "http://schemas.xmlsoap.org/soap/envelope")],
    "r1005": [(ANSWER11, "<soap:Body>", '<soap:Body soap:encodingStyle="">')],
    "r1006": [(ANSWER11, '<i:item xmlns:i="urn:items">', '<i:item xmlns:i="urn:items" soap:encodingStyle="">')],
    "r1007": [(ANSWER11, "<number>", '<number soap:encodingStyle="">')],
    "r1014": [(ANSWER11, '<i:item xmlns:i="urn:items"><number>1</number></i:item>', "<item/>")],
    "r1032": [(ANSWER11, "<soap:Body>", '<soap:Body soap:actor="a">')],
    "r9981": [(ANSWER11, "<soap:Body>", '<soap:Body><i:more xmlns:i="urn:items"/>')],
    "r2113": [(ANSWER11, NUMBER, '<number e:arrayType="x" xmlns:e="http://schemas.xmlsoap.org/soap/encoding/">1</number>')],
    "r2211": [(ANSWER11, NUMBER, f"<number {NIL}/>")],
    "r2735": [(ANSWER11, NUMBER, "<i:number>1</i:number>")],
    "r1000": [(FAULT11, "<detail>", "<code>1</code><detail>")],
    "r1001": [(FAULT11, CODE, "<s:faultcode>s:Client</s:faultcode>")],
    "fault-parts": [(FAULT11, CODE, "")],
    "r1004": [(FAULT11, "s:Client<", "s:Sender<"), (FAULT11, "s:Client<", "Client<"), (FAULT11, "s:Client<", "x:Client<")],
    "r1031": [(FAULT11, "s:Client<", "s:Client.Unknown<")],
    "frame12": [(ANSWER12, "<soap:Body>", '<soap:Body soap:encodingStyle="">')],
    "fault12": [(FAULT12, "<e:Detail>", "<e:Text/><e:Detail>"), (FAULT12, "<e:Body>", '<e:Body><i:more xmlns:i="urn:items"/>')],
    "code12": [(FAULT12, "<e:Value>e:Sender", "<e:Value>e:Client")],
    "reason12": [(FAULT12, ' xml:lang="en"', ""), (FAULT12, "No such item", " ")],
}  # fmt: skip
OTHERWISE = {
    "media-type": [(ANSWER11, 200, "application/xml"), (ANSWER12, 200, XML11), (FAULT11, 500, "")],
    "r1111": [(ANSWER11, 500, XML11)],
    "r1126": [(FAULT11, 200, XML11), (FAULT11, 400, XML11)],
    "status12": [(FAULT12, 200, XML12), (ANSWER12, 500, XML12)],
}


def broken(text: str, status: int = 0, media_type: str | None = None) -> set[str]:
    fault, version = "Fault>" in text, XML12 if "2003/05" in text else XML11
    said = judge(
        text.encode(),
        status=status or (500 if fault else 200),
        media_type=media_type if media_type is not None else version,
        rpc=True,
    )
    return {problem.rule for problem in said}


@pytest.mark.parametrize("text", [ANSWER11, FAULT11, ANSWER12, FAULT12])
def test_a_clean_message_breaks_nothing(text: str) -> None:
    assert broken(text) == set()


def test_a_fault_of_soap_12_may_come_with_400() -> None:
    assert broken(FAULT12, 400) == set()


@pytest.mark.parametrize(
    ("rule", "edit"),
    [pytest.param(rule, edit, id=f"{rule}-{n}") for rule, edits in BREAKS.items() for n, edit in enumerate(edits)],
)
def test_one_edit_breaks_the_rule(rule: str, edit: Edit) -> None:
    text, old, new = edit
    assert old in text
    assert rule in broken(text.replace(old, new))
    assert not broken(text.replace(old, new)) & silent(text.replace(old, new).encode(), rpc=True)


@pytest.mark.parametrize(
    ("rule", "said"),
    [pytest.param(rule, said, id=f"{rule}-{n}") for rule, many in OTHERWISE.items() for n, said in enumerate(many)],
)
def test_status_and_media_type_break_the_rule(rule: str, said: tuple[str, int, str]) -> None:
    assert rule in broken(*said)
    assert rule not in silent(said[0].encode())


def test_every_rule_is_tried() -> None:
    assert {rule.id for rule in RULES} == set(BREAKS) | set(OTHERWISE)


@pytest.mark.parametrize(("text", "code"), [(FAULT11, "Client"), (FAULT12, "Sender")])
def test_a_fault_is_read_in_both_versions(text: str, code: str) -> None:
    message = read(text.encode())
    assert isinstance(message, Envelope)
    assert message.fault is not None
    assert message.fault.code == (message.namespace, code)
    assert message.fault.reason == "No such item"
    assert [str(node.tag) for node in message.fault.detail] == ["{urn:items}unknown"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b"", "empty"), (b"{}", "json"), (b"<html><body>log in</body></html>", "html"), (ANSWER11.encode()[:200], "malformed")],
)
def test_what_is_no_envelope_says_what_it_is(body: bytes, reason: str) -> None:
    said = read(body)
    assert isinstance(said, NoEnvelope)
    assert said.reason == reason


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (ANSWER11, {"media-type", "r1013", "r1014", "r1111", "r2735"}),
        (FAULT11, {"media-type", "r1000", "r1014", "r1126"}),
        (ANSWER12, {"media-type", "r1013", "frame12", "status12"}),
        (FAULT12, {"media-type", "frame12", "status12", "code12"}),
        ("oops", set()),
    ],
)
def test_a_message_is_silent_about_the_other_version_and_about_what_it_does_not_have(text: str, kept: set[str]) -> None:
    """What is kept by having no occasion to be broken is no merit."""
    some = {"media-type", "r1000", "r1013", "r1014", "r1111", "r1126", "r2735", "frame12", "status12", "code12"}
    assert some - silent(text.encode(), rpc=True) == kept


def test_only_rpc_literal_messages_have_parts() -> None:
    assert silent(ANSWER11.encode()) - silent(ANSWER11.encode(), rpc=True) == {"r1007", "r2211", "r2735"}
