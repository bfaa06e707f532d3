"""OData: does the service answer in the format that was asked for, with the same data? At most ten requests per service.

The first rows of one set are asked for in every way, and plainly before and after: what changes meanwhile is not judged.
"""

import re
from collections.abc import Iterator
from typing import Any

from cpo_probe.sdk import (
    Blocker,
    Context,
    CsdlModel,
    Evidence,
    Exchange,
    Result,
    Results,
    Where,
    check,
    failed,
    not_applicable,
    odata,
    passed,
    probe,
    untestable,
)

from .exchange_shared import BODY, CONTENT_TYPE, JSON, STATUS, best, differing, parameters, refused
from .metadata import Odata
from .window import Row, Window, body, control, identity, items

PLAIN, NONE, MINIMAL, FULL, IEEE, OPTION, UNSUPPORTED = (
    f"odata.exchange.format-{name}" for name in ("plain", "none", "minimal", "full", "ieee754", "option", "unsupported")
)
TOP, LONG = 5, 50
LARGE = frozenset({"Edm.Int64", "Edm.Decimal"})
_NUMBER = re.compile(r"[+-]?(\d+(\.\d+)?([eE][+-]?\d+)?|INF)|NaN")
JSON_CLAUSE = "OData JSON 4.01, "


@probe(
    needs="odata",
    id="odata.formats",
    purposes=(PLAIN, NONE, MINIMAL, FULL, IEEE, OPTION, UNSUPPORTED),
    after="odata.window",
    cost=10,
)
async def formats(ctx: Context) -> None:
    """The first rows with each amount of metadata, with large numbers as texts, by $format, and in a format nobody has."""
    windows = best(ctx)
    if not windows:
        return
    model, window = ctx.fact(Odata).model, windows[0]

    async def get(purpose: str, why: str, accept: str, query: str = f"$top={TOP}", of: Window = window, **note: Any) -> None:
        said = {"set": of.set, "key": list(of.key), **note}
        await ctx.get(f"{of.url}?{query}", purpose=purpose, why=why, accept=accept, note=said)

    await get(PLAIN, f"the first rows of {window.set}", JSON)
    for purpose, level in ((NONE, "none"), (MINIMAL, "minimal"), (FULL, "full")):
        await get(purpose, f"with metadata={level}", f"{JSON};odata.metadata={level}", level=level)
    await get(OPTION, "$format against Accept", "application/xml", f"$top={TOP}&$format=json", form="json")
    format = f"{JSON};odata.metadata=none".replace(";", "%3B")
    await get(OPTION, "$format with a parameter", JSON, f"$top={TOP}&$format={format}", form="parameter", level="none")
    await get(UNSUPPORTED, "a format nobody has", "application/x-cpo-probe", form="type")
    await get(UNSUPPORTED, "a format parameter nobody has", f"{JSON};odata.metadata=cpo-probe", form="parameter")
    for one in windows:
        large = [name for name in _large(model, one.type) if any(row.get(name) is not None for row in one.rows[:LONG])]
        if large:
            accept = f"{JSON};odata.metadata=minimal;IEEE754Compatible=true"
            await get(IEEE, "large numbers as texts", accept, f"$top={LONG}", one, properties=large)
            break
    await get(PLAIN, f"the first rows of {window.set}, after all", JSON)


def _large(model: CsdlModel | None, type: odata.csdl.EntityType) -> Iterator[str]:
    """Properties of whole numbers of 64 bits, and of decimals."""
    for name, one in model.members(type).items() if model else ():
        if (
            isinstance(one, odata.csdl.Property)
            and model
            and model.underlying(one.type.name) in LARGE
            and not one.type.collection
        ):
            yield name


# The same data


