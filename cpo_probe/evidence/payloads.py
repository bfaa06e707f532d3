"""Where do bodies lie that are too big for a segment, and files and certificates that many exchanges share?

In `record/payloads/`, raw, named by their sha256: stored once, readable from any offset.
"""

import hashlib
from pathlib import Path

from cpo_probe.evidence.files import write_whole


def store(folder: Path, data: bytes) -> str:
    """Keep the bytes and return their sha256; a payload that is already there is not written again."""
    digest = hashlib.sha256(data).hexdigest()
    path = folder / digest
    if not path.exists():
        folder.mkdir(exist_ok=True)
        write_whole(path, data)
    return digest
