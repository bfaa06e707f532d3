"""A full run that logs in to the SOAP service in each way that a profile describes: it gets in, and nothing secret is left."""

import gzip
import re
from pathlib import Path

import pytest

from cpo_probe.cli.reference import PASSWORD
from cpo_probe.evidence import Bundle
from cpo_probe.model import Identity
from fixtures.plm.auth.accounts import CLIENT_ID, CLIENT_SECRET
from fixtures.plm.auth.accounts import PASSWORD as WORD
from tests.cli.conftest import inside

PROFILE = """\
name = "reference"
base_url = "{url}soap/plm"
[limits]
rate = 1000
[[interfaces]]
kind = "wsdl"
url = "{url}soap/plm"
description = "{url}soap/plm?wsdl"
[auth]
"""
ACCOUNT = f'username = "integrator"\npassword = "env:{PASSWORD}"\n'
LOG_INS = {
    "basic": f'kind = "basic"\n{ACCOUNT}',
    "bearer": f"""kind = "oauth2"
token_url = "{{url}}oauth/token"
client_id = "{CLIENT_ID}"
client_secret = "env:CPO_PROBE_TEST_SECRET"
scope = "plm.read"
""",
    "cookie": f"""kind = "login"
url = "{{url}}login"
before = "{{url}}login"
success_cookie = "plm_session"
fields = {{{{ username = "integrator", password = "env:{PASSWORD}" }}}}
[logout]
url = "{{url}}logout"
""",
    "wsse text": f'kind = "wsse"\n{ACCOUNT}timestamp = 300\n',
    "wsse digest": f'kind = "wsse"\n{ACCOUNT}password_type = "digest"\n',
}


@pytest.fixture(params=LOG_INS)
def bundle(request: pytest.FixtureRequest, server: str, tmp_path: Path) -> tuple[str, Path]:
    """How the profile logs in, and what a run with it left."""
    profile = tmp_path / "reference.toml"
    profile.write_text((PROFILE + LOG_INS[request.param]).format(url=server), encoding="utf-8")
    options = (
        "--preset",
        "nightly",
        "--probe",
        "soap.*",
        "--assume-read-names",
        "--allow-intrusive",
        "--out",
        tmp_path / "bundle",
    )
    done = inside("run", profile, *options, env={"CPO_PROBE_TEST_SECRET": CLIENT_SECRET})
    assert (tmp_path / "bundle" / "record" / "manifest.json").is_file(), done.err
    return request.param, tmp_path / "bundle"


def test_the_account_gets_in_and_strangers_do_not_and_no_secret_is_left(bundle: tuple[str, Path]) -> None:
    kind, folder = bundle
    exchanges = list(Bundle.open(folder).exchanges())
    calls = [e for e in exchanges if e.purpose == "soap.call"]
    assert len(calls) > 20
    assert {e.status for e in calls} == {200}
    signed = [b"UsernameToken" in e.request.body for e in exchanges if e.request.method == "POST" and e.interface]
    ours = [e.identity is Identity.ACCOUNT for e in exchanges if e.request.method == "POST" and e.interface]
    assert signed == [one and kind.startswith("wsse") for one in ours]
    assert {e.status for e in exchanges if e.identity is Identity.ANONYMOUS and e.request.method == "POST"} == {401}
    assert any(e.purpose == "session.logout" for e in exchanges) is (kind == "cookie")
    tokens = [e for e in exchanges if e.purpose.startswith("soap.security.")]
    assert [e.status for e in tokens] == {"wsse text": [200, 500], "wsse digest": [200, 500, 500]}.get(kind, [])
    texts = [gzip.decompress(p.read_bytes()) if p.suffix == ".gz" else p.read_bytes() for p in folder.rglob("*") if p.is_file()]
    assert len(texts) > 10
    for text in texts:
        assert WORD.encode() not in text
        assert CLIENT_SECRET.encode() not in text
        for name in (b"Password", b"Nonce"):
            assert not re.search(rb"<(?:\w+:)?%s(?: [^<>]*)?>(?!\[redacted:)[^<]" % name, text)
    digests = b"".join(texts).count(b"PasswordDigest")
    assert (digests > 0) is (kind == "wsse digest")
