"""An assembly with validation properties by OpenCASCADE: `python model.py FILE [mm|inch|apart]`.

Made `fixtures/plm/export/model.stp`. The kernel writes shapes, structure and geometric validation properties; what it does not
write, the assembly validation properties, is added: number of children, and the centroid of notional solids. "apart": each part
in a file of its own beside it, which it refers to, and nothing added.
"""

import re
import sys
from pathlib import Path
from typing import Any

from OCP.BRepAlgoAPI import BRepAlgoAPI_Cut
from OCP.BRepGProp import BRepGProp
from OCP.BRepPrimAPI import BRepPrimAPI_MakeBox, BRepPrimAPI_MakeCylinder
from OCP.gp import gp_Ax1, gp_Ax2, gp_Dir, gp_Pnt, gp_Trsf, gp_Vec
from OCP.GProp import GProp_GProps
from OCP.Interface import Interface_Static
from OCP.STEPCAFControl import STEPCAFControl_Writer
from OCP.STEPControl import STEPControl_AsIs
from OCP.TCollection import TCollection_ExtendedString
from OCP.TDataStd import TDataStd_Name
from OCP.TDocStd import TDocStd_Document
from OCP.TopLoc import TopLoc_Location
from OCP.XCAFApp import XCAFApp_Application
from OCP.XCAFDoc import XCAFDoc_Area, XCAFDoc_Centroid, XCAFDoc_DocumentTool, XCAFDoc_Volume

NOTIONAL = 10.0
EXACT = 1e-6


def text(value: str) -> Any:
    return TCollection_ExtendedString(value)


def moved(x: float, y: float, z: float, turn: float = 0.0) -> Any:
    shift, turned = gp_Trsf(), gp_Trsf()
    shift.SetTranslation(gp_Vec(x, y, z))
    turned.SetRotation(gp_Ax1(gp_Pnt(0, 0, 0), gp_Dir(0, 0, 1)), turn)
    return shift.Multiplied(turned)


def properties(label: Any, shape: Any) -> None:
    """Volume and its centroid, and area, by the integration that stays exact on free-form surfaces."""
    volume, area = GProp_GProps(), GProp_GProps()
    BRepGProp.VolumeProperties_s(shape, volume, EXACT, False, False)
    BRepGProp.SurfaceProperties_s(shape, area, EXACT, False)
    XCAFDoc_Volume.Set_s(label, volume.Mass())
    XCAFDoc_Area.Set_s(label, area.Mass())
    XCAFDoc_Centroid.Set_s(label, volume.CentreOfMass())


def main(path: Path, unit: str = "mm") -> None:
    document = TDocStd_Document(text("MDTV-XCAF"))
    XCAFApp_Application.GetApplication_s().NewDocument(text("MDTV-XCAF"), document)
    tool = XCAFDoc_DocumentTool.ShapeTool_s(document.Main())
    hole = BRepPrimAPI_MakeCylinder(gp_Ax2(gp_Pnt(15, 10, -1), gp_Dir(0, 0, 1)), 4, 20).Shape()
    shapes = {
        "BRACKET-1": BRepAlgoAPI_Cut(BRepPrimAPI_MakeBox(40, 20, 6).Shape(), hole).Shape(),
        "PIN-1": BRepPrimAPI_MakeCylinder(4, 25).Shape(),
    }
    labels = {}
    for name, shape in shapes.items():
        labels[name] = tool.AddShape(shape, False)
        TDataStd_Name.Set_s(labels[name], text(name))
        properties(labels[name], shape)
    places = {
        "JOINT-1": [("BRACKET-1", moved(0, 0, 0)), ("PIN-1", moved(15, 10, 0))],
        "ARM-1": [("JOINT-1", moved(0, 0, 0)), ("JOINT-1", moved(120, 30, 5, 0.5)), ("PIN-1", moved(60, 5, -3, -0.2))],
    }
    for name, parts in places.items():
        labels[name] = tool.NewShape()
        TDataStd_Name.Set_s(labels[name], text(name))
        for part, move in parts:
            tool.AddComponent(labels[name], labels[part], TopLoc_Location(move))
    tool.UpdateAssemblies()
    STEPCAFControl_Writer()
    Interface_Static.SetCVal_s("write.step.schema", "AP242DIS")
    Interface_Static.SetCVal_s("write.step.unit", "INCH" if unit == "inch" else "MM")
    writer = STEPCAFControl_Writer()
    writer.SetPropsMode(True)
    writer.SetNameMode(True)
    writer.Transfer(document, STEPControl_AsIs, "apart-" if unit == "apart" else None)
    writer.Write(str(path))
    if unit == "apart":
        return
    scale = 25.4 if unit == "inch" else 1.0
    path.write_text(completed(path.read_text(encoding="ascii"), places, scale), encoding="ascii")


