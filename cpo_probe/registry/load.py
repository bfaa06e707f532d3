"""Which probes, checks, facts and measures are there?

Content files are loaded from their path under one synthetic package, `cpo_probe_content`, in a checkout,
an editable install, a wheel and a worker process alike.
"""

import hashlib
import importlib
import sys
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from cpo_probe.errors import UsageError
from cpo_probe.model.format import NO_FORMATS, Formats
from cpo_probe.model.schema import NO_SCHEMAS, Schemas
from cpo_probe.registry.definitions import NOTES, CheckDef, Definition, FactDef, MeasureDef, ProbeDef
from cpo_probe.registry.described import described_formats
from cpo_probe.registry.given import given_schemas

PACKAGE = "cpo_probe_content"
FOLDERS = ("probes", "catalogue", "schemas", "targets", "fixtures")


@dataclass(frozen=True, slots=True)
class Registry:
    """Everything that content offers; ids are unique."""

    roots: tuple[Path, ...]
    probes: dict[str, ProbeDef]
    checks: dict[str, CheckDef]
    facts: dict[str, FactDef]
    measures: dict[str, MeasureDef]
    files: dict[str, str]  # relative path -> sha256
    schemas: Schemas = NO_SCHEMAS  # of standards, brought along by the user
    formats: Formats = NO_FORMATS  # of files, that content describes


def own_root() -> Path:
    """The folder that holds our content: beside the engine in a checkout, inside it in a wheel."""
    inside = Path(__file__).resolve().parents[1] / "content"
    return inside if inside.is_dir() else Path(__file__).resolve().parents[2]


def content_roots(extra: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Our own content, then packages with the entry point group `cpo_probe.content`, then folders the user names."""
    roots = [own_root()]
    for point in sorted(entry_points(group="cpo_probe.content"), key=lambda p: p.name):
        module = point.load()
        roots.append(Path(module.__file__).resolve().parent)
    for folder in extra:
        if not folder.is_dir():
            raise UsageError(f"--content expects a folder, found {folder}: make it, or correct the path")
        roots.append(folder.resolve())
    return tuple(dict.fromkeys(roots))


def content_files(roots: Iterable[Path]) -> Iterator[tuple[Path, Path]]:
    """(root, file) of every content file that can change a verdict, in a fixed order."""
    for root in roots:
        for folder in ("probes", "catalogue", "schemas", "targets"):
            for path in sorted((root / folder).rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts and path.suffix in {".py", ".toml", ".json", ".xsd", ".gz"}:
                    yield root, path


def package(roots: Iterable[Path]) -> ModuleType:
    """The synthetic package, its path set to the roots; relative imports inside content work as usual."""
    module = sys.modules.get(PACKAGE)
    if module is None:
        module = ModuleType(PACKAGE)
        module.__path__ = []
        sys.modules[PACKAGE] = module
    paths = [str(root) for root in roots]
    if list(module.__path__) != paths:
        module.__path__ = paths
        for name in [n for n in sys.modules if n.startswith(PACKAGE + ".")]:
            del sys.modules[name]
        importlib.invalidate_caches()
    return module


def load(extra: Iterable[Path] = (), schemas: Iterable[Path] = ()) -> Registry:
    """Our own content and that of the folders the user names; `schemas`: folders with XSDs of standards."""
    return load_roots(content_roots(extra), given_schemas(schemas))


def load_roots(roots: tuple[Path, ...], schemas: Schemas = NO_SCHEMAS) -> Registry:
    """Import every file below `probes/` of each root and collect its definitions; a duplicate id is an error."""
    package(roots)
    files: dict[str, str] = {}
    origin: dict[tuple[str, str], Path] = {}
    registry = Registry(roots, {}, {}, {}, {}, files, schemas, described_formats(roots))
    for root, path in content_files(roots):
        relative = path.relative_to(root).as_posix()
        if relative in files:
            raise UsageError(f"content file {relative} exists twice, the second in {root}: rename one of them")
        files[relative] = hashlib.sha256(path.read_bytes()).hexdigest()
        if relative.startswith("probes/") and path.suffix == ".py":
            for definition in _definitions(relative, path):
                _add(registry, definition, path, origin)
    _resolve(registry)
    return registry


def _definitions(relative: str, path: Path) -> list[Definition]:
    name = PACKAGE + "." + relative.removesuffix(".py").replace("/", ".")
    try:
        module = importlib.import_module(name)
    except (SyntaxError, ImportError, NameError, AttributeError, TypeError, ValueError) as error:
        raise UsageError(
            f"content file {path}{_line(error, path)} cannot be loaded: {type(error).__name__}: {error}: correct it, or take it "
            "out of the folder"
        ) from error
    notes: list[Definition] = vars(module).get(NOTES, [])
    return notes


def _line(error: Exception, path: Path) -> str:
    """Where in that file it went wrong: ", line 6"; "" when the file does not show."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f", line {error.lineno}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return f", line {lines[-1]}" if lines else ""


def _add(registry: Registry, definition: Definition, path: Path, origin: dict[tuple[str, str], Path]) -> None:
    table: dict[str, Definition]
    match definition:
        case ProbeDef(id=key):
            table = registry.probes  # type: ignore[assignment]
        case CheckDef(id=key):
            table = registry.checks  # type: ignore[assignment]
        case MeasureDef(id=key):
            table = registry.measures  # type: ignore[assignment]
        case FactDef(type=key):
            table = registry.facts  # type: ignore[assignment]
    if key in table:
        kind = type(definition).__name__.removesuffix("Def").lower()
        raise UsageError(f"{kind} id {key!r} is used twice: in {origin[(kind, key)]} and {path}: rename one of them")
    table[key] = definition
    origin[(type(definition).__name__.removesuffix("Def").lower(), key)] = path


def _resolve(registry: Registry) -> None:
    """Every `after` names a probe."""
    for item in registry.probes.values():
        for name in item.after:
            if name not in registry.probes:
                raise UsageError(f"probe {item.id!r} wants to run after {name!r}, which does not exist: correct `after=`")
