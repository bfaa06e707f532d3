"""What counts as a leak or a secret, and what only looks like one."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpo_probe.model import Response
from cpo_probe.protocols.http.leaks import leaks
from cpo_probe.protocols.http.problem import flaws, machine_readable
from cpo_probe.protocols.http.sensitive import mask, secrets


def said(body: Any, media_type: str = "application/json") -> Response:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(500, "", "HTTP/1.1", (("Content-Type", media_type),), data, len(data), None)


@given(st.binary(max_size=200), st.sampled_from(["application/json", "text/html", "application/xml", ""]))
def test_no_body_makes_a_reader_raise(body: bytes, media_type: str) -> None:
    leaks(said(body, media_type))
    secrets(said(body, media_type))
    machine_readable(said(body, media_type))


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), st.lists, max_leaves=5) | st.dictionaries(
    st.sampled_from(["type", "title", "status", "detail", "instance"]), st.none() | st.integers() | st.text(max_size=5)
))  # fmt: skip
def test_any_value_can_be_judged_as_problem_details(value: Any) -> None:
    flaws(value, 404)


@pytest.mark.parametrize(
    "text",
    [
        'Traceback (most recent call last):\n  File "/srv/app.py", line 3, in read',
        "java.lang.NullPointerException: null\n\tat com.acme.plm.Items.read(Items.java:42)",
        "   at Acme.Plm.Items.Read(Int32 id) in C:\\src\\Items.cs:line 42",
        "Error: x\n    at Object.read (/srv/app/items.js:10:5)",
        "Fatal error: Uncaught Error in /var/www/plm/items.php on line 12",
        "app/models/item.rb:12:in `read'",
        "System.Data.SqlClient.SqlException: Invalid column",
    ],
)
@pytest.mark.parametrize("media_type", ["text/plain", "application/json", "text/html"])
def test_stack_traces_of_all_platforms_are_found(text: str, media_type: str) -> None:
    body: Any = {"detail": text} if media_type == "application/json" else text.encode()
    assert "stack_trace" in {leak.kind for leak in leaks(said(body, media_type))}


@pytest.mark.parametrize(
    "text",
    [
        "Select an item from the list where it is shown",
        "Update the item, set its state, and look at the result",
        "The file at /items/7/files/drawing.pdf is locked",
        "See https://docs.acme.com/usr/lib/errors.java for the reason",
        "at the time of the request (12:30:15)",
        "An exception was granted by the change board",
        "delete from cart where possible? Choose in the menu",
    ],
)
def test_plain_words_are_no_leak(text: str) -> None:
    assert leaks(said({"detail": text})) == ()


def test_what_we_sent_is_no_leak() -> None:
    assert leaks(said({"detail": "no such path: /usr/lib/x"}), "GET /usr/lib/x") == ()


def test_secrets_are_masked_and_their_places_named_once() -> None:
    users = [{"name": n, "passwordHash": "$2b$12$" + "a" * 53} for n in ("ada", "bob")]
    (found,) = secrets(said({"users": users}))
    assert (found.kind, found.pointer, found.masked) == ("password_hash", "/users/*/passwordHash", "$2b$… (60 characters)")
    assert "geheim123" not in mask("geheim123")


def test_words_about_passwords_are_no_secret() -> None:
    assert secrets(said({"password": "Passwort", "passwordHint": "dog", "password_changed": "2025-01-01", "pwd": ""})) == ()
    assert secrets(said({"schema": {"password": {"type": "string"}}})) == ()


def test_problem_details_may_leave_out_everything() -> None:
    assert flaws({}, 404) == ()
    assert [(f.pointer, f.code) for f in flaws({"status": True, "type": "a b", "detail": None}, 404)] == [
        ("/type", "not_a_uri"),
        ("/detail", "wrong_type"),
        ("/status", "wrong_type"),
    ]


@pytest.mark.parametrize("folder", ["node_modules", "site-packages", "dist-packages"])
def test_a_file_of_an_installed_library_is_a_leak_wherever_it_is_installed(folder: str) -> None:
    found = leaks(said({"error": f"thrown in /work/plm/{folder}/odata/lib/query.js"}))
    assert [(leak.kind, leak.excerpt) for leak in found] == [("path", f"/work/plm/{folder}/odata/lib/query.js")]
    assert leaks(said({"see": f"https://example.com/{folder}/odata/lib/query.js"})) == ()
