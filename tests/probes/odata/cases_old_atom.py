"""OData V2, Atom and sap: annotations: what each check must say."""

from typing import Any

from tests.probes.make import Case, Record, exchange, fails, na, passes, untested
from tests.probes.odata.old_make import (
    ATOM,
    BROKEN,
    NEW,
    PLACE,
    ROOT,
    ROWS,
    XML,
    at,
    csdl,
    many,
    one,
    page,
    refusals,
    row,
)


def atom_of(op: str, path: str, type: str, value: Any) -> dict[str, Any]:
    return {"op": op, "path": path, "type": type, "value": value}


GREATER, LESS = atom_of("gt", "Size", "Edm.Decimal", "5"), atom_of("lt", "ID", "Edm.Int32", 3)


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


def both(atom: bytes, *in_json: Any, status: int = 200) -> dict[str, Any]:
    asked = [at("atom", status, atom, [ATOM])]
    asked += [at("atom-json", body=body, turn=turn) for turn, body in enumerate(in_json, 1)]
    return many(*asked)


ONE_VALUE, NEEDED = (
    'sap:filter-restriction="single-value"',
    '<Property Name="Plant" Type="Edm.String" sap:required-in-filter="true"/>',
)
EQUAL = atom_of("eq", "Size", "Edm.Decimal", "5")
CLAIMED, DENIED = 'sap:creatable="false"', 'sap:countable="false" sap:pageable="false"'


def claim(purpose: str, property: str, *, ok: bytes = b"", **note: Any) -> list[Case]:
    """What the metadata offer, by saying nothing against it, is answered."""
    body: Any = ok or page(ROWS[:2])
    closed = csdl(sap=DENIED) if not property else csdl(sap=CLAIMED, property=f'sap:{property}="false"')
    return [
        passes(**one(purpose, 200, body, described=csdl(sap=CLAIMED), **note)),
        fails("annotated_but_refused", **one(purpose, 501, described=csdl(sap=CLAIMED), **note)),
        na("not_claimed", **one(purpose, 501, described=closed, **note)),
        na("no_annotations", **one(purpose, 501, **note)),
        na("other_answer", "broken", **one(purpose, 403, described=csdl(sap=CLAIMED), **note)),
    ]


SIZE: dict[str, Any] = {"path_of": "Size", "type": "Edm.Decimal", "direction": "asc"}


def described(body: bytes) -> dict[str, Any]:
    metadata = exchange(headers=(XML,), body=body, id="000001", url=f"{ROOT}/$metadata", purpose="odata.metadata")
    return {"exchange": metadata, "interface": PLACE, "evidence": Record((metadata,))}


CASES: dict[str, list[Case]] = {
    "odata2.atom": [
        passes(**one("atom", 200, feed("1", "2"), [ATOM])),
        passes(**one("atom-entry", 200, feed("1", kind="entry"), [ATOM])),
        fails("malformed", **one("atom", 200, feed("1", kind="entry"), [ATOM])),
        fails("malformed", **one("atom", 200, feed("1").replace(b"part", b"part & "), [ATOM])),
        na("other_format", **one("atom", 200, page(ROWS))),
        *refusals("atom"),
        fails("malformed", "broken", **one("atom", 200, feed("1")[:300], [ATOM])),
    ],
    "odata2.atom.same": [
        passes(**both(feed("1", "2.0"), page(ROWS))),
        fails("other_in_atom", **both(feed("1", "7"), page(ROWS), page(ROWS))),
        untested("window", **both(feed("1", "7"), page(ROWS), page([row(1), row(2, size="7")]))),
        na("one_format", **both(b"", page(ROWS), status=406)),
        na("too_few", **both(feed(), page(ROWS))),
        na("one_format", "broken", **both(feed("1")[:200], page(ROWS))),
    ],
    "odata2.format": [
        passes(**one("format", body=page(ROWS), format="json")),
        passes(**one("format", 200, feed("1"), [ATOM], format="atom")),
        fails("option_ignored", **one("format", 200, feed("1"), [ATOM], format="json")),
        fails("option_ignored", **one("format", body=page(ROWS), format="atom")),
        *refusals("format", format="atom"),
        fails("option_ignored", "broken", **one("format", 200, b"", [("Content-Type", "")], format="json")),
    ],
    "odata2.sap.filterable": [
        *claim("filter.comparison", "filterable", condition=GREATER),
        na("not_claimed", **one("filter.comparison", 400, described=csdl(property=ONE_VALUE), condition=GREATER)),
        na("not_claimed", **one("filter.comparison", 400, described=csdl(item=NEEDED), condition=GREATER)),
        fails("annotated_but_refused", **one("filter.comparison", 400, described=csdl(property=ONE_VALUE), condition=EQUAL)),
    ],
    "odata2.sap.sortable": claim("orderby", "sortable", **SIZE),
    "odata2.sap.pageable": claim("top", "", top=2),
    "odata2.sap.countable": claim("count", "", ok=b"10"),
    "odata2.sap.addressable": [
        passes(**one("window", 200, page(ROWS), described=csdl(sap=CLAIMED), top=200)),
        fails("annotated_but_refused", **one("window", 404, described=csdl(sap=CLAIMED), top=200)),
        na("no_annotations", **one("window", 404, top=200)),
        na("not_claimed", **one("window", 404, described=csdl(sap=CLAIMED), top=200, page=2)),
        na("other_answer", "broken", **one("window", 500, described=csdl(sap=CLAIMED), top=200)),
    ],
    "odata2.sap.searchable": [
        passes(**one("search", 200, page([]), word="x")),
        fails("option_ignored", **one("search", 200, page(ROWS), word="x")),
        fails("annotated_but_refused", **one("search", 501, word="x")),
        na("other_answer", **one("search", 403, word="x")),
        na("other_answer", "broken", **one("search", **BROKEN, word="x")),
    ],
    "odata2.sap.references": [
        passes(**described(csdl(property='sap:unit="Name"'))),
        passes(**described(csdl(property='sap:text="Whole/Name"'))),
        fails("no_such_property", **described(csdl(property='sap:unit="Unit"'))),
        fails("no_such_property", **described(csdl(property='sap:text="Whole/Label"'))),
        na("no_annotations", **described(csdl())),
        na("no_old_metadata", **described(NEW)),
        na("no_old_metadata", "broken", **described(csdl()[:200])),
    ],
}  # fmt: skip
