"""Is a content coding removed faithfully, and does no body break the bound?"""

import gzip
import random
import tracemalloc
import zlib
from collections.abc import Callable
from functools import partial

import brotli  # type: ignore[import-untyped]
import pytest

from cpo_probe.model import FailureKind
from cpo_probe.protocols.http.coding import MAX_MEMBERS, Decoded, Decoder, decode

TEXT = random.Random(1).randbytes(3000) + "Schraube M8×40 ".encode() * 500
LIMIT = 10**6


def raw_deflate(data: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(data) + engine.flush()


CODED = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT),
    "GZip": gzip.compress(TEXT),
    "deflate": zlib.compress(TEXT),
    "br": brotli.compress(TEXT),
    "identity": TEXT,
    "": TEXT,
    "gzip, br": brotli.compress(gzip.compress(TEXT)),
    "gzip, identity, deflate": zlib.compress(gzip.compress(TEXT)),
}


@pytest.mark.parametrize("coding", CODED)
def test_every_coding_gives_the_body_back(coding: str) -> None:
    assert decode(CODED[coding], coding, LIMIT) == Decoded(TEXT, None)


@pytest.mark.parametrize("coding", CODED)
@pytest.mark.parametrize("step", [1, 7, 1000])
def test_pieces_of_any_size_give_the_same_body(coding: str, step: int) -> None:
    decoder, body = Decoder(coding, LIMIT), CODED[coding]
    out = b"".join(decoder.feed(body[i : i + step]) for i in range(0, len(body), step))
    assert (out, decoder.finish(), decoder.decoded) == (TEXT, None, len(TEXT))


def test_deflate_without_the_zlib_wrapper_is_read_too() -> None:
    assert decode(raw_deflate(TEXT), "deflate", LIMIT) == Decoded(TEXT, None)


def test_gzip_members_follow_one_another_and_zero_bytes_pad_the_end() -> None:
    body = gzip.compress(b"one ") + gzip.compress(b"") + gzip.compress(b"two") + bytes(20)
    assert decode(body, "gzip", LIMIT) == Decoded(b"one two", None)


@pytest.mark.parametrize("coding", CODED)
def test_an_empty_body_has_no_coding_to_break(coding: str) -> None:
    assert decode(b"", coding, LIMIT) == Decoded(b"", None)


@pytest.mark.parametrize("coding", ["zstd", "compress", "gzip, quark", "gzip,gzip,gzip,gzip,gzip"])
def test_a_coding_nobody_announced_is_a_problem_and_not_a_guess(coding: str) -> None:
    assert decode(TEXT, coding, LIMIT) == Decoded(b"", FailureKind.CODING)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "gzip, br"])
def test_a_body_cut_short_keeps_what_could_be_read(coding: str) -> None:
    decoded = decode(CODED[coding][:-5], coding, LIMIT)
    assert decoded.problem is FailureKind.CODING
    assert TEXT.startswith(decoded.body)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_bytes_in_another_coding_are_a_problem(coding: str) -> None:
    assert decode(b"<html>not compressed at all</html>", coding, LIMIT).problem is FailureKind.CODING


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_something_after_the_end_is_a_problem_and_the_body_is_kept(coding: str) -> None:
    assert decode(CODED[coding] + b"trailer", coding, LIMIT) == Decoded(TEXT, FailureKind.CODING)


def test_something_after_the_end_of_brotli_is_a_problem_before_anything_is_handed_out() -> None:
    assert decode(CODED["br"] + b"trailer", "br", LIMIT) == Decoded(b"", FailureKind.CODING)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "gzip, br", ""])
def test_exactly_the_limit_is_allowed_and_one_byte_more_is_not(coding: str) -> None:
    assert decode(CODED[coding], coding, len(TEXT)) == Decoded(TEXT, None)
    assert decode(CODED[coding], coding, len(TEXT) - 1) == Decoded(TEXT[:-1], FailureKind.BOMB)


BOMBS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": partial(brotli.compress, quality=1),
}


@pytest.mark.parametrize("coding", BOMBS)
def test_a_bomb_costs_no_more_memory_than_the_limit(coding: str) -> None:
    bomb = BOMBS[coding](bytes(50_000_000))
    tracemalloc.start()
    decoded = decode(bomb, coding, 100_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert decoded == Decoded(bytes(100_000), FailureKind.BOMB)
    assert peak < 5_000_000


@pytest.mark.parametrize("limit", [1000, 100_000])
def test_a_bomb_inside_a_bomb_stops(limit: int) -> None:
    bomb = gzip.compress(gzip.compress(bytes(50_000_000)))
    assert decode(bomb, "gzip, gzip", limit).problem is FailureKind.BOMB


def test_a_flood_of_empty_members_ends() -> None:
    assert decode(gzip.compress(b"") * (MAX_MEMBERS + 1), "gzip", LIMIT).problem is FailureKind.CODING


def test_nothing_comes_after_a_problem() -> None:
    decoder = Decoder("gzip", 10)
    assert decoder.feed(gzip.compress(bytes(100))) == bytes(10)
    assert decoder.feed(gzip.compress(bytes(100))) == b""
    assert decoder.finish() is FailureKind.BOMB
