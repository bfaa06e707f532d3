"""How does an account log in by a SOAP message, and show its session afterwards?"""

import re
from xml.sax.saxutils import escape

from lxml import etree

from cpo_probe.errors import ScopeError
from cpo_probe.model import Blocker, SoapLoginAuth
from cpo_probe.protocols.soap import Envelope, read, root_of
from cpo_probe.protocols.wsdl.names import ENVELOPE11, ENVELOPE12
from cpo_probe.session.auth.blocks import Block, Piece, written
from cpo_probe.session.auth.flow import Answer, Call, Credentials, Flow
from cpo_probe.session.cookies import Cookies
from cpo_probe.session.recorder import SecretSource

_SPACES = {"1.1": ENVELOPE11, "1.2": ENVELOPE12}


class SoapLogin:
    """One message; then a session id that all later messages carry in their header, a cookie, or both."""

    def __init__(self, auth: SoapLoginAuth, secrets: SecretSource, cookies: Cookies) -> None:
        self._auth = auth
        self._cookies = cookies
        self._values = {name: secrets.resolve(value) for name, value in auth.fields}
        self._secret = {name for name, value in auth.fields if self._values[name] != value}
        self._done = False
        self._session = ""

    def ready(self, now: float) -> bool:
        return self._done

    def obtain(self, now: float) -> Flow:
        self._cookies.clear()
        answer = yield self._login()
        if answer.failure:
            raise ScopeError(Blocker.NO_CREDENTIAL, f"the log-in did not answer: {answer.failure.detail}")
        trouble = self._trouble(answer)
        if trouble:
            raise ScopeError(Blocker.DENIED, f"the log-in at {self._auth.url} answered {answer.status}{trouble}")
        self._session = self._session_of(answer)
        self._done = True

    def credentials(self) -> Credentials:
        block = header_block(self._auth.header, self._session) if self._auth.header and self._session else None
        return Credentials(block=block)

    def rejected(self, answer: Answer) -> bool:
        """401, or a fault with the words that the profile names."""
        if answer.status == 401:
            return True
        if not self._auth.expired or self._auth.expired.encode() not in answer.body:
            return False
        envelope = _envelope(answer)
        fault = envelope.fault if envelope else None
        return fault is not None and (self._auth.expired in fault.reason or self._auth.expired in fault.code_text)

    def forget(self) -> None:
        self._done, self._session = False, ""

    def _login(self) -> Call:
        space = _SPACES[self._auth.version]
        head, end = f'<e:Envelope xmlns:e="{space}"><e:Body>', "</e:Body></e:Envelope>"
        body, hidden = written((Piece(head), *filled(self._auth.message, self._values, self._secret), Piece(end)))
        return Call(
            "login",
            "POST",
            self._auth.url,
            "log-in of the account",
            (*_media_type(self._auth.version, self._auth.action), ("Accept", "text/xml, application/soap+xml")),
            body,
            secrets=lambda answer: (self._session_of(answer),),
            hidden=hidden,
        )

    def _session_of(self, answer: Answer) -> str:
        envelope = _envelope(answer) if self._auth.session else None
        found = envelope.root.find(self._auth.session) if envelope else None
        return "".join(map(str, found.itertext())).strip() if isinstance(found, etree._Element) else ""

    def _trouble(self, answer: Answer) -> str:
        """What tells that nobody was let in, as the end of a sentence; "" when somebody was."""
        auth, envelope = self._auth, _envelope(answer)
        if envelope is not None and envelope.fault is not None:
            return f" with the fault {envelope.fault.reason or envelope.fault.code_text!r}"
        if not 200 <= answer.status < 300:
            return " instead of a session"
        if envelope is None:
            return " without a SOAP message"
        if auth.session and not self._session_of(answer):
            return f" without a session id at {auth.session} (auth.session)"
        if auth.success_cookie and not self._cookies.value(auth.success_cookie):
            return f" without the cookie {auth.success_cookie} (auth.success_cookie)"
        return ""


def header_block(template: str, session: str) -> Block:
    """The block of the profile with the session id in it; the same for every message."""
    pieces = filled(template, {"session": session}, {"session"})
    return lambda namespace: pieces


def filled(template: str, values: dict[str, str], secret: set[str]) -> tuple[Piece, ...]:
    """The template with values in place of their {name}; other braces stay."""
    pieces, end = [], 0
    for found in re.finditer(r"\{(\w+)\}", template):
        if found[1] in values:
            pieces += [Piece(template[end : found.start()])]
            pieces += [Piece(escape(values[found[1]], {'"': "&quot;"}), found[1] if found[1] in secret else "")]
            end = found.end()
    return (*pieces, Piece(template[end:]))


def session_element(path: str) -> str:
    """The local name that a path of elements ends with, "" when it has none."""
    found = re.search(r"([\w.-]+)(?:\[[^\]]*\])*$", path)
    return found[1] if found else ""


def _envelope(answer: Answer) -> Envelope | None:
    message = read(root_of(answer.body, answer.header("content-type"))[0])
    return message if isinstance(message, Envelope) else None


def _media_type(version: str, action: str) -> tuple[tuple[str, str], ...]:
    if version == "1.1":
        return (("Content-Type", "text/xml; charset=utf-8"), ("SOAPAction", f'"{action}"'))
    more = f'; action="{action}"' if action else ""
    return (("Content-Type", f"application/soap+xml; charset=utf-8{more}"),)
