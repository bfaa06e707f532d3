"""Are CSDL documents read as their authors meant them, and bad input refused with the reason?"""

import json

import pytest
from msgspec.structs import replace

from cpo_probe.model import Problem
from cpo_probe.protocols.odata.csdl import Document, Facets, Schema, StructuredType, TypeRef
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.reading import read
from tests.protocols.odata.support import document, edmx, old_edmx, test_data

PRODUCT = """
<EntityType Name="Product" OpenType="true">
  <Key><PropertyRef Name="ID"/></Key>
  <Property Name="ID" Type="Edm.Int32" Nullable="false"/>
  <Property Name="Price" Type="Edm.Decimal" Precision="9" Scale="2"/>
  <Property Name="Tags" Type="Collection(Edm.String)" MaxLength="20"/>
  <NavigationProperty Name="Parts" Type="Collection(self.Product)" Partner="Whole" ContainsTarget="true">
    <OnDelete Action="Cascade"/>
  </NavigationProperty>
  <NavigationProperty Name="Whole" Type="self.Product" Partner="Parts">
    <ReferentialConstraint Property="ID" ReferencedProperty="ID"/>
  </NavigationProperty>
</EntityType>
"""


def schema(body: bytes) -> Schema:
    return document(body).schemas[0]


def test_an_entity_type_is_read_with_its_key_facets_and_navigation() -> None:
    found = schema(edmx(PRODUCT, alias="self")).entity_types[0]
    identifier, price, tags = found.properties
    parts, whole = found.navigation
    assert (found.qualified, found.open, found.abstract, [k.path for k in found.key]) == ("N.Product", True, False, ["ID"])
    assert (identifier.type, identifier.nullable) == (TypeRef("Edm.Int32", False), False)
    assert price.facets == Facets(None, 9, 2, None, "")
    assert (tags.type, tags.nullable, tags.facets.max_length) == (TypeRef("Edm.String", True), None, 20)
    assert (parts.type, parts.contains, parts.on_delete, parts.partner) == (TypeRef("N.Product", True), True, "Cascade", "Whole")
    assert [(c.dependent, c.principal) for c in whole.constraints] == [("ID", "ID")]


def test_a_decimal_without_scale_has_no_digits_in_xml_and_any_in_json() -> None:
    xml = schema(edmx('<ComplexType Name="C"><Property Name="D" Type="Edm.Decimal"/></ComplexType>'))
    body = {"$Version": "4.01", "N": {"C": {"$Kind": "ComplexType", "D": {"$Type": "Edm.Decimal"}}}}
    json_schema = schema(json.dumps(body).encode())
    assert xml.complex_types[0].properties[0].facets.scale == 0
    assert json_schema.complex_types[0].properties[0].facets.scale == "variable"


def test_the_order_of_attributes_does_not_matter() -> None:
    found = document(
        edmx(
            '<ComplexType Name="C"><Property Name="A" Type="Edm.String" MaxLength="3"/><Property MaxLength="3" Type="Edm.String" '
            'Name="B"/><Property Type="Edm.String" Name="D" MaxLength="3"/></ComplexType>'
        )
    )
    first, *others = found.schemas[0].complex_types[0].properties
    assert [one.name for one in others] == ["B", "D"]
    assert {(one.type, one.facets, one.nullable) for one in others} == {(first.type, first.facets, first.nullable)}
    assert found.misread == ()


def test_each_element_knows_its_line_even_beyond_the_sixteenth_bit() -> None:
    found = schema(edmx("\n" * 70_000 + '<EnumType Name="E"><Member Name="A"/></EnumType>')).enum_types[0]
    assert (found.line, found.members[0].line, found.values) == (70_001, 70_001, {"A": 0})


def test_annotations_are_read_with_their_expressions() -> None:
    found = schema(
        edmx(
            '<Annotation Term="Core.Things" Qualifier="q"><Collection><Record Type="self.R">'
            '<PropertyValue Property="P" Bool="true"/></Record><If><Path>A</Path><String> x </String></If></Collection>'
            "</Annotation>",
            alias="self",
            references='<edmx:Reference Uri="c.xml"><edmx:Include Namespace="Org.OData.Core.V1" Alias="Core"/></edmx:Reference>',
        )
    ).annotations[0]
    record, choice = found.value.items
    assert (found.term, found.qualifier, found.value.kind) == ("Org.OData.Core.V1.Things", "q", "Collection")
    assert (record.kind, record.name, record.items[0].name, record.items[0].items[0].text) == ("Record", "N.R", "P", "true")
    assert (choice.kind, [item.text for item in choice.items]) == ("If", ["A", " x "])


