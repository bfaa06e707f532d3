"""OData batches and what annotations promise: what each check must say."""

import json
from typing import Any

from tests.probes.make import HOST, Case, Record, exchange, fails, interface, na, passes

ROOT = f"{HOST}/odata"
XML = ("Content-Type", "application/xml")
JSON = ("Content-Type", "application/json")
MIXED = ("Content-Type", "multipart/mixed;boundary=b")
CAPABILITIES = "Org.OData.Capabilities.V1"
LIST: dict[str, Any] = {"value": [{"ID": 1, "Name": "x"}, {"ID": 2, "Name": "y"}]}
FIRST, SECOND = LIST["value"]
ERROR = {"error": {"code": "404", "message": "no"}}
ASKED = [
    {"id": "r1", "form": "relative", "key": ""}, {"id": "r2", "form": "path", "key": "1"},
    {"id": "r3", "form": "absolute", "key": "2"},
]  # fmt: skip
BROKEN = [ASKED[0], {"id": "r9", "form": "missing", "key": ""}, ASKED[1]]


def csdl(version: str, on_set: str, on_container: str) -> bytes:
    return f"""<edmx:Edmx Version="{version}" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="a" xmlns="http://docs.oasis-open.org/odata/ns/edm"><EntityType Name="Item"><Key><PropertyRef Name="ID"/></Key>
<Property Name="ID" Type="Edm.Int32" Nullable="false"/><Property Name="Name" Type="Edm.String"/></EntityType>
<EntityContainer Name="C"><EntitySet Name="Items" EntityType="a.Item">{on_set}</EntitySet>{on_container}</EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>""".encode()


def judged(*asked: Any, version: str = "4.0", on_set: str = "", on_container: str = "") -> dict[str, Any]:
    body = csdl(version, on_set, on_container)
    held = exchange(200, (XML,), body, id="000001", url=f"{ROOT}/$metadata", purpose="odata.metadata")
    note = {"set": "Items", "page": 1, "top": 200}
    rows = exchange(200, (JSON,), LIST, id="000002", url=f"{ROOT}/Items", purpose="odata.window", note=note)
    whole = (held, rows, *asked)
    return {
        "exchange": asked[-1] if asked else held, "exchanges": (held, *asked), "interface": interface(kind="odata", url=ROOT),
        "evidence": Record(whole),
    }  # fmt: skip


# Batches


def mixed(*parts: tuple[str, int, Any]) -> bytes:
    """A multipart answer with parts as (Content-ID, status, body)."""
    text = ""
    for id, status, body in parts:
        named = f"Content-ID: {id}\r\n" if id else ""
        head = (
            f"--b\r\nContent-Type: application/http\r\n{named}\r\nHTTP/1.1 {status} x\r\nContent-Type: application/json\r\n\r\n"
        )
        text += f"{head}{json.dumps(body)}\r\n"
    return f"{text}--b--\r\n".encode()


def listed(*parts: tuple[Any, int, Any]) -> dict[str, Any]:
    return {"responses": [{"id": id, "status": status, "body": body} for id, status, body in parts]}


def sent(
    what: str, body: Any, status: int = 200, type: tuple[str, str] | None = None, asked: Any = None, alone: Any = SECOND,
    applied: str = "", **more: Any,
) -> dict[str, Any]:  # fmt: skip
    note = {"set": "Items", "key": ["ID"], "asked": asked or ASKED}
    headers = [type or (JSON if what.startswith("json") else MIXED), *([("Preference-Applied", applied)] if applied else [])]
    url, purpose = f"{ROOT}/$batch", f"odata.exchange.batch-{what}"
    answer = exchange(status, headers, body, id="000004", method="POST", url=url, purpose=purpose, note=note)
    other = exchange(
        200 if alone else 404, (JSON,), alone, id="000005", url=f"{ROOT}/Items(2)", purpose="odata.exchange.batch-alone"
    )
    return judged(other, answer, **more)


GOOD = (("r1", 200, LIST), ("r2", 200, FIRST), ("r3", 200, SECOND))
NAMELESS = tuple(("", status, body) for _, status, body in GOOD)
CHANGED = {**SECOND, "Name": "z"}
BAD = (("r1", 200, LIST), ("r9", 404, ERROR))
GO_ON = f'<Annotation Term="{CAPABILITIES}.BatchContinueOnErrorSupported"/>'

