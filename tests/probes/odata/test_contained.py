"""Where does the probe of contained entities look?"""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cpo_probe.registry import Registry
from tests.probes.odata.cases_places import CSDL
from tests.probes.odata.test_address import API, asked

KEYS = '<PropertyValue Property="IndexableByKey" Bool="false"/>'
READING = """<PropertyValue Property="ReadRestrictions"><Record><PropertyValue Property="ReadByKeyRestrictions"><Record>
<PropertyValue Property="Readable" Bool="false"/></Record></PropertyValue></Record></PropertyValue>"""


def restricted(what: str) -> bytes:
    """The metadata with restrictions of the pages that files contain."""
    said = f"""<Annotation Term="Org.OData.Capabilities.V1.NavigationRestrictions"><Record>
<PropertyValue Property="RestrictedProperties"><Collection><Record>
<PropertyValue Property="NavigationProperty" NavigationPropertyPath="Pages"/>{what}</Record></Collection></PropertyValue>
</Record></Annotation>"""
    return (
        CSDL.replace(b'"Files" EntityType="a.File"/>', f'"Files" EntityType="a.File">{said}</EntitySet>'.encode())
        .replace(b'Name="Files"', b'Name="Items"')
        .replace(b'Name="Users" EntityType', b'Name="Lines" EntityType')
    )


@pytest.mark.parametrize(("what", "asked_for"), [("", ["Pages", "Pages(1)"]), (KEYS, ["Pages"]), (READING, ["Pages"])])
async def test_members_are_not_asked_for_by_key_where_that_is_ruled_out(
    registry: Registry, what: str, asked_for: list[str]
) -> None:
    def answer(request: Request) -> Response:
        return JSONResponse({"No": 1} if request.url.path.endswith(")") else {"value": [{"No": 1}]})

    app = Starlette(routes=[Route("/{path:path}", answer)])
    rows = {"Items": [{"ID": 1}], "Lines": [{"ID": 1}]}
    context = await asked(registry, "odata.address.contained", app, restricted(what), rows=rows)
    below = [one.request.url.removeprefix(f"{API}/Items(1)/").partition("?")[0] for one in context.asked]
    assert below == asked_for
