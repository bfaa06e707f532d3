"""Faults, each an answer that no server should give."""

import asyncio
import gzip
import json
from collections.abc import Callable

from tests.faults.little import DATE, JSON, Fault, Little, answers, problem, sends
from tests.session.support import Got, reply

REPORT = b'{"title": "Parts", "count": 7}'
HEAD = b"HTTP/1.1 200 OK\r\nDate: Tue, 03 Jun 2025 10:00:00 GMT\r\nContent-Type: application/json\r\n"


def labelled(body: bytes, *headers: tuple[str, str]) -> bytes:
    """200 with that body, called JSON."""
    return reply(200, body, DATE, JSON, *headers)


async def never(got: Got, writer: asyncio.StreamWriter) -> None:
    """No answer at all, and the connection stays open."""
    await asyncio.Event().wait()


async def drip(got: Got, writer: asyncio.StreamWriter) -> None:
    """A byte now and then, always before the time for one byte is over."""
    writer.write(HEAD + b"Content-Length: 100000\r\n\r\n{")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def endless(got: Got, writer: asyncio.StreamWriter) -> None:
    """A body without an end."""
    writer.write(HEAD + b"\r\n[")
    while True:
        writer.write(b'"more and more", ' * 200)
        await writer.drain()


CUT_OFF = sends(HEAD + b"Content-Length: 100\r\n\r\n" + REPORT, close=True)
TOO_LONG = sends(HEAD + b"Content-Length: 9\r\n\r\n" + REPORT)
NO_HTTP = sends(b"SSH-2.0-OpenSSH_9.6\r\n", close=True)
BOMB = sends(labelled(gzip.compress(b'{"title": "' + bytes(5_000_000) + b'"}'), ("Content-Encoding", "gzip")))
NOT_PACKED = sends(labelled(REPORT, ("Content-Encoding", "gzip")))
CIRCLE = sends(reply(302, b"", DATE, ("Location", "/report")))
LATIN = sends(labelled('{"title": "Müller", "count": 7}'.encode("latin-1")))
DEEP = sends(labelled(b'{"title": "Parts", "count": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"))
LOG_IN = sends(
    reply(200, b'<!doctype html><form><input type="password"></form>', DATE, ("Content-Type", "text/html; charset=utf-8"))
)
STORM = sends(problem(429, "Too many requests."))
POLITE_STORM = sends(problem(429, "Too many requests.", ("Retry-After", "0")))
LONG_STORM = sends(problem(429, "Too many requests.", ("Retry-After", "86400")))


def third_time_lucky(*headers: tuple[str, str]) -> Fault:
    """503 twice, then the right answer, then 503 twice again."""
    tries = 0

    async def fault(got: Got, writer: asyncio.StreamWriter) -> None:
        nonlocal tries
        tries += 1
        writer.write(problem(503, "Not now.", *headers) if tries % 3 else answers(200, json.loads(REPORT)))
        await writer.drain()

    return fault


def instead(little: Little, when: Callable[[Got], bool], fault: Fault) -> Fault:
    """That fault where `when` says so, and the right answer elsewhere."""

    async def answer(got: Got, writer: asyncio.StreamWriter) -> None:
        if when(got):
            await fault(got, writer)
            return
        writer.write(little.answer(got))
        await writer.drain()

    return answer
