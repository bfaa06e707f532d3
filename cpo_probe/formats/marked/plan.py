"""What is to be done at the elements of one name?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cpo_probe.formats.marked.kinds import KINDS, Fits, fits
from cpo_probe.formats.marked.place import Key, Place, keys, places
from cpo_probe.model.format import Keys, XmlForm
from cpo_probe.model.pattern import matches

SPLIT = "}"  # between namespace and local name
SHOWN = 20  # values of a list

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
    """A key of that `group` stands here, or a reference to one."""

    key: Key
    group: int
    refers: bool
    keys: Keys

    @property
    def once(self) -> bool:
        return self.keys.unique and not self.refers

    def counts(self, shown: str) -> bool:
        """Whether a reference says something, of this file."""
        if not shown or matches(shown, self.keys.beyond):
            return False
        return not self.keys.inside or matches(shown, self.keys.inside)


@dataclass(frozen=True, slots=True)
class Says:
    """What stands here is gathered: `kind` "standard" for that something stands here at all, "own" and "item" for its words."""

    place: Place
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Plan:
    """`native`: of the format itself. `plain`: without ids and references. `groups`: of which its ids are targets."""

    native: bool
    plain: bool
    follow: Callable[[dict[str, str], int], None] | None
    says: tuple[Says, ...]
    files: tuple[Place, ...]  # that name a file
    text: bool  # its text is a reference
    groups: tuple[int, ...]
    leads: tuple[Leads, ...]
    values: tuple[Value, ...]
    needs: tuple[Need, ...]
    keyed: tuple[Keyed, ...]


class Plans:
    """Those for a format, by the local names of elements. Raises ValueError for a description that cannot be followed."""

    def __init__(self, form: XmlForm, follow: Follow) -> None:
        self._form = form
        self._follow = follow
        self._texts = frozenset(name for name in form.references if not name.startswith("@"))
        gathered = (("own", form.generic), ("standard", form.attributes), ("item", form.items))
        self._says = [Says(at, kind, _label(at)) for kind, texts in gathered for text in texts for at in places(text)]
        self._files = [at for text in form.files for at in places(text)]
        targets = sorted(set(form.leads.values()))
        self._groups = {name: tuple(n for n, group in enumerate(targets) if name in group) for group in targets for name in group}
        leads = [Leads(at, targets.index(to), list(to)) for text, to in form.leads.items() for at in places(text)]
        self._leads = sorted(leads, key=lambda one: -len(one.place.around))  # the closest description first
        self._values = [
            Value(at, _kind(kind), kind) for kind, texts in form.values.items() for text in texts for at in places(text)
        ]
        self._values += [
            Value(at, fits(listed), list(listed[:SHOWN])) for text, listed in form.choices.items() for at in places(text)
        ]
        self._needs = _needs(form.needs)
        self._needs_in = {namespace: _needs(needs) for namespace, needs in form.needs_in.items()}
        self._keyed = [
            Keyed(key, len(targets) + n, refers, one)
            for n, one in enumerate(form.keys)
            for refers, texts in ((False, one.values), (True, one.references))
            for text in texts
            for key in keys(text)
        ]
        at = [one.place for one in self._leads] + [one.place for one in self._values] + [one.place for one in self._needs]
        at += [one.place for needs in self._needs_in.values() for one in needs]
        at += [one.key.place for one in self._keyed] + [one.place for one in self._says]
        self.typed = any(one.typed for one in (*at, *self._files))
        self.namespace = ""

    def of(self, name: str) -> Plan:
        """For a name as Expat gives it."""
        namespace, _, local = name.rpartition(SPLIT)
        native = namespace in ("", self.namespace) or matches(namespace, self._form.namespaces)
        needs = (*self._needs, *self._needs_in.get(self.namespace, ()))
        return Plan(
            native,
            not native or local in self._form.aside,
            self._follow.get(local),
            tuple(one for one in self._says if native and one.place.element == local),
            tuple(one for one in self._files if one.element == local),
            native and local in self._texts,
            self._groups.get(local, ()),
            tuple(one for one in self._leads if native and one.place.element == local),
            tuple(one for one in self._values if native and one.place.element == local),
            tuple(one for one in needs if native and one.place.element == local),
            tuple(one for one in self._keyed if native and one.key.place.element == local),
        )


def _label(place: Place) -> str:
    return "/".join((*place.around, str(place)))


def _kind(kind: str) -> Fits:
    try:
        return fits(kind)
    except KeyError:
        raise ValueError(f"{kind!r} is no kind of value, expected one of {', '.join(KINDS)}") from None


def _needs(asked: dict[str, tuple[str, ...]]) -> list[Need]:
    return [_need(at, what) for text, what in asked.items() for at in places(text)]


def _need(where: Place, what: tuple[str, ...]) -> Need:
    attributes = tuple(one[1:] for one in what if one.startswith("@"))
    children = tuple(frozenset(one.split("|")) for one in what if not one.startswith("@"))
    return Need(where, attributes, children)
