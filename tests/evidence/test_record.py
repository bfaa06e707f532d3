"""What a run writes is what a reader gets."""

import asyncio
import base64
import dataclasses
import gzip
import os
from pathlib import Path

import pytest

from cpo_probe.errors import EvidenceError
from cpo_probe.evidence import Bundle, RecordWriter, verify, writer
from cpo_probe.model import Evidence, Exchange, Exchanges, Failure, FailureKind, Limits, Tls, UnitState, Wire
from tests.evidence.made import exchange, failed, inventory, plan, record, target, unit

JSON = ("Content-Type", "application/json")
GZIP = ("Content-Encoding", "gzip")
CHAIN = (base64.b64encode(b"leaf certificate").decode(), base64.b64encode(b"root certificate").decode())


async def written(folder: Path, *made: tuple[Exchange, Wire]) -> Bundle:
    recorder = RecordWriter.create(folder, plan())
    for each in made:
        await recorder.write(*each)
    recorder.seal()
    assert verify(folder) == ()
    return Bundle.open(folder)


@pytest.mark.parametrize(
    "made",
    [
        exchange("000001"),
        exchange("000001", body=b"", status=204),
        exchange("000001", body=b"\x00\xff\r\n\r\nWARC/1.1\r\n", headers=(("Content-Type", "application/octet-stream"),)),
        exchange("000001", body=b"plain" * 99, stored=gzip.compress(b"plain" * 99), headers=(JSON, GZIP)),
        exchange("000001", headers=(("Set-Cookie", "a=1"), ("set-cookie", "b=2"), ("X-Empty", ""), ("X-Colon", "a: b"))),
        exchange("000001", headers=(("Content-Disposition", 'filename="' + bytes(range(128, 256)).decode("iso-8859-1") + '"'),)),
        exchange("000001", body=b'{"half":', failure=Failure(FailureKind.DISCONNECTED, "peer closed")),
        exchange("000001", tls=Tls("TLSv1.3", "TLS_AES_128_GCM_SHA256", CHAIN)),
        exchange("000001", sent=b'{"q":1}', attempt=3, follows="000009", role="retry", note={"a": [1, None, "ü", {"b": 1.5}]}),
        failed("000001"),
        failed("000001", FailureKind.DNS, peer=None),
    ],
)
async def test_an_exchange_is_read_back_as_it_was_recorded(tmp_path: Path, made: tuple[Exchange, Wire]) -> None:
    with await written(tmp_path / "run", made) as bundle:
        assert bundle.exchange("000001") == made[0]
        assert bundle.wire("000001") == made[1]


async def test_a_body_beyond_eight_megabytes_lies_in_a_file_of_its_own_once(tmp_path: Path) -> None:
    body = os.urandom(2**20) * 9
    made = [exchange(f"{n:06d}", body=body, sent=body, headers=(("Content-Type", "model/step"),)) for n in (1, 2)]
    with await written(tmp_path / "run", *made) as bundle:
        assert [e == made[n][0] for n, e in enumerate(bundle.exchanges())] == [True, True]
    assert [path.stat().st_size for path in (tmp_path / "run/record/payloads").iterdir()] == [len(body)]
    assert (tmp_path / "run/record/traffic/00001.warc.gz").stat().st_size < 10_000


async def test_a_body_is_decoded_no_further_than_the_limit_of_the_plan(tmp_path: Path) -> None:
    limits = Limits(decoded_bytes=1000)
    bomb = gzip.compress(b"0" * 10_000)
    recorder = RecordWriter.create(tmp_path / "run", plan(target=target(limits=limits)))
    await recorder.write(
        *exchange("000001", body=b"", stored=bomb, headers=(GZIP,), failure=Failure(FailureKind.BOMB, "more than 1000 bytes"))
    )
    recorder.close()
    with Bundle.open(tmp_path / "run") as bundle:
        assert bundle.exchange("000001").body == b"0" * 1000


