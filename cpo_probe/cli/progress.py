"""How far is the run: counts per probe, requests left, time gone and time to go?"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from cpo_probe.model import Exchange, Unit, UnitState
from cpo_probe.session import Session

REFRESH = 4  # per second
ENOUGH = 5  # finished units before the rest is estimated
SHORT_OF = frozenset({UnitState.CRASHED, UnitState.REFUSED, UnitState.PARTIAL})


@dataclass(slots=True)
class Row:
    """One probe: its units, and the requests made for it."""

    expected: int = 0
    done: int = 0
    short: int = 0
    requests: int = 0

    def mark(self, over: bool) -> str:
        """Done, at work, or waiting; `over`: nothing without units is asked any more."""
        if self.done >= self.expected if self.expected else over:
            return "✓"
        return "›" if self.done or self.requests else " "


class Progress:
    """A live table on a terminal, a line per phase elsewhere. Implements `run.Watcher`."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._session: Session | None = None
        self._rows: dict[str, Row] = {}
        self._phase = ""
        self._begun = time.monotonic()
        self._asking = 0.0  # when the probes began
        self._live: Live | None = None

    def observe(self, session: Session) -> None:
        """Count every exchange of the session."""
        self._session = session
        session.on_exchange.append(self._exchange)

    def phase(self, name: str) -> None:
        self._phase = name
        self._asking = self._asking or (time.monotonic() if name == "probes" else 0.0)
        if self._live is None:
            self._console.print(Text(f"[{self._elapsed:7.1f} s] {name}{self._left}"))

    def expect(self, probe: str, units: int) -> None:
        if units:  # the system has no interface of that kind otherwise
            self._row(probe).expected = units

    def finished(self, unit: Unit) -> None:
        row = self._row(unit.probe)
        row.done += 1
        row.short += unit.state in SHORT_OF

    def _exchange(self, exchange: Exchange) -> None:
        self._row(exchange.probe).requests += 1

    def _row(self, probe: str) -> Row:
        return self._rows.setdefault(probe, Row())

    @contextmanager
    def showing(self) -> Iterator[None]:
        """Redraw while the block runs; leave the final table standing."""
        if not self._console.is_terminal:
            yield
            return
        with Live(get_renderable=self.view, console=self._console, refresh_per_second=REFRESH) as live:
            self._live = live
            yield
            self._phase = "done"
        self._live = None

    def view(self) -> Group:
        """The state of the run now."""
        return Group(Text(self.headline(), style="bold"), self.table(), Text())

    def table(self) -> Table:
        """A row per probe that has something to do here; the last column only where something was cut short."""
        troubled = any(row.short for row in self._rows.values())
        table = Table(box=None, pad_edge=False, header_style="dim")
        table.add_column("")
        table.add_column("probe", no_wrap=True)
        for name in ("units", "requests", *(["cut short or refused"] if troubled else [])):
            table.add_column(name, justify="right")
        for probe, row in self._rows.items():
            units = f"{row.done}/{row.expected}" if row.expected else ""
            mark = row.mark(self._asking > 0)
            cells = [mark, probe, units, str(row.requests or ""), *([str(row.short or "")] if troubled else [])]
            table.add_row(*cells, style="dim" if mark == " " else "")
        return table

    def headline(self) -> str:
        """Phase, time gone, time to go, requests made and left."""
        parts = [self._phase, f"{self._elapsed:.0f} s"]
        remaining = self._remaining()
        if remaining is not None:
            parts.append(f"about {remaining:.0f} s to go")
        if self._session is not None and self._phase != "done":
            parts.append(f"{self._session.budget.requests_left} requests left in the budget")
        return " · ".join(parts)

    @property
    def _elapsed(self) -> float:
        return time.monotonic() - self._begun

    @property
    def _left(self) -> str:
        made = sum(row.requests for row in self._rows.values())
        return f", {made} requests made" if made else ""

    def _remaining(self) -> float | None:
        """Seconds of asking still to come, by the units that are done."""
        done = sum(row.done for row in self._rows.values())
        expected = sum(row.expected for row in self._rows.values())
        if self._phase != "probes" or done < ENOUGH:
            return None
        return (time.monotonic() - self._asking) / done * max(expected - done, 0)
