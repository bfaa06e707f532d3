"""Of which texts are the tables of facts made that content brings along, and is each of them what the index says?"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from cpo_probe.errors import UsageError
from cpo_probe.formats.express import read_head
from cpo_probe.registry.standards import INDEX


@dataclass(frozen=True, slots=True)
class FactTable:
    """A row of the index. `path`: below the root; `source`, `sha256`: of the text; `used`: what for."""

    id: str
    title: str
    schema: str
    path: str
    source: str
    sha256: str
    licence: str
    used: str
    root: Path

    @property
    def file(self) -> Path:
        return self.root / self.path

    @property
    def state(self) -> str:
        """ "as indexed", "differs" or "absent"."""
        if not self.file.is_file():
            return "absent"
        head = read_head(self.file.read_bytes(), str(self.file))
        return "as indexed" if (head.digest, head.schema.upper()) == (self.sha256, self.schema) else "differs"


def fact_tables(roots: Iterable[Path]) -> tuple[FactTable, ...]:
    """The rows `[[table]]` of every root's index. Raises `UsageError` for a row with missing or unknown members."""
    found: list[FactTable] = []
    names = {field.name for field in fields(FactTable)} - {"root"}
    for root in roots:
        path = root / INDEX
        rows = tomllib.loads(path.read_text("utf-8")).get("table", []) if path.is_file() else []
        for number, row in enumerate(rows, 1):
            if set(row) != names or not all(isinstance(value, str) and value for value in row.values()):
                raise UsageError(
                    f"{path}, table {number}: expected a text for each of {', '.join(sorted(names))}; found {sorted(row)}"
                )
            found.append(FactTable(**row, root=root))
    return tuple(found)
