"""Findings and samples in, scorecard out: pure, and the same bytes on every machine."""

from cpo_probe.scoring.binomial import lower_bound, upper_bound
from cpo_probe.scoring.evaluate import evaluate

__all__ = ["evaluate", "lower_bound", "upper_bound"]
