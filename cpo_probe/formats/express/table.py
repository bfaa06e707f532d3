"""How are the facts of a schema kept in a file of some ten kilobytes?

JSON, packed by gzip. Equal facts and equal statements about their origin give equal bytes before packing, and with one library of
zlib after it, too. The texts of the schemas are not in it.
"""

import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

import msgspec

from cpo_probe.errors import UsageError
from cpo_probe.formats.express.model import (
    Attribute,
    Defined,
    Derived,
    Entity,
    Enumeration,
    Inverse,
    Redeclared,
    Schema,
    Select,
)
from cpo_probe.formats.express.notation import read_constraint, read_type, write_constraint, write_type

FORMAT = "cpo-probe-express/1"
SUFFIX = ".express.gz"
MOST_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Table:
    """A schema as facts.

    `id`: name of the file, without suffix. `title`: for people. `source`: what text it is made of, `digest` its SHA-256.
    `oids`: object identifiers (10303-21, 8.2.4) of the editions that it describes, each as "1 0 10303 442 1", of which a file
    states at least so many numbers. `near`: those of editions of which there is no table and for which this one stands in,
    together with the others. Neither: it is the table of every edition. `since`: entity -> oid of the first edition that has
    it, for all that came after the first edition; also for those that are gone again.
    """

    id: str
    title: str
    schema: Schema
    source: str
    digest: str
    oids: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    since: Mapping[str, str] = field(default_factory=dict)


def write_table(table: Table) -> bytes:
    """The file's bytes."""
    schema = table.schema
    facts = {
        "format": FORMAT,
        "title": table.title,
        "source": table.source,
        "digest": table.digest,
        "oids": list(table.oids),
        "near": list(table.near),
        "since": dict(table.since),
        "schema": schema.name,
        "version": schema.version,
        "types": {name: _type_row(made) for name, made in sorted(schema.types.items())},
        "entities": {name: _entity_row(made) for name, made in sorted(schema.entities.items())},
    }
    return gzip.compress(msgspec.json.encode(facts, order="sorted"), 9, mtime=0)


def read_table(packed: bytes, file: str) -> Table:
    """What `write_table` wrote; `file` names it. Raises `UsageError` for anything else."""
    try:
        facts = msgspec.json.decode(_unpacked(packed))
        if facts.get("format") != FORMAT:
            raise ValueError(f"its format is {facts.get('format')!r}")
        entities = {name: _entity(name, row) for name, row in facts["entities"].items()}
        types = {name: _type(name, row) for name, row in facts["types"].items()}
        schema = Schema(facts["schema"], facts["version"], entities, types)
        oids, near = tuple(facts["oids"]), tuple(facts["near"])
        name = PurePosixPath(file).name.removesuffix(SUFFIX)
        return Table(name, facts["title"], schema, facts["source"], facts["digest"], oids, near, facts["since"])
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _no_table(file, error) from None


class Head(msgspec.Struct):
    """What stands in a table besides the facts: read without them, to choose one of many."""

    format: str
    title: str
    source: str
    digest: str
    oids: list[str]
    near: list[str]
    since: dict[str, str]
    schema: str


def read_head(packed: bytes, file: str) -> Head:
    """As `read_table`."""
    try:
        head = msgspec.json.decode(_unpacked(packed), type=Head)
        if head.format != FORMAT:
            raise ValueError(f"its format is {head.format!r}")
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise _no_table(file, error) from None
    return head


def _no_table(file: str, error: Exception) -> UsageError:
    return UsageError(
        f"{file}: expected a table of an EXPRESS schema ({FORMAT}); found something else ({error}): "
        "make it again with cpo-probe schemas compile"
    )


def _unpacked(packed: bytes) -> bytes:
    with gzip.open(BytesIO(packed)) as stream:
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValueError(f"more than {MOST_BYTES} bytes")
    return data


def _pruned(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value}


def _type_row(made: Defined | Select | Enumeration) -> Any:
    if isinstance(made, Defined):
        return write_type(made.type)
    kind = "select" if isinstance(made, Select) else "enumeration"
    return _pruned({kind: list(made.items), "extensible": made.extensible, "base": made.base}) or {kind: []}


def _type(name: str, row: Any) -> Defined | Select | Enumeration:
    if isinstance(row, str):
        return Defined(name, read_type(row))
    chosen = Enumeration if "enumeration" in row else Select
    return chosen(name, tuple(row.get("enumeration", row.get("select", ()))), bool(row.get("extensible")), row.get("base", ""))


def _entity_row(made: Entity) -> dict[str, Any]:
    return _pruned(
        {
            "of": list(made.supertypes),
            "abstract": made.abstract,
            "own": [[a.name, ("?" if a.optional else "") + write_type(a.type)] for a in made.attributes],
            "again": [[a.owner, a.name, a.alias, ("?" if a.optional else "") + write_type(a.type)] for a in made.redeclared],
            "derive": [[a.owner, a.name, a.alias] for a in made.derived],
            "inverse": [[a.owner, a.name, a.entity, a.attribute, a.low, a.high] for a in made.inverse],
            "subtypes": [write_constraint(c) for c in made.constraints],
            "dependent": made.dependent,
        }
    )


def _entity(name: str, row: dict[str, Any]) -> Entity:
    return Entity(
        name,
        tuple(row.get("of", ())),
        bool(row.get("abstract")),
        tuple(Attribute(n, read_type(t.lstrip("?")), t.startswith("?")) for n, t in row.get("own", ())),
        tuple(Redeclared(o, n, a, read_type(t.lstrip("?")), t.startswith("?")) for o, n, a, t in row.get("again", ())),
        tuple(Derived(o, n, a) for o, n, a in row.get("derive", ())),
        tuple(Inverse(*one) for one in row.get("inverse", ())),
        tuple(read_constraint(c) for c in row.get("subtypes", ())),
        bool(row.get("dependent")),
    )
