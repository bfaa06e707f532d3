"""HTTP to one target: guard, pace, authenticate, redact, record.

The names load when they are used: content imports `session.context` through the sdk, and judging code must not pay for,
or even hold, a network library.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cpo_probe.session.ask import Ask
    from cpo_probe.session.budget import Budget, Clock
    from cpo_probe.session.network import Network, SystemNetwork
    from cpo_probe.session.recorder import Recorder, SecretSource
    from cpo_probe.session.session import Session

__all__ = ["Ask", "Budget", "Clock", "Network", "Recorder", "SecretSource", "Session", "SystemNetwork"]

_HOMES = {
    "Ask": "ask",
    "Budget": "budget",
    "Clock": "budget",
    "Network": "network",
    "Recorder": "recorder",
    "SecretSource": "recorder",
    "Session": "session",
    "SystemNetwork": "network",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
