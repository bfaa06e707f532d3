"""Is a document what an XML schema of the user says it is?

libxml2 decides, from memory: an import leads to a file of that namespace among those the user gave, an include to the file
at that place, and nothing else is asked.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from posixpath import basename, dirname, join, normpath
from urllib.parse import unquote

from lxml import etree

from cpo_probe.model.schema import SchemaFile, Schemas
from cpo_probe.protocols.xml import Unreadable as Unreadable
from cpo_probe.protocols.xml import line_of as line_of
from cpo_probe.protocols.xml import parse as parse

MOST = 20
XSD = "http://www.w3.org/2001/XMLSchema"
_PLACE = "cpo-probe:given/"
_EMPTY = f'<schema xmlns="{XSD}"/>'.encode()
_NUMBERED = re.compile(r"(.*?)((?:_[0-9]+)*)$", re.DOTALL)
_ABOUT = re.compile(r"Element '([^']*)'(?:, attribute '([^']*)')?")
_KEYS = (f"{{{XSD}}}key", f"{{{XSD}}}keyref", f"{{{XSD}}}unique")
_IMPORT = (f"{{{XSD}}}import",)
_NESTED = (f"{{{XSD}}}include", f"{{{XSD}}}redefine")


@dataclass(frozen=True, slots=True)
class Violation:
    """What libxml2 says: `kind` is its name of the error, `path` an XPath in the element, `line` that of the document."""

    kind: str
    path: str
    line: int
    message: str

    @property
    def constraint(self) -> str:
        """The constraint of XML Schema 1.0 that is broken: "cvc-complex-type.3.2.1"."""
        if self.kind == "SCHEMAV_ELEMENT_CONTENT":  # the one name of libxml2's own
            return "cvc-complex-type.2.4"
        name, digits = _NUMBERED.match(self.kind.removeprefix("SCHEMAV_")).groups()  # type: ignore[union-attr]  # matches all
        return ".".join((name.lower().replace("_", "-"), *digits.split("_")[1:]))

    @property
    def subject(self) -> str:
        """Element and attribute that it is about, without namespaces and positions: "Property/@Type"."""
        found = _ABOUT.match(self.message)
        if found is None:
            return self.path.rpartition("/")[2].partition("[")[0]
        local = [name.rpartition("}")[2] for name in found.groups("")]
        return "/@".join(filter(None, local))


@dataclass(frozen=True, slots=True)
class Validator:
    """`problem`: why there is no schema ("" when there is); `missing`: places or namespaces that no file was found for."""

    schema: etree.XMLSchema | None
    problem: str
    missing: tuple[str, ...]

    def violations(self, element: etree._Element) -> list[Violation]:
        """What is wrong in an element that the schemas declare globally, at most `MOST`. Raises `ValueError` without schema."""
        if self.schema is None:
            raise ValueError(self.problem)
        whole = element.getparent() is None
        alone = element if whole else etree.fromstring(etree.tostring(element, with_tail=False))  # without what surrounds it
        if self.schema.validate(alone):
            return []
        return [
            Violation(str(entry.type_name), str(entry.path or ""), int(entry.line), str(entry.message))
            for entry in list(self.schema.error_log)[:MOST]  # type: ignore[call-overload]
        ]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one schema file says of a document."""

    file: SchemaFile
    violations: tuple[Violation, ...]


def entries(schemas: Schemas, namespace: str) -> tuple[SchemaFile, ...]:
    """Files of a namespace that no other file of it includes: each is a schema of its own, several are editions of one."""
    files = schemas.of(namespace)
    included = {target for file in files for _, target in _references(schemas, file)[0] if target is not None}
    return tuple(file for file in files if file not in included) or files


def opinion(schemas: Schemas, element: etree._Element, beside: Iterable[str] = (), *, identity: bool = True) -> Opinion | str:
    """What the user's schema of the element's namespace says of it; of several editions the one with least to object.

    `beside`: further namespaces that wildcards let in, of which the user's schemas judge what stands there.
    `identity`: with keys and references to them, for which libxml2 needs quadratic time.
    A text when nobody can say: "" without a schema for it, else why none of them can be compiled.
    """
    problem, best = "", None
    others = tuple(found[0] for space in beside if (found := entries(schemas, space)))
    for file in entries(schemas, etree.QName(element).namespace or ""):
        made = validator(schemas, file, beside=others, identity=identity)
        if made.schema is None:
            problem = made.problem
            continue
        said = Opinion(file, tuple(made.violations(element)))
        if best is None or len(said.violations) < len(best.violations):
            best = said
    return best if best is not None else problem


