"""OData streams, contained entities and what stands behind types: what each check must say."""

from typing import Any

from cpo_probe.model import Exchange
from tests.probes.make import HOST, Case, Record, exchange, fails, interface, na, passes, untested

ROOT = f"{HOST}/odata"
EDMX, EDM = "http://docs.oasis-open.org/odata/ns/edmx", "http://docs.oasis-open.org/odata/ns/edm"
CSDL = f"""<edmx:Edmx Version="4.0" xmlns:edmx="{EDMX}"><edmx:DataServices><Schema Namespace="a" xmlns="{EDM}">
<EntityType Name="File" HasStream="true"><Key><PropertyRef Name="ID"/></Key>
<Property Name="ID" Type="Edm.Int32" Nullable="false"/><Property Name="Icon" Type="Edm.Stream"/>
<NavigationProperty Name="Pages" Type="Collection(a.Page)" ContainsTarget="true"/>
</EntityType><EntityType Name="Scan" BaseType="a.File"><NavigationProperty Name="Users" Type="Collection(a.User)"/></EntityType>
<EntityType Name="Page"><Key><PropertyRef Name="No"/></Key><Property Name="No" Type="Edm.Int32" Nullable="false"/></EntityType>
<EntityType Name="User"><Key><PropertyRef Name="ID"/></Key><Property Name="ID" Type="Edm.Int32" Nullable="false"/></EntityType>
<EntityContainer Name="C"><EntitySet Name="Files" EntityType="a.File"/><EntitySet Name="Users" EntityType="a.User"/>
</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>""".encode()
TAG = '"1"'
FILE = {"ID": 1, "@odata.mediaContentType": "image/png", "@odata.mediaEtag": TAG}
SCAN = {"@odata.type": "#a.Scan", "ID": 2}
SEEN = {"set": "Files", "type": "a.File", "seen": FILE, "media": "image/png", "tag": TAG}


def asked(purpose: str, status: int, body: Any = b"", headers: Any = (), id: int = 5, **note: Any) -> Exchange:
    url = f"{ROOT}/Files(1)"
    return exchange(status, headers, body, id=f"{id:06}", url=url, purpose=f"odata.address.{purpose}", note=note)


def given(one: Exchange, *others: Exchange) -> dict[str, Any]:
    """An answer of a service whose list of files is known."""
    metadata = exchange(200, (), CSDL, id="000001", url=f"{ROOT}/$metadata", purpose="odata.metadata")
    note = {"set": "Files", "page": 1, "top": 200}
    shown = {"@odata.context": "$metadata#Files", "value": [FILE, SCAN]}
    page = exchange(200, (), shown, id="000002", url=f"{ROOT}/Files?$top=200", purpose="odata.window", note=note)
    return {"exchange": one, "interface": interface(kind="odata", url=ROOT), "evidence": Record((metadata, page, one, *others))}


def stream(
    purpose: str,
    status: int,
    type: str = "",
    tag: str = "",
    body: Any = b"PNG",
    later: Any = None,
    stated: str = TAG,
    **note: Any,
) -> dict[str, Any]:
    """`type` and `tag`: of the answer; `stated`: the entity tag in the list."""
    fields = ((("Content-Type", type),) if type else ()) + ((("ETag", tag),) if tag else ())
    listed = asked("again", 200, {"value": [later]}, id=9, set="Files") if later else None
    path = "$value" if purpose == "media-link" else "Icon"
    return given(
        asked(purpose, status, body, fields, **{**SEEN, "path": path, "tag": stated, **note}), *((listed,) if listed else ())
    )


def fresh(status: int, first: bytes = b"PNG") -> dict[str, Any]:
    told: dict[str, Any] = {**SEEN, "path": "$value"}
    base = asked("media-link", 200, first, (("Content-Type", "image/png"), ("ETag", TAG)), id=4, **told)
    again = asked("media-fresh", status, b"PNG" if status == 200 else b"", (("ETag", TAG),), **told)
    return given(again, base)


