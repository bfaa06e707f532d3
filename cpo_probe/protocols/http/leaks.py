"""Does an error answer show the inside of the server: stack traces, SQL, source files?

The rules look for what only a program's own machinery writes. Words such as "exception" or "select" alone are
no leak, and a path counts only with a source file's ending or below a folder that no URL starts with.
"""

import html
import json
import re
from dataclasses import dataclass

from cpo_probe.model import Response
from cpo_probe.protocols.http.semantics import is_json

MAX_TEXT = 200_000


@dataclass(frozen=True, slots=True)
class Leak:
    """`kind`: "stack_trace", "sql", "path". `excerpt`: at most 120 characters. `offset`: characters into the decoded text."""

    kind: str
    excerpt: str
    offset: int


_STACK = (
    re.compile(r"Traceback \(most recent call last\)"),
    re.compile(r'File "[^"\n]{1,200}", line \d+, in \S'),
    re.compile(r"\bat (?:[\w$]+[./]){1,12}[\w$<>]+\((?:[\w$]+\.(?:java|kt|scala|groovy):\d+|Native Method|Unknown Source)\)"),
    re.compile(r"\bat [\w.<>`]{1,200}\([^)\n]{0,200}\) in [A-Za-z]:?[\\/][^\n]{1,200}:line \d+"),
    re.compile(r"\bat (?:async )?(?:[\w.$<>\[\] ]{1,100} \()?(?:file://|node:|/|[A-Za-z]:\\)[^\s()]{1,200}:\d+:\d+\)?"),
    re.compile(r"#\d+ /?[^\s(]{1,200}\.php\(\d+\): "),
    re.compile(r"\.php on line \d+"),
    re.compile(r"\w\.rb:\d+:in [`']"),
    re.compile(r"goroutine \d+ \[\w+\]:"),
    re.compile(r"\b(?:java|javax|org|com|net)\.(?:[a-z_][\w]*\.){1,8}[A-Z]\w*(?:Exception|Error)\b"),
    re.compile(r"\bSystem\.(?:[A-Z]\w*\.){0,4}[A-Z]\w*Exception\b"),
    re.compile(r"thread '[^']{1,80}' panicked at "),
)
_NAME = r"[\w.\"`\[\]]+"
_TEST = r"\s*(?:[=<>]|!=|in\s*\(|like\s|between\s)"
_JOIN = r"(?:left |inner )?join\s"
_SQL = (
    re.compile(r"\bORA-\d{5}\b"),
    re.compile(r"\bSQLSTATE\b\s?[\[(:=]"),
    re.compile(r"You have an error in your SQL syntax"),
    re.compile(
        r"\b(?:sqlite3\.\w*Error|psycopg2?\.|pymysql\.|asyncpg\.|sqlalchemy\.exc\.|SQLITE_(?:ERROR|CONSTRAINT|MISMATCH)|PG::\w+Error)"
    ),
    re.compile(r"\b(?:org\.hibernate|SqlException|SQLException|PSQLException|SQLGrammarException)\b"),
    re.compile(r"\bno such (?:column|table): \w"),
    re.compile(r"(?i)\bno such function: \w+ in:\s*select\s"),
    re.compile(rf"(?is)\bselect\s.{{1,400}}?\sfrom\s+{_NAME}\s+(?:\w+\s+)?(?:where\s+{_NAME}{_TEST}|(?:order|group) by|{_JOIN})"),
    re.compile(rf"(?i)\binsert into\s+{_NAME}\s*\(|\bdelete from\s+{_NAME}\s+where\s+{_NAME}{_TEST}"),
    re.compile(r"(?i)\bupdate\s+[\w.\"`\[\]]+\s+set\s+[\w.\"`\[\]]+\s*="),
    re.compile(r"Unclosed quotation mark after the character string|syntax error at or near \""),
)
_SOURCE = r"(?:py|pyc|java|class|jar|js|mjs|cjs|ts|rb|php|go|cs|vb|cpp|c|rs|kt|scala|pl|jsp|aspx|dll|so|exe|sql)"
_PATH = (
    re.compile(
        rf"(?<![\w/:.])/(?:[\w.@+-]+/){{0,20}}(?:node_modules|site-packages|dist-packages)/(?:[\w.@+-]+/){{0,20}}[\w.@+-]+\.{_SOURCE}\b"
    ),
    re.compile(
        rf"(?<![\w/:.])/(?:usr|home|opt|var|etc|srv|root|tmp|app|Users|mnt|data|private)/(?:[\w.@+-]+/){{0,20}}[\w.@+-]+\.{_SOURCE}\b"
    ),
    re.compile(
        r"(?<![\w/:.])/(?:usr/(?:lib|local|share|src)|home/[\w.-]+|var/(?:www|lib|log|opt)|root|etc/(?:passwd|shadow|ssl|nginx|apache2))/[\w.@+/-]+"
    ),
    re.compile(r"(?<![\w])[A-Za-z]:\\(?:[\w .()-]{1,80}\\){1,20}[\w .()-]{1,80}"),
)
_RULES = tuple(("stack_trace", r) for r in _STACK) + tuple(("sql", r) for r in _SQL) + tuple(("path", r) for r in _PATH)


def leaks(response: Response, reflected: str = "") -> tuple[Leak, ...]:
    """The first leak of each kind. `reflected` is text that we sent ourselves (URL, body): finding it again is no leak."""
    text = readable(response)
    found: dict[str, Leak] = {}
    for kind, rule in _RULES:
        if kind in found:
            continue
        for match in rule.finditer(text):
            if match.group() not in reflected:
                found[kind] = Leak(kind, " ".join(match.group().split())[:120], match.start())
                break
    return tuple(found[kind] for kind in ("stack_trace", "sql", "path") if kind in found)


def readable(response: Response) -> str:
    """The answer's text as a reader sees it: JSON escapes and HTML entities resolved; "" for what is no text."""
    if b"\x00" in response.body[:1000]:
        return ""
    if is_json(response.media_type) and not response.document.problem:
        return "\n".join(_strings(response.document.value))[:MAX_TEXT]
    text = response.body[: 4 * MAX_TEXT].decode("utf-8", "replace")[:MAX_TEXT]
    return html.unescape(text) if "html" in response.media_type or "xml" in response.media_type else text


def _strings(value: object) -> list[str]:
    """All texts inside a JSON value, names included, in document order."""
    found: list[str] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, dict):
            for name, member in reversed(one.items()):
                waiting.append(member)
                waiting.append(name)
        elif isinstance(one, list):
            waiting.extend(reversed(one))
        elif isinstance(one, float | int):
            found.append(json.dumps(one))
    return found
