"""A zip of a bundle is the bundle."""

import errno
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from cpo_probe.errors import EvidenceError
from cpo_probe.evidence import Bundle, pack, verify
from tests.evidence.made import record


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = record(tmp_path / "run")
    (made / "judgements/ruler").mkdir(parents=True)
    (made / "judgements/ruler/findings.jsonl").write_bytes(b"{}\n")
    (made / "attestations").mkdir()
    return made


def by_pack(folder: Path, path: Path) -> None:
    pack(folder, path)


def by_another_tool(folder: Path, path: Path) -> None:
    """Everything deflated, in an order of its own, with entries for folders."""
    shutil.make_archive(str(path.with_suffix("")), "zip", folder)


def within_a_folder(folder: Path, path: Path) -> None:
    shutil.make_archive(str(path.with_suffix("")), "zip", folder.parent, folder.name)


def all_stored(folder: Path, path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for each in sorted(folder.rglob("*")):
            archive.write(each, each.relative_to(folder))


@pytest.mark.parametrize("how", [by_pack, by_another_tool, within_a_folder, all_stored])
def test_a_zip_is_read_as_its_folder_is(folder: Path, tmp_path: Path, how: Any) -> None:
    path = tmp_path / "packed.zip"
    how(folder, path)
    assert verify(path) == ()
    with Bundle.open(folder) as one, Bundle.open(path) as other:
        assert (one.head, one.sealed, one.plan, one.inventory) == (other.head, other.sealed, other.plan, other.inventory)
        assert list(one.exchanges()) == list(other.exchanges())
        assert [one.wire(id) for id in one.ids()] == [other.wire(id) for id in other.ids()]
        assert list(one.keys()) == list(other.keys())
        assert one.units() == other.units()
        assert one.judgements() == other.judgements() == ("ruler",)
        assert (other.judgement("ruler") / "findings.jsonl").read_bytes() == b"{}\n"


def test_equal_bundles_are_packed_to_equal_bytes(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy", copy_function=shutil.copy)
    pack(folder, tmp_path / "one.zip")
    pack(tmp_path / "copy", tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_zip_may_lie_in_the_folder_that_it_packs(folder: Path) -> None:
    pack(folder, folder / "reports.zip")
    pack(folder, folder / "reports.zip")
    assert verify(folder / "reports.zip") == ()


def test_nothing_of_a_zip_is_left_behind_when_the_bundle_goes(folder: Path, tmp_path: Path) -> None:
    by_another_tool(folder, tmp_path / "packed.zip")
    with Bundle.open(tmp_path / "packed.zip") as bundle:
        list(bundle.exchanges())
        scratch = bundle.judgement("ruler")
        assert scratch.exists()
    assert not scratch.exists()


def test_a_full_disk_leaves_the_zip_that_was_there(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    pack(folder, tmp_path / "one.zip")
    before = (tmp_path / "one.zip").read_bytes()
    monkeypatch.setattr("cpo_probe.evidence.packing.shutil.copyfileobj", full)
    with pytest.raises(EvidenceError, match="The folder is untouched: free some space"):
        pack(folder, tmp_path / "one.zip")
    assert (tmp_path / "one.zip").read_bytes() == before
    assert not list(tmp_path.glob("*.part"))


def test_what_is_no_bundle_is_not_packed(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="expected a bundle"):
        pack(tmp_path, tmp_path / "x.zip")
