"""Plans, schedules probes, resumes, seals.

What records is loaded when it is used: who judges a file makes a plan, and must not pay for a network library.
"""

from typing import TYPE_CHECKING, Any

from cpo_probe.run.planning import READ_ONLY, in_order, make_plan, preset_of, waves

if TYPE_CHECKING:
    from cpo_probe.run.recording import record, resume

__all__ = ["READ_ONLY", "in_order", "make_plan", "preset_of", "record", "resume", "waves"]


def __getattr__(name: str) -> Any:
    if name not in ("record", "resume"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from cpo_probe.run import recording

    return getattr(recording, name)
