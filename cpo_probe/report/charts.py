"""What do the numbers look like?

Small SVG pictures without text: every number in them stands beside them in words. They take colour, dark mode and print
from the page's style sheet and stretch with the column, which an image drawn by a plotting library would not.
Only numbers go in, so nothing recorded can reach the markup.
"""

import math
from collections.abc import Iterable, Sequence

from markupsafe import Markup

from cpo_probe.model import Interval, Outcome
from cpo_probe.report.data import Distribution, LevelBar, MetricView

MAX_SQUARES = 20
LOG_FROM = 30.0
"""Ratio of largest to smallest value from which a logarithmic axis is used."""
BOX_FROM = 8
P95_FROM = 20
"""Samples from which a middle half or a 95th percentile is shown: below, it is only one of the largest values again."""


def _svg(width: float, height: float, body: Iterable[str], css: str, stretch: bool) -> Markup:
    ratio = ' preserveAspectRatio="none"' if stretch else ""
    head = f'<svg class="{css}" viewBox="0 0 {_n(width)} {_n(height)}"{ratio} aria-hidden="true" focusable="false">'
    return Markup(head + "".join(body) + "</svg>")


def _n(value: float) -> str:
    return format(round(value, 2), "g")


def _rect(x: float, y: float, width: float, height: float, css: str) -> str:
    return f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" class="{css}"/>'


def _line(x: float, top: float, bottom: float, css: str) -> str:
    return f'<line x1="{_n(x)}" x2="{_n(x)}" y1="{_n(top)}" y2="{_n(bottom)}" class="{css}"/>'


def squares(bar: LevelBar) -> Markup:
    """One square per criterion: met filled, not met filled with a notch, open hollow. Proportional beyond `MAX_SQUARES`."""
    parts = (("met", bar.met), ("bad", bar.not_met), ("open", bar.open))
    if sum(n for _, n in parts) > MAX_SQUARES:
        return stack([(css, n) for css, n in parts])
    body: list[str] = []
    x = 1.0
    for css, n in parts:
        for _ in range(n):
            body.append(_rect(x, 1, 12, 12, css))
            if css == "bad":
                body.append(f'<path class="notch" d="M{_n(x + 3)} 4l6 6m0-6l-6 6"/>')
            x += 15
    svg = _svg(max(x - 1, 1), 14, body, "squares", stretch=False)
    return Markup(str(svg).replace("<svg ", f'<svg width="{_n(max(x - 1, 1))}" height="14" ', 1))


def stack(parts: Sequence[tuple[str, int]]) -> Markup:
    """Shares of a whole as one bar over the width of the column."""
    total = sum(n for _, n in parts)
    body: list[str] = []
    x = 0.0
    for css, n in parts:
        width = 100 * n / total if total else 0
        if n:
            body.append(_rect(x, 0, width, 10, css))
        x += width
    return _svg(100, 10, body, "stack", stretch=True)


OUTCOME_CSS = {
    Outcome.PASS: "met",
    Outcome.FAIL: "bad",
    Outcome.NOT_TESTED: "open",
    Outcome.ERROR: "err",
    Outcome.REVIEW: "rev",
    Outcome.NOT_APPLICABLE: "na",
}


def outcomes(counts: dict[Outcome, int]) -> Markup:
    """Subjects by outcome as one bar."""
    return stack([(css, counts.get(outcome, 0)) for outcome, css in OUTCOME_CSS.items()])


def interval(value: str, threshold: str, open_range: Interval | None, confidence: Interval | None) -> Markup:
    """A share between 0 and 1 with its threshold and both intervals."""
    body = [_rect(0, 6, 100, 2, "axis")]
    if open_range:
        low, high = _share(open_range.low), _share(open_range.high)
        body.append(_rect(low, 3, max(high - low, 0.6), 8, "range"))
    if confidence:
        low, high = _share(confidence.low), _share(confidence.high)
        body += [
            _rect(low, 6, max(high - low, 0.6), 2, "confidence"),
            _line(low, 3, 11, "whisker"),
            _line(high, 3, 11, "whisker"),
        ]
    limit = threshold.lstrip("<>= ")
    if limit:
        body.append(_line(_share(limit), 0, 14, "limit"))
    if value:
        body.append(_line(_share(value), 1, 13, "value"))
    return _svg(100, 14, body, "interval", stretch=True)


def _share(value: str) -> float:
    try:
        return 100 * min(1.0, max(0.0, float(value)))
    except ValueError:
        return 0.0


def axis(metric: MetricView) -> tuple[float, float, bool]:
    """(low, high, logarithmic) of the axis that all operations of a metric share."""
    lows = [d.low for d in metric.operations]
    high = max((d.high for d in metric.operations), default=1.0)
    low = min(lows, default=0.0)
    if low > 0 and high / low >= LOG_FROM:
        return low, high, True
    return 0.0, high or 1.0, False


def strip(d: Distribution, scale: tuple[float, float, bool]) -> Markup:
    """Every sample (or 90 of them, even by rank) as a tick, the middle half as a box, median and 95th percentile as lines."""
    low, high, logarithmic = scale

    def x(value: float) -> float:
        if logarithmic:
            return 1 + 98 * math.log(value / low) / math.log(high / low)
        return 1 + 98 * (value - low) / (high - low)

    body = [_rect(1, 9.5, 98, 1, "axis"), *(_line(x(p), 5, 15, "tick") for p in d.points)]
    if d.n >= BOX_FROM:
        body.append(_rect(x(d.q1), 3, max(x(d.q3) - x(d.q1), 0.5), 14, "box"))
    if d.n >= P95_FROM:
        body.append(_line(x(d.p95), 3, 17, "p95"))
    body.append(_line(x(d.median), 1, 19, "value"))
    return _svg(100, 20, body, "strip", stretch=True)


def phases(parts: Sequence[tuple[str, float]]) -> Markup:
    """The time of one exchange, phase by phase."""
    total = sum(seconds for _, seconds in parts)
    body: list[str] = []
    x = 0.0
    for name, seconds in parts:
        width = 100 * seconds / total if total > 0 else 0.0
        body.append(_rect(x, 0, width, 10, f"phase-{name}"))
        x += width
    return _svg(100, 10, body, "stack", stretch=True)
