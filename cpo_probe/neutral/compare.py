"""In what do two structures differ?

Ids are compared as they are written. A caller who knows that two sources write them differently says how they become the same;
nothing is trimmed, folded or guessed here.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from math import isclose
from typing import TypeAlias

from cpo_probe.model import Where
from cpo_probe.neutral.model import NOWHERE, BomLine, Document, File, Item, Placement, Revision, Structure

NEAR_ROTATION, NEAR_MM = 1e-6, 1e-3
NEAR_QUANTITY = Decimal("1e-12")
"""How far apart placements, and in proportion quantities, may be and still be the same: a REAL is read as a double."""


NO_NAMES = frozenset({"", "/null", "any", "none"})
"""What programs write where a revision has no name, in lower case: an id is mandatory in both encodings of AP242."""


class Kind(StrEnum):
    ITEM = "item"
    REVISION = "revision"
    LINE = "line"
    DOCUMENT = "document"
    FILE = "file"


STRUCTURE = (Kind.ITEM, Kind.REVISION, Kind.LINE)
EVERYTHING = tuple(Kind)


def as_written(text: str) -> str:
    """The same text."""
    return text


@dataclass(frozen=True, slots=True)
class Canonical:
    """What a text becomes before it is compared. `id`: of items, documents and files; `unit`: of quantities."""

    id: Callable[[str], str] = as_written
    revision: Callable[[str], str] = as_written
    unit: Callable[[str], str] = as_written


@dataclass(frozen=True, slots=True)
class Difference:
    """`id`: of the object, parts of it in order: a line is parent, its revision, child, its revision. `attribute`: "" for all.

    `here`, `there`: where the first and the second source speak of it.
    """

    kind: Kind
    id: tuple[str, ...]
    attribute: str = ""
    one: object = None
    other: object = None
    here: Where = field(default=NOWHERE, compare=False)
    there: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`missing`: in the first only. `added`: in the second only. `ambiguous`: ids that one side uses for different things.

    `met`: how many objects both have. Only `same` together with `met` tells of agreement. `held`: ids on each side, by kind.
    """

    missing: tuple[Difference, ...] = ()
    added: tuple[Difference, ...] = ()
    different: tuple[Difference, ...] = ()
    ambiguous: tuple[Difference, ...] = ()
    met: int = 0
    held: Mapping[Kind, tuple[int, int]] = field(default_factory=dict)

    @property
    def same(self) -> bool:
        return not (self.missing or self.added or self.different or self.ambiguous)


