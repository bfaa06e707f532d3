"""Does a file in an XML format keep what can be judged without its schema?"""

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from cpo_probe.formats.marked.kinds import fits
from cpo_probe.formats.marked.marks import lost, twice
from cpo_probe.formats.marked.plan import Follow
from cpo_probe.formats.marked.rules import RULES
from cpo_probe.formats.marked.scan import scan
from cpo_probe.formats.marked.seen import Mention, Seen
from cpo_probe.formats.recognise import edition_of
from cpo_probe.model import Problem, Problems, Where, not_applicable
from cpo_probe.model.format import Described, Edition, Format, XmlForm

IDS = ("id-unique", "id-name", "reference")
DETAILS = ("value", "mandatory", "reference-kind", "key-unique", "key-reference")
"""Rules for which descriptions say what is asked."""
WHOLE = ("required", "time", *IDS, *DETAILS)
_ASKED = {"well-formed": "well-formed XML", "no-dtd": "no declaration", "bounds": "tags and nesting that can be read"}


@dataclass(frozen=True, slots=True)
class Report:
    """`edition`: None where the root names none that was published. `seen`: what stands in the file."""

    edition: Edition | None
    seen: Seen
    problems: Problems


def examine(path: Path, format: Format, *, follow: Follow | None = None) -> Report:
    """Judge a file of any size by `RULES`, in memory that does not grow with it. The format has an `xml` form.

    `follow`: what else is to be told of elements, in the same pass.
    """
    form = format.xml
    assert form is not None, f"{format.id} is no XML format"
    seen = scan(path, form, follow=follow)
    edition = edition_of(format, seen.namespace, seen.version)
    described = edition.described if edition is not None else Described.IDS
    problems = seen.problems if described is Described.ALL else Problems()
    if edition is None and seen.root:
        found = " ".join(filter(None, (seen.namespace or "no namespace", seen.version)))
        expected = [" ".join(filter(None, (one.namespace, one.version))) for one in format.editions]
        problems.add(Problem("edition", Where("file", line=1), seen.root, expected, found, {}))
    if seen.trouble is not None:
        trouble = seen.trouble
        if trouble.rule == "encoding":
            problems.unsaid = {rule.id: not_applicable("encoding_not_read") for rule in RULES}
            return Report(edition, seen, problems)
        where = Where("file", line=trouble.line, offset=trouble.offset)
        problems.add(Problem(trouble.rule, where, "", _ASKED[trouble.rule], trouble.found, {}))
        for rule in WHOLE:
            problems.unsaid[rule] = not_applicable("not_read_to_the_end")
        return Report(edition, seen, problems)
    _header(form, seen, problems)
    for rule in DETAILS:
        if rule not in seen.looked:
            problems.unsaid[rule] = not_applicable("nothing_described")
    for rule in (*(DETAILS if described is not Described.ALL else ()), *(IDS if described is Described.NONE else ())):
        problems.unsaid[rule] = not_applicable("edition_not_described")
    _names(path, form, seen, problems, described)
    return Report(edition, seen, problems)


def _header(form: XmlForm, seen: Seen, problems: Problems) -> None:
    for path in form.required:
        if path not in seen.paths:
            problems.add(Problem("required", Where("file", line=1), path, path, None, {}))
    for path in form.times:
        text = seen.paths.get(path, "")
        if text and not fits("dateTime")(text):
            problems.add(Problem("time", Where("file", pointer=path), path, "YYYY-MM-DDThh:mm:ss", text[:100], {}))
    if not form.required:
        problems.unsaid["required"] = not_applicable("nothing_required")
    if not any(seen.paths.get(path) for path in form.times):
        problems.unsaid["time"] = not_applicable("no_times")


def _names(path: Path, form: XmlForm, seen: Seen, problems: Problems, described: Described) -> None:
    """Names that occur twice and references that lead nowhere: told apart by their hashes, named by reading once more."""
    wrong = _Wrong()
    if described is not Described.NONE:
        wrong = _Wrong(twice(seen.ids), lost(seen.references, seen.ids, seen.strange), bool(seen.misnamed))
    if described is Described.ALL:
        wrong = replace(wrong, once=twice(seen.once), meant=lost(seen.meant, seen.named))
    if any((wrong.ids, wrong.references, wrong.once, wrong.meant, wrong.misnamed)):
        _places(path, form, wrong, problems)
    if not len(seen.ids):
        problems.unsaid["id-unique"] = problems.unsaid["id-name"] = not_applicable("no_ids")
    elif not form.names:
        problems.unsaid["id-name"] = not_applicable("any_text_is_an_id")
    if not len(seen.references):
        problems.unsaid["reference"] = not_applicable("no_references")


@dataclass(frozen=True, slots=True)
class _Wrong:
    """Hashes of what occurs twice and of what leads nowhere."""

    ids: set[int] = field(default_factory=set)
    references: set[int] = field(default_factory=set)
    misnamed: bool = False
    once: set[int] = field(default_factory=set)
    meant: set[int] = field(default_factory=set)


def _places(path: Path, form: XmlForm, wrong: _Wrong, problems: Problems) -> None:
    met: Counter[int] = Counter()
    astray = {"reference": wrong.references, "key-reference": wrong.meant}
    again = {"id-unique": wrong.ids, "key-unique": wrong.once}

    def told(one: Mention) -> None:
        if one.rule in again:
            bad = one.mark in again[one.rule]
            if bad:
                met[one.mark] += 1
                bad = met[one.mark] > 1
        elif one.rule in astray:
            bad = one.mark in astray[one.rule]
        else:
            bad = one.rule == "id-name" or (one.kind in wrong.meant and one.mark not in wrong.references)
        if bad:
            problems.add(Problem(one.rule, one.where, one.place, one.expected, one.value, {}))

    scan(path, form, told=told, suspects=wrong.ids | wrong.references | wrong.once | wrong.meant)
