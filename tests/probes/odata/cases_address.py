"""OData addresses, links and context URLs: what each check must say."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cpo_probe.model import Exchange
from tests.probes.make import HOST, Case, Record, exchange, fails, interface, na, passes, untested

ROOT = f"{HOST}/odata"
EDMX, EDM = "http://docs.oasis-open.org/odata/ns/edmx", "http://docs.oasis-open.org/odata/ns/edm"
SCHEMA = """<EntityType Name="Item"><Key><PropertyRef Name="ID"/></Key><Property Name="ID" Type="Edm.Int32" Nullable="false"/>
<Property Name="Name" Type="Edm.String"/><Property Name="Mass" Type="Edm.Decimal"/><Property Name="Made" Type="Edm.Boolean"/>
<Property Name="Price" Type="a.Price"/><Property Name="Tags" Type="Collection(Edm.String)"/>
<Property Name="OwnerId" Type="Edm.String"/><NavigationProperty Name="Owner" Type="a.User">
<ReferentialConstraint Property="OwnerId" ReferencedProperty="Id"/></NavigationProperty>
<NavigationProperty Name="Lines" Type="Collection(a.Line)" Partner="Item"/></EntityType>
<EntityType Name="Assembly" BaseType="a.Item"><Property Name="Count" Type="Edm.Int32"/></EntityType>
<EntityType Name="Part" BaseType="a.Item"/>
<ComplexType Name="Price"><Property Name="Amount" Type="Edm.Decimal"/><Property Name="Currency" Type="Edm.String"/></ComplexType>
<EntityType Name="Line"><Key><PropertyRef Name="ItemId"/><PropertyRef Name="No"/></Key>
<Property Name="ItemId" Type="Edm.Int32" Nullable="false"/><Property Name="No" Type="Edm.String" Nullable="false"/>
<NavigationProperty Name="Item" Type="a.Item" Partner="Lines"><ReferentialConstraint Property="ItemId" ReferencedProperty="ID"/>
</NavigationProperty></EntityType>
<EntityType Name="User"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.String" Nullable="false"/></EntityType>
<EntityType Name="File" HasStream="true"><Key><PropertyRef Name="ID"/></Key>
<Property Name="ID" Type="Edm.Int32" Nullable="false"/></EntityType>
<EntityType Name="Free" OpenType="true"><Key><PropertyRef Name="ID"/></Key>
<Property Name="ID" Type="Edm.Int32" Nullable="false"/></EntityType>
<Function Name="Version"><ReturnType Type="Edm.String"/></Function>
<Function Name="Find"><Parameter Name="Name" Type="Edm.String"/><ReturnType Type="a.Item"/></Function>
<Function Name="Above" IsBound="true"><Parameter Name="it" Type="a.Item"/><ReturnType Type="Collection(a.Item)"/></Function>
<EntityContainer Name="C"><EntitySet Name="Items" EntityType="a.Item"><NavigationPropertyBinding Path="Owner" Target="Users"/>
<NavigationPropertyBinding Path="Lines" Target="Lines"/></EntitySet><EntitySet Name="Lines" EntityType="a.Line"/>
<EntitySet Name="Users" EntityType="a.User"/><EntitySet Name="Files" EntityType="a.File"/><Singleton Name="Me" Type="a.User"/>
<FunctionImport Name="Version" Function="a.Version"/><FunctionImport Name="Find" Function="a.Find" EntitySet="Items"/>
</EntityContainer>"""
CSDL = f"""<edmx:Edmx Version="4.0" xmlns:edmx="{EDMX}"><edmx:DataServices><Schema Namespace="a" xmlns="{EDM}">{SCHEMA}</Schema>
</edmx:DataServices></edmx:Edmx>""".encode()
ITEM: dict[str, Any] = {
    "ID": 1, "Name": "x", "Mass": 1.5, "Made": None, "Price": {"Amount": 2, "Currency": "EUR"}, "Tags": ["a", "b"],
    "OwnerId": "u",
}  # fmt: skip
ASSEMBLY = {"@odata.type": "#a.Assembly", "ID": 2, "Name": "y", "Count": 3}
LIST = {"@odata.context": "$metadata#Items", "value": [ITEM, ASSEMBLY]}
HTML = ("Content-Type", "text/html")
TEXT = ("Content-Type", "text/plain")
FULL = (("Content-Type", "application/json;odata.metadata=full"),)
FIRST = {"set": "Items", "type": "a.Item", "seen": {"ID": 1}, "root": ROOT, "path": "Items(1)"}


def asked(
    purpose: str, status: int, body: Any = b"", headers: Sequence[tuple[str, str]] = (), id: str = "000005", **note: Any
) -> Exchange:
    path = note.pop("url", "Items(1)")
    return exchange(status, headers, body, id=id, url=f"{ROOT}/{path}", purpose=f"odata.address.{purpose}", note=note)


def given(one: Exchange, *others: Exchange, shown: Any = LIST) -> dict[str, Any]:
    """An answer of a service whose list of items is known."""
    metadata = exchange(200, (), CSDL, id="000001", url=f"{ROOT}/$metadata", purpose="odata.metadata")
    note = {"set": "Items", "page": 1, "top": 200}
    page = exchange(200, (), shown, id="000002", url=f"{ROOT}/Items?$top=200", purpose="odata.window", note=note)
    recorded = (metadata, page, one, *others)
    return {"exchange": one, "interface": interface(kind="odata", url=ROOT), "evidence": Record(recorded)}


def again(*rows: Any) -> Exchange:
    return asked("again", 200, {"value": rows or [ITEM, ASSEMBLY]}, id="000009", set="Items")


def keyed(purpose: str, status: int, body: Any = b"", later: Exchange | None = None, **note: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"set": "Items", "type": "a.Item", "seen": {"ID": 1}, "form": purpose, "link": "", **note}
    return given(asked(purpose, status, body, **told), *((later,) if later else ()))


def line(status: int, body: Any = b"", later: Any = None) -> dict[str, Any]:
    """A line of an item, which has a key of two parts."""
    told: dict[str, Any] = {
        "set": "Lines",
        "type": "a.Line",
        "seen": {"ItemId": 1, "No": "10"},
        "form": "compound-key",
        "link": "",
    }
    one = asked("compound-key", status, body, **told)
    return given(one, *((replace(again(later), note={"set": "Lines"}),) if later else ()))


def part(
    purpose: str, path: str, status: int, body: Any = b"", headers: Any = (), later: Any = None, **note: Any
) -> dict[str, Any]:
    name = path.split("/")[0]
    told: dict[str, Any] = {"set": "Items", "type": "a.Item", "seen": {"ID": 1, name: ITEM[name]}, "path": path, **note}
    return given(asked(purpose, status, body, headers, **told), *((later,) if later else ()))


def stream(status: int, body: Any = b"", media: str = "", stated: str = "", later: Any = None) -> dict[str, Any]:
    told: dict[str, Any] = {"set": "Files", "type": "a.File", "seen": {"ID": 1}, "path": "$value", "media": stated}
    one = asked("stream", status, body, (("Content-Type", media),) if media else (), **told)
    return given(one, *((replace(again(later), note={"set": "Files"}),) if later else ()))


def cast(form: str, status: int, body: Any = b"", later: Any = None, works: bool = True) -> dict[str, Any]:
    told: dict[str, Any] = {
        "set": "Items",
        "type": "a.Item",
        "seen": {"ID": 2},
        "form": form,
        "cast": "a.Assembly",
        "works": works,
    }
    if form == "property":
        told |= {"seen": {"ID": 2, "Count": 3}, "property": "Count"}
    return given(asked("cast", status, body, **told), *((later,) if later else ()))


def navigated(
    name: str, status: int, body: Any = b"", expanded: Any = None, later: Any = None, purpose: str = "navigation",
    listed: Any = None, **note: Any,
) -> dict[str, Any]:  # fmt: skip
    """`expanded`: what $expand shows; `later`: the path once more; `listed`: what the path showed, for other purposes."""
    told: dict[str, Any] = {"set": "Items", "type": "a.Item", "seen": {"ID": 1, "OwnerId": "u"}, "navigation": name, "root": ROOT}
    one = asked(purpose, status, body, **told, **note)
    others = [asked("navigation", 200, listed, id="000006", **told)] if listed is not None else []
    if expanded is not None:
        others.append(asked("expanded", 200, {"ID": 1, name: expanded}, id="000007", **told))
    if later is not None:
        others.append(asked("navigation-again", 200, later, id="000008", **told))
    return given(one, *others)


def lines(*numbers: str, item: int = 1, **more: Any) -> dict[str, Any]:
    return {"value": [{"ItemId": item, "No": number} for number in numbers], **more}


def link(purpose: str, status: int, body: Any = b"", later: Any = None, headers: Any = FULL, **note: Any) -> dict[str, Any]:
    return given(asked(purpose, status, body, headers, **{**FIRST, **note}), *((later,) if later else ()))


def called(
    purpose: str, status: int, body: Any = b"", function: str = "a.Version", form: str = "inline", **note: Any
) -> Exchange:
    told: dict[str, Any] = {"function": function, "index": 0, "form": form, "source": "none", **note}
    return asked(purpose, status, body, **told)


def both(body: Any, *inline: Any, status: int = 200, purpose: str = "function", function: str = "a.Find") -> dict[str, Any]:
    """A call in another form, and what the ordinary one answered before and after."""
    form = {"function-bare": "bare", "default-namespace": "unqualified"}.get(purpose, "alias")
    source = "none" if form == "bare" else "seen"
    purposes = ("bound-function" if purpose in ("bound-function", "default-namespace") else "function", "function-again")
    answers = zip(purposes, inline, strict=False)
    others = [replace(called(p, 200, b, function, source=source), id=f"00000{n}") for n, (p, b) in enumerate(answers, 6)]
    return given(called(purpose, status, body, function, form, source=source), *others)


def bare(body: Any, *inline: Any, status: int = 200) -> dict[str, Any]:
    return both(body, *inline, status=status, purpose="function-bare", function="a.Version")


def unqualified(body: Any, *inline: Any, status: int = 200) -> dict[str, Any]:
    return both(body, *inline, status=status, purpose="default-namespace", function="a.Above")


def me(status: int, body: Any = b"") -> dict[str, Any]:
    return given(asked("singleton", status, body, singleton="Me", type="a.User"))


def context(purpose: str, stated: Any, headers: Any = (), value: Any = None, **note: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"set": "Items", "type": "a.Item", "seen": {"ID": 1}, **note}
    said = {"@odata.context": stated} if stated else {}
    return given(asked(purpose, 200, {**said, **(value or {})}, headers, **told))


def unasked(number: int = 405, *headers: tuple[str, str]) -> dict[str, Any]:
    return {"exchange": asked("http-method", number, b"", headers, set="Items")}


def tagged(stated: str, field: str, what: str = "entity", tried: int = 0) -> dict[str, Any]:
    """`tried`: the status of the answer to If-None-Match with the ETag of the body."""
    headers, body = (("ETag", field),) if field else (), {"@odata.etag": stated} if stated else {}
    one = asked("http-get", 200, body, headers, set="Items", what=what)
    return given(one, *([asked("http-etag", tried, body if tried == 200 else b"", id="000006")] if tried else []))


def pair(
    first: Exchange, purpose: str, status: int, body: Any = b"", headers: Any = (), later: tuple[Exchange, ...] = ()
) -> dict[str, Any]:
    return {"exchanges": (first, asked(purpose, status, body, headers, id="000006", set="Items", what="entity"), *later)}


TAG = ("ETag", '"1"')
READ = asked("http-get", 200, ITEM, (TAG, ("Content-Length", "9")), set="Items", what="entity")
GOOD, OTHER = {"ID": 1, "Name": "x"}, {"ID": 7, "Name": "x"}
BROKEN = b"{"


def by_key(purpose: str, listed: int = 404) -> list[Case]:
    """What holds for every way to write a key."""
    return [
        passes(**keyed(purpose, 200, GOOD)),
        fails("other_entity", **keyed(purpose, 200, OTHER, again())),
        fails("other_entity", **keyed(purpose, 200, {"value": [GOOD]}, again())),
        fails("server_error", **keyed(purpose, 500)),
        untested("window", **keyed(purpose, 200, OTHER, again(ASSEMBLY))),
        untested("window", **keyed(purpose, 200, OTHER)),
        na("not_supported", **keyed(purpose, 501)),
        na("other_answer", **keyed(purpose, 406)),
        na("address_own", **keyed(purpose, 404, link=f"{ROOT}/Items/1")),
        fails("malformed", "broken", **keyed(purpose, 200, BROKEN, again())),
    ]


CASES: dict[str, list[Case]] = {
    "odata.address.key": [
        *by_key("key"),
        fails("listed_but_unknown", **keyed("key", 404, b"", again())),
        untested("window", **keyed("key", 404, b"", again(ASSEMBLY))),
        na("not_supported", **keyed("named-key", 404)),
    ],
    "odata.address.compound-key": [
        passes(**line(200, {"ItemId": 1, "No": "10"})),
        passes(**line(200, {"ItemId": 1, "No": "10 "})),
        fails("other_entity", **line(200, {"ItemId": 1, "No": "20"}, {"ItemId": 1, "No": "10"})),
        fails("listed_but_unknown", **line(404, b"", {"ItemId": 1, "No": "10"})),
        untested("window", **line(404, b"", {"ItemId": 1, "No": "20"})),
        na("not_supported", **line(400)),
        fails("malformed", "broken", **line(200, BROKEN, {"ItemId": 1, "No": "10"})),
    ],
    "odata.address.key-encoding": [
        *by_key("key-encoding"),
        fails("listed_but_unknown", **keyed("key-encoding", 404, b"", again())),
        fails("listed_but_unknown", **keyed("key-encoding", 400, b"", again())),
    ],
    "odata.address.key-alias": [
        *by_key("key-alias"),
        na("not_supported", **keyed("key-alias", 404)),
        fails("address_claimed_but_refused", **keyed("key-alias", 400, b"", again(), claimed=True)),
    ],
    "odata.address.key-as-segment": [
        *by_key("key-as-segment"),
        na("not_supported", **keyed("key-as-segment", 404)),
        fails("address_claimed_but_refused", **keyed("key-as-segment", 404, b"", again(), claimed=True)),
    ],
    "odata.address.case": [
        passes(**keyed("key", 200, {"ID": 1, "Name": "x", "Count": 1, "@odata.etag": "x"})),
        fails("address_other_case", **keyed("key", 200, {"ID": 1, "name": "x"})),
        fails("address_other_case", **keyed("key", 200, {"id": 1, "name": "x"})),
        na("too_few", **keyed("key", 200, {"Other": 1})),
        na("address_open", **keyed("key", 200, {"ID": 1, "id": 2}, type="a.Free")),
        na("other_answer", **keyed("key", 404)),
        na("other_answer", "broken", **keyed("key", 200, BROKEN)),
    ],
    "odata.address.property": [
        passes(**part("property", "Name", 200, {"value": "x"})),
        passes(**part("property", "Mass", 200, {"value": "1.50"})),
        passes(**part("property", "Tags", 200, {"value": ["a", "b"]})),
        passes(**part("property", "Tags", 200, {"value": ["a"], "@odata.nextLink": "Items(1)/Tags?at=1"})),
        fails("address_other_value", **part("property", "Name", 200, {"value": "y"}, later=again())),
        passes(**part("property", "Tags", 200, {"value": ["b", "a"]})),
        fails("address_other_value", **part("property", "Tags", 200, {"value": ["b", "c"]}, later=again())),
        fails("address_other_value", **part("property", "Tags", 200, {"value": ["a"]}, later=again())),
        fails("malformed", **part("property", "Name", 200, GOOD, later=again())),
        fails("other_status", **part("property", "Name", 204, later=again())),
        fails("server_error", **part("property", "Name", 500)),
        untested("window", **part("property", "Name", 200, {"value": "y"}, later=again({**ITEM, "Name": "y"}))),
        na("not_supported", **part("property", "Name", 404)),
        fails("malformed", "broken", **part("property", "Name", 200, BROKEN, later=again())),
    ],
    "odata.address.value": [
        passes(**part("value", "Name/$value", 200, b"x", (TEXT,))),
        passes(**part("value", "Mass/$value", 200, b"1.5", (TEXT,))),
        passes(**part("value", "Mass/$value", 200, b"1.50", (TEXT,))),
        passes(**part("value", "Name/$value", 200, "x".encode("utf-16"), (("Content-Type", "text/plain;charset=utf-16"),))),
        fails("address_other_value", **part("value", "Name/$value", 200, b'"x"', (TEXT,), again())),
        fails("address_other_media_type", **part("value", "Name/$value", 200, {"value": "x"}, later=again())),
        fails("other_status", **part("value", "Name/$value", 204, later=again())),
        na("not_supported", **part("value", "Name/$value", 501)),
        untested("window", **part("value", "Name/$value", 200, b"y", (TEXT,))),
        fails("address_other_value", "broken", **part("value", "Mass/$value", 200, b"\xff", (TEXT,), again())),
    ],
    "odata.address.null-property": [
        passes(**part("null-property", "Made", 204)),
        fails("address_null_as_content", **part("null-property", "Made", 200, {"value": None}, later=again())),
        fails("other_status", **part("null-property", "Made", 404, later=again(), works=True)),
        na("not_supported", **part("null-property", "Made", 404, works=False)),
        untested("window", **part("null-property", "Made", 200, {"value": True}, later=again({**ITEM, "Made": True}))),
        fails("address_null_as_content", "broken", **part("null-property", "Made", 200, BROKEN, later=again())),
    ],
    "odata.address.complex": [
        passes(**part("complex", "Price", 200, {"@odata.context": "x", "Amount": 2.0, "Currency": "EUR"})),
        passes(**part("complex", "Price/Amount", 200, {"value": 2})),
        fails("address_other_value", **part("complex", "Price", 200, {"Amount": 3, "Currency": "EUR"}, later=again())),
        fails("address_other_value", **part("complex", "Price", 200, {"value": ITEM["Price"]}, later=again())),
        fails("address_other_value", **part("complex", "Price/Amount", 200, {"value": 3}, later=again())),
        na("not_supported", **part("complex", "Price", 404)),
        fails("malformed", "broken", **part("complex", "Price", 200, BROKEN, later=again())),
    ],
    "odata.address.stream": [
        passes(**stream(200, b"PNG", "image/png", "image/png")),
        passes(**stream(200, {"a": 1}, "application/json")),
        passes(**stream(204)),
        fails(
            "address_entity_as_stream",
            **stream(200, {"@odata.context": "x", "ID": 1}, "application/json", "image/png", {"ID": 1}),
        ),
        passes(**stream(200, b"PNG", "application/octet-stream", "image/png", {"ID": 1})),  # the type in the entity is a hint
        passes(
            **stream(200, {"@odata.context": "x", "ID": 1}, "application/json", "application/json")
        ),  # an answer, kept as file
        fails("listed_but_unknown", **stream(404, b"", "", "image/png", {"ID": 1})),
        passes(**stream(200, b"PNG", "", "", {"ID": 1})),
        na("not_supported", **stream(404)),
        untested("window", **stream(404, b"", "", "image/png", {"ID": 2})),
        passes("broken", **stream(200, BROKEN, "application/json")),
    ],
    "odata.address.cast": [
        passes(**cast("list", 200, {"value": [ASSEMBLY]})),
        passes(**cast("list", 200, {"value": [{"ID": 2, "Name": "y"}]})),
        passes(**cast("entity", 200, {"ID": 2, "Name": "y"})),
        passes(**cast("property", 200, {"value": 3})),
        passes(**cast("other", 404)),
        fails("address_other_type_of_entity", **cast("list", 200, {"value": [ASSEMBLY, ITEM]})),
        fails("address_other_type_of_entity", **cast("list", 200, {"value": [{"@odata.type": "#a.Part", "ID": 9}]})),
        fails("address_left_out", **cast("list", 200, {"value": [{"ID": 8}]}, again())),
        untested("window", **cast("list", 200, {"value": [{"ID": 8}]}, again(ITEM))),
        fails("other_entity", **cast("member", 200, {"ID": 1}, again())),
        fails("listed_but_unknown", **cast("entity", 404, b"", again())),
        fails("address_other_value", **cast("property", 200, {"value": 4}, again())),
        fails("accepted", **cast("other", 200, ITEM, again())),
        na("not_supported", **cast("entity", 404, works=False)),
        na("not_supported", **cast("list", 501)),
        fails("malformed", "broken", **cast("list", 200, BROKEN, again())),
    ],
    "odata.address.navigation": [
        passes(**navigated("Owner", 200, {"Id": "u"}, {"Id": "u"})),
        passes(**navigated("Owner", 200, {"Id": "U "})),
        passes(**navigated("Lines", 200, lines("10", "20"), lines("20", "10")["value"])),
        passes(**navigated("Lines", 200, lines("10"))),
        passes(**navigated("Lines", 200, lines(), [])),
        na("address_nothing_to_compare", **navigated("Owner", 200, {"@odata.id": None, "Name": "x"})),  # transient
        fails("address_not_related", **navigated("Owner", 200, {"Id": "v"}, {"Id": "u"}, {"Id": "v"})),
        fails("address_not_related", **navigated("Lines", 200, lines("10", item=7), None, lines("10", item=7))),
        fails("address_differs_from_expand", **navigated("Lines", 200, lines("10"), lines("10", "20")["value"], lines("10"))),
        fails(
            "address_differs_from_expand", **navigated("Lines", 200, lines("10", "30"), lines("10")["value"], lines("10", "30"))
        ),
        fails("malformed", **navigated("Owner", 200, {"value": [{"Id": "u"}]})),
        fails("malformed", **navigated("Lines", 200, {"ItemId": 1, "No": "10"})),
        untested("window", **navigated("Lines", 200, lines("10"), lines("10", "20")["value"], lines("10", "20"))),
        untested("window", **navigated("Lines", 200, lines("10"), lines("10", "20")["value"])),
        na("address_nothing_to_compare", **navigated("Lines", 200, lines())),
        na("not_supported", **navigated("Owner", 404)),
        fails("malformed", "broken", **navigated("Owner", 200, BROKEN)),
    ],
    "odata.address.ref": [
        passes(**navigated("Owner", 200, {"@odata.id": "Users('u')"}, purpose="ref", listed={"Id": "u"})),
        passes(**navigated("Lines", 200, {"value": [{"@id": "x"}]}, purpose="ref", listed=lines("10"))),
        passes(**navigated("Owner", 200, {"Id": "u"}, purpose="ref-target", listed={"Id": "u"})),
        fails("malformed", **navigated("Owner", 200, {"Id": "u"}, purpose="ref", listed={"Id": "u"})),
        fails("malformed", **navigated("Lines", 200, {"url": "x"}, purpose="ref", listed=lines("10"))),
        fails(
            "address_other_number",
            **navigated("Lines", 200, {"value": [{"@id": "x"}]}, None, lines("1", "2"), "ref", lines("1", "2")),
        ),
        fails("other_entity", **navigated("Owner", 200, {"Id": "v"}, None, {"Id": "u"}, "ref-target", {"Id": "u"})),
        fails(
            "address_claimed_but_refused",
            **navigated("Owner", 404, b"", None, {"Id": "u"}, "ref-target", {"Id": "u"}, claimed=True),
        ),
        untested("window", **navigated("Owner", 200, {"Id": "v"}, None, {"Id": "v"}, "ref-target", {"Id": "u"})),
        na("not_supported", **navigated("Owner", 404, purpose="ref-target", listed={"Id": "u"})),
        na("not_supported", **navigated("Owner", 501, purpose="ref", listed={"Id": "u"})),
        fails("malformed", "broken", **navigated("Owner", 200, BROKEN, purpose="ref", listed={"Id": "u"})),
    ],
    "odata.address.singleton": [
        passes(**me(200, {"Id": "u"})),
        fails("listed_but_unknown", **me(404)),
        fails("malformed", **me(200, {"value": [{"Id": "u"}]})),
        fails("server_error", **me(500)),
        na("too_few", **me(204)),
        na("other_answer", **me(503)),
        fails("malformed", "broken", **me(200, BROKEN)),
    ],
    "odata.address.function": [
        passes(**given(called("function", 200, {"value": "1.0"}))),
        passes(**given(called("function", 204))),
        na("not_supported", **given(called("function", 404, b"", "a.Find"))),
        passes(**both({"@odata.context": "a", "ID": 1}, {"@odata.context": "b", "ID": 1})),
        fails("listed_but_unknown", **given(called("function", 404))),
        fails("malformed", **given(called("function", 200, {"Version": "1.0"}))),
        fails("malformed", **given(called("function", 200, {"value": 1}))),
        fails("malformed", **given(called("function", 200, {"Name": "x"}, "a.Find", source="seen"))),
        fails("address_other_result", **both({"ID": 2}, {"ID": 1}, {"ID": 1})),
        untested("window", **both({"ID": 2}, {"ID": 1}, {"ID": 2})),
        untested("no_arguments", **given(called("function", 404, b"", "a.Find", source="seen"))),
        na("not_supported", **both(b"", {"ID": 1}, status=404)),
        na("not_supported", **given(called("function", 501))),
        fails("malformed", "broken", **given(called("function", 200, BROKEN))),
    ],
    "odata.address.function-bare": [
        passes(**bare({"value": "1"}, {"value": "1"})),
        fails("address_claimed_but_refused", **bare(b"", {"value": "1"}, status=404)),
        fails("address_other_result", **bare({"value": "2"}, {"value": "1"}, {"value": "1"})),
        untested("window", **bare({"value": "2"}, {"value": "1"})),
        na("not_supported", **bare(b"", {"value": "1"}, status=501)),
        fails("malformed", "broken", **bare(BROKEN, {"value": "1"})),
    ],
    "odata.address.function-implicit": [
        passes(**both({"ID": 1}, {"ID": 1}, purpose="function-implicit")),
        fails("address_other_result", **both({"ID": 2}, {"ID": 1}, {"ID": 1}, purpose="function-implicit")),
        fails("server_error", **both(b"", {"ID": 1}, status=500, purpose="function-implicit")),
        untested("window", **both({"ID": 2}, {"ID": 1}, purpose="function-implicit")),
        na("not_supported", **both(b"", {"ID": 1}, status=404, purpose="function-implicit")),
        fails("malformed", "broken", **both(BROKEN, {"ID": 1}, purpose="function-implicit")),
    ],
    "odata.address.bound-function": [
        passes(**given(called("bound-function", 200, {"value": [ITEM]}, "a.Above"))),
        passes(**given(called("bound-function", 200, {"value": []}, "a.Above"))),
        fails("listed_but_unknown", **given(called("bound-function", 404, b"", "a.Above"))),
        fails("other_status", **given(called("bound-function", 204, b"", "a.Above"))),
        fails("malformed", **given(called("bound-function", 200, ITEM, "a.Above"))),
        fails("malformed", **given(called("bound-function", 200, {"value": [{"Name": "x"}]}, "a.Above"))),
        fails("server_error", **given(called("bound-function", 500, b"", "a.Above"))),
        na("not_supported", **given(called("bound-function", 501, b"", "a.Above"))),
        fails("malformed", "broken", **given(called("bound-function", 200, BROKEN, "a.Above"))),
    ],
    "odata.address.default-namespace": [
        passes(**unqualified({"value": [ITEM]}, {"value": [ITEM]})),
        fails("address_claimed_but_refused", **unqualified(b"", {"value": []}, status=404)),
        fails("address_other_result", **unqualified({"value": []}, {"value": [ITEM]}, {"value": [ITEM]})),
        untested("window", **unqualified({"value": []}, {"value": [ITEM]})),
        na("other_answer", **unqualified(b"", {"value": []}, status=406)),
        fails("malformed", "broken", **unqualified(BROKEN, {"value": []})),
    ],
    "odata.links.id": [
        passes(**link("full", 200, {"@odata.id": "Items(1)", "ID": 1})),
        passes(**link("full", 200, {"@odata.id": "http://inner.example/odata/Items(1)"}, conventional=True)),
        passes(**link("link-id", 200, GOOD)),
        fails("missing", **link("full", 200, {"ID": 1})),
        fails("address_other_id", **link("full", 200, {"@odata.id": "Items/1"}, conventional=True)),
        fails("other_entity", **link("link-id", 200, OTHER, again())),
        fails("address_link_leads_nowhere", **link("link-id", 404, b"", again(), claimed=True)),
        untested("window", **link("link-id", 200, OTHER, again(ASSEMBLY))),
        untested("out_of_scope", **link("full", 200, {"@odata.id": "urn:uuid:1"})),
        fails("malformed", **link("full", 200, {"@odata.id": "http://["})),
        fails("malformed", **link("full", 200, {"@odata.id": 7})),
        na("address_not_an_address", **link("link-id", 404)),
        na("address_not_full", **link("full", 200, {"ID": 1}, headers=())),
        na("other_answer", **link("full", 406)),
        fails("malformed", "broken", **link("link-id", 200, BROKEN, again())),
    ],
    "odata.links.edit": [
        passes(**link("full", 200, {"@odata.editLink": "Items(1)"})),
        passes(**link("link-edit", 200, GOOD, kind="readLink")),
        fails("missing", **link("full", 200, {"ID": 1})),
        na("address_id_is_link", **link("full", 200, {"@odata.id": "Items(1)"})),
        na("address_id_is_link", **link("full", 200, {"@odata.id": None})),
        fails("address_link_leads_nowhere", **link("link-edit", 404, b"", again(), kind="editLink")),
        fails("other_entity", **link("link-edit", 200, OTHER, again(), kind="editLink")),
        untested("window", **link("link-edit", 404, b"", again(ASSEMBLY), kind="editLink")),
        na("not_supported", **link("link-edit", 405, kind="editLink")),
        na("address_not_full", **link("full", 200, GOOD, headers=())),
        fails("malformed", "broken", **link("link-edit", 200, BROKEN, again())),
    ],
    "odata.links.navigation": [
        passes(**link("full", 200, {"Owner@odata.navigationLink": "Items(1)/Owner"})),
        passes(**link("link-navigation", 200, {"Id": "u"}, navigation="Owner", seen={"ID": 1, "OwnerId": "u"})),
        passes(**link("link-navigation", 204, navigation="Owner")),
        fails("missing", **link("full", 200, GOOD)),
        fails("address_link_leads_nowhere", **link("link-navigation", 404, b"", again(), navigation="Owner")),
        fails(
            "address_not_related",
            **link("link-navigation", 200, {"Id": "v"}, again(), navigation="Owner", seen={"ID": 1, "OwnerId": "u"}),
        ),
        fails("malformed", **link("link-navigation", 200, ITEM, again(), navigation="Owner")),
        na("address_not_full", **link("full", 200, GOOD, headers=())),
        na("other_answer", **link("full", 406)),
        fails("malformed", "broken", **link("link-navigation", 200, BROKEN, again(), navigation="Owner")),
    ],
    "odata.entity-id": [
        passes(**link("entity-id", 200, GOOD)),
        fails("other_entity", **link("entity-id", 200, OTHER, again())),
        fails("other_entity", **link("entity-id", 200, {"value": [GOOD]}, again())),
        fails("server_error", **link("entity-id", 500)),
        untested("window", **link("entity-id", 200, OTHER, again(ASSEMBLY))),
        na("not_supported", **link("entity-id", 404)),
        fails("malformed", "broken", **link("entity-id", 200, BROKEN, again())),
    ],
    "odata.context-url": [
        passes(**context("key", "$metadata#Items/$entity")),
        passes(**context("key", f"{ROOT}/$metadata#Items/a.Assembly/$entity")),
        passes(**context("key", "$metadata#Items(ID,Name)/$entity")),
        passes(**context("key", "http://inner.example/x/$metadata#Items/$entity")),
        passes(**context("property", "$metadata#Items(1)/Name", path="Name")),
        passes(**context("property", "$metadata#Items/1/Name", path="Name")),
        passes(**context("key", "http://inner.example/x/%24metadata#Items/$entity")),
        passes(**context("property", "$metadata#Edm.String", [("OData-Version", "4.01")], path="Name")),
        passes(**context("navigation", "$metadata#Users/$entity", navigation="Owner")),
        passes(**context("navigation", "$metadata#Lines", navigation="Lines")),
        passes(**context("ref", "$metadata#Collection($ref)", navigation="Lines")),
        passes(**context("ref", "$metadata#$ref", navigation="Owner")),
        passes(**context("singleton", "$metadata#Me", set="", singleton="Me")),
        passes(**context("function", "$metadata#Edm.String", set="", function="a.Version", index=0)),
        passes(**context("function", "$metadata#Items('a/b(c)')/Name", set="", function="a.Version", index=0)),  # a property
        passes(**context("function", "$metadata#Items/1/Name", set="", function="a.Version", index=0)),
        fails("address_wrong_context", **context("function", "$metadata#Items(1)/ID", set="", function="a.Version", index=0)),
        passes(**context("cast", "$metadata#Items/a.Assembly", form="list", cast="a.Assembly")),
        passes(**context("sample", "$metadata#Items(ID)")),
        fails("address_wrong_context", **context("key", "$metadata#Items")),
        fails("address_wrong_context", **context("key", "$metadata#Lines/$entity")),
        fails("address_wrong_context", **context("key", "$metadata#Items/a.Unknown/$entity")),
        fails("address_wrong_context", **context("sample", "$metadata#a.Item")),
        fails("address_wrong_context", **context("property", "$metadata#Edm.String", path="Name")),
        fails("address_wrong_context", **context("property", "$metadata#Items(2)/Name", path="Name")),
        fails("address_wrong_context", **context("navigation", "$metadata#Items(1)/Owner", navigation="Owner")),
        fails("address_wrong_context", **context("ref", "$metadata#Users/$entity", navigation="Owner")),
        fails("address_wrong_context", **context("cast", "$metadata#Items", form="list", cast="a.Assembly")),
        fails("address_other_base", **context("key", f"{HOST}/other/$metadata#Items/$entity")),
        fails("address_other_base", **context("key", f"{ROOT}/Items#Items/$entity")),
        fails("address_other_base", **context("key", "http://[")),
        fails("missing", **context("key", None, value=GOOD)),
        na("address_no_context", **context("key", None, [("Content-Type", "application/json;odata.metadata=none")], GOOD)),
        na("address_no_context", **context("navigation", "$metadata#x", navigation="Unknown")),
        na("other_answer", "broken", **given(asked("key", 200, BROKEN, set="Items", type="a.Item", seen={"ID": 1}))),
    ],
    "odata.http.head": [
        passes(**pair(READ, "http-head", 200, b"", (TAG, ("Content-Type", "application/json"), ("Content-Length", "9")))),
        passes(**pair(READ, "http-head", 200)),
        fails("head_refused", **pair(READ, "http-head", 405)),
        fails("head_refused", **pair(READ, "http-head", 404, later=(READ,))),
        fails("other_status", **pair(READ, "http-head", 400)),
        fails("other_type", **pair(READ, "http-head", 200, b"", (HTML,))),
        fails("other_length", **pair(READ, "http-head", 200, b"", (TAG, ("Content-Length", "0")))),
        untested("window", **pair(READ, "http-head", 404)),
        untested("no_data", "broken", **pair(READ, "http-get", 200)),
    ],
    "odata.http.method": [
        passes(**unasked(405, ("Allow", "GET"))),
        passes(**unasked(501)),
        fails("missing_allow", **unasked(405)),
        fails("accepted", **unasked(200)),
        fails("server_error", **unasked(500)),
        fails("other_status", **unasked(404)),
        na("other_answer", **unasked(503)),
        fails("accepted", "broken", **unasked(204)),
    ],
    "odata.http.etag": [
        passes(**tagged('W/"1"', 'W/"1"')),
        passes(**tagged('W/"1"', '"1-gzip"')),
        passes(**tagged('W/"1"', 'W/"2"', tried=304)),
        fails("address_other_etag", **tagged('W/"1"', 'W/"2"', tried=200)),
        untested("window", **tagged('W/"1"', 'W/"2"', tried=404)),
        fails("malformed", **tagged("1", 'W/"1"')),
        na("no_usable_etag", **tagged("", 'W/"1"')),
        na("no_usable_etag", **tagged('W/"1"', "")),
        na("no_usable_etag", **tagged('W/"1"', 'W/"2"', "set")),
        na("no_usable_etag", "broken", **tagged('W/"1"', "W/1")),
    ],
    "odata.http.not-modified": [
        passes(**pair(READ, "http-unchanged", 304, b"", (TAG,))),
        fails("not_304", **pair(READ, "http-unchanged", 200, ITEM, (TAG,))),
        fails("tag_moves", **pair(READ, "http-unchanged", 200, ITEM, (("ETag", '"2"'),))),
        fails("other_status", **pair(READ, "http-unchanged", 412)),
        untested("window", **pair(READ, "http-unchanged", 200, ASSEMBLY, (("ETag", '"2"'),))),
        na("no_usable_etag", **pair(asked("http-get", 200, ITEM, set="Items", what="entity"), "http-unchanged", 200)),
        fails("other_status", "broken", **pair(READ, "http-unchanged", 400, BROKEN)),
    ],
}
