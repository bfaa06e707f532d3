"""What is said of a part of a model, beyond its own attributes? (OData CSDL 4.01, 14)"""

from cpo_probe.protocols.odata.part import Part


class Expression(Part, frozen=True, gc=False):
    """The value of an annotation (CSDL 14.4).

    `kind`: the XML element's name: "String", "Bool", "Int", "EnumMember", "Path", "Record", "PropertyValue", "Collection",
    "Apply", "If", "Null", ...; "" when no value is stated, so that the term's default holds.
    `text`: the constant or path. `name`: the member, function, type or label. `items`: what is inside.
    """

    kind: str
    text: str
    name: str
    items: tuple["Expression", ...]
    annotations: tuple["Annotation", ...]


NO_VALUE = Expression("", "", "", (), ())


class Annotation(Part, frozen=True, gc=False):
    """`term`: qualified by namespace. `qualifier`: "" for none. `line`: from 1, 0 unknown (CSDL JSON)."""

    term: str
    qualifier: str
    value: Expression
    annotations: tuple["Annotation", ...]
    line: int


class Annotations(Part, frozen=True, gc=False):
    """Annotations put on something by its path (CSDL 5.2); `target` has its aliases replaced."""

    target: str
    qualifier: str
    annotations: tuple[Annotation, ...]
    line: int
