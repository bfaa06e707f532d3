"""Two turned and moved boxes by OpenCASCADE: `python place.py FOLDER`; writes where it put them as rows of 3 x 4."""

import json
import sys
from pathlib import Path
from typing import Any

from OCP.BRepPrimAPI import BRepPrimAPI_MakeBox
from OCP.gp import gp_Ax1, gp_Dir, gp_Pnt, gp_Trsf, gp_Vec
from OCP.Interface import Interface_Static
from OCP.STEPCAFControl import STEPCAFControl_Writer
from OCP.TCollection import TCollection_ExtendedString
from OCP.TDataStd import TDataStd_Name
from OCP.TDocStd import TDocStd_Document
from OCP.TopLoc import TopLoc_Location
from OCP.XCAFApp import XCAFApp_Application
from OCP.XCAFDoc import XCAFDoc_DocumentTool

SCHEMAS = {"ap203": "AP203", "ap214": "AP214IS", "ap242": "AP242DIS"}
UNITS = ("MM", "INCH")


def text(value: str) -> Any:
    return TCollection_ExtendedString(value)


def moves() -> list[Any]:
    turned, moved = gp_Trsf(), gp_Trsf()
    turned.SetRotation(gp_Ax1(gp_Pnt(1, 2, 3), gp_Dir(1, 2, 3)), 0.7)
    moved.SetTranslation(gp_Vec(10, -20, 30))
    other = gp_Trsf()
    other.SetRotation(gp_Ax1(gp_Pnt(0, 5, 0), gp_Dir(0, 1, 1)), -2.1)
    return [moved.Multiplied(turned), other]


def write(schema: str, unit: str, file: Path) -> None:
    document = TDocStd_Document(text("MDTV-XCAF"))
    XCAFApp_Application.GetApplication_s().NewDocument(text("MDTV-XCAF"), document)
    tool = XCAFDoc_DocumentTool.ShapeTool_s(document.Main())
    box = tool.AddShape(BRepPrimAPI_MakeBox(1, 2, 3).Shape(), False)
    TDataStd_Name.Set_s(box, text("box"))
    outer = tool.NewShape()
    TDataStd_Name.Set_s(outer, text("outer"))
    for move in moves():
        tool.AddComponent(outer, box, TopLoc_Location(move))
    tool.UpdateAssemblies()
    STEPCAFControl_Writer()
    Interface_Static.SetCVal_s("write.step.schema", schema)
    Interface_Static.SetCVal_s("write.step.unit", unit)
    writer = STEPCAFControl_Writer()
    writer.Transfer(document)
    writer.Write(str(file))


if __name__ == "__main__":
    for name, schema in SCHEMAS.items():
        for unit in UNITS:
            write(schema, unit, Path(sys.argv[1]) / f"{name}-{unit.lower()}.stp")
    matrices = [[move.Value(row, column) for row in (1, 2, 3) for column in (1, 2, 3, 4)] for move in moves()]
    sys.stdout.write("\n" + json.dumps(matrices))