@lru_cache(maxsize=64)
def validator(schemas: Schemas, entry: SchemaFile, *, beside: tuple[SchemaFile, ...] = (), identity: bool = True) -> Validator:
    """One schema, compiled once per process with all it needs, and with schemas of namespaces that its wildcards let in.

    `identity` False leaves out xs:key, xs:keyref and xs:unique, for which libxml2 takes time by the square of the document:
    for who looks after them himself, and says so.
    """
    texts: dict[str, bytes] = {}
    missing: list[str] = []
    waiting = [entry, *beside]
    while waiting:
        file = waiting.pop()
        if _PLACE + file.name in texts:
            continue
        root = _root(schemas, file)
        if not identity:
            for node in list(root.iter(*_KEYS)):
                node.getparent().remove(node)  # type: ignore[union-attr]  # a key is never the root
        needed, lost = _redirected(schemas, file, root)
        missing += lost
        waiting += needed
        texts[_PLACE + file.name] = etree.tostring(root)
    found = tuple(dict.fromkeys(missing))
    try:
        return Validator(_compiled(texts, (entry, *beside)), "", found)
    except etree.XMLSchemaParseError as error:
        return Validator(None, f"{entry.name}: {str(error)[:300]}", found)


def _compiled(texts: Mapping[str, bytes], files: tuple[SchemaFile, ...]) -> etree.XMLSchema:
    """All of them under one roof: a schema that imports each."""
    parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False, huge_tree=True)
    parser.resolvers.add(FromMemory(texts))
    roof = etree.Element(f"{{{XSD}}}schema", {"targetNamespace": _PLACE})
    for file in files:
        stated = {"namespace": file.namespace} if file.namespace else {}
        etree.SubElement(roof, f"{{{XSD}}}import", {**stated, "schemaLocation": _PLACE + file.name})
    return etree.XMLSchema(etree.fromstring(etree.tostring(roof), parser, base_url=_PLACE))


class FromMemory(etree.Resolver):
    """Everything that a schema asks for comes out of a table; what is not in it is an empty schema."""

    def __init__(self, texts: Mapping[str, bytes]) -> None:
        super().__init__()
        self._texts = texts

    def resolve(self, url: str, public_id: str, context: object) -> object:  # type: ignore[override]
        return self.resolve_string(self._texts.get(url, _EMPTY), context, base_url=url)


def _root(schemas: Schemas, file: SchemaFile) -> etree._Element:
    parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False, huge_tree=True)
    return etree.fromstring(schemas.text(file), parser)


@lru_cache(maxsize=1024)
def _references(
    schemas: Schemas, file: SchemaFile
) -> tuple[tuple[tuple[str, SchemaFile | None], ...], tuple[tuple[str, SchemaFile | None], ...]]:
    """(includes and redefines, imports), each as what the schema states, and the file that is meant."""
    root = _root(schemas, file)
    included = tuple((node.get("schemaLocation", ""), _beside(schemas, file, node)) for node in root.iterchildren(*_NESTED))
    imported = tuple((_wanted(node), _imported(schemas, file, node)) for node in root.iterchildren(*_IMPORT))
    return included, imported


def _redirected(schemas: Schemas, file: SchemaFile, root: etree._Element) -> tuple[list[SchemaFile], list[str]]:
    """Let each reference lead to a file in memory, and an import to nothing where there is none; files and what is missing."""
    needed, missing = [], []
    for node, stated, target in _pairs(schemas, file, root):
        if target is not None:
            node.set("schemaLocation", _PLACE + target.name)
            needed.append(target)
        else:
            missing.append(stated)
            if node.tag in _NESTED:
                root.remove(node)
            else:
                node.attrib.pop("schemaLocation", "")
    return needed, missing


def _pairs(schemas: Schemas, file: SchemaFile, root: etree._Element) -> Iterator[tuple[etree._Element, str, SchemaFile | None]]:
    for tags, said in zip((_NESTED, _IMPORT), _references(schemas, file), strict=True):
        for node, (stated, target) in zip(list(root.iterchildren(*tags)), said, strict=True):
            yield node, stated, target


def _wanted(node: etree._Element) -> str:
    return str(node.get("namespace", ""))


def _beside(schemas: Schemas, file: SchemaFile, node: etree._Element) -> SchemaFile | None:
    """The file at the stated place, seen from the one that names it."""
    place = normpath(join(dirname(file.name), unquote(node.get("schemaLocation", ""))))
    return next((one for one in schemas.files if one.name == place), None)


def _imported(schemas: Schemas, file: SchemaFile, node: etree._Element) -> SchemaFile | None:
    """A file of the namespace: that at the stated place, else of that name, in that folder, or the first."""
    candidates = [one for one in schemas.of(_wanted(node)) if one != file]
    said = unquote(node.get("schemaLocation", ""))
    place = normpath(join(dirname(file.name), said))

    def far(one: SchemaFile) -> tuple[bool, bool, bool, str]:
        here = dirname(one.name) == dirname(file.name)
        return one.name != place, basename(one.name) != basename(said), not here, one.name

    return min(candidates, key=far, default=None)
