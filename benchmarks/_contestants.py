"""What do schemathesis and cpo-probe find on a server, each in a process of its own, as their users start them?

    python -m benchmarks._contestants TARGET FOLDER        cpo-probe's part: a JSON object of what a whole run finds

schemathesis gets a configuration that its command line has no words for: no methods that the description does not have, which
it would send otherwise, writing ones among them.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from benchmarks._common import ROOT, house
from tests.peers.measure import key, measure
from tests.peers.processes import HOME

VERSION = "4.32.5"
SEED = 1
PINNED = Path(__file__).with_name("schemathesis.txt")
PROGRAM = HOME / "schemathesis" / "bin" / "schemathesis"
OPTIONS = (
    "--include-method", "GET", "--phases", "examples,coverage", "--seed", str(SEED), "--continue-on-failure",
    "--generation-database", "none", "--workers", "1", "--no-color", "--report", "ndjson",
)  # fmt: skip
CONFIGURATION = "[phases.coverage]\nunexpected-methods = []\n"
SECONDS = 3600


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """A distinct finding of schemathesis: `kind` is its own name for the failure.

    `subject`: the parameter that was wrong, the status that is not documented, the place of the schema; "" where there is none.
    """

    operation: str
    kind: str
    subject: str


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A distinct finding of cpo-probe; `operation` is "" where it is about no single one, "at ..." where OData has none."""

    operation: str
    check: str
    code: str
    location: str


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Told(Generic[T]):
    """What one of them says. `asked`, `read`: operations that were asked, and that answered with 2xx at least once."""

    findings: frozenset[T]
    examples: Mapping[T, str]
    """For each finding one exchange: method, URL, status, and what was said of it."""
    asked: frozenset[str]
    read: frozenset[str]
    seconds: float


def install() -> None:
    """schemathesis and what it needs, in the versions written down, unless they are there."""
    if PROGRAM.exists() and VERSION in _said([str(PROGRAM), "--version"]):
        return
    print(f"installing schemathesis {VERSION} into {PROGRAM.parents[1]}")
    shutil.rmtree(PROGRAM.parents[1], ignore_errors=True)
    _said([sys.executable, "-m", "venv", str(PROGRAM.parents[1])])
    _said([str(PROGRAM.with_name("python")), "-m", "pip", "install", "--quiet", "--no-deps", "-r", str(PINNED)])


def _said(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def schemathesis(document: str, *, url: str = "", credentials: tuple[str, ...] = ()) -> Told[Claim]:
    """Its findings on the server that this description (URL or path) tells of. `url`: where the description names no server."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "schemathesis.toml").write_text(CONFIGURATION, encoding="utf-8")
        report = Path(folder, "report.ndjson")
        command = [str(PROGRAM), "run", document, *(("--url", url) if url else ()), *OPTIONS, *credentials]
        begin = time.perf_counter()
        done = subprocess.run(
            [*command, "--report-ndjson-path", str(report)], cwd=folder, capture_output=True, text=True, timeout=SECONDS
        )
        took = time.perf_counter() - begin
        if done.returncode not in (0, 1) or not report.exists():
            raise RuntimeError(f"schemathesis ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        with report.open(encoding="utf-8") as lines:
            return _told(lines, took)


def _told(lines: Iterator[str], took: float) -> Told[Claim]:
    """Read from its events, one JSON object a line."""
    examples: dict[Claim, str] = {}
    asked, read = set(), set()
    for line in lines:
        recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder")
        if not recorder:
            continue
        for interaction in recorder.get("interactions", {}).values():
            asked.add(recorder["label"])
            if 200 <= _status(interaction) < 300:
                read.add(recorder["label"])
        for case, checks in recorder.get("checks", {}).items():
            for one in checks:
                if one["status"] != "success" and "failure_info" in one:
                    failure, interaction = one["failure_info"]["failure"], recorder.get("interactions", {}).get(case, {})
                    claim = Claim(failure["operation"], failure["type"], _subject(failure, _status(interaction)))
                    examples.setdefault(claim, _example(failure, interaction))
    return Told(frozenset(examples), examples, frozenset(asked), frozenset(read), took)


def _status(interaction: Mapping[str, Any]) -> int:
    return int((interaction.get("response") or {}).get("status_code", 0))


_PARAMETER = re.compile(r"parameter `(.+?)` in (\w+)")
_PLACE = re.compile(r"^Schema at ([^:\n]+)", re.MULTILINE)


def _subject(failure: Mapping[str, Any], status: int) -> str:
    match failure["type"]:
        case "AcceptedNegativeData":
            named = sorted({f"{place} {name}" for name, place in _PARAMETER.findall(failure["message"])})
            return ", ".join(named)
        case "UndefinedStatusCode" | "ServerError" | "RejectedPositiveData":
            return str(status)
        case "JsonSchemaError":
            place = _PLACE.search(failure["message"])
            return place[1] if place else ""
    return ""


def _example(failure: Mapping[str, Any], interaction: Mapping[str, Any]) -> str:
    request = interaction.get("request", {})
    words = " / ".join(failure["message"].splitlines())
    return f"{request.get('method')} {request.get('uri')} -> {_status(interaction)}: {words[:300]}"


def cpo_probe(target: str) -> Told[Found]:
    """Its findings on the target (URL or path of a profile): a whole run, recorded, sealed and judged."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks._contestants", target, str(Path(folder, "bundle"))]
        begin = time.perf_counter()
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, timeout=SECONDS)
        took = time.perf_counter() - begin
    said = json.loads(done.stdout.splitlines()[-1])
    examples = {Found(*row[:4]): row[4] for row in said["findings"]}
    return Told(frozenset(examples), examples, frozenset(said["asked"]), frozenset(said["read"]), took)


def _run(target: str, folder: Path) -> dict[str, Any]:
    measured = measure(house(), target, folder)
    if measured.broken:
        raise RuntimeError("\n".join(measured.broken))
    failing = [f for f in measured.findings if f.outcome == "fail"]
    keys = [k for k in measured.bundle.keys() if k.operation.startswith("GET ")]
    return {
        "findings": [
            [key(f)[1], f.subject.check, f.code, f.subject.location, f"expected {f.expected!r}, found {f.found!r}"]
            for f in failing
        ],
        "asked": sorted({k.operation for k in keys}),
        "read": sorted({k.operation for k in keys if 200 <= k.status < 300}),
    }


if __name__ == "__main__":
    print(json.dumps(_run(sys.argv[1], Path(sys.argv[2]))))
