"""OData: which rows does the service show? The yardstick of every query: at most three sets, 200 rows of each, read page by page.

Read are the sets that differ most in the types of their properties, until three have data; at most six are tried.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from cpo_probe.sdk import Blocker, Context, CsdlModel, Evidence, Exchange, Interface, fact, odata, probe

from .metadata import METADATA, Odata, ask, unread

WINDOW = "odata.window"
SETS, TRIED, PAGES, ROWS = 3, 6, 6, 200
JSON = "application/json"
REFUSED = (400, 405, 501)
"""How a service says that it does not have an option."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Window:
    """The first rows of an entity set as received, with control information.

    `complete`: these are all rows of the set. `key`: paths of the key properties. `url`: of the set, absolute.
    `exchanges`: ids of the pages. `hidden`: properties in which secrets were replaced, so that nothing follows from them.
    `at`: when the last page was asked for, RFC 3339.
    """

    set: str
    type: odata.csdl.EntityType
    rows: tuple[Row, ...]
    complete: bool
    key: tuple[str, ...]
    url: str
    exchanges: tuple[str, ...]
    hidden: frozenset[str] = frozenset()
    at: str = ""


@dataclass(frozen=True, slots=True)
class Windows:
    """`model`: None where the metadata cannot be read. `read`: windows with at least one row, in the order of reading.

    `newest`: the highest OData-Version of the answers.
    """

    model: CsdlModel | None
    read: tuple[Window, ...]
    newest: str = ""

    def best(self) -> tuple[Window, ...]:
        """The most useful ones first: with several rows, and many types and navigation properties."""
        model = self.model
        if model is None:
            return ()
        return tuple(sorted(self.read, key=lambda w: (len(w.rows) < 2, -len(traits(model, w.type)), w.set)))

    def of(self, name: str) -> Window | None:
        return next((window for window in self.read if window.set == name), None)


@probe(needs="odata", purposes=(METADATA, WINDOW), after="odata.service", cost=1 + 2 * TRIED + SETS * PAGES)
async def window(ctx: Context) -> None:
    """The first rows of at most three entity sets, by $top=200 and the links to the next page."""
    known = ctx.fact(Odata)
    known = known if known.model else await ask(ctx)
    if known.model is None or known.old:
        unread(ctx, known)
        return
    if not await read_windows(ctx, known.model):
        ctx.blocked(Blocker.NO_ARGUMENTS, "no entity set that could be read has data")


async def read_windows(ctx: Context, model: CsdlModel, *, most: int = SETS, purpose: str = WINDOW) -> list[Window]:
    """Ask for the first rows of sets that together show as many types as possible, until `most` of them have data."""
    open = {name: traits(model, type) for name, one in model.sets.items() if (type := model.entity(one.type)) is not None}
    shown: set[str] = set()
    found: list[Window] = []
    for _ in range(TRIED):
        if not open or len(found) == most:
            break
        name = min(open, key=lambda n: (-len(open[n] - shown), -len(open[n]), n))
        here = open.pop(name)
        read = windows_of(model, ctx.interface.url, await read_pages(ctx, name, purpose))
        found += read
        shown |= here if read else set()
    return found


async def read_pages(ctx: Context, name: str, purpose: str, **more: Any) -> list[Exchange]:
    """The pages of one set. `more`: what else the notes are to say."""
    url = f"{ctx.interface.url}/{name}"

    async def get(address: str, why: str, **note: Any) -> Exchange:
        return await ctx.get(address, purpose=purpose, why=why, accept=JSON, group=name, note={"set": name, **note, **more})

    pages = [await get(f"{url}?$top={ROWS}", f"the first {ROWS} rows of {name}", page=1, top=ROWS)]
    if pages[0].status in REFUSED:
        pages = [await get(url, f"the rows of {name}, without $top", page=1)]
    count, seen = len(items(pages[-1]) or ()), {pages[0].request.url}
    while len(pages) < PAGES and count < ROWS and (link := next_link(ctx.interface, pages[-1])) and link not in seen:
        seen.add(link)
        pages.append(await get(link, f"the next rows of {name}", page=len(pages) + 1, top=pages[0].note.get("top", 0)))
        count += len(items(pages[-1]) or ())
    return pages


def next_link(interface: Interface, page: Exchange) -> str:
    """Where the next page is, on the host that was asked; "" when this is the last one, or the link leaves the service."""
    value = body(page)
    link = control(value, "nextLink") if value is not None else None
    if not isinstance(link, str) or not link:
        return ""
    home, there = urlsplit(interface.url), urlsplit(joined(_base(page, value or {}), link))
    if there.scheme not in ("http", "https") or not there.path.startswith(home.path.rstrip("/") + "/"):
        return ""
    return urlunsplit((home.scheme, home.netloc, there.path, there.query, ""))


def _base(page: Exchange, value: Row) -> str:
    """Relative links are relative to the context URL, or to the request (OData JSON 4.01, 4.3)."""
    context = control(value, "context")
    return (joined(page.request.url, context) if isinstance(context, str) else "") or page.request.url


def joined(base: str, link: str) -> str:
    """The link as absolute URL; "" for what is no URL."""
    try:
        found = urljoin(base, link)
        urlsplit(found)
    except ValueError:
        return ""
    return found


