"""Are the signs of failure that a profile names found in answers, and nothing else taken for one?"""

from typing import Any

import pytest
from lxml import etree

from cpo_probe.model import FailureSign
from cpo_probe.protocols.failing import in_json, in_xml

SPACE = "http://schemas.example.com/base"
ANSWER = f"""<e:Envelope xmlns:e="urn:e"><e:Body><r:response xmlns:r="urn:r" xmlns:b="{SPACE}">
 <statusCode xmlns="">{{status}}</statusCode><b:serviceData>{{errors}}</b:serviceData></r:response></e:Body></e:Envelope>"""
ERRORS = '<b:partialErrors clientIndex="1"><b:errorValues code="515024"/></b:partialErrors>'


def sign(element: str = "", pointer: str = "", *equals: str, starts: tuple[str, ...] = ()) -> FailureSign:
    return FailureSign("status", element, pointer, equals, starts, "failed")


STATUS = sign(".//statusCode", "", "FAILURE", "WARNING")
PARTIAL = sign(f".//{{{SPACE}}}partialErrors")


@pytest.mark.parametrize(
    ("status", "errors", "signs", "said"),
    [
        ("FAILURE", "", [STATUS, PARTIAL], "FAILURE"),
        ("SUCCESS", "", [STATUS, PARTIAL], None),
        ("SUCCESS", ERRORS, [STATUS, PARTIAL], "..."),
        ("SUCCESS", "<b:partialErrors/>", [PARTIAL], None),
        ("SUCCESS", "<b:partialErrors>\n <!-- none --> </b:partialErrors>", [PARTIAL], None),
        ("SUCCESS", "<partialErrors>of no namespace</partialErrors>", [PARTIAL], None),
        (" FAILURE\n", ERRORS, [PARTIAL, STATUS], "..."),
        ("FAILURE", ERRORS, [], None),
        ("FAILED_17", "", [sign("{*}Body/*/statusCode", starts=("FAIL",))], "FAILED_17"),
        ("FAILURE", "", [sign("statusCode", "", "FAILURE")], None),
        ("FAILURE", "", [sign("", "/statusCode", "FAILURE")], None),
    ],
)
def test_signs_in_xml(status: str, errors: str, signs: list[FailureSign], said: str | None) -> None:
    told = in_xml(signs, etree.fromstring(ANSWER.format(status=status, errors=errors)))
    assert (told.found if told else None) == said
    assert told is None or told.place.startswith("{urn:e}Body/{urn:r}response/")


@pytest.mark.parametrize(
    ("value", "wanted", "said"),
    [
        ({"status": "FAILURE"}, sign("", "/status", "FAILURE"), ("FAILURE", "/status")),
        ({"status": "SUCCESS"}, sign("", "/status", "FAILURE"), None),
        ({".QName": "urn:x.Bad"}, sign("", "/.QName", starts=("urn:x.",)), ("urn:x.Bad", "/.QName")),
        ({"data": {"partialErrors": []}}, sign("", "/data/partialErrors"), None),
        ({"data": {"partialErrors": [{"uid": "a"}]}}, sign("", "/data/partialErrors"), ("...", "/data/partialErrors")),
        ({"a": [{"ok": True}, {"ok": False}]}, sign("", "/a/*/ok", "false"), ("false", "/a/1/ok")),
        ({"a": [{"error": None}, {"error": "x"}]}, sign("", "/a/*/error"), ("x", "/a/1/error")),
        ({"a": {"b": {"code": 7}}}, sign("", "/a/*/code", "7"), ("7", "/a/b/code")),
        ({"code": 0}, sign("", "/code"), ("0", "/code")),
        ({"code": False}, sign("", "/code"), None),
        ([1, 2], sign("", "/5"), None),
        ("text", sign("", "/a"), None),
        ({"a": 1}, sign("a", ""), None),
    ],
)  # fmt: skip
def test_signs_in_json(value: Any, wanted: FailureSign, said: tuple[str, str] | None) -> None:
    told = in_json([wanted], value)
    assert (told and (told.found, told.place)) == said


def test_the_first_sign_of_the_profile_decides() -> None:
    empty = FailureSign("nothing found", "", "/code", ("0",), (), "empty")
    any_code = sign("", "/code")
    assert [t.sign.means for t in (in_json(order, {"code": "0"}) for order in ([empty, any_code], [any_code, empty])) if t] == [
        "empty",
        "failed",
    ]


def test_what_was_found_is_said_in_few_words() -> None:
    told = in_json([sign("", "/m")], {"m": "x" * 999})
    assert told is not None
    assert (told.said[:9], len(told.said)) == ("status: x", 208)
