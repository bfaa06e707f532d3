"""OData: can places on the earth be asked for? Where an entity type has a property of the type Edm.GeographyPoint.

The standard names no unit of distances, and earths differ: so two distances, or two lengths, are compared with each other, and
areas are boxes whose edges lie far from every place. At most fifteen requests.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cpo_probe.sdk import (
    Context,
    CsdlModel,
    Evidence,
    Exchange,
    Interface,
    Result,
    check,
    fact,
    not_applicable,
    odata,
    passed,
    probe,
)

from .address_claims import readable
from .metadata import Odata
from .query_answer import AGAIN, Difference, Later, malformed, no_window, query, received, refusal, settle, whole
from .query_stated import claims_function, filterable
from .window import JSON, PAGES, ROWS, Row, Window, Windows, encoded, identity, items, read_pages, windows_of

GEO, SHOWN = "odata.query.filter.geo", "odata.query.geo-rows"
POINT, SRID = "Edm.GeographyPoint", 4326
FAR, EDGE = 1.5, 0.5
"""How many times as far one place has to be as the other; degrees around a place that its box has."""
Spot = tuple[float, float]
"""Longitude and latitude, degrees."""


@dataclass(frozen=True, slots=True)
class Places:
    """The rows of a set with places, and the property that holds them; None without any."""

    window: Window | None
    property: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A function, the text of the filter, and what it keeps: keys of rows for which the answer is certain."""

    name: str
    text: str
    kept: frozenset[str]
    left: frozenset[str]


@fact
def places(api: Odata, windows: Windows, interface: Interface, evidence: Evidence) -> Places:
    """From the windows where they show the set, else from what the probe read."""
    found = _located(api.model) if api.model is not None and not api.old else None
    if api.model is None or found is None:
        return Places(None, "")
    name, property = found
    pages = list(evidence.select(purpose=SHOWN, interface=interface.id))
    own = next(iter(windows_of(api.model, interface.url, pages)), None)
    return Places(windows.of(name) or own, property)


def _located(model: CsdlModel) -> tuple[str, str] | None:
    """A set that can be read and filtered, and its property that is a place."""
    for name, one in model.sets.items():
        type = model.entity(one.type)
        if type is None or not readable(model, name) or not filterable(model, name):
            continue
        for path, member in model.members(type).items():
            if member.type.name != POINT or member.type.collection or not filterable(model, name, path):
                continue
            if not isinstance(member, odata.csdl.Property) or member.facets.srid in ("", str(SRID)):
                return name, path  # functions need both operands in one coordinate system
    return None


@probe(needs="odata", id="odata.filter-places", purposes=(SHOWN, GEO, AGAIN), after="odata.window", cost=2 * PAGES + 3)
async def filter_places(ctx: Context) -> None:
    """One question for each function of places; what was unexpected is looked at once more."""
    windows = ctx.fact(Windows)
    model = windows.model
    found = _located(model) if model is not None else None
    if model is None or found is None:
        return
    name, property = found
    window = windows.of(name)
    if window is None:
        window = next(iter(windows_of(model, ctx.interface.url, await read_pages(ctx, name, SHOWN))), None)
    if window is None:
        return
    unexpected = False
    for asked in questions(model, window, property):
        top = "" if window.complete else f"&$top={ROWS}"
        note: dict[str, Any] = {"set": name, "name": asked.name, "filter": asked.text, **({"top": ROWS} if top else {})}
        url = f"{window.url}?$filter={encoded(asked.text)}{top}"
        why = f"{asked.name}: {asked.text}"
        answer = await ctx.get(url, purpose=GEO, why=why, accept=JSON, group=name, note=note)
        verdict = _judged(model, answer, window, property, Later(()))
        unexpected = unexpected or verdict.outcome.value not in ("pass", "not_applicable")
    if unexpected:
        await read_pages(ctx, name, AGAIN, asker="odata.filter-places")


def spot(row: Row, property: str) -> Spot | None:
    """The place in GeoJSON; None without one, in another coordinate system, and near the edges of the map."""
    value = row.get(property)
    at = value.get("coordinates") if isinstance(value, dict) and value.get("type") == "Point" else None
    if not isinstance(at, list) or len(at) < 2 or not all(isinstance(n, (int, float)) for n in at[:2]):
        return None
    crs = value.get("crs") if isinstance(value, dict) else None
    if crs is not None and f"EPSG:{SRID}" not in str(crs):
        return None
    return (float(at[0]), float(at[1])) if abs(at[0]) < 179 and abs(at[1]) < 89 else None


