"""OData: does the service do what its annotations say? The simplest request for each feature that an annotation speaks of.

At most 27 requests per service; none where nothing is stated. Which conformance level is claimed makes a difference: then all
features are asked for, of one set.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from cpo_probe.sdk import Context, CsdlModel, odata, probe

from .address_claims import CAPABILITIES, claim, says
from .exchange_shared import JSON, best, member, of_first
from .levels import claimed, versions
from .metadata import Odata
from .query_stated import barred
from .window import Window

FEATURE, VERSION = "odata.exchange.claim", "odata.exchange.claim-version"
TERMS: dict[str, tuple[str, str]] = {
    "top": ("TopSupported", ""),
    "skip": ("SkipSupported", ""),
    "count": ("CountRestrictions", "Countable"),
    "filter": ("FilterRestrictions", "Filterable"),
    "sort": ("SortRestrictions", "Sortable"),
    "expand": ("ExpandRestrictions", "Expandable"),
    "search": ("SearchRestrictions", "Searchable"),
    "select": ("SelectSupport", "Supported"),
    "key-as-segment": ("KeyAsSegmentSupported", ""),
}
"""Feature -> term of the Capabilities vocabulary, and the member of its record that speaks of it."""
SPOKEN = ("4.0", "4.01")
_WORD = re.compile(r"[A-Za-z]{4,12}")


def stated(model: CsdlModel, feature: str, name: str) -> bool | None:
    """What the metadata says of the feature for that set; None when it says nothing."""
    term, part = TERMS[feature]
    here = name if feature != "key-as-segment" else ""
    value = claim(model, f"{CAPABILITIES}.{term}", here)
    if value is None and feature == "select":
        value = claim(model, f"{CAPABILITIES}.{term}")
    return says(member(value, part)) if part else says(value)


@probe(needs="odata", id="odata.claims", purposes=(FEATURE, VERSION), after="odata.window", cost=3 * len(TERMS) - 2 + len(SPOKEN))
async def claims(ctx: Context) -> None:
    """Each feature that an annotation of a set speaks of, as simply as it can be asked for; each version that is stated."""
    model = ctx.fact(Odata).model
    windows = best(ctx)
    if model is None or not windows:
        return
    for n, window in enumerate(windows):
        level = n == 0 and bool(claimed(model))
        asked = {feature for feature in TERMS if level or stated(model, feature, window.set) is not None}
        asked -= {"key-as-segment"} if n else set()  # said of the service, so that one set tells
        topped = "&$top=1" if asked and await _ask(ctx, window, "top", f"{window.url}?$top=1") else ""
        for feature, url in _simplest(model, window, topped):
            if feature in asked:
                await _ask(ctx, window, feature, url)
    for version in versions(model):
        if version in SPOKEN:
            sent: dict[str, Any] = {"headers": (("OData-MaxVersion", version),), "note": {"version": version}}
            await ctx.get(f"{ctx.interface.url}/", purpose=VERSION, why=f"version {version}, as stated", accept=JSON, **sent)


async def _ask(ctx: Context, window: Window, feature: str, url: str) -> bool:
    """Whether it was answered with success."""
    note = {"set": window.set, "feature": feature, "rows": len(window.rows)}
    why = f"{feature} of {window.set}, as the annotations state it"
    return (await ctx.get(url, purpose=FEATURE, why=why, accept=JSON, note=note)).status == 200


def _simplest(model: CsdlModel, window: Window, one: str) -> Iterator[tuple[str, str]]:
    """Feature and URL; features that the data do not let be asked for are left out. `one`: $top=1, where that works."""
    yield "skip", f"{window.url}?$skip=1{one}"
    yield "count", f"{window.url}?$count=true{one}"
    path = window.key[0] if window.key else ""
    if path and "/" not in path and path not in barred(model, window.set, "Sort"):
        yield "sort", f"{window.url}?$orderby={odata.encode(path)}{one}"
    if path and "/" not in path:
        yield "select", f"{window.url}?$select={odata.encode(path)}{one}"
    if (query := of_first(model, window)) and path not in barred(model, window.set, "Filter"):
        yield "filter", f"{window.url}?{query}"
    with suppress(odata.NoKey):
        yield "key-as-segment", f"{window.url}{odata.key_segments(model, window.type, window.rows[0])}"
    led = (n for n, m in model.members(window.type).items() if isinstance(m, odata.csdl.NavigationProperty))
    related = next((n for n in led if n not in barred(model, window.set, "Expand")), "")
    if related:
        yield "expand", f"{window.url}?$expand={odata.encode(related)}{one}"
    named = [n for n, m in model.members(window.type).items() if model.underlying(m.type.name) == "Edm.String"]
    texts = (text for row in window.rows for name in named if isinstance(text := row.get(name), str))
    word = next((found.group() for text in texts if (found := _WORD.fullmatch(text.partition(" ")[0]))), "")
    if word:
        yield "search", f"{window.url}?$search={word}{one}"
