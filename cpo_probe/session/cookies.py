"""Which cookies go with this request?"""

from collections.abc import Iterable
from email.message import Message
from http.cookiejar import Cookie, CookieJar
from urllib.request import Request

from cpo_probe.model import Headers

_PLACES = 2_000
_SECRET_LENGTH = 16  # a cookie's value that long is a session and no setting


class Cookies:
    """The cookies of one identity (RFC 6265, as the standard library's jar reads it)."""

    def __init__(self) -> None:
        self._jar = CookieJar()
        self._empty = True
        self._fields: dict[str, str] = {}  # URL without query -> field, while no cookie can expire

    def header(self, url: str) -> str:
        """The Cookie field's value, "" when none fits."""
        if self._empty:
            return ""
        place = url.partition("?")[0]
        found = self._fields.get(place)
        if found is None:
            request = Request(url)
            self._jar.add_cookie_header(request)
            found = request.get_header("Cookie") or ""
            if len(self._fields) < _PLACES and all(cookie.expires is None for cookie in self._jar):
                self._fields[place] = found
        return found

    def take(self, url: str, headers: Headers) -> None:
        """Keep what an answer sets."""
        fields = _fields(headers)
        if fields:
            self._jar.extract_cookies(_Answer(fields), Request(url))  # type: ignore[arg-type]
            self._changed()

    def value(self, name: str) -> str:
        """The value of the cookie of that name, "" when there is none."""
        return next((cookie.value or "" for cookie in self._jar if cookie.name == name), "")

    def add(self, cookies: Iterable[Cookie]) -> None:
        for cookie in cookies:
            self._jar.set_cookie(cookie)
        self._changed()

    def values(self) -> tuple[str, ...]:
        """Every value in the jar."""
        return tuple(cookie.value for cookie in self._jar if cookie.value)

    def clear(self) -> None:
        """Forget a session that has ended."""
        self._jar.clear()
        self._changed()

    def _changed(self) -> None:
        self._empty = not len(self._jar)
        self._fields.clear()


class _Answer:
    """What the jar wants to see of a response."""

    def __init__(self, fields: Iterable[str]) -> None:
        self._message = Message()
        for field in fields:
            self._message["Set-Cookie"] = field

    def info(self) -> Message:
        return self._message


def session_values(headers: Headers) -> tuple[str, ...]:
    """Values of the cookies an answer sets that are long enough to be a session and not a setting."""
    values = (field.partition(";")[0].partition("=")[2].strip().strip('"') for field in _fields(headers))
    return tuple(value for value in values if len(value) >= _SECRET_LENGTH)


def _fields(headers: Headers) -> list[str]:
    return [value for name, value in headers if len(name) == 10 and name.lower() == "set-cookie"]
