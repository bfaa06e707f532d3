"""OData: which entities do lists show, so that each can be asked for in every other way?

Rows come from the windows; sets of a kind that no window shows (keys of several parts, media entities, derived types, related
entities) are sampled with five rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from cpo_probe.sdk import Context, CsdlModel, Evidence, Exchange, Interface, fact, odata

from .address_claims import by_key
from .address_same import key_paths
from .metadata import Odata
from .window import WINDOW, Row, Windows, body, control, items, joined, once

SAMPLE = "odata.address.sample"
EXTRA, SAMPLES = 3, 5
"""Sets that are read beside the windows, and rows asked of each."""
JSON = "application/json"
AMBIGUOUS = frozenset("/\\\0")

EntityType = odata.csdl.EntityType
Property = odata.csdl.Property
NavigationProperty = odata.csdl.NavigationProperty


@dataclass(frozen=True, slots=True)
class Shown:
    """Rows of an entity set on one page of a list. `url`: of that page. `complete`: these are all rows of the set.

    `hidden`: properties in which secrets were replaced.
    """

    set: str
    type: EntityType
    rows: tuple[Row, ...]
    url: str
    complete: bool
    hidden: frozenset[str]


@dataclass(frozen=True, slots=True)
class Addressed:
    """`shown`: with rows only. `newer`: an answer states OData-Version 4.01. `tried`: sets that were read, with rows or not."""

    model: CsdlModel | None
    shown: tuple[Shown, ...]
    newer: bool
    tried: frozenset[str]

    def of(self, name: str) -> Shown | None:
        return next((one for one in self.shown if one.set == name), None)


@fact
def addressed(api: Odata, windows: Windows, interface: Interface, evidence: Evidence) -> Addressed:
    """What windows and samples show."""
    if api.model is None or api.old:
        return Addressed(None, (), False, frozenset())
    model = api.model
    pages, samples = (list(once(evidence.select(purpose=purpose, interface=interface.id))) for purpose in (WINDOW, SAMPLE))
    shown: list[Shown] = []
    for window in windows.best():
        first = evidence.exchange(window.exchanges[0])
        rows = tuple(items(first) or ())
        complete = window.complete and len(rows) == len(window.rows)
        shown.append(Shown(window.set, window.type, rows, first.request.url, complete, window.hidden))
    shown += [one for sample in samples if (one := sampled(model, sample)) is not None]
    newer = any(page.header("odata-version") == "4.01" for page in (*pages, *samples))
    tried = frozenset(str(page.note.get("set", "")) for page in (*pages, *samples))
    return Addressed(model, tuple(one for one in shown if one.rows), newer, tried)


def sampled(model: CsdlModel, sample: Exchange) -> Shown | None:
    """The rows of a sample; None when there are none."""
    name, rows = str(sample.note.get("set", "")), items(sample)
    type = model.entity(model.sets[name].type) if name in model.sets else None
    if type is None or not rows:
        return None
    value = body(sample) or {}
    complete = control(value, "nextLink") is None and len(rows) < SAMPLES
    hidden = {step for span in sample.redacted if span.part == "response.body" for step in span.name.split("/")}
    return Shown(name, type, tuple(rows), sample.request.url, complete, frozenset(hidden))


async def read_samples(ctx: Context, known: Addressed) -> tuple[Shown, ...]:
    """All that is shown, after at most three more sets were read for what is not shown yet."""
    model = known.model
    assert model is not None
    types = {name: type for name, one in model.sets.items() if (type := model.entity(one.type)) and by_key(model, name)}
    kinds = {name: set(_kinds(model, type)) for name, type in types.items()}
    shown = list(known.shown)
    covered = {kind for one in shown for kind in kinds.get(one.set, ())}
    open = {name: found for name, found in kinds.items() if name not in known.tried}
    for _ in range(EXTRA):
        name = min(open, key=lambda n: (-len(open[n] - covered), n), default="")
        if not name or not open[name] - covered:
            break
        gained = open.pop(name)
        url = f"{ctx.interface.url}/{name}?$top={SAMPLES}"
        sample = await ctx.get(url, purpose=SAMPLE, why=f"some rows of {name}", accept=JSON, note={"set": name})
        if (one := sampled(model, sample)) is not None:
            shown.append(one)
            covered |= gained
    return tuple(shown)


def _kinds(model: CsdlModel, type: EntityType) -> Iterator[str]:
    """What only entities of such a type can show."""
    key = model.key(type)
    yield "compound key" if len(key) > 1 else "single key"
    if len(key) == 1 and key[0][1] is not None and model.underlying(key[0][1].type.name) == "Edm.String":
        yield "text as key"
    if streams(model, type):
        yield "stream"
    if any(isinstance(m, Property) and m.type.name == "Edm.Stream" for m in model.members(type).values()):
        yield "named stream"
    if any(isinstance(m, NavigationProperty) and m.contains for m in model.members(type).values()):
        yield "contained"
    if model.derived(type.qualified):
        yield "derived"
    for member in model.members(type).values():
        if isinstance(member, NavigationProperty):
            yield "many" if member.type.collection else "one"
        elif model.structured(member.type.name) is not None and not member.type.collection:
            yield "complex"


def streams(model: CsdlModel, type: EntityType) -> bool:
    """Whether its instances are media entities."""
    return any(isinstance(base, EntityType) and base.has_stream for base in model.chain(type))


# One entity


@dataclass(frozen=True, slots=True)
class Place:
    """One entity that a list showed. `path`: its canonical URL below the root. `type`: the one that it states.

    `key`: members that hold its key. `source`: URL of the list. `link`: the address that the list states for it, where that is
    not the canonical one.
    """

    set: str
    declared: EntityType
    type: EntityType
    row: Row
    key: tuple[str, ...]
    path: str
    source: str
    link: str

    def note(self, *names: str, **more: Any) -> dict[str, Any]:
        """What a check has to know: the set, the key and the properties that the answer has to agree with."""
        seen = {name: self.row[name] for name in (*self.key, *names) if name in self.row}
        return {"set": self.set, "type": self.declared.qualified, "seen": seen, **more}


def places(model: CsdlModel, shown: Shown, root: str) -> Iterator[Place]:
    """The rows that can be addressed by their key."""
    key = tuple(dict.fromkeys(path.split("/")[0] for path in key_paths(model, shown.type)))
    if not by_key(model, shown.set) or shown.hidden.intersection(key):
        return
    for row in shown.rows:
        try:
            path = shown.set + odata.key_predicate(model, shown.type, row)
        except odata.NoKey:
            continue
        stated = control(row, "type")
        actual = model.entity(model.qualified(stated.rpartition("#")[2])) if isinstance(stated, str) else None
        links = (control(row, name) for name in ("readLink", "editLink", "id"))
        link = next((joined(f"{root}/", text) for text in links if isinstance(text, str)), "")
        link = "" if unquote(urlsplit(link).path) == unquote(urlsplit(f"{root}/{path}").path) else link
        yield Place(shown.set, shown.type, actual or shown.type, row, key, path, shown.url, link)


def place(model: CsdlModel, shown: Shown, root: str) -> Place | None:
    """The first entity that can be addressed, without a slash in its key where there is one."""
    found = list(places(model, shown, root))
    return next((one for one in found if not ambiguous(one)), found[0] if found else None)


def ambiguous(one: Place) -> bool:
    """Whether a text of the key has a sign that servers in front may refuse within a path, whatever the service does."""
    return any(AMBIGUOUS.intersection(value) for name in one.key if isinstance(value := one.row.get(name), str))
