"""Do the pages say what the program does?"""

import re
from pathlib import Path

import pytest

from docs.generate import FOLDER, pages

DOCS = FOLDER.parent
ROOT = DOCS.parent
PAGES = pages()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_made_from_the_program_is_current(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name](), "run: python docs/generate.py"


@pytest.mark.parametrize("path", [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))], ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        file, _, heading = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), target
        if heading and there.suffix == ".md":
            assert heading in _headings(there), target


def _headings(path: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))], ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_and_option_that_is_shown_exists(path: Path) -> None:
    known = (FOLDER / "cli.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## ([a-z ]+)\n(.*?)(?=^## |\Z)", known, re.MULTILINE | re.DOTALL))
    for line in re.findall(r"cpo-probe +([a-z]+(?:[^\n`]|$)*)", path.read_text(encoding="utf-8")):
        command, *words = re.split(r"[ ;|&]+", line.split("#")[0].strip())
        command = " ".join((command, *words[:1])) if " ".join((command, *words[:1])) in sections else command
        if command in sections:
            for option in (word.split("=")[0] for word in words if word.startswith("--")):
                assert f"`{option}`" in sections[command], f"{command} {option}"
