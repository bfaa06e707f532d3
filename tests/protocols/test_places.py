"""Where in an answer a text stands that the next request needs."""

import pytest

from cpo_probe.protocols.places import filled, text_at
from tests.evidence import made

JOB = b'{"id": 7, "done": true, "files": ["a b"], "more": {}}'
XML = b'<j:Job xmlns:j="urn:job"><j:State>ready</j:State><j:File id="1"><j:Url>/f/1</j:Url></j:File></j:Job>'


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("json:/id", "7"),
        ("json:/done", "true"),
        ("json:/files/0", "a b"),
        ("json:/more", ""),
        ("json:/nothing", ""),
        ("json:files", ""),
        ("header:Location", "/jobs/7"),
        ("header:X-None", ""),
        ("xml:State", ""),
    ],
)
def test_a_place_in_a_json_answer(place: str, found: str) -> None:
    answer, _ = made.exchange("000001", body=JOB, headers=(("Location", "/jobs/7"), ("Content-Type", "application/json")))
    assert text_at(place, answer) == found


@pytest.mark.parametrize(("place", "found"), [("xml:State", "ready"), ("xml:.//Url", "/f/1"), ("xml:Nothing", ""), ("xml:[", "")])
def test_a_place_in_an_xml_answer_needs_no_namespace(place: str, found: str) -> None:
    assert text_at(place, made.exchange("000001", body=XML)[0]) == found


def test_a_template_takes_each_text_from_the_first_answer_that_has_it() -> None:
    first, _ = made.exchange("000001", body=b'{"id": "one", "folder": "f"}')
    last, _ = made.exchange("000002", body=b'{"id": "two"}')
    assert filled("/{json:/folder}/{json:/id}", (last, first), {}) == "/f/two"
    assert filled("{job}/result", (last,), {"job": "http://x/j"}) == "http://x/j/result"
    assert filled("/{json:/folder}", (last,), {}) == ""
    assert filled("json:/folder", (last, first), {}) == "f"
