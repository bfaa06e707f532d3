"""OData: what does the service make of preferences, custom options, versions of the schema, and both spellings of names?

At most eleven requests per service, about the first rows of one set.
"""

import hashlib
from typing import Any

from cpo_probe.sdk import (
    Blocker,
    Context,
    CsdlModel,
    Evidence,
    Exchange,
    Exchanges,
    Result,
    Results,
    check,
    failed,
    not_applicable,
    passed,
    probe,
    untestable,
)

from .address_claims import CORE, claim
from .exchange_shared import APPLIED, BODY, JSON, STATUS, Spoken, best, parameters, preferences
from .metadata import Odata
from .window import identity, items

PLAIN, UNKNOWN, NULLS, CUSTOM, PREFIX, SCHEMA, MAXIMUM = (
    f"odata.exchange.{name}"
    for name in ("option-plain", "preference-unknown", "omit-values", "custom-option", "prefix", "schemaversion", "max-version")
)
TOP = 20
PART1 = "OData 4.01 Part 1, "
TERM = f"{CORE}.SchemaVersion"


@probe(
    needs="odata",
    id="odata.options",
    purposes=(PLAIN, UNKNOWN, NULLS, CUSTOM, PREFIX, SCHEMA, MAXIMUM),
    after="odata.window",
    cost=12,
)
async def options(ctx: Context) -> None:
    """Preferences with and without their prefix and one that nobody knows, a custom option, versions that do not exist."""
    windows = best(ctx)
    if not windows:
        return
    window, newer, model = windows[0], ctx.fact(Spoken).newer, ctx.fact(Odata).model
    word = hashlib.sha256(str(ctx.plan.seed).encode()).hexdigest()[:8]

    async def get(purpose: str, why: str, query: str = f"$top={TOP}", accept: str = JSON, **said: Any) -> None:
        headers = tuple((name, value) for name, value in said.pop("headers", ()))
        note = {"set": window.set, "key": list(window.key), **said}
        await ctx.get(f"{window.url}?{query}", purpose=purpose, why=why, accept=accept, headers=headers, note=note)

    await get(PLAIN, f"the first rows of {window.set}")
    await get(CUSTOM, "an option of nobody's", f"$top={TOP}&cpoprobe{word}=1")
    await get(UNKNOWN, "a preference nobody knows", headers=[("Prefer", f"cpo-probe-{word}=1")], preference=f"cpo-probe-{word}")
    for form in ("odata.", ""):
        prefer = [("Prefer", f"{form}maxpagesize=1")]
        await get(PREFIX, "one row a page", headers=prefer, what="maxpagesize", form=form, rows=len(window.rows))
    await get(MAXIMUM, "a version that is none", headers=[("OData-MaxVersion", f"cpo{word}")])
    if newer:
        for form in ("odata.", ""):
            await get(PREFIX, "all control information", accept=f"{JSON};{form}metadata=full", what="metadata", form=form)
        await get(NULLS, "without null values", headers=[("Prefer", "omit-values=nulls")])
        if model is not None and _states_schema_version(model):
            await get(SCHEMA, "a version that does not exist", f"$top={TOP}&$schemaversion=cpo{word}", version="")
            await get(SCHEMA, "the present version of the schema", f"$top={TOP}&$schemaversion=*", version="*")
    await get(PLAIN, f"the first rows of {window.set}, after all")


def _states_schema_version(model: CsdlModel) -> bool:
    """Whether a schema of the service, or its container, states a version."""
    own = [a for schema in model.root.schemas for a in schema.annotations]
    return claim(model, TERM) is not None or any(a.term == TERM for a in own)


# Preferences


@check(
    "odata.preference-applied",
    of=("odata.exchange.page", "odata.exchange.delta", UNKNOWN, NULLS, PREFIX),
    needs="odata",
    clause=PART1 + "8.2.8; 8.3.6; RFC 7240, 3",
    severity="minor",
)
def preference_applied(exchange: Exchange, evidence: Evidence) -> Results:
    """Preference-Applied says what was done, and nothing else.

    It names preferences of the request only, a page is no larger than the maxpagesize it states, and null values that the client
    prefers to have left out are left out only where it is stated: nobody could tell them from properties that do not exist.
    Remedy: build Preference-Applied where the preferences are carried out.
    """
    asked, said = preferences(exchange.request.header("prefer")), preferences(exchange.header("preference-applied"))
    if exchange.status != 200 or not asked:
        return not_applicable("other_answer", status=exchange.status)
    location = sorted(asked)[0] if not sorted(asked)[0].startswith("cpo-probe") else "unknown"
    known = {name for name in asked if not name.startswith("cpo-probe")}
    if unasked := sorted(set(said) - known):
        return failed("applied_unasked", expected=sorted(known), found=unasked, where=APPLIED, location=location)
    rows = items(exchange) or []
    size = said.get("maxpagesize", "")
    if size and not (size.isdecimal() and int(size) > 0):  # a preference may be named without its value (RFC 7240, 3)
        return failed("malformed", expected="maxpagesize=<number>", found=size or "no number", where=APPLIED, location=location)
    if size and len(rows) > int(size):
        return failed("larger_than_asked", expected=int(size), found=len(rows), where=APPLIED, location=location)
    if "omit-values" in asked and "omit-values" not in said and (name := _left_out(exchange, evidence)):
        return failed("nulls_left_out", found=name, where=APPLIED, location=location)
    return passed(location=location) if said else not_applicable("not_stated_applied", location=location)


