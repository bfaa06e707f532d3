"""REST: do answers keep the contract, and would the contract notice if they did not?"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from cpo_probe.sdk import (
    Blocker,
    Contract,
    ContractProblems,
    Exchange,
    Exchanges,
    OpenApi,
    Operation,
    Problem,
    Result,
    Results,
    Where,
    check,
    fact,
    failed,
    measure,
    not_applicable,
    passed,
    semantics,
    untestable,
)

READ = ("rest.read", "rest.paging.page")
ERRORS = ("rest.errors.unknown-id", "rest.errors.wrong-type", "rest.errors.unknown-value", "rest.errors.unauthenticated")
FLOOR = 0.5
"""Share of planted defects that the contract has to notice. A schema that names the members of an answer with their
types, the needed ones as required, notices nearly all wrong types, nulls and truncations and the dropped required
members; one below half names types for less than half of what it promises."""


class Contracts:
    """The contracts of an interface; keeps what it said last, since several checks ask for it in turn."""

    def __init__(self, api: OpenApi) -> None:
        self.api = api
        self._last: tuple[Exchange, ContractProblems] | None = None
        self._strength: tuple[Exchanges, Planted] | None = None

    def of(self, exchange: Exchange) -> Contract | None:
        """The contract of the operation that was asked; None when the description does not have it."""
        try:
            return self.api.contract(exchange.operation)
        except KeyError:
            return None

    def judge(self, exchange: Exchange) -> ContractProblems | None:
        contract = self.of(exchange)
        if contract is None:
            return None
        if self._last is None or self._last[0] is not exchange:
            self._last = exchange, contract.judge(exchange)
        return self._last[1]

    def strength(self, exchanges: Exchanges, operation: Operation) -> "Planted":
        """What became of small defects in the answers of an operation."""
        if self._strength is None or self._strength[0] is not exchanges:
            self._strength = exchanges, _plant(exchanges, operation, self.api)
        return self._strength[1]


@fact
def contracts(api: OpenApi) -> Contracts:
    """The contracts of one description."""
    return Contracts(api)


def _failures(problems: Iterable[Problem], code: str) -> Iterator[Result]:
    """One failure per problem; the library's reason becomes part of the reason code."""
    for p in problems:
        reason = p.params.get("reason")
        params = {k: v for k, v in p.params.items() if k not in ("code", "reason")}
        yield failed(
            f"{code}_{reason}" if reason else code,
            expected=p.expected,
            found=p.found,
            where=p.where,
            location=p.location,
            **params,
        )


def _outside(exchange: Exchange, contracts: Contracts) -> Result | None:
    """Answers that no contract speaks of: the server's own trouble, its pace, and what proves nothing new.

    A wrong request is judged where it was refused; that it was accepted is the business of rest.errors. A request for an
    invented thing is right by the contract, and its answer is judged like any other. A next link or a redirect may lead to an
    address that is not the operation's: what stands there is none of its contract.
    """
    contract = contracts.of(exchange)
    if contract is not None and _elsewhere(exchange, contract):
        return not_applicable("other_address")
    wrong = exchange.purpose.startswith("rest.errors.") and exchange.note.get("origin") != "invented"
    accepted = wrong and exchange.status < 400
    if 300 <= exchange.status < 400 and exchange.status != 304:
        return not_applicable("redirected", status=exchange.status)
    if exchange.status >= 500 or exchange.status in (304, 429) or accepted:
        return not_applicable("outside_contract", status=exchange.status)
    return None


def _elsewhere(exchange: Exchange, contract: Contract) -> bool:
    """Whether a next link or a redirect led to another path than the operation's; what stands before it does not count."""
    if exchange.role != "redirect":
        return bool(exchange.note.get("elsewhere"))
    pieces = re.split(r"\{[^{}]*\}", contract.operation.template.rstrip("/"))
    path = urlsplit(exchange.request.url).path.rstrip("/")
    return re.search("[^/]+".join(map(re.escape, pieces)) + r"\Z", path) is None


@check("rest.contract.status", of=READ, needs="openapi", clause="OpenAPI 3.1, 4.8.16 Responses Object", severity="major")
def status(exchange: Exchange, contracts: Contracts) -> Results:
    """Answers come with a status code that the contract documents.

    A code counts as documented by itself, by its range (4XX) or by `default`. 5xx, 429, 304 and redirects belong to no
    operation's contract. A client generated from the contract does not know what to do with others.
    Remedy: document the code, or answer with a documented one.
    """
    outside = _outside(exchange, contracts)
    if outside:
        return outside
    found = contracts.judge(exchange)
    if found is None:
        return not_applicable("not_described")
    return list(_failures(found.status, "status")) or passed()


