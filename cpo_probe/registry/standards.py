"""Which schemas of standards judge, whose are they, and is what is installed what the index says?"""

import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from importlib.util import find_spec
from pathlib import Path

from cpo_probe.errors import UsageError

INDEX = "schemas/INDEX.toml"


@dataclass(frozen=True, slots=True)
class StandardSchema:
    """A row of the index. `path`: module and file inside the package `package`; `sha256`: of that file; `used`: what for."""

    id: str
    title: str
    uri: str
    package: str
    path: str
    sha256: str
    licence: str
    source: str
    used: str

    @property
    def file(self) -> Path | None:
        """Where the package carries it here; None when it does not."""
        module, _, inside = self.path.partition("/")
        found = find_spec(module)  # found, not imported: only its data are wanted
        for folder in (found.submodule_search_locations or ()) if found else ():
            if (Path(folder) / inside).is_file():
                return Path(folder) / inside
        return None

    @property
    def state(self) -> str:
        """ "as indexed", "differs" or "absent"; the two others are repaired by installing the versions of the lock file."""
        file = self.file
        if file is None:
            return "absent"
        return "as indexed" if hashlib.sha256(file.read_bytes()).hexdigest() == self.sha256 else "differs"


def standard_schemas(roots: Iterable[Path]) -> tuple[StandardSchema, ...]:
    """The rows of every root's index. Raises `UsageError` for a row with missing or unknown members, or an id used twice."""
    found: dict[str, StandardSchema] = {}
    for path in (root / INDEX for root in roots):
        if not path.is_file():
            continue
        try:
            rows = tomllib.loads(path.read_text("utf-8")).get("schema", [])
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"{path} is no TOML: {error}: correct it") from None
        for number, row in enumerate(rows, 1):
            made = _row(path, number, row)
            if made.id in found:
                raise UsageError(f"{path}: the schema {made.id!r} has a row already: rename one of them")
            found[made.id] = made
    return tuple(found.values())


def _row(path: Path, number: int, row: dict[str, str]) -> StandardSchema:
    names = {field.name for field in fields(StandardSchema)}
    if set(row) != names or not all(isinstance(value, str) and value for value in row.values()):
        raise UsageError(f"{path}, row {number}: expected a text for each of {', '.join(sorted(names))}; found {sorted(row)}")
    return StandardSchema(**row)
