"""Is this header field's value what RFC 9110 says it must be, and what does it mean?

Every reader returns None for text outside the grammar; absent fields never come here.
"""

import codecs
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from cpo_probe.model import Exchange, Headers

TCHAR = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]"
QUOTED = r'"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*"'
_TOKEN = re.compile(rf"{TCHAR}+\Z")
_IMF = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) (\d\d):(\d\d):(\d\d) GMT\Z"
)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ETAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"\Z')
_PARAMETER = re.compile(rf"[ \t]*;[ \t]*(?:({TCHAR}+)=({TCHAR}+|{QUOTED}))?")
_TYPE = re.compile(rf"({TCHAR}+)/({TCHAR}+)")
_URI = re.compile(
    r"(?:[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*(?:#(?:[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)?\Z"
)

CONDITIONS = ("if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "if-range")
SINGLETONS = frozenset(
    {
        "age",
        "content-length",
        "content-location",
        "content-type",
        "date",
        "etag",
        "expires",
        "last-modified",
        "location",
        "retry-after",
    }
)


@dataclass(frozen=True, slots=True)
class MediaType:
    """Lower-case type and subtype; parameters with lower-case names."""

    type: str
    subtype: str
    parameters: tuple[tuple[str, str], ...]

    @property
    def essence(self) -> str:
        return f"{self.type}/{self.subtype}"

    def parameter(self, name: str) -> str | None:
        return next((v for k, v in self.parameters if k == name), None)


@dataclass(frozen=True, slots=True)
class EntityTag:
    """RFC 9110, 8.8.3: an opaque validator; `weak` ones say "equivalent", strong ones "identical"."""

    weak: bool
    opaque: str


def lines(headers: Headers, name: str) -> tuple[str, ...]:
    """The field's lines as received; () when absent."""
    return tuple(v for k, v in headers if k.lower() == name)


def replaced(exchange: Exchange, name: str) -> bool:
    """Whether a secret was cut out of that response header, so that its value cannot be judged."""
    return any(span.part == "response.header" and span.name.lower() == name for span in exchange.redacted)


def is_token(text: str) -> bool:
    """RFC 9110, 5.6.2."""
    return _TOKEN.match(text) is not None


def token_list(text: str) -> tuple[str, ...] | None:
    """A comma-separated list of tokens (5.6.1); empty elements are ignored, () is a legal empty list."""
    items = tuple(part.strip(" \t") for part in text.split(",") if part.strip(" \t"))
    return items if all(is_token(item) for item in items) else None


def imf_fixdate(text: str) -> datetime | None:
    """The only date format that may be sent (5.6.7), the day's name included; UTC."""
    match = _IMF.match(text)
    if match is None:
        return None
    day, month, year, hour, minute, second = (match[i] for i in (2, 3, 4, 5, 6, 7))
    try:
        # a leap second is legal; datetime does not know it
        found = datetime(int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), min(int(second), 59), tzinfo=UTC)
    except ValueError:
        return None
    return found if _DAYS[found.weekday()] == match[1] and int(second) <= 60 else None


def http_date(text: str) -> datetime | None:
    """Any date that a recipient must understand: IMF-fixdate and the two obsolete formats (5.6.7)."""
    strict = imf_fixdate(text)
    if strict is not None:
        return strict
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def entity_tag(text: str) -> EntityTag | None:
    """One entity tag (8.8.3); "W/" is case-sensitive and the quotes are part of it."""
    match = _ETAG.match(text)
    return EntityTag(match[1] is not None, match[2]) if match else None


def media_type(text: str) -> MediaType | None:
    """A media type with its parameters (8.3.1)."""
    text = text.strip(" \t")
    match = _TYPE.match(text)
    if match is None:
        return None
    end, parameters = match.end(), []
    while end < len(text):
        parameter = _PARAMETER.match(text, end)
        if parameter is None or parameter.end() == end:
            return None
        if parameter[1]:
            parameters.append((parameter[1].lower(), unquote(parameter[2])))
        end = parameter.end()
    return MediaType(match[1].lower(), match[2].lower(), tuple(parameters))


def is_json(essence: str) -> bool:
    """Whether a media type promises one JSON text (RFC 8259; RFC 6839, 3.1); sequences and lines of JSON are something else."""
    return essence in ("application/json", "text/json") or essence.endswith("+json")


def is_xml(essence: str) -> bool:
    """RFC 7303."""
    return essence in ("application/xml", "text/xml") or essence.endswith("+xml")


_NO_CHARSETS = frozenset(
    {"charmap", "idna", "mbcs", "oem", "palmos", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}
)


def charset(name: str) -> codecs.CodecInfo | None:
    """The character encoding of that name (8.3.2); None for others, among them Python's own codecs.

    A label of "zlib" or "bz2" must not unpack what a server sends: sixty megabytes become sixty gigabytes.
    """
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):  # ValueError: a null character in the name
        return None
    text = getattr(found, "_is_text_encoding", True)
    return found if text and found.name.replace("_", "-") not in _NO_CHARSETS else None


def retry_after(text: str) -> int | datetime | None:
    """Seconds or a date (10.2.3)."""
    if re.fullmatch(r"[0-9]+", text):
        return int(text[:18])
    return imf_fixdate(text)


def uri_reference(text: str) -> bool:
    """Whether the characters are those of RFC 3986; brackets outside a host are tolerated, as every client does."""
    return _URI.match(text) is not None


@lru_cache(maxsize=256)  # a system sends the same few
def cache_control(text: str) -> tuple[tuple[str, str | None], ...] | None:
    """Directives with their arguments, names in lower case (RFC 9111, 5.2)."""
    found: list[tuple[str, str | None]] = []
    for part in split(text):
        name, equals, argument = part.partition("=")
        if not is_token(name) or (equals and not (is_token(argument) or re.fullmatch(QUOTED, argument))):
            return None
        found.append((name.lower(), unquote(argument) if equals else None))
    return tuple(found)


def split(text: str) -> list[str]:
    """Elements of a comma-separated list, commas inside quotes kept; empty elements dropped (5.6.1)."""
    parts = re.findall(rf'(?:{QUOTED}|[^,"]|")+', text)
    return [part.strip(" \t") for part in parts if part.strip(" \t")]


def unquote(text: str) -> str:
    """The content of a quoted string (5.6.4); a token stays as it is."""
    if len(text) >= 2 and text[0] == '"' == text[-1]:
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text
