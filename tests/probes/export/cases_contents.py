"""What exports hold, and in which format: what must the checks say?"""

import hashlib
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from cpo_probe.model import Artifact, Exchange, Export
from tests.neutral.files import DATA, HEAD, XML
from tests.probes.make import Case, Record, exchange, fails, na, operation, passes, plan, untested

_FOLDER = tempfile.TemporaryDirectory()
P21 = f"{HEAD}{DATA}ENDSEC;END-ISO-10303-21;"
ALONE = "ISO-10303-21;HEADER;"
TABLE = "id;name\nA-1;pump\n"
ZIP = "PK\5\6" + "\0" * 18
OWN = '<PLMXML xmlns="http://www.plmxml.org/Schemas/PLMXMLSchema" schemaVersion="6"/>'


def parts(*ids: str) -> str:
    """In PLM XML."""
    return OWN.replace("/>", ">" + "".join(f'<Product id="p{id}" productId="{id}"/>' for id in ids) + "</PLMXML>")


class Handed(Record):
    """Evidence of exports: name of the export -> its files, by name; the first is the package of the others."""

    def __init__(self, exports: dict[str, dict[str, str]], **record: Any) -> None:
        super().__init__(**record)
        self._files: list[Artifact] = []
        self._by: dict[str, str] = {}
        for number, (export, files) in enumerate(exports.items(), 1):
            self._by[f"{number:06d}"] = export
            parent = ""
            for name, text in files.items():
                content = text.encode("latin-1")
                digest = hashlib.sha256(content).hexdigest()
                (Path(_FOLDER.name) / digest).write_bytes(content)
                id = f"a{len(self._files) + 1:06d}"
                self._files.append(Artifact(id, name, digest, len(content), "", parent, (f"{number:06d}",)))
                parent = parent or id

    def artifacts(self) -> tuple[Artifact, ...]:
        return tuple(self._files)

    def file(self, artifact: Artifact) -> Path:
        return Path(_FOLDER.name) / artifact.digest

    def exchange(self, id: str) -> Exchange:
        return replace(exchange(id=id), operation=self._by[id])


def export(name: str, **declared: Any) -> Export:
    plain = Export(name, f"https://plm.example/{name}", "GET", "", "", "", "", (), 2**20, 60.0, False, None)
    return replace(plain, **declared)


def given(declared: list[Export], **files: dict[str, str]) -> dict[str, Any]:
    """The first of the exports is judged."""
    made = plan(exports=tuple(declared))
    evidence = Handed(files, plan_=made)
    first = operation(f"GET /{declared[0].name}", name=declared[0].name, interface="export:/")
    artifact = next((one for one in evidence.artifacts()), None)
    return {"operation": first, "plan": made, "evidence": evidence, "exchanges": [exchange()], "artifact": artifact}


def pair(one: str, other: str) -> dict[str, Any]:
    """Two files that are said to hold the same."""
    return given([export("xml", same_as="step"), export("step")], xml={"a.stpx": one}, step={"a.stp": other})


def known(text: str, *ids: str, name: str = "a.stp") -> dict[str, Any]:
    return given([export("step", expects=ids)], step={name: text})


def declared(format: str, **files: str) -> dict[str, Any]:
    return given([export("one", format=format)], one={name.replace("_", "."): text for name, text in files.items()})


CASES: dict[str, list[Case]] = {
    "export.content.same": [
        passes(**pair(XML, P21)),
        passes(**given([export("zip", same_as="step"), export("step")], zip={"a.zip": ZIP, "a.stpx": XML}, step={"a.stp": P21})),
        passes(**pair(XML.replace('xsi:type="n0:NumericalValue">', 'xsi:type="n0:NumericalValue"><Unit uidRef="q1"/>'), P21)),
        fails("stated_differently", **pair(XML.replace(">0.5<", ">0.6<"), P21)),
        fails("stated_in_one", **pair(XML.replace('id="P-3"', 'id="P-4"'), P21)),
        fails("kind_missing", **pair(XML, P21.replace("'document'", "'part'").replace("#96=DOCUMENT(", "#96=!DOCUMENT("))),
        passes(**pair(parts("A-1", "P-2", "P-3"), P21)),
        fails("stated_in_one", **pair(parts("A-1", "P-2"), P21)),
        na("nothing_to_compare", **given([export("step")], step={"a.stp": P21})),
        na("no_structure", **pair(XML[: XML.index("<Unit")] + "</DataContainer></n0:Uos>", f"{HEAD}ENDSEC;END-ISO-10303-21;")),
        untested("no_data", **given([export("xml", same_as="step"), export("step")], xml={"a.stpx": XML})),
        untested("no_data", **pair(XML, TABLE)),
        untested("beyond_bounds", kind="broken", **pair(XML.replace("</n0:Uos>", ""), P21)),
        untested("unparsable", kind="broken", **pair(XML, P21.replace("END-ISO-10303-21;", ""))),
        untested("no_schema", **pair(XML, P21.replace("AP242_MANAGED", "AP999_MANAGED"))),
    ],
    "export.content.expected": [
        passes(**known(P21, "A-1", "P-2")),
        passes(**known(XML, "P-3", name="a.stpx")),
        passes(**known(parts("A-1"), "A-1", name="a.plmxml")),
        fails("item_not_in_export", **known(P21, "A-1", "P-9")),
        fails("item_not_in_export", **known(parts("A-1"), "A-2", name="a.plmxml")),
        na("no_ids_named", **given([export("step"), export("all", expects=("A-1",))], step={"a.stp": P21})),
        untested("no_data", **known(P21)),
        untested("no_data", **known(TABLE, "A-1", name="a.csv")),
        untested("beyond_bounds", kind="broken", **known(XML.replace("</n0:Uos>", ""), "A-1", "P-9")),
    ],
    "export.content.format": [
        passes(**declared("step-p21", a_stp=ALONE)),
        passes(**declared("ap242-xml", a_zip=ZIP, a_stpx=XML)),
        passes(**declared("zip", all_zip=ZIP, a_stp=ALONE)),
        fails("format_not_as_declared", **declared("step-p21", a_stp=XML)),
        fails("format_not_as_declared", **declared("csv", a_csv=ALONE)),
        na("unknown_format", **declared("step-p21", a_stp="")),
        na("unknown_format", **declared("csv", a_csv=TABLE)),
        na("no_format_declared", **declared("", a_stp=ALONE)),
        na("unknown_format", kind="broken", **declared("ap242-xml", a_stpx="<html><body>Log in")),
    ],
    "export.content.meaning": [
        passes(**given([export("a"), export("b")], a={"a.csv": TABLE}, b={"b.stp": ALONE})),
        fails("no_standard_with_meaning", **given([export("a"), export("b")], a={"a.csv": TABLE}, b={"b.plmxml": OWN})),
        untested("no_data", **given([export("a"), export("b")], a={"a.csv": TABLE})),
        untested("no_data", kind="broken", **given([export("a")])),
    ],
}
