"""3MF: what models refer to, in one part and in several."""

from pathlib import Path

from cpo_probe.formats import opc, threemf
from cpo_probe.model import Problems
from tests.formats.opc import made

PRODUCTION = 'xmlns:p="http://schemas.microsoft.com/3dmanufacturing/production/2015/06"'
MATERIALS = 'xmlns:m="http://schemas.microsoft.com/3dmanufacturing/material/2015/02"'


def judged(folder: Path, parts: made.Parts) -> Problems:
    (folder / "a.3mf").write_bytes(made.package(parts))
    return threemf.examine(folder / "a.3mf", opc.examine(folder / "a.3mf"))


def test_an_item_may_lead_to_an_object_of_another_part(tmp_path: Path) -> None:
    parts = made.threemf("", '<item objectid="1" p:path="/3D/other.model"/>', PRODUCTION)
    other = made.threemf()["3D/3dmodel.model"]
    assert judged(tmp_path, {**parts, "3D/other.model": other}).counts == {}
    assert judged(tmp_path, parts).counts == {"references": 1}


def test_a_triangle_counts_the_vertices_of_its_own_mesh(tmp_path: Path) -> None:
    triangles = '<triangles><triangle v1="0" v2="1" v3="2"/></triangles>'
    short = f'<object id="2">\n<mesh><vertices><vertex/></vertices>\n{triangles}</mesh></object>'
    (problem,) = judged(tmp_path, made.threemf(made.RESOURCES + short))
    assert (problem.rule, problem.where.line, problem.expected) == ("indices", 3, "three of 1 vertices")


def test_properties_lead_to_groups_of_their_kind(tmp_path: Path) -> None:
    groups = (
        '<basematerials id="5"/><m:compositematerials id="6" matid="5" matindices="0"/><m:multiproperties id="7" pids="5 6"/>'
    )
    assert judged(tmp_path, made.threemf(made.RESOURCES + groups, head=MATERIALS)).counts == {}
    wrong = groups.replace('matid="5"', 'matid="1"').replace('pids="5 6"', 'pids="5 7"')
    assert judged(tmp_path, made.threemf(made.RESOURCES + wrong, head=MATERIALS)).counts == {"references": 2}
