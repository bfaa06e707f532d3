"""Where does a secret come from, and which texts must never be written?"""

import base64
import hashlib
import os
import re
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from cpo_probe.errors import UsageError

_REFERENCE = re.compile(r"^(env|file):(.+?)((?:\|[a-z0-9]+)*)$", re.DOTALL)

TRANSFORMS: dict[str, Callable[[str], str]] = {
    "md5": lambda text: hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(),
    "sha256": lambda text: hashlib.sha256(text.encode()).hexdigest(),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
}
"""What a log-in may want instead of the plain secret: "env:PASSWORD|md5"."""


def is_reference(text: str) -> bool:
    """Whether a text points to a secret ("env:NAME", "file:PATH") instead of standing for itself."""
    return _REFERENCE.match(text) is not None


class Secrets:
    """Resolves references when they are needed and remembers what must be redacted.

    `origins` says where a reference was written: reference -> "plm.toml, line 7 (auth.password)".
    """

    def __init__(self, origins: Mapping[str, str] | None = None, environment: Mapping[str, str] | None = None) -> None:
        self._origins = dict(origins or {})
        self._environment = os.environ if environment is None else environment
        self._resolved: dict[str, str] = {}
        self._values: dict[str, None] = {}
        self.remarks: list[str] = []  # sentences for people: a secret file that everybody may read

    def resolve(self, reference: str) -> str:
        """The value behind "env:NAME" or "file:PATH" (one trailing newline removed), transformed as "|md5" etc. ask.

        A text that is no reference stands for itself and counts as public (user names, database names);
        the loader refuses such a text where a secret belongs. Raises `UsageError` when the value is not there.
        """
        match = _REFERENCE.match(reference)
        if match is None:
            return reference
        if reference not in self._resolved:
            kind, name, transforms = match.groups()
            value = self._environment_value(name, reference) if kind == "env" else self._file_value(Path(name), reference)
            self._values[value] = None
            for transform in filter(None, transforms.split("|")):
                value = self._transformed(transform, value, reference)
                self._values[value] = None
            self._resolved[reference] = value
        return self._resolved[reference]

    def values(self) -> tuple[str, ...]:
        """Every secret resolved so far, transformed forms included: what a recorder must not write."""
        return tuple(self._values)

    def __repr__(self) -> str:
        return f"Secrets({len(self._values)} resolved)"

    def _at(self, reference: str) -> str:
        origin = self._origins.get(reference)
        return f", wanted by {origin}" if origin else ""

    def _environment_value(self, name: str, reference: str) -> str:
        value = self._environment.get(name, "")
        if not value:
            state = "is empty" if name in self._environment else "is not set"
            raise UsageError(
                f"the environment variable {name} {state}{self._at(reference)}: set it (export {name}=...) before the run"
            )
        return value

    def _file_value(self, path: Path, reference: str) -> str:
        path = path.expanduser()
        try:
            mode = path.stat().st_mode
            text = path.read_bytes().decode()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "is not UTF-8 text"
            raise UsageError(
                f"the secret file {path} cannot be read ({reason}){self._at(reference)}: make it readable, or correct the path"
            ) from None
        text = text.removesuffix("\n").removesuffix("\r")
        if not text:
            raise UsageError(f"the secret file {path} is empty{self._at(reference)}: write the secret into it")
        if mode & stat.S_IROTH:
            self.remarks.append(f"the secret file {path} can be read by everybody on this machine: chmod 600 {path}")
        return text

    def _transformed(self, name: str, value: str, reference: str) -> str:
        if name not in TRANSFORMS:
            known = ", ".join(TRANSFORMS)
            raise UsageError(f"unknown transformation |{name}{self._at(reference)}: expected one of {known}")
        return TRANSFORMS[name](value)
