"""What a description says of values, of what has to be there and of names is judged in the same pass, with the place named."""

import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from cpo_probe.errors import UsageError
from cpo_probe.formats.marked import Report, examine
from cpo_probe.formats.marked.kinds import KINDS, fits
from cpo_probe.formats.marked.place import keys, places
from cpo_probe.model.format import Described, Edition, Format, Keys, XmlForm
from cpo_probe.registry.described import described_formats


def report(folder: Path, text: str, described: Described = Described.ALL, **form: Any) -> Report:
    path = folder / "a.xml"
    path.write_text(text, encoding="utf-8")
    xml = XmlForm(roots=("r",), namespaced=False, **form)
    return examine(path, Format("f", "F", "", "", (), "", xml=xml, editions=(Edition("1", described=described),)))


def told(folder: Path, text: str, **form: Any) -> list[tuple[str, str, object]]:
    return [(one.rule, one.location, one.found) for one in report(folder, text, **form).problems]


def test_values_of_attributes_and_texts_are_of_their_kind(tmp_path: Path) -> None:
    text = '<r><a n="1"/><a n="one"/><b> 1.5e3 </b><b>1,5</b><c><b>x</b></c></r>'
    found = told(tmp_path, text, values={"integer": ("a/@n",), "real": ("r/b",)})
    assert found == [("value", "a/@n", "one"), ("value", "b", "1,5")]


def test_a_value_may_be_one_of_a_list(tmp_path: Path) -> None:
    text = '<r><layer side="TOP"/><layer side="top"/><layer/></r>'
    assert told(tmp_path, text, choices={"layer/@side": ("TOP", "BOTTOM")}) == [("value", "layer/@side", "top")]


def test_a_long_default_of_an_attribute_is_not_kept_for_each_element(tmp_path: Path) -> None:
    text = f'<!DOCTYPE r [<!ATTLIST a id CDATA "{"x" * 100_000}">]><r>{"<a/>" * 2_000}</r>'
    tracemalloc.start()
    try:
        found = report(tmp_path, text, dtd=True, ids=("id",), names=True)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (found.problems.counts, most < 50e6) == ({"id-unique": 1_999}, True)


def test_an_element_that_holds_others_has_no_text_to_judge(tmp_path: Path) -> None:
    assert told(tmp_path, "<r><b><c>x</c></b><b>x<c/></b></r>", values={"real": ("b",)}) == []


def test_a_place_may_be_told_by_the_type_of_the_element_around(tmp_path: Path) -> None:
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    text = f'<r {xsi} xmlns:n="urn:n"><v xsi:type="n:Text"><c>x</c></v><v xsi:type="n:Number"><c>y</c></v></r>'
    assert told(tmp_path, text, values={"real": ("(Number)/c",)}) == [("value", "c", "y")]


def test_attributes_and_children_that_have_to_be_there_are_missed(tmp_path: Path) -> None:
    text = '<r>\n<a id="1"><b/></a>\n<a><x><b/></x></a>\n<a id="3"><c/></a></r>'
    problems = list(report(tmp_path, text, needs={"a": ("@id", "b|c")}).problems)
    assert [(one.rule, one.location, one.expected, one.where.line) for one in problems] == [
        ("mandatory", "a/@id", "@id", 3),
        ("mandatory", "a", "b or c", 3),
    ]


def test_nested_elements_are_asked_for_their_own_children(tmp_path: Path) -> None:
    assert told(tmp_path, "<r><a><b/><a><a><b/></a></a></a></r>", needs={"a": ("b",)}) == [("mandatory", "a", None)]


def test_what_one_edition_asks_for_is_not_asked_of_others(tmp_path: Path) -> None:
    form = {"needs": {"a": ("@id",)}, "needs_in": {"urn:2": {"a": ("@role",), "s/b": ("c",)}}}
    text = '<n:r xmlns:n="{}"><a/><b/><s><b/></s></n:r>'
    assert [one[1] for one in told(tmp_path, text.format("urn:1"), **form)] == ["a/@id"]
    assert [one[1] for one in told(tmp_path, text.format("urn:2"), **form)] == ["a/@id", "a/@role", "b"]


