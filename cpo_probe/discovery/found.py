"""Which interface does a description stand for, and under which URL is it asked?"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from cpo_probe.discovery.recognise import Seen
from cpo_probe.model import Declared, Effect, Exchange, Interface, Operation, Scope, Target
from cpo_probe.protocols.openapi import OpenApi
from cpo_probe.protocols.wsdl import Description
from cpo_probe.protocols.wsdl.problem import pointer


@dataclass(frozen=True, slots=True)
class Pinned:
    """A service root that may be asked. `note`: how it differs from what the description says, "" when it does not."""

    url: str
    note: str


def pin(stated: Iterable[str], document_url: str, scope: Scope) -> Pinned:
    """The stated service root on the host that was asked; else one in scope; else the first one moved to the host that was asked.

    Systems often name themselves by another host than the one they are asked at (localhost, a name behind a proxy).
    """
    asked = urlsplit(document_url)
    urls = [url.rstrip("/") for url in stated]
    own = next((url for url in urls if _origin(url) == _origin(document_url)), None)
    if own is not None:
        return Pinned(own, "")
    inside = next((url for url in urls if urlsplit(url).netloc.lower() in scope.hosts), None)
    if inside is not None:
        return Pinned(inside, "")
    if not urls:
        root = urlunsplit((asked.scheme, asked.netloc, "", "", ""))
        return Pinned(root, "the description names no usable server; the root of its host is asked")
    first = urlsplit(urls[0])
    moved = urlunsplit((asked.scheme, asked.netloc, first.path.rstrip("/"), "", ""))
    return Pinned(moved, f"the description names {urls[0]}; {moved} is asked instead")


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    try:
        return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return parts.scheme, parts.hostname, None


def identify(kind: str, url: str) -> str:
    """ "<kind>:<path>", stable over hosts and runs."""
    return f"{kind}:{urlsplit(url).path or '/'}"


def below(interface: Interface, base_url: str) -> Interface:
    """The same with its path counted from the target's base URL, so that a test and a production instance compare.

    What lies beside the base URL keeps its whole path, marked with "^".
    """
    base, path = urlsplit(base_url).path.rstrip("/"), urlsplit(interface.url).path
    if not base:
        return interface
    inside = path == base or path.startswith(base + "/")
    return replace(interface, id=f"{interface.kind}:{path.removeprefix(base) or '/'}" if inside else f"{interface.kind}:^{path}")


def openapi(api: OpenApi, exchange: Exchange, seen: Seen, scope: Scope, declared: Declared | None, why: str) -> Interface:
    """The interface of an OpenAPI description. A URL that the profile declares goes before the description's servers."""
    place = _declared(declared) or pin(api.servers, exchange.request.url, scope)
    return _interface("openapi", place, exchange, seen, declared, why, {"servers": list(api.servers)})


def odata(root: str, description: Exchange | None, seen: Seen, declared: Declared | None, why: str) -> Interface:
    """The interface of an OData service root."""
    return _interface("odata", Pinned(root.rstrip("/"), ""), description, seen, declared, why, {})


def wsdl(
    description: Description, exchange: Exchange, seen: Seen, scope: Scope, declared: Declared | None, why: str
) -> Interface:
    """The interface of a WSDL: its first SOAP address on a host that may be asked."""
    own = exchange.request.url
    ports = (port for service in description.services.values() for port in service.ports if port.protocol.startswith("soap"))
    stated = [urljoin(own, port.address) for port in ports if port.address]
    place = _declared(declared) or pin(stated or [own.partition("?")[0]], own, scope)
    return _interface("wsdl", place, exchange, seen, declared, why, {})


def calls(description: Description, interface: str) -> tuple[Operation, ...]:
    """The operations of the SOAP ports, each as "<port>/<operation>"; whether it only reads nobody can tell from a WSDL."""
    found: dict[str, Operation] = {}
    for service in description.services.values():
        for port in service.ports:
            binding = description.bindings.get(port.binding) if port.binding else None
            for bound in binding.operations if binding is not None and binding.soap else ():
                id = f"{port.name}/{bound.name}"
                id = f"{service.name.local}.{id}" if id in found else id
                found[id] = Operation(
                    id, interface, bound.name, "POST", "/", (), Effect.WRITE, ("text/xml",), pointer(bound.node), False, None
                )
    return tuple(found.values())


