"""How is the judging of a record cut into pieces that several processes can do?"""

from collections.abc import Iterator

from cpo_probe.evidence import Bundle
from cpo_probe.judge.worker import Task

CHUNK = 250


def tasks(bundle: Bundle) -> Iterator[Task]:
    """Exchanges in chunks, then groups, operations, interfaces, and the run as a whole."""
    chunk: list[str] = []
    for key in bundle.keys():
        chunk.append(key.id)
        if len(chunk) == CHUNK:
            yield Task("exchanges", "", "", "", tuple(chunk))
            chunk = []
    if chunk:
        yield Task("exchanges", "", "", "", tuple(chunk))
    for group, interface, operation in bundle.groups():
        yield Task("group", interface, operation, group, ())
    for operation_ in bundle.inventory.operations:
        yield Task("operation", operation_.interface, operation_.id, "", ())
    for interface_ in bundle.inventory.interfaces:
        yield Task("interface", interface_.id, "", "", ())
    yield Task("run", "", "", "", ())
