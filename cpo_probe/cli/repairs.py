"""What is wrong with a file, most severe first, and what was not judged?"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.console import Console

from cpo_probe.cli.loading import House
from cpo_probe.judge import Judgement
from cpo_probe.model import Finding, Outcome, Severity
from cpo_probe.registry import CheckDef, Registry

WRONG = (Outcome.FAIL, Outcome.REVIEW, Outcome.ERROR)
UNREAD = frozenset({"not_read_to_the_end", "package_unreadable", "encoding_not_read"})
"""Reasons of rules that would apply, could the file be read to its end."""
PLACES = 5
"""Places of one rule that are shown; `--json` gives all of them."""
_ORDER = tuple(reversed(Severity))


@dataclass(frozen=True, slots=True)
class Repairs:
    """`wrong`: what a vendor has to look at, most severe first, the places of one rule together. `left_open`: what could not be
    judged. `kept`: how many rules hold wherever they apply."""

    wrong: list[Finding]
    left_open: list[Finding]
    kept: int


def repairs(judgement: Judgement, registry: Registry, concerns: Callable[[CheckDef], bool]) -> Repairs:
    """What the checks that concern the file say."""
    mine = {id for id, check in registry.checks.items() if concerns(check)}
    findings = [one for one in judgement.findings() if one.subject.check in mine]
    wrong = sorted(
        (one for one in findings if one.outcome in WRONG), key=lambda one: (_ORDER.index(one.severity), one.subject.check)
    )
    left_open = [one for one in findings if one.outcome is Outcome.NOT_TESTED or one.code in UNREAD]
    passed = {one.subject.check for one in judgement.passes() if one.subject.check in mine and not _about_name(one.subject.check)}
    return Repairs(wrong, left_open, len(passed - {one.subject.check for one in wrong}))


def _about_name(check: str) -> bool:
    """A file of which nothing but the name was looked at is not called good."""
    return check.startswith("export.get.")


def show(findings: Sequence[Finding], house: House, console: Console, place: Callable[[Finding], str]) -> None:
    """Each rule with its first places and what repairs it."""
    for (check, severity), several in groupby(findings, key=lambda one: (one.subject.check, one.severity)):
        rows = list(several)
        words = house.texts.check(check)
        console.print(f"{severity}  {check}  {place(rows[0])}", markup=False)
        console.print(f"    {words.title}: {_sentence(rows[0], house)}", markup=False)
        for row in rows[1:PLACES]:
            console.print(f"    also {place(row)}: {_sentence(row, house)}", markup=False)
        if len(rows) > PLACES:
            console.print(f"    and at {len(rows) - PLACES} more places; --json names them", markup=False)
        console.print(f"    Remedy: {words.remedy}", markup=False)


def _sentence(finding: Finding, house: House) -> str:
    sentence = house.texts.reason(finding.code, finding.expected, finding.found, finding.params)
    return f"{sentence} ({finding.count} times)" if finding.count > 1 else sentence


def counted(found: Repairs) -> str:
    """ "3 findings (1 major, 2 minor), 61 rules kept"."""
    if not found.wrong:
        return f"nothing wrong, {_rules_kept(found)}" if found.kept else "nothing was judged: no rule is about such a file"
    by = Counter(one.severity for one in found.wrong)
    parts = ", ".join(f"{by[severity]} {severity}" for severity in _ORDER if by[severity])
    number = len(found.wrong)
    return f"{number} finding{'s' * (number > 1)} ({parts}), {_rules_kept(found)}"


def _rules_kept(found: Repairs) -> str:
    return f"{found.kept} rule{'s' * (found.kept != 1)} kept"


def not_judged(found: Repairs, house: House) -> list[str]:
    """A line for each reason: which rules, and why."""
    by: dict[str, set[str]] = {}
    for one in found.left_open:
        sentence = house.texts.reason(one.code, one.expected, one.found, one.params)
        by.setdefault(sentence, set()).add(one.subject.check)
    return [f"not judged: {_rules(ids)}. {sentence}" for sentence, ids in by.items()]


def _rules(ids: set[str]) -> str:
    """Rules of one family as one."""
    families: dict[str, list[str]] = {}
    for id in sorted(ids):
        families.setdefault(id.rpartition(".")[0], []).append(id)
    return ", ".join(rows[0] if len(rows) == 1 else f"{family}.* ({len(rows)} rules)" for family, rows in families.items())
