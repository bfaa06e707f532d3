"""Which hidden fields does a log-in page expect back?"""

from html.parser import HTMLParser


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[bool, list[tuple[str, str]]]] = []  # [has a password field, hidden fields]
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((False, []))
            self._open = True
        elif tag == "input" and self._open:
            kind = values.get("type", "text").lower()
            if kind == "password":
                self.forms[-1] = (True, self.forms[-1][1])
            elif kind == "hidden" and values.get("name"):
                self.forms[-1][1].append((values["name"], values.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False


def hidden_fields(page: bytes) -> tuple[tuple[str, str], ...]:
    """Hidden fields of the form with a password field, else of the first form; () when there is none."""
    parser = _Forms()
    parser.feed(page.decode("utf-8", "replace"))
    parser.close()
    with_password = [fields for password, fields in parser.forms if password]
    chosen = with_password or [fields for _, fields in parser.forms]
    return tuple(chosen[0]) if chosen else ()
