"""OData V2: what does the service list, and which rows does it show? The yardstick of every query.

Of at most six sets, those that differ most in the types of their properties, the first 200 rows are read until three have data;
of one of them every page, when the service says that there are at most 1,000 entities.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cpo_probe.sdk import Blocker, Context, CsdlModel, Evidence, Exchange, Interface, fact, odata, probe

from .metadata import METADATA, Odata, ask
from .old_shared import JSON, SAP, EntityType, Row, count, following, identities, plain_count, rows, within
from .window import once

SERVICE, SERVICE_ATOM, VERSION, WINDOW, PAGES, NUMBER = (
    f"odata.old.{name}" for name in ("service", "service-atom", "version", "window", "pages", "number")
)
SETS, TRIED, MOST_PAGES, ROWS, SMALL = 3, 6, 12, 200, 1000
VERSIONS = ("2.0", "1.0", "9.9", "two")
"""Sent as MaxDataServiceVersion; the last two as DataServiceVersion: later than there is, and malformed."""


@dataclass(frozen=True, slots=True)
class OldWindow:
    """The first rows of an entity set. `complete`: these are all rows. `count`: what the service says how many there are."""

    set: str
    type: EntityType
    rows: tuple[Row, ...]
    complete: bool
    count: int | None
    url: str
    exchanges: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OldWindows:
    """`model`: None where the service does not speak OData 1.0 or 2.0. `read`: windows with rows, the most useful first."""

    model: CsdlModel | None
    read: tuple[OldWindow, ...]

    def of(self, name: str) -> OldWindow | None:
        return next((window for window in self.read if window.set == name), None)


def nothing_to_ask(ctx: Context, known: OldWindows, detail: str) -> None:
    """Why a probe that needs rows of OData V2 asks nothing; OData 4 gives no occasion, and needs no word."""
    read = ctx.fact(Odata)
    if read.model is None or read.old:
        ctx.blocked(Blocker.NOT_COVERED if known.model is None else Blocker.NO_ARGUMENTS, detail)


def covered(ctx: Context, known: Odata) -> CsdlModel | None:
    """The model of a service whose behaviour is judged here; None, with the reason stated, for V3 and without metadata.

    None without a word for OData 4, which gives no occasion: it is judged by checks of its own.
    """
    if known.model is not None and known.old and known.old < "3":
        return known.model
    if known.old:
        ctx.blocked(Blocker.NOT_COVERED, f"OData {known.old}: recognised, its behaviour is not judged")
    elif known.model is None:
        ctx.blocked(Blocker.PRECONDITION, "the metadata cannot be read, and with it the version of the service is not known")
    return None


@probe(
    id="odata.old",
    needs="odata",
    purposes=(METADATA, SERVICE, SERVICE_ATOM, VERSION, WINDOW, PAGES, NUMBER),
    after="odata.service",
    cost=1 + 2 + len(VERSIONS) + 2 * TRIED + SETS * 4 + 2 * MOST_PAGES,
)
async def old(ctx: Context) -> None:
    """Of a service of OData V2: its lists of sets, how it takes versions, and the first rows of at most three sets."""
    known = ctx.fact(Odata)
    model = covered(ctx, known if known.model else await ask(ctx))
    if model is None:
        return
    root = ctx.interface.url
    await ctx.get(f"{root}/", purpose=SERVICE, why="service document in JSON", accept=JSON)
    await ctx.get(f"{root}/", purpose=SERVICE_ATOM, why="service document", accept="application/atomsvc+xml, application/xml")
    for number, version in enumerate(VERSIONS):
        name = "MaxDataServiceVersion" if number < 2 else "DataServiceVersion"
        note = {"name": name, "version": version}
        why = f"{name}: {version}"
        await ctx.get(f"{root}/", purpose=VERSION, why=why, accept=JSON, headers=((name, version),), note=note)
    found = await _windows(ctx, model)
    small = [w for w in found if w.count is not None and w.count <= SMALL and len(w.rows) > 1]
    if small:
        await _pages(ctx, model, min(small, key=lambda w: ((w.count or 0) <= ROWS, w.count or 0)))
    if not found:
        ctx.blocked(Blocker.NO_ARGUMENTS, "no entity set that could be read has data")


async def _windows(ctx: Context, model: CsdlModel) -> list[OldWindow]:
    open = {name: traits(model, type) for name, one in model.sets.items() if (type := model.entity(one.type)) is not None}
    open = {name: kinds for name, kinds in open.items() if _readable(model, name)}
    shown: set[str] = set()
    found: list[OldWindow] = []
    for _ in range(TRIED):
        if not open or len(found) == SETS:
            break
        name = min(open, key=lambda n: (-len(open[n] - shown), -len(open[n]), n))
        here = open.pop(name)
        pages = await read_window(ctx, name)
        read = _made(model, ctx.interface.url, name, pages)
        if read is not None:
            found.append(read)
            shown |= here
    return found


def _readable(model: CsdlModel, name: str) -> bool:
    """Not for sets that say themselves that they are read through others, or with a filter only."""
    extra = model.sets[name].extra
    return extra.get(f"{SAP}addressable") != "false" and extra.get(f"{SAP}requires-filter") != "true"


async def read_window(ctx: Context, name: str, purpose: str = WINDOW) -> list[Exchange]:
    """The first rows of a set, with their number; without options where these are refused."""
    url = f"{ctx.interface.url}/{name}"
    why = f"the first {ROWS} rows of {name}"
    for query in (f"?$top={ROWS}&$inlinecount=allpages", f"?$top={ROWS}"):
        note = {"set": name, "top": ROWS}
        pages = [await ctx.get(url + query, purpose=purpose, why=why, accept=JSON, group=name, note=note)]
        if pages[0].status not in (400, 404, 405, 501):
            break
    return await _follow(ctx, pages, 4, ROWS, purpose, name)


async def _pages(ctx: Context, model: CsdlModel, window: OldWindow) -> None:
    """Every page of a set, as a client without options gets them; a second time when an entity is missing or comes twice."""
    for turn in (1, 2):
        note = {"set": window.set, "turn": turn}
        counted = await ctx.get(f"{window.url}/$count", purpose=NUMBER, why="how many there are", accept="*/*", note=note)
        why = f"all of {window.set}, page by page"
        first = await ctx.get(window.url, purpose=PAGES, why=why, accept=JSON, group=window.set, note={**note, "page": 1})
        pages = await _follow(ctx, [first], MOST_PAGES, SMALL * 2, PAGES, window.set, turn)
        if not flaw(model, window.type, pages, plain_count(counted)):
            return


def flaw(model: CsdlModel, type: EntityType, pages: list[Exchange], number: int | None) -> str:
    """What is wrong with all pages of a set: "twice", "count" (there are not `number` entities), or ""."""
    keys = [key for page in pages for key in identities(model, type, rows(page) or [])]
    if len(set(keys)) < len(keys):
        return "twice"
    ended = not following(pages[-1]) and rows(pages[-1]) is not None
    return "count" if ended and number is not None and number != sum(len(rows(page) or ()) for page in pages) else ""


async def _follow(
    ctx: Context, pages: list[Exchange], most: int, enough: int, purpose: str, name: str, turn: int = 1
) -> list[Exchange]:
    """Pages through `__next`, until there are enough rows."""
    seen = {pages[0].request.url}
    while len(pages) < most and sum(len(rows(page) or ()) for page in pages) < enough:
        link = within(ctx.interface, following(pages[-1]))
        if not following(pages[-1]) or not link or link in seen:
            break
        seen.add(link)
        note = {"set": name, "page": len(pages) + 1, "top": pages[0].note.get("top", 0), "turn": turn}
        why = f"the next page of {name}"
        pages.append(await ctx.get(link, purpose=purpose, why=why, accept=JSON, group=name, note=note))
    return pages


@fact
def old_windows(api: Odata, interface: Interface, evidence: Evidence) -> OldWindows:
    """The windows as they were recorded."""
    model = api.model
    if model is None or not api.old or api.old >= "3":
        return OldWindows(None, ())
    return OldWindows(model, windows_of(model, interface.url, once(evidence.select(purpose=WINDOW, interface=interface.id))))


def windows_of(model: CsdlModel, root: str, pages: Iterable[Exchange]) -> tuple[OldWindow, ...]:
    by_set: dict[str, list[Exchange]] = {}
    for page in pages:
        by_set.setdefault(str(page.note.get("set", "")), []).append(page)
    made = [w for name, read in by_set.items() if (w := _made(model, root, name, read)) is not None]
    return tuple(sorted(made, key=lambda w: (len(w.rows) < 2, -len(traits(model, w.type)), w.set)))


def _made(model: CsdlModel, root: str, name: str, read: list[Exchange]) -> OldWindow | None:
    pages = [page for page in read if page.status == 200]
    listed = [rows(page) for page in pages]
    found = [row for page in listed for row in page or ()]
    type = model.entity(model.sets[name].type) if name in model.sets else None
    if type is None or not found or any(page is None for page in listed):
        return None
    top = int(pages[0].note.get("top", 0))
    complete = not following(pages[-1]) and len(found) < top
    ids = tuple(page.id for page in pages)
    return OldWindow(name, type, tuple(found[:ROWS]), complete, count(pages[0]), f"{root}/{name}", ids)


def traits(model: CsdlModel, type: EntityType) -> frozenset[str]:
    """Kinds of properties: primitive types, "complex", "one" and "many" related entities."""
    return frozenset(_traits(model, type))


def _traits(model: CsdlModel, type: EntityType) -> Iterator[str]:
    for member in model.members(type).values():
        if isinstance(member, odata.csdl.NavigationProperty):
            yield "many" if member.type.collection else "one"
        elif model.structured(member.type.name) is not None:
            yield "complex"
        else:
            yield member.type.name


def primitives(model: CsdlModel, type: EntityType) -> Iterator[tuple[str, Any]]:
    """Path and property of each single primitive value, those in complex properties too."""
    for name, member in model.members(type).items():
        if not isinstance(member, odata.csdl.Property) or member.type.collection:
            continue
        inner = model.structured(member.type.name)
        if inner is None:
            yield name, member
        else:
            for below, part in model.members(inner).items():
                if isinstance(part, odata.csdl.Property) and not part.type.collection and not model.structured(part.type.name):
                    yield f"{name}/{below}", part
