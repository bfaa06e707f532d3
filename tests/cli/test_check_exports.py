"""`check FILE` for what a system exported: what a vendor has to repair, member by member."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from fixtures.plm.domain.database import Database, build
from fixtures.plm.export.extract import extract
from fixtures.plm.export.files import BY_ID
from tests.cli.conftest import Done, inside


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the reference server hands out, as files."""
    folder = tmp_path_factory.mktemp("exports")
    build(folder / "plm.sqlite")
    database = Database(folder / "plm.sqlite")
    data = extract(database)
    database.close()
    for form in BY_ID.values():
        (folder / form.name).write_bytes(form.make(data, form.name))
    return folder


def check(path: Path, *options: str) -> Done:
    return inside("check", path, *options)


NAMES = ["structure.stp", "structure.stpx", "structure.csv", "structure.stpZ", "structure.aasx", "structure.xlsx"]


@pytest.mark.parametrize("name", NAMES)
def test_good_exports_are_found_good(exports: Path, name: str) -> None:
    done = check(exports / name)
    assert done.code == 0, done.out
    assert "nothing wrong" in done.out


def test_a_file_that_was_cut_off_is_told_with_its_line(exports: Path, tmp_path: Path) -> None:
    whole = (exports / "structure.stp").read_bytes()
    (tmp_path / "cut.stp").write_bytes(whole[:9000])
    done = check(tmp_path / "cut.stp")
    assert done.code == 1
    assert "p21.envelope" in done.out and "line 1" in done.out and "Remedy:" in done.out


def test_what_is_wrong_in_a_package_is_told_by_member(exports: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("good/structure.csv", (exports / "structure.csv").read_bytes())
        archive.writestr("bad/structure.stpx", (exports / "structure.stpx").read_bytes()[:-300])
        archive.writestr("../escape.txt", b"x")
    done = check(tmp_path / "all.zip")
    assert done.code == 1
    assert "file.well-formed  bad/structure.stpx" in done.out
    assert "export.package.path" in done.out and "../escape.txt" in done.out
    assert "3 files in it" in done.out
    assert not (tmp_path.parent / "escape.txt").exists()


def test_findings_for_programs_name_rule_file_and_place(exports: Path, tmp_path: Path) -> None:
    text = (exports / "structure.stp").read_bytes().replace(b"DIMENSIONAL_EXPONENTS(0.,", b"DIMENSIONAL_EXPONENTS('x',", 1)
    (tmp_path / "wrong.stp").write_bytes(text)
    done = check(tmp_path / "wrong.stp", "--json")
    (finding, *_) = json.loads(done.out)
    assert done.code == 1
    assert finding["subject"]["check"].startswith("step.schema.")
    assert finding["where"]["instance"].startswith("#") and finding["where"]["artifact"] == "a000001"


def test_a_file_that_is_not_what_its_name_says_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "notes.stp").write_bytes(b"hello")
    done = check(tmp_path / "notes.stp")
    assert done.code == 1
    assert "export.get.ending" in done.out


def test_a_bomb_is_told_and_not_unpacked(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.csv", bytes(70 * 2**20))
    (tmp_path / "bomb.zip").write_bytes(inner.getvalue())
    done = check(tmp_path / "bomb.zip")
    assert done.code == 1
    assert "export.package.bounds" in done.out


def test_what_is_packed_deeper_than_is_unpacked_is_told_as_not_judged(tmp_path: Path) -> None:
    data = b"a,b\r\n1,2\r\n"
    for depth, name in enumerate(("t.csv", "1.zip", "2.zip", "3.zip"), 1):
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as archive:
            archive.writestr(name, data)
        data = inner.getvalue()
        if depth >= 3:
            (tmp_path / f"{depth}.zip").write_bytes(data)
    whole, deep = check(tmp_path / "3.zip"), check(tmp_path / "4.zip")
    assert "not judged" not in whole.out
    assert "not judged: export.package.bounds. The file is larger, or packed deeper" in deep.out


def test_xml_in_an_encoding_that_is_not_read_is_not_blamed_for_it(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="Shift_JIS"?><REQ-IF xmlns="http://www.omg.org/spec/ReqIF/20110401/reqif.xsd"/>'
    (tmp_path / "a.reqif").write_bytes(text.encode("shift_jis"))
    done = check(tmp_path / "a.reqif")
    assert "file.well-formed" not in done.out
    assert "states an encoding that this program does not read" in done.out
