"""Descriptions written by others: every finding was looked up in the text and is true, and none is missing that was known."""

from collections import Counter

import pytest

from cpo_probe.protocols.json_schema import Mode, Validator
from cpo_probe.protocols.openapi import OpenApi, Raw, read
from tests.protocols.openapi.support import data, of_rule

SEMVER = ("semver", "/info/version")
EXPECTED: dict[str, tuple[int, list[tuple[str, str]]]] = {
    "authentication.yaml": (
        8,
        [
            ("unused", "/components/schemas/twoLeggedToken"),
            ("unused", "/components/schemas/threeLeggedToken"),
            ("unused", "/components/securitySchemes/2-legged"),
            ("unused", "/components/securitySchemes/basic-auth"),
            ("unused", "/components/securitySchemes/client-credentials"),
            SEMVER,
        ],
    ),
    "datamanagement.yaml": (
        41,
        [
            ("unused", "/components/schemas/ListItemsTest"),
            ("unused", "/components/schemas/conformingStatus"),
            ("unused", "/components/schemas/project_type_bim360_acc"),
            ("unused", "/components/schemas/type_folder_items"),
            ("unused", "/components/responses/command-response"),
            SEMVER,
        ],
    ),
    "modelderivative.yaml": (
        12,
        [
            # The schema says that each property group is an object; the example shows two groups that are texts.
            ("examples-valid", "{properties}/value/data/collection/0/properties/Component Name"),
            ("examples-valid", "{properties}/value/data/collection/0/properties/Name"),
            ("unused", "/components/schemas/MatchIdType"),
            SEMVER,
        ],
    ),
    "webhooks.yaml": (
        12,
        [
            ("unused", "/components/schemas/Systems"),
            ("unused", "/components/schemas/Events"),
            ("unused", "/components/schemas/Scopes"),
            ("unused", "/components/parameters/hook_id"),
            SEMVER,
        ],
    ),
}
PROPERTIES = (
    "/paths/~1modelderivative~1v2~1designdata~1{urn}~1metadata~1{modelGuid}~1properties/get"
    "/responses/200/content/application~1json/examples/example-1"
)


def opened(*parts: str) -> OpenApi:
    raw = read(data("specs", *parts), "")
    assert isinstance(raw, Raw)
    return OpenApi.build(raw, "https://plm.test/api/" + parts[-1], {})


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_the_rules_say_of_four_descriptions_in_yaml(name: str) -> None:
    api = opened("aps", name)
    operations, problems = EXPECTED[name]
    assert api.version == "3.0" and api.servers == ("https://developer.api.autodesk.com",)
    assert len(api.operations("")) == operations and api.references == () and api.untested == {}
    assert [(p.rule, p.where.pointer.replace(PROPERTIES, "{properties}")) for p in api.problems] == problems
    assert all(p.where.line for p in api.problems)


def test_a_response_key_that_is_none_is_found_at_each_of_220_operations() -> None:
    api = opened("polarion", "polarion-rest-openapi.json")
    assert len(api.operations("")) == 220
    assert api.problems.counts == {"valid": 220, "examples-valid": 3, "schemas-sane": 2, "unused": 3, "semver": 1}
    kept = of_rule(api, "valid")
    assert {(tuple(p.found), p.expected) for p in kept} == {(("4XX-5XX",), "nothing else")}
    assert kept[0].where.line == 91 and kept[0].where.pointer.endswith("/get/responses")
    # The examples state the type MyResourceType, which the enumeration does not hold.
    names = ("RelationshipsRequestWithRevisionBody", "RelationshipResponseBody", "RelationshipsRequestBody")
    assert [p.where.pointer for p in of_rule(api, "examples-valid")] == [f"/components/schemas/{name}/example" for name in names]
    assert {p.where.pointer.rpartition("/")[2] for p in of_rule(api, "schemas-sane")} == {"downloads"}
    assert [p.found for p in of_rule(api, "unused")] == ["ResourceReference", "Pagination", "SparseFields"]


def test_the_misspelt_key_documents_no_error() -> None:
    contract = opened("polarion", "polarion-rest-openapi.json").contract("GET /projects")
    assert "4XX-5XX" in contract.statuses and contract.documented(404) and not contract.documented(418)


@pytest.mark.parametrize(
    "parts", [("polarion", "polarion-rest-openapi.json"), *(("aps", name) for name in sorted(EXPECTED))], ids=lambda p: p[-1]
)
def test_every_schema_of_an_answer_can_be_compiled_whole(parts: tuple[str, str]) -> None:
    api = opened(*parts)
    seen: Counter[bool] = Counter()
    for operation in api.operations(""):
        contract = api.contract(operation.id)
        for status in contract.statuses:
            for media_type in contract.media_types(status):
                place = contract.schema(status, media_type)
                if place is not None:
                    validator = api.schemas.validator(place, Mode.RESPONSE)
                    seen[isinstance(validator, Validator) and not validator.gaps] += 1
    assert seen[True] > 5 and not seen[False]
