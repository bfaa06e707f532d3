"""How is an exact number written, so that every machine writes the same?"""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

from cpo_probe.model import Interval

PLACES = 6
STEP = Fraction(1, 10**PLACES)


def written(value: Fraction, rounding: str = ROUND_HALF_EVEN) -> str:
    """Six places; the rounding is done on exact integers."""
    scaled = value / STEP
    whole = scaled.numerator // scaled.denominator
    if rounding == ROUND_CEILING:
        whole = -(-scaled.numerator // scaled.denominator)
    elif rounding == ROUND_HALF_EVEN:
        whole = round(scaled)
    digits = f"{abs(whole):0{PLACES + 1}d}"
    return f"{'-' if whole < 0 else ''}{digits[:-PLACES]}.{digits[-PLACES:]}"


def interval(low: Fraction, high: Fraction) -> Interval:
    """Rounded outwards: what is written never promises more than was found."""
    return Interval(written(low, ROUND_FLOOR), written(high, ROUND_CEILING))


def context() -> Context:
    """Fifty digits and room for the tails of samples of any size; decimal arithmetic is the same everywhere."""
    return Context(prec=50, rounding=ROUND_HALF_EVEN, Emin=-(10**15), Emax=10**15)


def decimal(value: Fraction) -> Decimal:
    with_context = context()
    return with_context.divide(Decimal(value.numerator), Decimal(value.denominator))
