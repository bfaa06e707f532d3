"""Tables keep the facts of a schema, and those that come with the program are what others found in the same texts."""

import json
from pathlib import Path
from typing import Any

import pytest

from cpo_probe.errors import UsageError
from cpo_probe.formats.express import Graph, Table, Tables, examine, parse, read_head, read_table, write_table
from cpo_probe.formats.express.model import Aggregate
from cpo_probe.registry.load import own_root
from cpo_probe.registry.tables import fact_tables
from tests.formats.express.made import population
from tests.formats.express.test_schema_text import PARTS
from tests.others import others

SHIPPED = fact_tables([own_root()])
AP203 = "AP203_CONFIGURATION_CONTROLLED_3D_DESIGN_OF_MECHANICAL_PARTS_AND_ASSEMBLIES_MIM_LF"
AP242 = "AP242_MANAGED_MODEL_BASED_3D_ENGINEERING_MIM_LF"
INDEXED = {"ap203e1": "ap203", "ap203e2": "ap203e2", "ap214e3": "ap214e3", "ap242e1": "ap242e1", "ap242e4": "ap242e4"}


def shipped(id: str) -> Table:
    (row,) = (row for row in SHIPPED if row.id == id)
    return read_table(row.file.read_bytes(), row.path)


def test_what_is_written_is_read_again_and_has_the_same_bytes_each_time() -> None:
    table = Table("parts", "Parts", parse(PARTS, "p")[0], "by hand", "0" * 64, ("1 2 3",), ("1 2 4",), {"item": "1 2 4"})
    packed = write_table(table)
    assert packed == write_table(table)
    assert read_table(packed, "folder/parts.express.gz") == table


@pytest.mark.parametrize("packed", [b"", b"no gzip", b"\x1f\x8b\x08\x00", write_table], ids=["empty", "text", "cut", "other"])
def test_what_is_no_table_is_refused_with_its_repair(packed: Any) -> None:
    import gzip

    data = packed if isinstance(packed, bytes) else gzip.compress(b'{"format":"other/1"}')
    for read in (read_table, read_head):
        with pytest.raises(UsageError, match="schemas compile"):
            read(data, "x.express.gz")


def test_every_shipped_table_is_in_the_index_and_as_indexed() -> None:
    assert {row.file.name for row in SHIPPED} == {path.name for path in (own_root() / "schemas/express").iterdir()}
    assert {row.id: row.state for row in SHIPPED} == dict.fromkeys((*INDEXED, "ap214e1", "ap214e2"), "as indexed")
    for row in SHIPPED:
        head = read_head(row.file.read_bytes(), row.path)
        assert (head.title, head.schema.upper()) == (row.title, row.schema)
        assert row.source.startswith(head.source.partition(";")[0])


def test_no_shipped_table_holds_text_of_a_schema() -> None:
    import gzip

    for row in SHIPPED:
        text = gzip.decompress(row.file.read_bytes()).decode()
        assert not any(word in text for word in ("WHERE", "QUERY", "SIZEOF", "RETURN", "(*", ":="))


@pytest.mark.parametrize("id", INDEXED)
def test_a_shipped_table_has_the_entities_that_others_found(id: str) -> None:
    """Where the other index counts fewer attributes it took the word UNIQUE in a type for the clause of that name."""
    known = json.loads((others() / "express_entity_index.json").read_text())[INDEXED[id]]["entities"]
    graph = Graph(shipped(id).schema)
    assert set(graph.entities) == set(known)
    for name, (own, total, supertypes, abstract) in known.items():
        entity = graph.entities[name]
        assert (list(entity.supertypes), entity.abstract) == (supertypes, bool(abstract))
        uncounted = sum(isinstance(a.type, Aggregate) and a.type.unique for a in entity.attributes)
        assert len(entity.attributes) == own or (uncounted and len(entity.attributes) > own)
        if not any(_unique(graph, one) for one in graph.closure(name)):
            assert len(graph.linear(name)) == total


def _unique(graph: Graph, entity: str) -> bool:
    return any(isinstance(a.type, Aggregate) and a.type.unique for a in graph.entities[entity].attributes)


@pytest.mark.parametrize(("id", "listed"), [("ap242e1", "ap242e1"), ("ap242e4", "ap242e4")])
def test_a_shipped_table_has_the_entities_that_nist_lists(id: str, listed: str) -> None:
    names = json.loads((others() / "nist_sfa_entity_lists.json").read_text())
    assert set(shipped(id).schema.entities) == set(names[listed])


@pytest.mark.parametrize(
    ("id", "listed"),
    [("ap203e1", "ap203all"), ("ap203e2", "ap203all"), ("ap214e1", "ap214all"), ("ap214e2", "ap214all"), ("ap214e3", "ap214all")],
)
def test_older_tables_hold_nothing_that_nist_does_not_list(id: str, listed: str) -> None:
    names = json.loads((others() / "nist_sfa_entity_lists.json").read_text())
    assert not set(shipped(id).schema.entities) - set(names[listed])


