"""Is the little system without fault, so that what the other tests find is the fault they put in?"""

from tests.faults.conftest import Running
from tests.faults.little import Little


async def test_nothing_fails_on_the_little_system(run: Running, little: Little) -> None:
    judged = await run(little.base, probes=("*",))
    depth = {"openapi.coverage", "rest.coverage"}
    assert {f for f in judged.failures() if not f[0].startswith(tuple(depth))} == set()
    assert [f for f in judged.findings if f.outcome == "error"] == []
    for operation in ("GET /parts", "GET /parts/{number}", "GET /report"):
        assert "rest.read.works" in judged.passes(operation)
        assert "rest.contract.body" in judged.passes(operation)
