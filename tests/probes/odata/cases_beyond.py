"""OData cross joins, answers that come later, and places on the earth: what each check must say."""

from typing import Any

from cpo_probe.model import Exchange
from tests.probes.make import HOST, Case, Record, exchange, fails, interface, na, passes, untested

ROOT = f"{HOST}/odata"
EDMX, EDM = "http://docs.oasis-open.org/odata/ns/edmx", "http://docs.oasis-open.org/odata/ns/edm"
CSDL = f"""<edmx:Edmx Version="4.0" xmlns:edmx="{EDMX}"><edmx:DataServices><Schema Namespace="a" xmlns="{EDM}">
<EntityType Name="Site"><Key><PropertyRef Name="ID"/></Key><Property Name="ID" Type="Edm.Int32" Nullable="false"/>
<Property Name="Place" Type="Edm.GeographyPoint"/></EntityType>
<EntityType Name="User"><Key><PropertyRef Name="ID"/></Key><Property Name="ID" Type="Edm.Int32" Nullable="false"/></EntityType>
<EntityContainer Name="C"><EntitySet Name="Sites" EntityType="a.Site"/><EntitySet Name="Users" EntityType="a.User"/>
</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>""".encode()


def site(id: int, *at: float) -> dict[str, Any]:
    return {"ID": id, "Place": {"type": "Point", "coordinates": [*at]} if at else None}


SITES = [site(1, -70.0, 40.0), site(2, 139.0, 35.0), site(3, -69.9, 40.1), site(4, 34.0, 50.0), site(5)]
BROKEN = b'{"value": ['


def listed(rows: list[Any], id: int, purpose: str = "odata.window", set: str = "Sites", **note: Any) -> Exchange:
    said = {"@odata.context": f"$metadata#{set}", "value": rows}
    url = f"{ROOT}/{set}?$top=200"
    return exchange(200, (), said, id=f"{id:06}", url=url, purpose=purpose, note={"set": set, "page": 1, "top": 200, **note})


def given(one: Exchange, *others: Exchange, described: bytes = CSDL) -> dict[str, Any]:
    metadata = exchange(200, (), described, id="000001", url=f"{ROOT}/$metadata", purpose="odata.metadata")
    known = (metadata, listed(SITES, 2), listed([{"ID": 7}], 3, set="Users"))
    return {"exchange": one, "interface": interface(kind="odata", url=ROOT), "evidence": Record((*known, one, *others))}


def geo(name: str, status: int, *ids: int, body: Any = None, later: Any = None, srid: str = "") -> dict[str, Any]:
    """`srid`: the coordinate system that the metadata states of the places."""
    rows = {"value": [row for row in SITES if row["ID"] in ids]} if body is None else body
    note = {"set": "Sites", "name": name, "filter": "..."}
    url = f"{ROOT}/Sites?$filter=..."
    one = exchange(status, (), rows if status == 200 else b"", id="000010", url=url, purpose="odata.query.filter.geo", note=note)
    again = [listed(later, 20, "odata.query-again", asker="odata.filter-places")] if later is not None else []
    stated = f'GeographyPoint" SRID="{srid}"' if srid else 'GeographyPoint"'
    return given(one, *again, described=CSDL.replace(b'GeographyPoint"', stated.encode()))


PAIR = {"Sites": SITES[0], "Users": {"ID": 7}}
LINKS = {"Sites@odata.navigationLink": "Sites(1)", "Users@odata.navigationLink": "Users(7)"}


def joined(
    status: int, *rows: Any, body: Any = None, context: str = "Collection(Edm.ComplexType)", still: int = 0, form: str = "links"
) -> dict[str, Any]:
    """`still`: how an entity is answered that is asked for afterwards; 0 where none is."""
    said = {"@odata.context": f"$metadata#{context}", "value": list(rows)} if body is None else body
    note = {"sets": ["Sites", "Users"], "seen": {"Sites": {"ID": 1}, "Users": {"ID": 7}}, "form": form}
    url, purpose = f"{ROOT}/$crossjoin(Sites,Users)", "odata.address.crossjoin"
    one = exchange(status, (), said if status == 200 else b"", id="000010", url=url, purpose=purpose, note=note)
    after = [
        exchange(still, (), {"ID": 1}, id=f"00002{n}", url=f"{ROOT}/{name}(1)", purpose=f"{purpose}-one", note={"set": name})
        for n, name in enumerate(("Sites", "Users"))
    ]
    return given(one, *(after if still else ()))


