"""Which system does the user mean: a URL, the name of a profile, or a TOML file?"""

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from pydantic import ValidationError

from cpo_probe.errors import UsageError
from cpo_probe.model import Target
from cpo_probe.target.build import build
from cpo_probe.target.explain import dotted, explain
from cpo_probe.target.layers import COMMAND_LINE, Layer, find, merge, parents, place, read
from cpo_probe.target.lines import KeyPath
from cpo_probe.target.profile import Profile
from cpo_probe.target.secrets import Secrets, is_reference

_PARAM = re.compile(r"\$\{([A-Za-z0-9_]+)\}")
_DOCUMENT = re.compile(r"\.(json|ya?ml|wsdl|xml|html?|aspx?|jsp|php)$|/\$metadata$|/rootservices$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A target, and the secrets that its references stand for."""

    target: Target
    secrets: Secrets
    files: tuple[Path, ...]  # of the profiles used, the most special first


def load_target(text: str, *, roots: Sequence[Path], overrides: Mapping[str, Any] | None = None) -> Target:
    """The target that a URL, a profile name (`targets/NAME.toml` in a content root, or `./NAME.toml`) or a TOML path means.

    `overrides`: dotted key -> value of the right type ("limits.rate": 5), above everything else.
    Raises `UsageError` with file, line and the nearest valid key.
    """
    return load(text, roots=roots, overrides=overrides).target


def load(text: str, *, roots: Sequence[Path], overrides: Mapping[str, Any] | None = None) -> Loaded:
    """As `load_target`, with the secrets, which know the line that each reference was written on."""
    layers = [Layer(COMMAND_LINE, _nested(overrides or {}), {})]
    layers.append(Layer(COMMAND_LINE, from_url(text), {}) if "://" in text else read(find(text, roots)))
    layers += parents(layers, roots)
    files = tuple(Path(layer.label) for layer in layers if layer.lines)
    data: dict[str, Any] = {}
    for layer in reversed(layers):
        data = merge(data, layer.data)
    data.pop("extends", None)

    def at(path: KeyPath) -> str:
        return place(path, layers)

    data = _substituted(data, at)
    try:
        profile = Profile.model_validate_json(json.dumps(data, default=str), strict=True)
    except ValidationError as error:
        raise UsageError(explain(error, at)) from None
    if not profile.base_url:
        raise UsageError(
            f"{at(())} does not say where the system is: "
            f'write a profile with base_url = "https://..." and extends = "{Path(text).stem}", or give base_url with it'
        )
    _check_url(profile.base_url, at(("base_url",)))
    origins = {value: f"{at(path)} ({dotted(path)})" for path, value in _texts(data) if is_reference(value)}
    return Loaded(build(profile), Secrets(origins), files)


def parse_override(text: str) -> tuple[str, Any]:
    """'limits.rate=5' as key and typed value; a value that is no TOML is a text."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise UsageError(f"expected KEY=VALUE, found {text!r}: write for instance limits.rate=5")
    try:
        return key.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return key.strip(), value


def _nested(overrides: Mapping[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key, value in overrides.items():
        part: Any = value
        for name in reversed(key.split(".")):
            part = {name: part}
        data = merge(data, part)
    return data


def from_url(text: str) -> dict[str, Any]:
    """A URL of a document (openapi.json, $metadata, ?wsdl) is asked first; the folder it lies in is the base."""
    _check_url(text, COMMAND_LINE, query=True)
    parts = urlsplit(text)
    plain = parts._replace(fragment="").geturl()
    if not parts.query and not _DOCUMENT.search(parts.path):
        return {"base_url": plain}
    return {"base_url": urljoin(plain, "."), "discovery": {"places": [plain]}}


def _check_url(url: str, where: str, *, query: bool = False) -> None:
    try:
        parts = urlsplit(url)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        valid = False
    if not valid:
        shown = re.sub(r"//[^/@]*@", "//...@", url)
        raise UsageError(f"{where}: expected a URL as https://host/path, found {shown!r}: correct it")
    if parts.username is not None or parts.password is not None:
        clean = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        raise UsageError(
            f"{where}: a URL must not carry credentials, they would be recorded: ask {clean} and put them into a profile ([auth])"
        )
    if parts.query and not query:
        raise UsageError(f"{where}: base_url has a query: expected the part before the question mark")


def _texts(value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*path, key))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _texts(item, (*path, position))


def _substituted(data: dict[str, Any], at: Callable[[KeyPath], str]) -> dict[str, Any]:
    """Every ${name} replaced by the text of [params]; vocabulary is left as it is."""
    params = data.get("params")
    names = params if isinstance(params, dict) else {}

    def replace(value: Any, path: KeyPath) -> Any:
        if isinstance(value, dict):
            return {key: replace(item, (*path, key)) for key, item in value.items()}
        if isinstance(value, list):
            return [replace(item, (*path, position)) for position, item in enumerate(value)]
        if not isinstance(value, str):
            return value

        def fill(match: re.Match[str]) -> str:
            if match[1] not in names:
                raise UsageError(
                    f'{at(path)}: {dotted(path)} uses ${{{match[1]}}}, which is not in [params]: add {match[1]} = "..." there'
                )
            return str(names[match[1]])

        return _PARAM.sub(fill, value)

    return {key: value if key in {"params", "vocabulary"} else replace(value, (key,)) for key, value in data.items()}
