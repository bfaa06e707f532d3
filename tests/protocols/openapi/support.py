"""Small documents and answers for the tests of this folder."""

import copy
import json
from collections.abc import Sequence
from typing import Any

from cpo_probe.model import Effect, Exchange, FailureKind, Identity, Problem, Request, Response, Span, Timing
from cpo_probe.protocols.openapi import OpenApi, Raw, read
from tests.others import others

URL = "http://plm.test/api/openapi.json"
OK = {"200": {"description": "Found"}}
SCHEMA = {"type": "object", "properties": {"id": {"type": "string"}}}


def document(version: str = "3.0.3", **members: Any) -> dict[str, Any]:
    """A complete small description; `members` replace members of the root."""
    key = "swagger" if version == "2.0" else "openapi"
    return {key: version, "info": {"title": "Items", "version": "1.0.0"}, "paths": {}} | members


def get(path: str = "/items", version: str = "3.0.3", components: Any = None, **operation: Any) -> dict[str, Any]:
    """A description with one GET operation."""
    members: dict[str, Any] = {"paths": {path: {"get": {"responses": OK} | operation}}}
    if components is not None:
        members |= components if version == "2.0" else {"components": components}
    return document(version, **members)


def answering(schema: Any, version: str = "3.0.3", media_type: str = "application/json", **components: Any) -> dict[str, Any]:
    """A description whose GET /items answers 200 with a body of that schema."""
    if version == "2.0":
        responses: Any = {"200": {"description": "", "schema": schema}}
        return get(version=version, responses=responses, produces=[media_type], components=components)
    responses = {"200": {"description": "", "content": {media_type: {"schema": schema}}}}
    return get(version=version, responses=responses, components=components or None)


def build(value: Any, url: str = URL, others: dict[str, Any] | None = None, absent: Sequence[str] = ()) -> OpenApi:
    """The description of a value or a text."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    raw = read(body, "application/json")
    assert isinstance(raw, Raw), raw
    bodies = {k: v if isinstance(v, bytes) else json.dumps(v).encode() for k, v in (others or {}).items()}
    return OpenApi.build(raw, url, bodies, absent)


def of_rule(api: OpenApi, rule: str) -> list[Problem]:
    return [problem for problem in api.problems if problem.rule == rule]


def places(api: OpenApi, rule: str) -> list[str]:
    return [problem.where.pointer for problem in of_rule(api, rule)]


def exchange(
    body: Any = b"",
    status: int = 200,
    headers: dict[str, str] | None = None,
    method: str = "GET",
    truncated: FailureKind | None = None,
    redacted: tuple[Span, ...] = (),
) -> Exchange:
    """A recorded answer; what is no bytes becomes JSON with its media type."""
    fields = dict(headers or {})
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
        fields = {"Content-Type": "application/json"} | fields
    request = Request(method, "http://plm.test/api/items", (), b"")
    response = Response(status, "", "HTTP/1.1", tuple(fields.items()), body, len(body), truncated)
    return Exchange(
        "000001", "2025-01-01T00:00:00.000000Z", "rest.read", "rest.read", 1, "rest.read", "", "", "openapi:/api", "GET /items",
        Effect.READ, Identity.ACCOUNT, "", "primary", request, response, None,
        Timing(None, None, None, None, None, None, 0.1), None, redacted,
    )  # fmt: skip


def changed(value: dict[str, Any], pointer: str, new: Any) -> dict[str, Any]:
    """A copy with another value at a place."""
    out = copy.deepcopy(value)
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    at: Any = out
    for step in steps[:-1]:
        at = at[int(step)] if isinstance(at, list) else at[step]
    at[steps[-1]] = new
    return out


def data(*parts: str) -> bytes:
    """A file of the test data of others."""
    return others(*parts).read_bytes()
