"""Texts of every kind become a value or one problem, never an exception, and never more than they are."""

from itertools import pairwise
from typing import Any

import pytest

from cpo_probe.model import Problem
from cpo_probe.protocols.openapi import OpenApi, Raw, problems_of_file, read
from cpo_probe.protocols.openapi.lines import locate
from tests.protocols.openapi.support import URL, build, get, of_rule


def bomb() -> bytes:
    """Nine levels of nine aliases: 3.4 billion nodes in half a kilobyte."""
    names = "abcdefghij"
    lines = [f"{b}: &{b} [{', '.join(['*' + a] * 9)}]" for a, b in pairwise(names)]
    return "\n".join(["a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]", *lines]).encode()


@pytest.mark.parametrize(
    ("body", "reason", "line"),
    [
        (b"", "empty", 0),
        (b" \n\xef\xbb\xbf", "scalar", 0),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "html", 0),
        (b'<?xml version="1.0"?>\n<HTML lang="en">', "html", 0),
        (b'<?xml version="1.0"?><edmx:Edmx/>', "xml", 0),
        (b'{"openapi": "3.0.3",\n "info": {"tit', "syntax", 2),
        (b'{"openapi": "3.0.3",\n "info": [1, 2}', "syntax", 2),
        (b"openapi: 3.0.3\ninfo: [a, b\npaths: {}\n", "syntax", 3),
        (b"openapi: 3.0.3\n\tinfo: x\n", "syntax", 2),
        (b'{"a": NaN}', "constant", 0),
        (b'{"a": "M\xfcller"}', "encoding", 1),
        (b"a: M\xfcller\n", "encoding", 0),
        (b"just a sentence", "scalar", 0),
        (b'"openapi"', "", 0),
        (b"[" * 200_000 + b"]" * 200_000, "depth", 1),
        (b'{"a":' * 200_000, "depth", 1),
        (b"- " * 200_000, "depth", 1),
        (bomb(), "alias-bomb", 7),
        (b"a: &a [*a]", "alias", 1),
        (b"a: *nobody", "alias", 1),
        (b"? [a, b]\n: c", "syntax", 1),
    ],
)
def test_what_cannot_be_read_is_one_problem(body: bytes, reason: str, line: int) -> None:
    raw = read(body, "application/json")
    if not reason:
        assert isinstance(raw, Raw)
        return
    assert isinstance(raw, Problem) and raw.rule == "valid"
    assert (raw.params["reason"], raw.where.line) == (reason, line)
    (problem,) = problems_of_file(body, "a.json")
    assert problem == raw


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"on: off\nyes: no\n", {"on": "off", "yes": "no"}),
        (b"a: 2025-01-01\nb: 12:30:45\n", {"a": "2025-01-01", "b": "12:30:45"}),
        (b"a: true\nb: False\nc: ~\nd: null\ne:\n", {"a": True, "b": False, "c": None, "d": None, "e": None}),
        (b"a: 010\nb: 0o10\nc: 0x1F\nd: 1_000\n", {"a": 10, "b": 8, "c": 31, "d": "1_000"}),
        (b"a: 1.5\nb: 1e3\nc: .nan\nd: -.inf\n", {"a": 1.5, "b": 1000.0, "c": ".nan", "d": "-.inf"}),
        (b"a: '1'\nb: \"true\"\nc: !!str 1\nd: !own 1\n", {"a": "1", "b": "true", "c": "1", "d": "1"}),
        (b"200: a\n4.5: b\ntrue: c\nnull: d\n", {"200": "a", "4.5": "b", "true": "c", "null": "d"}),
        (b"a: &x {b: 1}\nc: *x\n", {"a": {"b": 1}, "c": {"b": 1}}),
        (b"a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\n", {"a": {"b": 1, "c": 2}, "d": {"c": 3, "b": 1}}),
        (b"a: |\n  x\n  y\n", {"a": "x\ny\n"}),
        (b"--- {a: 1}\n--- {a: 2}\n", {"a": 1}),
        (b'{"a": 1,}', {"a": 1}),
        (b"\xef\xbb\xbf{\"a\": 1}", {"a": 1}),
        (b"\xef\xbb\xbfa: 1", {"a": 1}),
        ("a: ü".encode("utf-16"), {"a": "ü"}),
        (b'{"a": "\\ud83d\\ude00", "b": "\\ud800"}', {"a": "\U0001f600", "b": "�"}),
    ],
)  # fmt: skip
def test_json_and_yaml_1_2_are_read_as_they_are_meant(body: bytes, value: Any) -> None:
    raw = read(body, "")
    assert isinstance(raw, Raw) and raw.value == value
    assert all(type(a) is type(b) for a, b in zip(raw.value.values(), value.values(), strict=True))


def test_a_json_address_that_sends_yaml_is_read() -> None:
    raw = read(b"openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n", "application/json")
    assert isinstance(raw, Raw) and raw.syntax == "yaml"
    assert OpenApi.build(raw, URL, {}).version == "3.0"


def test_members_that_occur_twice_are_a_problem() -> None:
    body = b"openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\ninfo: {title: u, version: '1.0.0'}\n"
    (problem,) = problems_of_file(body, "a.yaml")
    assert (problem.rule, problem.found, problem.where.line) == ("valid", "info", 4)
    twice = b'{"openapi": "3.0.3", "info": {"title": "t", "title": "u", "version": "1"}, "paths": {}}'
    assert [p.found for p in of_rule(build(twice), "valid")] == ["title"]


