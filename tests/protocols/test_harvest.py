import json
from itertools import count
from typing import Any

import pytest

from cpo_probe.model import (
    Effect,
    Exchange,
    Failure,
    FailureKind,
    Identity,
    Operation,
    Parameter,
    Request,
    Response,
    Span,
    Timing,
)
from cpo_probe.protocols.harvest import CAP, Harvest

BASE = "http://127.0.0.1:8000/api"
TIMING = Timing(None, None, None, None, None, None, 0.0)
IDS = count(1)


def parameter(
    name: str, place: str = "path", required: bool = False, published: tuple[Any, ...] = (), **schema: Any
) -> Parameter:
    return Parameter(name, place, required or place == "path", schema, published, "", True, "")


def operation(template: str, *parameters: Parameter) -> Operation:
    names = [part.partition("}")[0] for part in template.split("{")[1:]]
    given = {p.name for p in parameters}
    every = (*(parameter(name) for name in names if name not in given), *parameters)
    return Operation(
        f"GET {template}", "openapi:/api", "", "GET", template, every, Effect.READ, ("application/json",), "", False, None
    )  # fmt: skip


def answer(
    path: str,
    body: Any,
    *,
    status: int = 200,
    headers: tuple[tuple[str, str], ...] = (),
    id: str = "",
    failure: Failure | None = None,
    redacted: tuple[Span, ...] = (),
) -> Exchange:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Exchange(
        id=id or f"{next(IDS):06}", at="", probe="", unit="", attempt=1, purpose="", why="", group="", interface="", operation="",
        effect=Effect.READ, identity=Identity.ACCOUNT, follows="", role="primary",
        request=Request("GET", BASE + path, (), b""),
        response=Response(status, "", "HTTP/1.1", headers, data, len(data), None),
        failure=failure, timing=TIMING, peer=None, redacted=redacted,
    )  # fmt: skip


def learned(*answers: tuple[str, str, Any], operations: tuple[Operation, ...] = ()) -> Harvest:
    harvest = Harvest(operations)
    for template, path, body in answers:
        harvest.learn(operation(template), answer(path, body))
    return harvest


def sets(harvest: Harvest, asked: Operation, most: int = 20) -> list[tuple[Any, ...]]:
    return [tuple(a.value for a in arguments.values) for arguments in harvest.arguments(asked, most=most)]


LISTS: list[tuple[str, Any]] = [
    ("bare array", [{"id": 7}, {"id": 8}]),
    ("results (DRF)", {"count": 2, "next": None, "results": [{"id": 7}, {"id": 8}]}),
    ("value (OData)", {"@odata.context": "x", "value": [{"id": 7}, {"id": 8}]}),
    ("items", {"items": [{"id": 7}, {"id": 8}], "total": 2}),
    ("data (JSON:API)", {"data": [{"type": "item", "id": 7}, {"type": "item", "id": 8}], "included": [{"type": "x", "id": 99}]}),
    ("_embedded (HAL)", {"_embedded": {"items": [{"id": 7}, {"id": 8}]}, "page": {"size": 2}}),
    ("nested wrapper", {"data": {"items": [{"id": 7}, {"id": 8}]}}),
    ("unusual name", {"meta": {"id": 1}, "parts": [{"id": 7}, {"id": 8}]}),
    ("list of keys", [7, 8]),
    ("beside other lists", {"links": [{"id": 1}], "warnings": [{"id": 2}], "items": [{"id": 7}, {"id": 8}]}),
    ("capital member", {"Items": [{"ID": 7}, {"ID": 8}]}),
]


@pytest.mark.parametrize(("name", "body"), LISTS, ids=[name for name, _ in LISTS])
def test_a_list_feeds_the_reading_of_its_elements(name: str, body: Any) -> None:
    assert sets(learned(("/items", "/items", body)), operation("/items/{id}")) == [(7,), (8,)]


MEMBERS: list[tuple[str, dict[str, Any], Any]] = [
    ("id", {"id": "a", "name": "n"}, "a"),
    ("itemId", {"id": "a", "itemId": "b"}, "b"),
    ("itemId", {"id": "a", "number": "b"}, "a"),
    ("item_number", {"id": "a", "number": "b"}, "b"),
    ("number", {"id": "a", "itemNumber": "b"}, "b"),
    ("itemGuid", {"id": "a", "guid": "b"}, "b"),
    ("id", {"guid": "g", "name": "n"}, "g"),
    ("id", {"uuid": "u"}, "u"),
    ("key", {"id": "a", "key": "k"}, "k"),
    ("id", {"item_id": "i"}, "i"),
    ("id", {"number": "P-1", "name": "n"}, "P-1"),
    ("item", {"id": "a"}, "a"),
    ("Item-ID", {"itemId": "b"}, "b"),
    ("ID_texts_1", {"ID": "a", "ID_texts": "b"}, "b"),
    ("ID_1", {"ID": "a", "name": "n"}, "a"),
    ("rev_2", {"rev": "a", "rev2": "b"}, "b"),
]


