"""What came with Basic Profile 1.2 and 2.0: names declared twice, actions stated twice, the prefix xml."""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from cpo_probe.model import Problem
from cpo_probe.protocols.wsdl.actions import stated
from cpo_probe.protocols.wsdl.model import Binding, Description
from cpo_probe.protocols.wsdl.names import SOAP12, XSD
from cpo_probe.protocols.wsdl.problem import problem
from cpo_probe.protocols.wsdl.rules_text import twin
from cpo_probe.protocols.wsdl.schemas import Schema, schemas
from cpo_probe.protocols.wsdl.xml import Name, children, name_of


def prefix_xml(description: Description) -> Iterator[Problem]:
    for document in description.definitions:
        if document.declares_xml:
            yield problem("r4005", document, document.root, expected="no xmlns:xml", found="xmlns:xml")


_RULE_OF = {"element": "r2115", "complexType": "r2116", "simpleType": "r2116"}


def declared_once(description: Description) -> Iterator[Problem]:
    """One schema that was fetched from two addresses declares nothing twice."""
    counted: Counter[tuple[str, Name]] = Counter()
    for schema in _different(description):
        for node in children(schema.node):
            rule = _RULE_OF.get(name_of(node).local) if name_of(node).namespace == XSD else None
            if rule is None:
                continue
            name = Name(schema.namespace, node.get("name", ""))
            counted[rule, name] += 1
            if counted[rule, name] == 2:
                yield problem(rule, schema.document, node, expected="one declaration", found=str(name))


def _different(description: Description) -> Iterator[Schema]:
    """Schemas with a namespace (one without takes on that of whoever includes it), and of several that are alike the first."""
    seen: set[bytes] = set()
    for schema in schemas(description):
        text = etree.tostring(schema.node, with_tail=False)
        if schema.namespace and text not in seen:
            seen.add(text)
            yield schema


def actions(description: Description) -> Iterator[Problem]:
    for binding in description.bindings.values():
        yield from _actions(description, binding) if binding.soap else ()


def _actions(description: Description, binding: Binding) -> Iterator[Problem]:
    port_type = description.port_types.get(binding.type) if binding.type else None
    for bound in binding.operations:
        operation = port_type.operation(bound.name) if port_type else None
        action = stated(operation.node, "input") if operation else None
        if action is not None and bound.action and bound.action != action:
            rule = twin("r2901") if binding.protocol == "soap12" else "r2901"
            yield problem(rule, binding.document, bound.node, expected=action, found=bound.action)
        for node in bound.node.iterfind(f"{{{SOAP12}}}operation[@soapActionRequired]"):
            found = node.get("soapActionRequired", "")
            if found.strip() in ("true", "1"):  # "false" says what is so without the attribute
                yield problem("r2756-12", binding.document, node, expected="not required", found=found)


ALL = (prefix_xml, declared_once, actions)
