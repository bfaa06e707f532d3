"""A process to be killed: records until it dies and says on stdout what it has recorded.

python recording_process.py FOLDER create|resume SEED
"""

import asyncio
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from cpo_probe.evidence import RecordWriter, writer
from tests.evidence.made import exchange, failed, inventory, plan, unit


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


async def ask(recorder: RecordWriter, chance: random.Random, worker: int) -> None:
    """One of several tasks that record at the same time."""
    while True:
        id = recorder.next_id()
        size = chance.choice((0, 10, 5_000, 5_000, writer.INLINE_BYTES * 2))
        made = failed(id) if size == 0 else exchange(id, body=chance.randbytes(size))
        await recorder.write(*made)
        say(id)
        recorder.unit(unit(f"unit {worker}"))
        if chance.random() < 0.1:
            recorder.artifact(chance.randbytes(1000), "file")
        await asyncio.sleep(0)


async def main(folder: Path, begin: str, seed: int) -> None:
    writer.SEGMENT_BYTES = 200_000
    writer.PAYLOAD_BYTES = 200_000
    recorder = RecordWriter.create(folder, plan()) if begin == "create" else RecordWriter.resume(folder)
    say("ready")
    chance = random.Random(seed)
    if begin == "create":
        await recorder.write(*exchange(recorder.next_id(), unit="discovery"))
        recorder.inventory(inventory())
    async with asyncio.TaskGroup() as group:
        for worker in range(4):
            group.create_task(ask(recorder, chance, worker))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