async def test_a_head_without_its_empty_line_gets_it(tmp_path: Path) -> None:
    made, wire = exchange("000001")
    bare = dataclasses.replace(wire, request_head=wire.request_head[:-2], response_head=wire.response_head[:-4])
    with await written(tmp_path / "run", (made, bare)) as bundle:
        assert bundle.wire("000001") == wire


async def test_exchanges_written_at_the_same_time_do_not_mix(tmp_path: Path) -> None:
    recorder = RecordWriter.create(tmp_path / "run", plan())
    big = b"x" * (writer.INLINE_BYTES + 1)
    made = [exchange(recorder.next_id(), body=big if n % 3 == 0 else b"{}", path=f"/items/{n}") for n in range(30)]
    async with asyncio.TaskGroup() as group:
        for each in reversed(made):
            group.create_task(recorder.write(*each))
    recorder.seal()
    assert verify(tmp_path / "run") == ()
    with Bundle.open(tmp_path / "run") as bundle:
        assert list(bundle.exchanges()) == [each for each, _ in made]  # in the order of ids, not of writing


def test_a_segment_that_is_full_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "SEGMENT_BYTES", 3_000)
    record(tmp_path / "run", 20)
    assert len(list((tmp_path / "run/record/traffic").iterdir())) > 2
    assert verify(tmp_path / "run") == ()
    with Bundle.open(tmp_path / "run") as bundle:
        assert [each.id for each in bundle.exchanges()] == [f"{n:06d}" for n in range(1, 21)]


def test_exchanges_are_selected_by_purpose_interface_operation_and_group(tmp_path: Path) -> None:
    with Bundle.open(record(tmp_path / "run")) as bundle:
        assert isinstance(bundle.exchanges(), Exchanges)
        evidence: Evidence = bundle
        assert [e.id for e in evidence.select(purpose="rest.*")] == ["000002", "000003", "000004", "000005", "000006"]
        assert [e.id for e in evidence.select(purpose="rest.read", group="g1")] == ["000003", "000005"]
        assert [e.id for e in evidence.select(interface="", operation="")] == ["000001"]
        assert len(evidence.select(purpose="nothing.*")) == 0
        ids = bundle.ids(operation="GET /items")
        assert (len(ids), ids[0], ids[-1], list(ids[1:3])) == (5, "000002", "000006", ["000003", "000004"])
        keys = list(bundle.keys())
        assert [(key.id, key.status, key.failed) for key in keys[-2:]] == [("000005", 200, False), ("000006", 0, True)]
        assert keys[1].group == "g0"


def test_a_selection_can_be_walked_twice(tmp_path: Path) -> None:
    with Bundle.open(record(tmp_path / "run")) as bundle:
        chosen = bundle.select(purpose="rest.read")
        assert list(chosen) == list(chosen)


@pytest.mark.parametrize("id", ["000099", "1", "", "00000a", "-00001", "٠٠٠٠٠١", "9" * 5000])
def test_an_id_that_is_not_there_is_an_error_that_names_the_last_one(tmp_path: Path, id: str) -> None:
    with Bundle.open(record(tmp_path / "run")) as bundle, pytest.raises(EvidenceError, match="the last one here is 000006"):
        bundle.exchange(id)
    with Bundle.open(tmp_path / "run") as bundle, pytest.raises(EvidenceError, match="holds no exchange"):
        bundle.key(id)


async def test_an_attempt_that_was_repeated_is_kept_but_left_out(tmp_path: Path) -> None:
    recorder = RecordWriter.create(tmp_path / "run", plan())
    for attempt, name in ((1, "a"), (1, "b"), (2, "a")):
        await recorder.write(*exchange(recorder.next_id(), attempt=attempt, unit=name))
        recorder.unit(unit(name, attempt, UnitState.PARTIAL if (attempt, name) == (1, "a") else UnitState.DONE))
    recorder.close()
    with Bundle.open(tmp_path / "run") as bundle:
        assert list(bundle.ids()) == ["000002", "000003"]
        assert [key.id for key in bundle.keys()] == ["000002", "000003"]
        assert [(u.id, u.attempt, u.state.value) for u in bundle.units()] == [("b", 1, "done"), ("a", 2, "done")]
        assert bundle.exchange("000001").attempt == 1
        assert bundle.key("000001").purpose == "rest.read"
        assert bundle.attempts() == {"a": 2, "b": 1}


