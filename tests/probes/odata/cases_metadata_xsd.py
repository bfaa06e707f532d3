"""OData: what must be said of metadata where the user has schemas of it? Small ones of our own stand for those of OASIS."""

from typing import Any

from cpo_probe.model import Outcome
from cpo_probe.model.schema import SchemaFile, Schemas
from tests.probes.make import Case, exchange, fails, interface, na, passes, untested

EDMX, EDM = "http://docs.oasis-open.org/odata/ns/edmx", "http://docs.oasis-open.org/odata/ns/edm"
OUTER = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{EDMX}" elementFormDefault="qualified">
<xs:import namespace="{EDM}"/><xs:element name="Edmx"><xs:complexType><xs:sequence><xs:element name="DataServices">
<xs:complexType><xs:sequence><xs:any namespace="{EDM}"/></xs:sequence></xs:complexType></xs:element></xs:sequence>
<xs:attribute name="Version"/></xs:complexType></xs:element></xs:schema>"""
INNER = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{EDM}" elementFormDefault="qualified">
<xs:element name="Schema"><xs:complexType><xs:sequence><xs:element name="ComplexType"><xs:complexType>
<xs:attribute name="Name"/><xs:attribute name="Abstract" type="xs:boolean"/></xs:complexType></xs:element></xs:sequence>
<xs:attribute name="Namespace"/></xs:complexType></xs:element></xs:schema>"""
TYPE = '<ComplexType Name="Size"/>'
PAGE = b"<!DOCTYPE html><html><body>Log in</body></html>"


def schemas(outer: str = OUTER, inner: str = INNER) -> Schemas:
    files = (SchemaFile("mine/edmx.xsd", "mine", EDMX, "", "1"), SchemaFile("mine/edm.xsd", "mine", EDM, "", "2"))
    return Schemas(files, {"1": outer.encode(), "2": inner.encode()})


def csdl(inside: str = TYPE, version: str = "4.0") -> bytes:
    return f"""<edmx:Edmx Version="{version}" xmlns:edmx="{EDMX}"><edmx:DataServices><Schema Namespace="a" xmlns="{EDM}">
{inside}</Schema></edmx:DataServices></edmx:Edmx>""".encode()


OLD = (
    csdl(version="1.0").replace(EDMX.encode(), b"http://schemas.microsoft.com/ado/2007/06/edmx").replace(EDM.encode(), b"urn:old")
)


def given(body: bytes = csdl(), mine: Schemas | None = None, status: int = 200) -> dict[str, Any]:
    answer = exchange(status, [("Content-Type", "application/xml")], body, purpose="odata.metadata")
    return {"exchange": answer, "schemas": schemas() if mine is None else mine, "interface": interface(description="")}


def asks(code: str, **said: Any) -> Case:
    return Case("review", said, Outcome.REVIEW, code)


STRICTER = INNER.replace('<xs:attribute name="Abstract" type="xs:boolean"/>', "")
KINDER = INNER.replace('type="xs:boolean"', "")
CASES: dict[str, list[Case]] = {
    "xsd.odata-metadata": [
        passes(**given()),
        passes(**given(csdl('<ComplexType Name="Size" Abstract="true"/>'))),
        fails("xsd_broken", **given(csdl('<ComplexType Name="Size" Abstract="perhaps"/>'))),
        fails("xsd_broken", **given(csdl('<ComplexType\n Name="Size"\n Abstract="perhaps"/>'))),
        fails("xsd_broken", **given(csdl('<ComplexType Name="Size" Other="1"/>'))),
        asks("xsd_alone", **given(csdl('<ComplexType Name="Size" Abstract="true"/>'), schemas(inner=STRICTER))),
        asks("xsd_silent", **given(csdl('<ComplexType Name="Size" Abstract="perhaps"/>'), schemas(inner=KINDER))),
        asks("schema_unusable", **given(mine=schemas(inner=INNER.replace("xs:boolean", "absent")))),
        untested("no_schema", **given(mine=Schemas())),
        na("other_answer", **given(status=503)),
        na("older_version", **given(OLD)),
        na("no_metadata", "broken", **given(PAGE)),
        na("no_metadata", "broken", **given(csdl()[:90])),
    ],
}
