"""Does a parameter have the type that the schema demands? (ISO 10303-21:2016, 12.1)

Of references nothing is known here but their slots: what each slot demands is noted, for all instances of the shape at once.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cpo_probe.formats.express import model
from cpo_probe.formats.express.faults import Fault, kind_of, several, type_name
from cpo_probe.formats.express.graph import Graph
from cpo_probe.formats.express.model import Named, Select, Simple, Type
from cpo_probe.formats.step_p21 import (
    Binary,
    Derived,
    Elsewhere,
    Enumeration,
    Integer,
    Parameter,
    Real,
    Ref,
    Run,
    Text,
    Typed,
    Unset,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SIMPLE: dict[str, tuple[type, ...]] = {
    "INTEGER": (Integer,),
    "REAL": (Real,),
    "NUMBER": (Real, Integer),
    "STRING": (Text,),
    "BINARY": (Binary,),
}
_LOGICAL = {"BOOLEAN": ("T", "F"), "LOGICAL": ("T", "F", "U")}


@dataclass(slots=True)
class Demand:
    """What the slots at `slots`, ascending, must refer to: an instance of one of `entities`."""

    slots: "NDArray[np.int32]"
    entities: frozenset[str]
    place: str


@dataclass(slots=True)
class Distinct:
    """Each row of `slots` refers to different instances."""

    slots: "NDArray[np.int32]"
    place: str


@dataclass(slots=True)
class Values:
    """Judges parameters one by one, and gathers what it finds."""

    graph: Graph
    faults: list[Fault] = field(default_factory=list)
    demands: list[Demand] = field(default_factory=list)
    distinct: list[Distinct] = field(default_factory=list)
    widths: bool = False
    """Whether the length of some string matters, which a shape does not know."""
    _noted: set[tuple[str, str]] = field(default_factory=set)

    def value(self, found: Parameter, type: Type, place: str) -> None:
        """`found` against `type`."""
        if isinstance(found, Elsewhere):
            return
        if isinstance(found, Derived | Unset):
            rule = "mandatory" if isinstance(found, Unset) else "derived-mark"
            self._fault(rule, place, type_name(type), kind_of(found))
            return
        under = self.graph.under(type)
        if isinstance(under, Select):
            self._select(found, under, place)
        elif isinstance(found, Typed):
            self._fault("typed", place, type_name(type), kind_of(found))
        elif isinstance(under, model.Enumeration):
            self._enumeration(found, under, place)
        elif isinstance(under, Named):
            self._instance(found, frozenset({under.name}), place)
        elif isinstance(under, model.Aggregate):
            self._aggregate(found, under, place)
        else:
            self._simple(found, under, type, place)

    def fits(self, found: Parameter, type: Type) -> bool:
        """Whether nothing would be wrong."""
        trial = Values(self.graph)
        trial.value(found, type, "")
        return not trial.faults

    def _fault(self, rule: str, place: str, expected: str, found: str) -> None:
        """Noted once for a place: of a thousand wrong elements the first is shown, and one instance is counted."""
        if (rule, place) not in self._noted:
            self._noted.add((rule, place))
            self.faults.append(Fault(rule, place, expected, found))

    def _simple(self, found: Parameter, under: Simple, type: Type, place: str) -> None:
        if under.kind in _LOGICAL:
            right = isinstance(found, Enumeration) and found.name.upper() in _LOGICAL[under.kind]
        else:
            right = isinstance(found, _SIMPLE.get(under.kind, (object,)))
        if not right:
            said = type_name(under) if type is under else f"{type_name(type)} ({type_name(under)})"
            self._fault("value-type", place, said, kind_of(found))
        elif under.width and under.kind == "STRING":
            self.widths = True

    def _enumeration(self, found: Parameter, under: model.Enumeration, place: str) -> None:
        items = self.graph.values(under)
        if not isinstance(found, Enumeration):
            self._fault("value-type", place, under.name.upper(), kind_of(found))
        elif found.name.lower() not in items:
            self._fault("enumeration", place, several(items), kind_of(found))

    def _instance(self, found: Parameter, entities: frozenset[str], place: str) -> None:
        import numpy as np

        if isinstance(found, Ref):
            self.demands.append(Demand(np.array([found.slot], np.int32), entities, place))
        else:
            self._fault("value-type", place, f"an instance of {several(entities)}", kind_of(found))

    def _select(self, found: Parameter, select: Select, place: str) -> None:
        member = self.graph.member(select)
        if isinstance(found, Ref):
            if member.entities:
                self._instance(found, member.entities, place)
            else:
                self._fault("value-type", place, several(member.named), kind_of(found))
        elif isinstance(found, Typed):
            name = found.keyword.lower()
            if not member.named.isdisjoint(self.graph.basis(name)):
                self.value(found.parameter, Named(name), place)
            else:
                self._fault("select", place, several(member.named or member.entities), found.keyword.upper())
        else:
            takers = [name for name in sorted(member.named) if self.fits(found, Named(name))]
            if takers:
                rule = "select-named" if len(takers) > 1 else "select-bare"
                self._fault(rule, place, several(takers), kind_of(found))
            else:
                self._fault("value-type", place, several(member.named | member.entities), kind_of(found))

    def _aggregate(self, found: Parameter, type: model.Aggregate, place: str) -> None:
        if not isinstance(found, tuple):
            self._fault("value-type", place, type_name(type), kind_of(found))
            return
        count = sum(member.count if isinstance(member, Run) else 1 for member in found)
        low, high = type.sizes
        if count < low or (high is not None and count > high):
            self._fault("aggregate-size", place, type_name(type), f"{count} elements")
        for member in found:
            self._element(member, type, place)
        if type.kind == "SET" or type.unique:
            self._unique(found, place)

    def _element(self, member: "Parameter | Run", type: model.Aggregate, place: str) -> None:
        one = member.member if isinstance(member, Run) else member
        if type.optional and isinstance(one, Unset):
            return
        demands, distinct = len(self.demands), len(self.distinct)
        self.value(one, type.of, place)
        if isinstance(member, Run) and member.refs:
            noted: list[Demand | Distinct] = [*self.demands[demands:], *self.distinct[distinct:]]
            for one_of in noted:
                one_of.slots = _repeated(one_of.slots, member.count, member.refs)

    def _unique(self, found: "tuple[Parameter | Run, ...]", place: str) -> None:
        import numpy as np

        slots: list[NDArray[np.int32]] = []
        named: set[str] = set()
        twice = ""
        for member in found:
            one, count = (member.member, member.count) if isinstance(member, Run) else (member, 1)
            if isinstance(one, Ref):
                slots.append(one.slot + np.arange(count, dtype=np.int32))
            elif isinstance(one, Enumeration):
                twice = twice or (one.name if count > 1 or one.name.upper() in named else "")
                named.add(one.name.upper())
        if sum(map(len, slots)) > 1:
            self.distinct.append(Distinct(np.concatenate(slots)[None, :], place))
        if twice:
            self._fault("aggregate-unique", place, "each element once", f".{twice}. again")


def _repeated(slots: "NDArray[np.int32]", count: int, step: int) -> "NDArray[np.int32]":
    """The slots of all members of a run, from those of the first: rows of rows stay rows."""
    import numpy as np

    shift = np.arange(count, dtype=np.int32) * step
    if slots.ndim == 1:
        return (slots[None, :] + shift[:, None]).ravel()
    return (slots[None, :, :] + shift[:, None, None]).reshape(-1, slots.shape[1])