def completed(written: str, places: dict[str, list[tuple[str, Any]]], scale: float) -> str:
    """The file with assembly validation properties, in the pattern of the practice, and usages numbered."""
    head, rest = written.split("DATA;\n", 1)
    head = re.sub(r"FILE_NAME\('[^']*'", "FILE_NAME('model.stp'", head)
    head = re.sub(r"\('Author'\),\(\s*'[^']*'\)", "('PLM service'),('Reference works')", head)
    data, tail = rest.split("ENDSEC;\nEND-ISO", 1)
    number = max(int(found) for found in re.findall(r"^#(\d+)", data, re.M))
    added = []
    for name, parts in places.items():
        products = re.search(rf"#(\d+) = PRODUCT\('{name}'", data)
        assert products is not None, name
        formation = found(data, "PRODUCT_DEFINITION_FORMATION", products.group(1))
        definition = found(data, "PRODUCT_DEFINITION", formation)
        shape = found(data, "PRODUCT_DEFINITION_SHAPE", definition)
        context = found(data, "SHAPE_DEFINITION_REPRESENTATION", shape, first=True)
        representation = re.search(rf"^#{context} = SHAPE_REPRESENTATION\([^;]*,(#\d+)\);", data, re.M)
        assert representation is not None, context
        corners = []
        for _, move in parts:
            point = gp_Pnt(NOTIONAL, NOTIONAL, NOTIONAL)
            point.Transform(move)
            corners.append((point.X(), point.Y(), point.Z()))
        mean = ",".join(f"{sum(c[axis] for c in corners) / len(corners) / scale:#.9g}" for axis in range(3))
        rows = (
            f"VALUE_REPRESENTATION_ITEM('number of children',COUNT_MEASURE({float(len(parts))}))",
            f"CARTESIAN_POINT('centre point',({mean}))",
            f"PROPERTY_DEFINITION('assembly validation property','',#{shape})",
            f"REPRESENTATION('number of children',(#{number + 1}),{representation.group(1)})",
            f"PROPERTY_DEFINITION_REPRESENTATION(#{number + 3},#{number + 4})",
            f"PROPERTY_DEFINITION('assembly validation property','',#{shape})",
            f"REPRESENTATION('notional solids centroid',(#{number + 2}),{representation.group(1)})",
            f"PROPERTY_DEFINITION_REPRESENTATION(#{number + 6},#{number + 7})",
        )
        added += [f"#{number + at} = {row};\n" for at, row in enumerate(rows, 1)]
        number += len(rows)
    return head + "DATA;\n" + data + "".join(added) + "ENDSEC;\nEND-ISO" + tail


def found(data: str, entity: str, refers: str, first: bool = False) -> str:
    """The number of the instance that refers to another one; `first`: what stands beside that reference."""
    pattern = rf"#(\d+) = {entity}\([^;]*#{refers}\b" if not first else rf"= {entity}\(#{refers},\s*#(\d+)\)"
    match = re.search(pattern, data)
    assert match is not None, (entity, refers)
    return match.group(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