def _same_data(exchange: Exchange, evidence: Evidence, location: str = "") -> Result:
    """Passed when each row has the values that it has in the plain answers, as far as those agree with each other."""
    rows, key = items(exchange), tuple(exchange.note.get("key", ()))
    if rows is None:
        found = exchange.media_type or "no media type"
        return failed("malformed", expected="a list", found=found, where=BODY, location=location)
    steady = _steady(evidence, exchange, key)
    shared = [(row, steady[identity(row, key)]) for row in rows if identity(row, key) in steady]
    if not shared:
        return untestable(Blocker.WINDOW, location=location)
    for row, plain in shared:
        names = differing(plain, row, plain)
        if names:
            where = Where("response.body", pointer=f"/value/{rows.index(row)}/{names[0]}")
            return failed("data_differs", expected=plain[names[0]], found=row[names[0]], where=where, location=location)
        if absent := [name for name in plain if name not in row]:
            where = Where("response.body", pointer=f"/value/{rows.index(row)}")
            return failed("property_left_out", found=absent[0], where=where, location=location)
    return passed(location=location)


def _steady(evidence: Evidence, exchange: Exchange, key: tuple[str, ...]) -> dict[str, Row]:
    """Rows of the first plain answer with those members that the last one shows as well."""
    plain = [
        page
        for e in evidence.select(purpose=PLAIN, interface=exchange.interface)
        if e.note.get("set") == exchange.note.get("set") and (page := items(e)) is not None
    ]
    if len(plain) < 2:
        return {}
    last = {identity(row, key): row for row in plain[-1]}
    found = {}
    for row in plain[0]:
        later = last.get(identity(row, key))
        if later is not None and identity(row, key):
            found[identity(row, key)] = {
                n: v for n, v in row.items() if "@" not in n and n[:1] != "#" and later.get(n, _GONE) == v
            }
    return found


_GONE = object()


# Metadata levels


def _level(exchange: Exchange, evidence: Evidence) -> Result | None:
    """What is wrong whatever the level; None when it is answered with the level that was asked for and the same data."""
    if found := refused(exchange):
        return found
    asked, stated = str(exchange.note.get("level", "")), parameters(exchange.header("content-type")).get("metadata")
    if exchange.media_type != JSON:
        return failed("format_differs", expected=JSON, found=exchange.media_type or "no media type", where=CONTENT_TYPE)
    if stated is None:
        return failed("level_not_stated", expected=f"metadata={asked}", found=exchange.header("content-type"), where=CONTENT_TYPE)
    if stated.lower() != asked:
        return failed("level_differs", expected=f"metadata={asked}", found=stated, where=CONTENT_TYPE)
    same = _same_data(exchange, evidence)
    return None if same.outcome.value == "pass" else same


@check("odata.format.metadata-none", of=NONE, needs="odata", clause=JSON_CLAUSE + "3.1.3; 4.1", severity="minor")
def metadata_none(exchange: Exchange, evidence: Evidence) -> Results:
    """With metadata=none the answer says so, has the same data, and no context URL.

    Content-Type states the level. Control information other than nextLink and count is to be left out; judged is the context URL.
    Refusing the level is allowed.
    Remedy: answer metadata=none without control information, or 406.
    """
    if found := _level(exchange, evidence):
        return found
    context = control(body(exchange) or {}, "context")
    if context is not None:
        return failed("context_in_none", found=context, where=Where("response.body", pointer="/@odata.context"))
    return passed()


@check("odata.format.metadata-minimal", of=MINIMAL, needs="odata", clause=JSON_CLAUSE + "3.1.1; 4.1; 4.5.1", severity="major")
def metadata_minimal(exchange: Exchange, evidence: Evidence) -> Results:
    """With metadata=minimal the answer says so, has the same data, and the context URL.

    It is the level that a client gets which asks for none.
    Remedy: state metadata=minimal in Content-Type, and begin the body with the context URL.
    """
    if found := _level(exchange, evidence):
        return found
    if not isinstance(control(body(exchange) or {}, "context"), str):
        return failed("missing", expected="@odata.context", where=Where("response.body", pointer="/@odata.context"))
    return passed()


@check("odata.format.metadata-full", of=FULL, needs="odata", clause=JSON_CLAUSE + "3.1.2; 4.1; 4.5.8", severity="minor")
def metadata_full(exchange: Exchange, evidence: Evidence) -> Results:
    """With metadata=full the answer says so, has the same data, and each entity states its id.

    All control information has to be there, so that a client needs no metadata to go on. Refusing the level is allowed.
    Remedy: write id, type and links of every entity with metadata=full, or answer 406.
    """
    if found := _level(exchange, evidence):
        return found
    newer, key = exchange.header("odata-version") not in (None, "4.0"), tuple(exchange.note.get("key", ()))
    for n, row in enumerate(items(exchange) or ()):
        if newer and not identity(row, key):
            continue  # transient (4.5.8)
        if "@odata.id" not in row and "@id" not in row:
            return failed("missing", expected="@odata.id", where=Where("response.body", pointer=f"/value/{n}"))
    return passed()


