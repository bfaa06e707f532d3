"""OData V2: what do the probes ask, of whom not, and what do conditions say of rows?"""

import importlib
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from cpo_probe.model import Blocker
from cpo_probe.registry import Registry
from tests.probes.asking import FakeContext
from tests.probes.make import HOST, Record, exchange, inventory
from tests.probes.odata.old_make import NEW, PLACE, ROWS, XML, csdl, page, row

OWN = ("odata.old", "odata.old_query", "odata.old_address", "odata.old_errors", "odata.old_atom")
HARMFUL = '<FunctionImport Name="CheckOutItem" ReturnType="Edm.Int32" m:HttpMethod="GET" '
HARMFUL += 'xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"/>'


class Context(FakeContext):
    """Facts are computed from what was asked, as between two stages of a run."""

    def __init__(self, registry: Registry, app: Any, described: bytes) -> None:
        super().__init__(app)
        self.interface = PLACE
        self._registry = registry
        self._metadata = exchange(headers=(XML,), body=described, url=f"{PLACE.url}/$metadata", purpose="odata.metadata")

    def fact(self, type: Any) -> Any:
        record = Record((self._metadata, *self.asked), inventory_=inventory(interfaces=(PLACE,)))
        facts = self._registry.facts
        odata = facts["cpo_probe_content.probes.odata.metadata.Odata"].run(PLACE, record)
        if type.__name__ == "Odata":
            return odata
        return facts["cpo_probe_content.probes.odata.old_window.OldWindows"].run(odata, PLACE, record)


def service(listed: list[Any]) -> Starlette:
    """Items, and nothing but items."""

    def answer(request: Request) -> Response:
        name = request.url.path.rpartition("/")[2]
        if name == "$count":
            return PlainTextResponse(str(len(listed)))
        if "(" in name:
            return JSONResponse({"d": listed[0]})
        if name == "Items":
            top = int(request.query_params.get("$top", "1000"))
            return JSONResponse(page(listed[:top], __count=str(len(listed))))
        return JSONResponse({"error": {"code": "1", "message": {"value": "no"}}}, 404)

    return Starlette(routes=[Route("/{path:path}", answer)])


@pytest.fixture
def run(registry: Registry) -> Callable[..., Any]:
    async def all_of_them(described: bytes, listed: list[Any]) -> Context:
        ctx = Context(registry, service(listed), described)
        for id in OWN:
            before = len(ctx.asked)
            await registry.probes[id].run(ctx)
            assert len(ctx.asked) - before <= registry.probes[id].cost
            assert {one.purpose for one in ctx.asked[before:]} <= set(registry.probes[id].purposes)
        return ctx

    return all_of_them


async def test_a_service_of_v2_is_asked_by_get_alone_and_within_the_stated_cost(run: Callable[..., Any]) -> None:
    ctx = await run(csdl(), ROWS)
    assert {one.request.method for one in ctx.asked} == {"GET"}
    assert all(one.request.url.startswith(f"{HOST}/odata/") for one in ctx.asked)
    purposes = {one.purpose for one in ctx.asked}
    assert {"odata.old.filter.comparison", "odata.old.orderby", "odata.old.entity", "odata.old.atom"} <= purposes


async def test_v4_gives_no_occasion_and_is_not_asked(run: Callable[..., Any]) -> None:
    ctx = await run(NEW, ROWS)
    assert ctx.asked == []
    assert ctx.blocker is None


async def test_v3_is_recognised_and_not_judged(run: Callable[..., Any]) -> None:
    ctx = await run(csdl().replace(b'DataServiceVersion="2.0"', b'DataServiceVersion="3.0"'), ROWS)
    assert ctx.asked == []
    assert ctx.blocker is Blocker.NOT_COVERED


async def test_without_rows_nothing_is_compared(run: Callable[..., Any]) -> None:
    ctx = await run(csdl(), [])
    assert {one.purpose for one in ctx.asked} <= {
        "odata.old.service",
        "odata.old.service-atom",
        "odata.old.version",
        "odata.old.window",
    }
    assert ctx.blocker is Blocker.NO_ARGUMENTS


async def test_functions_whose_names_sound_like_work_are_not_called(run: Callable[..., Any]) -> None:
    described = csdl().replace(b"</EntityContainer>", HARMFUL.encode() + b"</EntityContainer>")
    ctx = await run(described, ROWS)
    called = {one.note["name"] for one in ctx.asked if one.purpose == "odata.old.function"}
    assert called == {"Count", "CountOf", "First", "All"}


async def test_filters_tell_rows_apart_and_stand_in_the_syntax_of_v2(run: Callable[..., Any]) -> None:
    ctx = await run(csdl(), ROWS)
    asked = [unquote(one.request.url.partition("$filter=")[2].partition("&")[0]) for one in ctx.asked
             if one.purpose.startswith("odata.old.filter.")]  # fmt: skip
    assert "ID gt 5" in asked and "ID mod 2 eq 1" in asked
    assert any(text.startswith("substringof('") and text.endswith(",Name)") for text in asked)
    assert any(text.startswith("At gt datetime'1970-01-0") for text in asked)


