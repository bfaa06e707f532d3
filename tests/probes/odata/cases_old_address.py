"""OData V2, addresses and errors: what each check must say."""

from typing import Any

from tests.probes.make import Case, fails, na, passes, untested
from tests.probes.odata.old_make import BROKEN, DAY, HTML, JSON, PAGE, ROOT, ROWS, TEXT, XML, at, one, page, refusals, row

TOOL = row(3, __metadata={"uri": f"{ROOT}/Items(3)", "type": "a.Tool"})


def error(code: Any = "x", message: Any = None) -> dict[str, Any]:
    return {"error": {"code": code, "message": {"lang": "en", "value": "no"} if message is None else message}}


def wrong(purpose: str, *right: int) -> list[Case]:
    purpose = f"errors.{purpose}"
    return [
        *(passes(**one(purpose, status, error())) for status in right),
        fails("accepted", **one(purpose, 200, page(ROWS))),
        fails("server_error", **one(purpose, 500)),
        na("other_answer", **one(purpose, 403)),
        fails("accepted", "broken", **one(purpose, 200, b"\xff{")),
    ]


KEY: dict[str, Any] = {"row": {"ID": 3}}


LISTED = at("listed", body=page(ROWS), id="000021")


MOMENT: dict[str, Any] = {"name": "At", "type": "Edm.DateTime", "value": f"/Date({3 * DAY})/", **KEY}


TITLE: dict[str, Any] = {"name": "Name", "type": "Edm.String", "value": "part003", **KEY}


LATER = (at("entity", body={"d": row(3)}, id="000022", turn=2, **KEY),)


MANY: dict[str, Any] = {"name": "Parts", "many": True, **KEY}
SINGLE: dict[str, Any] = {"name": "Whole", "many": False, **KEY}

TAGGED = {"uri": f"{ROOT}/Items(3)", "type": "a.Item", "etag": 'W/"1"'}
CODED = [("ETag", '"1-gzip"'), ("Content-Encoding", "gzip")]


def expanded(inline: Any, *linked: list[Any]) -> dict[str, Any]:
    """Parts of the third item inline, and what its link led to, once or twice."""
    beside = (at("deferred", body=page(rows), id=f"00003{turn}", **MANY) for turn, rows in enumerate(linked))
    return one("expanded", body={"d": row(3, Parts=inline)}, beside=tuple(beside), **MANY)