@check(
    "rest.contract.media-type",
    of=(*READ, *ERRORS),
    needs="openapi",
    clause="OpenAPI 3.1, 4.8.17 Response Object, content",
    severity="major",
)
def media_type(exchange: Exchange, contracts: Contracts) -> Results:
    """Answers come in a media type that the contract documents for their status.

    A CSV file documented as JSON, or a log-in page in place of JSON, stops a generated client.
    Remedy: document the media type under the response's `content`, or send the documented one.
    """
    outside = _outside(exchange, contracts)
    if outside:
        return outside
    contract, found = contracts.of(exchange), contracts.judge(exchange)
    if contract is None or found is None:
        return not_applicable("not_described")
    if found.status or not contract.media_types(exchange.status):
        return not_applicable("contract_silent", status=exchange.status)
    if not exchange.body and not exchange.media_type:
        return not_applicable("no_content")
    return list(_failures(found.media_type, "media_type")) or passed()


@check(
    "rest.contract.headers", of=(*READ, *ERRORS), needs="openapi", clause="OpenAPI 3.1, 4.8.21 Header Object", severity="minor"
)
def headers(exchange: Exchange, contracts: Contracts) -> Results:
    """Documented header fields are there where they are required, and have the documented form.

    Remedy: send the field, or make it optional in the contract.
    """
    outside = _outside(exchange, contracts)
    if outside:
        return outside
    contract, found = contracts.of(exchange), contracts.judge(exchange)
    if contract is None or found is None:
        return not_applicable("not_described")
    key = contract.key(exchange.status)
    response = contract.responses.get(key) if key else None
    if response is None or not response.value.get("headers"):
        return not_applicable("contract_silent", status=exchange.status)
    if not found.headers and "headers" in found.untested:
        return untestable(Blocker.NO_SCHEMA, why=found.untested["headers"])
    return list(_failures(found.headers, "header")) or passed()


def _unjudged(found: ContractProblems) -> Result | None:
    """Why nothing can be said about the body."""
    reason = found.untested.get("body")
    match reason:
        case None:
            return None
        case "no_schema" | "reference" | "dialect":
            return untestable(Blocker.NO_SCHEMA, why=reason)
        case "redacted":
            return untestable(Blocker.REDACTED)
        case "unparsable":
            return untestable(Blocker.UNPARSABLE)
        case _:
            return not_applicable(f"body_{reason}")


@check(
    "rest.contract.body",
    of=(*READ, *ERRORS),
    needs="openapi",
    clause="OpenAPI 3.1, 4.8.24 Schema Object; JSON Schema",
    severity="major",
)
def body(exchange: Exchange, contracts: Contracts) -> Results:
    """Answers are valid by the contract's own schema.

    A null where a text is promised, a date-time without a zone, a missing member: each stops a typed client.
    An answer without a schema is not judged here; that is the business of rest.contract.strength.
    Remedy: correct the answer or the schema at the shown place.
    """
    outside = _outside(exchange, contracts)
    if outside:
        return outside
    found = contracts.judge(exchange)
    if found is None:
        return not_applicable("not_described")
    if found.status:
        return not_applicable("contract_silent", status=exchange.status)
    return list(_failures(found.body, "body")) or _unjudged(found) or passed()


@check(
    "rest.contract.undocumented-fields",
    of=READ,
    needs="openapi",
    clause="OpenAPI 3.1, 4.8.24 Schema Object, properties",
    severity="minor",
)
def undocumented_fields(exchange: Exchange, contracts: Contracts) -> Results:
    """Answers have no members that the contract does not name.

    JSON Schema allows them; but what is not described cannot be used by an integrator, or is used and breaks. Objects that
    are open by declaration (`additionalProperties`) are left out.
    Remedy: describe the member, or take it out of the answer.
    """
    outside = _outside(exchange, contracts)
    if outside:
        return outside
    found = contracts.judge(exchange)
    if found is None:
        return not_applicable("not_described")
    return list(_failures(found.undocumented, "field")) or _unjudged(found) or passed()


@check(
    "rest.contract.write-only",
    of=READ,
    needs="openapi",
    clause="OpenAPI 3.0, Schema Object, writeOnly; JSON Schema Validation, 9.4",
    severity="minor",
)
def write_only(exchange: Exchange, contracts: Contracts) -> Results:
    """Members that are only for writing do not come back.

    The standard says SHOULD NOT; passwords are the usual case.
    Remedy: take the member out of the answer.
    """
    outside = _outside(exchange, contracts)
    if outside:
        return outside
    found = contracts.judge(exchange)
    if found is None:
        return not_applicable("not_described")
    return list(_failures(found.write_only, "write_only")) or _unjudged(found) or passed()


