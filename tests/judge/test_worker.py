"""What is handed to a check, and what becomes of its answer."""

import asyncio
from pathlib import Path

import pytest

from cpo_probe.evidence import Bundle, RecordWriter
from cpo_probe.judge.tally import Tally, merged
from cpo_probe.judge.tasks import tasks
from cpo_probe.judge.worker import Worker
from cpo_probe.model import FailureKind, Finding, Identity, Outcome
from tests.evidence import made
from tests.judge.records import Said, content, sealed

CHECK = """
    @check("a.check", of="rest.read", clause="x", severity="major"{more})
    def a(exchange: Exchange) -> Results:
        {body}
"""


def judged(folder: Path, text: str, *exchanges: Said) -> Tally:
    registry = content(folder / "content", text)
    bundle = sealed(folder / "bundle", exchanges)
    worker = Worker(bundle, registry)
    return merged(worker.run([task]) for task in tasks(bundle))


def only(tally: Tally) -> Finding:
    (finding,) = tally.findings()
    return finding


def test_a_check_sees_only_exchanges_of_its_purpose(tmp_path: Path) -> None:
    tally = judged(
        tmp_path,
        CHECK.format(more="", body="return failed('seen', found=exchange.purpose)"),
        made.exchange("000001", purpose="rest.read"),
        made.exchange("000002", purpose="rest.errors.method"),
    )
    assert (only(tally).found, only(tally).count) == ("rest.read", 1)


def test_a_network_failure_is_an_error_of_the_engine_and_never_reaches_the_check(tmp_path: Path) -> None:
    tally = judged(
        tmp_path, CHECK.format(more="", body="return failed('never')"), made.failed("000001", FailureKind.READ_TIMEOUT)
    )
    assert (only(tally).outcome, only(tally).code) == (Outcome.ERROR, "network_read_timeout")


def test_a_refusal_of_our_own_account_blocks_and_is_no_verdict(tmp_path: Path) -> None:
    tally = judged(tmp_path, CHECK.format(more="", body="return failed('never')"), made.exchange("000001", status=403))
    assert (only(tally).outcome, only(tally).code) == (Outcome.NOT_TESTED, "denied")


@pytest.mark.parametrize(("status", "headers"), [(429, ()), (503, (("Retry-After", "5"),))])
def test_an_answer_that_puts_us_off_is_open_and_no_verdict(
    tmp_path: Path, status: int, headers: tuple[tuple[str, str], ...]
) -> None:
    later = made.exchange("000001", status=status, headers=headers)
    tally = judged(tmp_path / "a", CHECK.format(more="", body="return failed('never')"), later)
    assert (only(tally).outcome, only(tally).code) == (Outcome.NOT_TESTED, "unanswered")
    tally = judged(tmp_path / "b", CHECK.format(more=", accepts='put_off'", body="return failed('seen')"), later)
    assert (only(tally).outcome, only(tally).code) == (Outcome.FAIL, "seen")


def test_rules_over_all_traffic_see_what_puts_us_off_and_nothing_that_failed(tmp_path: Path) -> None:
    rule = CHECK.format(more="", body="return failed('seen', found=exchange.status)").replace('of="rest.read"', 'of="*"')
    tally = judged(tmp_path, rule, made.exchange("000001", status=429), made.failed("000002"))
    assert (only(tally).found, only(tally).count) == (429, 1)


def test_a_refusal_of_a_stranger_is_handed_over(tmp_path: Path) -> None:
    tally = judged(
        tmp_path,
        CHECK.format(more="", body="return passed()"),
        made.exchange("000001", status=401, identity=Identity.ANONYMOUS),
    )
    assert not tally.findings()
    assert [p.count for p in tally.pass_counts()] == [1]


def test_a_check_that_accepts_failures_gets_them(tmp_path: Path) -> None:
    body = "return failed('gone', found=exchange.failure.kind)"
    tally = judged(tmp_path, CHECK.format(more=", accepts='failure'", body=body), made.failed("000001"))
    assert (only(tally).outcome, only(tally).found) == (Outcome.FAIL, "refused")


