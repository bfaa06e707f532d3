"""Does every room import only from floors below its own, and is the judging half free of network, clock and chance?"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOORS = {
    "model": 0,
    "errors": 0,
    "evidence": 1,
    "catalogue": 1,
    "target": 1,
    "protocols": 1,
    "formats": 1,
    "neutral": 1,
    "registry": 1,
    "session": 2,
    "scoring": 2,
    "kernel": 2,
    "discovery": 3,
    "judge": 3,
    "sdk": 4,
    "run": 5,
    "report": 6,
    "history": 6,
    "cli": 7,
}
BESIDE = {("evidence", "protocols"), ("catalogue", "registry"), ("registry", "formats"), ("neutral", "formats")}
"""Rooms of one floor that may know each other, each for the reason given in docs/architecture.md."""
PURE = ("model", "catalogue", "scoring", "protocols", "formats", "neutral", "report", "judge")
IMPURE = {"socket", "ssl", "time", "random", "secrets", "uuid", "httpx", "httpcore", "requests", "urllib.request", "http.client"}


def modules(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*.py") if "__pycache__" not in p.parts)


def imports(path: Path) -> set[str]:
    """Dotted names a file imports, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def room(name: str) -> str:
    parts = name.split(".")
    return parts[1] if parts[0] == "cpo_probe" and len(parts) > 1 and parts[1] in FLOORS else ""


@pytest.mark.parametrize("path", modules(ROOT / "cpo_probe"), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_room_imports_only_from_floors_below(path: Path) -> None:
    mine = room(".".join(path.relative_to(ROOT).with_suffix("").parts))
    if not mine:
        return
    for name in imports(path):
        theirs = room(name)
        if theirs and theirs != mine:
            allowed = FLOORS[theirs] < FLOORS[mine] or (mine, theirs) in BESIDE
            assert allowed, f"{path.relative_to(ROOT)} ({mine}, floor {FLOORS[mine]}) imports {name} (floor {FLOORS[theirs]})"


@pytest.mark.parametrize("name", PURE)
def test_a_judging_room_knows_no_network_no_clock_and_no_chance(name: str) -> None:
    for path in modules(ROOT / "cpo_probe" / name):
        assert not imports(path) & IMPURE, f"{path.relative_to(ROOT)} imports {imports(path) & IMPURE}"


@pytest.mark.parametrize("path", modules(ROOT / "probes"), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_content_file_imports_only_the_sdk(path: Path) -> None:
    ours = {name for name in imports(path) if name.split(".")[0] == "cpo_probe"}
    assert all(name == "cpo_probe.sdk" or name.startswith("cpo_probe.sdk.") for name in ours), ours
    assert not imports(path) & IMPURE


def test_the_engine_names_no_content() -> None:
    for path in modules(ROOT / "cpo_probe"):
        names = {n for n in imports(path) if n.split(".")[0] in ("probes", "fixtures", "targets", "cpo_probe_content")}
        assert not names, f"{path.relative_to(ROOT)} imports {names}"
