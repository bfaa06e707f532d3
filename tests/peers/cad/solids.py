"""Solids whose masses everybody can work out, and the same as B-splines: `python solids.py FILE`, one product each."""

import sys
from typing import Any

from OCP.BRepBuilderAPI import BRepBuilderAPI_NurbsConvert
from OCP.BRepPrimAPI import (
    BRepPrimAPI_MakeBox,
    BRepPrimAPI_MakeCone,
    BRepPrimAPI_MakeCylinder,
    BRepPrimAPI_MakeSphere,
    BRepPrimAPI_MakeTorus,
)
from OCP.Interface import Interface_Static
from OCP.STEPCAFControl import STEPCAFControl_Writer
from OCP.TCollection import TCollection_ExtendedString
from OCP.TDataStd import TDataStd_Name
from OCP.TDocStd import TDocStd_Document
from OCP.XCAFApp import XCAFApp_Application
from OCP.XCAFDoc import XCAFDoc_DocumentTool


def text(value: str) -> Any:
    return TCollection_ExtendedString(value)


def main(file: str) -> None:
    solids = {
        "box": BRepPrimAPI_MakeBox(10, 20, 30),
        "cylinder": BRepPrimAPI_MakeCylinder(4, 40),
        "sphere": BRepPrimAPI_MakeSphere(7),
        "torus": BRepPrimAPI_MakeTorus(10, 3),
        "cone": BRepPrimAPI_MakeCone(5, 2, 7),
    }
    document = TDocStd_Document(text("MDTV-XCAF"))
    XCAFApp_Application.GetApplication_s().NewDocument(text("MDTV-XCAF"), document)
    tool = XCAFDoc_DocumentTool.ShapeTool_s(document.Main())
    for name, made in solids.items():
        TDataStd_Name.Set_s(tool.AddShape(made.Shape(), False), text(name))
        TDataStd_Name.Set_s(tool.AddShape(BRepBuilderAPI_NurbsConvert(made.Shape()).Shape(), False), text(f"{name} of splines"))
    STEPCAFControl_Writer()
    Interface_Static.SetCVal_s("write.step.schema", "AP242DIS")
    writer = STEPCAFControl_Writer()
    writer.Transfer(document)
    writer.Write(file)


if __name__ == "__main__":
    main(sys.argv[1])
