"""What does OpenCASCADE make of a STEP file? `python occ.py FILE OUT MEGABYTES SECONDS`; `python occ.py` tells the version.

Stands alone: it runs in whatever environment holds OCP, and imports nothing of this program. OUT is JSON; lengths are in
millimetres, to which the kernel converts; numbers are decimal strings of ten significant digits. Instances are told by their
place in the file, from 0, because the kernel forgets their names.
"""

import json
import sys
from importlib.metadata import PackageNotFoundError, version
from math import sqrt
from pathlib import Path
from typing import Any

PACKAGES = ("cadquery-ocp-novtk", "cadquery-ocp")
MOST_FACES = 2000
"""Of one body: with more faces its validity is not looked at, and it is integrated less exactly."""
EXACT, COARSE = 1e-6, 1e-4
"""Relative errors that the adaptive integration is asked for. The plain one is wrong by up to 0.9 % where a cylinder is written
as a B-spline surface."""
MOST_ANSWER = 256 * 2**20
"""Bytes that are written."""
MODELS = (
    "ManifoldSolidBrep",
    "BrepWithVoids",
    "FacetedBrep",
    "FacetedBrepAndBrepWithVoids",
    "ShellBasedSurfaceModel",
    "FaceBasedSurfaceModel",
)


def told() -> str:
    """Package and version of the kernel, "" without one; nothing of it is loaded."""
    for name in PACKAGES:
        try:
            return f"{name} {version(name)}"
        except PackageNotFoundError:
            continue
    return ""


def number(value: float) -> str:
    return format(value + 0.0, ".10g")


class Sum:
    """Masses of bodies with their centroids, and the corners of a box around them."""

    def __init__(self) -> None:
        self.solids = self.faces = self.edges = 0
        self.valid = True
        self.volume = self.area = self.outer = self.sheets = self.error = 0.0
        self.moment, self.sheet_moment = [0.0] * 3, [0.0] * 3
        self.low, self.high = [float("inf")] * 3, [float("-inf")] * 3

    def add(self, other: "Sum", move: Any) -> None:
        scale = abs(move.ScaleFactor())
        self.solids, self.faces, self.edges = self.solids + other.solids, self.faces + other.faces, self.edges + other.edges
        self.valid = self.valid and other.valid
        self.error = max(self.error, other.error)
        self.area += other.area * scale**2
        self.outer += other.outer * scale**2
        for mine, theirs, power, moments in (
            ("volume", other.volume, 3, (self.moment, other.moment)),
            ("sheets", other.sheets, 2, (self.sheet_moment, other.sheet_moment)),
        ):
            mass = theirs * scale**power
            setattr(self, mine, getattr(self, mine) + mass)
            if theirs:
                place = moved(move, [m / theirs for m in moments[1]])
                for axis in range(3):
                    moments[0][axis] += mass * place[axis]
        if other.low[0] <= other.high[0]:
            corners = [[(other.low, other.high)[turn >> axis & 1][axis] for axis in range(3)] for turn in range(8)]
            for corner in corners:
                self.stretch(moved(move, corner))

    def stretch(self, point: list[float]) -> None:
        self.low = [min(a, b) for a, b in zip(self.low, point)]  # noqa: B905 - of three each
        self.high = [max(a, b) for a, b in zip(self.high, point)]  # noqa: B905

    def told(self) -> dict[str, Any]:
        size = sqrt(sum((b - a) ** 2 for a, b in zip(self.low, self.high))) if self.low[0] <= self.high[0] else 0.0  # noqa: B905
        return {
            "solids": self.solids,
            "faces": self.faces,
            "edges": self.edges,
            "valid": self.valid,
            "volume": number(self.volume),
            "area": number(self.area),
            "outer": number(self.outer),
            "centroid": [number(m / self.volume) for m in self.moment] if self.volume else [],
            "sheets": number(self.sheets),
            "sheet_centroid": [number(m / self.sheets) for m in self.sheet_moment] if self.sheets else [],
            "size": number(size),
            "error": number(self.error),
        }


def moved(move: Any, point: list[float]) -> list[float]:
    return [sum(move.Value(row, axis + 1) * point[axis] for axis in range(3)) + move.Value(row, 4) for row in (1, 2, 3)]


