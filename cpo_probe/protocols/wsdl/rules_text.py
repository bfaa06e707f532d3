"""The rules, each with its clause and what to do.

Numbers R... stand in Basic Profile 1.1 (ISO/IEC 29361), and with the same meaning in 1.2 unless said otherwise. Profile 2.0
says of bindings of SOAP 1.2 what these say of SOAP 1.1: such a rule has a twin whose id ends in -12.
"""

import re
from dataclasses import replace

from cpo_probe.model import Rule

BP = "WS-I Basic Profile 1.1, "
WSDL11 = "WSDL 1.1, "


def _bp(number: str, section: str, text: str, level: str = "error") -> Rule:
    return Rule(f"r{number}", f"{BP}{section} (R{number})", level, text)


def _later(number: str, section: str, text: str, level: str = "error") -> Rule:
    """A rule that came with Basic Profile 1.2, and stands in 2.0 as well."""
    return Rule(f"r{number}", f"WS-I Basic Profile 1.2 and 2.0, {section} (R{number})", level, text)


_RULES: tuple[Rule, ...] = (
    Rule("readable", WSDL11 + "2.1; XML 1.0", "error",
         "Every document of the description can be read: well-formed XML, without a DTD, WSDL at the start. "
         "Remedy: serve the WSDL itself to everybody who may call the service, not a log-in page, and all of it."),
    Rule("version", WSDL11 + "2.1", "info",
         "The description is WSDL 1.1. WSDL 2.0 is recognised, not judged. "
         "Remedy: offer WSDL 1.1 too; few tools read 2.0."),
    Rule("qname", "Namespaces in XML 1.0, 6", "error",
         "Prefixes of qualified names are declared. Remedy: declare the prefix where it is used."),
    Rule("unique", WSDL11 + "2.1", "error",
         "Messages, port types, bindings and services have names of their own. Remedy: rename one of the two."),
    Rule("references", WSDL11 + "2.4 to 2.7", "error",
         "What port types, bindings and ports refer to is there. Remedy: correct the name, or import the document that has it."),
    Rule("part-kind", WSDL11 + "2.3", "error", "A part says by which element or type it is. Remedy: add element or type."),
    Rule("part-type", WSDL11 + "2.3", "error",
         "The type of a part is declared in a schema of the description. Remedy: correct the name, or import the schema."),
    Rule("parts", WSDL11 + "3.5, 3.7", "error",
         "Parts that a binding names are parts of the message. Remedy: correct the name of the part."),
    Rule("address-given", WSDL11 + "3.8", "error", "A port of SOAP has an address. Remedy: add soap:address with its location."),
    Rule("port-protocol", WSDL11 + "2.6, 3.8", "error",
         "The address of a port is of the protocol of its binding. Remedy: take soap12:address with soap12:binding."),
    Rule("service", WSDL11 + "2.7", "warning",
         "There is a service with a port to call. Remedy: add the service and its address."),
    Rule("doc-service", WSDL11 + "2.1 documentation", "info",
         "Services say what they are for. Remedy: write wsdl:documentation."),
    Rule("doc-operation", WSDL11 + "2.1 documentation", "info",
         "Operations say what they do. Remedy: write wsdl:documentation at each operation of the port type."),
    _bp("2001", "4.2.2", "wsdl:import leads to WSDL only. Remedy: import schemas by xsd:import inside wsdl:types."),
    _bp("2003", "4.2.2", "xsd:import stands only inside xsd:schema. Remedy: put it into a schema of wsdl:types."),
    Rule("r2004", f"{BP}4.2.2 (R2004); of include and redefine XML Schema 1.0 Part 1, 4.2.1 and 4.2.2", "error",
         "xsd:import and include lead to documents whose root is xsd:schema. Remedy: correct the location."),
    _bp("2005", "4.2.10", "The namespace of a wsdl:import is the target namespace of what it imports. "
        "Remedy: write the namespace of the imported document."),
    _bp("2007", "4.2.3", "wsdl:import says where the document is. Remedy: add location."),
    _bp("2022", "4.2.5", "wsdl:import comes before everything but documentation. Remedy: move it up."),
    _bp("2023", "4.2.5", "wsdl:types comes before everything but documentation and imports. Remedy: move it up."),
    Rule("r2030", f"{BP}4.2.1 (R2028), which 4.2.11 (R2030) widens to the first child only", "error",
         "wsdl:documentation comes first. Remedy: move it up."),
    _bp("2010", "4.2.2", "Schemas that are imported are in UTF-8 or UTF-16. Remedy: save them in UTF-8."),
    _bp("2026", "4.2.12", "No extension element is required: tools that do not know it have to refuse the description. "
        "Remedy: set wsdl:required to false.", "warning"),
    _bp("2101", "4.3.1", "Qualified names lead to namespaces that the document imports or defines. "
        "Remedy: add the import."),
    _bp("2102", "4.3.1", "Elements and types of parts are of namespaces whose schema is there or is imported. "
        "Remedy: import the schema in wsdl:types."),
    _bp("2105", "4.3.2", "Schemas inside wsdl:types have a target namespace. Remedy: add targetNamespace."),
    _bp("2110", "4.3.3", "No type is derived from soapenc:Array. Remedy: declare a sequence with maxOccurs."),
    _bp("2111", "4.3.3", "No wsdl:arrayType is used. Remedy: declare a sequence with maxOccurs."),
    _bp("2112", "4.3.3", "Names of elements are not of the kind ArrayOfItem, which tools took for arrays of SOAP encoding. "
        "Remedy: choose another name.", "warning"),
    _bp("2201", "4.4.1", "A document-literal body binds one part at most. Remedy: wrap the parts in one element."),
    _bp("2210", "4.4.1", "A document-literal body without `parts` belongs to a message of one part or none. "
        "Remedy: name the part, or wrap the parts in one element."),
    _bp("2203", "4.4.1", "Parts of rpc-literal bodies are given by type. Remedy: write type instead of element."),
    _bp("2204", "4.4.1", "Parts of document-literal bodies are given by element. Remedy: declare an element for the part."),
    _bp("2205", "4.4", "Parts of headers and faults are given by element. Remedy: declare an element for the part."),
    _bp("2206", "4.4", "The element of a part is a global element of a schema. Remedy: correct the name, or declare it."),
    _bp("2209", "4.4", "Every part of a message is bound. Remedy: bind the part, or take it out.", "warning"),
    _bp("2303", "4.5.2", "Operations are request-response or one-way. Remedy: describe callbacks as a service of the client."),
    _bp("2304", "4.5.3", "Operations of a port type have names of their own. Remedy: rename overloaded operations."),
    _bp("2305", "4.5.4", "parameterOrder leaves out at most one part of the output. Remedy: name the others."),
    _bp("2306", "4.5.5", "A part has an element or a type, not both. Remedy: delete one."),
    _bp("2401", "4.6.1", "Bindings are SOAP bindings. Remedy: offer a SOAP binding; others are beyond the profile."),
    _bp("2701", "4.7.1", "A SOAP binding names its transport. Remedy: add transport."),
    _bp("2702", "4.7.2", "The transport is HTTP. Remedy: offer a binding over HTTP."),
    _bp("2705", "4.7.3", "A binding is rpc or document throughout. Remedy: make two bindings of it."),
    _bp("2706", "4.7.4", "Bodies and headers are literal. SOAP encoding has no schema to be checked by, and later tools lack it. "
        "Remedy: offer a binding with use=\"literal\"."),
    _bp("2710", "4.7.6", "Operations of a binding differ in what stands first in the body of their requests. "
        "Remedy: give each operation an element of its own."),
    _bp("2711", "4.7.7", "Ports have addresses of their own. Remedy: give each port its address.", "warning"),
    _bp("2716", "4.7.10", "Document-literal bodies state no namespace: the element has one. Remedy: delete it."),
    _bp("2717", "4.7.10", "Rpc-literal bodies state an absolute namespace for their wrapper. Remedy: add namespace."),
    _bp("2718", "4.7.11", "A binding has exactly the operations of its port type. "
        "Remedy: bind those that are missing, delete those that are not offered."),
    _bp("2720", "4.7.14", "A header names one part. Remedy: write one soap:header for each part."),
    _bp("2721", "4.7.15", "soap:fault has a name. Remedy: add it."),
    _bp("2723", "4.7.16", "Faults are literal. Remedy: set use to literal."),
    _bp("2726", "4.7.10", "Headers and faults state no namespace. Remedy: delete it."),
    _bp("2754", "4.7.15", "soap:fault has the name of its wsdl:fault. Remedy: write the same name in both places."),
    _bp("2803", "4.2.2", "The namespace of a wsdl:import is an absolute URI. Remedy: write it in full."),
    _bp("4003", "4.2.9", "Documents are in UTF-8 or UTF-16. Remedy: save them in UTF-8."),
    _bp("4005", "4.2.7", "Documents do not declare the prefix xml, which needs no declaration and which older parsers refuse. "
        "Remedy: delete xmlns:xml.", "warning"),
    _bp("2028", "4.2.1", "The documents are valid by the schema of WSDL 1.1. Elements and attributes of other namespaces, which "
        "the profile allows in more places than older editions of the schema, are left aside. "
        "Remedy: validate the WSDL when building."),
    _bp("2029", "4.2.1", "The elements of the SOAP binding are valid by its schema. Remedy: validate the WSDL when building."),
    _later("2115", "4.3", "Global elements are declared once. Remedy: delete one declaration, or rename it.", "warning"),
    _later("2116", "4.3", "Global types are defined once. Remedy: delete one definition, or rename it.", "warning"),
    _later("2901", "4", "Where an input states both wsam:Action and soapAction, they are the same. "
           "Remedy: write one action in both places."),
)  # fmt: skip