def test_a_check_that_raises_is_an_error_with_kind_and_line(tmp_path: Path) -> None:
    tally = judged(tmp_path, CHECK.format(more="", body="raise KeyError('words that may change')"), made.exchange("000001"))
    finding = only(tally)
    assert (finding.outcome, finding.code, finding.params["type"]) == (Outcome.ERROR, "check_crashed", "KeyError")
    assert str(finding.params["place"]).startswith("things.py:")
    assert "words that may change" not in str(finding)


def test_a_check_that_says_nothing_is_an_error(tmp_path: Path) -> None:
    tally = judged(tmp_path, CHECK.format(more="", body="return []"), made.exchange("000001"))
    assert (only(tally).outcome, only(tally).code) == (Outcome.ERROR, "check_silent")


def test_rules_of_a_library_are_judged_in_one_pass_and_each_gets_its_outcome(tmp_path: Path) -> None:
    text = """
        RULES = (Rule("r1", "1", "error", "One. Remedy: x"), Rule("r2", "2", "warning", "Two. Remedy: y"))

        def judge(exchange: Exchange) -> Problems:
            problems = Problems(cap=2)
            for n in range(5):
                problems.add(Problem("r1", Where(pointer=f"/{n}"), "/*", "a", n, {}))
            return problems

        checks_from(RULES, prefix="lib", of="rest.read", judge=judge)
    """
    tally = judged(tmp_path, text, made.exchange("000001"))
    finding = only(tally)
    assert (finding.subject.check, finding.count, finding.params) == ("lib.r1", 2, {"beyond_cap": 3})
    assert [p.subject.check for p in tally.pass_counts()] == ["lib.r2"]


def test_a_rule_that_could_not_be_looked_at_does_not_pass(tmp_path: Path) -> None:
    text = """
        RULES = (Rule("r1", "1", "error", "One. Remedy: x"),)

        def judge(exchange: Exchange) -> Problems:
            problems = Problems()
            problems.unsaid["r1"] = untestable(Blocker.OUT_OF_SCOPE)
            return problems

        checks_from(RULES, prefix="lib", of="rest.read", judge=judge)
    """
    tally = judged(tmp_path, text, made.exchange("000001"))
    assert (only(tally).outcome, only(tally).code) == (Outcome.NOT_TESTED, "out_of_scope")
    assert tally.pass_counts() == []


def test_a_group_is_judged_together(tmp_path: Path) -> None:
    text = """
        @check("pages", of="rest.read", per="group", clause="x", severity="major")
        def pages(exchanges: Exchanges) -> Result:
            ids = [e.id for e in exchanges]
            return failed("pages", found=ids, exchanges=ids)
    """
    tally = judged(
        tmp_path,
        text,
        made.exchange("000001", group="p1"),
        made.exchange("000002", group="p2"),
        made.exchange("000003", group="p1"),
    )
    finding = only(tally)
    assert finding.count == 2
    assert finding.found == ["000001", "000003"]


def test_a_group_with_a_hole_is_not_judged(tmp_path: Path) -> None:
    text = """
        @check("pages", of="rest.read", per="group", clause="x", severity="major")
        def pages(exchanges: Exchanges) -> Result:
            return failed("never")
    """
    tally = judged(
        tmp_path,
        text,
        made.exchange("000001", group="p1"),
        made.failed("000002", FailureKind.DEADLINE, group="p1"),
        made.exchange("000003", group="p1"),
    )
    assert (only(tally).outcome, only(tally).code) == (Outcome.ERROR, "network_deadline")


def test_a_fact_is_computed_once_per_interface_and_handed_over_by_type(tmp_path: Path) -> None:
    text = """
        class Names(list): pass
        calls = []

        @fact
        def names(interface: Interface, evidence: Evidence) -> Names:
            calls.append(interface.id)
            return Names([evidence.exchange(interface.description).status])

        @check("a.check", of="rest.read", clause="x", severity="major")
        def a(exchange: Exchange, names: Names) -> Result:
            return failed("facts", found=[*names, len(calls)])
    """
    tally = judged(
        tmp_path, text, made.exchange("000001", purpose="discovery.description"), made.exchange("000002"), made.exchange("000003")
    )
    assert only(tally).found == [200, 1]


