"""Are the documents valid by the schemas of WSDL 1.1 and of its SOAP bindings? WS-I Basic Profile 1.1, 4.2.1.

The schemas come out of an installed package and say what their edition says. The profile names a later edition of WSDL's, which
allows elements and attributes of other namespaces in more places: those are taken out before, so that both editions agree.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from lxml import etree

from cpo_probe.model import Problem
from cpo_probe.protocols.wsdl.model import Description, Document
from cpo_probe.protocols.wsdl.names import HTTP, MIME, SOAP11, SOAP12, WSDL, XSD
from cpo_probe.protocols.wsdl.problem import problem
from cpo_probe.protocols.wsdl.rules_text import twin
from cpo_probe.protocols.wsdl.xml import line_of, name_of
from cpo_probe.protocols.xsd import FromMemory

_PLACE = "cpo-probe:published/"
_PACKAGE = "schemas/WSDL"
_KEPT = frozenset({WSDL, SOAP11, SOAP12, HTTP, MIME})
_ELEMENT = re.compile(r"Element '\{([^}]*)\}([^']*)'")
_UNIQUE = tuple(f"{{{XSD}}}{name}" for name in ("key", "unique", "keyref"))


def valid(description: Description) -> Iterator[Problem]:
    """What libxml2 says of each WSDL document; names that are there twice are judged elsewhere, over all documents."""
    for document in description.definitions:
        yield from _violations(document)


def _violations(document: Document) -> Iterator[Problem]:
    assert document.root is not None
    known = _known(document.root)
    schema = _schema()
    if schema.validate(known):
        return
    for entry in list(schema.error_log):  # type: ignore[call-overload]
        found = _ELEMENT.match(str(entry.message))
        namespace, local = (found[1], found[2]) if found else (WSDL, "definitions")
        node = _at(known, namespace, local, int(entry.line))
        parent = node.getparent()
        if parent is not None and "not expected" in str(entry.message):  # where it may stand is said by what it stands in
            namespace = name_of(parent).namespace
        rule = {SOAP11: "r2029", SOAP12: twin("r2029")}.get(namespace, "r2028")
        yield problem(rule, document, node, expected="valid by its schema", found=str(entry.message)[:300])


def _at(root: etree._Element, namespace: str, local: str, line: int) -> etree._Element:
    return next((node for node in root.iter(f"{{{namespace}}}{local}") if line_of(node) == line), root)


def _known(root: etree._Element) -> etree._Element:
    """A copy without contents of documentation and types, and without what belongs to other namespaces."""
    copy = deepcopy(root)
    for node in list(copy.iter(f"{{{WSDL}}}documentation", f"{{{WSDL}}}types")):
        _empty(node)
    for node in list(copy.iter("*")):
        for attribute in [name for name in node.attrib if str(name).startswith("{") and not str(name).startswith(f"{{{WSDL}}}")]:
            del node.attrib[attribute]
        parent = node.getparent()
        if name_of(node).namespace not in _KEPT and parent is not None:
            parent.remove(node)
    return copy


def _empty(node: etree._Element) -> None:
    node.text = None
    for child in list(node):
        node.remove(child)


@cache
def _schema() -> etree.XMLSchema:
    """The schema of WSDL, and that of the SOAP binding for SOAP 1.1 and, with the one attribute it adds, for SOAP 1.2."""
    soap = _file("wsdl-soap.xsd")
    header = soap.find(f"{{{XSD}}}attributeGroup[@name='tHeaderAttributes']/{{{XSD}}}attribute[@name='use']")
    assert header is not None
    header.set("use", "optional")  # left out it means literal (WS-I BP 1.1, 4.7.17, R2707)
    of_11 = etree.tostring(soap)
    added = '<xs:attribute name="soapActionRequired" type="xs:boolean" use="optional"/><xs:attribute name="soapAction"'
    of_12 = of_11.replace(SOAP11.encode(), SOAP12.encode()).replace(b'<xs:attribute name="soapAction"', added.encode(), 1)
    wsdl = _file("wsdl.xsd")
    for node in list(wsdl.iter(*_UNIQUE)):
        parent = node.getparent()
        assert parent is not None
        parent.remove(node)
    texts = {"wsdl": etree.tostring(wsdl), "soap11": of_11, "soap12": of_12}
    spaces = {"wsdl": WSDL, "soap11": SOAP11, "soap12": SOAP12}
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    parser.resolvers.add(FromMemory({f"{_PLACE}{name}": text for name, text in texts.items()}))
    imports = "".join(f'<import namespace="{space}" schemaLocation="{_PLACE}{name}"/>' for name, space in spaces.items())
    root = etree.fromstring(f'<schema xmlns="{XSD}" targetNamespace="{_PLACE}">{imports}</schema>', parser, base_url=_PLACE)
    return etree.XMLSchema(root)


def _file(name: str) -> etree._Element:
    package = find_spec("xmlschema")  # found, not imported: only its data are wanted
    assert package is not None and package.submodule_search_locations, "xmlschema is a dependency"
    return etree.fromstring((Path(package.submodule_search_locations[0]) / _PACKAGE / name).read_bytes())
