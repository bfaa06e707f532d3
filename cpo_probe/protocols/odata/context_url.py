"""Which request would bring this body? What its context URL tells (OData protocol 4.01, 10)."""

from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.resource import resource

ENTITY = "/$entity"


def likely_path(model: Model, context_url: str) -> str | None:
    """A path below the service root, percent-encoded, whose answer has the same shape; None when none is known.

    Keys are left out of context URLs of entities: they are set to 0, which tells nothing but that one is meant.
    """
    before, hash_sign, fragment = context_url.partition("#")
    if not hash_sign:
        return "" if before.partition("?")[0].endswith("$metadata") else None
    entity = fragment.endswith(ENTITY)
    path = _unselected(fragment.removesuffix(ENTITY))
    found = resource(model, path)
    if found is None:
        return None
    if entity and found.expected.shape == "entities":
        return f"{path}(0)"
    return path


def _unselected(fragment: str) -> str:
    """Without the select list, the last pair of parentheses that no path follows; that of a key stands before a slash."""
    if not fragment.endswith(")"):
        return fragment
    depth = 0
    for position in range(len(fragment) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(fragment[position], 0)
        if depth == 0:
            return fragment[:position]
    return fragment
