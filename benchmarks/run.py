"""What does recording and judging cost, against a bare httpx client that asks the same server for the same URLs?

    python benchmarks/run.py

The reference server runs in a process of its own. A nightly run of it is recorded (pace lifted), judged, and its URLs are
asked again by httpx with the same concurrency. Exchanges per second of the recording, of the judge and of httpx.
"""

import asyncio
import dataclasses
import tempfile
import time
import uuid
from pathlib import Path

import httpx

from cpo_probe.cli.loading import House, open_house
from cpo_probe.cli.reference import PASSWORD, USER, reference_server
from cpo_probe.cli.running import now
from cpo_probe.evidence import Bundle
from cpo_probe.judge import judge
from cpo_probe.model import BasicAuth, Limits, Plan, Unit
from cpo_probe.run import make_plan, record
from cpo_probe.target import Secrets, load_target

CONCURRENCY = 4
ROUNDS = 3


class Silent:
    def phase(self, name: str) -> None: ...
    def expect(self, probe: str, units: int) -> None: ...
    def finished(self, unit: Unit) -> None: ...


def plan(house: House, url: str) -> Plan:
    target = dataclasses.replace(
        load_target(url, roots=house.registry.roots),
        auth=BasicAuth(USER, f"env:{PASSWORD}"),
        limits=Limits(rate=100_000.0, requests=100_000, concurrency=CONCURRENCY, brake=False),
    )
    return make_plan(target, house.registry, house.catalogue, preset="nightly", run=uuid.uuid4().hex, created=now())


async def asked_again(bundle: Bundle, auth: tuple[str, str]) -> float:
    """Exchanges per second of a bare client for the same requests."""
    requests = [(e.request.method, e.request.url, dict(e.request.headers)) for e in bundle.exchanges() if not e.request.body]
    for _, _, headers in requests:
        for name in [n for n in headers if n.lower() in ("authorization", "cookie", "host", "content-length")]:
            del headers[name]
    gate = asyncio.Semaphore(CONCURRENCY)
    async with httpx.AsyncClient(auth=auth, timeout=30, trust_env=False) as client:

        async def one(method: str, url: str, headers: dict[str, str]) -> None:
            async with gate:
                await client.request(method, url, headers=headers)

        begun = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for request in requests:
                group.create_task(one(*request))
        return len(requests) / (time.perf_counter() - begun)


def main() -> None:
    house = open_house((), None, "en")
    recorded, judged, bare = [], [], []
    with reference_server() as url, tempfile.TemporaryDirectory() as folder:
        secret = Secrets().resolve(f"env:{PASSWORD}")
        for number in range(ROUNDS):
            begun = time.perf_counter()
            bundle = asyncio.run(record(Path(folder) / str(number), plan(house, url), house.registry, Silent()))
            recorded.append(len(bundle.ids()) / (time.perf_counter() - begun))
            begun = time.perf_counter()
            judge(bundle, house.registry, house.catalogue, workers=1)
            judged.append(len(bundle.ids()) / (time.perf_counter() - begun))
            bare.append(asyncio.run(asked_again(bundle, (USER, secret))))
    live, alone, httpx_ = max(recorded), max(judged), max(bare)
    print(f"exchanges per second, best of {ROUNDS}, {CONCURRENCY} at a time, {len(bundle.ids())} exchanges")
    print(f"recording, discovery to seal   {live:8.0f}   {live / httpx_:5.2f} x httpx   aim: at least 0.7")
    print(f"bare httpx, the same URLs      {httpx_:8.0f}")
    print(f"judge alone, one process       {alone:8.0f}   {alone / live:5.2f} x live    aim: at least 5")


if __name__ == "__main__":
    main()
