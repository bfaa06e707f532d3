"""Bounds against the published table of sample sizes and against closed forms."""

from fractions import Fraction
from math import comb

import pytest

from cpo_probe.scoring import lower_bound, upper_bound
from cpo_probe.scoring.binomial import quantile_ranks, tail
from cpo_probe.scoring.numbers import written

TABLE = [
    ("0.90", (29, 46, 61)),
    ("0.95", (59, 93, 124)),
    ("0.98", (149, 236, 313)),
    ("0.99", (299, 473, 628)),
    ("0.995", (598, 947, 1258)),
]


@pytest.mark.parametrize(("claim", "failures", "n"), [(p, f, n) for p, row in TABLE for f, n in enumerate(row)])
def test_the_table_of_sample_sizes_is_reproduced(claim: str, failures: int, n: int) -> None:
    assert lower_bound(n - failures, n) >= Fraction(claim)
    assert lower_bound(n - 1 - failures, n - 1) < Fraction(claim)


def test_without_failures_the_bound_is_the_root_of_alpha() -> None:
    for n in (1, 5, 29, 299):
        bound = lower_bound(n, n)
        assert bound**n <= Fraction(1, 20) < (bound + Fraction(1, 10**6)) ** n


def test_the_upper_bound_mirrors_the_lower() -> None:
    assert upper_bound(0, 29) == 1 - lower_bound(29, 29)
    assert upper_bound(7, 7) == 1
    assert lower_bound(0, 7) == 0


def test_the_tail_is_the_exact_sum() -> None:
    p = Fraction(3, 10)
    for k in range(9):
        exact = sum(comb(8, i) * p**i * (1 - p) ** (8 - i) for i in range(k, 9))
        assert abs(Fraction(tail(k, 8, p)) - exact) < Fraction(1, 10**40)


def test_a_large_sample_is_no_trouble() -> None:
    assert written(lower_bound(50_000, 100_000)) == "0.497394"


def test_more_successes_than_trials_are_refused() -> None:
    with pytest.raises(ValueError, match="8 of 7"):
        lower_bound(8, 7)


@pytest.mark.parametrize(
    ("n", "expected"),
    # Conover, Practical Nonparametric Statistics, table of the sign test: ranks for the median at 95 %
    [(5, (1, 5, False)), (6, (1, 6, True)), (9, (2, 8, True)), (15, (4, 12, True)), (20, (6, 15, True))],
)
def test_the_interval_of_a_median_has_the_ranks_of_the_sign_test(n: int, expected: tuple[int, int, bool]) -> None:
    assert quantile_ranks(n, Fraction(1, 2)) == expected


def test_a_high_quantile_needs_a_larger_sample() -> None:
    assert quantile_ranks(20, Fraction(19, 20))[2] is False
    low, high, enough = quantile_ranks(200, Fraction(19, 20))
    assert enough and low < 190 < high <= 200


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1, 3), "0.333333"),
        (Fraction(2, 3), "0.666667"),
        (Fraction(-1, 3), "-0.333333"),
        (Fraction(5), "5.000000"),
        (Fraction(1, 2_000_000), "0.000000"),
        (Fraction(3, 2_000_000), "0.000002"),
    ],
)
def test_numbers_have_six_places(value: Fraction, text: str) -> None:
    assert written(value) == text
