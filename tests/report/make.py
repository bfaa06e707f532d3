"""A record and a judgement of it with every kind of outcome, for tests of the reports.

The shop is a small PLM with one REST interface: twenty-four operations, some of them wrong in ways that are told apart.
"""

import asyncio
import hashlib
import json
import random
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cpo_probe.catalogue import CheckText, Texts, load, texts
from cpo_probe.evidence import Bundle, RecordWriter, encode
from cpo_probe.model import (
    FORMAT,
    Blocker,
    Catalogue,
    Effect,
    Exchange,
    Failure,
    FailureKind,
    Finding,
    Identity,
    Interface,
    Inventory,
    Operation,
    Outcome,
    PassCount,
    Peer,
    Request,
    Response,
    Sample,
    Severity,
    Span,
    Subject,
    Timing,
    Tls,
    Unit,
    UnitState,
    Where,
    Wire,
)
from cpo_probe.registry import CheckDef, Registry, own_root
from cpo_probe.scoring import evaluate
from tests.evidence import made

BASE = "https://plm.example/api/v1"
API = "openapi:/api/v1"
RULER = "5d" * 32
NAMES = ("items", "revisions", "boms", "documents", "files", "changes", "users", "units")
OPERATIONS = tuple(f"GET /{name}{tail}" for name in NAMES for tail in ("", "/{id}", "/{id}/history"))

CHECKS: dict[str, dict[str, str]] = tomllib.loads((Path(__file__).parent / "checks.toml").read_text(encoding="utf-8"))
OF = {"openapi": ("discovery.description",), "rest": ("rest.*",), "http": ("*",), "transport": ("*",)}

HASH = "$2b$12$abcdefghijklmnopqrstuuXJ1cQF3fDqk2Jm3rj0aX0uWqz1y2ab3"
ITEM: dict[str, Any] = {
    "id": "P-100234",
    "number": 100234,
    "name": "Gehäuse, vorn – 前外壳",
    "revision": "B",
    "mass": 0,
    "unit": "kg",
    "state": "released",
    "owner": {"login": "j.doe", "mail": "jane.doe@plm.example", "passwordHash": HASH},
    "created": "2024-11-03T08:15:30+01:00",
    "links": [{"rel": "self", "href": "/api/v1/items/P-100234"}],
}
HEADERS = (
    ("Content-Type", "application/json"),
    ("Date", "Fri, 14 Mar 2025 08:00:00 GMT"),
    ("ETag", 'W/"a41f"'),
    ("Cache-Control", "private, max-age=0"),
)
TRACEBACK = "Traceback (most recent call last):\n  File \"options.py\", line 12\nKeyError: 'x'"
TRACE = """<!doctype html><title>Error</title><h1>HTTP Status 500</h1><pre>
java.lang.NumberFormatException: For input string: "no-such-id"
\tat java.base/java.lang.Integer.parseInt(Integer.java:652)
\tat com.example.plm.rest.ItemResource.find(ItemResource.java:118)
\tat org.apache.catalina.core.ApplicationFilterChain.doFilter(ApplicationFilterChain.java:166)
</pre>
"""
START = b"<!doctype html><a rel=service-desc href=/api/v1/openapi.json>API</a>"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u202e"
LATIN = HOSTILE.rstrip("\u202e")
"""A header field is bytes of ISO 8859-1 to those who do not know better."""


