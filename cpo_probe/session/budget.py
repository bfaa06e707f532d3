"""How much may still be asked?"""

import asyncio
import time
from pathlib import Path
from typing import Protocol

from cpo_probe.errors import ScopeError
from cpo_probe.model import Blocker, Limits


class Clock(Protocol):
    """Time as the session sees it; seconds, monotonic."""

    def now(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    def now(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Budget:
    """Requests and seconds of one run, and whether somebody said stop."""

    def __init__(self, limits: Limits, clock: Clock, stop_file: Path | None = None) -> None:
        self.requests_left = limits.requests
        self.stopped: Blocker | None = None
        self.detail = ""
        self._clock = clock
        self._end = clock.now() + limits.seconds
        self._stop_file = stop_file

    @property
    def seconds_left(self) -> float:
        return max(0.0, self._end - self._clock.now())

    def stop(self, reason: Blocker, detail: str = "") -> None:
        """Nothing more is asked, except the log-out; the first reason stands."""
        if self.stopped is None:
            self.stopped, self.detail = reason, detail or "the run was stopped"

    def check(self) -> None:
        """Raises `ScopeError` when nothing more may be asked."""
        if self.stopped is None and self._stop_file is not None and self._stop_file.exists():
            self.stop(Blocker.INTERRUPTED, f"the stop file {self._stop_file} exists")
        if self.stopped is None and self.seconds_left <= 0:
            self.stop(Blocker.BUDGET, "the time of the run is spent (limits.seconds)")
        if self.stopped is not None:
            raise ScopeError(self.stopped, self.detail)
        if self.requests_left <= 0:
            raise ScopeError(Blocker.BUDGET, "the requests of the run are spent (limits.requests)")

    def spend(self) -> None:
        """Account for one request; a log-out may go below zero, which is shown as zero."""
        self.requests_left = max(0, self.requests_left - 1)
