"""Which schema files of standards did the user bring along?

Bodies of standards publish XML schemas that may not be copied into a product. Who has them names their folder; what judges
with them says which file it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

EXPRESS = "express:"
"""Before the name of a schema in EXPRESS (ISO 10303-11), which has no namespace."""


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """One XSD, or one table of a schema in EXPRESS.

    `name`: folder and path below it, "odata/edmx.xsd"; `origin`: the folder as the user named it. `namespace`: its
    targetNamespace, "" for none; of a table `EXPRESS` and the name of its schema. `version`: what xs:schema states, "" for
    nothing; of a table the object identifiers of its editions.
    """

    name: str
    origin: str
    namespace: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True, eq=False)
class Schemas:
    """All of them, in the order of their names, held in memory: what was compiled is what was digested."""

    files: tuple[SchemaFile, ...] = ()
    texts: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """By SHA-256."""

    def of(self, namespace: str) -> tuple[SchemaFile, ...]:
        """Every file with that target namespace."""
        return tuple(file for file in self.files if file.namespace == namespace)

    def text(self, file: SchemaFile) -> bytes:
        return self.texts[file.sha256]

    @property
    def digests(self) -> Mapping[str, str]:
        """Name -> SHA-256."""
        return MappingProxyType({file.name: file.sha256 for file in self.files})


NO_SCHEMAS = Schemas()
