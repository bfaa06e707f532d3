"""What is SOAP encoding as a schema? Descriptions of style rpc/encoded import its namespace without saying where it lies.

Every tool brings it along. Written after SOAP 1.1, 5, and the schema that is published at the address of the namespace.
"""

from cpo_probe.protocols.wsdl.names import ENCODING11, XSD

_PLAIN = (
    "duration dateTime time date gYearMonth gYear gMonthDay gDay gMonth boolean base64Binary hexBinary float double anyURI QName"
    " string normalizedString token language Name NMTOKEN NCName NMTOKENS ID IDREF ENTITY IDREFS ENTITIES decimal integer"
    " nonPositiveInteger negativeInteger long int short byte nonNegativeInteger unsignedLong unsignedInt unsignedShort"
    " unsignedByte positiveInteger"
)


def _plain(name: str) -> str:
    """A type of XML Schema that may also carry an id, or refer to one; and an element of it."""
    content = f'<extension base="{name}"><attributeGroup ref="e:commonAttributes"/></extension>'
    return (
        f'<element name="{name}" type="e:{name}"/>'
        f'<complexType name="{name}"><simpleContent>{content}</simpleContent></complexType>'
    )


def _several(name: str, attributes: str) -> str:
    """An array or a struct: anything, in any number."""
    content = '<any namespace="##any" minOccurs="0" maxOccurs="unbounded" processContents="lax"/>'
    return (
        f'<element name="{name}" type="e:{name}"/><group name="{name}"><sequence>{content}</sequence></group>'
        f'<complexType name="{name}"><group ref="e:{name}" minOccurs="0"/>{attributes}</complexType>'
    )


_COMMON = '<attributeGroup ref="e:commonAttributes"/>'
ENCODING_SCHEMA = (
    f'<schema xmlns="{XSD}" xmlns:e="{ENCODING11}" targetNamespace="{ENCODING11}">'
    '<attribute name="root" type="boolean"/>'
    '<attributeGroup name="commonAttributes"><attribute name="id" type="ID"/><attribute name="href" type="anyURI"/>'
    '<anyAttribute namespace="##other" processContents="lax"/></attributeGroup>'
    '<simpleType name="arrayCoordinate"><restriction base="string"/></simpleType>'
    '<attribute name="arrayType" type="string"/><attribute name="offset" type="e:arrayCoordinate"/>'
    '<attributeGroup name="arrayAttributes"><attribute ref="e:arrayType"/><attribute ref="e:offset"/></attributeGroup>'
    '<attribute name="position" type="e:arrayCoordinate"/>'
    '<attributeGroup name="arrayMemberAttributes"><attribute ref="e:position"/></attributeGroup>'
    '<simpleType name="base64"><restriction base="base64Binary"/></simpleType>'
    + _several("Array", '<attributeGroup ref="e:arrayAttributes"/>' + _COMMON)
    + _several("Struct", _COMMON)
    + "".join(map(_plain, _PLAIN.split()))
    + "</schema>"
).encode()
"""The schema of the namespace `ENCODING11`."""
