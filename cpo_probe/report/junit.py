"""How does a build server see a judgement?

JUnit XML as Jenkins, GitLab and others read it: one suite per interface, one case per check and subject. Nothing counts as
passed that did not pass: what was not tested, does not apply or waits for a person is skipped, with the reason.
"""

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from cpo_probe.model import Outcome
from cpo_probe.report.data import Case, ReportData

TARGET = "target"
"""Suite of what belongs to no interface."""

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(data: ReportData) -> str:
    """The judgement as JUnit XML in UTF-8."""
    suites: dict[str, list[Case]] = {}
    for case in data.cases:
        suites.setdefault(case.interface or TARGET, []).append(case)
    cases = [case for found in suites.values() for case in found]
    total = {name: n for name, n in _counts(cases).items() if name != "skipped"}  # no such attribute at this level
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites {_attributes(name='cpo-probe', **total)}>"]
    for name, found in sorted(suites.items()):
        lines.append(f"  <testsuite {_attributes(name=name, timestamp=_second(data.card.as_of), time='0', **_counts(found))}>")
        lines += [
            "    <properties>",
            *(f"      <property {_attributes(name=n, value=v)}/>" for n, v in _properties(data)),
            "    </properties>",
        ]
        for case in found:
            lines += _case(case, data.bundle)
        lines.append("  </testsuite>")
    lines.append("</testsuites>")
    return "\n".join(lines) + "\n"


def _properties(data: ReportData) -> tuple[tuple[str, str], ...]:
    card = data.card
    return (
        ("run", card.run),
        ("product", f"{card.product} {card.product_version}".strip()),
        ("catalogue", card.catalogue),
        ("preset", card.preset),
        ("ruler", card.ruler),
        ("record", card.record),
    )


def _counts(cases: Iterable[Case]) -> dict[str, str]:
    outcomes = [case.outcome for case in cases]
    failures, errors, passed = (outcomes.count(o) for o in (Outcome.FAIL, Outcome.ERROR, Outcome.PASS))
    skipped = len(outcomes) - failures - errors - passed
    return {"tests": str(len(outcomes)), "failures": str(failures), "errors": str(errors), "skipped": str(skipped)}


def _case(case: Case, bundle: str) -> list[str]:
    place = " ".join(filter(None, (case.operation, case.location)))
    head = _attributes(name=f"{case.title} [{place}]" if place else case.title, classname=case.check, time="0")
    if case.outcome is Outcome.PASS:
        return [f"    <testcase {head}/>"]
    message = case.sentence or case.code
    if case.outcome in (Outcome.FAIL, Outcome.ERROR):
        name = "failure" if case.outcome is Outcome.FAIL else "error"
        kind = _attributes(message=message, type=f"{case.severity}:{case.code}")
        body = f"      <{name} {kind}>{_details(case, bundle)}</{name}>"
    else:
        body = f"      <skipped {_attributes(message=f'{case.outcome}: {message}')}/>"
    return [f"    <testcase {head}>", body, "    </testcase>"]


def _details(case: Case, bundle: str) -> str:
    lines = [case.sentence]
    if case.outcome is Outcome.FAIL and case.remedy:
        lines.append(f"Remedy: {case.remedy}")
    lines += [f"cpo-probe show {bundle} {id}" for id in case.exchanges[:3]]
    return escape(_legal("\n".join(filter(None, lines))))


def _attributes(**values: str) -> str:
    return " ".join(f"{name}={quoteattr(_legal(value))}" for name, value in values.items())


def _legal(text: str) -> str:
    """The text with characters that XML 1.0 (2.2) cannot hold written as escapes."""
    return _ILLEGAL.sub(lambda m: f"\\u{ord(m.group()):04x}", text)


def _second(moment: str) -> str:
    """xs:dateTime without fraction and zone, as the format has it."""
    return moment[:19] if re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", moment) else "1970-01-01T00:00:00"