CASES: dict[str, list[Case]] = {
    "odata2.key": [
        passes(**one("entity", body={"d": row(3)}, **KEY)),
        fails("listed_but_unknown", **one("entity", 404, beside=(LISTED,), **KEY)),
        fails("other_entity", **one("entity", body={"d": row(4)}, **KEY)),
        fails("malformed", **one("entity", body=page([row(3)]), **KEY)),
        untested("window", **one("entity", 404, **KEY)),
        *refusals("entity", **KEY),
        fails("malformed", "broken", **one("entity", **BROKEN, **KEY)),
    ],
    "odata2.metadata-uri": [
        passes(**one("uri", body={"d": row(3)}, **KEY)),
        fails("listed_but_unknown", **one("uri", 404, **KEY)),
        fails("other_entity", **one("uri", body={"d": row(4)}, **KEY)),
        na("not_supported", **one("uri", 403, **KEY)),
        fails("malformed", "broken", **one("uri", **BROKEN, **KEY)),
    ],
    "odata2.deferred": [
        passes(**one("deferred", body=page([row(4), TOOL]), **MANY)),
        passes(**one("deferred", body={"d": row(4)}, **SINGLE)),
        fails("link_broken", **one("deferred", 404, **MANY)),
        fails("malformed", **one("deferred", body={"d": row(4)}, **MANY)),
        fails("malformed", **one("deferred", body=page([row(4)]), **SINGLE)),
        fails("other_entity_type", **one("deferred", body=page([row(4, __metadata={"type": "a.User"})]), **MANY)),
        na("nothing_related", **one("deferred", 204, **SINGLE)),
        na("nothing_related", **one("deferred", body={"d": None}, **SINGLE)),
        na("not_supported", **one("deferred", 501, **MANY)),
        fails("malformed", "broken", **one("deferred", **BROKEN, **MANY)),
    ],
    "odata2.expand.same": [
        passes(**expanded({"results": ROWS[3:6]}, ROWS[3:6])),
        passes(**expanded(ROWS[3:6], ROWS[5:2:-1])),
        fails("other_related", **expanded({"results": ROWS[3:5]}, ROWS[3:6], ROWS[3:6])),
        untested("window", **expanded({"results": ROWS[3:5]}, ROWS[3:6])),
        untested("window", **expanded({"results": ROWS[3:5]}, ROWS[3:6], ROWS[3:5])),
        na("in_parts", **expanded({"results": ROWS[3:5], "__next": "?2"}, ROWS[3:6])),
        na("in_parts", **expanded({"results": ROWS[3:5]})),
        na("nothing_expanded", **expanded({"__deferred": {"uri": "x"}}, ROWS[3:6])),
        *refusals("expanded", **MANY),
        na("nothing_expanded", "broken", **one("expanded", **BROKEN, **MANY)),
    ],
    "odata2.etag": [
        passes(**one("entity", 200, {"d": row(3, __metadata=TAGGED)}, [("ETag", 'W/"1"')], **KEY)),
        fails("other_etag", **one("entity", 200, {"d": row(3, __metadata=TAGGED)}, [("ETag", '"1"')], **KEY)),
        na("etag_of_coding", **one("entity", 200, {"d": row(3, __metadata=TAGGED)}, CODED, **KEY)),
        na("no_etag", **one("entity", 200, {"d": row(3)}, [("ETag", '"1"')], **KEY)),
        na("no_etag", **one("entity", 200, {"d": row(3, __metadata=TAGGED)}, **KEY)),
        na("other_answer", **one("entity", 404, **KEY)),
        na("other_answer", "broken", **one("entity", **BROKEN, **KEY)),
    ],
    "odata2.links": [
        passes(**one("links", body=page([{"uri": f"{ROOT}/Items(4)"}]), **MANY)),
        passes(**one("links", body=page([]), **MANY)),
        passes(**one("links", body={"d": {"uri": f"{ROOT}/Items(4)"}}, **SINGLE)),
        fails("malformed", **one("links", body=page([row(4)]), **MANY)),
        na("nothing_related", **one("links", body={"d": None}, **SINGLE)),
        *refusals("links", **MANY),
        fails("malformed", "broken", **one("links", **BROKEN, **MANY)),
    ],
    "odata2.property": [
        passes(**one("property", body={"d": {"Name": "part003"}}, **TITLE)),
        passes(**one("property", body={"d": {"results": {"Name": "part003"}}}, **TITLE)),
        fails("malformed", **one("property", body={"d": "part003"}, **TITLE)),
        fails("value_differs", **one("property", body={"d": {"Name": "x"}}, beside=LATER, **TITLE)),
        untested("window", **one("property", body={"d": {"Name": "x"}}, **TITLE)),
        *refusals("property", **TITLE),
        fails("malformed", "broken", **one("property", **BROKEN, **TITLE)),
    ],
    "odata2.value": [
        passes(**one("value", 200, b"part003", [TEXT], **TITLE)),
        passes(**one("value", 200, b"1970-01-04T00:00:00", [TEXT], **MOMENT)),
        fails("value_differs", **one("value", 200, b'"part003"', [TEXT], beside=LATER, **TITLE)),
        untested("window", **one("value", 200, b"x", [TEXT], **TITLE)),
        *refusals("value", **TITLE),
        fails("value_differs", "broken", **one("value", 200, b"\xff", [TEXT], beside=LATER, **TITLE)),
    ],
    "odata2.function-import": [
        passes(**one("function", body={"d": {"Count": 3}}, name="Count")),
        passes(**one("function", body={"d": row(3)}, name="First")),
        passes(**one("function", body={"d": None}, name="First")),
        passes(**one("function", body=page(ROWS), name="All")),
        fails("malformed", **one("function", body={"d": 3}, name="Count")),
        fails("malformed", **one("function", body=page(ROWS), name="First")),
        fails("malformed", **one("function", body={"d": row(3)}, name="All")),
        fails("other_status", **one("function", 405, name="Count")),
        fails("other_status", **one("function", 404, name="All")),
        fails("server_error", **one("function", 500, name="Count")),
        na("other_answer", **one("function", 404, name="First")),
        na("other_answer", **one("function", 404, name="CountOf")),
        na("other_answer", **one("function", 400, name="Count")),
        na("returns_nothing", **one("function", name="Nothing")),
        fails("malformed", "broken", **one("function", **BROKEN, name="Count")),
    ],
    "odata2.errors.filter": wrong("filter", 400, 501),
    "odata2.errors.unknown-property": wrong("unknown-property", 400, 404, 501),
    "odata2.errors.unknown-option": wrong("unknown-option", 400, 404, 501),
    "odata2.errors.inlinecount": wrong("inlinecount", 400, 404, 501),
    "odata2.errors.unknown-resource": wrong("unknown-resource", 404, 410),
    "odata2.errors.missing-key": [
        *wrong("missing-key", 404, 410),
        na("key_exists", **one("errors.missing-key", body={"d": row(3)}, **KEY)),
        fails("accepted", **one("errors.missing-key", body={"d": row(4)}, **KEY)),
    ],
    "odata2.errors.format": [
        passes(**one("errors.filter", 400, error())),
        passes(
            **one("errors.filter", 400, b'<error xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">'
                  b"<code/><message>no</message></error>", [XML])
        ),
        fails("malformed", **one("errors.filter", 400, error(400))),
        fails("malformed", **one("errors.filter", 400, error(message="no"))),
        fails("malformed", **one("errors.filter", 400, {"message": "no"})),
        fails("malformed", **one("errors.filter", 400, b"<error><code/></error>", [XML])),
        na("no_error", **one("errors.filter", 200, page([]))),
        na("no_content", **one("errors.filter", 400)),
        na("other_format", **one("errors.filter", 400, PAGE, [HTML])),
        fails("malformed", "broken", **one("errors.filter", 400, b"{", [JSON])),
    ],
}  # fmt: skip