@check(
    "rest.contract.strength",
    of="rest.read",
    per="operation",
    needs="openapi",
    clause="JSON Schema Validation, 6; mutation analysis",
    severity="major",
)
def strength(exchanges: Exchanges, operation: Operation, contracts: Contracts) -> Result:
    """The contract would notice wrong answers: it rejects at least half of the defects planted into real ones.

    Planted one at a time into each JSON answer: a member dropped, another type, a value outside an enumeration, null, an
    object cut in half. A contract without a schema makes every answer valid, so that conformity says nothing.
    Remedy: give each answer a schema with properties, types, required and enum.
    """
    found = contracts.strength(exchanges, operation)
    cited, rejected, mutants = found.cited, found.rejected, found.mutants
    if not cited:
        return not_applicable("no_json_answer")
    if not found.described:
        return failed("no_schema", expected="schema", found="none", exchanges=cited, mutants=mutants)
    if found.unusable:
        return untestable(Blocker.NO_SCHEMA, why="reference")
    if not mutants:
        return not_applicable("nothing_to_plant", exchanges=cited)
    if rejected / mutants < FLOOR:
        return failed(
            "weak", expected=f">= {FLOOR}", found=f"{rejected}/{mutants}", exchanges=cited, rejected=rejected, mutants=mutants
        )
    return passed(exchanges=cited)


@dataclass(frozen=True, slots=True)
class Planted:
    """Defects planted into answers of one operation. `described`: some answer has a schema; `unusable`: one cannot be used."""

    rejected: int
    mutants: int
    cited: list[str]
    described: bool
    unusable: bool


def _plant(exchanges: Exchanges, operation: Operation, api: OpenApi) -> Planted:
    """Into successful JSON answers, the bases only: variants repeat the same shapes.

    Where the status is not documented, or the whole answer is of another kind than promised, nothing can be planted: the
    contract is broken already, and rest.contract.status and rest.contract.body say so.
    """
    rejected, mutants, cited, described, unusable = 0, 0, [], False, False
    try:
        contract = api.contract(operation.id)
    except KeyError:
        return Planted(0, 0, [], False, False)
    for exchange in filter(_is_base, exchanges):
        found = contract.judge(exchange)
        if _elsewhere(exchange, contract) or found.status or any(p.where.pointer == "" for p in found.body):
            continue
        strength = contract.strength(exchange)
        rejected, mutants = rejected + strength.rejected, mutants + strength.mutants
        cited.append(exchange.id)
        described = described or contract.schema(exchange.status, exchange.media_type) is not None
        unusable = unusable or found.untested.get("body") in ("reference", "dialect")
    return Planted(rejected, mutants, cited, described, unusable)


def _is_base(e: Exchange) -> bool:
    if e.note.get("kind") != "base" or not 200 <= e.status < 300 or not semantics.is_json(e.media_type):
        return False
    return e.response is not None and not e.response.document.problem


@measure("rest.strength", of="rest.read", per="operation", needs="openapi")
def strength_share(exchanges: Exchanges, operation: Operation, contracts: Contracts) -> Iterator[tuple[str, float, str]]:
    """Share of planted defects that the contract rejects."""
    found = contracts.strength(exchanges, operation)
    if found.mutants:
        yield "strength", found.rejected / found.mutants, "1"


@check(
    "rest.errors.documented",
    of=ERRORS,
    needs="openapi",
    clause="OpenAPI 3.1, 4.8.16 Responses Object",
    severity="minor",
    accepts="denied",
)
def errors_documented(exchange: Exchange, contracts: Contracts) -> Result:
    """The status codes of refusals are documented.

    By themselves, by `4XX` or by `default`. A generated client raises something unnamed for others.
    Remedy: document the codes, or add `default`.
    """
    if not 400 <= exchange.status < 500 or exchange.status == 429:
        return not_applicable("no_client_error", status=exchange.status)
    contract = contracts.of(exchange)
    if contract is None:
        return not_applicable("not_described")
    case = exchange.purpose.removeprefix("rest.errors.")
    if contract.documented(exchange.status):
        return passed(location=case)
    return failed(
        "status_undocumented",
        expected=list(contract.statuses),
        found=exchange.status,
        where=Where("response.status"),
        location=case,
    )
