"""`schemas compile` makes a table that files are judged by, or says line and column."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cpo_probe.cli.main import app
from cpo_probe.errors import UsageError
from cpo_probe.formats.express import read_table
from cpo_probe.model.schema import EXPRESS
from cpo_probe.registry.given import given_schemas

TEXT = "SCHEMA own; ENTITY a; x : REAL; END_ENTITY; END_SCHEMA;"


def compile_(*arguments: str | Path) -> str:
    result = CliRunner().invoke(app, ["schemas", "compile", *map(str, arguments)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_a_text_becomes_a_table_that_a_folder_of_schemas_brings_along(tmp_path: Path) -> None:
    text, out = tmp_path / "own.exp", tmp_path / "mine" / "own.express.gz"
    text.write_text(TEXT)
    out.parent.mkdir()
    said = compile_(text, "-o", out, "--title", "Our own", "--oid", "{ 1 2 3 }")
    assert "OWN, 1 entities and 0 types" in said
    table = read_table(out.read_bytes(), str(out))
    assert (table.id, table.title, table.source, table.oids) == ("own", "Our own", "own.exp", ("1 2 3",))
    (given,) = given_schemas([out.parent]).of(EXPRESS + "own")
    assert (given.name, given.version) == ("mine/own.express.gz", "1 2 3")


def test_schemas_that_use_each_other_are_given_together(tmp_path: Path) -> None:
    first, second, out = tmp_path / "1.exp", tmp_path / "2.exp", tmp_path / "both.express.gz"
    first.write_text("SCHEMA one; USE FROM own; ENTITY b SUBTYPE OF (a); END_ENTITY; END_SCHEMA;")
    second.write_text(TEXT)
    compile_(first, second, "-o", out)
    assert set(read_table(out.read_bytes(), "both").schema.entities) == {"a", "b"}
    compile_(first, second, "-o", out, "--schema", "own")
    assert set(read_table(out.read_bytes(), "both").schema.entities) == {"a"}


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        ("SCHEMA own;\n ENTITY a; x REAL;", (), r"own\.exp, line 2, column 14: expected :"),
        (TEXT, ("-o", "table.gz"), "ends in .express.gz"),
        (TEXT, ("--oid", "1.2.3"), "object identifier"),
        (TEXT, ("--schema", "other"), "name one of these"),
    ],
)
def test_a_mistake_is_told_with_its_repair(tmp_path: Path, text: str, more: tuple[str, ...], said: str) -> None:
    path = tmp_path / "own.exp"
    path.write_text(text)
    with pytest.raises(UsageError, match=said):
        compile_(path, "-o", tmp_path / "x.express.gz", *more)


def test_a_text_too_large_for_any_schema_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "own.exp").open("wb") as file:
        file.truncate(10 << 30)
    with pytest.raises(UsageError, match="of at most 16777216 bytes; found 10737418240"):
        compile_(tmp_path / "own.exp")


def test_a_text_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected a text in EXPRESS"):
        compile_(tmp_path / "none.exp")
