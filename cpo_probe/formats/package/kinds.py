"""Is a file a package, by its content?"""

from pathlib import Path

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # a local file header, or the end record of an empty archive
_GZIP = b"\x1f\x8b\x08"


def kind_of(path: Path, media_type: str = "") -> str:
    """ "zip", "gzip", "multipart", or "" for no package. An answer is multipart by its label: its content is text."""
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith(_ZIP):
        return "zip"
    if head.startswith(_GZIP):
        return "gzip"
    if media_type.strip().lower().startswith("multipart/") and head[:2] in (b"--", b"\r\n"):
        return "multipart"
    return ""


def suffix(name: str) -> str:
    """The ending of a file name in lower case, without its dot."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return last.rpartition(".")[2].lower() if "." in last else ""
