"""Mistakes of the one who asks: each is one sentence with the place and the repair, before anything is asked."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cpo_probe.cli import main

PROFILE = """\
name = "plm"
base_url = "http://127.0.0.1:9/"

[auth]
kind = "basic"
username = "env:PLM_USER"
password = "env:PLM_PASSWORD"
"""


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run the program, which must end with exit code 2, and return what it says: a sentence per mistake."""

    def run(*arguments: object) -> str:
        monkeypatch.setattr("sys.argv", ["cpo-probe", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        shown = capsys.readouterr()
        assert (end.value.code, shown.out) == (2, "")
        assert len(shown.err.splitlines()) <= 2
        return shown.err

    return run


def profile(folder: Path, text: str) -> Path:
    path = folder / "plm.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (("base_url", "bas_url"), ("line 2", "bas_url", "base_url")),
        (("username", "user_name"), ("line 6", "user_name", "username")),
        (("[auth]", "[aut]"), ("line 4", "aut", "auth")),
        (("[auth]", '[[interface]]\nkind = "openapi"\n\n[auth]'), ("line 4", "interface", "interfaces")),
        (('"basic"', '"baisc"'), ("line 5", "baisc", "basic")),
        (('"env:PLM_PASSWORD"', '"secret in the open"'), ("line 7", "env:", "file:")),
        (('name = "plm"', "name = plm"), ("line 1", "TOML")),
        (('"env:PLM_USER"', "7"), ("line 6", "username")),
    ],
)
def test_a_mistake_in_a_profile_is_named_with_line_and_nearest_key(
    said: Callable[..., str], tmp_path: Path, wrong: tuple[str, str], words: tuple[str, ...]
) -> None:
    sentence = said("run", profile(tmp_path, PROFILE.replace(*wrong)), "--out", tmp_path / "b")
    for word in words:
        assert word in sentence, sentence
    assert "secret in the open" not in sentence
    assert not (tmp_path / "b").exists()


def test_a_secret_that_is_not_set_is_named_with_its_place(
    said: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLM_USER", "somebody")
    sentence = said("discover", profile(tmp_path, PROFILE))
    assert "PLM_PASSWORD" in sentence and "line 7" in sentence


@pytest.mark.parametrize("command", ["run", "plan", "discover"])
@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("plm.example", "https://plm.example"),
        ("plm.example/api", "https://plm.example/api"),
        ("127.0.0.1:9", "http://127.0.0.1:9"),
    ],
)
def test_a_url_without_scheme_is_answered_with_the_whole_one(
    said: Callable[..., str], command: str, url: str, whole: str
) -> None:
    assert f"did you mean {whole} ?" in said(command, url)
