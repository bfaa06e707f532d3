"""Of which service root are these metadata, or is this the service document, if of any?"""

from urllib.parse import urljoin, urlsplit

from cpo_probe.discovery.recognise import Seen
from cpo_probe.model import Declared, Exchange


def service_roots(exchange: Exchange, seen: Seen, declared: Declared | None) -> tuple[str, ...]:
    """Service roots that metadata or a service document may be of, likeliest first, each with its last slash.

    Metadata lie at <root>/$metadata; elsewhere they are a file, and nobody knows of which service. A service document names its
    root by its context URL (OData JSON 4.01, 5), which counts on the host that was asked, and lies at the root itself.
    """
    url = exchange.request.url.partition("?")[0]
    if declared is not None and declared.url:
        return (declared.url.rstrip("/") + "/",)
    if seen.kind == "edmx":
        return (url.removesuffix("$metadata"),) if url.endswith("/$metadata") else ()
    own = url.rstrip("/") + "/"
    value = seen.value if isinstance(seen.value, dict) else {}
    context = str(value.get("@odata.context", value.get("@context", ""))).partition("?")[0]
    if not context.startswith(("http://", "https://", "/")) or not context.endswith("/$metadata"):
        return (own,)
    try:
        stated = urljoin(url, urlsplit(context).path.removesuffix("$metadata"))
    except ValueError:
        return (own,)
    return tuple(dict.fromkeys((stated, own)))


def lists_nothing(seen: Seen) -> bool:
    """Whether it is a service document without a single entry."""
    return seen.kind == "odata" and isinstance(seen.value, dict) and seen.value.get("value") == []
