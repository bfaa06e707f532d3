"""What is asked about parts of what is shown, and what only where the service states 4.01?"""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from cpo_probe.registry import Registry
from tests.probes.odata.cases_query_inside import MODEL, SHOWN
from tests.probes.odata.test_query import asked  # noqa: F401 - a fixture

Asked = Callable[..., Any]


def service(rows: list[dict[str, Any]]) -> Starlette:
    """Rows that are always shown whole."""

    def answer(_: Request) -> JSONResponse:
        return JSONResponse({"value": rows})

    return Starlette(routes=[Route("/{path:path}", answer)])


async def test_a_filter_inside_and_a_cast_are_asked_for_and_looked_at_again(asked: Asked, registry: Registry) -> None:  # noqa: F811
    ctx = await asked("odata.inside", service(SHOWN["value"]), MODEL)
    names = [one.purpose.rpartition(".")[2] for one in ctx.asked]
    assert names == ["inside", "select-filter", "inside-again", "expand-cast"]
    part, cast = ctx.asked[1], ctx.asked[3]
    assert part.note["property"] == "Places" and "($filter=" in unquote(part.request.url)
    assert (cast.note["type"], cast.note["navigation"]) == ("a.Special", "Maker")
    assert len(ctx.asked) <= registry.probes["odata.inside"].cost


async def test_a_service_of_4_0_is_not_asked_for_the_filter(asked: Asked) -> None:  # noqa: F811
    ctx = await asked("odata.inside", service(SHOWN["value"]), MODEL.replace('Version="4.01"', 'Version="4.0"'))
    assert [one.purpose for one in ctx.asked] == ["odata.query.inside", "odata.query.expand-cast"]


async def test_where_rows_or_model_have_nothing_of_the_kind_nothing_is_asked(asked: Asked) -> None:  # noqa: F811
    rows = [{name: value for name, value in row.items() if name not in ("Places", "@odata.type")} for row in SHOWN["value"]]
    assert [one.purpose for one in (await asked("odata.inside", service(rows), MODEL)).asked] == ["odata.query.inside"]
    assert (await asked("odata.inside", service(rows))).asked == []
