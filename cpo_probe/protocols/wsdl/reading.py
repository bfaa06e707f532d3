"""How does a WSDL 1.1 description over many files become one model?"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TypeVar
from urllib.parse import urldefrag, urljoin

from lxml import etree

from cpo_probe.protocols.wsdl import model
from cpo_probe.protocols.wsdl.components import binding, message, port_type, service
from cpo_probe.protocols.wsdl.names import WSDL, WSDL2, XSD
from cpo_probe.protocols.wsdl.xml import Name, children, declares_xml, name_of, parse

C = TypeVar("C", model.Message, model.PortType, model.Binding, model.Service)


def document(body: bytes, url: str) -> model.Document:
    """One file, read within bounds; never raises."""
    root = parse(body)
    if not isinstance(root, etree._Element):
        return model.Document(url, "", None, root, "")
    kinds = {Name(WSDL, "definitions"): "wsdl", Name(XSD, "schema"): "schema", Name(WSDL2, "description"): "wsdl2"}
    encoding = (root.getroottree().docinfo.encoding or "").lower()
    return model.Document(url, kinds.get(name_of(root), "other"), root, None, encoding, declares_xml(body))


def references(found: model.Document) -> tuple[model.Reference, ...]:
    """What a document imports and includes, addresses made absolute, in document order."""
    if found.root is None or found.kind not in ("wsdl", "schema"):
        return ()
    return tuple(_references(found))


def _references(found: model.Document) -> Iterator[model.Reference]:
    assert found.root is not None
    for node in found.root.iter(f"{{{WSDL}}}import", *(f"{{{XSD}}}{name}" for name in ("import", "include", "redefine"))):
        own = name_of(node)
        kind = f"{'wsdl' if own.namespace == WSDL else 'xsd'}:{own.local}"
        location = node.get("location" if kind == "wsdl:import" else "schemaLocation", "").strip()
        url = _joined(found.url, location) if location else ""
        yield model.Reference(kind, node.get("namespace"), url, found, node)


def _joined(base: str, location: str) -> str:
    """The address without fragment; "" for what is none ("http://[")."""
    try:
        return urldefrag(urljoin(base, location)).url
    except ValueError:
        return ""


def build(start: str, bodies: Mapping[str, bytes]) -> model.Description:
    """The description at the URL `start`; `bodies`: what was fetched, by URL, other documents included.

    A document is read once however often it is imported, so that cycles end. Whatever is not among `bodies` is `missing`.
    The last ones are kept: discovery, probes and judging ask for the same, and one of 10 MB takes half a second. Nobody may
    change their elements.
    """
    return _built(start, tuple(sorted(bodies.items())))


@lru_cache(maxsize=4)
def _built(start: str, parts: tuple[tuple[str, bytes], ...]) -> model.Description:
    bodies = dict(parts)
    documents: dict[str, model.Document] = {}
    followed: list[model.Reference] = []
    missing: list[model.Reference] = []
    queue = [start]
    while queue:
        url = queue.pop(0)
        if url in documents:
            continue
        documents[url] = document(bodies.get(url, b""), url)
        for reference in references(documents[url]):
            followed.append(reference)
            if reference.url and reference.url in bodies:
                queue.append(reference.url)
            elif reference.url:
                missing.append(reference)
    duplicates: list[tuple[str, Name, etree._Element]] = []
    tops = [(d, node) for d in documents.values() if d.kind == "wsdl" and d.root is not None for node in children(d.root)]

    def table(kind: str, made: Iterator[C]) -> dict[Name, C]:
        found: dict[Name, C] = {}
        for component in made:
            if component.name in found:
                duplicates.append((kind, component.name, component.node))
            else:
                found[component.name] = component
        return found

    def nodes(kind: str) -> Iterator[tuple[model.Document, etree._Element]]:
        return ((d, node) for d, node in tops if node.tag == f"{{{WSDL}}}{kind}")

    return model.Description(
        documents[start],
        documents,
        tuple(followed),
        tuple(missing),
        table("message", (message(d, node) for d, node in nodes("message"))),
        table("portType", (port_type(d, node) for d, node in nodes("portType"))),
        table("binding", (binding(d, node) for d, node in nodes("binding"))),
        table("service", (service(d, node) for d, node in nodes("service"))),
        tuple(duplicates),
    )
