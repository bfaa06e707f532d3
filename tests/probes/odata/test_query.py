"""What do the probes of queries ask, of which window, and when do they look once more?"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cpo_probe.model import Exchange
from cpo_probe.protocols.odata import Document, Model, read
from cpo_probe.registry import Registry
from tests.probes.asking import FakeContext
from tests.probes.make import HOST, Record, interface
from tests.probes.odata.querying import CSDL, PARTS, ROWS, item

MODULE = "cpo_probe_content.probes.odata"
WORDS = ("Bolt", "Screw", "Washer", "Spring")
MANY = [
    item(1 + n % 4, None if n % 10 == 0 else f"{WORDS[n % 4]} {WORDS[n % 3]}", n % 7, ID=n, Mass=n + 0.25) for n in range(1, 41)
]
Asked = Callable[..., Any]


def service(rows: list[dict[str, Any]], refuse: int = 0) -> Starlette:
    """A set of items that ignores every option but $expand, or refuses all others but $top."""

    def answer(request: Request) -> Response:
        options = request.query_params
        if refuse and set(options) - {"$top"}:
            return JSONResponse({"error": {"code": "no", "message": "no"}}, refuse)
        if request.url.path.endswith("/$count"):
            return Response(str(len(rows)), media_type="text/plain")
        if refuse:
            return JSONResponse({"value": rows[: int(options.get("$top", len(rows)))]})
        if ")" in request.url.path:
            return JSONResponse({"value": PARTS[2]})
        inline: dict[str, Any] = {"Parts": ROWS[1:3]} if "Parts" in options.get("$expand", "") else {}
        inline |= {"Owner": None} if "Owner" in options.get("$expand", "") else {}
        return JSONResponse({"value": [{**row, **inline} for row in rows]})

    return Starlette(routes=[Route("/{path:path}", answer)])


@pytest.fixture
def asked(registry: Registry) -> Asked:
    """`await asked(probe, program, csdl)`: the context after windows, expansions and the probe."""

    async def ask(probe: str, program: Starlette, csdl: str = CSDL) -> FakeContext:
        document = read(csdl.encode(), f"{HOST}/api/$metadata")
        assert isinstance(document, Document)
        api = registry.facts[f"{MODULE}.metadata.Odata"].run.__annotations__["return"](Model(document))
        ctx = FakeContext(program, facts={"Odata": api})
        place = interface(id="odata:/api", kind="odata")

        async def run(name: str) -> None:
            await registry.probes[name].run(ctx)
            record = Record([replace(one, interface=place.id) for one in ctx.asked])
            for fact in ("window.Windows", "query_expansions.Expansions"):
                ctx._facts[fact.rpartition(".")[2]] = registry.facts[f"{MODULE}.{fact}"].run(api, place, record)

        await run("odata.window")
        if probe == "odata.filter-relations":
            await run("odata.expand")
        before = len(ctx.asked)
        await run(probe)
        del ctx.asked[:before]
        return ctx

    return ask


FILTERS = ("odata.filter", "odata.filter-functions", "odata.filter-relations")
PROBES = (*FILTERS, "odata.expand", "odata.order", "odata.select", "odata.search", "odata.more")


@pytest.mark.parametrize("probe", PROBES)
async def test_no_more_is_asked_than_stated_and_all_of_it_reads(asked: Asked, registry: Registry, probe: str) -> None:
    ctx = await asked(probe, service(MANY))
    assert 0 < len(ctx.asked) <= registry.probes[probe].cost
    assert {one.request.method for one in ctx.asked} == {"GET"}
    assert {one.purpose for one in ctx.asked} <= set(registry.probes[probe].purposes)


@pytest.mark.parametrize("probe", [*FILTERS, "odata.order", "odata.search", "odata.more"])
async def test_what_was_unexpected_is_looked_at_once_more(asked: Asked, probe: str) -> None:
    again = [one for one in (await asked(probe, service(MANY))).asked if one.purpose == "odata.query-again"]
    assert [one.note["asker"] for one in again] == [probe]


@pytest.mark.parametrize("probe", PROBES)
async def test_a_refusal_is_not_looked_at_again(asked: Asked, probe: str) -> None:
    ctx = await asked(probe, service(MANY, refuse=501))
    assert "odata.query-again" not in {one.purpose for one in ctx.asked}


async def _filters(asked: Asked, csdl: str = CSDL) -> list[Exchange]:
    """What the three probes of $filter ask."""
    made = [await asked(probe, service(MANY), csdl) for probe in FILTERS]
    return [one for ctx in made for one in ctx.asked if one.purpose.startswith("odata.query.filter.")]


async def test_each_operator_and_function_is_asked_for_once(asked: Asked) -> None:
    names = [(one.purpose, one.note["name"]) for one in await _filters(asked)]
    assert len(set(names)) == len(names)
    shown = {name for _, name in names}
    assert {"gt", "and", "precedence", "in", "mod", "eq null", "contains", "year", "floor", "case", "hassubset"} <= shown
    assert {"any of primitive values", "all of primitive values", "any without condition", "$count", "now", "substring"} <= shown


async def test_what_is_new_in_4_01_is_asked_only_of_services_that_state_it(asked: Asked) -> None:
    older = CSDL.replace('Version="4.01"', 'Version="4.0"')
    names = {one.note.get("name") for one in await _filters(asked, older)}
    assert {"contains", "gt"} <= names
    assert not {"in", "divby", "matchesPattern", "case", "operators"} & names
    assert (await asked("odata.more", service(MANY), older)).purposes[0] == "apply"


async def test_the_values_of_a_question_tell_rows_apart(asked: Asked) -> None:
    given = await _filters(asked)
    texts = {one.note["name"]: one.note["filter"] for one in given if "filter" in one.note}
    assert texts["gt"] == "ID gt 21"
    assert "or" in texts["precedence"] and "(" not in texts["precedence"]
    assert texts["now"].startswith("(Made lt now()) and ")
    alias = next(unquote(one.request.url) for one in given if one.purpose.endswith(".alias"))
    assert "eq @value&@value='" in alias


async def test_what_the_annotations_rule_out_is_not_asked(asked: Asked) -> None:
    barred = '<Annotation Term="Org.OData.Capabilities.V1.FilterRestrictions"><Record>{}</Record></Annotation>'
    holder = '<Annotations Target="a.C/Items">{}</Annotations></Schema>'

    def with_restriction(inside: str) -> str:
        return CSDL.replace("</Schema>", holder.format(barred.format(inside)))

    none = await asked("odata.filter", service(MANY), with_restriction('<PropertyValue Property="Filterable" Bool="false"/>'))
    assert none.purposes == ["unknown-property"]
    names = "<Collection><PropertyPath>Name</PropertyPath></Collection>"
    some = f'<PropertyValue Property="NonFilterableProperties">{names}</PropertyValue>'
    purposes = {one.purpose.rpartition(".")[2] for one in await _filters(asked, with_restriction(some))}
    assert "string" not in purposes
    assert {"comparison", "date"} <= purposes


async def test_a_service_without_data_is_asked_nothing(asked: Asked) -> None:
    for probe in PROBES:
        assert (await asked(probe, service([]))).asked == []


@pytest.mark.parametrize(
    ("type", "values", "fits"),
    [
        ("Edm.Int32", (3, None, 1_000_000), True),
        ("Edm.Int32", (3, 2**30), False),
        ("Edm.Byte", (1, 20), False),
        ("Edm.Int64", (str(2**62), "1"), False),
        ("Edm.Decimal", (0.5, "12.25"), True),
        ("Edm.Decimal", ("NaN",), False),
    ],
)
def test_nothing_is_calculated_that_may_leave_the_range_of_its_type(
    registry: Registry, type: str, values: tuple[Any, ...], fits: bool
) -> None:
    places = registry.probes["odata.filter"].run.__globals__
    column = places["columns"].__globals__["Column"]("P", type, type, values)
    assert places["operators"].__globals__["roomy"](column) is fits
