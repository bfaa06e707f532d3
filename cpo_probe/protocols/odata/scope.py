"""Which elements are there to judge, and can a name in them be resolved at all?"""

from collections.abc import Iterator

from cpo_probe.model import Problem
from cpo_probe.protocols.odata.csdl import Document, Schema, StructuredType
from cpo_probe.protocols.odata.identifiers import split
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.places import problem
from cpo_probe.protocols.odata.primitives import ABSTRACT, OLD_PRIMITIVES, PRIMITIVES

Steps = tuple[str | int, ...]


def schemas(model: Model) -> Iterator[tuple[Document, Schema]]:
    for document in model.judged:
        for schema in document.schemas:
            yield document, schema


def structured(model: Model) -> Iterator[tuple[Document, Schema, StructuredType]]:
    for document, schema in schemas(model):
        for entity in schema.entity_types:
            yield document, schema, entity
        for complex_type in schema.complex_types:
            yield document, schema, complex_type


def built_in(model: Model) -> frozenset[str]:
    """Names in the namespace Edm that the version of the model knows."""
    return OLD_PRIMITIVES if model.old else PRIMITIVES | ABSTRACT


def resolvable(model: Model, name: str) -> bool:
    """Whether the name is to be found here: it is stated, and its namespace is not in a document that was not given."""
    return bool(name) and not model.unknown(name)


def unresolved(model: Model, name: str, namespace: str, steps: Steps, line: int) -> Problem | None:
    """The problem of a type name that leads nowhere; None when it leads somewhere or nothing can be said."""
    if not name or name in model.types or name in built_in(model) or model.unknown(name):
        return None
    space, _ = split(name)
    if space in model.namespaces or space == "Edm":
        return problem("type-exists", namespace, steps, line, "a defined type", name)
    return problem("in-scope", namespace, steps, line, "a namespace of a schema or an included one", name)
