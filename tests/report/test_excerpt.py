"""Does the reader see the place that is wrong, and little else?"""

import json
from typing import Any

import pytest

from cpo_probe.report.excerpt import MAX_WIDTH, Excerpt, excerpt
from cpo_probe.report.yaml_place import yaml_line

LIST = {"items": [{"id": f"P-{n}", "mass": n, "owner": {"name": "x", "mail": "a.b@c.example"}} for n in range(500)], "total": 500}


def body(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def marked(found: Excerpt) -> list[str]:
    return [line.text for line in found.lines if line.kind == "mark"]


def test_a_pointer_shows_the_way_to_the_value_its_neighbours_and_how_much_is_left_out() -> None:
    found = excerpt(body(LIST), pointers=["/items/250/mass"])
    assert marked(found) == ['"mass": 250,']
    lines = [line.text for line in found.lines]
    assert '"id": "P-250",' in lines and '"id": "P-249"' not in lines
    assert [line.text for line in found.lines if line.kind == "gap"] == ["248", "247"]
    assert found.kind == "json" and len(lines) < 20


def test_a_missing_member_is_shown_where_it_should_be() -> None:
    found = excerpt(body({"a": {"b": 1}}), pointers=["/a/c"])
    assert [(line.text, line.kind) for line in found.lines] == [
        ("{", "text"),
        ('"a": {', "text"),
        ('"b": 1', "text"),
        ('"c"', "absent"),
        ("}", "text"),
        ("}", "text"),
    ]


def test_of_a_marked_list_only_the_line_where_it_begins_is_marked() -> None:
    assert marked(excerpt(body(LIST), pointers=["/items"])) == ['"items": [']


def test_several_places_are_marked_in_one_tree() -> None:
    found = excerpt(body(LIST), pointers=["/items/3/mass", "/total"])
    assert marked(found) == ['"mass": 3,', '"total": 500']


def test_a_position_that_is_not_known_is_the_first_one() -> None:
    assert marked(excerpt(body(LIST), pointers=["/items/*/id"])) == ['"id": "P-0",']


def test_numbers_duplicate_names_and_escaped_names_stay_as_they_were_written() -> None:
    found = excerpt(b'{"a/b~c": 1.10, "a/b~c": 1E2, "n": 12345678901234567890123}', pointers=["/a~1b~0c"])
    assert [line.text for line in found.lines][1:4] == ['"a/b~c": 1.10,', '"a/b~c": 1E2,', '"n": 12345678901234567890123']


def test_values_under_secret_names_and_mail_addresses_are_masked_in_a_tree() -> None:
    text = "\n".join(line.text for line in excerpt(body({"password": "hunter2", "m": "a.b@c.example"})).lines)
    assert "hunter2" not in text and "a.b@c.example" not in text
    assert '"password": "‹secret •••›"' in text


def test_a_deep_place_is_shown_from_a_few_levels_above_it() -> None:
    value: Any = {"x": "here"}
    for _ in range(60):
        value = {"n": value}
    found = excerpt(body(value), pointers=["/n" * 60 + "/x"])
    assert marked(found) == ['"x": "here"']
    assert found.base == "/n" * 47
    assert len(found.lines) < 40


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 200_000,
        b"[" * 900 + b"]" * 900,
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b'"' + b"x" * 3_000_000 + b'"',
        b"{" + b",".join(b'"k%d":[%d]' % (n, n) for n in range(50_000)) + b"}",
        b"\xff\xfe\x00" * 5000,
        b"\n" * 100_000,
    ],
    ids=["unclosed", "deep list", "deep object", "long string", "wide object", "binary", "empty lines"],
)
@pytest.mark.parametrize("pointer", ["", "/a/a/a", "/k40000/0", "/0/0/0"])
def test_no_body_makes_the_excerpt_long(data: bytes, pointer: str) -> None:
    found = excerpt(data, pointers=[pointer] if pointer else [])
    assert found.size == len(data)
    assert len(found.lines) <= 42
    assert all(len(line.text) <= MAX_WIDTH + 2 for line in found.lines)


def test_broken_json_is_shown_as_text_around_the_offset() -> None:
    data = body(LIST)[:-40] + b"\x1b oops"
    found = excerpt(data, offset=len(data) - 5)
    assert found.kind == "text"
    assert len(marked(found)) == 1 and "\\u001b oops" in marked(found)[0]
    assert "a.b@c.example" not in marked(found)[0]


def test_a_line_of_a_text_is_marked_with_the_lines_around_it() -> None:
    found = excerpt(b"\n".join(b"line %d" % n for n in range(1, 2001)), line=1500, limit=10)
    assert marked(found) == ["line 1500"]
    assert next(line.text for line in found.lines if line.kind == "text") == "line 1495"
    assert len(found.lines) == 12


def test_xml_on_one_line_is_broken_between_its_tags() -> None:
    found = excerpt(b"<a>" + b"<b>1</b>" * 5 + b"</a>")
    assert [line.text for line in found.lines][:2] == ["<a>", "<b>1</b>"]


def test_binary_is_shown_in_hexadecimal() -> None:
    found = excerpt(b"PK\x03\x04\x00" + bytes(200))
    assert found.kind == "binary"
    assert found.lines[0].text.startswith("00000000  50 4b 03 04")


def test_an_unknown_charset_is_no_obstacle() -> None:
    assert excerpt("grün".encode("latin-1"), charset="latin-1").lines[0].text == "grün"
    assert excerpt("grün".encode("latin-1"), charset="no-such").lines[0].text == "gr\\xfcn"


YAML = b"""openapi: 3.1.0
paths:
  /items:
    get:
      responses:
        '200': {description: ok}
tags:
- name: a
- name: b
"""


@pytest.mark.parametrize(
    ("pointer", "line"),
    [("/paths/~1items/get/responses/200", 6), ("/tags/1/name", 9), ("/paths/~1items/get/missing", 4), ("/x", 1)],
)
def test_a_pointer_into_yaml_is_a_line(pointer: str, line: int) -> None:
    assert yaml_line(YAML, pointer) == line


def test_yaml_bombs_and_broken_yaml_are_survived() -> None:
    bomb = b"a: &a [x,x]\n" + b"".join(b"%c: &%c [*%c,*%c]\n" % (c, c, c - 1, c - 1) for c in range(98, 122))
    assert yaml_line(bomb, "/y/0/0") == 23  # aliases are not expanded, so nothing lies below the list
    assert yaml_line(b"a: [", "/a") == 0
    assert yaml_line(b"plain", "/a") == 0
