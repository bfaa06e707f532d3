"""Do shapes have units, and are the validation properties there, named as recommended and consistent?"""

from collections import Counter
from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING

from cpo_probe.formats.practice.found import Found
from cpo_probe.formats.practice.structure import MOST_READ, USAGE
from cpo_probe.formats.practice.view import View

if TYPE_CHECKING:
    from numpy.typing import NDArray

GEOMETRIC, ASSEMBLY = "geometric validation property", "assembly validation property"
NAMES = frozenset(
    {
        GEOMETRIC,
        ASSEMBLY,
        "attribute validation property",
        "pmi validation property",
        "tessellated validation property",
        "composite validation property",
        "fea validation property",
        "styling validation property",
    }
)
_POSITIVE = frozenset({"volume measure", "surface area measure", "wetted area measure"})
_CHILDREN = "number of children"


def units(view: View, found: Found) -> None:
    """Rules `units` and `uncertainty`."""
    import numpy as np

    shapes = view.of("shape_representation")
    contexts = view.targets(shapes, "representation.context_of_items")
    shapes, contexts = shapes[contexts >= 0], contexts[contexts >= 0]
    if not len(shapes):
        found.silent("units", "uncertainty")
        return
    for context in np.unique(contexts).tolist():
        first = int(shapes[contexts == context][0])
        measured = view.all_targets(context, "global_unit_assigned_context.units")
        if not any(view.is_(unit, "length_unit") for unit in measured):
            said = f"{found.name(context)} with {len(measured)} units, none of length"
            found.add("units", first, "REPRESENTATION.context_of_items", "a context with a unit of length", said)
        if not view.is_(context, "global_uncertainty_assigned_context"):
            place = "REPRESENTATION.context_of_items"
            found.add("uncertainty", first, place, "GLOBAL_UNCERTAINTY_ASSIGNED_CONTEXT", found.name(context))


def validation(view: View, found: Found) -> None:
    """Rules that begin with `validation`."""
    named = dict(_named(view))
    used = set(named.values())
    solids = view.of("solid_model")
    if not len(solids):
        found.silent("validation-present")
    elif GEOMETRIC not in {name.lower() for name in used}:
        said = f"none, with solids: {len(solids)}"
        found.add("validation-present", int(solids[0]), "PROPERTY_DEFINITION.name", GEOMETRIC, said)
    ours = {property: name for property, name in named.items() if name.lower() in NAMES}
    if not ours:
        found.silent("validation-names", "validation-values", "validation-children")
        return
    for property, name in ours.items():
        if name not in NAMES:
            found.add("validation-names", property, "PROPERTY_DEFINITION.name", name.lower(), name)
    _values(view, ours, found)


def _named(view: View) -> Iterator[tuple[int, str]]:
    for property in view.of("property_definition")[:MOST_READ].tolist():
        yield property, view.text(property, "property_definition.name")


def _values(view: View, ours: dict[int, str], found: Found) -> None:
    used = view.of("property_definition_representation")
    properties = view.targets(used, "property_definition_representation.definition")
    representations = view.targets(used, "property_definition_representation.used_representation")
    of: dict[int, list[int]] = {}
    for property, representation in zip(properties.tolist(), representations.tolist(), strict=True):
        of.setdefault(property, []).append(representation)
    counted = False
    children = _children(view)
    for property, name in ours.items():
        if not any(representation >= 0 for representation in of.get(property, ())):
            expected = "a PROPERTY_DEFINITION_REPRESENTATION of it"
            found.add("validation-values", property, "PROPERTY_DEFINITION", expected, "none")
            continue
        for representation in of[property]:
            for item in view.all_targets(representation, "representation.items") if representation >= 0 else ():
                said = view.text(item, "representation_item.name").lower()
                if name.lower() == GEOMETRIC and said in _POSITIVE:
                    _positive(view, item, said, found)
                elif name.lower() == ASSEMBLY and said == _CHILDREN:
                    counted = _count(view, property, item, children, found) or counted
    if not counted:
        found.silent("validation-children")


def _number(view: View, item: int) -> float | None:
    for attribute in ("measure_with_unit.value_component", "value_representation_item.value_component"):
        value = view.value(item, attribute)
        if isinstance(value, int | float):
            return float(value)
    return None


def _positive(view: View, item: int, name: str, found: Found) -> None:
    value = _number(view, item)
    if value is not None and not (isfinite(value) and value > 0):
        found.add("validation-values", item, f"REPRESENTATION_ITEM {name}", "a value above zero", f"{value:g}")


def _children(view: View) -> Counter[int]:
    """Product definition -> its usages."""
    relating = view.targets(view.of(USAGE), "product_definition_relationship.relating_product_definition")
    return Counter(relating[relating >= 0].tolist())


def _count(view: View, property: int, item: int, children: Counter[int], found: Found) -> bool:
    """Whether the assembly that is counted could be told."""
    value, definition = _number(view, item), _definition(view, property)
    if value is None or definition is None:
        return False
    if value != children[definition]:
        said = f"{children[definition]} usages of {found.name(definition)}"
        found.add("validation-children", item, f"REPRESENTATION_ITEM {_CHILDREN}", f"{value:g} children", said)
    return True


def _definition(view: View, property: int) -> int | None:
    """The product definition that the property is of, also through its shape."""
    import numpy as np

    one: NDArray[np.int64] = np.array([property], np.int64)
    for _ in range(3):
        one = view.targets(one, "property_definition.definition")
        target = int(one[0])
        if target < 0 or view.is_(target, "product_definition"):
            return target if target >= 0 else None
    return None
