"""SOAP: what must the checks of calls and of wrong requests say?"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cpo_probe.model import Exchange, FailureSign
from tests.probes.make import HOST, Case, Record, exchange, fails, interface, na, passes, plan, untested
from tests.probes.soap.cases_soap import of_soap
from tests.protocols.soap.test_rules import FAULT11
from tests.protocols.wsdl.parts import FILES, ROOT, START

XML = ("Content-Type", "text/xml; charset=utf-8")
ENVELOPE = '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>{}</e:Body></e:Envelope>'
ITEM = '<i:item xmlns:i="urn:items:data"><title>{}</title></i:item>'
GOOD = ENVELOPE.format(ITEM.format("Bolt")).encode()
OTHER = ENVELOPE.format('<i:session xmlns:i="urn:items:data">x</i:session>').encode()
INVALID = ENVELOPE.format('<i:item xmlns:i="urn:items:data"><name>Bolt</name></i:item>').encode()
FAULT = FAULT11.encode()
SERVER = FAULT.replace(b"s:Client", b"s:Server")
DECLARED = FAULT.replace(b'<u:unknown xmlns:u="urn:items">', b'<u:unknown xmlns:u="urn:items:data">')
UNDECLARED = FAULT.replace(b"u:unknown", b"u:session").replace(b'xmlns:u="urn:items"', b'xmlns:u="urn:items:data"')
BARE = FAULT.replace(b'<detail><u:unknown xmlns:u="urn:items">A-1</u:unknown></detail>', b"")
LEAK = FAULT.replace(b"No such item", b"java.lang.NullPointerException at com.plm.Item.find(Item.java:7)")
NOTE = {"service": "Items", "port": "Soap", "operation": "GetItem", "version": "1.1", "arguments": {"number": "1"}, "sure": True}
NUMBERED = FAULT.replace(b"s:Client", b"500")
OWN = FAULT.replace(b"s:Client", b"x:Bad").replace(b"<faultcode>", b'<faultcode xmlns:x="urn:x">')
SECURITY = '<e:Header><h:Security xmlns:h="urn:h" e:mustUnderstand="{}"/></e:Header><e:Body>'
DEMANDING = GOOD.replace(b"<e:Body>", SECURITY.format(1).encode())
ANNOUNCED = DEMANDING.replace(b"h:Security", b"h:session").replace(b"urn:h", b"urn:items:data")
OUTPUT, HEADER = "<wsdl:output><soap:body", '<soap:header message="port:GetItemRequest" part="session" use="literal"/>'
HEADED = {url: text.replace(OUTPUT, f"<wsdl:output>{HEADER}<soap:body") for url, text in FILES.items()}
USE = "<wsdl:output><soap:body use="
ENCODED = {url: text.replace(f'{USE}"literal"', f'{USE}"encoded"') for url, text in FILES.items()}
STRUCTS = [ENVELOPE.format(f"<r><i>{members}</i></r>").encode() for members in ("<a/><b/><c/>", "<c/><a/><b/>", "<b/><c/><a/>")]
ARRAYS = [text.replace(b"<i>", b'<i arrayType="x[3]">') for text in STRUCTS]
PAGE = b"<!DOCTYPE html><html></html>"
TOUCH = '<soap:operation soapAction=""/>\n      <wsdl:input><soap:body use="literal"/></wsdl:input>'
NOTHING_SENT = '<wsdl:input message="tns:Nothing"/>'
TOUCHED = {
    url: text.replace(TOUCH, f'{TOUCH}<wsdl:output><soap:body use="literal"/></wsdl:output>').replace(
        NOTHING_SENT, f'{NOTHING_SENT}<wsdl:output message="tns:Unknown"/>'
    )
    for url, text in FILES.items()
}
BY_FIELD = ENVELOPE.format('<i:unknown xmlns:i="urn:items:data"><q/></i:unknown>').encode()
UNDER_RIGHT_NAME = BY_FIELD.replace(b"i:unknown", b"i:item")
STATUS = ENVELOPE.format("<r><statusCode>{}</statusCode></r>")
OWN_WAY, SOME = (STATUS.format(word).encode() for word in ("FAILURE", "WARNING"))
NOTHING = FAULT.replace(b"s:Client", b"0")


def record(files: Mapping[str, str] = FILES) -> Record:
    """The description of the service that was called."""
    made = [
        of_soap(exchange(200, [XML], text.encode(), id=f"{n:06}", url=url, purpose="soap.document", note={"uri": url}))
        for n, (url, text) in enumerate(files.items(), 900)
    ]
    first = next(one for one in made if one.request.url == START)
    return Record((replace(first, id="000900", purpose="discovery.description"), *(one for one in made if one is not first)))


EVIDENCE = record()
PLACE = interface(id="wsdl:/ws/items", kind="wsdl", url=f"{ROOT}items", description="000900")


def call(body: bytes = GOOD, status: int = 200, purpose: str = "soap.call", **note: Any) -> dict[str, Any]:
    return {"exchange": answer(body, status, purpose, **note), "evidence": EVIDENCE, "interface": PLACE}


def answer(body: bytes, status: int, purpose: str, id: str = "000001", **note: Any) -> Exchange:
    fields = [XML] if body else []
    return of_soap(exchange(status, fields, body, id=id, method="POST", url=f"{HOST}/ws", purpose=purpose, note={**NOTE, **note}))


def asked(body: bytes) -> dict[str, Any]:
    """The answer to a request that had the same header."""
    given = call(body)
    return {**given, "exchange": replace(given["exchange"], request=replace(given["exchange"].request, body=body))}


def telling(body: bytes = OWN_WAY, status: int = 200, purpose: str = "soap.call", **note: Any) -> dict[str, Any]:
    """What is said where the profile knows the product's own ways."""
    signs = (
        FailureSign("statusCode", ".//statusCode", "", ("FAILURE",), (), "failed"),
        FailureSign("statusCode", ".//statusCode", "", ("WARNING",), (), "partly"),
        FailureSign("nothing found", ".//faultcode", "", ("0",), (), "empty"),
    )
    return {**call(body, status, purpose, **note), "plan": plan(failures=signs)}


