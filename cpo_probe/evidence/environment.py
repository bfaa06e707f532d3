"""With what was this recorded?"""

import platform
import re
from datetime import UTC, datetime
from functools import lru_cache
from importlib import metadata

from cpo_probe.evidence.rows import Recording


def now() -> str:
    """UTC, RFC 3339 with microseconds."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def recording(engine: str, segment: int, cut: tuple[str, ...]) -> Recording:
    """This process as an entry of environment.json; no host or user name."""
    return Recording(
        started=now(),
        python=platform.python_version(),
        implementation=platform.python_implementation(),
        platform=platform.platform(),
        engine=engine,
        libraries=dict(_libraries()),
        segment=segment,
        cut=cut,
    )


@lru_cache(maxsize=1)
def _libraries() -> tuple[tuple[str, str], ...]:
    """The versions of what the engine requires."""
    try:
        required = metadata.requires("cpo-probe") or []
    except metadata.PackageNotFoundError:
        return ()
    names = {match.group().lower() for line in required if "extra ==" not in line and (match := re.match(r"[\w.-]+", line))}
    return tuple((name, version) for name in sorted(names) if (version := _version(name)))


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
