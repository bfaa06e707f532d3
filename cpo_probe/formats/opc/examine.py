"""Does a file keep the Open Packaging Conventions?"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cpo_probe.formats.opc.parts import Package, opened
from cpo_probe.formats.opc.relations import Relationship, Types, content_types, plain, relationships
from cpo_probe.formats.opc.rules import RULES
from cpo_probe.formats.package import Broken
from cpo_probe.model import Problem, Problems, Where, not_applicable

_SEGMENT = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@\-\u00a0-\U000efffd]|%(?!2[fF]|5[cC])[0-9A-Fa-f]{2})+")
CORE = ("metadata/core-properties", "metadata/coreProperties")


@dataclass(frozen=True, slots=True)
class Report:
    """`readable`: whether the zip could be opened. `parts`: names as written. `relationships`: all that could be read."""

    readable: bool
    parts: tuple[str, ...]
    types: Types
    relationships: tuple[Relationship, ...]
    problems: Problems

    def related(self, source: str, *types: str) -> tuple[Relationship, ...]:
        """The relationships of a part ("" the package) whose type ends with one of these."""
        plain = source.removeprefix("/").lower()
        return tuple(one for one in self.relationships if one.source.lower() == plain and one.type.endswith(types))


def examine(path: Path) -> Report:
    """Judge a zip by `RULES`; of the parts only those that tell of others are read. What is no zip has nothing to be said of."""
    problems = Problems()
    types = Types()
    found: list[Relationship] = []
    try:
        with opened(path) as package:
            for problem in (*content_types(package, types), *relationships(package, found)):
                problems.add(problem)
            for problem in (*_parts(package, types, problems), *_targets(package, found)):
                problems.add(problem)
            names = tuple(part.name for part in package.parts.values())
    except Broken:
        unsaid = not_applicable("package_unreadable")
        problems.unsaid = {rule.id: unsaid for rule in RULES}
        return Report(False, (), types, (), problems)
    if not found:
        problems.unsaid["targets"] = not_applicable("opc_no_relationships")
    return Report(True, names, types, tuple(found), problems)


def _parts(package: Package, types: Types, problems: Problems) -> Iterator[Problem]:
    typed = "content-types" not in problems.counts
    if not typed:
        problems.unsaid["typed"] = not_applicable("opc_no_types")
    folded = Counter(name.lower() for name in package.names)
    for name in package.names:
        where = Where("file", name=name)
        if folded[name.lower()] > 1:
            yield Problem("part-unique", where, plain(name), "a name of its own", name[:200], {})
        if not _named(name):
            yield Problem("part-names", where, plain(name), "a path of URI characters", name[:200], {})
        elif typed and types.of(name) is None:
            yield Problem("typed", where, plain(name), "a media type", None, {})


def _named(name: str) -> bool:
    return all(_SEGMENT.fullmatch(one) and not one.endswith(".") for one in name.split("/"))


def _targets(package: Package, found: list[Relationship]) -> Iterator[Problem]:
    core = [one for one in found if not one.source and one.type.endswith(CORE)]
    for one in core[1:]:
        where = Where("file", name=one.file, line=one.line)
        yield Problem("core-properties", where, "", 1, len(core), {})
    for one in found:
        if one.external or package.part(one.target) is not None:
            continue
        location = f"{plain(one.source) or 'package'} {one.type.rpartition('/')[2]}"
        where = Where("file", name=one.file, line=one.line)
        yield Problem("targets", where, location, "a part of the package", one.target[:200], {})
