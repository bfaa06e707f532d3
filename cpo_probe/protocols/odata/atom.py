"""What does an Atom document of OData V2 hold? RFC 4287 (Atom), RFC 5023 (AtomPub), [MS-ODATA] 2.2.6.2.

Read as metadata is read (`xml`): no DTD, no entity, nothing fetched, bounded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cpo_probe.protocols.odata import xml
from cpo_probe.protocols.odata.shapes import DATA_SERVICES
from cpo_probe.protocols.odata.xml import Node, Unreadable

ATOM = "http://www.w3.org/2005/Atom"
APP = "http://www.w3.org/2007/app"
DATA = "http://schemas.microsoft.com/ado/2007/08/dataservices"
RELATED = f"{DATA}/related/"
SCHEME = f"{DATA}/scheme"
_META = DATA_SERVICES
_APPS = frozenset({APP, "http://purl.org/atom/app#"})


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection of a service document; `href` as written."""

    href: str
    title: str


@dataclass(frozen=True, slots=True)
class Property:
    """One value. `type`: m:type, "" when it is not stated (Edm.String). `inside`: the parts of a complex value."""

    type: str
    null: bool
    text: str
    inside: "Mapping[str, Property] | None"
    line: int


@dataclass(frozen=True, slots=True)
class Link:
    """`inline`: the feed or entry that $expand put into the link, None without m:inline or when it is empty."""

    rel: str
    href: str
    type: str
    title: str
    inline: "Feed | Entry | None"
    expanded: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """`has`: local names of the children in the namespace of Atom. `type`: the category term. `placed`: where m:properties stand:
    "content", "entry" (media link entries), or "" for nowhere. `strange`: properties outside the namespace of data.
    """

    id: str
    etag: str
    type: str
    has: frozenset[str]
    properties: Mapping[str, Property]
    links: tuple[Link, ...]
    placed: str
    content_type: str
    content_src: str
    strange: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Feed:
    """`count`: text of m:count, None without it. `next`: href of the link to the next page, "" on the last one."""

    id: str
    has: frozenset[str]
    entries: tuple[Entry, ...]
    count: str | None
    next: str
    line: int


def read(body: bytes) -> Feed | Entry | Unreadable:
    """The feed or entry. `Unreadable.reason`: those of `xml`, or "root" when the document is neither."""
    root = xml.parse(body)
    if isinstance(root, Unreadable):
        return root
    if root.namespace == ATOM and root.name == "feed":
        return _feed(root)
    if root.namespace == ATOM and root.name == "entry":
        return _entry(root)
    return Unreadable("root", root.tag, root.line)


def read_service(body: bytes) -> tuple[Collection, ...] | Unreadable:
    """The collections of an AtomPub service document (RFC 5023, 8)."""
    root = xml.parse(body)
    if isinstance(root, Unreadable):
        return root
    if root.name != "service" or root.namespace not in _APPS:
        return Unreadable("root", root.tag, root.line)
    found = (c for workspace in root.named("workspace") for c in workspace.named("collection"))
    return tuple(Collection(c.get("href"), next((t.text for t in c.named("title")), "")) for c in found)


def read_error(body: bytes) -> tuple[str | None, str | None] | Unreadable:
    """Code and message of an error in XML ([MS-ODATA] 2.2.8.1.1); None for what is missing."""
    root = xml.parse(body)
    if isinstance(root, Unreadable):
        return root
    if root.name != "error" or root.namespace != _META:
        return Unreadable("root", root.tag, root.line)
    parts = {child.name: child.text for child in root.children if child.namespace == _META}
    return parts.get("code"), parts.get("message")


def read_property(body: bytes) -> Property | Unreadable:
    """A single property, whose element is the root ([MS-ODATA] 2.2.6.5)."""
    root = xml.parse(body)
    if isinstance(root, Unreadable):
        return root
    return _property(root) if root.namespace == DATA else Unreadable("root", root.tag, root.line)


def _names(node: Node) -> frozenset[str]:
    return frozenset(child.name for child in node.children if child.namespace == ATOM)


def _in(node: Node, namespace: str, name: str) -> Iterator[Node]:
    return (child for child in node.named(name) if child.namespace == namespace)


def _text(node: Node, name: str) -> str:
    return next((child.text.strip() for child in _in(node, ATOM, name)), "")


def _feed(node: Node) -> Feed:
    entries = tuple(_entry(child) for child in _in(node, ATOM, "entry"))
    count = next((child.text.strip() for child in _in(node, _META, "count")), None)
    following = next((link.get("href") for link in _in(node, ATOM, "link") if link.get("rel") == "next"), "")
    return Feed(_text(node, "id"), _names(node), entries, count, following, node.line)


def _entry(node: Node) -> Entry:
    content = next(_in(node, ATOM, "content"), None)
    inside = next(_in(content, _META, "properties"), None) if content is not None else None
    beside = next(_in(node, _META, "properties"), None)
    properties = inside if inside is not None else beside
    placed = "content" if inside is not None else "entry" if beside is not None else ""
    children = properties.children if properties is not None else ()
    term = next((c.get("term") for c in _in(node, ATOM, "category") if c.get("scheme") == SCHEME), "")
    return Entry(
        _text(node, "id"),
        node.get(f"{_META}}}etag"),
        term,
        _names(node),
        {child.name: _property(child) for child in children if child.namespace == DATA},
        tuple(_link(child) for child in _in(node, ATOM, "link")),
        placed,
        content.get("type") if content is not None else "",
        content.get("src") if content is not None else "",
        tuple(child.tag for child in children if child.namespace != DATA),
        node.line,
    )


def _property(node: Node) -> Property:
    null = node.get(f"{_META}}}null") in ("true", "1")
    inside = {child.name: _property(child) for child in node.children if child.namespace == DATA}
    return Property(node.get(f"{_META}}}type"), null, node.text, inside or None, node.line)


def _link(node: Node) -> Link:
    wrapper = next(_in(node, _META, "inline"), None)
    inner = next(iter(wrapper.children), None) if wrapper is not None else None
    inline: Feed | Entry | None = None
    if inner is not None and inner.namespace == ATOM:
        inline = _feed(inner) if inner.name == "feed" else _entry(inner) if inner.name == "entry" else None
    return Link(node.get("rel"), node.get("href"), node.get("type"), node.get("title"), inline, wrapper is not None)


__all__ = [
    "Collection",
    "Entry",
    "Feed",
    "Link",
    "Property",
    "Unreadable",
    "read",
    "read_error",
    "read_property",
    "read_service",
]
