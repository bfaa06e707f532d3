"""Every rule about messages: kept by a clean answer of either version, broken by one edit."""

from dataclasses import replace

import pytest

from cpo_probe.protocols.soap import RULES, Envelope, NoEnvelope, judge, read, silent
from cpo_probe.protocols.soap.promised import SOAP_FAULTS, Promise
from cpo_probe.protocols.soap.rules_text import TWINS, twin
from cpo_probe.protocols.wsdl import Name

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
                 (ANSWER11, "<?xml", "<html><?xml")],
    "envelope12": [(ANSWER12, "soap:Body", "soap:Content"), (ANSWER12, "soap:Envelope", "soap:Letter"),
                   (ANSWER12, "</soap:Body>", "</soap:Body><trailer/>"), (ANSWER12, "2003/05/soap-envelope", "2003/05/soap")],
    "header-qualified12": [(ANSWER12, '<s:session xmlns:s="urn:s" soap:mustUnderstand="0">abc</s:session>', "<session/>")],
    "must-understand12": [(ANSWER12, 'mustUnderstand="0"', 'mustUnderstand="no"')],
    "header-qualified": [(ANSWER11, '<s:session xmlns:s="urn:s" soap:mustUnderstand="0">abc</s:session>', "<session/>")],
    "r1008": [(FAULT11, "<s:Envelope", "<!DOCTYPE a><s:Envelope")],
    "r1009": [(ANSWER11, "<number>", "<?a b?><number>"), (FAULT11, "<s:Envelope", "<?a b?><s:Envelope")],
    "r1011": [(ANSWER11, "</soap:Body>", "</soap:Body><trailer/>")],
    "r1012": [(ANSWER11, "UTF-8", "ISO-8859-1")],
    "r1013": [(ANSWER11, 'mustUnderstand="0"', 'mustUnderstand="true"')],
    "r1015": [(ANSWER11, "http://schemas.xmlsoap.org/soap/envelope/", "http://schemas.xmlsoap.org/soap/envelope")],
    "r1005": [(ANSWER11, "<soap:Body>", '<soap:Body soap:encodingStyle="">')],
    "r1006": [(ANSWER11, '<i:item xmlns:i="urn:items">', '<i:item xmlns:i="urn:items" soap:encodingStyle="">')],
    "r1007": [(ANSWER11, "<number>", '<number soap:encodingStyle="">')],
    "r1014": [(ANSWER11, '<i:item xmlns:i="urn:items"><number>1</number></i:item>', "<item/>")],
    "r1032": [(ANSWER11, "<soap:Body>", '<soap:Body soap:actor="a">')],
    "r9981": [(ANSWER11, "<soap:Body>", '<soap:Body><i:more xmlns:i="urn:items"/>')],
    "r1033": [(ANSWER11, "<soap:Body>", '<soap:Body xmlns:xml="http://www.w3.org/XML/1998/namespace">')],
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
    "reason12": [(FAULT12, ' xml:lang="en"', ""), (FAULT12, "</e:Reason>", "<e:Text>no</e:Text></e:Reason>"),
                 (FAULT12, '<e:Text xml:lang="en">No such item</e:Text>', "")],
}  # fmt: skip
OTHERWISE = {
    "media-type": [(ANSWER11, 200, "application/xml"), (ANSWER12, 200, XML11), (FAULT11, 500, "")],
    "r1111": [(ANSWER11, 202, XML11)],
    "r1124": [(ANSWER11, 500, XML11)],
    "r1126": [(FAULT11, 200, XML11), (FAULT11, 400, XML11)],
    "status12": [(FAULT12, 200, XML12)],
}


