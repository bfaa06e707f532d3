"""Is what fails on a peer exactly what a person has checked by hand against the raw exchange?"""

import tomllib
from pathlib import Path

from tests.peers.measure import Measured

EXPECTED = Path(__file__).resolve().parent / "expected"
INTERFACE = "(interface)"
"""Stands for findings that are about no single operation."""

Key = tuple[str, str, str]


def expected(name: str) -> set[Key]:
    """(check, operation, code) of `expected/<name>.toml`; every entry says why it is true."""
    document = tomllib.loads((EXPECTED / f"{name}.toml").read_text(encoding="utf-8"))
    keys: list[Key] = []
    for entry in document["finding"]:
        assert set(entry) == {"check", "code", "operations", "why"}, f"{name}.toml: unknown or missing keys in {entry}"
        assert len(entry["why"]) > 20, f"{name}.toml: {entry['check']} {entry['code']} does not say why it is true"
        groups = [document["operations"][o[1:]] if o.startswith("@") else [o] for o in entry["operations"]]
        keys += [(entry["check"], "" if o == INTERFACE else o, entry["code"]) for group in groups for o in group]
    assert len(keys) == len(set(keys)), f"{name}.toml names a finding twice: {sorted(k for k in keys if keys.count(k) > 1)}"
    return set(keys)


def differences(measured: Measured, name: str) -> list[str]:
    """What is found and not expected, with where to look, and the other way round; and what crashed."""
    wanted = expected(name)
    news = {(f.subject.check, f.subject.operation, f.code): f for f in measured.findings}
    unforeseen = [
        f"unforeseen: {check} [{operation or INTERFACE}] {code} at {news[check, operation, code].subject.location!r}, "
        f"expected {news[check, operation, code].expected!r}, found {news[check, operation, code].found!r}: "
        f"cpo-probe show {measured.bundle.path} {' '.join(news[check, operation, code].exchanges[:1])}"
        for check, operation, code in sorted(measured.failing - wanted)
    ]
    gone = [f"not found any more: {c} [{o or INTERFACE}] {code}" for c, o, code in sorted(wanted - measured.failing)]
    return [*measured.broken, *unforeseen, *gone]
