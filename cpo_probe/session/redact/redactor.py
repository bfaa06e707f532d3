"""How does a message look that may be written?

By position: credentials, cookies, tokens in answers, and what the profile declares. By value: every secret of eight
characters and more, in every form it can take. Both before anything is hashed or stored. The key of the placeholders is
made here and dies with the session: nobody can try out passwords against them afterwards.
"""

import hashlib
import secrets as randomness
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cpo_probe.model import Failure, FailureKind, Headers, Request, Response, Span, Target, Wire, header
from cpo_probe.session.ask import Outgoing
from cpo_probe.session.raw import Raw
from cpo_probe.session.recorder import SecretSource
from cpo_probe.session.redact import files
from cpo_probe.session.redact.forms import SHORTEST, Finder, forms
from cpo_probe.session.redact.hidden import Hidden, SensitiveNames
from cpo_probe.session.redact.positions import Positions
from cpo_probe.session.room import Aside, Spool

_LEARNED = 128  # values learned from answers; a cookie that changes with every answer must not slow everything down


@dataclass(frozen=True, slots=True)
class Clean:
    """What may be recorded."""

    request: Request
    response: Response | None
    failure: Failure | None
    wire: Wire
    spans: tuple[Span, ...]
    note: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sensitive:
    """What is secret in one request besides the usual: names of form or JSON members of its body and query,
    JSON Pointers into its answer, whether the answer as a whole is a log-in's, and stretches of the request's body.
    """

    fields: frozenset[str] = frozenset()
    pointers: tuple[str, ...] = ()
    session: bool = False
    hidden: tuple[Hidden, ...] = ()


PLAIN = Sensitive()


