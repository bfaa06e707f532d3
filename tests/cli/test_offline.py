"""Every command but run: what it shows, what it leaves, and with which exit code it ends."""

import base64
import json
import os
import re
import shlex
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from cpo_probe.cli.catalogued import explained
from cpo_probe.cli.loading import House, open_house
from cpo_probe.cli.reference import PASSWORD, USER
from cpo_probe.evidence import Bundle, pack
from cpo_probe.judge import pool, tasks
from tests.cli.conftest import Done, cpo_probe, inside

ROOT = Path(__file__).resolve().parents[2]
OPENAPI = {"openapi": "3.1.0", "info": {"title": "T", "version": "1.0.0"}, "paths": {}}


def only_json(done: Done) -> Any:
    """The document on stdout, when there is nothing else."""
    assert done.out.endswith("\n") and done.out.count("\n") == 1
    assert "Traceback" not in done.err and "\x1b" not in done.out + done.err
    return json.loads(done.out)


@pytest.fixture(scope="module")
def zipped(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("zip") / "bundle.zip"
    pack(bundle, path)
    return path


# judge, report


def test_judge_ends_with_the_exit_code_of_its_scorecard(bundle: Path) -> None:
    done = inside("judge", bundle, "--json")
    card = only_json(done)
    assert card["exit_code"] == done.code
    assert "Judgement" in done.err


def test_several_processes_judge_to_the_same_bytes(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = open_house((), None, "en")
    monkeypatch.setattr(pool, "SMALL", 1)
    monkeypatch.setattr(pool, "_BEHIND", 1)
    monkeypatch.setattr(tasks, "CHUNK", 20)
    with Bundle.open(bundle) as record:
        alone, together = (house.judge(record, workers=n, out=tmp_path / str(n)).path for n in (1, 2))
    assert sorted(path.name for path in alone.iterdir()) == sorted(path.name for path in together.iterdir())
    for path in alone.iterdir():
        assert path.read_bytes() == (together / path.name).read_bytes(), path.name


@pytest.mark.parametrize(
    ("language", "page", "words"),
    [("en", "report.html", "What was not tested"), ("de", "report.de.html", "Was nicht geprüft wurde")],
)
def test_report_writes_three_files_in_either_language(bundle: Path, tmp_path: Path, language: str, page: str, words: str) -> None:
    done = inside("report", bundle, "--out", tmp_path, "--lang", language)
    assert done.code == 0, done.err
    assert [Path(line).name for line in done.out.splitlines()] == [page, "junit.xml", "scorecard.json"]
    html = (tmp_path / page).read_text()
    assert f'lang="{language}"' in html and words in html
    assert ElementTree.parse(tmp_path / "junit.xml").getroot().tag == "testsuites"
    schema = json.loads((ROOT / "schemas/bundle/scorecard.schema.json").read_text())
    jsonschema.validate(json.loads((tmp_path / "scorecard.json").read_text()), schema)


def test_report_reads_a_zip_and_leaves_it_as_it_is(zipped: Path, tmp_path: Path) -> None:
    before = zipped.read_bytes()
    assert inside("report", zipped, "--out", tmp_path).code == 0
    assert (tmp_path / "report.html").stat().st_size > 10_000
    assert zipped.read_bytes() == before


# diff


@pytest.fixture(scope="module")
def worse(profile: Path, server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a defective copy of the server."""
    folder = tmp_path_factory.mktemp("worse")
    own = folder / "worse.toml"
    own.write_text(profile.read_text().replace(server, f"{server}~tag-unquoted/"))
    done = inside("run", own, "--preset", "nightly", "--out", folder / "bundle")
    assert done.code in (0, 1, 3), done.err
    return folder / "bundle"


def test_diff_of_a_bundle_with_itself_finds_nothing(bundle: Path) -> None:
    done = inside("diff", bundle, bundle)
    assert (done.code, "No regression." in done.out) == (0, True)


def test_diff_names_what_is_new_and_worse_in_words_and_as_json(bundle: Path, worse: Path) -> None:
    told = inside("diff", bundle, worse)
    assert told.code == 1
    assert "New and worse" in told.out and "http.etag" in told.out and "Regression." in told.out
    done = inside("diff", bundle, worse, "--json")
    assert done.code == 1
    assert "http.etag" in {change["subject"]["check"] for change in only_json(done)["worse"]}
    back = inside("diff", worse, bundle)
    assert (back.code, "Gone" in back.out) == (0, True)


# show


def a_read(bundle: Path) -> str:
    """An exchange with a body."""
    return next(e.id for e in Bundle.open(bundle).select(purpose="rest.read") if e.status == 200 and e.request.method == "GET")


def test_show_prints_request_answer_and_timing(bundle: Path) -> None:
    id = a_read(bundle)
    done = inside("show", bundle, id.lstrip("0"))
    assert done.code == 0, done.err
    assert done.out.startswith(id)
    for part in ("timing", "first_byte", "GET /api/v1/", "HTTP/1.1 200 OK", "Authorization: Basic [redacted:"):
        assert part in done.out
    exchange = only_json(inside("show", bundle, id, "--json"))
    assert (exchange["id"], exchange["response"]["status"]) == (id, 200)


def test_the_curl_line_repeats_the_exchange_once_the_secret_is_filled_in(bundle: Path) -> None:
    id = a_read(bundle)
    done = inside("show", bundle, id, "--curl")
    assert os.environ[PASSWORD] not in done.out
    variables = set(re.findall(r"\$\{?([A-Z][A-Z0-9_]*)", done.out))
    assert variables, done.out
    assert {line.partition("export ")[2].partition("=")[0] for line in done.err.splitlines()} == variables
    basic = base64.b64encode(f"{USER}:{os.environ[PASSWORD]}".encode()).decode()
    again = subprocess.run(
        ["bash", "-c", done.out], capture_output=True, env={**os.environ, **dict.fromkeys(variables, basic)}, check=True
    )
    head, _, body = again.stdout.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert json.loads(body) == Bundle.open(bundle).exchange(id).json
    assert shlex.split(done.out)[0] == "curl"


def test_an_exchange_that_is_not_there_is_said_so(bundle: Path) -> None:
    done = inside("show", bundle, "999999")
    assert done.code == 4
    assert "999999" in done.err and "Traceback" not in done.err


# verify


def test_verify_of_folder_and_zip_and_of_a_changed_one(bundle: Path, zipped: Path, tmp_path: Path) -> None:
    for path in (bundle, zipped):
        done = inside("verify", path, "--json")
        assert done.code == 0, done.err
        assert only_json(done) == {"path": str(path), "intact": True, "defects": []}
    changed = tmp_path / "changed.zip"
    data = bytearray(zipped.read_bytes())
    data[len(data) // 3] ^= 1
    changed.write_bytes(data)
    done = inside("verify", changed)
    assert done.code == 4
    assert done.err.strip() and "Traceback" not in done.err


@pytest.mark.parametrize("command", [("judge",), ("report",), ("verify",), ("show", "1"), ("diff",)])
def test_what_is_no_bundle_is_one_sentence(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    name, *rest = command
    more = rest or ([str(tmp_path)] if name == "diff" else [])
    done = inside(name, tmp_path, *more)
    assert done.code == 4, done.err
    assert str(tmp_path) in done.err and "Traceback" not in done.err
    missing = inside(name, tmp_path / "no", *more)
    assert missing.code in (2, 4) and "Traceback" not in missing.err


# list, explain


@pytest.fixture(scope="module")
def house() -> House:
    return open_house((), None, "en")


@pytest.mark.parametrize("what", ["probes", "checks", "kpis", "criteria", "ladders", "presets", "targets", "schemas"])
def test_each_list_has_a_row_per_thing_for_people_and_for_machines(what: str, house: House) -> None:
    rows = only_json(inside("list", what, "--json"))
    counts = {"probes": len(house.registry.probes), "checks": len(house.registry.checks), "kpis": len(house.catalogue.kpis)}
    assert len(rows) == counts.get(what, len(rows)) > 2
    assert len({json.dumps(row) for row in rows}) == len(rows)
    assert all(isinstance(value, str) for row in rows for value in row.values())
    done = inside("list", what, env={"COLUMNS": "80"})
    first = next(rows[0][name] for name in ("id", "name", "what") if name in rows[0])
    assert done.code == 0
    assert sum(line.startswith(first) for line in done.out.splitlines()) == 1
    assert max(map(len, done.out.split("\n\n")[0].splitlines())) <= 80


def test_lists_speak_german() -> None:
    assert "Reading operations that deliver data" in inside("list", "kpis").out
    assert "Reading operations that deliver data" not in inside("list", "kpis", "--lang", "de").out


def test_every_id_is_explained_and_every_check_says_what_repairs_it(house: House) -> None:
    for id in (
        *house.registry.checks,
        *house.registry.probes,
        *(k.id for k in house.catalogue.kpis),
        *(c.id for c in house.catalogue.criteria),
    ):
        facts = dict(explained(id, house))
        assert all(isinstance(text, str) for text in facts.values()), id
        needed = {
            "Check": ("Claim", "Clause", "Remedy"),
            "Probe": ("Asks", "Requests"),
            "KPI": ("Title", "Formula"),
            "Criterion": ("Title", "Meaning"),
        }
        kind = next(iter(facts))
        assert all(facts[name].strip() for name in needed[kind]), id


@pytest.mark.parametrize("id", ["rest.read.works", "rest.read", "IFC-02.conformity", "IFC-02", "odata-4.01"])
def test_explain_prints_it(id: str) -> None:
    done = inside("explain", id)
    assert done.code == 0 and id in done.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("explain", "rest.read.wroks"), "did you mean rest.read.works"),
        (("explain", "nothing like it"), "cpo-probe list"),
        (("list", "check"), "did you mean checks?"),
        (("judge", "x", "--lang", "fr"), "one of en, de"),
    ],
)
def test_an_unknown_word_is_answered_with_the_nearest(arguments: tuple[str, ...], words: str) -> None:
    done = inside(*arguments)
    assert (done.code, done.out) == (2, "")
    assert words in done.err


def test_an_unknown_option_is_a_mistake_of_usage() -> None:
    done = inside("list", "checks", "--jason")
    assert done.code == 2 and "--jason" in done.err


# check


def file(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content, indent=1).encode())
    return path


def test_check_finds_nothing_in_a_good_description(server: str, tmp_path: Path) -> None:
    path = file(tmp_path, "good.json", httpx.get(f"{server}openapi.json").content)
    done = inside("check", path)
    assert (done.code, "nothing wrong" in done.out) == (0, True), done.out


def test_check_names_line_reason_and_remedy_of_a_bad_description(tmp_path: Path) -> None:
    operation = {"responses": {"200": {"description": "x", "content": {"application/json": {"schema": {"$ref": "#/no/where"}}}}}}
    path = file(tmp_path, "bad.json", {**OPENAPI, "paths": {"/a": {"get": operation}}})
    done = inside("check", path)
    assert done.code == 1
    assert "openapi.refs" in done.out and "Remedy:" in done.out
    line = 1 + path.read_text().split("#/no/where")[0].count("\n")
    assert f"line {line}" in done.out
    rows = only_json(inside("check", path, "--json"))
    assert "openapi.refs" in {row["subject"]["check"] for row in rows}
    assert "führt ins Leere" in inside("check", path, "--lang", "de").out


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        ("a.json", {"a": 1}, 0, "well-formed JSON"),
        ("a.json", b'{"a": 1, "a": 2}', 1, "occurs twice"),
        ("a.json", b'{"a": ', 1, "no JSON"),
        ("a.json", b"\xff\xfe", 1, "no JSON"),
        ("a.json", b"[" * 200_000, 1, "depth"),
        ("a.json", b"", 2, "0 bytes"),
        ("a.yaml", b"a: 1\n", 2, "openapi or swagger"),
        ("a.bin", bytes(range(256)), 2, "bytes of another kind"),
        ("a.bin", b"{\\rtf1 text}", 2, "expected an export"),
        ("a.toml", b'base_url = "https://plm.example/"\n', 0, "a target profile that loads"),
        ("a.toml", b'bas_url = "https://plm.example/"\n', 2, "base_url"),
        ("a.yaml", b"openapi: 3.0.3\ninfo: {title: T, version: 1.0.0}\npaths: {}\n", 0, "nothing wrong"),
    ],
)
def test_check_tells_what_a_file_is(tmp_path: Path, name: str, content: Any, code: int, words: str) -> None:
    done = inside("check", file(tmp_path, name, content))
    assert done.code == code, done
    assert words in done.out + done.err
    assert "Traceback" not in done.err


def test_check_of_no_file_is_a_mistake(tmp_path: Path) -> None:
    assert inside("check", tmp_path).code == 2
    assert inside("check", tmp_path / "no.json").code == 2


# init, discover, plan


def test_init_asks_and_writes_a_profile_that_loads(tmp_path: Path, server: str) -> None:
    path = tmp_path / "mine.toml"
    answers = f"{server}\nMy PLM\nPLM\n12\nmagic\nbasic\n"
    done = inside("init", "--out", path, stdin=answers)
    assert done.code == 0, done.err
    assert "found 'magic'" in done.err
    assert 'name = "my-plm"' in path.read_text()
    assert inside("check", path).code == 0
    again = inside("init", "--out", path, stdin=answers)
    assert (again.code, "exists" in again.err) == (2, True)


def test_init_names_a_mistake_in_the_url_at_once(tmp_path: Path) -> None:
    done = inside("init", "--out", tmp_path / "mine.toml", stdin="plm.example\n")
    assert done.code == 2 and "https://plm.example" in done.err
    assert not (tmp_path / "mine.toml").exists()


def test_discover_shows_what_was_tried_and_what_was_found(profile: Path, tmp_path: Path) -> None:
    done = inside("discover", profile)
    assert done.code == 0, done.err
    assert "What was tried" in done.err and "openapi:/api/v1 Reference PLM" in done.err
    inventory = only_json(inside("discover", profile, "--json"))
    schema = json.loads((ROOT / "schemas/bundle/inventory.schema.json").read_text())
    jsonschema.validate(inventory, schema)


def test_plan_asks_for_descriptions_only_and_says_how_much_a_run_would_ask(profile: Path, house: House) -> None:
    done = inside("plan", profile, "--preset", "nightly", "--json")
    assert done.code == 0, done.err
    plan = only_json(done)
    assert {row["probe"] for row in plan["probes"]} == set(house.registry.probes)
    assert plan["discovery_requests"] < 40
    asked = {row["probe"]: row["requests_at_most"] for row in plan["probes"]}
    assert asked["rest.read"] >= asked["rest.repeat"] > 0
    assert "no probe ran" in done.err


def test_plan_and_discover_of_a_system_that_does_not_answer_are_open() -> None:
    for command in ("plan", "discover"):
        done = inside(command, "http://127.0.0.1:9/")
        assert done.code == 3
        assert "did not answer (refused" in done.err


# colours


def test_no_color_and_pipes_are_without_colours_and_a_forced_terminal_has_them(bundle: Path) -> None:
    assert "\x1b" not in cpo_probe("list", "checks").out
    assert "\x1b[1m" in cpo_probe("list", "checks", env={"FORCE_COLOR": "1"}).out
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", cpo_probe("judge", bundle, env={"FORCE_COLOR": "1", "NO_COLOR": "1"}).err)


def test_help_names_every_command() -> None:
    done = cpo_probe("--help")
    assert done.code == 0
    for name in ("run", "plan", "discover", "judge", "report", "diff", "show", "verify", "demo", "selftest", "init", "list"):
        assert re.search(rf"^\W*{name}\s", done.out, re.MULTILINE), name
    assert cpo_probe("explian").code == 2
