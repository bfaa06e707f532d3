"""Can a build server read it, and is nothing counted as passed that did not pass?"""

from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from cpo_probe.model import Outcome
from cpo_probe.report import ReportData, junit
from tests.report import make
from tests.report.conftest import report

SHAPE = """
<grammar xmlns="http://relaxng.org/ns/structure/1.0" datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <define name="count"><data type="nonNegativeInteger"/></define>
  <define name="counts">
    <attribute name="name"/>
    <attribute name="tests"><ref name="count"/></attribute>
    <attribute name="failures"><ref name="count"/></attribute>
    <attribute name="errors"><ref name="count"/></attribute>
  </define>
  <define name="told"><attribute name="message"/><attribute name="type"/><text/></define>
  <start><element name="testsuites"><ref name="counts"/><zeroOrMore><element name="testsuite">
    <ref name="counts"/>
    <attribute name="skipped"><ref name="count"/></attribute>
    <attribute name="time"><data type="decimal"/></attribute>
    <attribute name="timestamp"><data type="dateTime"/></attribute>
    <element name="properties"><oneOrMore>
      <element name="property"><attribute name="name"/><attribute name="value"/></element>
    </oneOrMore></element>
    <zeroOrMore><element name="testcase">
      <attribute name="name"/><attribute name="classname"/><attribute name="time"><data type="decimal"/></attribute>
      <optional><choice>
        <element name="failure"><ref name="told"/></element>
        <element name="error"><ref name="told"/></element>
        <element name="skipped"><attribute name="message"/></element>
      </choice></optional>
    </element></zeroOrMore>
  </element></zeroOrMore></element></start>
</grammar>
"""
"""What Jenkins, GitLab and the xunit readers have in common."""


@pytest.fixture(scope="module")
def tree(data: ReportData) -> etree._Element:
    return etree.fromstring(junit(data).encode())


def test_it_has_the_shape_that_build_servers_read(tree: etree._Element) -> None:
    shape = etree.RelaxNG(etree.fromstring(SHAPE))
    assert shape.validate(tree), shape.error_log


def test_every_subject_is_one_case_with_its_own_fate(tree: etree._Element, data: ReportData) -> None:
    found = Counter((case[0].tag if len(case) else "passed") for case in tree.iter("testcase"))
    outcomes = data.outcomes
    assert found == {
        "passed": outcomes[Outcome.PASS],
        "failure": outcomes[Outcome.FAIL],
        "error": outcomes[Outcome.ERROR],
        "skipped": outcomes[Outcome.NOT_TESTED] + outcomes[Outcome.NOT_APPLICABLE] + outcomes[Outcome.REVIEW],
    }
    for suite in (tree, *tree.iter("testsuite")):
        cases = list(suite.iter("testcase"))
        assert int(suite.get("tests", "")) == len(cases)
        assert int(suite.get("failures", "")) == sum(case.find("failure") is not None for case in cases)
        assert int(suite.get("errors", "")) == sum(case.find("error") is not None for case in cases)


def test_one_suite_per_interface_and_no_two_cases_of_one_name(tree: etree._Element) -> None:
    assert [suite.get("name") for suite in tree.iter("testsuite")] == [make.API]
    names = Counter((case.get("classname"), case.get("name")) for case in tree.iter("testcase"))
    assert max(names.values()) == 1


def test_what_was_skipped_says_why(tree: etree._Element) -> None:
    reasons = Counter(str(case.get("message")) for case in tree.iter("skipped"))
    assert reasons["not_tested: The requests or the time of this run were spent before."] == 12
    assert all(reason.partition(": ")[2] for reason in reasons)


def test_a_failure_says_how_to_see_it_and_what_repairs_it(tree: etree._Element) -> None:
    found = next(case for case in tree.iter("testcase") if case.get("classname") == "rest.paging.unique")
    text = found[0].text or ""
    assert "Remedy: Order by a unique key." in text
    assert text.count("cpo-probe show example.cpo 0000") == 2


def test_hostile_and_secret_text_stays_harmless(data: ReportData) -> None:
    text = junit(data)
    assert "<script" not in text and "\u202e" not in text
    assert make.HASH not in text and "jane.doe@plm.example" not in text


def test_characters_that_xml_cannot_hold_are_written_out(tmp_path: Path) -> None:
    shop = make.Shop(tmp_path)
    shop.ask("https://plm.example/", purpose="discovery.start")
    shop.say("http.json", "GET /items", code="x", found="a\x00b\ufffe\x1b", location="\x0b")
    tree = etree.fromstring(junit(report(shop.write())).encode())
    assert "a\\u0000b" in str(next(tree.iter("failure")).get("message"))
