"""SOAP 1.1 and 1.2: messages read, and held to the rules that an answer can show by itself."""

from cpo_probe.protocols.soap.calling import Call, Leaf, Message, PortOperation, Reply
from cpo_probe.protocols.soap.envelope import Envelope, Fault, NoEnvelope, read
from cpo_probe.protocols.soap.package import Part, parts, root_of, unresolved
from cpo_probe.protocols.soap.promised import Promise
from cpo_probe.protocols.soap.rules import RULES, judge, silent

__all__ = [
    "RULES",
    "Call",
    "Envelope",
    "Fault",
    "Leaf",
    "Message",
    "NoEnvelope",
    "Part",
    "PortOperation",
    "Promise",
    "Reply",
    "judge",
    "parts",
    "read",
    "root_of",
    "silent",
    "unresolved",
]
