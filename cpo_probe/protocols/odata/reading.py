"""Which CSDL document is this, if it is one?"""

import gc
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from cpo_probe.model import Problem, Where
from cpo_probe.protocols.odata import xml
from cpo_probe.protocols.odata.csdl import Association, Document, Include, Reference, Schema
from cpo_probe.protocols.odata.csdl_json import JsonSchemaReader
from cpo_probe.protocols.odata.csdl_old import OldSchemaReader, association
from cpo_probe.protocols.odata.csdl_xml import SchemaReader
from cpo_probe.protocols.odata.elements import Elements
from cpo_probe.protocols.odata.expressions_xml import annotation
from cpo_probe.protocols.odata.members import Members
from cpo_probe.protocols.odata.nesting import depth
from cpo_probe.protocols.odata.places import problem
from cpo_probe.protocols.odata.shapes import DATA_SERVICES, EDM, EDMX, EXPRESSIONS, OLD_EDM, OLD_EDMX, OLD_SHAPES, SHAPES
from cpo_probe.protocols.odata.xml import Node

MAX_JSON_DEPTH = 200
_STATED = (f"{DATA_SERVICES}}}DataServiceVersion", f"{DATA_SERVICES}}}MaxDataServiceVersion")


def read(body: bytes, url: str = "", limit: int = xml.MAX_BYTES) -> Document | Problem:
    """The document, or the one problem (rule "readable") that keeps it from being read.

    `url`: where it was found. What could be read only in part is in `Document.misread`.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _read_json(body, url, limit)
    with collector_resting():
        return _read_any_xml(body, url, limit)


@contextmanager
def collector_resting() -> Iterator[None]:
    """No cyclic garbage collection while a tree is built that has no cycles: it would walk the growing tree again and again
    (measured: more than half of the time for 8,000 types)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_any_xml(body: bytes, url: str, limit: int) -> Document | Problem:
    root = xml.parse(body, limit, EXPRESSIONS)
    if isinstance(root, xml.Unreadable):
        return _unreadable(root.reason, "CSDL XML or JSON", root.detail, root.line)
    name, namespace = root.name, root.namespace
    if name != "Edmx":
        return _unreadable("root", "edmx:Edmx", "{" + root.tag, root.line)
    if namespace not in (EDMX, OLD_EDMX):
        return _unreadable("namespace", EDMX, namespace, root.line)
    return _read_xml(root, url)


def _unreadable(reason: str, expected: Any, found: Any, line: int) -> Problem:
    return Problem("readable", Where(part="description", line=line), "", expected, found, {"reason": reason})


def _read_xml(root: Node, url: str) -> Document:
    stated = root.get("Version", "")
    services = [child for child in root.children if child.name == "DataServices"]
    schemas = [child for service in services for child in service.children if child.name == "Schema"]
    spaces = [schema.namespace for schema in schemas]
    if stated.startswith("4") or (stated != "1.0" and EDM in spaces):
        return _read_new(root, url, stated, schemas)
    return _read_old(root, url, services, schemas)


def _aliases(root: Node, schemas: list[Node]) -> dict[str, str]:
    found = {}
    for include in (include for reference in root.named("Reference") for include in reference.named("Include")):
        found[include.get("Alias", "")] = include.get("Namespace", "")
    for schema in schemas:
        found[schema.get("Alias", "")] = schema.get("Namespace", "")
    found.pop("", None)
    return found


def _read_new(root: Node, url: str, stated: str, schemas: list[Node]) -> Document:
    aliases = _aliases(root, schemas)
    found: list[Problem] = []
    top = Elements(aliases, EDMX, SHAPES, True)
    if root.namespace != EDMX:
        line = root.line
        found.append(problem("xml-namespace", "", ("Edmx",), line, EDMX, root.namespace))
        top = Elements(aliases, root.namespace, SHAPES, True)
    top.attributes(root, "Edmx", ("Edmx",))
    if stated not in ("4.0", "4.01"):
        found.append(problem("version", "", ("Edmx", "Version"), root.line, ["4.0", "4.01"], stated))
    references: list[Reference] = []
    read_schemas: list[Schema] = []
    inner: list[Problem] = []
    for kind, child in top.children(root, "Edmx", ("Edmx",)):
        if kind == "Reference":
            references.append(_reference(top, child))
        elif kind == "DataServices":
            read_schemas, inner = _schemas(child, aliases, top)
    if not any(child.name == "DataServices" for child in root.children):
        top.report("structure", ("Edmx",), root.line, "DataServices", "absent", reason="element-missing")
    misread = (*found, *top.misread, *inner)
    return Document("xml", stated, url, tuple(references), tuple(read_schemas), "", aliases, misread)


def _schemas(services: Node, aliases: Mapping[str, str], top: Elements) -> tuple[list[Schema], list[Problem]]:
    """Schemas in the namespace of the first; another namespace than the standard's is reported once."""
    found: list[Schema] = []
    misread: list[Problem] = []
    elements: dict[str, Elements] = {}
    for child in services.children:
        namespace, line = child.namespace, child.line
        if child.name != "Schema":
            top.report("structure", ("DataServices",), line, ["Schema"], child.name, reason="element-unknown")
            continue
        if namespace not in elements:
            elements[namespace] = Elements(aliases, namespace, SHAPES, True)
            if namespace != EDM:
                misread.append(problem("xml-namespace", "", ("DataServices", "Schema"), line, EDM, namespace))
        found.append(SchemaReader(elements[namespace]).schema(child))
    if not found:
        line = services.line
        top.report("structure", ("DataServices",), line, "one Schema or more", "none", reason="element-missing")
    return found, [*misread, *(problem for one in elements.values() for problem in one.misread)]


