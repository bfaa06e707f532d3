"""What do the sections of edition 3 say: anchors, references to other files, signatures?"""

import base64
import binascii
import re
from dataclasses import dataclass

from cpo_probe.formats.step_p21.grammar import Malformed
from cpo_probe.formats.step_p21.tokens import Tokens

_FRAGMENT = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})+\Z")
_URI = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?#\[\]-]|%[0-9A-Fa-f]{2})+\Z")
_UUID_LIKE = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f-]{20,}\Z")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z", re.IGNORECASE)
_ITEMS = ("string", "real", "integer", "reference", "value", "constant", "enumeration", "binary", "resource")


@dataclass(frozen=True, slots=True)
class Anchor:
    """`<name>=target`. `refers`: numbers of the instances in it; `values`: of value instances; `resources`: URIs."""

    name: str
    offset: int
    refers: tuple[int, ...]
    values: tuple[int, ...]
    resources: tuple[str, ...]
    constants: bool


@dataclass(frozen=True, slots=True)
class External:
    """`#10=<uri>` or `@10=<uri>`; `name` as written."""

    name: str
    number: int
    uri: str
    offset: int


def anchor_of(tokens: Tokens, offset: int, utf8: bool) -> Anchor | Malformed:
    """An entry of the ANCHOR section (9.1): one item or a list, then tags in braces."""
    kinds, texts = tokens.kinds, tokens.texts
    if kinds[:1] != ["resource"]:
        return Malformed(0, "<name>")
    if texts[1:2] != [b"="]:
        return Malformed(1, "=")
    end = _item(tokens, 2)
    while isinstance(end, int) and texts[end : end + 1] == [b"{"]:
        if kinds[end + 1 : end + 2] not in (["keyword"], ["word"]):
            return Malformed(end + 1, "the name of a tag")
        if texts[end + 2 : end + 3] != [b":"]:
            return Malformed(end + 2, ":")
        end = _item(tokens, end + 3)
        if isinstance(end, int):
            if texts[end : end + 1] != [b"}"]:
                return Malformed(end, "}")
            end += 1
    if isinstance(end, Malformed):
        return end
    if end < len(kinds) or tokens.stray is not None:
        return Malformed(end, ";")
    numbers = {kind: tuple(int(t[1:]) for k, t in zip(kinds, texts, strict=True) if k == kind) for kind in ("reference", "value")}
    resources = tuple(_inner(t) for k, t in zip(kinds[1:], texts[1:], strict=True) if k == "resource")
    return Anchor(_inner(texts[0]), offset, numbers["reference"], numbers["value"], resources, "constant" in kinds)


def _item(tokens: Tokens, at: int) -> "int | Malformed":
    depth = 0
    while True:
        text = tokens.texts[at] if at < len(tokens.texts) else b""
        kind = tokens.kinds[at] if at < len(tokens.kinds) else ""
        if text == b"(":
            depth += 1
        elif text == b")" and depth:
            depth -= 1
        elif kind not in _ITEMS and text != b"$" and not (text == b"," and depth):
            return Malformed(at, "a value")
        at += 1
        if not depth:
            return at


def external_of(tokens: Tokens, offset: int) -> External | Malformed:
    """An entry of the REFERENCE section (10.1)."""
    for index, (kind, text) in enumerate((("reference", b""), ("mark", b"="), ("resource", b""))):
        kinds = tokens.kinds[index : index + 1]
        if (kinds != [kind] and not (index == 0 and kinds == ["value"])) or (text and tokens.texts[index] != text):
            return Malformed(index, ("#n or @n", "=", "<uri>")[index])
    if len(tokens.kinds) > 3 or tokens.stray is not None:
        return Malformed(3, ";")
    name = tokens.texts[0].decode("ascii")
    return External(name, int(name[1:]), _inner(tokens.texts[2]), offset)


def fragment_flaw(name: str) -> str:
    """Why that is no anchor name (6.5.4, RFC 3986 fragment, not digits only); "" when it is one."""
    if not name or (name.isascii() and not _FRAGMENT.match(name)):
        return "characters that a URI fragment cannot hold"
    if name.isdigit():
        return "digits only, which would name an instance"
    return ""


def uuid_flaw(name: str) -> bool:
    """Whether it looks like a UUID and is none (RFC 9562)."""
    return bool(_UUID_LIKE.match(name)) and not _UUID.match(name)


def uri_flaw(uri: str) -> bool:
    """Whether that is no URI reference (RFC 3986, RFC 3987)."""
    return not _URI.match("".join(c if c.isascii() else "a" for c in uri)) or uri.count("#") > 1


def signature_flaw(body: bytes) -> str:
    """Why the contents are no CMS in base64; "" when they may be. Whether it verifies the file is not looked at."""
    try:
        data = base64.b64decode(body, validate=True)
    except binascii.Error:
        return "no base64"
    return "" if data[:1] == b"\x30" else "no DER structure" if data else "nothing"


def _inner(text: bytes) -> str:
    return text[1:-1].decode("utf-8", "replace")
