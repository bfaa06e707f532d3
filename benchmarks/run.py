"""How much slower is a run than a bare HTTP client that asks for the same URLs?

    python -m benchmarks.run [--rounds N] [--concurrency N]

The run does everything it does for a user: discovery, probes, harvest, redaction, evidence on disk; then it judges. The bare
client is httpx.AsyncClient, asking for what was recorded, in that order, with the same header fields; it reads the bodies and
keeps nothing. "As many at once": where a probe asks one request at a time by declaration (latency is measured with nothing
beside it), so does the client; otherwise as many as the limit allows. The reference server is a process of its own.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from pathlib import Path

import httpx

from benchmarks._common import account, heading, house, live, plan_for, reference_server, seconds
from cpo_probe.evidence import Bundle
from cpo_probe.judge import judge
from cpo_probe.model import Headers, Identity
from cpo_probe.registry import Registry


@dataclass(frozen=True, slots=True)
class Asked:
    """A recorded request, to be sent again. `alone`: its probe asked with nothing beside it."""

    method: str
    url: str
    headers: Headers
    body: bytes
    alone: bool


def asked(bundle: Bundle, registry: Registry) -> list[Asked]:
    """The requests of a record, the account's password put back."""
    serial = {probe.id for probe in registry.probes.values() if probe.serial}
    user, password = account()
    mine = httpx.BasicAuth(user, password)._auth_header
    found = []
    for exchange in bundle.exchanges():
        request = exchange.request
        fields = [
            (k, v) for k, v in request.headers if k.lower() not in ("host", "authorization", "content-length", "connection")
        ]
        if exchange.identity is Identity.ACCOUNT:
            fields.append(("Authorization", mine))
        found.append(Asked(request.method, request.url, tuple(fields), request.body, exchange.probe in serial))
    return found


async def bare(requests: Iterable[Asked], width: int) -> None:
    """All requests in their order, `width` at a time, or one at a time where they were asked alone."""
    async with httpx.AsyncClient(trust_env=False, limits=httpx.Limits(max_connections=width), timeout=60) as client:
        for alone, phase in groupby(requests, key=lambda request: request.alone):
            waiting = iter(tuple(phase))
            async with asyncio.TaskGroup() as group:
                for _ in range(1 if alone else width):
                    group.create_task(_work(client, waiting))


async def _work(client: httpx.AsyncClient, waiting: Iterator[Asked]) -> None:
    for one in waiting:
        await client.request(one.method, one.url, headers=list(one.headers), content=one.body)


def replayed(requests: Sequence[Asked], width: int) -> float:
    """Seconds that the bare client takes."""
    return seconds(lambda: asyncio.run(bare(requests, width)))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--concurrency", type=int, default=4)
    chosen = parser.parse_args()
    heading(f"A run against the reference server, and httpx.AsyncClient for the same requests; {chosen.concurrency} at a time")
    ours = house()
    rounds: list[tuple[float, ...]] = []
    count = 0
    with reference_server() as url, tempfile.TemporaryDirectory() as name:
        plan = plan_for(ours, url, concurrency=chosen.concurrency)
        for number in range(chosen.rounds):
            bundle, recorded = live(Path(name) / str(number), plan, ours)
            judged = seconds(partial(judge, bundle, ours.registry, ours.catalogue))
            requests = asked(bundle, ours.registry)
            count = len(requests)
            alike = replayed(requests, chosen.concurrency)
            flat_out = replayed([replace(request, alone=False) for request in requests], chosen.concurrency)
            rounds.append((recorded, judged, recorded + judged, alike, flat_out))
            bundle.close()
    record, verdict, whole, alike, flat_out = (min(column) for column in zip(*rounds, strict=True))
    print(f"  {count} exchanges, {sum(r.alone for r in requests)} of them asked alone; best of {chosen.rounds} rounds")
    print(f"  httpx, as many at once as the run  {count / alike:6.0f} /s")
    print(f"  httpx, always {chosen.concurrency} at once            {count / flat_out:6.0f} /s")
    for title, took in (("recording", record), ("recording, then judging", whole)):
        ratios = f"{alike / took:5.2f} x httpx as many at once, {flat_out / took:.2f} x httpx flat out"
        print(f"  {title:33}  {count / took:6.0f} /s  {ratios}")
    print(f"  judging alone                      {count / verdict:6.0f} /s  {record / verdict:5.2f} x recording")


if __name__ == "__main__":
    main()
