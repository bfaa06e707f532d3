"""OData: what must the checks of the metadata as a whole say?"""

from typing import Any

from cpo_probe.model import Exchange
from tests.probes.make import HOST, Case, Record, exchange, fails, interface, na, passes, untested

ROOT = f"{HOST}/odata"
V4 = ("OData-Version", "4.0")
XML = ("Content-Type", "application/xml")
JSON = ("Content-Type", "application/json")
EDMX = "http://docs.oasis-open.org/odata/ns/edmx"
NAME = '<Property Name="Name" Type="Edm.String" MaxLength="40"/>'


def csdl(schema: str = NAME, references: str = "", namespace: str = "a", sets: str = "Items") -> bytes:
    container = f'<EntityContainer Name="C"><EntitySet Name="{sets}" EntityType="a.Item"/></EntityContainer>' if sets else ""
    return f"""<edmx:Edmx Version="4.0" xmlns:edmx="{EDMX}">{references}<edmx:DataServices>
<Schema Namespace="{namespace}" xmlns="http://docs.oasis-open.org/odata/ns/edm"><EntityType Name="Item"><Key>
<PropertyRef Name="ID"/></Key><Property Name="ID" Type="Edm.Int32" Nullable="false"/>{schema}</EntityType>{container}</Schema>
</edmx:DataServices></edmx:Edmx>""".encode()


def refer(uri: str, namespace: str = "b") -> str:
    return f'<edmx:Reference Uri="{uri}"><edmx:Include Namespace="{namespace}"/></edmx:Reference>'


OLD = b"""<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
<edmx:DataServices m:DataServiceVersion="2.0" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
<Schema Namespace="a" xmlns="http://schemas.microsoft.com/ado/2008/09/edm"/></edmx:DataServices></edmx:Edmx>"""
PAGE = b"<!DOCTYPE html><html><body>Log in</body></html>"
IN_JSON: dict[str, Any] = {
    "$Version": "4.0",
    "$EntityContainer": "a.C",
    "a": {
        "Item": {
            "$Kind": "EntityType",
            "$Key": ["ID"],
            "ID": {"$Type": "Edm.Int32"},
            "Name": {"$Nullable": True, "$MaxLength": 40},
        },
        "C": {"$Kind": "EntityContainer", "Items": {"$Collection": True, "$Type": "a.Item"}},
    },
}


def with_item(**members: Any) -> dict[str, Any]:
    return {**IN_JSON, "a": {**IN_JSON["a"], "Item": {**IN_JSON["a"]["Item"], **members}}}


OTHER_SETS = {**IN_JSON, "a": {**IN_JSON["a"], "C": {"$Kind": "EntityContainer"}}}


def document(
    body: Any, status: int = 200, headers: Any = (XML,), purpose: str = "odata.metadata", id: str = "000001"
) -> Exchange:
    url = f"{ROOT}/$metadata"
    return exchange(status, (*headers, V4), body, id=id, url=url, purpose=purpose)


def both(status: int, body: Any, headers: Any = (JSON,), xml: bytes | None = None) -> dict[str, Any]:
    asked = document(body, status, headers, "odata.metadata-json", "000002")
    return {"exchanges": (document(csdl() if xml is None else xml), asked)}


def readings(*bodies: bytes, status: int = 200) -> dict[str, Any]:
    """The first by the probe of the service, the others later."""
    purposes = ["odata.metadata"] + ["odata.model.again"] * (len(bodies) - 1)
    both = zip(bodies, purposes, strict=True)
    return {"exchanges": tuple(document(b, status, (XML,), p, f"{n:06}") for n, (b, p) in enumerate(both, 1))}


def referring(uri: str, body: bytes | None = None, status: int = 200, root: bytes | None = None) -> dict[str, Any]:
    """A metadata document that refers to another one, and the answer of that, if it was asked."""
    held = document(csdl(references=refer(uri)) if root is None else root)
    url = uri if uri.startswith("http") else f"{ROOT}/{uri}"
    other = exchange(
        status, (XML,), body or b"", id="000002", url=url, purpose="odata.model.reference", note={"uri": url.partition("#")[0]}
    )
    kept = (held,) if body is None else (held, other)
    return {"exchanges": kept, "interface": interface(kind="odata", url=ROOT), "evidence": Record(kept)}


LIBRARY = csdl(namespace="b", sets="")


def in_json(body: Any, status: int = 200, headers: Any = (JSON,)) -> dict[str, Any]:
    return {"exchange": document(body, status, headers, "odata.metadata-json")}


VALID: list[Case] = [
    passes(**in_json(IN_JSON)),
    fails("csdl_broken", **in_json(with_item(ID={"$Type": 1}))),
    fails("csdl_broken", **in_json({**IN_JSON, "$Version": "5.0"})),
    na("not_published", **in_json(csdl(), headers=(XML,))),
    na("not_published", **in_json({"value": []})),
    na("other_answer", **in_json(b"", 406)),
    na("not_published", "broken", **in_json(b"{")),
]
"""Of metadata in JSON, for the check that judges both forms."""

CASES: dict[str, list[Case]] = {
    "odata.metadata.json": [
        passes(**both(200, IN_JSON)),
        fails("other_in_json", **both(200, OTHER_SETS)),
        fails("other_in_json", **both(200, with_item(Name={"$Nullable": True}))),
        fails("other_in_json", **both(200, with_item(Name={"$MaxLength": 40}))),
        fails("other_in_json", **both(200, with_item(More={}))),
        fails("no_csdl", **both(200, {"value": []})),
        fails("no_csdl", **both(200, csdl(), [JSON])),
        na("not_published", **both(406, b"")),
        na("not_published", **both(200, csdl(), [XML])),
        na("no_metadata", **both(200, IN_JSON, xml=PAGE)),
        fails("no_csdl", "broken", **both(200, b"{", [JSON])),
    ],
    "odata.metadata.stable": [
        passes(**readings(csdl(), csdl())),
        passes(**readings(csdl(), csdl().replace(b"><", b">\n<"))),
        fails("model_changed", **readings(csdl(), csdl(""), csdl())),
        fails("model_changed", **readings(csdl(), csdl(sets="Others"), csdl())),
        untested("window", **readings(csdl(), csdl(""))),
        untested("window", **readings(csdl(), csdl(""), csdl(""))),
        na("no_metadata", **readings(csdl())),
        na("no_metadata", **readings(OLD, OLD)),
        na("no_metadata", "broken", **readings(csdl(), PAGE)),
    ],
    "odata.metadata.references": [
        passes(**referring("b.xml", LIBRARY)),
        passes(**referring("b.xml#here", LIBRARY)),
        fails("unavailable", **referring("b.xml", PAGE, 404)),
        fails("schema_absent", **referring("b.xml", csdl())),
        untested("out_of_scope", **referring("https://vocabularies.example/b.xml")),
        na("nothing_referred_to", **referring("b.xml", root=csdl())),
        na("no_metadata", **referring("b.xml", root=OLD)),
        fails("no_csdl", "broken", **referring("b.xml", PAGE)),
    ],
}
