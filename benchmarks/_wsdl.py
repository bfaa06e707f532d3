"""How is a WSDL made that is as large as one likes, and answers to its operations?"""

from collections.abc import Iterator

SPACE = "urn:large"
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:t="urn:large"
 xmlns:x="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:large"><w:types>
<x:schema targetNamespace="urn:large" elementFormDefault="qualified">"""
_FIELDS = ("number", "name", "revision", "state", "owner", "mass", "unit", "created", "changed", "supplier")
_TEXT = "What it is about, who may call it, and what comes back, in as many words as tools of the trade write there. "


def wsdl(operations: int, size: int, address: str) -> bytes:
    """A document-literal service; documentation of operations and elements fills it up to about `size` bytes."""
    bare = sum(map(len, _texts(operations, "", address)))
    length = max(0, size - bare) // (2 * operations)
    fill = (_TEXT * (1 + length // len(_TEXT)))[:length]
    return "".join(_texts(operations, fill, address)).encode()


def _texts(operations: int, fill: str, address: str) -> Iterator[str]:
    yield _HEAD
    fields = "".join(f'<x:element name="{name}" type="x:string" minOccurs="0"/>' for name in _FIELDS)
    for n in range(operations):
        note = f"<x:annotation><x:documentation>{fill}</x:documentation></x:annotation>"
        yield (
            f'<x:complexType name="Thing{n}">{note}<x:sequence><x:element name="id" type="x:string"/>{fields}</x:sequence>'
            f'</x:complexType><x:element name="getThing{n}"><x:complexType><x:sequence><x:element name="limit" type="x:int"/>'
            f'</x:sequence></x:complexType></x:element><x:element name="things{n}"><x:complexType><x:sequence>'
            f'<x:element name="thing" type="t:Thing{n}" minOccurs="0" maxOccurs="unbounded"/></x:sequence></x:complexType>'
            "</x:element>"
        )
    yield "</x:schema></w:types>"
    for n in range(operations):
        yield f'<w:message name="Ask{n}"><w:part name="p" element="t:getThing{n}"/></w:message>'
        yield f'<w:message name="Answer{n}"><w:part name="p" element="t:things{n}"/></w:message>'
    yield '<w:portType name="Large">'
    for n in range(operations):
        yield f'<w:operation name="getThing{n}"><w:documentation>{fill}</w:documentation><w:input message="t:Ask{n}"/>'
        yield f'<w:output message="t:Answer{n}"/></w:operation>'
    yield '</w:portType><w:binding name="B" type="t:Large"><s:binding transport="http://schemas.xmlsoap.org/soap/http"/>'
    for n in range(operations):
        yield f'<w:operation name="getThing{n}"><s:operation soapAction="urn:large:getThing{n}"/><w:input><s:body use="literal"/>'
        yield '</w:input><w:output><s:body use="literal"/></w:output></w:operation>'
    yield '</w:binding><w:service name="S"><w:documentation>Large</w:documentation><w:port name="Q" binding="t:B">'
    yield f'<s:address location="{address}"/></w:port></w:service></w:definitions>'


def answer(operation: int, things: int) -> bytes:
    """What the service answers: an envelope with that many things."""
    fields = "".join(f"<t:{name}>value of {name}</t:{name}>" for name in _FIELDS)
    rows = "".join(f"<t:thing><t:id>{n}</t:id>{fields}</t:thing>" for n in range(things))
    body = f'<t:things{operation} xmlns:t="{SPACE}">{rows}</t:things{operation}>'
    return f'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>{body}</e:Body></e:Envelope>'.encode()
