"""Under which URLs does a description say that its operations are found?"""

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

_VARIABLE = re.compile(r"\{([^{}]*)\}")


def variables(template: str) -> list[str]:
    """Names in braces, in order."""
    return _VARIABLE.findall(template)


def server_url(server: Any, document_url: str) -> str:
    """A Server Object's absolute URL without trailing slash, variables at their defaults; "" when it cannot be told.

    Relative URLs count from where the description is served (OpenAPI 3.x, Server Object).
    """
    template = server.get("url") if isinstance(server, dict) else None
    if not isinstance(template, str):
        return ""
    known = server.get("variables")
    values = known if isinstance(known, dict) else {}

    def default(match: re.Match[str]) -> str:
        variable = values.get(match.group(1))
        value = variable.get("default") if isinstance(variable, dict) else None
        return match.group(0) if value is None or isinstance(value, (dict, list)) else str(value)

    url = _VARIABLE.sub(default, template.strip())
    if "{" in url:
        return ""
    try:
        absolute = urljoin(document_url, url)
        parts = urlsplit(absolute)
    except ValueError:
        return ""
    return absolute.partition("?")[0].partition("#")[0].rstrip("/") if parts.scheme and parts.netloc else ""


def servers_3(holder: dict[str, Any], document_url: str) -> tuple[str, ...]:
    """Absolute URLs of `servers`; without the field the one server is "/" (OpenAPI 3.x, OpenAPI Object)."""
    listed = holder.get("servers")
    if not isinstance(listed, list) or not listed:
        listed = [{"url": "/"}]
    return tuple(dict.fromkeys(url for url in (server_url(server, document_url) for server in listed) if url))


def servers_2(document: dict[str, Any], document_url: str) -> tuple[str, ...]:
    """schemes, host and basePath; what is left out is taken from where the description is served (Swagger 2.0)."""
    try:
        served = urlsplit(document_url)
        host = document.get("host")
        netloc = host if isinstance(host, str) and host else served.netloc
        base = document.get("basePath")
        path = base if isinstance(base, str) else ""
        listed = document.get("schemes")
        schemes = [s for s in listed if s in ("http", "https")] if isinstance(listed, list) else []
        if not schemes:
            schemes = [served.scheme] if served.scheme else []
        elif served.scheme in schemes:
            schemes = [served.scheme, *(s for s in schemes if s != served.scheme)]
        urls = [f"{scheme}://{netloc}/{path.lstrip('/')}".rstrip("/") for scheme in schemes if netloc]
        return tuple(dict.fromkeys(url for url in urls if urlsplit(url).netloc))
    except ValueError:
        return ()
