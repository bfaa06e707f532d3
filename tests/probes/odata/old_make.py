"""OData V2: small builders of what its checks look at."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from cpo_probe.model import Exchange
from tests.probes.make import HOST, Case, Record, exchange, fails, interface, inventory, na

ROOT = f"{HOST}/odata"
PLACE = interface(kind="odata", url=ROOT)
JSON, XML, HTML = (("Content-Type", f"{kind}") for kind in ("application/json", "application/xml", "text/html"))
ATOM, TEXT = ("Content-Type", "application/atom+xml;type=feed"), ("Content-Type", "text/plain")
SAP = 'xmlns:sap="http://www.sap.com/Protocols/SAPData"'
PAGE = b"<!DOCTYPE html><html><body>Log in</body></html>"
BROKEN: dict[str, Any] = {"body": b'{"d":', "headers": [JSON]}


def csdl(*, item: str = "", sets: str = "", sap: str = "", property: str = "") -> bytes:
    """Items with a number, a text, a date and links; `sap`: annotations of the set, `property`: of Size."""
    return f"""<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
<edmx:DataServices m:DataServiceVersion="2.0" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
<Schema Namespace="a" xmlns="http://schemas.microsoft.com/ado/2008/09/edm" {SAP}>
<EntityType Name="Item"><Key><PropertyRef Name="ID"/></Key><Property Name="ID" Type="Edm.Int32" Nullable="false"/>
<Property Name="Size" Type="Edm.Decimal" {property}/><Property Name="Name" Type="Edm.String"/>
<Property Name="At" Type="Edm.DateTime"/>{item}
<NavigationProperty Name="Parts" Relationship="a.R" FromRole="whole" ToRole="part"/>
<NavigationProperty Name="Whole" Relationship="a.R" FromRole="part" ToRole="whole"/></EntityType>
<EntityType Name="Tool" BaseType="a.Item"/>
<EntityType Name="User"><Key><PropertyRef Name="ID"/></Key><Property Name="ID" Type="Edm.Int32" Nullable="false"/></EntityType>
<Association Name="R"><End Type="a.Item" Role="whole" Multiplicity="0..1"/><End Type="a.Item" Role="part" Multiplicity="*"/>
</Association>
<EntityContainer Name="C" m:IsDefaultEntityContainer="true"><EntitySet Name="Items" EntityType="a.Item" {sap}/>{sets}
<AssociationSet Name="R" Association="a.R"><End Role="whole" EntitySet="Items"/><End Role="part" EntitySet="Items"/>
</AssociationSet>
<FunctionImport Name="Count" ReturnType="Edm.Int32" m:HttpMethod="GET"/>
<FunctionImport Name="First" ReturnType="a.Item" EntitySet="Items" m:HttpMethod="GET"/>
<FunctionImport Name="All" ReturnType="Collection(a.Item)" EntitySet="Items" m:HttpMethod="GET"/>
<FunctionImport Name="CountOf" ReturnType="Edm.Int32" m:HttpMethod="GET"><Parameter Name="ID" Type="Edm.Int32"/></FunctionImport>
<FunctionImport Name="Nothing" m:HttpMethod="GET"/></EntityContainer></Schema>
</edmx:DataServices></edmx:Edmx>""".encode()


NEW = b"""<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="a" xmlns="http://docs.oasis-open.org/odata/ns/edm"/></edmx:DataServices></edmx:Edmx>"""
USERS = '<EntitySet Name="B" EntityType="a.User"/>'
DAY = 86_400_000


def row(id: int, size: str | None = None, name: str | None = None, **more: Any) -> dict[str, Any]:
    """One item; its date is that many days after 1970."""
    return {
        "__metadata": {"uri": f"{ROOT}/Items({id})", "type": "a.Item"},
        "ID": id,
        "Size": str(id) if size is None else size,
        "Name": f"part{id:03}" if name is None else name,
        "At": f"/Date({id * DAY})/",
        "Parts": {"__deferred": {"uri": f"{ROOT}/Items({id})/Parts"}},
        "Whole": {"__deferred": {"uri": f"{ROOT}/Items({id})/Whole"}},
        **more,
    }


ROWS = [row(id) for id in range(1, 11)]


def page(listed: Iterable[Any], **more: Any) -> dict[str, Any]:
    return {"d": {"results": list(listed), **more}}


def at(purpose: str, status: int = 200, body: Any = b"", headers: Any = (), *, id: str = "000010", **note: Any) -> Exchange:
    note = {"set": "Items", **note}
    return exchange(status, headers, body, id=id, url=f"{ROOT}/Items", purpose=f"odata.old.{purpose}", note=note)


def evidence(*more: Exchange, described: bytes | None = None, listed: list[Any] | None = None) -> Record:
    """The metadata, the window with all ten rows, and what came besides."""
    metadata = exchange(
        headers=(XML,), body=csdl() if described is None else described, id="000001", url=f"{ROOT}/$metadata",
        purpose="odata.metadata",
    )  # fmt: skip
    window = at("window", body=page(ROWS if listed is None else listed, __count="10"), id="000002", top=200)
    return Record((metadata, window, *more), inventory_=inventory(interfaces=(PLACE,)))


def one(
    purpose: str, status: int = 200, body: Any = b"", headers: Any = (), *, described: bytes | None = None,
    beside: tuple[Exchange, ...] = (), **note: Any,
) -> dict[str, Any]:  # fmt: skip
    asked = at(purpose, status, body, headers, **note)
    return {"exchange": asked, "interface": PLACE, "evidence": evidence(asked, *beside, described=described)}


def many(*asked: Exchange, described: bytes | None = None) -> dict[str, Any]:
    numbered = tuple(replace(e, id=f"{n:06}") for n, e in enumerate(asked, 10))
    return {"exchanges": numbered, "interface": PLACE, "evidence": evidence(*numbered, described=described)}


def refusals(purpose: str, **note: Any) -> list[Case]:
    """What holds for every feature: left out is no fault, falling over is."""
    return [
        na("not_supported", **one(purpose, 501, **note)),
        na("not_supported", **one(purpose, 400, **note)),
        fails("server_error", **one(purpose, 500, **note)),
    ]
