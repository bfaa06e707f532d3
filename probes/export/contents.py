"""Exports: what do files say of the product structure, does another export say the same, and are the known items in it?"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from cpo_probe.sdk import (
    Artifact,
    Blocker,
    Evidence,
    Exchanges,
    Export,
    Formats,
    Operation,
    Plan,
    Result,
    Schemas,
    Where,
    check,
    fact,
    failed,
    marked,
    neutral,
    not_applicable,
    passed,
    practice,
    recognise,
    step_p21,
    untestable,
)

from .asking import FILE
from .express import governing

SHOWN = 20
"""Objects that are named in one finding; their number is exact."""


@dataclass(frozen=True, slots=True)
class Content:
    """What the files of one export say together. `open`: why that may be less than all of it; None when it is whole.

    `kinds`: what is read of all of them; of described formats in XML these are items only.
    """

    files: tuple[Artifact, ...]
    structure: neutral.Structure
    kinds: tuple[neutral.Kind, ...]
    open: Result | None

    def place(self, where: Where) -> str:
        name = next((file.name for file in self.files if file.id == where.artifact), "")
        return f"{name} {where.instance or f'line {where.line}'}"


class Contents:
    """Read where a check asks for it, once for each export: most exports are compared with nothing."""

    def __init__(self, evidence: Evidence, formats: Formats, schemas: Schemas) -> None:
        self._evidence, self._formats, self._schemas = evidence, formats, schemas
        self._known: dict[str, Content | Result] = {}
        self._operations: dict[str, str] = {}

    def of(self, export: str) -> Content | Result:
        """What the export of that name says, or why nobody can tell."""
        if export not in self._known:
            self._known[export] = self._read(export)
        return self._known[export]

    def _operation(self, exchange: str) -> str:
        """Asked once for each exchange: a package may have thousands of members."""
        if exchange not in self._operations:
            self._operations[exchange] = self._evidence.exchange(exchange).operation
        return self._operations[exchange]

    def _read(self, export: str) -> Content | Result:
        files = tuple(one for one in self._evidence.artifacts() if self._operation(one.exchanges[-1]) == export)
        if not files:
            return untestable(Blocker.NO_DATA)
        read = [(file, self._structure(file)) for file in files]
        said = [(file, one) for file, one in read if isinstance(one, _Said)]
        if not said:
            return next((one for _, one in read if isinstance(one, Result)), untestable(Blocker.NO_DATA))
        open = next((one for _, one in read if isinstance(one, Result)), None)
        if any(one.structure.left_out for _, one in said):
            open = untestable(Blocker.BEYOND_BOUNDS)
        kinds = tuple(kind for kind in neutral.EVERYTHING if all(kind in one.kinds for _, one in said))
        return Content(files, neutral.joined({file.id: one.structure for file, one in said}), kinds, open)

    def _structure(self, file: Artifact) -> "_Said | Result | None":
        """None for a file in a format of which no structure is read."""
        path = self._evidence.file(file)
        format = recognise(path, file.name, file.media_type, self._formats).format
        if format is None:
            return None
        if format.id == "ap242-xml":
            return _Said(neutral.ap242_xml.structure(path))
        if format.xml is not None and format.xml.items:
            return _items(marked.scan(path, format.xml))
        if format.id != "step-p21":
            return None
        report = step_p21.examine(path)
        choice = next((choice for choice, _ in governing(report, self._schemas) if choice is not None), None)
        if not report.complete:
            return untestable(Blocker.UNPARSABLE)
        if choice is None:
            return untestable(Blocker.NO_SCHEMA)
        return _Said(neutral.p21.structure(practice.View(report.population, choice.graphs[0])))


@dataclass(frozen=True, slots=True)
class _Said:
    """What one file says. `kinds`: what is read of its format."""

    structure: neutral.Structure
    kinds: tuple[neutral.Kind, ...] = neutral.EVERYTHING


def _items(seen: marked.Seen) -> _Said:
    """Ids at the described places."""
    cut = "broken" if seen.trouble is not None else "cut" if len(seen.items) >= marked.MOST_ITEMS else ""
    return _Said(
        neutral.Structure(items=tuple(neutral.Item(id) for id in sorted(seen.items)), left_out=cut), (neutral.Kind.ITEM,)
    )


@fact
def contents(evidence: Evidence, formats: Formats, schemas: Schemas) -> Contents:
    return Contents(evidence, formats, schemas)


def _declared(plan: Plan, operation: Operation) -> Export | None:
    return next((each for each in plan.target.exports if each.name == operation.name), None)


@check(
    "export.content.same",
    of=FILE,
    per="operation",
    clause="What the profile declares (same_as)",
    severity="major",
    needs="export",
)
def same(exchanges: Exchanges, operation: Operation, plan: Plan, contents: Contents) -> Result | list[Result]:
    """Two exports that are said to hold the same product structure hold the same.

    Items, revisions, lines with quantity and placement, documents and files are compared by their ids, as they are written.
    What one of the files does not state of an object is no difference. Who receives the poorer one does not know what he lacks.
    Remedy: let all exports read the same data with the same filters, and find out in which of them the named objects went lost.
    """
    export = _declared(plan, operation)
    if export is None or not export.same_as:
        return not_applicable("nothing_to_compare")
    here, there = contents.of(operation.name), contents.of(export.same_as)
    for one in (here, there):
        if isinstance(one, Result):
            return one
        if one.open is not None:
            return one.open
    assert isinstance(here, Content) and isinstance(there, Content)
    cited = tuple(dict.fromkeys(file.exchanges[-1] for file in (*here.files, *there.files)))
    if not here.structure.items and not there.structure.items:
        return not_applicable("no_structure", exchanges=cited)
    found = neutral.compare(here.structure, there.structure, of=set(here.kinds) & set(there.kinds))
    results = [replace(one, exchanges=cited) for one in _differences(found, here, there)]
    if results:
        return results
    return passed(exchanges=cited, met=found.met) if found.met else untestable(Blocker.NO_DATA, exchanges=cited)


def _differences(found: neutral.Comparison, here: Content, there: Content) -> Iterator[Result]:
    for kind, (mine, ours) in found.held.items():
        if bool(mine) != bool(ours):
            holder, lacking = (here, there) if mine else (there, here)
            yield failed(
                "kind_missing",
                expected=max(mine, ours),
                found=0,
                location=f"{kind}",
                kind=f"{kind}",
                one=_name(lacking),
                other=_name(holder),
            )
            continue
        for only, holder, lacking in ((found.missing, here, there), (found.added, there, here)):
            yield from _only(kind, [one for one in only if one.kind is kind], holder, lacking, holder is here)
        unlike = sorted((one for one in found.different if one.kind is kind and _comparable(one)), key=lambda one: one.attribute)
        for attribute, some in groupby(unlike, key=lambda one: one.attribute):
            yield _unlike(kind, attribute, list(some), here, there)


def _comparable(one: neutral.Difference) -> bool:
    """Units are named as each program likes: what is told in units of other names may be the same."""
    here, there = one.one, one.other
    if not isinstance(here, dict) or not isinstance(there, dict) or here.keys() == there.keys():
        return True
    return len(here) == len(there) == 1 and "" in {*here, *there}


def _name(content: Content) -> str:
    return content.files[0].name


def _only(kind: neutral.Kind, only: list[neutral.Difference], holder: Content, lacking: Content, mine: bool) -> Iterator[Result]:
    if only:
        where = [one.here if mine else one.there for one in only]
        yield failed(
            "stated_in_one",
            expected="the same in both",
            found=[f"{_id(one)} ({holder.place(at)})" for one, at in zip(only[:SHOWN], where, strict=False)],
            where=where[0],
            location=f"{kind} only {'here' if mine else 'there'}",
            kind=f"{kind}",
            count=len(only),
            one=_name(holder),
            other=_name(lacking),
        )


def _unlike(kind: neutral.Kind, attribute: str, same: list[neutral.Difference], here: Content, there: Content) -> Result:
    shown = same[:SHOWN]
    return failed(
        "stated_differently",
        expected=[f"{_id(one)}: {_worded(one.one)} ({here.place(one.here)})" for one in shown],
        found=[f"{_id(one)}: {_worded(one.other)} ({there.place(one.there)})" for one in shown],
        where=same[0].here,
        location=f"{kind} {attribute}",
        kind=f"{kind}",
        attribute=attribute,
        count=len(same),
        one=_name(here),
        other=_name(there),
    )


def _id(one: neutral.Difference) -> str:
    """`A-1`, `A-1/B`, or for a line `A-1/B > P-2/A`."""
    if one.kind is neutral.Kind.LINE:
        return f"{one.id[0]}/{one.id[1]} > {one.id[2]}/{one.id[3]}"
    return "/".join(one.id)


def _worded(value: object) -> str:
    if isinstance(value, dict):  # quantities by unit
        return " + ".join(" ".join(filter(None, (f"{number:f}", unit))) for unit, number in sorted(value.items())) or "none"
    if isinstance(value, tuple):
        more = f" and {len(value) - 3} more" if len(value) > 3 else ""
        return ", ".join(_placed(one) if isinstance(one, neutral.Placement) else str(one) for one in value[:3]) + more
    return str(value)


def _placed(one: neutral.Placement) -> str:
    turned = _numbers(one.rotation)
    return f"[{turned}]" if one.translation is None else f"[{turned}] + ({_numbers(one.translation)}) mm"


def _numbers(values: Iterable[float]) -> str:
    return " ".join(f"{round(value, 6) + 0.0:.10g}" for value in values)


@check(
    "export.content.expected",
    of=FILE,
    per="operation",
    clause="What the profile declares (expects)",
    severity="critical",
    needs="export",
)
def expected(exchanges: Exchanges, operation: Operation, plan: Plan, contents: Contents) -> Result | list[Result]:
    """Items that are known to be in the system are in the export.

    The profile names their ids; each has to be the id of an item in the file, or in one of the files of a package.
    What an export leaves out stays behind when its owner leaves the system.
    Remedy: export everything that the account may read, and say in the export what was left out.
    """
    export = _declared(plan, operation)
    if not any(one.expects for one in plan.target.exports):
        return untestable(Blocker.NO_DATA)
    if export is None or not export.expects:
        return not_applicable("no_ids_named")
    said = contents.of(operation.name)
    if isinstance(said, Result):
        return said
    held = {item.id for item in said.structure.items}
    cited = tuple(dict.fromkeys(file.exchanges[-1] for file in said.files))
    return [_looked_up(id, held, said, cited) for id in export.expects]


def _looked_up(id: str, held: Collection[str], said: Content, cited: tuple[str, ...]) -> Result:
    if id in held:
        return passed(location=id, exchanges=cited)
    if said.open is not None:
        return replace(said.open, location=id)
    where = Where("file", artifact=said.files[0].id)
    return failed("item_not_in_export", expected=id, found=len(held), where=where, location=id, exchanges=cited, name=_name(said))
