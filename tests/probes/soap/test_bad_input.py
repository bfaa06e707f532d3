"""A service that is described or answers badly: each time a clear word about it, and the right one beside it is not harmed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cpo_probe.cli.loading import House, open_house
from tests.peers import measure as measuring
from tests.peers.measure import Measured
from tests.probes.soap.serving import SCHEMA, Answers, hangs, items, run, said, serving, unharmed, wsdl

BAD = "/bad?wsdl"
XSD = 'xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t"'
BOMB = b"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY e SYSTEM "file:///etc/hostname">]>"""
PAGE = b"<!DOCTYPE html><html><body>Please log in</body></html>"
WSDL2 = b'<description xmlns="http://www.w3.org/ns/wsdl" targetNamespace="urn:t"><service name="S"/></description>'
AWAY = '<x:import namespace="urn:away" schemaLocation="http://elsewhere.example/away.xsd"/>'
CIRCLE = '<w:import namespace="urn:t" location="/more.wsdl"/>'
MORE = b"""<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" targetNamespace="urn:t">
<w:import namespace="urn:t" location="ORIGIN/bad?wsdl"/><w:import namespace="urn:t" location="ORIGIN/more.wsdl"/>
</w:definitions>"""
FACETS = '<x:simpleType name="N"><x:restriction base="x:string"><x:length value="-1"/></x:restriction></x:simpleType>'


@pytest.fixture(scope="module")
def house() -> House:
    return open_house((), None, "en")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path


def measured(house: House, folder: Path, pages: dict[str, bytes], bad: Answers = items) -> Measured:
    with serving(pages, bad) as url:
        return run(house, folder, url)


