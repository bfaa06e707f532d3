"""Which claims about a SOAP message can be checked in the answer alone, and which of them does it break?

Numbers R... are those of WS-I Basic Profile 1.1, which speaks of SOAP 1.1; of SOAP 1.2 the Recommendation itself is the rule.
"""

from collections.abc import Callable, Iterator

from lxml import etree

from cpo_probe.model import Problem, Problems, Where
from cpo_probe.protocols.soap.envelope import Envelope, NoEnvelope, read
from cpo_probe.protocols.soap.faults import at, faults11, faults12
from cpo_probe.protocols.soap.rules_text import RULES
from cpo_probe.protocols.wsdl.names import ENCODINGS, ENVELOPE11, ENVELOPE12
from cpo_probe.protocols.wsdl.xml import children, line_of, name_of

__all__ = ["RULES", "judge", "silent"]

_UTF = frozenset({"", "utf-8", "utf8", "utf-16", "utf-16le", "utf-16be"})
_TYPES = {"1.1": "text/xml", "1.2": "application/soap+xml"}
_XSI_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def judge(body: bytes, *, status: int, media_type: str, rpc: bool = False) -> Problems:
    """What is wrong with an answer that has to be a SOAP message. `media_type`: type/subtype in lower case.

    `rpc`: the operation is rpc-literal. What the message gave no occasion for says `silent`.
    """
    found = Problems()
    message = read(body)
    if isinstance(message, NoEnvelope):
        rule = {"dtd": "r1008", "version": "r1015"}.get(message.reason, "envelope")
        where = Where("response.body", line=message.line)
        found.add(Problem(rule, where, "", "a SOAP envelope", message.detail, {"reason": message.reason}))
        return found
    for rule_of in _COMMON:
        for problem in rule_of(message):
            found.add(problem)
    for problem in _http(message, status, media_type):
        found.add(problem)
    for problem in _of_11(message, rpc) if message.version == "1.1" else _of_12(message):
        found.add(problem)
    return found


def silent(body: bytes, *, rpc: bool = False) -> frozenset[str]:
    """Rules that this answer cannot keep: those of the other version, of faults when it is none, of headers it does not have.

    Of what is no envelope only that is said.
    """
    message = read(body)
    if isinstance(message, NoEnvelope):
        return frozenset(rule.id for rule in RULES) - {"envelope", "r1008", "r1015"}
    is_11, fault = message.version == "1.1", message.fault is not None
    found = _OF_12 if is_11 else _OF_11
    found |= {"r1111"} if fault else _OF_FAULTS
    found |= frozenset() if rpc and not fault else _OF_RPC
    return found | (frozenset() if message.headers else _OF_HEADERS)


_OF_FAULTS11 = frozenset({"r1000", "r1001", "fault-parts", "r1004", "r1031", "r1126"})
_OF_FAULTS12 = frozenset({"fault12", "code12", "reason12"})
_OF_FAULTS = _OF_FAULTS11 | _OF_FAULTS12
_OF_RPC = frozenset({"r1007", "r2211", "r2735"})
_OF_HEADERS = frozenset({"header-qualified", "r1013"})
_OF_11 = _OF_FAULTS11 | _OF_RPC | {"r1005", "r1006", "r1014", "r1032", "r9981", "r2113", "r1111"}
_OF_12 = _OF_FAULTS12 | {"frame12", "status12"}


def _structure(message: Envelope) -> Iterator[Problem]:
    """SOAP 1.1, 4; SOAP 1.2 Part 1, 5.1: Header if any, then Body, nothing else."""
    names = [name_of(child) for child in children(message.root)]
    own = [name.local if name.namespace == message.namespace else str(name) for name in names]
    if "Body" not in own:
        yield at("envelope", message.root, "Body", own, reason="no_body")
    elif own not in (["Body"], ["Header", "Body"]):
        rule = "r1011" if own[: own.index("Body") + 1] in (["Body"], ["Header", "Body"]) else "envelope"
        yield at(rule, message.root, ["Header", "Body"], own, reason="order")


