"""Answers that are files: what is too big for memory goes to the record while it arrives, without secrets, and whole."""

import asyncio
import gzip
import hashlib
import io
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from cpo_probe.evidence import Bundle, RecordWriter, verify
from cpo_probe.model import FORMAT, BasicAuth, Inventory
from cpo_probe.session import Session
from cpo_probe.session.room import BEGINNING, IN_MEMORY
from tests.session.support import LIMITS, Secrets, ask, make_plan, make_target, reply, sending

WORD = "correct-horse-battery"
LINE = b"#1=CARTESIAN_POINT('',(0.,0.,0.));\n"
BIG = (LINE * (IN_MEMORY // len(LINE) + 100_000))[: IN_MEMORY + 3 * 2**20]
ROOM = 64 * 2**20


@asynccontextmanager
async def recorded(folder: Path, url: str) -> AsyncIterator[Session]:
    limits = replace(LIMITS, wire_bytes=2**20, decoded_bytes=2**20, read_seconds=5.0, exchange_seconds=30.0)
    plan = make_plan(make_target(url, auth=BasicAuth("joe", "env:WORD"), limits=limits))
    with RecordWriter.create(folder, plan) as writer:
        async with Session(plan, writer, Secrets({"env:WORD": WORD})) as session:
            yield session
        writer.inventory(Inventory(FORMAT, (), (), (), False, ""))
        writer.seal()
    assert verify(folder) == ()


def payloads(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "record/payloads").iterdir()}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("coding", ["", "gzip"])
async def test_a_body_beyond_memory_lies_in_the_record_and_its_exchange_shows_the_beginning(tmp_path: Path, coding: str) -> None:
    sent = gzip.compress(BIG, 0) if coding else BIG
    headers = (("Content-Encoding", coding),) if coding else ()
    async with sending(reply(200, sent, *headers)) as server, recorded(tmp_path / "run", server.url) as session:
        exchange = await session.send(ask(max_bytes=ROOM))
    assert exchange.complete and exchange.response is not None
    assert exchange.response.stored == hashlib.sha256(BIG).hexdigest()
    assert (exchange.body, exchange.response.wire_bytes) == (BIG[:BEGINNING], len(sent))
    assert exchange.response.document.problem == "stored"
    assert payloads(tmp_path / "run") == {hashlib.sha256(data).hexdigest(): data for data in {BIG, sent}}
    with Bundle.open(tmp_path / "run") as bundle:
        assert bundle.exchange(exchange.id) == exchange


async def test_a_small_file_is_an_answer_like_any_other_and_can_be_kept(tmp_path: Path) -> None:
    async with sending(reply(200, b"ISO-10303-21;")) as server, recorded(tmp_path / "run", server.url) as session:
        exchange = await session.send(ask(max_bytes=ROOM))
        kept = await session.keep([exchange], "part.stp", "model/step")
    assert exchange.body == b"ISO-10303-21;"
    with Bundle.open(tmp_path / "run") as bundle:
        assert bundle.artifacts() == (kept,)
        assert (kept.name, kept.media_type, kept.exchanges) == ("part.stp", "model/step", (exchange.id,))
        assert bundle.file(kept).read_bytes() == exchange.body


@pytest.mark.parametrize("coding", ["", "gzip"])
async def test_a_secret_in_a_file_is_replaced_before_it_is_named(tmp_path: Path, coding: str) -> None:
    place = 4 * 2**20 - 5  # across the border between two pieces
    data = BIG[:place] + WORD.encode() + BIG[place:]
    sent = gzip.compress(data, 0) if coding else data
    headers = (("Content-Encoding", coding),) if coding else ()
    async with sending(reply(200, sent, *headers)) as server, recorded(tmp_path / "run", server.url) as session:
        exchange = await session.send(ask(max_bytes=ROOM))
    (found,) = payloads(tmp_path / "run").values()
    assert WORD.encode() not in found
    assert found.startswith(BIG[:place] + b"[redacted:") and found.endswith(BIG[place:])
    assert [span.part for span in exchange.redacted if span.part == "response.body"] == ["response.body"]
    with Bundle.open(tmp_path / "run") as bundle:
        assert bundle.exchange(exchange.id) == exchange
        assert bundle.exchange(exchange.id).header("content-encoding") is None


async def test_beyond_its_own_limit_a_file_is_cut_and_says_so(tmp_path: Path) -> None:
    async with sending(reply(200, BIG)) as server, recorded(tmp_path / "run", server.url) as session:
        exchange = await session.send(ask(max_bytes=9 * 2**20))
    assert exchange.failure is not None and exchange.failure.kind == "too_large"
    assert payloads(tmp_path / "run") == {hashlib.sha256(BIG[: 9 * 2**20]).hexdigest(): BIG[: 9 * 2**20]}


async def test_an_error_in_place_of_a_file_has_no_more_room_than_any_answer(tmp_path: Path) -> None:
    async with sending(reply(404, BIG)) as server, recorded(tmp_path / "run", server.url) as session:
        exchange = await session.send(ask(max_bytes=ROOM))
    assert exchange.failure is not None and exchange.failure.kind == "too_large"
    assert len(exchange.body) == 2**20


async def test_parts_that_several_answers_brought_become_one_file(tmp_path: Path) -> None:
    first, second = BIG[:-40], BIG[-40:]
    async with recorded(tmp_path / "run", "http://127.0.0.1:1/") as session:
        found = []
        for part in (first, second):
            async with sending(reply(200, part)) as server:
                session._guard._hosts.add(("127.0.0.1", server.port))
                found.append(await session.send(ask(server.url, max_bytes=ROOM)))
        kept = await session.keep(found, "big.stp", "")
    assert (kept.digest, kept.size) == (hashlib.sha256(BIG).hexdigest(), len(BIG))
    assert kept.exchanges == tuple(exchange.id for exchange in found)


async def test_members_of_a_package_become_files_and_links_and_broken_ones_do_not(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("deep.csv", b"a;b")
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("../../escape.stp", b"ISO-10303-21;")
        archive.writestr("folder/", b"")
        archive.writestr("inner.zip", inner.getvalue())
        link = zipfile.ZipInfo("link")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, b"/etc/passwd")
    async with sending(reply(200, outer.getvalue())) as server, recorded(tmp_path / "run", server.url) as session:
        await session.keep([await session.send(ask(max_bytes=ROOM))], "all.zip", "application/zip")
    with Bundle.open(tmp_path / "run") as bundle:
        told = [(kept.id, kept.name, kept.parent) for kept in bundle.artifacts()]
    assert told == [
        ("a000001", "all.zip", ""),
        ("a000002", "../../escape.stp", "a000001"),
        ("a000003", "inner.zip", "a000001"),
        ("a000004", "deep.csv", "a000003"),
    ]
    assert names(tmp_path) == ["run"]


async def test_what_is_broken_off_leaves_no_half_file(tmp_path: Path) -> None:
    cut = reply(200, BIG)[: IN_MEMORY + 2**20]
    async with sending(cut, close=False) as server, recorded(tmp_path / "run", server.url) as session:
        asking = asyncio.create_task(session.send(ask(max_bytes=ROOM)))
        while not names(tmp_path / "run/record/payloads"):  # noqa: ASYNC110 - a file, and nobody who tells of it
            await asyncio.sleep(0.01)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
    assert payloads(tmp_path / "run") == {}