BATCHES: dict[str, list[Case]] = {
    "odata.batch.multipart": [
        passes(**sent("multipart", mixed(*GOOD))),
        passes(**sent("multipart", mixed(*NAMELESS))),
        passes(**sent("multipart", mixed(*GOOD[:2], ("r3", 200, CHANGED)), alone=CHANGED)),
        fails("batch_part_refused", **sent("multipart", mixed(GOOD[0], ("r2", 404, ERROR)))),
        na("other_answer", **sent("multipart", mixed(GOOD[0], ("r2", 404, ERROR)), alone={})),
        fails("data_differs", **sent("multipart", mixed(*GOOD[:2], ("r3", 200, CHANGED)))),
        fails("data_differs", **sent("multipart", mixed(*GOOD[:2], ("r3", 200, {"ID": 2})))),
        fails("malformed", **sent("multipart", mixed(("r1", 200, FIRST), *GOOD[1:]))),
        fails("batch_parts_missing", **sent("multipart", mixed(*GOOD[:2]))),
        fails("batch_parts_missing", **sent("multipart", mixed(*GOOD, *GOOD))),
        fails("format_differs", **sent("multipart", LIST, type=JSON)),
        fails("server_error", **sent("multipart", b"", 500)),
        na("not_supported", **sent("multipart", b"", 501)),
        na("other_answer", **sent("multipart", b"", 202)),
        fails("malformed", "broken", **sent("multipart", mixed(*GOOD)[:-9])),
    ],
    "odata.batch.json": [
        passes(**sent("json", listed(*GOOD))),
        passes(**sent("json", listed(*reversed(GOOD)))),
        fails("batch_part_refused", **sent("json", listed(*GOOD[:2], ("r3", 404, ERROR)))),
        fails("data_differs", **sent("json", listed(*GOOD[:2], ("r3", 200, CHANGED)))),
        fails("batch_parts_missing", **sent("json", listed(*GOOD[:2]))),
        fails("malformed", **sent("json", {"value": []})),
        fails("malformed", **sent("json", listed((1, 200, LIST)))),
        fails("format_differs", **sent("json", mixed(*GOOD), type=MIXED)),
        na("not_supported", **sent("json", b"", 415)),
        fails("malformed", "broken", **sent("json", b"{")),
    ],
    "odata.batch.order": [
        passes(**sent("multipart", mixed(*GOOD))),
        passes(**sent("multipart", mixed(*NAMELESS))),
        passes(**sent("json", listed(*reversed(GOOD)))),
        fails("batch_part_differs", **sent("multipart", mixed(GOOD[0], ("", 200, SECOND), ("", 200, FIRST)))),
        fails("batch_part_differs", **sent("json", listed(GOOD[0], ("r3", 200, FIRST), ("r2", 200, SECOND)))),
        fails("batch_ids_differ", **sent("multipart", mixed(GOOD[0], GOOD[2], GOOD[1]))),
        fails("batch_ids_differ", **sent("json", listed(GOOD[0], GOOD[1], GOOD[1]))),
        fails("missing", **sent("multipart", mixed(*NAMELESS), version="4.01")),
        na("too_few", **sent("multipart", mixed(GOOD[0], ("r2", 404, ERROR)))),
        na("other_answer", **sent("multipart", b"", 501)),
        na("other_answer", "broken", **sent("json", b"{")),
    ],
    "odata.batch.error-inside": [
        passes(**sent("error", mixed(*BAD), asked=BROKEN)),
        passes(**sent("json-error", listed(*BAD, ("r2", 200, FIRST)), asked=BROKEN)),
        passes(**sent("error", mixed(BAD[0], ("r9", 404, {"error": {"code": "", "message": ""}})), asked=BROKEN)),
        passes(**sent("json-error", {"responses": [{"id": "r9", "status": 404}]}, asked=BROKEN)),
        fails("batch_went_on", **sent("error", mixed(*BAD, ("r2", 200, FIRST)), asked=BROKEN)),
        fails("batch_refused_whole", **sent("error", b"", 404, asked=BROKEN)),
        fails("other_status", **sent("error", mixed(BAD[0], ("r9", 200, LIST)), asked=BROKEN)),
        fails("malformed", **sent("error", mixed(BAD[0], ("r9", 404, {"code": "404"})), asked=BROKEN)),
        fails("batch_parts_missing", **sent("error", mixed(BAD[0]), asked=BROKEN)),
        na("other_answer", **sent("error", b"", 503, asked=BROKEN)),
        fails("malformed", "broken", **sent("json-error", b"{", asked=BROKEN)),
    ],
    "odata.batch.continue-on-error": [
        passes(**sent("continue", mixed(*BAD, ("r2", 200, FIRST)), asked=BROKEN)),
        fails("batch_stopped", **sent("continue", mixed(*BAD), asked=BROKEN, applied="odata.continue-on-error")),
        fails("batch_stopped", **sent("continue", mixed(*BAD), asked=BROKEN, on_container=GO_ON)),
        na("not_supported", **sent("continue", mixed(*BAD), asked=BROKEN)),
        na("not_supported", **sent("continue", b"", 501, asked=BROKEN)),
        fails("malformed", "broken", **sent("continue", b"--b", asked=BROKEN)),
    ],
}


