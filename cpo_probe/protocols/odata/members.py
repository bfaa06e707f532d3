"""What does the reader of CSDL JSON need: typed members, aliases, and a list of what could not be read."""

from collections.abc import Iterator, Mapping
from typing import Any

from cpo_probe.model import Problem
from cpo_probe.protocols.odata.csdl import NO_VALUE, Annotation, Expression, Facets, Scale, TypeRef
from cpo_probe.protocols.odata.places import problem

Steps = tuple[str | int, ...]
_OPERATORS = {
    f"${name}": name
    for name in (
        *("And", "Or", "Not", "Eq", "Ne", "Gt", "Ge", "Lt", "Le", "Has", "In", "Add", "Sub", "Neg", "Mul", "Div", "DivBy", "Mod"),
        *("If", "Apply", "Cast", "IsOf", "UrlRef", "LabeledElement"),
    )
}


class Members:
    """Reads members of one CSDL JSON document and keeps what it could not read."""

    def __init__(self, aliases: Mapping[str, str]) -> None:
        self.aliases = aliases
        self.misread: list[Problem] = []
        self.namespace = ""

    def report(self, rule: str, steps: Steps, expected: Any, found: Any, **params: Any) -> None:
        self.misread.append(problem(rule, self.namespace, steps, 0, expected, found, **params))

    def qualified(self, name: str) -> str:
        prefix, dot, rest = name.rpartition(".")
        return f"{self.aliases[prefix]}.{rest}" if dot and prefix in self.aliases else name

    def qualified_path(self, path: str) -> str:
        return "/".join(self.qualified(segment) if "." in segment else segment for segment in path.split("/"))

    def text(self, value: Mapping[str, Any], name: str, default: str, steps: Steps) -> str:
        found = value.get(name, default)
        if isinstance(found, str):
            return found
        self.report("structure", (*steps, name), "a string", found, reason="type")
        return default

    def flag(self, value: Mapping[str, Any], name: str, steps: Steps) -> bool | None:
        """None when it is not stated."""
        found = value.get(name)
        if found is None or isinstance(found, bool):
            return found
        self.report("structure", (*steps, name), "true or false", found, reason="type")
        return None

    def objects(self, value: Any, steps: Steps) -> Iterator[tuple[str, dict[str, Any]]]:
        """Named children: members whose names are neither $... nor annotations, with an object as value."""
        for name, child in value.items():
            if name[:1] == "$" or "@" in name:
                continue
            if isinstance(child, dict):
                yield name, child
            else:
                self.report("structure", (*steps, name), "an object", child, reason="type")

    def type(self, value: Mapping[str, Any], steps: Steps) -> TypeRef:
        """$Type and $Collection; a missing $Type is Edm.String."""
        return TypeRef(
            self.qualified(self.text(value, "$Type", "Edm.String", steps)), bool(self.flag(value, "$Collection", steps))
        )

    def facets(self, value: Mapping[str, Any], type_name: str, steps: Steps) -> Facets:
        scale: Scale = None
        stated = value.get("$Scale")
        if stated in ("variable", "floating"):
            scale = stated
        elif stated is not None:
            scale = self._number(value, "$Scale", 0, steps)
        elif type_name == "Edm.Decimal":
            scale = "variable"  # CSDL JSON 7.2.4: absence of $Scale means variable
        srid = value.get("$SRID", "")
        return Facets(
            self._number(value, "$MaxLength", 1, steps),
            self._number(value, "$Precision", 0, steps),
            scale,
            self.flag(value, "$Unicode", steps),
            str(srid) if isinstance(srid, (str, int)) else "",
        )

    def _number(self, value: Mapping[str, Any], name: str, least: int, steps: Steps) -> int | None:
        found = value.get(name)
        if found is None or (found == "max" and name == "$MaxLength"):
            return None
        if isinstance(found, int) and not isinstance(found, bool) and found >= least:
            return found
        self.report("attribute-value", (*steps, name), f"a number of at least {least}", found, attribute=name)
        return None

    def annotations(self, value: Mapping[str, Any], of: str = "") -> tuple[Annotation, ...]:
        """Members `@Term#qualifier`; `of`: those of that member, `of@Term`."""
        prefix = of + "@"
        found = []
        for name, inner in value.items():
            if name.startswith(prefix) and "@" not in name[len(prefix) :]:
                term, _, qualifier = name[len(prefix) :].partition("#")
                nested = self.annotations(value, name)
                found.append(Annotation(self.qualified(term), qualifier, self.expression(inner), nested, 0))
        return tuple(found)

    def expression(self, value: Any) -> Expression:
        if value is None:
            return Expression("Null", "", "", (), ())
        if isinstance(value, bool):
            return Expression("Bool", "true" if value else "false", "", (), ())
        if isinstance(value, int):
            return Expression("Int", str(value), "", (), ())
        if isinstance(value, float):
            return Expression("Float", repr(value), "", (), ())
        if isinstance(value, str):
            return Expression("String", value, "", (), ())
        if isinstance(value, list):
            return Expression("Collection", "", "", tuple(self.expression(item) for item in value), ())
        return self._object(value) if isinstance(value, dict) else NO_VALUE

    def _object(self, value: dict[str, Any]) -> Expression:
        notes = self.annotations(value)
        if isinstance(value.get("$Path"), str):
            return Expression("Path", value["$Path"], "", (), notes)
        for member, kind in _OPERATORS.items():
            if member in value:
                operands = value[member]
                listed = operands if isinstance(operands, list) and kind != "UrlRef" else [operands]
                name = next((value[n] for n in ("$Function", "$Type", "$Name") if isinstance(value.get(n), str)), "")
                return Expression(kind, "", name, tuple(self.expression(item) for item in listed), notes)
        if isinstance(value.get("$LabeledElementReference"), str):
            return Expression("LabeledElementReference", self.qualified(value["$LabeledElementReference"]), "", (), notes)
        if "$Null" in value:
            return Expression("Null", "", "", (), notes)
        return self._record(value, notes)

    def _record(self, value: dict[str, Any], notes: tuple[Annotation, ...]) -> Expression:
        stated = value.get("@type", value.get("@odata.type", ""))
        fragment = stated.rpartition("#")[2] if isinstance(stated, str) else ""
        members = tuple(
            Expression("PropertyValue", "", name, (self.expression(item),), self.annotations(value, name))
            for name, item in value.items()
            if "@" not in name and name[:1] != "$"
        )
        return Expression("Record", "", self.qualified(fragment), members, notes)
