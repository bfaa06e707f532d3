"""Is this text a value of that primitive type? OData ABNF 4.01, section 7 (primitiveValue)."""

import re
from collections.abc import Callable

INTEGERS: dict[str, tuple[int, int]] = {
    "Edm.Byte": (0, 255),
    "Edm.SByte": (-128, 127),
    "Edm.Int16": (-(2**15), 2**15 - 1),
    "Edm.Int32": (-(2**31), 2**31 - 1),
    "Edm.Int64": (-(2**63), 2**63 - 1),
}
GEO_SHAPES = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "Collection")
GEO = frozenset(f"Edm.{kind}{shape}" for kind in ("Geography", "Geometry") for shape in ("", *GEO_SHAPES))
PRIMITIVES = (
    frozenset(
        {"Edm.Binary", "Edm.Boolean", "Edm.Date", "Edm.DateTimeOffset", "Edm.Decimal", "Edm.Double", "Edm.Duration", "Edm.Guid"}
        | {"Edm.Single", "Edm.Stream", "Edm.String", "Edm.TimeOfDay"}
    )
    | frozenset(INTEGERS)
    | GEO
)
ABSTRACT = frozenset(
    {"Edm.PrimitiveType", "Edm.ComplexType", "Edm.EntityType", "Edm.Untyped", "Edm.AnnotationPath", "Edm.AnyPropertyPath"}
    | {"Edm.ModelElementPath", "Edm.NavigationPropertyPath", "Edm.PropertyPath"}
)
KEY_TYPES = (
    frozenset(
        {
            "Edm.Boolean",
            "Edm.Date",
            "Edm.DateTimeOffset",
            "Edm.Decimal",
            "Edm.Duration",
            "Edm.Guid",
            "Edm.String",
            "Edm.TimeOfDay",
        }
    )
    | INTEGERS.keys()
)
OLD_PRIMITIVES = frozenset(
    {"Edm.Null", "Edm.Binary", "Edm.Boolean", "Edm.DateTime", "Edm.DateTimeOffset", "Edm.Decimal", "Edm.Double", "Edm.Float"}
    | {"Edm.Guid", "Edm.Single", "Edm.Stream", "Edm.String", "Edm.Time"}
) | frozenset(INTEGERS)
OLD_KEY_TYPES = OLD_PRIMITIVES - {"Edm.Null", "Edm.Stream"}

GUID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}")
_DAY = r"(-?(?:0[0-9]{3}|[1-9][0-9]{3,}))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::(?:[0-5][0-9]|60)(?:\.([0-9]{1,12}))?)?"
DATE = re.compile(_DAY)
TIME_OF_DAY = re.compile(_TIME)
DATE_TIME_OFFSET = re.compile(rf"{_DAY}[Tt]{_TIME}(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])")
DURATION = re.compile(  # xs:dayTimeDuration: something after P, and after T
    r"-?[Pp](?=[0-9Tt])(?:[0-9]+[Dd])?(?:[Tt](?=[0-9])(?:[0-9]+[Hh])?(?:[0-9]+[Mm])?(?:[0-9]+(?:\.([0-9]+))?[Ss])?)?"
)
DECIMAL = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[Ee][+-]?[0-9]+)?")
INTEGER = re.compile(r"[+-]?[0-9]+")
BINARY = re.compile(r"(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048]=?|[A-Za-z0-9_-][AQgw](?:==)?)?")
NOT_A_NUMBER = frozenset({"NaN", "INF", "-INF"})


_LENGTHS = {"02": 29, "04": 30, "06": 30, "09": 30, "11": 30}


def real_day(year: str, month: str, day: str) -> bool:
    """Whether the month has that day; years as in ISO 8601, the year 0 exists."""
    if day < "29":
        return True
    if month == "02" and day == "29":
        number = int(year)
        return number % 4 == 0 and (number % 100 != 0 or number % 400 == 0)
    return int(day) <= _LENGTHS.get(month, 31)


def is_date(text: str) -> bool:
    match = DATE.fullmatch(text)
    return match is not None and real_day(*match.group(1, 2, 3))


def is_date_time_offset(text: str) -> bool:
    match = DATE_TIME_OFFSET.fullmatch(text)
    return match is not None and real_day(*match.group(1, 2, 3))


def is_integer(text: str, least: int, most: int) -> bool:
    return INTEGER.fullmatch(text) is not None and len(text) <= 40 and least <= int(text) <= most


_TEXTS: dict[str, Callable[[str], object]] = {
    "Edm.Binary": BINARY.fullmatch,
    "Edm.Boolean": lambda text: text in ("true", "false"),
    "Edm.Date": is_date,
    "Edm.DateTimeOffset": is_date_time_offset,
    "Edm.Decimal": lambda text: DECIMAL.fullmatch(text) or text in NOT_A_NUMBER,
    "Edm.Double": lambda text: DECIMAL.fullmatch(text) or text in NOT_A_NUMBER,
    "Edm.Single": lambda text: DECIMAL.fullmatch(text) or text in NOT_A_NUMBER,
    "Edm.Duration": DURATION.fullmatch,
    "Edm.Guid": GUID.fullmatch,
    "Edm.TimeOfDay": TIME_OF_DAY.fullmatch,
}


def is_literal(type_name: str, text: str) -> bool:
    """Whether the text is a value of the primitive type; true for types whose form is not checked (strings, geo, abstract)."""
    bounds = INTEGERS.get(type_name)
    if bounds is not None:
        return is_integer(text, *bounds)
    check = _TEXTS.get(type_name)
    return check is None or bool(check(text))
