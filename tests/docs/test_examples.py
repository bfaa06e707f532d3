"""Does what the pages show work as it stands?"""

import re
import subprocess
import sys
from pathlib import Path

from cpo_probe.registry import content_roots, load
from cpo_probe.target import load_target

ROOT = Path(__file__).resolve().parents[2]
HOW_TO = ROOT / "docs" / "how-to"


def blocks(path: Path, language: str) -> list[str]:
    """The code blocks of a page in that language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_the_profile_of_the_guide_loads(tmp_path: Path) -> None:
    (text,) = blocks(HOW_TO / "profile.md", "toml")
    path = tmp_path / "plm-test.toml"
    path.write_text(text, encoding="utf-8")
    target = load_target(str(path), roots=content_roots())
    assert (target.name, target.limits.requests, [i.kind for i in target.declared]) == ("plm-test", 1000, ["openapi"])


def test_the_probe_and_check_of_the_guide_load_and_their_tests_pass(tmp_path: Path) -> None:
    page = HOW_TO / "own-checks.md"
    content, tests = blocks(page, "python")
    names = re.findall(r"^    (my-content/\S+\.py)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(names) == 2
    for name, text in zip(names, (content, tests), strict=True):
        file = tmp_path / name
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
    registry = load((tmp_path / "my-content",))
    assert {"acme.greeting"} <= set(registry.probes) and {"acme.greeting.release"} <= set(registry.checks)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "my-content/tests"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "4 passed" in done.stdout, done.stdout


def test_the_reader_of_the_evidence_page_reads_a_bundle_and_sees_a_change(tmp_path: Path) -> None:
    (reader,) = blocks(ROOT / "docs" / "evidence.md", "python")
    bundle = ROOT / "tests" / "evidence" / "data" / "bundle-v1"

    def read(path: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", reader, str(path)], capture_output=True, text=True, check=False)

    done = read(bundle)
    assert done.returncode == 0, done.stderr
    rows = (bundle / "record" / "exchanges.jsonl").read_text().splitlines()
    assert len(done.stdout.splitlines()) == len(rows) + 1 and done.stdout.splitlines()[-1].startswith("intact: ")
    for file in bundle.rglob("*"):
        if file.is_file():
            copy = tmp_path / file.relative_to(bundle)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    changed = tmp_path / "record" / "exchanges.jsonl"
    changed.write_bytes(changed.read_bytes().replace(b'"status":200', b'"status":204', 1))
    assert read(tmp_path).returncode == 1
