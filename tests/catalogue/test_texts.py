"""Sentences are filled in, fall back to English, and never raise."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpo_probe.catalogue import CheckText, Texts, languages, texts
from cpo_probe.errors import UsageError


def put(root: Path, language: str, name: str, text: str) -> None:
    path = root / "catalogue" / "texts" / language / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    put(tmp_path, "en", "reasons.toml", 'status = "Expected {expected}, found {found}."\nonly_english = "Only {thing}."\n')
    put(
        tmp_path,
        "de",
        "reasons.toml",
        'status = "Erwartet {expected}, gefunden {found}."\n[paging]\nloop = "Seite {page} führt zurück."\n',
    )
    put(tmp_path, "de", "checks.toml", '["a.b"]\ntitle = "Titel"\n[c.d]\ntitle = "Anderer"\nremedy = "Tu es."\n')
    put(tmp_path, "de", "criteria.toml", '[criterion.X-01]\ntitle = "Kriterium"\n[kpi."X-01.a"]\ntitle = "Zahl"\n')
    return tmp_path


CHECKS = {"a.b": CheckText("Title", "Text", "Remedy"), "e": CheckText("E", "", "")}


def test_a_reason_is_said_in_the_language_or_in_english(root: Path) -> None:
    german = texts([root], "de")
    assert german.reason("status", 200, 404) == "Erwartet 200, gefunden 404."
    assert german.reason("paging.loop", params={"page": 3}) == "Seite 3 führt zurück."
    assert german.reason("only_english", thing="this") == "Only this."
    assert texts([root], "en").reason("status", expected=[200, 204], found=None) == "Expected 200, 204, found …."


def test_what_has_no_sentence_is_said_with_its_own_words(root: Path) -> None:
    found = texts([root], "en")
    assert found.reason("not_modified", 304, 200) == "not modified: expected 304, found 200"
    assert found.reason("unknown") == "unknown"


def test_a_missing_or_strange_value_never_raises(root: Path) -> None:
    found = texts([root], "en")
    assert found.reason("only_english") == "Only …."
    assert found.reason("only_english", params={"thing": {"a": True, "b": [None]}}) == "Only a: true, b: …."
    assert len(found.reason("only_english", thing="x" * 10_000)) < 250


@settings(deadline=None, derandomize=True)
@given(st.text(), st.dictionaries(st.text(), st.recursive(st.none() | st.booleans() | st.text(), st.lists), max_size=3))
def test_no_sentence_and_no_parameter_breaks_a_report(sentence: str, params: dict[str, object]) -> None:
    found = Texts("en", {}, {}, {}, {}, {"code": sentence})
    assert isinstance(found.reason("code", params=params), str)


def test_other_texts_are_laid_over_the_english_ones(root: Path) -> None:
    found = texts([root], "de", checks=CHECKS)
    assert found.check("a.b") == CheckText("Titel", "Text", "Remedy")
    assert found.check("c.d") == CheckText("Anderer", "", "Tu es.")
    assert found.check("e").title == "E"
    assert found.check("nowhere").title == "nowhere"
    assert (found.criterion("X-01").title, found.kpi("X-01.a").title) == ("Kriterium", "Zahl")
    assert (found.criterion("X-02").title, found.kpi("k").title, found.category("C").title) == ("X-02", "k", "C")


def test_users_bring_texts_in_files_of_their_own(root: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    put(own, "de", "reasons-acme.toml", 'acme = "Eigener Satz."\n')
    put(own, "fr", "reasons.toml", 'status = "Attendu {expected}."\n')
    assert texts([root, own], "de").reason("acme") == "Eigener Satz."
    assert languages([root, own]) == ("de", "en", "fr")


def test_an_unknown_language_and_a_broken_file_are_said(root: Path) -> None:
    with pytest.raises(UsageError, match="no texts in language 'xx'"):
        texts([root], "xx")
    put(root, "de", "more.toml", "[criterium.X-01]\ntitle = 'x'\n")
    with pytest.raises(UsageError, match=r"more\.toml: .*nearest is 'criterion'"):
        texts([root], "de")
    put(root, "de", "more.toml", "[criterion")
    with pytest.raises(UsageError, match="expected TOML"):
        texts([root], "de")
