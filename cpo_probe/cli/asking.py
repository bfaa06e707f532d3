"""`init`: a few questions, then a profile."""

import re
from pathlib import Path

import typer

from cpo_probe.cli.output import people
from cpo_probe.errors import UsageError
from cpo_probe.registry import content_roots
from cpo_probe.target import load_target, profile_template

KINDS = ("none", "basic", "bearer", "api_key", "oauth2", "login", "browser", "wsse", "soap_login")


def init(out: Path) -> int:
    """Write a profile that loads; nothing secret is asked, only where it will be found."""
    if out.exists():
        raise UsageError(f"{out} exists: name another file with --out, or remove it")
    url = typer.prompt("URL of the system, below which everything may be asked")
    load_target(url, roots=content_roots())  # a mistake in the URL is named now, not at the first run
    name = re.sub(r"[^a-z0-9]+", "-", typer.prompt("Short name", default=_name(url)).lower()).strip("-")
    answers = {
        "name": name,
        "base_url": url,
        "product": typer.prompt("Product", default=""),
        "version": typer.prompt("Version of the product (empty if unknown)", default=""),
        "auth": _choice("How does one log in?", KINDS),
    }
    out.write_text(profile_template(answers), encoding="utf-8")
    load_target(str(out), roots=content_roots())
    console = people()
    console.print(f"Written: {out}. Secrets are named there as env:NAME or file:PATH, never written into it.", markup=False)
    console.print(f"Next: cpo-probe discover {out}, then cpo-probe run {out}", markup=False)
    return 0


def _name(url: str) -> str:
    return re.sub(r"^[a-z]+://|[:/].*$", "", url)


def _choice(question: str, kinds: tuple[str, ...]) -> str:
    while True:
        answer: str = typer.prompt(f"{question} ({', '.join(kinds)})", default="none")
        if answer in kinds:
            return answer
        people().print(f"expected one of {', '.join(kinds)}; found {answer!r}", markup=False)
