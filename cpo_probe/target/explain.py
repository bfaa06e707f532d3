"""What is wrong with this profile, on which line, and what should stand there?"""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from cpo_probe.target.lines import KeyPath
from cpo_probe.target.profile import AuthTable, Profile

AUTH_TABLES: dict[str, type[BaseModel]] = {
    get_args(table.model_fields["kind"].annotation)[0]: table for table in get_args(get_args(AuthTable)[0])
}
_KINDS = {
    "string_type": "a text in quotes",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list in [ ]",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
}
_TOML = {str: "a text", bool: "true or false", int: "a whole number", float: "a number", list: "a list", dict: "a table"}


def explain(error: ValidationError, at: Callable[[KeyPath], str]) -> str:
    """One sentence per mistake, at most five: where, what was found, what was expected. Values of secrets are never shown.

    `at` tells file and line of a path; for a path that is not written anywhere, those of its table.
    """
    sentences: list[str] = []
    for details in error.errors(include_url=False):
        path = key_path(details["loc"]) + (("kind",) if details["type"] == "union_tag_invalid" else ())
        sentence = f"{at(path)}: {_sentence(path, details)}"
        if sentence not in sentences:
            sentences.append(sentence)
    more = f"\n... and {len(sentences) - 5} more" if len(sentences) > 5 else ""
    return "\n".join(sentences[:5]) + more


def key_path(location: Iterable[str | int]) -> KeyPath:
    """pydantic's location without the tags of unions and the [key] marks: the path as it is written in the file."""
    parts = [part for part in location if part != "[key]"]
    if parts[:1] == ["auth"] and len(parts) > 1 and parts[1] in AUTH_TABLES:
        del parts[1]
    return tuple(parts)


def dotted(path: KeyPath) -> str:
    """A path as people write it: auth.password, interfaces[0].kind."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _sentence(path: KeyPath, details: ErrorDetails) -> str:
    kind, context = details["type"], details.get("ctx", {})
    table = dotted(path[:-1])
    inside = f" in [{table}]" if table else ""
    match kind:
        case "extra_forbidden":
            return f'unknown key "{path[-1]}"{inside}: {_nearest(str(path[-1]), _keys(path[:-1], details["loc"]))}'
        case "missing":
            return f'the key "{path[-1]}" is missing{inside}: add it'
        case "union_tag_not_found":
            return f"[{dotted(path)}] does not say its kind: add kind = one of {_kinds()}"
        case "union_tag_invalid":
            return f"{dotted(path)} is {context['tag']!r}: {_nearest(str(context['tag']), list(AUTH_TABLES))}"
        case "literal_error":
            return f"{dotted(path)} is {details['input']!r}: expected {context['expected']}"
        case "value_error":
            return f"{dotted(path)}: {context['error']}"
    expected = _KINDS.get(kind)
    if expected:
        return f"{dotted(path)} is {_TOML.get(type(details['input']), 'something else')}: expected {expected}"
    return f"{dotted(path)}: {details['msg'][:1].lower()}{details['msg'][1:]}"


def _kinds() -> str:
    return ", ".join(f'"{kind}"' for kind in AUTH_TABLES)


def _nearest(found: str, valid: list[str]) -> str:
    near = get_close_matches(found.lower(), valid, n=1, cutoff=0.5)
    if near:
        return f'did you mean "{near[0]}"?'
    return f"expected one of {', '.join(sorted(valid))}"


def _keys(path: KeyPath, location: tuple[int | str, ...]) -> list[str]:
    """The keys that are valid in the table at `path`."""
    model: type[BaseModel] = Profile
    for part in path:
        if isinstance(part, int):
            continue
        if part == "auth":
            return list(AUTH_TABLES[str(location[1])].model_fields)
        field = model.model_fields.get(part)
        nested = _model_in(field.annotation) if field else None
        if nested is None:
            return []
        model = nested
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
