"""Bodies as JSON, within bounds."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpo_probe.model import document
from cpo_probe.model.document import MAX_DEPTH, parse_json


def nested(depth: int, inner: str = "1") -> bytes:
    return ('[{"a":' * (depth // 2) + inner + "}]" * (depth // 2)).encode()


def test_a_document_is_refused_one_level_below_the_deepest() -> None:
    assert parse_json(nested(MAX_DEPTH)).problem == ""
    deep = parse_json(nested(MAX_DEPTH, "[]"))
    assert (deep.problem, deep.offset) == ("depth", MAX_DEPTH // 2 * len('[{"a":'))


@pytest.mark.parametrize("text", ["[" * MAX_DEPTH * 2, '\\"]' * MAX_DEPTH, '\\\\"[' * MAX_DEPTH, "{}" * MAX_DEPTH])
def test_brackets_in_a_string_are_no_levels(text: str) -> None:
    body = json.dumps([text, {text: [text]}]).encode()
    assert parse_json(body).value == json.loads(body)


def test_a_long_flat_list_is_not_deep() -> None:
    value = [{"id": n, "of": [n, {"at": []}]} for n in range(2_000)]
    assert parse_json(json.dumps(value).encode()).value == value


VALUES = st.recursive(
    st.text('ab[]{}"\\,:\n') | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('a[]{}"\\'), inner, max_size=3),
    max_leaves=30,
)


@pytest.mark.parametrize("escapes", (0, 10**9))
@given(VALUES)
def test_the_quick_look_agrees_with_the_depth_of_the_value(escapes: int, value: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(document, "_RARE", escapes)
        patch.setattr(document, "MAX_DEPTH", 3)
        patch.setattr(document, "_ROUNDS", 1)
        text = json.dumps(value)
        assert (document._too_deep(text) >= 0) == (depth(value) > 3)


def depth(value: Any) -> int:
    if isinstance(value, dict | list):
        return 1 + max(map(depth, value.values() if isinstance(value, dict) else value), default=0)
    return 0


NAMES = st.sampled_from(['"a"', '"b"', '"a:"', '"\\"a:"', '"\\u0061"', '"a\\u003a"', '"ä"'])
SPACE = st.sampled_from(["", " ", "\n\t"])
TEXTS = st.recursive(
    st.sampled_from(["1", "-0", "1e2", "0.1", "true", "null", '"x:"', '"\\"\\u003a"', "12345678901234567890123", "1e999", "01"])
    | NAMES,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: f"[{','.join(parts)}]")
        | st.lists(st.tuples(NAMES, SPACE, inner).map(lambda m: f"{m[0]}{m[1]}:{m[1]}{m[2]}"), max_size=3).map(
            lambda parts: f"{{{','.join(parts)}}}"
        )
    ),
    max_leaves=20,
)


@given(TEXTS, st.sampled_from(["", " ", "]", "\ufeff", "\x01"]))
def test_the_quick_parser_says_what_the_careful_one_says(text: str, behind: str) -> None:
    body = (text + behind).encode()
    quick = document._quick(body)
    if quick is not None:
        assert repr(quick) == repr(document._careful(body))


def test_the_quick_parser_is_what_reads_an_ordinary_answer_and_never_one_with_a_name_twice() -> None:
    assert document._quick(b'{"value": [{"id": 1, "title": "a: b"}, {"id": 2}]}') is not None
    escaped = document._quick(rb'{"title": "\u00e4\ud83d\ude00"}')
    assert escaped is not None and escaped.value == {"title": "ä😀"}
    assert document._quick(b'{"id": 1, "id": 2}') is None
    assert parse_json(b'[{"id": 1, "id": 2, "x": "\\u003a"}]').duplicates == ("id",)
