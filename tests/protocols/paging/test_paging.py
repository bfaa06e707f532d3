"""Pages of many products: where the items are, how many, and what comes next."""

import json
from typing import Any

import pytest

from cpo_probe.model import Response
from cpo_probe.protocols import paging
from tests.probes.make import parameter

HERE = "https://plm.example/api/items?state=open"


def said(value: Any, *headers: tuple[str, str]) -> Response:
    body = json.dumps(value).encode()
    return Response(200, "", "HTTP/1.1", headers, body, len(body), None)


ONE = [{"id": 1}]


@pytest.mark.parametrize(
    ("value", "headers", "pointer", "total", "style", "target"),
    [
        (ONE, [], "", -1, "", ""),
        (ONE, [("Link", '</api/items?page=2>; rel="next"'), ("X-Total-Count", "7")], "", 7, "link", "/api/items?page=2"),
        ({"value": ONE, "@odata.count": 7, "@odata.nextLink": "items?$skip=1"}, [], "/value", 7, "url", "items?$skip=1"),
        ({"d": {"results": ONE, "__count": "7", "__next": "https://x/y"}}, [], "/d/results", 7, "url", "https://x/y"),
        ({"_embedded": {"parts": ONE}, "_links": {"next": {"href": "/p2"}}}, [], "/_embedded/parts", -1, "url", "/p2"),
        ({"items": ONE, "links": [{"rel": "next", "href": "/p2"}]}, [], "/items", -1, "url", "/p2"),
        ({"data": ONE, "links": {"next": None}, "meta": {"total": 1}}, [], "/data", 1, "", ""),
        ({"result": ONE, "paging_metadata": {"cursor": "abc"}}, [], "/result", -1, "cursor", "abc"),
        ({"parts": ONE, "nextPageToken": "t", "totalSize": 9}, [], "/parts", 9, "cursor", "t"),
        ({"content": ONE, "totalElements": 9, "number": 0}, [], "/content", 9, "", ""),
        (
            {"count": 9, "next": "http://x/?page=2", "previous": None, "results": ONE},
            [],
            "/results",
            -1,
            "url",
            "http://x/?page=2",
        ),
    ],
)
def test_usual_envelopes_are_understood(
    value: Any, headers: list[tuple[str, str]], pointer: str, total: int, style: str, target: str
) -> None:
    page = paging.read(said(value, *headers))
    assert page is not None
    assert (page.pointer, page.total, page.style, page.next) == (pointer, total, style, target)


@pytest.mark.parametrize("value", [{"id": 1}, 7, {"id": 1, "lines": ONE}, {"a": [1], "b": [2]}, {"errors": ["x"]}])
def test_what_is_no_list_is_none(value: Any) -> None:
    assert paging.read(said(value)) is None


def test_words_that_also_name_other_things_need_company() -> None:
    assert not paging.controls([parameter("size", type="integer")]).any
    assert paging.controls([parameter("size", type="integer"), parameter("page", type="integer", default=0)]).first_page == 0
    assert not paging.controls([parameter("page", type="string"), parameter("start", type="integer")]).any
    assert paging.controls([parameter("startIndex", type="integer", minimum=1)]).first_offset == 1
    assert paging.controls([parameter("after", type="string"), parameter("limit", type="integer", maximum=50)]).most == 50


def test_what_the_answer_names_goes_before_counting_up() -> None:
    steered = paging.controls([parameter("offset", type="integer")])
    linked = paging.read(said({"items": ONE, "next": "?cursor=a"}))
    last = paging.read(said({"items": ONE, "total": 9}))
    assert linked and last
    assert paging.following(HERE, linked, steered, 1, named=True) == "https://plm.example/api/items?cursor=a"
    assert paging.following(HERE, last, steered, 1, named=True) == ""
    assert paging.following(HERE, last, steered, 1, named=False) == f"{HERE}&offset=1"
    assert paging.following(HERE, last, steered, 9, named=False) == ""


def test_links_to_other_hosts_and_paths_are_not_followed_there() -> None:
    none = paging.controls([])
    inner, elsewhere, broken = (
        paging.read(said({"items": ONE, "next": target}))
        for target in ("http://localhost:1/api/items?p=2", "https://evil.example/steal", "http://[x")
    )
    assert inner and elsewhere and broken
    assert paging.following(HERE, inner, none, 1, named=True) == "https://plm.example/api/items?p=2"
    assert paging.following(HERE, elsewhere, none, 1, named=True) == ""
    assert paging.following(HERE, broken, none, 1, named=True) == ""


NUMBERED: tuple[dict[str, Any], ...] = ({}, {"default": 1})


def test_page_numbers_need_a_stated_beginning() -> None:
    unstated, stated = (paging.controls([parameter("page", type="integer", **s)]) for s in NUMBERED)
    page, echoing = paging.read(said({"items": ONE})), paging.read(said({"items": ONE, "page": 0}))
    assert page and echoing
    assert paging.following(HERE, page, unstated, 1, named=False) == ""
    assert paging.following(HERE, page, stated, 1, named=False) == f"{HERE}&page=2"
    assert paging.following(HERE, echoing, unstated, 1, named=False) == f"{HERE}&page=1"
    assert paging.following(f"{HERE}&page=4", page, unstated, 1, named=False) == f"{HERE}&page=5"


def test_origins_forget_case_and_default_ports() -> None:
    assert paging.origin("HTTPS://Plm.Example:443/x") == "https://plm.example"
    assert paging.origin("http://a:8080/") == "http://a:8080"
    assert paging.origin("http://[x") == ""


def test_items_without_a_name_of_their_own_have_no_identity() -> None:
    assert [paging.identity(i) for i in ({"Id": 7}, {"name": "x"}, "x", {"id": None}, {"@id": "/a", "id": 1})] == [
        "id=7", "", "", "", "@id=/a",
    ]  # fmt: skip
    assert paging.fingerprint({"a": 1, "b": 2}) == paging.fingerprint({"b": 2, "a": 1})
