"""Where does text for people go, and where output for machines?"""

import sys
from typing import Any

from rich.console import Console

from cpo_probe.evidence import encode


def people(*, stdout: bool = False) -> Console:
    """A console; colours off when not a terminal or with NO_COLOR (rich looks at both)."""
    return Console(stderr=not stdout, highlight=False, soft_wrap=not (sys.stdout if stdout else sys.stderr).isatty())


def machine(value: Any) -> None:
    """One JSON document on stdout."""
    sys.stdout.buffer.write(encode(value) + b"\n")
    sys.stdout.buffer.flush()
