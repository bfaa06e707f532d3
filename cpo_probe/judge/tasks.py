"""How is the judging of a record cut into pieces that several processes can do?"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from cpo_probe.evidence import Bundle, Group

CHUNK = 250


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of judging: `kind` is "exchanges" (ids, and the groups that are complete with them), "group", "operation",
    "artifact", "interface" or "run". `followed`: which of the ids are of exchanges in whose place another one came.
    """

    kind: str
    interface: str = ""
    operation: str = ""
    group: str = ""
    artifact: str = ""
    ids: tuple[str, ...] = ()
    followed: frozenset[str] = frozenset()
    groups: tuple[Group, ...] = ()


def tasks(bundle: Bundle) -> Iterator[Task]:
    """The run as a whole, its interfaces and files, which take longest; exchanges in chunks; operations.

    Each group goes with the chunk that holds its last exchange, while most of what it looks at is still at hand.
    """
    yield Task("run")
    for interface in bundle.inventory.interfaces:
        yield Task("interface", interface.id)
    for artifact in bundle.artifacts():
        key = bundle.key(artifact.exchanges[-1]) if artifact.exchanges else None
        if key is not None:
            yield Task("artifact", key.interface, key.operation, artifact=artifact.id)
    keys, groups = bundle.keys(), bundle.groups()
    group = next(groups, None)
    while chunk := tuple(islice(keys, CHUNK)):
        complete = []
        while group is not None and int(group.last) <= int(chunk[-1].id):
            complete.append(group)
            group = next(groups, None)
        followed = frozenset(key.id for key in chunk if key.followed)
        yield Task("exchanges", ids=tuple(key.id for key in chunk), followed=followed, groups=tuple(complete))
    for operation in bundle.inventory.operations:
        yield Task("operation", operation.interface, operation.id)
