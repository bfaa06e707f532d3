"""The method proves itself: every seeded defect is detected, and nothing else is alarmed."""

from fnmatch import fnmatchcase

import pytest

from cpo_probe.cli.loading import House, open_house
from cpo_probe.cli.selftest import Verdict, defects, matrix, selftest
from cpo_probe.errors import UsageError

FEWEST, FEWEST_ODATA = 125, 60


@pytest.fixture(scope="module")
def house() -> House:
    return open_house((), None, "en")


def test_the_whole_matrix_is_detected_and_the_clean_server_is_left_in_peace(house: House, server: str) -> None:
    chosen = defects(())
    clean, *verdicts = matrix(house, server, chosen)
    assert clean.alarms == ()
    assert clean.exchanges > 300
    assert len(verdicts) == len(chosen) >= FEWEST
    assert len([d for d in chosen if d.interface]) >= FEWEST_ODATA
    assert [f"{v.defect}: missed {v.missed}, alarms {v.alarms}" for v in verdicts if not v.good] == []


def test_for_some_defects_the_clean_server_is_asked_only_by_the_probes_that_see_them(house: House, server: str) -> None:
    clean = next(matrix(house, server, defects(("odata-model-*",)), whole=False))
    assert clean.alarms == ()
    assert 0 < clean.exchanges < 300


def test_each_defect_names_checks_that_exist_and_probes_that_exist(house: House) -> None:
    for defect in defects(()):
        assert defect.expects, defect.name
        assert set(defect.expects) <= set(house.registry.checks), defect.name
        assert all(any(fnmatchcase(p, probe) for p in house.registry.probes) for probe in defect.probes), (
            defect.name,
            defect.probes,
        )


def test_a_missed_check_or_an_alarm_is_not_good() -> None:
    assert Verdict("d", "", ("a",), (), (), 1, 0.0).good
    assert not Verdict("d", "", ("a",), ("a",), (), 1, 0.0).good
    assert not Verdict("d", "", ("a",), (), ("b",), 1, 0.0).good


def test_a_pattern_without_a_defect_is_a_mistake() -> None:
    with pytest.raises(UsageError, match="matches no defect"):
        selftest(("no-such-*",), (), False)
