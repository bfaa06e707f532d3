"""STEP files by OpenCASCADE (cadquery-ocp-novtk) and gmsh: `python write.py FOLDER`, in the environment of this folder.

Single shapes and an assembly with names, colours, layers and validation properties in AP203, AP214 and AP242, the last one with
dimensions and tolerances, too.
"""

import math
import sys
from pathlib import Path
from typing import Any

import gmsh
from OCP.BRepAlgoAPI import BRepAlgoAPI_Cut
from OCP.BRepBuilderAPI import BRepBuilderAPI_MakeFace, BRepBuilderAPI_NurbsConvert
from OCP.BRepFilletAPI import BRepFilletAPI_MakeFillet
from OCP.BRepGProp import BRepGProp
from OCP.BRepPrimAPI import BRepPrimAPI_MakeBox, BRepPrimAPI_MakeCone, BRepPrimAPI_MakeCylinder, BRepPrimAPI_MakeTorus
from OCP.collections import Array2_gp_Pnt, HArray1_double, Sequence_TDF_Label
from OCP.GeomAPI import GeomAPI_PointsToBSplineSurface
from OCP.gp import gp_Pnt, gp_Trsf, gp_Vec
from OCP.GProp import GProp_GProps
from OCP.Interface import Interface_Static
from OCP.Quantity import Quantity_Color, Quantity_TOC_RGB
from OCP.STEPCAFControl import STEPCAFControl_Writer
from OCP.STEPControl import STEPControl_AsIs, STEPControl_Writer
from OCP.TCollection import TCollection_ExtendedString, TCollection_HAsciiString
from OCP.TDataStd import TDataStd_Name
from OCP.TDF import TDF_Label
from OCP.TDocStd import TDocStd_Document
from OCP.TopAbs import TopAbs_EDGE, TopAbs_FACE, TopAbs_SOLID
from OCP.TopExp import TopExp_Explorer
from OCP.TopLoc import TopLoc_Location
from OCP.TopoDS import TopoDS
from OCP.XCAFApp import XCAFApp_Application
from OCP.XCAFDimTolObjects import (
    XCAFDimTolObjects_DatumObject,
    XCAFDimTolObjects_DimensionObject,
    XCAFDimTolObjects_DimensionType_Location_LinearDistance,
    XCAFDimTolObjects_GeomToleranceObject,
    XCAFDimTolObjects_GeomToleranceType_Flatness,
)
from OCP.XCAFDoc import (
    XCAFDoc_Area,
    XCAFDoc_Centroid,
    XCAFDoc_ColorSurf,
    XCAFDoc_Datum,
    XCAFDoc_Dimension,
    XCAFDoc_DocumentTool,
    XCAFDoc_GeomTolerance,
    XCAFDoc_Volume,
)

SCHEMAS = {"ap203": "AP203", "ap214": "AP214IS", "ap242": "AP242DIS"}


def text(value: str) -> Any:
    return TCollection_ExtendedString(value)


def faces(shape: Any) -> list[Any]:
    found, explorer = [], TopExp_Explorer(shape, TopAbs_FACE)
    while explorer.More():
        found.append(explorer.Current())
        explorer.Next()
    return found


def shapes() -> dict[str, Any]:
    """Planes, cylinders, cones, fillets, B-splines, and a surface that is no solid."""
    box = BRepPrimAPI_MakeBox(10, 20, 30).Shape()
    fillet = BRepFilletAPI_MakeFillet(box)
    fillet.Add(1.0, TopoDS.Edge(TopExp_Explorer(box, TopAbs_EDGE).Current()))
    points = Array2_gp_Pnt(1, 6, 1, 6)
    for i in range(1, 7):
        for j in range(1, 7):
            points.SetValue(i, j, gp_Pnt(5 * i, 5 * j, 3 * math.sin(i) * math.cos(j)))
    surface = GeomAPI_PointsToBSplineSurface(points).Surface()
    return {
        "box": box,
        "cut": BRepAlgoAPI_Cut(box, BRepPrimAPI_MakeCylinder(4, 40).Shape()).Shape(),
        "fillet": fillet.Shape(),
        "nurbs": BRepBuilderAPI_NurbsConvert(BRepPrimAPI_MakeTorus(10, 3).Shape()).Shape(),
        "cone": BRepPrimAPI_MakeCone(5, 2, 7).Shape(),
        "face": BRepBuilderAPI_MakeFace(surface, 1e-6).Shape(),
    }


def single(schema: str, shape: Any, file: Path) -> None:
    STEPControl_Writer()  # makes the parameters known
    Interface_Static.SetCVal_s("write.step.schema", schema)
    writer = STEPControl_Writer()
    writer.Transfer(shape, STEPControl_AsIs)
    writer.Write(str(file))


