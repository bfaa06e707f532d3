"""Environments of the Asset Administration Shell: what others call right and wrong, and where it stands."""

import ast
import inspect
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpo_probe.formats.aas import Report, examine
from cpo_probe.formats.aas.causes import ruled
from cpo_probe.formats.aas.editions import edition
from tests.formats.opc.made import ENVIRONMENT
from tests.others import others

SPACE = "https://admin-shell.io/aas/3/0"
PROPERTY = "<property><idShort>Mass</idShort><valueType>xs:double</valueType><value>{}</value></property>"
DOCUMENT = f"""<environment xmlns="{SPACE}">
<!-- made by hand -->
<submodels><submodel><id>urn:s1</id>
<submodelElements>
{{}}
<operation><idShort>Weigh</idShort><inputVariables><operationVariable><value>
{{}}</value></operationVariable></inputVariables></operation>
</submodelElements></submodel></submodels></environment>"""


def judged(folder: Path, text: str | bytes, xml: bool = False) -> Report:
    (folder / "x").write_bytes(text if isinstance(text, bytes) else text.encode())
    return examine(folder / "x", xml=xml)


def places(report: Report) -> list[tuple[str, str, int]]:
    return [(p.rule, p.where.pointer, p.where.line) for p in report.problems]


def test_what_is_wrong_in_json_is_named_by_pointer_and_line(tmp_path: Path) -> None:
    text = ENVIRONMENT.replace('"1.5"', '"heavy"').replace('"Property", "value": "Mass"', '"Property", "value": "Weight"')
    assert places(judged(tmp_path, text)) == [
        ("values", "/submodels/0/submodelElements/0", 4),
        ("references", "/submodels/0/submodelElements/2/value", 6),
    ]


def test_what_is_wrong_in_xml_is_named_by_the_same_pointer_and_its_line(tmp_path: Path) -> None:
    report = judged(tmp_path, DOCUMENT.format(PROPERTY.format("1,5"), PROPERTY.format("x").replace("Mass", "1st")), xml=True)
    variable = "/submodels/0/submodelElements/1/inputVariables/0/value"
    assert sorted(places(report), key=lambda place: place[2]) == [
        ("values", "/submodels/0/submodelElements/0", 5),
        ("values", variable, 6),
        ("constraints", f"{variable}/idShort", 7),
    ]
    assert report.edition == "3.0"


def test_one_broken_submodel_does_not_hide_another(tmp_path: Path) -> None:
    value = json.loads(ENVIRONMENT)
    value["submodels"] = [{"modelType": "Submodel"}, {"modelType": "Submodel", "id": ""}, {"modelType": "Submodel", "idd": "x"}]
    assert [(rule, pointer) for rule, pointer, _ in places(judged(tmp_path, json.dumps(value)))] == [
        ("structure", "/submodels/0"),
        ("structure", "/submodels/2/idd"),
        ("multiplicity", "/submodels/1/id"),
    ]


def test_what_one_edition_allows_is_right_in_json(tmp_path: Path) -> None:
    hyphen = judged(tmp_path, ENVIRONMENT.replace('"Mass"', '"Gross-mass"'))
    assert (hyphen.edition, hyphen.problems.counts) == ("3.1", {})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"submodels": [{"modelType": {"name": "Submodel"}, "identification": {"id": "urn:s1", "idType": "IRI"}}]}',
        '{"submodels": ' + "[" * 100_000,
        '{"submodels": [' + '{"submodelElements": [' * 50_000 + "]}" * 50_000 + "]}",
    ],
)
def test_what_cannot_be_read_is_left_open(tmp_path: Path, text: str) -> None:
    report = judged(tmp_path, text)
    assert report.problems.counts == {}
    assert {said.code for said in report.problems.unsaid.values()} == {"aas_unread"}


def test_entities_in_xml_are_not_expanded(tmp_path: Path) -> None:
    text = '<!DOCTYPE a [<!ENTITY b "c">]>' + DOCUMENT.format(PROPERTY.format("&b;"), "")
    assert judged(tmp_path, text, xml=True).problems.unsaid["structure"].code == "aas_unread"


def test_a_file_beyond_what_can_be_held_is_left_open(tmp_path: Path) -> None:
    with (tmp_path / "x").open("wb") as file:
        file.write(b'{"submodels": [')
        file.truncate(33 * 2**20)
    assert examine(tmp_path / "x", xml=False).problems.unsaid["structure"].outcome.value == "not_tested"


def test_no_change_of_a_member_breaks_the_reader(tmp_path: Path) -> None:
    values = st.sampled_from([None, 1, "", "x", [], {}, [None], ["x"], {"a": 1}, True])

    def all_places(value: object, way: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
        below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        return [way, *(found for key, one in below for found in all_places(one, (*way, key)))]

    ways = all_places(json.loads(ENVIRONMENT))[1:]

    @settings(max_examples=150, deadline=None)
    @given(st.sampled_from(ways), values)
    def check(way: tuple[str | int, ...], put: object) -> None:
        value = json.loads(ENVIRONMENT)
        here = value
        for part in way[:-1]:
            here = here[part]
        here[way[-1]] = put
        report = judged(tmp_path, json.dumps(value))
        assert all(problem.where.line for problem in report.problems) or report.problems.unsaid

    check()


@pytest.mark.parametrize("name", ["3.0", "3.1"])
def test_every_cause_of_the_library_has_a_rule_of_ours(name: str) -> None:
    tree = ast.parse(inspect.getsource(edition(name).verification))
    causes = {_text(n.args[0]) for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func) == "Error"}
    unknown = {cause for cause in causes if ruled(cause) == ("constraints", "a constraint of the metamodel")}
    assert len(causes) > 90
    assert unknown == set()


def _text(node: ast.expr) -> str:
    """The text of an expression that joins strings."""
    if isinstance(node, ast.BinOp):
        return _text(node.left) + _text(node.right)
    return str(ast.literal_eval(node))


OPEN = ("Any_URI", "SetViolation", "ValueReferencePair__valueId")
"""Samples whose mistake is none in 3.1, or in XML Schema 1.1, which takes any text for xs:anyURI."""


def test_samples_of_others_are_judged_as_they_say() -> None:
    wrong, looked = [], 0
    for path in sorted(others("samples", "aas").glob("ContainedInEnvironment__*.json")):
        if "Unexpected" in path.name and any(part in path.name for part in OPEN):
            continue
        looked += 1
        if bool(examine(path, xml=False).problems.counts) != ("Unexpected" in path.name):
            wrong.append(path.name)
    assert wrong == []
    assert looked > 100


def test_texts_that_are_far_too_long_take_no_time(tmp_path: Path) -> None:
    """A pattern of the library needs minutes for one of them."""
    report = judged(tmp_path, ENVIRONMENT.replace('"Mass"', '"' + "a" * 200_000 + '-"', 1))
    assert [(p.rule, p.expected) for p in report.problems if p.rule == "values"] == [("values", "at most 128 characters")]
