"""The rules about messages, each with its clause and what to do.

Of SOAP 1.2 the Recommendation is the rule, and Basic Profile 2.0: what it says like 1.1 is a twin, whose id ends in -12.
"""

import re
from dataclasses import replace

from cpo_probe.model import Rule

SOAP12 = "SOAP 1.2 Part 1, "
BP = "WS-I Basic Profile 1.1, "


def _bp(number: str, section: str, text: str, level: str = "error") -> Rule:
    return Rule(f"r{number}", f"{BP}{section} (R{number})", level, text)


def _later(number: str, section: str, text: str, level: str = "error") -> Rule:
    """A rule that came with Basic Profile 1.2, and stands in 2.0 as well."""
    return Rule(f"r{number}", f"WS-I Basic Profile 1.2 and 2.0, {section} (R{number})", level, text)


_RULES: tuple[Rule, ...] = (
    Rule("envelope", "SOAP 1.1, 4; WS-I Basic Profile 1.1, 3.1.1 (R9980)", "error",
         "The answer is a SOAP envelope with a Body. Remedy: answer every call with an envelope, refusals with a fault."),
    Rule("header-qualified", "SOAP 1.1, 4.2", "error",
         "Header blocks have a namespace. Remedy: give each header element its namespace."),
    Rule("media-type", "SOAP 1.1, 6; RFC 3902", "error",
         "The answer has the media type of its version. Remedy: send text/xml with SOAP 1.1, application/soap+xml with 1.2."),
    _bp("1008", "3.1.4", "Messages have no document type declaration. Remedy: leave it out."),
    _bp("1009", "3.1.4", "Messages have no processing instructions. Remedy: leave them out."),
    _bp("1011", "3.1.5", "Nothing follows Body. Remedy: put it into Header or Body."),
    Rule("r1012", "WS-I Simple SOAP Binding Profile 1.0 (R1012); Basic Profile 1.2, 3.1 (R1012)", "error",
         "Messages are in UTF-8 or UTF-16. Remedy: send UTF-8."),
    _bp("1013", "3.1.7", "mustUnderstand is 0 or 1. Remedy: write 1."),
    Rule("r1015", f"SOAP 1.1, 4.1.2; {BP}3.1.1 and 3.1.2 (R9980, R1015)", "error",
         "The envelope has the namespace of its version. Remedy: use the namespace of SOAP 1.1."),
    _bp("1005", "3.1.6", "Envelope, Header and Body have no encodingStyle. Remedy: delete it."),
    _bp("1006", "3.1.6", "The children of Body have no encodingStyle. Remedy: delete it."),
    _bp("1007", "3.1.6", "The parts of an rpc-literal message have no encodingStyle. Remedy: delete it."),
    _bp("1014", "3.1.3", "What stands in Body has a namespace. Remedy: qualify the element as the schema declares it."),
    _bp("1032", "3.1.9", "Envelope, Header and Body have no attributes of SOAP's namespace. Remedy: delete them."),
    _bp("9981", "3.1.1", "Body has one child or none. Remedy: put everything into one element."),
    _bp("2113", "4.3.3", "No arrayType is sent. Remedy: send a sequence as the schema declares it."),
    _bp("2211", "4.4.1", "Parts of an rpc-literal message are not nil. "
        "Remedy: leave out what has no value, or wrap it in a type."),
    _bp("2735", "4.7.20", "Parts of an rpc-literal message have no namespace. Remedy: write them unqualified."),
    _bp("1000", "3.3.2", "A fault has faultcode, faultstring, faultactor and detail, and nothing else. "
        "Remedy: put everything of your own into detail."),
    _bp("1001", "3.3.3", "The children of a fault have no namespace. Remedy: write them unqualified."),
    Rule("fault-parts", "SOAP 1.1, 4.4", "error",
         "A fault has faultcode and faultstring. Remedy: send both."),
    _bp("1004", "3.3.6", "faultcode is one of SOAP's codes, or has a namespace of its own. "
        "Remedy: send Client, Server, VersionMismatch or MustUnderstand with the prefix of the envelope.", "warning"),
    _bp("1031", "3.3.6", "faultcode has no dots. Remedy: tell what happened in detail.", "warning"),
    _bp("1111", "3.4.4", "What is no fault is sent with status 200. Remedy: send 200, or a fault.", "warning"),
    _bp("1126", "3.4.7", "A fault is sent with status 500. "
        "Remedy: send 500, so that whoever does not read the body sees it too."),
    Rule("frame12", SOAP12 + "5.1.1", "error", "Envelope, Header and Body have no encodingStyle. Remedy: delete it."),
    Rule("fault12", SOAP12 + "5.4", "error",
         "A fault has Code, Reason, and if need be Node, Role and Detail, in this order. Remedy: put all else into Detail."),
    Rule("code12", SOAP12 + "5.4.6", "error",
         "The code of a fault is one of the five of SOAP 1.2. Remedy: send Sender or Receiver, and the rest in a Subcode."),
    Rule("reason12", SOAP12 + "5.4.2 and 5.4.2.1", "error",
         "A fault has a reason, each text of which has xml:lang. Remedy: add Reason/Text with xml:lang."),
    Rule("status12", "SOAP 1.2 Part 2, 7.5.2.2", "error",
         "Faults come with a status of 400 or above. Remedy: send 400 for Sender, 500 for the others."),
    Rule("envelope12", "SOAP 1.2 Part 1, 5.1; WS-I Basic Profile 2.0, 3.2 (R9980)", "error",
         "The answer is an envelope of SOAP 1.2 with a Body that nothing follows. "
         "Remedy: answer every call with an envelope, refusals with a fault."),
    Rule("header-qualified12", SOAP12 + "5.2.1", "error",
         "Header blocks have a namespace (SOAP 1.2). Remedy: give each header element its namespace."),
    Rule("must-understand12", SOAP12 + "5.2.3", "error", "mustUnderstand is a boolean. Remedy: write true or 1."),
    Rule("r1020-12", "WS-I Basic Profile 2.0, 3.1 (R1020)", "error",
         "A package of XOP states start-info. Remedy: add start-info with the media type of the envelope to Content-Type."),
    Rule("r1021-12", "WS-I Basic Profile 2.0, 3.1 (R1021)", "error",
         "start-info holds the type that the root part states. "
         "Remedy: repeat the parameter type of the root part in start-info."),
    _bp("1033", "3.1.4", "Messages do not declare the prefix xml. Remedy: delete xmlns:xml.", "warning"),
    _bp("1124", "3.4.4", "What is no fault is sent with a status of 2xx. Remedy: send 200, or a fault."),
    _bp("2712", "4.7.8", "The body of a document-literal answer holds the declared element. "
        "Remedy: answer with the declared element, in its namespace."),
    _bp("2213", "4.4.1", "Body is empty where the binding puts no part into it. "
        "Remedy: leave Body empty, or name the parts in the binding."),
    _bp("2214", "4.4.1", "The wrapper of an rpc-literal answer is empty where the binding puts no part into it. "
        "Remedy: leave the wrapper empty, or name the parts in the binding."),
    _bp("2729", "4.7.19", "The wrapper of an rpc-literal answer is named after the operation, with Response behind it. "
        "Remedy: name the element after the operation."),
    _bp("2212", "4.4.1", "An rpc-literal answer has exactly one element for each bound part. Remedy: send one element per part."),
    _bp("2755", "4.7.20", "The elements of an rpc-literal answer are named as their parts are. "
        "Remedy: take the names of the parts in the WSDL."),
    _bp("2301", "4.5.1", "The parts of an rpc-literal answer come in the order of the message. "
        "Remedy: write them in the order of the message."),
    _bp("2738", "4.7.22", "An answer has every header that its binding announces. "
        "Remedy: send the header, or take soap:header out of the binding."),
    _later("1018", "3.1", "Content-Type states the encoding of the message. What travels in a package is left aside. "
           "Remedy: add charset=utf-8 to Content-Type.", "warning"),
    _later("1035", "3.7", "A fault MustUnderstand or VersionMismatch that states wsa:Action states that of SOAP's own faults. "
           "Remedy: send http://www.w3.org/2005/08/addressing/soap/fault."),
    _later("2900", "4", "The wsa:Action of an answer is the one its description gives it. Stated by wsam:Action at the output, "
           "else made of namespace, port type and name of the output (WS-Addressing 1.0 Metadata, 4.4.4). "
           "Remedy: send that action, or correct wsam:Action in the WSDL."),
)  # fmt: skip