def oslc(exchange: Exchange, seen: Seen, declared: Declared | None, why: str) -> Interface:
    """The interface of OSLC root services: the folder they lie in."""
    root = urljoin(exchange.request.url, ".").rstrip("/")
    return _interface("oslc", Pinned(root, ""), exchange, seen, declared, why, {})


def undescribed(declared: Declared, base_url: str, why: str, instead: Exchange | None = None) -> Interface:
    """An interface that the profile declares and that shows no description; `instead`: what came in its place."""
    place = Pinned((declared.url or base_url).rstrip("/"), "")
    return _interface(declared.kind, place, instead, Seen("nothing", "", "", ""), declared, why, {})


def exports(base_url: str) -> Interface:
    """The files that the profile says the system hands out; there is no description of them to be found."""
    why = "exports declared by the profile"
    return _interface("export", Pinned(base_url.rstrip("/"), ""), None, Seen("nothing", "", "", ""), None, why, {})


def files(target: Target, interface: str) -> tuple[Operation, ...]:
    """Each export as an operation, named as the profile names it; what starts a job does more than read."""
    return tuple(
        Operation(
            id=export.name,
            interface=interface,
            name=export.name,
            method=export.method,
            template=urlsplit(export.url).path or "/",
            parameters=(),
            effect=Effect.JOB if export.job else Effect.READ,
            produces=export.media_types,
            pointer="",
            deprecated=False,
            secured=None,
        )
        for export in target.exports
    )


def web(base_url: str, what: str, why: str) -> Interface:
    """The fallback: something answers, and nothing describes it."""
    title = "pages for people, no described interface" if what == "html" else "answers, but no described interface"
    return _interface("web", Pinned(base_url.rstrip("/"), ""), None, Seen(what, "", title, ""), None, why, {"answers": what})


def _declared(declared: Declared | None) -> Pinned | None:
    return Pinned(declared.url.rstrip("/"), "") if declared and declared.url else None


def _interface(
    kind: str, place: Pinned, exchange: Exchange | None, seen: Seen, declared: Declared | None, why: str, options: dict[str, Any]
) -> Interface:
    found = f"{why}{f' (exchange {exchange.id})' if exchange else ''}{f'; {place.note}' if place.note else ''}"
    noted = {"pinned": place.note} if place.note else {}
    own = declared.options if declared else {}
    return Interface(
        id=identify(kind, place.url),
        kind=kind,
        url=place.url,
        title=seen.title,
        version=seen.version,
        description=exchange.id if exchange else "",
        documents=(),
        anonymous=None,
        found=found,
        options={**options, **noted, **own},
    )


_READ_NAME = re.compile(r"(get|list|search|find|query|read|fetch|count|lookup)(?![a-z])")
_DENIED = re.compile(
    r"next|generat|check_?(in|out)|reserv|promot|creat|updat|delet|remov|set_|add_|lock|start|run|execut|send|import|submit|approv|reset"
)
_ENDING = {"logout", "signout", "logoff", "signoff"}


def effects(operations: Iterable[Operation], read: Iterable[str], *, by_name: bool = False) -> tuple[Operation, ...]:
    """Operations with the effect that profile and user know better than the method does.

    A POST that the profile names (by id or name) only reads; with `by_name`, also one called get..., list..., search... unless
    its name holds a word that changes things. A GET that ends the session does more than read.
    """
    named = frozenset(read)

    def effect(operation: Operation) -> Effect:
        last = operation.template.rstrip("/").rpartition("/")[2]
        if operation.method == "POST" and (
            named & {operation.id, operation.name} or (by_name and _reads(operation.name or last))
        ):
            return Effect.READ
        if operation.method == "GET" and re.sub("[-_]", "", last.lower()) in _ENDING:
            return Effect.WRITE
        return operation.effect

    return tuple(replace(operation, effect=effect(operation)) for operation in operations)


def _reads(name: str) -> bool:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", name).lower()
    return _READ_NAME.match(words) is not None and _DENIED.search(words) is None
