"""OData V2: does $filter give the entities that satisfy the condition, all of them and no others?

Judged by the values that the answers themselves show. Where services may differ (collation, time zones, null, the last digits
of numbers) a row is left aside. What seems left out was looked for in the list once more.
"""

from cpo_probe.sdk import Blocker, Evidence, Exchange, Result, Where, check, failed, odata, passed, untestable

from .old_conditions import Condition, write
from .old_query import AGAIN, FILTERS
from .old_results import left_out, still, wrong
from .old_shared import BODY, named, refused, rows
from .old_window import OldWindows

CLAUSE = "[MS-ODATA] 2.2.3.6.1.4 ($filter); OData 2.0 URI Conventions, 4.5"
RESULTS = Where("response.body", pointer="/d/results")


def _judged(exchange: Exchange, known: OldWindows, evidence: Evidence) -> Result:
    model, window, location = known.model, known.of(named(exchange)), named(exchange)
    said = refused(exchange)
    if said is not None:
        return said
    if any(span.part == "response.body" for span in exchange.redacted):
        return untestable(Blocker.REDACTED, location=location)
    listed = rows(exchange)
    if model is None or window is None:
        return untestable(Blocker.NO_DATA)
    if listed is None:
        return failed("malformed", expected="d.results", found=exchange.media_type, where=BODY, location=location)
    condition: Condition = exchange.note["condition"]
    expression = write(model, condition)
    unfit = wrong(model, exchange)
    if unfit:
        found = [_shown(model, condition, row) for row in unfit[:5]]
        return failed("not_filtered", expected=expression, found=found, where=RESULTS, location=location)
    gone = left_out(model, window, exchange)
    if not gone:
        return passed(location=location)
    again = list(evidence.select(purpose=AGAIN, interface=exchange.interface))
    sure = still(model, window, condition, gone, again)
    if not sure:
        return untestable(Blocker.WINDOW, location=location)
    missing = [_shown(model, condition, row) for row in sure[:5]]
    ids = [*window.exchanges, *(e.id for e in again)]
    return failed(
        "rows_left_out", expected=missing, found=len(listed), where=RESULTS, location=location, exchanges=ids, filter=expression
    )


def _shown(model: odata.Model, condition: Condition, row: dict[str, object]) -> dict[str, object]:
    """Key and the values that the condition looks at."""
    names = {path.partition("/")[0] for path in _paths(condition)}
    keys = {k: v for k, v in row.items() if not isinstance(v, (dict, list))}
    shown = {name: row.get(name) for name in names if name in row}
    return {**dict(list(keys.items())[:1]), **shown}


def _paths(condition: Condition) -> list[str]:
    if "of" in condition:
        return [path for part in condition["of"] for path in _paths(part)]
    return [condition["path"]] if "path" in condition else []


@check("odata2.filter.comparison", of=FILTERS["comparison"], needs="odata", clause=CLAUSE, severity="major")
def comparison(exchange: Exchange, known: OldWindows, evidence: Evidence) -> Result:
    """$filter compares: eq, gt, le.

    The rows of the answer satisfy the condition, and no row that was listed before and satisfies it is missing.
    Remedy: hand $filter to the query of the database, or refuse it with 4xx or 501.
    """
    return _judged(exchange, known, evidence)


@check("odata2.filter.logical", of=FILTERS["logical"], needs="odata", clause=CLAUSE, severity="major")
def logical(exchange: Exchange, known: OldWindows, evidence: Evidence) -> Result:
    """$filter joins conditions with and, or and not.

    With parentheses as they are written.
    Remedy: hand the whole expression to the query of the database, or refuse it with 4xx or 501.
    """
    return _judged(exchange, known, evidence)


@check("odata2.filter.arithmetic", of=FILTERS["arithmetic"], needs="odata", clause=CLAUSE, severity="minor")
def arithmetic(exchange: Exchange, known: OldWindows, evidence: Evidence) -> Result:
    """$filter computes: add and mod on whole numbers.

    Negative numbers are left aside with mod.
    Remedy: compute as the standard says, or refuse the operator with 4xx or 501.
    """
    return _judged(exchange, known, evidence)


@check("odata2.filter.substringof", of=FILTERS["substringof"], needs="odata", clause=CLAUSE, severity="major")
def substringof(exchange: Exchange, known: OldWindows, evidence: Evidence) -> Result:
    """substringof(part, text) keeps the rows whose text contains the part.

    The part comes first, other than with contains of OData 4.0. Case and accents are left to the collation.
    Remedy: search for the first argument in the second one.
    """
    return _judged(exchange, known, evidence)


@check("odata2.filter.string", of=FILTERS["string"], needs="odata", clause=CLAUSE, severity="major")
def string(exchange: Exchange, known: OldWindows, evidence: Evidence) -> Result:
    """$filter knows startswith, endswith, tolower and length.

    Case and accents are left to the collation; lengths of texts beyond ASCII or with spaces at the end are left aside.
    Remedy: compute as the standard says, or refuse the function with 4xx or 501.
    """
    return _judged(exchange, known, evidence)


@check("odata2.filter.date", of=FILTERS["date"], needs="odata", clause=CLAUSE, severity="major")
def date(exchange: Exchange, known: OldWindows, evidence: Evidence) -> Result:
    """$filter compares dates, written as datetime'...' or datetimeoffset'...', and knows year().

    Rows for which the answer depends on the time zone are left aside.
    Remedy: take the literal for what it says, to the second.
    """
    return _judged(exchange, known, evidence)


@check("odata2.filter.null", of=FILTERS["null"], needs="odata", clause=CLAUSE, severity="major")
def null(exchange: Exchange, known: OldWindows, evidence: Evidence) -> Result:
    """`eq null` keeps the rows without a value, `ne null` those with one.

    Remedy: translate the comparison with null into IS NULL and IS NOT NULL.
    """
    return _judged(exchange, known, evidence)


@check("odata2.filter.complex", of=FILTERS["complex"], needs="odata", clause=CLAUSE, severity="minor")
def complex(exchange: Exchange, known: OldWindows, evidence: Evidence) -> Result:
    """$filter reaches into complex properties, as in Price/Currency.

    Remedy: resolve paths in expressions, or refuse them with 4xx or 501.
    """
    return _judged(exchange, known, evidence)


@check("odata2.filter.type", of=FILTERS["type"], needs="odata", clause=CLAUSE, severity="minor")
def type(exchange: Exchange, known: OldWindows, evidence: Evidence) -> Result:
    """isof('Type') keeps the entities of that type and of types derived from it.

    Judged by the type that __metadata states.
    Remedy: compare with the type of the entity, derived types included, or refuse the function with 4xx or 501.
    """
    return _judged(exchange, known, evidence)
