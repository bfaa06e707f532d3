"""Does a package keep the rules?"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cpo_probe.formats.package.bounds import BOUNDS, LIMIT, Bounds, Broken
from cpo_probe.formats.package.kinds import kind_of, suffix
from cpo_probe.formats.package.members import Member, unpack
from cpo_probe.model import Blocker, Problem, Problems, Where, not_applicable, untestable

_DRIVE = re.compile(r"[A-Za-z]:")
_NUMBER = re.compile(r"\d+")
_PACKED = {"stpz": {"stp", "step", "p21", "stpx", "ifc"}, "stpxz": {"stpx"}}
"""Endings of the one file in an archive of that ending."""
P21_ZIP = {"application/p21+zip"}
P21_ROOT = "ISO-10303.p21"
OPC = ("[Content_Types].xml", "_rels/.rels")
_ZIP_ONLY = ("path", "unique", "case", "encrypted", "link", "method", "name-encoding", "empty")
_LATER = ("intact", "bounds", "stpz", "stpa", "p21-root", "opc")


@dataclass(frozen=True, slots=True)
class Report:
    """`kind` "" means that the file is no package. `bytes`: unpacked."""

    kind: str
    members: tuple[Member, ...]
    bytes: int
    problems: Problems


def examine(path: Path, name: str, media_type: str = "", bounds: Bounds = BOUNDS) -> Report:
    """Unpack it once, keeping nothing, and hold it against `RULES`. `name` and `media_type` are what it is handed out as."""
    problems = Problems()
    kind = kind_of(path, media_type)
    wanted = _expected(name, media_type)
    if not kind and not wanted:
        return Report("", (), 0, problems)
    if not kind or (wanted == "zip" and kind != "zip"):
        problems.add(_whole("readable", wanted, kind or "no package"))
        return Report(kind, (), 0, problems)
    members, size = _walk(path, kind, name, media_type, bounds, problems)
    if kind == "zip" and "path" not in problems.unsaid and "readable" not in problems.counts:
        for problem in (*_names(members), *_profiles(members, name, media_type)):
            problems.add(problem)
    _say_what_was_not_looked_at(kind, suffix(name), media_type, problems)
    return Report(kind, members, size, problems)


def _expected(name: str, media_type: str) -> str:
    """What name or label promise, "" when nothing."""
    plain = media_type.partition(";")[0].strip().lower()
    if suffix(name) in ("zip", "aasx", "3mf", "stpa") or plain in ("application/zip", *P21_ZIP):
        return "zip"
    if suffix(name) in ("gz", *_PACKED) or plain == "application/gzip":
        return "zip or gzip"
    return "multipart" if plain.startswith("multipart/") else ""


def _walk(
    path: Path, kind: str, name: str, media_type: str, bounds: Bounds, problems: Problems
) -> tuple[tuple[Member, ...], int]:
    members: list[Member] = []
    size = 0
    try:
        for member, pieces in unpack(path, kind, name, media_type, bounds):
            members.append(member)
            try:
                size += sum(map(len, pieces))
            except Broken as broken:
                if broken.rule == LIMIT:
                    problems.unsaid["intact"] = untestable(Blocker.BEYOND_BOUNDS)
                    break
                problems.add(_problem(broken.rule, member, found=broken.found))
    except Broken as broken:
        if broken.rule == LIMIT:
            problems.unsaid.update(dict.fromkeys((*_ZIP_ONLY, *_LATER), untestable(Blocker.BEYOND_BOUNDS)))
        else:
            problems.add(_whole(broken.rule, "a whole package", broken.found))
    return tuple(members), size


def _names(members: tuple[Member, ...]) -> Iterator[Problem]:
    files = [member for member in members if not member.folder]
    if not files:
        yield _whole("empty", "files", 0)
    counts = Counter(member.name for member in files)
    folded = Counter(member.name.casefold() for member in {member.name: member for member in files}.values())
    for member in files:
        if _outside(member.name):
            yield _problem("path", member, expected="a relative path with /")
        if counts[member.name] > 1:
            yield _problem("unique", member, expected=1, found=counts[member.name])
        if folded[member.name.casefold()] > 1:
            yield _problem("case", member, expected="other letters")
        if member.link:
            yield _problem("link", member, expected="a file")
        if not member.utf8 and not member.name.isascii():
            yield _problem("name-encoding", member, expected="bit 11")
        if member.method not in (0, 8) and not member.encrypted:
            yield _problem("method", member, expected="stored or deflated", found=member.method)


def _outside(name: str) -> bool:
    return name.startswith("/") or "\\" in name or bool(_DRIVE.match(name)) or ".." in name.split("/") or "\0" in name


def _profiles(members: tuple[Member, ...], name: str, media_type: str) -> Iterator[Problem]:
    names = [member.name for member in members if not member.folder]
    ending = suffix(name)
    if ending in _PACKED and (len(names) != 1 or suffix(names[0]) not in _PACKED[ending]):
        yield _whole("stpz", "one STEP file" if ending == "stpz" else "one .stpx file", names[:5])
    if ending == "stpa" and not any(each.rpartition("/")[2].lower() == "stpa.ini" for each in names):
        yield _whole("stpa", "stpa.ini", names[:5])
    if _part21(ending, media_type) and P21_ROOT not in names:
        yield _whole("p21-root", P21_ROOT, names[:5])
    if ending in ("aasx", "3mf"):
        lower = {each.lower() for each in names}  # part names are compared without regard to case (ECMA-376-2, 6.2.2.3)
        for part in OPC:
            if part.lower() not in lower:
                yield _whole("opc", part, names[:5], location=part)


def _part21(ending: str, media_type: str) -> bool:
    return ending == "p21" or media_type.partition(";")[0].strip().lower() in P21_ZIP


def _say_what_was_not_looked_at(kind: str, ending: str, media_type: str, problems: Problems) -> None:
    silent = {
        "stpz": ending in _PACKED,
        "stpa": ending == "stpa",
        "p21-root": _part21(ending, media_type),
        "opc": ending in ("aasx", "3mf"),
        **dict.fromkeys(_ZIP_ONLY, kind == "zip"),
    }
    for rule, concerned in silent.items():
        if not concerned or (kind != "zip"):
            problems.unsaid[rule] = not_applicable("not-this-format")
    if "readable" in problems.counts:  # of what could not be listed nothing is known
        for rule in (*_ZIP_ONLY, *_LATER):
            problems.unsaid[rule] = not_applicable("package_unreadable")


def _problem(rule: str, member: Member, *, expected: object = None, found: object = None) -> Problem:
    where = Where("file", name=member.name, offset=member.offset)
    params = {"code": _code(rule), "member": member.name}
    return Problem(rule, where, _NUMBER.sub("*", member.name), expected, found, params)


def _whole(rule: str, expected: object, found: object, location: str = "") -> Problem:
    return Problem(rule, Where("file"), location, expected, found, {"code": _code(rule)})


def _code(rule: str) -> str:
    """The reason code of a rule: its name alone would mean other things elsewhere."""
    return f"package_{rule.replace('-', '_')}"
