"""Outcomes are merged per subject and reason, whatever the order."""

from copy import deepcopy
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from cpo_probe.judge.tally import Tally, canonical, merged, quantised
from cpo_probe.model import Outcome, Result, Severity, Subject, failed, not_applicable, passed

SUBJECT = Subject("a.check", "openapi:/api", "GET /items", "")


def tally_of(*said: tuple[Result, str]) -> Tally:
    tally = Tally()
    for result, exchange in said:
        tally.add(SUBJECT, Severity.MAJOR, result, exchange)
    return tally


def test_equal_failures_are_one_row_with_a_count_and_the_first_exchanges() -> None:
    tally = tally_of(*((failed("status", found=500), f"{n:06d}") for n in range(1, 10)))
    (row,) = tally.findings()
    assert (row.count, row.exchanges) == (9, ("000001", "000002", "000003", "000004", "000005"))


def test_the_exemplar_is_that_of_the_first_exchange_in_any_order_of_workers() -> None:
    parts = [tally_of((failed("status", found=n), f"{n:06d}")) for n in (3, 1, 2)]
    seen = {str(merged(map(deepcopy, order)).findings()) for order in permutations(parts)}
    assert len(seen) == 1
    assert merged(map(deepcopy, parts)).findings()[0].found == 1


def test_the_first_exchanges_are_kept_whatever_a_check_cites_first() -> None:
    many = failed("status", found="many", exchanges=["000002", "000003", "000004", "000005"])
    (row,) = tally_of((many, "000050"), (failed("status", found="earlier"), "000010")).findings()
    assert (row.found, row.exchanges) == ("earlier", ("000002", "000003", "000004", "000005", "000010"))


def test_another_reason_is_another_row() -> None:
    tally = tally_of((failed("status"), "000001"), (failed("media-type"), "000001"), (not_applicable("no_body"), "000002"))
    assert [(f.outcome, f.code) for f in tally.findings()] == [
        (Outcome.FAIL, "media-type"),
        (Outcome.FAIL, "status"),
        (Outcome.NOT_APPLICABLE, "no_body"),
    ]


@given(st.lists(st.integers(1, 200), unique=True, min_size=1))
def test_the_digest_of_passes_does_not_depend_on_how_the_work_was_cut(ids: list[int]) -> None:
    said = [(passed(), f"{n:06d}") for n in ids]
    middle = len(said) // 2
    whole = tally_of(*said).pass_counts()
    assert merged([tally_of(*said[middle:]), tally_of(*said[:middle])]).pass_counts() == whole
    assert tally_of(*said[1:]).pass_counts() != whole


def test_values_of_findings_are_bounded_json_without_floats() -> None:
    deep: object = "x"
    for _ in range(20):
        deep = [deep]
    assert canonical(0.1) == "0.100000"
    assert canonical("x" * 1000).endswith("…(+600)")
    assert canonical(list(range(100)))[-1] == "…(+80)"
    assert "…" in str(canonical(deep))
    assert canonical({1: b"\xff"}) == {"1": "\ufffd"}
    assert quantised(1e-7) == "0.000000"
