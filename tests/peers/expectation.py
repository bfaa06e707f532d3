"""Is what fails on a peer exactly what a person has checked by hand against the raw exchange?"""

import tomllib
from pathlib import Path

from tests.peers.measure import AT, Measured, key

EXPECTED = Path(__file__).resolve().parent / "expected"
INTERFACE = "(interface)"
"""Stands for findings that are about no single operation."""

Key = tuple[str, str, str]


def expected(name: str) -> set[Key]:
    """(check, place, code) of `expected/<name>.toml`; every entry says why it is true.

    `operations`: ids, "@" and the name of a list of them, or "(interface)"; `locations`: of findings about OData, such as sets.
    """
    document = tomllib.loads((EXPECTED / f"{name}.toml").read_text(encoding="utf-8"))
    keys: list[Key] = []
    for entry in document["finding"]:
        places = set(entry) - {"check", "code", "why"}
        assert places and places <= {"operations", "locations"}, f"{name}.toml: unknown or missing keys in {entry}"
        assert len(entry["why"]) > 20, f"{name}.toml: {entry['check']} {entry['code']} does not say why it is true"
        groups = [document["operations"][o[1:]] if o.startswith("@") else [o] for o in entry.get("operations", ())]
        said = ["" if o == INTERFACE else o for group in groups for o in group] + [AT + one for one in entry.get("locations", ())]
        keys += [(entry["check"], place, entry["code"]) for place in said]
    assert len(keys) == len(set(keys)), f"{name}.toml names a finding twice: {sorted(k for k in keys if keys.count(k) > 1)}"
    return set(keys)


def differences(measured: Measured, name: str) -> list[str]:
    """What is found and not expected, with where to look, and the other way round; and what crashed."""
    wanted = expected(name)
    news = {key(f): f for f in measured.findings if key(f) in measured.failing - wanted}
    unforeseen = [
        f"unforeseen: {check} [{place or INTERFACE}] {code} at {f.subject.location!r}, expected {f.expected!r}, "
        f"found {f.found!r}: cpo-probe show {measured.bundle.path} {' '.join(f.exchanges[:1])}"
        for (check, place, code), f in sorted(news.items())
    ]
    gone = [f"not found any more: {c} [{o or INTERFACE}] {code}" for c, o, code in sorted(wanted - measured.failing)]
    return [*measured.broken, *unforeseen, *gone]