def assembly(schema: str, file: Path, tolerances: bool = False) -> None:
    document = TDocStd_Document(text("MDTV-XCAF"))
    XCAFApp_Application.GetApplication_s().NewDocument(text("MDTV-XCAF"), document)
    main = document.Main()
    tool, colours = XCAFDoc_DocumentTool.ShapeTool_s(main), XCAFDoc_DocumentTool.ColorTool_s(main)
    layers, labels, made = XCAFDoc_DocumentTool.LayerTool_s(main), {}, shapes()
    for name, shape in made.items():
        label = labels[name] = tool.AddShape(shape, False)
        TDataStd_Name.Set_s(label, text(f"{name} ä'ö\\ part"))
        colours.SetColor(label, Quantity_Color(0.2, 0.5, 0.7, Quantity_TOC_RGB), XCAFDoc_ColorSurf)
        _properties(label, shape)
        if len(faces(shape)) > 1:
            face = tool.AddSubShape(label, faces(shape)[0])
            colours.SetColor(face, Quantity_Color(0.9, 0.1, 0.1, Quantity_TOC_RGB), XCAFDoc_ColorSurf)
            layers.SetLayer(face, text("layer"))
    inner, outer = tool.NewShape(), tool.NewShape()
    TDataStd_Name.Set_s(inner, text("assembly"))
    TDataStd_Name.Set_s(outer, text("top"))
    for place, label in enumerate(labels.values()):
        tool.AddComponent(inner, label, _moved(50 * place, 0))
    for place in range(2):
        tool.AddComponent(outer, inner, _moved(0, 100 * place))
    tool.UpdateAssemblies()
    if tolerances:
        _tolerances(main, tool, labels["box"], faces(made["box"]))
    STEPCAFControl_Writer()
    Interface_Static.SetCVal_s("write.step.schema", schema)
    writer = STEPCAFControl_Writer()
    for switch in (writer.SetColorMode, writer.SetNameMode, writer.SetLayerMode, writer.SetPropsMode, writer.SetDimTolMode):
        switch(True)
    writer.Transfer(document)
    writer.Write(str(file))


def _moved(x: float, y: float) -> Any:
    move = gp_Trsf()
    move.SetTranslation(gp_Vec(x, y, 0))
    return TopLoc_Location(move)


def _properties(label: Any, shape: Any) -> None:
    """By the integration that adapts itself: the plain one is wrong by 0.5 % for the torus of B-splines."""
    volume, area = GProp_GProps(), GProp_GProps()
    BRepGProp.VolumeProperties_s(shape, volume, 1e-6, False, False)
    BRepGProp.SurfaceProperties_s(shape, area, 1e-6, False)
    solid = TopExp_Explorer(shape, TopAbs_SOLID).More()
    XCAFDoc_Area.Set_s(label, area.Mass())
    XCAFDoc_Centroid.Set_s(label, (volume if solid else area).CentreOfMass())
    if solid:
        XCAFDoc_Volume.Set_s(label, volume.Mass())


def _tolerances(main: Any, tool: Any, part: Any, sides: list[Any]) -> None:
    """A dimension with limits, a flatness, and a datum."""
    tolerances = XCAFDoc_DocumentTool.DimTolTool_s(main)
    one, other = (_sequence(_found(tool, part, side)) for side in sides[:2])
    label = tolerances.AddDimension()
    tolerances.SetDimension(one, other, label)
    dimension, values = XCAFDimTolObjects_DimensionObject(), HArray1_double(1, 3)
    for place, value in enumerate((10.0, 0.1, 0.2), 1):
        values.SetValue(place, value)
    dimension.SetType(XCAFDimTolObjects_DimensionType_Location_LinearDistance)
    dimension.SetValues(values)
    XCAFDoc_Dimension.Set_s(label).SetObject(dimension)
    label = tolerances.AddGeomTolerance()
    tolerances.SetGeomTolerance(other, label)
    flatness = XCAFDimTolObjects_GeomToleranceObject()
    flatness.SetType(XCAFDimTolObjects_GeomToleranceType_Flatness)
    flatness.SetValue(0.01)
    XCAFDoc_GeomTolerance.Set_s(label).SetObject(flatness)
    label = tolerances.AddDatum()
    tolerances.SetDatum(one, label)
    datum = XCAFDimTolObjects_DatumObject()
    datum.SetName(TCollection_HAsciiString("A"))
    XCAFDoc_Datum.Set_s(label).SetObject(datum)


def _found(tool: Any, part: Any, side: Any) -> Any:
    tool.AddSubShape(part, side)
    label = TDF_Label()
    tool.FindSubShape(part, side, label)
    return label


def _sequence(label: Any) -> Any:
    labels = Sequence_TDF_Label()
    labels.Append(label)
    return labels


def by_gmsh(file: Path) -> None:
    gmsh.initialize()
    gmsh.option.setNumber("General.Terminal", 0)
    kernel = gmsh.model.occ
    kernel.cut([(3, kernel.addBox(0, 0, 0, 10, 20, 30))], [(3, kernel.addCylinder(5, 5, -5, 0, 0, 50, 3))])
    kernel.addTorus(50, 0, 0, 10, 3)
    kernel.synchronize()
    gmsh.write(str(file))
    gmsh.finalize()


def main(folder: Path) -> None:
    for name, schema in SCHEMAS.items():
        for kind, shape in shapes().items():
            single(schema, shape, folder / f"{name}-{kind}.stp")
        assembly(schema, folder / f"{name}-assembly.stp")
    assembly(SCHEMAS["ap242"], folder / "ap242-tolerances.stp", tolerances=True)
    by_gmsh(folder / "gmsh.step")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
