"""Is this JSON value one of that primitive type? OData JSON 4.01, 7.1 Primitive Value; OData ABNF, section 7.

A check takes a value that is not null and returns why it is wrong: "kind" (another JSON kind), "lexical", "range", "length",
"precision", "scale", "member", "ieee754" (a string where a number was asked for, or the other way round), "shape" (GeoJSON),
or "" when it is right.
"""

import re
import sys
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from re import Pattern
from typing import Any

from cpo_probe.protocols.odata.csdl import EnumType, Facets
from cpo_probe.protocols.odata.primitives import (
    BINARY,
    DATE,
    DATE_TIME_OFFSET,
    DECIMAL,
    DURATION,
    GEO,
    GUID,
    INTEGER,
    INTEGERS,
    NOT_A_NUMBER,
    TIME_OF_DAY,
    is_integer,
    real_day,
)

Check = Callable[[Any], str]
SINGLE_MAX = 3.4028235677973366e38  # half a step above the largest finite value of IEEE 754 single


def anything(_value: Any) -> str:
    return ""


def not_structured(value: Any) -> str:
    """Edm.PrimitiveType: any primitive value; geo values are objects."""
    return "kind" if isinstance(value, list) else ""


def boolean(value: Any) -> str:
    return "" if value is True or value is False else "kind"


def integer(least: int, most: int) -> Check:
    def check(value: Any) -> str:
        if value.__class__ is int:
            return "" if least <= value <= most else "range"
        if value.__class__ is float and value.is_integer():
            return "" if least <= value <= most else "range"
        return "lexical" if value.__class__ is float else "kind"

    return check


def int64(ieee754: bool) -> Check:
    number = integer(*INTEGERS["Edm.Int64"])

    def as_text(value: Any) -> str:
        if value.__class__ is not str:
            return "ieee754" if value.__class__ in (int, float) else "kind"
        if INTEGER.fullmatch(value) is None:
            return "lexical"
        return "" if is_integer(value, *INTEGERS["Edm.Int64"]) else "range"

    def as_number(value: Any) -> str:
        return "ieee754" if value.__class__ is str and INTEGER.fullmatch(value) else number(value)

    return as_text if ieee754 else as_number


def floating(single: bool) -> Check:
    def check(value: Any) -> str:
        kind = value.__class__
        if kind is float or kind is int:
            return "range" if single and abs(value) > SINGLE_MAX else ""
        if kind is str:
            return "" if value in NOT_A_NUMBER else "kind"
        return "kind"

    return check


def _digits(number: Decimal) -> tuple[int, int, int]:
    """Digits before the point, after it, and significant ones; trailing zeros left out."""
    _, digits, exponent = number.normalize().as_tuple()
    if not isinstance(exponent, int) or not number:
        return 0, 0, 0
    return max(0, len(digits) + exponent), max(0, -exponent), len(digits)


def _fits(number: Decimal, facets: Facets) -> str:
    before, after, significant = _digits(number)
    scale, precision = facets.scale, facets.precision
    if isinstance(scale, int):
        if after > scale:
            return "scale"
        return "precision" if precision is not None and before > precision - scale else ""
    if precision is None:
        return ""
    used = significant if scale == "floating" else before + after
    return "precision" if used > precision else ""


def decimal(facets: Facets, ieee754: bool) -> Check:
    free = facets.precision is None and not isinstance(facets.scale, int)

    def as_number(value: Any) -> str:
        kind = value.__class__
        if kind is int:
            return "" if facets.precision is None else _fits(Decimal(value), facets)
        if kind is float:
            return "" if free else _fits(Decimal(repr(value)), facets)
        if kind is str:
            if value in NOT_A_NUMBER:
                return "" if facets.scale == "floating" or free else "lexical"
            return "ieee754" if DECIMAL.fullmatch(value) else "kind"
        return "kind"

    def as_text(value: Any) -> str:
        if value.__class__ is not str:
            return "ieee754" if value.__class__ in (int, float) else "kind"
        if value in NOT_A_NUMBER:
            return "" if facets.scale == "floating" or free else "lexical"
        if len(value) > 400 or DECIMAL.fullmatch(value) is None:
            return "lexical"
        try:
            return "" if free else _fits(Decimal(value), facets)
        except InvalidOperation:
            return "range"

    return as_text if ieee754 else as_number


def text(facets: Facets) -> Check:
    most = sys.maxsize if facets.max_length is None else facets.max_length

    def check(value: Any) -> str:
        if value.__class__ is not str:
            return "kind"
        return "length" if len(value) > most else ""

    return check


def binary(facets: Facets) -> Check:
    most = facets.max_length

    def check(value: Any) -> str:
        if value.__class__ is not str:
            return "kind"
        if BINARY.fullmatch(value) is None:
            return "lexical"
        return "length" if most is not None and len(value.rstrip("=")) * 3 // 4 > most else ""

    return check


def matching(pattern: Pattern[str]) -> Check:
    full = pattern.fullmatch

    def check(value: Any) -> str:
        if value.__class__ is not str:
            return "kind"
        return "" if full(value) else "lexical"

    return check


