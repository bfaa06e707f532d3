"""Does a package keep what AASX adds to the Open Packaging Conventions?"""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cpo_probe.formats import opc
from cpo_probe.formats.package import Broken
from cpo_probe.model import Problem, Problems, Where, not_applicable

RELATIONS = "admin-shell.io/aasx/relationships/"
ORIGIN, SPEC, SUPPLEMENT = (f"{RELATIONS}{name}" for name in ("aasx-origin", "aas-spec", "aas-suppl"))
_OLD = "http://www."
_HEAD = 4096
_XML = re.compile(rb"<(?:[\w.-]+:)?(?:environment|aasenv)[\s>]")
_EDITION_2 = re.compile(rb"<(?:[\w.-]+:)?aasenv[\s>]")
_JSON = re.compile(rb'\s*\{\s*(?:\}|"(?:assetAdministrationShells|submodels|conceptDescriptions)")')
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


def concerned(report: opc.Report) -> bool:
    """Whether a package calls itself AASX, by the first relationship that readers look for."""
    return bool(report.related("", ORIGIN))


def examine(path: Path, report: opc.Report) -> Problems:
    """Judge a package, of which the Open Packaging Conventions say `report`, by `RULES`."""
    problems = Problems()
    origins = report.related("", ORIGIN)
    if len(origins) != 1:
        problems.add(Problem("origin", Where("file", name="_rels/.rels"), "", 1, len(origins), {}))
    specs = [one for origin in origins for one in report.related(origin.target, SPEC)]
    if not origins:
        problems.unsaid["spec"] = not_applicable("aasx_no_origin")
    elif not specs:
        where = Where("file", name=origins[0].target.removeprefix("/"))
        problems.add(Problem("spec", where, "", "at least 1", 0, {}))
    if not specs:
        problems.unsaid["environment"] = not_applicable("aasx_no_spec")
    heads = dict(_heads(path, specs))
    for problem in _environments(heads):
        problems.add(problem)
    if any(_EDITION_2.search(head) for head in heads.values()):
        problems.unsaid["relation-types"] = not_applicable("aasx_edition_2")
    elif not any(RELATIONS in one.type for one in report.relationships):
        problems.unsaid["relation-types"] = not_applicable("aasx_no_origin")
    else:
        for problem in _old(report):
            problems.add(problem)
    return problems


def _heads(path: Path, specs: list[opc.Relationship]) -> Iterator[tuple[str, bytes]]:
    """What the files of environments begin with, by name."""
    with opc.opened(path) as package:
        for spec in specs:
            part = package.part(spec.target)
            if part is None:
                continue  # opc.targets says so
            head = b""
            try:
                for piece in package.pieces(part):
                    head += piece
                    if len(head) >= _HEAD:
                        break
            except Broken:
                continue  # export.package.intact says so
            yield part.name, head.removeprefix(b"\xef\xbb\xbf")[:_HEAD]


def _environments(heads: dict[str, bytes]) -> Iterator[Problem]:
    for name, text in heads.items():
        if not (_JSON.match(text) or _XML.search(text)):
            where = Where("file", name=name, offset=0)
            yield Problem("environment", where, "", "an environment", text[:40].decode("utf-8", "replace"), {})


def _old(report: opc.Report) -> Iterator[Problem]:
    for one in report.relationships:
        if RELATIONS in one.type and one.type.startswith(_OLD):
            where = Where("file", name=one.file, line=one.line)
            yield Problem("relation-types", where, one.type.rpartition("/")[2], f"http://{RELATIONS}", one.type[:100], {})


def inside(value: str) -> str:
    """The name of the part that the value of a File means, as `plain` has it; "" for one outside of the package."""
    if _SCHEME.match(value) and not value.lower().startswith("file:"):
        return ""
    if value.lower().startswith("file:"):
        with suppress(ValueError):
            value = urlsplit(value).path
    return plain(value.replace("\\", "/").partition("#")[0].removeprefix("./"))


def plain(name: str) -> str:
    """The name of a part by which two of them are compared: without escapes and case, and without the slash in front."""
    return unquote(name).lstrip("/").lower()
