"""OData: what is to be said about answers to batches?"""

from typing import Any

from cpo_probe.sdk import (
    Blocker,
    Evidence,
    Exchange,
    Result,
    Results,
    Where,
    check,
    failed,
    not_applicable,
    odata,
    passed,
    untestable,
)

from .address_claims import CAPABILITIES, claim, says
from .exchange_batch import ALONE, BROKEN, BROKEN_JSON, GO_ON, MANY, MANY_JSON, MULTIPART
from .exchange_shared import BODY, CONTENT_TYPE, JSON, STATUS, Spoken, bare, member, preferences, refused
from .metadata import Odata
from .window import identity

PART1 = "OData 4.01 Part 1, "
Part = odata.batch.Part


def _parts(exchange: Exchange) -> tuple[Part, ...]:
    """The responses inside. Raises `Malformed`."""
    if _is_json(exchange):
        return odata.batch.read_json(exchange.response.document.value if exchange.response else None)
    return odata.batch.read_multipart(exchange.body, exchange.header("content-type") or "")


def _is_json(exchange: Exchange) -> bool:
    return exchange.purpose in (MANY_JSON, BROKEN_JSON)


def _asked(exchange: Exchange) -> list[dict[str, Any]]:
    return list(exchange.note.get("asked", []))


def _told(exchange: Exchange, location: str) -> tuple[Part, ...] | Result:
    """The responses inside, or what is wrong with the answer as a whole."""
    if found := refused(exchange, location):
        return found
    wanted = JSON if _is_json(exchange) else MULTIPART
    if exchange.media_type != wanted:
        found_type = exchange.media_type or "no media type"
        return failed("format_differs", expected=wanted, found=found_type, where=CONTENT_TYPE, location=location)
    try:
        return _parts(exchange)
    except odata.batch.Malformed as error:
        if any(span.part == "response.body" for span in exchange.redacted):
            return untestable(Blocker.REDACTED, location=location)
        return failed("malformed", expected=error.expected, found=error.found, where=BODY, location=location)


def _paired(exchange: Exchange, parts: tuple[Part, ...]) -> list[tuple[dict[str, Any], Part]]:
    """Each request that was answered with its response: by id in JSON, by place in multipart."""
    if _is_json(exchange):
        by_id = {part.id: part for part in parts}
        return [(one, by_id[one["id"]]) for one in _asked(exchange) if one["id"] in by_id]
    return list(zip(_asked(exchange), parts, strict=False))


def _each_read(exchange: Exchange, evidence: Evidence) -> Results:
    parts = _told(exchange, "")
    if isinstance(parts, Result):
        return parts
    pairs, asked = _paired(exchange, parts), _asked(exchange)
    stopped = any(part.status >= 400 for part in parts)
    if len(parts) > len(asked) or (len(pairs) < len(asked) and not stopped):
        return failed("batch_parts_missing", expected=len(asked), found=len(parts), where=BODY)
    return [_one(exchange, one, part, evidence) for one, part in pairs]


def _one(exchange: Exchange, asked: dict[str, Any], part: Part, evidence: Evidence) -> Result:
    """One read: answered, and with what it is answered with alone."""
    form = str(asked["form"])
    singly = list(evidence.select(purpose=ALONE, interface=exchange.interface))
    if part.status != 200 and asked["key"] and singly and all(e.status != 200 for e in singly):
        return not_applicable("other_answer", location=form, status=part.status)  # refused alone as well
    if part.status != 200:
        return failed("batch_part_refused", expected=200, found=part.status, where=BODY, location=form)
    if not isinstance(part.value, dict) or not (asked["key"] or isinstance(part.value.get("value"), list)):
        wanted = "an entity" if asked["key"] else "a list"
        return failed("malformed", expected=wanted, found=type(part.value).__name__, where=BODY, location=form)
    key = tuple(exchange.note.get("key", ()))
    alone = next((e for e in singly if e.status == 200), None)
    value = alone.response.document.value if alone and alone.response else None
    if not isinstance(value, dict) or identity(value, key) != identity(part.value, key):
        return passed(location=form)
    one, other = bare(value), bare(part.value)
    steady = _steady(evidence, exchange, key, one)
    wrong = next((name for name in steady if other.get(name, _GONE) != one[name]), "")
    if wrong:
        said = {"expected": one[wrong], "found": other.get(wrong, "nothing")}
        return failed("data_differs", where=Where("response.body", pointer=f"/{wrong}"), location=form, **said)
    return passed(location=form)


_GONE = object()


def _steady(evidence: Evidence, exchange: Exchange, key: tuple[str, ...], alone: dict[str, Any]) -> list[str]:
    """Members that the list showed before as the entity shows them after."""
    for page in evidence.select(purpose="odata.window", interface=exchange.interface):
        if page.note.get("set") != exchange.note.get("set") or page.status != 200 or page.response is None:
            continue
        value = page.response.document.value
        for row in value.get("value", ()) if isinstance(value, dict) else ():
            if isinstance(row, dict) and identity(row, key) == identity(alone, key):
                before = bare(row)
                return [name for name in alone if before.get(name, _GONE) == alone[name]]
    return []


@check(
    "odata.batch.multipart",
    of=MANY,
    needs="odata",
    clause=PART1 + "11.7; 11.7.7.1; 11.7.7.5",
    severity="major",
)
def multipart(exchange: Exchange, evidence: Evidence) -> Results:
    """Reads in one multipart batch are answered as they are alone.

    The answer is multipart/mixed with one response of type application/http for each request. URLs are written in all three
    forms that a service has to know: relative to it, as an absolute path with Host, and absolute. A service may have no batches.
    Remedy: carry out each request of a batch by the same code as alone.
    """
    return _each_read(exchange, evidence)


