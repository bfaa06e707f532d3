"""OData: what is to be said of what the annotations promise?"""

from collections.abc import Iterable
from typing import Any

from cpo_probe.sdk import CsdlModel, Exchange, Exchanges, Result, Results, check, failed, not_applicable, passed

from .address_claims import CAPABILITIES, CORE, claim, says
from .exchange_batch import MANY, MANY_JSON, MULTIPART
from .exchange_claims import FEATURE, TERMS, VERSION, stated
from .exchange_shared import JSON, LEFT_OUT, STATUS, member
from .levels import LEVELS, claimed, versions
from .metadata import METADATA, Odata
from .window import body, control, items

OF = (FEATURE, METADATA)
CAPABILITY = f"{CAPABILITIES}."
INTERMEDIATE = ("select", "top", "filter")
ADVANCED = (*INTERMEDIATE, "count", "skip", "sort", "expand", "search")
"""Features without which no service of 4.0 is at that level (OData 4.01 Part 1, 13.1.2 and 13.1.3)."""


def _refused(exchange: Exchange) -> bool:
    return exchange.status in LEFT_OUT or (exchange.status >= 500 and exchange.status != 503)


def _works(exchange: Exchange) -> bool:
    """Whether the answer shows that the feature works; False also where it does not show it."""
    rows, feature = items(exchange), exchange.note.get("feature")
    if feature == "key-as-segment":
        return body(exchange) is not None and rows is None
    if rows is None:
        return False
    if feature in ("top", "filter"):
        return len(rows) == 1 < int(exchange.note.get("rows", 0))
    if feature == "count":
        return control(body(exchange) or {}, "count") is not None
    return False


def _claim(exchanges: Exchanges, api: Odata, feature: str) -> Results:
    """One result for each set of which the annotation speaks."""
    kept = list(exchanges)
    found = []
    for one in kept if api.model else ():
        if one.note.get("feature") == feature and api.model:
            said = _one(one, stated(api.model, feature, str(one.note.get("set", ""))))
            found += [said] if said else []
    return found or not_applicable("claims_nothing", exchanges=[e.id for e in kept if e.purpose == METADATA])


def _one(exchange: Exchange, said: bool | None) -> Result | None:
    place, term = str(exchange.note["set"]), ".".join(filter(None, TERMS[str(exchange.note["feature"])]))
    if said is None:
        return None
    if said and _refused(exchange):
        return failed(
            "promised_but_refused", expected=term, found=exchange.status, where=STATUS, location=place, exchanges=[exchange.id]
        )
    return passed(location=place, exchanges=[exchange.id])


@check("odata.claims.top", of=OF, per="interface", needs="odata", clause=CAPABILITY + "TopSupported", severity="major")
def top(exchanges: Exchanges, api: Odata) -> Results:
    """Sets whose annotation states $top take it.

    Remedy: correct TopSupported, or support $top.
    """
    return _claim(exchanges, api, "top")


@check("odata.claims.skip", of=OF, per="interface", needs="odata", clause=CAPABILITY + "SkipSupported", severity="major")
def skip(exchanges: Exchanges, api: Odata) -> Results:
    """Sets whose annotation states $skip take it.

    Remedy: correct SkipSupported, or support $skip.
    """
    return _claim(exchanges, api, "skip")


@check("odata.claims.count", of=OF, per="interface", needs="odata", clause=CAPABILITY + "CountRestrictions", severity="major")
def count(exchanges: Exchanges, api: Odata) -> Results:
    """Sets whose annotation states that they can be counted take $count.

    Remedy: correct CountRestrictions, or support $count.
    """
    return _claim(exchanges, api, "count")


@check("odata.claims.filter", of=OF, per="interface", needs="odata", clause=CAPABILITY + "FilterRestrictions", severity="major")
def by_filter(exchanges: Exchanges, api: Odata) -> Results:
    """Sets whose annotation states that they can be filtered take $filter on their key.

    Remedy: correct FilterRestrictions, or support $filter.
    """
    return _claim(exchanges, api, "filter")


