"""Of which type is a value, and what is it as another one? OData URL Conventions 4.01, 5.1.1.10 Type Functions."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from cpo_probe.protocols.odata.functions import Unsupported
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.primitives import INTEGERS
from cpo_probe.protocols.odata.values import Value


def actual_type(model: Model, row: Mapping[str, Any], declared: str) -> str:
    """Qualified name of the type that the row states, else the declared one (OData JSON 4.01, 4.5.3)."""
    stated = row.get("@odata.type", row.get("@type"))
    if not isinstance(stated, str):
        return declared
    return model.qualified(stated.rpartition("#")[2])


def is_of(model: Model, row: Mapping[str, Any], declared: str, kind: str) -> bool:
    """`isof(kind)` of the row itself."""
    return model.derives(actual_type(model, row, declared), kind)


def cast(model: Model, value: Value, kind: str) -> Value:
    """`cast(value, kind)` where the standard leaves nothing open: whole numbers and texts; raises `Unsupported` for the rest."""
    name = model.underlying(kind)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        if name == "Edm.String":
            return str(value)
        if name in INTEGERS:
            least, most = INTEGERS[name]
            return value if least <= value <= most else None
        if name == "Edm.Decimal":
            return Decimal(value)
        if name == "Edm.Double":
            return float(value)
    if isinstance(value, str) and name == "Edm.String":
        return value
    raise Unsupported(f"{value!r} cast to {kind}")
