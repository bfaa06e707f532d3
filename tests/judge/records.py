"""Records made by hand and a content folder beside them, to judge with."""

import asyncio
import textwrap
from collections.abc import Iterable
from pathlib import Path

from cpo_probe.evidence import Bundle, RecordWriter
from cpo_probe.model import Exchange, Inventory, Plan, Unit, Wire
from cpo_probe.registry import Registry, load_roots
from tests.evidence import made

Said = tuple[Exchange, Wire]


def content(folder: Path, text: str) -> Registry:
    """The registry of one content file."""
    file = folder / "probes" / "test" / "things.py"
    file.parent.mkdir(parents=True)
    file.write_text("from cpo_probe.sdk import *\nfrom collections.abc import Iterable\n" + textwrap.dedent(text))
    return load_roots((folder,))


def sealed(
    folder: Path,
    exchanges: Iterable[Said],
    *,
    plan: Plan | None = None,
    inventory: Inventory | None = None,
    units: Iterable[Unit] = (),
) -> Bundle:
    """A sealed record of these exchanges."""
    writer = RecordWriter.create(folder, plan or made.plan())

    async def write() -> None:
        for exchange, wire in exchanges:
            writer.next_id()
            await writer.write(exchange, wire)

    asyncio.run(write())
    writer.inventory(inventory or made.inventory())
    for unit in units:
        writer.unit(unit)
    writer.seal()
    writer.close()
    return Bundle.open(folder)