@pytest.mark.parametrize(("name", "element", "value"), MEMBERS)
def test_the_member_that_identifies_an_element_is_chosen(name: str, element: dict[str, Any], value: Any) -> None:
    harvest = learned(("/items", "/items", {"items": [element]}))
    assert sets(harvest, operation(f"/items/{{{name}}}")) == [(value,)]


@pytest.mark.parametrize(
    ("link", "element"),
    [
        ("HAL", {"id": 1, "_links": {"self": {"href": "/api/items/P%2F1"}}}),
        ("plain href", {"id": 1, "href": BASE + "/items/P%2F1"}),
        ("DRF url", {"id": 1, "url": BASE + "/items/P%2F1/"}),
        ("another name of the host", {"id": 1, "self": "http://localhost:8000/api/items/P%2F1"}),
        ("relative", {"id": 1, "href": "items/P%2F1"}),
        ("OData", {"id": 1, "@odata.id": BASE + "/items/P%2F1"}),
        ("JSON:API", {"id": 1, "links": {"self": BASE + "/items/P%2F1"}}),
        ("any member with a URL of this host", {"id": 1, "detail": BASE + "/items/P%2F1"}),
    ],
)
def test_a_link_that_fits_the_template_is_better_than_a_member(link: str, element: dict[str, Any]) -> None:
    harvest = learned(("/items", "/items", [element]))
    assert sets(harvest, operation("/items/{id}"))[0] == ("P/1",)


def test_a_link_to_somewhere_else_is_no_value() -> None:
    element = {"id": 1, "vendor": "https://example.com/api/items/77", "note": "/other/items/5", "template": "/api/items/{id}"}
    assert sets(learned(("/items", "/items", [element])), operation("/items/{id}")) == [(1,)]


def test_a_link_belongs_to_the_most_literal_template() -> None:
    search, item = operation("/items/search"), operation("/items/{id}")
    harvest = learned(
        ("/items", "/items", {"links": {"self": "/api/items/search"}, "items": [{"id": 1}]}), operations=(search, item)
    )
    assert sets(harvest, item) == [(1,)]


def test_location_and_link_headers_are_links() -> None:
    harvest = Harvest()
    header = (("Link", '</api/items/3>; rel="item", </api/items/4>; rel="item"'), ("Location", "/api/items/5"))
    harvest.learn(operation("/items"), answer("/items", {}, headers=header))
    assert sorted(sets(harvest, operation("/items/{id}"))) == [("3",), ("4",), ("5",)]


REVISION = operation("/items/{id}/revisions/{rev}")


def test_children_come_with_the_parent_they_were_asked_for() -> None:
    harvest = learned(
        ("/items", "/items", [{"id": 1}, {"id": 2}]),
        ("/items/{itemId}/revisions", "/items/1/revisions", [{"rev": "A"}, {"rev": "B"}]),
        ("/items/{itemId}/revisions", "/items/2/revisions", {"results": [{"rev": "C"}]}),
    )
    assert sets(harvest, REVISION) == [("1", "A"), ("1", "B"), ("2", "C")]
    assert [v.value for v in harvest.values(REVISION, REVISION.parameters[1])] == ["A", "B", "C"]


def test_children_inside_the_answer_about_the_parent_belong_to_it() -> None:
    harvest = learned(("/items/{id}", "/items/1", {"id": 1, "revisions": [{"rev": "A"}], "files": [{"rev": "Z"}]}))
    assert sets(harvest, REVISION) == [("1", "A")]


def test_children_inside_the_list_of_parents_belong_to_their_element() -> None:
    harvest = learned(("/items", "/items", [{"id": 1, "revisions": [{"rev": "A"}]}, {"id": 2, "revisions": [{"rev": "B"}]}]))
    assert sets(harvest, REVISION) == [(1, "A"), (2, "B")]


def test_children_of_unknown_parents_are_not_combined_with_any() -> None:
    harvest = learned(("/items", "/items", [{"id": 1}]), ("/revisions", "/revisions", [{"rev": "A"}]))
    assert harvest.arguments(REVISION) == ()
    assert "'rev'" in harvest.missing(REVISION)


def test_an_example_of_a_child_is_not_combined_with_a_harvested_parent() -> None:
    asked = operation("/items/{id}/revisions/{rev}", parameter("id"), parameter("rev", published=("A",)))
    assert learned(("/items", "/items", [{"id": 1}])).arguments(asked) == ()


