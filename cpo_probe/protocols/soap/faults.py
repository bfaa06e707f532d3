"""Is a fault as its version of SOAP wants it?"""

from collections.abc import Iterator

from lxml import etree

from cpo_probe.model import Problem, Where
from cpo_probe.protocols.soap.envelope import Envelope
from cpo_probe.protocols.wsdl.names import ENVELOPE11, ENVELOPE12, XML
from cpo_probe.protocols.wsdl.problem import pointer
from cpo_probe.protocols.wsdl.xml import Name, children, line_of, name_of

CODES11 = frozenset(Name(ENVELOPE11, code) for code in ("VersionMismatch", "MustUnderstand", "Client", "Server"))
CODES12 = frozenset(
    Name(ENVELOPE12, code) for code in ("VersionMismatch", "MustUnderstand", "DataEncodingUnknown", "Sender", "Receiver")
)
_CHILDREN11 = ("faultcode", "faultstring", "faultactor", "detail")
_CHILDREN12 = ["Code", "Reason", "Node", "Role", "Detail"]


def at(rule: str, node: etree._Element, expected: object, found: object, **params: object) -> Problem:
    """A breach at an element of a message."""
    place = pointer(node)
    return Problem(rule, Where("response.body", pointer=place, line=line_of(node)), place, expected, found, dict(params))


def faults11(message: Envelope) -> Iterator[Problem]:
    """SOAP 1.1, 4.4; BP 1.1, R1000 to R1004 and R1031. A fault of SOAP 1.2 in an envelope of 1.1 is a child that is none."""
    fault = message.fault
    if fault is None:
        return
    present = [name_of(child) for child in children(fault.node)]
    for child in children(fault.node):
        own = name_of(child)
        if own.local not in _CHILDREN11:
            yield at("r1000", child, list(_CHILDREN11), own.local)
        elif own.namespace:
            yield at("r1001", child, "no namespace", str(own))
    missing = [name for name in ("faultcode", "faultstring") if name not in [own.local for own in present]]
    if missing:
        yield at("fault-parts", fault.node, ["faultcode", "faultstring"], [own.local for own in present])
    code = next((child for child in children(fault.node) if name_of(child).local == "faultcode"), None)
    if code is None:
        return
    if (
        fault.code is None
        or (fault.code.namespace == ENVELOPE11 and _first(fault.code) not in CODES11)
        or not fault.code.namespace
    ):
        yield at("r1004", code, sorted(one.local for one in CODES11), fault.code_text)
    elif "." in fault.code.local and _first(fault.code) in CODES11:
        yield at("r1031", code, "no dots", fault.code_text)


def _first(code: Name) -> Name:
    """The code before its first dot (SOAP 1.1, 4.4.1 has Client.Authentication)."""
    return Name(code.namespace, code.local.partition(".")[0])


def faults12(message: Envelope) -> Iterator[Problem]:
    """SOAP 1.2 Part 1, 5.4."""
    fault = message.fault
    if fault is None:
        return
    if len(message.body) > 1:
        yield at("fault12", fault.node, "the only child of Body", len(message.body))
    order = [name_of(child).local for child in children(fault.node)]
    foreign = [own for own in map(name_of, children(fault.node)) if own.namespace != ENVELOPE12 or own.local not in _CHILDREN12]
    if foreign or order[:2] != ["Code", "Reason"] or order != [name for name in _CHILDREN12 if name in order]:
        yield at("fault12", fault.node, _CHILDREN12, order)
    if fault.code not in CODES12:
        yield at("code12", fault.node, sorted(one.local for one in CODES12), fault.code_text or "none")
    texts = fault.node.findall(f"{{{ENVELOPE12}}}Reason/{{{ENVELOPE12}}}Text")
    unsaid = [text for text in texts if text.get(f"{{{XML}}}lang") is None]
    if not texts or unsaid:
        yield at("reason12", unsaid[0] if unsaid else fault.node, "Text with xml:lang", "no language" if unsaid else "nothing")
