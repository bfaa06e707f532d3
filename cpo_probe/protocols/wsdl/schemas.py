"""Which elements and types do the schemas of a description declare?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from cpo_probe.protocols.wsdl.model import Description, Document, Reference
from cpo_probe.protocols.wsdl.names import WSDL, XSD
from cpo_probe.protocols.wsdl.xml import Name, children, name_of


@dataclass(frozen=True, slots=True)
class Schema:
    """One xsd:schema element: a document's root, or inside wsdl:types. `namespace`: "" for none."""

    namespace: str
    document: Document
    node: etree._Element
    inline: bool


@dataclass(frozen=True, slots=True)
class Globals:
    """Names declared at the top of schemas. `namespaces`: those of which every schema document is at hand."""

    elements: frozenset[Name]
    types: frozenset[Name]
    namespaces: frozenset[str]

    def lacks(self, name: Name, kind: str) -> bool:
        """Whether it is certain that there is no such "element" or "type": its namespace is known, and it is not in it."""
        return name.namespace in self.namespaces and name not in (self.elements if kind == "element" else self.types)


def schemas(description: Description) -> Iterator[Schema]:
    """Every schema, in the order of the documents."""
    for document in description.documents.values():
        if document.root is None:
            continue
        if document.kind == "schema":
            yield Schema(document.root.get("targetNamespace", ""), document, document.root, False)
        elif document.kind == "wsdl":
            for node in document.root.iterfind(f"{{{WSDL}}}types/{{{XSD}}}schema"):
                yield Schema(node.get("targetNamespace", ""), document, node, True)


def _lent(reference: Reference, adopted: Mapping[str, set[str]]) -> set[str]:
    """The namespaces that a schema lends to what it includes: its own, or, having none, those it has been lent."""
    owner = next(reference.node.iterancestors(f"{{{XSD}}}schema"), None)
    namespace = owner.get("targetNamespace", "") if owner is not None else ""
    return {namespace} if namespace else adopted.get(reference.document.url, set()) or {""}


def _adopted(description: Description) -> dict[str, set[str]]:
    """By URL, the namespaces lent to schemas that are included, also by one that has none itself."""
    includes = [one for one in description.references if one.kind in ("xsd:include", "xsd:redefine")]
    adopted: dict[str, set[str]] = {}
    growing = True
    while growing:
        growing = False
        for reference in includes:
            known = adopted.setdefault(reference.url, set())
            more = _lent(reference, adopted) - {""} - known
            known |= more
            growing |= bool(more)
    return adopted


def globals_of(description: Description) -> Globals:
    """Names declared anywhere. A schema without a namespace that another includes takes on that one's (XSD 1.0, 4.2.1)."""
    found = list(schemas(description))
    adopted = _adopted(description)
    broken: set[str] = set()
    for reference in description.references:
        target = description.documents.get(reference.url)
        if reference.kind == "xsd:import" and reference.url and (target is None or target.kind != "schema"):
            broken.add(reference.namespace or "")
        if reference.kind in ("xsd:include", "xsd:redefine") and (target is None or target.kind != "schema"):
            broken |= _lent(reference, adopted)
    elements: set[Name] = set()
    types: set[Name] = set()
    for schema in found:
        spaces = {schema.namespace} | (adopted.get(schema.document.url, set()) if not schema.namespace else set())
        for child in children(schema.node):
            names = {Name(space, child.get("name", "")) for space in spaces}
            match name_of(child):
                case (space, "element") if space == XSD:
                    elements |= names
                case (space, "complexType" | "simpleType") if space == XSD:
                    types |= names
    return Globals(frozenset(elements), frozenset(types), frozenset(s.namespace for s in found) - broken)
