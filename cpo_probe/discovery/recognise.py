"""What is this answer, judged by its content and not by its status, name or media type?"""

from dataclasses import dataclass
from typing import Any

from lxml import etree

from cpo_probe.model import Exchange
from cpo_probe.protocols.openapi import OpenApi, Raw, read

_HEAD = 64 * 2**10  # bytes of an XML text in which its root element must begin
_EDMX = {"http://docs.oasis-open.org/odata/ns/edmx", "http://schemas.microsoft.com/ado/2007/06/edmx"}
_WSDL = {"http://schemas.xmlsoap.org/wsdl/": ("definitions", "1.1"), "http://www.w3.org/ns/wsdl": ("description", "2.0")}
_ATOM_SERVICE = "{http://www.w3.org/2007/app}service"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF"
_OSLC = ("http://open-services.net/", "http://jazz.net/xmlns/prod/jazz/", "http://jazz.net/ns/")


@dataclass(frozen=True, slots=True)
class Seen:
    """`kind`: "openapi", "edmx" (OData metadata), "odata" (service document), "wsdl", "oslc", "linkset", "json", "html",
    "script", "xml", "other", or "nothing" when there is no successful answer.

    `words`: what is said about it in the list of what was tried.
    """

    kind: str
    version: str
    title: str
    words: str
    value: Any = None  # the parsed text of JSON and YAML


def recognise(exchange: Exchange) -> Seen:
    """Pure: the same answer is always the same thing."""
    if exchange.response is None:
        failure = exchange.failure
        return Seen("nothing", "", "", f"no answer ({failure.kind.value})" if failure else "no answer")
    if not 200 <= exchange.status < 300:
        target = exchange.header("location") if 300 <= exchange.status < 400 else None
        return Seen(
            "nothing",
            "",
            "",
            f"{exchange.status}, a redirect to {target} that is not followed" if target else str(exchange.status),
        )
    if exchange.failure is not None:
        return Seen("nothing", "", "", f"{exchange.status}, broken off ({exchange.failure.kind.value})")
    body = exchange.body
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:_HEAD]
    if not start:
        return Seen("other", "", "", f"{exchange.status}, empty")
    if start.startswith(b"<"):
        return _markup(start, body)
    if exchange.media_type.endswith("javascript"):
        return Seen("script", "", "", "a script")
    raw = read(body, exchange.media_type)
    return (
        _value(raw, exchange)
        if isinstance(raw, Raw)
        else Seen("other", "", "", f"{exchange.media_type or 'something'}, not readable as JSON or YAML")
    )


def _markup(start: bytes, body: bytes) -> Seen:
    lower = start.lower()
    if b"<html" in lower or lower.startswith(b"<!doctype html"):
        login = b'type="password"' in body.lower() or b"type='password'" in body.lower()
        return Seen("html", "", "", "a log-in page (HTML)" if login else "an HTML page")
    root = root_element(start)
    if root is None:
        return Seen("other", "", "", "markup that is neither HTML nor well-formed XML")
    name = etree.QName(root)
    if name.namespace in _EDMX and name.localname == "Edmx":
        version = root.get("Version", "")
        version = "2.0" if version == "1.0" else version  # OData 2.0 and 3.0 are packaged as EDMX 1.0
        return Seen("edmx", version, "", f"OData metadata {version}")
    if name.namespace in _WSDL and name.localname == _WSDL[name.namespace][0]:
        version = _WSDL[name.namespace][1]
        return Seen("wsdl", version, root.get("name", ""), f"WSDL {version}")
    if root.tag == _ATOM_SERVICE:
        return Seen("odata", "", "", "an AtomPub service document")
    if root.tag == _RDF and any(uri.startswith(_OSLC) for uri in _namespaces(root, start)):
        return Seen("oslc", "", "", "OSLC root services")
    return Seen("xml", "", "", f"XML <{name.localname}>")


def _namespaces(root: Any, start: bytes) -> list[str]:
    declared = [uri for uri in root.nsmap.values() if uri]
    return declared + [uri for uri in _OSLC if uri.encode() in start]


def root_element(start: bytes) -> Any:
    """The root start tag of an XML text, from its first bytes; None when there is none. Nothing is fetched or expanded.

    A name with a prefix that stands for nothing is none: lxml hands it over with the colon in it.
    """
    parser = etree.XMLPullParser(events=("start",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        parser.feed(start)
    except etree.XMLSyntaxError:
        return None
    for _, element in parser.read_events():
        name = str(getattr(element, "tag", ":"))
        return None if ":" in name.rpartition("}")[2] else element
    return None


def _value(raw: Raw, exchange: Exchange) -> Seen:
    value = raw.value
    if not isinstance(value, dict):
        return Seen("json", "", "", "JSON", value)
    api = OpenApi.build(raw, exchange.request.url, {})
    if api.stated and ("paths" in value or "webhooks" in value or "components" in value):
        words = f"OpenAPI {api.stated}" + (" as YAML" if raw.syntax == "yaml" else "")
        if not api.version:
            return Seen("json", "", "", f"{words}, a version that is not known", value)
        return Seen("openapi", api.info_version, api.title, words, value)
    if isinstance(value.get("$Version"), str) and isinstance(value.get("$EntityContainer"), str):
        return Seen("edmx", value["$Version"], "", f"OData metadata {value['$Version']} as JSON")
    if isinstance(value.get("linkset"), list):
        return Seen("linkset", "", "", "a link set (RFC 9264)", value)
    if _is_service(value):
        return Seen("odata", exchange.header("odata-version") or "", "", "an OData service document", value)
    if raw.syntax == "yaml" and exchange.media_type.startswith("text/") and "yaml" not in exchange.media_type:
        return Seen("other", "", "", exchange.media_type)
    return Seen("json", "", "", "YAML" if raw.syntax == "yaml" else "JSON", value)


def _is_service(value: dict[str, Any]) -> bool:
    """OData JSON 4.01, 5 (value with name and url), or V2 ({"d": {"EntitySets": []}})."""
    old = value.get("d")
    if isinstance(old, dict) and isinstance(old.get("EntitySets"), list):
        return True
    sets = value.get("value")
    context = value.get("@odata.context", value.get("@context"))
    if not (isinstance(context, str) and "$metadata" in context and "#" not in context and isinstance(sets, list)):
        return False
    return all(isinstance(item, dict) and "name" in item and "url" in item for item in sets)
