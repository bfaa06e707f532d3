"""Does the session ask no more, no faster and no longer than it may?"""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cpo_probe.errors import ScopeError
from cpo_probe.model import Blocker, Exchange, FailureKind, Limits
from cpo_probe.session.brake import FLOOR, Brake
from cpo_probe.session.budget import Budget
from cpo_probe.session.pace import Pace
from cpo_probe.session.quota import Quota, quota, retry_after
from tests.session.support import FakeClock, Got, ask, http_server, make_session, reply

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def make_pace(**limits: object) -> tuple[Pace, Budget, FakeClock]:
    clock = FakeClock()
    made = Limits(**limits)  # type: ignore[arg-type]
    budget = Budget(made, clock)
    return Pace(made, budget, clock), budget, clock


async def turn(pace: Pace) -> None:
    pace.leave(await pace.enter())


async def test_the_rate_is_kept() -> None:
    pace, _, clock = make_pace(rate=10)
    for _ in range(21):
        await turn(pace)
    assert clock.time == pytest.approx(1002.0)


async def test_no_more_than_the_concurrency_is_under_way() -> None:
    pace, _, _ = make_pace(rate=1e6, concurrency=2)
    await pace.enter()
    await pace.enter()
    third = asyncio.create_task(pace.enter())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not third.done()
    pace.leave(False)
    await third


async def test_the_requests_of_the_run_are_counted() -> None:
    pace, budget, _ = make_pace(rate=1e6, requests=2)
    await turn(pace)
    await turn(pace)
    with pytest.raises(ScopeError) as refusal:
        await turn(pace)
    assert (refusal.value.reason, budget.requests_left) == (Blocker.BUDGET, 0)


async def test_many_waiting_requests_do_not_overdraw_the_budget() -> None:
    pace, _, _ = make_pace(rate=10, requests=3, concurrency=8)
    results = await asyncio.gather(*(turn(pace) for _ in range(8)), return_exceptions=True)
    assert sum(result is None for result in results) == 3
    assert sum(isinstance(result, ScopeError) for result in results) == 5


async def test_the_time_of_the_run_ends_it() -> None:
    pace, budget, clock = make_pace(seconds=60)
    clock.time += 61
    with pytest.raises(ScopeError) as refusal:
        await turn(pace)
    assert (refusal.value.reason, budget.seconds_left) == (Blocker.BUDGET, 0)


async def test_retry_after_holds_everybody_back() -> None:
    pace, _, clock = make_pace(rate=1e6)
    pace.observe("a", 429, (("Retry-After", "7"),), None, 0.01)
    await turn(pace)
    assert clock.time == pytest.approx(1007, abs=0.01)


async def test_a_wait_longer_than_the_run_ends_it_at_once() -> None:
    pace, budget, clock = make_pace(seconds=60)
    pace.observe("a", 503, (("Retry-After", "3600"),), None, 0.01)
    with pytest.raises(ScopeError, match="3600"):
        await turn(pace)
    assert (clock.time, budget.stopped) == (1000.0, Blocker.BUDGET)


async def test_a_stop_wakes_those_who_wait() -> None:
    pace, budget, clock = make_pace(rate=1e6)
    pace.observe("a", 429, (("Retry-After", "100"),), None, 0.01)
    waiting = asyncio.create_task(pace.enter())
    await asyncio.sleep(0)
    budget.stop(Blocker.INTERRUPTED)
    with pytest.raises(ScopeError):
        await waiting
    assert clock.time < 1002


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ((("RateLimit", '"default";r=50;t=30'), ("RateLimit-Policy", '"default";q=100;w=60')), Quota(50, 100, 30)),
        ((("RateLimit-Limit", "100"), ("RateLimit-Remaining", "9"), ("RateLimit-Reset", "12")), Quota(9, 100, 12)),
        ((("X-RateLimit-Remaining", "9"), ("X-RateLimit-Reset", str(int(NOW.timestamp()) + 60))), Quota(9, None, 60)),
        ((("X-Rate-Limit-Remaining", "0"),), Quota(0, None, None)),
        ((("RateLimit-Remaining", "many"),), None),
        ((("Content-Type", "text/plain"),), None),
    ],
)
def test_quotas_are_read_in_their_dialects(headers: tuple[tuple[str, str], ...], expected: Quota | None) -> None:
    assert quota(headers, NOW) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ((("Retry-After", "120"),), 120.0),
        ((("Retry-After", "Thu, 01 Jan 2026 00:01:00 GMT"),), 60.0),
        ((("Retry-After", "Thu, 01 Jan 2026 00:01:00 GMT"), ("Date", "Thu, 01 Jan 2026 00:00:50 GMT")), 10.0),
        ((("Retry-After", "Thu, 01 Jan 2020 00:00:00 GMT"),), 0.0),
        ((("Retry-After", "soon"),), None),
        ((("Retry-After", "-5"),), None),
        ((), None),
    ],
)
def test_retry_after_is_a_number_or_a_date(headers: tuple[tuple[str, str], ...], expected: float | None) -> None:
    assert retry_after(headers, NOW) == expected


