"""Documents, imports and schemas: WSDL 1.1, 2.1 and 2.2; Basic Profile 1.1, 4.2 and 4.3."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml import etree

from cpo_probe.model import Problem
from cpo_probe.protocols.wsdl.model import Description, Document
from cpo_probe.protocols.wsdl.names import ENCODINGS, WSDL, XML, XSD
from cpo_probe.protocols.wsdl.problem import problem
from cpo_probe.protocols.wsdl.schemas import schemas
from cpo_probe.protocols.wsdl.xml import Name, children, name_of, qname

_UTF = frozenset({"", "utf-8", "utf8", "utf-16", "utf-16le", "utf-16be"})


def readable(description: Description) -> Iterator[Problem]:
    """The start is WSDL 1.1, everything it imports can be read."""
    for document in description.documents.values():
        if document.unreadable is not None and (document is description.start or not document.withheld):
            said = document.unreadable
            yield problem("readable", document, None, expected="XML", found=said.detail, reason=said.reason)
    start = description.start
    if start.kind == "wsdl2":
        yield problem("version", start, start.root, expected="WSDL 1.1", found="WSDL 2.0")
    elif start.root is not None and start.kind != "wsdl":
        yield problem("readable", start, start.root, expected="wsdl:definitions", found=str(name_of(start.root)), reason="root")


def imports(description: Description) -> Iterator[Problem]:
    for reference in description.references:
        target = description.documents.get(reference.url)
        if reference.kind == "wsdl:import":
            if not reference.node.get("location", "").strip():
                yield problem("r2007", reference.document, reference.node, expected="location", found="none")
            if reference.namespace is not None and not absolute(reference.namespace):
                yield problem("r2803", reference.document, reference.node, expected="absolute URI", found=reference.namespace)
            if target is not None and target.kind == "schema":
                yield problem("r2001", reference.document, reference.node, expected="WSDL", found=reference.url)
            elif target is not None and target.kind == "wsdl" and target.root is not None:
                theirs = target.root.get("targetNamespace")
                if reference.namespace != theirs:
                    yield problem("r2005", reference.document, reference.node, expected=theirs, found=reference.namespace)
        elif target is not None and target.root is not None and target.kind != "schema":
            found = str(name_of(target.root))
            yield problem("r2004", reference.document, reference.node, expected="xsd:schema", found=found)
        if reference.kind == "xsd:import" and not any(True for _ in reference.node.iterancestors(f"{{{XSD}}}schema")):
            yield problem("r2003", reference.document, reference.node, expected="inside xsd:schema", found="outside")


def absolute(uri: str) -> bool:
    try:
        return bool(urlsplit(uri).scheme)
    except ValueError:  # "http://[": no URI at all
        return False


def encoding(description: Description) -> Iterator[Problem]:
    for document in description.documents.values():
        if document.root is not None and document.encoding not in _UTF:
            yield problem(
                "r2010" if document.kind == "schema" else "r4003",
                document,
                document.root,
                expected="UTF-8 or UTF-16",
                found=document.encoding,
            )


_ORDER = {"documentation": 0, "import": 1, "types": 2}


def order(description: Description) -> Iterator[Problem]:
    for document in description.definitions:
        assert document.root is not None
        own = [node for node in children(document.root) if name_of(node).namespace == WSDL]
        highest = "documentation"
        for node in own:
            kind = name_of(node).local
            rank, most = _ORDER.get(kind, 3), _ORDER.get(highest, 3)
            if rank < most:
                rule = {"documentation": "r2030", "import": "r2022", "types": "r2023"}[kind]
                yield problem(rule, document, node, expected=f"before {highest}", found=f"behind {highest}")
            else:
                highest = kind


def required_extensions(description: Description) -> Iterator[Problem]:
    for document in description.definitions:
        assert document.root is not None
        for node in document.root.iter():
            if isinstance(node.tag, str) and node.get(f"{{{WSDL}}}required") in ("true", "1"):
                yield problem("r2026", document, node, expected="not required", found="wsdl:required=true")


def target_namespaces(description: Description) -> Iterator[Problem]:
    for schema in schemas(description):
        if schema.inline and not schema.namespace:
            only_imports = all(name_of(node).local in ("import", "annotation") for node in children(schema.node))
            if not only_imports:
                yield problem("r2105", schema.document, schema.node, expected="targetNamespace", found="none")


_ARRAY_OF = re.compile(r"ArrayOf(?:[^f]|float$)")
"""The convention is ArrayOf before the name of a type; ArrayOffset and ArrayOffice are words of their own."""


def arrays(description: Description) -> Iterator[Problem]:
    for schema in schemas(description):
        for node in schema.node.iter(f"{{{XSD}}}extension", f"{{{XSD}}}restriction"):
            base = qname(node, node.get("base"))
            if base is not None and base.namespace in ENCODINGS and base.local == "Array":
                yield problem("r2110", schema.document, node, expected="no soapenc:Array", found=node.get("base"))
        for node in schema.node.iter(f"{{{XSD}}}attribute"):
            if node.get(f"{{{WSDL}}}arrayType") is not None:
                found = node.get(f"{{{WSDL}}}arrayType")
                yield problem("r2111", schema.document, node, expected="no wsdl:arrayType", found=found)
        for node in schema.node.iter(f"{{{XSD}}}element"):
            name = node.get("name", "")
            if _ARRAY_OF.match(name):
                yield problem("r2112", schema.document, node, expected="another name", found=name)


def known_namespaces(description: Description) -> Iterator[Problem]:
    """QNames in messages, port types, bindings and services lead only to namespaces that are imported, or are the document's."""
    of_schemas = {XSD, XML, *ENCODINGS} | {schema.namespace for schema in schemas(description)}
    of_schemas |= {r.namespace or "" for r in description.references if r.kind == "xsd:import"}
    for document in description.definitions:
        assert document.root is not None
        of_wsdl = {document.root.get("targetNamespace", "")}
        of_wsdl |= {r.namespace or "" for r in description.references if r.document is document and r.kind == "wsdl:import"}
        for node, name in _names(document):
            rule, known = ("r2102", of_schemas) if name_of(node).local == "part" else ("r2101", of_wsdl)
            if name.namespace and name.namespace not in known:
                yield problem(rule, document, node, expected="an imported namespace", found=str(name))


_QNAMES = {"part": ("element", "type"), "input": ("message",), "output": ("message",), "fault": ("message",),
           "binding": ("type",), "port": ("binding",)}  # fmt: skip


def _names(document: Document) -> Iterator[tuple[etree._Element, Name]]:
    assert document.root is not None
    for node in document.root.iter():
        if not isinstance(node.tag, str) or name_of(node).namespace != WSDL:
            continue
        for attribute in _QNAMES.get(name_of(node).local, ()):
            name = qname(node, node.get(attribute))
            if name is not None:
                yield node, name


def undeclared_prefixes(description: Description) -> Iterator[Problem]:
    for document in description.definitions:
        assert document.root is not None
        for node in document.root.iter():
            if isinstance(node.tag, str) and name_of(node).namespace == WSDL:
                for attribute in _QNAMES.get(name_of(node).local, ()):
                    value = node.get(attribute)
                    if value is not None and qname(node, value) is None:
                        yield problem("qname", document, node, expected="a declared prefix", found=value)


ALL = (imports, encoding, order, required_extensions, target_namespaces, arrays, known_namespaces, undeclared_prefixes)