# Claims


def said(term: str, value: str = "", member: str = "") -> str:
    """An annotation; with `member` a record that has it."""
    name = f"{CAPABILITIES}.{term}"
    if member:
        return f'<Annotation Term="{name}"><Record><PropertyValue Property="{member}" Bool="{value}"/></Record></Annotation>'
    return f'<Annotation Term="{name}"' + (f' Bool="{value}"/>' if value else "/>")


def feature(name: str, status: int = 200, body: Any = None, **more: Any) -> dict[str, Any]:
    note = {"set": "Items", "feature": name, "rows": 2}
    answer = {"@odata.count": 2, "value": [FIRST]} if body is None else body
    asked = exchange(status, (JSON,), answer, id="000010", url=f"{ROOT}/Items", purpose="odata.exchange.claim", note=note)
    return judged(asked, **more)


def claimed(name: str, term: str, member: str = "", *, container: bool = False) -> list[Case]:
    """A feature that is stated, and works or is refused; that is denied; of which nothing is said."""
    key = "on_container" if container else "on_set"
    yes: Any = {key: said(term, "true", member)}
    no: Any = {key: said(term, "false", member)}
    return [
        passes(**feature(name, **yes)),
        passes(**feature(name, 501, **no)),
        passes(**feature(name, **no)),
        *(fails("promised_but_refused", **feature(name, status, **yes)) for status in (400, 404, 500, 501)),
        na("claims_nothing", **feature(name, 501)),
        na("claims_nothing", **judged()),
        passes("broken", **feature(name, 200, b"{", **yes)),
    ]


def batched(purpose: str, status: int, on_container: str) -> dict[str, Any]:
    type = MIXED if purpose == "multipart" else JSON
    asked = exchange(status, (type,), b"x", id="000010", url=f"{ROOT}/$batch", purpose=f"odata.exchange.batch-{purpose}")
    return judged(asked, on_container=on_container)


def versions(text: str, asked: str = "4.0", answered: str = "4.0", status: int = 200) -> dict[str, Any]:
    note, headers = {"version": asked}, (JSON, *([("OData-Version", answered)] if answered else []))
    one = exchange(status, headers, {}, id="000010", url=f"{ROOT}/", purpose="odata.exchange.claim-version", note=note)
    stated = f'<Annotation Term="Org.OData.Core.V1.ODataVersions" String="{text}"/>' if text else ""
    return judged(one, on_container=stated)


def level(name: str, what: str, status: int = 200, on_set: str = "") -> dict[str, Any]:
    stated = f'<Annotation Term="{CAPABILITIES}.ConformanceLevel" EnumMember="{CAPABILITIES}.ConformanceLevelType/{name}"/>'
    return feature(what, status, on_container=stated if name else "", on_set=on_set)


