"""The index of standard schemas: true of what is installed, complete, and picky about its rows."""

from pathlib import Path

import pytest

from cpo_probe.errors import UsageError
from cpo_probe.protocols.openapi import rules_meta
from cpo_probe.registry import own_root
from cpo_probe.registry.standards import INDEX, standard_schemas

ROWS = standard_schemas([own_root()])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_the_installed_schema_is_the_indexed_one(row: object) -> None:
    assert row.state == "as indexed"  # type: ignore[attr-defined]


def test_every_version_of_openapi_that_is_judged_has_a_row() -> None:
    assert {"openapi-2.0", "openapi-3.0", "openapi-3.1", "openapi-3.2"} <= {row.id for row in ROWS}
    for version in ("2.0", "3.0", "3.1", "3.2"):
        assert rules_meta._published(version)


def _index(folder: Path, text: str) -> Path:
    (folder / "schemas").mkdir()
    (folder / INDEX).write_text(text, "utf-8")
    return folder


FULL = "\n".join(f'{name} = "x"' for name in ("id", "title", "uri", "package", "path", "sha256", "licence", "source", "used"))


def test_a_schema_that_is_not_installed_is_absent_and_a_changed_one_differs(tmp_path: Path) -> None:
    (row,) = standard_schemas([_index(tmp_path, f"[[schema]]\n{FULL}")])
    assert row.state == "absent"
    changed = "[[schema]]\n" + FULL.replace('path = "x"', 'path = "jsonschema_specifications/schemas/draft7/metaschema.json"')
    (tmp_path / INDEX).write_text(changed, "utf-8")
    (row,) = standard_schemas([tmp_path])
    assert row.state == "differs"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[schema]]\n" + FULL.replace('licence = "x"\n', ""), "row 1: expected a text for each of"),
        (f"[[schema]]\n{FULL}\n[[schema]]\n{FULL}", "has a row already"),
        ("[[schema", "is no TOML"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        standard_schemas([_index(tmp_path, text)])
