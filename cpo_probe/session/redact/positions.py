"""Which places of a message hold a secret whatever its value is?"""

import re
from collections.abc import Callable, Sequence
from typing import Protocol
from urllib.parse import unquote_plus

from cpo_probe.model import Headers, Redact, Span
from cpo_probe.session.ask import Outgoing
from cpo_probe.session.redact.hidden import SensitiveNames
from cpo_probe.session.redact.places import Path, Scalar, matches, pattern, pointer, scalars, text

_CREDENTIALS = frozenset({"authorization", "proxy-authorization"})
_TOKENS = frozenset({"access_token", "refresh_token", "id_token"})
_SESSION = _TOKENS | {
    *("token", "accesstoken", "refreshtoken", "idtoken", "jwt", "session", "session_id", "sessionid", "sid", "jsessionid"),
    *("ticket", "csrf_token", "csrftoken", "xsrf_token", "client_secret", "password"),
}
_LINKS = frozenset({"location", "content-location", "link", "refresh", "referer"})
_LONG = 16  # a string that long under a token's name is a token, not the word "string" of a schema's example
_ASKING = frozenset({"fetch", "required"})  # words of the CSRF hand-shake, no tokens

_WSSE = b"oasis-200401-wss-wssecurity-secext"
_TOKEN_ELEMENTS = frozenset({"Password", "Nonce"})  # of WS-Security; a server may send back what it was sent

Placeholder = Callable[[str, str, str, list[Span]], str]


class Answer(Protocol):
    @property
    def pointers(self) -> tuple[str, ...]: ...
    @property
    def session(self) -> bool: ...


