"""How does an account log in by a form or a JSON message?"""

import json
from collections.abc import Generator
from urllib.parse import urlencode

from cpo_probe.errors import ScopeError
from cpo_probe.model import Blocker, LoginAuth
from cpo_probe.session.ask import join
from cpo_probe.session.auth.flow import Answer, Call, Credentials, Flow
from cpo_probe.session.auth.form import hidden_fields
from cpo_probe.session.cookies import Cookies
from cpo_probe.session.recorder import SecretSource

_HOPS = 5  # redirects that a log-in may take


class Login:
    """A page before it (cookies, hidden fields), the log-in itself, redirects until it is done; then a cookie or a token."""

    def __init__(self, auth: LoginAuth, secrets: SecretSource, cookies: Cookies) -> None:
        self._auth = auth
        self._fields = [(name, secrets.resolve(value)) for name, value in auth.fields]
        self._secret_fields = frozenset(
            name for (name, value), (_, plain) in zip(auth.fields, self._fields, strict=True) if value != plain
        )
        self._cookies = cookies
        self._done = False
        self._token = ""

    def ready(self, now: float) -> bool:
        return self._done

    def obtain(self, now: float) -> Flow:
        self._cookies.clear()
        hidden: tuple[tuple[str, str], ...] = ()
        if self._auth.before:
            page = yield self._get(self._auth.before, "the log-in page: its cookies and hidden fields")
            page = yield from self._follow(page)
            if page.failure:
                raise ScopeError(Blocker.NO_CREDENTIAL, f"the log-in page did not answer: {page.failure.detail}")
            hidden = hidden_fields(page.body)
        answer = yield self._login(hidden)
        if not self._succeeded(answer):
            answer = yield from self._follow(answer)
        if answer.failure:
            raise ScopeError(Blocker.NO_CREDENTIAL, f"the log-in did not answer: {answer.failure.detail}")
        if not self._succeeded(answer):
            raise ScopeError(Blocker.DENIED, f"the log-in at {self._auth.url} answered {answer.status}{self._missing(answer)}")
        self._token = answer.at(self._auth.token_pointer) if self._auth.token_pointer else ""
        self._done = True

    def credentials(self) -> Credentials:
        if not self._token:
            return Credentials()
        name = self._auth.token_header
        return Credentials(headers=((name, f"Bearer {self._token}" if name.lower() == "authorization" else self._token),))

    def rejected(self, answer: Answer) -> bool:
        """401, or sent back to the log-in page."""
        if answer.status == 401:
            return True
        if not answer.redirected:
            return False
        place = join(answer.url, answer.redirected).partition("?")[0]
        return place in {url.partition("?")[0] for url in (self._auth.url, self._auth.before) if url}

    def forget(self) -> None:
        self._done, self._token = False, ""

    def _login(self, hidden: tuple[tuple[str, str], ...]) -> Call:
        auth = self._auth
        own = {name for name, _ in self._fields}
        headers: list[tuple[str, str]] = [("Accept", "*/*")]
        url, body = auth.url, b""
        if auth.format == "json":
            headers.append(("Content-Type", "application/json"))
            body = json.dumps(dict(self._fields), ensure_ascii=False).encode()
        else:
            form = urlencode([pair for pair in hidden if pair[0] not in own] + self._fields)
            if auth.method == "GET":
                url += ("&" if "?" in url else "?") + form
            else:
                headers.append(("Content-Type", "application/x-www-form-urlencoded"))
                body = form.encode()
        pointers = (auth.token_pointer,) if auth.token_pointer else ()
        fields = self._secret_fields | {name for name, value in hidden if len(value) >= 16}
        return Call("login", auth.method, url, "log-in of the account", tuple(headers), body, fields, pointers, self._tokens)

    def _get(self, url: str, why: str) -> Call:
        return Call("login", "GET", url, why, (("Accept", "text/html, */*"),), secrets=_hidden_values)

    def _follow(self, answer: Answer) -> Generator[Call, Answer, Answer]:
        for _ in range(_HOPS):
            if not answer.redirected:
                break
            answer = yield self._get(join(answer.url, answer.redirected), "redirect of the log-in")
        return answer

    def _tokens(self, answer: Answer) -> tuple[str, ...]:
        return (answer.at(self._auth.token_pointer),) if self._auth.token_pointer else ()

    def _succeeded(self, answer: Answer) -> bool:
        return answer.status in self._auth.success_status and not self._missing(answer)

    def _missing(self, answer: Answer) -> str:
        """What a log-in that worked would have brought."""
        auth = self._auth
        if auth.success_cookie and not self._cookies.value(auth.success_cookie):
            return f" without the cookie {auth.success_cookie} (auth.success_cookie)"
        if auth.token_pointer and not answer.at(auth.token_pointer):
            return f" without a token at {auth.token_pointer} (auth.token_pointer)"
        return ""


def _hidden_values(answer: Answer) -> tuple[str, ...]:
    """Tokens bound to the session stand in hidden fields; short values are settings."""
    return tuple(value for _, value in hidden_fields(answer.body) if len(value) >= 16)
