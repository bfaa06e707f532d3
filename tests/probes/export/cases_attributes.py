"""Business attributes in concepts of the standard, and in properties of one's own."""

from tests.neutral.files import DATA, HEAD, XML
from tests.probes.make import Case, fails, file, na, passes

RICH = DATA.replace("'pump',''", "'pump','of steel'").replace("FORMATION('B','',", "FORMATION('B','released',")
END = "ENDSEC;END-ISO-10303-21;"


def properties(*named: str, of: str = "#12") -> str:
    """The pump with properties: "name of property: name of value", the first may be empty."""
    rows = []
    for at, each in enumerate(named):
        property, _, value = each.rpartition(": ")
        n = 1000 + 10 * at
        rows.append(
            f"#{n}=PROPERTY_DEFINITION('{property}','',{of}); #{n + 1}=PROPERTY_DEFINITION_REPRESENTATION(#{n},#{n + 2});"
            f" #{n + 2}=REPRESENTATION('',(#{n + 3}),#50); #{n + 3}=DESCRIPTIVE_REPRESENTATION_ITEM('{value}','x');\n"
        )
    return HEAD + RICH + "#900=SHAPE_ASPECT('hole','',#61,.T.);\n" + "".join(rows) + END


PLMXML = '<PLMXML xmlns="http://www.plmxml.org/Schemas/PLMXMLSchema" schemaVersion="6">{}</PLMXML>'


def user(*titles: str) -> str:
    """Data of one's own in PLM XML."""
    return "<UserData>" + "".join(f'<UserValue title="{title}" value="x"/>' for title in titles) + "</UserData>"


def own(*names: str) -> str:
    """Properties in AP242 XML, each twice."""
    return "".join(
        '<PropertyValueAssignment><AssignedPropertyValues><PropertyValue xsi:type="n0:StringValue"><Definition>'
        f"<PropertyDefinitionString>{name}</PropertyDefinitionString></Definition></PropertyValue>"
        "</AssignedPropertyValues></PropertyValueAssignment>"
        for name in (*names, *names)
    )


CASES: dict[str, list[Case]] = {
    "file.own-attributes": [
        passes(**file("a.stp", HEAD + DATA + END)),
        passes(**file("a.stp", properties("colour: colour"))),
        passes(**file("a.stp", properties(*["colour: colour", ": colour", "colour: "] * 20))),
        passes(**file("a.stp", properties("mass property: a", "attribute validation property: b", "document property: c"))),
        passes(**file("a.stp", properties("thread: pitch", "thread: depth", of="#900"))),
        fails("attributes_of_ones_own", **file("a.stp", properties("colour: colour", "finish: finish"))),
        fails("attributes_of_ones_own", **file("a.stp", properties("user defined attribute: colour", "set: finish"))),
        passes(**file("a.stpx", XML)),
        passes(**file("a.plmxml", PLMXML.format('<Product id="p" productId="1" name="a" source="make"/>' + user("")))),
        passes(**file("a.stpx", XML.replace("<PartView ", own("Occurrence marking property", "unspecified") + "<PartView ", 1))),
        fails("attributes_of_ones_own", **file("a.stpx", XML.replace("<PartView ", own("colour", "finish") + "<PartView ", 1))),
        fails("attributes_of_ones_own", **file("a.plmxml", PLMXML.format('<Product id="p" productId="1"/>' + user("colour")))),
        na("no_business_attributes", **file("a.plmxml", PLMXML.format(""))),
        na("attributes_not_described", **file("a.reqif", '<REQ-IF xmlns="http://www.omg.org/spec/ReqIF/20110401/reqif.xsd"/>')),
        na("not_read_to_the_end", kind="broken", **file("a.stpx", XML[:-10])),
        na("not-this-format", **file("a.csv", "id;name\n1;2\n")),
        na("attributes_without_schema", **file("a.stp", (HEAD + DATA + END).replace("AP242_MANAGED", "AP999_MANAGED"))),
        na("no_business_attributes", **file("a.stp", HEAD + "#1=ORGANIZATION($,'x',$);" + END)),
        na("not_read_to_the_end", kind="broken", **file("a.stp", HEAD + DATA)),
    ],
}
