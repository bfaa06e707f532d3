"""Which interfaces and operations does a system have, found from its URL alone?"""

from cpo_probe.discovery.search import discover

__all__ = ["discover"]
