"""Do the models of a 3MF package lead to what is there?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cpo_probe.formats import opc
from cpo_probe.formats.package import Broken, Member
from cpo_probe.model import Problem, Problems, Where, not_applicable

MODEL = "/3dmodel"
CORE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
PRODUCTION = "http://schemas.microsoft.com/3dmanufacturing/production/2015/06"
MATERIALS = "http://schemas.microsoft.com/3dmanufacturing/material/2015/02"
MOST = 1_000_000  # resources and references that are kept
_GROUPS = {"basematerials", "colorgroup", "texture2dgroup", "compositematerials", "multiproperties"}
_LEADS: dict[str, tuple[str, set[str]]] = {
    "pid": ("a group of properties", _GROUPS),
    "pids": ("a group of properties that is not made of others", _GROUPS - {"multiproperties"} | {"texture2d"}),  # drafts
    "matid": ("base materials", {"basematerials"}),
    "texid": ("a texture", {"texture2d"}),
}
"""What attributes that name properties lead to (Core 4.1.3; Materials and Properties 3 to 6)."""
_SPACES = (CORE, MATERIALS)


@dataclass(frozen=True, slots=True)
class _Reference:
    """`kind`: "item", "component", or the attribute that names a property. `path`: the model it leads to, "" its own."""

    kind: str
    id: str
    path: str


@dataclass(slots=True)
class _Model:
    """Resources by id (their kind, or the type of an object), and what refers to them."""

    name: str
    resources: dict[str, str] = field(default_factory=dict)
    references: dict[_Reference, int] = field(default_factory=dict)  # each with the line where it is first
    metadata: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    vertices: int = 0


def examine(path: Path, report: opc.Report) -> Problems:
    """Judge a package, of which the Open Packaging Conventions say `report`, by `RULES`; meshes of any size are not kept."""
    problems = Problems()
    starts = report.related("", MODEL)
    if len(starts) != 1:
        problems.add(Problem("model", Where("file", name="_rels/.rels"), "", 1, len(starts), {}))
    models: dict[str, _Model] = {}
    with opc.opened(path) as package:
        for name, part in package.parts.items():
            if name.endswith(".model") or any(package.part(one.target) is part for one in starts):
                models[name] = _read(package, part, problems)
    for model in models.values():
        for problem in (*model.problems, *_lost(model, models)):
            problems.add(problem)
    if not models or "model" in problems.counts:
        for rule in ("resources", "references", "indices", "extensions", "metadata"):
            problems.unsaid[rule] = not_applicable("threemf_no_model")
    return problems


def _read(package: opc.Package, part: Member, problems: Problems) -> _Model:
    model = _Model(part.name)
    reader = _Reader(model)
    try:
        opc.read(package.pieces(part), reader.start, spaces=reader.declared)
    except opc.Faulty as fault:
        where = Where("file", name=part.name, line=fault.line, offset=fault.offset)
        problems.add(Problem("model", where, "", "well-formed XML", fault.found, {}))
    except Broken as broken:
        problems.add(Problem("model", Where("file", name=part.name), "", "a whole part", broken.found, {}))
    return model


class _Reader:
    """Notes what stands in a model; of a mesh the number of its vertices only."""

    def __init__(self, model: _Model) -> None:
        self._model = model
        self.declared: dict[str, str] = {}

    def start(self, element: opc.Element) -> None:
        if element.namespace not in _SPACES:
            return
        match element.name:
            case "vertex":
                self._model.vertices += 1
            case "triangle":
                self._triangle(element)
            case "mesh":
                self._model.vertices = 0
            case "model":
                self._extensions(element)
            case "metadata" if element.depth == 1:
                self._metadata(element)
            case "item" | "component":
                self._refer(element.name, element, "objectid")
            case "object":
                self._resource(element, f"object {element.attributes.get('type', 'model')}")
                self._refer("pid", element, "pid")
            case name if name in _GROUPS or name == "texture2d":
                self._resource(element, name)
                for attribute in ("texid", "matid", "pids"):
                    self._refer(attribute, element, attribute)

    def _triangle(self, element: opc.Element) -> None:
        said = element.attributes
        corners = [said.get(name, "") for name in ("v1", "v2", "v3")]
        numbers = [int(one) if one.isascii() and one.isdigit() and len(one) < 12 else -1 for one in corners]
        if len(set(numbers)) < 3 or min(numbers) < 0 or max(numbers) >= self._model.vertices:
            expected = f"three of {self._model.vertices} vertices"
            self._wrong("indices", element.line, "triangle", expected, " ".join(corners)[:100])
        if "pid" in said:
            self._refer("pid", element, "pid")

    def _extensions(self, element: opc.Element) -> None:
        for prefix in element.attributes.get("requiredextensions", "").split():
            if prefix not in self.declared:
                self._wrong("extensions", element.line, "requiredextensions", "a prefix that is declared", prefix[:100])

    def _metadata(self, element: opc.Element) -> None:
        name = element.attributes.get("name", "")
        if not name or name in self._model.metadata:
            self._wrong("metadata", element.line, "metadata", "a name of its own" if name else "a name", name[:100])
        if len(self._model.metadata) < MOST:
            self._model.metadata.add(name)

    def _resource(self, element: opc.Element, kind: str) -> None:
        id = element.attributes.get("id", "")
        if not id or id in self._model.resources:
            self._wrong("resources", element.line, element.name, "an id of its own" if id else "an id", id[:100])
        if len(self._model.resources) < MOST:
            self._model.resources[id] = kind

    def _refer(self, kind: str, element: opc.Element, name: str) -> None:
        said = element.attributes.get(name, "")
        path = element.attributes.get(f"{PRODUCTION}}}path", "")
        for id in said.split():
            if len(self._model.references) < MOST:
                self._model.references.setdefault(_Reference(kind, id, path.removeprefix("/").lower()), element.line)

    def _wrong(self, rule: str, line: int, place: str, expected: str, found: str) -> None:
        where = Where("file", name=self._model.name, line=line)
        if len(self._model.problems) < MOST:
            self._model.problems.append(Problem(rule, where, place, expected, found, {}))


def _lost(model: _Model, models: dict[str, _Model]) -> Iterator[Problem]:
    for one, line in model.references.items():
        there = models.get(one.path) if one.path else model
        found = None if there is None else there.resources.get(one.id)
        where = Where("file", name=model.name, line=line)
        if one.kind in _LEADS:
            expected, kinds = _LEADS[one.kind]
            if found not in kinds:
                yield Problem("references", where, one.kind, expected, found or one.id[:100], {})
        elif found is None or not found.startswith("object "):
            yield Problem("references", where, one.kind, "an object", found or one.id[:100], {})
        elif one.kind == "item" and found == "object other":
            yield Problem("references", where, "item", "an object that is built", "one of type other", {})