def again(*bodies: bytes, status: int = 200) -> dict[str, Any]:
    asked = tuple(answer(body, status, "soap.call", id=f"{n:06}") for n, body in enumerate(bodies, 1))
    return {"exchanges": asked, "evidence": EVIDENCE, "interface": PLACE}


def read(body: bytes = GOOD, status: int = 200, *, said: str = "", error: str = "", **more: Any) -> dict[str, Any]:
    """An answer, and what the other reader said of it, noted with the next one."""
    noted = {"read": {"of": "000001", "by": "zeep", "said": said, "error": error}}
    asked = (answer(body, status, "soap.call", id="000001"), answer(body, status, "soap.call", id="000002", **noted))
    return {"exchanges": asked, "evidence": EVIDENCE, "interface": PLACE, **more}


def wrong(name: str, status: int, body: bytes = b"") -> dict[str, Any]:
    return call(body, status, f"soap.errors.{name}")


def acting(body: bytes, status: int = 200) -> dict[str, Any]:
    """The message of GetItem under the action of Touch."""
    known = (answer(GOOD, 200, "soap.call", id="000801"), answer(BY_FIELD, 200, "soap.call", id="000802", operation="Touch"))
    made = call(body, status, "soap.errors.other-action", action_of="Touch")
    return {**made, "evidence": Record((*record(TOUCHED).select(), *known))}


def refusals(name: str) -> list[Case]:
    """What every wrong request may be answered with."""
    return [
        passes(**wrong(name, 500, FAULT)),
        passes(**wrong(name, 400)),
        passes(**wrong(name, 500, OWN)),
        fails("server_fault", **wrong(name, 500, SERVER)),
        fails("server_fault", **wrong(name, 500, NUMBERED)),
        fails("accepted", **wrong(name, 200, GOOD)),
        fails("server_error", "broken", **wrong(name, 500, PAGE)),
        na("not_in_service", **wrong(name, 503)),
        na("refused_otherwise", **telling(purpose=f"soap.errors.{name}")),
    ]


