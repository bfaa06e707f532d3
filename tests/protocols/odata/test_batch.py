"""Is a batch of reads written as the standard has it, and its answer read without being misled?"""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpo_probe.protocols.odata import batch

READS = (batch.Read("1", "Items?$top=2", (("Accept", "application/json"),)), batch.Read("2", "/odata/Items(7)"))
TYPE = "multipart/mixed; boundary=b_1"
HEAD = b"--b_1\r\nContent-Type: application/http\r\nContent-ID: 1\r\n\r\n"
OK = HEAD + b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"a":1}\r\n'
END = b"--b_1--\r\n"


def test_nothing_but_get_is_written() -> None:
    text = batch.write_multipart(READS, "mark", "plm.example").decode()
    assert [line for line in text.split("\r\n") if line.endswith("HTTP/1.1")] == [
        "GET Items?$top=2 HTTP/1.1",
        "GET /odata/Items(7) HTTP/1.1",
    ]
    assert text.count("--mark\r\n") == 2 and text.endswith("--mark--\r\n")
    assert {one["method"] for one in json.loads(batch.write_json(READS))["requests"]} == {"GET"}


@pytest.mark.parametrize("url", ["Items\r\n\r\nDELETE Items", "Items DELETE", "Items\n", "Stück"])
def test_what_could_become_a_request_of_its_own_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="percent-encode"):
        batch.Read("1", url)
    with pytest.raises(ValueError, match="percent-encode"):
        batch.Read("1", "Items", (("Accept", "a\r\nb"),))


def test_parts_are_read_with_id_status_fields_and_value() -> None:
    gone = b"--b_1\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 404 Not Found\r\n\r\n\r\n"
    first, second = batch.read_multipart(b"preamble\r\n" + OK + gone + END + b"epilogue", TYPE)
    assert (first.id, first.status, first.header("content-type"), first.value) == ("1", 200, "application/json", {"a": 1})
    assert (second.id, second.status, second.value) == ("", 404, None)


def test_lines_without_cr_and_a_quoted_boundary_are_read() -> None:
    (part,) = batch.read_multipart((OK + END).replace(b"\r\n", b"\n"), 'multipart/mixed;boundary="b_1"')
    assert part.value == {"a": 1}


def test_the_length_that_a_part_states_is_kept() -> None:
    sized = OK.replace(b"\r\n\r\n{", b"\r\nContent-Length: 7\r\n\r\n{")
    assert batch.read_multipart(sized + END, TYPE)[0].value == {"a": 1}


@pytest.mark.parametrize(
    ("body", "type", "expected"),
    [
        (OK + END, "multipart/mixed", "a boundary in Content-Type"),
        (b"", TYPE, "parts between boundaries"),
        (OK, TYPE, "the boundary that closes the message"),
        (OK.replace(b"application/http", b"text/plain") + END, TYPE, "a part of type application/http"),
        (OK.replace(b"HTTP/1.1 200 OK", b"200 OK") + END, TYPE, "a status line"),
        (OK.replace(b"\r\n\r\n{", b"\r\nContent-Length: 9\r\n\r\n{") + END, TYPE, "9 bytes, as Content-Length says"),
        (OK.replace(b"\r\n\r\n{", b"\r\nContent-Length: 3\r\n\r\n{") + END, TYPE, "3 bytes, as Content-Length says"),
    ],
)
def test_what_is_no_multipart_answer_is_said_so(body: bytes, type: str, expected: str) -> None:
    with pytest.raises(batch.Malformed) as refusal:
        batch.read_multipart(body, type)
    assert refusal.value.expected == expected


def test_responses_in_json_are_read() -> None:
    (part,) = batch.read_json({"responses": [{"id": "1", "status": 200, "headers": {"a": "b"}, "body": [1]}]})
    assert (part.id, part.status, part.headers, part.value) == ("1", 200, (("a", "b"),), [1])


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"responses": {}},
        {"responses": [1]},
        {"responses": [{"id": 1, "status": 200}]},
        {"responses": [{"id": "1", "status": "200"}]},
        {"responses": [{"id": "1", "status": True}]},
        {"responses": [{"id": "1", "status": 200, "headers": [["a", "b"]]}]},
    ],
)
def test_what_is_no_json_answer_is_said_so(value: object) -> None:
    with pytest.raises(batch.Malformed):
        batch.read_json(value)


@given(st.binary(max_size=200), st.lists(st.sampled_from([OK, END, b"--b_1", b"\r\n", b"\n\n"]), max_size=6))
def test_no_bytes_break_the_reader(noise: bytes, pieces: list[bytes]) -> None:
    try:
        parts = batch.read_multipart(noise + b"".join(pieces), TYPE)
    except batch.Malformed:
        return
    assert all(100 <= part.status <= 599 for part in parts)
