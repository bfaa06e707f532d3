"""Which rows were expected, which came, and where do the two lists part?

A check that compares rows puts them into the parameters of its finding: `query`, `expected_rows`, `found_rows`, and, where
the lists are only the beginning of longer ones, `missing` and `surplus`. A row is any JSON value.
"""

import json
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from cpo_probe.report.ladder_views import Cell, Comparison
from cpo_probe.report.mask import mask_value
from cpo_probe.report.traffic import cut, safe

MAX_ROWS = 24
MAX_ROW = 240
CUT = "…("
"""How a list that was cut when it was judged says so in its last item."""
PARAMETERS = ("query", "expected_rows", "found_rows", "missing", "surplus")


def comparison(params: Mapping[str, Any]) -> Comparison | None:
    """The rows that a finding tells; None when it compares none."""
    expected, found = params.get("expected_rows"), params.get("found_rows")
    if not isinstance(expected, list) and not isinstance(found, list):
        return None
    left, right = _texts(expected), _texts(found)
    pairs = _aligned(left, right)
    return Comparison(
        query=safe(str(params.get("query") or ""), 600),
        pairs=tuple(pairs[:MAX_ROWS]),
        left_out=max(0, len(pairs) - MAX_ROWS),
        missing=tuple(text for text in _texts(params.get("missing")) if text not in left)[:MAX_ROWS],
        surplus=tuple(text for text in _texts(params.get("surplus")) if text not in right)[:MAX_ROWS],
    )


def _texts(rows: Any) -> list[str]:
    return [row_text(row) for row in rows] if isinstance(rows, list) else []


def row_text(row: Any) -> str:
    """A row in one line: a text as it is, anything else as JSON with its secrets masked."""
    if isinstance(row, str):
        return safe(row, MAX_ROW)
    return cut(json.dumps(_masked("", row), ensure_ascii=False), MAX_ROW)


def _masked(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return mask_value(name, value[: 4 * MAX_ROW])
    if isinstance(value, dict):
        return {safe(str(key), 80): _masked(str(key), item) for key, item in value.items()}
    return [_masked(name, item) for item in value] if isinstance(value, list) else value


def _aligned(left: list[str], right: list[str]) -> list[tuple[Cell | None, Cell | None]]:
    """Equal rows beside each other, what is on one side only beside nothing or beside what came in its place."""
    pairs: list[tuple[Cell | None, Cell | None]] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind == "equal":
            pairs += [(Cell(text, ""), Cell(text, "")) for text in left[i1:i2]]
            continue
        ours = [_cell(text, right) for text in left[i1:i2]]
        theirs = [_cell(text, left) for text in right[j1:j2]]
        longest = max(len(ours), len(theirs))
        pairs += zip(_filled(ours, longest), _filled(theirs, longest), strict=True)
    return pairs


def _cell(text: str, other: list[str]) -> Cell:
    return Cell(text, "" if text.startswith(CUT) else "moved" if text in other else "only")


def _filled(cells: list[Cell], length: int) -> list[Cell | None]:
    return [*cells, *([None] * (length - len(cells)))]
