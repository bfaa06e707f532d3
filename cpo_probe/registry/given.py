"""Which XML schemas, and which tables of EXPRESS schemas, lie in the folders that the user names?"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from lxml import etree

from cpo_probe.errors import UsageError
from cpo_probe.formats.express import SUFFIX, read_head
from cpo_probe.model.schema import EXPRESS, SchemaFile, Schemas

_XSD = "{http://www.w3.org/2001/XMLSchema}schema"
_WANTED = f"*.xsd or *{SUFFIX} files"
MOST_BYTES = 64 * 2**20  # of one file


def given_schemas(folders: Iterable[Path]) -> Schemas:
    """Every *.xsd and *.express.gz below the folders. Raises `UsageError` for what is no folder or no schema, and for a name used
    twice.

    Nothing but the files is read: what they import is looked for among them when they are compiled.
    """
    found: dict[str, SchemaFile] = {}
    texts: dict[str, bytes] = {}
    for folder in dict.fromkeys(folders):
        if not folder.is_dir():
            raise UsageError(f"--schemas expects a folder with {_WANTED}, found {folder}: make it, or correct the path")
        paths = sorted(path for path in folder.rglob("*") if path.name.lower().endswith((".xsd", SUFFIX)) and path.is_file())
        if not paths:
            raise UsageError(f"--schemas {folder}: expected {_WANTED} in it, found none: put them there, or correct the path")
        for path in paths:
            name = f"{folder.resolve().name}/{path.relative_to(folder).as_posix()}"
            text = _text(path)
            file = _file(path, name, str(folder), text)
            if found.setdefault(name, file).sha256 != file.sha256:
                raise UsageError(f"--schemas: {path} and a file of {found[name].origin} are both {name}: rename one folder")
            texts[file.sha256] = text
    return Schemas(tuple(found[name] for name in sorted(found)), texts)


def _text(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"{path} has {path.stat().st_size} bytes; schemas of up to {MOST_BYTES} bytes are read")
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}: correct it, or take it out of the folder") from None


def _file(path: Path, name: str, origin: str, text: bytes) -> SchemaFile:
    if name.endswith(SUFFIX):
        head = read_head(text, str(path))
        return SchemaFile(name, origin, EXPRESS + head.schema, ", ".join(head.oids), hashlib.sha256(text).hexdigest())
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UsageError(f"{path} is no XML: {error}: correct it, or take it out of the folder") from None
    if root.tag != _XSD:
        raise UsageError(f"{path}: expected xs:schema (XML Schema 1.0), found {root.tag}: take it out of the folder")
    namespace, version = root.get("targetNamespace", ""), root.get("version", "")
    return SchemaFile(name, origin, namespace, version, hashlib.sha256(text).hexdigest())