def questions(model: CsdlModel, window: Window, property: str) -> Iterator[Asked]:
    """What the rows show clearly: which of two places is nearer, what lies in a box, which line is longer."""
    known = {identity(row, window.key): at for row in window.rows if (at := spot(row, property)) is not None}
    spots = sorted(set(known.values()))
    none = frozenset(identity(row, window.key) for row in window.rows if row.get(property) is None)
    if len(spots) < 2:
        return
    west, east = spots[0], spots[-1]
    near = {id for id, at in known.items() if _nearer(at, west, east)}
    far = {id for id, at in known.items() if _nearer(at, east, west)}
    text = f"geo.distance({property},{_point(west)}) lt geo.distance({property},{_point(east)})"
    if near and far:
        yield Asked("geo.distance", text, frozenset(near), frozenset(far) | none)
    box = (west[0] - EDGE, west[1] - EDGE, west[0] + EDGE, west[1] + EDGE)
    inside = {id for id, at in known.items() if _clearly(at, box) is True}
    outside = {id for id, at in known.items() if _clearly(at, box) is False}
    if outside:
        yield Asked("geo.intersects", f"geo.intersects({property},{_area(box)})", frozenset(inside), frozenset(outside) | none)
    longer, shorter = _line(west, east), _line(west, ((west[0] * 3 + east[0]) / 4, (west[1] * 3 + east[1]) / 4))
    one = next((row for row in window.rows if _is(model, window, row)), None)
    if one is not None:
        text = f"geo.length({longer}) lt geo.length({shorter}) or {_is(model, window, one)}"
        id = identity(one, window.key)
        rest = frozenset(identity(row, window.key) for row in window.rows) - {id}
        yield Asked("geo.length", text, frozenset({id}), rest)


def _is(model: CsdlModel, window: Window, row: Row) -> str:
    """The condition that keeps this row, of a set with a simple key; "" where it cannot be written."""
    parts = model.key(window.type)
    part = parts[0][1] if len(parts) == 1 else None
    if part is None or "/" in window.key[0]:
        return ""
    try:
        return f"{window.key[0]} eq {odata.literal(model, part.type.name, row.get(window.key[0]))}"
    except odata.Untyped:
        return ""


def _point(at: Spot) -> str:
    return f"geography'SRID={SRID};Point({at[0]} {at[1]})'"


def _line(*spots: Spot) -> str:
    return f"geography'SRID={SRID};LineString({','.join(f'{x} {y}' for x, y in spots)})'"


def _area(box: tuple[float, float, float, float]) -> str:
    """Counter-clockwise, so that the inside is on the left."""
    west, south, east, north = box
    ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return f"geography'SRID={SRID};Polygon(({','.join(f'{x} {y}' for x, y in ring)}))'"


def _nearer(at: Spot, one: Spot, other: Spot) -> bool:
    """Whether a place is clearly nearer to one than to the other: on a sphere as on a flat map."""
    return all(measure(at, one) * FAR < measure(at, other) for measure in (_sphere, math.dist))


def _sphere(one: Spot, other: Spot) -> float:
    """The angle between two places, radians."""
    (x, a), (y, b) = ((math.radians(lon), math.radians(lat)) for lon, lat in (one, other))
    root = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin((y - x) / 2) ** 2
    return 2 * math.asin(math.sqrt(min(root, 1.0)))


def _clearly(at: Spot, box: tuple[float, float, float, float]) -> bool | None:
    """Whether a place lies in the box; None near its edges."""
    west, south, east, north = box
    gap = EDGE / 5
    if west + gap < at[0] < east - gap and south + gap < at[1] < north - gap:
        return True
    if at[0] < west - gap or at[0] > east + gap or at[1] < south - gap or at[1] > north + gap:
        return False
    return None


def _judged(model: CsdlModel, exchange: Exchange, window: Window | None, property: str, later: Later) -> Result:
    """Rows that must be there and are not, or must not be there and are."""
    name = str(exchange.note.get("name", ""))
    refused = refusal(exchange, name, claimed=claims_function(model, name))
    if refused is not None:
        return refused
    listed = items(exchange)
    if listed is None:
        return malformed(exchange, name)
    if window is None:
        return no_window(name)
    wanted = next((one for one in questions(model, window, property) if one.name == name), None)
    if wanted is None:
        return not_applicable("no_window", location=name)
    difference = _difference(window, wanted, received(window, listed), complete=whole(exchange))
    return passed(location=name, query=query(exchange)) if difference.none else settle(difference, window, later, exchange, name)


def _difference(window: Window, wanted: Asked, found: Sequence[str], *, complete: bool) -> Difference:
    expected = _in_order(window, wanted.kept)
    missing = tuple(id for id in expected if id not in found) if complete else ()
    return Difference(expected, tuple(found), missing, tuple(id for id in found if id in wanted.left))


def _in_order(window: Window, ids: Iterable[str]) -> tuple[str, ...]:
    kept = set(ids)
    return tuple(id for row in window.rows if (id := identity(row, window.key)) in kept)


@check(
    "odata.filter.geo",
    of=GEO,
    needs="odata",
    clause="OData 4.01 Part 2, 5.1.1.11; 5.1.1.14.1; OData 4.01 Part 1, 11.2.6.1",
    severity="minor",
)
def geo(exchange: Exchange, known: Places, api: Odata, later: Later) -> Result:
    """$filter by the functions of places keeps the right rows.

    Which of two places is nearer (geo.distance), what lies in an area (geo.intersects), which line is longer (geo.length); only
    rows are judged for which every map of the earth gives the same answer. A service may refuse functions that it does not have.
    Remedy: let the database compute the functions in the coordinate system that the literals name.
    """
    if api.model is None:
        return not_applicable("no_metadata")
    return _judged(api.model, exchange, known.window, known.property, later)