PNG, BROKEN = "image/png", b'{"value": ['
STREAMS: dict[str, list[Case]] = {
    "odata.stream.link": [
        passes(**stream("media-link", 200, PNG)),
        passes(**stream("media-link", 204)),
        fails("listed_but_unknown", **stream("media-link", 404, later=FILE)),
        fails("listed_but_unknown", **stream("media-link", 404, later=FILE, media="", promised=True)),
        passes(**stream("media-link", 200, "text/plain", later=FILE)),  # what the entity states is a hint
        untested("window", **stream("media-link", 404, later={**FILE, "@odata.mediaEtag": '"2"'})),
        na("not_supported", **stream("media-link", 501)),
        passes("broken", **stream("media-link", 200, later=FILE)),
    ],
    "odata.stream.property": [
        passes(**stream("named-stream", 200, PNG)),
        passes(**stream("named-stream", 204)),
        fails(
            "address_entity_as_stream",
            **stream("named-stream", 200, "application/json", body={"@odata.context": "x", "value": "UE5H"}, later=FILE),
        ),
        na("not_supported", **stream("named-stream", 501)),
        passes("broken", **stream("named-stream", 200, later=FILE)),
    ],
    "odata.media-type": [
        passes(**stream("media-link", 200, PNG)),
        passes(**stream("named-stream", 200, f"{PNG}; charset=x")),
        fails("address_other_media_type", **stream("media-link", 200, "text/plain", later=FILE)),
        fails("missing", **stream("named-stream", 200, later=FILE)),
        untested("window", **stream("media-link", 200, "text/plain", later={**FILE, "@odata.mediaContentType": "text/plain"})),
        na("other_answer", **stream("media-link", 204)),
        na("no_data", **stream("media-link", 200, body=b"")),
        fails("missing", "broken", **stream("media-link", 200, body=BROKEN, later=FILE)),
    ],
    "odata.stream.etag": [
        passes(**stream("media-link", 200, PNG, TAG)),
        passes(**stream("named-stream", 200, PNG, f"W/{TAG}")),
        fails("address_other_etag", **stream("media-link", 200, PNG, '"2"', later=FILE)),
        fails("malformed", **stream("media-link", 200, PNG, TAG, later=FILE, stated="1")),
        na("no_usable_etag", **stream("media-link", 204)),
        untested("window", **stream("media-link", 200, PNG, '"2"', later={**FILE, "@odata.mediaEtag": '"2"'})),
        na("no_usable_etag", **stream("media-link", 200, PNG)),
        na("no_usable_etag", "broken", **stream("media-link", 200, PNG, "2")),
    ],
    "odata.stream.not-modified": [
        passes(**fresh(304)),
        fails("other_status", **fresh(200)),
        untested("window", **fresh(200, b"GIF")),
        na("other_answer", **fresh(404)),
        na("other_answer", "broken", **fresh(500)),
    ],
}


def contained(status: int, body: Any = b"", *, list_again: Any = None, member: bool = False) -> dict[str, Any]:
    told: dict[str, Any] = {"set": "Files", "type": "a.File", "seen": {"ID": 1}, "navigation": "Pages"}
    if not member:
        return given(asked("contained", status, body, **told))
    rows = [{"value": [{"No": 1}]}] if list_again is None else [{"value": [{"No": 1}]}, list_again]
    lists = [asked("contained", 200, rows[n], id=6 + n, **told, again=bool(n)) for n in range(len(rows))]
    return given(asked("contained-member", status, body, **told, member={"No": 1}, below="(1)"), *lists)


def own(*paths: tuple[int, Any], expanded: Any = None) -> dict[str, Any]:
    told: dict[str, Any] = {"set": "Files", "type": "a.File", "cast": "a.Scan", "seen": {"ID": 2}, "navigation": "Users"}
    found = [asked("own-navigation", status, body, id=5 + n, **told) for n, (status, body) in enumerate(paths)]
    shown = [asked("own-expanded", 200, expanded, id=8, **told)] if expanded is not None else []
    return given(found[0], *found[1:], *shown)


ONE, TWO = {"value": [{"ID": 1}]}, {"value": [{"ID": 2}]}
SHOWN = {"ID": 2, "Users": [{"ID": 1}]}

PLACES: dict[str, list[Case]] = {
    "odata.address.contained": [
        passes(**contained(200, {"value": [{"No": 1}]})),
        passes(**contained(200, {"No": 1}, member=True)),
        fails("malformed", **contained(200, {"value": [{"Text": "x"}]})),
        passes(**contained(200, {"value": [{"@odata.id": None, "Text": "x"}]})),  # transient
        fails("listed_but_unknown", **contained(404, member=True, list_again={"value": [{"No": 1}]})),
        fails("other_entity", **contained(200, {"No": 2}, member=True)),
        untested("window", **contained(404, member=True, list_again={"value": []})),
        na("not_supported", **contained(501)),
        na("too_few", **contained(200, {"value": []})),
        fails("malformed", "broken", **contained(200, BROKEN)),
    ],
    "odata.address.own-navigation": [
        passes(**own((200, ONE), expanded=SHOWN)),
        fails("address_differs_from_expand", **own((200, TWO), (200, TWO), expanded=SHOWN)),
        fails("address_differs_from_expand", **own((404, b""), (404, b""), expanded=SHOWN)),
        untested("window", **own((200, TWO), (200, ONE), expanded=SHOWN)),
        na("not_supported", **own((404, b""))),
        na("address_nothing_to_compare", **own((200, ONE))),
        fails("malformed", "broken", **own((200, BROKEN))),
    ],
}

CASES = {**STREAMS, **PLACES}
