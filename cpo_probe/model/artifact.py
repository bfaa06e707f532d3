"""Which files are evidence: a whole export, or a member of a package?"""

from dataclasses import dataclass

BETWEEN = "#"
"""In the location of a subject: between the path of a member in its package and the place in the file; only there."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file in the evidence. `name` is data, never a path to open: the bytes lie in `payloads/` under `digest`.

    `id` is stable within the record: "a" and the number of its row in `artifacts.jsonl`.
    """

    id: str
    name: str  # as given: last segment of the URL, Content-Disposition, or the path inside the package
    digest: str  # sha256
    size: int  # bytes
    media_type: str  # as the answer states it, "" unknown
    parent: str  # id of the package it is a member of, "" for none
    exchanges: tuple[str, ...]  # that brought it, the last one last; those of its package for a member; () for a file on disk