async def test_a_reserve_of_the_quota_is_left_until_it_is_renewed() -> None:
    pace, _, clock = make_pace(rate=1e6, quota_reserve=50)
    pace.observe("a", 200, (("RateLimit-Remaining", "51"), ("RateLimit-Reset", "20")), None, 0.01)
    await turn(pace)
    assert clock.time == 1000
    pace.observe("a", 200, (("RateLimit-Remaining", "50"), ("RateLimit-Reset", "20")), None, 0.01)
    await turn(pace)
    assert clock.time == pytest.approx(1020, abs=0.01)


async def test_a_quota_that_is_never_renewed_ends_the_run() -> None:
    pace, budget, _ = make_pace(quota_reserve=50)
    pace.observe("a", 200, (("X-RateLimit-Remaining", "50"),), None, 0.01)
    assert budget.stopped is Blocker.BUDGET


async def test_a_small_quota_is_not_all_reserve() -> None:
    pace, budget, _ = make_pace(quota_reserve=50)
    pace.observe("a", 200, (("X-RateLimit-Remaining", "11"), ("X-RateLimit-Limit", "20")), None, 0.01)
    assert budget.stopped is None
    pace.observe("a", 200, (("X-RateLimit-Remaining", "10"), ("X-RateLimit-Limit", "20")), None, 0.01)
    assert budget.stopped is Blocker.BUDGET


def feed(brake: Brake, count: int, seconds: float | None, *, trouble: bool = False) -> None:
    for _ in range(count):
        brake.seen("GET /items", seconds, trouble=trouble)


def test_the_brake_stays_off_while_latency_is_as_usual() -> None:
    brake = Brake()
    feed(brake, 50, 0.1)
    feed(brake, 50, 0.19)
    assert brake.factor == 1


def test_the_brake_goes_on_when_latency_doubles_and_off_when_it_is_back() -> None:
    brake = Brake()
    feed(brake, 10, 0.1)
    feed(brake, 10, 0.25)
    assert brake.factor == 1 / 2
    feed(brake, 10, 0.25)
    assert brake.factor == 1 / 4
    feed(brake, 20, 0.1)
    assert brake.factor == 1


def test_a_doubling_of_milliseconds_is_noise() -> None:
    brake = Brake()
    feed(brake, 10, 0.002)
    feed(brake, 50, 0.02)
    assert brake.factor == 1


def test_slow_operations_are_compared_with_themselves() -> None:
    brake = Brake()
    feed(brake, 20, 0.01)
    for _ in range(40):
        brake.seen("GET /report", 2.0, trouble=False)
    assert brake.factor == 1


def test_server_errors_put_the_brake_on_down_to_its_floor_and_then_say_that_it_is_down() -> None:
    brake = Brake()
    feed(brake, 10, 0.01, trouble=True)
    assert (brake.factor, brake.down) == (1 / 2, False)
    feed(brake, 30, None, trouble=True)
    assert (brake.factor, brake.down) == (FLOOR, False)
    feed(brake, 10, None, trouble=True)
    assert brake.down


async def test_under_the_brake_one_request_is_under_way_at_a_time_and_the_rate_is_halved() -> None:
    pace, _, clock = make_pace(rate=10, concurrency=4)
    for _ in range(10):
        pace.observe("a", 500, (), None, 0.01)
    alone = await pace.enter()
    second = asyncio.create_task(pace.enter())
    await asyncio.sleep(0)
    assert (alone, second.done()) == (True, False)
    pace.leave(alone)
    pace.leave(await second)
    assert clock.time == pytest.approx(1000.2)


