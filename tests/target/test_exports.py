"""What a profile says about files that a system hands out."""

from pathlib import Path

import pytest

from cpo_probe.errors import UsageError
from cpo_probe.model import Export, ExportJob, Step, Target
from cpo_probe.target import load_target

HEAD = 'base_url = "https://plm.example.com/api/"\n'


def loaded(folder: Path, text: str) -> Target:
    path = folder / "profile.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return load_target(str(path), roots=())


def test_a_direct_download_needs_a_name_and_a_url(tmp_path: Path) -> None:
    target = loaded(tmp_path, '[[exports]]\nname = "bom"\nurl = "/files/bom.csv"\nmedia_types = ["text/csv"]')
    assert target.exports == (
        Export("bom", "https://plm.example.com/files/bom.csv", "GET", "", "", "", "", ("text/csv",), 2**31, 1800.0, True, None),
    )


def test_a_job_is_started_by_post_polled_fetched_and_deleted(tmp_path: Path) -> None:
    text = """
    [[exports]]
    name = "step"
    url = "translations"
    body = '{"format": "STEP"}'
    [exports.job]
    poll = "translations/{json:/id}"
    state = "json:/requestState"
    success = ["DONE"]
    failure = ["FAILED"]
    fetch = "documents/{json:/documentId}/externaldata/{json:/resultExternalDataIds/0}"
    delete = {}
    """
    (export,) = loaded(tmp_path, text).exports
    assert (export.method, export.content_type) == ("POST", "application/json")
    assert export.job == ExportJob(
        poll="translations/{json:/id}",
        state="json:/requestState",
        success=("DONE",),
        failure=("FAILED",),
        running=(),
        fetch="documents/{json:/documentId}/externaldata/{json:/resultExternalDataIds/0}",
        interval=2.0,
        timeout=600.0,
        cancel=Step("", ""),
        delete=Step("DELETE", "{job}"),
    )


def test_a_host_that_an_export_names_is_in_scope(tmp_path: Path) -> None:
    target = loaded(tmp_path, '[[exports]]\nname = "all"\nurl = "https://files.example.com/all.zip"')
    assert target.scope.hosts == ("plm.example.com", "files.example.com")


def test_expected_ids_stand_in_the_profile_or_in_a_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "ids.txt").write_text("\ufeffP-1\n\n P-2 \nP-3\n", encoding="utf-8")
    (tmp_path / "none.txt").write_text("\n")
    text = '[[exports]]\nname = "a"\nurl = "a"\nexpects = ["P-3", "file:ids.txt", "P 4"]'
    assert loaded(tmp_path, text).exports[0].expects == ("P-3", "P-1", "P-2", "P 4")
    with pytest.raises(UsageError, match="expected at least one id"):
        loaded(tmp_path, '[[exports]]\nname = "a"\nurl = "a"\nexpects = ["file:none.txt"]')


def test_two_exports_may_be_said_to_hold_the_same(tmp_path: Path) -> None:
    text = '[[exports]]\nname = "a"\nurl = "a"\nsame_as = "b"\n[[exports]]\nname = "b"\nurl = "b"'
    assert [one.same_as for one in loaded(tmp_path, text).exports] == ["b", ""]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[exports]]\nname = "a"\nurl = "a"\n[[exports]]\nname = "a"\nurl = "b"', "two exports are named 'a'"),
        ('[[exports]]\nname = "a"\nurl = "a"\n[exports.job]\nstate = "/state"', 'expected "header:NAME"'),
        ('[[exports]]\nname = "a"\nurl = "a"\n[exports.job]\nstate = "json:/state"', "needs the states that mean the end"),
        ('[[exports]]\nname = "a"\nurl = "a"\n[exports.job]\npoll = "jobs/{id}"', "found {id}"),
        ('[[exports]]\nname = "a"\nurl = "a"\nmax = 1', "max"),
        ('[[exports]]\nname = "a"\nurl = "a"\nsame_as = "b"', "expected the name of another export, one of none"),
        ('[[exports]]\nname = "a"\nurl = "a"\nsame_as = "a"', "expected the name of another export, one of none"),
        ('[[exports]]\nname = "a"\nurl = "a"\nexpects = ["file:lost.txt"]', "lost.txt cannot be read"),
        ('[[exports]]\nname = "a"\nurl = "a"\nexpects = ["file:profile.toml", "file:empty.txt"]', "empty.txt cannot be read"),
    ],
)
def test_mistakes_are_told_with_what_was_expected(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError, match="exports") as error:
        loaded(tmp_path, text)
    assert said in str(error.value)