def test_the_table_of_the_newest_edition_knows_when_each_entity_came() -> None:
    names = json.loads((others() / "nist_sfa_entity_lists.json").read_text())
    since = shipped("ap242e4").since
    first = set(names["ap242e1"])
    for edition, arc in ((2, 2), (3, 4), (4, 5)):
        assert {name for name, oid in since.items() if oid == f"1 0 10303 442 {arc}"} == set(names[f"ap242e{edition}"]) - first
        first |= set(names[f"ap242e{edition}"])


def tables() -> Tables:
    return Tables((row.path, row.file.read_bytes()) for row in SHIPPED)


@pytest.mark.parametrize(
    ("stated", "ids"),
    [
        ("CONFIG_CONTROL_DESIGN", ["ap203e1"]),
        ("automotive_design { 1 0 10303 214 1 1 1 1 }", ["ap214e3", "ap214e2", "ap214e1"]),
        ("AUTOMOTIVE_DESIGN {1 0 10303 214 3 1 1}", ["ap214e3"]),
        ("AUTOMOTIVE_DESIGN", ["ap214e3", "ap214e2", "ap214e1"]),
        (AP203, ["ap203e2"]),
        (AP242 + " { 1 0 10303 442 1 1 4 }", ["ap242e1"]),
        (AP242 + "{1 0 10303 442 7 1 4}", ["ap242e4"]),
        (AP242 + " { 1 0 10303 442 3 1 4 }", ["ap242e4", "ap242e1"]),
        (AP242, ["ap242e4", "ap242e1"]),
        (AP242 + " { 1 0 10303 442 8 1 4 }", []),
        ("AUTOMOTIVE_DESIGN_CC2", []),
        ("IFC4", []),
        ("", []),
    ],
)
def test_the_edition_that_the_file_states_chooses_the_table(stated: str, ids: list[str]) -> None:
    choice = tables().choose(stated)
    assert ([Path(name).name.partition(".")[0] for name in choice.tables] if choice else []) == ids


def test_entities_of_later_editions_are_known_as_such() -> None:
    first = tables().choose(AP242 + " { 1 0 10303 442 1 1 4 }")
    second = tables().choose(AP242 + " { 1 0 10303 442 3 1 4 }")
    fourth = tables().choose(AP242 + " { 1 0 10303 442 7 1 4 }")
    assert first and second and fourth
    assert "seam_edge" in first.later and "seam_edge" not in second.later and "seam_edge" in second.known
    assert not fourth.later


def test_what_an_edition_without_a_table_breaks_is_what_its_neighbours_break_alike() -> None:
    """AP214: the dimensions of a converted unit are an attribute in the first edition, and computed in the third."""
    text = "#1=DIMENSIONAL_EXPONENTS(1.,0.,0.,0.,0.,0.,0.); #3=(CONVERSION_BASED_UNIT('INCH',#4) LENGTH_UNIT() NAMED_UNIT(#1));"
    wrong = "#5=DIMENSIONAL_EXPONENTS(1,0.,0.,0.,0.,0.,0.);"
    first = tables().choose("AUTOMOTIVE_DESIGN { 1 0 10303 214 1 1 1 1 }")
    third = tables().choose("AUTOMOTIVE_DESIGN { 1 0 10303 214 3 1 1 }")
    assert first and third
    assert examine(population(text), first).counts == {}
    assert examine(population(text), third).counts == {"derived-value": 1}
    assert examine(population(text + wrong), first).counts == {"value-type": 1}


def test_an_entity_of_a_later_edition_is_told_as_that() -> None:
    text = "#1=SEAM_EDGE(); #2=NO_SUCH_ENTITY();"
    first = tables().choose(AP242 + " { 1 0 10303 442 1 1 4 }")
    second = tables().choose(AP242 + " { 1 0 10303 442 3 1 4 }")
    assert first and second
    assert examine(population(text), first).counts == {"entity-edition": 1, "entity-known": 1}
    assert examine(population(text), second).counts == {"entity-known": 1}


def test_where_one_table_stands_in_for_other_editions_an_unknown_entity_may_be_of_those() -> None:
    exact, other = tables().choose(AP203 + " { 1 0 10303 403 2 1 2 }"), tables().choose(AP203)
    assert exact and other
    assert examine(population("#1=PRODUCT_CATEGORY_RELATIONSHIP('','',$,$);"), exact).counts == {"entity-known": 1}
    assert examine(population("#1=PRODUCT_CATEGORY_RELATIONSHIP('','',$,$);"), other).counts == {}


def test_a_table_of_the_user_comes_before_ours() -> None:
    schema = parse("SCHEMA automotive_design; ENTITY own; END_ENTITY; END_SCHEMA;", "own")[0]
    own = write_table(Table("own", "Own", schema, "own", "0" * 64))
    ours = [(row.path, row.file.read_bytes()) for row in SHIPPED]
    choice = Tables([("own.express.gz", own), *ours]).choose("AUTOMOTIVE_DESIGN")
    assert choice and list(choice.graphs[0].entities) == ["own"]
