"""How fast is a STEP file read and judged, how much memory does it need, and against whom?

    python benchmarks/step_p21.py [--mb 100] [--rounds 3] [--file FILE] [--ocp PYTHON]

The file is made here: faces of boxes with their edges, points and curves, products and uses, in the proportions and the layout
of exports of CAD systems (one face in 33 instances, with lines wrapped and a complex instance); `--file` takes another one.
Contestants read the same file in turn, each in a process of its own; the best round counts. OpenCASCADE's ReadFile (wheel
`cadquery-ocp-novtk`) takes part when `--ocp` names a Python that has it. Memory is the peak resident size of the process with
interpreter and libraries. The aims: syntax, references and header as fast as OpenCASCADE reads, with all types of the schema
half as fast, and at most 1.5 times the file in memory for 100 MB.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks._common import heading

OURS = """
import json, sys, time
from pathlib import Path
from cpo_probe.formats.step_p21 import examine
path = Path(sys.argv[1])
begin = time.perf_counter()
report = examine(path)
read = time.perf_counter() - begin
typed = 0.0
if sys.argv[2]:
    from cpo_probe.formats import express
    tables = express.Tables([(p.name, p.read_bytes()) for p in sorted(Path(sys.argv[2]).glob("*" + express.SUFFIX))])
    choice = tables.choose(report.header.schemas[0].text)
    if choice is not None:
        begin = time.perf_counter()
        found = express.examine(report.population, choice, level=report.header.implementation_level)
        typed = time.perf_counter() - begin
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(json.dumps({"read": read, "typed": typed, "peak": int(peak.split()[1]) / 1024, "instances": len(report.population),
                  "shapes": len(report.population.shapes), "problems": sum(report.problems.counts.values())}))
"""
THEIRS = """
import json, sys, time
from OCP.STEPControl import STEPControl_Reader
reader = STEPControl_Reader()
begin = time.perf_counter()
reader.ReadFile(sys.argv[1])
read = time.perf_counter() - begin
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print()
print(json.dumps({"read": read, "peak": int(peak.split()[1]) / 1024}))
"""
ROOT = Path(__file__).resolve().parents[1]
HEADER = (
    "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION(('benchmark'),'2;1');\nFILE_NAME('benchmark.stp','2026-01-31T12:00:00',('a'),('b'),"
    "'cpo-probe','benchmarks/step_p21.py','');\nFILE_SCHEMA(('AUTOMOTIVE_DESIGN { 1 0 10303 214 1 1 1 1 }'));\nENDSEC;\nDATA;\n"
)


def face(n: int, k: int) -> str:
    """One face with four edges: 33 instances from number n on; coordinates move with k."""
    x, y, z = k * 0.731 % 900 - 450, k * 1.37 % 500, 1 / (k + 3)
    lines = [
        f"#{n} = ADVANCED_FACE('',(#{n + 1}),#{n + 28},.T.);",
        f"#{n + 1} = FACE_BOUND('',#{n + 2},.F.);",
        f"#{n + 2} = EDGE_LOOP('',(#{n + 3},#{n + 9},#{n + 15},\n    #{n + 21}));",
    ]
    for e in range(4):
        m = n + 3 + 6 * e
        lines += [
            f"#{m} = ORIENTED_EDGE('',*,*,#{m + 1},.{'TF'[e % 2]}.);",
            f"#{m + 1} = EDGE_CURVE('',#{m + 2},#{n + 5 + 6 * ((e + 1) % 4)},#{m + 4},.T.);",
            f"#{m + 2} = VERTEX_POINT('',#{m + 3});",
            f"#{m + 3} = CARTESIAN_POINT('',({x + e:.6f},{y:.6f},{-z:.12E}));",
            f"#{m + 4} = LINE('',#{m + 3},#{m + 5});",
            f"#{m + 5} = VECTOR('',#{n + 31},{1 + e}.);",
        ]
    p = n + 28
    return "\n".join(
        [
            *lines,
            f"#{n + 27} = COLOUR_RGB('Bl''au {k}',0.1,0.2,0.{k % 97 + 1});",
            f"#{p} = PLANE('',#{p + 1});",
            f"#{p + 1} = AXIS2_PLACEMENT_3D('',#{n + 6},#{p + 2},#{p + 3});",
            f"#{p + 2} = DIRECTION('',(0.,{z:.9f},-1.));",
            f"#{p + 3} = DIRECTION('',(1.,0.,-0.));",
            f"#{p + 4} = ( GEOMETRIC_REPRESENTATION_CONTEXT(2) \nPARAMETRIC_REPRESENTATION_CONTEXT() "
            "REPRESENTATION_CONTEXT('2D SPACE',''\n  ) );",
            "",
        ]
    )


def make(path: Path, megabytes: int) -> None:
    """A file of about that size."""
    with path.open("w", encoding="ascii") as file:
        file.write(HEADER)
        n, k = 1, 0
        while file.tell() < megabytes * 1e6:
            for _ in range(2000):
                file.write(face(n, k))
                n, k = n + 33, k + 1
        file.write("ENDSEC;\nEND-ISO-10303-21;\n")


def measured(python: str, code: str, *arguments: str) -> dict[str, float]:
    done = subprocess.run([python, "-c", code, *arguments], capture_output=True, text=True, check=True, cwd=ROOT)
    said: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return said


def compare(path: Path, rounds: int, ocp: str, tables: str) -> None:
    size = path.stat().st_size / 1e6
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(measured(sys.executable, OURS, str(path), tables))
        if ocp:
            theirs.append(measured(ocp, THEIRS, str(path)))
    read = min(o["read"] for o in ours)
    both = min(o["read"] + o["typed"] for o in ours)
    one = ours[0]
    print(f"{size:.0f} MB, {one['instances']:,} instances, {one['shapes']} shapes, {one['problems']} problems")
    peak = max(o["peak"] for o in ours)
    print(f"  syntax, references, header {read:.2f} s, {size / read:.1f} MB/s; peak {peak:.0f} MB, {peak / size:.2f} of the file")
    if any(o["typed"] for o in ours):
        print(f"  with all types of the schema {both:.2f} s, {size / both:.1f} MB/s")
    if theirs:
        other = min(t["read"] for t in theirs)
        print(f"  OpenCASCADE ReadFile {other:.2f} s, {size / other:.1f} MB/s; peak {max(t['peak'] for t in theirs):.0f} MB")
        print(f"  ratio of speeds {other / read:.2f}, with types {other / both:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mb", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--ocp", default="")
    chosen = parser.parse_args()
    heading("STEP Part 21")
    tables = str(ROOT / "schemas" / "express")
    if chosen.file:
        compare(chosen.file, chosen.rounds, chosen.ocp, tables)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "benchmark.stp"
        make(path, chosen.mb)
        compare(path, chosen.rounds, chosen.ocp, tables)


if __name__ == "__main__":
    main()