@dataclass(slots=True)
class _Found:
    missing: list[Difference] = field(default_factory=list)
    added: list[Difference] = field(default_factory=list)
    different: list[Difference] = field(default_factory=list)
    ambiguous: list[Difference] = field(default_factory=list)
    met: int = 0
    held: dict[Kind, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Use:
    """All lines between two revisions: how often altogether, by unit ("" without), and where."""

    made_from: bool
    quantities: dict[str, Decimal] | None
    placements: tuple[Placement, ...] | None
    place: Where = field(default=NOWHERE, compare=False)


_Said: TypeAlias = Item | Revision | Document | File | _Use


def compare(
    one: Structure, other: Structure, *, of: Collection[Kind] = EVERYTHING, canonical: Canonical | None = None
) -> Comparison:
    """What the second lacks, has besides, or says differently. Pairs by id; lines by the two revisions that they join.

    Four lines of one piece and one line of four are the same use. A value that one side does not state is not compared, nor are
    revisions of an item to which one side gives no name.
    Views of one revision are read together; a use that they state differently is ambiguous.
    """
    same, found = canonical or Canonical(), _Found()
    nameless = _nameless(one, same) | _nameless(other, same)
    for kind in Kind:
        if kind in of:
            mine, ours = _by_id(kind, one, same, nameless), _by_id(kind, other, same, nameless)
            found.held[kind] = len(mine), len(ours)
            unclear = sorted(id for id in mine.keys() | ours.keys() if len(mine.get(id, ())) > 1 or len(ours.get(id, ())) > 1)
            found.ambiguous += [_unclear(kind, id, mine.get(id, []), ours.get(id, [])) for id in unclear]
            clear = set(mine.keys() | ours.keys()) - set(unclear)
            found.missing += [Difference(kind, id, here=mine[id][0].place) for id in mine if id in clear and id not in ours]
            found.added += [Difference(kind, id, there=ours[id][0].place) for id in ours if id in clear and id not in mine]
            for id in mine:
                if id in clear and id in ours:
                    found.met += 1
                    found.different += _different(kind, id, mine[id][0], ours[id][0])
    missing, added, different, ambiguous = map(tuple, (found.missing, found.added, found.different, found.ambiguous))
    return Comparison(missing, added, different, ambiguous, found.met, found.held)


def _unclear(kind: Kind, id: tuple[str, ...], one: Sequence[_Said], other: Sequence[_Said]) -> Difference:
    here, there = ((said[-1].place if said else NOWHERE) for said in (one, other))
    return Difference(kind, id, "", len(one), len(other), here, there)


def _nameless(structure: Structure, same: Canonical) -> set[str]:
    """Items that have revisions, none of which has a name."""
    names: dict[str, bool] = {}
    for revision in structure.revisions:
        id = same.id(revision.item)
        names[id] = names.get(id, False) or revision.id.strip().lower() not in NO_NAMES
    return {id for id, named in names.items() if not named}


def _by_id(kind: Kind, structure: Structure, same: Canonical, nameless: Collection[str]) -> dict[tuple[str, ...], list[_Said]]:
    """Objects by their ids, what is said twice in the same words once."""
    found: dict[tuple[str, ...], list[_Said]] = {}
    for id, said in _said(kind, structure, same, nameless):
        there = found.setdefault(id, [])
        if said not in there:
            there.append(said)
    return found


def _said(
    kind: Kind, structure: Structure, same: Canonical, nameless: Collection[str]
) -> Iterator[tuple[tuple[str, ...], _Said]]:
    if kind is Kind.ITEM:
        yield from (((same.id(i.id),), Item(same.id(i.id), i.name, i.place)) for i in structure.items)
    elif kind is Kind.REVISION:
        for r in structure.revisions:
            key = same.id(r.item), same.revision(r.id)
            if key[0] not in nameless:
                yield key, Revision(*key, r.place)
    elif kind is Kind.DOCUMENT:
        for d in structure.documents:
            revision = None if d.revision is None else same.revision(d.revision)
            yield (same.id(d.id),), Document(same.id(d.id), d.name, revision, _ids(d.items, same), d.place)
    elif kind is Kind.FILE:
        yield from (((same.id(f.id),), File(same.id(f.id), _ids(f.documents, same), f.place)) for f in structure.files)
    else:
        yield from _uses(structure.lines, same, nameless)


def _ids(texts: Iterable[str], same: Canonical) -> tuple[str, ...]:
    return tuple(sorted(same.id(text) for text in texts))


def _uses(lines: Iterable[BomLine], same: Canonical, nameless: Collection[str]) -> Iterator[tuple[tuple[str, ...], _Use]]:
    by_view: dict[tuple[tuple[str, ...], str, bool], list[BomLine]] = defaultdict(list)
    for line in lines:
        ends = [(same.id(item), same.revision(revision)) for item, revision in (line.parent, line.child)]
        (parent, its), (child, of_child) = ((item, "" if item in nameless else revision) for item, revision in ends)
        id = parent, its, child, of_child
        by_view[id, line.view, line.made_from].append(line)
    for (joins, _, made_from), joined in by_view.items():
        yield joins, _Use(made_from, _quantities(joined, same), _placements(joined), joined[0].place)


def _quantities(lines: Sequence[BomLine], same: Canonical) -> dict[str, Decimal] | None:
    total: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.quantity is None:
            return None
        total["" if line.unit is None else same.unit(line.unit)] += line.quantity
    return dict(total)


def _placements(lines: Sequence[BomLine]) -> tuple[Placement, ...] | None:
    placed = [line.placement for line in lines if line.placement is not None]
    return tuple(sorted(placed, key=lambda p: (p.translation or (), p.rotation))) if len(placed) == len(lines) else None


def _different(kind: Kind, id: tuple[str, ...], one: _Said, other: _Said) -> Iterator[Difference]:
    for attribute, mine, ours in _pairs(one, other):
        yield Difference(kind, id, attribute, mine, ours, one.place, other.place)


def _pairs(one: _Said, other: _Said) -> Iterator[tuple[str, object, object]]:
    """What both sides state, and state differently."""
    match one, other:
        case Item(), Item():
            yield from _unlike(("name", one.name, other.name))
        case Document(), Document():
            yield from _unlike(("items", one.items or None, other.items or None))
            yield from _unlike(("name", one.name, other.name))
            yield from _unlike(("revision", one.revision, other.revision))
        case File(), File():
            yield from _unlike(("documents", one.documents or None, other.documents or None))
        case _Use(), _Use():
            yield from _unlike(("made_from", one.made_from, other.made_from))
            if one.quantities is not None and other.quantities is not None and not _equal(one.quantities, other.quantities):
                yield "quantity", one.quantities, other.quantities
            if one.placements is not None and other.placements is not None and not _near(one.placements, other.placements):
                yield "placement", one.placements, other.placements


def _unlike(pair: tuple[str, object, object]) -> Iterator[tuple[str, object, object]]:
    _, one, other = pair
    if one is not None and other is not None and one != other:
        yield pair


def _equal(one: dict[str, Decimal], other: dict[str, Decimal]) -> bool:
    """A count without unit equals one in whatever unit the other side counts in."""
    if len(one) == len(other) == 1 and ("" in one or "" in other):
        return _close(next(iter(one.values())), next(iter(other.values())))
    return one.keys() == other.keys() and all(_close(value, other[unit]) for unit, value in one.items())


def _close(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= NEAR_QUANTITY * max(abs(one), abs(other))


def _near(one: Sequence[Placement], other: Sequence[Placement]) -> bool:
    """Whether each place of one is a place of the other."""
    left = list(other)
    for place in one:
        match = next((p for p in left if _one_place(place, p)), None)
        if match is None:
            return False
        left.remove(match)
    return not left


def _one_place(one: Placement, other: Placement) -> bool:
    turned = _alike(one.rotation, other.rotation)
    if not turned and not (one.order_known and other.order_known):
        turned = _alike(one.rotation, tuple(other.rotation[3 * column + row] for row in range(3) for column in range(3)))
    if one.translation is None or other.translation is None:
        return turned
    return turned and all(
        isclose(a, b, abs_tol=NEAR_MM, rel_tol=1e-9) for a, b in zip(one.translation, other.translation, strict=True)
    )


def _alike(one: Sequence[float], other: Sequence[float]) -> bool:
    return all(isclose(a, b, abs_tol=NEAR_ROTATION, rel_tol=0) for a, b in zip(one, other, strict=True))
