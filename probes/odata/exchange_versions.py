"""OData: which versions does the service answer in, and do its answers say what they depend on?"""

from cpo_probe.sdk import Exchange, Exchanges, Result, Results, Where, check, failed, not_applicable, passed

from .exchange_options import MAXIMUM, NULLS, PLAIN, SCHEMA
from .exchange_shared import STATUS, preferences, refused
from .service import SERVICE, VERSION

PART1 = "OData 4.01 Part 1, "


@check("odata.schemaversion", of=SCHEMA, needs="odata", clause=PART1 + "11.2.12; 13.2.1", severity="minor")
def schemaversion(exchange: Exchange) -> Results:
    """A version of the schema that does not exist is refused, the present one is not.

    Asked where the service states the version of its schema. Who asks for a version that is gone must not get data in another
    one; "*" means the present one.
    Remedy: answer 404 for versions that are not there.
    """
    status, present = exchange.status, exchange.note.get("version") == "*"
    location = "present" if present else "unknown"
    if status >= 500 and status not in (501, 503):
        return failed("server_error", expected=200 if present else 404, found=status, where=STATUS, location=location)
    if present:
        if status == 200:
            return passed(location=location)
        return failed("other_status", expected=200, found=status, where=STATUS, location=location)
    if 200 <= status < 300:
        return failed("accepted", expected=[404], found=status, where=STATUS, location=location)
    if status in (400, 404, 410, 501):
        return passed(location=location)
    return not_applicable("other_answer", location=location, status=status)


@check("odata.max-version.invalid", of=MAXIMUM, needs="odata", clause=PART1 + "8.2.7; 13.1.1", severity="info")
def max_version_invalid(exchange: Exchange) -> Results:
    """OData-MaxVersion that is no version is refused.

    A service has to follow this field or to fail the request; a value that means nothing it cannot follow.
    Remedy: parse OData-MaxVersion and answer 400 when it is no version.
    """
    status, where = exchange.status, Where("request", "odata-maxversion")
    if 400 <= status < 500 or status == 501:
        return passed()
    if status == 200:
        return failed("accepted", expected=[400], found=status, where=where)
    return refused(exchange) or passed()


@check(
    "odata.vary",
    of=(SERVICE, VERSION, PLAIN, NULLS),
    per="interface",
    needs="odata",
    clause=PART1 + "8.3.8; RFC 9110, 12.5.5",
    severity="minor",
)
def vary(exchanges: Exchanges) -> Results:
    """Answers that depend on a field of the request name it in Vary.

    Where OData-MaxVersion leads to another version of the answer, Vary names OData-MaxVersion; where null values are left out
    because the client prefers it, Vary names Prefer. A cache gives one client the answer of another otherwise.
    Remedy: send Vary with every answer of the service.
    """
    found = []
    by_url: dict[tuple[str, str], list[Exchange]] = {}
    for one in exchanges:
        field = "OData-MaxVersion" if one.purpose in (SERVICE, VERSION) else "Prefer"
        if one.status == 200:
            by_url.setdefault((one.request.url, field), []).append(one)
    for (_, field), answers in by_url.items():
        if field == "OData-MaxVersion":
            differ = len({(one.header("odata-version") or "").strip() for one in answers}) > 1
        else:
            differ = any("omit-values" in preferences(one.header("preference-applied")) for one in answers)
        if differ:
            found.append(_named(field, answers))
    return found or not_applicable("varies_by_nothing")


def _named(field: str, answers: list[Exchange]) -> Result:
    """Whether each of these answers names the field, or "*"."""
    for one in answers:
        names = {name.strip().lower() for name in (one.header("vary") or "").split(",")}
        if not names & {field.lower(), "*"}:
            found = one.header("vary") or "nothing"
            where = Where("response.header", "vary")
            return failed("not_in_vary", expected=field, found=found, where=where, location=field, exchanges=[one.id])
    return passed(location=field, exchanges=[one.id for one in answers])
