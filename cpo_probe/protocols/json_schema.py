"""Does a value keep a JSON Schema that somebody else wrote?

The one place where schemas from servers are compiled: no reference is ever fetched, patterns cannot run away,
formats are asserted, depth and size are bounded, and a schema that cannot be used is a value, not an exception.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, NoReturn

import jsonschema_rs

from cpo_probe.protocols import json_pointer
from cpo_probe.protocols.json_registry import Missing, Place, Registry

__all__ = [
    "Dialect", "Gap", "Missing", "Mode", "Place", "Registry", "Uncompilable", "Validator", "Violation", "compile", "dialect_of",
    "may_hold_surrogates", "short", "string_keys", "type_name", "usable_pattern", "without_surrogates",
]  # fmt: skip

MAX_DEPTH = 120  # levels of one schema; the library stops at 255
MAX_NODES = 50_000  # objects and arrays of one compiled schema
MAX_VIOLATIONS = 50

# size_limit: the CSDL schema's \p{L}{0,127} needs more than the library allows by default.
_PATTERNS = jsonschema_rs.FancyRegexOptions(backtrack_limit=100_000, size_limit=50_000_000)
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


class Dialect(StrEnum):
    """What the keywords mean."""

    DRAFT_4 = "draft4"
    DRAFT_6 = "draft6"
    DRAFT_7 = "draft7"
    DRAFT_2019_09 = "draft2019-09"
    DRAFT_2020_12 = "draft2020-12"
    OPENAPI_2_0 = "openapi2.0"
    OPENAPI_3_0 = "openapi3.0"
    OPENAPI_3_1 = "openapi3.1"


class Mode(StrEnum):
    """Which way a message goes: `required` does not count for readOnly members of requests and writeOnly members of responses."""

    REQUEST = "request"
    RESPONSE = "response"
    NEUTRAL = "neutral"  # an example may show either


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken keyword. `because`: for anyOf and oneOf, what the closest branch asked for."""

    pointer: str  # in the instance
    keyword: str
    schema: str  # URL#pointer of the schema that holds the keyword
    expected: Any
    found: Any
    path: tuple[str | int, ...]  # `pointer` in parts
    because: tuple["Violation", ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of the schema that could not be used, so nothing is claimed about it.

    `reason`: "remote", "dangling", "pattern", "keyword", "depth", "size", "dynamic", "loop" (a schema that only leads to itself).
    """

    reason: str
    place: str  # URL#pointer
    detail: str


@dataclass(frozen=True, slots=True)
class Uncompilable:
    """The schema as a whole cannot be used. `reason`: "dialect", "schema", "remote", "depth", "size"."""

    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Validator:
    """A compiled schema. With `gaps` its violations still hold, but a value without one is not proven valid."""

    inner: Any
    places: Mapping[str, str]  # name under $defs -> URL#pointer of the original
    gaps: tuple[Gap, ...]
    certain: bool = False  # no gap, and no pattern that the engine could give up: its yes or no needs no closer look

    def valid(self, instance: Any) -> bool:
        try:
            return bool(self.inner.is_valid(instance)) or not (self.certain or self._collect(instance, 1))
        except UnicodeEncodeError:
            return self.valid(without_surrogates(instance))

    def violations(self, instance: Any, limit: int = MAX_VIOLATIONS) -> tuple[Violation, ...]:
        """Broken keywords in the order of the schema, at most `limit`."""
        try:
            if self.inner.is_valid(instance):
                return ()
            return self._collect(instance, limit)
        except UnicodeEncodeError:
            return self.violations(without_surrogates(instance), limit)

    def _collect(self, instance: Any, limit: int) -> tuple[Violation, ...]:
        found: list[Violation] = []
        for error in self.inner.iter_errors(instance):
            if self.gaps and _depends_on_gap(error):
                continue
            kind = error.kind
            if kind.name == "pattern" and not hasattr(kind, "pattern"):
                continue  # the regex engine gave up: nothing can be claimed
            found.append(self._violation(error))
            if len(found) >= limit:
                break
        return tuple(found)

    def _violation(self, error: Any) -> Violation:
        kind = error.kind
        path = tuple(error.instance_path)
        because: tuple[Violation, ...] = ()
        if hasattr(kind, "context"):
            because = tuple(self._violation(e) for e in _closest(kind.context)[:5])
        keyword = kind.name
        if keyword == "falseSchema" and error.schema_path and error.schema_path[-1] == "additionalProperties":
            keyword = "additionalProperties"
        return Violation(
            json_pointer.join("", *path), keyword, self._place(error), _expected(kind, keyword), _found(error), path, because
        )

    def _place(self, error: Any) -> str:
        path = error.schema_path
        if len(path) >= 2 and path[0] == "$defs" and path[1] in self.places:
            return self.places[str(path[1])] + json_pointer.join("", *path[2:-1])
        if error.absolute_keyword_location:
            return str(error.absolute_keyword_location).rpartition("/")[0]
        return self.places.get("", "") + json_pointer.join("", *path[:-1])


def _depends_on_gap(error: Any) -> bool:
    """Whether a branch that accepts too much could have caused this error."""
    kind = type(error.kind).__name__
    return (
        kind in {"OneOfMultipleValid", "Not", "UnevaluatedProperties", "UnevaluatedItems", "Contains"}
        or "then" in error.schema_path
        or "else" in error.schema_path
    )


def _closest(branches: list[list[Any]]) -> list[Any]:
    """The errors of the branch that the value was most likely meant for: it names the value's kind, fails deepest, least often.

    A member that may hold one value only, as `in: path` of a parameter, tells one branch from the others.
    """

    def distance(errors: list[Any]) -> tuple[bool, bool, int, int]:
        reference = any(e.kind.name == "required" and e.kind.value == "$ref" for e in errors)
        other = any(e.kind.name == "const" or (e.kind.name == "enum" and len(e.kind.options) == 1) for e in errors)
        return reference, other, -min((len(e.instance_path) for e in errors), default=0), len(errors)

    return min((b for b in branches if b), key=distance, default=[])


def short(value: Any) -> Any:
    """A value small enough for a finding: scalars as they are, long texts cut, containers as their kind and size."""
    if isinstance(value, str):
        return value if len(value) <= 80 else value[:77] + "..."
    if isinstance(value, dict):
        return f"object with {len(value)} members"
    if isinstance(value, list):
        return f"array of {len(value)}"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**80:
        return "integer of more than 80 digits"
    return value


def type_name(value: Any) -> str:
    """The JSON type of a value: null, boolean, integer, number, string, array or object."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case str():
            return "string"
        case list():
            return "array"
        case dict():
            return "object"
    return "number"


def _expected(kind: Any, keyword: str) -> Any:
    match keyword:
        case "type":
            types = list(kind.types)
            return types[0] if len(types) == 1 else types
        case "enum":
            return [short(option) for option in kind.options[:20]]
        case "anyOf" | "oneOf":
            return f"{'one' if kind.name == 'oneOf' else 'any'} of {len(kind.context)} schemas"
        case "additionalProperties" | "unevaluatedProperties" | "additionalItems" | "unevaluatedItems":
            return "nothing else"
        case "propertyNames":
            return "a permitted name"
        case "uniqueItems":
            return "each element once"
        case "falseSchema":
            return "nothing"
    return short(kind.value) if hasattr(kind, "value") else None


def _found(error: Any) -> Any:
    kind = error.kind
    match kind.name:
        case "type":
            return type_name(error.instance)
        case "required":
            return "absent"
        case "additionalProperties" | "unevaluatedProperties" | "unevaluatedItems":
            return [short(name) for name in kind.unexpected[:20]]
        case "oneOf" if type(kind).__name__ == "OneOfMultipleValid":
            return "more than one holds"
        case "minLength" | "maxLength" if isinstance(error.instance, str):
            return len(error.instance)
    return short(error.instance)


def without_surrogates(value: Any) -> Any:
    """A copy in which U+FFFD stands for each lone surrogate: JSON can escape one, but no text and no finding can hold it."""
    text = json.dumps(value, ensure_ascii=False)
    return json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def may_hold_surrogates(text: bytes) -> bool:
    """Whether a JSON or YAML text escapes any surrogate; only then is it worth looking for lone ones."""
    return b"\\ud" in text or b"\\uD" in text


# The surrogate pairs in which XML-minded patterns spell "any character beyond the BMP".
_PAIRS = re.compile(
    r"\\ud800\[\\udc00-\\udfff\]\|\[\\ud801-\\udbfe\]\[\\udc00-\\udfff\]\|\\udbff\[\\udc00-\\udfff\]", re.IGNORECASE
)


@cache
def usable_pattern(pattern: str) -> str | None:
    """The pattern in a form that the engine accepts, None when there is none."""
    for candidate in (pattern, _PAIRS.sub(r"[\\U00010000-\\U0010FFFF]", pattern)):
        try:
            jsonschema_rs.Draft202012Validator({"pattern": candidate}, pattern_options=_PATTERNS, offline=True)
        except ValueError:
            continue
        return candidate
    return None


def _refuse(uri: str) -> NoReturn:
    raise LookupError(uri)


def _byte(text: str) -> bool:
    return _BASE64.fullmatch("".join(text.split())) is not None


_ENGINES = {
    Dialect.DRAFT_4: jsonschema_rs.Draft4Validator,
    Dialect.DRAFT_6: jsonschema_rs.Draft6Validator,
    Dialect.DRAFT_7: jsonschema_rs.Draft7Validator,
    Dialect.DRAFT_2019_09: jsonschema_rs.Draft201909Validator,
    Dialect.DRAFT_2020_12: jsonschema_rs.Draft202012Validator,
}
_DIALECTS = {
    "http://json-schema.org/draft-04/schema": Dialect.DRAFT_4,
    "http://json-schema.org/draft-06/schema": Dialect.DRAFT_6,
    "http://json-schema.org/draft-07/schema": Dialect.DRAFT_7,
    "https://json-schema.org/draft/2019-09/schema": Dialect.DRAFT_2019_09,
    "https://json-schema.org/draft/2020-12/schema": Dialect.DRAFT_2020_12,
    "https://spec.openapis.org/oas/3.1/dialect/base": Dialect.OPENAPI_3_1,
    "https://spec.openapis.org/oas/3.1/dialect/2024-11-10": Dialect.OPENAPI_3_1,
    "https://spec.openapis.org/oas/3.2/dialect/2025-09-17": Dialect.OPENAPI_3_1,
}


def dialect_of(schema: Any, default: Dialect = Dialect.DRAFT_2020_12) -> Dialect | None:
    """What `$schema` says; `default` when it says nothing, None when it names a dialect that is not known here."""
    named = schema.get("$schema") if isinstance(schema, dict) else None
    if not isinstance(named, str):
        return default
    return _DIALECTS.get(named.removesuffix("#"))


def string_keys(value: Any) -> Any:
    """A copy with JSON's types only, names as strings (YAML readers may yield integers and dates).

    Raises `RecursionError` or `ValueError` when it is too deep or contains itself.
    """
    return json.loads(json.dumps(value, default=str))


def compile(
    schema: Any,
    *,
    dialect: Dialect,
    registry: Registry | None = None,
    base: str = "",
    pointer: str = "",
    mode: Mode = Mode.NEUTRAL,
) -> Validator | Uncompilable:
    """Compile the schema found at `pointer` of the document `base`; references reach only the documents of `registry`."""
    registry = registry or Registry()
    if dialect in (Dialect.OPENAPI_2_0, Dialect.OPENAPI_3_0, Dialect.OPENAPI_3_1):
        from cpo_probe.protocols.json_schema_bundle import bundle

        bundled = bundle(Place(base, pointer, schema), registry, dialect, mode)
        return _build(bundled.schema, Dialect.DRAFT_2020_12, None, "", bundled.places, bundled.gaps)
    places = {"": f"{base}#{pointer}"}
    try:
        resources = [(url, string_keys(document)) for url, document in registry.documents.items()]
        return _build(string_keys(schema), dialect, resources, base, places, ())
    except (RecursionError, ValueError):
        return Uncompilable("depth", "too many levels, or a value that contains itself")


_BACKTRACKING = re.compile(r"\(\?(?!:)|\\[1-9kKgG]|[*+?}]\+")


def _linear(schema: Any) -> bool:
    """Whether no pattern needs backtracking: look-around, back references, atomic and possessive groups."""
    if isinstance(schema, dict):
        patterns = [schema.get("pattern"), *(_keys(schema.get("patternProperties")))]
        if any(isinstance(pattern, str) and _BACKTRACKING.search(pattern) for pattern in patterns):
            return False
        return all(map(_linear, schema.values()))
    return not isinstance(schema, list) or all(map(_linear, schema))


def _keys(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, dict) else ()


def _build(
    schema: Any,
    dialect: Dialect,
    resources: list[tuple[str, Any]] | None,
    base: str,
    places: Mapping[str, str],
    gaps: tuple[Gap, ...],
) -> Validator | Uncompilable:
    options: dict[str, Any] = {
        "validate_formats": True,
        "formats": {"byte": _byte},
        "pattern_options": _PATTERNS,
        "retriever": _refuse,
    }
    try:
        if resources:
            options["registry"] = jsonschema_rs.Registry(resources, retriever=_refuse)
        if base:
            options["base_uri"] = base
        return Validator(_ENGINES[dialect](schema, **options), places, gaps, not gaps and not resources and _linear(schema))
    except jsonschema_rs.ValidationError as error:
        reason = "remote" if error.kind.name == "$ref" else "schema"
        return Uncompilable(reason, json_pointer.join("", *error.instance_path))
    except (ValueError, jsonschema_rs.ReferencingError, UnicodeEncodeError, RecursionError) as error:
        return Uncompilable("schema", type(error).__name__)