async def test_an_attempt_marked_superseded_counts_no_more_even_before_the_next_one_asked(tmp_path: Path) -> None:
    recorder = RecordWriter.create(tmp_path / "run", plan())
    await recorder.write(*exchange(recorder.next_id(), unit="a"))
    recorder.unit(unit("a", 1, UnitState.SUPERSEDED))
    recorder.close()
    with Bundle.open(tmp_path / "run") as bundle:
        assert list(bundle.ids()) == []
        assert bundle.units() == ()


async def test_a_run_can_look_at_its_own_record_while_it_grows(tmp_path: Path) -> None:
    recorder = RecordWriter.create(tmp_path / "run", plan())
    with Bundle.open(tmp_path / "run") as bundle:
        assert len(bundle.exchanges()) == 0
        await recorder.write(*exchange(recorder.next_id(), unit="a"))
        heads = {bundle.head}
        bundle.refresh()
        heads.add(bundle.head)
        assert list(bundle.ids()) == ["000001"]
        await recorder.write(*exchange(recorder.next_id(), unit="a", attempt=2))
        bundle.refresh()
        assert list(bundle.ids()) == ["000002"]
        assert len({*heads, bundle.head}) == 3
        assert not bundle.sealed
    recorder.close()


async def test_the_inventory_is_frozen_after_a_row_and_named_by_the_next(tmp_path: Path) -> None:
    recorder = RecordWriter.create(tmp_path / "run", plan())
    await recorder.write(*exchange(recorder.next_id()))
    with Bundle.open(tmp_path / "run") as bundle:
        assert not bundle.frozen
        with pytest.raises(EvidenceError, match="the run ended during discovery"):
            bundle.inventory  # noqa: B018
    recorder.inventory(inventory())
    with pytest.raises(EvidenceError, match="is frozen already"):
        recorder.inventory(inventory())
    await recorder.write(*exchange(recorder.next_id()))
    recorder.seal()
    assert verify(tmp_path / "run") == ()
    with Bundle.open(tmp_path / "run") as bundle:
        assert dataclasses.replace(bundle.inventory, digest="") == inventory()
        assert bundle.inventory.digest
        assert bundle.frozen


def test_sealing_twice_gives_the_same_head_and_nothing_can_be_written_after(tmp_path: Path) -> None:
    recorder = RecordWriter.create(tmp_path / "run", plan())
    first = recorder.seal()
    assert recorder.seal() == first
    with Bundle.open(tmp_path / "run") as bundle:
        assert (bundle.sealed, bundle.head) == (True, first)
    with pytest.raises(EvidenceError, match="is closed"):
        recorder.unit(unit())
    with pytest.raises(EvidenceError, match="is sealed and stays as it is"):
        RecordWriter.resume(tmp_path / "run")


def test_a_record_is_never_begun_over_another(tmp_path: Path) -> None:
    record(tmp_path / "run")
    with pytest.raises(EvidenceError, match="holds a record already: name another folder"):
        RecordWriter.create(tmp_path / "run", plan())


def test_a_folder_in_which_nothing_but_the_beginning_was_made_is_begun_anew(tmp_path: Path) -> None:
    RecordWriter.create(tmp_path / "run", plan()).close()
    (tmp_path / "run/record/plan.json").unlink()
    RecordWriter.create(tmp_path / "run", plan()).close()
    record(tmp_path / "other", seal=False)
    (tmp_path / "other/record/plan.json").unlink()
    with pytest.raises(EvidenceError, match="holds a record already"):
        RecordWriter.create(tmp_path / "other", plan())