def test_names_are_unique_within_their_element(tmp_path: Path) -> None:
    text = '<r><s><p n="a"/><p n="b"/></s><s><p n="a"/><p n="a"/></s></r>'
    form = {"keys": (Keys("a name of its own", ("p: {^1} {@n}",)),)}
    assert told(tmp_path, text, **form) == [("key-unique", "p", "a")]


def test_references_by_name_lead_to_what_is_so_called(tmp_path: Path) -> None:
    text = '<r><unit n="m"/><v u="m"/><v u="kg"/><v u="other@kg"/><v u=""/><v/></r>'
    form = {"keys": (Keys("a unit", ("unit/@n",), ("v/@u",), beyond=("*@*",)),)}
    assert told(tmp_path, text, **form) == [("key-reference", "v", "kg")]


def test_references_by_path_follow_the_names_around(tmp_path: Path) -> None:
    text = '<r><lib n="L"><c n="A"><c n="B"/></c></lib><i of="L/A/B"/><i of="L/B"/><i of="B"/></r>'
    form = {"keys": (Keys("a class", ("c: {@n/}",), ("i/@of",), inside=("*/*",)),)}
    assert told(tmp_path, text, **form) == [("key-reference", "i", "L/B")]


def test_references_by_number_count_from_one(tmp_path: Path) -> None:
    text = '<r><v/><v/><out at="2 3"/><out at="1"/></r>'
    form = {"keys": (Keys("the number of a variable", ("v: {#}",), ("out/@at*",)),)}
    assert told(tmp_path, text, **form) == [("key-reference", "out", "3")]


def test_both_ends_of_a_connection_are_looked_for_where_it_stands(tmp_path: Path) -> None:
    text = (
        '<r><s><e n="x"><k n="in"/></e><k n="in"/><c f="x" k="in"/><c k="in"/><c f="x" k="out"/></s>'
        '<s><e n="y"><k n="in"/></e><c f="x" k="in"/></s></r>'
    )
    connectors = Keys("a connector", ("e/k: {^2} {^1@n} {@n}", "s/k: {^1} '' {@n}"), ("c: {^1} {@f?} {@k}",))
    assert told(tmp_path, text, keys=(connectors,)) == [("key-reference", "c", "x.out"), ("key-reference", "c", "x.in")]


def test_what_stands_in_other_namespaces_is_left_alone(tmp_path: Path) -> None:
    text = '<r xmlns:o="urn:o"><a id="1" n="1"/><o:a id="1" n="x"/><o:a id="2"/><b to="2"/><o:b to="9"/></r>'
    form = {"ids": ("id",), "references": ("@to",), "values": {"integer": ("a/@n",)}, "needs": {"a": ("@n",)}}
    assert told(tmp_path, text, **form) == []
    assert [one[0] for one in told(tmp_path, text, **form, namespaces=("urn:*",))] == [
        "value", "mandatory", "id-unique", "reference",
    ]  # fmt: skip


def test_elements_may_be_set_aside_whose_attributes_only_look_like_ids(tmp_path: Path) -> None:
    text = '<r><a id="1"/><other id="1"/></r>'
    assert [one[0] for one in told(tmp_path, text, ids=("id",))] == ["id-unique"]
    assert told(tmp_path, text, ids=("id",), aside=("other",)) == []


def test_files_are_named_under_a_condition(tmp_path: Path) -> None:
    text = '<r><f in="Yes" uri="a.pdf"/><f in="No" uri="b.pdf"/><g><n>c.stp</n></g><n>d.stp</n></r>'
    assert report(tmp_path, text, files=("f[in=Yes]/@uri", "g/n")).seen.files == [("a.pdf", 1), ("c.stp", 1)]


