"""Can everybody use the page in a browser: on a phone, in the dark, by keyboard, by ear, without scripts, on paper?"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
PEERS = HERE.parents[1] / ".peers"
MODULES = PEERS / "node" / "node_modules"

pytestmark = pytest.mark.peer


def absent() -> str:
    """Why there is no browser to look through; "" when there is one."""
    if shutil.which("node") is None:
        return "Node.js is not installed"
    if shutil.which("chromium") is None:
        return "chromium is not installed"
    if not all((MODULES / name).is_dir() for name in ("axe-core", "playwright-core")):
        return f"axe-core and playwright-core are not in {MODULES}: run python tests/peers/install.py"
    return ""


@pytest.fixture(scope="module")
def seen(pages: Path) -> Any:
    reason = absent()
    if reason:
        assert not os.environ.get("CI"), reason
        pytest.skip(reason)
    command = ["node", str(HERE / "browser.cjs"), str(MODULES), shutil.which("chromium") or "", str(pages)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_axe_finds_nothing_in_either_language_light_and_dark_closed_and_open(seen: Any) -> None:
    assert len(seen["axe"]) == 6
    for name, found in seen["axe"].items():
        assert found["violations"] == [], name
        assert found["passes"] > 40, "axe looked at little"


def test_nothing_is_wider_than_the_screen_of_a_phone(seen: Any) -> None:
    assert {name: wide for name, wide in seen["overflow"].items() if any(wide)} == {}


def test_the_page_asks_nobody_for_anything_and_hostile_text_runs_nothing(seen: Any) -> None:
    assert seen["requests"] == []
    assert seen["trouble"] == []


def test_a_kpi_leads_to_its_exchange_in_two_clicks(seen: Any) -> None:
    assert seen["facts"]["findingSeen"] and seen["facts"]["exchangeSeen"]


def test_the_keyboard_reaches_the_report_past_the_contents(seen: Any) -> None:
    assert seen["facts"]["firstFocus"] == "#main"
    assert seen["facts"]["afterSkip"] == "main"


def test_checks_can_be_filtered_by_outcome_and_failures_opened_at_once(seen: Any) -> None:
    facts = seen["facts"]
    assert 0 < facts["failing"] < facts["rows"]
    assert facts["status"] == f"Checks shown: {facts['failing']}"
    assert facts["expanded"] == 0


def test_without_scripts_a_link_still_reveals_its_target(seen: Any) -> None:
    assert seen["facts"]["revealedWithoutScript"]
    assert seen["facts"]["buttonsWithoutScript"] == 0


def test_on_paper_failures_stand_open(seen: Any, pages: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    command = ["pdftotext", "-layout", str(pages / "en.pdf"), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert '"mass": 0,' in text and "Remedy: Correct the answer" in text
    assert "Open-items range" in text
