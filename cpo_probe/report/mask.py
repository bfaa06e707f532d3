"""Which parts of recorded text may not stand in a report: secrets, personal data, characters that deceive the eye?

The evidence keeps what the system answered; a report is handed around. So every recorded text passes through
`mask` on its way into a report. A masked value says what it was: `‹mail •••›`.
"""

import re

SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "authentication-info"})

_SECRET_NAME = re.compile(
    r"(?:^|[^a-z])(?:pass(?:word|wd|phrase)?|pwd|secret|token|csrf|xsrf|api[-_]?key|access[-_]?key|private[-_]?key|session"
    r"(?:[-_]?id)?|credentials?|authorization|jsessionid|sid)(?:[-_]?(?:hash|value|salt|digest))?$"
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def secret_name(name: str) -> bool:
    """Whether a member, header or parameter of that name holds a secret: `passwordHash`, `X-Auth-Token`, `apiKey`."""
    return _SECRET_NAME.search(_HUMP.sub("-", name).lower()) is not None


_NAMED = (
    r"[\w.-]{0,40}?(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[-_]?key|access[-_]?key|session(?:id)?|signature)(?:[-_]?hash)?"
)
_RULES: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = (  # kind, texts one of which it needs, shape
    (
        "key",
        ("-----BEGIN",),
        re.compile(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\Z)", re.S),
    ),
    ("token", ("eyJ",), re.compile(r"\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?")),
    (
        "token",
        (" ",),
        re.compile(r"(?i:\b(?:bearer|basic|negotiate|token)\s{1,3})(?=[\w.~+/=-]{0,200}[\d=._/-])[\w.~+/=-]{12,}"),
    ),
    ("hash", ("$",), re.compile(r"\$(?:2[abxy]|5|6|y|7|1|apr1|scrypt|argon2(?:id|i|d))\$[\w./$,=+-]{16,}")),
    ("hash", ("$", ":"), re.compile(r"\b(?:pbkdf2|scrypt|bcrypt)[\w:]{0,20}[$:][\w./$:=+-]{16,}")),
    ("hash", ("{",), re.compile(r"\{(?:S?SHA|SMD5|MD5|CRYPT|SSHA\d{3}|SHA\d{3}|PBKDF2[\w-]{0,20})\}[\w./+=$]{8,}")),
    (
        "key",
        ("AKIA", "gh", "xox", "AIza", "glpat"),
        re.compile(r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_\w{30,}|xox[abprs]-[\w-]{10,}|AIza[\w-]{30,}|glpat-[\w-]{16,})"),
    ),
    (
        "mail",
        ("@", "%40", "\\u0040"),
        re.compile(r"[\w.+-]{1,64}(?:@|%40|\\u0040)(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}\b"),
    ),
)
_USERINFO = re.compile(r"(?<=://)[^/\s@\"'<>]{1,200}@")
_PARAMETER = re.compile(rf"(?i)([?&;]{_NAMED}=)[^&#\s\"'<>]+")
_MEMBER = re.compile(rf'(?i)("{_NAMED}"\s*:\s*")(?:[^"\\]|\\.)+')
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


def printable(text: str) -> str:
    """The text with control, bidirectional and invisible characters and lone surrogates written as escapes.

    CR LF becomes LF. A right-to-left override in an answer must not turn the evidence around (UAX #9, HL4).
    """
    return _INVISIBLE.sub(lambda m: f"\\u{ord(m.group()):04x}", text.replace("\r\n", "\n"))


def hidden(kind: str) -> str:
    """What stands in place of a masked value."""
    return f"‹{kind} •••›"


def mask(text: str) -> str:
    """The text without values that look like secrets or personal data, safe to print."""
    return printable(conceal(text))


def conceal(text: str) -> str:
    """The text without values that look like secrets or personal data, every other character as it was."""
    if "://" in text:
        text = _USERINFO.sub(hidden("secret") + "@", text)
    if "=" in text:
        text = _PARAMETER.sub(lambda m: m.group(1) + hidden("secret"), text)
    if '"' in text:
        text = _MEMBER.sub(lambda m: m.group(1) + hidden("secret"), text)
    for kind, needs, rule in _RULES:
        if any(need in text for need in needs):
            text = rule.sub(hidden(kind), text)
    return text


def mask_header(name: str, value: str) -> str:
    """A header field's value; credentials and cookies keep only scheme, name and attributes."""
    lower = name.lower()
    if lower == "set-cookie":
        pair, semicolon, attributes = value.partition(";")
        return printable(f"{pair.partition('=')[0]}={hidden('cookie')}{semicolon}{attributes}")
    if lower == "cookie":
        names = (pair.partition("=")[0].strip() for pair in value.split(";"))
        return printable("; ".join(f"{name}={hidden('cookie')}" for name in names))
    if lower in SECRET_HEADERS:
        scheme = value.split(" ", 1)[0] if " " in value else ""
        return printable(f"{scheme} {hidden('secret')}".strip())
    return hidden("secret") if secret_name(name) else mask(value)


def mask_value(name: str, value: str) -> str:
    """A text value whose member or parameter name is known."""
    return hidden("secret") if value and secret_name(name) else mask(value)
