"""Is the product structure whole: products, versions, definitions, and assemblies without circles?"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cpo_probe.formats.practice.found import Found
from cpo_probe.formats.practice.view import View

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_READ = 50_000
"""Instances of one entity whose texts are read again from the file."""
MOST_CIRCLES = 50
USAGE = "next_assembly_usage_occurrence"
_RELATION = "product_definition_relationship."


def products(view: View, found: Found) -> None:
    """Rules `product` and those that begin with it."""
    import numpy as np

    every, versions, definitions = (view.of(e) for e in ("product", "product_definition_formation", "product_definition"))
    of_product = view.targets(versions, "product_definition_formation.of_product")
    of_version = view.targets(definitions, "product_definition.formation")
    versioned, defined = np.isin(every, of_product), np.isin(versions, of_version)
    if not np.isin(of_product[defined], every).any():
        found.about_file("product", "PRODUCT", "PRODUCT, PRODUCT_DEFINITION_FORMATION, PRODUCT_DEFINITION", "no complete chain")
    if not len(every):
        found.silent("product-chain", "product-id", "product-id-unique")
        return
    for instance in every[~versioned].tolist():
        found.add("product-chain", instance, "PRODUCT", "a PRODUCT_DEFINITION_FORMATION of it", "none")
    for instance in versions[~defined].tolist():
        found.add("product-chain", instance, "PRODUCT_DEFINITION_FORMATION", "a PRODUCT_DEFINITION of it", "none")
    _ids(view, every[:MOST_READ], found)


def _ids(view: View, every: "NDArray[np.int64]", found: Found) -> None:
    categories: dict[int, set[str]] = defaultdict(set)
    for category in view.of("product_related_product_category").tolist():
        name = view.text(category, "product_category.name")
        for product in view.all_targets(category, "product_related_product_category.products"):
            categories[product].add(name)
    seen: dict[tuple[str, frozenset[str]], int] = {}
    for instance in every.tolist():
        id = view.text(instance, "product.id").strip()
        if not id:
            found.add("product-id", instance, "PRODUCT.id", "an id", "an empty string")
            continue
        first = seen.setdefault((id, frozenset(categories[instance])), instance)
        if first != instance:
            found.add("product-id-unique", instance, "PRODUCT.id", "an id of its own", f"{id!r}, as in {found.name(first)}")


def usages(view: View, found: Found) -> None:
    """Rules that begin with `usage`."""

    every = view.of(USAGE)
    if not len(every):
        found.silent("usage-self", "usage-cycle", "usage-id-unique")
        return
    relating = view.targets(every, _RELATION + "relating_product_definition")
    related = view.targets(every, _RELATION + "related_product_definition")
    for instance in every[(relating == related) & (relating >= 0)].tolist():
        found.add("usage-self", instance, USAGE.upper(), "two product definitions", "one as assembly and component")
    kept = (relating >= 0) & (related >= 0) & (relating != related)
    for definition in sorted(_in_circles(relating[kept], related[kept])):
        through = every[kept][(relating[kept] == definition)]
        found.add("usage-cycle", int(through[0]), USAGE.upper(), "an assembly that is no part of itself", found.name(definition))
    ids: Counter[tuple[int, str]] = Counter()
    for instance, parent in list(zip(every.tolist(), relating.tolist(), strict=True))[:MOST_READ]:
        id = view.text(instance, _RELATION + "id").strip()
        ids[(parent, id)] += 1
        if id and parent >= 0 and ids[(parent, id)] == 2:
            said = f"{id!r} again in {found.name(parent)}"
            found.add("usage-id-unique", instance, "PRODUCT_DEFINITION_RELATIONSHIP.id", "an id of its own", said)


def _in_circles(relating: "NDArray[np.int64]", related: "NDArray[np.int64]") -> Iterator[int]:
    """One node of each of the first circles: what is left when everything without parents has been taken away again and again."""
    children: dict[int, list[int]] = defaultdict(list)
    parents: Counter[int] = Counter()
    for above, below in zip(relating.tolist(), related.tolist(), strict=True):
        children[above].append(below)
        parents[below] += 1
    free = [node for node in children if not parents[node]]
    while free:
        for below in children.pop(free.pop(), ()):
            parents[below] -= 1
            if not parents[below]:
                free.append(below)
    left = {node for node in children if parents[node] > 0}
    for _ in range(MOST_CIRCLES):
        if not left:
            return
        # Every node that is left has a parent that is left: walking up comes round.
        node, path = min(left), dict[int, None]()
        above = {below: node for node in left for below in children[node]}
        while node not in path:
            path[node] = None
            node = above[node]
        circle = list(path)[list(path).index(node) :]
        yield min(circle)
        left -= _reached(circle, children)


def _reached(nodes: list[int], children: dict[int, list[int]]) -> set[int]:
    """The nodes and all below them."""
    seen, waiting = set(nodes), list(nodes)
    while waiting:
        for below in children.get(waiting.pop(), ()):
            if below not in seen:
                seen.add(below)
                waiting.append(below)
    return seen
