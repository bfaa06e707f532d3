"""Which parts does a package hold, and what are their bytes?"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

from cpo_probe.formats.package import BOUNDS, Archive, Bounds, Broken, Member, archive

TYPES = "[Content_Types].xml"
MOST_PART = 256 * 2**20  # bytes of a part that is read whole
_BASE = "http://package"


@dataclass(frozen=True, slots=True)
class Package:
    """`parts`: what it holds, by name without regard to case, without folders and [Content_Types].xml."""

    parts: dict[str, Member]
    names: tuple[str, ...]  # of all of them, those that are there twice as well
    types: Member | None
    _archive: Archive

    def pieces(self, part: Member) -> Iterator[bytes]:
        """The bytes of a part. Raises `Broken` where they are not what the package says or too many."""
        return self._archive.pieces(part)

    def read(self, part: Member) -> bytes:
        """All of a part. Raises `Broken`, also for one of more than 256 MB."""
        found = bytearray()
        for piece in self.pieces(part):
            found += piece
            if len(found) > MOST_PART:
                raise Broken("limit", f"more than {MOST_PART} bytes")
        return bytes(found)

    def part(self, name: str) -> Member | None:
        """A part by its name with or without the slash in front, escaped or not."""
        plain = name.removeprefix("/")
        return self.parts.get(plain.lower()) or self.parts.get(unquote(plain).lower())


@contextmanager
def opened(path: Path, bounds: Bounds = BOUNDS) -> Iterator[Package]:
    """The package in a file. Raises `Broken` for what is no zip."""
    with archive(path, bounds) as found:
        files = [one for one in found.members if not one.folder]
        types = next((one for one in files if one.name.lower() == TYPES.lower()), None)
        parts = [one for one in files if one is not types]
        yield Package({one.name.lower(): one for one in parts}, tuple(one.name for one in parts), types, found)


def target(source: str, reference: str) -> str:
    """The name of the part that a reference in the relationships of `source` leads to; "" for one outside of the package.

    ISO/IEC 29500-2, 6.5.3: relative to the source part, or to the root for those of the package.
    """
    try:
        whole = urldefrag(urljoin(f"{_BASE}/{source.removeprefix('/')}", reference.strip())).url
    except ValueError:
        return ""
    return whole.removeprefix(_BASE) if whole.startswith(f"{_BASE}/") else ""


def source_of(relationships: str) -> str | None:
    """Of which part "a/_rels/b.xml.rels" tells the relationships: "a/b.xml"; "" the package; None for another file."""
    folder, _, name = relationships.rpartition("/")
    if not name.lower().endswith(".rels") or folder.rpartition("/")[2].lower() != "_rels":
        return None
    above = folder.rpartition("/")[0]
    return "/".join(filter(None, (above, name[: -len(".rels")])))