async def test_sets_that_say_that_they_are_not_addressable_are_not_read(run: Callable[..., Any]) -> None:
    ctx = await run(csdl(sap='sap:addressable="false"'), ROWS)
    assert not [one for one in ctx.asked if one.purpose == "odata.old.window"]


# Conditions


@pytest.fixture(scope="module")
def conditions(registry: Registry) -> Any:
    assert registry
    return importlib.import_module("cpo_probe_content.probes.odata.old_conditions")


@pytest.fixture(scope="module")
def model(registry: Registry) -> Any:
    held = exchange(headers=(XML,), body=csdl(), url=f"{PLACE.url}/$metadata", purpose="odata.metadata")
    return registry.facts["cpo_probe_content.probes.odata.metadata.Odata"].run(PLACE, Record((held,))).model


def atom(op: str, path: str, type: str, value: Any) -> dict[str, Any]:
    return {"op": op, "path": path, "type": f"Edm.{type}", "value": value}


GREATER = atom("gt", "Size", "Decimal", "5")
NULL = row(1, Size=None, Name=None, At=None)


@pytest.mark.parametrize(
    ("condition", "of", "said", "text"),
    [
        (GREATER, row(6), "yes", "Size gt 5M"),
        (GREATER, row(5), "no", "Size gt 5M"),
        (GREATER, NULL, "null", "Size gt 5M"),
        (GREATER, {"ID": 1}, "open", "Size gt 5M"),
        (GREATER, row(1, size="x"), "open", "Size gt 5M"),
        ({"op": "not", "of": [GREATER]}, row(5), "yes", "not (Size gt 5M)"),
        ({"op": "not", "of": [GREATER]}, NULL, "open", "not (Size gt 5M)"),
        ({"op": "and", "of": [GREATER, atom("lt", "ID", "Int32", 9)]}, row(9), "no", "(Size gt 5M) and (ID lt 9)"),
        ({"op": "or", "of": [GREATER, atom("lt", "ID", "Int32", 9)]}, NULL, "yes", "(Size gt 5M) or (ID lt 9)"),
        (atom("eq", "Size", "Decimal", None), NULL, "yes", "Size eq null"),
        (atom("ne", "Size", "Decimal", None), NULL, "no", "Size ne null"),
        (atom("ne", "Size", "Decimal", "5"), NULL, "open", "Size ne 5M"),
        (atom("gt", "Size", "Decimal", "1.00000000000000001"), row(1), "open", "Size gt 1.00000000000000001M"),
        (atom("eq", "Name", "String", "part001"), row(1), "yes", "Name eq 'part001'"),
        (atom("eq", "Name", "String", "part001"), row(1, name="PÄRT001 "), "open", "Name eq 'part001'"),
        (atom("eq", "Name", "String", "it's"), row(1), "no", "Name eq 'it''s'"),
        (atom("gt", "Name", "String", "a"), row(1), "open", "Name gt 'a'"),
        (atom("substringof", "Name", "String", "rt0"), row(1), "yes", "substringof('rt0',Name)"),
        (atom("substringof", "Name", "String", "RT0"), row(1), "open", "substringof('RT0',Name)"),
        (atom("endswith", "Name", "String", "2"), row(1), "no", "endswith(Name,'2')"),
        (atom("tolower", "Name", "String", "part001"), row(1, name="PART001"), "yes", "tolower(Name) eq 'part001'"),
        (atom("length", "Name", "String", 6), row(1), "yes", "length(Name) gt 6"),
        (atom("length", "Name", "String", 6), row(1, name="größer "), "open", "length(Name) gt 6"),
        (atom("mod", "ID", "Int32", 1), row(3), "yes", "ID mod 2 eq 1"),
        (atom("mod", "ID", "Int32", 1), row(-3), "open", "ID mod 2 eq 1"),
        (atom("add", "ID", "Int32", 3), row(3), "yes", "ID add 1 gt 3"),
        (atom("gt", "At", "DateTime", "/Date(0)/"), row(1), "yes", "At gt datetime'1970-01-01T00:00:00'"),
        (atom("gt", "At", "DateTimeOffset", "/Date(0)/"), row(1, At="/Date(1+0120)/"), "open",
         "At gt datetimeoffset'1970-01-01T00:00:00Z'"),
        (atom("year", "At", "DateTime", 1970), row(40), "yes", "year(At) eq 1970"),
        (atom("year", "At", "DateTime", 1970), row(400), "no", "year(At) eq 1970"),
        (atom("year", "At", "DateTime", 1971), row(365), "open", "year(At) eq 1971"),
        ({"op": "isof", "value": "a.Tool"}, row(1), "no", "isof('a.Tool')"),
        ({"op": "isof", "value": "a.Tool"}, row(1, __metadata={}), "open", "isof('a.Tool')"),
    ],
)  # fmt: skip
def test_conditions_claim_what_holds_for_every_service(
    conditions: Any, model: Any, condition: dict[str, Any], of: dict[str, Any], said: str, text: str
) -> None:
    assert conditions.says(model, condition, of).value == said
    assert conditions.write(model, condition) == text