V2 = """
<EntityType Name="Order" m:HasStream="true"><Key><PropertyRef Name="Id"/></Key>
  <Property Name="Id" Type="Edm.String" Nullable="false" sap:label="Number"/>
  <NavigationProperty Name="Items" Relationship="N.OrderItems" FromRole="Order" ToRole="Item"/></EntityType>
<EntityType Name="Item"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.String" Nullable="false"/></EntityType>
<Association Name="OrderItems"><End Type="N.Order" Multiplicity="1" Role="Order"/>
  <End Type="N.Item" Multiplicity="*" Role="Item"/>
  <ReferentialConstraint><Principal Role="Order"><PropertyRef Name="Id"/></Principal>
  <Dependent Role="Item"><PropertyRef Name="Id"/></Dependent></ReferentialConstraint></Association>
<EntityContainer Name="C" m:IsDefaultEntityContainer="true"><EntitySet Name="Orders" EntityType="N.Order" sap:deletable="false"/>
  <EntitySet Name="Items" EntityType="N.Item"/>
  <AssociationSet Name="A" Association="N.OrderItems"><End Role="Order" EntitySet="Orders"/><End Role="Item" EntitySet="Items"/>
  </AssociationSet>
  <FunctionImport Name="Top" ReturnType="Collection(N.Order)" EntitySet="Orders" m:HttpMethod="GET">
  <Parameter Name="n" Type="Edm.Int32" Mode="In"/></FunctionImport></EntityContainer>
"""


def test_v2_metadata_is_read_with_associations_and_vendor_attributes() -> None:
    found = document(old_edmx(V2))
    order = found.schemas[0].entity_types[0]
    container = found.schemas[0].containers[0]
    function = container.function_imports[0]
    assert (found.version, found.old, found.misread, order.has_stream) == ("2.0", True, (), True)
    assert order.navigation[0].type == TypeRef("N.Item", True)
    assert order.properties[0].extra == {"{http://www.sap.com/Protocols/SAPData}label": "Number"}
    assert container.sets[0].extra == {"{http://www.sap.com/Protocols/SAPData}deletable": "false"}
    assert [(end.role, end.entity_set) for end in container.association_sets[0].ends] == [("Order", "Orders"), ("Item", "Items")]
    assert (function.http_method, str(function.returns), function.parameters[0].name) == ("GET", "Collection(N.Order)", "n")


def test_v3_is_recognised_by_its_namespace() -> None:
    assert document(old_edmx("", version="1.0", space="http://schemas.microsoft.com/ado/2009/11/edm")).version == "3.0"


BAD = {
    b"": "empty",
    b"  \n ": "empty",
    b"<!DOCTYPE html><html><body>Log in</body></html>": "html",
    b"<html xmlns='http://www.w3.org/1999/xhtml'/>": "html",
    b"<!-- x --><?y?><html>": "html",
    b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>': "dtd",
    '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x SYSTEM "http://evil.test/x"><x/>'.encode("utf-16"): "dtd",
    b"<a><b>": "truncated",
    b"<a><b></b>": "truncated",
    b'<a b="c': "truncated",
    b"<a></b></a>": "malformed",
    b"<a>\xff</a>": "malformed",
    b'<?xml version="1.0" encoding="klingon"?><a/>': "encoding",
    b"<a>" * 300 + b"</a>" * 300: "too-deep",
    b"<p:a/>": "malformed",
    b"<Schema/>": "root",
    b"<x:Edmx xmlns:x='urn:other' Version='4.0'/>": "namespace",
    b"{": "truncated",
    b'{"$Version": }': "malformed",
    b'{"a": 1}': "root",
    b'{"$Version":"4.0","N":' + b'{"a":' * 300 + b"1" + b"}" * 301: "too-deep",
    b"[1]": "json",
}


@pytest.mark.parametrize(("body", "reason"), [pytest.param(b, r, id=f"{n}-{r}") for n, (b, r) in enumerate(BAD.items())])
def test_what_is_no_metadata_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    found = read(body)
    assert isinstance(found, Problem)
    assert (found.rule, found.params["reason"]) == ("readable", reason)


def test_a_document_over_the_limit_is_not_parsed() -> None:
    found = read(edmx(" " * 100), limit=50)
    assert isinstance(found, Problem)
    assert found.params["reason"] == "too-large"


def test_other_encodings_are_understood() -> None:
    text = edmx('<EnumType Name="Größe"><Member Name="Groß"/></EnumType>').decode()
    for encoding in ("utf-16", "iso-8859-1", "windows-1252"):
        body = f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)
        assert document(body).schemas[0].enum_types[0].name == "Größe"


