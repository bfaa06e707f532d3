"""Evidence in, findings and scorecard out: the same ruler gives the same bytes."""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from cpo_probe.errors import EvidenceError
from cpo_probe.evidence import Bundle, decode, encode
from cpo_probe.judge import pool
from cpo_probe.judge.complete import complete
from cpo_probe.judge.fitness import troubles
from cpo_probe.judge.measuring import measure
from cpo_probe.judge.ruler import Ruler, ruler
from cpo_probe.judge.tally import Tally
from cpo_probe.judge.tasks import tasks
from cpo_probe.kernel import Kernel
from cpo_probe.model import Catalogue, Finding, PassCount, Sample, Scorecard
from cpo_probe.registry import Registry
from cpo_probe.scoring import evaluate

FORMAT = "cpo-probe-judgement/1"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A folder `judgements/<ruler>/` and what stands in its scorecard."""

    path: Path
    ruler: Ruler
    scorecard: Scorecard

    def findings(self) -> list[Finding]:
        """The rows of `findings.jsonl`."""
        return read_rows(self.path / "findings.jsonl", Finding)

    def passes(self) -> list[PassCount]:
        """The rows of `passes.jsonl`."""
        return read_rows(self.path / "passes.jsonl", PassCount)


@dataclass(frozen=True, slots=True)
class Manifest:
    """`manifest.json` of a judgement: which record, by which ruler, and the files with their SHA-256."""

    format: str
    record: str
    ruler: Ruler
    files: dict[str, str]


def judge(
    bundle: Bundle,
    registry: Registry,
    catalogue: Catalogue,
    *,
    workers: int = 2,
    progress: Callable[[int], None] = lambda n: None,
    out: Path | None = None,
    kernel: Kernel | None = None,
    measuring: Callable[[str], None] = lambda name: None,
) -> Judgement:
    """Judge a record, sealed or as far as it got, and write the judgement beside it.

    `out` overrides the folder (verification judges a second time elsewhere). `workers` > 1 starts processes for large records.
    `kernel`: looks at STEP files first, one by one (`measuring` is told their names); without one the judgement goes by what
    another kernel made of them before.
    """
    used = ruler(registry, catalogue, measure(bundle, kernel, measuring))
    folder = out or bundle.judgement(used.digest)
    working = folder.with_name(folder.name + ".part")
    shutil.rmtree(working, ignore_errors=True)
    working.mkdir(parents=True)
    count = len(bundle.ids())
    tally = Tally()
    with pool.few_collections(), (working / "samples.jsonl").open("wb") as samples:
        for part in pool.run(bundle, registry, tasks(bundle), workers if count >= pool.SMALL else 1, progress):
            _rows(samples, part.samples)
            part.samples = []
            tally.merge(part)
    complete(tally, registry, bundle.plan, bundle.inventory, bundle.units(), troubles=troubles(bundle), ended=bundle.sealed)
    findings, passes = tally.findings(), tally.pass_counts()
    with (working / "findings.jsonl").open("wb") as out_findings, (working / "passes.jsonl").open("wb") as out_passes:
        _rows(out_findings, findings)
        _rows(out_passes, passes)
    scorecard = evaluate(
        catalogue,
        findings=findings,
        passes=passes,
        samples=_stream(working / "samples.jsonl"),
        inventory=bundle.inventory,
        plan=bundle.plan,
        attestations=bundle.attestations(),
        exchanges=count,
        record=bundle.head,
        ruler=used.digest,
        as_of=_as_of(bundle),
    )
    (working / "scorecard.json").write_bytes(encode(scorecard))
    names = ("findings.jsonl", "passes.jsonl", "samples.jsonl", "scorecard.json")
    digests = {name: _digest(working / name) for name in names}
    (working / "manifest.json").write_bytes(encode(Manifest(FORMAT, bundle.head, used, digests)))
    shutil.rmtree(folder, ignore_errors=True)
    working.rename(folder)
    return Judgement(folder, used, scorecard)


def open_judgement(path: Path) -> Judgement | None:
    """The judgement in a folder, None when there is none. Raises `EvidenceError` for a changed one."""
    try:
        manifest = decode((path / "manifest.json").read_bytes(), Manifest)
    except FileNotFoundError:
        return None
    for name, digest in manifest.files.items():
        if not (path / name).is_file() or _digest(path / name) != digest:
            raise EvidenceError(f"{path / name} is not what its manifest names: judge again with `cpo-probe judge`")
    return Judgement(path, manifest.ruler, decode((path / "scorecard.json").read_bytes(), Scorecard))


def read_rows(path: Path, type: type[T]) -> list[T]:
    """A JSON-lines file as typed rows."""
    with path.open("rb") as file:
        return [decode(line, type) for line in file]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _rows(file: Any, rows: Iterable[Any]) -> None:
    for row in rows:
        file.write(encode(row) + b"\n")


def _stream(path: Path) -> Iterator[Sample]:
    with path.open("rb") as file:
        for line in file:
            yield decode(line, Sample)


def _as_of(bundle: Bundle) -> str:
    """The time of the last exchange: judging has no clock."""
    ids = bundle.ids()
    return bundle.exchange(ids[-1]).at if len(ids) else bundle.plan.created
