"""Which claims about a SOAP message can be checked in an answer, and which of them does it break?

Numbers R... are those of WS-I Basic Profile 1.1 and 1.2, which speak of SOAP 1.1; with -12 behind them those of 2.0, which
speaks of SOAP 1.2 as its Recommendation does.
"""

import codecs
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import Message

from lxml import etree

from cpo_probe.model import Problem, Problems, Where
from cpo_probe.protocols.soap import promised
from cpo_probe.protocols.soap.envelope import Envelope, NoEnvelope, read
from cpo_probe.protocols.soap.faults import at, faults11, faults12
from cpo_probe.protocols.soap.promised import Promise
from cpo_probe.protocols.soap.rules_text import RULES, TWINS, twin
from cpo_probe.protocols.wsdl.names import ENCODINGS, ENVELOPE12
from cpo_probe.protocols.wsdl.xml import children, declares_xml, line_of, name_of

__all__ = ["RULES", "judge", "silent"]

_UTF = frozenset({"", "utf-8", "utf8", "utf-16", "utf-16le", "utf-16be"})
_TYPES = {"1.1": "text/xml", "1.2": "application/soap+xml"}
_XSI_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_CONTENT_TYPE = Where("response.header", "content-type")


def judge(
    body: bytes,
    *,
    status: int,
    media_type: str,
    rpc: bool = False,
    asked: str = "1.1",
    content_type: str = "",
    root_type: str | None = None,
    promise: Promise | None = None,
    refused_by_http: bool = False,
) -> Problems:
    """What is wrong with an answer that has to be a SOAP message. `media_type`: of the envelope, in lower case.

    `rpc`: the operation is rpc-literal. `asked`: the version of the request, for what is no envelope. `content_type`: the whole
    field. `root_type`: of a package the parameter type of its root part, None without a package. `promise`: what the
    description says of the answer. `refused_by_http`: the request was one that HTTP itself may refuse, so that a fault may come
    with 4xx (BP 1.1, R1113, R1115, R1125). What the message gave no occasion for says `silent`.
    """
    found = Problems()
    message = read(body)
    if isinstance(message, NoEnvelope):
        rule = {"dtd": "r1008", "version": "r1015"}.get(message.reason, "envelope")
        where = Where("response.body", line=message.line)
        made = Problem(rule, where, "", "a SOAP envelope", message.detail, {"reason": message.reason})
        found.add(_of_version(made, asked))
        return found
    for rule_of in _COMMON:
        for problem in rule_of(message):
            found.add(_of_version(problem, message.version))
    whole = (
        *_http(message, status, media_type, refused_by_http),
        *_charset(message, content_type if root_type is None else ""),
        *(_of_11(message, rpc) if message.version == "1.1" else _of_12(message, content_type, root_type)),
        *_of_both(message, rpc),
        *([at("r1033", message.root, "no xmlns:xml", "xmlns:xml")] if declares_xml(body) else []),
        *promised.fault_action(message),
        *(promised.kept(message, promise) if promise is not None and message.fault is None else ()),
    )
    for problem in whole:
        found.add(_of_version(problem, message.version))
    return found


_OTHERS12 = {
    "envelope": "envelope12", "r1011": "envelope12", "r1015": "envelope12", "header-qualified": "header-qualified12",
    "r1013": "must-understand12",
}  # fmt: skip
"""Rules of SOAP 1.1 that SOAP 1.2 has under another name."""


def _of_version(problem: Problem, version: str) -> Problem:
    return replace(problem, rule=_OTHERS12.get(problem.rule, twin(problem.rule))) if version == "1.2" else problem


def silent(
    body: bytes,
    *,
    rpc: bool = False,
    asked: str = "1.1",
    content_type: str = "",
    root_type: str | None = None,
    promise: Promise | None = None,
) -> frozenset[str]:
    """Rules that this answer cannot keep: those of the other version, of faults when it is none, of headers it does not have,
    of a description that promises nothing. Of what is no envelope only that is said.
    """
    message = read(body)
    if isinstance(message, NoEnvelope):
        return _EVERY - ({"envelope", "r1008", "r1015"} if asked == "1.1" else {"envelope12", "r1008-12"})
    quiet = set(promised.silent(message, promise))
    quiet |= _OF_ANSWERS if message.fault is not None else _OF_FAULTS
    if not rpc or message.fault is not None:
        quiet |= _OF_RPC
    if not message.headers:
        quiet |= _OF_HEADERS
    if not content_type or root_type is not None:
        quiet.add("r1018")
    if root_type is None or message.version == "1.1":
        quiet |= {"r1020-12", "r1021-12"}
    if message.version == "1.1":
        return frozenset(quiet) | _ONLY12
    return frozenset(twin(rule) for rule in quiet) | _ONLY11


