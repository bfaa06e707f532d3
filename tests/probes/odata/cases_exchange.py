"""OData pages, formats, preferences and deltas: what each check must say."""

from typing import Any

from cpo_probe.model import Exchange
from tests.probes.make import HOST, Case, Record, exchange, fails, interface, na, passes, untested

ROOT = f"{HOST}/odata"
URL = f"{ROOT}/Items"
XML = ("Content-Type", "application/xml")
MINIMAL = ("Content-Type", "application/json;odata.metadata=minimal")
HTML = b"<html/>"


def csdl(version: str = "4.0", on_set: str = "") -> bytes:
    return f"""<edmx:Edmx Version="{version}" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="a" xmlns="http://docs.oasis-open.org/odata/ns/edm"><EntityType Name="Item"><Key><PropertyRef Name="ID"/></Key>
<Property Name="ID" Type="Edm.Int32" Nullable="false"/><Property Name="Mass" Type="Edm.Decimal" Scale="variable"/></EntityType>
<EntityContainer Name="C"><EntitySet Name="Items" EntityType="a.Item">{on_set}</EntitySet></EntityContainer></Schema>
</edmx:DataServices></edmx:Edmx>""".encode()


def page(*ids: Any, link: Any = None, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"@odata.context": "$metadata#Items", "value": [{"ID": id} for id in ids], **more}
    return found if link is None else {**found, "@odata.nextLink": link}


def made(purpose: str, body: Any, status: int = 200, id: int = 10, **more: Any) -> Exchange:
    more = {"url": URL, **more}
    return exchange(status, more.pop("headers", (MINIMAL,)), body, id=f"{id:06}", purpose=f"odata.{purpose}", **more)


def judged(*exchanges: Exchange, version: str = "4.0", on_set: str = "") -> dict[str, Any]:
    """The last exchange for checks of one; all of them for checks of several; the metadata is known."""
    held = exchange(200, (XML,), csdl(version, on_set), id="000001", url=f"{ROOT}/$metadata", purpose="odata.metadata")
    whole = (held, *exchanges)
    return {
        "exchange": exchanges[-1], "exchanges": whole, "interface": interface(kind="odata", url=ROOT), "evidence": Record(whole),
    }  # fmt: skip


# Pages: a set of six, in pages of two


def walked(
    *pages: Any, again: Any = None, beyond: Any = None, twice: Any = None, later: Any = None, known: Any = (1, 2, 3, 4, 5, 6),
    statuses: dict[int, int] | None = None, applied: str = "",
) -> dict[str, Any]:  # fmt: skip
    """`pages`: bodies; `again`: the second one again; `twice`: the second walk; `later`: ids that the set shows after all."""
    rows = made("window", page(*known), id=2, url=f"{URL}?$top=200", note={"set": "Items", "page": 1, "top": 200})
    sent = (("Prefer", "odata.maxpagesize=2"),)
    headers = (MINIMAL, *((("Preference-Applied", applied),) if applied else ()))
    found = [rows]
    for turn, bodies in ((1, pages), (2, twice or ())):
        for n, body in enumerate(bodies, start=1):
            note = {"set": "Items", "turn": turn, "page": n, "wanted": len(known)}
            url = f"{URL}?$top=6" + (f"&$skiptoken={n}" if n > 1 else "")
            status = (statuses or {}).get(n, 200)
            place = 10 * turn + n
            found.append(made("exchange.page", body, status, place, url=url, sent=sent, note=note, headers=headers))
    if again is not None:
        found.append(made("exchange.page-again", again, 200 if isinstance(again, dict) else 410, 40, note={"set": "Items"}))
    if beyond is not None:
        found.append(made("exchange.beyond", beyond, id=41, note={"set": "Items"}))
    if later is not None:
        note = {"set": "Items", "page": 1, "top": 200}
        found.append(made("exchange.rows-again", page(*later), id=42, url=f"{URL}?$top=200", note=note))
    return judged(*found)


def next(n: int) -> str:
    return f"Items?$top=6&$skiptoken={n}"


ONE, TWO, END = page(1, 2, link=next(2)), page(3, 4, link=next(3)), page(5, 6)
WHOLE = page(1, 2, 3, 4, 5, 6)
SAME = (1, 2, 3, 4, 5, 6)
TWICE, GAP = page(2, 3, link=next(3)), page(4, link=next(3))