def later(status: int, *fields: tuple[str, str], body: Any = b"", form: str = "result", monitor: bool = True) -> dict[str, Any]:
    url, purpose = f"{ROOT}/Sites?$top=2", f"odata.exchange.async{'-monitor' * monitor}"
    return given(exchange(status, fields, body, id="000010", url=url, purpose=purpose, note={"set": "Sites", "form": form}))


def promised(status: int, *fields: tuple[str, str]) -> dict[str, Any]:
    return later(status, *fields, monitor=False)


MESSAGE = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"value":[]}'
AS_MESSAGE, DONE = ("Content-Type", "application/http"), ("AsyncResult", "200")
ROWS: dict[str, Any] = {"value": []}

CASES: dict[str, list[Case]] = {
    "odata.async": [
        passes(**promised(202, ("Location", "jobs/1"))),
        fails("missing", **promised(202)),
        fails("refused_although_claimed", **promised(501)),
        fails("server_error", **promised(500)),
        untested("out_of_scope", **promised(202, ("Location", "https://elsewhere.example/jobs/1"))),
        na("not_applied", **promised(200)),
        na("other_answer", "broken", **promised(503)),
    ],
    "odata.async.result": [
        passes(**later(200, DONE, body=ROWS)),
        passes(**later(200, AS_MESSAGE, body=MESSAGE, form="message")),
        passes(**later(200, DONE, body=ROWS, form="message")),
        fails("missing", **later(200, body=ROWS)),
        fails("format_differs", **later(200, AS_MESSAGE, body=MESSAGE)),
        fails("other_status", **later(200, ("AsyncResult", "500"), body=ROWS)),
        fails("malformed", **later(200, AS_MESSAGE, body=b"{}", form="message")),
        fails("listed_but_unknown", **later(404)),
        fails("server_error", **later(500)),
        na("async_pending", **later(202)),
        na("other_answer", **later(200, ("AsyncResult", "503"))),
        na("other_answer", **later(200, AS_MESSAGE, body=b"HTTP/1.1 503 Busy\r\n\r\n", form="message")),
        fails("malformed", **later(200, AS_MESSAGE, body=b"HTTP/1.1 500 at 200 Main Street\r\n\r\n{}", form="message")),
        na("other_answer", **later(503)),
        fails("malformed", "broken", **later(200, DONE, body=BROKEN)),
    ],
    "odata.filter.geo": [
        passes(**geo("geo.distance", 200, 1, 3)),
        passes(**geo("geo.distance", 200, 1, 3, 4)),  # hardly nearer to one than to the other
        passes(**geo("geo.intersects", 200, 1, 3)),
        passes(**geo("geo.length", 200, 1)),
        passes(**geo("geo.distance", 200, 1, 3, srid="4326")),
        na("no_window", **geo("geo.distance", 200, srid="4269")),  # our literals are in another coordinate system
        fails("wrong_rows", **geo("geo.distance", 200, 1, 2, 3, later=SITES)),
        fails("wrong_rows", **geo("geo.distance", 200, 1, later=SITES)),
        fails("wrong_rows", **geo("geo.distance", 200, 1, 3, 5, later=SITES)),
        fails("wrong_rows", **geo("geo.intersects", 200, 1, 2, 3, later=SITES)),
        fails("wrong_rows", **geo("geo.length", 200, 1, 2, 3, 4, 5, later=SITES)),
        untested("window", **geo("geo.distance", 200, 1, later=[site(3)])),
        fails("server_error", **geo("geo.distance", 500)),
        na("not_supported", **geo("geo.distance", 501)),
        fails("malformed", "broken", **geo("geo.distance", 200, body=BROKEN)),
    ],
    "odata.crossjoin": [
        passes(**joined(200, PAIR)),
        passes(**joined(200, LINKS)),
        fails("joined_other_number", **joined(200, LINKS, LINKS)),
        fails("joined_other_number", **joined(200, still=200)),
        fails("other_entity", **joined(200, {**PAIR, "Users": {"ID": 8}})),
        fails("address_wrong_context", **joined(200, PAIR, context="Sites")),
        fails("refused_although_claimed", **joined(501)),
        fails("server_error", **joined(500)),
        untested("window", **joined(200, still=404)),
        na("not_supported", **joined(501, form="expanded")),  # $expand is not what is promised
        na("more_pages", **joined(200, body={"value": [], "@odata.nextLink": "x?$skiptoken=1"}, still=200)),
        na("other_answer", **joined(503)),
        fails("malformed", "broken", **joined(200, body=BROKEN)),
    ],
}
