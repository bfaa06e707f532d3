"""OData: what do the checks of formats, preferences, pages and batches have in common?"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cpo_probe.sdk import (
    Blocker,
    Context,
    CsdlModel,
    Evidence,
    Exchange,
    Interface,
    Result,
    Where,
    fact,
    failed,
    not_applicable,
    odata,
)

from .levels import versions
from .metadata import METADATA, Odata, unread
from .service import SERVICE
from .window import WINDOW, Window, Windows

JSON = "application/json"
STATUS, BODY = Where("response.status"), Where("response.body")
CONTENT_TYPE, APPLIED = Where("response.header", "content-type"), Where("response.header", "preference-applied")
LEFT_OUT = (400, 404, 405, 406, 415, 501)
"""How a service says that it does not have what may be left out."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """`newer`: the service states 4.01, in the metadata or in an answer."""

    newer: bool


@fact
def spoken(api: Odata, interface: Interface, evidence: Evidence) -> Spoken:
    """Which version the service states, before anybody asked for one."""
    if api.model is None or api.old:
        return Spoken(False)
    asked = (e for p in (METADATA, SERVICE, WINDOW) for e in evidence.select(purpose=p, interface=interface.id))
    stated = api.model.version == "4.01" or "4.01" in versions(api.model)
    return Spoken(stated or any((e.header("odata-version") or "").strip() == "4.01" for e in asked))


def best(ctx: Context, rows: int = 1) -> tuple[Window, ...]:
    """The windows with so many rows; when there are none, the unit states why."""
    known = ctx.fact(Windows)
    found = tuple(window for window in known.best() if len(window.rows) >= rows)
    if known.model is None or known.model.old:
        unread(ctx, ctx.fact(Odata), "metadata of OData 4 could not be read")
    elif not found:
        ctx.blocked(Blocker.NO_ARGUMENTS, f"no entity set that could be read has {rows} rows")
    return found


def refused(exchange: Exchange, location: str = "") -> Result | None:
    """What to say of an answer that is no success: not supported, or broken. None for 200."""
    status = exchange.status
    if status == 200:
        return None
    if status in LEFT_OUT:
        return not_applicable("not_supported", location=location, status=status)
    if status >= 500 and status != 503:
        return failed("server_error", expected=200, found=status, where=STATUS, location=location)
    return not_applicable("other_answer", location=location, status=status)


def parameters(content_type: str | None) -> dict[str, str]:
    """Parameters of a media type; names in lower case and without "odata." (JSON 4.01, 3: both are the same)."""
    found = {}
    for part in (content_type or "").split(";")[1:]:
        name, _, value = part.partition("=")
        found[name.strip().lower().removeprefix("odata.")] = value.strip().strip('"')
    return found


def preferences(field: str | None) -> dict[str, str]:
    """Preferences of Prefer or Preference-Applied (RFC 7240, 2 and 3); names in lower case and without "odata."."""
    found: dict[str, str] = {}
    for part in re.findall(r'(?:"(?:[^"\\]|\\.)*"|[^,"])+', field or ""):
        name, _, value = part.partition(";")[0].partition("=")
        if name.strip():
            found.setdefault(name.strip().lower().removeprefix("odata."), value.strip().strip('"'))
    return found


def bare(value: Any) -> Any:
    """The value without control information and annotations, at every depth."""
    if isinstance(value, Mapping):
        return {name: bare(one) for name, one in value.items() if "@" not in name and not name.startswith("#")}
    return [bare(one) for one in value] if isinstance(value, list) else value


def differing(one: Mapping[str, Any], other: Mapping[str, Any], names: Iterable[str] | None = None) -> list[str]:
    """Members that both have with other values, control information left out."""
    here, there = bare(one), bare(other)
    return [n for n in (here if names is None else names) if n in here and n in there and here[n] != there[n]]


def member(record: odata.csdl.Expression | None, name: str) -> odata.csdl.Expression | None:
    """A member of a record in an annotation; None without it."""
    found = (one for one in (record.items if record is not None else ()) if one.kind == "PropertyValue" and one.name == name)
    return next((one.items[0] if one.items else one for one in found), None)


def of_first(model: CsdlModel, window: Window) -> str:
    """A query for the entities that have the first key property of the first row: "$filter=ID%20eq%207"; "" without one."""
    path = window.key[0] if window.key else ""
    parts = model.key(window.type)
    part = parts[0][1] if parts else None
    if part is None or "/" in path or path not in window.rows[0]:
        return ""
    try:
        literal = odata.literal(model, part.type.name, window.rows[0][path])
    except odata.Untyped:
        return ""
    return f"$filter={odata.encode(path)}%20eq%20{odata.encode(literal)}"
