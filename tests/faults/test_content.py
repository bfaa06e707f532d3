"""Content with a mistake of its own: it is told where it is, and everything else goes on."""

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from cpo_probe.cli.loading import House, open_house
from cpo_probe.model import Outcome, UnitState
from tests.faults.conftest import Running
from tests.faults.little import Little

Making = Callable[[str], House]


@pytest.fixture
def with_content(tmp_path: Path) -> Making:
    """A house with one content file beside ours."""

    def make(text: str) -> House:
        folder = tmp_path / "content"
        file = folder / "probes" / "own" / "things.py"
        file.parent.mkdir(parents=True)
        file.write_text("from cpo_probe.sdk import *\n\n" + textwrap.dedent(text))
        return open_house((folder,), None, "en")

    return make


READ = ("rest.read", "own.*")
CHECK = """
    @check("own.claim", of="rest.read", needs="openapi", clause="x", severity="minor")
    def claim(exchange: Exchange) -> Result:
        {body}
"""


async def test_a_probe_that_raises_keeps_what_it_asked_and_its_trace_and_the_run_goes_on(
    run: Running, little: Little, with_content: Making
) -> None:
    house = with_content(
        """
        @probe(needs="openapi", purposes=("own.first", "own.second"), id="own.falls")
        async def falls(ctx: Context, operation: Operation) -> None:
            await ctx.get(ctx.interface.url + "/report", purpose="own.first")
            raise KeyError("words of the mistake")

        @check("own.claim", of="own.second", per="operation", needs="openapi", clause="x", severity="minor")
        def claim(exchanges: Exchanges) -> Result:
            return passed()
        """
    )
    judged = await run(little.base, probes=READ, house=house)
    crashed = [unit for unit in judged.bundle.units() if unit.probe == "own.falls"]
    assert [unit.state for unit in crashed] == [UnitState.CRASHED] * 3
    assert all("things.py" in unit.detail and "KeyError: 'words of the mistake'" in unit.detail for unit in crashed)
    assert len(judged.exchanges(purpose="own.first")) == 3
    assert judged.found("own.claim", "GET /report").outcome is Outcome.ERROR
    assert judged.sentence("own.claim", "GET /report").startswith("The probe own.falls stopped by a mistake of its own")
    assert "rest.read.works" in judged.passes("GET /report")


async def test_a_check_that_raises_is_an_error_with_its_line(run: Running, little: Little, with_content: Making) -> None:
    judged = await run(little.base, house=with_content(CHECK.format(body='raise KeyError("words of the mistake")')))
    found = judged.found("own.claim", "GET /report")
    assert (found.outcome, found.code, found.params) == (
        Outcome.ERROR,
        "check_crashed",
        {"type": "KeyError", "place": "things.py:6"},
    )
    assert judged.sentence("own.claim", "GET /report") == "The check stopped by a mistake of its own (KeyError at things.py:6)."
    assert "rest.read.works" in judged.passes("GET /report")


async def test_a_check_that_says_nothing_is_an_error(run: Running, little: Little, with_content: Making) -> None:
    judged = await run(little.base, house=with_content(CHECK.format(body="return []")))
    assert judged.sentence("own.claim", "GET /report") == "The check said nothing, which is a mistake of its own."
    assert "own.claim" not in judged.passes("GET /report")


@pytest.mark.parametrize("body", ["return None", "return True", "return ['pass']", "return untestable(Blocker.NOT_SELECTED)"])
async def test_a_check_that_says_what_a_check_may_not_say_is_an_error(
    run: Running, little: Little, with_content: Making, body: str
) -> None:
    judged = await run(little.base, house=with_content(CHECK.format(body=body)))
    assert (judged.found("own.claim", "GET /report").outcome, judged.found("own.claim", "GET /report").code) == (
        Outcome.ERROR,
        "check_crashed",
    )
    assert "own.claim" not in judged.passes("GET /report")


async def test_a_fact_that_raises_is_an_error_of_every_check_that_asks_for_it(
    run: Running, little: Little, with_content: Making
) -> None:
    house = with_content(
        """
        class Names(tuple): ...

        @fact
        def names(evidence: Evidence) -> Names:
            raise ZeroDivisionError

        @check("own.claim", of="rest.read", needs="openapi", clause="x", severity="minor")
        def claim(exchange: Exchange, names: Names) -> Result:
            return passed()
        """
    )
    judged = await run(little.base, house=house)
    assert judged.found("own.claim", "GET /report").params["type"] == "ZeroDivisionError"
    assert "own.claim" not in judged.passes("GET /report")


async def test_a_measure_that_raises_is_an_error_and_gives_no_sample(run: Running, little: Little, with_content: Making) -> None:
    house = with_content(
        """
        from collections.abc import Iterator

        @measure("own.size", of="rest.read", needs="openapi")
        def size(exchange: Exchange) -> Iterator[tuple[str, float, str]]:
            yield "size", 1.0, "B"
            raise RuntimeError("no more")
        """
    )
    judged = await run(little.base, house=house)
    assert judged.found("own.size", "GET /report").code == "check_crashed"
    assert b'"measure":"own.size"' not in (judged.judgement.path / "samples.jsonl").read_bytes()


async def test_a_probe_that_asks_what_it_may_not_is_refused_before_anything_leaves(
    run: Running, little: Little, with_content: Making
) -> None:
    house = with_content(
        """
        @probe(needs="openapi", purposes="own.write", id="own.writes")
        async def writes(ctx: Context) -> None:
            await ctx.send("DELETE", ctx.interface.url + "/parts/P-001", purpose="own.write", effect=Effect.WRITE)
        """
    )
    judged = await run(little.base, probes=READ, house=house)
    (unit,) = [unit for unit in judged.bundle.units() if unit.probe == "own.writes"]
    assert (unit.state, unit.blocker) == (UnitState.REFUSED, "needs_write")
    assert "DELETE" not in {got.method for got in little.seen}
