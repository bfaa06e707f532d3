"""A clean description over several files, and how one promise of it is broken."""

from cpo_probe.protocols.wsdl import Description, build, problems

ROOT = "http://plm.example/ws/"
START = ROOT + "items.wsdl"

ITEMS = """<?xml version="1.0" encoding="UTF-8"?>
<wsdl:definitions name="Items" targetNamespace="urn:items" xmlns:tns="urn:items" xmlns:port="urn:items:port"
    xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/">
  <wsdl:documentation>Items of the reference system.</wsdl:documentation>
  <wsdl:import namespace="urn:items:port" location="port.wsdl"/>
  <wsdl:binding name="ItemsSoap" type="port:Items">
    <soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
    <wsdl:operation name="GetItem">
      <soap:operation soapAction="urn:GetItem"/>
      <wsdl:input>
        <soap:header message="port:GetItemRequest" part="session" use="literal"/>
        <soap:body parts="body" use="literal"/>
      </wsdl:input>
      <wsdl:output><soap:body use="literal"/></wsdl:output>
      <wsdl:fault name="unknown"><soap:fault name="unknown" use="literal"/></wsdl:fault>
    </wsdl:operation>
    <wsdl:operation name="Touch">
      <soap:operation soapAction=""/>
      <wsdl:input><soap:body use="literal"/></wsdl:input>
    </wsdl:operation>
  </wsdl:binding>
  <wsdl:binding name="ItemsRpc" type="port:Counting">
    <soap12:binding style="rpc" transport="http://schemas.xmlsoap.org/soap/http"/>
    <wsdl:operation name="Count">
      <soap12:operation soapAction="urn:Count"/>
      <wsdl:input><soap12:body use="literal" namespace="urn:items:rpc"/></wsdl:input>
      <wsdl:output><soap12:body use="literal" namespace="urn:items:rpc"/></wsdl:output>
    </wsdl:operation>
  </wsdl:binding>
  <wsdl:service name="Items">
    <wsdl:port name="Soap" binding="tns:ItemsSoap"><soap:address location="http://plm.example/ws/items"/></wsdl:port>
    <wsdl:port name="Rpc" binding="tns:ItemsRpc"><soap12:address location="http://plm.example/ws/items"/></wsdl:port>
  </wsdl:service>
</wsdl:definitions>
"""
PORT = """<?xml version="1.0" encoding="UTF-8"?>
<wsdl:definitions targetNamespace="urn:items:port" xmlns:tns="urn:items:port" xmlns:data="urn:items:data"
    xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/">
  <wsdl:import namespace="urn:items" location="items.wsdl"/>
  <wsdl:types>
    <xsd:schema><xsd:import namespace="urn:items:data" schemaLocation="xsd/data.xsd"/></xsd:schema>
  </wsdl:types>
  <wsdl:message name="GetItemRequest">
    <wsdl:part name="session" element="data:session"/>
    <wsdl:part name="body" element="data:getItem"/>
  </wsdl:message>
  <wsdl:message name="GetItemResponse"><wsdl:part name="body" element="data:item"/></wsdl:message>
  <wsdl:message name="Unknown"><wsdl:part name="body" element="data:unknown"/></wsdl:message>
  <wsdl:message name="Nothing"/>
  <wsdl:message name="CountRequest"><wsdl:part name="of" type="data:Kind"/></wsdl:message>
  <wsdl:message name="CountResponse"><wsdl:part name="count" type="xsd:int"/></wsdl:message>
  <wsdl:portType name="Items">
    <wsdl:operation name="GetItem">
      <wsdl:documentation>One item by its number.</wsdl:documentation>
      <wsdl:input message="tns:GetItemRequest"/>
      <wsdl:output message="tns:GetItemResponse"/>
      <wsdl:fault name="unknown" message="tns:Unknown"/>
    </wsdl:operation>
    <wsdl:operation name="Touch">
      <wsdl:documentation>Nothing comes back.</wsdl:documentation>
      <wsdl:input message="tns:Nothing"/>
    </wsdl:operation>
  </wsdl:portType>
  <wsdl:portType name="Counting">
    <wsdl:operation name="Count" parameterOrder="of">
      <wsdl:documentation>How many there are.</wsdl:documentation>
      <wsdl:input message="tns:CountRequest"/>
      <wsdl:output message="tns:CountResponse"/>
    </wsdl:operation>
  </wsdl:portType>
</wsdl:definitions>
"""
DATA = """<xsd:schema targetNamespace="urn:items:data" xmlns="urn:items:data" elementFormDefault="qualified"
    xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <xsd:include schemaLocation="common.xsd"/>
  <xsd:element name="session" type="xsd:string"/>
  <xsd:element name="getItem"><xsd:complexType><xsd:sequence>
    <xsd:element name="number" type="xsd:string"/></xsd:sequence></xsd:complexType></xsd:element>
  <xsd:element name="unknown" type="xsd:string"/>
</xsd:schema>
"""
COMMON = """<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <xsd:element name="item"><xsd:complexType><xsd:sequence>
    <xsd:element name="title" type="xsd:string"/></xsd:sequence></xsd:complexType></xsd:element>
  <xsd:simpleType name="Kind"><xsd:restriction base="xsd:string"/></xsd:simpleType>
</xsd:schema>
"""
FILES = {START: ITEMS, ROOT + "port.wsdl": PORT, ROOT + "xsd/data.xsd": DATA, ROOT + "xsd/common.xsd": COMMON}


def edited(old: str, new: str, count: int = 1) -> dict[str, bytes]:
    """The files with one text replaced, which has to stand in exactly one of them, that many times."""
    assert [text.count(old) for text in FILES.values() if old in text] == [count], old
    return {url: text.replace(old, new).encode() for url, text in FILES.items()}


def swapped(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same with bindings of SOAP 1.1 made those of 1.2, and the other way round."""
    old, new = b"schemas.xmlsoap.org/wsdl/soap/", b"schemas.xmlsoap.org/wsdl/soap12/"
    return {url: text.replace(old, b"~").replace(new, old).replace(b"~", new) for url, text in files.items()}


def description(files: dict[str, bytes] | None = None) -> Description:
    return build(START, files if files is not None else {url: text.encode() for url, text in FILES.items()})


def broken(files: dict[str, bytes]) -> set[str]:
    """The rules that are broken."""
    return {problem.rule for problem in problems(description(files))}
