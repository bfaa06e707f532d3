"""What does a large SOAP service cost: those who are asked beside it, and against zeep by itself?

    python -m benchmarks.soap [--rounds N]

Beside: a run asks a REST interface without a pause, one request at a time, while the WSDL of 10 MB with 2,000 operations is
read, loaded by zeep and called; the same run without the SOAP service is the measure. Model: our model of that WSDL against
zeep's load of it. Answers: strict validation of answers of 200 kB, of one thing and of many, against zeep's reading of them. The
servers are a process of their own.
"""

import argparse
import dataclasses
import multiprocessing
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks._common import heading, live, seconds
from benchmarks._wsdl import answer, wsdl
from cpo_probe.cli.loading import House, open_house
from cpo_probe.cli.running import now
from cpo_probe.model import Declared, Exchange, Limits, Plan
from cpo_probe.protocols.soap import Envelope, read
from cpo_probe.protocols.soap.zeep_codec import ZeepCodec
from cpo_probe.protocols.wsdl import Validator, build, unpacked, validator
from cpo_probe.run import READ_ONLY, make_plan
from cpo_probe.target import load_target

OPERATIONS, SIZE, CALLED = 2_000, 10_000_000, 40
THINK = 0.004
"""Seconds that the REST interface takes for an answer: like a fast system, and long enough that processors are not all of it."""
STEADY = '''"""A REST interface, asked without a pause."""

from cpo_probe.sdk import Context, probe

TURNS = 500


async def asked(ctx: Context, purpose: str) -> None:
    for _ in range(TURNS):
        await ctx.get(ctx.interface.url + "/things", purpose=purpose, why="as fast as it answers")


@probe(needs="openapi", id="bench.first", purposes=("bench.first",), cost=TURNS)
async def first(ctx: Context) -> None:
    """While the WSDL is read."""
    await asked(ctx, "bench.first")


@probe(needs="openapi", id="bench.second", purposes=("bench.second",), after=("bench.first", "soap.description"), cost=TURNS)
async def second(ctx: Context) -> None:
    """While it is loaded by zeep, and called."""
    await asked(ctx, "bench.second")
'''
OPENAPI = b"""{"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/things": {"get": {"responses":
 {"200": {"description": "d"}}}}}}"""


def serve(pipe: Connection) -> None:
    """Both interfaces; sends its port, and ends with the other end."""
    pages: dict[str, tuple[str, bytes]] = {
        "/api/openapi.json": ("application/json", OPENAPI),
        "/api/things": ("application/json", b"[]"),
    }
    answers = [answer(n, 3) for n in range(CALLED)]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one piece
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            if self.path.endswith("/things"):
                time.sleep(THINK)
            self.say(*pages.get(self.path, ("", b"")))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            number = body.rpartition(b"getThing")[2].partition(b">")[0].partition(b"/")[0].strip()
            self.say("text/xml; charset=utf-8", answers[int(number)] if number.isdigit() and int(number) < CALLED else b"<no/>")

        def say(self, media: str, content: bytes) -> None:
            self.send_response(200 if media else 404)
            self.send_header("Content-Type", media or "text/plain")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port = server.server_address[1]
    pages["/large?wsdl"] = "text/xml", wsdl(OPERATIONS, SIZE, f"http://127.0.0.1:{port}/large")
    pipe.send(port)
    server.serve_forever()


@contextmanager
def serving() -> Iterator[str]:
    """The URL of both interfaces."""
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        process.terminate()
        process.join()


def plan_for(house: House, url: str, soap: bool) -> Plan:
    """The REST interface, with the SOAP service or without it."""
    rest = Declared("openapi", f"{url}/api", f"{url}/api/openapi.json", (), {})
    names = tuple(f"getThing{n}" for n in range(CALLED))
    large = Declared("wsdl", f"{url}/large", f"{url}/large?wsdl", names, {})
    limits = Limits(concurrency=4, rate=1e9, requests=100_000, brake=False)
    target = dataclasses.replace(load_target(url, roots=house.registry.roots), name="bench", limits=limits)
    target = dataclasses.replace(target, declared=(rest, large) if soap else (rest,))
    plan = make_plan(
        target, house.registry, house.catalogue, preset="nightly", run=uuid.uuid4().hex, created=now(), permissions=READ_ONLY
    )
    probes = ("bench.first", "bench.second", *(("soap.description", "soap.calls") if soap else ()))
    return dataclasses.replace(plan, probes=probes)


@dataclasses.dataclass(frozen=True, slots=True)
class Pace:
    """Of the REST interface: requests per second, the median of their seconds, and how long the SOAP service took."""

    rate: float
    median: float
    soap: float


