"""A catalogue can be replaced and overlaid, and every mistake in it is named with its line."""

from pathlib import Path

import pytest

from cpo_probe.catalogue import available, informative, load, validate
from cpo_probe.errors import UsageError
from cpo_probe.model import Level, Rung
from cpo_probe.registry import own_root

SMALL = """\
id = "lab-1"
owner = "Laboratory"

[[category]]
id = "X"
title = "Category"
aim = "Aim."

[[preset]]
name = "quick"
criteria = ["*"]
probes = ["rest.*"]
limits = { requests = 100 }

[[criterion]]
id = "X-01"
category = "X"
level = "shall"
title = "Title"
text = \"\"\"
A long text
over two lines.\"\"\"
assessment = "measured"
scopes = ["quick"]

[[kpi]]
id = "X-01.a"
criterion = "X-01"
title = "Figure"
kind = "ratio"
checks = ["a.*"]
unit = "operation"
threshold = ">= 0.90"
rule = "simple_acceptance"
denominator = "operations"
"""


def put(root: Path, name: str, text: str) -> Path:
    path = root / "catalogue" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_catalogue_is_read_into_types(tmp_path: Path) -> None:
    put(tmp_path, "lab-1.toml", SMALL)
    found = load([tmp_path])
    assert (found.id, found.owner, len(found.digest)) == ("lab-1", "Laboratory", 64)
    assert found.criteria[0].text == "A long text over two lines."
    assert (found.criteria[0].level_source, found.criteria[0].roles, found.criteria[0].official_ref) == (
        "proposal",
        ("vendor",),
        "",
    )
    assert found.kpis[0].threshold == ">= 0.90"
    assert found.presets[0].limits == {"requests": 100}


def test_a_folder_of_files_is_one_catalogue(tmp_path: Path) -> None:
    head, tail = SMALL.split("[[criterion]]")
    put(tmp_path, "lab-1/a.toml", head)
    put(tmp_path, "lab-1/b.toml", "[[criterion]]" + tail)
    put(tmp_path / "other", "lab-1.toml", SMALL)
    assert load([tmp_path]) == load([tmp_path / "other"])


def test_the_digest_is_that_of_the_meaning(tmp_path: Path) -> None:
    first = load([tmp_path], put(tmp_path, "a.toml", SMALL)).digest
    assert load([tmp_path], put(tmp_path, "b.toml", "# a remark\n" + SMALL)).digest == first
    assert load([tmp_path], put(tmp_path, "c.toml", SMALL.replace("0.90", "0.95"))).digest != first


def test_the_newest_catalogue_of_the_first_root_is_taken(tmp_path: Path) -> None:
    for name in ("lab-2026.9", "lab-2026.10", "lab-2025.11"):
        put(tmp_path, f"{name}.toml", SMALL.replace('"lab-1"', f'"{name}"'))
    put(tmp_path / "more", "zzz-9999.1.toml", SMALL)
    assert load([tmp_path, tmp_path / "more"]).id == "lab-2026.10"
    assert load([tmp_path], id="lab-2026.9").id == "lab-2026.9"
    assert set(available([tmp_path, tmp_path / "more"])) == {"lab-2026.9", "lab-2026.10", "lab-2025.11", "zzz-9999.1"}


def test_a_users_own_file_replaces_ours(tmp_path: Path) -> None:
    found = load([own_root()], put(tmp_path, "mine.toml", SMALL))
    assert [criterion.id for criterion in found.criteria] == ["X-01"]


def test_an_overlay_states_only_what_it_changes(tmp_path: Path) -> None:
    overlay = """\
id = "acme-1"
extends = "cpo-2026.1"
remove = ["PAR-08"]

[[criterion]]
id = "IFC-02"
level = "may"

[[kpi]]
id = "IFC-02.conformity"
threshold = ">= 0.95"

[[criterion]]
id = "ACME-01"
category = "IFC"
level = "shall"
title = "House rule"
text = "Text."
assessment = "documentary"
reason = "Documents."
scopes = ["audit"]
"""
    ours = load([own_root()])
    found = load([own_root()], put(tmp_path, "acme.toml", overlay))
    changed = {criterion.id: criterion for criterion in found.criteria}
    assert (found.id, found.owner) == ("acme-1", ours.owner)
    assert len(found.criteria) == len(ours.criteria)
    assert "PAR-08" not in changed and "ACME-01" in changed
    assert changed["IFC-02"].level is Level.MAY
    assert changed["IFC-02"].title == {c.id: c for c in ours.criteria}["IFC-02"].title
    assert {kpi.id: kpi.threshold for kpi in found.kpis}["IFC-02.conformity"] == ">= 0.95"
    assert found.digest != ours.digest