def big(size: int) -> bytes:
    """A right WSDL with messages enough to be of that size, which nothing refers to."""
    text = "x" * 4000
    more = "".join(f'<w:message name="M{n}"><w:documentation>{text}</w:documentation></w:message>' for n in range(size // 4050))
    return wsdl("/bad").replace(b'<w:portType name="P">', f'{more}<w:portType name="P">'.encode())


DESCRIBED: dict[str, tuple[dict[str, bytes], tuple[str, str], str]] = {
    "a page": ({BAD: PAGE}, ("fail", "unreadable"), "wsdl.available"),
    "cut off": ({BAD: wsdl("/bad")[:900]}, ("fail", "unreadable"), "wsdl.available"),
    "a declaration of entities": ({BAD: BOMB + wsdl("/bad").partition(b"?>")[2]}, ("fail", "unreadable"), "wsdl.available"),
    "nothing": ({BAD: b""}, ("fail", "unreadable"), "wsdl.available"),
    "missing": ({}, ("fail", "unavailable"), "wsdl.available"),
    "wsdl 2.0": ({BAD: WSDL2}, ("not_tested", "not_covered"), "wsdl.available"),
    "a schema out of scope": (
        {BAD: wsdl("/bad", more=AWAY)},
        ("not_tested", "out_of_scope"),
        "wsdl.imports",
    ),
    "a schema with entities": (
        {BAD: wsdl("/bad", schema='<x:schema><x:import namespace="urn:t" schemaLocation="/t.xsd"/></x:schema>'), "/t.xsd": BOMB},
        ("not_tested", "not_covered"),
        "wsdl.imports",
    ),
    "a schema that zeep takes and libxml2 does not": (
        {BAD: wsdl("/bad", more=FACETS)},
        ("fail", "schema_broken"),
        "wsdl.schemas",
    ),
}
"""What stands at the address of the WSDL, what is said of it, and by which check."""


@pytest.mark.parametrize("what", DESCRIBED)
def test_a_bad_description_is_named_and_harms_nothing(house: House, folder: Path, what: str) -> None:
    pages, word, check = DESCRIBED[what]
    found = measured(house, folder, pages)
    assert check in said(found).get(word, set()), said(found)
    assert found.broken == []
    assert unharmed(found) == []


def test_documents_that_import_each_other_are_fetched_once_and_are_right(house: House, folder: Path) -> None:
    found = measured(house, folder, {BAD: wsdl("/bad", imports=CIRCLE), "/more.wsdl": MORE})
    assert found.broken == [] and unharmed(found) == []
    assert not {check for (outcome, _), checks in said(found).items() if outcome == "fail" for check in checks} & {
        "wsdl.imports", "wsdl.schemas", "wsdl.available", "soap.call.works"
    }  # fmt: skip
    asked = [e.request.url for e in found.bundle.exchanges() if e.request.url.endswith("/more.wsdl")]
    assert len(asked) == 1


def test_a_description_of_thirty_megabytes_is_read_and_its_service_called(house: House, folder: Path) -> None:
    body = big(30 * 10**6)
    assert len(body) > 29 * 10**6
    found = measured(house, folder, {BAD: body})
    assert found.broken == [] and unharmed(found) == []
    assert passing(found) >= {"wsdl.available", "wsdl.schemas", "soap.call.works", "soap.answer.valid"}


def test_a_schema_that_libxml2_takes_and_zeep_does_not_is_judged_and_not_called(house: House, folder: Path) -> None:
    """zeep knows no xs:redefine and writes no messages: that is said, and what the description shows is judged."""
    redefined = SCHEMA.format(type="x:string", more='<x:redefine schemaLocation="/more.xsd"/>')
    more = SCHEMA.replace("listItems", "others").replace('"items"', '"other"').format(type="x:string", more="")
    pages = {BAD: wsdl("/bad", schema=redefined), "/more.xsd": more.replace("<x:schema", f"<x:schema {XSD}").encode()}
    found = measured(house, folder, pages)
    assert found.broken == [] and unharmed(found) == []
    assert passing(found) >= {"wsdl.schemas", "wsdl.imports", "wsi.r2706"}
    assert "soap.call.works" in said(found)["not_tested", "precondition"]


def passing(found: Measured) -> set[str]:
    """Checks that passed on the service in question."""
    return {p.subject.check for p in found.judgement.passes() if p.subject.interface == "wsdl:/bad"}


ANSWERED: dict[str, tuple[Answers, set[str]]] = {
    "json": (lambda body: (200, "application/json", b'{"items": ["A-1"]}'), {"soap.call.works", "soap.message.envelope"}),
    "a page": (lambda body: (200, "text/html", PAGE), {"soap.call.works", "soap.message.envelope"}),
    "half an envelope": (lambda body: (200, "text/xml; charset=utf-8", items(body)[2][:90]), {"soap.call.works"}),
    "entities": (lambda body: (200, "text/xml; charset=utf-8", BOMB + b"<d>&c;</d>"), {"soap.call.works", "soap.message.r1008"}),
}


@pytest.mark.parametrize("what", ANSWERED)
def test_a_bad_answer_is_named_and_harms_nothing(house: House, folder: Path, what: str) -> None:
    bad, checks = ANSWERED[what]
    found = measured(house, folder, {BAD: wsdl("/bad")}, bad)
    failed = {check for (outcome, _), some in said(found).items() if outcome == "fail" for check in some}
    assert checks <= failed
    assert found.broken == []
    assert unharmed(found) == []


@pytest.mark.parametrize(
    ("bad", "code"),
    [(lambda body: None, "network_disconnected"), (hangs(2.0), "network_read_timeout")],
    ids=["cuts", "hangs"],
)
def test_an_answer_that_never_comes_whole_is_an_error_and_harms_nothing(
    house: House, folder: Path, monkeypatch: pytest.MonkeyPatch, bad: Answers, code: str
) -> None:
    monkeypatch.setattr(measuring, "FAST", replace(measuring.FAST, read_seconds=0.5, retries=0))
    found = measured(house, folder, {BAD: wsdl("/bad")}, bad)
    words = said(found)
    assert "soap.call.works" in words["error", code]
    assert not any(checks & {"soap.call.works", "soap.message.envelope"} for (said, _), checks in words.items() if said == "fail")
    assert unharmed(found) == []
