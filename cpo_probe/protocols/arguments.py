"""How do the arguments of an operation become a URL?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from cpo_probe.model import Operation, Parameter

_PATH_SAFE = "!$&'()*+,;=:@~"  # RFC 3986, 3.3: pchar
_DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|"}


ON_PURPOSE = frozenset({"altered", "invented"})
"""Sources of values that are no real ones: what answers to them say of identifiers is nothing to learn."""


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter with a value and where it comes from (see `harvest.Value`)."""

    parameter: Parameter
    value: Any
    source: str


@dataclass(frozen=True, slots=True)
class Arguments:
    """Arguments that belong together: all required ones of an operation, and perhaps optional ones."""

    values: tuple[Argument, ...]

    def path(self, operation: Operation) -> str:
        """The template filled in, percent-encoded, relative to the interface (no leading slash)."""
        path = operation.template
        for argument in self.values:
            if argument.parameter.place == "path":
                path = path.replace(f"{{{argument.parameter.name}}}", _in_path(argument))
        return path.lstrip("/")

    @property
    def params(self) -> tuple[tuple[str, str], ...]:
        """Query parameters, serialised by their style, not yet percent-encoded."""
        return tuple(pair for argument in self.values if argument.parameter.place == "query" for pair in _in_query(argument))

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Header parameters (OpenAPI style simple)."""
        return tuple(
            (argument.parameter.name, _joined(argument.value, ","))
            for argument in self.values
            if argument.parameter.place == "header"
        )

    @property
    def note(self) -> dict[str, Any]:
        """What is left for the checks in `Exchange.note`: arguments and their sources by parameter name."""
        return {
            "arguments": {argument.parameter.name: argument.value for argument in self.values},
            "sources": {argument.parameter.name: argument.source for argument in self.values},
        }

    def value(self, name: str) -> Any:
        """The value of one parameter; raises `KeyError` when it has none."""
        for argument in self.values:
            if argument.parameter.name == name:
                return argument.value
        raise KeyError(name)

    def replaced(self, parameter: Parameter, value: Any, source: str) -> "Arguments":
        """The same arguments with another value for one parameter, which may be new."""
        kept = tuple(argument for argument in self.values if argument.parameter.name != parameter.name)
        return Arguments((*kept, Argument(parameter, value, source)))


def text(value: Any) -> str:
    """A scalar as it stands in a URL."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _joined(value: Any, delimiter: str) -> str:
    if isinstance(value, dict):
        value = [part for pair in value.items() for part in pair]
    return delimiter.join(text(item) for item in value) if isinstance(value, list | tuple) else text(value)


def _in_path(argument: Argument) -> str:
    parts = argument.value if isinstance(argument.value, list | tuple) else [argument.value]
    style = argument.parameter.style
    encoded = [quote(text(part), safe=_PATH_SAFE) for part in parts]
    if style == "label":
        return "." + ".".join(encoded)
    if style == "matrix":
        return f";{argument.parameter.name}=" + ",".join(encoded)
    return ",".join(encoded)


def _in_query(argument: Argument) -> Iterable[tuple[str, str]]:
    name, value, style = argument.parameter.name, argument.value, argument.parameter.style
    if isinstance(value, dict):
        if style == "deepObject":
            return [(f"{name}[{key}]", text(item)) for key, item in value.items()]
        if argument.parameter.explode:
            return [(key, text(item)) for key, item in value.items()]
        return [(name, _joined(value, ","))]
    if isinstance(value, list | tuple) and argument.parameter.explode and style not in _DELIMITERS:
        return [(name, text(item)) for item in value]
    return [(name, _joined(value, _DELIMITERS.get(style, ",")))]
