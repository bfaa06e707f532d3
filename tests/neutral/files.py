"""One assembly by hand in both encodings: a pump of two bolts, placed, half a metre of hose, and a drawing with a file."""

from pathlib import Path

from cpo_probe.formats import step_p21
from cpo_probe.formats.express import Tables
from cpo_probe.formats.practice.view import View
from cpo_probe.neutral import Structure, ap242_xml, p21
from cpo_probe.registry.load import own_root
from cpo_probe.registry.tables import fact_tables

TABLES = Tables((row.path, row.file.read_bytes()) for row in fact_tables([own_root()]))
HEAD = (
    "ISO-10303-21;HEADER;FILE_DESCRIPTION((''),'2;1');FILE_NAME('','',(''),(''),'','','');"
    "FILE_SCHEMA(('AP242_MANAGED_MODEL_BASED_3D_ENGINEERING_MIM_LF { 1 0 10303 442 7 1 4 }'));ENDSEC;DATA;\n"
)
DATA = """
#1=APPLICATION_CONTEXT(''); #3=PRODUCT_CONTEXT('',#1,'mechanical'); #4=PRODUCT_DEFINITION_CONTEXT('part definition',#1,'design');
#10=PRODUCT('A-1','pump','',(#3)); #11=PRODUCT_DEFINITION_FORMATION('B','',#10); #12=PRODUCT_DEFINITION('design','',#11,#4);
#20=PRODUCT('P-2','bolt','',(#3)); #21=PRODUCT_DEFINITION_FORMATION('A','',#20); #22=PRODUCT_DEFINITION('design','',#21,#4);
#30=PRODUCT('P-3','hose','',(#3)); #31=PRODUCT_DEFINITION_FORMATION('A','',#30); #32=PRODUCT_DEFINITION('design','',#31,#4);
#40=NEXT_ASSEMBLY_USAGE_OCCURRENCE('1','','',#12,#22,$); #41=NEXT_ASSEMBLY_USAGE_OCCURRENCE('2','','',#12,#22,$);
#42=(ASSEMBLY_COMPONENT_USAGE($) NEXT_ASSEMBLY_USAGE_OCCURRENCE() PRODUCT_DEFINITION_RELATIONSHIP('3','','',#12,#32)
 PRODUCT_DEFINITION_USAGE() QUANTIFIED_ASSEMBLY_COMPONENT_USAGE(#43));
#43=MEASURE_WITH_UNIT(LENGTH_MEASURE(0.50),#44); #44=(LENGTH_UNIT() NAMED_UNIT(*) SI_UNIT($,.METRE.));
#50=(GEOMETRIC_REPRESENTATION_CONTEXT(3) GLOBAL_UNIT_ASSIGNED_CONTEXT((#51)) REPRESENTATION_CONTEXT('',''));
#51=(LENGTH_UNIT() NAMED_UNIT(*) SI_UNIT(.MILLI.,.METRE.));
#52=CARTESIAN_POINT('',(0.,0.,0.)); #53=DIRECTION('',(0.,0.,1.)); #54=DIRECTION('',(1.,0.,0.));
#55=AXIS2_PLACEMENT_3D('',#52,#53,#54);
#60=SHAPE_REPRESENTATION('A-1',(#55,#72,#82),#50); #61=PRODUCT_DEFINITION_SHAPE('','',#12);
#62=SHAPE_DEFINITION_REPRESENTATION(#61,#60);
#65=SHAPE_REPRESENTATION('P-2',(#55),#50); #66=PRODUCT_DEFINITION_SHAPE('','',#22); #67=SHAPE_DEFINITION_REPRESENTATION(#66,#65);
#70=CARTESIAN_POINT('',(10.,20.,30.)); #71=DIRECTION('',(0.,1.,0.)); #72=AXIS2_PLACEMENT_3D('',#70,#53,#71);
#73=ITEM_DEFINED_TRANSFORMATION('','',#55,#72);
#74=(REPRESENTATION_RELATIONSHIP('','',#65,#60) REPRESENTATION_RELATIONSHIP_WITH_TRANSFORMATION(#73)
 SHAPE_REPRESENTATION_RELATIONSHIP());
#75=PRODUCT_DEFINITION_SHAPE('','',#40); #76=CONTEXT_DEPENDENT_SHAPE_REPRESENTATION(#74,#75);
#80=CARTESIAN_POINT('',(-5.,0.,0.)); #82=AXIS2_PLACEMENT_3D('',#80,$,$);
#83=ITEM_DEFINED_TRANSFORMATION('','',#55,#82);
#84=(REPRESENTATION_RELATIONSHIP('','',#65,#60) REPRESENTATION_RELATIONSHIP_WITH_TRANSFORMATION(#83)
 SHAPE_REPRESENTATION_RELATIONSHIP());
#85=PRODUCT_DEFINITION_SHAPE('','',#41); #86=CONTEXT_DEPENDENT_SHAPE_REPRESENTATION(#84,#85);
#90=PRODUCT('D-9','drawing of the pump','',(#3)); #91=PRODUCT_DEFINITION_FORMATION('C','',#90);
#92=PRODUCT_DEFINITION_WITH_ASSOCIATED_DOCUMENTS('','',#91,#4,(#94));
#93=PRODUCT_RELATED_PRODUCT_CATEGORY('document',$,(#90)); #94=DOCUMENT_FILE('f','','',#95,'',$); #95=DOCUMENT_TYPE('');
#96=DOCUMENT('D-9','','',#95); #97=DOCUMENT_PRODUCT_EQUIVALENCE('equivalence','',#96,#91);
#98=APPLIED_DOCUMENT_REFERENCE(#96,'',(#12)); #99=EXTERNAL_SOURCE(IDENTIFIER('')); #100=IDENTIFICATION_ROLE('','');
#101=APPLIED_EXTERNAL_IDENTIFICATION_ASSIGNMENT('pump.pdf',#100,#99,(#94));
"""
XML = """<n0:Uos xmlns:n0="http://standards.iso.org/iso/ts/10303/-4442/-ed-3/tech/xml-schema/domain_model"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Header><TimeStamp>2026-11-22T10:00:00Z</TimeStamp></Header><DataContainer>
<Unit uid="q1"><Name><ClassString>metre</ClassString></Name><Prefix><ClassString>milli</ClassString></Prefix></Unit>
<Document uid="d"><Id id="D-9"/><Name><CharacterString>drawing of the pump</CharacterString></Name><Versions>
 <DocumentVersion uid="dv"><Id id="C"/><Views><DocumentDefinition uid="dd"><Files><DigitalFile uidRef="f"/></Files>
 </DocumentDefinition></Views>
 </DocumentVersion></Versions></Document>
<File uid="f" xsi:type="n0:DigitalFile"><FileLocations><FileLocationIdentification uid="fl"><SourceId>pump.pdf</SourceId>
 <SourceType>file</SourceType></FileLocationIdentification></FileLocations></File>
<Part uid="a"><Id id="A-1"/><Name><CharacterString>pump</CharacterString></Name><Versions><PartVersion uid="av"><Id id="B"/>
 <Views>
 <PartView uid="aw" xsi:type="n0:AssemblyDefinition">
 <DocumentAssignment uid="da"><AssignedDocument uidRef="dv"/></DocumentAssignment>
 <ViewOccurrenceRelationship uid="u1" xsi:type="n0:NextAssemblyOccurrenceUsage"><Related uidRef="o1"/><Placement>
 <CartesianTransformation
  uid="t1"><RotationMatrix>0 -1 0 1 0 0 0 0 1</RotationMatrix><TranslationVector>10 20 30</TranslationVector>
 </CartesianTransformation>
  </Placement></ViewOccurrenceRelationship>
 <ViewOccurrenceRelationship uid="u2" xsi:type="n0:NextAssemblyOccurrenceUsage"><Related uidRef="o2"/><Placement>
 <CartesianTransformation
  uid="t2"><RotationMatrix>1 0 0 0 1 0 0 0 1</RotationMatrix><TranslationVector>-5 0 0</TranslationVector>
 </CartesianTransformation>
  </Placement></ViewOccurrenceRelationship>
 <ViewOccurrenceRelationship uid="u3" xsi:type="n0:NextAssemblyOccurrenceUsage"><Related uidRef="o3"/>
 </ViewOccurrenceRelationship>
 </PartView></Views></PartVersion></Versions></Part>
<Part uid="b"><Id><Identifier uid="i" id="P-2"/></Id><Name><CharacterString>bolt</CharacterString></Name><Versions>
 <PartVersion uid="bv">
 <Id id="A"/><Views><PartView uid="bw"><Occurrence uid="o1" xsi:type="n0:SingleOccurrence"><Id id="1"/></Occurrence>
 <Occurrence uid="o2" xsi:type="n0:SingleOccurrence"><Id id="2"/></Occurrence></PartView></Views></PartVersion></Versions></Part>
<Part uid="c"><Id id="P-3"/><Name><CharacterString>hose</CharacterString></Name><Versions><PartVersion uid="cv"><Id id="A"/>
 <Views>
 <PartView uid="cw"><Occurrence uid="o3" xsi:type="n0:QuantifiedOccurrence"><Id id="3"/>
 <Quantity uid="n" xsi:type="n0:NumericalValue">
 <ValueComponent>0.5</ValueComponent></Quantity></Occurrence></PartView></Views></PartVersion></Versions></Part>
</DataContainer></n0:Uos>"""


def from_p21(path: Path, most: int = 50_000) -> Structure:
    """The structure of a file on disk."""
    report = step_p21.examine(path)
    choice = TABLES.choose(report.header.schemas[0].text)
    assert choice is not None
    return p21.structure(View(report.population, choice.graphs[0]), most=most)


def p21_of(folder: Path, *changes: tuple[str, str], most: int = 50_000) -> Structure:
    """The assembly in Part 21, with texts replaced."""
    path = folder / "assembly.stp"
    path.write_text(f"{HEAD}{_changed(DATA, changes)}ENDSEC;END-ISO-10303-21;")
    return from_p21(path, most)


def xml_of(folder: Path, *changes: tuple[str, str], most: int = 50_000) -> Structure:
    """The assembly in AP242 XML, with texts replaced."""
    path = folder / "assembly.stpx"
    path.write_text(_changed(XML, changes))
    return ap242_xml.structure(path, most=most)


def _changed(text: str, changes: tuple[tuple[str, str], ...]) -> str:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text
