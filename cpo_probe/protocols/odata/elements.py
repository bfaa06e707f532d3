"""What do all readers of CSDL XML need: attributes, lines, aliases, and a list of what could not be read."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from cpo_probe.model import Problem
from cpo_probe.protocols.odata.csdl import NO_EXTRA, NO_FACETS, Facets, Scale, TypeRef
from cpo_probe.protocols.odata.places import problem
from cpo_probe.protocols.odata.shapes import FACETS, Shape
from cpo_probe.protocols.odata.xml import Node

T = TypeVar("T")


class Elements:
    """Reads attributes of one document and keeps what it could not read. `where`: namespace and steps of the element at hand."""

    def __init__(self, aliases: Mapping[str, str], edm: str, shapes: Mapping[str, Shape], strict: bool) -> None:
        """`edm`: the XML namespace of the schemas. `strict`: report also what `shapes` do not know, not only what is missing."""
        self.aliases = aliases
        self.edm = edm
        self.shapes = shapes
        self.strict = strict
        self.misread: list[Problem] = []
        self.namespace = ""
        self._seen: set[tuple[str, str]] = set()
        self._prefix = edm + "}"
        self._kinds: dict[str, str] = {}  # local names by tag, of elements of the schema language
        self._names: dict[str, str] = {}
        self._types: dict[str, TypeRef] = {"": TypeRef("", False)}
        self._facets: dict[tuple[str | None, ...], Facets] = {(None,) * 5: NO_FACETS}

    def report(
        self, rule: str, steps: tuple[str | int, ...], line: int, expected: object, found: object, **params: object
    ) -> None:
        self.misread.append(problem(rule, self.namespace, steps, line, expected, found, **params))

    def qualified(self, name: str) -> str:
        """The name with its alias replaced by the namespace."""
        known = self._names.get(name)
        if known is None:
            prefix, dot, rest = name.rpartition(".")
            known = self._names[name] = f"{self.aliases[prefix]}.{rest}" if dot and prefix in self.aliases else name
        return known

    def type(self, text: str) -> TypeRef:
        known = self._types.get(text)
        if known is None:
            inner, collection = text, False
            if text.startswith("Collection(") and text.endswith(")"):
                inner, collection = text[11:-1], True
            known = self._types[text] = TypeRef(self.qualified(inner), collection)
        return known

    def attributes(self, element: Node, name: str, steps: tuple[str | int, ...]) -> dict[str, str]:
        """All attributes; those that the element may not have, and those that it lacks, are reported."""
        found = element.attributes
        shape = self.shapes[name]
        if not (shape.required <= found.keys() <= shape.attributes):
            self._misshapen(element, shape, found, steps)
        return found

    def _misshapen(self, element: Node, shape: Shape, found: dict[str, str], steps: tuple[str | int, ...]) -> None:
        line = element.line
        for name in sorted(shape.required - found.keys()):
            self.report("structure", steps, line, f"attribute {name}", "absent", reason="attribute-missing")
        for name in found if self.strict else ():
            if name in shape.attributes or name.startswith("http://www.w3.org/"):
                continue
            if "}" in name:
                self._foreign("no attribute of another namespace", "{" + name, line)
            else:
                expected = sorted(shape.attributes)
                self.report("structure", steps, line, expected, f"attribute {name}", reason="attribute-unknown")

    @staticmethod
    def extra(attributes: Mapping[str, str]) -> Mapping[str, str]:
        """Attributes of other namespaces."""
        for name in attributes:
            if "}" in name:
                return {"{" + key: value for key, value in attributes.items() if "}" in key}
        return NO_EXTRA

    def tag(self, name: str) -> str:
        """Of elements of the schema language."""
        return self._prefix + name

    def children(self, element: Node | Sequence[Node], name: str, steps: tuple[str | int, ...]) -> Iterator[tuple[str, Node]]:
        """Child elements (or those given) of the schema language by local name; others are reported and left out."""
        children = element.children if isinstance(element, Node) else element
        if not children:
            return
        shape = self.shapes[name]
        allowed, once, kinds = shape.children, shape.once, self._kinds
        seen: set[str] = set()
        for child in children:
            inner = kinds.get(child.tag) or self._kind(child, shape, steps)
            if inner in allowed:
                if inner in once:
                    if inner in seen:
                        line = child.line
                        self.report("structure", steps, line, f"one {inner}", f"another {inner}", reason="element-twice")
                    seen.add(inner)
                yield inner, child
            elif inner and self.strict:
                line = child.line
                self.report("structure", steps, line, sorted(shape.children), inner, reason="element-unknown")

    def _kind(self, child: Node, shape: Shape, steps: tuple[str | int, ...]) -> str:
        if not child.tag.startswith(self._prefix):
            return self._other(child, shape, steps)
        kind = self._kinds[child.tag] = child.tag[len(self._prefix) :]
        return kind

    def _other(self, child: Node, shape: Shape, steps: tuple[str | int, ...]) -> str:
        """An element of another namespace: left out, unless only its namespace is wrong."""
        name = child.name
        if name not in shape.children:
            self._foreign("no element of another namespace", "{" + child.tag, child.line)
            return ""
        if self.strict:
            self.report("xml-namespace", steps, child.line, self.edm, "{" + child.tag)
        return name

    def _foreign(self, expected: str, found: str, line: int) -> None:
        """Once per name and schema: such attributes come in hundreds."""
        if self.strict and (self.namespace, found) not in self._seen:
            self._seen.add((self.namespace, found))
            self.report("foreign", (), line, expected, found)

    def boolean(self, attributes: Mapping[str, str], name: str, default: T, steps: tuple[str | int, ...], line: int) -> bool | T:
        """`default` when it is not stated, or neither true nor false."""
        text = attributes.get(name)
        if text is None:
            return default
        if text in ("true", "1"):
            return True
        if text in ("false", "0"):
            return False
        self.report("attribute-value", steps, line, "true or false", text, attribute=name)
        return default

    def facets(self, attributes: Mapping[str, str], steps: tuple[str | int, ...], line: int) -> Facets:
        if FACETS.isdisjoint(attributes):
            return NO_FACETS
        get = attributes.get
        key = (get("MaxLength"), get("Precision"), get("Scale"), get("SRID"), get("Unicode"))
        known = self._facets.get(key)
        if known is not None:
            return known
        before = len(self.misread)
        made = Facets(
            self._number(attributes, "MaxLength", ("max", "Max"), 1, steps, line),
            self._number(attributes, "Precision", (), 0, steps, line),
            self._scale(attributes, steps, line),
            self.boolean(attributes, "Unicode", None, steps, line),
            get("SRID", ""),
        )
        if made.srid and made.srid != "variable" and not (made.srid.isascii() and made.srid.isdigit()):
            self.report("attribute-value", steps, line, "a number or variable", made.srid, attribute="SRID")
        if len(self.misread) == before:
            self._facets[key] = made
        return made

    def _number(
        self,
        attributes: Mapping[str, str],
        name: str,
        words: tuple[str, ...],
        least: int,
        steps: tuple[str | int, ...],
        line: int,
    ) -> int | None:
        text = attributes.get(name)
        if text is None or text in words:
            return None
        if text.isascii() and text.isdigit() and len(text) < 19 and int(text) >= least:
            return int(text)
        expected = " or ".join((f"a number of at least {least}", *words[:1]))
        self.report("attribute-value", steps, line, expected, text, attribute=name)
        return None

    def _scale(self, attributes: Mapping[str, str], steps: tuple[str | int, ...], line: int) -> Scale:
        text = attributes.get("Scale")
        if text == "variable" or text == "Variable":
            return "variable"
        if text == "floating":
            return "floating"
        return self._number(attributes, "Scale", (), 0, steps, line)

    def one_of(self, text: str, allowed: tuple[str, ...], name: str, steps: tuple[str | int, ...], line: int) -> str:
        if text not in allowed:
            self.report("attribute-value", steps, line, list(allowed), text, attribute=name)
        return text
