"""How far has a file been read? One line on a terminal while it happens, nothing elsewhere.

Readers take a path and know nothing of progress; how far this process has come is what the system says of its open files.
Where it does not say that, stage and time are shown.
"""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.text import Text

REFRESH = 4  # per second
MEGABYTE = 10**6
_OPEN, _ABOUT = Path("/proc/self/fd"), Path("/proc/self/fdinfo")


class Watch:
    """`names`: how files are called that have other names on disk, by those."""

    def __init__(self, console: Console, folder: Path, file: Path) -> None:
        self.names: Mapping[str, str] = {}
        self._console = console
        self._places = (str(file.resolve()), str(folder.resolve()) + os.sep)
        self._own = file.name
        self._stage = ""
        self._begun = time.monotonic()

    def stage(self, name: str) -> None:
        self._stage = name

    @contextmanager
    def showing(self) -> Iterator[None]:
        """Redraw the line while the block runs, and take it away."""
        if not self._console.is_terminal:
            yield
            return
        with Live(get_renderable=self.line, console=self._console, refresh_per_second=REFRESH, transient=True):
            yield

    def line(self) -> Text:
        """What is done now, and how much of the file is read."""
        parts = [self._stage]
        if (reading := self._reading()) is not None:
            path, at, size = reading
            name = self._own if path == self._places[0] else self.names.get(Path(path).name, "")
            parts += [name, f"{at / MEGABYTE:,.0f} of {size / MEGABYTE:,.0f} MB"]
        parts.append(f"{time.monotonic() - self._begun:.0f} s")
        return Text("  ".join(filter(None, parts)), no_wrap=True, overflow="ellipsis")

    def _reading(self) -> tuple[str, int, int] | None:
        """The biggest file that is open and begun: path, bytes read, size."""
        return max(self._open(), key=lambda one: one[2], default=None)

    def _open(self) -> Iterator[tuple[str, int, int]]:
        for link in _links():
            try:
                path = str(link.readlink())
                if path == self._places[0] or path.startswith(self._places[1]):
                    about = (_ABOUT / link.name).read_text(encoding="ascii")
                    at, size = int(about.split(None, 2)[1]), link.stat().st_size
                    if 0 < at <= size:
                        yield path, at, size
            except (OSError, ValueError):  # closed meanwhile
                continue


def _links() -> list[Path]:
    try:
        return list(_OPEN.iterdir())
    except OSError:
        return []
