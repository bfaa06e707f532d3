"""Envelopes that travel with parts."""

import base64
import quopri

import pytest

from cpo_probe.protocols.soap import parts, root_of, unresolved

TYPE = 'multipart/related; type="application/xop+xml"; start="<root@x>"; boundary="b+1"'
ENVELOPE = b'<e><xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:file%401@x"/></e>'
DATA = b"bytes\r\n\r\nwith line ends\r\n"
FILE = b"--b+1\r\nContent-ID: <file@1@x>\r\nContent-Type: image/png\r\n\r\n" + DATA + b"\r\n"
ROOT = b'--b+1\r\nContent-Type: application/xop+xml; type="text/xml"\r\nContent-ID: <root@x>\r\n\r\n' + ENVELOPE + b"\r\n"
END = b"--b+1--\r\n"


@pytest.mark.parametrize("body", [ROOT + FILE + END, FILE + ROOT + END, b"preamble\r\n" + ROOT + FILE + END + b"epilogue"])
def test_the_root_part_is_named_by_start_and_bytes_stay_as_they_are(body: bytes) -> None:
    found = parts(body.replace(b"epilogue", b""), TYPE)
    assert [(part.id, part.media_type) for part in found] == [("root@x", "application/xop+xml"), ("file@1@x", "image/png")]
    assert found[1].content == DATA
    assert root_of(body, TYPE) == (ENVELOPE, "application/xop+xml")
    assert unresolved(ENVELOPE, found) == []


def test_an_include_without_its_part_is_named() -> None:
    found = parts(ROOT + END, TYPE)
    assert unresolved(ENVELOPE, found) == ["file@1@x"]


@pytest.mark.parametrize("content_type", ["text/xml; charset=utf-8", "multipart/related", "multipart/mixed; boundary=x", ""])
def test_what_is_no_package_is_the_envelope_itself(content_type: str) -> None:
    assert parts(ENVELOPE, content_type) == ()
    assert root_of(ENVELOPE, content_type)[0] == ENVELOPE


def test_lines_that_end_without_a_carriage_return_are_read_too() -> None:
    assert parts((ROOT + FILE + END).replace(b"\r\n", b"\n"), TYPE)[0].content == ENVELOPE


@pytest.mark.parametrize(
    ("encoding", "content"),
    [("Base64", base64.encodebytes(ENVELOPE)), ("quoted-printable", quopri.encodestring(ENVELOPE)), ("binary", ENVELOPE),
     ("base64", ENVELOPE)],
)  # fmt: skip
def test_a_transfer_encoding_is_undone(encoding: str, content: bytes) -> None:
    """RFC 2045, 6; what says base64 and is none stays as it is."""
    field = b"Content-ID: <root@x>\r\nContent-Transfer-Encoding: " + encoding.encode() + b"\r\n"
    assert root_of(ROOT.replace(b"Content-ID: <root@x>\r\n", field).replace(ENVELOPE, content) + END, TYPE)[0].strip() == ENVELOPE