@fact
def windows(api: Odata, interface: Interface, evidence: Evidence) -> Windows:
    """The windows as they were recorded."""
    if api.model is None or api.old:
        return Windows(api.model, ())
    pages = list(once(evidence.select(purpose=WINDOW, interface=interface.id)))
    newest = max(((page.header("odata-version") or "").strip() for page in pages), default="")
    return Windows(api.model, tuple(windows_of(api.model, interface.url, pages)), newest)


def once(pages: Iterable[Exchange]) -> Iterator[Exchange]:
    """Of each address the first answer that is one: what was read of it again adds nothing to a yardstick, and pages are large.

    A refusal in whose place a retry or a log-in came has the same address, and is no answer.
    """
    seen: set[str] = set()
    for page in pages:
        if page.request.url in seen:
            continue
        if page.status == 200:
            seen.add(page.request.url)
        yield page


def windows_of(model: CsdlModel, root: str, pages: Iterable[Exchange]) -> list[Window]:
    """Windows with rows that their keys tell apart, from the pages of one or several sets."""
    by_set: dict[str, list[Exchange]] = {}
    for page in pages:
        by_set.setdefault(str(page.note.get("set", "")), []).append(page)
    made = (_made(model, root, name, [p for p in read if p.status == 200]) for name, read in by_set.items())
    return [window for window in made if window is not None]


def _made(model: CsdlModel, root: str, name: str, pages: list[Exchange]) -> Window | None:
    type = model.entity(model.sets[name].type) if name in model.sets else None
    listed = [items(page) for page in pages]
    rows = [row for page in listed for row in page or ()]
    if type is None or not rows or any(page is None for page in listed):
        return None
    last = body(pages[-1]) or {}
    top = int(pages[0].note.get("top", 0))
    complete = control(last, "nextLink") is None and len(rows) <= ROWS and not (top and len(rows) >= top)
    keyed = next((base for base in model.chain(type) if isinstance(base, odata.csdl.EntityType) and base.key), type)
    key = tuple(ref.path for ref in keyed.key)
    by_id: dict[str, Row] = {}
    for row in rows:
        by_id.setdefault(identity(row, key), row)  # a page may begin with the row that ended the last one
    ids, hidden = tuple(page.id for page in pages), frozenset(_hidden(pages))
    if "" in by_id or any(part.partition("/")[0] in hidden for part in key):
        return None  # rows that cannot be told apart are no yardstick
    first = tuple(by_id.values())[:ROWS]
    return Window(name, type, first, complete, key, f"{root}/{name}", ids, hidden, pages[-1].at)


def _hidden(pages: Iterable[Exchange]) -> Iterator[str]:
    for page in pages:
        for span in page.redacted:
            if span.part == "response.body":
                yield from (step for step in span.name.split("/") if step and not step.isdecimal())


# Answers


def body(exchange: Exchange) -> Row | None:
    """The JSON object of a successful answer; None for anything else."""
    if exchange.status != 200 or exchange.response is None or exchange.response.document.problem:
        return None
    value = exchange.response.document.value
    return value if isinstance(value, dict) else None


def items(exchange: Exchange) -> list[Row] | None:
    """The members of a collection of objects; None when the answer is none."""
    value = body(exchange)
    listed = value.get("value") if value is not None else None
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        return None
    return listed


def control(value: Mapping[str, Any], name: str, of: str = "") -> Any:
    """Control information by its name in 4.0 or in 4.01, about the object or about a property; None without it."""
    return value.get(f"{of}@odata.{name}", value.get(f"{of}@{name}"))


def encoded(text: str, *, nested: bool = False) -> str:
    """Percent-encoded for the query of a URL, where "/" may stand as it is (RFC 3986, 3.4).

    `nested`: the text has options in parentheses, which ";" separates; elsewhere some take it for a separator of options.
    """
    plain = odata.encode(text).replace("%2F", "/")
    return plain if nested else plain.replace(";", "%3B")


def identity(row: Mapping[str, Any], key: Iterable[str]) -> str:
    """The values of the key, for comparing rows; "" when one is missing."""
    parts = []
    for name in key:
        value: Any = row
        for step in name.split("/"):
            value = value.get(step) if isinstance(value, Mapping) else None
        if value is None:
            return ""
        parts.append(str(value) or "''")
    return "|".join(parts)


# What a type can show

_RARE = odata.primitives.GEO | {"Edm.Stream", "Edm.Binary"}


def traits(model: CsdlModel, type: odata.csdl.EntityType) -> frozenset[str]:
    """Kinds of properties that queries tell apart: primitive types, "enum", "complex", "collection", and relations to "one",
    to "none or one" and to "many".
    """
    return frozenset(_traits(model, type, 1)) - _RARE


def _traits(model: CsdlModel, type: odata.csdl.StructuredType, depth: int) -> Iterator[str]:
    for member in model.members(type).values():
        if isinstance(member, odata.csdl.NavigationProperty):
            yield "many" if member.type.collection else "none or one" if member.nullable else "one"
            if member.type.collection and member.type.name == type.qualified:
                yield "recursive"
            continue
        inner = model.structured(member.type.name)
        if member.type.collection:
            yield "collection"
        elif inner is not None:
            yield "complex"
            yield from _traits(model, inner, depth - 1) if depth else ()
        else:
            yield "enum" if model.enum(member.type.name) else model.underlying(member.type.name)
