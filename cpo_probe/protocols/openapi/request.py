"""How are arguments written into a request? OpenAPI 3.x, Parameter Object: style and explode; Swagger 2.0: collectionFormat."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from cpo_probe.model import Headers, Operation, Parameter

_DELIMITERS = {"spaceDelimited": "%20", "pipeDelimited": "%7C", "tabDelimited": "%09"}


def build_request(operation: Operation, arguments: Mapping[str, Any]) -> tuple[str, Headers, tuple[tuple[str, str], ...]]:
    """Path with query, header fields and cookies for the arguments, by parameter name.

    Where two parameters share a name, "query:name" (place and name) tells them apart. Raises `ValueError` when a required
    path parameter has no argument, or one that is empty or dots: the request would ask for something else.
    """
    path = operation.template
    query: list[str] = []
    headers: list[tuple[str, str]] = []
    cookies: list[tuple[str, str]] = []
    for parameter in operation.parameters:
        qualified = f"{parameter.place}:{parameter.name}"
        if qualified not in arguments and parameter.name not in arguments:
            if parameter.place == "path":
                raise ValueError(f"path parameter {parameter.name!r} of {operation.id} needs an argument, found none")
            continue
        value = arguments[qualified] if qualified in arguments else arguments[parameter.name]
        match parameter.place:
            case "path":
                text = in_path(parameter, value)
                if text in ("", ".", ".."):
                    raise ValueError(f"path parameter {parameter.name!r} of {operation.id} needs a value, found {text!r}")
                path = path.replace("{" + parameter.name + "}", text)
            case "query":
                query += in_query(parameter, value)
            case "querystring":
                query.append(_whole_query(parameter, value))
            case "header":
                headers.append((parameter.name, in_header(parameter, value)))
            case "cookie":
                cookies += in_cookie(parameter, value)
    return path + ("?" + "&".join(query) if query else ""), tuple(headers), tuple(cookies)


def _whole_query(parameter: Parameter, value: Any) -> str:
    """3.2's `in: querystring`: the whole query in the parameter's media type."""
    if parameter.style == "content:application/x-www-form-urlencoded":
        if isinstance(value, dict):
            return "&".join(f"{name}={inner}" for name, inner in _pairs(value))
        return quote(_content(value), safe="=&%+")
    return quote(_content(value), safe="")


def text_of(value: Any) -> str:
    """A scalar as text: JSON's words for booleans and null, numbers without a needless fraction."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _content(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _json(parameter: Parameter, value: Any) -> str | None:
    """The value as its media type writes it when the parameter has `content`; None for a styled one."""
    return _content(value) if parameter.style.startswith("content:") else None


def _escape(value: Any) -> str:
    return quote(text_of(value), safe="")


def _pairs(value: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(_escape(name), _escape(inner)) for name, inner in value.items()]


def _joined(value: Any, delimiter: str = ",") -> str:
    """An array's elements, or an object's names and values in turn; a scalar as it is."""
    if isinstance(value, dict):
        return delimiter.join(part for pair in _pairs(value) for part in pair)
    if isinstance(value, list):
        return delimiter.join(_escape(item) for item in value)
    return _escape(value)


def in_path(parameter: Parameter, value: Any) -> str:
    """RFC 6570, 3.2.2 (simple), 3.2.5 (label) and 3.2.7 (matrix)."""
    content = _json(parameter, value)
    if content is not None:
        return quote(content, safe="")
    match parameter.style:
        case "label":
            if parameter.explode and isinstance(value, dict):
                return "".join(f".{name}={inner}" for name, inner in _pairs(value))
            return "." + _joined(value, "." if parameter.explode else ",")
        case "matrix":
            return _matrix(parameter, value)
    if parameter.explode and isinstance(value, dict):
        return ",".join(f"{name}={inner}" for name, inner in _pairs(value))
    return _joined(value, _DELIMITERS.get(parameter.style, ","))


def _matrix(parameter: Parameter, value: Any) -> str:
    name = _escape(parameter.name)
    if parameter.explode and isinstance(value, dict):
        return "".join(f";{key}={inner}" for key, inner in _pairs(value))
    if parameter.explode and isinstance(value, list):
        return "".join(f";{name}={_escape(item)}" for item in value)
    text = _joined(value)
    return f";{name}={text}" if text else f";{name}"


def in_query(parameter: Parameter, value: Any) -> list[str]:
    """`name=value` parts: form, spaceDelimited, pipeDelimited, tabDelimited (2.0) and deepObject."""
    name = _escape(parameter.name)
    content = _json(parameter, value)
    if content is not None:
        return [f"{name}={quote(content, safe='')}"]
    if parameter.style == "deepObject" and isinstance(value, dict):
        return [f"{name}%5B{part}%5D={text}" for key, inner in value.items() for part, text in _deep(key, inner)]
    if parameter.explode and isinstance(value, dict):
        return [f"{key}={inner}" for key, inner in _pairs(value)]
    if parameter.explode and isinstance(value, list):
        return [f"{name}={_escape(item)}" for item in value]
    return [f"{name}={_joined(value, _DELIMITERS.get(parameter.style, ','))}"]


def _deep(key: str, value: Any) -> list[tuple[str, str]]:
    """The standard leaves arrays and nesting open; repeated names and nested brackets are what servers read."""
    if isinstance(value, dict):
        return [(f"{_escape(key)}%5D%5B{part}", text) for inner, item in value.items() for part, text in _deep(inner, item)]
    if isinstance(value, list):
        return [(_escape(key), _escape(item)) for item in value]
    return [(_escape(key), _escape(value))]


def in_header(parameter: Parameter, value: Any) -> str:
    """Style simple, not percent-encoded (OpenAPI 3.x, Parameter Object); line breaks can never get in."""
    content = _json(parameter, value)
    if content is None:
        if isinstance(value, dict):
            glue = "=" if parameter.explode else ","
            content = ",".join(f"{name}{glue}{text_of(inner)}" for name, inner in value.items())
        elif isinstance(value, list):
            content = ",".join(text_of(item) for item in value)
        else:
            content = text_of(value)
    return " ".join(content.split("\r\n")).replace("\r", " ").replace("\n", " ")


def in_cookie(parameter: Parameter, value: Any) -> list[tuple[str, str]]:
    """Style form: (name, value) pairs."""
    content = _json(parameter, value)
    if content is not None:
        return [(parameter.name, quote(content, safe=""))]
    if parameter.explode and isinstance(value, dict):
        return [(name, inner) for name, inner in _pairs(value)]
    if parameter.explode and isinstance(value, list):
        return [(parameter.name, _escape(item)) for item in value]
    return [(parameter.name, _joined(value))]
