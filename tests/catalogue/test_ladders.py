"""Conformance ladders: read from files, laid over others, and refused with the line where they contradict themselves."""

from pathlib import Path

import pytest

from cpo_probe.catalogue import informative, load, patterns_of, validate_ladders
from cpo_probe.errors import UsageError
from cpo_probe.model import Catalogue, Demand, Effect, Obligation

CATALOGUE = """\
id = "c-1"
owner = "test"
[[category]]
id = "X"
title = "X"
aim = "X"
[[criterion]]
id = "X-01"
category = "X"
level = "should"
title = "X"
text = "X"
assessment = "measured"
scopes = []
[[kpi]]
id = "X-01.level"
criterion = "X-01"
title = "Level"
kind = "ladder"
unit = "interface"
ladders = ["climb"]
needs = ["soap"]
threshold = ">= 1"
rule = "simple_acceptance"
denominator = "interfaces"
"""
LADDER = """\
id = "climb"
title = "Climb"
source = "Standard, 13"
interface = "soap"
claim = "claims.level"
unseen = ["too_few"]
[[level]]
id = "low"
title = "Low"
clause = "13.1"
[[level]]
id = "high"
title = "High"
clause = "13.2"
[[requirement]]
id = "low.1"
level = "low"
clause = "13.1 (1)"
obligation = "must"
text = "Does it."
checks = ["a.*"]
[[requirement]]
id = "high.1"
level = "high"
clause = "13.2 (1)"
obligation = "must"
text = "Is low."
conforms = "climb/low"
[[requirement]]
id = "high.2"
level = "high"
clause = "13.2 (2)"
obligation = "must"
text = "Does more."
checks = ["b"]
demand = "conformity"
[[requirement]]
id = "high.3"
level = "high"
clause = "13.2 (3)"
obligation = "should"
text = "Writes."
effect = "write"
"""


def made(folder: Path, ladder: str = LADDER, catalogue: str = CATALOGUE, name: str = "c-1") -> Catalogue:
    home = folder / "catalogue" / name
    (home / "ladders").mkdir(parents=True, exist_ok=True)
    (home / "catalogue.toml").write_text(catalogue)
    (home / "ladders" / "climb.toml").write_text(ladder)
    return load([folder], id=name)


def test_a_ladder_is_read_with_its_levels_and_requirements(tmp_path: Path) -> None:
    (ladder,) = made(tmp_path).ladders
    assert [level.id for level in ladder.levels] == ["low", "high"]
    first, includes, second, writes = ladder.requirements
    assert (first.checks, first.demand, first.obligation, first.effect) == (
        ("a.*",),
        Demand.SUPPORT,
        Obligation.MUST,
        Effect.READ,
    )
    assert (includes.conforms, second.demand, writes.effect) == ("climb/low", Demand.CONFORMITY, Effect.WRITE)


def test_what_a_requirement_says_is_part_of_the_catalogues_digest(tmp_path: Path) -> None:
    assert made(tmp_path / "a").digest != made(tmp_path / "b", LADDER.replace("Does it.", "Does that.")).digest


def test_a_kpi_uses_the_checks_of_its_ladders(tmp_path: Path) -> None:
    book = made(tmp_path)
    assert patterns_of(book.kpis[0], book) == ("a.*", "b")
    assert informative(book, ["a.1", "b", "c"]) == ("c",)


def test_checks_and_metrics_of_a_ladder_have_to_exist(tmp_path: Path) -> None:
    book = made(tmp_path)
    validate_ladders(book, ["a.1", "b"], ["claims"])
    with pytest.raises(UsageError, match=r"ladder climb, high\.2: no check matches 'b'"):
        validate_ladders(book, ["a.1"])
    with pytest.raises(UsageError, match=r"nothing measures 'claims\.level'"):
        validate_ladders(book, ["a.1", "b"], [])


def test_an_overlay_keeps_replaces_and_removes_ladders(tmp_path: Path) -> None:
    made(tmp_path)
    over = tmp_path / "over.toml"
    over.write_text('id = "over"\nextends = "c-1"\n')
    assert [ladder.id for ladder in load([tmp_path], over).ladders] == ["climb"]
    over.write_text('id = "over"\nextends = "c-1"\nremove = ["climb", "X-01.level", "X-01"]\n')
    assert load([tmp_path], over).ladders == ()
    other = made(tmp_path, LADDER.replace("Does it.", "Does that."), 'id = "c-2"\nextends = "c-1"\n', "c-2")
    assert [ladder.requirements[0].text for ladder in other.ladders] == ["Does that."]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('level = "low"\nclause', 'level = "lo"\nclause', r"climb\.toml:17: ladder 'climb', low\.1: level 'lo' is not there"),
        ('checks = ["a.*"]', "", "nothing decides it"),
        ('checks = ["a.*"]', 'reason = "no"', "no check decides a MUST of level 'low'"),
        ('checks = ["b"]', 'checks = ["b"]\nreason = "no"', "checks and reason exclude each other"),
        ('effect = "write"', 'effect = "write"\ndemand = "somewhere"', "a demand is made of checks"),
        ('"climb/low"', '"climb/lo"', r"climb\.toml:28: level 'climb/lo' is not there; nearest is 'climb/low'"),
        ('"climb/low"', '"climb/high"', "levels include each other"),
        ('id = "high.2"', 'id = "low.1"', "requirement 'low.1' is there twice"),
        ('obligation = "must"', 'obligation = "shall"', "obligation 'shall' is not known"),
        ('source = "', 'sauce = "', "ladder has no key 'sauce'"),
        ("[[level]]", "[[lever]]", r"a ladder has no \[\[lever\]\]"),
    ],
)
def test_a_contradiction_is_refused_with_its_line(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        made(tmp_path, LADDER.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('ladders = ["climb"]', 'ladders = ["crawl"]', "ladder 'crawl' is not there"),
        ('kind = "ladder"', 'kind = "count"', "only a ratio is made of several ladders"),
        ('ladders = ["climb"]', 'ladders = ["climb"]\nchecks = ["a.1"]', "neither checks nor rungs"),
        ('unit = "interface"', 'unit = "check"', "climbed by an interface"),
    ],
)
def test_a_kpi_of_ladders_counts_interfaces_and_names_no_checks(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        made(tmp_path, catalogue=CATALOGUE.replace(old, new, 1))
