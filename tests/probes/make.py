"""Small builders of what checks look at, and of what they must say."""

import atexit
import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, get_type_hints

from cpo_probe.model import (
    Artifact,
    Effect,
    Exchange,
    Failure,
    FailureKind,
    Identity,
    Interface,
    Inventory,
    Limits,
    NoAuth,
    Operation,
    Outcome,
    Parameter,
    Peer,
    Permissions,
    Plan,
    Problems,
    Redact,
    Request,
    Response,
    Result,
    Scope,
    Target,
    Timing,
    Transport,
    failed,
    passed,
)
from cpo_probe.model.schema import Schemas
from cpo_probe.protocols.openapi import OpenApi, Raw, read
from cpo_probe.registry import Registry

HOST = "https://plm.example"
DATE = ("Date", "Tue, 03 Jun 2025 10:00:00 GMT")
JSON = ("Content-Type", "application/json")

Pairs = Iterable[tuple[str, str]]


def exchange(
    status: int = 200,
    headers: Pairs = (),
    body: bytes | dict[str, Any] | list[Any] = b"",
    *,
    id: str = "000001",
    method: str = "GET",
    url: str = f"{HOST}/api/items",
    sent: Pairs = (),
    purpose: str = "rest.read",
    operation: str = "GET /items",
    note: dict[str, Any] | None = None,
    wire: int | None = None,
    failure: FailureKind | None = None,
    detail: str = "",
    identity: Identity = Identity.ACCOUNT,
    follows: str = "",
    role: str = "primary",
    probe: str = "rest.read",
    peer: Peer | None = None,
    timing: Timing | None = None,
    redacted: tuple[Any, ...] = (),
) -> Exchange:
    """An exchange; a body that is no bytes is sent as JSON, labelled so unless the headers say otherwise; status 0 is none."""
    fields = tuple(headers)
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
        fields = fields if any(k.lower() == "content-type" for k, _ in fields) else (JSON, *fields)
    response = Response(status, "", "HTTP/1.1", fields, body, len(body) if wire is None else wire, failure) if status else None
    return Exchange(
        id, "2025-06-03T10:00:00.000000Z", probe, "unit", 1, purpose, "why", "group", "openapi:/api", operation, Effect.READ,
        identity, follows, role, Request(method, url, tuple(sent), b""), response, Failure(failure, detail) if failure else None,
        timing or Timing(None, None, None, 0.001, 0.01, 0.002, 0.013), peer, redacted, note or {},
    )  # fmt: skip


def target(**changes: Any) -> Target:
    made = Target(
        name="test", base_url=f"{HOST}/", product="", vendor="", version="", scope=Scope(("plm.example",), (), (), ()),
        auth=NoAuth(), csrf=None, logout=None, limits=Limits(), transport=Transport("", "", "", "", "", True), headers=(),
        declared=(), redact=Redact((), (), ()), volatile=(), vocabulary={},
    )  # fmt: skip
    return replace(made, **changes)


def plan(permissions: Permissions | None = None, **changes: Any) -> Plan:
    """A plan whose target has these changes."""
    allowed = permissions or Permissions(False, False, False, False, False)
    return Plan(
        "cpo-probe-bundle/1",
        "run",
        "2025-06-03T09:59:00Z",
        "0",
        target(**changes),
        "quick",
        (),
        (),
        allowed,
        1,
        "cpo-test",
        {},
        "",
        (),
    )


def parameter(
    name: str, place: str = "query", required: bool = False, examples: tuple[Any, ...] = (), **schema: Any
) -> Parameter:
    return Parameter(name, place, required or place == "path", schema, examples, "", place == "query", "")


def operation(id: str = "GET /items", *parameters: Parameter, **changes: Any) -> Operation:
    method, _, template = id.partition(" ")
    plain = Operation(id, "openapi:/api", "", method, template, parameters, Effect.READ, ("application/json",), "", False, None)
    return replace(plain, **changes)


def interface(**changes: Any) -> Interface:
    plain = Interface("openapi:/api", "openapi", f"{HOST}/api", "", "1.0.0", "000001", (), None, "", {})
    return replace(plain, **changes)


def inventory(*operations: Operation, interfaces: tuple[Interface, ...] = (), empty: bool = False) -> Inventory:
    return Inventory("cpo-probe-bundle/1", interfaces or (interface(),), operations, ({"url": HOST},), empty, "")


def api(document: dict[str, Any]) -> OpenApi:
    """A description read from its value."""
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1.0.0"},
        "servers": [{"url": f"{HOST}/api"}],
        "paths": {},
        **document,
    }
    raw = read(json.dumps(whole).encode(), "application/json")
    assert isinstance(raw, Raw)
    return OpenApi.build(raw, f"{HOST}/api/openapi.json", {})


class Record:
    """Evidence held in memory."""

    def __init__(
        self, exchanges: Sequence[Exchange] = (), plan_: Plan | None = None, inventory_: Inventory | None = None
    ) -> None:
        self._exchanges = tuple(exchanges)
        self.plan = plan_ or plan()
        self.inventory = inventory_ or inventory()

    def exchange(self, id: str) -> Exchange:
        return next(e for e in self._exchanges if e.id == id)

    def select(
        self, *, purpose: str = "*", interface: str | None = None, operation: str | None = None, group: str | None = None
    ) -> tuple[Exchange, ...]:
        return tuple(
            e
            for e in self._exchanges
            if fnmatchcase(e.purpose, purpose)
            and interface in (None, e.interface)
            and operation in (None, e.operation)
            and group in (None, e.group)
        )


