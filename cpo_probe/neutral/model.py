"""What does a product consist of, whoever says so? The words of STEP AP242 and OSLC, without either's encoding.

`None` is "the source does not say", which is never a difference to what another source says. `place` is where a file says it.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from cpo_probe.model import Where

MOST = 50_000
"""Objects of one kind that are taken out of one source; a structure that is cut off says so."""

Key: TypeAlias = tuple[str, str]
"""Id of an item, and of its revision."""

NOWHERE = Where()


@dataclass(frozen=True, slots=True)
class Item:
    """Part in AP242 XML, PRODUCT in Part 21, a resource that `oslc_config:Component` or a part type describes in OSLC."""

    id: str
    name: str | None = None
    place: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Revision:
    """PartVersion, PRODUCT_DEFINITION_FORMATION, `oslc_config:VersionResource`."""

    item: str
    id: str
    place: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the component stands in the assembly: a point p of it is at `rotation` · p + `translation`.

    `rotation`: 3 x 3, row by row; where `order_known` is false, the source leaves open whether it is row by row or column by
    column. `translation` in millimetres; None where its unit is not known.
    """

    rotation: tuple[float, ...]
    translation: tuple[float, float, float] | None
    order_known: bool = True


@dataclass(frozen=True, slots=True)
class BomLine:
    """NextAssemblyOccurrenceUsage: the component is used that many times, which a source may also say in several lines.

    `view`: of the parent, by any name that is unique in the source: a revision may have a structure for design and another one.
    `unit`: as named by the source, None for a count without unit. `made_from`: raw material, not a component.
    """

    parent: Key
    child: Key
    id: str = ""
    view: str = ""
    quantity: Decimal | None = None
    unit: str | None = None
    placement: Placement | None = None
    made_from: bool = False
    place: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Document:
    """`items`: ids of the items that it is about, ascending."""

    id: str
    name: str | None = None
    revision: str | None = None
    items: tuple[str, ...] = ()
    place: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class File:
    """`id`: its name. `documents`: ids of those that consist of it, ascending."""

    id: str
    documents: tuple[str, ...] = ()
    place: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Structure:
    """All that one source says, in its order. `left_out`: why some of it is not in here, "" when it is whole."""

    items: tuple[Item, ...] = ()
    revisions: tuple[Revision, ...] = ()
    lines: tuple[BomLine, ...] = ()
    documents: tuple[Document, ...] = ()
    files: tuple[File, ...] = ()
    left_out: str = ""