def _reference(e: Elements, element: Node) -> Reference:
    a = e.attributes(element, "Reference", ("Reference",))
    steps = ("Reference", a.get("Uri", ""))
    includes: list[Include] = []
    notes, all_annotations = [], False
    for child in element.children:
        kind = child.name
        if kind == "Include":
            b = e.attributes(child, kind, steps)
            inner = tuple(annotation(e, note, steps) for note in child.children if note.name == "Annotation")
            includes.append(Include(b.get("Namespace", ""), b.get("Alias", ""), inner, child.line))
        elif kind == "IncludeAnnotations":
            e.attributes(child, kind, steps)
            all_annotations = True
        elif kind == "Annotation":
            notes.append(annotation(e, child, steps))
        else:
            e.report("structure", steps, child.line, ["Include", "IncludeAnnotations"], kind, reason="element-unknown")
    if not includes and not all_annotations:
        line = element.line
        e.report("structure", steps, line, "Include or IncludeAnnotations", "none", reason="element-missing")
    return Reference(a.get("Uri", ""), tuple(includes), all_annotations, tuple(notes), element.line)


def _read_old(root: Node, url: str, services: list[Node], schemas: list[Node]) -> Document:
    aliases = _aliases(root, schemas)
    stated = next((service.get(name, "") for service in services for name in _STATED if service.get(name)), "")
    spaces = {schema.namespace for schema in schemas}
    version = "3.0" if stated.startswith("3") or "http://schemas.microsoft.com/ado/2009/11/edm" in spaces else "2.0"
    misread: list[Problem] = []
    line = root.line
    if root.get("Version") != "1.0":
        misread.append(problem("version", "", ("Edmx", "Version"), line, "1.0, 4.0 or 4.01", root.get("Version", "")))
    if not services:
        misread.append(problem("structure", "", ("Edmx",), line, "DataServices", "absent", reason="element-missing"))
    for space in sorted(spaces - OLD_EDM):
        misread.append(problem("xml-namespace", "", ("DataServices", "Schema"), line, sorted(OLD_EDM), space))
    readers = {space: Elements(aliases, space, OLD_SHAPES, False) for space in spaces}
    associations: dict[str, Association] = {}
    for schema in schemas:
        e = readers[schema.namespace]
        for child in schema.children:
            if child.name == "Association":
                made = association(e, child, schema.get("Namespace", ""))
                associations.setdefault(made.qualified, made)
    read_schemas = tuple(OldSchemaReader(readers[schema.namespace], associations).schema(schema) for schema in schemas)
    misread += [problem for e in readers.values() for problem in e.misread]
    return Document("xml", version, url, (), read_schemas, "", aliases, tuple(misread))


def _read_json(body: bytes, url: str, limit: int) -> Document | Problem:
    if len(body) > limit:
        return _unreadable("too-large", f"at most {limit} bytes", len(body), 0)
    try:
        value = json.loads(body)
    except UnicodeDecodeError as error:
        return _unreadable("encoding", "UTF-8", str(error), 0)
    except json.JSONDecodeError as error:
        reason = "truncated" if error.pos >= len(error.doc.rstrip()) or "Unterminated" in error.msg else "malformed"
        return _unreadable(reason, "JSON", error.msg, error.lineno)
    except RecursionError:
        return _unreadable("too-deep", f"at most {MAX_JSON_DEPTH} levels", "more", 0)
    if depth(value) > MAX_JSON_DEPTH:
        return _unreadable("too-deep", f"at most {MAX_JSON_DEPTH} levels", "more", 0)
    if "$Version" not in value:
        return _unreadable("root", "member $Version", sorted(value)[:5], 1)
    return _document(value, url)


def _document(value: dict[str, Any], url: str) -> Document:
    schemas = {name: child for name, child in value.items() if name[:1] != "$" and isinstance(child, dict)}
    references = value.get("$Reference")
    listed = references if isinstance(references, dict) else {}
    aliases = {child["$Alias"]: name for name, child in schemas.items() if isinstance(child.get("$Alias"), str)}
    includes = {uri: _includes(inner) for uri, inner in listed.items() if isinstance(inner, dict)}
    aliases |= {i["$Alias"]: i["$Namespace"] for found in includes.values() for i in found if isinstance(i.get("$Alias"), str)}
    m = Members(aliases)
    for name, child in value.items():
        if name[:1] != "$" and not isinstance(child, dict):
            m.report("structure", (name,), "a schema object", child, reason="type")
    version = m.text(value, "$Version", "", ())
    if version not in ("4.0", "4.01"):
        m.report("version", ("$Version",), ["4.0", "4.01"], value["$Version"])
    made = tuple(JsonSchemaReader(m).schema(name, child) for name, child in schemas.items())
    found = tuple(
        Reference(
            uri,
            tuple(Include(i["$Namespace"], str(i.get("$Alias", "")), m.annotations(i), 0) for i in includes[uri]),
            "$IncludeAnnotations" in inner,
            m.annotations(inner),
            0,
        )
        for uri, inner in listed.items()
        if isinstance(inner, dict)
    )
    container = m.text(value, "$EntityContainer", "", ())
    return Document("json", version, url, found, made, m.qualified(container), aliases, tuple(m.misread))


def _includes(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    listed = value.get("$Include")
    return [i for i in listed if isinstance(i, dict) and isinstance(i.get("$Namespace"), str)] if isinstance(listed, list) else []
