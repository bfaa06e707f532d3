"""How is it said in the reader's language?

English texts stand with the thing itself: in the catalogue, and in a check's docstring. Other languages stand by id in
`catalogue/texts/<language>/*.toml`; reason codes have their sentences there in every language, English too.
What is missing in a language is said in English.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from cpo_probe.catalogue.load import available, load
from cpo_probe.catalogue.rows import nearest
from cpo_probe.errors import UsageError
from cpo_probe.model import Catalogue

ENGLISH = "en"
LONGEST = 200
"""Characters of a value shown in a sentence."""

SECTIONS = ("criterion", "kpi", "category", "check", "ladder", "requirement")
MISSING = "…"
T = TypeVar("T")

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class CriterionText:
    title: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class KpiText:
    title: str
    denominator: str


@dataclass(frozen=True, slots=True)
class CategoryText:
    title: str
    aim: str


@dataclass(frozen=True, slots=True)
class CheckText:
    title: str
    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class LadderText:
    title: str


@dataclass(frozen=True, slots=True)
class RequirementText:
    """`reason`: why no check decides it; "" when one does."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts by id; an id without text is answered with the id itself, never with an exception."""

    language: str
    criteria: Mapping[str, CriterionText] = field(repr=False)
    kpis: Mapping[str, KpiText] = field(repr=False)
    categories: Mapping[str, CategoryText] = field(repr=False)
    checks: Mapping[str, CheckText] = field(repr=False)
    reasons: Mapping[str, str] = field(repr=False)
    ladders: Mapping[str, LadderText] = field(repr=False, default_factory=dict)
    requirements: Mapping[str, RequirementText] = field(repr=False, default_factory=dict)

    def criterion(self, id: str) -> CriterionText:
        return self.criteria.get(id) or CriterionText(id, "", "")

    def kpi(self, id: str) -> KpiText:
        return self.kpis.get(id) or KpiText(id, "")

    def category(self, id: str) -> CategoryText:
        return self.categories.get(id) or CategoryText(id, "")

    def check(self, id: str) -> CheckText:
        return self.checks.get(id) or CheckText(id, "", "")

    def ladder(self, id: str) -> LadderText:
        return self.ladders.get(id) or LadderText(id)

    def requirement(self, ladder: str, id: str) -> RequirementText:
        return self.requirements.get(f"{ladder}/{id}") or RequirementText(id, "")

    def reason(
        self, code: str, expected: Any = None, found: Any = None, params: Mapping[str, Any] | None = None, **more: Any
    ) -> str:
        """The sentence of a reason code, its {placeholders} filled; never raises.

        A placeholder without a value stays visible as "…"; a code without a sentence is said with its own words.
        """
        values = {**(params or {}), **more, "expected": expected, "found": found}
        if code not in self.reasons:
            return _plain(code, expected, found)
        return _PLACEHOLDER.sub(lambda match: _show(values.get(match[1])), self.reasons[code])


def languages(roots: Iterable[Path]) -> tuple[str, ...]:
    """Languages there are texts for; English always."""
    folders = {path.name for root in roots for path in (root / "catalogue" / "texts").glob("*") if path.is_dir()}
    return tuple(sorted(folders | {ENGLISH}))


def texts(
    roots: Iterable[Path],
    language: str,
    catalogue: Catalogue | None = None,
    checks: Mapping[str, CheckText] | None = None,
) -> Texts:
    """Texts in `language` laid over the English ones; `catalogue` (ours when left out) and `checks` bring the English."""
    roots = tuple(roots)
    if catalogue is None and available(roots):
        catalogue = load(roots)
    if language not in languages(roots):
        raise UsageError(f"there are no texts in language {language!r}{nearest(language, languages(roots))}")
    rows = _english(catalogue, checks or {})
    for spoken in dict.fromkeys((ENGLISH, language)):
        for section, found in _read(roots, spoken).items():
            for id, row in found.items():
                rows[section].setdefault(id, {}).update(row)
    return Texts(
        language,
        {id: _make(CriterionText, id, row) for id, row in rows["criterion"].items()},
        {id: _make(KpiText, id, row) for id, row in rows["kpi"].items()},
        {id: _make(CategoryText, id, row) for id, row in rows["category"].items()},
        {id: _make(CheckText, id, row) for id, row in rows["check"].items()},
        {code: row["text"] for code, row in rows["reason"].items()},
        {id: _make(LadderText, id, row) for id, row in rows["ladder"].items()},
        {id: _make(RequirementText, id, row) for id, row in rows["requirement"].items()},
    )