def test_an_overlay_may_lie_over_an_overlay(tmp_path: Path) -> None:
    put(tmp_path, "lab-1.toml", SMALL)
    put(tmp_path, "lab-2.toml", 'id = "lab-2"\nextends = "lab-1"\n[[criterion]]\nid = "X-01"\nlevel = "may"\n')
    put(tmp_path, "lab-3.toml", 'id = "lab-3"\nextends = "lab-2"\n[[criterion]]\nid = "X-01"\ntitle = "New"\n')
    found = load([tmp_path], id="lab-3").criteria[0]
    assert (found.level, found.title) == (Level.MAY, "New")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('level = "shall"', 'levle = "shall"', [":18:", "no key 'levle'", "nearest is 'level'"]),
        ('level = "shall"', 'level = "shal"', [":18:", "'shal' is not known", "nearest is 'shall'"]),
        ('title = "Title"', "title = 7", [":19:", "expected a text, found 7"]),
        ('title = "Title"\n', "", [":15:", "title", "expected a text, found nothing"]),
        ('scopes = ["quick"]', 'scopes = ["quik"]', [":24:", "'quik' is not known", "nearest is 'quick'"]),
        ('scopes = ["quick"]', 'scopes = "quick"', [":24:", "expected a list of texts"]),
        ('category = "X"', 'category = "Y"', [":17:", "category 'Y' does not exist"]),
        ('criterion = "X-01"', 'criterion = "X-02"', [":28:", "'X-02' does not exist", "nearest is 'X-01'"]),
        ('unit = "operation"', 'unit = "operations"', [":32:", "nearest is 'operation'"]),
        ('threshold = ">= 0.90"', 'threshold = "90 %"', [":33:", "expected a comparison", "'90 %'"]),
        ('threshold = ">= 0.90"\n', "", [":26:", "expected a comparison", "''"]),
        ('rule = "simple_acceptance"', 'rule = "report_only"', [":33:", "remove the threshold"]),
        ('kind = "ratio"', 'kind = "count"\nfloor = "X-01.b"', [":31:", "floor 'X-01.b' is no KPI"]),
        ('kind = "ratio"', 'kind = "ratio"\nfloor = "X-01.a"', [":31:", "leads back to itself"]),
        ('kind = "ratio"', 'kind = "ladder"', ["X-01.a", "a ladder needs rungs"]),
        ('kind = "ratio"', 'kind = "quantile"', ["X-01.a", "needs a metric"]),
        ('kind = "ratio"', 'kind = "overlap"\nmetric = "one"', [":31:", "name both"]),
        ('checks = ["a.*"]\n', "", ["X-01.a", "list them"]),
        ('rule = "simple_acceptance"', 'rule = "lower_bound_95"\nkind_ = 1', ["no key 'kind_'"]),
        ('id = "X-01.a"', 'id = "X-01.a"\nrungs = [{ name = "1" }]', [":28:", "checks of this rungs: expected a list of texts"]),
        ("requests = 100", "request = 100", [":13:", "no limit 'request'", "nearest is 'requests'"]),
        ("[[preset]]", "[[presets]]", [":9:", "no 'presets'"]),
        ('owner = "Laboratory"\n', "", ['expected owner = "..."']),
        ('owner = "Laboratory"', "owner = ", ["expected TOML", "line 2"]),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, words: list[str]) -> None:
    assert old in SMALL
    path = put(tmp_path, "lab-1.toml", SMALL.replace(old, new, 1))
    with pytest.raises(UsageError) as caught:
        load([tmp_path])
    for word in [str(path), *words]:
        assert word in str(caught.value)


