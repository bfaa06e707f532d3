"""Which actions and functions does a CSDL XML document of OData 4.0 or 4.01 state?"""

from typing import Literal

from cpo_probe.protocols.odata.csdl import Annotation, Facets, Overload, Parameter, ReturnType, TypeRef
from cpo_probe.protocols.odata.defaults_xml import with_defaults
from cpo_probe.protocols.odata.elements import Elements
from cpo_probe.protocols.odata.expressions_xml import annotation, annotations_in
from cpo_probe.protocols.odata.xml import Node

Steps = tuple[str | int, ...]


def overload(e: Elements, element: Node, namespace: str, kind: Literal["Action", "Function"], name: str, index: int) -> Overload:
    steps, line = (name, index), element.line
    a = e.attributes(element, kind, steps)
    parameters: list[Parameter] = []
    annotations: list[Annotation] = []
    returns: ReturnType | None = None
    for inner, child in e.children(element, kind, steps):
        if inner == "Parameter":
            parameters.append(_parameter(e, child, steps))
        elif inner == "ReturnType":
            returns = _returns(e, child, steps)
        else:
            annotations.append(annotation(e, child, steps))
    return Overload(
        kind,
        namespace,
        name,
        index,
        e.boolean(a, "IsBound", False, steps, line),
        e.boolean(a, "IsComposable", False, steps, line),
        a.get("EntitySetPath", ""),
        tuple(parameters),
        returns,
        tuple(annotations),
        line,
    )


def _typed(e: Elements, element: Node, kind: str, steps: Steps) -> tuple[TypeRef, bool | None, Facets, tuple[Annotation, ...]]:
    line = element.line
    a = e.attributes(element, kind, steps)
    type = e.type(a.get("Type", ""))
    nullable = e.boolean(a, "Nullable", None if type.collection else True, steps, line)
    facets = with_defaults(type.name, e.facets(a, steps, line))
    return type, nullable, facets, annotations_in(e, element, kind, steps)


def _parameter(e: Elements, element: Node, steps: Steps) -> Parameter:
    name = element.get("Name", "")
    return Parameter(name, *_typed(e, element, "Parameter", (*steps, name)), element.line)


def _returns(e: Elements, element: Node, steps: Steps) -> ReturnType:
    return ReturnType(*_typed(e, element, "ReturnType", (*steps, "$ReturnType")), element.line)