Rows = dict[str, dict[str, dict[str, str]]]
"""Section -> id -> field -> text."""


def _english(catalogue: Catalogue | None, checks: Mapping[str, CheckText]) -> Rows:
    rows: Rows = {section: {} for section in (*SECTIONS, "reason")}
    if catalogue is not None:
        rows["criterion"] = {c.id: {"title": c.title, "text": c.text, "reason": c.reason} for c in catalogue.criteria}
        rows["kpi"] = {k.id: {"title": k.title, "denominator": k.denominator} for k in catalogue.kpis}
        rows["category"] = {c.id: {"title": c.title, "aim": c.aim} for c in catalogue.categories}
        rows["ladder"] = {ladder.id: {"title": ladder.title} for ladder in catalogue.ladders}
        for ladder in catalogue.ladders:
            rows["requirement"] |= {f"{ladder.id}/{r.id}": {"text": r.text, "reason": r.reason} for r in ladder.requirements}
    rows["check"] = {id: {"title": c.title, "text": c.text, "remedy": c.remedy} for id, c in checks.items()}
    return rows


def _read(roots: Iterable[Path], language: str) -> Rows:
    """Every text file of a language. A file named `reasons*` maps code to sentence, one named `checks*` id to a table;
    any other has the tables [criterion.<id>], [kpi.<id>], [category.<id>], [ladder.<id>], [requirement."<ladder>/<id>"]."""
    rows: Rows = {section: {} for section in (*SECTIONS, "reason")}
    for root in roots:
        for path in sorted((root / "catalogue" / "texts" / language).glob("*.toml")):
            data = _toml(path)
            if path.stem.startswith("reasons"):
                for code, sentence in _leaves(data):
                    rows["reason"][code] = {"text": sentence}
                continue
            tables = {"check": data} if path.stem.startswith("checks") else data
            for section, table in tables.items():
                if section not in SECTIONS or not isinstance(table, dict):
                    raise UsageError(
                        f"{path}: expected tables {', '.join(SECTIONS)}, found {section!r}{nearest(section, SECTIONS)}"
                    )
                for key, sentence in _leaves(table):
                    id, _, name = key.rpartition(".")
                    rows[section].setdefault(id, {})[name] = " ".join(sentence.split())
    return rows


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: expected TOML in UTF-8, found: {error}") from error


def _leaves(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Texts with their dotted keys, however the tables are nested or quoted."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield prefix + key, str(value)


def _make(kind: type[T], id: str, row: Mapping[str, str]) -> T:
    """A text of that kind; without a title the id stands for it."""
    return kind(**{name: row.get(name, id if name == "title" else "") for name in kind.__slots__})  # type: ignore[attr-defined]


def _show(value: Any) -> str:
    """A value as part of a sentence, cut visibly."""
    if value is None:
        return MISSING
    if isinstance(value, list | tuple):
        text = ", ".join(_show(item) for item in value)
    elif isinstance(value, dict):
        text = ", ".join(f"{key}: {_show(item)}" for key, item in value.items())
    else:
        text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + MISSING


def _plain(code: str, expected: Any, found: Any) -> str:
    parts = [f"{word} {_show(value)}" for word, value in (("expected", expected), ("found", found)) if value is not None]
    return ": ".join(filter(None, (code.replace("_", " ").replace("-", " "), ", ".join(parts))))
