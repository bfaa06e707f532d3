"""The second opinion on metadata, with the schemas of OASIS themselves."""

from pathlib import Path

import pytest

from cpo_probe.model import Result
from cpo_probe.model.schema import Schemas
from cpo_probe.registry import Registry
from cpo_probe.registry.given import given_schemas
from tests.others import others
from tests.probes.make import exchange, interface, results


@pytest.fixture(scope="module")
def folder() -> Path:
    return others("schemas", "odata")


@pytest.fixture(scope="module")
def oasis(folder: Path) -> Schemas:
    return given_schemas([folder])


def said(registry: Registry, oasis: Schemas, body: bytes) -> list[Result]:
    answer = exchange(200, [("Content-Type", "application/xml")], body, purpose="odata.metadata")
    return results(registry, "xsd.odata-metadata", {"exchange": answer, "schemas": oasis, "interface": interface(description="")})


def test_what_oasis_publishes_itself_is_valid_by_schema_and_by_our_rules(
    registry: Registry, oasis: Schemas, folder: Path
) -> None:
    documents = sorted([*folder.glob("examples/*.xml"), *folder.glob("vocab/*.xml")])
    told = {path.name: [(r.outcome, r.code, r.location) for r in said(registry, oasis, path.read_bytes())] for path in documents}
    assert told and {name: rows for name, rows in told.items() if rows[0][0] != "pass"} == {}


def test_a_misspelt_attribute_is_found_by_both(registry: Registry, oasis: Schemas, folder: Path) -> None:
    body = (folder / "examples/csdl-16.1.xml").read_bytes().replace(b'Nullable="false"', b'Nullabel="false"', 1)
    (only,) = said(registry, oasis, body)
    assert (only.code, only.found, only.expected) == ("xsd_broken", "Property/@Nullabel", "cvc-complex-type.3.2.1")
    assert only.params["schema"] == "odata/edmx.xsd"
