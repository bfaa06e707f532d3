"""Which ways of authentication does a challenge offer (RFC 9110, 11.6.1)?"""

import re
from dataclasses import dataclass

from cpo_probe.protocols.http.semantics import QUOTED, TCHAR, split, unquote

_PARAMETER = re.compile(rf"({TCHAR}+)[ \t]*=[ \t]*({TCHAR}+|{QUOTED})\Z")
_SCHEME = re.compile(rf"({TCHAR}+)(?:[ \t]+(.+))?\Z", re.S)
_TOKEN68 = re.compile(r"[A-Za-z0-9\-._~+/]+=*\Z")

OPEN_SCHEMES = frozenset(
    {
        "basic", "bearer", "concealed", "digest", "dpop", "gnap", "hoba", "mutual", "negotiate", "privatetoken",
        "scram-sha-1", "scram-sha-256", "vapid",
    }
)  # fmt: skip
"""Schemes of the IANA registry of HTTP authentication schemes (OAuth 1.0 is left out: obsolete)."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """One challenge; `scheme` as sent, compare in lower case."""

    scheme: str
    token68: str
    parameters: tuple[tuple[str, str], ...]

    def parameter(self, name: str) -> str | None:
        return next((v for k, v in self.parameters if k == name), None)


def challenges(text: str) -> tuple[Challenge, ...] | None:
    """The challenges of WWW-Authenticate or Proxy-Authenticate; () when empty, None when it cannot be read."""
    found: list[Challenge] = []
    for part in split(text):
        parameter = _PARAMETER.match(part)
        if parameter:
            if not found:
                return None
            found[-1] = _with(found[-1], parameter)
            continue
        scheme = _SCHEME.match(part)
        if scheme is None:
            return None
        found.append(Challenge(scheme[1], "", ()))
        rest = (scheme[2] or "").strip(" \t")
        if not rest:
            continue
        parameter = _PARAMETER.match(rest)
        if parameter:
            found[-1] = _with(found[-1], parameter)
        elif _TOKEN68.match(rest):
            found[-1] = Challenge(scheme[1], rest, ())
        else:
            return None
    return tuple(found)


def _with(challenge: Challenge, parameter: re.Match[str]) -> Challenge:
    pair = (parameter[1].lower(), unquote(parameter[2]))
    return Challenge(challenge.scheme, challenge.token68, (*challenge.parameters, pair))