class Positions:
    """Masks by place. `names` is what authentication uses besides the usual ones."""

    def __init__(self, declared: Redact, names: SensitiveNames, placeholder: Placeholder) -> None:
        self._headers = names.headers | {name.lower() for name in declared.headers}
        self._parameters = names.parameters | frozenset(declared.parameters)
        self._elements = names.elements
        self._pointers = tuple(pattern(text) for text in declared.pointers)
        self._hold = placeholder

    def url(self, url: str, fields: frozenset[str], spans: list[Span]) -> str:
        """The values of secret query parameters, percent-encoded placeholders in their place."""
        names = self._parameters | fields
        if not names or "?" not in url:
            return url
        head, _, query = url.partition("?")
        return f"{head}?{self._pairs(query, names, 'request.url', spans)}"

    def headers(self, part: str, headers: Headers, spans: list[Span]) -> Headers:
        """`part` is "request.header" or "response.header"."""
        return tuple((name, self._header(part, name, value, spans)) for name, value in headers)

    def _header(self, part: str, name: str, value: str, spans: list[Span]) -> str:
        low = name.lower()
        if low in _CREDENTIALS:
            scheme, space, rest = value.partition(" ")
            return f"{scheme} {self._hold(rest, part, name, spans)}" if space else self._hold(value, part, name, spans)
        if low == "cookie":
            return "; ".join(self._cookie(part, pair, spans, name) for pair in value.split("; "))
        if low == "set-cookie":
            first, semicolon, rest = value.partition(";")
            return self._cookie(part, first, spans, name) + semicolon + rest
        if low in self._headers and value.lower() not in _ASKING:
            return self._hold(value, part, name, spans)
        if low in _LINKS and self._parameters and "?" in value:
            return self._in_links(value, part, name, spans)
        return value

    def _cookie(self, part: str, pair: str, spans: list[Span], name: str) -> str:
        key, equals, value = pair.partition("=")
        return f"{key}={self._hold(value, part, name, spans)}" if equals and value else pair

    def _in_links(self, value: str, part: str, name: str, spans: list[Span]) -> str:
        def mask(found: re.Match[str]) -> str:
            if unquote_plus(found[2]) not in self._parameters:
                return found[0]
            return f"{found[1]}{found[2]}={_percent(self._hold(found[3], part, name, spans))}"

        return re.sub(r"([?&;])([^=&;?#<>\"\s]+)=([^&;#<>\"\s]+)", mask, value)

    def request_body(self, out: Outgoing, fields: frozenset[str], spans: list[Span]) -> bytes:
        """Form fields and JSON members by name."""
        names = self._parameters | fields
        if not names or not out.body:
            return out.body
        kind = next((value for name, value in out.headers if name.lower() == "content-type"), "")
        if "x-www-form-urlencoded" in kind:
            body = out.body.decode("latin-1")
            return self._pairs(body, names, "request.body", spans).encode("latin-1")
        if out.body.lstrip()[:1] in (b"{", b"["):
            return self._json(out.body, "request.body", spans, lambda item: item.path[-1:] != () and item.path[-1] in names)
        return out.body

    def _pairs(self, text: str, names: frozenset[str], part: str, spans: list[Span]) -> str:
        pairs = []
        for pair in text.split("&"):
            key, equals, value = pair.partition("=")
            name = unquote_plus(key)
            if equals and value and name in names:
                mark = self._hold(unquote_plus(value), part, name, spans)
                pair = f"{key}={_percent(mark)}"
            pairs.append(pair)
        return "&".join(pairs)

    def response_body(self, body: bytes, media_type: str, answer: Answer, spans: list[Span]) -> bytes:
        """Tokens by name, in a log-in's answer session ids too, the declared pointers, and secret elements of XML."""
        if not body:
            return body
        elements = self._elements | (_TOKEN_ELEMENTS if _WSSE in body else frozenset())
        if elements:
            body = self._xml(body, elements, "response.body", spans)
        if answer.session and "x-www-form-urlencoded" in media_type:
            form = body.decode("latin-1")  # some token endpoints answer in the format of the request
            return self._pairs(form, _SESSION, "response.body", spans).encode("latin-1")
        patterns = self._pointers + tuple(pattern(text) for text in answer.pointers)
        suspicious = answer.session or any(name.encode() in body for name in _TOKENS) or _possible(body, patterns)
        if not suspicious or body.lstrip()[:1] not in (b"{", b"["):
            return body
        names = _SESSION if answer.session else _TOKENS
        shortest = 1 if answer.session else _LONG

        def wanted(item: Scalar) -> bool:
            if item.path and item.string and item.path[-1].lower() in names:
                return item.end - item.start - 2 >= shortest
            return any(matches(item.path, pattern) for pattern in patterns)

        return self._json(body, "response.body", spans, wanted)

    def _xml(self, body: bytes, names: frozenset[str], part: str, spans: list[Span]) -> bytes:
        """The text of elements with these local names; the document may be cut off or broken."""

        def mask(found: re.Match[bytes]) -> bytes:
            mark = self._hold(found[3].decode("utf-8", "replace"), part, found[2].decode(), spans)
            return found[1] + mark.encode()

        some = b"|".join(re.escape(name.encode()) for name in sorted(names))
        content = rb"((?:[^<]|<!\[CDATA\[.*?\]\]>)*[^<\s](?:[^<]|<!\[CDATA\[.*?\]\]>)*)"
        return re.sub(rb"(<(?:[\w.-]+:)?(" + some + rb")(?:\s[^<>]*[^<>/])?\s*>)" + content, mask, body, flags=re.DOTALL)

    def _json(self, body: bytes, part: str, spans: list[Span], wanted: Callable[[Scalar], bool]) -> bytes:
        out, last = bytearray(), 0
        for item in scalars(body):
            if wanted(item):
                mark = self._hold(text(body[item.start : item.end]), part, pointer(item.path), spans)
                out += body[last : item.start] + f'"{mark}"'.encode()
                last = item.end
        return bytes(out + body[last:]) if last else body


def _possible(body: bytes, patterns: Sequence[Path]) -> bool:
    """Whether the last name of a pattern occurs at all; most bodies need no closer look."""
    for path in patterns:
        names = [part for part in path if part != "*" and not part.isdigit()]
        if not names or b"\\u" in body or names[-1].encode() in body:
            return True
    return False


def _percent(mark: str) -> str:
    return mark.replace("[", "%5B").replace("]", "%5D")
