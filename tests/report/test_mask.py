"""Is everything covered that must not stand in a report, and nothing that a reader needs?"""

import pytest

from cpo_probe.model import Response
from cpo_probe.protocols.http.sensitive import secrets
from cpo_probe.report.mask import mask, mask_header, mask_value, printable, secret_name

BCRYPT = "$2b$12$abcdefghijklmnopqrstuuXJ1cQF3fDqk2Jm3rj0aX0uWqz1y2ab3"
SECRETS = {
    "bcrypt": BCRYPT,
    "sha512 crypt": "$6$rounds=5000$saltsalt$" + "a1B2" * 20,
    "argon2": "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$" + "aGFzaGhhc2g" * 3,
    "apache": "$apr1$abcdefgh$abcdefghijklmnopqrstuv",
    "django": "pbkdf2_sha256$260000$abcdefghij$" + "A1b2c3d4" * 5,
    "ldap": "{SSHA}" + "QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "github": "ghp_" + "a1B2c3D4e5" * 4,
    "aws": "AKIAABCDEFGHIJKLMNOP",
    "key": "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----",
    "cut off key": "-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQEA",
    "bearer": "Bearer abcdefghijkl0123456789",
    "mail": "jörg.müller+plm@dept.example.org",
    "mail in a URL": "jane.doe%40plm.example",
    "user information": "https://admin:hunter2@plm.example/",
}


@pytest.mark.parametrize("text", SECRETS.values(), ids=SECRETS.keys())
def test_what_looks_like_a_secret_or_a_person_is_masked_wherever_it_stands(text: str) -> None:
    secret = text.split("://")[-1].split("@")[0] if "://" in text else text.removeprefix("Bearer ")
    masked = mask(f'before "{text}" after')
    assert secret not in masked
    assert masked.startswith("before") and "•••" in masked


@pytest.mark.parametrize("name", ["bcrypt", "sha512 crypt", "argon2", "apache", "django", "ldap", "jwt", "github", "key"])
def test_whatever_the_probe_reports_as_a_leak_is_masked_in_the_report(name: str) -> None:
    body = SECRETS[name].encode()
    assert secrets(Response(200, "OK", "HTTP/1.1", (("Content-Type", "text/plain"),), body, len(body), None))
    assert SECRETS[name] not in mask(SECRETS[name])


@pytest.mark.parametrize(
    "text",
    [
        'W/"33a64df551425fcc55e4d42a148795d9f25f89d4"',
        "2024-11-03T08:15:30+01:00",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "GET /items/{id}?page=2&size=50",
        "react@18.2.0",
        "Basic information about the token",
        "#/components/schemas/Item",
        '"tokenType": true',
        "a price of $5 or $6",
    ],
)
def test_what_a_reader_needs_stays(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize(
    "name", ["password", "passwordHash", "X-Auth-Token", "api_key", "apiKey", "client_secret", "X-CSRF-Token"]
)
def test_a_value_under_a_secret_name_is_masked_whatever_it_is(name: str) -> None:
    assert secret_name(name)
    assert mask_value(name, "x") == "‹secret •••›"


@pytest.mark.parametrize(
    "name", ["passwordChangedAt", "tokenType", "key", "keyword", "compassion", "id", "ETag", "session_count"]
)
def test_a_name_that_only_looks_secret_hides_nothing(name: str) -> None:
    assert not secret_name(name)
    assert mask_value(name, "x") == "x"


def test_credentials_in_header_fields_keep_only_what_says_how_they_were_sent() -> None:
    assert mask_header("Authorization", "Basic dXNlcjpwYXNz") == "Basic ‹secret •••›"
    assert mask_header("authorization", "0123") == "‹secret •••›"
    assert mask_header("Set-Cookie", "sid=abc; Path=/; HttpOnly") == "sid=‹cookie •••›; Path=/; HttpOnly"
    assert mask_header("Cookie", "sid=abc; theme=dark") == "sid=‹cookie •••›; theme=‹cookie •••›"
    assert mask_header("X-Api-Key", "abc") == "‹secret •••›"
    assert mask_header("Link", "</a?token=abc>; rel=next") == "</a?token=‹secret •••›>; rel=next"


def test_characters_that_deceive_the_eye_are_written_out() -> None:
    assert printable("a\u202eb\x1b[31mc\ud800d\r\ne") == "a\\u202eb\\u001b[31mc\\ud800d\ne"


def test_long_text_without_any_secret_is_read_in_linear_steps() -> None:
    for text in ("a" * 200_000, "a." * 100_000, "@" * 200_000, '"' * 200_000, "?token" * 30_000, "$2b$" * 50_000):
        assert mask(text)
