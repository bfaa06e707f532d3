"""Does an answer keep what the description promises for this operation?"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cpo_probe.model import Exchange, Operation, Problem, Response, Where
from cpo_probe.protocols import json_pointer
from cpo_probe.protocols.json_pointer import join
from cpo_probe.protocols.json_schema import Mode, Place, Uncompilable, Violation, may_hold_surrogates, without_surrogates
from cpo_probe.protocols.openapi import headers as header_rules
from cpo_probe.protocols.openapi import media
from cpo_probe.protocols.openapi.documentation import Documentation, documentation
from cpo_probe.protocols.openapi.documents import Documents
from cpo_probe.protocols.openapi.hidden import any_text_will_do, concerned
from cpo_probe.protocols.openapi.operations import Found
from cpo_probe.protocols.openapi.schemas import Schemas
from cpo_probe.protocols.openapi.strength import Strength, measure

BODILESS = frozenset({204, 205, 304})


@dataclass(frozen=True, slots=True)
class ContractProblems:
    """What one answer breaks, by part. `untested`: part -> why nothing, or not everything, can be said about it:

    "no_schema" (the contract states none), "redacted", "partial" (the body is cut), "not_json" (judged by media type only),
    "reference", "dialect" (the schema, or a part of it, cannot be used), "no_body" (this kind of answer has none),
    "unparsable" (no JSON, so that its members cannot be told, or nested deeper than is read).
    """

    status: tuple[Problem, ...]
    media_type: tuple[Problem, ...]
    headers: tuple[Problem, ...]
    body: tuple[Problem, ...]
    undocumented: tuple[Problem, ...]
    write_only: tuple[Problem, ...]  # members that SHOULD NOT be in an answer
    untested: Mapping[str, str]

    @property
    def all(self) -> tuple[Problem, ...]:
        """Everything that breaks the contract; drift (`undocumented`, `write_only`) left out."""
        return self.status + self.media_type + self.headers + self.body


@dataclass(frozen=True, slots=True)
class _Answer:
    """The part of the contract that holds for one answer."""

    status: str  # key in the description
    response: Place | None
    media_type: str | None  # key in the description
    schema: Place | None


@dataclass(frozen=True)
class Contract:
    """What the description promises for one operation."""

    operation: Operation
    found: Found
    documents: Documents
    schemas: Schemas

    @cached_property
    def responses(self) -> dict[str, Place | None]:
        """Response Objects by status key, references followed; None where a reference leads nowhere."""
        listed = self.found.value.get("responses")
        place = self.found.place
        return {
            status: self._object(value, place.url, join(place.pointer, "responses", status))
            for status, value in (listed.items() if isinstance(listed, dict) else ())
            if not status.startswith("x-")
        }

    def _object(self, value: Any, url: str, pointer: str) -> Place | None:
        place = self.documents.resolve(value, url, pointer)
        return place if place is not None and isinstance(place.value, dict) else None

    @property
    def statuses(self) -> tuple[str, ...]:
        """Status keys as written: "200", "4XX", "default"."""
        return tuple(self.responses)

    def key(self, status: int) -> str | None:
        """The key that covers a status code: the code itself, its range, or default (OpenAPI 3.x, Responses Object).

        A range in lower case is understood too; that it is misspelt is what the rule "valid" says.
        """
        keys = (str(status), f"{status // 100}XX", f"{status // 100}xx", "default")
        return next((key for key in keys if key in self.responses), None)

    def documented(self, status: int) -> bool:
        return self.key(status) is not None

    def _response(self, status: int | str) -> Place | None:
        key = status if isinstance(status, str) else self.key(status)
        return self.responses.get(key) if key is not None else None

    def media_types(self, status: int | str) -> tuple[str, ...]:
        """Media types documented for a status code or key; () when none are."""
        response = self._response(status)
        if response is None:
            return ()
        if self.documents.version != "2.0":
            content = response.value.get("content")
            return tuple(content) if isinstance(content, dict) else ()
        for holder in (self.found.value, self.documents.value):
            produces = holder.get("produces")
            if isinstance(produces, list):
                return tuple(p for p in produces if isinstance(p, str))
        return ()

    def schema(self, status: int | str, media_type: str) -> Place | None:
        """The schema of a documented media type, or of the one that covers `media_type`; None when none is stated."""
        response = self._response(status)
        if response is None:
            return None
        if self.documents.version == "2.0":
            return self._stated(response, "schema")
        types = self.media_types(status)
        key = media_type if media_type in types else media.best(types, media_type)
        if key is None:
            return None
        holder = self._object(response.value["content"][key], response.url, join(response.pointer, "content", key))
        return self._stated(holder, "schema") if holder else None

    @staticmethod
    def _stated(holder: Place, field: str) -> Place | None:
        if field not in holder.value:
            return None
        return Place(holder.url, join(holder.pointer, field), holder.value[field])

    @cached_property
    def documentation(self) -> Documentation:
        return documentation(self)

    def judge(self, exchange: Exchange) -> ContractProblems:
        """Everything that an answer breaks; an exchange without a response breaks nothing."""
        response = exchange.response
        if response is None:
            return ContractProblems((), (), (), (), (), (), {"body": "no_body"})
        untested: dict[str, str] = {}
        key = self.key(response.status)
        if key is None:
            return ContractProblems((self._undocumented_status(response),), (), (), (), (), (), {"body": "no_schema"})
        place = self.responses[key]
        if place is None:
            return ContractProblems((), (), (), (), (), (), {"body": "reference", "headers": "reference"})
        media_problems, media_key = self._media_type(exchange, response, key)
        hidden = frozenset(span.name.lower() for span in exchange.redacted if span.part == "response.header")
        header_problems = header_rules.judge(self.documents, self.schemas, place, response.headers, hidden)
        body, extra, secret = self._body(exchange, response, key, media_key, untested)
        return ContractProblems((), media_problems, header_problems, body, extra, secret, untested)

    def _undocumented_status(self, response: Response) -> Problem:
        return Problem(
            "status", Where(part="response.status"), "", list(self.statuses), response.status, {"reason": "undocumented"}
        )

    def _media_type(self, exchange: Exchange, response: Response, key: str) -> tuple[tuple[Problem, ...], str | None]:
        documented = self.media_types(key)
        actual = response.header("content-type") or ""
        if not documented or (not actual and not response.body):
            return (), None
        where = Where(part="response.header", name="Content-Type")
        best = media.best(documented, actual)
        bodiless = exchange.request.method == "HEAD" or response.status in BODILESS or not response.body
        if best is None:
            if bodiless and not actual:
                return (), None
            reason = "undocumented" if actual else "absent"
            found = actual or "absent"
            return (Problem("media-type", where, "", list(documented), found, {"reason": reason, "status": key}),), None
        stated, given = media.parse(best), media.parse(actual)
        if stated and given and stated.charset and given.charset and stated.charset != given.charset:
            problem = Problem("media-type", where, "", stated.charset, given.charset, {"reason": "charset", "status": key})
            return (problem,), best
        return (), best

    def _body(
        self, exchange: Exchange, response: Response, key: str, media_key: str | None, untested: dict[str, str]
    ) -> tuple[tuple[Problem, ...], tuple[Problem, ...], tuple[Problem, ...]]:
        nothing: tuple[Problem, ...] = ()
        schema = self._schema_for(response, key, media_key)
        if self._owes_json(exchange, response, key):
            untested["body"] = "unparsable"
            problem = Problem("body", Where(part="response.body"), "", "JSON", "empty", {"keyword": "json", "status": key})
            return (problem,), nothing, nothing
        reason = self._untestable(exchange, response, schema)
        if reason or schema is None:
            untested["body"] = reason or "no_schema"
            return nothing, nothing, nothing
        document = response.document
        if document.problem:
            untested["body"] = "unparsable"
            if document.problem == "depth":  # it may well be JSON
                return nothing, nothing, nothing
            where = Where(part="response.body", offset=document.offset)
            return (Problem("body", where, "", "JSON", document.problem, {"keyword": "json", "status": key}),), nothing, nothing
        hidden = tuple(span.name for span in exchange.redacted if span.part == "response.body")
        question = (self.schemas, schema.url, schema.pointer, key, hidden)
        told, problems, extra, secret = document.once(question, lambda: self._against(schema, _clean(response), key, hidden))
        untested |= told
        return problems, extra, secret

    def _against(
        self, schema: Place, value: Any, key: str, hidden: tuple[str, ...]
    ) -> tuple[dict[str, str], tuple[Problem, ...], tuple[Problem, ...], tuple[Problem, ...]]:
        """What stays open in a body, what breaks the schema, members that it does not name, and those that are only written."""
        untested: dict[str, str] = {}
        problems = self._violations(schema, value, key, hidden, untested)
        undocumented, written = self.schemas.fields.drift(schema, value)
        extra = tuple(self._drift("undocumented-fields", path, key, "no such member") for path in undocumented)
        secret = tuple(self._drift("write-only", path, key, "absent") for path in written)
        return untested, problems, extra, secret

    def _owes_json(self, exchange: Exchange, response: Response, key: str) -> bool:
        """Whether nothing came although every documented way to answer is JSON with a schema."""
        if response.body or exchange.request.method == "HEAD" or response.status in BODILESS or response.truncated is not None:
            return False
        types = [(media.parse(name), self.schema(key, name)) for name in self.media_types(key)]
        return bool(types) and all(kind is not None and kind.is_json and schema is not None for kind, schema in types)

    def _schema_for(self, response: Response, key: str, media_key: str | None) -> Place | None:
        if media_key is None and self.documents.version != "2.0":
            return None
        return self.schema(key, media_key or response.media_type)

    def _untestable(self, exchange: Exchange, response: Response, schema: Place | None) -> str:
        if exchange.request.method == "HEAD" or response.status in BODILESS:
            return "no_body"
        if response.truncated is not None or exchange.failure is not None:
            return "partial"
        if schema is None:
            return "no_schema"
        given = media.parse(response.header("content-type") or "")
        return "" if given is not None and given.is_json else "not_json"

    def _violations(
        self, schema: Place, value: Any, key: str, hidden: tuple[str, ...], untested: dict[str, str]
    ) -> tuple[Problem, ...]:
        validator = self.schemas.validator(schema, Mode.RESPONSE)
        if isinstance(validator, Uncompilable):
            untested["body"] = "dialect" if validator.reason == "dialect" else "reference"
            return ()
        if validator.gaps:
            untested["body"] = "reference"
        if hidden and not any_text_will_do(validator.violations, value, hidden):
            untested["body"] = "redacted"
        found = validator.violations(value)
        return tuple(self._problem(v, key) for v in found if not concerned(v, hidden))

    def _problem(self, violation: Violation, key: str) -> Problem:
        params: dict[str, Any] = {
            "keyword": violation.keyword,
            "status": key,
            "schema": violation.schema.removeprefix(self.documents.url),
        }
        if violation.because:
            params["because"] = [
                {"pointer": v.pointer, "keyword": v.keyword, "expected": v.expected, "found": v.found} for v in violation.because
            ]
        where = Where(part="response.body", pointer=violation.pointer)
        return Problem("body", where, json_pointer.location(violation.path), violation.expected, violation.found, params)

    @staticmethod
    def _drift(rule: str, path: tuple[str | int, ...], key: str, expected: str) -> Problem:
        where = Where(part="response.body", pointer=join("", *path))
        return Problem(rule, where, json_pointer.location(path), expected, path[-1], {"status": key})

    def strength(self, exchange: Exchange) -> Strength:
        """How many small defects, planted into this real answer, the contract would notice."""
        response = exchange.response
        if response is None or response.truncated is not None or response.document.problem:
            return Strength(0, 0, {})
        key = self.key(response.status)
        media_key = media.best(self.media_types(key), response.header("content-type") or "") if key else None
        schema = self._schema_for(response, key, media_key) if key else None
        given = media.parse(response.header("content-type") or "")
        if schema is not None and not (given is not None and given.is_json):
            schema = None
        validator = self.schemas.validator(schema, Mode.RESPONSE) if schema is not None else None
        return measure(_clean(response), validator, self.schemas.fields, schema)


def _clean(response: Response) -> Any:
    value = response.document.value
    return without_surrogates(value) if may_hold_surrogates(response.body) else value
