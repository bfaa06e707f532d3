"""`schemas compile`: a text in EXPRESS becomes a table that files are judged by."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from cpo_probe.cli.output import people
from cpo_probe.errors import UsageError
from cpo_probe.formats.express import MOST_CHARACTERS, SUFFIX, Graph, Table, long_form, parse, write_table


@dataclass(frozen=True, slots=True)
class Compiling:
    """What is made of which texts. `schema`: which of theirs, "" for the one that no other uses; `since`: file, None for none."""

    texts: tuple[Path, ...]
    out: Path | None
    schema: str
    title: str
    source: str
    oids: tuple[str, ...]
    near: tuple[str, ...]
    since: Path | None


def compile_(job: Compiling) -> int:
    """Writes the table. Raises `UsageError` for a text that is no EXPRESS, with line and column."""
    data = [_bytes(path) for path in job.texts]
    schemas = [s for path, text in zip(job.texts, data, strict=True) for s in parse(text.decode("latin-1"), str(path))]
    schema = long_form(schemas, job.schema)
    Graph(schema)
    digest = hashlib.sha256(b"".join(data)).hexdigest()
    out = job.out or Path(schema.name + SUFFIX)
    if not out.name.endswith(SUFFIX):
        raise UsageError(f"-o expects the name of a file that ends in {SUFFIX}, by which tables are found; found {out}")
    source = job.source or ", ".join(path.name for path in job.texts)
    oids, near = (tuple(map(_oid, given)) for given in (job.oids, job.near))
    table = Table(out.name.removesuffix(SUFFIX), job.title or schema.name, schema, source, digest, oids, near, _since(job.since))
    packed = write_table(table)
    out.write_bytes(packed)
    people(stdout=True).print(
        f"{out}: {schema.name.upper()}, {len(schema.entities)} entities and {len(schema.types)} types in {len(packed)} bytes; "
        f"its folder after --schemas makes files of that schema judged by it",
        markup=False,
    )
    return 0


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise UsageError(f"expected a text in EXPRESS; found {'a folder' if path.is_dir() else 'nothing'} at {path}")
    if (size := path.stat().st_size) > MOST_CHARACTERS:
        raise UsageError(f"{path}: expected a text in EXPRESS of at most {MOST_CHARACTERS} bytes; found {size}")
    return path.read_bytes()


def _oid(text: str) -> str:
    """`1 0 10303 442 1`, also with the braces around it."""
    arcs = text.strip(" {}").split()
    if not arcs or not all(arc.isdigit() for arc in arcs):
        raise UsageError(f'an object identifier is written as "1 0 10303 442 1 1 4", or as its first numbers; found {text!r}')
    return " ".join(arcs)


def _since(path: Path | None) -> dict[str, str]:
    """Lines of an entity and the object identifier of the first edition that has it."""
    found: dict[str, str] = {}
    for line in path.read_text("utf-8").splitlines() if path else ():
        name, _, oid = line.partition(" ")
        if name:
            found[name.lower()] = _oid(oid)
    return found
