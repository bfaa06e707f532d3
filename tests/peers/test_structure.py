"""Where parts stand in an assembly: what is read out of a STEP file is where OpenCASCADE put them."""

import json
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from tests.neutral.files import from_p21
from tests.peers.processes import HOME

pytestmark = pytest.mark.peer

WRITER = Path(__file__).parent / "cad" / "place.py"


@pytest.fixture(scope="module")
def placed(installed: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[list[float]]]:
    """The folder with the files, and the matrices."""
    installed("cad")
    folder = tmp_path_factory.mktemp("placed")
    command = [str(HOME / "cad" / "bin" / "python"), str(WRITER), str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=600)
    return folder, json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("schema", ["ap203", "ap214", "ap242"])
@pytest.mark.parametrize("unit", ["mm", "inch"])
def test_parts_stand_where_opencascade_put_them(placed: tuple[Path, list[list[float]]], schema: str, unit: str) -> None:
    folder, matrices = placed
    found = from_p21(folder / f"{schema}-{unit}.stp")
    assert [item.id for item in found.items] == ["outer", "box"]
    assert [(line.parent[0], line.child[0], line.quantity) for line in found.lines] == [("outer", "box", Decimal(1))] * 2
    for line, matrix in zip(found.lines, matrices, strict=True):
        assert line.placement is not None
        assert line.placement.rotation == pytest.approx([matrix[4 * row + at] for row in range(3) for at in range(3)], abs=1e-9)
        assert line.placement.translation == pytest.approx([matrix[3], matrix[7], matrix[11]], abs=1e-6)
