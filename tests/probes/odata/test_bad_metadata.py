"""OData: what becomes of a run when $metadata is no metadata, too much of them, or leads in circles?"""

import asyncio
import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from cpo_probe.catalogue import load as load_catalogue
from cpo_probe.judge import judge
from cpo_probe.model import Declared, Finding, Limits, NoAuth, Outcome, Unit
from cpo_probe.registry import Registry
from cpo_probe.run import READ_ONLY, make_plan, record
from cpo_probe.target import load_target
from tests.discovery.support import Page, application, serving
from tests.probes.odata.cases_model import EDMX, csdl, refer

EDM = "http://docs.oasis-open.org/odata/ns/edm"
PROBES = ("odata.service", "odata.model", "odata.window")


class _Silent:
    def phase(self, name: str) -> None: ...
    def expect(self, probe: str, units: int) -> None: ...
    def finished(self, unit: Unit) -> None: ...


async def _run(registry: Registry, folder: Path, pages: dict[str, Page]) -> list[Finding]:
    catalogue = load_catalogue(registry.roots, None, None)
    async with serving(application(pages)) as base:
        target = load_target(base, roots=registry.roots)
        service = f"{base}/odata"
        target = dataclasses.replace(
            target,
            auth=NoAuth(),
            limits=Limits(rate=2000.0, requests=200, brake=False),
            declared=(Declared("odata", service, f"{service}/$metadata", (), {}),),
        )
        plan = make_plan(
            target, registry, catalogue, preset="nightly", run="bad", created="2025-06-03T10:00:00Z", permissions=READ_ONLY
        )
        plan = dataclasses.replace(plan, probes=PROBES)
        bundle = await record(folder / "record", plan, registry, _Silent())
    with bundle:
        judgement = await asyncio.to_thread(judge, bundle, registry, catalogue, workers=1)
        crashed = [unit.detail for unit in bundle.units() if unit.state.value == "crashed"]
        assert not crashed, crashed[0]
        return [finding for finding in judgement.findings() if finding.subject.check.startswith("odata.")]


def found(findings: list[Finding]) -> set[tuple[str, str]]:
    """Failing checks of the metadata and why; an error of a check is never right."""
    assert not [f for f in findings if f.outcome is Outcome.ERROR]
    wrong = [f for f in findings if f.outcome is Outcome.FAIL and f.subject.check.startswith(("odata.metadata.", "odata.csdl."))]
    return {(f.subject.check, str(f.params.get("reason", f.code))) for f in wrong}


PAGE = b"<!DOCTYPE html><html><body>Log in</body></html>"
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><edmx:Edmx>&b;</edmx:Edmx>'
DEEP = b"<a>" * 5000 + b"</a>" * 5000
OTHER_SPACE = csdl().replace(b'/odata/ns/edm"', b'/odata/ns/edm/7"')
RECURSIVE = csdl(
    '<Property Name="Box" Type="a.Box"/></EntityType>'
    '<ComplexType Name="Box" BaseType="a.Crate"><Property Name="In" Type="a.Box"/></ComplexType>'
    '<ComplexType Name="Crate" BaseType="a.Box"/><EntityType Name="X" BaseType="a.X">'
)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (PAGE, "html"),
        (csdl()[:-60], "truncated"),
        (BOMB, "dtd"),
        (DEEP, "too-deep"),
        (b"", "empty"),
        (b"\x00\x01\x02", "malformed"),
        (csdl().replace(b"odata/ns/edmx", b"odata/ns/edmx/7"), "namespace"),
        (b'{"$Version":"4.01"', "truncated"),
        (b"[" * 100_000, "json"),
    ],
)
async def test_what_is_no_metadata_is_said_once_and_nothing_else_is_claimed(
    registry: Registry, tmp_path: Path, body: bytes, reason: str
) -> None:
    said = found(await _run(registry, tmp_path, {"/odata/$metadata": Page(body, "application/xml")}))
    assert said == {("odata.metadata.available", reason), ("odata.metadata.valid", reason)}


async def test_an_unknown_namespace_of_schemas_is_read_and_reported(registry: Registry, tmp_path: Path) -> None:
    said = found(await _run(registry, tmp_path, {"/odata/$metadata": Page(OTHER_SPACE, "application/xml")}))
    assert ("odata.metadata.valid", "csdl_broken") in said
    assert "odata.metadata.available" not in {check for check, _ in said}


def entities(value: Any, **more: Any) -> Page:
    body = json.dumps({"@odata.context": "$metadata#Items", "value": value, **more})
    return Page(body, "application/json;odata.metadata=minimal", headers={"OData-Version": "4.0"})


async def test_types_that_contain_or_derive_from_themselves_end(registry: Registry, tmp_path: Path) -> None:
    inner: dict[str, Any] = {}
    for _ in range(400):
        inner = {"In": inner}
    pages = {
        "/odata/$metadata": Page(RECURSIVE, "application/xml"),
        "/odata/Items": entities([{"ID": 1, "Box": inner}]),
        "/odata/Items?$top=1": entities([{"ID": 1, "Box": {"In": {"In": None}}}]),
    }
    findings = await _run(registry, tmp_path, pages)
    assert ("odata.csdl.base-cycle", "csdl_rule") in found(findings)


async def test_documents_that_refer_to_each_other_are_all_read_and_nobody_waits(registry: Registry, tmp_path: Path) -> None:
    library = csdl(references=refer("$metadata", "a") + refer("b.xml", "b"), namespace="b", sets="")
    pages = {
        "/odata/$metadata": Page(csdl(references=refer("b.xml") + refer("$metadata", "a")), "application/xml"),
        "/odata/b.xml": Page(library, "application/xml"),
    }
    findings = await _run(registry, tmp_path, pages)
    said = {(f.subject.check, f.outcome.value) for f in findings if f.subject.check == "odata.metadata.references"}
    assert said <= {("odata.metadata.references", "pass")} and not [c for c, _ in found(findings) if "csdl" in c]


async def test_thirty_megabytes_of_metadata_are_read_and_judged(registry: Registry, tmp_path: Path) -> None:
    words = "Words that somebody wrote about this type. " * 250
    types = "".join(
        f'<EntityType Name="T{n}"><Key><PropertyRef Name="ID"/></Key><Property Name="ID" Type="Edm.Int32" Nullable="false"/>'
        f'<Annotation Term="Core.LongDescription" String="{words}"/></EntityType>'
        for n in range(2900)
    )
    core = refer("https://vocabularies.example/Core.xml", "Org.OData.Core.V1").replace("/>", ' Alias="Core"/>', 1)
    body = (
        f'<edmx:Edmx Version="4.0" xmlns:edmx="{EDMX}">{core}<edmx:DataServices><Schema Namespace="a" xmlns="{EDM}">{types}'
        '<EntityContainer Name="C"/></Schema></edmx:DataServices></edmx:Edmx>'
    ).encode()
    assert len(body) > 30_000_000
    assert found(await _run(registry, tmp_path, {"/odata/$metadata": Page(body, "application/xml")})) == set()