def test_a_duplicate_id_names_both_places(tmp_path: Path) -> None:
    path = put(tmp_path, "lab-1.toml", SMALL + SMALL[SMALL.index("[[kpi]]") :])
    with pytest.raises(UsageError, match=rf"{path}:37: kpi 'X-01.a' is there twice, first in {path}:26"):
        load([tmp_path])


def test_a_measured_criterion_without_kpi_and_a_documentary_one_that_decides_by_kpi_are_refused(tmp_path: Path) -> None:
    put(tmp_path, "lab-1.toml", SMALL[: SMALL.index("[[kpi]]")])
    with pytest.raises(UsageError, match="no KPI names it"):
        load([tmp_path])
    put(tmp_path, "lab-1.toml", SMALL.replace('assessment = "measured"', 'assessment = "documentary"\nreason = "Documents."'))
    with pytest.raises(UsageError, match="make this one report_only"):
        load([tmp_path])
    put(tmp_path, "lab-1.toml", SMALL[: SMALL.index("[[kpi]]")].replace('"measured"', '"documentary"'))
    with pytest.raises(UsageError, match=r"lab-1\.toml:15: criterion 'X-01': documentary needs the reason"):
        load([tmp_path])


@pytest.mark.parametrize(
    ("top", "words"),
    [
        ('extends = "lab-2"', "no catalogue; nearest is 'lab-1'"),
        ('extends = "lab-1"\nremove = ["X-10"]', "remove names 'X-10'.*nearest is 'X-01'"),
        ('extends = "lab-1"\nremove = "X-01"', "expected a list of ids"),
        ("remove = []", "remove needs `extends`"),
        ('extends = "over"', "extends itself"),
    ],
)
def test_a_wrong_overlay_is_refused(tmp_path: Path, top: str, words: str) -> None:
    put(tmp_path, "lab-1.toml", SMALL)
    path = put(tmp_path, "over.toml", f'id = "over"\nowner = "me"\n{top}\n')
    with pytest.raises(UsageError, match=words):
        load([tmp_path], path)


def test_a_missing_catalogue_is_said(tmp_path: Path) -> None:
    put(tmp_path, "lab-1.toml", SMALL)
    with pytest.raises(UsageError, match="'lab-7' is not known; nearest is 'lab-1'"):
        load([tmp_path], id="lab-7")
    with pytest.raises(UsageError, match="cannot be read"):
        load([tmp_path], tmp_path / "absent.toml")
    with pytest.raises(UsageError, match="no catalogue found"):
        load([tmp_path / "empty"])


def test_references_are_checked_against_what_there_is(tmp_path: Path) -> None:
    put(tmp_path, "lab-1.toml", SMALL)
    book = load([tmp_path])
    validate(book, ["a.1", "b.1"])
    assert informative(book, ["b.1", "a.1"]) == ("b.1",)
    with pytest.raises(UsageError, match=r"KPI X-01.a: no check matches 'a\.\*'"):
        validate(book, ["b.1"])


def test_a_ladder_and_a_quantile_can_be_written(tmp_path: Path) -> None:
    ladder = 'kind = "ladder"\nrungs = [{ name = "one", checks = ["l.1"] }]'
    put(tmp_path, "lab-1.toml", SMALL.replace('kind = "ratio"', ladder).replace('checks = ["a.*"]\n', ""))
    book = load([tmp_path])
    assert book.kpis[0].rungs == (Rung("one", ("l.1",)),)
    with pytest.raises(UsageError, match=r"no check matches 'l\.1'"):
        validate(book, ["a.1"])
    quantile = 'kind = "quantile"\nmetric = "m.total"\nquantile = "0.95"'
    put(tmp_path, "lab-1.toml", SMALL.replace('kind = "ratio"', quantile).replace('checks = ["a.*"]\n', ""))
    book = load([tmp_path])
    validate(book, [], ["m"])
    with pytest.raises(UsageError, match=r"nothing measures 'm\.total'"):
        validate(book, [], ["n"])