USUAL_DAY = (  # all but the 29th of February
    r"(?:[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31))"
)
_usual_day = re.compile(USUAL_DAY).fullmatch


def date(value: Any) -> str:
    if value.__class__ is not str:
        return "kind"
    if _usual_day(value):
        return ""
    match = DATE.fullmatch(value)
    return "" if match is not None and real_day(*match.group(1, 2, 3)) else "lexical"


def usual_stamp(precision: int | None) -> str:
    """The expression of dates and times as most services write them; what it does not know may be right as well."""
    clock = rf"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]{_fraction(precision)}"
    return rf"{USUAL_DAY}T{clock}(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"


def usual_span(precision: int | None) -> str:
    """The same of durations."""
    clock = rf"(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+{_fraction(precision)}S)?"
    return rf"-?P(?=[0-9T])(?:[0-9]+D)?(?:T(?=[0-9]){clock})?"


def _fraction(precision: int | None) -> str:
    digits = 12 if precision is None else min(precision, 12)
    return rf"(?:\.[0-9]{{1,{digits}}})?" if digits else ""


def date_time(precision: int | None) -> Check:
    """The usual form is recognised by one expression: dates and times are a third of what services deliver."""
    usual = re.compile(usual_stamp(precision)).fullmatch
    exact = timed(DATE_TIME_OFFSET, 4, precision, True)

    def check(value: Any) -> str:
        return "" if value.__class__ is str and usual(value) else exact(value)

    return check


def timed(pattern: Pattern[str], group: int, precision: int | None, dated: bool) -> Check:
    """A time with at most `precision` digits after the seconds; `dated`: groups 1 to 3 are a day that has to exist."""
    full = pattern.fullmatch

    def check(value: Any) -> str:
        if value.__class__ is not str:
            return "kind"
        match = full(value)
        if match is None or (dated and not real_day(*match.group(1, 2, 3))):
            return "lexical"
        fraction = match.group(group)
        return "precision" if fraction and precision is not None and len(fraction.rstrip("0")) > precision else ""

    return check


def enumeration(enum: EnumType) -> Check:
    """Member names, or numbers in text for what has no name (OData ABNF, enumValue); flags may be joined by commas."""
    values = enum.values
    bounds = INTEGERS.get(enum.underlying, INTEGERS["Edm.Int64"])

    def known(part: str) -> bool:
        return part in values or is_integer(part, *bounds)

    def check(value: Any) -> str:
        if value.__class__ is not str:
            return "kind"
        if value in values:
            return ""
        parts = value.split(",")
        return "" if (len(parts) == 1 or enum.flags) and all(known(part) for part in parts) else "member"

    return check


_DEPTHS = {"Point": 1, "LineString": 2, "MultiPoint": 2, "Polygon": 3, "MultiLineString": 3, "MultiPolygon": 4}


def _coordinates(value: Any, depth: int) -> bool:
    if not isinstance(value, list):
        return False
    if depth == 1:
        return len(value) >= 2 and all(isinstance(number, (int, float)) and not isinstance(number, bool) for number in value)
    return all(_coordinates(item, depth - 1) for item in value)


def geo(type_name: str) -> Check:
    """GeoJSON (OData JSON 7.1; RFC 7946): the type's shape, with coordinates as deep as the shape says."""
    stated = type_name.removeprefix("Edm.Geography").removeprefix("Edm.Geometry")

    def check(value: Any) -> str:
        if not isinstance(value, dict):
            return "kind"
        shape = value.get("type")
        if stated and shape != ("GeometryCollection" if stated == "Collection" else stated):
            return "shape"
        if shape == "GeometryCollection":
            inner = value.get("geometries")
            return "" if isinstance(inner, list) and not any(geo("Edm.Geography")(item) for item in inner) else "shape"
        return "" if shape in _DEPTHS and _coordinates(value.get("coordinates"), _DEPTHS[shape]) else "shape"

    return check


def primitive(type_name: str, facets: Facets, ieee754: bool) -> Check | None:
    """The check of a primitive type of OData 4.0x; None when the name is none."""
    if type_name == "Edm.Int64":
        return int64(ieee754)
    if type_name in INTEGERS:
        return integer(*INTEGERS[type_name])
    if type_name in GEO:
        return geo(type_name)
    match type_name:
        case "Edm.String":
            return text(facets)
        case "Edm.Boolean":
            return boolean
        case "Edm.Decimal":
            return decimal(facets, ieee754)
        case "Edm.Double" | "Edm.Single":
            return floating(type_name == "Edm.Single")
        case "Edm.Guid":
            return matching(GUID)
        case "Edm.Binary":
            return binary(facets)
        case "Edm.Date":
            return date
        case "Edm.DateTimeOffset":
            return date_time(facets.precision)
        case "Edm.TimeOfDay":
            return timed(TIME_OF_DAY, 1, facets.precision, False)
        case "Edm.Duration":
            return timed(DURATION, 1, facets.precision, False)
        case "Edm.PrimitiveType":
            return not_structured
        case "Edm.Stream" | "Edm.Untyped":
            return anything
    return None
