"""What a pass over an XML file has seen, and what a second one mentions."""

from dataclasses import dataclass, field

from cpo_probe.formats.marked.marks import Marks
from cpo_probe.model import Problems, Where


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why reading ended early, and where: byte from 0, line from 1.

    `rule`: which one is broken, or "encoding" where none is: a processor has to read UTF-8 and UTF-16 only (XML 1.0, 4.3.3).
    """

    rule: str
    found: str
    offset: int
    line: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A name or reference that a second pass meets. `rule`: which one it can break; `kind`: of a reference, its mark as a key."""

    rule: str
    mark: int
    value: str
    place: str
    expected: object
    where: Where
    kind: int


@dataclass(slots=True)
class Seen:
    """`ids`, `references`: hashes; `strange`: of ids in elements of other namespaces, which are only led to.

    `named`, `once`, `meant`: hashes of keys, of those that may not occur twice, and of what leads to keys.
    `paths`: those of `XmlForm.required` that were met, with their text. `files`: names with their lines. `standard`, `own`,
    `items`: places that carry business attributes, names of properties of one's own, ids of items (`MOST_ITEMS` at most).
    `problems`: what was wrong on the way; `looked`: how often each rule was asked.
    """

    root: str = ""
    namespace: str = ""
    version: str = ""
    elements: int = 0
    ids: Marks = field(default_factory=Marks)
    strange: Marks = field(default_factory=Marks)
    references: Marks = field(default_factory=Marks)
    named: Marks = field(default_factory=Marks)
    once: Marks = field(default_factory=Marks)
    meant: Marks = field(default_factory=Marks)
    paths: dict[str, str] = field(default_factory=dict)
    files: list[tuple[str, int]] = field(default_factory=list)
    standard: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    items: set[str] = field(default_factory=set)
    misnamed: int = 0
    problems: Problems = field(default_factory=Problems)
    looked: set[str] = field(default_factory=set)
    trouble: Trouble | None = None

    def settle(self) -> None:
        """To be called now and then while reading, so that hashes do not pile up."""
        for marks in (self.ids, self.strange, self.references, self.named, self.once, self.meant):
            marks.settle()