@dataclass
class Shop:
    """A record in the making, and the rows of its judgement."""

    folder: Path
    exchanges: list[Exchange] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    passes: list[PassCount] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    operations: tuple[str, ...] = OPERATIONS
    product: str = "Example PLM"
    criteria: tuple[str, ...] | None = None
    empty: bool = False
    interface: str = API

    def ask(
        self,
        path: str,
        *,
        status: int = 200,
        body: Any = None,
        headers: Iterable[tuple[str, str]] = HEADERS,
        operation: str = "",
        purpose: str = "rest.read",
        failure: FailureKind | None = None,
        method: str = "GET",
        seconds: float = 0.04,
        why: str = "reads it with arguments seen in earlier answers",
        sent: bytes = b"",
    ) -> str:
        """Record one exchange and return its id."""
        data = body if isinstance(body, bytes) else json.dumps(ITEM if body is None else body, ensure_ascii=False).encode()
        number = len(self.exchanges) + 1
        asked = [
            ("Host", "plm.example"),
            ("User-Agent", "cpo-probe/0.1.0 (run run-1)"),
            ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
            ("Accept", "application/json"),
            ("Accept-Encoding", "gzip"),
            ("Authorization", "Bearer {redacted}"),
        ]
        response = (
            None if failure else Response(status, _REASONS.get(status, ""), "HTTP/1.1", tuple(headers), data, len(data), None)
        )
        self.exchanges.append(
            Exchange(
                id=f"{number:06}",
                at=f"2025-03-14T08:{number // 60 % 60:02}:{number % 60:02}.250000Z",
                probe=".".join(purpose.split(".")[:2]),
                unit=f"{purpose}:{operation}",
                attempt=1,
                purpose=purpose,
                why=why,
                group="",
                interface=self.interface if operation else "",
                operation=operation,
                effect=Effect.READ,
                identity=Identity.ACCOUNT,
                follows="",
                role="primary",
                request=Request(method, path if "://" in path else BASE + path, tuple(asked), sent),
                response=response,
                failure=Failure(failure, "no answer within 30 s") if failure else None,
                timing=Timing(0.002, 0.004, 0.011, 0.0003, seconds * 0.8, seconds * 0.1, seconds + 0.0173),
                peer=Peer("192.0.2.7", 443, Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", ())),
                redacted=(Span("request.header", "Authorization", 36, "0" * 16),),
                note={},
            )
        )
        return self.exchanges[-1].id

    def say(
        self,
        check: str,
        operation: str = "",
        *,
        outcome: Outcome = Outcome.FAIL,
        code: str = "status",
        location: str = "",
        exchanges: Sequence[str] = (),
        expected: Any = None,
        found: Any = None,
        where: Where | None = None,
        count: int = 1,
        severity: str = "",
        **params: Any,
    ) -> Finding:
        subject = Subject(check, self.interface, operation, location)
        weight = Severity(severity or CHECKS[check]["severity"])
        self.findings.append(
            Finding(
                subject.fingerprint,
                subject,
                outcome,
                weight,
                code,
                params,
                expected,
                found,
                where or Where(),
                tuple(exchanges),
                count,
            )
        )
        return self.findings[-1]

    def passed(self, check: str, operation: str = "", count: int = 3) -> None:
        subject = Subject(check, self.interface, operation, "")
        self.passes.append(PassCount(subject.fingerprint, subject, count, hashlib.sha256(check.encode()).hexdigest()))

    def measured(self, operation: str, seconds: float, size: int) -> None:
        for measure, metric, value, unit in (
            ("http.latency", "total", f"{seconds:.6f}", "s"),
            ("http.latency", "body", f"{seconds / 9:.6f}", "s"),
            ("http.size", "size", f"{size}.000000", "B"),
        ):
            self.samples.append(Sample(measure, metric, value, unit, API, operation, "000001"))

    def inventory(self) -> Inventory:
        kind = self.interface.partition(":")[0]
        way = Interface(
            self.interface,
            kind,
            BASE,
            "Example PLM REST API",
            "4.2.0",
            "000002",
            (),
            False,
            "linked from the start page (000001)",
            {},
        )
        operations = tuple(
            Operation(
                o,
                self.interface,
                o.replace(" ", "-"),
                "GET",
                o.split(" ")[1],
                (),
                Effect.READ,
                ("application/json",),
                "",
                i % 11 == 10,
                True,
            )
            for i, o in enumerate(self.operations)
        )
        tried = (
            {
                "url": "https://plm.example/",
                "why": "the address given",
                "answer": "200, a page that links a description",
                "exchange": "000001",
            },
            {"url": "https://plm.example/.well-known/api-catalog", "why": "RFC 9727, 2", "answer": "404", "exchange": ""},
            {
                "url": BASE + "/openapi.json",
                "why": "linked with rel=service-desc (RFC 8631)",
                "answer": "200, OpenAPI 3.1",
                "exchange": "000002",
            },
            {"url": "https://plm.example/odata/$metadata", "why": "a usual place of OData", "answer": "404", "exchange": ""},
        )
        return Inventory(FORMAT, (way,), operations, tried, self.empty, "")

    def write(self) -> "Made":
        """Put everything on disk: a sealed bundle and its judgement."""
        laboratory = catalogue()
        chosen = self.criteria if self.criteria is not None else tuple(c.id for c in laboratory.criteria if "nightly" in c.scopes)
        target = made.target(name="example", base_url=BASE + "/", product=self.product, vendor="Example", version="4.2.1")
        plan = made.plan(target=target, preset="nightly", criteria=chosen, catalogue=laboratory.id, run="run-2025-03-14-0800")
        writer = RecordWriter.create(self.folder / "example.cpo", plan)
        asyncio.run(self._record(writer))
        writer.seal()
        writer.close()
        bundle = Bundle.open(self.folder / "example.cpo")
        judgement = bundle.judgement(RULER)
        card = evaluate(
            laboratory,
            findings=self.findings,
            passes=self.passes,
            samples=self.samples,
            inventory=bundle.inventory,
            plan=bundle.plan,
            attestations=(),
            exchanges=len(self.exchanges),
            record=bundle.head,
            ruler=RULER,
            as_of="2025-03-14T08:07:12.000000Z",
        )
        rows: dict[str, Sequence[Any]] = {"findings": self.findings, "passes": self.passes, "samples": self.samples}
        for name, found in rows.items():
            (judgement / f"{name}.jsonl").write_bytes(b"".join(encode(row) + b"\n" for row in found))
        (judgement / "scorecard.json").write_bytes(encode(card))
        return Made(bundle, judgement, registry(), laboratory)

    async def _record(self, writer: RecordWriter) -> None:
        for exchange in self.exchanges:
            response = exchange.response
            answer = made.head(f"HTTP/1.1 {response.status} {response.reason}", response.headers) if response else b""
            sent = made.head(f"{exchange.request.method} / HTTP/1.1", exchange.request.headers)
            writer.next_id()
            await writer.write(exchange, Wire(sent, exchange.request.body, answer, response.body if response else b""))
        writer.inventory(self.inventory())
        for unit in self.units:
            writer.unit(unit)


_REASONS = {200: "OK", 304: "Not Modified", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 500: "Internal Server Error"}


@dataclass(frozen=True)
class Made:
    """What `report.build` takes."""

    bundle: Bundle
    judgement: Path
    registry: Registry
    catalogue: Catalogue

    def texts(self, language: str = "en") -> Texts:
        checks = {id: CheckText(c.title, c.text, c.remedy) for id, c in self.registry.checks.items()}
        return texts(self.registry.roots, language, self.catalogue, checks)


def catalogue() -> Catalogue:
    return load([own_root()])


def registry() -> Registry:
    text = "What an integrator sees when this does not hold: work that has to be done by hand."
    checks = {
        id: CheckDef(
            id=id,
            run=lambda: None,
            of=OF[id.split(".")[0]],
            per="exchange",
            needs="",
            clause=row["clause"],
            severity=Severity(row["severity"]),
            accepts=frozenset(),
            title=row["title"],
            text=text,
            remedy=row["remedy"],
            rule="",
        )
        for id, row in CHECKS.items()
    }
    return Registry((own_root(),), {}, checks, {}, {}, {})


def _content(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


def rich(folder: Path) -> Made:
    """Every kind of outcome, evidence and trouble at least once."""
    shop = Shop(folder)
    shop.ask("https://plm.example/", purpose="discovery.start", body=START, headers=(("Content-Type", "text/html"),))
    description = {
        "openapi": "3.1.0",
        "info": {"title": "Example PLM REST API", "version": "4.2.0"},
        "paths": {
            f"/{name}": {"get": {"responses": {"200": {"description": "ok", "content": _content(name)}}}} for name in NAMES
        },
        "components": {"schemas": {name: {"type": "object"} for name in NAMES[:-1]}},
    }
    shop.ask(BASE + "/openapi.json", purpose="discovery.description", body=description)
    listed = {"items": [{**ITEM, "id": f"P-{n}", "number": n} for n in range(30)], "next": "/api/v1/items?page=2"}
    read: dict[str, str] = {}
    for i, operation in enumerate(OPERATIONS):
        path = operation.split(" ")[1].replace("{id}", "P-100234")
        read[operation] = shop.ask(path, operation=operation, body=None if "{" in operation else listed, seconds=0.02 + 0.013 * i)
    _failures(shop, read)
    _gaps(shop)
    said = {(f.subject.check, f.subject.operation) for f in shop.findings}
    checked = {f.subject.check for f in shop.findings if not f.subject.operation}
    for check in CHECKS:
        whole = check.startswith(("openapi.", "transport.", "rest.coverage")) and not check.startswith("openapi.doc")
        for operation in ("",) if whole else OPERATIONS:
            spoken = (check, operation) in said or (whole and check in checked)
            if not spoken and check not in ("rest.lifecycle.deprecation", "rest.paging.complete"):
                shop.passed(check, operation)
    chance = random.Random(7)
    for i, operation in enumerate(OPERATIONS):
        for _ in range(40):
            shop.measured(operation, 0.012 + 0.004 * i + chance.lognormvariate(-4.6, 0.7), 800 + 50 * i + chance.randrange(400))
    return shop.write()


def _failures(shop: Shop, read: dict[str, str]) -> None:
    say = shop.say
    items, item = "GET /items", "GET /items/{id}"
    say(
        "openapi.refs",
        location="/paths/*/get/responses/200",
        code="unresolved",
        expected="a component",
        found="#/components/schemas/units",
        where=Where("description", "", "/paths/~1units/get/responses/200/content/application~1json/schema/$ref"),
        exchanges=["000002"],
    )
    for operation in OPERATIONS[:9]:
        say(
            "openapi.doc.errors",
            operation,
            code="missing",
            where=Where("description", "", "/paths/~1items/get/responses/404"),
            exchanges=["000002"],
        )
    say(
        "rest.contract.body",
        items,
        code="type",
        expected="number",
        found="0",
        location="/items/*/mass",
        where=Where("response.body", "", "/items/16/mass"),
        exchanges=[read[items]],
        count=30,
    )
    say(
        "rest.contract.body",
        item,
        code="required",
        expected="description",
        location="/",
        where=Where("response.body", "", "/description"),
        exchanges=[read[item]],
    )
    for operation in OPERATIONS[1::3]:
        trace = shop.ask(
            operation.split(" ")[1].replace("{id}", "no-such-id"),
            operation=operation,
            purpose="rest.errors.unknown-id",
            status=500,
            body=TRACE.encode(),
            headers=(("Content-Type", "text/html;charset=utf-8"), ("Date", "Fri, 14 Mar 2025 08:00:02 GMT")),
            why="asks for an id that was never seen",
        )
        say(
            "rest.errors.unknown-id",
            operation,
            code="status",
            expected=404,
            found=500,
            where=Where("response.status"),
            exchanges=[trace],
        )
        say(
            "rest.errors.no-server-error",
            operation,
            code="status",
            expected="4xx",
            found=500,
            where=Where("response.status"),
            exchanges=[trace],
        )
        say(
            "rest.errors.no-leak",
            operation,
            code="stack-trace",
            found="java.lang.NumberFormatException",
            where=Where("response.body", "", "", 0, 75),
            exchanges=[trace],
        )
        say(
            "rest.errors.machine-readable",
            operation,
            code="media-type",
            expected="application/problem+json",
            found="text/html",
            where=Where("response.header", "Content-Type"),
            exchanges=[trace],
        )
    pages = [shop.ask(f"/items?page={n}&api_key=s3cr3tvalue99", operation=items, purpose="rest.paging.page") for n in (1, 2)]
    say(
        "rest.paging.unique",
        items,
        code="duplicate",
        expected=0,
        found=3,
        exchanges=pages,
        where=Where("response.body", "", "/items/0/id"),
    )
    say(
        "http.sensitive-data",
        "GET /users/{id}",
        code="password-hash",
        found=HASH,
        where=Where("response.body", "", "/owner/passwordHash"),
        exchanges=[read["GET /users/{id}"]],
    )
    say(
        "http.sensitive-data",
        "GET /users/{id}",
        code="mail",
        found="jane.doe@plm.example",
        where=Where("response.body", "", "/owner/mail"),
        exchanges=[read["GET /users/{id}"]],
    )
    bare = shop.ask(
        "/files", operation="GET /files", status=401, headers=(("Content-Type", "application/json"),), body={"error": "log in"}
    )
    say(
        "http.challenge",
        "GET /files",
        code="missing",
        expected="WWW-Authenticate",
        where=Where("response.header", "WWW-Authenticate"),
        exchanges=[bare],
    )
    hostile = shop.ask(
        f"/documents/1?q={HOSTILE}",
        operation="GET /documents/{id}",
        body={HOSTILE: HOSTILE, "list": [HOSTILE]},
        headers=(*HEADERS, ("X-Note", LATIN), (f"X-{LATIN}", "1")),
        why=HOSTILE,
    )
    say(
        "http.json",
        "GET /documents/{id}",
        code=HOSTILE,
        expected=HOSTILE,
        found={HOSTILE: [HOSTILE]},
        location=HOSTILE,
        where=Where("response.body", HOSTILE, f"/{HOSTILE}"),
        exchanges=[hostile],
        reason=HOSTILE,
    )
    say("rest.coverage.5", code="unseen", expected=48, found=31)
    silent = shop.ask("/changes", operation="GET /changes", failure=FailureKind.READ_TIMEOUT, purpose="rest.repeat")
    say("rest.repeat.same-answer", "GET /changes", outcome=Outcome.ERROR, code="network_read_timeout", exchanges=[silent])
    say(
        "openapi.version-agrees",
        outcome=Outcome.REVIEW,
        code="version-differs",
        found="4.2.0",
        expected="4.2.1",
        exchanges=["000002"],
    )


def _gaps(shop: Shop) -> None:
    for operation in OPERATIONS[2::3]:
        shop.say("rest.conditional.not-modified", operation, outcome=Outcome.NOT_TESTED, code=Blocker.NO_ARGUMENTS.value)
    for operation in OPERATIONS[:12]:
        shop.say("rest.errors.wrong-type", operation, outcome=Outcome.NOT_TESTED, code=Blocker.BUDGET.value, probe="rest.errors")
    for operation in OPERATIONS[9:]:
        shop.say("rest.contract.strength", operation, outcome=Outcome.NOT_TESTED, code=Blocker.NO_SCHEMA.value)
    for operation in OPERATIONS[:3]:
        shop.say("rest.conditional.validator", operation, outcome=Outcome.NOT_APPLICABLE, code="no_representation")
    shop.units.append(
        Unit(
            "rest.errors:GET /items",
            "rest.errors",
            API,
            "GET /items",
            1,
            UnitState.PARTIAL,
            Blocker.BUDGET,
            "2,000 of 2,000 requests are spent",
            12,
        )
    )
    shop.units.append(Unit("http.options", "http.options", API, "", 1, UnitState.CRASHED, None, TRACEBACK, 0))


def many(folder: Path, failures: int) -> Made:
    """A system where everything fails, with long hostile answers."""
    operations = tuple(f"GET /path-{n}/{'long' * 12}" for n in range(250))
    shop = Shop(folder, operations=operations)
    body = {"items": [{"text": "x<y>&" * 200, "id": n} for n in range(200)]}
    headers = (*HEADERS, *((f"X-Long-{n}", "v" * 900) for n in range(60)))
    ids = [shop.ask(f"/p/{n}?q={'a' * 1500}", operation=operations[n % 250], body=body, headers=headers) for n in range(400)]
    checks = list(CHECKS)
    for n in range(failures):
        where = Where("response.body", "", f"/items/{n % 200}/text")
        shop.say(
            checks[n % len(checks)],
            operations[n % 250],
            location=f"/items/*/{n}",
            code=f"code-{n % 7}",
            found="f" * 400,
            where=where,
            exchanges=[ids[n % 400]],
        )
    return shop.write()


SERVICE = "odata:/api/v1"
QUERY = "GET /api/v1/Items?$filter=Mass lt 0 and contains(Name,'ä')&$select=ID,Name,Mass"


def climbing(folder: Path) -> Made:
    """An OData service that claims more than it reaches: a filter gives wrong rows, $search is refused, the batch is open."""
    shop = Shop(folder, operations=(), interface=SERVICE)
    shop.ask("https://plm.example/", purpose="discovery.start")
    shop.ask(BASE + "/$metadata", purpose="discovery.description")
    wrong = shop.ask("/Items?$filter=Mass+lt+0", body={"value": []}, purpose="odata.query.filter", operation="GET /Items")
    for metric, value in (("speaks-4.0", 1), ("speaks-4.01", 0), ("claims-4.0", 3)):
        shop.samples.append(Sample("odata.levels", metric, f"{value}.000000", "1", SERVICE, "", "000002"))
    for name in ("service-document", "payload.kind", "paging.complete", "version-header", "max-version", "format.unsupported",
                 "custom-option", "csdl.type-exists", "sets.reachable", "header-prefix", "select", "top", "address.value",
                 "filter.alias", "filter.type", "metadata.available", "metadata.valid", "skip", "orderby", "expand"):  # fmt: skip
        shop.passed(f"odata.{name}")
    rows = [{"ID": n, "Name": f"Gehäuse {n}", "Mass": -n, "apiToken": "s3cr3tvalue99"} for n in range(1, 6)]
    shop.say(
        "odata.filter.string",
        location="Items contains",
        code="rows",
        severity="major",
        exchanges=[wrong],
        where=Where("response.body", "", "/value"),
        query=QUERY,
        expected_rows=rows[:4],
        found_rows=[rows[1], rows[0], rows[3], {"ID": 7, "Name": HOSTILE}],
        missing=[rows[2], {"ID": 99}],
        surplus=[],
    )
    refused, untested = Outcome.NOT_APPLICABLE, Outcome.NOT_TESTED
    shop.say("odata.address.cast", outcome=refused, code="no_derived_types", severity="major")
    shop.say("odata.filter.enum", outcome=refused, code="no_enumeration", severity="major")
    shop.say("odata.links.edit", outcome=refused, code="read_only", severity="major")
    shop.say("odata.search", outcome=refused, code="not_supported", severity="major", exchanges=[wrong], status=501)
    shop.say("odata.batch.multipart", outcome=untested, code=Blocker.BUDGET.value, severity="major")
    return shop.write()


def clean(folder: Path) -> Made:
    """Nothing failed and nothing is open."""
    shop = Shop(folder)
    shop.ask("https://plm.example/", purpose="discovery.start")
    shop.ask(BASE + "/openapi.json", purpose="discovery.description")
    for check in CHECKS:
        shop.passed(check, "" if check.startswith("openapi.") else OPERATIONS[0])
    return shop.write()


__all__ = ["SERVICE", "climbing", "API", "BASE", "CHECKS", "HOSTILE", "OPERATIONS", "Made", "Shop", "clean", "many", "rich"]
