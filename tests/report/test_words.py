"""Are the report's own words complete, the same in both languages, and all used?"""

import re
from pathlib import Path
from string import Formatter

import pytest

from cpo_probe.model import (
    Assessment,
    Blocker,
    DecisionRule,
    Effect,
    FailureKind,
    Fulfilment,
    Identity,
    Interval,
    Level,
    Outcome,
    Severity,
    Verdict,
)
from cpo_probe.report import LANGUAGES, words
from cpo_probe.report.words import Words, table

ROOM = Path(words.__file__).parent
SOURCES = [*ROOM.glob("*.py"), *(ROOM / "templates").iterdir()]
USES = re.compile(r"""\b(?:t|words)(?:\.count|\.either)?\(\s*f?["']([\w.{}-]+)["'](\s*~)?""")
FAMILIES = {
    "outcome": Outcome,
    "severity": Severity,
    "level": Level,
    "fulfilment": Fulfilment,
    "verdict": Verdict,
    "assessment": Assessment,
    "rule": DecisionRule,
    "blocker": Blocker,
    "blocked": Blocker,
    "failure": FailureKind,
    "effect": Effect,
    "identity": Identity,
}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    english, german = (table(language) for language in LANGUAGES)
    assert english.keys() == german.keys()
    assert {k: placeholders(v) for k, v in english.items()} == {k: placeholders(v) for k, v in german.items()}
    same = {k for k in english if english[k] == german[k] and len(english[k].split()) > 1}
    assert same <= {"measures.p95"}, "a German text is still English"


@pytest.mark.parametrize("family", FAMILIES)
def test_every_value_that_can_be_said_has_a_word(family: str) -> None:
    assert {f"{family}.{value}" for value in FAMILIES[family]} <= table("en").keys()


def test_every_key_used_exists_and_every_key_that_exists_is_used() -> None:
    known = table("en").keys()
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES if path.is_file())
    stems = {key.removesuffix(".one").removesuffix(".other") for key in known}
    asked = {key for key, joined in USES.findall(source) if not joined and "{" not in key}
    assert asked <= stems
    families = {key.split("{")[0].removesuffix(".") for key, joined in USES.findall(source) if joined or "{" in key}
    assert families <= {key.rpartition(".")[0] for key in known} | {"ruler.limit_"}
    quoted = set(re.findall(r"""["']([a-z][\w.]+)["']""", source))
    unused = {s for s in stems if s not in quoted and not any(s.startswith((f"{f}.", "ruler.limit_")) for f in families)}
    assert sorted(unused) == []


def test_numbers_are_written_as_the_language_writes_them() -> None:
    english, german = Words("en"), Words("de")
    assert [english.number(n) for n in (1234567, "0.926829", "0.0685231", "1585.5", "3.000000", "")] == [
        "1,234,567",
        "0.927",
        "0.0685",
        "1,585.5",
        "3",
        "",
    ]
    assert german.number("1585.5") == "1.585,5"
    assert english.quantity("0.012345", "s") == "12.3\u00a0ms"
    assert german.quantity("1500", "B") == "1,5\u00a0kB"
    assert german.limit(">= 0.90") == "≥ 0,90"
    assert english.span(Interval("0.916666", "0.916667")) == ""
    assert english.span(Interval("0.250000", "1.000000")) == "0.25 – 1"
    assert english.when("2025-03-14T08:07:12.000000Z") == "2025-03-14 08:07:12 UTC"


def test_a_key_that_does_not_exist_is_a_bug() -> None:
    with pytest.raises(KeyError):
        Words("en")("no.such.key")