def test_an_enumeration_may_follow_any_parent() -> None:
    asked = operation("/items/{id}/exports/{format}", parameter("id"), parameter("format", enum=["step", "xml"]))
    assert sets(learned(("/items", "/items", [{"id": 1}])), asked) == [(1, "step"), (1, "xml")]


def test_two_keys_of_one_object_belong_together() -> None:
    harvest = learned(("/search", "/search", {"hits": [{"projectId": 3, "itemId": 1}, {"projectId": 4, "itemId": 2}]}))
    assert sets(harvest, operation("/projects/{projectId}/items/{itemId}")) == [(3, 1), (4, 2)]


@pytest.mark.parametrize(
    ("template", "body", "value"),
    [
        ("/items/{id}", {"lines": [{"item": {"id": 5, "name": "x"}}]}, 5),
        ("/items/{id}", {"lines": [{"itemId": 5}]}, 5),
        ("/boms/{itemId}", {"lines": [{"item_id": 5}]}, 5),
        ("/items/{id}", {"items": [{"id": 5}]}, 5),
    ],
)
def test_a_reference_elsewhere_names_the_thing(template: str, body: Any, value: Any) -> None:
    assert sets(learned(("/anything", "/anything", body)), operation(template)) == [(value,)]


@pytest.mark.parametrize(
    ("template", "body"),
    [
        ("/items/{id}", {"id": 5}),
        ("/items/{id}", {"item": {"name": "Bolt"}}),
        ("/{version}/x", {"version": 3}),
        ("/items/{id}", {"docs": [{"id": 5}]}),
        ("/items/{id}", {"items": [{"id": None}, {"id": True}, {"id": ""}, {"id": 1.5}, {"id": {"x": 1}}]}),
    ],
)
def test_what_only_looks_similar_is_no_value(template: str, body: Any) -> None:
    harvest = learned(("/anything", "/anything", body))
    assert harvest.arguments(operation(template)) == ()
    assert harvest.missing(operation(template)).startswith("path parameter")


def test_a_list_at_another_path_of_the_thing_feeds_a_named_parameter() -> None:
    harvest = learned(("/items", "/items", [{"id": 5}]))
    assert sets(harvest, operation("/where-used/{itemId}")) == [(5,)]
    query = operation("/where-used", parameter("item", "query", required=True))
    assert harvest.arguments(query)[0].params == (("item", "5"),)


def test_arguments_that_worked_are_used_again_first() -> None:
    harvest = learned(("/items", "/items", [{"id": 1}, {"id": 2}]), ("/items/{id}", "/items/2", {"id": 2}))
    assert sets(harvest, operation("/items/{id}")) == [("2",), (1,)]
    assert sets(harvest, operation("/items/{key}/bom"))[0] == ("2",)


def test_values_that_the_schema_excludes_are_left_out() -> None:
    harvest = learned(("/items", "/items", [{"id": "abc"}, {"id": "12"}, {"id": 13}, {"id": 500}]))
    assert sets(harvest, operation("/items/{id}", parameter("id", type="integer", maximum=100))) == [("12",), (13,)]
    uuid = "6f9619ff-8b86-d011-b42d-00c04fc964ff"
    harvest = learned(("/items", "/items", [{"id": 5}, {"id": uuid}]))
    assert sets(harvest, operation("/items/{id}", parameter("id", type="string", format="uuid"))) == [(uuid,)]


@pytest.mark.parametrize(
    ("schema", "examples", "expected", "source"),
    [
        ({"enum": ["step", "xml"]}, (), "step", "enum"),
        ({"const": "v1"}, (), "v1", "enum"),
        ({"example": "E"}, (), "E", "example"),
        ({"examples": ["E1", "E2"]}, (), "E1", "example"),
        ({}, ("P",), "P", "example"),
        ({"default": "d"}, (), "d", "default"),
    ],
)
def test_the_contract_offers_values_when_no_answer_does(
    schema: dict[str, Any], examples: tuple[Any, ...], expected: Any, source: str
) -> None:
    found = Harvest().values(asked := operation("/x/{p}", parameter("p", published=examples, **schema)), asked.parameters[0])
    assert (found[0].value, found[0].source) == (expected, source)


def test_nothing_known_gives_nothing_and_the_reason() -> None:
    asked = operation("/items/{id}", parameter("q", "query", required=True, type="string"))
    assert Harvest().arguments(asked) == ()
    assert Harvest().missing(asked).startswith("path parameter 'id'")
    harvest = learned(("/items", "/items", [{"id": 1}]))
    assert harvest.arguments(asked) == ()
    assert harvest.missing(asked).startswith("query parameter 'q'")
    assert harvest.missing(operation("/items/{id}")) == ""


