"""The method proves itself: every seeded defect is detected, and nothing else is alarmed."""

from collections import Counter
from fnmatch import fnmatchcase

import pytest

from cpo_probe.cli.loading import House, open_house
from cpo_probe.cli.selftest import Verdict, defects, matrix, selftest
from cpo_probe.errors import UsageError

FEWEST, FEWEST_ODATA, FEWEST_SOAP = 125, 60, 30


@pytest.fixture(scope="module")
def house() -> House:
    return open_house((), None, "en")


def test_there_are_defects_of_every_interface(house: House) -> None:
    """They are run in `test_matrix_*.py`, one file for each interface, so that several processes can share the work."""
    found = Counter((d.interface or "rest") for d in defects(()))
    assert found["rest"] >= FEWEST
    assert found["odata/v4/"] + found["odata/v2/"] >= FEWEST_ODATA
    assert found["soap/plm"] >= FEWEST_SOAP
    assert set(found) == {"rest", "odata/v4/", "odata/v2/", "soap/plm", "exports"}


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
