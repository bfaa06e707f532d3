"""OData V2, service document, versions and pages: what each check must say."""

from typing import Any

from tests.probes.make import Case, Record, exchange, fails, na, passes, untested
from tests.probes.odata.old_make import (
    ATOM,
    BROKEN,
    PAGE,
    PLACE,
    ROOT,
    ROWS,
    TEXT,
    USERS,
    XML,
    at,
    csdl,
    evidence,
    many,
    one,
    page,
)


def paged(*pages: dict[str, Any], purpose: str = "pages", number: Any = b"10", again: bool = True) -> dict[str, Any]:
    """All pages of Items, read twice as a probe does that saw something wrong."""
    turns = (1, 2) if again else (1,)
    asked = [at(purpose, body=body, turn=turn, page=n) for turn in turns for n, body in enumerate(pages, 1)]
    given = many(*asked)
    counts = tuple(at("number", body=number, headers=[TEXT], id=f"00009{turn}", turn=turn) for turn in turns)
    return {**given, "evidence": evidence(*given["exchanges"], *counts)}


def leads(listed: list[Any], to: str = "2") -> dict[str, Any]:
    return page(listed, __next=f"{ROOT}/Items?$skiptoken={to}")


SPACES = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" '
    'xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"'
)


def feed(*sizes: str, kind: str = "feed") -> bytes:
    """Items in Atom, from 1, with these sizes."""
    entries = "".join(
        f'<entry {SPACES}><content type="application/xml"><m:properties><d:ID m:type="Edm.Int32">{id}</d:ID>'
        f'<d:Size m:type="Edm.Decimal">{size}</d:Size><d:Name>part{id:03}</d:Name>'
        f'<d:At m:type="Edm.DateTime">1970-01-{id + 1:02}T00:00:00</d:At></m:properties></content></entry>'
        for id, size in enumerate(sizes, 1)
    )
    return f"<feed {SPACES}>{entries}</feed>".encode() if kind == "feed" else entries.encode()


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


SERVICE = b"""<service xmlns="http://www.w3.org/2007/app" xmlns:atom="http://www.w3.org/2005/Atom"><workspace>
<collection href="Items"><atom:title>Items</atom:title></collection></workspace></service>"""


def described(body: bytes) -> dict[str, Any]:
    metadata = exchange(headers=(XML,), body=body, id="000001", url=f"{ROOT}/$metadata", purpose="odata.metadata")
    return {"exchange": metadata, "interface": PLACE, "evidence": Record((metadata,))}


CASES: dict[str, list[Case]] = {
    "odata2.service-document": [
        passes(**one("service", body={"d": {"EntitySets": ["Items"]}})),
        fails("not_listed", **one("service", body={"d": {"EntitySets": []}})),
        fails("not_in_metadata", **one("service", body={"d": {"EntitySets": ["Items", "Others"]}})),
        fails("malformed", **one("service", body={"d": {"EntitySets": [{"name": "Items"}]}})),
        fails("malformed", **one("service", body={"value": []})),
        na("no_old_metadata", **one("service", body={"d": {"EntitySets": []}}, described=PAGE)),
        na("not_supported", **one("service", 406)),
        fails("malformed", "broken", **one("service", **BROKEN)),
    ],
    "odata2.service-document.atom": [
        passes(**one("service-atom", 200, SERVICE, [XML])),
        fails("not_listed", **one("service-atom", 200, SERVICE, [XML], described=csdl(sets=USERS))),
        fails("not_in_metadata", **one("service-atom", 200, SERVICE.replace(b'href="Items"', b'href="Others"'), [XML])),
        fails("malformed", **one("service-atom", 200, SERVICE.replace(b'href="Items"', b""), [XML])),
        na("other_format", **one("service-atom", 200, {"d": {"EntitySets": ["Items"]}})),
        na("not_supported", **one("service-atom", 406)),
        fails("malformed", "broken", **one("service-atom", 200, SERVICE[:80], [XML])),
        fails("malformed", "broken", **one("service-atom", 200, csdl(), [XML])),
    ],
    "odata2.version-header": [
        passes(**one("top", 200, page(ROWS), [("DataServiceVersion", "2.0")])),
        passes(**one("top", 200, page(ROWS), [("DataServiceVersion", "1.0;NetFx")])),
        fails("malformed", **one("top", 200, page(ROWS), [("DataServiceVersion", "two")])),
        fails("malformed", **one("top", 200, page(ROWS), [("DataServiceVersion", "4.0")])),
        na("no_data_service_version", **one("top", 200, page(ROWS))),
        fails("malformed", "broken", **one("top", 500, b"", [("DataServiceVersion", "2.0 2.0")])),
    ],
    "odata2.version": [
        passes(**one("version", 200, b"", [("DataServiceVersion", "1.0")], name="MaxDataServiceVersion", version="2.0")),
        passes(**one("version", 400, name="MaxDataServiceVersion", version="1.0")),
        passes(**one("version", 400, name="DataServiceVersion", version="9.9")),
        fails(
            "newer_than_asked",
            **one("version", 200, b"", [("DataServiceVersion", "2.0")], name="MaxDataServiceVersion", version="1.0"),
        ),
        fails("accepted", **one("version", 200, name="DataServiceVersion", version="9.9")),
        fails("server_error", **one("version", 500, name="DataServiceVersion", version="two")),
        na("no_data_service_version", **one("version", 200, name="MaxDataServiceVersion", version="1.0")),
        na("other_answer", **one("version", 503, name="DataServiceVersion", version="two")),
        na(
            "no_data_service_version", "broken",
            **one("version", 200, b"", [("DataServiceVersion", "x")], name="MaxDataServiceVersion", version="1.0"),
        ),
    ],
    "odata2.sets.reachable": [
        passes(**many(at("window", body=page(ROWS)))),
        passes(**many(at("window", 400), at("window", body=page([])))),
        fails("other_status", **many(at("window", 404))),
        fails("malformed", **many(at("window", body={"value": []}))),
        na("not_supported", **many(at("window", 403))),
        na("not_json", **many(at("window", 200, feed("1"), [ATOM]))),
        fails("server_error", **many(at("window", 500))),
        fails("malformed", "broken", **many(at("window", **BROKEN))),
    ],
    "odata2.next": [
        passes(**paged(leads(ROWS[:5]), page(ROWS[5:]), again=False)),
        fails("entities_twice", **paged(leads(ROWS[:5]), page(ROWS[4:]))),
        fails("counts_differ", **paged(leads(ROWS[:5]), page(ROWS[6:]))),
        fails("pages_circle", **paged(leads(ROWS[:5]), leads(ROWS[5:]))),
        fails("next_broken", **many(at("pages", body=leads(ROWS[:5]), page=1), at("pages", 404, page=2))),
        untested("window", **paged(leads(ROWS[:5]), page(ROWS[4:]), again=False)),
        untested("unanswered", **many(at("pages", body=leads(ROWS[:5])), at("pages", 403))),
        untested("out_of_scope", **many(at("pages", body=page(ROWS[:5], __next="https://elsewhere.example/Items?2")))),
        na("single_page", **paged(page(ROWS), again=False)),
        fails("next_broken", "broken", **many(at("pages", body=leads(ROWS[:5])), at("pages", **BROKEN))),
    ],
}  # fmt: skip