PAGING: dict[str, list[Case]] = {
    "odata.paging.next-link": [
        passes(**walked(ONE, TWO, END)),
        passes(**walked(WHOLE, beyond=page())),
        fails("malformed", **walked(page(1, 2, link=7))),
        fails("cut_without_link", **walked(page(1, 2), twice=(page(1, 2),), later=SAME)),
        untested("window", **walked(page(1, 2), twice=(page(1, 2),), later=(1, 2))),
        fails("more_behind", **walked(WHOLE, beyond=page(7), twice=(WHOLE,), later=SAME)),
        untested("window", **walked(WHOLE, beyond=page(7), twice=(page(*SAME, 7),), later=(*SAME, 7))),
        fails("next_refused", **walked(ONE, b"", statuses={2: 404}, twice=(ONE, b""), later=SAME)),
        untested("window", **walked(ONE, b"", statuses={2: 404}, twice=(ONE,), later=SAME)),
        untested("unanswered", **walked(ONE, b"", statuses={2: 429}, twice=(ONE, b""), later=SAME)),
        na("one_page", **walked(WHOLE)),
        na("not_supported", **walked(b"", statuses={1: 501})),
        passes(**walked(b"", ONE, TWO, END, statuses={1: 501})),
        fails("malformed", "broken", **walked(ONE, b"{", twice=(ONE, b"{"), later=SAME)),
    ],
    "odata.paging.terminates": [
        passes(**walked(ONE, TWO, END)),
        fails("leads_to_itself", **walked(ONE, page(3, 4, link=next(2)))),
        fails("leads_back", **walked(ONE, TWO, page(5, 6, link="Items?$top=6"))),
        fails("nothing_new", **walked(ONE, *(page(1, link=next(n)) for n in (3, 4, 5)))),
        untested("out_of_scope", **walked(ONE, *(page(link=next(n)) for n in (3, 4, 5)))),
        untested("out_of_scope", **walked(*(page(n, link=next(n + 1)) for n in range(1, 7)))),
        untested("unanswered", **walked(ONE)),
        na("one_page", **walked(WHOLE)),
        na("other_answer", "broken", **walked(b"{")),
    ],
    "odata.paging.unique": [
        passes(**walked(ONE, TWO, END)),
        fails("duplicates", **walked(ONE, TWICE, END, twice=(ONE, TWICE, END), later=SAME)),
        untested("window", **walked(ONE, TWICE, END, twice=(ONE, TWO, END), later=SAME)),
        untested("window", **walked(ONE, TWICE, END, twice=(ONE, TWICE, END), later=(0, *SAME))),
        na("one_page", **walked(WHOLE)),
        na("other_answer", "broken", **walked(b"{")),
    ],
    "odata.paging.complete": [
        passes(**walked(ONE, TWO, END)),
        fails("rows_missing", **walked(ONE, GAP, END, twice=(ONE, GAP, END), later=SAME)),
        untested("window", **walked(ONE, GAP, END, twice=(ONE, GAP, END), later=(1, 2, 4, 5, 6))),
        untested("window", **walked(ONE, GAP, END, twice=(ONE, TWO, END), later=SAME)),
        fails("larger_than_asked", **walked(ONE, TWO, page(5, 6, 7, 8), twice=(ONE, TWO, page(5, 6, 7, 8)), later=SAME)),
        untested("unanswered", **walked(ONE)),
        na("one_page", **walked(WHOLE)),
        na("other_answer", "broken", **walked(b"{")),
    ],
    "odata.paging.in-scope": [
        passes(**walked(ONE, TWO, END)),
        passes(**walked(page(1, 2, link=f"{HOST}:443/odata/Items?$skiptoken=2"), END)),
        fails("other_host", **walked(page(1, 2, link="http://plm.example/odata/Items?$skiptoken=2"), END)),
        fails("other_host", **walked(page(1, 2, link="https://inner:8080/Items?$skiptoken=2"), END)),
        fails("other_host", **walked(page(1, 2, link="https://10.0.0.1/Items?$skiptoken=2"), END)),
        untested("out_of_scope", **walked(page(1, 2, link="https://eu.plm-cloud.com/Items?$skiptoken=2"), END)),
        na("no_links", **walked(WHOLE)),
        na("no_links", "broken", **walked(b"{")),
    ],
    "odata.paging.max-page-size": [
        passes(**walked(ONE, TWO, END)),
        passes(**walked(ONE, TWO, END, applied="odata.maxpagesize=2")),
        passes(**walked(ONE, TWO, END, applied="maxpagesize=5")),
        fails("larger_than_asked", **walked(WHOLE, applied="odata.maxpagesize=2")),
        na("preference_ignored", **walked(WHOLE)),
        na("too_few", **walked(page(1), known=(1, 2))),
        na("other_answer", "broken", **walked(b"{")),
    ],
    "odata.paging.stable": [
        passes(**walked(ONE, TWO, END, again=TWO)),
        fails("page_differs", **walked(ONE, TWO, END, again=page(4, 5), twice=(ONE, TWO, END), later=SAME)),
        untested("window", **walked(ONE, TWO, END, again=page(4, 5), twice=(ONE, TWO, END), later=(1, 2, 4, 5, 6))),
        na("link_spent", **walked(ONE, TWO, END, again=b"")),
        na("one_page", **walked(WHOLE)),
        na("other_answer", "broken", **walked(b"{")),
    ],
}


