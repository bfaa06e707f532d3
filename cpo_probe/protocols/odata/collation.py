"""Which of two texts comes first, whatever the collation of the service? OData leaves collations open (Part 1, 11.2.6.2)."""

_SURE = frozenset("abcdefghijklmnopqrstuvx")
"""Letters that come in this order in every language: w, y and z do not."""
_JOINED = frozenset({"aa", "ch", "ij", "ng"})
"""Pairs that some languages order as a letter of its own, elsewhere than the first one of them."""


def order(one: str, other: str) -> int | None:
    """-1 when `one` comes first, 1 when `other` does, 0 for the same text; None where collations differ.

    Sure is the order of letters of one case that differ first, at the beginning or behind no letter; of digits in numbers of
    equal length, since some collations order by the number; and of a text that goes on where the other one ends.
    """
    if one == other:
        return 0
    place = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if place in (len(one), len(other)):
        longer = one if len(one) > place else other
        return (1 if longer is one else -1) if _plain(longer[place]) else None
    a, b = one[place], other[place]
    if a.isdigit() and b.isdigit() and a.isascii() and b.isascii():
        return _sign(a, b) if _run(one, place) == _run(other, place) else None
    if place and not (one[place - 1].isascii() and not one[place - 1].isalpha()):
        return None
    sure = _letter(one, place) and _letter(other, place) and a.isupper() is b.isupper()
    return _sign(a, b) if sure else None


def _sign(a: str, b: str) -> int:
    return -1 if a < b else 1


def _plain(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def _run(text: str, place: int) -> int:
    """How many digits follow from there."""
    rest = text[place:]
    return len(rest) - len(rest.lstrip("0123456789"))


def _letter(text: str, place: int) -> bool:
    """Whether it is a letter with a sure place, and not part of another one with what follows."""
    pair = text[place : place + 2]
    return pair[0].lower() in _SURE and pair.isascii() and pair.lower() not in _JOINED
