"""SOAP: what must the checks of a WSDL as a whole say?"""

from dataclasses import replace
from typing import Any

from cpo_probe.model import Exchange
from tests.probes.make import HOST, Case, Record, exchange, fails, interface, na, passes, plan, untested

START = f"{HOST}/ws/items.wsdl"
XML = ("Content-Type", "text/xml")
PAGE = b"<!DOCTYPE html><html><body>Log in</body></html>"
WSDL2 = b'<description xmlns="http://www.w3.org/ns/wsdl"/>'
SCHEMA = (
    b'<x:schema xmlns:x="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:d"><x:element name="a" type="x:int"/></x:schema>'
)
FAULTY = SCHEMA.replace(b"x:int", b"x:integers")
HERE = f"{HOST}/ws/items"
OF_MISSING = b'<x:element name="q" type="d:T" xmlns:d="urn:d"/></x:schema>'


def described(address: str = HERE, imported: str = "data.xsd", binding: str = "soap") -> bytes:
    """A WSDL of one port that imports one schema."""
    types = f'<x:schema><x:import namespace="urn:d" schemaLocation="{imported}"/></x:schema>' if imported else ""
    port = f'<s:address location="{address}"/>' if address else ""
    return f"""<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/{binding}/"
 xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:a" targetNamespace="urn:a"><w:types>{types}</w:types>
<w:portType name="P"/><w:binding name="B" type="t:P"><s:binding transport="http://schemas.xmlsoap.org/soap/http"/></w:binding>
<w:service name="S"><w:port name="Q" binding="t:B">{port}</w:port></w:service></w:definitions>""".encode()


def of_soap(made: Exchange) -> Exchange:
    return replace(made, interface="wsdl:/ws/items")


def given(body: bytes = described(), status: int = 200, documents: dict[str, tuple[int, bytes]] | None = None) -> dict[str, Any]:
    """A description and what its imports answered; nothing was asked for what is not among them."""
    known = documents if documents is not None else {"data.xsd": (200, SCHEMA)}
    first = of_soap(exchange(status, [XML], body, url=START, purpose="discovery.description", operation=""))
    more = [
        of_soap(
            exchange(
                answered,
                [XML],
                text,
                id=f"{n:06}",
                url=f"{HOST}/ws/{name}",
                purpose="soap.document",
                note={"uri": f"{HOST}/ws/{name}"},
            )
        )
        for n, (name, (answered, text)) in enumerate(known.items(), 2)
    ]
    place = interface(id="wsdl:/ws/items", kind="wsdl", url=HERE, description="000001")
    return {"interface": place, "evidence": Record((first, *more)), "exchange": first}


def undescribed() -> dict[str, Any]:
    return {"interface": interface(id="wsdl:/ws", kind="wsdl", description=""), "evidence": Record()}


def anonymous(status: int, body: bytes = b"") -> dict[str, Any]:
    return {"exchange": of_soap(exchange(status, [XML], body, url=START, purpose="soap.description.anonymous"))}


CASES: dict[str, list[Case]] = {
    "wsdl.available": [
        passes(**given()),
        fails("no_description", **undescribed()),
        fails("unavailable", **given(status=500)),
        fails("unreadable", "broken", **given(PAGE)),
        fails("unreadable", **given(b"<other/>")),
        untested("not_covered", **given(WSDL2)),
    ],
    "wsdl.anonymous": [
        passes(**anonymous(200, described())),
        fails("login_needed", **anonymous(401)),
        fails("login_needed", **anonymous(302)),
        fails("login_needed", "broken", **anonymous(200, PAGE)),
        na("not_in_service", **anonymous(503)),
    ],
    "wsdl.imports": [
        passes(**given()),
        passes(**given(described(imported=""), documents={})),
        fails("import_missing", **given(documents={"data.xsd": (404, b"")})),
        fails("import_unreadable", "broken", **given(documents={"data.xsd": (200, PAGE)})),
        untested("out_of_scope", **given(documents={})),
        na("no_wsdl", **given(PAGE)),
        untested("not_covered", **given(WSDL2)),
    ],
    "wsdl.schemas": [
        passes(**given()),
        fails("schema_broken", **given(documents={"data.xsd": (200, FAULTY)})),
        untested("no_schema", **given(described().replace(b"</x:schema>", OF_MISSING), documents={})),
        untested("not_covered", **given(WSDL2)),
        na("no_wsdl", "broken", **given(b"<")),
    ],
    "wsdl.address": [
        passes(**given()),
        passes(**given(described("http://127.0.0.1:8080/ws")), plan=plan(base_url="http://localhost:8080/")),
        fails("address_loopback", **given(described("http://localhost:8080/ws"))),
        fails("address_relative", **given(described("/ws/items"))),
        na("no_soap_port", **given(described(""))),
        na("no_wsdl", "broken", **given(b"{")),
    ],
}  # fmt: skip
