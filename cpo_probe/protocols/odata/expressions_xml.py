"""Which values do annotations have in CSDL XML? (CSDL XML 4.01, 14.3 and 14.4)"""

from cpo_probe.protocols.odata.csdl import NO_VALUE, Annotation, Expression
from cpo_probe.protocols.odata.elements import Elements
from cpo_probe.protocols.odata.shapes import CONSTANTS, EXPRESSIONS, INLINE
from cpo_probe.protocols.odata.xml import Node

_NAMED = {"Record": "Type", "PropertyValue": "Property", "Apply": "Function", "Cast": "Type", "IsOf": "Type"}
_NAMED["LabeledElement"] = "Name"
_TERM_ATTRIBUTES = frozenset({"Term", "Qualifier"}) | INLINE
_PLAIN = INLINE - {"EnumMember"}
_ARITY = {
    **dict.fromkeys(("Not", "Neg", "Cast", "IsOf", "UrlRef"), (1, 1)),
    **dict.fromkeys(("And", "Or", "Eq", "Ne", "Gt", "Ge", "Lt", "Le", "Has", "In"), (2, 2)),
    **dict.fromkeys(("Add", "Sub", "Mul", "Div", "DivBy", "Mod"), (2, 2)),
    "If": (2, 3),
}


def annotation(elements: Elements, element: Node, steps: tuple[str | int, ...]) -> Annotation:
    """One Annotation element with everything inside."""
    stated = element.stated
    if len(stated) == 4 and stated[0] == "Term" and stated[2] in _PLAIN and not element.children and stated[1]:
        value = Expression(stated[2], stated[3], "", (), ())  # what nine of ten annotations are
        return Annotation(elements.qualified(stated[1]), "", value, (), element.line)
    attributes = element.attributes
    line = element.line
    term = attributes.get("Term", "")
    if elements.strict and not (attributes.keys() <= _TERM_ATTRIBUTES and term):
        _misshapen(elements, attributes, steps, line)
    value = _inline(elements, attributes)
    inner: list[Annotation] = []
    if element.children:
        items, inner = _inside(elements, element, steps)
        if len(items) + (value is not NO_VALUE) > 1 and elements.strict:
            elements.report("structure", steps, line, "one value", f"{len(items)} expressions", reason="values", term=term)
        value = items[0] if items and value is NO_VALUE else value
    return Annotation(elements.qualified(term), attributes.get("Qualifier", ""), value, tuple(inner), line)


def annotations_in(elements: Elements, element: Node, kind: str, steps: tuple[str | int, ...]) -> tuple[Annotation, ...]:
    """For elements that hold nothing but annotations."""
    if not element.children:
        return ()
    return tuple(annotation(elements, child, steps) for _, child in elements.children(element, kind, steps))


def _misshapen(elements: Elements, attributes: dict[str, str], steps: tuple[str | int, ...], line: int) -> None:
    if not attributes.get("Term"):
        elements.report("structure", steps, line, "attribute Term", "absent", reason="attribute-missing")
    for name in attributes:
        if "}" not in name and name not in _TERM_ATTRIBUTES:
            expected = sorted(_TERM_ATTRIBUTES)
            elements.report("structure", steps, line, expected, f"attribute {name}", reason="attribute-unknown")


def _inline(elements: Elements, attributes: dict[str, str]) -> Expression:
    """The value that stands in an attribute; `NO_VALUE` when none does."""
    for name, text in attributes.items():
        if name in INLINE:
            return Expression(name, _text(elements, name, text), "", (), ())
    return NO_VALUE


def _text(elements: Elements, kind: str, text: str) -> str:
    if kind == "EnumMember":
        return " ".join(_member(elements, part) for part in text.split())
    return text


def _member(elements: Elements, text: str) -> str:
    enum, slash, name = text.partition("/")
    return f"{elements.qualified(enum)}{slash}{name}"


def _inside(elements: Elements, element: Node, steps: tuple[str | int, ...]) -> tuple[list[Expression], list[Annotation]]:
    """Expressions and annotations below an element."""
    items: list[Expression] = []
    annotations: list[Annotation] = []
    for child in element.children:
        name = child.name
        if name == "Annotation":
            annotations.append(annotation(elements, child, steps))
        elif name in EXPRESSIONS or name == "PropertyValue":
            items.append(_expression(elements, child, name, steps))
        elif elements.strict:
            line = child.line
            elements.report("structure", steps, line, "an expression", name, reason="element-unknown")
    return items, annotations


def _expression(elements: Elements, element: Node, kind: str, steps: tuple[str | int, ...]) -> Expression:
    if kind in CONSTANTS and not element.children:
        return Expression(kind, _text(elements, kind, element.text), "", (), ())
    attributes = element.attributes
    items, annotations = _inside(elements, element, steps)
    inline = _inline(elements, attributes)
    if inline is not NO_VALUE:
        items.insert(0, inline)
    least, most = _ARITY.get(kind, (0, len(items)))
    if not least <= len(items) <= most and elements.strict:
        line = element.line
        elements.report("structure", steps, line, f"{least} to {most} operands", len(items), reason="operands", element=kind)
    name = attributes.get(_NAMED.get(kind, ""), "")
    named = elements.type(name).name if kind in ("Record", "Cast", "IsOf") else name
    text = elements.qualified(element.text.strip()) if kind == "LabeledElementReference" else ""
    return Expression(kind, text, named, tuple(items), tuple(annotations))