NAMED = ' xmlns:w="http://www.w3.org/2005/08/addressing"'
ADDRESSED = ANSWER11.replace("<soap:Header>", f"<soap:Header><w:Action{NAMED}>urn:got</w:Action>")
RPC = ANSWER11.replace("i:item", "i:CountResponse").replace(NUMBER, "<count>1</count><of>part</of>")
RIGHT = Promise("document", Name("urn:items", "item"), (), False, frozenset({Name("urn:s", "session")}), "urn:got")
RIGHT_RPC = Promise("rpc", Name("urn:items", "CountResponse"), ("count", "of"), False, frozenset(), None)
UNKEPT: dict[str, list[tuple[str, Promise]]] = {
    "r2712": [(ANSWER11.replace("i:item", "i:thing"), RIGHT), (ANSWER11.replace("urn:items", "urn:other"), RIGHT)],
    "r2213": [(ANSWER11, replace(RIGHT, element=None, bare=True))],
    "r2738": [(ANSWER11.replace("s:session", "s:ticket"), RIGHT)],
    "r2900": [(ADDRESSED.replace("urn:got", "urn:asked"), RIGHT)],
    "r2729": [(RPC.replace("CountResponse", "CountResult"), RIGHT_RPC)],
    "r2755": [(RPC.replace("count>", "number>"), RIGHT_RPC)],
    "r2212": [(RPC.replace("<of>part</of>", ""), RIGHT_RPC), (RPC.replace("<of>", "<of>a</of><of>"), RIGHT_RPC)],
    "r2301": [(RPC.replace("<count>1</count><of>part</of>", "<of>part</of><count>1</count>"), RIGHT_RPC)],
    "r2214": [(RPC, replace(RIGHT_RPC, parts=(), bare=True))],
}
PACKED = 'multipart/related; type="application/xop+xml"; start-info="application/soap+xml"; boundary=b'
TYPES: dict[str, list[tuple[str, str, str | None]]] = {
    "r1018": [(ANSWER11, "text/xml", None), (ANSWER11, "text/xml; charset=iso-8859-1", None)],
    "r1020-12": [(ANSWER12, PACKED.replace("start-info", "info"), XML12)],
    "r1021-12": [(ANSWER12, PACKED.replace("application/soap", "application/sope"), XML12)],
}
MISUNDERSTOOD = FAULT11.replace("<s:Body>", f"<s:Header><w:Action{NAMED}>urn:a</w:Action></s:Header><s:Body>").replace(
    "s:Client", "s:MustUnderstand"
)


def of_12(text: str) -> str:
    return text.replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope")


def broken(text: str, status: int = 0, media_type: str | None = None) -> set[str]:
    fault, version = "Fault>" in text, XML12 if "2003/05" in text else XML11
    said = judge(
        text.encode(),
        status=status or (500 if fault else 200),
        media_type=media_type if media_type is not None else version,
        rpc=True,
        asked="1.2" if version == XML12 else "1.1",
    )
    return {problem.rule for problem in said}


@pytest.mark.parametrize("text", [ANSWER11, FAULT11, ANSWER12, FAULT12])
def test_a_clean_message_breaks_nothing(text: str) -> None:
    assert broken(text) == set()


ONE_WAY = ANSWER11.replace('<i:item xmlns:i="urn:items"><number>1</number></i:item>', "")
CONFORMING = {
    "nothing in Body": ONE_WAY,
    "neither Header nor white space": f'<soap:Envelope {E11}<soap:Body/></soap:Envelope>',
    "comments everywhere": f"<!-- a -->{FAULT11.replace('<s:Body>', '<!-- b --><s:Body><!-- c -->')}<!-- d -->",
    "the default namespace is SOAP's": f'<Envelope {E11[:-1].replace(":soap", "")} {E11}<Body><Fault><faultcode xmlns="">'
    'soap:Server</faultcode><faultstring xmlns=""/></Fault></Body></Envelope>',
    "a code of one's own": FAULT11.replace("s:Client<", "u:Stale<").replace("<faultcode", '<faultcode xmlns:u="urn:u"'),
    "an actor and an empty detail": FAULT11.replace("<detail>", "<faultactor>urn:a</faultactor><detail>"),
    "reasons in several languages": FAULT12.replace("</e:Reason>", '<e:Text xml:lang="de-AT">Nein</e:Text></e:Reason>'),
    "a reason of no language, and an empty one": FAULT12.replace('xml:lang="en">No such item', 'xml:lang="">'),
    "all that a fault may have": FAULT12.replace("</e:Reason>", "</e:Reason><e:Node>urn:n</e:Node><e:Role>urn:r</e:Role>"),
    "codes within codes": FAULT12.replace("</e:Subcode>", "<e:Subcode><e:Value>e:y</e:Value></e:Subcode></e:Subcode>"),
    "mustUnderstand as a word": ANSWER12.replace('mustUnderstand="0"', 'mustUnderstand="true" soap:relay=" false "'),
    "encodingStyle on a header block": ANSWER12.replace("soap:mustUnderstand", 'soap:encodingStyle="urn:e" soap:mustUnderstand'),
    "xml:lang and an id on the frame": ANSWER11.replace("<soap:Body>", '<soap:Body xml:lang="en" w:Id="b" xmlns:w="urn:w">'),
}  # fmt: skip


