"""What the reference server exports in two formats is what its database holds."""

from decimal import Decimal

import pytest

from cpo_probe.neutral import STRUCTURE, BomLine, Item, Kind, Placement, Revision, Structure, ap242_xml, compare
from fixtures.plm.domain.database import Database, build
from fixtures.plm.export.extract import Extract, extract
from fixtures.plm.export.files import BY_ID
from tests.neutral.files import from_p21

UNITS = {"pcs": "piece", "kg": "kilogram", "m": "metre", "l": "litre", "m2": None}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Extract:
    path = tmp_path_factory.mktemp("plm") / "plm.sqlite"
    build(path)
    database = Database(path)
    found = extract(database)
    database.close()
    return found


@pytest.fixture(scope="module")
def held(data: Extract) -> Structure:
    """What the database says, put together here."""
    key = {item.id: (item.number, data.revisions[item.id].name) for item in data.items}
    lines = tuple(
        BomLine(
            key[item.id], key[line.child], str(line.id), "", Decimal(line.quantity), UNITS[line.unit], _placement(line.placement)
        )
        for item in data.items
        for line in data.lines[item.id]
    )
    items = tuple(Item(item.number, item.name) for item in data.items)
    return Structure(items, tuple(Revision(*one) for one in key.values()), lines)


def _placement(matrix: tuple[float, ...] | None) -> Placement | None:
    if matrix is None:
        return None
    rotation = tuple(matrix[4 * row + at] for row in range(3) for at in range(3))
    return Placement(rotation, (matrix[3], matrix[7], matrix[11]))


@pytest.fixture(scope="module")
def step(data: Extract, tmp_path_factory: pytest.TempPathFactory) -> Structure:
    path = tmp_path_factory.mktemp("step") / "structure.stp"
    path.write_bytes(BY_ID["step"].make(data, path.name))
    return from_p21(path)


@pytest.fixture(scope="module")
def stpx(data: Extract, tmp_path_factory: pytest.TempPathFactory) -> Structure:
    path = tmp_path_factory.mktemp("stpx") / "structure.stpx"
    path.write_bytes(BY_ID["stpx"].make(data, path.name))
    return ap242_xml.structure(path)


def test_both_exports_say_the_same(step: Structure, stpx: Structure) -> None:
    found = compare(step, stpx)
    assert found.same, found
    lines = len({(line.parent, line.child) for line in step.lines})
    assert found.met == 2 * len(step.items) + lines + len(step.documents) + len(step.files)
    assert (len(step.items), lines, len(step.documents), len(step.files)) == (25, 24, 4, 2)
    assert sum(line.placement is not None and line.placement.translation is not None for line in stpx.lines) > 5
    assert not step.left_out and not stpx.left_out


def test_part_21_says_what_the_database_holds(held: Structure, step: Structure) -> None:
    assert any(line.placement is not None for line in step.lines)
    found = compare(held, step, of=STRUCTURE)
    assert found.same and found.met == len(held.items) * 2 + len({(line.parent, line.child) for line in held.lines})


def test_ap242_xml_says_what_the_database_holds(held: Structure, stpx: Structure) -> None:
    found = compare(held, stpx, of=STRUCTURE)
    assert found.same and found.met == len(held.items) * 2 + len({(line.parent, line.child) for line in held.lines})


def test_an_export_of_another_state_is_told_apart(held: Structure, stpx: Structure) -> None:
    later = Structure(stpx.items, stpx.revisions, stpx.lines[1:], stpx.documents, stpx.files)
    found = compare(held, later, of=STRUCTURE)
    assert [one.kind for one in (*found.missing, *found.different)] == [Kind.LINE]