@check("odata.claims.sort", of=OF, per="interface", needs="odata", clause=CAPABILITY + "SortRestrictions", severity="major")
def sort(exchanges: Exchanges, api: Odata) -> Results:
    """Sets whose annotation states that they can be sorted take $orderby on their key.

    Remedy: correct SortRestrictions, or support $orderby.
    """
    return _claim(exchanges, api, "sort")


@check("odata.claims.expand", of=OF, per="interface", needs="odata", clause=CAPABILITY + "ExpandRestrictions", severity="major")
def expand(exchanges: Exchanges, api: Odata) -> Results:
    """Sets whose annotation states that they can be expanded take $expand of a navigation property.

    Remedy: correct ExpandRestrictions, or support $expand.
    """
    return _claim(exchanges, api, "expand")


@check("odata.claims.search", of=OF, per="interface", needs="odata", clause=CAPABILITY + "SearchRestrictions", severity="major")
def search(exchanges: Exchanges, api: Odata) -> Results:
    """Sets whose annotation states that they can be searched take $search with a word that their rows hold.

    Remedy: correct SearchRestrictions, or support $search.
    """
    return _claim(exchanges, api, "search")


@check("odata.claims.select", of=OF, per="interface", needs="odata", clause=CAPABILITY + "SelectSupport", severity="major")
def select(exchanges: Exchanges, api: Odata) -> Results:
    """Sets whose annotation states $select take it.

    Remedy: correct SelectSupport, or support $select.
    """
    return _claim(exchanges, api, "select")


@check(
    "odata.claims.key-as-segment",
    of=OF,
    per="interface",
    needs="odata",
    clause=CAPABILITY + "KeyAsSegmentSupported",
    severity="major",
)
def key_as_segment(exchanges: Exchanges, api: Odata) -> Results:
    """A service that states to take keys as segments of the path takes them.

    Remedy: correct KeyAsSegmentSupported, or answer <set>/<key>.
    """
    return _claim(exchanges, api, "key-as-segment")


@check("odata.claims.denied", of=(*OF, MANY), per="interface", needs="odata", clause="Org.OData.Capabilities.V1", severity="info")
def denied(exchanges: Exchanges, api: Odata) -> Results:
    """What the annotations deny does not work.

    Who goes by them does without what is there. Judged where the answer shows that it works.
    Remedy: write the annotations from what the service can do.
    """
    kept, found = list(exchanges), []
    for one in kept if api.model else ():
        if api.model and one.purpose == FEATURE and stated(api.model, str(one.note["feature"]), str(one.note["set"])) is False:
            place = f"{one.note['feature']} {one.note['set']}"
            if _works(one):
                found.append(failed("denied_but_works", expected=place, found=one.status, location=place, exchanges=[one.id]))
            else:
                found.append(passed(location=place, exchanges=[one.id]))
        if api.model and one.purpose == MANY and _batch(api.model, MULTIPART) is False:
            works = one.status == 200 and one.media_type == MULTIPART
            wrong = failed("denied_but_works", expected="batch", found=one.status, location="batch", exchanges=[one.id])
            found.append(wrong if works else passed(location="batch", exchanges=[one.id]))
    return found or not_applicable("claims_nothing", exchanges=[e.id for e in kept if e.purpose == METADATA])


# Batches, versions, levels


def _batch(model: CsdlModel, media: str) -> bool | None:
    """What the metadata says of batches in that format."""
    support = claim(model, f"{CAPABILITIES}.BatchSupport")
    whole = says(member(support, "Supported"))
    if whole is None:
        whole = says(claim(model, f"{CAPABILITIES}.BatchSupported"))
    formats = member(support, "SupportedFormats")
    listed = [item.text.partition(";")[0].strip().lower() for item in formats.items] if formats is not None else []
    if whole is not None and listed:
        return whole and media in listed
    return whole if media == MULTIPART else None


