"""How is a place in a description named?"""

from typing import Any

from lxml import etree

from cpo_probe.model import Problem, Where
from cpo_probe.protocols.wsdl.model import Document
from cpo_probe.protocols.wsdl.xml import children, line_of, name_of


def problem(rule: str, document: Document, node: etree._Element | None, *, expected: Any, found: Any, **params: Any) -> Problem:
    """A breach at an element of a document; `location` is stable against lines that move."""
    place = pointer(node) if node is not None else ""
    where = Where("description", pointer=place, line=line_of(node) if node is not None else 0)
    return Problem(rule, where, place or document.url, expected, found, {"document": document.url, **params})


def pointer(node: etree._Element) -> str:
    """An XPath of readable steps: the name where there is one, the position where there are several without."""
    steps: list[str] = []
    at: etree._Element | None = node
    while at is not None:
        own, above = name_of(at).local, at.getparent()
        named = at.get("name") or at.get("namespace")
        if named:
            own += f"[{named}]"
        elif above is not None:
            alike = [child for child in children(above) if child.tag == at.tag]
            own += f"[{alike.index(at) + 1}]" if len(alike) > 1 else ""
        steps.append(own)
        at = above
    return "/" + "/".join(reversed(steps))
