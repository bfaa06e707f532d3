"""How files are got: resumed where an answer is cut off, jobs waited for and cleared up whatever happens."""

import asyncio
import base64
import dataclasses
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cpo_probe.cli import selftest
from cpo_probe.cli.loading import House, open_house
from cpo_probe.cli.reference import PASSWORD
from cpo_probe.evidence import Bundle
from cpo_probe.model import UnitState
from cpo_probe.run import READ_ONLY, record
from fixtures.plm.auth import accounts
from fixtures.plm.http.message import Call, Content, Hooks, Reply
from fixtures.plm.serve import serve

STEP = "GET /exports/structure.stp"
LOOK, FETCH = "GET /exports/jobs/{job}", "GET /exports/jobs/{job}/file"


def cut(call: Call, reply: Reply) -> Reply:
    """The first half, then the connection ends; what is asked for from there on comes whole."""
    whole = call.operation == STEP and reply.status == 200
    return replace(reply, body=reply.body[: len(reply.body) // 2]) if whole else reply


def no_parts(call: Call, reply: Reply) -> Reply:
    return cut(call, reply).without("ETag") if call.operation == STEP else reply


def never_done(call: Call, said: Content) -> Content:
    return replace(said, data={**said.data, "state": "running"}) if call.operation == LOOK and said.status == 200 else said


COPIES = {
    "cut": Hooks(reply=cut),
    "no-parts": Hooks(reply=no_parts),
    "endless": Hooks(content=never_done),
    "lost": Hooks(content=lambda call, said: Content(b"", "", 500) if call.operation == FETCH else said),
}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch, serve(copies=lambda: COPIES) as url:
        patch.setenv(PASSWORD, accounts.PASSWORD)
        yield url


@pytest.fixture(scope="module")
def house() -> House:
    return open_house((), None, "en")


def got(house: House, server: str, copy: str, export: str, folder: Path, **job: Any) -> Bundle:
    """The record of one export of that copy."""
    permissions = dataclasses.replace(READ_ONLY, job=True)
    plan = selftest._plan(house, f"{server}~{copy}/", ("export.get",), (export,), permissions)
    plan = selftest._only_exports(selftest._with_exports(plan, house), copy)
    exports = tuple(replace(one, job=one.job and replace(one.job, **job)) for one in plan.target.exports)
    plan = replace(plan, target=replace(plan.target, exports=exports, limits=replace(plan.target.limits, retries=0)))
    return asyncio.run(record(folder / "run", plan, house.registry, selftest._Silent()))


def test_a_download_that_was_cut_off_goes_on_and_becomes_the_whole_file(house: House, server: str, tmp_path: Path) -> None:
    with got(house, server, "cut", "step", tmp_path) as bundle:
        first, second = list(bundle.select(purpose="export.file"))
        (kept,) = bundle.artifacts()
        assert first.failure is not None and second.status == 206 and second.follows == first.id
        assert second.request.header("if-range") == first.header("etag")
        assert kept.exchanges == (first.id, second.id)
        data = bundle.file(kept).read_bytes()
        assert data.endswith(b"END-ISO-10303-21;\n")
        stated = (first.header("repr-digest") or "").split(":")[1]
        assert stated == base64.b64encode(hashlib.sha256(data).digest()).decode()


def test_without_a_validator_nothing_is_joined(house: House, server: str, tmp_path: Path) -> None:
    with got(house, server, "no-parts", "step", tmp_path) as bundle:
        assert [each.failure is None for each in bundle.select(purpose="export.file")] == [False]
        assert bundle.artifacts() == ()


def test_a_job_that_never_ends_is_given_up_cancelled_and_deleted(house: House, server: str, tmp_path: Path) -> None:
    with got(house, server, "endless", "step-job", tmp_path, timeout=0.2) as bundle:
        (unit,) = [unit for unit in bundle.units() if unit.probe == "export.get"]
        cleared = [(each.request.method, each.request.url.rpartition("/")[2]) for each in bundle.select(purpose="export.clear")]
        assert unit.state is UnitState.PARTIAL and "0.2 s" in unit.detail
        assert [method for method, _ in cleared] == ["POST", "DELETE"] and cleared[0][1] == "cancel"
        assert bundle.artifacts() == ()


def test_a_job_whose_file_is_lost_is_deleted_all_the_same(house: House, server: str, tmp_path: Path) -> None:
    with got(house, server, "lost", "step-job", tmp_path) as bundle:
        assert [each.request.method for each in bundle.select(purpose="export.clear")] == ["DELETE"]


def test_without_permission_no_job_is_started(house: House, server: str, tmp_path: Path) -> None:
    plan = selftest._plan(house, f"{server}~lost/", ("export.get",), ("step-job",), READ_ONLY)
    plan = selftest._only_exports(selftest._with_exports(plan, house), "lost")
    with asyncio.run(record(tmp_path / "run", plan, house.registry, selftest._Silent())) as bundle:
        assert list(bundle.select(purpose="export.*")) == []
