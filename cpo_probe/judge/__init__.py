"""Pure checks over recorded evidence."""

from cpo_probe.judge.engine import Judgement, judge, open_judgement, read_rows
from cpo_probe.judge.measuring import kernel_of
from cpo_probe.judge.ruler import Ruler, ruler

__all__ = ["Judgement", "Ruler", "judge", "kernel_of", "open_judgement", "read_rows", "ruler"]