_EVERY = frozenset(rule.id for rule in RULES)
_ONLY12 = frozenset(twin(rule) for rule in TWINS) | {
    "r1020-12", "r1021-12", "envelope12", "header-qualified12", "must-understand12", "frame12", "fault12", "code12", "reason12",
    "status12",
}  # fmt: skip
_ONLY11 = _EVERY - _ONLY12 - {"media-type"}
_OF_FAULTS = frozenset({"r1000", "r1001", "fault-parts", "r1004", "r1031", "r1126", "fault12", "code12", "reason12", "status12"})
_OF_ANSWERS = frozenset({"r1111", "r1124"})
_OF_RPC = frozenset({"r1007", "r2211", "r2735"})
_OF_HEADERS = frozenset({"header-qualified", "r1013", "header-qualified12", "must-understand12"})


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


def _http(message: Envelope, status: int, media_type: str, refused_by_http: bool) -> Iterator[Problem]:
    where = Where("response.status")
    fault = message.fault
    if fault is not None and message.version == "1.1" and status != 500 and not (refused_by_http and 400 <= status <= 499):
        yield Problem("r1126", where, "", 500, status, {})
    if fault is not None and message.version == "1.2" and not 400 <= status <= 599:
        yield Problem("status12", where, "", "4xx or 5xx", status, {})
    if fault is None and not 200 <= status <= 299:
        yield Problem("r1124", where, "", "2xx", status, {})
    elif fault is None and status != 200:
        yield Problem("r1111", where, "", 200, status, {})
    if media_type not in (_TYPES[message.version], "multipart/related", "application/xop+xml"):
        expected = _TYPES[message.version]
        yield Problem("media-type", _CONTENT_TYPE, "", expected, media_type or "none", {})


def _bare(media_type: str) -> str:
    """Without parameters: the action of SOAP 1.2 may stand in one place and not in the other."""
    return media_type.partition(";")[0].strip().lower()


def _charset(message: Envelope, content_type: str) -> Iterator[Problem]:
    """Stated, and not another than the message itself states."""
    if not content_type:
        return
    stated = _parameter(content_type, "charset")
    if not stated:
        yield Problem("r1018", _CONTENT_TYPE, "", "charset", content_type, {})
    elif message.encoding and _codec(stated) != _codec(message.encoding):
        yield Problem("r1018", _CONTENT_TYPE, "", f"charset={message.encoding}", content_type, {})


def _codec(name: str) -> str:
    """Names of one encoding are many; the byte order of UTF-16 is said by its mark."""
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return name.lower()
    return "utf-16" if found.startswith("utf-16") else "utf-8" if found == "utf-8-sig" else found


def _parameter(content_type: str, name: str) -> str:
    head = Message()
    head["Content-Type"] = content_type
    return str(head.get_param(name) or "").strip()


def _of_both(message: Envelope, rpc: bool) -> Iterator[Problem]:
    """What Basic Profile 2.0 says of SOAP 1.2 like 1.1 of SOAP 1.1."""
    for node in (message.root, message.header, message.body_node):
        for attribute in node.attrib if node is not None else ():
            name = etree.QName(attribute)
            if node is not None and name.namespace == message.namespace and name.localname != "encodingStyle":
                yield at("r1032", node, "no attribute of SOAP", name.localname)
    if len(message.body) > 1:
        yield at("r9981", message.body_node if message.body_node is not None else message.root, "at most 1", len(message.body))
    for child in message.body:
        if not name_of(child).namespace:
            yield at("r1014", child, "a namespace", name_of(child).local)
        for node in child.iter():
            if isinstance(node.tag, str):
                yield from _arrays(node)
        if rpc and message.fault is None:
            yield from _accessors(child)


def _of_11(message: Envelope, rpc: bool) -> Iterator[Problem]:
    style = f"{{{message.namespace}}}encodingStyle"
    for node in (message.root, message.header, message.body_node):
        if node is not None and node.get(style) is not None:
            yield at("r1005", node, "no encodingStyle", node.get(style))
    for child in message.body:
        if child.get(style) is not None:
            yield at("r1006", child, "no encodingStyle", child.get(style))
        for part in children(child) if rpc and message.fault is None else ():
            if part.get(style) is not None:
                yield at("r1007", part, "no encodingStyle", part.get(style))
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


def _of_12(message: Envelope, content_type: str, root_type: str | None) -> Iterator[Problem]:
    """SOAP 1.2 Part 1, 5.1.1: encodingStyle stands on header blocks and on what is in the body, not on the frame."""
    if root_type is not None:
        info = _parameter(content_type, "start-info")
        if not info:
            yield Problem("r1020-12", _CONTENT_TYPE, "", "start-info", content_type, {})
        elif root_type and _bare(root_type) != _bare(info):
            yield Problem("r1021-12", _CONTENT_TYPE, "", root_type, info, {})
    for node in (message.root, message.header, message.body_node):
        if node is not None and node.get(f"{{{ENVELOPE12}}}encodingStyle") is not None:
            yield at("frame12", node, "no encodingStyle", node.get(f"{{{ENVELOPE12}}}encodingStyle"))
    yield from faults12(message)