def _instructions(message: Envelope) -> Iterator[Problem]:
    """SOAP 1.1, 3; SOAP 1.2 Part 1, 5: no processing instructions. What stands before the envelope counts as well."""
    before = message.root.getprevious()
    while before is not None:
        if isinstance(before, etree._ProcessingInstruction):
            yield Problem("r1009", Where("response.body", line=line_of(before)), "", "none", str(before.text or "")[:40], {})
        before = before.getprevious()
    for node in message.root.iter(etree.ProcessingInstruction):
        parent = node.getparent()
        yield at("r1009", parent if parent is not None else message.root, "none", str(node.text or "")[:40])


def _encoding(message: Envelope) -> Iterator[Problem]:
    if message.encoding not in _UTF:
        yield at("r1012", message.root, "UTF-8 or UTF-16", message.encoding)


def _must_understand(message: Envelope) -> Iterator[Problem]:
    right = ("0", "1") if message.version == "1.1" else ("0", "1", "true", "false")
    for block in message.headers:
        said = block.get(f"{{{message.namespace}}}mustUnderstand")
        if said is not None and said.strip() not in right:
            yield at("r1013", block, list(right), said)
        if not name_of(block).namespace:
            yield at("header-qualified", block, "a namespace", name_of(block).local)


_COMMON: tuple[Callable[[Envelope], Iterator[Problem]], ...] = (_structure, _instructions, _encoding, _must_understand)


def _http(message: Envelope, status: int, media_type: str) -> Iterator[Problem]:
    where = Where("response.status")
    fault = message.fault
    if fault is not None and message.version == "1.1" and status != 500:
        yield Problem("r1126", where, "", 500, status, {})
    if fault is not None and message.version == "1.2" and not 400 <= status <= 599:
        yield Problem("status12", where, "", "4xx or 5xx", status, {})
    if fault is None and not 200 <= status <= 299:
        yield Problem("r1111" if message.version == "1.1" else "status12", where, "", 200, status, {})
    if media_type not in (_TYPES[message.version], "multipart/related", "application/xop+xml"):
        expected = _TYPES[message.version]
        yield Problem("media-type", Where("response.header", "content-type"), "", expected, media_type or "none", {})


def _of_11(message: Envelope, rpc: bool) -> Iterator[Problem]:
    for node in (message.root, message.header, message.body_node):
        for attribute in node.attrib if node is not None else ():
            name = etree.QName(attribute)
            if node is not None and name.namespace == ENVELOPE11:
                rule = "r1005" if name.localname == "encodingStyle" else "r1032"
                yield at(rule, node, "no attribute of SOAP", name.localname)
    if len(message.body) > 1:
        yield at("r9981", message.body_node if message.body_node is not None else message.root, "at most 1", len(message.body))
    for child in message.body:
        if not name_of(child).namespace:
            yield at("r1014", child, "a namespace", name_of(child).local)
        if child.get(f"{{{ENVELOPE11}}}encodingStyle") is not None:
            yield at("r1006", child, "no encodingStyle", child.get(f"{{{ENVELOPE11}}}encodingStyle"))
        for node in child.iter():
            if isinstance(node.tag, str):
                yield from _arrays(node)
        if rpc and message.fault is None:
            yield from _accessors(child)
    yield from faults11(message)


def _arrays(node: etree._Element) -> Iterator[Problem]:
    for attribute in node.attrib:
        if etree.QName(attribute).namespace in ENCODINGS and etree.QName(attribute).localname == "arrayType":
            yield at("r2113", node, "no arrayType", node.get(attribute))


def _accessors(wrapper: etree._Element) -> Iterator[Problem]:
    for part in children(wrapper):
        if name_of(part).namespace:
            yield at("r2735", part, "no namespace", str(name_of(part)))
        if part.get(_XSI_NIL) in ("1", "true"):
            yield at("r2211", part, "left out, or a value", "xsi:nil")
        if part.get(f"{{{ENVELOPE11}}}encodingStyle") is not None:
            yield at("r1007", part, "no encodingStyle", part.get(f"{{{ENVELOPE11}}}encodingStyle"))


def _of_12(message: Envelope) -> Iterator[Problem]:
    """SOAP 1.2 Part 1, 5.1.1: encodingStyle stands on header blocks and on what is in the body, not on the frame."""
    for node in (message.root, message.header, message.body_node):
        if node is not None and node.get(f"{{{ENVELOPE12}}}encodingStyle") is not None:
            yield at("frame12", node, "no encodingStyle", node.get(f"{{{ENVELOPE12}}}encodingStyle"))
    yield from faults12(message)
