"""Does a file in an XML format keep what can be judged without its schema?"""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from cpo_probe.formats.marked.scan import NAME, Follow, Seen, scan
from cpo_probe.formats.recognise import edition_of
from cpo_probe.model import Problem, Problems, Where, not_applicable
from cpo_probe.model.format import Edition, Format, XmlForm

_TIME = re.compile(
    r"-?\d{4,}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
    r"T(?:[01]\d|2[0-4]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?"
)
_SUSPECTS = 2**20  # wrong ids or references whose places are looked for


@dataclass(frozen=True, slots=True)
class Report:
    """`edition`: None where the root names none that was published. `seen`: what stands in the file."""

    edition: Edition | None
    seen: Seen
    problems: Problems


def examine(path: Path, format: Format, *, follow: Follow | None = None) -> Report:
    """Judge a file of any size by `RULES`; memory grows by 8 bytes with each id and reference. The format has an `xml` form.

    `follow`: what else is to be told of elements, in the same pass.
    """
    form = format.xml
    assert form is not None, f"{format.id} is no XML format"
    problems = Problems()
    seen = scan(path, form, follow=follow)
    edition = edition_of(format, seen.namespace, seen.version)
    if edition is None and seen.root:
        found = " ".join(filter(None, (seen.namespace or "no namespace", seen.version)))
        expected = [" ".join(filter(None, (one.namespace, one.version))) for one in format.editions]
        problems.add(Problem("edition", Where("file", line=1), seen.root, expected, found, {}))
    if seen.trouble is not None:
        trouble = seen.trouble
        where = Where("file", line=trouble.line, offset=trouble.offset)
        problems.add(Problem(trouble.rule, where, "", None, trouble.found, {}))
        for rule in ("required", "time", "id-unique", "id-name", "reference"):
            problems.unsaid[rule] = not_applicable("not_read_to_the_end")
        return Report(edition, seen, problems)
    _header(form, seen, problems)
    _names(path, form, seen, problems)
    return Report(edition, seen, problems)


def _header(form: XmlForm, seen: Seen, problems: Problems) -> None:
    for path in form.required:
        if path not in seen.paths:
            problems.add(Problem("required", Where("file", line=1), path, path, None, {}))
    for path in form.times:
        text = seen.paths.get(path, "")
        if text and not _TIME.fullmatch(text):
            problems.add(Problem("time", Where("file", pointer=path), path, "YYYY-MM-DDThh:mm:ss", text[:100], {}))
    if not form.required:
        problems.unsaid["required"] = not_applicable("nothing_required")
    if not any(seen.paths.get(path) for path in form.times):
        problems.unsaid["time"] = not_applicable("no_times")


def _names(path: Path, form: XmlForm, seen: Seen, problems: Problems) -> None:
    """Ids that occur twice and references that lead nowhere: told apart by their hashes, named by reading once more."""
    import numpy as np  # takes a tenth of a second to load, and most runs have no such file

    ids = np.sort(np.frombuffer(seen.ids, dtype=np.int64))
    twice = set(np.unique(ids[1:][ids[1:] == ids[:-1]])[:_SUSPECTS].tolist())
    references = np.unique(np.frombuffer(seen.references, dtype=np.int64))
    lost = set(np.setdiff1d(references, ids, assume_unique=False)[:_SUSPECTS].tolist())
    if twice or lost or seen.misnamed:
        _places(path, form, twice, lost, problems)
    if not len(ids):
        problems.unsaid["id-unique"] = problems.unsaid["id-name"] = not_applicable("no_ids")
    if not form.names:
        problems.unsaid["id-name"] = not_applicable("any_text_is_an_id")
    if not len(references):
        problems.unsaid["reference"] = not_applicable("no_references")


def _places(path: Path, form: XmlForm, twice: set[int], lost: set[int], problems: Problems) -> None:
    met: Counter[str] = Counter()

    def told(names: bool, value: str, element: str, offset: int, line: int) -> None:
        where = Where("file", line=line, offset=offset)
        if not names:
            if hash(value) in lost:
                problems.add(Problem("reference", where, element, "an element with that id", value[:200], {}))
            return
        if hash(value) in twice:
            met[value] += 1
            if met[value] > 1:
                problems.add(Problem("id-unique", where, element, "an id of its own", value[:200], {}))
        if form.names and not NAME.fullmatch(value):
            problems.add(Problem("id-name", where, element, "a name", value[:200], {}))

    scan(path, form, told=told)
