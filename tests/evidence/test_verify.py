"""Whatever is done to a record after it was written is told, with its place."""

import asyncio
import base64
import dataclasses
import gzip
import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cpo_probe.errors import EvidenceError
from cpo_probe.evidence import RecordWriter, pack, verify, writer
from cpo_probe.evidence.codec import decode, encode
from cpo_probe.evidence.rows import Row
from cpo_probe.model import Tls
from tests.evidence.made import exchange, plan, record

UNSEALED = "record/manifest.json: missing, the record is not sealed: the run was interrupted or goes on still"
ROWS = "record/exchanges.jsonl"
SEGMENT = "record/traffic/00001.warc.gz"

Tamper = Callable[[Path], None]


def edit(name: str, change: Callable[[bytes], bytes]) -> Tamper:
    def tamper(folder: Path) -> None:
        before = (folder / name).read_bytes()
        after = change(before)
        assert before != after
        (folder / name).write_bytes(after)

    return tamper


def lines(change: Callable[[list[bytes]], list[bytes]], name: str = ROWS) -> Tamper:
    return edit(name, lambda data: b"".join(line + b"\n" for line in change(data.splitlines())))


def flip(at: int) -> Callable[[bytes], bytes]:
    return lambda data: data[:at] + bytes([data[at] ^ 0x20]) + data[at + 1 :]


def remove(name: str) -> Tamper:
    return lambda folder: (folder / name).unlink()


def add(name: str) -> Tamper:
    def tamper(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"x")

    return tamper


def payload(folder: Path) -> str:
    return next(path.relative_to(folder).as_posix() for path in (folder / "record/payloads").iterdir())


def swapped(rows: list[bytes]) -> list[bytes]:
    return [*rows[:2], rows[3], rows[2], *rows[4:]]


def chained_anew(change: Callable[[Row], Row]) -> Tamper:
    """Somebody changes row 3 and then computes every hash after it, as a forger would."""

    def tamper(folder: Path) -> None:
        rows = [decode(line, Row) for line in (folder / ROWS).read_bytes().splitlines()]
        rows[2] = change(rows[2])
        made: list[bytes] = []
        for row in rows:
            if made:
                row = dataclasses.replace(row, previous=hashlib.sha256(made[-1]).hexdigest())
            made.append(encode(row))
        (folder / ROWS).write_bytes(b"".join(line + b"\n" for line in made))

    return tamper


def answer(**change: Any) -> Tamper:
    return chained_anew(lambda row: dataclasses.replace(row, answer=dataclasses.replace(row.answer, **change)))  # type: ignore[type-var]


