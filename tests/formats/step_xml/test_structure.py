"""The structure of AP242 XML: parts with versions and views, usages that lead to occurrences, and no circles."""

from pathlib import Path

from cpo_probe.formats.step_xml import Structure, examine
from cpo_probe.model import Problems
from cpo_probe.registry import load

FORMAT = load().formats.of("ap242-xml")
HEAD = (
    '<n0:Uos xmlns:n0="http://standards.iso.org/iso/ts/10303/-4442/-ed-3/tech/xml-schema/domain_model" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Header><TimeStamp>2026-11-22T10:00:00Z</TimeStamp></Header>'
    "<DataContainer>\n"
)
TAIL = "</DataContainer></n0:Uos>"


def part(name: str, *uses: str, occurrences: tuple[str, ...] = (), kind: str = "NextAssemblyOccurrenceUsage") -> str:
    """A part with one view, its occurrences, and usages of the occurrences of others; on one line."""
    inner = "".join(f'<Occurrence xsi:type="n0:SingleOccurrence" uid="{uid}"/>' for uid in occurrences)
    inner += "".join(
        f'<ViewOccurrenceRelationship xsi:type="n0:{kind}" uid="{name}-{uid}">'
        f'<Related uidRef="{uid}"/></ViewOccurrenceRelationship>'
        for uid in uses
    )
    view = f'<Views><PartView uid="{name}-w">{inner}</PartView></Views>'
    return f'<Part uid="{name}"><Versions><PartVersion uid="{name}-v">{view}</PartVersion></Versions></Part>\n'


def judged(folder: Path, *parts: str) -> tuple[Structure, Problems]:
    path = folder / "a.stpx"
    path.write_text(HEAD + "".join(parts) + TAIL)
    assert FORMAT is not None
    report, structure, problems = examine(path, FORMAT)
    assert report.problems.counts == {}
    return structure, problems


def test_a_sound_assembly_breaks_no_rule(tmp_path: Path) -> None:
    top = part("top", "o1", "o2", "o3")
    structure, problems = judged(tmp_path, top, part("a", "o3", occurrences=("o1", "o2")), part("b", occurrences=("o3",)))
    assert problems.counts == {}
    assert (structure.parts, structure.versions, structure.views, structure.usages) == (3, 3, 3, 4)
    assert problems.unsaid == {}


def test_a_part_without_a_version_and_a_version_without_a_view_are_named(tmp_path: Path) -> None:
    bare = '<Part uid="p1"/>\n<Part uid="p2"><Versions><PartVersion uid="v2"/></Versions></Part>\n'
    _, problems = judged(tmp_path, bare, part("p3"))
    assert [(p.rule, p.where.instance, p.where.line) for p in problems] == [("version", "p1", 2), ("view", "v2", 3)]


def test_a_usage_of_what_is_no_occurrence_is_named(tmp_path: Path) -> None:
    _, problems = judged(tmp_path, part("a", occurrences=("o1",)), part("b", "o1", "a-v"))
    assert [(p.rule, p.where.line) for p in problems] == [("usage", 3)]


def test_an_assembly_that_contains_itself_by_others_is_shown_as_a_circle(tmp_path: Path) -> None:
    ring = part("a", "o2", occurrences=("o1",)), part("b", "o3", occurrences=("o2",)), part("c", "o1", occurrences=("o3",))
    _, problems = judged(tmp_path, part("top", "o1"), *ring, part("leaf", occurrences=("o9",)))
    (problem,) = problems
    assert problem.rule == "cycle"
    assert sorted(str(problem.found).split(" > ")) == ["line 3", "line 4", "line 5"]


def test_an_assembly_that_contains_itself_directly_is_a_circle(tmp_path: Path) -> None:
    _, problems = judged(tmp_path, part("a", "o1", occurrences=("o1",)))
    assert problems.counts == {"cycle": 1}


def test_other_relationships_between_views_are_no_usages(tmp_path: Path) -> None:
    structure, problems = judged(tmp_path, part("a", "o1", occurrences=("o1",), kind="PromissoryAssemblyOccurrenceUsage"))
    assert structure.usages == 0
    assert problems.counts == {}
    assert set(problems.unsaid) == {"usage", "cycle"}


def test_nothing_is_said_of_the_structure_of_a_file_that_breaks_off(tmp_path: Path) -> None:
    path = tmp_path / "a.stpx"
    path.write_text(HEAD + '<Part uid="p1"/>')
    assert FORMAT is not None
    _, _, problems = examine(path, FORMAT)
    assert problems.counts == {}
    assert set(problems.unsaid) == {"version", "view", "usage", "cycle"}