def test_unknown_elements_attributes_and_values_are_kept_as_misread() -> None:
    found = document(
        edmx(
            '<EntityType Name="E" Sealed="true"><Key><PropertyRef Name="A"/></Key><Key><PropertyRef Name="B"/></Key><Extra/>'
            '<Property Name="A" Nullable="no" Type="Edm.String" MaxLength="many"/><Property Name="B"/></EntityType>'
        )
    )
    assert [(p.rule, p.params.get("reason", p.params.get("attribute"))) for p in found.misread] == [
        ("structure", "attribute-unknown"),
        ("attribute-value", "Nullable"),
        ("attribute-value", "MaxLength"),
        ("structure", "attribute-missing"),
        ("structure", "element-twice"),
        ("structure", "element-unknown"),
    ]
    assert [key.path for key in found.schemas[0].entity_types[0].key] == ["A"]


@pytest.mark.parametrize("name", ["csdl-16.1", "csdl-16.2", "miscellaneous", "miscellaneous2", "special-characters"])
def test_xml_and_json_of_the_same_model_have_the_same_types(name: str) -> None:
    pair = [read(test_data(f"schemas/odata/examples/{name}.{syntax}").read_bytes()) for syntax in ("xml", "json")]
    outlines = []
    for one in pair:
        assert isinstance(one, Document)
        assert one.misread == ()
        outlines.append(sorted(line for part in one.schemas for line in outline(part)))
    assert outlines[0] == outlines[1]


def alike(facets: Facets) -> Facets:
    """Facets apart from the defaults in which XML and JSON differ."""
    return replace(facets, scale=None, unicode=facets.unicode is not False)


def outline(schema: Schema) -> list[str]:
    """Everything that both representations say about types, as lines."""
    lines = [f"schema {schema.namespace} {schema.alias}"]
    kinds: tuple[StructuredType, ...] = (*schema.entity_types, *schema.complex_types)
    for kind in kinds:
        lines.append(f"{kind.qualified} {kind.base} {kind.abstract} {bool(kind.open)}")
        lines += [
            f"{kind.qualified}/{p.name} {p.type} {alike(p.facets)} {bool(p.nullable)}"
            for p in kind.properties
            if not (p.type.collection and not p.nullable_stated)
        ]
        lines += [f"{kind.qualified}/{n.name} {n.type} {n.contains} {n.partner} {n.on_delete}" for n in kind.navigation]
    lines += [f"{e.qualified} {e.flags} {e.underlying} {e.values}" for e in schema.enum_types]
    lines += [f"{d.qualified} {d.underlying}" for d in schema.type_definitions]
    lines += [f"{t.qualified} {t.type} {t.base}" for t in schema.terms]
    for o in schema.overloads:
        lines.append(
            f"{o.kind} {o.qualified} {o.bound} {[f'{p.name}: {p.type}' for p in o.parameters]} {o.returns and o.returns.type}"
        )
    for c in schema.containers:
        lines += [f"{c.qualified} {s.name} {s.type} {s.in_service_document} {len(s.bindings)}" for s in c.sets]
        lines += [f"{c.qualified} {s.name} {s.type}" for s in c.singletons]
        lines += [f"{c.qualified} {i.name} {i.function}" for i in c.function_imports]
        lines += [f"{c.qualified} {i.name} {i.action}" for i in c.action_imports]
    return lines


def test_types_are_found_through_inheritance_and_over_documents() -> None:
    root = document(
        edmx(
            '<EntityType Name="Part" BaseType="b.Item"><Property Name="Mass" Type="Edm.Double"/></EntityType>',
            references='<edmx:Reference Uri="base.xml"><edmx:Include Namespace="Base" Alias="b"/></edmx:Reference>',
        )
    )
    base = document(
        edmx(
            '<EntityType Name="Item" OpenType="true"><Key><PropertyRef Name="ID"/></Key>'
            '<Property Name="ID" Type="Edm.Guid" Nullable="false"/></EntityType>',
            namespace="Base",
        ),
        "http://plm.test/odata/base.xml",
    )
    alone, both = Model(root), Model(root, {base.url: base})
    part = both.entity("N.Part")
    assert part is not None
    assert (list(both.members(part)), both.is_open(part), both.complete(part)) == (["ID", "Mass"], True, True)
    assert [(name, prop and prop.type.name) for name, prop in both.key(part)] == [("ID", "Edm.Guid")]
    assert (both.derives("N.Part", "Base.Item"), both.derives("Base.Item", "N.Part"), both.missing) == (True, False, ())
    lonely = alone.entity("N.Part")
    assert lonely is not None
    assert (alone.missing, alone.unknown("Base.Item"), alone.complete(lonely)) == (
        ("http://plm.test/odata/base.xml",),
        True,
        False,
    )


def test_an_inheritance_cycle_ends() -> None:
    found = Model(document(edmx('<ComplexType Name="A" BaseType="N.B"/><ComplexType Name="B" BaseType="N.A"/>')))
    first = found.structured("N.A")
    assert first is not None
    assert [one.name for one in found.chain(first)] == ["A", "B"]
