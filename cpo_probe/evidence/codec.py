"""How do the types of the model become canonical JSON, and JSON the types of the model?

Members stand in the order of the dataclass, keys of free mappings in alphabetical order, so equal values are equal bytes.
The kinds of log-in are told apart by a member "kind", which the dataclasses themselves do not carry.
"""

import dataclasses
from functools import lru_cache
from typing import Any, TypeVar, cast, get_type_hints

import msgspec

from cpo_probe.errors import EvidenceError
from cpo_probe.model import (
    ApiKeyAuth,
    Auth,
    BasicAuth,
    BearerAuth,
    BrowserAuth,
    LoginAuth,
    NoAuth,
    OAuth2Auth,
    Plan,
    SoapLoginAuth,
    Target,
    UsernameTokenAuth,
)

T = TypeVar("T")

AUTH_KINDS: dict[str, type[Any]] = {
    "none": NoAuth,
    "basic": BasicAuth,
    "bearer": BearerAuth,
    "apikey": ApiKeyAuth,
    "oauth2": OAuth2Auth,
    "login": LoginAuth,
    "browser": BrowserAuth,
    "wsse": UsernameTokenAuth,
    "soap_login": SoapLoginAuth,
}


def encode(obj: Any) -> bytes:
    """Canonical JSON in UTF-8, no white space.

    Lone surrogates, which JSON texts of servers may contain and UTF-8 cannot, are written out as the six characters `\\udXXX`.
    """
    shaped = _out(obj)
    try:
        return msgspec.json.encode(shaped, order="deterministic")
    except UnicodeEncodeError:
        return msgspec.json.encode(_scrub(msgspec.to_builtins(shaped)), order="deterministic")


def decode(data: bytes, type: type[T]) -> T:
    """The value that `encode` wrote. Raises `EvidenceError` that names the place when the JSON is not of that type."""
    try:
        return cast(T, _in(_decoder(cast(Any, type)).decode(data)))
    except (msgspec.MsgspecError, RecursionError) as error:
        name = getattr(type, "__name__", str(type))
        raise EvidenceError(f"expected JSON of the type {name}, found otherwise: {error}") from None


def shape(type: Any) -> Any:
    """The type whose JSON form `type` has: what the decoder and the JSON Schemas are made of."""
    return _Target if type is Target else _Plan if type is Plan else _AuthUnion if type == Auth else type


@lru_cache(maxsize=64)
def _decoder(type: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(shape(type))


def _struct(cls: type[Any], tag: str | None = None, **replace: Any) -> Any:
    """The class as a msgspec struct, the types of some fields replaced; a field with a default may be missing."""
    hints = get_type_hints(cls)
    fields = [
        (f.name, replace.get(f.name, hints[f.name]), *(() if f.default is dataclasses.MISSING else (f.default,)))
        for f in dataclasses.fields(cls)
        if f.init
    ]
    made = msgspec.defstruct(cls.__name__, fields, tag_field="kind" if tag else None, tag=tag, frozen=True, module=__name__)
    made.__doc__ = cls.__doc__
    return made


_KINDS = {kind: _struct(cls, kind) for kind, cls in AUTH_KINDS.items()}
_KIND_OF = {cls: kind for kind, cls in AUTH_KINDS.items()}
_AuthUnion: Any = None
for _made in _KINDS.values():
    _AuthUnion = _made if _AuthUnion is None else _AuthUnion | _made
_Target = _struct(Target, auth=_AuthUnion)
_Plan = _struct(Plan, target=_Target)


def _copy(value: Any, to: Any, **replace: Any) -> Any:
    names = (f.name for f in dataclasses.fields(to)) if dataclasses.is_dataclass(to) else to.__struct_fields__
    return to(**{name: replace.get(name, getattr(value, name)) for name in names})


def _out(value: Any) -> Any:
    if isinstance(value, Plan):
        return _copy(value, _Plan, target=_out(value.target))
    if isinstance(value, Target):
        return _copy(value, _Target, auth=_out(value.auth))
    kind = _KIND_OF.get(type(value))
    return value if kind is None else _copy(value, _KINDS[kind])


def _in(value: Any) -> Any:
    if isinstance(value, _Plan):
        return _copy(value, Plan, target=_in(value.target))
    if isinstance(value, _Target):
        return _copy(value, Target, auth=_in(value.auth))
    if isinstance(value, tuple(_KINDS.values())):
        cls = AUTH_KINDS[cast(Any, value).__struct_config__.tag]
        return cls() if cls is NoAuth else _copy(value, cls)
    return value


def _scrub(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {_scrub(key): _scrub(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_scrub(item) for item in value]
    return value
