"""Schemas of standards that the user brings along: what is read, what is refused, and who says that they judged."""

import hashlib
from pathlib import Path

import pytest

from cpo_probe.catalogue import load as load_catalogue
from cpo_probe.errors import UsageError
from cpo_probe.judge import ruler
from cpo_probe.registry import load
from cpo_probe.registry.given import given_schemas

XSD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:part" version="1.1"/>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine" / "deep").mkdir(parents=True)
    (tmp_path / "mine" / "deep" / "part.xsd").write_text(XSD)
    return tmp_path / "mine"


def test_every_xsd_below_a_folder_is_known_by_namespace_version_digest_and_origin(folder: Path) -> None:
    (folder / "readme.txt").write_text("no schema")
    (only,) = given_schemas([folder, folder]).files
    assert (only.name, only.origin) == ("mine/deep/part.xsd", str(folder))
    assert (only.namespace, only.version) == ("urn:part", "1.1")
    assert only.sha256 == hashlib.sha256(XSD.encode()).hexdigest()
    assert given_schemas([folder]).text(only) == XSD.encode()


def test_the_ruler_differs_with_the_schemas_and_names_them(folder: Path) -> None:
    without, given = load(), load(schemas=[folder])
    catalogue = load_catalogue(without.roots)
    plain, longer = ruler(without, catalogue), ruler(given, catalogue)
    assert plain.digest != longer.digest
    assert not plain.schemas and longer.schemas == {"mine/deep/part.xsd": given.schemas.files[0].sha256}
    (folder / "deep" / "part.xsd").write_text(XSD.replace("1.1", "1.2"))
    assert ruler(load(schemas=[folder]), catalogue).digest not in (plain.digest, longer.digest)


def test_what_is_no_folder_or_holds_no_schema_is_said(tmp_path: Path) -> None:
    for place, word in ((tmp_path / "nowhere", "expects a folder"), (tmp_path, "found none")):
        with pytest.raises(UsageError, match=word):
            given_schemas([place])


@pytest.mark.parametrize(("text", "word"), [("<oops", "is no XML"), ("<html/>", "expected xs:schema")])
def test_a_file_that_is_no_schema_is_named(folder: Path, text: str, word: str) -> None:
    (folder / "deep" / "part.xsd").write_text(text)
    with pytest.raises(UsageError, match=rf"part\.xsd.*{word}"):
        given_schemas([folder])


def test_two_files_of_one_name_are_refused_unless_they_are_the_same(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "mine"
    (other / "deep").mkdir(parents=True)
    (other / "deep" / "part.xsd").write_text(XSD)
    assert len(given_schemas([folder, other]).files) == 1
    (other / "deep" / "part.xsd").write_text(XSD.replace("1.1", "2"))
    with pytest.raises(UsageError, match="rename one folder"):
        given_schemas([folder, other])
