"""A server on loopback with a right SOAP service beside a wrong one, and whole runs against both."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cpo_probe.cli.loading import House
from cpo_probe.model import Outcome
from tests.peers.measure import Measured, measure

ENVELOPE = '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>{}</e:Body></e:Envelope>'
ITEMS = '<t:items xmlns:t="urn:t"><t:id>A-1</t:id></t:items>'
REFUSED = "<e:Fault><faultcode>e:Client</faultcode><faultstring>No</faultstring></e:Fault>"
SCHEMA = """<x:schema targetNamespace="urn:t" elementFormDefault="qualified">{more}<x:element name="listItems"><x:complexType/>
</x:element><x:element name="items"><x:complexType><x:sequence><x:element name="id" type="{type}" maxOccurs="9"/></x:sequence>
</x:complexType></x:element></x:schema>"""
WSDL = """<?xml version="1.0" encoding="UTF-8"?>
<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:t="urn:t"
 xmlns:x="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t">{imports}<w:types>{schema}</w:types>
<w:message name="Ask"><w:part name="p" element="t:listItems"/></w:message>
<w:message name="Answer"><w:part name="p" element="t:items"/></w:message>
<w:portType name="P"><w:operation name="listItems"><w:input message="t:Ask"/><w:output message="t:Answer"/></w:operation>
</w:portType>
<w:binding name="B" type="t:P"><s:binding transport="http://schemas.xmlsoap.org/soap/http"/><w:operation name="listItems">
<s:operation soapAction="urn:t:listItems"/><w:input><s:body use="literal"/></w:input><w:output><s:body use="literal"/></w:output>
</w:operation></w:binding>
<w:service name="S"><w:port name="Q" binding="t:B"><s:address location="{place}"/></w:port></w:service></w:definitions>"""

Answer = tuple[int, str, bytes]
Answers = Callable[[bytes], Answer | None]
"""What is answered to a message; None cuts the connection."""


def wsdl(place: str, *, schema: str = "", imports: str = "", type: str = "x:string", more: str = "") -> bytes:
    """The description of a service at that path of this server."""
    return WSDL.format(place=f"ORIGIN{place}", schema=schema or SCHEMA.format(type=type, more=more), imports=imports).encode()


def items(body: bytes) -> Answer:
    """What a right service answers."""
    asked = b"listItems" in body and b"Envelope>" in body[-12:]
    said = ITEMS if asked else REFUSED
    return 200 if asked else 500, "text/xml; charset=utf-8", ENVELOPE.format(said).encode()


def hangs(seconds: float) -> Answers:
    """Says nothing for longer than the client waits."""

    def answer(body: bytes) -> Answer | None:
        time.sleep(seconds)
        return None

    return answer


@contextmanager
def serving(pages: Mapping[str, bytes], bad: Answers = items) -> Iterator[str]:
    """Its URL. `pages`: by path and query, "ORIGIN" in them is replaced; /good is a right service, /bad answers as told."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            page = {"/good?wsdl": wsdl("/good"), **pages}.get(self.path)
            origin = f"http://{self.headers['Host']}".encode()
            self.say((200, "text/xml; charset=utf-8", page.replace(b"ORIGIN", origin)) if page is not None else (404, "", b""))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if not self.headers["Content-Type"].startswith("text/xml"):
                self.say((415, "", b""))
                return
            self.say((bad if self.path == "/bad" else items)(body))

        def say(self, answer: Answer | None) -> None:
            self.close_connection = answer is None
            if answer is None:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 900\r\n\r\n<e:Envel")
                return
            status, media, content = answer
            self.send_response(status)
            for name, value in (("Content-Type", media), ("Content-Length", str(len(content)))):
                if value:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


PROFILE = """name = "two"
base_url = "{url}/"

[[interfaces]]
kind = "wsdl"
url = "/good"
read_operations = ["listItems"]

[[interfaces]]
kind = "wsdl"
url = "/bad"
read_operations = ["listItems"]
"""


def run(house: House, folder: Path, url: str) -> Measured:
    """A whole run against both services."""
    folder.mkdir(exist_ok=True)
    profile = folder / "profile.toml"
    profile.write_text(PROFILE.format(url=url), encoding="utf-8")
    return measure(house, str(profile), folder / "bundle")


def said(measured: Measured, interface: str = "wsdl:/bad") -> dict[tuple[str, str], set[str]]:
    """(outcome, code) of each check that said something else than that it passed, on one interface."""
    found: dict[tuple[str, str], set[str]] = {}
    for finding in measured.findings:
        if finding.subject.interface == interface:
            found.setdefault((finding.outcome.value, finding.code), set()).add(finding.subject.check)
    return found


def unharmed(measured: Measured) -> list[str]:
    """What is wrong with the right service, or with the tool: nothing may be."""
    failing = [
        f"{f.subject.check} {f.code} {f.found}"
        for f in measured.findings
        if f.outcome in (Outcome.FAIL, Outcome.ERROR)
        and f.subject.interface == "wsdl:/good"
        and f.subject.check.startswith(("soap.", "wsdl.", "wsi."))
        and f.subject.check not in ("wsdl.doc-service", "wsdl.doc-operation")
    ]
    passing = {p.subject.check for p in measured.judgement.passes() if p.subject.interface == "wsdl:/good"}
    wanted = {"soap.call.works", "soap.answer.valid", "soap.repeat.same-answer", "wsi.r2028", "soap.errors.malformed"}
    return [*failing, *(f"{check} did not pass" for check in wanted - passing)]
