"""May this request leave now, or how long must it wait?"""

import asyncio
from datetime import UTC, datetime

from cpo_probe.model import Blocker, FailureKind, Headers, Limits
from cpo_probe.session.brake import Brake
from cpo_probe.session.budget import Budget, Clock
from cpo_probe.session.quota import quota, retry_after, states_quota

_SLICE = 0.25  # seconds after which a sleeping request looks whether the run was stopped
_TROUBLE = frozenset({429, 500, 502, 503, 504})
_SILENT = frozenset(
    {
        FailureKind.REFUSED,
        FailureKind.CONNECT_TIMEOUT,
        FailureKind.READ_TIMEOUT,
        FailureKind.DEADLINE,
        FailureKind.DISCONNECTED,
    }
)


class Pace:
    """Concurrency, rate, pauses that the target asked for, the brake and the budget, in one turnstile."""

    def __init__(self, limits: Limits, budget: Budget, clock: Clock) -> None:
        self.brake = Brake()
        self._limits = limits
        self._budget = budget
        self._clock = clock
        self._slots = asyncio.Semaphore(limits.concurrency)
        self._narrow = asyncio.Lock()  # held while the brake is on: one request at a time
        self._interval = 1 / limits.rate
        self._next = 0.0
        self._pause = 0.0

    async def enter(self) -> bool:
        """Wait for a turn; the answer goes to `leave`. Raises `ScopeError` when the budget is spent or the run was stopped."""
        await self._slots.acquire()
        alone = False
        try:
            if self.brake.factor < 1:
                alone = await self._narrow.acquire()
            await self._wait()
            self._budget.spend()
        except BaseException:
            self.leave(alone)
            raise
        return alone

    def leave(self, alone: bool) -> None:
        """Give the turn back."""
        if alone:
            self._narrow.release()
        self._slots.release()

    async def sleep(self, seconds: float) -> None:
        """Wait, but no longer than the run lasts. Raises `ScopeError` as soon as it is stopped."""
        end = self._clock.now() + seconds
        while (left := end - self._clock.now()) > 0:
            self._budget.check()
            await self._clock.sleep(min(left, _SLICE))

    def observe(self, key: str, status: int, headers: Headers, failure: FailureKind | None, first_byte: float | None) -> None:
        """Learn from an answer: pauses, quotas, latency, troubles. `status` is 0 when none came."""
        if self._limits.brake:
            self.brake.seen(key, first_byte, trouble=status in _TROUBLE or failure in _SILENT)
            if self.brake.down:
                self._budget.stop(Blocker.INTERRUPTED, "the target answers with nothing but errors at the lowest pace (brake)")
        if status in (429, 503):
            wait = retry_after(headers, datetime.now(UTC))
            if wait is not None:
                self._hold(wait, f"the target asks to wait {wait:g} s (Retry-After)")
        if states_quota(headers):
            self._save_quota(headers)

    def _save_quota(self, headers: Headers) -> None:
        stated = quota(headers, datetime.now(UTC))
        if stated is None:
            return
        reserve = self._limits.quota_reserve
        if stated.limit is not None:
            reserve = min(reserve, stated.limit // 2)  # a small quota is not all reserve
        if stated.remaining > reserve:
            return
        text = f"{stated.remaining} requests are left of the target's quota, {reserve} are kept in reserve (limits.quota_reserve)"
        if stated.reset is None:
            self._budget.stop(Blocker.BUDGET, text)
        else:
            self._hold(stated.reset, text)

    def _hold(self, seconds: float, reason: str) -> None:
        """Nobody asks before that many seconds are over; if the run ends before, it ends now."""
        left = self._budget.seconds_left
        if seconds >= left:
            self._budget.stop(Blocker.BUDGET, f"{reason}: {left:.0f} s of the run are left")
        self._pause = max(self._pause, self._clock.now() + seconds)

    async def _wait(self) -> None:
        """Until rate and pauses let the next request go; another pause may come up meanwhile."""
        now = self._clock.now()
        start = max(now, self._next)
        self._next = start + self._interval / self.brake.factor
        if start > now:
            await self.sleep(start - now)
        while self._pause > (now := self._clock.now()):
            await self.sleep(self._pause - now)
        self._budget.check()
