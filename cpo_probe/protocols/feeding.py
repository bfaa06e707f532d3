"""Which operations have to be asked before which, so that answers of one feed the arguments of another?"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from cpo_probe.model import Operation
from cpo_probe.protocols.naming import normal, singular, thing_of
from cpo_probe.protocols.templates import Template


def levels(operations: Iterable[Operation]) -> dict[str, int]:
    """Level by operation id: 0 needs nothing, n is fed by answers of level n - 1 and below.

    "/items" feeds "/items/{id}"; where no list stands at that path, lists of the same name elsewhere do:
    "/documents/{documentId}/files" feeds "/files/{fileId}".
    """
    known = list(operations)
    templates = {operation.id: Template(operation.template) for operation in known}
    reading = [operation for operation in known if operation.method == "GET"]
    shapes, things = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for operation in reading:
        template = templates[operation.id]
        shapes[template.shape].append(operation.id)
        things[_last(template)].append(operation.id)
    feeders = {operation.id: _feeders(operation, templates[operation.id], shapes, things) for operation in known}
    found = {id: len(templates[id].names) for id in feeders if not feeders[id]}
    changed = True
    while changed:  # a level only ever falls, so this ends
        changed = False
        for id, ids in feeders.items():
            best = min((found[feeder] + 1 for feeder in ids if feeder in found), default=None)
            if best is not None and best < found.get(id, best + 1):
                found[id], changed = best, True
    return {id: found.get(id, len(templates[id].names)) for id in feeders}


def _feeders(
    operation: Operation, template: Template, shapes: Mapping[str, list[str]], things: Mapping[str, list[str]]
) -> list[str]:
    """`shapes`, `things`: reading operations by the shape of their path, and by what they list."""
    if template.names:
        if template.collection in shapes:
            return shapes[template.collection]
        wanted = {singular(template.segment), thing_of(template.names[-1])}
    else:
        wanted = {thing_of(p.name) for p in operation.parameters if p.required and p.place == "query"}
    return [id for thing in wanted - {""} if thing in things for id in things[thing] if id != operation.id]


def _last(template: Template) -> str:
    """The thing that a list's last segment is the plural of; "" for paths that end in a parameter."""
    last = template.text.rpartition("/")[2]
    return "" if "{" in last or singular(last) == normal(last) else singular(last)
