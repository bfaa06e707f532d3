"""How fast are descriptions and answers judged, against the usual libraries on the same input?

python benchmarks/openapi.py [DESCRIPTION]; without one the largest under CPO_PROBE_TEST_DATA, else one made here.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from openapi_spec_validator.shortcuts import get_validator_cls

from cpo_probe.model import Effect, Exchange, Identity, Problem, Request, Response, Timing
from cpo_probe.protocols.json_schema import Mode, Validator
from cpo_probe.protocols.openapi import OpenApi, read

URL = "http://plm.test/api/openapi.json"
ITEM = {
    "type": "object",
    "required": ["id", "state"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "state": {"type": "string", "enum": ["draft", "released"]},
        "mass": {"type": "number", "minimum": 0},
        "name": {"type": "string", "maxLength": 80},
        "made": {"type": "string", "format": "date-time"},
    },
}


def best(action: Callable[[], Any], rounds: int) -> float:
    """Seconds of the fastest round."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def made() -> dict[str, Any]:
    """A description of 400 operations."""
    answer = {"200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/List"}}}}}
    listed = {"type": "object", "required": ["items"], "properties": {"items": {"type": "array", "items": ITEM}}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Items", "version": "1.0.0"},
        "paths": {f"/items{i}": {"get": {"responses": answer}} for i in range(400)},
        "components": {"schemas": {"List": listed}},
    }


def description() -> tuple[str, bytes]:
    if len(sys.argv) > 1:
        return sys.argv[1], Path(sys.argv[1]).read_bytes()
    folder = Path(os.environ.get("CPO_PROBE_TEST_DATA", "nowhere"), "specs")
    known = sorted((p for p in folder.rglob("*") if p.suffix in (".json", ".yaml")), key=lambda p: p.stat().st_size)
    return (known[-1].name, known[-1].read_bytes()) if known else ("400 operations", json.dumps(made()).encode())


def build(body: bytes) -> OpenApi:
    raw = read(body, "")
    if isinstance(raw, Problem):
        raise SystemExit(f"no description: {raw.params['reason']} in line {raw.where.line}")
    return OpenApi.build(raw, URL, {})


def theirs(body: bytes) -> int:
    """Parse and validate as openapi-spec-validator does, every error counted; -1 when it raises instead."""
    document = json.loads(body) if body[:1] == b"{" else yaml.load(body, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    try:
        return sum(1 for _ in get_validator_cls(document)(document).iter_errors())
    except Exception:  # noqa: BLE001  whatever it says of the document: only its time counts here
        return -1


def descriptions() -> None:
    name, body = description()
    print(f"Description {name}, {len(body) / 1e6:.2f} MB")
    reading = best(lambda: build(body).operations(""), 3)
    rules = best(lambda: list(build(body).problems), 3)
    other = best(lambda: theirs(body), 1)
    print(f"  read, resolve, list operations   {reading * 1e3:8.1f} ms")
    print(f"  the same and all rules           {rules * 1e3:8.1f} ms")
    print(f"  openapi-spec-validator           {other * 1e3:8.1f} ms   {other / rules:6.1f} times ours ({theirs(body)} errors)\n")


def payloads() -> None:
    value = {
        "items": [
            {
                "id": f"00000000-0000-4000-8000-{i:012}",
                "state": "draft",
                "mass": i / 7,
                "name": "x" * 20,
                "made": "2025-01-01T00:00:00Z",
            }
            for i in range(33)
        ]
    }
    body = json.dumps(value).encode()
    request = Request("GET", URL, (), b"")
    response = Response(200, "OK", "HTTP/1.1", (("Content-Type", "application/json"),), body, len(body), None)
    timing = Timing(None, None, None, None, None, None, 0.0)
    exchange = Exchange(
        "000001", "", "", "", 1, "", "", "", "", "", Effect.READ, Identity.ACCOUNT, "",
        "primary", request, response, None, timing, None, (),
    )  # fmt: skip
    api = build(json.dumps(made()).encode())
    contract = api.contract("GET /items0")
    place = contract.schema(200, "application/json")
    assert place is not None
    validator = api.schemas.validator(place, Mode.RESPONSE)
    assert isinstance(validator, Validator)
    schema = made()["components"]["schemas"]["List"]
    peer = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
    _ = response.document  # parsed once, as in a run
    parsing = best(lambda: json.loads(body), 200)
    ours = best(lambda: validator.violations(value), 200)
    judged = best(lambda: contract.judge(exchange), 200)
    strength = best(lambda: contract.strength(exchange), 20)
    other = best(lambda: list(peer.iter_errors(value)), 20)
    print(f"Answer of {len(body)} bytes")
    print(f"  json.loads                       {parsing * 1e6:8.1f} µs")
    print(f"  schema alone                     {ours * 1e6:8.1f} µs")
    print(f"  whole contract                   {judged * 1e6:8.1f} µs")
    print(f"  strength, {contract.strength(exchange).mutants:3} defects            {strength * 1e6:8.1f} µs")
    print(f"  jsonschema, schema alone         {other * 1e6:8.1f} µs   {other / ours:6.1f} times ours")


if __name__ == "__main__":
    descriptions()
    payloads()
