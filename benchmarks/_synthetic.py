"""How is a record made that is as large as one likes, and like a real one in everything but its size?

A recorded run is written again and again by the real `RecordWriter`: its heads, bodies, purposes, operations and notes as they
are; ids, groups and what they follow made new in each copy, as more questions to the same operations would make them.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice
from pathlib import Path

from cpo_probe.evidence import Bundle, RecordWriter
from cpo_probe.model import Exchange

DISCOVERY = ("discovery", "session")


def copies(source: Bundle, folder: Path, size: int) -> None:
    """A sealed record of `size` exchanges in `folder`."""
    asyncio.run(_copy(source, folder, size))


async def _copy(source: Bundle, folder: Path, size: int) -> None:
    frozen = False
    with RecordWriter.create(folder, source.plan) as writer:
        for original, exchange in islice(_endless(source), size):
            if not frozen and exchange.probe not in DISCOVERY:
                writer.inventory(source.inventory)
                frozen = True
            assert writer.next_id() == exchange.id
            await writer.write(exchange, source.wire(original))
        for unit in source.units():
            writer.unit(unit)
        writer.seal()


def _endless(source: Bundle) -> Iterator[tuple[str, Exchange]]:
    """The source's exchanges, and after them those of its probes, over and over, each with the id of its original."""
    ids = list(source.ids())
    given = 0
    for turn in count():
        renamed: dict[str, str] = {}
        for id in ids:
            exchange = source.exchange(id)
            if turn and exchange.probe in DISCOVERY:
                continue
            given += 1
            renamed[id] = f"{given:06d}"
            group = f"{exchange.group}~{turn}" if turn and exchange.group else exchange.group
            yield id, replace(exchange, id=renamed[id], group=group, follows=renamed.get(exchange.follows, ""))