@check(
    "odata.claims.batch",
    of=(MANY, MANY_JSON, METADATA),
    per="interface",
    needs="odata",
    clause=CAPABILITY + "BatchSupport; BatchSupported",
    severity="major",
)
def batch(exchanges: Exchanges, api: Odata) -> Results:
    """A service that states batches takes them, in the formats that it states.

    Remedy: correct BatchSupport, or answer $batch in these formats.
    """
    kept, found = list(exchanges), []
    for one in kept if api.model else ():
        media = {MANY: MULTIPART, MANY_JSON: JSON}.get(one.purpose)
        said = _batch(api.model, media) if media and api.model else None
        if media is None or said is None:
            continue
        if said and _refused(one):
            term = f"BatchSupport {media}"
            ids = [one.id]
            found.append(
                failed("promised_but_refused", expected=term, found=one.status, where=STATUS, location=media, exchanges=ids)
            )
        else:
            found.append(passed(location=media, exchanges=[one.id]))
    return found or not_applicable("claims_nothing", exchanges=[e.id for e in kept if e.purpose == METADATA])


@check(
    "odata.claims.versions",
    of=(VERSION, METADATA),
    per="interface",
    needs="odata",
    clause=f"{CORE}.ODataVersions; OData 4.01 Part 1, 8.2.7",
    severity="major",
)
def stated_versions(exchanges: Exchanges, api: Odata) -> Results:
    """A service speaks the versions that it states.

    With OData-MaxVersion set to a version of Core.ODataVersions the answer is of that version: it is the greatest one that both
    know.
    Remedy: correct ODataVersions, or answer in the version that the client asks for.
    """
    kept, found = list(exchanges), []
    known = versions(api.model) if api.model else ()
    for one in kept:
        wanted = str(one.note.get("version", ""))
        if one.purpose != VERSION or wanted not in known:
            continue
        answered = (one.header("odata-version") or "nothing").strip()
        if one.status == 200 and answered == wanted:
            found.append(passed(location=wanted, exchanges=[one.id]))
        else:
            shown: Any = answered if one.status == 200 else one.status
            found.append(failed("version_not_spoken", expected=wanted, found=shown, location=wanted, exchanges=[one.id]))
    return found or not_applicable("claims_nothing", exchanges=[e.id for e in kept if e.purpose == METADATA])


@check(
    "odata.claims.conformance-level",
    of=(FEATURE, MANY, MANY_JSON, METADATA),
    per="interface",
    needs="odata",
    clause=f"{CAPABILITIES}.ConformanceLevel; OData 4.01 Part 1, 13.1; 13.2",
    severity="major",
)
def conformance_level(exchanges: Exchanges, api: Odata) -> Results:
    """A service does not refuse what the conformance level demands that it states.

    Asked for, as simply as possible, were the query options of the level, and at the advanced level batches. Whether the level is
    reached in all points is shown by the conformance ladder.
    Remedy: correct ConformanceLevel, or support what the level demands.
    """
    kept = list(exchanges)
    level = claimed(api.model) if api.model else 0
    if not level or api.model is None:
        return not_applicable("claims_nothing", exchanges=[e.id for e in kept if e.purpose == METADATA])
    name = next(text for text, n in LEVELS.items() if n == level)
    judged = [(what, one) for one in kept if (what := _demanded(one, api.model, level))]
    found = [
        failed("level_not_kept", expected=name, found=f"{what}: {one.status}", where=STATUS, location=what, exchanges=[one.id])
        for what, one in judged
        if _refused(one)
    ]
    return found or passed(exchanges=_ids(one for _, one in judged)) if judged else not_applicable("claims_nothing")


def _demanded(exchange: Exchange, model: CsdlModel, level: int) -> str:
    """Which feature of the level the exchange asks for; "" for none, or for one that the set denies."""
    feature, place = str(exchange.note.get("feature", "")), str(exchange.note.get("set", ""))
    demanded = {LEVELS["Intermediate"]: INTERMEDIATE, LEVELS["Advanced"]: ADVANCED}.get(level, ())
    if exchange.purpose == FEATURE:
        return feature if feature in demanded and stated(model, feature, place) is not False else ""
    if level == LEVELS["Advanced"] and exchange.purpose == MANY:
        return "batch"
    if level == LEVELS["Advanced"] and exchange.purpose == MANY_JSON and "4.01" in versions(model):
        return "batch as JSON"
    return ""


def _ids(exchanges: Iterable[Exchange]) -> list[str]:
    return [one.id for one in exchanges]
