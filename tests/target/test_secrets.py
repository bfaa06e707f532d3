from pathlib import Path

import pytest

from cpo_probe.errors import UsageError
from cpo_probe.target import Secrets, is_reference


def test_an_environment_variable_is_resolved_and_remembered() -> None:
    secrets = Secrets(environment={"A": "alpha-secret"})
    assert secrets.values() == ()
    assert secrets.resolve("env:A") == "alpha-secret"
    assert secrets.values() == ("alpha-secret",)


def test_values_never_appear_in_the_representation() -> None:
    secrets = Secrets(environment={"A": "alpha-secret"})
    secrets.resolve("env:A")
    assert repr(secrets) == "Secrets(1 resolved)"


def test_a_file_loses_one_trailing_newline(tmp_path: Path) -> None:
    path = tmp_path / "pw"
    path.write_bytes(b" two words \n")
    path.chmod(0o600)
    secrets = Secrets()
    assert secrets.resolve(f"file:{path}") == " two words "
    assert secrets.remarks == []


def test_a_file_that_everybody_may_read_is_remarked(tmp_path: Path) -> None:
    path = tmp_path / "pw"
    path.write_text("x")
    path.chmod(0o644)
    secrets = Secrets()
    assert secrets.resolve(f"file:{path}") == "x"
    assert f"chmod 600 {path}" in secrets.remarks[0]


def test_a_transformed_secret_is_a_secret_too() -> None:
    secrets = Secrets(environment={"A": "innovator"})
    assert secrets.resolve("env:A|md5") == "607920b64fe136f9ab2389e371852af2"
    assert secrets.values() == ("innovator", "607920b64fe136f9ab2389e371852af2")


def test_a_text_that_is_no_reference_stands_for_itself_and_is_public() -> None:
    secrets = Secrets()
    assert secrets.resolve("alice") == "alice"
    assert secrets.values() == ()
    assert not is_reference("alice")


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("env:A", "A is not set"),
        ("env:EMPTY", "EMPTY is empty"),
        ("file:/nowhere/pw", "cannot be read"),
        ("env:B|rot13", r"unknown transformation \|rot13.*md5, sha256, base64"),
    ],
)
def test_what_cannot_be_resolved_is_explained(reference: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        Secrets(environment={"B": "x", "EMPTY": ""}).resolve(reference)
