"""Which operations have to be asked before which, so that answers of one feed the arguments of another?"""

from collections.abc import Iterable

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
    feeders = {operation.id: _feeders(operation, reading, templates) for operation in known}
    found = {id: len(templates[id].names) for id in feeders if not feeders[id]}
    changed = True
    while changed:  # a level only ever falls, so this ends
        changed = False
        for id, ids in feeders.items():
            best = min((found[feeder] + 1 for feeder in ids if feeder in found), default=None)
            if best is not None and best < found.get(id, best + 1):
                found[id], changed = best, True
    return {id: found.get(id, len(templates[id].names)) for id in feeders}


def _feeders(operation: Operation, reading: list[Operation], templates: dict[str, Template]) -> list[str]:
    template = templates[operation.id]
    if template.names:
        exact = [o.id for o in reading if templates[o.id].shape == template.collection]
        if exact:
            return exact
        things = {singular(template.segment), thing_of(template.names[-1])}
    else:
        things = {thing_of(p.name) for p in operation.parameters if p.required and p.place == "query"}
    return [o.id for o in reading if o.id != operation.id and _last(templates[o.id]) in things - {""}]


def _last(template: Template) -> str:
    """The thing that a list's last segment is the plural of; "" for paths that end in a parameter."""
    last = template.text.rpartition("/")[2]
    return "" if "{" in last or singular(last) == normal(last) else singular(last)
