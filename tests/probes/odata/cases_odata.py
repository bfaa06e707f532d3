"""OData: what each check must say."""

from typing import Any

from cpo_probe.model import Exchange
from tests.probes.make import HOST, Case, Record, exchange, fails, interface, na, passes
from tests.probes.odata.cases_model import VALID

ROOT = f"{HOST}/odata"
V4 = ("OData-Version", "4.0")
XML = ("Content-Type", "application/xml")
JSON = ("Content-Type", "application/json")
HTML = ("Content-Type", "text/html")


def csdl(version: str = "4.0", extra: str = "", sets: str = '<EntitySet Name="Items" EntityType="a.Item"/>') -> bytes:
    return f"""<edmx:Edmx Version="{version}" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="a" xmlns="http://docs.oasis-open.org/odata/ns/edm"><EntityType Name="Item"><Key><PropertyRef Name="ID"/></Key>
<Property Name="ID" Type="Edm.Int32" Nullable="false"/>{extra}</EntityType>
<EntityContainer Name="C">{sets}</EntityContainer></Schema>
</edmx:DataServices></edmx:Edmx>""".encode()


OLD = b"""<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
<edmx:DataServices m:DataServiceVersion="2.0" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
<Schema Namespace="a" xmlns="http://schemas.microsoft.com/ado/2008/09/edm"/></edmx:DataServices></edmx:Edmx>"""
PAGE = b"<!DOCTYPE html><html><body>Log in</body></html>"
HIDDEN = (
    '<EntitySet Name="Items" EntityType="a.Item"/><EntitySet Name="More" EntityType="a.Item" IncludeInServiceDocument="false"/>'
)
VENDOR = '<Property Name="x" Type="Edm.String" v:label="x" xmlns:v="http://vendor.example/"/>'
EXTENDED = csdl().replace(b'Name="C"', b'Name="C" Extends="other.C"')


def metadata(status: int = 200, body: bytes | None = None, version: str = "4.0", id: str = "000001") -> Exchange:
    headers = (XML, *([("OData-Version", version)] if version else []))
    return exchange(status, headers, csdl() if body is None else body, id=id, url=f"{ROOT}/$metadata", purpose="odata.metadata")


def service(value: Any, status: int = 200, described: bytes | None = None, headers: Any = (V4,)) -> dict[str, Any]:
    return answer("odata.service", status, value, headers, described)


def answer(
    purpose: str, status: int, body: Any = b"", headers: Any = (V4,), described: bytes | None = None, **note: Any
) -> dict[str, Any]:
    """An answer of a service with that metadata."""
    held = exchange(body=csdl() if described is None else described, headers=(XML,), id="000001", url=f"{ROOT}/$metadata")
    asked = exchange(status, headers, body, id="000003", url=f"{ROOT}/", purpose=purpose, note=note)
    return {"exchange": asked, "interface": interface(kind="odata", url=ROOT), "evidence": Record((held, asked))}


def document(*names: str, context: Any = "$metadata", **more: Any) -> dict[str, Any]:
    return {"@odata.context": context, "value": [{"name": name, "url": name, **more} for name in names]}


def error(code: Any = "400", message: Any = "no", **more: Any) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, **more}}


def refusals(purpose: str, right: tuple[int, ...]) -> list[Case]:
    return [
        *(passes(**answer(purpose, status, error())) for status in right),
        fails("accepted", **answer(purpose, 200, {"value": []})),
        fails("server_error", **answer(purpose, 500)),
        na("other_answer", **answer(purpose, 403)),
        na("other_answer", **answer(purpose, 503)),
        fails("accepted", "broken", **answer(purpose, 200, b"\xff{")),
    ]