# Formats


def formatted(
    what: str, body: Any, type: str = "application/json;odata.metadata=minimal", status: int = 200, last: Any = None, **note: Any
) -> dict[str, Any]:
    """An answer in some format, and the same rows asked for plainly before and after."""
    said = {"set": "Items", "key": ["ID"], **note}
    first = made("exchange.format-plain", ROWS, id=3, note=said)
    after = made("exchange.format-plain", last or ROWS, id=4, note=said)
    headers = (("Content-Type", type),)
    return judged(first, after, made(f"exchange.format-{what}", body, status, note=said, headers=headers))


ROWS = {"@odata.context": "$metadata#Items", "value": [{"ID": 1, "Mass": 1.5}, {"ID": 2, "Mass": 2}]}
OTHER = {"@odata.context": "$metadata#Items", "value": [{"ID": 1, "Mass": 1.5}, {"ID": 2, "Mass": 3}]}
SHORT = {"@odata.context": "$metadata#Items", "value": [{"ID": 1}, {"ID": 2}]}
BARE = {"value": ROWS["value"]}
FULL = {
    "@odata.context": "$metadata#Items",
    "value": [{"@odata.type": "#a.Item", "@odata.id": f"Items({n})", "ID": n, "Mass": m} for n, m in ((1, 1.5), (2, 2))],
}
NAMELESS = {**FULL, "value": [{k: v for k, v in row.items() if k != "@odata.id"} for row in FULL["value"]]}  # type: ignore[attr-defined]
TEXTS = {"value": [{"ID": 1, "Mass": "1.5"}, {"ID": 2, "Mass": None}]}


def level(what: str, good: Any, type: str) -> list[Case]:
    """What holds at each level."""
    return [
        passes(**formatted(what, good, type, level=what)),
        passes(**formatted(what, good, type.replace("odata.", ""), level=what)),
        fails("level_not_stated", **formatted(what, good, "application/json", level=what)),
        fails("level_differs", **formatted(what, good, "application/json;odata.metadata=some", level=what)),
        fails("format_differs", **formatted(what, HTML, "text/html", level=what)),
        fails("data_differs", **formatted(what, OTHER, type, level=what)),
        fails("property_left_out", **formatted(what, SHORT, type, level=what)),
        untested("window", **formatted(what, {"value": [{"ID": 9}]}, type, level=what)),
        na("not_supported", **formatted(what, b"", type, 406, level=what)),
        fails("server_error", **formatted(what, b"", type, 500, level=what)),
        fails("malformed", "broken", **formatted(what, b"{", type, level=what)),
    ]


def rows_as_texts(body: Any, type: str = "application/json;IEEE754Compatible=true", status: int = 200) -> dict[str, Any]:
    return formatted("ieee754", body, type, status, properties=["Mass"])


def by_option(body: Any, type: str = "application/json;odata.metadata=none", status: int = 200, **note: Any) -> dict[str, Any]:
    return formatted("option", body, type, status, **note)


def nobodys(status: int, form: str) -> dict[str, Any]:
    return formatted("unsupported", b"", "application/json", status, form=form)