CASES: dict[str, list[Case]] = {
    "soap.call.works": [
        passes(**call()),
        fails("soap_fault", **call(FAULT, 500)),
        fails("soap_fault", **call(FAULT, 200)),
        fails("no_answer", "broken", **call(PAGE)),
        fails("no_answer", **call(b"", 404)),
        na("arguments_made_up", **call(FAULT, 500, sure=False)),
        na("not_in_service", **call(b"", 503)),
        passes(**telling(GOOD)),
        passes(**call(OWN_WAY)),
        fails("said_failed", **telling()),
        fails("said_partly", **telling(SOME)),
        fails("soap_fault", **telling(FAULT, 500)),
        na("said_empty", **telling(NOTHING)),
        na("arguments_made_up", **telling(sure=False)),
    ],
    "soap.fault.used": [
        passes(**telling(FAULT, 500)),
        passes(**telling(FAULT)),
        fails("failed_without_fault", **telling()),
        fails("failed_without_fault", **telling(purpose="soap.errors.missing-element")),
        na("no_failure_told", **telling(SOME)),
        na("no_failure_told", **telling(GOOD)),
        na("no_sign_known", **call(OWN_WAY)),
        na("no_content", "broken", **telling(PAGE)),
    ],
    "soap.answer.element": [
        passes(**call()),
        fails("other_element", **call(OTHER)),
        fails("other_element", **call(ENVELOPE.format("").encode())),
        na("no_content", **call(FAULT, 500)),
        na("no_content", "broken", **call(PAGE)),
        na("answer_not_described", **call(GOOD, operation="Touch")),
        na("answer_not_described", **{**call(OTHER), "evidence": record(ENCODED)}),
    ],
    "soap.answer.valid": [
        passes(**call()),
        fails("invalid_xml", **call(INVALID)),
        na("answer_not_described", **{**call(INVALID), "evidence": record(ENCODED)}),
        na("no_content", **call(FAULT, 500)),
        na("no_content", "broken", **call(b"<e:Envelope")),
        untested("no_schema", **{**call(), "interface": interface(id="wsdl:/x", kind="wsdl", description="")}),
    ],
    "soap.answer.readers-agree": [
        passes(**read()),
        passes(**read(INVALID, said="XMLParseError", error="answer")),
        fails("read_although_invalid", **read(INVALID)),
        fails("unread_although_valid", **read(said="XMLParseError", error="answer")),
        na("one_reader_only", **read(said="its process failed", error="codec")),
        na("one_reader_only", **read(error="size")),
        na("one_reader_only", **read(INVALID, evidence=record(ENCODED))),
        na("no_content", **read(FAULT, 500)),
        na("no_content", "broken", **read(PAGE)),
        untested("no_data", **again(GOOD, GOOD)),
        untested("no_schema", **read(interface=interface(id="wsdl:/x", kind="wsdl", description=""))),
    ],
    "soap.answer.demands": [
        passes(**call()),
        passes(**call(GOOD.replace(b"<e:Body>", SECURITY.format(0).encode()))),
        passes(**{**call(ANNOUNCED), "evidence": record(HEADED)}),
        fails("unannounced_header", **call(ANNOUNCED)),
        passes(**asked(DEMANDING)),
        fails("unannounced_header", **call(DEMANDING)),
        fails("unannounced_header", **wrong("malformed", 500, DEMANDING)),
        na("no_content", **call(b"", 404)),
        na("no_content", "broken", **call(PAGE)),
    ],
    "soap.fault.declared": [
        passes(**call(DECLARED, 500)),
        fails("other_detail", **call(UNDECLARED, 500)),
        fails("invalid_xml", **call(DECLARED.replace(b">A-1<", b"><u:x/><"), 500)),
        na("foreign_detail", **call(FAULT, 500)),
        na("no_detail", **call(BARE, 500)),
        na("no_fault", "broken", **call(PAGE)),
    ],
    "soap.repeat.same-answer": [
        passes(**again(GOOD, GOOD.replace(b"i:", b"j:").replace(b"xmlns:i", b"xmlns:j"), GOOD)),
        passes(**again(GOOD, GOOD.replace(b"><", b">\n <"), GOOD)),
        fails("answers_differ", **again(*(ENVELOPE.format(ITEM.format(n)).encode() for n in "abc"))),
        fails("answers_differ", **again(*STRUCTS)),
        passes(**{**again(*STRUCTS), "evidence": record(ENCODED)}),
        fails("answers_differ", **{**again(*ARRAYS), "evidence": record(ENCODED)}),
        untested("window", **again(GOOD, GOOD, OTHER)),
        untested("no_data", **again(GOOD)),
        na("no_content", "broken", **again(PAGE, PAGE, PAGE)),
    ],
    "soap.errors.unknown-operation": refusals("unknown-operation"),
    "soap.errors.malformed": refusals("malformed"),
    "soap.errors.missing-element": [
        *refusals("missing-element"),
        na("parameters_optional", **{**wrong("missing-element", 200, GOOD), "evidence": record(ENCODED)}),
    ],
    "soap.errors.media-type": [*refusals("media-type"), passes(**wrong("media-type", 415))],
    "soap.errors.wrong-type": refusals("wrong-type"),
    "soap.errors.other-action": [
        passes(**acting(GOOD)),
        passes(**acting(FAULT, 500)),
        passes(**acting(FAULT)),
        passes(**acting(b"", 400)),
        fails("acted_on_header", **acting(BY_FIELD)),
        fails("acted_on_header", **acting(UNDER_RIGHT_NAME)),
        na("answer_not_described", **acting(GOOD.replace(b"Bolt", b"Nut"))),
        na("answer_not_described", **acting(OTHER)),
        na("answer_not_described", **{**acting(BY_FIELD), "evidence": EVIDENCE}),
        na("other_answer", **acting(b"", 503)),
        na("other_answer", "broken", **acting(PAGE)),
    ],
    "soap.errors.unauthenticated": [
        passes(**wrong("unauthenticated", 401)),
        passes(**wrong("unauthenticated", 500, FAULT)),
        fails("accepted", **wrong("unauthenticated", 200, GOOD)),
        na("other_answer", **wrong("unauthenticated", 500)),
        na("other_answer", **telling(purpose="soap.errors.unauthenticated")),
        na("other_answer", "broken", **wrong("unauthenticated", 200, PAGE)),
    ],
    "soap.errors.no-leak": [
        passes(**call(FAULT, 500)),
        fails("stack_trace", **call(LEAK, 500)),
        fails("stack_trace", "broken", **wrong("malformed", 500, b"Traceback (most recent call last)")),
        na("no_fault", **call()),
    ],
}  # fmt: skip