TWINS = frozenset(
    f"r{number}"
    for number in (
        2029, 2201, 2203, 2204, 2205, 2209, 2210, 2701, 2702, 2705, 2706, 2710, 2711, 2716, 2717, 2718, 2720, 2721, 2723, 2726,
        2754, 2901,
    )
)  # fmt: skip
"""Rules about bindings."""
_CORRECTED = frozenset({"r2029", "r2701", "r2720", "r2721", "r2723", "r2754"})
"""Those that Basic Profile 2.0 has in chapter 5, which corrects WSDL 1.1."""


def twin(rule: str) -> str:
    """The id of what Basic Profile 2.0 says of bindings of SOAP 1.2."""
    return f"{rule}-12" if rule in TWINS else rule


def _of_12(rule: Rule) -> Rule:
    found = re.search(r" (4\.\d)", rule.clause)
    section = "5" if rule.id in _CORRECTED else found[1] if found else "4"
    title, point, rest = rule.text.partition(". ")
    clause = f"WS-I Basic Profile 2.0, {section} ({rule.id.upper()})"
    return replace(rule, id=twin(rule.id), clause=clause, text=f"{title} (SOAP 1.2){point}{rest}")


RULES: tuple[Rule, ...] = (
    *_RULES,
    *(_of_12(rule) for rule in _RULES if rule.id in TWINS),
    Rule("r2756-12", "WS-I Basic Profile 2.0, 4.7 (R2756)", "error",
         "No operation says that it requires the action of SOAP 1.2. Remedy: delete soapActionRequired."),
)  # fmt: skip
