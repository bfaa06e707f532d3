"""Which token proves that a changing request was meant?"""

from cpo_probe.errors import ScopeError
from cpo_probe.model import Blocker, Csrf, Headers
from cpo_probe.session.auth.flow import Answer, Call, Flow
from cpo_probe.session.cookies import Cookies


class CsrfToken:
    """A token out of a header (SAP's "x-csrf-token: Fetch"), a cookie, or a JSON answer, sent back in a header."""

    def __init__(self, csrf: Csrf, cookies: Cookies) -> None:
        self._csrf = csrf
        self._cookies = cookies
        self._kind, _, self._name = csrf.source.partition(":")
        self._token = ""

    def wanted(self, method: str) -> bool:
        return method in self._csrf.methods

    def ready(self) -> bool:
        return bool(self._current())

    def obtain(self) -> Flow:
        pointers = (self._name,) if self._kind == "json" else ()
        answer = yield Call(
            "csrf",
            "GET",
            self._csrf.url,
            "a CSRF token is needed",
            self._csrf.request_headers,
            pointers=pointers,
            secrets=lambda answer: (self._read(answer),),
            credentials=True,
        )
        self._token = self._read(answer)
        if not self._current():
            said = answer.failure.detail if answer.failure else f"{answer.status} without {self._csrf.source}"
            raise ScopeError(Blocker.NO_CREDENTIAL, f"no CSRF token from {self._csrf.url}: {said}")

    def headers(self) -> Headers:
        return ((self._csrf.header, self._current()),)

    def rejected(self, answer: Answer) -> bool:
        """SAP says "Required"; others just refuse."""
        return answer.status == 403

    def forget(self) -> None:
        self._token = ""

    def _current(self) -> str:
        """A cookie is read anew each time: servers rotate it with any answer."""
        return self._cookies.value(self._name) if self._kind == "cookie" else self._token

    def _read(self, answer: Answer) -> str:
        match self._kind:
            case "header":
                return answer.header(self._name)
            case "json":
                return answer.at(self._name)
        return self._cookies.value(self._name)
