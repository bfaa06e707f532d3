"""Plans, schedules probes, resumes, seals."""

from cpo_probe.run.planning import READ_ONLY, in_order, make_plan, preset_of, waves
from cpo_probe.run.record import record, resume
from cpo_probe.run.schedule import Watcher

__all__ = ["READ_ONLY", "Watcher", "in_order", "make_plan", "preset_of", "record", "resume", "waves"]
