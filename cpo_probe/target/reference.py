"""What does the page about profiles say? Written from the models, so that it cannot be out of date.

`python -m cpo_probe.target.reference > docs/reference/profile.md`
"""

import sys
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from cpo_probe.target.explain import AUTH_TABLES
from cpo_probe.target.profile import Profile

_INTRODUCTION = """\
# Target profile

A target profile is a TOML file that says what cannot be discovered: how to log in, what is in scope, how fast to ask.
`cpo-probe init` writes one. `cpo-probe run` takes its path, or its name when it lies in the working folder or in `targets/`
of a content folder. Every key is optional except `base_url`.

- **Secrets** are references: `"env:NAME"` reads an environment variable, `"file:PATH"` a file (relative to the profile).
  `"env:NAME|md5"` (or `|sha256`, `|base64`) transforms the value where a log-in wants that. A secret written into a
  profile is refused. User names and client ids are no secrets: they may be written, or be references.
- **Inheritance**: `extends = "name"` takes over another profile. Tables are merged key by key; texts, numbers and lists
  are replaced, and so is a log-in of another kind.
- **Names in braces**: `${name}` stands for the text of `name` in `[params]`.
- **URLs** may be relative to `base_url`. Hosts that the profile names are in scope, all others are not.
"""


def profile_page() -> str:
    """The reference page in Markdown."""
    parts = [_INTRODUCTION, "## Top level\n", *_table(Profile)]
    for name, field in Profile.model_fields.items():
        if name == "auth":
            for kind, table in AUTH_TABLES.items():
                parts += [f'## `[auth]` with `kind = "{kind}"`\n', f"{table.__doc__}\n", *_table(table)]
        elif (model := _model(field.annotation)) is not None:
            title = f"[[{name}]]" if "tuple" in str(field.annotation) else f"[{name}]"
            parts += [f"## `{title}`\n", f"{model.__doc__}\n", *_table(model)]
            parts += _inside(name, model)
    return "\n".join(parts)


def _inside(name: str, model: type[BaseModel]) -> Iterator[str]:
    """Tables within a table."""
    for key, field in model.model_fields.items():
        inner = _model(field.annotation)
        if inner is not None:
            yield f"## `[{name}.{key}]`\n"
            yield f"{inner.__doc__}\n"
            yield from _table(inner)
            yield from _inside(f"{name}.{key}", inner)


def _table(model: type[BaseModel]) -> Iterator[str]:
    fields = {name: field for name, field in model.model_fields.items() if name != "kind" or model not in AUTH_TABLES.values()}
    if fields:
        yield "| key | type | default | meaning |\n|---|---|---|---|"
    for name, field in fields.items():
        meaning = (field.description or "").replace("|", "\\|")
        yield f"| `{name}` | {_type(name, field.annotation)} | {_default(field)} | {meaning} |"
    yield ""


def _type(name: str, annotation: Any) -> str:
    if name == "auth" or _model(annotation) is not None:
        return "tables" if "tuple" in str(annotation) else "table"
    values = [value for value in get_args(annotation) if isinstance(value, str)]
    if values:
        return ", ".join(f'`"{value}"`' for value in values)
    text = str(annotation)
    for mark, word in (("tuple[int", "list of numbers"), ("tuple", "list of texts"), ("dict", "table")):
        if mark in text:
            return word
    return {str: "text", int: "whole number", float: "number", bool: "true or false"}[annotation]


def _default(field: Any) -> str:
    value = field.get_default()
    if value is PydanticUndefined:
        return "required"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple) and value:
        return "`[" + ", ".join(f'"{item}"' if isinstance(item, str) else str(item) for item in value) + "]`"
    return f"`{value}`" if isinstance(value, str | int | float) and value != "" else ""


def _model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model(part))), None)


if __name__ == "__main__":
    sys.stdout.write(profile_page())