@pytest.mark.parametrize(("described", "rules"), [("all", {"id-unique", "value"}), ("ids", {"id-unique"}), ("none", set())])
def test_an_edition_may_be_left_out_of_details(tmp_path: Path, described: str, rules: set[str]) -> None:
    text = '<r><a id="1" n="x"/><a id="1"/></r>'
    found = report(tmp_path, text, Described(described), ids=("id",), values={"integer": ("a/@n",)}).problems
    assert set(found.counts) == rules
    assert ("value" in found.unsaid) is (described != "all")
    assert ("id-unique" in found.unsaid) is (described == "none")


def test_rules_that_nothing_in_the_file_is_about_are_left_open(tmp_path: Path) -> None:
    unsaid = report(tmp_path, "<r/>", values={"integer": ("a/@n",)}, needs={"a": ("@n",)}).problems.unsaid
    assert {"value", "mandatory", "key-unique", "key-reference", "reference-kind"} <= unsaid.keys()


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("boolean", "true 0", "True yes"),
        ("integer", "-12 +7 0", "1.0 1e3 0x1"),
        ("natural", "0 +7 -0", "-1"),
        ("positive", "1 007", "0 -1"),
        ("decimal", "1 -.5 7.", "1e3 INF"),
        ("real", "1 -1.5E-3 INF -INF NaN", "1,5 inf 1e"),
        ("dateTime", "2026-11-22T10:00:00Z 2026-11-22T24:00:00 2026-11-22T10:00:00.5+14:00", "2026-11-22 2026-13-01T00:00:00"),
        ("date", "2026-11-22 2026-11-22Z -0044-03-15", "22.11.2026 2026-11-32"),
        ("time", "10:00:00 10:00:00.25-05:30", "10:00 25:00:00"),
        ("language", "de en-GB x-klingon", "english_ d€"),
        ("uuid", "123e4567-e89b-12d3-a456-426614174000", "123e4567 {123e4567-e89b-12d3-a456-426614174000}"),
        ("name", "a _1 Öl a.b-c", "1a a:b -a"),
        ("integer*", "1", "a 1;2"),
    ],
)
def test_kinds_of_values(kind: str, right: str, wrong: str) -> None:
    assert all(fits(kind)(f" {one}\n") for one in right.split())
    assert not any(fits(kind)(one) for one in wrong.split())


def test_a_list_of_values_has_blanks_between_them() -> None:
    assert fits("integer*")("") and fits("integer*")("1 2\n3") and not fits("integer*")("1,2")
    assert "uuid" in KINDS


@pytest.mark.parametrize("text", ["", "/", "a//b", "@n", "a b", "a/@", "(a", "a[b]"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no place"):
        places(text)


@pytest.mark.parametrize("text", ["a:", "a: {", "a: {x}", "a: {}", "a: {@}"])
def test_what_is_no_way_to_write_a_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected|says nothing"):
        keys(text)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('values = { number = ["a"] }', "no kind of value"),
        ('choices = { "a b" = ["1"] }', "no place"),
        ('needs = { a = "b" }', "expected the description"),
        ('needs_in = { "urn:2" = { "a b" = ["c"] } }', "no place"),
        ('leads = { "a/@b/c" = ["d"] }', "no place"),
        ('keys = [{ name = "k", values = ["a: {b}"] }]', "no way to write a key"),
        ('keys = [{ name = "k", value = ["a"] }]', "keys"),
    ],
)
def test_a_slip_in_a_description_is_told_with_the_file(tmp_path: Path, line: str, said: str) -> None:
    folder = tmp_path / "schemas" / "formats"
    folder.mkdir(parents=True)
    text = 'id = "x"\ntitle = "X"\nsteward = ""\nstandard = ""\nopen = []\nsource = ""\n[xml]\nroots = ["r"]\n'
    (folder / "x.toml").write_text(text + line + "\n", encoding="utf-8")
    with pytest.raises(UsageError, match=said) as refused:
        described_formats([tmp_path])
    assert "x.toml" in str(refused.value)
