"""Does the plan say how the account gets in and out, for every kind of log-in?"""

from dataclasses import replace

import pytest

from cpo_probe.cli.log_in import log_in
from cpo_probe.model import Auth, BasicAuth, Logout, NoAuth, UsernameTokenAuth
from tests.evidence.made import target
from tests.evidence.test_codec import AUTHS

OUT = Logout("POST", "https://h/logout")


@pytest.mark.parametrize("auth", AUTHS, ids=lambda auth: type(auth).__name__)
def test_every_kind_of_log_in_is_named_and_no_reference_is_shown(auth: Auth) -> None:
    said = log_in(target(auth=auth, logout=OUT))
    assert said.startswith("Log-in: ")
    assert "env:" not in said
    assert ("https://h/logout" in said) is not isinstance(auth, NoAuth)


def test_the_sentence_tells_one_kind_from_another() -> None:
    assert len({log_in(target(auth=auth, logout=None)) for auth in AUTHS}) == len(AUTHS)
    assert log_in(target(auth=BasicAuth("u", "env:P"), logout=None)) == "Log-in: HTTP Basic with every request."


def test_a_token_says_how_the_password_travels_and_when_it_expires() -> None:
    auth = UsernameTokenAuth("u", "env:P", digest=True, nonce=True, lifetime=300.0, must_understand=True, basic=False)
    assert "(digest with a new nonce, expiring after 300 s)" in log_in(target(auth=auth))
    plain = log_in(target(auth=replace(auth, digest=False, nonce=False, lifetime=0.0)))
    assert "(text)" in plain
    assert "other requests go without" in plain
