"""What is different between two runs, and is it worse?"""

from cpo_probe.history.compare import compare, newer_checks
from cpo_probe.history.diff import (
    Change,
    CriterionChange,
    Diff,
    Direction,
    Figure,
    KpiChange,
    RulerChange,
    Side,
    read_side,
    to_json,
)

__all__ = [
    "Change",
    "CriterionChange",
    "Diff",
    "Direction",
    "Figure",
    "KpiChange",
    "RulerChange",
    "Side",
    "compare",
    "newer_checks",
    "read_side",
    "to_json",
]
