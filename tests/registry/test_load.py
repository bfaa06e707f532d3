"""A folder of one's own: what loads, and what is said of a file that does not."""

from pathlib import Path

import pytest

from cpo_probe.errors import UsageError
from cpo_probe.registry import load

AS_DOCUMENTED = '''
"""Does the service say hello?"""

from cpo_probe.sdk import Context, Exchange, Result, check, failed, passed, probe


@probe(needs="openapi")
async def hello(ctx: Context) -> None:
    await ctx.get("hello", purpose="mine.hello")


@check("mine.hello.answers", of="mine.hello", clause="House rule 1", severity="major")
def answers(exchange: Exchange) -> Result:
    """The service says hello.

    Remedy: serve /hello.
    """
    return passed() if exchange.status == 200 else failed("status", expected=200, found=exchange.status)
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "probes" / "mine").mkdir(parents=True)
    return tmp_path


def write(folder: Path, text: str) -> Path:
    path = folder / "probes" / "mine" / "hello.py"
    path.write_text(text.lstrip(), "utf-8")
    return path


@pytest.fixture(autouse=True)
def _own_content_again() -> object:
    """The synthetic package is one per process: the next test finds it with our own content only."""
    yield
    load()


def test_a_probe_and_a_check_in_one_file_are_all_it_takes(folder: Path) -> None:
    write(folder, AS_DOCUMENTED)
    registry = load([folder])
    assert registry.probes["mine.hello"].purposes == ("mine.hello",)
    assert registry.checks["mine.hello.answers"].remedy == "serve /hello."


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("def broken(:\n    pass\n", 1, "SyntaxError"),
        ("import cpo_probe.sdk\n\nimport no_such_module_anywhere\n", 3, "ModuleNotFoundError"),
        ("from cpo_probe.sdk import nothing_like_that\n", 1, "ImportError"),
        ("from cpo_probe.sdk import probe\n\n\n@probe()\nasync def hello(ctx):\n    pass\n", 4, "TypeError"),
        ("undefined_name\n", 1, "NameError"),
    ],
)
def test_a_file_that_cannot_be_loaded_is_named_with_its_line(folder: Path, text: str, line: int, reason: str) -> None:
    path = write(folder, text)
    with pytest.raises(UsageError) as caught:
        load([folder])
    assert f"content file {path}, line {line} cannot be loaded: {reason}" in str(caught.value)
