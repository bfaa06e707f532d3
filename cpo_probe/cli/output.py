"""Where does text for people go, and where output for machines?"""

import os
import sys
from typing import Any

from rich.console import Console

from cpo_probe.evidence import encode

UNLIMITED = 200
"""Columns where nobody looks at a terminal: a log or a file is not folded at 80."""


def people(*, stdout: bool = False) -> Console:
    """A console; colours off when not a terminal or with NO_COLOR (rich looks at both)."""
    terminal = (sys.stdout if stdout else sys.stderr).isatty()
    width = None if terminal or "COLUMNS" in os.environ else UNLIMITED
    return Console(stderr=not stdout, highlight=False, soft_wrap=not terminal, width=width)


def machine(value: Any) -> None:
    """One JSON document on stdout."""
    sys.stdout.buffer.write(encode(value) + b"\n")
    sys.stdout.buffer.flush()
