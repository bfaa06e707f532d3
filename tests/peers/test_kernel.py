"""OpenCASCADE as a second pair of eyes: how exact it is, and that it agrees with files whose statements are true."""

import dataclasses
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from math import dist, hypot, pi
from pathlib import Path

import pytest

from cpo_probe.cli.loading import House
from cpo_probe.cli.reference import reference_server
from cpo_probe.cli.selftest import defective_verdict, defects, lacking
from cpo_probe.formats import practice, step_p21
from cpo_probe.kernel import Comparison, Ending, Kernel, Measurement, Of, Verdict, parse
from cpo_probe.kernel.compare import KERNEL_ERROR
from fixtures.defects import Defect, export_model
from fixtures.plm.export import files
from fixtures.plm.http.message import Call, Content
from tests.kernel.test_compare import TABLES, every
from tests.others import others
from tests.peers.processes import HOME
from tests.probes.make import _arguments, _listed, file

pytestmark = pytest.mark.peer

CAD = Path(__file__).parent / "cad"
MODEL = Path(files.__file__).with_name("model.stp")
"""As the reference server exports it."""
SLANT = hypot(5 - 2, 7)
SOLIDS = {
    "box": (6000.0, 2200.0, (5.0, 10.0, 15.0)),
    "cylinder": (pi * 16 * 40, 2 * pi * 16 + 2 * pi * 4 * 40, (0.0, 0.0, 20.0)),
    "sphere": (4 / 3 * pi * 343, 4 * pi * 49, (0.0, 0.0, 0.0)),
    "torus": (2 * pi**2 * 10 * 9, 4 * pi**2 * 30, (0.0, 0.0, 0.0)),
    "cone": (pi * 7 / 3 * (25 + 10 + 4), pi * (25 + 4) + pi * 7 * SLANT, (0.0, 0.0, 7 / 4 * (25 + 20 + 12) / 39)),
}
"""Volume, area and centroid."""


@pytest.fixture(scope="module")
def kernel(installed: Callable[[str], None]) -> Kernel:
    installed("cad")
    return Kernel(str(HOME / "cad" / "bin" / "python"))


Read = Callable[[Path], Measurement]


@pytest.fixture(scope="module")
def read(kernel: Kernel) -> Read:
    """What the kernel makes of a file that does not change: it is asked once."""
    return cache(lambda path: parse(kernel.measure(path)))


def made(kernel: Kernel, script: str, *arguments: str) -> None:
    environment = {**os.environ, "TZ": "UTC"}
    command = [kernel.python, str(CAD / script), *arguments]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL, timeout=600)


def compared(read: Read, path: Path) -> Comparison:
    report = step_p21.examine(path)
    choice = TABLES.choose(report.header.schemas[0].text)
    assert choice is not None
    found = Comparison(practice.View(report.population, choice.graphs[0]), read(path))
    assert found.fits()
    return found


def differing(comparison: Comparison) -> list[tuple[str, str, str]]:
    """(verdict, location, deviation) of what is not the same."""
    wrong = (Verdict.DIFFERS, Verdict.REVIEW)
    return [(str(one.verdict), one.location, one.deviation) for one in every(comparison) if one.verdict in wrong]


def test_its_own_error_on_solids_that_everybody_can_work_out(kernel: Kernel, tmp_path: Path) -> None:
    made(kernel, "solids.py", str(tmp_path / "solids.stp"))
    measurement = parse(kernel.measure(tmp_path / "solids.stp"))
    bodies = [one.body for one in measurement.definitions]
    assert len(bodies) == 2 * len(SOLIDS) == measurement.roots
    for body, (volume, area, centroid) in zip(bodies, [known for known in SOLIDS.values() for _ in range(2)], strict=True):
        assert body is not None and body.solids == 1 and body.valid
        assert abs(float(body.volume) - volume) / volume < KERNEL_ERROR
        assert abs(float(body.area) - area) / area < KERNEL_ERROR
        assert dist(map(float, body.centroid), centroid) / float(body.size) < KERNEL_ERROR


@pytest.mark.parametrize("name", ["ap203-assembly.stp", "ap242-assembly.stp", "gmsh.step"])
def test_what_these_programs_write_is_what_it_reads(read: Read, written: Path, name: str) -> None:
    comparison = compared(read, written / name)
    assert differing(comparison) == []
    assert any(one.verdict is Verdict.SAME for one in comparison.placements())


