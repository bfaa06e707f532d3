"""A bundle written once, by the first version of the format, stays readable.

`data/bundle-v1` is never written anew. A change that cannot read it raises the format version and keeps a reader of the old one;
a new field of a recorded type needs a default. `bundle-v1.expected.jsonl` is what was read from it on the day it was made.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from cpo_probe.evidence import Bundle, encode, pack, verify
from cpo_probe.model import UnitState

DATA = Path(__file__).parent / "data"
OLD = DATA / "bundle-v1"
HEAD = "d7f3826f24ff713386d038067b9dfb22c2432e8c6b7f2514d668f100978ac2f8"


@pytest.fixture(params=["folder", "zip"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "folder":
        return OLD
    pack(OLD, tmp_path / "old.zip")
    return tmp_path / "old.zip"


def expected() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / "bundle-v1.expected.jsonl").read_bytes().splitlines()]


def still(before: Any, now: Any) -> bool:
    """Whether everything that was there then is there now, with the same value."""
    if isinstance(before, dict) and isinstance(now, dict):
        return all(name in now and still(value, now[name]) for name, value in before.items())
    if isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        return all(still(*pair) for pair in zip(before, now, strict=True))
    return bool(before == now)


def test_an_old_bundle_is_intact_and_has_its_head(old: Path) -> None:
    assert verify(old) == ()
    with Bundle.open(old) as bundle:
        assert bundle.head == HEAD


def test_an_old_bundle_says_what_it_said(old: Path) -> None:
    with Bundle.open(old) as bundle:
        plan, inventory, *exchanges = expected()
        assert still(plan, json.loads(encode(bundle.plan)))
        assert still(inventory, json.loads(encode(bundle.inventory)))
        found = [json.loads(encode(each)) for each in bundle.exchanges()]
        assert [each["id"] for each in found] == [each["id"] for each in exchanges]
        for before, now in zip(exchanges, found, strict=True):
            assert still(before, now), before["id"]


def test_an_old_bundle_shows_every_feature_of_the_format() -> None:
    with Bundle.open(OLD) as bundle:
        assert [(unit.id, unit.attempt, unit.state) for unit in bundle.units()] == [
            ("discovery|", 1, UnitState.DONE),
            ("rest.read|GET /items", 2, UnitState.DONE),
            ("rest.errors|GET /items", 1, UnitState.PARTIAL),
        ]
        exchanges = list(bundle.exchanges())
        assert [each.id for each in exchanges] == ["000001", *(f"{n:06d}" for n in range(3, 10))]  # 000002 was asked again
        assert any(each.response is None for each in exchanges)
        assert any(each.response and each.response.truncated for each in exchanges)
        assert any(each.peer and each.peer.tls and len(each.peer.tls.chain) == 2 for each in exchanges)
        assert any(each.redacted for each in exchanges)
        assert any(each.response and each.response.wire_bytes < len(each.body) for each in exchanges)  # content coding
        assert [kept.name for kept in bundle.artifacts()] == ["part.stp"]
    assert len(list((OLD / "record/traffic").iterdir())) == 2
    environment = json.loads((OLD / "record/environment.json").read_bytes())
    assert environment["sessions"][1]["cut"] == ["exchanges.jsonl: 41 bytes of an interrupted write were cut off after byte 2057"]
    rows = [json.loads(line) for line in (OLD / "record/exchanges.jsonl").read_bytes().splitlines()]
    assert any(row["response"] and row["response"]["payload"] for row in rows)
