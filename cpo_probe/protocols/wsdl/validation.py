"""Is an element what the schemas of the description say it is?

libxml2 decides, with the schemas as they were fetched, from memory: it asks nobody. Documents of one namespace are put together
by includes, since an import takes only one of them; for rpc-literal bodies the wrappers that WSDL implies are declared.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin

from lxml import etree

from cpo_probe.protocols.wsdl.encoding import ENCODING_SCHEMA
from cpo_probe.protocols.wsdl.model import BoundMessage, Description, Message
from cpo_probe.protocols.wsdl.names import ENCODING11, XSD
from cpo_probe.protocols.wsdl.schemas import globals_of, schemas
from cpo_probe.protocols.wsdl.xml import Name, children
from cpo_probe.protocols.xsd import FromMemory, Validator

_PLACE = "cpo-probe:schema/"


def validator(description: Description) -> Validator:
    """The schemas of a description, compiled once; the reason when they cannot be."""
    withheld = (document.url for document in description.documents.values() if document.withheld)
    missing = tuple(dict.fromkeys([*(r.url for r in description.missing if r.kind.startswith("xsd:")), *withheld]))
    parts = [*_documents(description), *_encoding(description), *_wrappers(description)]
    texts, spaces = _arranged(parts)
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    parser.resolvers.add(FromMemory(texts))
    imports = "".join(f'<import{_namespace(space)} schemaLocation="{place}"/>' for space, place in spaces.items())
    root = etree.fromstring(f'<schema xmlns="{XSD}" targetNamespace="{_PLACE}">{imports}</schema>', parser, base_url=_PLACE)
    try:
        return Validator(etree.XMLSchema(root), "", missing)
    except etree.XMLSchemaParseError as error:
        return Validator(None, str(error)[:400], missing)


def _namespace(space: str) -> str:
    return f' namespace="{_escaped(space)}"' if space else ""


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


@dataclass(frozen=True, slots=True)
class _Part:
    """A schema document. `url` is "" for what has no address of its own and is included by nobody."""

    namespace: str
    url: str
    node: etree._Element
    base: str


def _documents(description: Description) -> Iterable[_Part]:
    for schema in schemas(description):
        url = schema.document.url
        yield _Part(schema.namespace, "" if schema.inline else url, _alone(schema.node), url)


def _encoding(description: Description) -> Iterable[_Part]:
    """The schema of SOAP encoding, where it is imported and did not come along."""
    own = {schema.namespace for schema in schemas(description)}
    if ENCODING11 not in own and any(r.namespace == ENCODING11 for r in description.references):
        yield _Part(ENCODING11, "", etree.fromstring(ENCODING_SCHEMA), "")


def _alone(node: etree._Element) -> etree._Element:
    """A copy outside its document; prefixes that are declared further up and used only in values (`type="tns:Item"`) stay."""
    return etree.fromstring(etree.tostring(node, with_tail=False), etree.XMLParser(resolve_entities=False, huge_tree=True))


def _arranged(parts: list[_Part]) -> tuple[dict[str, bytes], dict[str, str]]:
    """Texts by place, and for each namespace the place of the document that includes all of it."""
    places = {part.url: f"{_PLACE}{n}" for n, part in enumerate(parts) if part.url}
    own = [places.get(part.url) or f"{_PLACE}{n}" for n, part in enumerate(parts)]
    spaces = {space: f"{_PLACE}all-{n}" for n, space in enumerate(dict.fromkeys(part.namespace for part in parts))}
    texts: dict[str, bytes] = {}
    included: set[str] = set()
    for place, part in zip(own, parts, strict=True):
        included |= _redirect(part, places, spaces)
        texts[place] = etree.tostring(part.node)
    for space, place in spaces.items():
        members = dict.fromkeys(
            p for p, part in zip(own, parts, strict=True) if part.namespace == space and (space or p not in included)
        )
        if not members:  # only included, by schemas that lend it their namespace
            continue
        body = "".join(f'<include schemaLocation="{member}"/>' for member in members)
        target = f' targetNamespace="{_escaped(space)}"' if space else ""
        texts[place] = f'<schema xmlns="{XSD}"{target}>{body}</schema>'.encode()
    return texts, {space: place for space, place in spaces.items() if place in texts}


def _redirect(part: _Part, places: Mapping[str, str], spaces: Mapping[str, str]) -> set[str]:
    """Let imports and includes lead to what is in memory, and take out those that lead nowhere; returns what is included."""
    included: set[str] = set()
    for node in children(part.node):
        kind = etree.QName(node).localname
        if kind == "import":
            place = spaces.get(node.get("namespace", ""))
            if place is not None:
                node.set("schemaLocation", place)
            else:
                node.attrib.pop("schemaLocation", "")
        elif kind in ("include", "redefine"):
            target = places.get(urldefrag(urljoin(part.base, node.get("schemaLocation", ""))).url)
            if target is not None:
                node.set("schemaLocation", target)
                included.add(target)
            elif kind == "include":
                part.node.remove(node)
    return included


def two_in_one(description: Description) -> frozenset[Name]:
    """Names of rpc-literal wrappers that are also those of global elements: both are right, and a schema knows one only."""
    return frozenset(_implied(description)) & globals_of(description).elements


def _wrappers(description: Description) -> Iterable[_Part]:
    """What `_implied` says, without names that the schemas give to elements of their own."""
    taken = two_in_one(description)
    for name, node in _implied(description).items():
        if name not in taken:
            yield _Part(name.namespace, "", node, "")


def _implied(description: Description) -> dict[Name, etree._Element]:
    """Of each rpc-literal operation the elements of request and response: named after the operation, its parts unqualified and
    in the order of the message (WSDL 1.1, 3.5; BP 1.1 R2729, R2735, R2301)."""
    found: dict[Name, etree._Element] = {}
    for binding in description.bindings.values():
        port_type = description.port_types.get(binding.type) if binding.type else None
        for bound in binding.operations:
            operation = port_type.operation(bound.name) if port_type else None
            if operation is None or bound.style != "rpc" or bound.uses - {"literal"}:
                continue
            for side, message, suffix in (
                (bound.input, operation.input, ""),
                (bound.output, operation.output, "Response"),
            ):
                said = description.messages.get(message) if message else None
                if side is not None and side.body is not None and said is not None:
                    name = Name(side.body.namespace or "", bound.name + suffix)
                    found.setdefault(name, _wrapper(name, side, said))
    return found


def _wrapper(name: Name, side: BoundMessage, message: Message) -> etree._Element:
    root = etree.Element(f"{{{XSD}}}schema")
    if name.namespace:
        root.set("targetNamespace", name.namespace)
    for space in dict.fromkeys(part.type.namespace for part in message.parts if part.type and part.type.namespace != XSD):
        if space != name.namespace:
            etree.SubElement(root, f"{{{XSD}}}import", {"namespace": space} if space else {})
    element = etree.SubElement(root, f"{{{XSD}}}element", {"name": name.local})
    sequence = etree.SubElement(etree.SubElement(element, f"{{{XSD}}}complexType"), f"{{{XSD}}}sequence")
    listed = side.body.parts if side.body else None
    for part in message.parts:
        if part.type is not None and (listed is None or part.name in listed):
            own = etree.SubElement(sequence, f"{{{XSD}}}element", {"name": part.name}, nsmap={"t": part.type.namespace or XSD})
            own.set("type", f"t:{part.type.local}")
    return root