TWINS = frozenset(
    f"r{number}"
    for number in (
        1008, 1009, 1012, 1014, 1018, 1032, 1033, 1035, 1111, 1124, 2113, 2211, 2212, 2213, 2214, 2301, 2712, 2729, 2735, 2738,
        2755, 2900, 9981,
    )
)  # fmt: skip
"""Rules that Basic Profile 2.0 has for messages of SOAP 1.2."""
_CHAPTERS = {"3.1": "3.2", "3.4": "3.5"}
"""Chapters of 1.1 that have other numbers in 2.0, whose first is about the message as a whole."""


_RECOMMENDED = {"r1008": SOAP12 + "5; ", "r1009": SOAP12 + "5; "}
"""What SOAP 1.2 demands itself."""


def twin(rule: str) -> str:
    """The id of what Basic Profile 2.0 says of messages of SOAP 1.2."""
    return f"{rule}-12" if rule in TWINS else rule


def _of_12(rule: Rule) -> Rule:
    found = re.match(re.escape(BP) + r"(\d\.\d)", rule.clause)
    chapter = _CHAPTERS.get(found[1], found[1]) if found else rule.clause.partition(", ")[2].partition(" ")[0]
    title, point, rest = rule.text.partition(". ")
    clause = f"{_RECOMMENDED.get(rule.id, '')}WS-I Basic Profile 2.0, {chapter} ({rule.id.upper()})"
    return replace(rule, id=twin(rule.id), clause=clause, text=f"{title} (SOAP 1.2){point}{rest}")


RULES: tuple[Rule, ...] = (*_RULES, *(_of_12(rule) for rule in _RULES if rule.id in TWINS))
