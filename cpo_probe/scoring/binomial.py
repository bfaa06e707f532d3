"""How much can a sample show about the whole it was drawn from?

Exact binomial bounds (Clopper and Pearson 1934) and the order-statistic interval of a quantile (Conover,
Practical Nonparametric Statistics, 3.2), by bisection with decimal arithmetic: no floating point, no library
whose last digit may change.
"""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from cpo_probe.scoring.numbers import PLACES, context, decimal

ALPHA = Fraction(1, 20)
"""One-sided 95 %."""


def lower_bound(successes: int, n: int, alpha: Fraction = ALPHA) -> Fraction:
    """The largest p (six places, rounded down) under which `successes` or more out of `n` have at most probability `alpha`.

    0 when nothing succeeded. The sample must have been drawn independently; requests to one operation are not.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"expected 0 <= successes <= n, found {successes} of {n}")
    if successes == 0:
        return Fraction(0)
    low, high = 0, 10**PLACES  # at p = low the tail is at most alpha; at p = 1 it is 1
    limit = decimal(alpha)
    while high - low > 1:
        middle = (low + high) // 2
        if tail(successes, n, Fraction(middle, 10**PLACES)) <= limit:
            low = middle
        else:
            high = middle
    return Fraction(low, 10**PLACES)


def upper_bound(successes: int, n: int, alpha: Fraction = ALPHA) -> Fraction:
    """The smallest p (six places, rounded up) under which `successes` or fewer have at most probability `alpha`."""
    return 1 - lower_bound(n - successes, n, alpha)


def tail(k: int, n: int, p: Fraction) -> Decimal:
    """P(X >= k) for X ~ Bin(n, p), to fifty digits; the shorter side is summed."""
    if k <= 0:
        return Decimal(1)
    if p == 0 or k > n:
        return Decimal(0)
    if p == 1:
        return Decimal(1)
    if n - k < k:
        return _sum(n, p, k, n)
    return context().subtract(Decimal(1), _sum(n, p, 0, k - 1))


def _sum(n: int, p: Fraction, first: int, last: int) -> Decimal:
    """Sum of the probabilities of first..last, each term from its neighbour nearer to the end of the range."""
    exact = context()
    success, failure = decimal(p), decimal(1 - p)
    upward = first == 0
    term = exact.power(failure if upward else success, n)
    odds = exact.divide(success, failure) if upward else exact.divide(failure, success)
    total = Decimal(0)
    for step in range(last - first + 1):
        total = exact.add(total, term)
        # C(n, i+1) / C(n, i) = (n - i) / (i + 1), the same from either end
        term = exact.multiply(exact.multiply(term, odds), exact.divide(Decimal(n - step), Decimal(step + 1)))
    return total


def quantile_ranks(n: int, q: Fraction, alpha: Fraction = ALPHA) -> tuple[int, int, bool]:
    """Ranks (from 1) of the ordered sample that enclose the q-quantile with confidence 1 - alpha, and whether they do.

    A sample too small for that gets its smallest and largest value, and False.
    """
    half = decimal(alpha / 2)
    low = _last(0, n, lambda rank: context().subtract(Decimal(1), tail(rank, n, q)) <= half)  # P(X <= rank - 1)
    high = _last(0, n, lambda rank: tail(n + 1 - rank, n, q) <= half)  # P(X >= n + 1 - rank)
    return max(low, 1), min(n + 1 - high, n), low >= 1 and high >= 1


def _last(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The largest number in low..high for which `holds`, which holds up to some point; `low` when it never does."""
    while low < high:
        middle = (low + high + 1) // 2
        if holds(middle):
            low = middle
        else:
            high = middle - 1
    return low
