"""What is in a STEP file, and what is wrong with it?"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cpo_probe.formats.step_p21.blocks import BYTE_ORDER_MARK
from cpo_probe.formats.step_p21.population import Population
from cpo_probe.model import Problems

if TYPE_CHECKING:
    from cpo_probe.formats.step_p21.edition3 import Anchor, External
    from cpo_probe.formats.step_p21.header import Header

_HEAD = 4096
_BEGINS = re.compile(rb"(?:\s|/\*.*?\*/)*(?:ISO-10303-21\b|HEADER\s*;)|.{,64}?ISO-10303-21;\s*HEADER\s*;", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Report:
    """What one pass over a file found.

    `unsaid`: rules without problems of which that says nothing, since the file was not read to its end.
    `complete`: the file ends with END-ISO-10303-21; and all of it was read.
    """

    problems: Problems
    unsaid: frozenset[str]
    header: "Header"
    population: Population
    anchors: "tuple[Anchor, ...]"
    external: "tuple[External, ...]"
    signatures: int
    complete: bool


def recognised(path: Path) -> bool:
    """Whether the file is meant to be one: it begins as one, maybe behind a byte order mark, blanks, comments or stray bytes."""
    with path.open("rb") as file:
        head = file.read(_HEAD).removeprefix(BYTE_ORDER_MARK)
    return bool(_BEGINS.match(head))


def examine(path: Path) -> Report:
    """Read a file once, in memory bounded by its number of instances, and judge it by `RULES`. A wrong file is no error."""
    from cpo_probe.formats.step_p21.reading import report

    return report(path)
