"""Which value does a text in an Atom document of OData V2 stand for? (OData 2.0 Overview, Primitive Data Types; XML Schema 2)"""

import base64
import binascii
import re
from decimal import Decimal, InvalidOperation

from cpo_probe.protocols.odata.primitives import GUID, INTEGERS, NOT_A_NUMBER, is_integer
from cpo_probe.protocols.odata.times import Clock, parse_moment, parse_span
from cpo_probe.protocols.odata.values import Identifier, Untyped, Value

_ZONED = re.compile(r".*(?:Z|[+-]\d\d:\d\d)")


def typed_text(type_name: str, text: str) -> Value:
    """The value of a primitive type; raises `Untyped` when the text is none. Numbers may carry the suffixes of literals."""
    try:
        return _typed(type_name, text if type_name == "Edm.String" else text.strip())
    except (ValueError, InvalidOperation, binascii.Error) as error:
        raise Untyped(f"no value of {type_name}: {text!r}") from error


def _typed(name: str, text: str) -> Value:
    if name in INTEGERS:
        digits = text.removesuffix("L") if name == "Edm.Int64" else text
        if not is_integer(digits, *INTEGERS[name]):
            raise ValueError("no integer of that size")
        return int(digits)
    match name:
        case "Edm.String":
            return text
        case "Edm.Boolean" if text in ("true", "false", "1", "0"):
            return text in ("true", "1")
        case "Edm.Decimal":
            return Decimal(text.rstrip("Mm"))
        case "Edm.Double" | "Edm.Single" | "Edm.Float":
            return float(text.replace("INF", "inf") if text in NOT_A_NUMBER else text.rstrip("DdFf"))
        case "Edm.Guid" if GUID.fullmatch(text):
            return Identifier(text.lower())
        case "Edm.DateTime":
            return parse_moment(text if _ZONED.fullmatch(text) else f"{text}Z")
        case "Edm.DateTimeOffset":
            return parse_moment(text)
        case "Edm.Time":
            return Clock(parse_span(text).picoseconds)
        case "Edm.Binary":
            return base64.b64decode("".join(text.split()), validate=True)
    raise ValueError("no value of that type")