@pytest.mark.parametrize(
    ("template", "body", "source"),
    [
        ("/items/{id}", {"items": [{"id": 7}]}, "000042"),
        ("/items/{id}", {"items": [{"guid": 7}]}, "~000042"),
        ("/items/{number}", {"items": [{"id": 7}]}, "~000042"),
        ("/where-used/{itemId}", {"items": [{"id": 7}]}, "~000042"),
    ],
)
def test_a_value_that_only_its_name_suggests_is_marked_as_a_guess(template: str, body: Any, source: str) -> None:
    harvest = Harvest()
    harvest.learn(operation("/items"), answer("/items", body, id="000042"))
    asked = operation(template)
    assert [v.source for v in harvest.values(asked, asked.parameters[0])] == [source]


def test_an_operation_without_parameters_has_one_empty_set() -> None:
    assert sets(Harvest(), operation("/items")) == [()]


def test_each_optional_parameter_with_a_real_value_gets_a_variant() -> None:
    asked = operation(
        "/items",
        parameter("status", "query", type="string"),
        parameter("q", "query", type="string"),
        parameter("deep", "query", type="boolean"),
        parameter("sort", "query", enum=["name", "-name"]),
        parameter("limit", "query", type="integer", minimum=1, maximum=100),
        parameter("tags", "query", type="array", items={"enum": ["a", "b"]}),
    )
    harvest = learned(("/items", "/items", [{"id": 1, "status": "released"}]))
    found = [variant.params for variant in harvest.variants(asked)]
    assert found == [(("status", "released"),), (("deep", "true"),), (("sort", "name"),), (("limit", "1"),), (("tags", "a"),)]


def test_the_source_of_every_value_is_stated() -> None:
    harvest = Harvest()
    harvest.learn(operation("/items"), answer("/items", [{"id": 7}], id="000042"))
    arguments = harvest.arguments(operation("/items/{id}"))[0]
    assert arguments.note == {"arguments": {"id": 7}, "sources": {"id": "000042"}}
    assert arguments.path(operation("/items/{id}")) == "items/7"


def test_path_arguments_are_percent_encoded() -> None:
    harvest = learned(("/parts", "/parts", [{"id": "OR:wt.part/Ä 1"}]))
    assert (
        harvest.arguments(operation("/parts/{id}/uses"))[0].path(operation("/parts/{id}/uses"))
        == "parts/OR:wt.part%2F%C3%84%201/uses"
    )
    assert sets(harvest, operation("/parts('{id}')/uses")) == [("OR:wt.part/Ä 1",)]


@pytest.mark.parametrize(
    "broken",
    [
        answer("/items", b"<html>"),
        answer("/items", b""),
        answer("/items", [{"id": 1}], status=404),
        answer("/items", [{"id": 1}], status=302),
        answer("/items", [{"id": 1}], failure=Failure(FailureKind.DISCONNECTED, "")),
        answer("/items", b"[" * 100_000),
        answer("/items", "text"),
        answer("/items", None),
        answer("/items", [{"href": "http://[broken"}]),
    ],
)
def test_an_answer_that_is_no_good_json_teaches_nothing(broken: Exchange) -> None:
    harvest = Harvest()
    harvest.learn(operation("/items"), broken)
    assert harvest.arguments(operation("/items/{id}")) == ()


def test_a_redacted_value_is_never_an_argument() -> None:
    harvest = Harvest()
    span = Span("response.body", "/0/id", 9, "x")
    body = [{"id": "x"}, {"id": 2}, {"id": "a-[redacted:1a2b3c4d]", "href": "/api/items/[redacted:1a2b3c4d]"}]
    harvest.learn(operation("/items"), answer("/items", body, redacted=(span,)))
    harvest.learn(operation("/items/{id}/bom"), answer("/items/%5Bredacted:1a2b3c4d%5D/bom", {"id": 1}))
    assert sets(harvest, operation("/items/{id}")) == [(2,)]


def test_the_order_of_learning_does_not_matter() -> None:
    answers = [answer("/items", [{"id": 10 * n + k} for k in range(15)]) for n in range(5)]
    one, other = Harvest(), Harvest()
    for exchange in answers:
        one.learn(operation("/items"), exchange)
    for exchange in reversed(answers):
        other.learn(operation("/items"), exchange)
    asked = operation("/items/{id}")
    assert one.values(asked, asked.parameters[0]) == other.values(asked, asked.parameters[0])


def test_values_per_place_are_capped_however_much_is_learned() -> None:
    harvest = Harvest()
    for n in range(50):
        harvest.learn(operation("/items"), answer("/items", [{"id": 1000 * n + k} for k in range(300)]))
    asked = operation("/items/{id}")
    assert len(harvest.values(asked, asked.parameters[0])) == CAP
    assert len(harvest._observed.rows) == CAP
