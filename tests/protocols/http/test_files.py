"""Fields of answers that are files."""

import pytest

from cpo_probe.protocols.http.files import Range, content_range, digests, disposition


@pytest.mark.parametrize(
    ("text", "name", "problem"),
    [
        ('attachment; filename="a b.stp"', "a b.stp", ""),
        ("attachment; filename=part.stp", "part.stp", ""),
        ("inline", "", ""),
        ("attachment; filename=\"x.stp\"; filename*=UTF-8''M%C3%BCller.stp", "Müller.stp", ""),
        ("attachment; filename*=iso-8859-1'de'M%FCller.stp", "Müller.stp", ""),
        (r'attachment; filename="a\"b.stp"', 'a"b.stp', ""),
        ("attachment; filename=a b.stp", "a b.stp", "unquoted"),
        ("attachment; filename*=Müller.stp", "", "extended"),
        ("attachment; filename*=UTF-8''M%FCller", "", "extended"),
        ('attachment; filename="a"; filename="b"', "b", "repeated"),
        ('attachment filename="a"', "", "type"),
        ('attachment; filename="a" junk', "a", "syntax"),
        ("", "", "type"),
    ],
)
def test_content_disposition(text: str, name: str, problem: str) -> None:
    said = disposition(text)
    assert (said.name, said.problem) == (name, problem)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("bytes 0-99/1000", Range(0, 99, 1000)),
        ("bytes 0-99/*", Range(0, 99, -1)),
        ("bytes 99-0/1000", None),
        ("bytes 0-1000/1000", None),
        ("bytes */1000", None),
        ("bytes=0-99/1000", None),
        ("0-99", None),
    ],
)
def test_content_range(text: str, found: Range | None) -> None:
    assert content_range(text) == found


def test_digest_fields_are_dictionaries_of_bytes() -> None:
    assert digests("sha-256=:AAEC:, md5=:/w==:") == {"sha-256": b"\0\1\2", "md5": b"\xff"}
    for wrong in ("sha-256=AAEC", "sha-256=:AAEC", "AAEC", "", "sha-256=:AAEC:, md5=1"):
        assert digests(wrong) is None
