"""OData: does the service keep the protocol in what every service has to do? At most eleven requests per service."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from cpo_probe.sdk import (
    Blocker,
    Context,
    CsdlModel,
    Exchange,
    Result,
    Results,
    Where,
    check,
    failed,
    not_applicable,
    passed,
    probe,
)

from .metadata import METADATA, METADATA_JSON, NEW, REFERENCE, Odata, ask

SERVICE, VERSION, READ = "odata.service", "odata.max-version", "odata.read"
OPTION, FILTER, KEY, RESOURCE = (f"odata.errors.{n}" for n in ("unknown-option", "filter", "missing-key", "unknown-resource"))
JSON = "application/json"
CANDIDATES = 3
"""Entity sets that are tried until one can be read."""
STATUS = Where("response.status")


@probe(
    needs="odata",
    purposes=(METADATA, METADATA_JSON, SERVICE, VERSION, READ, OPTION, FILTER, KEY, RESOURCE),
    cost=8 + CANDIDATES,
)
async def service(ctx: Context) -> None:
    """Metadata in XML and JSON, service document, versions; on one entity set wrong option, wrong filter, missing key."""
    root = ctx.interface.url
    known = await ask(ctx)
    if known.model is None:
        ctx.blocked(Blocker.PRECONDITION, "the metadata cannot be read, and with it the version of the service is not known")
        return
    if known.old:
        return  # gives no occasion: judged by checks of its own
    await ctx.get(f"{root}/$metadata", purpose=METADATA_JSON, why="metadata in JSON", accept=JSON)
    await ctx.get(f"{root}/", purpose=SERVICE, why="service document", accept=JSON)
    for most in ("4.0", "3.0"):
        sent = (("OData-MaxVersion", most),)
        await ctx.get(f"{root}/", purpose=VERSION, why=f"at most {most}", accept=JSON, headers=sent, note={"most": most})
    word = hashlib.sha256(str(ctx.plan.seed).encode()).hexdigest()[:8]
    await ctx.get(f"{root}/CpoProbe{word}", purpose=RESOURCE, why="a resource that does not exist", accept=JSON)
    await _wrong(ctx, known.model)


async def _wrong(ctx: Context, model: CsdlModel) -> None:
    """Requests that are wrong on purpose, on the first entity set that can be read."""
    for name, key in _candidates(model, ctx.plan.seed):
        url = f"{ctx.interface.url}/{name}"
        read = await ctx.get(f"{url}?$top=1", purpose=READ, why=f"can {name} be read?", accept=JSON, note={"set": name})
        if read.status != 200:
            continue
        await ctx.get(f"{url}?$cpoprobe=1", purpose=OPTION, why="an invented system query option", accept=JSON)
        await ctx.get(f"{url}?$filter=((", purpose=FILTER, why="a filter that is no expression", accept=JSON)
        predicate = ",".join(f"{k}={v}" for k, v in key.items()) if len(key) > 1 else "".join(key.values())
        await ctx.get(f"{url}({predicate})", purpose=KEY, why="a key that nobody has", accept=JSON, note={"key": key})
        return
    ctx.blocked(Blocker.NO_ARGUMENTS, "no entity set could be read whose key can be invented")


def _candidates(model: CsdlModel, seed: int) -> list[tuple[str, dict[str, str]]]:
    """Entity sets with an invented key, as name and literals."""
    found = []
    for name, one in sorted(model.sets.items()):
        type = model.entity(one.type)
        parts = model.key(type) if type else ()
        literals = {part: _literal(model, p.type.name, p.facets.max_length, seed) if p else "" for part, p in parts}
        if literals and all(literals.values()):
            found.append((name, literals))
    return found[:CANDIDATES]


def _literal(model: CsdlModel, type: str, longest: int | None, seed: int) -> str:
    """A value that nobody has; "" for types of which every value may well be there."""
    word = hashlib.sha256(f"key {seed}".encode()).hexdigest()
    match model.underlying(type):
        case "Edm.Guid":
            return f"{word[:8]}-{word[8:12]}-4{word[13:16]}-a{word[17:20]}-{word[20:32]}"
        case "Edm.Int32":
            return "2147483629"
        case "Edm.Int64":
            return "9007199254740881"
        case "Edm.String" if longest is None or longest >= 8:
            return f"'{word[: min(longest or 16, 16)]}'"
    return ""


# What the service says of itself


@check(
    "odata.service-document", of=SERVICE, needs="odata", clause="OData JSON 4.01, 5; OData 4.01 Part 1, 11.1.1", severity="major"
)
def service_document(exchange: Exchange) -> Results:
    """The service root answers with a service document.

    JSON with the context URL of the metadata document, without a fragment, and `value`, a list of which each member has
    name and URL. Clients find their way from here.
    Remedy: answer GET of the service root with a service document.
    """
    if exchange.status != 200:
        return failed("unavailable", expected=200, found=exchange.status, where=STATUS)
    value = _object(exchange)
    if value is None:
        return failed("malformed", expected="JSON object", found=exchange.media_type, where=Where("response.body"))
    return list(_flaws(value)) or passed()


def _flaws(value: dict[str, Any]) -> Iterator[Result]:
    name = "@context" if "@context" in value else "@odata.context"
    context = value.get(name)
    if not (isinstance(context, str) and context.partition("?")[0].endswith("$metadata")):
        where = Where("response.body", pointer=f"/{name}")
        yield failed(
            "malformed", expected="<service root>/$metadata", found=context or "nothing", where=where, location=f"/{name}"
        )
    listed = value.get("value")
    if not isinstance(listed, list):
        where = Where("response.body", pointer="/value")
        yield failed("malformed", expected="a list", found=type(listed).__name__, where=where, location="/value")
        return
    for position, item in enumerate(listed):
        if not (isinstance(item, dict) and all(isinstance(item.get(k), str) and item[k] for k in ("name", "url"))):
            where = Where("response.body", pointer=f"/value/{position}")
            yield failed("malformed", expected="an object with name and url", found=item, where=where, location="/value/*")
            return


@check(
    "odata.service-document.complete",
    of=SERVICE,
    needs="odata",
    clause="OData CSDL XML 4.01, 13.2; OData 4.01 Part 1, 11.1.1",
    severity="minor",
)
def service_document_complete(exchange: Exchange, api: Odata) -> Results:
    """The service document lists the entity sets of the metadata, and no others.

    Sets with IncludeInServiceDocument="false" may be left out. Names are those of the metadata.
    Remedy: write the service document from the same model as the metadata.
    """
    listed = _listed(exchange)
    if api.model is None or api.model.container is None or listed is None:
        return not_applicable("not_comparable", media_type=exchange.media_type)
    model, where = api.model, Where("response.body", pointer="/value")
    names = {item["name"].rpartition(".")[2] for item in listed} | {item["url"].rpartition("/")[2] for item in listed}
    found = [
        failed("not_listed", expected=name, found=len(listed), where=where, location=name)
        for name, one in sorted(model.sets.items())
        if one.in_service_document and name not in names
    ]
    unread = any(c.extends and c.extends not in model.containers for c in model.container_chain(model.container))
    for item in listed if not unread else ():
        if item.get("kind", "EntitySet") == "EntitySet" and item["name"].rpartition(".")[2] not in model.sets:
            found.append(failed("not_in_metadata", expected="entity set", found=item["name"], where=where, location=item["name"]))
    return found or passed()


def _listed(exchange: Exchange) -> list[dict[str, Any]] | None:
    """The members of a service document; None when it is none."""
    value = _object(exchange) if exchange.status == 200 else None
    listed = value.get("value") if value else None
    if not isinstance(listed, list):
        return None
    named = [i for i in listed if isinstance(i, dict) and isinstance(i.get("name"), str) and isinstance(i.get("url"), str)]
    return named if len(named) == len(listed) else None


def _object(exchange: Exchange) -> dict[str, Any] | None:
    if exchange.response is None or exchange.response.document.problem:
        return None
    value = exchange.response.document.value
    return value if isinstance(value, dict) else None


# Versions


@check("odata.version-header", of="odata.*", needs="odata", clause="OData 4.01 Part 1, 8.1.5", severity="major")
def version_header(exchange: Exchange, api: Odata) -> Result:
    """Every answer of the service states the version of the protocol it is made by.

    OData-Version is 4.0 or 4.01. Errors are judged when they are in the format of OData: others may come from what lies in
    front of the service. Services before OData 4.0 are not judged here.
    Remedy: set OData-Version in one place, for errors as well.
    """
    if api.model is None:
        return not_applicable("no_metadata")
    if api.old:
        return not_applicable("older_version", version=api.old)
    elsewhere = exchange.role == "redirect" and exchange.purpose.endswith(".stream")
    if exchange.purpose == REFERENCE or elsewhere:  # a file of any server, such as a vocabulary or a drawing
        return not_applicable("not_of_the_service")
    stated = exchange.header("odata-version")
    where = Where("response.header", "odata-version")
    location = exchange.purpose
    if stated is not None:
        if stated.strip() in NEW:
            return passed(location=location)
        return failed("malformed", expected=list(NEW), found=stated, where=where, location=location)
    if not (exchange.status == 200 or (exchange.status >= 400 and _is_error(exchange))):
        return not_applicable("other_answer", status=exchange.status)
    return failed("missing", expected="OData-Version", where=where, location=location)


def _is_error(exchange: Exchange) -> bool:
    """Whether somebody meant an error of OData, even if it is not quite one."""
    value = _object(exchange)
    error = value.get("error") if value is not None else None
    return isinstance(error, dict) and {"code", "message"} <= set(error)


@check("odata.max-version", of=VERSION, needs="odata", clause="OData 4.01 Part 1, 8.2.7", severity="minor")
def max_version(exchange: Exchange) -> Result:
    """No answer is of a later version than the client says it understands.

    With OData-MaxVersion 4.0 the answer is 4.0; with 3.0, which a service of today cannot speak, it is a refusal.
    Remedy: compare OData-MaxVersion with what the service speaks, and refuse what is lower than that.
    """
    most, location = str(exchange.note.get("most", "")), str(exchange.note.get("most", ""))
    if exchange.status >= 500 and exchange.status != 501:
        return failed("server_error", expected=f"at most {most}", found=exchange.status, where=STATUS, location=location)
    stated = (exchange.header("odata-version") or "").strip()
    if 400 <= exchange.status < 500 or exchange.status == 501:
        return passed(location=location)
    if exchange.status != 200 or not re.fullmatch(r"\d\.\d{1,2}", stated):
        return not_applicable("no_version_header")
    if float(stated) <= float(most):
        return passed(location=location)
    where = Where("response.header", "odata-version")
    return failed("newer_than_asked", expected=most, found=stated, where=where, location=location)


# Wrong requests


def _refused(exchange: Exchange, right: tuple[int, ...]) -> Result:
    """Pass on one of these; another refusal is said as it is, a success or a failure of the server fails."""
    status = exchange.status
    if status in right:
        return passed()
    if 200 <= status < 300:
        return failed("accepted", expected=list(right), found=status, where=STATUS)
    if status >= 500 and status not in (501, 503):
        return failed("server_error", expected=list(right), found=status, where=STATUS)
    return not_applicable("other_answer", status=status)


@check("odata.errors.unknown-option", of=OPTION, needs="odata", clause="OData 4.01 Part 1, 6.1", severity="minor")
def unknown_option(exchange: Exchange) -> Result:
    """A system query option that does not exist is refused.

    Services SHOULD fail what they do not understand, and names with "$" are kept for the standard: who mistypes $filter and
    gets everything takes it for the answer.
    Remedy: answer 400 (or 501) for every option that begins with "$" and is not supported.
    """
    return _refused(exchange, (400, 501))


@check("odata.errors.filter", of=FILTER, needs="odata", clause="OData 4.01 Part 1, 6.1; 11.2.6.1", severity="major")
def wrong_filter(exchange: Exchange) -> Result:
    """A $filter that is no expression is refused.

    A service that does not support $filter has to refuse it as well: ignored, it gives more than was asked for.
    Remedy: parse the option before anything is read; answer 400 with the position, or 501.
    """
    return _refused(exchange, (400, 501))


@check("odata.errors.missing-key", of=KEY, needs="odata", clause="OData 4.01 Part 1, 9.2.1; 11.2.2", severity="major")
def missing_key(exchange: Exchange) -> Result:
    """An entity that does not exist is answered with 404.

    A success, with an empty list or nothing in it, is taken for an entity.
    Remedy: answer 404 when no entity has the key.
    """
    value = _object(exchange) if exchange.status == 200 else None
    key = exchange.note.get("key", {})
    if value is not None and key and all(str(value.get(k)).lower() == str(v).strip("'").lower() for k, v in key.items()):
        return not_applicable("key_exists")
    return _refused(exchange, (404, 410))


@check("odata.errors.unknown-resource", of=RESOURCE, needs="odata", clause="OData 4.01 Part 1, 9.2.1", severity="minor")
def unknown_resource(exchange: Exchange) -> Result:
    """A resource that the service does not have is answered with 404.

    Who misspells a name is to see it from the status.
    Remedy: answer 404 for every path that the metadata does not know.
    """
    return _refused(exchange, (404, 410))


@check(
    "odata.errors.format",
    of=("odata.errors.*", VERSION),
    needs="odata",
    clause="OData JSON 4.01, 21.1; OData JSON 4.0, 19",
    severity="major",
)
def error_format(exchange: Exchange) -> Results:
    """Errors of the service are in the format of OData.

    One JSON object with `error` alone, in it `code` and `message`, both texts (from 4.01 on not empty); `details` lists the same.
    Judged are answers with OData-Version or with such an `error`, which says that they are made by the service.
    Remedy: answer errors as {"error": {"code": "...", "message": "..."}}.
    """
    if exchange.status < 400 or exchange.response is None:
        return not_applicable("no_error")
    if exchange.header("odata-version") is None and not _is_error(exchange):
        return not_applicable("not_of_the_service")
    if not exchange.body:
        return not_applicable("no_content")
    value = _object(exchange)
    location = exchange.purpose
    if value is None:
        found = exchange.media_type or "no media type"
        return failed("malformed", expected="JSON object", found=found, where=Where("response.body"), location=location)
    error = value.get("error")
    if not isinstance(error, dict):
        where = Where("response.body", pointer="/error")
        return failed("malformed", expected="error: an object", found=sorted(value)[:5], where=where, location=location)
    beside = sorted(name for name in value if name != "error" and "@" not in name)
    if beside:
        where = Where("response.body", pointer="/" + beside[0])
        return failed("malformed", expected="error alone", found=beside[:5], where=where, location=location)
    found_flaws = [
        failed(
            "malformed",
            expected=f"{p}: a text",
            found="nothing" if error_at is None else error_at,
            where=Where("response.body", pointer=p),
            location=f"{location} {p}",
        )
        for p, error_at in _texts(error)
        if not (isinstance(error_at, str) and (error_at or exchange.header("odata-version") == "4.0"))
    ]
    return found_flaws or passed(location=location)


def _texts(error: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "/error/code", error.get("code")
    yield "/error/message", error.get("message")
    details = error.get("details")
    for detail in details if isinstance(details, list) else ():
        for name in ("code", "message"):
            yield f"/error/details/*/{name}", detail.get(name) if isinstance(detail, dict) else None
