"""What cannot be installed is a reason to skip on a desk, and a failure in CI; what is installed stays."""

import json
from pathlib import Path

import pytest

from tests.peers import install
from tests.peers.install import Missing, Part


class Yard:
    """Three parts on an empty machine: "server" and "sample", which needs it, and "other"."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.installed: list[str] = []
        self.server_can_be_had = True
        self.parts = (self.part("server"), self.part("sample", after="server"), self.part("other"))

    def part(self, name: str, after: str = "") -> Part:
        def make() -> None:
            if name == "server" and not self.server_can_be_had:
                raise Missing("Node.js was not found")
            self.installed.append(name)
            (self.home / name).touch()

        return Part(name, (), make, (self.home / name).exists, after)

    def missing(self) -> dict[str, str]:
        return dict(json.loads((self.home / "missing.json").read_text(encoding="utf-8")))


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    made = Yard(tmp_path)
    monkeypatch.setattr(install, "HOME", tmp_path)
    monkeypatch.setattr(install, "PARTS", made.parts)
    monkeypatch.delenv("CI", raising=False)
    return made


def test_what_is_installed_is_installed_once(yard: Yard) -> None:
    assert (install.main(), install.main()) == (0, 0)
    assert sorted(yard.installed) == ["other", "sample", "server"]
    assert yard.missing() == {}


def test_what_was_deleted_is_installed_again_with_nothing_else(yard: Yard) -> None:
    install.main()
    (yard.home / "other").unlink()
    install.main()
    assert yard.installed.count("other") == 2
    assert yard.installed.count("server") == yard.installed.count("sample") == 1


def test_the_reason_is_written_for_the_part_and_for_what_needs_it(yard: Yard) -> None:
    yard.server_can_be_had = False
    assert install.main() == 0
    assert yard.missing() == {
        "server": "Node.js was not found",
        "sample": "it needs server, and that is missing: Node.js was not found",
    }
    assert yard.installed == ["other"]
    yard.server_can_be_had = True
    assert install.main() == 0
    assert yard.missing() == {}


def test_in_ci_nothing_may_be_missing(yard: Yard, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CI", "true")
    assert install.main() == 0
    yard.server_can_be_had = False
    (yard.home / "server").unlink()
    assert install.main() == 1
    assert "server is not installed: Node.js was not found" in capsys.readouterr().err


def test_a_command_that_fails_is_quoted_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(Missing, match=r"(?s)`sh -c .*ended with 3:\n    no such version"):
        install.run(["sh", "-c", "echo no such version >&2; exit 3"], tmp_path)


def test_packages_of_debian_need_root_unless_they_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(install, "program", lambda name, purpose: f"/usr/bin/{name}")
    install.debian("PHP runs a server", lambda: True, "php-cli", "php-soap")()
    with pytest.raises(Missing, match="PHP runs a server, and only root may install it: apt-get install php-cli php-soap"):
        install.debian("PHP runs a server", lambda: False, "php-cli", "php-soap")()


def test_a_program_is_there_when_it_answers_well() -> None:
    assert install.answers("sh", "-c", "exit 0")()
    assert not install.answers("sh", "-c", "exit 1")()
    assert not install.answers("no-such-program")()
