"""A pump of two bolts by hand, with validation properties, and what a kernel that reads it rightly makes of it."""

import dataclasses
import re
from dataclasses import dataclass, field
from typing import Any

from cpo_probe.evidence import encode
from cpo_probe.kernel import Body, Ending, Measurement, Shape, Usage

HEAD = (
    "ISO-10303-21;HEADER;FILE_DESCRIPTION((''),'2;1');FILE_NAME('','2026-01-01T00:00:00',(''),(''),'','','');"
    "FILE_SCHEMA(('AP242_MANAGED_MODEL_BASED_3D_ENGINEERING_MIM_LF { 1 0 10303 442 7 1 4 }'));ENDSEC;DATA;\n"
)
DATA = """
#1=APPLICATION_CONTEXT(''); #3=PRODUCT_CONTEXT('',#1,'mechanical'); #4=PRODUCT_DEFINITION_CONTEXT('part definition',#1,'design');
#10=PRODUCT('A-1','pump','',(#3)); #11=PRODUCT_DEFINITION_FORMATION('B','',#10); #12=PRODUCT_DEFINITION('design','',#11,#4);
#20=PRODUCT('P-2','bolt','',(#3)); #21=PRODUCT_DEFINITION_FORMATION('A','',#20); #22=PRODUCT_DEFINITION('design','',#21,#4);
#40=NEXT_ASSEMBLY_USAGE_OCCURRENCE('1','','',#12,#22,$); #41=NEXT_ASSEMBLY_USAGE_OCCURRENCE('2','','',#12,#22,$);
#50=(GEOMETRIC_REPRESENTATION_CONTEXT(3) GLOBAL_UNIT_ASSIGNED_CONTEXT((#51)) REPRESENTATION_CONTEXT('',''));
#51=(LENGTH_UNIT() NAMED_UNIT(*) SI_UNIT(.MILLI.,.METRE.));
#52=CARTESIAN_POINT('',(0.,0.,0.)); #53=DIRECTION('',(0.,0.,1.)); #54=DIRECTION('',(1.,0.,0.));
#55=AXIS2_PLACEMENT_3D('',#52,#53,#54);
#60=SHAPE_REPRESENTATION('A-1',(#55,#72,#82),#50); #61=PRODUCT_DEFINITION_SHAPE('','',#12);
#62=SHAPE_DEFINITION_REPRESENTATION(#61,#60);
#65=ADVANCED_BREP_SHAPE_REPRESENTATION('P-2',(#55,#68),#50); #66=PRODUCT_DEFINITION_SHAPE('','',#22);
#67=SHAPE_DEFINITION_REPRESENTATION(#66,#65); #68=MANIFOLD_SOLID_BREP('',#69); #69=CLOSED_SHELL('',());
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
#100=PROPERTY_DEFINITION('geometric validation property','',#66); #101=PROPERTY_DEFINITION_REPRESENTATION(#100,#102);
#102=REPRESENTATION('',(#103,#104,#105),#50); #103=MEASURE_REPRESENTATION_ITEM('volume measure',VOLUME_MEASURE(6.),#106);
#104=MEASURE_REPRESENTATION_ITEM('surface area measure',AREA_MEASURE(22.),#108);
#105=CARTESIAN_POINT('centre point',(0.5,1.,1.5)); #106=DERIVED_UNIT((#107)); #107=DERIVED_UNIT_ELEMENT(#51,3.);
#108=DERIVED_UNIT((#109)); #109=DERIVED_UNIT_ELEMENT(#51,2.);
#110=PROPERTY_DEFINITION('geometric validation property','',#61); #111=PROPERTY_DEFINITION_REPRESENTATION(#110,#112);
#112=REPRESENTATION('volume',(#113),#50); #113=MEASURE_REPRESENTATION_ITEM('volume measure',VOLUME_MEASURE(12.),#106);
#120=PROPERTY_DEFINITION('assembly validation property','',#61); #121=PROPERTY_DEFINITION_REPRESENTATION(#120,#122);
#122=REPRESENTATION('',(#123,#124),#50); #123=VALUE_REPRESENTATION_ITEM('number of children',COUNT_MEASURE(2.));
#124=CARTESIAN_POINT('centre point',(2.5,20.,25.));
"""
INCHES = (
    "#51=(LENGTH_UNIT() NAMED_UNIT(*) SI_UNIT(.MILLI.,.METRE.));",
    "#51=(CONVERSION_BASED_UNIT('INCH',#130) LENGTH_UNIT() NAMED_UNIT(#131)); #131=DIMENSIONAL_EXPONENTS(1.,0.,0.,0.,0.,0.,0.);"
    "#130=LENGTH_MEASURE_WITH_UNIT(LENGTH_MEASURE(25.4),#132); #132=(LENGTH_UNIT() NAMED_UNIT(*) SI_UNIT(.MILLI.,.METRE.));",
)
"""The unit of length as inches."""
BOLT = Body(1, 0, 0, True, "6", "22", "22", ("0.5", "1", "1.5"), "0", (), "3.741657387", "1e-12")
PUMP = Body(2, 0, 0, True, "12", "44", "44", ("2", "10.5", "16.5"), "0", (), "50", "1e-12")
TURNED = ("0", "-1", "0", "10", "1", "0", "0", "20", "0", "0", "1", "30")
MOVED = ("1", "0", "0", "-5", "0", "1", "0", "0", "0", "0", "1", "0")


def content(*changes: tuple[str, str]) -> bytes:
    """The file, with texts replaced."""
    text = DATA
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return f"{HEAD}{text}ENDSEC;END-ISO-10303-21;".encode()


@dataclass
class Read:
    """What the kernel made of it; a number of an instance leads to another body, or to another placement."""

    bodies: dict[int, Body | None] = field(default_factory=dict)
    placements: dict[int, tuple[str, ...]] = field(default_factory=dict)
    without: tuple[int, ...] = ()

    def of(self, data: bytes, **changes: Any) -> Measurement:
        names = [int(name) for name in re.findall(rb"#(\d+)=", data)]
        bodies = {12: PUMP, 22: BOLT, 68: BOLT, **self.bodies}
        places = {40: TURNED, 41: MOVED, **self.placements}
        made = Measurement(
            Ending.READ, 1, 1, len(names), 0,
            tuple(Shape(names.index(n), bodies[n]) for n in (12, 22) if n not in self.without),
            tuple(Usage(names.index(n), places[n]) for n in (40, 41) if n not in self.without),
            (Shape(names.index(68), bodies[68]),),
        )  # fmt: skip
        return dataclasses.replace(made, **changes)


def written(measurement: Measurement) -> bytes:
    """As it lies in a bundle."""
    return encode(measurement)
