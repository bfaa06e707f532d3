"""Which Basic Profiles does a description claim to keep?"""

import re
from collections.abc import Iterator

from lxml import etree

from cpo_probe.protocols.wsdl.model import Description
from cpo_probe.protocols.wsdl.xml import name_of

CLAIM = "{http://ws-i.org/schemas/conformanceClaim/}Claim"
_PROFILE = re.compile(r"https?://(?:www\.)?ws-i\.org/profiles/basic(?:-?profile)?/?(1\.[012]|2\.0)(?:/.*)?", re.IGNORECASE)


def claims(description: Description) -> frozenset[str]:
    """Versions of the profile, "1.0" to "2.0", claimed anywhere in the WSDL: by wsi:Claim in a documentation (Conformance Claim
    Attachment Mechanisms 1.0), or by a policy assertion Conformant in a namespace of the profile (BP 1.2 and 2.0, 2)."""
    return frozenset(_claims(description))


def _claims(description: Description) -> Iterator[str]:
    for document in description.definitions:
        assert document.root is not None
        for node in document.root.iter(CLAIM, "{*}Conformant"):
            found = _PROFILE.fullmatch(_said(node))
            if found:
                yield found[1]


def _said(node: etree._Element) -> str:
    return node.get("conformsTo", "").strip() if node.tag == CLAIM else name_of(node).namespace
