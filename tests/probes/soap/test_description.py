"""SOAP: which documents are asked for, and which rules does a description break?"""

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cpo_probe.model import Blocker, Identity
from cpo_probe.registry import Registry
from tests.probes.asking import FakeContext
from tests.probes.make import HOST
from tests.probes.soap.cases_soap import SCHEMA, START, described, given, undescribed


def served(pages: dict[str, bytes]) -> Starlette:
    def answer(request: Request) -> Response:
        body = pages.get(request.url.path)
        return Response(body or b"", status_code=200 if body else 404, media_type="text/xml")

    return Starlette(routes=[Route("/{rest:path}", answer)])


async def asked(registry: Registry, start: bytes, pages: dict[str, bytes]) -> FakeContext:
    """What the probe asks of a service whose WSDL was `start`."""
    made = given(start, documents={})
    fact = registry.facts[next(key for key in registry.facts if key.endswith(".Wsdl"))]
    ctx = FakeContext(served(pages), facts={"Wsdl": fact.run(made["interface"], made["evidence"])})
    await registry.probes["soap.description"].run(ctx)
    return ctx


def include(name: str) -> bytes:
    return SCHEMA.replace(b"<x:element", f'<x:include schemaLocation="{name}"/><x:element'.encode())


async def test_each_document_is_fetched_once_however_they_include_each_other(registry: Registry) -> None:
    pages = {
        "/ws/data.xsd": include("more/other.xsd"),
        "/ws/more/other.xsd": include("../data.xsd"),
        "/ws/items.wsdl": described(),
    }
    ctx = await asked(registry, described(), pages)
    assert [one.request.url for one in ctx.asked] == [f"{HOST}/ws/data.xsd", f"{HOST}/ws/more/other.xsd", START]
    assert [one.purpose for one in ctx.asked] == ["soap.document", "soap.document", "soap.description.anonymous"]
    assert ctx.asked[-1].identity is Identity.ANONYMOUS


async def test_a_document_of_another_host_is_not_asked_for_and_what_lies_behind_it_stays_open(registry: Registry) -> None:
    ctx = await asked(registry, described(imported="http://internal.example/data.xsd"), {})
    assert [one.request.url for one in ctx.asked] == [START]


async def test_a_document_that_is_missing_does_not_end_the_search(registry: Registry) -> None:
    start = described().replace(b"</x:schema>", b'<x:import namespace="urn:e" schemaLocation="e.xsd"/></x:schema>')
    ctx = await asked(registry, start, {"/ws/e.xsd": SCHEMA.replace(b"urn:d", b"urn:e")})
    assert [one.status for one in ctx.asked] == [404, 200, 404]


async def test_without_a_description_nothing_is_asked(registry: Registry) -> None:
    made = undescribed()
    fact = registry.facts[next(key for key in registry.facts if key.endswith(".Wsdl"))]
    ctx = FakeContext(served({}), facts={"Wsdl": fact.run(made["interface"], made["evidence"])})
    await registry.probes["soap.description"].run(ctx)
    assert (ctx.asked, ctx.blocker) == ([], Blocker.PRECONDITION)


@pytest.mark.parametrize(
    ("check", "edit"),
    [
        ("wsi.r2702", (b"soap/http", b"soap/jms")),
        ("wsdl.references", (b'binding="t:B"', b'binding="t:C"')),
        ("wsdl.address-given", (f'<s:address location="{HOST}/ws/items"/>'.encode(), b"")),
    ],
)
def test_a_broken_rule_is_a_finding_of_its_check_with_the_place(
    registry: Registry, check: str, edit: tuple[bytes, bytes]
) -> None:
    body = described()
    assert edit[0] in body
    made: dict[str, Any] = given(body.replace(*edit))
    answer = registry.checks[check].run(made["exchange"], _fact(registry, made))
    (problem,) = [one for one in answer if one.rule == registry.checks[check].rule]
    assert problem.params["code"] == "wsdl_rule"
    assert problem.params["document"] == START
    assert problem.params["place"].startswith("/definitions/")


def _fact(registry: Registry, made: dict[str, Any]) -> Any:
    return registry.facts[next(key for key in registry.facts if key.endswith(".Wsdl"))].run(made["interface"], made["evidence"])


def test_the_clean_description_breaks_only_what_it_leaves_out(registry: Registry) -> None:
    made = given()
    found = registry.checks["wsdl.unique"].run(made["exchange"], _fact(registry, made))
    assert {problem.rule for problem in found} == {"doc-service"}
