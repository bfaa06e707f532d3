"""Do files that are made to break a reader stay cheap, and does it say what is wrong with them? (`make hostile`)

    python -m benchmarks.hostile [--only WORD] [--folder FOLDER]

Each file goes through `cpo-probe check`, a text in EXPRESS through `cpo-probe schemas compile`, in a process of its own: seconds
and peak memory are those of that process. A row fails when the command ends otherwise than with 1 (something is wrong), 2 (not a
file to be judged) or, for what is merely large, 0; when what it says lacks the rule and the place that were to be told; or when
it needs more memory than the row allows.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks import _hostile_files as files
from benchmarks._common import ROOT, heading
from benchmarks._hostile_files import END, POINT, XML_END, Make, cut, element, numbered, repeated, sized, sparse, written
from benchmarks.step_p21 import HEADER as P21
from benchmarks.step_p21 import make as step_p21
from benchmarks.step_xml import HEAD, TAIL

BASE = 260
"""Megabytes that a small file may need, program and libraries in it."""

SMALL = """
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=sys.stderr)
_, status, used = os.wait4(child.pid, 0)
print(os.waitstatus_to_exitcode(status), used.ru_maxrss)
"""
"""Starts the command: to the peak of a process Linux counts that of the one which started it, and this one makes large files."""


@dataclass(frozen=True, slots=True)
class Case:
    """`told`: words that have to be said. `megabytes`: allowed beyond `BASE`."""

    name: str
    make: Make
    told: tuple[str, ...]
    megabytes: int = 0


def _lines(text: str) -> int:
    return text.count("\n") + 1


DATA = P21 + POINT
CASES = (
    Case("zeros.stp", sparse("", 10), ("zeros.stp",)),
    Case("sparse.stp", sparse(DATA, 10), ("p21.limits", f"line {_lines(DATA)}"), 120),
    Case("sparse.stpx", sparse(HEAD, 10), ("file.well-formed", f"line {_lines(HEAD)}")),
    Case("sparse.csv", sparse("a,b\n1,2\n", 1), ("csv.",), 120),
    Case("sparse.json", sparse('{"a": ', 1), ("json.",)),
    Case("blanks.stp", sized(DATA, " ", 3000, END), ("step.practice",)),
    Case("blanks.stpx", sized(HEAD, " ", 3000), ("file.well-formed",)),
    Case("reals.stp", sized(P21 + "#1=A((", "1.25,", 500, "1.));\n" + END), ("step.schema.entity-known",), 60),
    Case("references.stp", sized(P21 + POINT + "#2=A((", "#1,", 500, "#1));\n" + END), ("p21.limits", "line 9"), 100),
    Case("astray.stp", sized(P21 + POINT + "#2=CLOSED_SHELL('',(", "#1,", 45, "#1));\n" + END), ("reference-type",), 300),
    Case("string.stp", sized(P21 + "#1=A('", "x", 500, "');\n" + END), ("p21.limits",), 200),
    Case("token.stp", sized(P21 + "#1=A(", "X", 500, ");\n" + END), ("p21.limits",), 200),
    Case("malformed.stp", sized(P21 + "#1=A((", "'x' 'y',", 500, "1));\n" + END), ("p21.limits",), 200),
    Case("nested.stp", repeated(P21 + "#1=A(", "(", 10**7, ")" * 10**6 + ");\n" + END), ("p21.",), 250),
    Case("typed.stp", repeated(P21 + "#1=A(", "B(", 10**6, ")" * 10**6 + ");\n" + END), ("p21.",), 250),
    Case("shapes.stp", numbered(P21, "#{n}=A{n}(1);\n", 1_500_000, END), ("p21.limits", "entity-known"), 400),
    Case("duplicates.stp", repeated(P21, POINT, 3 * 10**6, END), ("p21.instance-names",), 250),
    Case("quotes.stp", repeated(P21, "#1=A('x);\n", 10**6, END), ("p21.closed",), 250),
    Case("comments.stp", repeated(P21, "/*'*/", 10**7, POINT + END), ("step.practice",), 100),
    Case("cut.stp", cut(lambda path: step_p21(path, 100), 0.5), ("p21.envelope", "not judged"), 120),
    Case("laughs.stpx", written(files.laughs), ("file.no-dtd", "line 1")),
    Case("quadratic.stpx", written(files.quadratic), ("file.no-dtd", "line 1")),
    Case("outside.stpx", written(files.outside), ("file.no-dtd", "line 1")),
    Case("nested.stpx", repeated(HEAD, "<Part>", 10**6), ("file.bounds", "line ")),
    Case("attribute.stpx", sized(element(' uid="'), "x", 500, f'">{XML_END}'), ("file.bounds", "line 3"), 150),
    Case("attributes.stpx", numbered(element(" "), 'a{n}="x" ', 10**6, f">{XML_END}"), ("nothing wrong",), 300),
    Case("text.stpx", sized(element(' uid="a">'), "text & ", 500, XML_END), ("file.well-formed",)),
    Case("duplicates.stpx", repeated(HEAD, '<Part uid="a"/>\n', 3 * 10**6, TAIL), ("file.id-unique",), 300),
    Case("bomb.zip", written(files.bomb), ("export.package.bounds",)),
    Case("dolls.zip", written(files.russian_dolls), ("1110 files in it", "nothing wrong"), 100),
    Case("overlapping.zip", written(files.overlapping), ("export.package",), 200),
    Case("traversal.zip", written(files.traversal), ("export.package.path", "export.package.link")),
    Case("bomb.gz", written(files.gzip_bomb), ("export.package.bounds",)),
    Case("empty-members.gz", written(files.empty_members), ("nothing wrong",), 60),
    Case("blanks.xlsx", written(files.workbook), ("xlsx",), 60),
    Case("string.exp", sized("SCHEMA s;\nTYPE a = REAL; WHERE b : SELF = '", "x", 15), ("line 2", "string is not closed")),
    Case("quotes.exp", sized("SCHEMA s;\nTYPE a = REAL; WHERE b : SELF = '", "''", 15), ("line 2", "string is not closed")),
    Case("remark.exp", sized("SCHEMA s;\n", "(* ", 15), ("line 2", "remark is not closed")),
    Case("nested.exp", sized("SCHEMA s;\nTYPE a = ", "LIST OF ", 15), ("line 2", "nesting")),
    Case("entities.exp", numbered("SCHEMA s;", "ENTITY e{n};END_ENTITY;\n", 600_000, "END_SCHEMA;"), ("600000 entities",), 100),
    Case("chain.exp", written(files.chain), ("supertypes above",), 100),
    Case("sparse.exp", sparse("SCHEMA s;\n", 10), ("at most",)),
    Case("field.csv", sized('a,b\n1,"', "x", 500), ("csv.",), 200),
    Case("row.csv", sized("a,b\n", "x,", 500), ("csv.",), 200),
    Case("nested.json", repeated("", "[", 10**7), ("depth",), 60),
    Case("names.json", numbered('{"format": "x"', ',\n"n{n}": 1', 3 * 10**6, '}'), ("well-formed JSON",), 1200),
)  # fmt: skip


def measured(path: Path) -> tuple[int, str, float, float]:
    """Exit code, all that was said, seconds, megabytes."""
    table = path.with_suffix(".express.gz")
    given = ["schemas", "compile", str(path), "--out", str(table)] if path.suffix == ".exp" else ["check", str(path)]
    command = [sys.executable, "-c", SMALL, sys.executable, "-m", "cpo_probe", *given]
    with tempfile.TemporaryFile("w+", dir=path.parent) as said:
        begin = time.perf_counter()
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=said, text=True, check=True, cwd=ROOT)
        spent = time.perf_counter() - begin
        said.seek(0)
        table.unlink(missing_ok=True)
        code, kilobytes = map(int, done.stdout.split())
        return code, said.read(), spent, kilobytes / 1024


def verdict(case: Case, code: int, said: str, megabytes: float) -> str:
    """ "" when every promise holds."""
    broken = []
    good = 0 if {"nothing wrong", "well-formed JSON", "600000 entities"}.intersection(case.told) else 1
    if code not in (good, 2) or "Traceback" in said:
        broken.append(f"ended with {code}")
    if "crashed" in said:
        broken.append("a check crashed")
    broken += [f"did not say {words!r}" for words in case.told if words not in said]
    if megabytes > BASE + case.megabytes:
        broken.append(f"more than {BASE + case.megabytes} MB")
    return ", ".join(broken)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="", help="cases whose names hold this")
    parser.add_argument("--folder", type=Path, help="where the files are made")
    parser.add_argument("--show", action="store_true", help="what is said of each file")
    chosen = parser.parse_args()
    heading("Files made to break a reader, each through `cpo-probe check`")
    failed = 0
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        for case in CASES:
            if chosen.only not in case.name:
                continue
            path = Path(folder) / case.name
            case.make(path)
            size = path.stat().st_size / files.MEGABYTE
            code, said, seconds, megabytes = measured(path)
            path.unlink()
            broken = verdict(case, code, said, megabytes)
            failed += bool(broken)
            print(f"  {case.name:18} {size:9,.1f} MB {seconds:7.1f} s {megabytes:6.0f} MB  {broken or 'as promised'}", flush=True)
            if chosen.show or broken:
                print("    " + "\n    ".join(said.splitlines()[:40]), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
