"""The main job from the command line: what it leaves, what it never writes, what survives a kill."""

import base64
import gzip
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import jsonschema
import pytest

from cpo_probe.evidence import Bundle, verify
from tests.cli.conftest import command, cpo_probe

ROOT = Path(__file__).resolve().parents[2]


def test_a_run_leaves_a_whole_bundle_and_reports(bundle: Path) -> None:
    assert verify(bundle) == ()
    for name in ("report.html", "junit.xml", "scorecard.json"):
        assert (bundle / "reports" / name).stat().st_size > 1000


def test_no_secret_stands_in_any_file(bundle: Path) -> None:
    password = os.environ["CPO_PROBE_REFERENCE_PASSWORD"]
    user = "integrator"
    forms = {password, quote(password), json.dumps(password)[1:-1], base64.b64encode(password.encode()).decode().rstrip("=")}
    forms.add(base64.b64encode(f"{user}:{password}".encode()).decode())
    looked_at = 0
    for path in bundle.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            text = gzip.decompress(data) if path.suffix == ".gz" else data
            looked_at += 1
            for form in forms:
                assert form.encode() not in text, f"{path} holds {form}"
    assert looked_at > 10
    assert b"authorization" in b"".join(gzip.decompress(p.read_bytes()) for p in bundle.rglob("*.gz")).lower()


def test_machines_get_one_json_document_on_stdout_and_people_the_rest(profile: Path, tmp_path: Path) -> None:
    done = cpo_probe("run", profile, "--probe", "rest.description", "--out", tmp_path / "b", "--json")
    card = json.loads(done.out)
    schema = json.loads((ROOT / "schemas" / "bundle" / "scorecard.schema.json").read_text())
    jsonschema.validate(card, schema)
    assert card["exit_code"] == done.code
    assert "Evidence" in done.err


def test_there_are_no_colours_where_there_is_no_terminal(profile: Path, tmp_path: Path) -> None:
    done = cpo_probe("run", profile, "--probe", "rest.description", "--out", tmp_path / "b")
    assert "\x1b" not in done.err + done.out


def test_judging_again_gives_the_same_bytes(bundle: Path) -> None:
    (judgement,) = (bundle / "judgements").iterdir()
    before = {p.name: p.read_bytes() for p in judgement.iterdir()}
    assert cpo_probe("judge", bundle).code in (0, 3)
    assert {p.name: p.read_bytes() for p in judgement.iterdir()} == before


def test_verify_judges_again_and_sees_a_changed_judgement(bundle: Path, tmp_path: Path) -> None:
    done = cpo_probe("verify", bundle)
    assert done.code == 0, done.err
    assert "judged again by the same ruler" in done.err
    (judgement,) = (bundle / "judgements").iterdir()
    original = (judgement / "passes.jsonl").read_bytes()
    try:
        (judgement / "passes.jsonl").write_bytes(original.replace(b'"count":1', b'"count":7', 1))
        assert cpo_probe("verify", bundle).code == 4
    finally:
        (judgement / "passes.jsonl").write_bytes(original)


@contextmanager
def slow(profile: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A run slow enough to be stopped in the middle."""
    path = tmp_path / "bundle"
    arguments = command("run", profile, "--preset", "nightly", "--rate", "60", "--out", path)
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        rows = path / "record" / "exchanges.jsonl"
        while not (rows.exists() and rows.read_bytes().count(b"\n") > 60):
            assert running.poll() is None
            time.sleep(0.02)
        yield running, path


def test_a_killed_run_can_be_judged_as_far_as_it_got_and_completed(profile: Path, tmp_path: Path) -> None:
    with slow(profile, tmp_path) as (running, path):
        running.send_signal(signal.SIGKILL)
        running.wait()
    judged = cpo_probe("judge", path)
    assert judged.code in (1, 3), judged.err
    assert "not sealed" in judged.err
    before = len(Bundle.open(path).ids())
    resumed = cpo_probe("run", "--resume", path)
    assert resumed.code in (0, 3), resumed.err
    assert verify(path) == ()
    whole = Bundle.open(path)
    assert len(whole.ids()) > before
    left = {(unit.probe, unit.blocker) for unit in whole.units() if unit.state != "done"}
    assert left == {
        ("soap.calls", "needs_write"),  # nobody said which operations of SOAP only read
        ("soap.security", "not_selected"),
        ("soap.xml", "needs_intrusive"),
        ("odata.async", "needs_job"),
    }
    assert cpo_probe("run", "--resume", path).code == 2


def test_the_first_ctrl_c_seals_what_exists(profile: Path, tmp_path: Path) -> None:
    with slow(profile, tmp_path) as (running, path):
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=60)
    assert running.returncode == 3
    assert Bundle.open(path).sealed
    assert verify(path) == ()
    findings = next((path / "judgements").rglob("findings.jsonl")).read_text()
    assert '"code":"interrupted"' in findings


def test_a_baseline_lets_an_unchanged_system_pass_and_fails_on_what_is_new_and_worse(
    bundle: Path, profile: Path, server: str, tmp_path: Path
) -> None:
    same = cpo_probe("run", profile, "--preset", "nightly", "--out", tmp_path / "same", "--baseline", bundle)
    assert same.code == 0, same.err
    assert "No regression." in same.err
    worse = tmp_path / "worse.toml"
    worse.write_text(profile.read_text().replace(server, f"{server}~tag-unquoted/"))
    done = cpo_probe("run", worse, "--preset", "nightly", "--out", tmp_path / "worse", "--baseline", bundle)
    assert done.code == 1, done.err
    assert "http.etag" in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plm.example"], "https://plm.example"),
        ([], "expects a TARGET"),
        (["http://127.0.0.1:9/", "--preset", "nightli"], "quick, nightly, audit"),
        (["http://127.0.0.1:9/", "--probe", "rest.raed"], "matches no probe"),
        (["http://127.0.0.1:9/", "--probe", "rest.paging"], "outside of the preset quick"),
        (["http://127.0.0.1:9/", "--rate", "0"], "above 0"),
        (["http://127.0.0.1:9/", "--lang", "fr"], "one of en, de"),
        (["no-such-profile"], "no-such-profile"),
        (["http://127.0.0.1:9/", "--content", "/no/such/folder"], "expects a folder"),
        (["http://127.0.0.1:9/", "--catalogue", "/no/such/file.toml"], "/no/such/file.toml"),
    ],
)
def test_a_mistake_is_one_sentence_with_its_repair(arguments: list[str], said: str) -> None:
    done = cpo_probe("run", *arguments)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


def test_an_unset_secret_is_named_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_text('name = "t"\nbase_url = "http://127.0.0.1:9/"\n[auth]\nkind = "bearer"\ntoken = "env:CPO_NOT_SET"\n')
    done = cpo_probe("run", path, "--out", tmp_path / "b")
    assert done.code == 2
    assert "CPO_NOT_SET" in done.err
    assert "line 5" in done.err


def test_a_system_that_does_not_answer_is_no_verdict(tmp_path: Path) -> None:
    done = cpo_probe("run", "http://127.0.0.1:9/", "--out", tmp_path / "b")
    assert done.code == 3
    assert "did not answer (refused" in done.err


def test_a_folder_that_holds_something_is_not_written_to(profile: Path, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    done = cpo_probe("run", profile, "--out", tmp_path)
    assert done.code == 2
    assert "not empty" in done.err
    assert [p.name for p in tmp_path.iterdir()] == ["note.txt"]
