"""Model to canonical JSON and back."""

import dataclasses
import json
from typing import Any

import pytest

from cpo_probe.errors import EvidenceError
from cpo_probe.evidence import decode, encode
from cpo_probe.evidence.codec import AUTH_KINDS
from cpo_probe.model import (
    ApiKeyAuth,
    Auth,
    BasicAuth,
    BearerAuth,
    BrowserAuth,
    LoginAuth,
    NoAuth,
    OAuth2Auth,
    Plan,
    SoapLoginAuth,
    Target,
    Unit,
    UsernameTokenAuth,
)
from tests.evidence.made import plan, target, unit

AUTHS: tuple[Auth, ...] = (
    NoAuth(),
    BasicAuth("env:USER", "file:/run/secret"),
    BearerAuth("env:TOKEN", "Token"),
    ApiKeyAuth("X-Key", "env:KEY", "header"),
    OAuth2Auth("password", "http://t", "", "env:ID", "env:S", "post", "read", "env:U", "env:P", (("audience", "plm"),)),
    LoginAuth("http://l", "POST", "json", (("user", "env:U"),), "", "/token", "X-Token", (200, 204), ""),
    BrowserAuth("file:cookies.txt", (("X-CSRF", "env:C"),)),
    UsernameTokenAuth("env:U", "env:P", True, True, 300.0, False, True),
    SoapLoginAuth("http://l", "1.2", "urn:a", "<a/>", (("user", "env:U"),), ".//id", "<h>{session}</h>", "SID", "expired"),
)


@pytest.mark.parametrize("auth", AUTHS, ids=lambda auth: type(auth).__name__)
def test_every_kind_of_log_in_survives_the_way_through_json(auth: Auth) -> None:
    before = plan(target=target(auth=auth))
    data = encode(before)
    assert decode(data, Plan) == before
    assert decode(encode(before.target), Target) == before.target
    assert json.loads(data)["target"]["auth"]["kind"] in AUTH_KINDS


def test_every_kind_of_log_in_has_a_name_in_json() -> None:
    assert {type(auth) for auth in AUTHS} == set(AUTH_KINDS.values())


def test_equal_values_are_equal_bytes_whatever_order_a_mapping_was_filled_in() -> None:
    one, other = {"b": {"y": 1, "x": 2}, "a": 0}, {"a": 0, "b": {"x": 2, "y": 1}}
    assert encode(plan(content={"b": "1", "a": "2"})) == encode(plan(content={"a": "2", "b": "1"}))
    assert encode(one) == encode(other)


def test_numbers_of_any_size_come_back_unchanged() -> None:
    assert decode(encode({"n": 10**40, "x": 0.1}), dict[str, Any]) == {"n": 10**40, "x": 0.1}


def test_a_lone_surrogate_from_a_server_is_written_out_instead_of_stopping_the_run() -> None:
    data = encode(unit(detail="name \ud83d end"))
    assert decode(data, Unit).detail == "name \\ud83d end"
    assert encode({"\udfff": ["\ud800", 1]}) == rb'{"\\udfff":["\\ud800",1]}'


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"{}", "missing required field `id`"),
        (b"", "truncated"),
        (b"\xff\xfe", "JSON is malformed"),
        (encode(dataclasses.replace(unit(), attempt=1)).replace(b'"attempt":1', b'"attempt":"1"'), "$.attempt"),
    ],
)
def test_json_of_another_type_is_refused_with_the_place(data: bytes, place: str) -> None:
    with pytest.raises(EvidenceError, match="expected JSON of the type Unit") as refusal:
        decode(data, Unit)
    assert place in str(refusal.value)


def test_json_nested_without_end_is_refused() -> None:
    with pytest.raises(EvidenceError, match="recursion"):
        decode(b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}", dict[str, Any])


def test_an_unknown_kind_of_log_in_is_refused() -> None:
    with pytest.raises(EvidenceError, match=r"Invalid value 'kerberos' - at `\$.target.auth.kind`"):
        decode(encode(plan()).replace(b'"bearer"', b'"kerberos"'), Plan)