FORMATS: dict[str, list[Case]] = {
    "odata.format.metadata-none": [
        *level("none", BARE, "application/json;odata.metadata=none"),
        fails("context_in_none", **formatted("none", ROWS, "application/json;odata.metadata=none", level="none")),
        passes(**formatted("none", BARE, "application/json;odata.metadata=none", last=OTHER, level="none")),
    ],
    "odata.format.metadata-minimal": [
        *level("minimal", ROWS, "application/json;odata.metadata=minimal"),
        fails("missing", **formatted("minimal", BARE, "application/json;odata.metadata=minimal", level="minimal")),
    ],
    "odata.format.metadata-full": [
        *level("full", FULL, "application/json;odata.metadata=full"),
        fails("missing", **formatted("full", NAMELESS, "application/json;odata.metadata=full", level="full")),
    ],
    "odata.format.ieee754": [
        passes(**rows_as_texts(TEXTS)),
        fails("no_text_number", **rows_as_texts(ROWS)),
        fails("no_text_number", **rows_as_texts({"value": [{"Mass": "heavy"}]})),
        fails("parameter_not_stated", **rows_as_texts(TEXTS, "application/json;odata.metadata=minimal")),
        na("too_few", **rows_as_texts({"value": [{"Mass": None}]})),
        na("not_supported", **rows_as_texts(b"", status=406)),
        fails("malformed", "broken", **rows_as_texts(b"{")),
    ],
    "odata.format.option": [
        passes(**by_option(BARE, form="parameter", level="none")),
        passes(**by_option(ROWS, form="json")),
        fails("level_differs", **by_option(ROWS, "application/json;metadata=minimal", form="parameter", level="none")),
        fails("format_differs", **by_option(b"<feed/>", "application/atom+xml", form="json")),
        fails("accept_first", **by_option(b"", status=406, form="json")),
        fails("data_differs", **by_option(OTHER, form="json")),
        na("not_supported", **by_option(b"", status=400, form="json")),
        fails("malformed", "broken", **by_option(b"{", form="json")),
    ],
    "odata.format.unsupported": [
        *(passes(**nobodys(status, "type")) for status in (406, 415)),
        passes(**nobodys(400, "parameter")),
        fails("accepted", **nobodys(200, "parameter")),
        na("usual_format", **nobodys(200, "type")),
        fails("server_error", **nobodys(500, "type")),
        fails("server_error", **nobodys(500, "parameter")),
        na("other_answer", **nobodys(400, "type")),
        fails("accepted", "broken", **nobodys(204, "parameter")),
    ],
}


# Preferences and options


def preferred(
    prefer: str, body: Any = None, applied: str = "", status: int = 200, what: str = "omit-values", plain: Any = None
) -> dict[str, Any]:
    said = {"set": "Items", "key": ["ID"]}
    shown = made("exchange.option-plain", plain or NULLS, id=3, note=said)
    headers = (MINIMAL, *((("Preference-Applied", applied),) if applied else ()))
    sent = (("Prefer", prefer),) if prefer else ()
    return judged(shown, made(f"exchange.{what}", body or NULLS, status, note=said, headers=headers, sent=sent))


NULLS = {"value": [{"ID": 1, "Mass": None}, {"ID": 2, "Mass": 2}]}
WITHOUT = {"value": [{"ID": 1}, {"ID": 2, "Mass": 2}]}


def as_plain(what: str, body: Any, status: int = 200, last: Any = None, plain: int = 200) -> dict[str, Any]:
    said = {"set": "Items", "key": ["ID"]}
    first = made("exchange.option-plain", ROWS, plain, 3, note=said)
    after = made("exchange.option-plain", last or ROWS, plain, 4, note=said)
    return judged(first, after, made(f"exchange.{what}", body, status, note=said))


def unchanged(what: str) -> list[Case]:
    return [
        passes(**as_plain(what, ROWS)),
        fails("rows_differ", **as_plain(what, page(1))),
        fails("refused_for_it", **as_plain(what, b"", 500)),
        untested("window", **as_plain(what, page(1), last=page(2, 1))),
        untested("no_data", **as_plain(what, b"", 500, plain=500)),
        fails("rows_differ", "broken", **as_plain(what, b"{")),
    ]