@pytest.mark.parametrize("what", CONFORMING)
def test_what_the_standards_allow_is_not_blamed(what: str) -> None:
    assert broken(CONFORMING[what]) == set()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_message_in_either_encoding_is_not_blamed(encoding: str) -> None:
    stated = "UTF-16" if "16" in encoding else "UTF-8"
    body = ANSWER11.replace("UTF-8", stated).replace("number>1<", "number>ä<").encode(encoding)
    if encoding in ("utf-16-le", "utf-16-be"):
        body = "\ufeff".encode(encoding) + body
    assert not list(judge(body, status=200, media_type=XML11, content_type=f"text/xml;charset={stated}", promise=RIGHT))


@pytest.mark.parametrize(("by_http", "status", "blamed"), [(True, 400, False), (True, 200, True), (False, 400, True)])
def test_what_http_refuses_may_be_a_fault_with_4xx(by_http: bool, status: int, blamed: bool) -> None:
    found = {p.rule for p in judge(FAULT11.encode(), status=status, media_type=XML11, refused_by_http=by_http)}
    assert found == ({"r1126"} if blamed else set())


def test_start_info_may_leave_out_the_action() -> None:
    root = 'application/soap+xml; action="urn:got"'
    assert not list(judge(ANSWER12.encode(), status=200, media_type=XML12, content_type=PACKED, root_type=root))


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
    asked = "1.2" if "2003/05" in text else "1.1"
    assert not broken(text.replace(old, new)) & silent(text.replace(old, new).encode(), rpc=True, asked=asked)


@pytest.mark.parametrize("rule", sorted((set(BREAKS) & TWINS) - {"r1008"}))
def test_in_a_message_of_soap_12_the_same_edit_breaks_basic_profile_20(rule: str) -> None:
    text, old, new = next(edit for edit in BREAKS[rule] if edit[0] is ANSWER11)
    changed = of_12(text.replace(old, new))
    found = broken(changed)
    assert twin(rule) in found and rule not in found
    assert not found & silent(changed.encode(), rpc=True, asked="1.2")


@pytest.mark.parametrize("asked", ["1.1", "1.2"])
def test_a_document_type_declaration_breaks_the_profile_of_the_version_that_was_asked(asked: str) -> None:
    said = {p.rule for p in judge(b"<!DOCTYPE a><a/>", status=200, media_type=XML11, asked=asked)}
    assert said == {"r1008" if asked == "1.1" else "r1008-12"}


@pytest.mark.parametrize(("text", "promise"), [(ANSWER11, RIGHT), (ADDRESSED, RIGHT), (RPC, RIGHT_RPC)])
def test_an_answer_as_it_was_promised_breaks_nothing(text: str, promise: Promise) -> None:
    for changed, media in ((text, XML11), (of_12(text), XML12)):
        assert not list(judge(changed.encode(), status=200, media_type=media, promise=promise, rpc=promise.style == "rpc"))


