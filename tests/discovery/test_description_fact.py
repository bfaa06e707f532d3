from collections.abc import Iterable
from pathlib import Path

from cpo_probe.model import Artifact, Exchange, Exchanges, Inventory, Plan
from probes.rest.openapi import openapi as description
from tests.discovery.support import Page, Result, explore, json_page, openapi


class Recorded:
    """Evidence of one discovery."""

    plan: Plan

    def __init__(self, result: Result) -> None:
        self.inventory: Inventory = result.inventory
        self._exchanges: Iterable[Exchange] = result.exchanges

    def exchange(self, id: str) -> Exchange:
        return next(exchange for exchange in self._exchanges if exchange.id == id)

    def select(
        self, *, purpose: str = "*", interface: str | None = None, operation: str | None = None, group: str | None = None
    ) -> Exchanges:
        assert purpose == "discovery.reference", "a description is found by its id"
        return tuple(exchange for exchange in self._exchanges if exchange.purpose == purpose)

    def artifacts(self) -> tuple[Artifact, ...]:
        return ()

    def file(self, artifact: Artifact) -> Path:
        raise AssertionError("discovery keeps no files")

    def measurement(self, artifact: Artifact) -> bytes | None:
        return None


async def test_the_description_is_rebuilt_from_the_record_as_discovery_saw_it() -> None:
    document = openapi("/items", "/items/{id}")
    schema = {"$ref": "moved/item.json"}
    document["paths"]["/items"]["get"]["responses"]["200"]["content"] = {"application/json": {"schema": schema}}
    pages = {
        "/openapi.json": Page("", status=307, headers={"location": "/v1/openapi.json"}),
        "/v1/openapi.json": json_page(document),
        "/v1/moved/item.json": Page("", status=307, headers={"location": "/v1/item.json"}),
        "/v1/item.json": json_page({"type": "object"}),
    }
    result = await explore(pages)
    api = description(result.interface, Recorded(result))
    assert api.operations(result.interface.id) == result.inventory.operations
    assert api.documents.url == f"{result.base}/v1/openapi.json"
    assert api.unresolved == ()


async def test_a_reference_that_the_server_answers_with_404_leads_nowhere() -> None:
    document = openapi("/items")
    schema = {"$ref": "/item.json"}
    document["paths"]["/items"]["get"]["responses"]["200"]["content"] = {"application/json": {"schema": schema}}
    result = await explore({"/openapi.json": json_page(document)})
    api = description(result.interface, Recorded(result))
    assert api.unresolved == () and [p.found for p in api.problems if p.rule == "refs"] == ["/item.json"]


async def test_an_interface_without_description_has_no_operations() -> None:
    result = await explore({"/": Page("<html></html>")})
    api = description(result.interface, Recorded(result))
    assert (api.version, api.operations("web:/")) == ("", ())
