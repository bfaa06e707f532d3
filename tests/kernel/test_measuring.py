"""A kernel looks at each file once; what it made of it is kept beside the record, and judging again needs no kernel."""

import asyncio
import dataclasses
from pathlib import Path

import pytest

from cpo_probe.cli import offline
from cpo_probe.cli.loading import House, open_house
from cpo_probe.evidence import Bundle, RecordWriter, pack, verify
from cpo_probe.judge import Judgement
from cpo_probe.kernel import Ending, Kernel, Measurement
from cpo_probe.model import Interface, Inventory, Outcome
from tests.evidence import made
from tests.kernel.assembly import Read, content, written

WRONG = content(("VOLUME_MEASURE(6.)", "VOLUME_MEASURE(7.)"))
CHECKS = {f"step.kernel.{name}" for name in (
    "opens", "shapes", "components", "placement", "volume", "area", "centroid", "children", "notional"
)}  # fmt: skip


class Fake(Kernel):
    """Reads everything as the pump."""

    def __init__(self, id: str, ending: Ending = Ending.READ) -> None:
        super().__init__("nowhere")
        self.__dict__["id"] = id
        self.ending, self.asked = ending, list[str]()

    def measure(self, path: Path, **limits: float) -> bytes:
        self.asked.append(path.name)
        return written(Read().of(path.read_bytes()) if self.ending is Ending.READ else Measurement(self.ending))


@pytest.fixture(scope="module")
def house() -> House:
    return dataclasses.replace(open_house((), None, "en"), kernel=None)


def recorded(folder: Path, files: dict[str, bytes]) -> Path:
    """A sealed record of one export that brought these files."""
    writer = RecordWriter.create(folder, dataclasses.replace(made.plan(), criteria=("IOP-09",), preset="audit"))
    interface = Interface("export:x", "export", "https://plm.example/", "", "", "", (), None, "", {})

    async def write() -> None:
        id = writer.next_id()
        exchange, wire = made.exchange(id, body=b"x", purpose="export.file")
        await writer.write(dataclasses.replace(exchange, interface="export:x", operation=""), wire)
        for name, data in files.items():
            writer.artifact(data, name, exchanges=(id,))

    asyncio.run(write())
    writer.inventory(Inventory(made.plan().format, (interface,), (), (), False, ""))
    writer.seal()
    writer.close()
    return folder


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """Of a pump with a wrong volume, twice, and a table."""
    return recorded(tmp_path / "run", {"pump.stp": WRONG, "again.stp": WRONG, "table.csv": b"a,b\r\n"})


def judged(house: House, path: Path, kernel: Kernel | None) -> Judgement:
    with Bundle.open(path) as bundle:
        return dataclasses.replace(house, kernel=kernel).judge(bundle, workers=1)


def said(judgement: Judgement, outcome: Outcome) -> set[str]:
    return {f.subject.check for f in judgement.findings() if f.outcome is outcome and f.subject.check in CHECKS}


def test_without_a_kernel_nothing_is_tested(house: House, record: Path) -> None:
    judgement = judged(house, record, None)
    assert said(judgement, Outcome.NOT_TESTED) == CHECKS
    assert {p.subject.check for p in judgement.passes()} & CHECKS == set()
    assert {f.code for f in judgement.findings() if f.subject.check in CHECKS and f.outcome is Outcome.NOT_TESTED} == {
        "no_kernel"
    }


def test_one_look_serves_every_judgement_with_and_without_the_kernel(house: House, record: Path) -> None:
    kernel = Fake("some-kernel-1")
    first = judged(house, record, kernel)
    assert said(first, Outcome.FAIL) == {"step.kernel.volume"}
    assert len(kernel.asked) == 1  # of two equal files, and of a table
    assert verify(record) == ()
    again = judged(house, record, kernel)
    without = judged(house, record, None)
    assert len(kernel.asked) == 1
    assert again.ruler == without.ruler == first.ruler
    assert first.ruler.kernel == "some-kernel-1"
    assert without.scorecard == first.scorecard
    assert without.findings() == first.findings()
    assert offline.verify(record, None, (), (), False) == 0  # which judges again and compares the bytes


def test_another_kernel_is_another_ruler(house: House, record: Path) -> None:
    rulers = [judged(house, record, kernel).ruler.digest for kernel in (None, Fake("some-kernel-1"), Fake("some-kernel-2"))]
    assert len(set(rulers)) == 3


def test_a_record_without_step_files_has_one_ruler_everywhere(house: House, tmp_path: Path) -> None:
    path = recorded(tmp_path / "run", {"table.csv": b"a,b\r\n"})
    kernel = Fake("some-kernel-1")
    assert judged(house, path, kernel).ruler == judged(house, path, None).ruler
    assert kernel.asked == []


def test_a_zip_is_looked_at_without_being_changed(house: House, record: Path, tmp_path: Path) -> None:
    judged(house, record, Fake("some-kernel-1"))
    pack(record, tmp_path / "with.zip")
    assert verify(tmp_path / "with.zip") == ()
    before = (tmp_path / "with.zip").read_bytes()
    for kernel in (None, Fake("some-kernel-2")):
        with Bundle.open(tmp_path / "with.zip") as bundle:
            judgement = dataclasses.replace(house, kernel=kernel).judge(bundle, workers=1)
            assert said(judgement, Outcome.FAIL) == {"step.kernel.volume"}
            assert bundle.measurements_beside[0] == judgement.ruler.kernel != ""
    assert (tmp_path / "with.zip").read_bytes() == before


@pytest.mark.parametrize("ending", [Ending.TIME, Ending.MEMORY, Ending.SIZE])
def test_what_the_kernel_did_not_bring_to_an_end_is_not_tested(house: House, record: Path, ending: Ending) -> None:
    judgement = judged(house, record, Fake("some-kernel-1", ending))
    assert said(judgement, Outcome.NOT_TESTED) == CHECKS
    assert {str(f.params["why"]) for f in judgement.findings() if f.code == "kernel_undecided"} == {str(ending)}


def test_a_crash_is_shown_to_a_person(house: House, record: Path) -> None:
    judgement = judged(house, record, Fake("some-kernel-1", Ending.CRASHED))
    assert said(judgement, Outcome.REVIEW) == {"step.kernel.opens"}
    assert said(judgement, Outcome.NOT_TESTED) == CHECKS - {"step.kernel.opens"}


@pytest.mark.parametrize(
    ("kernel", "opens", "faithful"),
    [(None, "open", "open"), (Fake("some-kernel-1"), "met", "not_met")],
    ids=["without", "with"],
)
def test_the_criterion_is_met_by_what_was_seen_only(
    house: House, record: Path, kernel: Kernel | None, opens: str, faithful: str
) -> None:
    kpis = {kpi.kpi: str(kpi.verdict) for kpi in judged(house, record, kernel).scorecard.kpis}
    assert (kpis["IOP-09.opens"], kpis["IOP-09.faithful"]) == (opens, faithful)