_FILES = tempfile.TemporaryDirectory()
atexit.register(_FILES.cleanup)


class Files(Record):
    """Evidence of one file, or of a package and its members. `all`: name -> content; the first is the package of the others."""

    def __init__(self, all: dict[str, bytes], media_type: str = "", measured: bytes | None = None, **record: Any) -> None:
        super().__init__(**record)
        self._measured = measured
        self._paths: dict[str, Path] = {}
        self._known: list[Artifact] = []
        for number, (name, content) in enumerate(all.items(), 1):
            digest = hashlib.sha256(content).hexdigest()
            path = Path(_FILES.name) / digest
            path.write_bytes(content)
            label, parent = (media_type, "") if number == 1 else ("", "a000001")
            self._known.append(Artifact(f"a{number:06d}", name, digest, len(content), label, parent, ("000001",)))
            self._paths[digest] = path

    def artifacts(self) -> tuple[Artifact, ...]:
        return tuple(self._known)

    def file(self, artifact: Artifact) -> Path:
        return self._paths[artifact.digest]

    def measurement(self, artifact: Artifact) -> bytes | None:
        return self._measured


def file(
    name: str,
    content: bytes | str,
    media_type: str = "",
    beside: dict[str, bytes] | None = None,
    measured: bytes | None = None,
) -> dict[str, Any]:
    """What a check of files is given: that file alone, or as a member of a package with others `beside` it.

    `measured`: what a geometry kernel made of it.
    """
    data = content if isinstance(content, bytes) else content.encode()
    if beside is None:
        evidence = Files({name: data}, media_type, measured)
        return {"artifact": evidence.artifacts()[0], "evidence": evidence}
    evidence = Files({"all.zip": b"PK\x05\x06" + bytes(18), name: data, **beside})
    return {"artifact": evidence.artifacts()[1], "evidence": evidence}


@dataclass(frozen=True)
class Case:
    """What a check is given, and what it must say. `kind`: "pass", "fail", "na" or "broken"."""

    kind: str
    given: dict[str, Any]
    outcome: Outcome
    code: str


def passes(kind: str = "pass", **given: Any) -> Case:
    return Case(kind, given, Outcome.PASS, "ok")


def fails(code: str, kind: str = "fail", **given: Any) -> Case:
    return Case(kind, given, Outcome.FAIL, code)


def na(code: str, kind: str = "na", **given: Any) -> Case:
    return Case(kind, given, Outcome.NOT_APPLICABLE, code)


def untested(code: str, kind: str = "na", **given: Any) -> Case:
    return Case(kind, given, Outcome.NOT_TESTED, code)


def results(registry: Registry, check: str, given: dict[str, Any]) -> list[Result]:
    """Everything the check says about what is given; facts that it asks for are computed from it."""
    function, rule = registry.checks[check].run, registry.checks[check].rule
    answer = function(**_arguments(registry, function, given))
    return _of_rule(rule, answer) if isinstance(answer, Problems) else _listed(answer)


def _arguments(registry: Registry, function: Any, given: dict[str, Any]) -> dict[str, Any]:
    hints = get_type_hints(function)
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    return {name: _value(registry, hints[name], given) for name in names}


def _value(registry: Registry, kind: Any, given: dict[str, Any]) -> Any:
    word = {"Exchange": "exchange", "Exchanges": "exchanges", "Operation": "operation", "Interface": "interface"}.get(
        kind.__name__
    )
    if word:
        return (
            given[word] if word in given else {"operation": operation(), "interface": interface(), "exchange": exchange()}[word]
        )
    match kind.__name__:
        case "Plan":
            return given.get("plan") or plan()
        case "Inventory":
            return given.get("inventory") or inventory()
        case "Evidence":
            return given.get("evidence") or Record(inventory_=given.get("inventory"))
        case "OpenApi":
            return given.get("api") or api({})
        case "Schemas":
            return given.get("schemas") or Schemas()
        case "Artifact":
            return given["artifact"]
        case "Formats":
            return registry.formats
    key = f"{kind.__module__}.{kind.__qualname__}"
    made = registry.facts[key].run
    return made(**_arguments(registry, made, given))


def _of_rule(rule: str, problems: Problems) -> list[Result]:
    """What a check made of a rule says, as the judge has it."""
    found = []
    for p in problems:
        if p.rule == rule:
            params = {"code": rule, **p.params}
            code = str(params.pop("code"))
            found.append(failed(code, expected=p.expected, found=p.found, where=p.where, location=p.location, **params))
    return found or [problems.unsaid.get(rule) or passed()]


def _listed(answer: Any) -> list[Result]:
    return [answer] if isinstance(answer, Result) else list(_iterated(answer))


def _iterated(answer: Iterable[Result]) -> Iterator[Result]:
    yield from answer
