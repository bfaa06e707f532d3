"""RFC 9110 grammar, on the standard's own examples and on garbage."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpo_probe.protocols.http import semantics as s
from cpo_probe.protocols.http.challenge import challenges
from cpo_probe.protocols.http.fields import deprecation, quotas, rate_limit
from cpo_probe.protocols.http.link import links

LINE = st.text(st.characters(max_codepoint=255), max_size=60) | st.from_regex(r'[<>;,="\\ \tW/a-z0-9*@.-]{0,60}', fullmatch=True)


@given(LINE)
def test_no_field_value_makes_a_reader_raise(text: str) -> None:
    for read in (
        s.token_list, s.imf_fixdate, s.http_date, s.entity_tag, s.media_type, s.retry_after, s.uri_reference, s.cache_control,
        s.split, challenges, links, deprecation, rate_limit,
    ):  # fmt: skip
        read(text)
    quotas((("X-RateLimit-Limit", text),))


def test_dates_have_one_form_to_send_and_three_to_read() -> None:
    there = datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)
    assert s.imf_fixdate("Sun, 06 Nov 1994 08:49:37 GMT") == there
    assert s.imf_fixdate("Sunday, 06-Nov-94 08:49:37 GMT") is None
    assert s.http_date("Sunday, 06-Nov-94 08:49:37 GMT") == there
    assert s.http_date("Sun Nov  6 08:49:37 1994") == there
    assert s.imf_fixdate("Sat, 31 Dec 2016 23:59:60 GMT") is not None  # a leap second
    assert s.imf_fixdate("Mon, 06 Nov 1994 08:49:37 GMT") is None  # it was a Sunday
    assert s.imf_fixdate("Thu, 30 Feb 2025 08:49:37 GMT") is None


@pytest.mark.parametrize("text", ['"xyzzy"', 'W/"xyzzy"', '""', '"a\xfc"'])
def test_entity_tags_of_the_standard_are_read(text: str) -> None:
    assert s.entity_tag(text) is not None


@pytest.mark.parametrize("text", ["xyzzy", 'w/"xyzzy"', 'W/ "x"', '"a b"', '"a"b"', "", '"'])
def test_other_entity_tags_are_not(text: str) -> None:
    assert s.entity_tag(text) is None


def test_media_types_keep_their_parameters() -> None:
    found = s.media_type('text/HTML; Charset="utf-8" ; q=1;')
    assert found == s.MediaType("text", "html", (("charset", "utf-8"), ("q", "1")))
    assert [s.media_type(text) for text in ("json", "a/b/c", "a/b; c", "a/b;c=", "/b")] == [None] * 5


def test_json_is_told_from_lines_and_sequences_of_json() -> None:
    assert all(map(s.is_json, ("application/json", "application/problem+json")))
    assert not any(map(s.is_json, ("application/x-ndjson", "application/json-seq", "application/jsonlines")))


def test_lists_are_cut_at_commas_outside_quotes() -> None:
    assert s.split('a, b="c,d\\"e" ,, f') == ["a", 'b="c,d\\"e"', "f"]
    assert s.token_list("") == ()
    assert s.token_list("GET, PO ST") is None


def test_uri_references_are_ascii_with_whole_escapes() -> None:
    assert all(map(s.uri_reference, ("", "/a?b=%20#c", "https://[::1]:80/x", "urn:a:b", "?a[]=1")))
    assert not any(map(s.uri_reference, ("/a b", "/ä", "/%2", "/a#b#c", "<a>", "/a|b")))


def test_challenges_of_several_schemes_are_told_apart() -> None:
    found = challenges('Newauth realm="apps, all", type=1, Basic realm="simple", NTLM TlRM==, Negotiate')
    assert found is not None
    assert [(one.scheme, one.token68, one.parameter("realm")) for one in found] == [
        ("Newauth", "", "apps, all"),
        ("Basic", "", "simple"),
        ("NTLM", "TlRM==", None),
        ("Negotiate", "", None),
    ]
    assert challenges("") == ()
    assert challenges('realm="x"') is None


def test_links_keep_commas_and_semicolons_in_targets_and_titles() -> None:
    found = links('</a;b,c>; rel="NEXT prev"; title="x, <y>; z", <?p=2>;rel=last;rel=next')
    assert found is not None
    assert [(one.target, one.relations) for one in found] == [("/a;b,c", ("next", "prev")), ("?p=2", ("last",))]
    assert links("/a; rel=next") is None


def test_younger_fields_are_structured() -> None:
    assert deprecation("@1688169599") == datetime(2023, 6, 30, 23, 59, 59, tzinfo=UTC)
    assert deprecation("true") is None
    assert rate_limit('"default";r=50;t=30')
    assert [(q.field, q.value) for q in quotas((("RateLimit-Limit", "100, 100;w=60"), ("x-ratelimit-remaining", "-1")))] == [
        ("ratelimit-limit", 100),
        ("x-ratelimit-remaining", None),
    ]