SEALED: dict[str, tuple[Tamper, str]] = {
    "a missing journal": (remove(ROWS), f"{ROWS}: missing, the manifest lists it"),
    "a missing segment": (remove(SEGMENT), f"{SEGMENT}: missing, the manifest lists it"),
    "a missing plan": (remove("record/plan.json"), "record/plan.json: missing, the manifest lists it"),
    "a missing inventory": (remove("record/inventory.json"), "record/inventory.json: missing, the manifest lists it"),
    "a missing environment": (remove("record/environment.json"), "record/environment.json: missing, the manifest lists it"),
    "a missing payload": (lambda folder: (folder / payload(folder)).unlink(), "record/payloads/f173"),
    "an extra file in the record": (add("record/notes.txt"), "record/notes.txt: extra, the manifest does not list it"),
    "an extra segment": (add("record/traffic/00009.warc.gz"), "record/traffic/00009.warc.gz: extra"),
    "an extra file beside the record": (add("evil.sh"), "evil.sh: extra, a bundle holds no such file"),
    "an extra folder": (add("more/evil.sh"), "more/evil.sh: extra, a bundle holds no such file"),
    "a changed row": (lines(lambda r: [*r[:3], r[3].replace(b"rest", b"resT"), *r[4:]]), f"{ROWS}: changed, its sha256 was"),
    "a changed plan": (edit("record/plan.json", lambda d: d.replace(b'"seed":7', b'"seed":8')), "record/plan.json: changed"),
    "a changed environment": (
        edit("record/environment.json", lambda d: d.replace(b"HTTP", b"http")),
        "record/environment.json: changed",
    ),
    "a changed segment": (edit(SEGMENT, flip(2000)), f"{SEGMENT}: changed, its sha256 was"),
    "a changed payload": (lambda folder: edit(payload(folder), flip(0))(folder), "record/payloads/f173"),
    "a truncated journal": (lines(lambda r: r[:-1]), f"{ROWS}: truncated, it had"),
    "a truncated segment": (edit(SEGMENT, lambda d: d[:-1]), f"{SEGMENT}: truncated, it had"),
    "an added row": (lines(lambda r: [*r, r[-1]]), f"{ROWS}: changed, it had"),
    "reordered rows": (lines(swapped), f"{ROWS}: changed, its sha256 was"),
    "a removed unit": (lines(lambda r: r[:1], "record/units.jsonl"), "record/units.jsonl: truncated"),
    "a manifest of another run": (
        edit("record/manifest.json", lambda d: d.replace(b'"run":"run-1"', b'"run":"run-2"')),
        "record/manifest.json: it seals run run-2 with another plan",
    ),
    "a manifest with another chain": (
        edit("record/manifest.json", lambda d: d.replace(b'"rows":6', b'"rows":7')),
        "record/manifest.json, exchanges.jsonl: it seals 7 rows ending in",
    ),
    "a manifest that is none": (edit("record/manifest.json", lambda d: b"{}"), "record/manifest.json: expected JSON"),
    "a manifest of another format": (
        edit("record/manifest.json", lambda d: d.replace(b"cpo-probe-bundle/1", b"cpo-probe-bundle/2")),
        "record/manifest.json: expected format cpo-probe-bundle/1, found cpo-probe-bundle/2",
    ),
}  # fmt: skip