@check("odata.batch.json", of=MANY_JSON, needs="odata", clause="OData JSON 4.01, 19.1; 19.5", severity="major")
def json(exchange: Exchange, evidence: Evidence) -> Results:
    """Reads in one JSON batch are answered as they are alone.

    The answer is an object with `responses`, of which each has the id of its request, a status, and the body. URLs are relative
    to the service, or absolute paths. Services without batches in JSON, which belong to 4.01, refuse.
    Remedy: carry out each request of a batch by the same code as alone.
    """
    return _each_read(exchange, evidence)


@check(
    "odata.batch.order",
    of=(MANY, MANY_JSON),
    needs="odata",
    clause=PART1 + "11.7.7.4; 11.7.7.5; OData JSON 4.01, 19.4; 19.5",
    severity="critical",
)
def order(exchange: Exchange, version: Spoken) -> Results:
    """Each response of a batch belongs to the request that it seems to belong to.

    In a multipart answer by its place, and by Content-ID where it is stated, which 4.01 demands; in JSON by its id.
    Recognised by the keys of the two entities that were asked for.
    Remedy: answer in the order of the requests, and repeat their ids.
    """
    location = "json" if _is_json(exchange) else "multipart"
    parts = _told(exchange, location)
    if isinstance(parts, Result):
        return not_applicable("other_answer", location=location, status=exchange.status)
    pairs, key = _paired(exchange, parts), tuple(exchange.note.get("key", ()))
    read = [(one, part) for one, part in pairs if one["key"] and part.status == 200 and isinstance(part.value, dict)]
    ids = [part.id for part in parts if part.id]
    asked = [str(one["id"]) for one in _asked(exchange)]
    if len(set(ids)) < len(ids) or not set(ids) <= set(asked):
        return failed("batch_ids_differ", expected=asked, found=ids, where=BODY, location=location)
    if location == "multipart" and any(part.id and part.id != one["id"] for one, part in pairs):
        return failed("batch_ids_differ", expected=asked, found=ids, where=BODY, location=location)
    newer = version.newer and (exchange.header("odata-version") or "").strip() != "4.0"
    if location == "multipart" and newer and len(ids) < len(parts):
        return failed("missing", expected="Content-ID", where=BODY, location=location)
    if not read:
        return not_applicable("too_few", location=location)
    for one, part in read:
        if identity(part.value, key) != one["key"]:
            said = {"expected": one["key"], "found": identity(part.value, key)}
            return failed("batch_part_differs", where=BODY, location=location, **said)
    return passed(location=location)


@check(
    "odata.batch.error-inside",
    of=(BROKEN, BROKEN_JSON),
    needs="odata",
    clause=PART1 + "11.7; 11.7.7.4; 11.7.7.5; OData JSON 4.01, 19.4",
    severity="major",
)
def error_inside(exchange: Exchange) -> Results:
    """A read that fails inside of a batch is an error inside of the answer.

    The batch as a whole is answered with 200; the read of something that does not exist has its status and an error in the format
    of OData. A multipart batch ends there, since nobody asked to go on. Asked where batches are answered at all.
    Remedy: answer 200 and put the error where its request was; carry out no further request of a multipart batch without
    continue-on-error.
    """
    location = "json" if _is_json(exchange) else "multipart"
    if exchange.status == 503:
        return not_applicable("other_answer", location=location, status=exchange.status)
    if exchange.status != 200:
        return failed("batch_refused_whole", expected=200, found=exchange.status, where=STATUS, location=location)
    parts = _told(exchange, location)
    if isinstance(parts, Result):
        return parts
    broken = next((part for one, part in _paired(exchange, parts) if one["form"] == "missing"), None)
    if broken is None:
        return failed("batch_parts_missing", expected=2, found=len(parts), where=BODY, location=location)
    if not 400 <= broken.status < 500:
        return failed("other_status", expected=404, found=broken.status, where=BODY, location=location)
    error = broken.value.get("error") if isinstance(broken.value, dict) else None
    told = isinstance(error, dict) and all(isinstance(error.get(name), str) for name in ("code", "message"))
    if broken.value is not None and not told:  # a body is a wish (Part 1, 9.2)
        wanted, found = "error with code and message", broken.value or "nothing"
        return failed("malformed", expected=wanted, found=found, where=BODY, location=location)
    if location == "multipart" and len(parts) > 2:
        return failed("batch_went_on", expected=2, found=len(parts), where=BODY, location=location)
    return passed(location=location)


@check("odata.batch.continue-on-error", of=GO_ON, needs="odata", clause=PART1 + "8.2.8.3; 11.7.7.4", severity="minor")
def continue_on_error(exchange: Exchange, api: Odata) -> Results:
    """With continue-on-error the reads after the one that fails are answered as well.

    The preference may be passed over; who states it as applied, or states in the metadata to support it, has to go on.
    Remedy: go on after an error when the client prefers it, or do not promise it.
    """
    parts = _told(exchange, "")
    if isinstance(parts, Result):
        return parts
    if len(parts) == 3:
        return passed()
    promised = "continue-on-error" in preferences(exchange.header("preference-applied")) or _promised(api)
    if promised or len(parts) > 2:
        return failed("batch_stopped", expected=3, found=len(parts), where=BODY)
    return not_applicable("not_supported", status=exchange.status)


def _promised(api: Odata) -> bool:
    """Whether the metadata states that the service goes on."""
    if api.model is None:
        return False
    support = claim(api.model, f"{CAPABILITIES}.BatchSupport")
    inside = member(support, "ContinueOnErrorSupported")
    return bool(says(claim(api.model, f"{CAPABILITIES}.BatchContinueOnErrorSupported")) or says(inside))