def level_of_batch(status: int) -> dict[str, Any]:
    stated = f'<Annotation Term="{CAPABILITIES}.ConformanceLevel" EnumMember="{CAPABILITIES}.ConformanceLevelType/Advanced"/>'
    return batched("multipart", status, stated)


SUPPORT = f"""<Annotation Term="{CAPABILITIES}.BatchSupport"><Record><PropertyValue Property="Supported" Bool="true"/>
<PropertyValue Property="SupportedFormats"><Collection><String>multipart/mixed</String></Collection></PropertyValue></Record>
</Annotation>"""
BOTH = SUPPORT.replace("</String>", "</String><String>application/json</String>")
NO_BATCH = said("BatchSupported", "false")

CLAIMS: dict[str, list[Case]] = {
    "odata.claims.top": claimed("top", "TopSupported"),
    "odata.claims.skip": claimed("skip", "SkipSupported"),
    "odata.claims.count": claimed("count", "CountRestrictions", "Countable"),
    "odata.claims.filter": claimed("filter", "FilterRestrictions", "Filterable"),
    "odata.claims.sort": claimed("sort", "SortRestrictions", "Sortable"),
    "odata.claims.expand": claimed("expand", "ExpandRestrictions", "Expandable"),
    "odata.claims.search": claimed("search", "SearchRestrictions", "Searchable"),
    "odata.claims.select": claimed("select", "SelectSupport", "Supported"),
    "odata.claims.key-as-segment": claimed("key-as-segment", "KeyAsSegmentSupported", container=True),
    "odata.claims.denied": [
        passes(**feature("top", 501, on_set=said("TopSupported", "false"))),
        passes(**feature("top", body=LIST, on_set=said("TopSupported", "false"))),
        passes(**feature("search", on_set=said("SearchRestrictions", "false", "Searchable"))),
        passes(**batched("multipart", 404, NO_BATCH)),
        fails("denied_but_works", **feature("top", on_set=said("TopSupported", "false"))),
        fails("denied_but_works", **feature("count", on_set=said("CountRestrictions", "false", "Countable"))),
        fails("denied_but_works", **feature("key-as-segment", body=FIRST, on_container=said("KeyAsSegmentSupported", "false"))),
        fails("denied_but_works", **batched("multipart", 200, NO_BATCH)),
        na("claims_nothing", **feature("top")),
        passes("broken", **feature("top", 200, b"{", on_set=said("TopSupported", "false"))),
    ],
    "odata.claims.batch": [
        passes(**batched("multipart", 200, said("BatchSupported"))),
        passes(**batched("multipart", 200, SUPPORT)),
        passes(**batched("json", 415, SUPPORT)),
        passes(**batched("multipart", 404, NO_BATCH)),
        fails("promised_but_refused", **batched("multipart", 404, said("BatchSupported"))),
        fails("promised_but_refused", **batched("json", 415, BOTH)),
        na("claims_nothing", **batched("multipart", 404, "")),
        na("claims_nothing", **batched("json", 415, said("BatchSupported"))),
        fails("promised_but_refused", "broken", **batched("multipart", 500, SUPPORT)),
    ],
    "odata.claims.versions": [
        passes(**versions("4.0 4.01")),
        passes(**versions("4.0,4.01", "4.01", "4.01")),
        fails("version_not_spoken", **versions("4.0 4.01", "4.01", "4.0")),
        fails("version_not_spoken", **versions("4.0", status=400)),
        na("claims_nothing", **versions("")),
        fails("version_not_spoken", "broken", **versions("4.0", "4.0", "")),
    ],
    "odata.claims.conformance-level": [
        passes(**level("Intermediate", "filter")),
        passes(**level("Advanced", "search")),
        passes(**level_of_batch(200)),
        fails("level_not_kept", **level("Intermediate", "filter", 501)),
        fails("level_not_kept", **level("Advanced", "search", 501)),
        fails("level_not_kept", **level_of_batch(404)),
        na("claims_nothing", **level("", "filter", 501)),
        na("claims_nothing", **level("Intermediate", "search", 501)),
        na("claims_nothing", **level("Advanced", "skip", 501, said("SkipSupported", "false"))),
        passes("broken", **level("Advanced", "search", 503)),
    ],
}

CASES = {**BATCHES, **CLAIMS}
