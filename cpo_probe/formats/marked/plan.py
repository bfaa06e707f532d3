"""What is to be done at the elements of one name?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cpo_probe.formats.marked.kinds import Fits, fits
from cpo_probe.formats.marked.place import Key, Place, key, place
from cpo_probe.model.format import XmlForm
from cpo_probe.model.pattern import matches

SPLIT = "}"  # between namespace and local name

Follow = Mapping[str, Callable[[dict[str, str], int], None]]
"""What is to be told of elements by their local names: attributes and line, in document order."""


@dataclass(frozen=True, slots=True)
class Value:
    place: Place
    fits: Fits
    expected: str | list[str]


@dataclass(frozen=True, slots=True)
class Need:
    """`attributes` of an element, and its `children`: of each group, one."""

    place: Place
    attributes: tuple[str, ...]
    children: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Leads:
    """A reference that has to lead to an element of that `group`."""

    place: Place
    group: int
    expected: list[str]


@dataclass(frozen=True, slots=True)
class Keyed:
    """A key of that `group` stands here, or a reference to one. `once`: it may not occur twice."""

    key: Key
    group: int
    name: str
    refers: bool
    once: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """`native`: of the format itself. `groups`: of which its ids are targets."""

    native: bool
    follow: Callable[[dict[str, str], int], None] | None
    counted: bool
    file: str | None  # attribute with the name of a file; "" its text
    text: bool  # it is a reference
    groups: tuple[int, ...]
    leads: tuple[Leads, ...]
    values: tuple[Value, ...]
    needs: tuple[Need, ...]
    keyed: tuple[Keyed, ...]

    @property
    def idle(self) -> bool:
        rest = (self.follow, self.counted, self.text, self.groups, self.leads, self.values, self.needs, self.keyed)
        return self.native and self.file is None and not any(rest)


class Plans:
    """Those for a format, by the local names of elements. Raises ValueError for a description that cannot be followed."""

    def __init__(self, form: XmlForm, follow: Follow) -> None:
        self._form = form
        self._follow = follow
        self._texts = frozenset(name for name in form.references if not name.startswith("@"))
        self._counted = frozenset((*form.generic, *form.attributes))
        self._files = {name.partition("/@")[0]: name.partition("/@")[2] for name in form.files}
        targets = sorted(set(form.leads.values()))
        self._groups = {name: tuple(n for n, group in enumerate(targets) if name in group) for group in targets for name in group}
        leads = sorted(form.leads.items(), key=lambda one: -one[0].count("/"))  # the closest description first
        self._leads = [Leads(place(where), targets.index(to), list(to)) for where, to in leads]
        self._values = [_value(where, kind) for where, kind in form.values.items()]
        self._needs = [_need(where, what) for where, what in form.needs.items()]
        self._keyed = [
            Keyed(key(text), len(targets) + n, keys.name, refers, keys.unique and not refers)
            for n, keys in enumerate(form.keys)
            for refers, texts in ((False, keys.values), (True, keys.references))
            for text in texts
        ]
        self.namespace = ""

    def of(self, name: str) -> Plan | None:
        """For a name as Expat gives it; None where nothing is to be done but to look for ids and references in attributes."""
        namespace, _, local = name.rpartition(SPLIT)
        native = namespace in ("", self.namespace) or matches(namespace, self._form.namespaces)
        plan = Plan(
            native,
            self._follow.get(local),
            local in self._counted,
            self._files.get(local),
            native and local in self._texts,
            self._groups.get(local, ()),
            tuple(one for one in self._leads if native and one.place.element == local),
            tuple(one for one in self._values if native and one.place.element == local),
            tuple(one for one in self._needs if native and one.place.element == local),
            tuple(one for one in self._keyed if native and one.key.place.element == local),
        )
        return None if plan.idle else plan


def _value(where: str, kind: str | tuple[str, ...]) -> Value:
    try:
        return Value(place(where), fits(kind), kind if isinstance(kind, str) else list(kind))
    except KeyError:
        raise ValueError(f"{kind!r} is no kind of value, expected one of those that docs/exports.md lists") from None


def _need(where: str, what: tuple[str, ...]) -> Need:
    attributes = tuple(one[1:] for one in what if one.startswith("@"))
    children = tuple(frozenset(one.split("|")) for one in what if not one.startswith("@"))
    return Need(place(where), attributes, children)
