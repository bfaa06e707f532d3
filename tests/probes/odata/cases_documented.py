"""OData, words in the metadata: what the check must say."""

from tests.probes.make import Case, fails, na, passes, untested
from tests.probes.odata.cases_odata import PAGE, csdl, metadata

NOTE = '<Annotation Term="Org.OData.Core.V1.Description" String="What is made."/>'
LABEL = '<Annotation Term="com.vendor.v1.Label" String="Items"/>'
SET = '<EntitySet Name="Items" EntityType="a.Item">{}</EntitySet>'
FUNCTION = '<Function Name="F">{}<ReturnType Type="Edm.Int32"/></Function><EntityContainer'
IMPORT = '<FunctionImport Name="G" Function="a.F">{}</FunctionImport>'


def model(sets: str = SET.format(NOTE), function: str = "", extra: str = "") -> bytes:
    return csdl(sets=sets, extra=extra).replace(b"<EntityContainer", (function or "<EntityContainer").encode())


OLD = """<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
<edmx:DataServices m:DataServiceVersion="2.0" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
<Schema Namespace="a" xmlns="http://schemas.microsoft.com/ado/2008/09/edm" xmlns:sap="http://www.sap.com/Protocols/SAPData">
<EntityType Name="Item"><Key><PropertyRef Name="ID"/></Key><Property Name="ID" Type="Edm.Int32" Nullable="false"/></EntityType>
<EntityContainer Name="C"><EntitySet Name="Items" EntityType="a.Item" {}/></EntityContainer></Schema>
</edmx:DataServices></edmx:Edmx>"""


def labelled(label: str) -> bytes:
    """A service of OData V2."""
    return OLD.format(label).encode()


OUTSIDE = csdl().replace(b"</Schema>", f'<Annotations Target="a.C/Items">{NOTE}</Annotations></Schema>'.encode())

CASES: dict[str, list[Case]] = {
    "odata.doc.purpose": [
        passes(exchange=metadata(body=model())),
        passes(exchange=metadata(body=model(SET.format(""), extra=NOTE))),
        passes(exchange=metadata(body=model(SET.format(LABEL)))),
        passes(exchange=metadata(body=OUTSIDE)),
        passes(exchange=metadata(body=model(function=FUNCTION.format(NOTE)))),
        passes(exchange=metadata(body=model(SET.format(NOTE) + IMPORT.format(NOTE), FUNCTION.format("")))),
        fails("undocumented", exchange=metadata()),
        fails("undocumented", exchange=metadata(body=model(function=FUNCTION.format("")))),
        passes(exchange=metadata(body=labelled('sap:label="Items"'))),
        fails("undocumented", exchange=metadata(body=labelled(""))),
        untested(
            "not_covered",
            exchange=metadata(body=labelled("").replace(b"<EntityContainer", b"<Documentation/><EntityContainer")),
        ),
        na("no_metadata", exchange=metadata(404)),
        na("no_metadata", "broken", exchange=metadata(body=PAGE)),
        na("no_data", exchange=metadata(body=model(""))),
    ],
}
