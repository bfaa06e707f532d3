"""OData V2: does the service list its sets, keep to versions, and lead from page to page?"""

import re

from cpo_probe.sdk import (
    Blocker,
    CsdlModel,
    Evidence,
    Exchange,
    Exchanges,
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

from .metadata import Odata
from .old_shared import BODY, SAP, STATUS, following, identities, inner, named, plain_count, refused, rows, within
from .old_window import NUMBER, PAGES, SERVICE, SERVICE_ATOM, VERSION, WINDOW, OldWindow, OldWindows, flaw

NEXT = Where("response.body", pointer="/d/__next")
HEADER = Where("response.header", "dataserviceversion")
_VERSION = re.compile(r"(\d+)\.(\d+)\s*(?:;.*)?")


@check(
    "odata2.service-document",
    of=SERVICE,
    needs="odata",
    clause="[MS-ODATA] 2.2.7.2.8 RetrieveServiceDocument Request, 2.2.6.3.12",
    severity="minor",
)
def service_document(exchange: Exchange, api: Odata) -> Results:
    """In JSON, the service root lists the entity sets of the metadata in d.EntitySets.

    Remedy: write the service document from the same model as the metadata.
    """
    said = refused(exchange)
    if said is not None:
        return said
    value = inner(exchange)
    listed = value.get("EntitySets") if isinstance(value, dict) else None
    where = Where("response.body", pointer="/d/EntitySets")
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        found = type(listed).__name__ if listed is not None else "nothing"
        return failed("malformed", expected="d.EntitySets, a list of names", found=found, where=where)
    return _complete(api, listed, where)


@check(
    "odata2.service-document.atom", of=SERVICE_ATOM, needs="odata", clause="[MS-ODATA] 2.2.7.2.8; RFC 5023, 8", severity="minor"
)
def service_document_atom(exchange: Exchange, api: Odata) -> Results:
    """In AtomPub, the service root lists the entity sets of the metadata as collections.

    Each with an address and a title.
    Remedy: write the service document from the same model as the metadata.
    """
    if exchange.status != 200:
        said = refused(exchange)
        return said if said is not None else not_applicable("not_supported", status=exchange.status)
    if "xml" not in exchange.media_type and "atomsvc" not in exchange.media_type:
        return not_applicable("other_format", media_type=exchange.media_type)
    read = odata.atom.read_service(exchange.body)
    if isinstance(read, odata.atom.Unreadable):
        return failed("malformed", expected="app:service", found=read.reason, where=BODY)
    bare = [one.title for one in read if not one.href]
    if bare:
        return failed("malformed", expected="href of each collection", found=bare[:5], where=BODY)
    return _complete(api, [one.href.rpartition("/")[2] or one.title for one in read], BODY)


def _complete(api: Odata, listed: list[str], where: Where) -> Results:
    """Sets that are reached through others only may be left out."""
    if api.model is None or api.model.container is None:
        return not_applicable("no_old_metadata")
    names = {name.partition("?")[0].rpartition(".")[2] for name in listed}
    sets = api.model.sets
    found = [
        failed("not_listed", expected=name, found=len(listed), where=where, location=name)
        for name, one in sorted(sets.items())
        if name not in names and one.extra.get(f"{SAP}addressable") != "false"
    ]
    if len(api.model.containers) == 1 and not any(c.extends for c in api.model.containers.values()):
        found += [
            failed("not_in_metadata", expected="entity set", found=name, where=where, location=name)
            for name in sorted(names - sets.keys())
        ]
    return found or passed()


@check("odata2.version-header", of="odata.old.*", needs="odata", clause="[MS-ODATA] 2.2.5.3", severity="minor")
def version_header(exchange: Exchange, api: Odata) -> Result:
    """DataServiceVersion in an answer is a version, and none that the service does not speak.

    The field may be left out. Where it stands it is a number with a point, at most 3.0, and a client reads the answer by it.
    Remedy: write 1.0 or 2.0, whichever the answer needs.
    """
    stated = exchange.header("dataserviceversion")
    if stated is None:
        return not_applicable("no_data_service_version")
    match = _VERSION.fullmatch(stated.strip())
    if match is None:
        return failed("malformed", expected="a version such as 2.0", found=stated, where=HEADER)
    if int(match.group(1)) > 3:
        return failed("malformed", expected="at most 3.0", found=stated, where=HEADER)
    return passed()


@check("odata2.version", of=VERSION, needs="odata", clause="[MS-ODATA] 3.2.5.1, 2.2.5.7", severity="minor")
def version(exchange: Exchange) -> Result:
    """The service keeps to the version that a request allows, and refuses what is no version.

    With MaxDataServiceVersion 1.0 or 2.0 the answer is not later, or the request is refused; DataServiceVersion with a version
    later than there is, or with none, is refused by 4xx.
    Remedy: read both fields and compare them with what the service speaks.
    """
    name, sent, status = named(exchange, "name"), named(exchange, "version"), exchange.status
    if status >= 500 and status not in (501, 503):
        return failed("server_error", expected="4xx", found=status, where=STATUS, location=f"{name} {sent}")
    if name == "DataServiceVersion":
        if 200 <= status < 300:
            return failed("accepted", expected="4xx", found=status, where=STATUS, location=f"{name} {sent}")
        return passed(location=f"{name} {sent}") if status < 500 else not_applicable("other_answer", status=status)
    stated = _VERSION.fullmatch((exchange.header("dataserviceversion") or "").strip())
    if status != 200 or stated is None:
        return not_applicable("no_data_service_version") if status == 200 else passed(location=f"{name} {sent}")
    if (int(stated.group(1)), int(stated.group(2))) <= tuple(int(part) for part in sent.split(".")):
        return passed(location=f"{name} {sent}")
    found = exchange.header("dataserviceversion")
    return failed("newer_than_asked", expected=sent, found=found, where=HEADER, location=f"{name} {sent}")


@check("odata2.sets.reachable", of=WINDOW, per="group", needs="odata", clause="[MS-ODATA] 2.2.7.2.1", severity="major")
def reachable(exchanges: Exchanges) -> Result:
    """An entity set of the metadata can be read.

    GET of its URL gives `d` with the entities. Sets that may not be read, or only with a filter, refuse otherwise than by 404
    and are not judged.
    Remedy: leave out of the metadata what the service does not have, and answer the rest.
    """
    held = list(exchanges)
    last, location, ids = held[-1], named(held[-1]), [e.id for e in held]
    if last.status in (404, 410):
        return failed("other_status", expected=200, found=last.status, where=STATUS, location=location, exchanges=ids)
    said = refused(last)
    if said is not None:
        return said
    if all(rows(e) is not None for e in held if e.status == 200):
        return passed(location=location, exchanges=ids)
    return failed("malformed", expected="d.results", found=last.media_type, where=BODY, location=location, exchanges=ids)


@check(
    "odata2.next",
    of=(PAGES, WINDOW),
    per="group",
    needs="odata",
    clause="[MS-ODATA] 2.2.3.6.1.9 ($skiptoken), 2.2.6.3.2 (__next)",
    severity="major",
)
def next_page(exchanges: Exchanges, known: OldWindows, evidence: Evidence) -> Results:
    """__next leads through all entities, each of them once.

    The next page can be read, no entity comes twice, and at the end there are as many as /$count said. At most twelve pages are
    read, and once more when something was wrong.
    Remedy: make the place where the next page begins from the key of the last entity, and leave __next out of the last page.
    """
    held = list(exchanges)
    found = [one for purpose in (PAGES, WINDOW) if (pages := [e for e in held if e.purpose == purpose])
             for one in _paged(pages, known, evidence)]  # fmt: skip
    return found or not_applicable("single_page", exchanges=[e.id for e in held])


def _paged(read: list[Exchange], known: OldWindows, evidence: Evidence) -> list[Result]:
    turns = [[e for e in read if e.note.get("turn", 1) == turn] for turn in (1, 2)]
    pages = turns[1] or turns[0]
    location, ids = named(pages[0]), [e.id for e in read]
    window, model = known.of(location), known.model
    if window is None or model is None or not any(following(page) for page in pages):
        return []
    broken = next((page for page in pages[1:] if page.status != 200 or rows(page) is None), None)
    if broken is not None:
        if broken.status in (401, 403, 429, 503):
            return [untestable(Blocker.UNANSWERED, location=location, exchanges=ids)]
        return [failed("next_broken", expected=200, found=broken.status, where=STATUS, location=location, exchanges=ids)]
    link = following(pages[-1])
    if link and any(link == following(page) for page in pages[:-1]):
        return [failed("pages_circle", expected="an end", found=link, where=NEXT, location=location, exchanges=ids)]
    if link and len(pages) == 1 and not _within_service(evidence, pages[0], link):
        return [untestable(Blocker.OUT_OF_SCOPE, location=location)]
    wrong = _wrong(turns[0], window, model, evidence, 1)
    if wrong is None:
        return [passed(location=location, exchanges=ids)]
    later = _wrong(turns[1], window, model, evidence, 2) if turns[1] else None
    if later is None or later.code != wrong.code or later.found != wrong.found:
        return [untestable(Blocker.WINDOW, location=location, exchanges=ids)]
    return [later]


def _within_service(evidence: Evidence, page: Exchange, link: str) -> bool:
    interface = next(i for i in evidence.inventory.interfaces if i.id == page.interface)
    return bool(within(interface, link))


def _wrong(pages: list[Exchange], window: OldWindow, model: CsdlModel, evidence: Evidence, turn: int) -> Result | None:
    """What is wrong with one reading of all pages."""
    counts = [e for e in evidence.select(purpose=NUMBER, interface=pages[0].interface) if e.note.get("turn") == turn]
    number = plain_count(counts[0]) if counts and pages[0].purpose == PAGES else None
    ids = [e.id for e in (*counts, *pages)]
    match flaw(model, window.type, pages, number):
        case "twice":
            keys = [key for page in pages for key in identities(model, window.type, rows(page) or [])]
            twice = len(keys) - len(set(keys))
            return failed(
                "entities_twice", expected="each entity once", found=twice, where=NEXT, location=window.set, exchanges=ids
            )
        case "count":
            listed = sum(len(rows(page) or ()) for page in pages)
            return failed("counts_differ", expected=number, found=listed, where=NEXT, location=window.set, exchanges=ids)
    return None
