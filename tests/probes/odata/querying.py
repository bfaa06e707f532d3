"""A small service of OData 4.01 as it is recorded: its model, the rows of a set, an answer to a query, the rows once more."""

from typing import Any

from cpo_probe.model import Exchange
from cpo_probe.protocols.odata import Expression, to_note
from tests.probes.make import HOST, Case, Record, exchange, fails, interface, na, passes

ROOT = f"{HOST}/odata"
EDM = {"edmx": "http://docs.oasis-open.org/odata/ns/edmx", "edm": "http://docs.oasis-open.org/odata/ns/edm"}
CSDL = f"""<edmx:Edmx Version="4.01" xmlns:edmx="{EDM["edmx"]}"><edmx:DataServices><Schema Namespace="a" xmlns="{EDM["edm"]}">
<EnumType Name="State"><Member Name="Open"/><Member Name="Done"/></EnumType>
<ComplexType Name="Place"><Property Name="City" Type="Edm.String"/><Property Name="Zip" Type="Edm.Int32"/></ComplexType>
<EntityType Name="Owner"><Key><PropertyRef Name="ID"/></Key><Property Name="ID" Type="Edm.Int32" Nullable="false"/>
<Property Name="Name" Type="Edm.String"/></EntityType>
<EntityType Name="Item"><Key><PropertyRef Name="ID"/></Key><Property Name="ID" Type="Edm.Int32" Nullable="false"/>
<Property Name="Name" Type="Edm.String"/><Property Name="Number" Type="Edm.Int32" Nullable="false"/>
<Property Name="Mass" Type="Edm.Decimal" Scale="variable"/><Property Name="Made" Type="Edm.DateTimeOffset"/>
<Property Name="State" Type="a.State" Nullable="false"/><Property Name="Place" Type="a.Place"/>
<Property Name="Tags" Type="Collection(Edm.String)" Nullable="false"/>
<NavigationProperty Name="Owner" Type="a.Owner"/><NavigationProperty Name="Parts" Type="Collection(a.Item)"/></EntityType>
<EntityType Name="Special" BaseType="a.Item"/>
<EntityContainer Name="C"><EntitySet Name="Items" EntityType="a.Item"/></EntityContainer></Schema>
</edmx:DataServices></edmx:Edmx>"""
CLAIMING = CSDL.replace(
    '<EntityContainer Name="C">',
    '<EntityContainer Name="C"><Annotation Term="Org.OData.Capabilities.V1.FilterFunctions"><Collection>'
    "<String>startswith</String></Collection></Annotation>",
)
OPEN = CSDL.replace('Name="Item"', 'Name="Item" OpenType="true"')


def item(id: int, name: str | None, number: int, **more: Any) -> dict[str, Any]:
    plain = {
        "ID": id,
        "Name": name,
        "Number": number,
        "Mass": id + 0.25,
        "Made": f"202{id}-03-05T10:00:00Z",
        "State": "Open" if id % 2 else "Done",
        "Place": {"City": "Ulm", "Zip": id},
        "Tags": ["a", "b"][: id - 1],
    }
    return {**plain, **more}


ROWS = [
    item(1, "Bolt", 5, **{"@odata.type": "#a.Special"}),
    item(2, "Nut", 8),
    item(3, None, 7),
    item(4, "BOLT ", 9),
]
OWNED = [{**row, "Owner": {"ID": 7, "Name": "Eve"} if row["ID"] == 2 else None} for row in ROWS]
PARTS = {1: ROWS[1:3], 2: [ROWS[2]], 3: [], 4: []}
WITH_PARTS = [{**row, "Parts": PARTS[row["ID"]]} for row in ROWS]


def rows(*ids: int, **more: Any) -> dict[str, Any]:
    """An answer with these rows, and control information."""
    return {"value": [row for id in ids for row in ROWS if row["ID"] == id], **more}


def page(purpose: str, body: Any, id: str, options: str = "$top=200", **note: Any) -> Exchange:
    return exchange(200, (), body, id=id, url=f"{ROOT}/Items?{options}", purpose=purpose, note={"set": "Items", **note})


def asked(
    purpose: str,
    body: Any,
    status: int = 200,
    *,
    again: Any = "same",
    before: tuple[Exchange, ...] = (),
    path: str = "",
    csdl: str = CSDL,
    window: Any = None,
    headers: Any = (),
    **note: Any,
) -> dict[str, Any]:
    """An answer about the set Items. `again`: the rows when they were read once more, "" for not at all."""
    held = exchange(body=csdl.encode(), headers=(("Content-Type", "application/xml"),), id="000001", url=f"{ROOT}/$metadata")
    shown = {"value": ROWS} if window is None else window
    first = page("odata.window", shown, "000002", top=200, page=1)
    said = exchange(
        status, headers, body, id="000050", url=f"{ROOT}/Items{path}?query", purpose=purpose, note={"set": "Items", **note}
    )
    later = shown if again == "same" else again
    last = (page("odata.query-again", later, "000060", top=200, asker="x"),) if later else ()
    kept = Record((held, first, *before, said, *last))
    return {"exchange": said, "interface": interface(kind="odata", url=ROOT), "evidence": kept}


def filtered(feature: str, expression: Expression, body: Any, status: int = 200, **more: Any) -> dict[str, Any]:
    note = {"name": feature, "expression": to_note(expression), **more}
    return asked(f"odata.query.filter.{feature}", body, status, **note)


def common(make: Any, right: Any, wrong: Any, code: str = "wrong_rows") -> list[Case]:
    """What every check of rows says; `make(body, status, **more)` builds what it is given."""
    return [
        passes(**make(right)),
        fails(code, **make(wrong)),
        fails("server_error", **make(b"", 500)),
        na("not_supported", **make(b"", 501)),
        na("not_supported", **make(b"", 400)),
        na("other_answer", **make(b"", 503)),
        fails("malformed", "broken", **make(b"{")),
        fails("malformed", "broken", **make({"value": [7]})),
    ]