def _left_out(exchange: Exchange, evidence: Evidence) -> str:
    """A property that is null in the plain answers, and is not there in this one; "" without one."""
    key = tuple(exchange.note.get("key", ()))
    here = {identity(row, key): row for row in items(exchange) or ()}
    plain = (row for e in evidence.select(purpose=PLAIN, interface=exchange.interface) for row in items(e) or ())
    pairs = ((row, here[identity(row, key)]) for row in plain if identity(row, key) in here)
    return next((n for row, shown in pairs for n, value in row.items() if value is None and n not in shown), "")


@check("odata.preference.unknown", of=UNKNOWN, needs="odata", clause=PART1 + "8.2.8; RFC 7240, 2", severity="minor")
def preference_unknown(exchange: Exchange, evidence: Evidence) -> Results:
    """A preference that nobody knows is passed over.

    A preference is a wish; who refuses a request for one breaks clients of other services.
    Remedy: take from Prefer what is known, and pass over the rest.
    """
    return _as_plain(exchange, evidence)


def _as_plain(exchange: Exchange, evidence: Evidence) -> Result:
    """Passed when the answer is the plain one; judged where the plain one, asked before and after, answers."""
    plain = [e for e in evidence.select(purpose=PLAIN, interface=exchange.interface) if e.status == 200]
    if len(plain) < 2:
        return untestable(Blocker.NO_DATA)
    if exchange.status in (429, 503):
        return not_applicable("other_answer", status=exchange.status)
    if exchange.status != 200:
        return failed("refused_for_it", expected=200, found=exchange.status, where=STATUS)
    key = tuple(exchange.note.get("key", ()))
    first, last, here = ([identity(row, key) for row in items(e) or ()] for e in (plain[0], plain[-1], exchange))
    if first != last:
        return untestable(Blocker.WINDOW)
    if here != first:
        return failed("rows_differ", expected=first[:5], found=here[:5], where=BODY)
    return passed()


@check("odata.custom-option", of=CUSTOM, needs="odata", clause=PART1 + "6.1; OData 4.01 Part 2, 5.2", severity="minor")
def custom_option(exchange: Exchange, evidence: Evidence) -> Results:
    """A query option that nobody knows and that has no "$" changes nothing, or is refused as such.

    Proxies and trackers append such options. The service may refuse them with 400 (or 501); it may not fail over them, or answer
    with something else.
    Remedy: pass over options without "$" that are not known, or refuse them with 400.
    """
    if exchange.status in (400, 501):
        return not_applicable("other_answer", status=exchange.status)
    return _as_plain(exchange, evidence)


# Names with and without their prefix


@check(
    "odata.header-prefix",
    of=PREFIX,
    per="interface",
    needs="odata",
    clause=PART1 + "8.2.8; 13.1.1; 13.2.1; OData JSON 4.01, 3",
    severity="minor",
)
def header_prefix(exchanges: Exchanges, version: Spoken) -> Results:
    """Preferences and format parameters work with the prefix "odata.", in 4.01 without it as well.

    Asked for were one row a page, and in 4.01 all control information, in both spellings. What has an effect in one of them has
    to have it in the other; a service of 4.0 has to know the one with the prefix.
    Remedy: take "odata." off the names of preferences and format parameters before they are looked up.
    """
    found = []
    for what in ("maxpagesize", "metadata"):
        by_form = {str(e.note.get("form", "")): e for e in exchanges if e.note.get("what") == what}
        long, short = by_form.get("odata."), by_form.get("")
        if long is None or short is None:
            continue
        if long.note.get("rows", 2) < 2:
            found.append(not_applicable("too_few", location=what, exchanges=[long.id]))
            continue
        ids = [long.id, short.id]
        works, bare_works = (_has_effect(e, what) for e in (long, short))
        if works == bare_works:
            found.append(passed(location=what, exchanges=ids) if works else _without_effect(what, ids))
        elif bare_works or version.newer:
            name = what if works else f"odata.{what}"
            found.append(failed("spelling_ignored", expected=f"odata.{what}, {what}", found=name, location=what, exchanges=ids))
        else:
            found.append(passed(location=what, exchanges=ids))
    return found or untestable(Blocker.UNANSWERED)


def _without_effect(what: str, ids: list[str]) -> Result:
    return not_applicable("preference_ignored", location=what, exchanges=ids)


def _has_effect(exchange: Exchange, what: str) -> bool:
    if what == "metadata":
        return exchange.status == 200 and parameters(exchange.header("content-type")).get("metadata", "").lower() == "full"
    return exchange.status == 200 and len(items(exchange) or ()) == 1
