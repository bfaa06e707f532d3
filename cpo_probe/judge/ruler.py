"""With which ruler was it measured: engine, content, judging libraries?"""

import hashlib
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import cpo_probe
from cpo_probe.model import Catalogue
from cpo_probe.registry import Registry

ROOMS = ("model", "registry", "evidence", "catalogue", "target", "protocols", "formats", "neutral", "kernel", "scoring", "judge")
LIBRARIES = (
    "lxml",
    "jsonschema-rs",
    "msgspec",
    "PyYAML",
    "http-sf",
    "cryptography",
    "openapi-spec-validator",
    "xmlschema",
    "aas-core3.0",
    "aas-core3.1",
)


@dataclass(frozen=True, slots=True)
class Ruler:
    """The same digest gives the same bytes on any machine."""

    digest: str  # sixteen hex digits
    engine: str  # sha256 over the judging rooms
    content: str  # sha256 over content files and the catalogue in use
    libraries: dict[str, str]  # name -> version
    schemas: dict[str, str] = field(default_factory=dict)  # brought along by the user: name -> sha256
    kernel: str = ""  # that measured the files of the record, "" for none


def ruler(registry: Registry, catalogue: Catalogue, kernel: str = "") -> Ruler:
    """The ruler that this process would judge with. `kernel`: whose measurements of files it goes by."""
    engine = _engine_digest()
    content = hashlib.sha256()
    for name, digest in sorted(registry.files.items()):
        content.update(f"{name} {digest}\n".encode())
    content.update(catalogue.digest.encode())
    libraries = {name: _version(name) for name in LIBRARIES}
    schemas = dict(registry.schemas.digests)
    parts = [f"{k}={v}" for k, v in (*sorted(libraries.items()), *sorted(schemas.items()))]
    text = "\n".join([engine, content.hexdigest(), *parts, *filter(None, [kernel])])
    return Ruler(hashlib.sha256(text.encode()).hexdigest()[:16], engine, content.hexdigest(), libraries, schemas, kernel)


def _engine_digest() -> str:
    root = Path(cpo_probe.__file__).parent
    digest = hashlib.sha256()
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
