"""WSDL 1.1: a description over many files, and the rules of WSDL and of the WS-I Basic Profile that it keeps or breaks.

`build` takes what was fetched and says in `missing` what else is wanted; WSDL 2.0 is recognised only.
"""

from cpo_probe.protocols.wsdl.actions import of_output
from cpo_probe.protocols.wsdl.claims import claims
from cpo_probe.protocols.wsdl.model import Binding, BoundOperation, Description, Message, Operation, Port, PortType, Service
from cpo_probe.protocols.wsdl.reading import build, document, references
from cpo_probe.protocols.wsdl.rules import RULES, problems
from cpo_probe.protocols.wsdl.rules_bindings import signature_of
from cpo_probe.protocols.wsdl.schemas import Globals, globals_of
from cpo_probe.protocols.wsdl.silent import silent
from cpo_probe.protocols.wsdl.validation import two_in_one, validator
from cpo_probe.protocols.wsdl.values import Seen, enumerations, wordless
from cpo_probe.protocols.wsdl.xml import Name, Unreadable, name_of, parse, unpacked, unprefixed
from cpo_probe.protocols.xsd import Validator, Violation

__all__ = [
    "RULES",
    "Binding",
    "BoundOperation",
    "Description",
    "Globals",
    "Message",
    "Name",
    "Operation",
    "Port",
    "PortType",
    "Seen",
    "Service",
    "Unreadable",
    "Validator",
    "Violation",
    "build",
    "claims",
    "document",
    "enumerations",
    "globals_of",
    "name_of",
    "of_output",
    "parse",
    "problems",
    "references",
    "signature_of",
    "silent",
    "two_in_one",
    "unpacked",
    "unprefixed",
    "validator",
    "wordless",
]