CASES: dict[str, list[Case]] = {
    "odata.metadata.available": [
        passes(exchange=metadata()),
        passes(exchange=metadata(body=OLD)),
        fails("unavailable", exchange=metadata(404)),
        fails("no_csdl", exchange=metadata(body=PAGE)),
        fails("no_csdl", "broken", exchange=metadata(body=csdl()[:200])),
        fails("no_csdl", "broken", exchange=metadata(body=b"")),
    ],
    "odata.metadata.valid": [
        passes(exchange=metadata()),
        passes(exchange=metadata(body=csdl("4.01"))),
        passes(exchange=metadata(body=csdl(extra=VENDOR))),
        fails("csdl_broken", exchange=metadata(body=csdl(extra='<Property Name="x"/>'))),
        fails("csdl_broken", exchange=metadata(body=csdl(extra="<Invented/>"))),
        fails("csdl_broken", exchange=metadata(body=csdl("5.0"))),
        na("older_version", exchange=metadata(body=OLD)),
        na("other_answer", exchange=metadata(404)),
        fails("no_csdl", "broken", exchange=metadata(body=csdl()[:200])),
        *VALID,
    ],
    "odata.metadata.version": [
        passes(exchange=metadata()),
        passes(exchange=metadata(body=csdl("4.01"), version="4.01")),
        fails("other_version", exchange=metadata(version="4.01")),
        na("no_version_header", exchange=metadata(version="")),
        na("older_version", exchange=metadata(body=OLD)),
        na("no_metadata", "broken", exchange=metadata(body=b"<")),
    ],
    "odata.service-document": [
        passes(**service(document("Items"))),
        passes(**service(document())),
        passes(**service({"@context": f"{ROOT}/$metadata", "value": []})),
        fails("unavailable", **service(b"", 404)),
        fails("malformed", **service(document("Items", context="$metadata#Items"))),
        fails("malformed", **service({"value": []})),
        fails("malformed", **service({"@odata.context": "$metadata"})),
        fails("malformed", **service({"@odata.context": "$metadata", "value": [{"name": "Items"}]})),
        fails("malformed", "broken", **service(b"{", headers=[JSON])),
        fails("malformed", "broken", **service(PAGE, headers=[HTML])),
    ],
    "odata.service-document.complete": [
        passes(**service(document("Items"))),
        passes(**service(document("a.C.Items"))),
        passes(**service(document("Items"), described=csdl(sets=HIDDEN))),
        passes(**service(document("Items", "Others"), described=EXTENDED)),
        fails("not_listed", **service(document())),
        fails("not_in_metadata", **service(document("Items", "Others"))),
        na("not_comparable", **service(b"", 404)),
        na("not_comparable", **service(document("Items"), described=PAGE)),
        na("not_comparable", "broken", **service({"value": [7]})),
    ],
    "odata.version-header": [
        passes(**service(document())),
        passes(**service(document(), headers=[("OData-Version", "4.01")])),
        passes(**answer("odata.errors.filter", 400, error())),
        fails("missing", **service(document(), headers=[])),
        fails("missing", **answer("odata.errors.filter", 400, error(), headers=[])),
        na("other_answer", **answer("odata.errors.filter", 404, PAGE, headers=[HTML])),
        na("older_version", **service({"d": {"EntitySets": []}}, headers=[], described=OLD)),
        na("not_of_the_service", **answer("odata.model.reference", 200, PAGE, headers=[])),
        na("no_metadata", **service(document(), headers=[], described=PAGE)),
        fails("malformed", "broken", **service(document(), headers=[("OData-Version", "4.0;")])),
    ],
    "odata.max-version": [
        passes(**answer("odata.max-version", 200, document(), most="4.0")),
        passes(**answer("odata.max-version", 400, error(), most="3.0")),
        passes(**answer("odata.max-version", 501, error(), most="3.0")),
        fails("newer_than_asked", **answer("odata.max-version", 200, document(), most="3.0")),
        fails("newer_than_asked", **answer("odata.max-version", 200, document(), [("OData-Version", "4.01")], most="4.0")),
        fails("server_error", **answer("odata.max-version", 500, most="3.0")),
        na("no_version_header", **answer("odata.max-version", 200, document(), [], most="3.0")),
        na("no_version_header", "broken", **answer("odata.max-version", 200, document(), [("OData-Version", "x")], most="3.0")),
    ],
    "odata.errors.unknown-option": refusals("odata.errors.unknown-option", (400, 501)),
    "odata.errors.filter": refusals("odata.errors.filter", (400, 501)),
    "odata.errors.unknown-resource": refusals("odata.errors.unknown-resource", (404, 410)),
    "odata.errors.missing-key": [
        *refusals("odata.errors.missing-key", (404, 410)),
        na("key_exists", **answer("odata.errors.missing-key", 200, {"ID": 2147483629}, key={"ID": "2147483629"})),
        na("other_answer", **answer("odata.errors.missing-key", 400, error(), key={"ID": "'x'"})),
        fails("accepted", **answer("odata.errors.missing-key", 200, {"value": []}, key={"ID": "'x'"})),
    ],
    "odata.errors.format": [
        passes(**answer("odata.errors.filter", 400, error(innererror={}))),
        passes(**answer("odata.errors.filter", 400, error(details=[{"code": "1", "message": "no"}]))),
        fails("malformed", **answer("odata.errors.filter", 400, {"message": "no"})),
        fails("malformed", **answer("odata.errors.filter", 400, error(code=400))),
        fails("malformed", **answer("odata.errors.filter", 400, error(message={"lang": "en", "value": "no"}))),
        fails("malformed", **answer("odata.errors.filter", 400, error(details=[{"code": "1"}]))),
        fails("malformed", **answer("odata.errors.filter", 400, b"no", [V4, ("Content-Type", "text/plain")])),
        na("no_error", **answer("odata.errors.filter", 200, {"value": []})),
        fails("malformed", **answer("odata.errors.filter", 400, {**error(), "innererror": {}})),
        fails("malformed", **answer("odata.errors.filter", 400, error(code=400), [JSON])),
        passes(**answer("odata.errors.filter", 400, {**error(), "@core.messages": []})),
        na("not_of_the_service", **answer("odata.errors.filter", 400, PAGE, [HTML])),
        na("not_of_the_service", **answer("odata.errors.filter", 400, {"error": "no"}, [JSON])),
        na("no_content", **answer("odata.errors.filter", 400)),
        fails("malformed", "broken", **answer("odata.errors.filter", 400, b"{", [V4, JSON])),
    ],
    "odata.errors.no-leak": [
        passes(**answer("odata.errors.filter", 400, error())),
        fails("stack_trace", **answer("odata.errors.filter", 500, error(stack="x\n    at router (/app/lib/query.js:17:19)"))),
        fails("sql", **answer("odata.query.filter", 500, error(message="no such function: f in:\nSELECT a FROM b"))),
        na("no_error", **answer("odata.read", 200, {"value": [{"ID": 1, "x": "/opt/plm/server/app.py"}]})),
        na("no_content", **answer("odata.errors.filter", 404)),
        fails("path", "broken", **answer("odata.errors.filter", 500, b'{"a": "/opt/plm/server/app.py', [JSON])),
    ],
}
