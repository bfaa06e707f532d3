"""In which format is a file, by what stands in it, and in which one by its name and label?"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from pyexpat import ExpatError, ParserCreate

from cpo_probe.formats.package.kinds import suffix
from cpo_probe.model.format import Edition, Format, Formats
from cpo_probe.model.pattern import matches

HEAD = 64 * 2**10
_FIRST = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"([A-Za-z]+)"\s*:')
_ENCODING = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)""")
_BLANK = b" \t\r\n\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Recognised:
    """`format`: by content. `claimed`: by media type or, where that says nothing, by the ending of the name. None unknown.

    `root`: local name of the root element of an XML file, with its `namespace`.
    """

    format: Format | None
    claimed: tuple[Format, ...]
    root: str
    namespace: str

    @property
    def xml(self) -> bool:
        return bool(self.root)


def recognise(path: Path, name: str, media_type: str, formats: Formats, members: frozenset[str] = frozenset()) -> Recognised:
    """Looks at the first 64 kB. `members`: names of the files in it, where it is a package."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    root, namespace = _root(head)
    claimed = _claimed(name, media_type, formats)
    found = [one for one in formats.known if _fits(one, head, root, namespace, members)]
    best = next((one for one in found if one in claimed), None)  # two formats may share what they begin with
    return Recognised(best or (found[0] if found else None), claimed, root, namespace)


def _fits(format: Format, head: bytes, root: str, namespace: str, members: frozenset[str]) -> bool:
    if format.xml is not None:
        if root not in format.xml.roots:
            return False
        known = {one.namespace for one in format.editions} - {""}
        return not format.xml.namespaced or not known or _family(namespace) in {_family(one) for one in known}
    if format.member:
        return format.member in members
    if format.first:
        member = _FIRST.match(head)
        return member is not None and member[1].decode() in format.first
    return any(head.startswith(one.encode("latin-1")) for one in format.magic)


def _family(namespace: str) -> str:
    """A namespace without what editions differ in: digits and the scheme."""
    text = "".join(c for c in namespace.lower() if not c.isdigit()).replace("https:", "http:")
    return text.replace("-ed--", "-ed-").rstrip("/#")


def _claimed(name: str, media_type: str, formats: Formats) -> tuple[Format, ...]:
    plain = media_type.partition(";")[0].strip().lower()
    by_type = tuple(one for one in formats.known if plain in one.media_types)
    return by_type or tuple(one for one in formats.known if suffix(name) in one.suffixes)


def _root(head: bytes) -> tuple[str, str]:
    """Local name and namespace of the root element; "" for what does not begin as XML."""
    text = head.lstrip(_BLANK)
    if not text.startswith(b"<") and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "", ""
    found: list[str] = []
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip(_BLANK)

    def start(name: str, attributes: dict[str, str]) -> None:
        if not found:
            found.append(name)

    try:
        _parse(text, None, start)
    except (LookupError, ValueError):  # an encoding that Expat does not read
        _parse(_as_utf8(text), "utf-8", start)
    if not found:
        return "", ""
    namespace, _, local = found[0].rpartition("}")
    return local, namespace


def _parse(text: bytes, encoding: str | None, start: Callable[[str, dict[str, str]], None]) -> None:
    parser = ParserCreate(encoding, namespace_separator="}")
    parser.StartElementHandler = start
    with suppress(ExpatError):  # behind the root, or there is none
        parser.Parse(text, False)


def _as_utf8(text: bytes) -> bytes:
    """What is stated to be in another encoding; of one that nobody knows its ASCII is right."""
    stated = _ENCODING.match(text)
    try:
        return text.decode(stated[1].decode() if stated else "latin-1", "replace").encode()
    except (LookupError, ValueError):
        return text.decode("latin-1").encode()


def edition_of(format: Format, namespace: str, version: str) -> Edition | None:
    """The edition that a file of that namespace and version is in."""
    fitting = [
        one
        for one in format.editions
        if one.namespace in ("", namespace) and (not one.version or matches(version, (one.version,)))
    ]
    return max(fitting, key=lambda one: (bool(one.version), bool(one.namespace)), default=None)


def lacking(format: Format, members: frozenset[str]) -> tuple[str, ...]:
    """What a package of that format has to hold and does not, by the names of all its members."""
    return tuple(one for one in format.holds if not any(matches(name, tuple(one.split("|"))) for name in members))
