"""What do several files, such as the members of a package, say together?"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from cpo_probe.neutral.model import BomLine, Document, File, Item, Revision, Structure

_Thing = TypeVar("_Thing", Item, Revision, BomLine, Document, File)


def joined(parts: Mapping[str, Structure]) -> Structure:
    """Everything that the parts say, in their order; the keys are ids of files and stand in every place.

    Views of different files are different views: what two files say of one revision is not added up.
    """

    def located(pick: Callable[[Structure], tuple[_Thing, ...]]) -> Iterator[_Thing]:
        for file, part in parts.items():
            for one in pick(part):
                yield replace(one, place=replace(one.place, artifact=file))

    lines = (replace(line, view=f"{line.place.artifact} {line.view}") for line in located(lambda part: part.lines))
    return Structure(
        tuple(located(lambda part: part.items)),
        tuple(located(lambda part: part.revisions)),
        tuple(lines),
        tuple(located(lambda part: part.documents)),
        tuple(located(lambda part: part.files)),
        "; ".join(part.left_out for part in parts.values() if part.left_out),
    )