class Measuring:
    """Bodies are measured once, where they were modelled; what is made of them is summed up."""

    def __init__(self) -> None:
        from OCP.TopAbs import TopAbs_ShapeEnum as Kind
        from OCP.TopLoc import TopLoc_Location

        self.kind, self.here = Kind, TopLoc_Location()
        self.known: dict[int, list[tuple[Any, Sum]]] = {}

    def measured(self, shape: Any) -> dict[str, Any]:
        """Of a shape with its own placement."""
        total = Sum()
        total.add(self.of(shape.Located(self.here)), shape.Location().Transformation())
        return total.told()

    def of(self, shape: Any) -> Sum:
        """Of a shape that is placed nowhere."""
        bucket = self.known.setdefault(hash(shape), [])
        for known, found in bucket:
            if known.IsSame(shape):
                return found
        found = self.body(shape) if shape.ShapeType() not in (self.kind.TopAbs_COMPOUND, self.kind.TopAbs_COMPSOLID) else Sum()
        if shape.ShapeType() in (self.kind.TopAbs_COMPOUND, self.kind.TopAbs_COMPSOLID):
            from OCP.TopoDS import TopoDS_Iterator

            inside = TopoDS_Iterator(shape)
            while inside.More():
                part = inside.Value()
                found.add(self.of(part.Located(self.here)), part.Location().Transformation())
                inside.Next()
        bucket.append((shape, found))
        return found

    def body(self, shape: Any) -> Sum:
        from OCP.Bnd import Bnd_Box
        from OCP.BRepBndLib import BRepBndLib

        found, kind = Sum(), shape.ShapeType()
        if kind == self.kind.TopAbs_SOLID:
            self.solid(shape, found)
        elif kind in (self.kind.TopAbs_SHELL, self.kind.TopAbs_FACE):
            found.faces = self.count(shape, self.kind.TopAbs_FACE)
            found.sheets, found.sheet_moment, found.error = self.area(shape)
        else:
            found.edges = self.count(shape, self.kind.TopAbs_EDGE)
        box = Bnd_Box()
        BRepBndLib.Add_s(shape, box, False)
        if not box.IsVoid() and not box.IsOpen():
            low, high = box.CornerMin(), box.CornerMax()
            found.stretch([low.X(), low.Y(), low.Z()])
            found.stretch([high.X(), high.Y(), high.Z()])
        return found

    def solid(self, shape: Any, found: Sum) -> None:
        from OCP.BRepCheck import BRepCheck_Analyzer
        from OCP.BRepClass3d import BRepClass3d
        from OCP.BRepGProp import BRepGProp
        from OCP.GProp import GProp_GProps
        from OCP.TopoDS import TopoDS

        few = self.count(shape, self.kind.TopAbs_FACE) <= MOST_FACES
        mass = GProp_GProps()
        told = BRepGProp.VolumeProperties_s(shape, mass, EXACT if few else COARSE, False, False)
        centre = mass.CentreOfMass()
        found.solids, found.volume = 1, abs(mass.Mass())  # inside out is not another size
        found.moment = [found.volume * at for at in (centre.X(), centre.Y(), centre.Z())]
        found.area, _, error = self.area(shape)
        found.outer, found.error = found.area, max(told, error)
        if self.count(shape, self.kind.TopAbs_SHELL) > 1:
            outer = BRepClass3d.OuterShell_s(TopoDS.Solid(shape))
            found.outer = self.area(outer)[0] if not outer.IsNull() else found.area
        found.valid = not few or bool(BRepCheck_Analyzer(shape).IsValid())

    def area(self, shape: Any) -> tuple[float, list[float], float]:
        """Area, its first moment, and the relative error that the kernel admits."""
        from OCP.BRepGProp import BRepGProp
        from OCP.GProp import GProp_GProps

        mass = GProp_GProps()
        few = self.count(shape, self.kind.TopAbs_FACE) <= MOST_FACES
        error = BRepGProp.SurfaceProperties_s(shape, mass, EXACT if few else COARSE, False)
        centre = mass.CentreOfMass()
        return mass.Mass(), [mass.Mass() * at for at in (centre.X(), centre.Y(), centre.Z())], error

    def count(self, shape: Any, kind: Any) -> int:
        from OCP.TopExp import TopExp_Explorer

        found, explorer = 0, TopExp_Explorer(shape, kind)
        while explorer.More():
            found += 1
            explorer.Next()
        return found


