"""Does the recogniser of ABNF tell right from wrong texts as OASIS does? What the probes ask is then held to that grammar."""

import sys
from collections.abc import Iterator

import pytest
import yaml

from tests.protocols.odata.abnf import Grammar, Run
from tests.protocols.odata.support import test_data


@pytest.fixture
def deep() -> Iterator[None]:
    """Expressions of OData nest some forty rules deep for each pair of parentheses."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.usefixtures("deep")
def test_all_test_cases_of_oasis_are_told_apart() -> None:
    text = test_data("schemas/odata/odata-abnf-testcases.yaml").read_text(encoding="utf-8").replace("\t", "\\t")
    document = yaml.load(text, Loader=yaml.BaseLoader)
    rules = test_data("schemas/odata/odata-abnf-construction-rules.txt").read_text(encoding="utf-8")
    grammar = Grammar(rules, {name: frozenset(texts) for name, texts in document["Constraints"].items()})
    cases = [(case["Rule"], case["Input"].replace("\\t", "\t"), "FailAt" not in case) for case in document["TestCases"]]
    assert len(cases) >= 800 and sum(not good for *_, good in cases) >= 60
    assert [case for case in cases if grammar.matches(case[0], case[1]) is not case[2]] == []


TOY = """
greeting = salute 1*SP name [ mark ] ; who is greeted
salute   = "hello" / %s"Ahoy" / %x48.69
name     = 1*3ALPHA *( "-" 2ALPHA )
mark     = "!" / ( "?" [ "!" ] )
mark     =/ ";"
ALPHA    = %x41-5A / %x61-7A
SP       = %x20
"""


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("hello Ann", True),
        ("HELLO  Ann-Li!", True),
        ("Ahoy Ann?!", True),
        ("Hi Ann;", True),
        ("ahoy Ann", False),
        ("hi Ann", False),
        ("helloAnn", False),
        ("hello Anna", False),
        ("hello Ann-L", False),
        ("hello Ann!!", False),
        ("", False),
    ],
)
def test_a_small_grammar_is_followed_to_the_letter(text: str, good: bool) -> None:
    assert Grammar(TOY).matches("greeting", text) is good


def test_a_rule_may_be_limited_to_known_names() -> None:
    known = Grammar(TOY, {"name": frozenset({"Ann"})})
    assert known.matches("greeting", "hello Ann")
    assert not known.matches("greeting", "hello Bob")


def test_how_far_a_wrong_text_was_right_is_known() -> None:
    run = Run(Grammar(TOY), "hello 7")
    assert run.at("greeting", 0) == frozenset()
    assert run.farthest == len("hello ")
