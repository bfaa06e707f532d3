"""Are versions, servers, tags and descriptive texts as an integrator needs them?"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from cpo_probe.model import Problem
from cpo_probe.protocols.json_pointer import join
from cpo_probe.protocols.json_schema import short
from cpo_probe.protocols.openapi.places import problem
from cpo_probe.protocols.openapi.servers import variables
from cpo_probe.protocols.openapi.shape import Node

if TYPE_CHECKING:
    from cpo_probe.protocols.openapi.description import OpenApi

_SEMVER = re.compile(r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
_INDENTED = re.compile(r"^(?: {4}|\t).*$", re.MULTILINE)
_SCRIPT = re.compile(
    r"<\s*script\b|<[a-z][^<>]{0,2000}?\son[a-z]{3,}\s*=|(?:\]\(|(?:href|src)\s*=\s*[\"']?)\s*javascript:", re.IGNORECASE
)
# RFC 2606: names that never belong to anybody.
_PLACEHOLDER = re.compile(r"(?:.*\.)?example(?:\.(?:com|net|org))?|(?:.*\.)?invalid", re.IGNORECASE)


def version_stated(api: "OpenApi") -> Iterator[Problem]:
    if not api.info_version:
        yield problem(api.documents, "version-stated", api.documents.url, "/info", "info.version", "absent or empty")


def semver(api: "OpenApi") -> Iterator[Problem]:
    if api.info_version and not _SEMVER.fullmatch(api.info_version):
        pointer = "/info/version"
        yield problem(api.documents, "semver", api.documents.url, pointer, "MAJOR.MINOR.PATCH", short(api.info_version))


def servers(api: "OpenApi") -> Iterator[Problem]:
    if api.version == "2.0":
        host = api.documents.value.get("host")
        if isinstance(host, str) and _PLACEHOLDER.fullmatch(host.partition(":")[0]):
            yield problem(
                api.documents, "servers", api.documents.url, "/host", "a host of the vendor", host, reason="placeholder"
            )
        return
    for node in api.documents.of("server"):
        url = node.value.get("url")
        if isinstance(url, str):
            yield from _server(api, node, url)


def _server(api: "OpenApi", node: Node, url: str) -> Iterator[Problem]:
    pointer = join(node.pointer, "url")
    listed = node.value.get("variables")
    known: dict[str, Any] = listed if isinstance(listed, dict) else {}
    for name in variables(url):
        if name not in known:
            yield problem(
                api.documents, "servers", node.url, pointer, f"variable {name} declared", short(url), reason="variable", name=name
            )
    for name, variable in known.items():
        allowed = variable.get("enum") if isinstance(variable, dict) else None
        if isinstance(allowed, list) and allowed and "default" in variable and variable["default"] not in allowed:
            here = join(node.pointer, "variables", name, "default")
            yield problem(api.documents, "servers", node.url, here, [short(v) for v in allowed[:20]], short(variable["default"]))
    filled = re.sub(r"\{[^{}]*\}", "1", url)  # a digit fits a host, a port and a path
    try:
        parts = urlsplit(urljoin(api.documents.url, filled))
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        yield problem(api.documents, "servers", node.url, pointer, "a URL", short(url), reason="url")
        return
    if _PLACEHOLDER.fullmatch(host) and _PLACEHOLDER.fullmatch(_own_host(filled)):
        yield problem(api.documents, "servers", node.url, pointer, "the vendor's host", short(url), reason="placeholder")


def _own_host(url: str) -> str:
    """The host that the URL itself states; "" for a relative one, which is where the description is served."""
    return urlsplit(url).hostname or ""


def tags(api: "OpenApi") -> Iterator[Problem]:
    """Tags that operations use need not be declared (Operation and Tag Object): only doubles and 3.2's parents can be wrong."""
    seen: dict[str, str] = {}
    parents: dict[str, tuple[str, Node]] = {}
    for node in api.documents.of("tag"):
        name, parent = node.value.get("name"), node.value.get("parent")
        if not isinstance(name, str):
            continue
        if name in seen:
            yield problem(api.documents, "tags", node.url, node.pointer, "unique", short(name), also=seen[name])
        seen.setdefault(name, node.pointer)
        if api.version == "3.2" and isinstance(parent, str):
            parents[name] = (parent, node)
    for name, (parent, node) in parents.items():
        pointer = join(node.pointer, "parent")
        if parent not in seen:
            yield problem(api.documents, "tags", node.url, pointer, "a declared tag", short(parent), reason="parent")
        elif _circular(name, parents):
            yield problem(api.documents, "tags", node.url, pointer, "no cycle", short(parent), reason="cycle")


def _circular(name: str, parents: dict[str, tuple[str, Node]]) -> bool:
    at, steps = name, 0
    while at in parents and steps <= len(parents):
        at, steps = parents[at][0], steps + 1
        if at == name:
            return True
    return False


def markdown_safe(api: "OpenApi") -> Iterator[Problem]:
    """Texts that a documentation page shows; what stands in code spans and blocks is shown, not run."""
    for node in api.documents.nodes:
        for field in ("description", "summary", "title"):
            text = node.value.get(field)
            if (isinstance(text, str) and "<" in text) or (isinstance(text, str) and "javascript:" in text.lower()):
                match = _SCRIPT.search(_CODE.sub("", _INDENTED.sub("", _FENCE.sub("", text))))
                if match and node.kind not in ("callback", "responses", "paths"):
                    pointer = join(node.pointer, field)
                    yield problem(api.documents, "markdown-safe", node.url, pointer, "no script", short(match.group()))