def spelled(*answers: tuple[str, str, Any, str], version: str = "4.0", rows: int = 2) -> dict[str, Any]:
    """Answers as (what, form, body, content type)."""
    asked = [
        made("exchange.prefix", body, id=10 + n, headers=(("Content-Type", type),), note={"what": w, "form": f, "rows": rows})
        for n, (w, f, body, type) in enumerate(answers)
    ]
    return judged(*asked, version=version)


def pair(long: Any, short: Any, **more: Any) -> dict[str, Any]:
    return spelled(("maxpagesize", "odata.", long, MINIMAL[1]), ("maxpagesize", "", short, MINIMAL[1]), **more)


def levels(long: str, short: str) -> dict[str, Any]:
    types = [f"application/json;{text}" for text in (long, short)]
    return spelled(("metadata", "odata.", FULL, types[0]), ("metadata", "", FULL, types[1]), version="4.01")


def versioned(status: int, version: str) -> dict[str, Any]:
    return judged(made("exchange.schemaversion", b"", status, note={"set": "Items", "version": version}))


def greatest(status: int) -> dict[str, Any]:
    return judged(made("exchange.max-version", b"", status, note={"set": "Items"}))


OPTIONS: dict[str, list[Case]] = {
    "odata.preference-applied": [
        passes(**preferred("omit-values=nulls", WITHOUT, "omit-values=nulls")),
        passes(**preferred("odata.maxpagesize=1", page(1), "odata.maxpagesize=1", what="prefix")),
        fails("nulls_left_out", **preferred("omit-values=nulls", WITHOUT)),
        fails("applied_unasked", **preferred("omit-values=nulls", NULLS, "return=minimal")),
        fails("applied_unasked", **preferred("cpo-probe-1=1", NULLS, "cpo-probe-1", what="preference-unknown")),
        fails("malformed", **preferred("odata.maxpagesize=1", page(1), "odata.maxpagesize=many", what="prefix")),
        fails("larger_than_asked", **preferred("odata.maxpagesize=1", page(1, 2), "odata.maxpagesize=1", what="prefix")),
        na("not_stated_applied", **preferred("omit-values=nulls", NULLS)),
        na("other_answer", **preferred("omit-values=nulls", status=500)),
        na("other_answer", **preferred("")),
        na("not_stated_applied", "broken", **preferred("omit-values=nulls", b"{")),
    ],
    "odata.preference.unknown": [
        *unchanged("preference-unknown"), na("other_answer", **as_plain("preference-unknown", b"", 503)),
    ],
    "odata.custom-option": [
        *unchanged("custom-option"), na("other_answer", **as_plain("custom-option", b"", 400)),
        na("other_answer", **as_plain("custom-option", b"", 501)), fails("refused_for_it", **as_plain("custom-option", b"", 404)),
    ],
    "odata.header-prefix": [
        passes(**pair(page(1), page(1))),
        passes(**pair(page(1), page(1, 2))),
        passes(**levels("odata.metadata=full", "metadata=full")),
        fails("spelling_ignored", **pair(page(1), page(1, 2), version="4.01")),
        fails("spelling_ignored", **pair(page(1, 2), page(1))),
        fails("spelling_ignored", **levels("odata.metadata=full", "metadata=minimal")),
        na("preference_ignored", **pair(page(1, 2), page(1, 2))),
        na("too_few", **pair(page(1), page(1), rows=1)),
        untested("unanswered", **spelled(("maxpagesize", "odata.", page(1), MINIMAL[1]))),
        na("preference_ignored", "broken", **pair(b"{", b"{")),
    ],
    "odata.schemaversion": [
        *(passes(**versioned(status, "")) for status in (404, 400)),
        passes(**versioned(200, "*")),
        fails("accepted", **versioned(200, "")),
        fails("other_status", **versioned(404, "*")),
        fails("server_error", **versioned(500, "")),
        na("other_answer", **versioned(403, "")),
        fails("server_error", "broken", **versioned(502, "*")),
    ],
    "odata.max-version.invalid": [
        passes(**greatest(400)),
        fails("accepted", **greatest(200)),
        fails("server_error", **greatest(500)),
        na("other_answer", **greatest(304)),
        fails("server_error", "broken", **greatest(502)),
    ],
}  # fmt: skip


