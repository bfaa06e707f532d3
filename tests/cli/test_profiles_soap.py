"""The reference server keeps the Basic Profile of both versions of SOAP, and a copy that does not shows where it stops."""

from pathlib import Path

import pytest

from cpo_probe.cli.loading import open_house
from cpo_probe.cli.reference import PASSWORD, USER
from tests.peers.measure import measure

PROFILE = """name = "soap"
base_url = "{url}"

[auth]
kind = "basic"
username = "{user}"
password = "env:{password}"

[[interfaces]]
kind = "wsdl"
url = "{url}soap/plm"
"""


@pytest.mark.parametrize(
    ("copy", "of_11", "of_12"),
    [
        ("", ("bp-1.2", ()), ("bp-2.0", ())),
        ("~soap-no-charset/", ("bp-1.1", ("r1018",)), ("", ("r1018",))),
        ("~soap-encoded-12/", ("bp-1.2", ()), ("", ("r2706",))),
        ("~soap-encoded/", ("", ("r2706",)), ("bp-2.0", ())),
    ],
)
def test_the_profile_that_is_kept_whole_is_told_for_each_version_of_soap(
    server: str, tmp_path: Path, copy: str, of_11: tuple[str, tuple[str, ...]], of_12: tuple[str, tuple[str, ...]]
) -> None:
    profile = tmp_path / "profile.toml"
    profile.write_text(PROFILE.format(url=f"{server}{copy}", user=USER, password=PASSWORD), encoding="utf-8")
    card = measure(open_house((), None, "en"), str(profile), tmp_path / "bundle", read_names=True).judgement.scorecard
    found = {one.ladder: (one.reached, one.missing) for one in card.ladders if one.ladder.startswith("wsi-")}
    assert found == {"wsi-basic-soap11": of_11, "wsi-basic-soap12": of_12}