def pace(house: House, url: str, soap: bool) -> Pace:
    """One run. Where there is a SOAP service, only what was asked until it was done counts."""
    with tempfile.TemporaryDirectory() as folder:
        bundle, _ = live(Path(folder) / "record", plan_for(house, url, soap), house)
        with bundle:
            exchanges = list(bundle.exchanges())
    spent = 0.0
    counted: list[Exchange] = []
    for purpose, probe in (("bench.first", "soap.description"), ("bench.second", "soap.calls")):
        steady = [e for e in exchanges if e.purpose == purpose]
        end = max((moment(e.at) for e in exchanges if e.probe == probe), default=moment(steady[-1].at))
        while len(steady) > 20 and moment(steady[-1].at) > end:
            steady.pop()
        counted += steady
        spent += moment(steady[-1].at) - moment(steady[0].at)
    called = [moment(e.at) for e in exchanges if e.probe == "soap.calls"]
    second = [moment(e.at) for e in exchanges if e.purpose == "bench.second"]
    took = called[-1] - second[0] if called else 0.0
    assert not soap or len(called) > CALLED, "the SOAP service was not called"
    return Pace(len(counted) / spent, statistics.median(e.timing.total for e in counted), took)


def moment(at: str) -> float:
    """Seconds of the day."""
    hours, minutes, rest = at.partition("T")[2].rstrip("Z").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def beside(rounds: int) -> None:
    """Rates and medians, the best round of each."""
    with tempfile.TemporaryDirectory() as folder, serving() as url:
        place = Path(folder) / "content" / "probes" / "bench"
        place.mkdir(parents=True)
        (place / "steady.py").write_text(STEADY, encoding="utf-8")
        house = open_house((Path(folder) / "content",), None, "en")
        both = [(pace(house, url, False), pace(house, url, True)) for _ in range(rounds)]
    alone, with_soap = zip(*both, strict=True)
    rate = max(p.rate for p in with_soap) / max(p.rate for p in alone)
    late = min(p.median for p in with_soap) / min(p.median for p in alone)
    print(f"  REST alone {max(p.rate for p in alone):.0f}/s, median {1000 * min(p.median for p in alone):.1f} ms")
    print(f"  beside SOAP, which takes {min(p.soap for p in with_soap):.1f} s from load to last call:")
    print(f"  {rate:.2f} x the rate (aim: 0.8 at least), {late:.2f} x the median (aim: 1.25 at most)")


def model(rounds: int) -> None:
    """Our model of the WSDL against zeep's load."""
    place = "http://plm.example/large?wsdl"
    body = wsdl(OPERATIONS, SIZE, "http://plm.example/large")
    turns = []
    for turn in range(rounds):
        fresh = body + f"<!-- {turn} -->".encode()  # the last models are kept: each has to be a new one
        turns.append((seconds(partial(build, place, {place: fresh})), seconds(partial(ZeepCodec, place, {place: fresh}))))
    ours, theirs = (min(column) for column in zip(*turns, strict=True))
    print(f"  model of {len(body) / 1e6:.0f} MB, {OPERATIONS} operations: {ours:.2f} s, zeep's load {theirs:.2f} s:")
    print(f"  {ours / theirs:.2f} x (aim: 0.5 at most)")


def answers(rounds: int) -> None:
    """Strict validation of answers, from their bytes to the verdict, against zeep's reading of them."""
    place = "http://plm.example/large?wsdl"
    body = wsdl(OPERATIONS, SIZE, "http://plm.example/large")
    strict, codec = validator(build(place, {place: body})), ZeepCodec(place, {place: body})
    for things in (1, 500):
        text = answer(7, things)
        turns = [_turn(strict, codec, text, 50 if things == 1 else 3) for _ in range(rounds)]
        ours, theirs = (min(column) for column in zip(*turns, strict=True))
        print(
            f"  answer of {len(text) / 1000:.1f} kB: validated in {1000 * ours:.2f} ms, read by zeep in {1000 * theirs:.2f} ms:"
        )
        print(f"  {ours / theirs:.2f} x (aim: 0.5 at most)")


def _turn(strict: Validator, codec: ZeepCodec, text: bytes, times: int) -> tuple[float, float]:
    """Seconds of one validation and of one reading."""

    def validated() -> None:
        for _ in range(times):
            message = read(text)
            assert isinstance(message, Envelope) and not strict.violations(unpacked(message.body[0]))

    def understood() -> None:
        for _ in range(times):
            assert codec.read("S", "Q", "getThing7", text, "text/xml", 200).value

    return seconds(validated) / times, seconds(understood) / times


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    heading("a large SOAP service")
    beside(arguments.rounds)
    model(arguments.rounds)
    answers(arguments.rounds)


if __name__ == "__main__":
    main()
