"""How far is the run: counts per probe, requests left, time gone and time to go?"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.table import Table

from cpo_probe.model import Exchange, Unit, UnitState
from cpo_probe.session import Session

REFRESH = 4  # per second


class Progress:
    """A live table on a terminal, a line per phase elsewhere. Implements `run.Watcher`."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._session: Session | None = None
        self._units: dict[str, list[int]] = {}  # probe -> [finished, expected, troubled]
        self._requests: dict[str, int] = {}
        self._phase = ""
        self._begun = time.monotonic()
        self._live: Live | None = None

    def observe(self, session: Session) -> None:
        """Count every exchange of the session."""
        self._session = session
        session.on_exchange.append(self._exchange)

    def phase(self, name: str) -> None:
        self._phase = name
        if self._live is None:
            self._console.print(f"[{time.monotonic() - self._begun:7.1f} s] {name}", markup=False)

    def expect(self, probe: str, units: int) -> None:
        self._units[probe] = [0, units, 0]

    def finished(self, unit: Unit) -> None:
        row = self._units.setdefault(unit.probe, [0, 0, 0])
        row[0] += 1
        row[2] += unit.state in (UnitState.CRASHED, UnitState.REFUSED, UnitState.PARTIAL)

    def _exchange(self, exchange: Exchange) -> None:
        self._requests[exchange.probe] = self._requests.get(exchange.probe, 0) + 1

    @contextmanager
    def showing(self) -> Iterator[None]:
        """Redraw while the block runs; leave the final table standing."""
        if not self._console.is_terminal:
            yield
            return
        with Live(get_renderable=self.table, console=self._console, refresh_per_second=REFRESH) as live:
            self._live = live
            yield
        self._live = None

    def table(self) -> Table:
        """The state of the run now."""
        table = Table(box=None, pad_edge=False, title=self._headline(), title_justify="left", title_style="bold")
        for name in ("probe", "units", "requests", "not completed"):
            table.add_column(name, justify="left" if name == "probe" else "right")
        for probe in dict.fromkeys((*self._requests, *self._units)):
            done, expected, trouble = self._units.get(probe, [0, 0, 0])
            units = f"{done}/{expected}" if expected else ""
            table.add_row(probe, units, str(self._requests.get(probe, 0)), str(trouble) if trouble else "")
        return table

    def _headline(self) -> str:
        elapsed = time.monotonic() - self._begun
        parts = [self._phase, f"{elapsed:.0f} s elapsed"]
        remaining = self._remaining(elapsed)
        if remaining is not None:
            parts.append(f"about {remaining:.0f} s to go")
        if self._session is not None:
            parts.append(f"{self._session.budget.requests_left} requests left")
        return " · ".join(parts)

    def _remaining(self, elapsed: float) -> float | None:
        done = sum(row[0] for row in self._units.values())
        expected = sum(row[1] for row in self._units.values())
        return elapsed / done * (expected - done) if done >= 5 else None
