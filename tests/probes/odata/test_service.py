"""What does the probe of an OData service ask, and when does it stop asking?"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cpo_probe.model import Blocker
from cpo_probe.registry import Registry
from tests.probes.asking import FakeContext

EDM = {"edmx": "http://docs.oasis-open.org/odata/ns/edmx", "edm": "http://docs.oasis-open.org/odata/ns/edm"}


def csdl(type: str, facets: str = "") -> bytes:
    """A service with the sets Items and Others, whose entities have one key of that type."""
    return f"""<edmx:Edmx Version="4.0" xmlns:edmx="{EDM["edmx"]}"><edmx:DataServices><Schema Namespace="a" xmlns="{EDM["edm"]}">
<EntityType Name="Item"><Key><PropertyRef Name="ID"/></Key>
<Property Name="ID" Type="{type}" Nullable="false" {facets}/></EntityType>
<EntityContainer Name="C"><EntitySet Name="Items" EntityType="a.Item"/><EntitySet Name="Others" EntityType="a.Item"/>
</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>""".encode()


OLD = b"""<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx"><edmx:DataServices>
<Schema Namespace="a" xmlns="http://schemas.microsoft.com/ado/2008/09/edm"/></edmx:DataServices></edmx:Edmx>"""


def nothing(registry: Registry) -> Any:
    """The fact of a run at work that has not seen the metadata yet."""
    return registry.facts["cpo_probe_content.probes.odata.metadata.Odata"].run.__annotations__["return"](None)


@pytest.fixture
def asked(registry: Registry) -> Callable[..., Any]:
    """`await asked(csdl, readable)`: the context after the probe asked a service where these sets can be read."""

    async def ask(body: bytes, readable: tuple[str, ...] = ("Items", "Others")) -> FakeContext:
        def answer(request: Request) -> Response:
            name = request.url.path.rpartition("/")[2]
            if name == "$metadata":
                return Response(body, media_type="application/xml")
            return JSONResponse({"value": []}, 200 if name in ("", *readable) else 404)

        ctx = FakeContext(Starlette(routes=[Route("/{path:path}", answer)]), facts={"Odata": nothing(registry)})
        await registry.probes["odata.service"].run(ctx)
        return ctx

    return ask


async def test_eleven_requests_at_most_and_all_of_them_read(asked: Callable[..., Any], registry: Registry) -> None:
    ctx = await asked(csdl("Edm.Int32"), ("Others",))
    assert {one.request.method for one in ctx.asked} == {"GET"}
    assert len(ctx.asked) <= registry.probes["odata.service"].cost
    assert {one.purpose for one in ctx.asked} == set(registry.probes["odata.service"].purposes)
    assert ctx.blocker is None


async def test_wrong_requests_go_to_a_set_that_could_be_read(asked: Callable[..., Any]) -> None:
    ctx = await asked(csdl("Edm.Int32"), ("Others",))
    wrong = [one.request.url for one in ctx.asked if one.purpose in ("odata.errors.filter", "odata.errors.missing-key")]
    assert len(wrong) == 2
    assert all("/Others" in url for url in wrong)


@pytest.mark.parametrize(
    ("type", "facets", "literal"),
    [
        ("Edm.Int64", "", r"\d{16}"),
        ("Edm.Guid", "", r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}"),
        ("Edm.String", "", "'[0-9a-f]{16}'"),
        ("Edm.String", 'MaxLength="9"', "'[0-9a-f]{9}'"),
    ],
)
async def test_an_invented_key_keeps_its_type(asked: Callable[..., Any], type: str, facets: str, literal: str) -> None:
    ctx = await asked(csdl(type, facets))
    (key,) = [one.note["key"] for one in ctx.asked if one.purpose == "odata.errors.missing-key"]
    assert re.fullmatch(literal, key["ID"])


@pytest.mark.parametrize(("type", "facets"), [("Edm.Boolean", ""), ("Edm.String", 'MaxLength="2"')])
async def test_a_key_of_which_every_value_may_be_there_is_not_invented(asked: Callable[..., Any], type: str, facets: str) -> None:
    ctx = await asked(csdl(type, facets))
    assert "missing-key" not in ctx.purposes
    assert ctx.blocker is Blocker.NO_ARGUMENTS


async def test_of_an_older_service_only_the_metadata_is_asked(asked: Callable[..., Any]) -> None:
    ctx = await asked(OLD)
    assert ctx.purposes == ["metadata"]
    assert ctx.blocker is None


async def test_without_metadata_nothing_else_is_asked(asked: Callable[..., Any]) -> None:
    ctx = await asked(b"<html/>")
    assert ctx.purposes == ["metadata"]
    assert ctx.blocker is Blocker.PRECONDITION