def test_a_sheet_has_an_area_and_no_volume(read: Read, written: Path) -> None:
    bodies = [one.body for one in read(written / "ap242-assembly.stp").definitions]
    (sheet,) = (body for body in bodies if body is not None and not body.solids)
    assert (sheet.faces, sheet.volume, sheet.centroid) == (1, "0", ())
    assert float(sheet.sheets) == pytest.approx(681.5897, rel=1e-6)


def test_an_assembly_in_levels_is_measured_as_a_whole(read: Read) -> None:
    comparison = compared(read, MODEL)
    assert differing(comparison) == []
    assert {one.location.partition(" ")[2] for one in comparison.properties(Of)} == {
        "volume measure", "surface area measure", "centre point", "number of children", "notional solids centroid",
    }  # fmt: skip


def test_centroids_that_are_written_in_millimetres_into_a_file_in_inches_are_found(kernel: Kernel, tmp_path: Path) -> None:
    """OpenCASCADE converts areas and volumes by their units, and leaves points as they are."""
    made(kernel, "model.py", str(tmp_path / "model.stp"), "inch")
    found = differing(compared(lambda path: parse(kernel.measure(path)), tmp_path / "model.stp"))
    assert [place.partition(" ")[2] for _, place, _ in found] == ["centre point", "centre point"]


def test_a_file_that_breaks_its_reader_down_is_told_so(kernel: Kernel) -> None:
    path = others("samples", "p21", "cadmpeg-step-design_history.step")
    assert parse(kernel.measure(path)).ending is Ending.CRASHED


def test_it_opens_no_other_file(kernel: Kernel, tmp_path: Path) -> None:
    """OpenCASCADE follows references to other files; opening this one would wait for ever."""
    subprocess.run(
        [kernel.python, str(CAD / "model.py"), "model.stp", "apart"], check=True, stdout=subprocess.DEVNULL, cwd=tmp_path
    )
    (tmp_path / "apart-PIN-1.stp").unlink()
    os.mkfifo(tmp_path / "apart-PIN-1.stp")
    measurement = parse(kernel.measure(tmp_path / "model.stp", wall=60))
    assert measurement.ending is Ending.READ
    assert all(one.body is None or one.body.empty for one in measurement.definitions)


def test_too_little_memory_is_no_fault_of_the_file(kernel: Kernel, written: Path) -> None:
    assert parse(kernel.measure(written / "gmsh.step", memory=300)).ending is Ending.MEMORY


def said(house: House, kernel: Kernel, data: bytes) -> set[str]:
    """Checks of the kernel that fail on an export."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.stp"
        path.write_bytes(data)
        given = file("model.stp", data, measured=kernel.measure(path))
    checks = {id: check.run for id, check in house.registry.checks.items() if id.startswith("step.kernel.")}
    second = _arguments(house.registry, checks["step.kernel.opens"], given)  # one reading for all of them
    return {id for id, run in checks.items() if any(one.outcome == "fail" for one in _listed(run(**second)))}


@pytest.mark.parametrize("defect", export_model.DEFECTS, ids=lambda defect: defect.name)
def test_every_seeded_defect_of_models_is_seen(house: House, kernel: Kernel, defect: Defect) -> None:
    assert defect.hooks.content is not None
    call = Call("GET", "", "", "/exports/model.stp", (), {}, b"", "GET /exports/model.stp", {}, None)
    changed = defect.hooks.content(call, Content(MODEL.read_bytes(), "model/step"))
    assert isinstance(changed.data, bytes)
    found = said(house, kernel, changed.data)
    assert set(defect.expects) <= found <= {*defect.expects, *defect.collateral}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with reference_server() as url:
        yield url


def test_a_run_with_the_kernel_finds_them_too(house: House, kernel: Kernel, server: str, tmp_path: Path) -> None:
    (defect,) = defects(("export-model-volume",))
    assert "CPO_PROBE_CAD_PYTHON" in lacking(dataclasses.replace(house, kernel=None), defect)
    seeing = dataclasses.replace(house, kernel=kernel)
    assert lacking(seeing, defect) == ""
    verdict = defective_verdict(seeing, server, defect, tmp_path / "run")
    assert verdict.good, verdict