@pytest.mark.parametrize(("rule", "text", "promise"), [(rule, *case) for rule, cases in UNKEPT.items() for case in cases])
def test_an_answer_that_is_not_as_it_was_promised_breaks_the_rule(rule: str, text: str, promise: Promise) -> None:
    for changed, media, id in ((text, XML11, rule), (of_12(text), XML12, twin(rule))):
        found = {p.rule for p in judge(changed.encode(), status=200, media_type=media, promise=promise)}
        assert id in found
        assert not found & silent(changed.encode(), promise=promise)


@pytest.mark.parametrize(("rule", "text", "field", "root"), [(rule, *case) for rule, cases in TYPES.items() for case in cases])
def test_the_media_type_states_what_the_profile_wants(rule: str, text: str, field: str, root: str | None) -> None:
    media = XML12 if text is ANSWER12 else XML11
    found = {p.rule for p in judge(text.encode(), status=200, media_type=media, content_type=field, root_type=root)}
    assert found == {rule}
    assert rule not in silent(text.encode(), content_type=field, root_type=root)
    if rule in TWINS:
        assert {twin(rule)} == {p.rule for p in judge(of_12(text).encode(), status=200, media_type=XML12, content_type=field)}


def test_a_right_media_type_breaks_nothing() -> None:
    for text, field, root in ((ANSWER11, 'text/xml; charset="UTF-8"', None), (ANSWER12, PACKED, XML12), (ANSWER11, "", None)):
        media = XML12 if text is ANSWER12 else XML11
        assert not list(judge(text.encode(), status=200, media_type=media, content_type=field, root_type=root))


def test_a_fault_of_soap_itself_has_the_action_of_those() -> None:
    for text, action in ((MISUNDERSTOOD, "urn:a"), (MISUNDERSTOOD.replace("urn:a<", f"{SOAP_FAULTS}<"), SOAP_FAULTS)):
        found = {p.rule for p in judge(text.encode(), status=500, media_type=XML11)}
        assert found == ({"r1035"} if action == "urn:a" else set())
        assert "r1035" not in silent(text.encode())
    of_12 = FAULT12.replace("<e:Body>", f"<e:Header><w:Action{NAMED}>urn:a</w:Action></e:Header><e:Body>")
    of_12 = of_12.replace("e:Sender", "e:VersionMismatch")
    assert {p.rule for p in judge(of_12.encode(), status=500, media_type=XML12)} == {"r1035-12"}
    assert "r1035" in silent(FAULT11.encode()) and "r1035-12" in silent(FAULT12.encode())


@pytest.mark.parametrize(
    ("rule", "said"),
    [pytest.param(rule, said, id=f"{rule}-{n}") for rule, many in OTHERWISE.items() for n, said in enumerate(many)],
)
def test_status_and_media_type_break_the_rule(rule: str, said: tuple[str, int, str]) -> None:
    assert rule in broken(*said)
    assert rule not in silent(said[0].encode())


def test_every_rule_is_tried() -> None:
    tried = set(BREAKS) | set(OTHERWISE) | set(UNKEPT) | set(TYPES) | {"r1035"}
    assert {rule.id for rule in RULES} == tried | {twin(rule) for rule in TWINS}


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
        (ANSWER12, {"media-type", "frame12", "must-understand12", "r1014-12", "r1111-12", "r2735-12"}),
        (FAULT12, {"media-type", "frame12", "status12", "code12", "r1014-12"}),
        ("oops", set()),
    ],
)
def test_a_message_is_silent_about_the_other_version_and_about_what_it_does_not_have(text: str, kept: set[str]) -> None:
    """What is kept by having no occasion to be broken is no merit."""
    some = {"media-type", "r1000", "r1013", "r1014", "r1111", "r1126", "r2735", "frame12", "status12", "code12"}
    some |= {"must-understand12", "r1014-12", "r1111-12", "r2735-12"}
    assert some - silent(text.encode(), rpc=True) == kept


def test_only_rpc_literal_messages_have_parts() -> None:
    assert silent(ANSWER11.encode()) - silent(ANSWER11.encode(), rpc=True) == {"r1007", "r2211", "r2735"}