def test_a_check_of_the_description_runs_once_per_operation_without_exchanges_of_its_own(tmp_path: Path) -> None:
    text = """
        @check("doc.summary", of="discovery.description", per="operation", clause="x", severity="minor")
        def summary(operation: Operation, exchange: Exchange) -> Result:
            return failed("missing", found=[operation.id, exchange.id])
    """
    tally = judged(tmp_path, text, made.exchange("000001", purpose="discovery.description"))
    assert only(tally).found == ["GET /items", "000001"]
    assert only(tally).subject.operation == "GET /items"


def test_a_measure_makes_quantised_samples_of_complete_answers_only(tmp_path: Path) -> None:
    text = """
        @measure("size", of="*")
        def size(exchange: Exchange) -> Iterable[tuple[str, float, str]]:
            yield "size", 1 / 3, "B"
    """
    tally = judged(tmp_path, text, made.exchange("000001"), made.failed("000002"))
    assert [(s.metric, s.value, s.exchange) for s in tally.samples] == [("size", "0.333333", "000001")]


def test_of_a_chain_only_the_last_exchange_is_judged_but_rules_over_all_traffic_see_each(tmp_path: Path) -> None:
    text = """
        @check("one", of="rest.read", clause="x", severity="major")
        def one(exchange: Exchange) -> Result:
            return failed("one", found=exchange.id)

        @check("all", of="*", clause="x", severity="major")
        def every(exchange: Exchange) -> Result:
            return failed("all")
    """
    tally = judged(
        tmp_path,
        text,
        made.exchange("000001", status=503),
        made.exchange("000002", follows="000001", role="retry"),
    )
    assert [(f.subject.check, f.count) for f in tally.findings()] == [("all", 2), ("one", 1)]
    assert tally.findings()[1].found == "000002"


def exported(folder: Path, *, attempts: int = 1) -> Path:
    """A record of a package with two members that one answer brought, each time it was asked for."""
    writer = RecordWriter.create(folder, made.plan())

    async def write() -> None:
        for attempt in range(1, attempts + 1):
            id = writer.next_id()
            exchange, wire = made.exchange(id, body=b"PK", purpose="export.file", attempt=attempt)
            await writer.write(exchange, wire)
            package = writer.artifact(b"PK", f"all-{attempt}.zip", media_type="application/zip", exchanges=(id,))
            for name in ("parts/1.csv", "parts/22.csv"):
                writer.artifact(name.encode(), name, parent=package.id, exchanges=(id,))

    asyncio.run(write())
    writer.inventory(made.inventory())
    writer.seal()
    writer.close()
    return folder


ABOUT_FILES = """
    class Text(str):
        pass

    @fact
    def text(artifact: Artifact, evidence: Evidence) -> Text:
        return Text(evidence.file(artifact).read_text())

    @check("test.file", of="export.*", per="artifact", clause="x", severity="minor")
    def file(artifact: Artifact, content: Text) -> Result:
        '''T.

        Remedy: none.
        '''
        if not artifact.parent:
            return not_applicable("not-this-format")
        return passed() if "22" in content else failed("wrong", found=str(content), where=Where(instance="#7"), location="NAME")
"""


def test_each_file_that_an_answer_brought_is_judged_with_the_members_of_packages(tmp_path: Path) -> None:
    registry = content(tmp_path / "content", ABOUT_FILES)
    with Bundle.open(exported(tmp_path / "run")) as bundle:
        tally = Worker(bundle, registry).run(tasks(bundle))
    told = [(f.subject.location, f.outcome, f.found, f.where.artifact, f.where.instance) for f in tally.findings()]
    assert told == [
        ("", Outcome.NOT_APPLICABLE, None, "a000001", ""),
        ("parts/*.csv#NAME", Outcome.FAIL, "parts/1.csv", "a000002", "#7"),
    ]
    assert [(row.subject.location, row.subject.interface) for row in tally.pass_counts()] == [("parts/*.csv#", "openapi:/api")]
    assert all(f.exchanges == ("000001",) for f in tally.findings())


def test_files_of_superseded_attempts_are_no_evidence(tmp_path: Path) -> None:
    with Bundle.open(exported(tmp_path / "run", attempts=2)) as bundle:
        assert [kept.name for kept in bundle.artifacts()] == ["all-2.zip", "parts/1.csv", "parts/22.csv"]
        assert [kept.parent for kept in bundle.artifacts()] == ["", "a000004", "a000004"]
