"""Which namespaces and addresses do WSDL and SOAP go by?"""

WSDL = "http://schemas.xmlsoap.org/wsdl/"
WSDL2 = "http://www.w3.org/ns/wsdl"
SOAP11 = "http://schemas.xmlsoap.org/wsdl/soap/"
SOAP12 = "http://schemas.xmlsoap.org/wsdl/soap12/"
HTTP = "http://schemas.xmlsoap.org/wsdl/http/"
MIME = "http://schemas.xmlsoap.org/wsdl/mime/"
XSD = "http://www.w3.org/2001/XMLSchema"
ENVELOPE11 = "http://schemas.xmlsoap.org/soap/envelope/"
ENVELOPE12 = "http://www.w3.org/2003/05/soap-envelope"
ENCODING11 = "http://schemas.xmlsoap.org/soap/encoding/"
ENCODING12 = "http://www.w3.org/2003/05/soap-encoding"
XML = "http://www.w3.org/XML/1998/namespace"
WSA = "http://www.w3.org/2005/08/addressing"
WSAM = "http://www.w3.org/2007/05/addressing/metadata"
WSAW = "http://www.w3.org/2006/05/addressing/wsdl"
"""Actions as the draft before WS-Addressing Metadata had them, which tools still write."""
OVER_HTTP = "http://schemas.xmlsoap.org/soap/http"
"""The transport of a SOAP binding (WSDL 1.1, 3.3), for SOAP 1.2 too."""

BINDINGS = {SOAP11: "soap11", SOAP12: "soap12", HTTP: "http"}
ENCODINGS = frozenset({ENCODING11, ENCODING12})
