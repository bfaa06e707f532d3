"""OData, parts of what is shown: what each check must say."""

from typing import Any

from cpo_probe.protocols.odata import to_note
from cpo_probe.protocols.odata.expression import compare
from tests.probes.make import Case, fails, na, passes, untested
from tests.probes.odata.querying import CSDL, ROWS, asked, page

PLACES = [{"City": "Ulm", "Zip": 1}, {"City": "Bonn", "Zip": 5}, {"City": "Ulm", "Zip": 9}]
MODEL = CSDL.replace(
    '<Property Name="Tags"', '<Property Name="Places" Type="Collection(a.Place)" Nullable="false"/><Property Name="Tags"'
).replace(
    '<EntityType Name="Special" BaseType="a.Item"/>',
    '<EntityType Name="Special" BaseType="a.Item"><NavigationProperty Name="Maker" Type="a.Owner"/></EntityType>',
)
NEAR = to_note(compare("Zip", "ge", 5, "Edm.Int32"))


def at(*each: list[dict[str, Any]]) -> dict[str, Any]:
    return {"value": [{"ID": row["ID"], "Places": places} for row, places in zip(ROWS, each, strict=False)]}


def window(*each: list[dict[str, Any]]) -> dict[str, Any]:
    return {"value": [{**row, "Places": places} for row, places in zip(ROWS, each, strict=False)]}


SHOWN = window(PLACES, PLACES[:1], [], PLACES[1:])
RIGHT = at(PLACES[1:], [], [], PLACES[1:])


def seen(again: Any) -> tuple[Any, ...]:
    later = (page("odata.query.inside-again", again, "000031", "$top=40", top=40),) if again else ()
    return (page("odata.query.inside", SHOWN, "000030", "$top=40", top=40), *later)


def part(body: Any, status: int = 200, *, later: Any = SHOWN, **more: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"before": seen(later), "csdl": MODEL, "name": "$filter", "property": "Places", "condition": NEAR}
    return asked("odata.query.select-filter", body, status, **values | more)


def behind(body: Any, status: int = 200, **more: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"before": seen(None), "csdl": MODEL, "name": "cast", "type": "a.Special", "navigation": "Maker"}
    return asked("odata.query.expand-cast", body, status, **values | more)


CASES: dict[str, list[Case]] = {
    "odata.select.filter": [
        passes(**part(RIGHT)),
        passes(**part(at(PLACES[1:]))),
        fails("wrong_members", **part(at(PLACES, [], [], PLACES[1:]))),
        fails("wrong_members", **part(at(PLACES[2:], [], [], PLACES[1:]))),
        fails("wrong_members", **part({"value": [{"ID": 1}]})),
        untested("window", **part(at(PLACES), later=window(PLACES[1:], [], [], []))),
        untested("window", **part(at(PLACES), later=None)),
        na("too_few", **part({"value": []})),
        na("too_few", **part({"value": at([], [], [])["value"][2:]})),
        na("not_supported", **part(b"", 501)),
        na("other_answer", **part(b"", 503)),
        fails("server_error", **part(b"", 500)),
        fails("malformed", "broken", **part(b"{")),
    ],
    "odata.expand.cast": [
        passes(**behind({"value": [{**ROWS[0], "Maker": {"ID": 7, "Name": "Eve"}}, *ROWS[1:]]})),
        passes(**behind({"value": [{**ROWS[0], "Maker": None}]})),
        fails("cast_not_inline", **behind({"value": ROWS})),
        fails("cast_not_inline", **behind({"value": [{**ROWS[0], "Maker": "Eve"}]})),
        na("too_few", **behind({"value": ROWS[1:]})),
        na("not_supported", **behind(b"", 400)),
        na("other_answer", **behind(b"", 503)),
        fails("server_error", **behind(b"", 500)),
        fails("malformed", "broken", **behind(b"{")),
    ],
}