def imported(path: str) -> dict[str, Any]:
    """Everything that the kernel makes of the file."""
    from OCP.IFSelect import IFSelect_RetDone
    from OCP.Interface import Interface_Static
    from OCP.STEPCAFControl import STEPCAFControl_Reader
    from OCP.TCollection import TCollection_ExtendedString
    from OCP.TDocStd import TDocStd_Document
    from OCP.XCAFApp import XCAFApp_Application

    document = TDocStd_Document(TCollection_ExtendedString("MDTV-XCAF"))
    XCAFApp_Application.GetApplication_s().NewDocument(TCollection_ExtendedString("MDTV-XCAF"), document)
    reader = STEPCAFControl_Reader()
    Interface_Static.SetIVal_s("read.step.tessellated", 0)  # facets are no exact shape
    reader.SetNameMode(False)
    for other in ("Color", "Layer", "Props", "GDT", "Mat", "SHUO", "View", "Meta", "ProductMeta"):
        getattr(reader, f"Set{other}Mode", lambda on: None)(False)
    load()
    if reader.ReadFile(path) != IFSelect_RetDone:
        return {"ending": "unreadable"}
    alone()
    roots = reader.NbRootsForTransfer()
    if roots:
        reader.Transfer(document)
    return {"ending": "read", "roots": roots, **taken(reader, document)}


def taken(reader: Any, document: Any) -> dict[str, Any]:
    """Definitions with what they hold, usages with their placements, and solids and surface models, in the order of the file."""
    from OCP.STEPCAFControl import STEPCAFControl_Reader
    from OCP.STEPConstruct import STEPConstruct, STEPConstruct_Tool, STEPConstruct_ValidationProps
    from OCP.XCAFDoc import XCAFDoc_DocumentTool, XCAFDoc_ShapeTool

    session = reader.Reader().WS()
    model, process = session.Model(), session.TransferReader().TransientProcess()
    shapes, tool = STEPConstruct_ValidationProps(session), STEPConstruct_Tool(session)
    labelled, labels = XCAFDoc_DocumentTool.ShapeTool_s(document.Main()), reader.GetShapeLabelMap()
    measuring = Measuring()
    definitions, usages, models, unknown = [], [], [], 0
    for at in range(model.NbEntities()):
        entity = model.Value(at + 1)
        name = entity.DynamicType().Name().partition("_")[2]
        if name in ("ProductDefinition", "ProductDefinitionWithAssociatedDocuments"):
            definitions += measured(measuring, at, shapes.GetPropShape(entity))
        elif name == "NextAssemblyUsageOccurrence":
            label = STEPCAFControl_Reader.FindInstance_s(entity, labelled, tool, labels)
            rows = []
            if not label.IsNull():
                move = XCAFDoc_ShapeTool.GetLocation_s(label).Transformation()
                rows = [number(move.Value(row, column)) for row in (1, 2, 3) for column in (1, 2, 3, 4)]
            usages.append({"at": at, "placement": rows})
        elif name in MODELS:
            models += measured(measuring, at, STEPConstruct.FindShape_s(process, entity))
        elif name == "UndefinedEntity":
            unknown += 1
    return {
        "entities": model.NbEntities(),
        "unknown": unknown,
        "shapes": reader.Reader().NbShapes(),
        "definitions": definitions,
        "usages": usages,
        "models": models,
    }


def load() -> None:
    """Whatever is still to be loaded, before nothing can be any more."""
    import OCP.Bnd
    import OCP.BRepBndLib
    import OCP.BRepCheck
    import OCP.BRepClass3d
    import OCP.BRepGProp
    import OCP.GProp
    import OCP.STEPConstruct
    import OCP.TopAbs
    import OCP.TopExp
    import OCP.TopLoc
    import OCP.TopoDS
    import OCP.XCAFDoc  # noqa: F401


def alone() -> None:
    """No file is opened from here on: the kernel would follow references of a file to others, wherever on the disk they are."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


def measured(measuring: Measuring, at: int, shape: Any) -> list[dict[str, Any]]:
    """The instance with its body; nothing where the kernel fails to measure it."""
    if shape is None or shape.IsNull():
        return [{"at": at, "body": None}]
    try:
        return [{"at": at, "body": measuring.measured(shape)}]
    except Exception as error:
        if exhausted(error):
            raise
        return []


def exhausted(error: Exception) -> bool:
    """Whether memory ran out: the kernel has an exception of its own for that, and libraries may not even load."""
    return isinstance(error, MemoryError | ImportError) or "OutOfMemory" in type(error).__name__


def limited(megabytes: int, seconds: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, megabytes * 2**20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_ANSWER, MOST_ANSWER))


def main() -> None:
    if len(sys.argv) < 5:
        sys.stdout.write(told())
        return
    path, out, megabytes, seconds = sys.argv[1:5]
    limited(int(megabytes), int(seconds))
    with Path(out).open("w", encoding="utf-8") as file:  # now, because no file can be opened later
        json.dump(answer(path), file)


def answer(path: str) -> dict[str, Any]:
    """What is written down."""
    try:
        return imported(path)
    except Exception as error:
        if exhausted(error):
            return {"ending": "memory"}
        raise


if __name__ == "__main__":
    main()