async def test_a_write_that_was_cancelled_adds_nothing_to_a_sealed_record(tmp_path: Path) -> None:
    recorder = RecordWriter.create(tmp_path / "run", plan())
    await recorder.write(*exchange(recorder.next_id()))
    big = b"x" * (writer.PAYLOAD_BYTES * 2)
    task = asyncio.create_task(recorder.write(*exchange(recorder.next_id(), body=big)))
    await asyncio.sleep(0)
    task.cancel()
    recorder.seal()
    assert verify(tmp_path / "run") == ()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.get_running_loop().shutdown_default_executor()
    assert verify(tmp_path / "run") == ()
    with Bundle.open(tmp_path / "run") as bundle:
        assert list(bundle.ids()) == ["000001"]


def test_files_kept_as_evidence_are_read_back_by_name_and_digest(tmp_path: Path) -> None:
    with Bundle.open(record(tmp_path / "run")) as bundle:
        (kept,) = bundle.artifacts()
        assert (kept.name, kept.size, bundle.payload(kept.digest)) == ("part.stp", 13, b"ISO-10303-21;")
        assert bundle.file(kept).read_bytes() == b"ISO-10303-21;"
    (tmp_path / "run/record/payloads" / kept.digest).write_bytes(b"ISO-10303-22;")
    with Bundle.open(tmp_path / "run") as bundle:
        with pytest.raises(EvidenceError, match="was changed"):
            bundle.payload(kept.digest)
        with pytest.raises(EvidenceError, match="was changed"):
            bundle.file(kept)


def test_two_processes_do_not_write_one_record(tmp_path: Path) -> None:
    recorder = RecordWriter.create(tmp_path / "run", plan())
    with pytest.raises(EvidenceError, match="is being written by another"):
        RecordWriter.resume(tmp_path / "run")
    recorder.close()
    RecordWriter.resume(tmp_path / "run").close()


@pytest.mark.parametrize("what", ["nothing", "folder", "file", "empty record"])
def test_what_is_no_bundle_is_refused_with_what_was_expected(tmp_path: Path, what: str) -> None:
    path = tmp_path / "x"
    if what == "file":
        path.write_text("x")
    elif what != "nothing":
        (path / ("record" if what == "empty record" else "other")).mkdir(parents=True)
    with pytest.raises(EvidenceError, match="expected a bundle"):
        Bundle.open(path)


def test_a_bundle_of_another_format_version_is_refused_with_the_version_that_reads_it(tmp_path: Path) -> None:
    RecordWriter.create(tmp_path / "run", plan(format="cpo-probe-bundle/9", engine="9.0")).close()
    with pytest.raises(EvidenceError, match=r"found cpo-probe-bundle/9: read it .* wrote it, 9\.0"):
        Bundle.open(tmp_path / "run")


def test_the_environment_names_the_versions_of_the_libraries_but_no_host(tmp_path: Path) -> None:
    text = (record(tmp_path / "run") / "record/environment.json").read_text()
    assert '"msgspec":"' in text
    assert os.uname().nodename not in text


def test_attestations_and_judgements_are_found_beside_the_record(tmp_path: Path) -> None:
    folder = record(tmp_path / "run")
    (folder / "attestations").mkdir()
    (folder / "attestations/PAR-01.json").write_text(
        '{"criterion":"PAR-01","answer":"fulfilled","person":"A","date":"2025-01-01","expires":"2026-01-01","statement":"s","files":{}}'
    )
    with Bundle.open(folder) as bundle:
        (bundle.judgement("abc") / "findings.jsonl").write_text("")
        assert bundle.judgements() == ("abc",)
        assert [a.person for a in bundle.attestations()] == ["A"]
    assert verify(folder) == ()


def test_reading_finds_a_segment_that_was_changed(tmp_path: Path) -> None:
    folder = record(tmp_path / "run")
    segment = folder / "record/traffic/00001.warc.gz"
    data = bytearray(segment.read_bytes())
    data[-40] ^= 1
    segment.write_bytes(data)
    with Bundle.open(folder) as bundle, pytest.raises(EvidenceError, match=r"exchange 000006, .* changed or cut off"):
        bundle.exchange("000006")