UNSEALED_CHANGES: dict[str, tuple[Tamper, str]] = {
    "a changed row": (
        lines(lambda r: [*r[:3], r[3].replace(b"to read", b"to steal"), *r[4:]]),
        f"{ROWS} line 5: the chain is broken: it does not follow line 4, which was changed, or a row between them was removed",
    ),
    "a removed row": (
        lines(lambda r: [*r[:3], *r[4:]]),
        f"{ROWS} line 4: the chain is broken: it does not follow line 3, which was changed, or a row between them was removed",
    ),
    "a removed first row": (
        lines(lambda r: r[1:]),
        f"{ROWS} line 1: the chain is broken: it does not follow plan.json, which was changed, or a row between them was removed",
    ),
    "reordered rows": (
        lines(swapped),
        f"{ROWS} line 3: the chain is broken: it was written after line 4, not after line 2; rows were moved",
    ),
    "a repeated row": (lines(lambda r: [*r[:3], r[2], *r[3:]]), f"{ROWS} line 4: exchange 000003 stands there a second time"),
    "a row that is none": (lines(lambda r: [*r[:3], b"{}", *r[4:]]), f"{ROWS} line 4: expected JSON of the type Row"),
    "a changed plan": (
        edit("record/plan.json", lambda d: d.replace(b'"seed":7', b'"seed":8')),
        f"{ROWS} line 1: the chain is broken: it does not follow plan.json",
    ),
    "a changed inventory": (
        edit("record/inventory.json", lambda d: d.replace(b'"empty":false', b'"empty":true')),
        f"{ROWS} line 2: it names the inventory",
    ),
    "a removed inventory": (remove("record/inventory.json"), "none was frozen before it: the inventory was changed"),
    "an inventory frozen elsewhere": (
        edit("record/inventory.json", lambda d: d[: d.rindex(b'"digest":"') + 10] + b"0" * 64 + b'"}'),
        "record/inventory.json: it follows a row that exchanges.jsonl does not hold",
    ),
    "a changed unit": (
        lines(lambda r: [r[0].replace(b"done", b"refused"), *r[1:]], "record/units.jsonl"),
        "record/units.jsonl line 2: the chain is broken",
    ),
    "reordered units": (
        lines(lambda r: [r[1], r[0], r[2]], "record/units.jsonl"),
        "record/units.jsonl line 1: the chain is broken",
    ),
    "removed exchanges that a unit speaks of": (lines(lambda r: r[:3]), "record/units.jsonl line 2: it speaks of 6 rows"),
    "a changed artifact row": (
        lines(lambda r: [r[0].replace(b'"rows":6', b'"rows":5')], "record/artifacts.jsonl"),
        "record/artifacts.jsonl line 1: it was not written after line 5",
    ),
    "a changed artifact": (lambda folder: edit(payload(folder), flip(0))(folder), "record/artifacts.jsonl line 1: payloads/f173"),
    "a missing artifact": (lambda folder: (folder / payload(folder)).unlink(), "is missing"),
    "a missing units journal": (remove("record/units.jsonl"), "record/units.jsonl: missing"),
    "a changed byte in a record": (edit(SEGMENT, flip(2000)), "exchange 000003: its records at byte"),
    "a truncated segment": (edit(SEGMENT, lambda d: d[:-1]), "exchange 000006: traffic/00001.warc.gz ends before its records do"),
    "bytes behind the last record": (edit(SEGMENT, lambda d: d + d[:50]), f"{SEGMENT}: extra, 50 bytes after byte"),
    "bytes before the first record": (edit(SEGMENT, flip(30)), f"{SEGMENT}: does not begin with a warcinfo record"),
    "an extra segment": (add("record/traffic/00002.warc.gz"), "record/traffic/00002.warc.gz: extra, no row of exchanges.jsonl"),
    "a missing segment": (remove(SEGMENT), "traffic/00001.warc.gz is missing"),
    "a status that the answer does not have": (
        answer(status=500),
        "exchange 000003: its row says status 500, the recorded message says 200",
    ),
    "a method that was not used": (
        chained_anew(lambda row: dataclasses.replace(row, method="HEAD")),
        "exchange 000003: its row says method HEAD, the recorded message says GET",
    ),
    "a URL that was not asked": (
        chained_anew(lambda row: dataclasses.replace(row, url="http://plm.example/admin")),
        "exchange 000003: its row says URL http://plm.example/admin, the recorded message says",
    ),
    "an answer that was not recorded": (
        chained_anew(lambda row: dataclasses.replace(row, response=None)),
        "exchange 000003: it has status 200 but no response record",
    ),
    "a row that points to another place": (
        chained_anew(lambda row: dataclasses.replace(row, offset=row.offset + 1)),
        "exchange 000003: its records begin at byte",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(tmp_path_factory.mktemp("sealed") / "run")


@pytest.fixture(scope="module")
def unsealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(tmp_path_factory.mktemp("unsealed") / "run", seal=False)


def test_an_intact_record_has_no_defect_and_one_that_is_not_sealed_has_that_one(sealed: Path, unsealed: Path) -> None:
    assert verify(sealed) == ()
    assert verify(unsealed) == (UNSEALED,)


@pytest.mark.parametrize("kind", SEALED)
def test_a_sealed_record_does_not_stand(sealed: Path, tmp_path: Path, kind: str) -> None:
    tamper, sentence = SEALED[kind]
    shutil.copytree(sealed, tmp_path / "run")
    tamper(tmp_path / "run")
    found = verify(tmp_path / "run")
    assert [each for each in found if each.startswith(sentence)], found


@pytest.mark.parametrize("kind", SEALED)
def test_a_zip_of_it_does_not_stand_either(sealed: Path, tmp_path: Path, kind: str) -> None:
    tamper, sentence = SEALED[kind]
    shutil.copytree(sealed, tmp_path / "run")
    tamper(tmp_path / "run")
    shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path / "run")
    found = verify(tmp_path / "packed.zip")
    assert found == verify(tmp_path / "run")
    assert [each for each in found if each.startswith(sentence)], found


@pytest.mark.parametrize("kind", UNSEALED_CHANGES)
def test_the_chain_does_not_stand_even_without_a_seal(unsealed: Path, tmp_path: Path, kind: str) -> None:
    tamper, sentence = UNSEALED_CHANGES[kind]
    shutil.copytree(unsealed, tmp_path / "run")
    tamper(tmp_path / "run")
    found = verify(tmp_path / "run")
    assert [each for each in found if sentence in each], found
    assert all(each.split(": ")[0].startswith(("record/",)) for each in found)


def test_a_certificate_and_a_big_body_that_were_changed_are_named_with_their_exchange(tmp_path: Path) -> None:
    certificate = base64.b64encode(b"a certificate").decode()
    with RecordWriter.create(tmp_path / "run", plan()) as recorder:
        big = b"x" * (writer.PAYLOAD_BYTES + 1)
        asyncio.run(recorder.write(*exchange(recorder.next_id(), body=big, tls=Tls("TLSv1.3", "c", (certificate,)))))
    for path in (tmp_path / "run/record/payloads").iterdir():
        path.write_bytes(path.read_bytes()[:-1] + b"!")
    found = verify(tmp_path / "run")
    assert [each.startswith(f"{ROWS} line 1, exchange 000001: payloads/") for each in found] == [False, True, True]


def test_many_defects_of_one_kind_are_counted(tmp_path: Path) -> None:
    folder = record(tmp_path / "run", 60)
    (folder / SEGMENT).unlink()
    found = verify(folder)
    assert len(found) < 30
    assert found[-1] == "40 more defects of the kind 'record' are not listed"


def test_a_manifest_lists_every_file_with_its_size_and_digest(sealed: Path) -> None:
    manifest = json.loads((sealed / "record/manifest.json").read_bytes())
    here = {p.relative_to(sealed / "record").as_posix(): p for p in (sealed / "record").rglob("*") if p.is_file()}
    assert {file["path"] for file in manifest["files"]} == here.keys() - {"manifest.json"}
    for file in manifest["files"]:
        data = here[file["path"]].read_bytes()
        assert (file["size"], file["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())


def test_the_file_that_stopped_a_run_may_stay(sealed: Path, tmp_path: Path) -> None:
    shutil.copytree(sealed, tmp_path / "run")
    (tmp_path / "run/STOP").touch()
    assert verify(tmp_path / "run") == ()


def test_a_signature_and_a_time_stamp_may_be_added_later(sealed: Path, tmp_path: Path) -> None:
    shutil.copytree(sealed, tmp_path / "run")
    for name in ("manifest.dsse.json", "manifest.tsr"):
        (tmp_path / "run/record" / name).write_bytes(b"{}")
    assert verify(tmp_path / "run") == ()


def test_a_damaged_zip_is_told(sealed: Path, tmp_path: Path) -> None:
    pack(sealed, tmp_path / "run.zip")
    whole = (tmp_path / "run.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[:-30])
    with pytest.raises(EvidenceError, match="the zip is damaged or was cut off"):
        verify(tmp_path / "cut.zip")
    at = whole.index(b"record/exchanges.jsonl") + 100
    (tmp_path / "bad.zip").write_bytes(whole[:at] + b"\xff\xff\xff" + whole[at + 3 :])
    assert any(each.startswith("record/exchanges.jsonl: cannot be read") for each in verify(tmp_path / "bad.zip"))


def test_a_zip_that_holds_a_file_twice_is_told(sealed: Path, tmp_path: Path) -> None:
    pack(sealed, tmp_path / "run.zip")
    with zipfile.ZipFile(tmp_path / "run.zip", "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("record/plan.json", b"{}")
    assert "record/plan.json: the zip holds it 2 times" in verify(tmp_path / "run.zip")


def test_what_is_no_bundle_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="expected a bundle"):
        verify(tmp_path)


def test_a_compression_of_our_own_is_plain_gzip(sealed: Path) -> None:
    assert gzip.decompress((sealed / SEGMENT).read_bytes()).startswith(b"WARC/1.1\r\nWARC-Type: warcinfo\r\n")
