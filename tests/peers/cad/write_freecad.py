"""STEP files by FreeCAD: `FOLDER=... SCHEMA=AP214IS freecadcmd write_freecad.py`.

Single parts, a group of two, and an assembly of linked parts that are moved and turned.
"""

import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import FreeCAD

SETTINGS = FreeCAD.ParamGet("User parameter:BaseApp/Preferences/Mod/Part/STEP")
SETTINGS.SetString("Scheme", os.environ["SCHEMA"])  # read when the next two are loaded, and never again

import Import  # noqa: E402
import Part  # noqa: E402


def parts(document: Any) -> Iterator[Any]:
    """Plane, cylindrical, conical, toroidal and free surfaces; several solids in one; a face that is no solid."""
    box = Part.makeBox(10, 20, 30)
    points = [[FreeCAD.Vector(5 * i, 5 * j, (i * j) % 3) for j in range(5)] for i in range(5)]
    surface = Part.BSplineSurface()
    surface.interpolate(points)
    shapes = {
        "box": box,
        "cut": box.cut(Part.makeCylinder(4, 40)),
        "fillet": box.makeFillet(1.5, box.Edges[:4]),
        "chamfer": box.makeChamfer(1.0, box.Edges[:2]),
        "cone": Part.makeCone(5, 2, 7),
        "torus": Part.makeTorus(10, 3),
        "sphere": Part.makeSphere(6),
        "helix": Part.makeCompound([Part.makeCylinder(2, 5), Part.makeBox(1, 1, 1, FreeCAD.Vector(20, 0, 0))]),
        "surface": surface.toShape(),
    }
    for name, shape in shapes.items():
        made = document.addObject("Part::Feature", name)
        made.Label = f"{name} ä'ö\\ part"
        made.Shape = shape
        yield made


def assembly(document: Any, made: list[Any]) -> Any:
    """Two of a group of three linked parts, moved and turned."""
    inner, outer = document.addObject("App::Part", "inner"), document.addObject("App::Part", "outer")
    for place, feature in enumerate(made[:3]):
        link = document.addObject("App::Link", f"use{place}")
        link.LinkedObject = feature
        turned = FreeCAD.Rotation(FreeCAD.Vector(0, 0, 1), 30 * place)
        link.Placement = FreeCAD.Placement(FreeCAD.Vector(50 * place, 0, 0), turned)
        inner.addObject(link)
    for place in range(2):
        link = document.addObject("App::Link", f"group{place}")
        link.LinkedObject = inner
        link.Placement = FreeCAD.Placement(FreeCAD.Vector(0, 100 * place, 0), FreeCAD.Rotation())
        outer.addObject(link)
    return outer


def main(folder: Path) -> None:
    document = FreeCAD.newDocument("parts")
    made = list(parts(document))
    top = assembly(document, made)
    document.recompute()
    for feature in made:
        Import.export([feature], str(folder / f"{feature.Name}.step"))
    Import.export([top], str(folder / "assembly.step"))
    Import.export([*made, top], str(folder / "all.step"))
    Part.export(made[:2], str(folder / "plain.step"))


try:
    main(Path(os.environ["FOLDER"]))
except Exception:  # noqa: BLE001 - told, and the process ended
    traceback.print_exc()
    os._exit(1)  # its interpreter would go on in a prompt
sys.stdout.flush()
os._exit(0)