class Redactor:
    """One per session; `learn` makes it know more."""

    def __init__(self, target: Target, secrets: SecretSource, names: SensitiveNames) -> None:
        self._key = randomness.token_bytes(32)
        self._source = secrets
        self._known: tuple[str, ...] = ()
        self._learned: dict[str, None] = {}
        self._finders: list[Finder] = []
        self._positions = Positions(target.redact, names, self.placeholder)

    def learn(self, value: str) -> None:
        """A secret that an answer handed out: a token, a session id."""
        if len(value) < SHORTEST or value in self._learned:
            return
        self._learned[value] = None
        if len(self._learned) > _LEARNED:
            self._learned.pop(next(iter(self._learned)))
        self._rebuild()

    def placeholder(self, value: str, part: str, name: str, spans: list[Span]) -> str:
        """What stands in the place of `value`; the span is noted."""
        digest = hashlib.blake2b(value.encode("utf-8", "surrogateescape"), key=self._key, digest_size=16).hexdigest()
        spans.append(Span(part, name, len(value), digest))
        return f"[redacted:{digest[:8]}]"

    def clean(self, out: Outgoing, raw: Raw, note: dict[str, Any], sensitive: Sensitive = PLAIN) -> Clean:
        """The exchange without secrets."""
        self._refresh()
        spans: list[Span] = []
        positions = self._positions
        url = positions.url(str(out.url), sensitive.fields, spans)
        request_headers = positions.headers("request.header", out.headers, spans)
        out = replace(out, body=self._without(out.body, sensitive.hidden, spans))
        request_body = positions.request_body(out, sensitive.fields, spans)
        request_headers, url = self._by_value_head("request", request_headers, spans, url)
        request_body = self._by_value(request_body, "request.body", "", spans)
        request = Request(out.method, url, request_headers, request_body)
        request_head = _head(f"{out.method} {_target(url)} HTTP/1.1", request_headers)
        failure = raw.failure and Failure(raw.failure.kind, self._text(raw.failure.detail))
        if raw.status == 0:
            wire = Wire(request_head, request_body, b"", b"")
            return Clean(request, None, failure, wire, tuple(spans), self._note(note))
        response, stored, note = self._response(raw, sensitive, spans, note)
        response_head = _head(f"{raw.http_version} {raw.status} {response.reason}".rstrip(), response.headers)
        wire = Wire(request_head, request_body, response_head, stored)
        return Clean(request, response, failure, wire, tuple(spans), self._note(note))

    def settle(self, aside: Aside, clean: Clean, spool: Callable[[], Spool]) -> Clean:
        """The exchange whose body lies in files, now searched for secrets and named by their digests. Reads the whole body."""
        assert clean.response is not None, "a body has a response"
        spans = list(clean.spans)
        wire, body, changed = files.settle(
            aside, self._finders, lambda finder: self.placeholder(finder.secret, "response.body", "", spans).encode(), spool
        )
        response, message = replace(clean.response, stored=body.digest), clean.wire
        if changed and aside.wire is not aside.body:
            headers = tuple(field for field in response.headers if field[0].lower() != "content-encoding")
            response = replace(response, headers=headers)
            message = replace(message, response_head=_head(message.response_head.decode("latin-1").partition("\r\n")[0], headers))
        message = replace(message, response_body=b"", stored=wire.digest, stored_bytes=wire.size)
        return replace(clean, response=response, wire=message, spans=tuple(spans))

    def _response(
        self, raw: Raw, sensitive: Sensitive, spans: list[Span], note: dict[str, Any]
    ) -> tuple[Response, bytes, dict[str, Any]]:
        headers = self._positions.headers("response.header", raw.headers, spans)
        headers, reason = self._by_value_head("response", headers, spans, raw.reason)
        body, stored = raw.body, raw.wire
        clean = self._positions.response_body(body, header(headers, "content-type") or "", sensitive, spans)
        clean = self._by_value(clean, "response.body", "", spans)
        clean = self._by_value(clean, "response.body", "", spans, once=_echoes(sensitive.hidden))
        if raw.truncated:
            clean = self._cut_off(clean, spans)
        coding = header(headers, "content-encoding") if raw.wire is not raw.body else None
        if raw.wire is raw.body:
            stored = clean
        elif clean != body or (raw.truncated is FailureKind.CODING and (sensitive.session or self._hit(stored))):
            # What cannot be decoded cannot be searched, so the readable part is all that may be kept of it.
            stored = clean
            headers = tuple(field for field in headers if field[0].lower() != "content-encoding")
            spans.append(Span("response.header", "Content-Encoding", len(coding or ""), ""))
            note = {**note, "content_encoding_removed": coding}
        size = raw.aside.wire.size if raw.aside else len(raw.wire)
        response = Response(raw.status, reason, raw.http_version, headers, clean, size, raw.truncated)
        return response, stored, note

    def _by_value_head(self, side: str, headers: Headers, spans: list[Span], line: str) -> tuple[Headers, str]:
        """Header values, and the URL or reason phrase beside them; one look at all of them is enough where there is nothing."""
        together = "\n".join([line, *(value for _, value in headers)]).encode("latin-1", "replace")
        if not self._hit(together):
            return headers, line
        part = "request.url" if side == "request" else "response.reason"
        line = self._by_value(line.encode(), part, "", spans, url=side == "request").decode()
        cleaned = tuple(
            (name, self._by_value(value.encode("latin-1"), f"{side}.header", name, spans).decode("latin-1"))
            for name, value in headers
        )
        return cleaned, line

    def _without(self, body: bytes, hidden: Sequence[Hidden], spans: list[Span]) -> bytes:
        """The body with placeholders where its secrets stand."""
        out, last = bytearray(), 0
        for one in sorted(hidden, key=lambda one: one.start):
            out += body[last : one.start] + self.placeholder(one.text, "request.body", one.name, spans).encode()
            last = one.end
        return bytes(out + body[last:])

    def _by_value(
        self,
        data: bytes,
        part: str,
        name: str,
        spans: list[Span],
        *,
        url: bool = False,
        once: Sequence[Finder] | None = None,
    ) -> bytes:
        """`once`: secrets of this exchange alone, instead of those of the session."""
        for finder in self._finders if once is None else once:
            if finder.hit(data):
                mark = self.placeholder(finder.secret, part, name, spans)
                data = finder.replace(data, (_percent(mark) if url else mark).encode())
        return data

    def _cut_off(self, body: bytes, spans: list[Span]) -> bytes:
        """A body that ends in the middle of a secret."""
        for finder in self._finders:
            for form in sorted(forms(finder.secret), key=len, reverse=True):
                for length in range(min(len(form) - 1, len(body)), SHORTEST - 1, -1):
                    if body.endswith(form[:length]):
                        return body[:-length] + self.placeholder(finder.secret, "response.body", "", spans).encode()
        return body

    def _hit(self, data: bytes) -> bool:
        return any(finder.hit(data) for finder in self._finders)

    def _text(self, text: str) -> str:
        return self._by_value(text.encode(), "", "", []).decode("utf-8", "replace")

    def _note(self, note: dict[str, Any]) -> dict[str, Any]:
        """What a probe noted: it may have quoted an argument."""
        if not note:
            return note
        return {key: self._value(value) for key, value in note.items()}

    def _value(self, value: Any) -> Any:
        match value:
            case str():
                return self._text(value) if len(value) >= SHORTEST else value
            case dict():
                return {key: self._value(item) for key, item in value.items()}
            case list() | tuple():
                return [self._value(item) for item in value]
        return value

    def _refresh(self) -> None:
        """Secrets are resolved when they are needed, so their number grows."""
        known = self._source.values()
        if known != self._known:
            self._known = known
            self._rebuild()

    def _rebuild(self) -> None:
        old = {finder.secret: finder for finder in self._finders}
        wanted = [secret for secret in dict.fromkeys((*self._known, *self._learned)) if len(secret) >= SHORTEST]
        # The longest first: a secret that holds another one is replaced as a whole.
        self._finders = [old.get(secret) or Finder(secret) for secret in sorted(wanted, key=lambda text: (-len(text), text))]


def _echoes(hidden: Sequence[Hidden]) -> list[Finder]:
    """What an answer may repeat of the secrets of its request."""
    return [Finder(one.text) for one in hidden if len(one.text) >= SHORTEST]


def _head(line: str, headers: Headers) -> bytes:
    lines = [line, *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("latin-1", "replace")


def _target(url: str) -> str:
    """Path and query, as the request line has them."""
    rest = url.partition("://")[2]
    slash = rest.find("/")
    return rest[slash:] if slash >= 0 else "/"


def _percent(mark: str) -> str:
    return mark.replace("[", "%5B").replace("]", "%5D")
