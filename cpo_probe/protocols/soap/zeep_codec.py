"""What does zeep make of a description: which messages does it write for arguments, and what does it read in answers?

A second opinion beside libxml2 and the schemas. zeep reads from memory only; it has no network here. It is told to read XML
safely, and runs in a process of its own (`zeep_process`): it is slow to load, and takes as much memory as it likes.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import zeep
import zeep.exceptions
import zeep.helpers
import zeep.transports
import zeep.wsdl.bindings.soap as bindings
from lxml import etree
from zeep import xsd

from cpo_probe.protocols.soap.calling import Leaf, Message, PortOperation, Reply
from cpo_probe.protocols.wsdl.encoding import ENCODING_SCHEMA
from cpo_probe.protocols.wsdl.names import ENCODING11

MOST_LEAVES, DEEPEST = 200, 6

_ZEEP: Any = zeep  # without types of its own


class CodecError(Exception):
    """`kind`: "description" (cannot be loaded), "arguments" (no message can be written), "answer" (cannot be read)."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


_XOP = "www.w3.org/2004/08/xop/include"
_XOP_SCHEMA = f"""<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema" targetNamespace="http://{_XOP}"><s:element name="Include">
<s:complexType><s:attribute name="href" type="s:anyURI" use="required"/></s:complexType></s:element></s:schema>""".encode()
_STANDARD = {ENCODING11: ENCODING_SCHEMA, f"http://{_XOP}": _XOP_SCHEMA, f"https://{_XOP}": _XOP_SCHEMA}
"""Schemas of standards that descriptions import from where the standard is published: out of scope, and not needed from there."""


class _Memory(zeep.transports.Transport):
    """Documents by URL; nothing else can be loaded and nothing can be sent."""

    def __init__(self, documents: Mapping[str, bytes]) -> None:  # deliberately without a session
        self.cache = None
        self._close_session = False
        self._documents = documents

    def load(self, url: str) -> bytes:
        if url in self._documents:
            return self._documents[url]
        if url in _STANDARD:
            return _STANDARD[url]
        raise CodecError("description", f"{url} was not fetched")

    def post(self, address: str, message: bytes, headers: Any) -> Any:
        raise CodecError("arguments", "a codec sends nothing")


class ZeepCodec:
    """Raises `CodecError` ("description") when zeep cannot load the documents."""

    def __init__(self, start: str, documents: Mapping[str, bytes]) -> None:
        # "External" is every import for zeep; where they lead is decided by `_Memory`.
        settings = zeep.Settings(strict=True, forbid_dtd=True, forbid_entities=True, forbid_external=False, xml_huge_tree=False)
        try:
            self._client = _ZEEP.Client(start, transport=_Memory(documents), settings=settings)
        except CodecError:
            raise
        except Exception as error:  # noqa: BLE001 - zeep lets AttributeError, KeyError and many others through
            raise CodecError("description", _said(error)) from None
        if not self._client.wsdl.services:  # of what is no WSDL at all zeep says nothing
            raise CodecError("description", f"{start} has no service")

    def operations(self) -> tuple[PortOperation, ...]:
        """Every operation of every SOAP port, in the order of the description."""
        found: list[PortOperation] = []
        for service in self._client.wsdl.services.values():
            for port in service.ports.values():
                if isinstance(port.binding, bindings.SoapBinding):
                    found += (self._callable(service.name, port, one) for one in _operations(port.binding))
        return tuple(found)

    def _callable(self, service: str, port: Any, operation: Any) -> PortOperation:
        body = getattr(operation.input, "body", None)
        leaves = list(_leaves(body.type, (), 0)) if body is not None and hasattr(body, "type") else []
        version = "1.2" if isinstance(port.binding, bindings.Soap12Binding) else "1.1"
        address = str(port.binding_options.get("address", ""))
        kept, more = tuple(leaves[:MOST_LEAVES]), len(leaves) > MOST_LEAVES
        return PortOperation(service, port.name, operation.name, version, address, str(operation.soapaction or ""), kept, more)

    def write(self, service: str, port: str, operation: str, arguments: Mapping[str, Any]) -> Message:
        """The request of an operation; `arguments` by member name, nested as the schema has them."""
        proxy = self._bound(service, port)
        try:
            envelope, headers = proxy._binding._create(operation, (), dict(arguments), self._client, proxy._binding_options)
        except Exception as error:  # noqa: BLE001 - as above
            raise CodecError("arguments", _said(error)) from None
        return Message(etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"), tuple(sorted(headers.items())))

    def read(self, service: str, port: str, operation: str, body: bytes, media_type: str, status: int) -> Reply:
        """What an answer says. A fault is no error."""
        proxy = self._bound(service, port)
        try:
            made = proxy._binding.process_reply(self._client, proxy._binding.get(operation), _Answer(status, body, media_type))
        except zeep.exceptions.Fault as fault:
            return Reply(None, str(fault.code or ""), str(fault.message or "") or "no reason")
        except Exception as error:  # noqa: BLE001 - as above
            raise CodecError("answer", _said(error)) from None
        return Reply(_json(_ZEEP.helpers.serialize_object(made, dict)), "", "")

    def _bound(self, service: str, port: str) -> Any:
        try:
            return self._client.bind(service, port)
        except Exception as error:  # noqa: BLE001 - as above
            raise CodecError("description", _said(error)) from None


@dataclass(frozen=True, slots=True)
class _Answer:
    """As much of an HTTP answer as zeep looks at."""

    status_code: int
    content: bytes
    media_type: str
    encoding: str = "utf-8"

    @property
    def headers(self) -> dict[str, str]:
        return {"Content-Type": self.media_type}


def _operations(binding: Any) -> Iterable[Any]:
    found: Iterable[Any] = binding.all().values()
    return found


def _leaves(kind: Any, path: tuple[str, ...], depth: int) -> Iterator[Leaf]:
    """Simple elements within a type, in the order of the schema."""
    for name, element in getattr(kind, "elements", ()) if depth < DEEPEST else ():
        own = getattr(element, "type", None)
        if own is None or not name:
            continue
        if isinstance(own, xsd.ComplexType):
            yield from _leaves(own, (*path, name), depth + 1)
        else:
            required = not element.is_optional and not getattr(element, "nillable", False)
            yield Leaf((*path, name), str(getattr(own, "name", "") or "anyType"), required, bool(element.accepts_multiple))


def _json(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dict):
        return {str(name): _json(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, etree._Element):
        return etree.tostring(value, encoding="unicode")
    return str(value)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:400]
