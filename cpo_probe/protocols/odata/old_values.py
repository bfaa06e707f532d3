"""Is this JSON value one of that primitive type in verbose JSON? ([MS-ODATA] 2.2.6.3.1; OData V2 JSON Format, 4)

Checks as in `json_values`.
"""

import re
from typing import Any

from cpo_probe.protocols.odata import json_values
from cpo_probe.protocols.odata.csdl import Facets
from cpo_probe.protocols.odata.json_values import Check
from cpo_probe.protocols.odata.primitives import DECIMAL, GUID, NOT_A_NUMBER

TICKS = re.compile(r"/Date\(-?[0-9]{1,19}(?:[+-][0-9]{1,4})?\)/")
_TIME = re.compile(
    r"-?P(?=[0-9T])(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?"
)
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


def _float(value: Any) -> str:
    """A number, or the same in text: both are met, and the standard's own examples differ."""
    if value.__class__ is str:
        number = value.removesuffix("f").removesuffix("d").removesuffix("D").removesuffix("F")
        return "" if DECIMAL.fullmatch(number) or value in NOT_A_NUMBER or value == "Nan" else "lexical"
    return json_values.floating(False)(value)


def _decimal(facets: Facets) -> Check:
    check = json_values.decimal(facets, True)

    def suffixed(value: Any) -> str:
        return check(value.removesuffix("M").removesuffix("m") if value.__class__ is str else value)

    return suffixed


def _int64(value: Any) -> str:
    return json_values.int64(True)(value.removesuffix("L") if value.__class__ is str else value)


def primitive(type_name: str, facets: Facets) -> Check | None:
    """The check of a primitive type of OData V2; None when the name is none."""
    match type_name:
        case "Edm.Int64":
            return _int64
        case "Edm.Decimal":
            return _decimal(facets)
        case "Edm.Double" | "Edm.Single" | "Edm.Float":
            return _float
        case "Edm.DateTime" | "Edm.DateTimeOffset":
            return json_values.matching(TICKS)
        case "Edm.Time":
            return json_values.matching(_TIME)
        case "Edm.Binary":
            return json_values.matching(_BASE64)
        case "Edm.Guid":
            return json_values.matching(GUID)
        case "Edm.Byte" | "Edm.SByte" | "Edm.Int16" | "Edm.Int32" | "Edm.String" | "Edm.Boolean":
            return json_values.primitive(type_name, facets, False)
        case "Edm.Stream" | "Edm.Null":
            return json_values.anything
    return None
