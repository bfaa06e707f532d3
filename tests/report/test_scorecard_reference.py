"""Does the reference page name every member and every word of a scorecard?"""

import dataclasses
import re
from enum import StrEnum
from pathlib import Path

import pytest

from cpo_probe.model import (
    SCORECARD_FORMAT,
    Applies,
    CategoryResult,
    CriterionResult,
    DecisionRule,
    Fulfilment,
    Interval,
    KpiResult,
    LadderResult,
    RequirementResult,
    Scorecard,
    Standing,
    UnitVerdict,
    Verdict,
)
from cpo_probe.scoring.criteria import COUNTS

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "scorecard.md").read_text(encoding="utf-8")
SECTIONS: dict[str, str] = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S))
TYPES = {
    "Scorecard": Scorecard,
    "Category result": CategoryResult,
    "Criterion result": CriterionResult,
    "KPI result": KpiResult,
    "Interval": Interval,
    "Unit verdict": UnitVerdict,
    "Ladder result": LadderResult,
    "Requirement result": RequirementResult,
}


@pytest.mark.parametrize("title", TYPES)
def test_the_table_names_exactly_the_members_of_the_type_in_their_order(title: str) -> None:
    cells = re.findall(r"^\| (`[^|]+) \|", SECTIONS[title], re.M)
    named = [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]
    assert named == [field.name for field in dataclasses.fields(TYPES[title])]


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("KPI result", Verdict),
        ("KPI result", DecisionRule),
        ("Criterion result", Fulfilment),
        ("Ladder result", Applies),
        ("Requirement result", Standing),
    ],
)
def test_every_word_of_a_closed_list_is_explained(title: str, words: type[StrEnum]) -> None:
    assert {f"`{word}`" for word in words} <= set(re.findall(r"`\w+`", SECTIONS[title]))


def test_format_and_counts_are_those_of_the_code() -> None:
    assert f"`{SCORECARD_FORMAT}`" in PAGE
    assert {f"`{name}`" for name in COUNTS} <= set(re.findall(r"`\w+`", SECTIONS["Category result"]))