def varied(*answers: tuple[str, str, str], what: str = "max-version") -> dict[str, Any]:
    """Answers as (version, Vary, Preference-Applied)."""
    asked = [
        made(
            what if what == "max-version" else "exchange.omit-values",
            {},
            id=10 + n,
            headers=tuple((k, v) for k, v in (("OData-Version", v), ("Vary", vary), ("Preference-Applied", done)) if v),
        )
        for n, (v, vary, done) in enumerate(answers)
    ]
    return judged(*asked)


NULLED = ("4.01", "Accept", "omit-values=nulls")
OPTIONS["odata.vary"] = [
    passes(**varied(("4.0", "Accept, odata-maxversion", ""), ("4.01", "*", ""))),
    passes(**varied(("4.01", "Prefer", "omit-values=nulls"), what="nulls")),
    fails("not_in_vary", **varied(("4.0", "Accept", ""), ("4.01", "OData-MaxVersion", ""))),
    fails("not_in_vary", **varied(NULLED, what="nulls")),
    na("varies_by_nothing", **varied(("4.0", "", ""), ("4.0", "", ""))),
    na("varies_by_nothing", **varied(("4.01", "", ""), what="nulls")),
    fails("not_in_vary", "broken", **varied(("4.0", "", ""), ("", "", ""))),
]


# Changes

TRACKING = """<Annotation Term="Org.OData.Capabilities.V1.ChangeTracking"><Record>
<PropertyValue Property="Supported" Bool="true"/></Record></Annotation>"""
APPLIED = (MINIMAL, ("Preference-Applied", "odata.track-changes"))


def tracked(
    *pages: Any, changes: Any = None, status: int = 200, followed: int = 200, headers: Any = APPLIED, on_set: str = ""
) -> dict[str, Any]:
    note = {"set": "Items", "key": ["ID"]}
    found = [made("exchange.delta", body, status, 10 + n, note=note, headers=headers) for n, body in enumerate(pages)]
    if changes is not None:
        found.append(made("exchange.delta-link", changes, followed, 20, note=note, headers=headers))
    return judged(*found, on_set=on_set)


def last(**more: Any) -> dict[str, Any]:
    return page(1, 2, **{"@odata.deltaLink": "Items?$deltatoken=1"}, **more)


NO_CHANGES = {"@odata.context": "$metadata#Items/$delta", "value": []}
CHANGED = {"@odata.context": "$metadata#Items/$delta", "value": [{"ID": 1}, {"@removed": {}, "@id": "Items(2)"}]}

DELTA: dict[str, list[Case]] = {
    "odata.delta": [
        passes(**tracked(last(), changes=NO_CHANGES)),
        passes(**tracked(page(1, link="Items?2"), last(), changes=CHANGED)),
        fails("no_delta_link", **tracked(page(1))),
        fails("no_delta_link", **tracked(page(1), headers=(MINIMAL,), on_set=TRACKING)),
        fails("missing", **tracked(last(), changes=NO_CHANGES, headers=(MINIMAL,))),
        fails("both_links", **tracked(last(link="Items?2"), changes=NO_CHANGES)),
        fails("malformed", **tracked(page(1, **{"@odata.deltaLink": 1}))),
        fails("delta_refused", **tracked(last(), changes=b"", followed=404)),
        fails("no_delta_context", **tracked(last(), changes=page())),
        fails("malformed", **tracked(last(), changes={**NO_CHANGES, "value": [{"Mass": 1}]})),
        untested("out_of_scope", **tracked(last())),
        untested("out_of_scope", **tracked(page(1, link="Items?2"))),
        na("not_supported", **tracked(page(1), headers=(MINIMAL,))),
        na("not_supported", **tracked(b"", status=501)),
        fails("malformed", "broken", **tracked(last(), changes=b"{")),
    ],
    "odata.delta.continues": [
        passes(**tracked(last(), changes={**NO_CHANGES, "@odata.deltaLink": "Items?$deltatoken=2"})),
        fails("no_delta_link", **tracked(last(), changes=NO_CHANGES)),
        na("more_pages", **tracked(last(), changes={**NO_CHANGES, "@odata.nextLink": "Items?$skiptoken=2"})),
        na("not_applied", **tracked(last(), changes=NO_CHANGES, headers=(MINIMAL,))),
        na("other_answer", "broken", **tracked(last(), changes=b"{")),
    ],
}

CASES = {**PAGING, **FORMATS, **OPTIONS, **DELTA}
