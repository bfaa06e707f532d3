"""OData V2: what do answers in verbose JSON hold, and when did a service refuse?"""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from cpo_probe.sdk import CsdlModel, Exchange, Interface, Result, Where, failed, not_applicable, odata

EntityType = odata.csdl.EntityType
JSON = "application/json"
ATOM = "application/atom+xml"
STATUS, BODY = Where("response.status"), Where("response.body")
SAP = "{http://www.sap.com/Protocols/SAPData}"
NOTHING: Any = object()
"""No member `d`."""

Row = dict[str, Any]


def inner(exchange: Exchange) -> Any:
    """The value of `d` in a successful answer; `NOTHING` when there is none."""
    if exchange.status != 200 or exchange.response is None or exchange.response.document.problem:
        return NOTHING
    value = exchange.response.document.value
    return value["d"] if isinstance(value, dict) and "d" in value else NOTHING


def rows(exchange: Exchange) -> list[Row] | None:
    """The entities of a collection, in `results` or (OData 1.0) in the array itself; None when the answer is none."""
    value = inner(exchange)
    listed = value.get("results") if isinstance(value, dict) else value
    if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
        return None
    return listed


def unwrapped(value: Any) -> Any:
    """An object that stands in `results`, as the grammar of OData 2.0 has it for single properties, without that wrapper."""
    return (
        value["results"]
        if isinstance(value, dict) and set(value) == {"results"} and isinstance(value["results"], dict)
        else value
    )


def entity(exchange: Exchange) -> Row | None:
    """The entity of an answer; None for a collection and everything else."""
    value = unwrapped(inner(exchange))
    return value if isinstance(value, dict) and not isinstance(value.get("results"), list) else None


def count(exchange: Exchange) -> int | None:
    """`__count` of a collection; None without it, or when it is no number."""
    value = inner(exchange)
    stated = value.get("__count") if isinstance(value, dict) else None
    return int(stated) if isinstance(stated, (str, int)) and str(stated).isdecimal() and len(str(stated)) < 19 else None


def plain_count(exchange: Exchange) -> int | None:
    """The number that `/$count` answers with; None when it is none."""
    text = exchange.body.decode("utf-8", "replace").removeprefix("\ufeff").strip() if exchange.status == 200 else ""
    return int(text) if text.isdecimal() and len(text) < 19 else None


def following(exchange: Exchange) -> str:
    """`__next` as it is written; "" on the last page."""
    value = inner(exchange)
    link = value.get("__next") if isinstance(value, dict) else None
    return link if isinstance(link, str) else ""


def within(interface: Interface, link: str) -> str:
    """A link of the service as an address on the host that was asked; "" when it leads out of the service.

    Services behind a proxy name the host that they know; scheme and host are therefore those of the interface.
    """
    home = urlsplit(interface.url)
    try:
        there = urlsplit(urljoin(interface.url.rstrip("/") + "/", link))
    except ValueError:  # what is no URL
        return ""
    if there.scheme not in ("http", "https") or not there.path.startswith(home.path.rstrip("/") + "/"):
        return ""
    return urlunsplit((home.scheme, home.netloc, there.path, there.query, ""))


def about(row: Mapping[str, Any], name: str) -> str:
    """A text in `__metadata` of an entity; "" without it."""
    notes = row.get("__metadata")
    value = notes.get(name) if isinstance(notes, dict) else None
    return value if isinstance(value, str) else ""


def typed(model: CsdlModel, type: str, value: Any) -> Any:
    """The value behind a JSON value. Raises `odata.Untyped`, also for numbers that cannot be ordered (NaN, infinity)."""
    found = odata.typed(model, type, value)
    if isinstance(found, (float, Decimal)) and not math.isfinite(found):
        raise odata.Untyped(f"no finite number: {value!r}")
    return found


def key_names(model: CsdlModel, type: EntityType) -> tuple[str, ...]:
    return tuple(name for name, _ in model.key(type))


def identity(model: CsdlModel, type: EntityType, row: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """The values of the key, for comparing entities; None when one is missing or no value of its type."""
    found = []
    for name, property in model.key(type):
        if property is None or row.get(name) is None:
            return None
        try:
            value = typed(model, property.type.name, row[name])
        except odata.Untyped:
            return None
        found.append(value)
    return tuple(found) or None


def identities(model: CsdlModel, type: EntityType, listed: list[Row]) -> list[tuple[Any, ...]]:
    return [key for row in listed if (key := identity(model, type, row)) is not None]


def named(exchange: Exchange, what: str = "set") -> str:
    """A text of the note."""
    return str(exchange.note.get(what, ""))


def refused(exchange: Exchange) -> Result | None:
    """What is said of an answer that is not 200 where a feature was asked for, or of one that is no verbose JSON.

    A service may leave features out, and then refuses them ([MS-ODATA] 2.2.3.6.1); it may have no JSON (2.2.5.1.2).
    """
    status, location = exchange.status, named(exchange)
    if status >= 500 and status not in (501, 503):
        return failed("server_error", expected=200, found=status, where=STATUS, location=location)
    if status != 200:
        return not_applicable("not_supported", status=status, location=location)
    if "json" not in exchange.media_type:
        return not_applicable("not_json", location=location)
    return None
