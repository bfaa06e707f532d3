"""Which value is certainly unknown to the server, of the wrong type, or outside the closed set of this parameter?"""

import hashlib
import math
import re
from collections.abc import Iterable, Iterator
from typing import Any

from cpo_probe.model import Parameter
from cpo_probe.protocols.json_schema import Dialect, Validator, compile

WORD = "cpo-probe-unknown"
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_TYPED_FORMATS = frozenset({"uuid", "date", "date-time"})


def unknown(parameter: Parameter, example: Any, known: Iterable[Any], seed: int) -> Any | None:
    """A value of the parameter's own form that names nothing: "P-00012" → "P-00012-cpo-probe" or "P-99999".

    None where the contract leaves no room for one (a closed set, a narrow range): then nothing can be asked.
    """
    if "enum" in parameter.schema or "const" in parameter.schema:
        return None
    taken = {str(value) for value in known} | {str(example)}
    return next((one for one in _strangers(parameter, example, seed) if str(one) not in taken and admits(parameter, one)), None)


def _strangers(parameter: Parameter, example: Any, seed: int) -> Iterator[Any]:
    text = str(example)
    digest = hashlib.sha256(f"{seed} {parameter.name}".encode()).hexdigest()
    if _UUID.match(text) or parameter.schema.get("format") == "uuid":
        yield f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"
        return
    if re.fullmatch(r"-?\d+", text) or _kinds(parameter) & {"integer", "number"}:
        yield from (2147483000 + int(digest[:2], 16), 99999999, 999999)
        return
    yield f"{text}-cpo-probe"
    yield f"{WORD}-{digest[:8]}"
    if sum(char.isdigit() for char in text) >= 4:  # fewer digits: the value may well exist
        yield re.sub(r"\d", "9", text)


def wrong_type(parameter: Parameter) -> str | None:
    """A text that is no value of the parameter's type; None when the contract admits any text, or says nothing."""
    kinds = _kinds(parameter)
    if not kinds or ("string" in kinds and parameter.schema.get("format") not in _TYPED_FORMATS):
        return None
    return None if kinds & {"array", "object"} else WORD


def outside(parameter: Parameter) -> Any | None:
    """A value of the right type outside the parameter's closed set; None when the set is open."""
    schema = parameter.schema
    if schema.get("type") == "array" and isinstance(schema.get("items"), dict):
        schema = schema["items"]
    closed = schema.get("enum")
    if not isinstance(closed, list) or not closed or "x-extensible-enum" in schema:
        return None
    if all(isinstance(value, int) and not isinstance(value, bool) for value in closed):
        return max(closed) + 7919
    return WORD


def below(parameter: Parameter) -> int | None:
    """A whole number below what the contract states as the least; None when it states none."""
    for keyword, step in (("minimum", 1), ("exclusiveMinimum", 0)):
        least = parameter.schema.get(keyword)
        if isinstance(least, int | float) and not isinstance(least, bool) and _kinds(parameter) & {"integer", "number"}:
            return math.ceil(least) - step
    return None


def beyond_ascii(parameter: Parameter) -> str | None:
    """A text that no thing is called, with signs that servers tend to forget; None where the contract says that it is no text."""
    kinds = _kinds(parameter)
    typed = parameter.schema.get("format") in _TYPED_FORMATS or "enum" in parameter.schema or "const" in parameter.schema
    return None if typed or (kinds and "string" not in kinds) else f"{WORD} Größe 'ß'"


def invented(parameter: Parameter, seed: int) -> Any | None:
    """A value that the contract admits and that most likely names nothing; None when there is none."""
    digest = hashlib.sha256(f"{seed} {parameter.name}".encode()).hexdigest()
    numbers = (999999, 2147483000 + int(digest[:2], 16))
    texts = (f"{WORD}-{digest[:8]}", f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}", "zzzzzz")
    order = (*numbers, *texts) if _kinds(parameter) & {"integer", "number"} else (*texts, *numbers)
    return next((value for value in order if admits(parameter, value)), None)


def admits(parameter: Parameter, value: Any) -> bool:
    """Whether the contract allows the value (pattern and length included); False when its schema cannot be used."""
    validator = compile(parameter.schema, dialect=Dialect.DRAFT_2020_12)
    if not isinstance(validator, Validator):
        return False
    if validator.gaps:
        return False
    number = re.fullmatch(r"-?\d{1,18}", str(value))
    return validator.valid(value) or validator.valid(str(value)) or (number is not None and validator.valid(int(value)))


def _kinds(parameter: Parameter) -> set[str]:
    kind = parameter.schema.get("type")
    return {kind} if isinstance(kind, str) else set(kind) - {"null"} if isinstance(kind, list) else set()
