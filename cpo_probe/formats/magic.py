"""What family of files do the first bytes belong to, whatever the label says?"""

import re

_XML = re.compile(rb"\s*<(\?xml|!--|!DOCTYPE|[A-Za-z_])")
_HTML = re.compile(rb"\s*<(!doctype html|html[\s>])", re.I)
_MARKS = (
    (b"ISO-10303-21;", "step-p21"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"%PDF-", "pdf"),
    (b"glTF", "gltf-binary"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
)
_JT = re.compile(
    rb"Version \d{1,2}\.\d{1,2}[ \0](?:.{0,66}JT|.{66,67}[\0\1])", re.S
)  # ISO 14306: 80 bytes, then the order of bytes
_JSON = re.compile(rb"\s*(?:\{\s*(?:[\"}]|\Z)|\[\s*(?:[\[\]{\"\-0-9tfn]|\Z))")  # "{\rtf1" begins a text of another kind
_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def family(beginning: bytes) -> str:
    """ "step-p21", "zip", "gzip", "pdf", "html", "xml", "json", ..., or "" where the first bytes do not tell.

    `beginning`: the first 1,024 bytes or more.
    """
    if _JT.match(beginning):
        return "jt"
    text = beginning
    if beginning.startswith(_UTF16):
        text = beginning[: len(beginning) // 2 * 2].decode("utf-16", "replace").encode()
    text = text.removeprefix(_BOM)
    for mark, name in _MARKS:
        if text.lstrip().startswith(mark):
            return name
    if _HTML.match(text):
        return "html"
    if _XML.match(text):
        return "xml"
    return "json" if _JSON.match(text) else ""
