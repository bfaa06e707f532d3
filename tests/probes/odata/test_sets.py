"""What does the probe of entity sets ask?"""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cpo_probe.registry import Registry
from tests.probes.asking import FakeContext
from tests.probes.odata.test_service import OLD, csdl, nothing


def service(body: bytes, found: bool = True, first: object = 7, more: dict[str, str] | None = None) -> Starlette:
    """Items and Others with one entity; `found`: whether the key finds it; `more`: what else the list says of it."""

    def answer(request: Request) -> Response:
        if request.url.path.endswith("$metadata"):
            return Response(body, media_type="application/xml")
        if request.url.path.endswith(")"):
            return JSONResponse({"ID": first}, 200 if found else 404)
        return JSONResponse({"value": [{"ID": first, **(more or {})}]})

    return Starlette(routes=[Route("/{path:path}", answer)])


async def _asked(registry: Registry, program: Starlette) -> FakeContext:
    ctx = FakeContext(program, facts={"Odata": nothing(registry)})
    await registry.probes["odata.sets"].run(ctx)
    return ctx


async def test_each_set_is_asked_at_most_three_times(registry: Registry) -> None:
    ctx = await _asked(registry, service(csdl("Edm.Int32")))
    once = ["read", "entity"]
    assert ctx.purposes == ["metadata", *once, *once]
    assert {one.note.get("set") for one in ctx.asked[1:]} == {"Items", "Others"}


async def test_what_is_not_found_is_looked_for_once_more(registry: Registry) -> None:
    ctx = await _asked(registry, service(csdl("Edm.Int32"), found=False))
    assert ctx.purposes.count("again") == 2
    assert len(ctx.asked) <= registry.probes["odata.sets"].cost


async def test_a_text_is_quoted_and_one_that_needs_care_is_not_asked(registry: Registry) -> None:
    plain = await _asked(registry, service(csdl("Edm.String"), first="a-1"))
    assert any("('a-1')" in one.request.url for one in plain.asked)
    odd = await _asked(registry, service(csdl("Edm.String"), first="a/'b"))
    assert odd.purposes == ["metadata", "read", "read"]


async def test_the_sets_of_an_older_service_are_not_asked(registry: Registry) -> None:
    ctx = await _asked(registry, service(OLD))
    assert ctx.purposes == ["metadata"]
    assert ctx.blocker is None


async def test_what_the_metadata_says_not_to_be_readable_is_not_asked(registry: Registry) -> None:
    said = """<Annotations Target="{0}/{1}"><Annotation Term="Org.OData.Capabilities.V1.ReadRestrictions"><Record>{2}
</Record></Annotation></Annotations>"""
    unread = '<PropertyValue Property="Readable" Bool="false"/>'
    by_key = f'<PropertyValue Property="ReadByKeyRestrictions"><Record>{unread}</Record></PropertyValue>'
    plain = csdl("Edm.Int32").decode()
    notes = said.format("a.C", "Items", unread) + said.format("a.C", "Others", by_key)
    ctx = await _asked(registry, service(plain.replace("</Schema>", notes + "</Schema>").encode()))
    assert [(one.note.get("set"), part) for one, part in zip(ctx.asked, ctx.purposes, strict=True)][1:] == [
        ("Others", "read"),
    ]


@pytest.mark.parametrize(
    ("link", "asked"),
    [("http://plm.example/odata/Items(7)", True), ("Items%287%29", True), ("objects/4711", False), ("urn:uuid:4711", False)],
)
async def test_an_entity_with_an_address_of_its_own_is_not_asked_for_by_key(registry: Registry, link: str, asked: bool) -> None:
    ctx = await _asked(registry, service(csdl("Edm.Int32"), more={"@odata.id": link}))
    mine = [part for one, part in zip(ctx.asked, ctx.purposes, strict=True) if one.note.get("set") == "Items"]
    assert ("entity" in mine) is asked
