"""What must the body of a recorded answer look like, as far as request and model tell surely?"""

import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote, unquote_plus, urlsplit

from cpo_probe.model import Exchange
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.payload import Context, Expected, Shape
from cpo_probe.protocols.odata.resource import resource

_ALTERS = frozenset({"compute", "skiptoken"})  # properties that no type declares may come; a token may hide any option
_PLAIN = frozenset({"filter", "orderby", "top", "skip", "count", "search", "format", "schemaversion", "select", "expand"})
_DYNAMIC = re.compile(r"\b\$?compute=", re.IGNORECASE)
_LIST = re.compile(r"\([^/]*\)$")  # of selected properties
_PARAMETER = re.compile(r';\s*(?:odata\.)?([A-Za-z0-9]+)\s*=\s*"?([^";\s]+)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """`silent`: payload rules that cannot be judged here, although a body breaks none of them.

    `path`: of the resource, see `resource.Resource`; "" for the service document and for errors.
    """

    path: str
    expected: Expected
    context: Context
    silent: frozenset[str]


@dataclass(frozen=True, slots=True)
class Unsure:
    """`reason`: "no_content", "not_json", "not_of_the_service", "other_answer", "delta", "transformed", "unknown_resource"."""

    reason: str


def answer(model: Model, root: str, exchange: Exchange) -> Answer | Unsure:
    """For answers of OData 4.0 and 4.01. `root`: URL of the service, without a slash at its end."""
    if not exchange.body or exchange.status in (204, 304):
        return Unsure("no_content")
    if exchange.media_type != "application/json":
        return Unsure("not_json")
    context, unclear = _context(exchange)
    if exchange.status >= 400:
        if exchange.header("odata-version") is None:
            return Unsure("not_of_the_service")
        return Answer("", Expected.of(Shape.ERROR), context, frozenset())
    if exchange.status != 200 or exchange.request.method != "GET":
        return Unsure("other_answer")
    return _shown(model, root, exchange, context, unclear)


def _shown(model: Model, root: str, exchange: Exchange, context: Context, unclear: bool) -> Answer | Unsure:
    url = exchange.request.url
    if not (url.startswith(f"{root}/") or url.partition("?")[0] == root):
        return Unsure("unknown_resource")
    given = dict(_options(url))
    fragment = _fragment(exchange)
    if "deltatoken" in given or fragment.endswith("$delta"):
        return Unsure("delta")
    if "apply" in given or ("skiptoken" in given and "(" in fragment):
        return Unsure("transformed")
    found = resource(model, urlsplit(url).path.removeprefix(urlsplit(root).path))
    if found is None:
        return Unsure("unknown_resource")
    silent: set[str] = set()
    if unclear:
        silent |= {"context", "type", "abstract", "metadata-none", "metadata-full"}
    untyped = unclear or context.metadata == "none"
    if untyped or given.keys() & _ALTERS or given.keys() - _PLAIN or any(_DYNAMIC.search(text) for text in given.values()):
        silent.add("undeclared")
    if not _whole(exchange, given, fragment, untyped):
        context = Context(context.version, context.metadata, context.ieee754, False)
    expected = replace(found.expected, type=_derived(model, found.expected, fragment))
    return Answer(found.path, expected, context, frozenset(silent))


def _derived(model: Model, expected: Expected, fragment: str) -> str:
    """The type that the context URL states for entities: the expected one, or one derived from it (protocol 4.01, 10.5, 10.6)."""
    if expected.shape not in (Shape.ENTITY, Shape.ENTITIES):
        return expected.type
    path = _LIST.sub("", unquote(fragment).removesuffix("/$entity"))
    name = model.qualified(path.rpartition("/")[2]) if "/" in path else ""
    return name if model.entity(name) is not None and model.derives(name, expected.type) else expected.type


def _whole(exchange: Exchange, given: dict[str, str], fragment: str, untyped: bool) -> bool:
    """Whether every property has to be there: what was left out, the context URL would tell (protocol 4.01, 11.2.5.1).

    Nulls are left out only as asked for and stated (OData JSON 4.01, 24, item 22).
    """
    if untyped or not fragment or "(" in fragment:
        return False
    omits = all("omit-values" in (field or "").lower() for field in (exchange.request.header("prefer"), _applied(exchange)))
    return not (given.keys() - _PLAIN or "select" in given or omits)


def _applied(exchange: Exchange) -> str:
    return exchange.header("preference-applied") or ""


def _options(url: str) -> list[tuple[str, str]]:
    """System query options without their $; OData 4.01 takes them in any case and without it. Custom ones are left out."""
    found = []
    for part in urlsplit(url).query.split("&"):
        name, _, value = part.partition("=")
        known = unquote_plus(name).lower()
        bare = known.removeprefix("$")
        if known != bare or bare in _PLAIN | _ALTERS or bare in ("apply", "deltatoken"):
            found.append((bare, unquote_plus(value)))
    return found


def _fragment(exchange: Exchange) -> str:
    """Of the context URL; "" without one."""
    value: Any = exchange.response.document.value if exchange.response else None
    if not isinstance(value, dict):
        return ""
    stated = value.get("@odata.context", value.get("@context"))
    return stated.partition("#")[2] if isinstance(stated, str) else ""


def _context(exchange: Exchange) -> tuple[Context, bool]:
    """What the answer says about itself; and whether its metadata level stays open.

    It stays open when the request asked for one and the answer states none. OData JSON 4.01, 3.2 and 4.1: numbers are text
    exactly if the answer's media type says so. Without OData-Version names of either version are taken.
    """
    stated = _parameters(exchange.header("content-type") or "")
    level = stated.get("metadata", "").lower()
    asked = f"{exchange.request.header('accept') or ''} {unquote_plus(urlsplit(exchange.request.url).query)}".lower()
    known = level in ("none", "minimal", "full")
    version = (exchange.header("odata-version") or "4.01").strip()
    ieee754 = stated.get("ieee754compatible", "").lower() == "true"
    unclear = not known and ("metadata=" in asked or level != "")
    return Context(version, level if known else "minimal", ieee754, True), unclear


def _parameters(content_type: str) -> dict[str, str]:
    return {name.lower(): value for name, value in _PARAMETER.findall(content_type)}
