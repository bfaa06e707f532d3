"""OData: which rows were shown with their related entities? The yardstick of filters over relations and of options of $expand."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from cpo_probe.sdk import CsdlModel, Evidence, Exchange, Interface, fact, odata

from .metadata import Odata
from .window import Row, Window, control, identity, windows_of

EXPAND, RELATED, AGAIN = "odata.query.expand", "odata.query.related", "odata.query.expand-again"
OPTION = "odata.query.expand.{}"
OPTIONS = ("filter", "orderby", "paging", "count", "select", "levels", "ref")


@dataclass(frozen=True, slots=True)
class Expansion:
    """`window`: the rows with the related entities inside; those of which only a part was shown are left out."""

    navigation: str
    window: Window


@dataclass(frozen=True, slots=True)
class Expansions:
    """`again`: the same, read once more at the end."""

    all: tuple[Expansion, ...]
    again: tuple[Expansion, ...]

    def window(self, name: str, navigation: str) -> Window | None:
        return _window(self.all, name, navigation)

    def later(self, name: str, navigation: str) -> Window | None:
        return _window(self.again, name, navigation)


def _window(all: Iterable[Expansion], name: str, navigation: str) -> Window | None:
    return next((e.window for e in all if e.window.set == name and e.navigation == navigation), None)


@fact
def expansions(api: Odata, interface: Interface, evidence: Evidence) -> Expansions:
    """From the answers to plain $expand."""
    if api.model is None or api.old:
        return Expansions((), ())
    first, again = (evidence.select(purpose=purpose, interface=interface.id) for purpose in (EXPAND, AGAIN))
    return Expansions(tuple(made(api.model, interface.url, first)), tuple(made(api.model, interface.url, again)))


def made(model: CsdlModel, root: str, exchanges: Iterable[Exchange]) -> list[Expansion]:
    """One for each answer that shows a related entity, or that there is none."""
    found = []
    for exchange in exchanges:
        name = str(exchange.note.get("navigation", ""))
        for window in windows_of(model, root, [exchange]):
            rows = tuple(row for row in window.rows if _shown(row, name))
            type = entity_at(model, window.type, name)
            if rows and type is not None and window.hidden.isdisjoint(key_of(model, type)):
                found.append(Expansion(name, replace(window, rows=rows, complete=window.complete and rows == window.rows)))
    return found


def _shown(row: Row, name: str) -> bool:
    return children(row, name) is not None and control(row, "nextLink", name) is None


def children(row: Row, name: str) -> list[Row] | None:
    """The related entities of a row, none or one of them as a list; None when they are not shown."""
    if name not in row:
        return None
    value: Any = row[name]
    listed = value if isinstance(value, list) else [] if value is None else [value]
    return listed if all(isinstance(item, dict) for item in listed) else None


def entity_at(model: CsdlModel, type: odata.csdl.EntityType, name: str) -> odata.csdl.EntityType | None:
    """The declared type of what is related."""
    member = model.members(type).get(name)
    return model.entity(member.type.name) if isinstance(member, odata.csdl.NavigationProperty) else None


def key_of(model: CsdlModel, type: odata.csdl.EntityType) -> tuple[str, ...]:
    """Paths of the key properties."""
    keyed = next((base for base in model.chain(type) if isinstance(base, odata.csdl.EntityType) and base.key), type)
    return tuple(ref.path for ref in keyed.key)


def child_window(model: CsdlModel, expansion: Expansion) -> Window | None:
    """All related entities that the rows show, each once, as if they were a set."""
    type = entity_at(model, expansion.window.type, expansion.navigation)
    if type is None:
        return None
    key = key_of(model, type)
    shown = (child for row in expansion.window.rows for child in children(row, expansion.navigation) or ())
    by_id = {identity(child, key): child for child in shown}
    by_id.pop("", None)
    return replace(expansion.window, set="", type=type, rows=tuple(by_id.values()), key=key)
