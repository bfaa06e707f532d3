"""STEP files by FreeCAD: what is blamed is there, and nothing else is blamed. `make long` installs it and runs this."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import inside

pytestmark = pytest.mark.peer

SCRIPT = Path(__file__).parent / "cad" / "write_freecad.py"
FILES = ("box", "cut", "fillet", "chamfer", "cone", "torus", "sphere", "helix", "surface", "assembly", "all", "plain")
ALWAYS = {"p21.characters", "step.practice.validation-present"}
"""Names with letters beyond ASCII are written as they are; no validation properties are written."""
OF_SCHEMA = {
    "AP203": {"step.schema.enumeration"},  # the clock of edition 1 is ahead or behind, and here it is .EXACT.
    "AP214IS": set[str](),
    "AP214CD": {"p21.schema-oid"},  # { 1 2 10303 214 -1 1 5 4 }
    "AP242DIS": {"p21.schema-names"},  # a point behind the name of the schema
}
"""What FreeCAD 0.20 with OpenCASCADE 7.6 writes wrong, seen in the files."""
Wrote = Callable[[str], Path]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Wrote:
    """The folder with the files of a schema."""
    program = shutil.which("freecadcmd")
    if program is None:
        pytest.fail("freecadcmd is not there: run python tests/peers/install.py freecad")
    known: dict[str, Path] = {}

    def write(schema: str) -> Path:
        if schema not in known:
            known[schema] = folder = tmp_path_factory.mktemp(schema)
            home = str(tmp_path_factory.mktemp("home"))
            environment = {**os.environ, "FOLDER": str(folder), "SCHEMA": schema, "HOME": home, "TZ": "UTC"}
            command = [program, str(SCRIPT)]
            subprocess.run(command, check=True, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=600)
        return known[schema]

    return write


@pytest.mark.parametrize("schema", OF_SCHEMA)
@pytest.mark.parametrize("name", FILES)
def test_what_freecad_writes_is_blamed_for_nothing_but_what_is_wrong_in_it(written: Wrote, schema: str, name: str) -> None:
    done = inside("check", written(schema) / f"{name}.step", "--json")
    broken = {finding["subject"]["check"] for finding in json.loads(done.out)}
    assert broken <= ALWAYS | OF_SCHEMA[schema]
    assert broken >= OF_SCHEMA[schema]


def test_the_files_are_of_the_schemas_that_were_asked_for(written: Wrote) -> None:
    names = {schema: (written(schema) / "assembly.step").read_text(encoding="utf-8") for schema in OF_SCHEMA}
    assert "CONFIG_CONTROL_DESIGN" in names["AP203"] and "214 1 1 1 1" in names["AP214IS"]
    assert "AP242_MANAGED_MODEL" in names["AP242DIS"]
    assert all("NEXT_ASSEMBLY_USAGE_OCCURRENCE" in text for text in names.values())
