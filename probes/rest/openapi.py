"""REST: what does the recorded OpenAPI description say?"""

from collections.abc import Iterator

from cpo_probe.sdk import Evidence, Exchange, Interface, OpenApi, Raw, fact, read_openapi

from .asking import settled

_NOTHING = Raw(None, "json", (), b"")
_MOST = 10  # exchanges of one chain of redirects


@fact
def openapi(interface: Interface, evidence: Evidence) -> OpenApi:
    """The description with the documents it refers to; one without version and operations when nothing readable was recorded."""
    if not interface.description:
        return OpenApi.build(_NOTHING, interface.url, {})
    root = evidence.exchange(interface.description)
    raw = read_openapi(root.body, root.media_type)
    others: dict[str, bytes] = {}
    for id in interface.documents:
        document = evidence.exchange(id)
        others |= dict.fromkeys(_urls(document, evidence), document.body)
    return OpenApi.build(raw if isinstance(raw, Raw) else _NOTHING, root.request.url, others, _absent(evidence))


def _absent(evidence: Evidence) -> frozenset[str]:
    """Addresses that a description refers to and where the server says that there is nothing."""
    gone = [e for e in settled(evidence.select(purpose="discovery.reference")) if e.status in (404, 410)]
    return frozenset(url for e in gone for url in _urls(e, evidence))


def _urls(exchange: Exchange, evidence: Evidence) -> Iterator[str]:
    """Where the document was asked for and where redirects led: references name the first."""
    for _ in range(_MOST):
        yield exchange.request.url
        if not exchange.follows:
            return
        exchange = evidence.exchange(exchange.follows)