@check("odata.format.ieee754", of=IEEE, needs="odata", clause=JSON_CLAUSE + "3.2; 4.1", severity="major")
def ieee754(exchange: Exchange) -> Results:
    """With IEEE754Compatible=true whole numbers of 64 bits and decimals are texts, and Content-Type says so.

    JavaScript reads no number beyond 2^53 exactly. A service may refuse the parameter; passing it over misleads.
    Remedy: write Edm.Int64 and Edm.Decimal as texts and state IEEE754Compatible=true, or answer 406.
    """
    if found := refused(exchange):
        return found
    rows = items(exchange)
    if rows is None:
        return failed("malformed", expected="a list", found=exchange.media_type or "no media type", where=BODY)
    names = exchange.note.get("properties", [])
    values = [(n, name, row[name]) for n, row in enumerate(rows) for name in names if row.get(name) is not None]
    if not values:
        return not_applicable("too_few")
    for n, name, value in values:
        if not (isinstance(value, str) and _NUMBER.fullmatch(value)):
            where = Where("response.body", pointer=f"/value/{n}/{name}")
            return failed("no_text_number", expected="a number as text", found=value, where=where, location=name)
    if parameters(exchange.header("content-type")).get("ieee754compatible", "").lower() != "true":
        stated = exchange.header("content-type") or "nothing"
        return failed("parameter_not_stated", expected="IEEE754Compatible=true", found=stated, where=CONTENT_TYPE)
    return passed()


@check(
    "odata.format.option",
    of=OPTION,
    needs="odata",
    clause="OData 4.01 Part 1, 11.2.11; OData 4.01 Part 2, 5.1.6",
    severity="minor",
)
def option(exchange: Exchange, evidence: Evidence) -> Results:
    """$format decides the format, and goes before Accept.

    Asked for was JSON by $format=json with Accept: application/xml, and a format with a parameter. Refusing $format is allowed.
    Remedy: take the media type from $format when it is there.
    """
    form = str(exchange.note.get("form", ""))
    if exchange.status == 406 and form == "json":
        return failed("accept_first", expected=200, found=406, where=STATUS, location=form)
    if found := refused(exchange, form):
        return found
    if exchange.media_type != JSON:
        found_type = exchange.media_type or "no media type"
        return failed("format_differs", expected=JSON, found=found_type, where=CONTENT_TYPE, location=form)
    level = exchange.note.get("level")
    stated = parameters(exchange.header("content-type")).get("metadata", "nothing")
    if level and stated.lower() != level:
        return failed("level_differs", expected=f"metadata={level}", found=stated, where=CONTENT_TYPE, location=form)
    return _same_data(exchange, evidence, form)


@check(
    "odata.format.unsupported",
    of=UNSUPPORTED,
    needs="odata",
    clause="OData 4.01 Part 1, 8.2.1; 9.3.2; RFC 9110, 12.5.1",
    severity="minor",
)
def unsupported(exchange: Exchange) -> Results:
    """A format parameter that the service does not know is refused, and a format that it does not have does not break it.

    Accept with a value of the format parameter metadata that does not exist has to be refused. Accept with a media type that
    nobody has may be refused, or answered in the format that is usual here (RFC 9110, 12.5.1).
    Remedy: answer 406 (or 415) when nothing in Accept can be served.
    """
    form, status = str(exchange.note.get("form", "")), exchange.status
    if status in (406, 415) or (status == 400 and form == "parameter"):
        return passed(location=form)
    if 200 <= status < 300 and form == "type":
        return not_applicable("usual_format", location=form, media_type=exchange.media_type or "no media type")
    if 200 <= status < 300:
        return failed("accepted", expected=[406, 415], found=status, where=STATUS, location=form)
    if status >= 500 and status not in (501, 503):
        return failed("server_error", expected=[406, 415], found=status, where=STATUS, location=form)
    return not_applicable("other_answer", location=form, status=status)
