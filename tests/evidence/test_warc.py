"""The segments are read by warcio, which knows nothing of us."""

import asyncio
import gzip
import uuid
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from cpo_probe.evidence import RecordWriter, writer
from cpo_probe.model import Exchange, Failure, FailureKind, Wire
from tests.evidence.made import BASE, exchange, failed, plan, record


def records(folder: Path, *, strict: bool = True) -> list[tuple[str, dict[str, str], Any, bytes]]:
    """Type, fields, HTTP head and decoded payload of every record; digests are checked on the way."""
    found = []
    for path in sorted((folder / "record/traffic").iterdir()):
        with path.open("rb") as file:
            for each in ArchiveIterator(file, check_digests="raise", verify_http=strict):
                found.append((each.rec_type, dict(each.rec_headers.headers), each.http_headers, each.content_stream().read()))
    return found


def write(folder: Path, *made: tuple[Exchange, Wire]) -> None:
    with RecordWriter.create(folder, plan()) as recorder:
        for each in made:
            asyncio.run(recorder.write(*each))


def test_a_request_and_its_response_name_each_other_and_carry_the_bytes(tmp_path: Path) -> None:
    body = b'{"n":1}'
    write(tmp_path, exchange("000001", body=body, stored=gzip.compress(body), headers=(("Content-Encoding", "gzip"),), sent=b"q"))
    info, request, response = records(tmp_path)
    assert info[0] == "warcinfo"
    assert b"isPartOf: run-1\r\n" in info[3]
    assert [r[0] for r in (request, response)] == ["request", "response"]
    assert request[1]["WARC-Concurrent-To"] == response[1]["WARC-Record-ID"]
    assert response[1]["WARC-Concurrent-To"] == request[1]["WARC-Record-ID"]
    assert (request[1]["WARC-Date"], request[1]["WARC-IP-Address"]) == ("2025-03-01T08:00:01.000000Z", "192.0.2.7")
    assert request[1]["WARC-Target-URI"] == BASE + "/items"
    assert (request[2].statusline, request[3]) == ("/api/items HTTP/1.1", b"q")
    assert (response[2].get_statuscode(), response[3]) == ("200", body)
    assert "WARC-Truncated" not in response[1]


def test_every_record_is_a_gzip_member_of_its_own(tmp_path: Path) -> None:
    record(tmp_path, 3)
    data = (tmp_path / "record/traffic/00001.warc.gz").read_bytes()
    assert data.count(b"\x1f\x8b\x08\x00\x00\x00\x00\x00") == len(records(tmp_path)) == 1 + 2 + 2 + 2


def test_a_failed_exchange_is_the_request_and_a_metadata_record_with_the_reason(tmp_path: Path) -> None:
    write(tmp_path, failed("000001"))
    _, request, metadata = records(tmp_path)
    assert (request[0], metadata[0]) == ("request", "metadata")
    assert metadata[1]["WARC-Concurrent-To"] == request[1]["WARC-Record-ID"]
    assert metadata[1]["Content-Type"] == "application/warc-fields"
    assert metadata[3] == b"failure: refused\r\ndetail: connection refused  by the peer\r\n"


def test_a_body_that_ended_early_is_marked_with_the_reason(tmp_path: Path) -> None:
    reasons = {
        FailureKind.DISCONNECTED: "disconnect",
        FailureKind.READ_TIMEOUT: "time",
        FailureKind.DEADLINE: "time",
        FailureKind.TOO_LARGE: "length",
        FailureKind.BOMB: "length",
        FailureKind.PROTOCOL: "unspecified",
        FailureKind.CODING: None,  # the bytes are all there, they only cannot be decoded
    }
    write(tmp_path, *(exchange(f"{n:06d}", failure=Failure(kind, "x")) for n, kind in enumerate(reasons, 1)))
    found = [fields.get("WARC-Truncated") for kind, fields, _, _ in records(tmp_path) if kind == "response"]
    assert found == list(reasons.values())


def test_a_body_kept_outside_is_a_revisit_record_that_names_the_file(tmp_path: Path) -> None:
    body = b"0123456789" * (writer.PAYLOAD_BYTES // 10 + 1)
    write(tmp_path, exchange("000001", body=body))
    _, _, response = records(tmp_path)
    assert response[0] == "revisit"
    assert response[1]["WARC-Profile"] == "urn:cpo-probe:warc-profile:payload-file:1"
    assert (response[2].get_statuscode(), response[3]) == ("200", b"")
    assert (tmp_path / "record" / response[1]["Payload-File"]).read_bytes() == body
    assert response[1]["WARC-Payload-Digest"] == "sha256:" + Path(response[1]["Payload-File"]).name


def test_record_ids_are_different_for_every_record_and_valid_uuids(tmp_path: Path) -> None:
    record(tmp_path, 9)
    ids = [fields["WARC-Record-ID"] for _, fields, _, _ in records(tmp_path)]
    assert len(set(ids)) == len(ids)
    assert all(uuid.UUID(id.removeprefix("<urn:uuid:").removesuffix(">")).version == 8 for id in ids)


def test_line_breaks_and_foreign_letters_in_a_url_do_not_break_the_record(tmp_path: Path) -> None:
    write(tmp_path, exchange("000001", path="/a\r\nWARC-Type: fake/ü"))
    uris = [fields["WARC-Target-URI"] for kind, fields, _, _ in records(tmp_path, strict=False) if kind == "request"]
    assert uris == [BASE + "/a%0D%0AWARC-Type:%20fake/%C3%BC"]
