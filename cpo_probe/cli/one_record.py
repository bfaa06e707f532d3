"""How does a record of a single file begin and end?"""

from pathlib import Path

from cpo_probe.cli.as_recorded import WHEN
from cpo_probe.cli.loading import House
from cpo_probe.evidence import Bundle, RecordWriter
from cpo_probe.model import FORMAT, Interface, Inventory, Operation
from cpo_probe.run import make_plan
from cpo_probe.target import load_target


def begun(house: House, folder: Path) -> RecordWriter:
    """A record of a target that nobody asks."""
    target = load_target("http://localhost/", roots=house.registry.roots)
    plan = make_plan(target, house.registry, house.catalogue, preset="quick", run="check", created=WHEN)
    return RecordWriter.create(folder, plan)


def ended(writer: RecordWriter, interface: Interface, operations: tuple[Operation, ...]) -> Bundle:
    """The sealed record, with that one interface."""
    writer.inventory(Inventory(FORMAT, (interface,), operations, (), False, ""))
    writer.seal()
    writer.close()
    return Bundle.open(writer.folder, writer.lent)