async def test_a_target_that_is_down_ends_the_run_unless_the_brake_is_off() -> None:
    for brake, stopped in [(True, Blocker.INTERRUPTED), (False, None)]:
        pace, budget, _ = make_pace(brake=brake)
        for _ in range(60):
            pace.observe("a", 0, (), FailureKind.REFUSED, None)
        assert budget.stopped is stopped


async def test_the_stop_file_ends_the_asking(tmp_path: Path) -> None:
    async with http_server(lambda got: reply()) as server:
        session, recorder = make_session(server.url, stop_file=tmp_path / "STOP")
        async with session:
            await session.send(ask())
            (tmp_path / "STOP").touch()
            with pytest.raises(ScopeError) as refusal:
                await session.send(ask())
    assert (refusal.value.reason, session.budget.stopped) == (Blocker.INTERRUPTED, Blocker.INTERRUPTED)
    assert len(recorder.exchanges) == 1


async def test_a_stopped_session_finishes_what_is_in_flight() -> None:
    asked, release = asyncio.Event(), asyncio.Event()

    async def late() -> bytes:
        asked.set()
        await release.wait()
        return reply(200, b"finished")

    async with http_server(lambda got: late()) as server:
        session, recorder = make_session(server.url, read_seconds=5, exchange_seconds=5)
        async with session:
            flying = asyncio.create_task(session.send(ask()))
            await asked.wait()
            session.stop(Blocker.INTERRUPTED)
            with pytest.raises(ScopeError):
                await session.send(ask())
            release.set()
            assert (await flying).body == b"finished"
    assert len(recorder.exchanges) == 1


async def test_a_retry_the_budget_refuses_leaves_the_answer_before_it() -> None:
    async with http_server(lambda got: reply(503, b"", ("Retry-After", "0"))) as server:
        session, recorder = make_session(server.url, retries=5, requests=2)
        async with session:
            exchange = await session.send(ask())
    assert (exchange.id, recorder.roles) == ("000002", ["primary", "retry"])


async def test_every_request_says_who_asks_and_can_be_found_again() -> None:
    async with http_server(lambda got: reply()) as server:
        for _ in range(2):
            session, _ = make_session(server.url)
            async with session:
                await session.send(ask("/a"))
                await session.send(ask("/b"))
    agents = {got.header("user-agent") for got in server.seen}
    assert agents == {"cpo-probe/0.1.0 (+plm@example.com; run run-1)"}
    traces = [got.header("traceparent") for got in server.seen]
    assert traces[:2] == traces[2:]
    assert len(set(traces)) == 2
    version, trace, span, flags = traces[0].split("-")
    assert (version, len(trace), len(span), flags) == ("00", 32, 16, "01")
    assert traces[1].split("-")[1] == trace


async def test_parameters_headers_and_accept_reach_the_server() -> None:
    async with http_server(lambda got: reply()) as server:
        session, _ = make_session(server.url, headers=(("X-Tenant", "acme"), ("X-Both", "profile")))
        async with session:
            await session.send(
                ask(
                    "items?a=1",
                    params=(("$filter", "name eq 'Ü&x'"), ("a", "2")),
                    headers=(("X-Both", "probe"),),
                    accept="application/json",
                )
            )
    got: Got = server.seen[0]
    assert got.target == "/items?a=1&$filter=name%20eq%20'%C3%9C%26x'&a=2"
    assert (got.header("accept"), got.header("x-tenant"), got.header("x-both")) == ("application/json", "acme", "probe")


async def test_observers_see_every_exchange_after_it_was_recorded() -> None:
    async with http_server(lambda got: reply(503, b"", ("Retry-After", "0"))) as server:
        session, recorder = make_session(server.url, retries=1)
        seen: list[tuple[Exchange, int]] = []
        session.on_exchange.append(lambda exchange: seen.append((exchange, len(recorder.exchanges))))
        async with session:
            await session.send(ask())
    assert [(exchange.role, count) for exchange, count in seen] == [("primary", 1), ("retry", 2)]


async def test_what_cannot_be_recorded_ends_the_run() -> None:
    class Full(Exception):
        pass

    async with http_server(lambda got: reply()) as server:
        session, recorder = make_session(server.url)

        async def write(exchange: object, wire: object) -> None:
            raise Full

        recorder.write = write  # type: ignore[method-assign]
        async with session:
            with pytest.raises(Full):
                await session.send(ask())
            with pytest.raises(ScopeError):
                await session.send(ask())
    assert len(server.seen) == 1
