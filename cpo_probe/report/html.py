"""One self-contained page that people can read on a screen, a phone and paper.

No request leaves the page: styles and script are inline and named by their hash in a content security policy, so that
nothing recorded from a system under test can run even if it were not escaped.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cpo_probe.model import Outcome
from cpo_probe.report import charts
from cpo_probe.report.data import ReportData
from cpo_probe.report.words import Words

FOLDER = Path(__file__).parent / "templates"
SECTIONS = (
    "overview",
    "criteria",
    "ladders",
    "failed",
    "not_tested",
    "errors",
    "discovery",
    "measures",
    "checks",
    "exchanges",
    "ruler",
)
ORDER = (Outcome.FAIL, Outcome.NOT_TESTED, Outcome.ERROR, Outcome.REVIEW, Outcome.PASS, Outcome.NOT_APPLICABLE)


def html(data: ReportData, language: str = "en") -> str:
    """The report as HTML in one of `words.LANGUAGES`."""
    words = Words(language)
    css, js = _asset("report.css"), _asset("report.js")
    policy = f"default-src 'none'; style-src '{_hash(css)}'; script-src '{_hash(js)}'; base-uri 'none'; form-action 'none'"
    page = _environment().get_template("report.html.j2")
    known = {check.id for check in data.checks}
    return page.render(
        data=data,
        t=words,
        charts=charts,
        css=css,
        js=js,
        policy=policy,
        order=ORDER,
        sections=[name for name in SECTIONS if name != "ladders" or data.ladders],
        known=known,
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@cache
def _asset(name: str) -> str:
    """Our own style sheet and script; neither contains a closing tag."""
    return (FOLDER / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
