"""Which value does a JSON value stand for, and how is it written in a URL?

Values are None, bool, int, float, Decimal, str, bytes, `Identifier` (Guid), `Day`, `Clock`, `Moment`, `Span`, `Flags`.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache, partial
from typing import Any

from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.primitives import GUID, INTEGERS
from cpo_probe.protocols.odata.times import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    Clock,
    Day,
    Moment,
    Span,
    civil,
    parse_clock,
    parse_day,
    parse_moment,
    parse_span,
)

_TICKS = re.compile(r"/Date\((-?[0-9]+)([+-][0-9]+)?\)/")


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """A Guid; equal in upper and lower case."""

    text: str


@dataclass(frozen=True, slots=True)
class Flags:
    """A value of an enumeration."""

    type: str
    number: int


Value = None | bool | int | float | Decimal | str | bytes | Identifier | Day | Clock | Moment | Span | Flags


class Untyped(ValueError):
    """The JSON value is none of its type, or the type has no values that can be compared here (geo, streams)."""


def typed(model: Model, type_name: str, value: Any) -> Value:
    """The value behind a JSON value; raises `Untyped`."""
    return None if value is None else reader(model, type_name)(value)


def reader(model: Model, type_name: str) -> Callable[[Any], Value]:
    """Reads JSON values of that type that are not null; raises `Untyped`."""
    found = model.readers.get(type_name)
    if found is None:
        enum = model.enum(type_name)
        found = _primitives(model, type_name) if enum is None else partial(_member, enum.qualified, enum.values)
        model.readers[type_name] = found
    return found


def _primitives(model: Model, type_name: str) -> Callable[[Any], Value]:
    name, read = model.underlying(type_name), _old if model.old else _primitive

    def value_of(value: Any) -> Value:
        try:
            return read(name, value)
        except (ValueError, InvalidOperation, TypeError, AttributeError, binascii.Error) as error:
            raise Untyped(f"no value of {type_name}: {value!r}") from error

    return value_of


def _member(enum: str, values: Mapping[str, int], value: Any) -> Flags:
    number = 0
    for part in str(value).split(","):
        name = part.strip()
        if name not in values and not name.lstrip("-").isdecimal():
            raise Untyped(f"no member of {enum}: {value!r}")
        number |= values[name] if name in values else int(name)
    return Flags(enum, number)


def _number(value: Any) -> Decimal:
    if isinstance(value, bool):
        raise ValueError("true or false is no number")
    return Decimal(value if isinstance(value, (int, str)) else repr(value))


@lru_cache(maxsize=2**14, typed=True)  # the same rows are looked at by one expression after the other
def _primitive(name: str, value: Any) -> Value:
    if name in INTEGERS:
        return int(_number(value))
    match name:
        case "Edm.Boolean" if isinstance(value, bool):
            return value
        case "Edm.String" if isinstance(value, str):
            return value
        case "Edm.Decimal":
            return _number(value)
        case "Edm.Double" | "Edm.Single":
            return float(value.replace("INF", "inf") if isinstance(value, str) else _number(value))
        case "Edm.Guid" if GUID.fullmatch(value):
            return Identifier(value.lower())
        case "Edm.Date":
            return parse_day(value)
        case "Edm.TimeOfDay":
            return parse_clock(value)
        case "Edm.DateTimeOffset":
            return parse_moment(value)
        case "Edm.Duration":
            return parse_span(value)
        case "Edm.Binary":
            return base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
    raise ValueError(f"no value of {name}")


@lru_cache(maxsize=2**14, typed=True)
def _old(name: str, value: Any) -> Value:
    """Verbose JSON of V2: numbers in text, ticks, XML Schema durations for times of day."""
    match name:
        case "Edm.DateTime" | "Edm.DateTimeOffset":
            ticks = _TICKS.fullmatch(value)
            if ticks is None:
                raise ValueError("no ticks")
            return Moment(int(ticks.group(1)) * 10**9, int(ticks.group(2) or 0))
        case "Edm.Time":
            return Clock(parse_span(value).picoseconds)
        case "Edm.Binary":
            return base64.b64decode(value, validate=True)
        case "Edm.Int64" | "Edm.Decimal" | "Edm.Double" | "Edm.Single" | "Edm.Float":
            text = value.rstrip("LMDFmdf") if isinstance(value, str) and not value.endswith(("INF", "NaN")) else value
            return _primitive("Edm.Double" if name == "Edm.Float" else name, text)
    return _primitive(name, value)


def literal(model: Model, type_name: str, value: Any) -> str:
    """The text of a JSON value in a URL before percent-encoding (OData ABNF, primitiveLiteral; V2: 2.2.2 of its conventions).

    Durations, binaries and enumerations carry their prefix, which OData 4.0 requires and 4.01 allows.
    Raises `Untyped` for a value that is none of its type.
    """
    found = typed(model, type_name, value)
    if found is None:
        return "null"
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, Flags):
        return f"{found.type}'{value}'"
    if isinstance(found, str):
        return "'" + found.replace("'", "''") + "'"
    name = model.underlying(type_name)
    if model.old:
        return _old_literal(name, found, value)
    if isinstance(found, bytes):
        return f"binary'{value}'"
    if isinstance(found, (int, float, Decimal)):
        return _digits(found)
    return f"duration'{value}'" if name == "Edm.Duration" else str(value)


def _old_literal(name: str, found: Value, value: Any) -> str:
    match found:
        case Identifier(text):
            return f"guid'{text}'"
        case bytes():
            return f"X'{found.hex().upper()}'"
        case Clock():
            return f"time'{value}'"
        case Moment(picoseconds, offset):
            kind = "datetime" if name == "Edm.DateTime" else "datetimeoffset"
            return f"{kind}'{moment_text(picoseconds, offset, kind == 'datetimeoffset')}'"
    if not isinstance(found, (int, float, Decimal)):
        return str(value)
    suffix = {"Edm.Int64": "L", "Edm.Decimal": "M", "Edm.Double": "d", "Edm.Single": "f", "Edm.Float": "f"}.get(name, "")
    return _digits(found) + suffix


def _digits(number: int | float | Decimal) -> str:
    if isinstance(number, float):
        text = repr(number).removesuffix(".0")
        return {"inf": "INF", "-inf": "-INF", "nan": "NaN"}.get(text, text)
    return str(number) if isinstance(number, int) else format(number, "f")


def moment_text(picoseconds: int, offset: int, zoned: bool) -> str:
    """A date with time, in its own zone, at most seven digits after the seconds."""
    local = picoseconds + offset * MINUTE
    days, rest = divmod(local, DAY)
    year, month, day = civil(days)
    seconds, fraction = divmod(rest % MINUTE, SECOND)
    text = f"{year:04}-{month:02}-{day:02}T{rest // HOUR:02}:{rest % HOUR // MINUTE:02}:{seconds:02}"
    if fraction:
        text += "." + f"{fraction:012}".rstrip("0")[:7]
    if not zoned:
        return text
    return text + ("Z" if offset == 0 else f"{'+' if offset > 0 else '-'}{abs(offset) // 60:02}:{abs(offset) % 60:02}")