@pytest.mark.parametrize(
    ("stated", "version"),
    [
        ({"swagger": "2.0"}, "2.0"),
        ({"swagger": 2.0}, "2.0"),
        ({"openapi": "3.0.4"}, "3.0"),
        ({"openapi": 3.1}, "3.1"),
        ({"openapi": "3.2.0-rc"}, "3.2"),
        ({"openapi": "3.3.0"}, ""),
        ({"openapi": "2.0"}, ""),
        ({"swaggerVersion": "1.2"}, ""),
        ({"openapi": None}, ""),
        ({}, ""),
        ([], ""),
        ("3.0.0", ""),
    ],
)
def test_the_version_is_known_or_empty(stated: Any, version: str) -> None:
    assert OpenApi.build(Raw(stated, "json", (), b""), URL, {}).version == version


def test_a_number_in_place_of_the_version_is_understood_and_reported() -> None:
    api = build(b"swagger: 2.0\ninfo: {title: t, version: '1'}\npaths: {}\n")
    assert api.version == "2.0" and {p.where.pointer for p in of_rule(api, "valid")} == {"/swagger"}


@pytest.mark.parametrize(
    "text", ['{\n "a": {\n  "b/c": [1,\n   {"d": "x{[\\"y"}],\n "e~": 7}}', 'a:\n  b/c:\n    - 1\n    - d: "x{["\n  e~: 7\n']
)
def test_lines_are_those_of_the_text(text: str) -> None:
    raw = read(text.encode(), "")
    assert isinstance(raw, Raw)
    found = locate(raw, {"", "/a", "/a/b~1c", "/a/b~1c/0", "/a/b~1c/1", "/a/b~1c/1/d", "/a/e~0", "/nowhere"})
    if raw.syntax == "json":
        assert found == {"": 1, "/a": 2, "/a/b~1c": 3, "/a/b~1c/0": 3, "/a/b~1c/1": 4, "/a/b~1c/1/d": 4, "/a/e~0": 5}
    else:
        assert found == {"": 1, "/a": 1, "/a/b~1c": 2, "/a/b~1c/0": 3, "/a/b~1c/1": 4, "/a/b~1c/1/d": 4, "/a/e~0": 5}


def test_problems_carry_lines() -> None:
    body = (
        b"openapi: 3.0.3\ninfo:\n  title: t\n  version: '1'\npaths:\n  /a/{b}:\n    get:\n      responses:\n        4XX-5XX: {}\n"
    )
    found = {p.rule: p.where.line for p in problems_of_file(body, "a.yaml")}
    assert found["valid"] == 8 and found["path-parameters"] == 7 and found["semver"] == 4


# Other documents.


def test_references_reach_given_documents_and_no_others() -> None:
    part = {
        "schemas": {
            "Item": {"type": "object", "properties": {"next": {"$ref": "#/schemas/Item"}, "far": {"$ref": "deeper.json#/A"}}}
        }
    }
    root = get(responses={"200": {"$ref": "parts/answers.yaml#/found"}})
    answers = b"found:\n  description: ''\n  content:\n    application/json:\n      schema: {$ref: 'items.json#/schemas/Item'}\n"
    others = {"http://plm.test/api/parts/answers.yaml": answers, "http://plm.test/api/parts/items.json": part}
    api = build(root, others=others)
    assert api.references == tuple(f"http://plm.test/api/parts/{name}" for name in ("answers.yaml", "items.json", "deeper.json"))
    assert [reference.target for reference in api.unresolved] == ["deeper.json#/A"]
    place = api.contract("GET /items").schema(200, "application/json")
    assert place is not None and place.url.endswith("/answers.yaml")
    assert not of_rule(api, "refs") and api.untested["refs"] == "remote"


def test_a_3_2_document_may_say_where_it_belongs() -> None:
    root = get(version="3.2.0", responses={"200": {"$ref": "parts.json#/found"}, "404": {"$ref": "#/components/responses/lost"}})
    root |= {"$self": "/library/openapi.json", "components": {"responses": {"lost": {"description": ""}}}}
    api = build(root, others={"http://plm.test/library/parts.json": {"found": {"description": ""}}})
    assert api.references == ("http://plm.test/library/parts.json",) and not api.unresolved and not of_rule(api, "refs")
    assert set(api.contract("GET /items").responses) == {"200", "404"} and not of_rule(api, "unused")


def test_without_its_documents_a_description_names_them() -> None:
    root = get(responses={"200": {"$ref": "https://other.test/a.yaml#/x"}}, parameters=[{"$ref": "file:///etc/passwd#/x"}])
    api = build(root)
    assert set(api.references) == {"https://other.test/a.yaml", "file:///etc/passwd"}
    assert api.operations("i")[0].parameters == ()


def test_what_is_wrong_in_another_document_is_reported_there() -> None:
    root = get(responses={"200": {"$ref": "answers.json#/found"}, "404": {"$ref": "answers.json#/lost"}})
    api = build(root, others={"http://plm.test/api/answers.json": {"found": {"description": 7}}})
    assert [p.where.pointer for p in of_rule(api, "valid")] == ["http://plm.test/api/answers.json#/found/description"]
    assert [p.where.pointer for p in of_rule(api, "refs")] == ["/paths/~1items/get/responses/404/$ref"]


def test_a_given_document_that_cannot_be_read_is_as_good_as_none() -> None:
    api = build(get(responses={"200": {"$ref": "a.json#/x"}}), others={"http://plm.test/api/a.json": b"<html>"})
    assert len(api.unresolved) == 1
