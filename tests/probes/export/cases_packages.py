"""Packages of the Open Packaging Conventions, and JT: what must the checks say?"""

import io
import zipfile
from typing import Any

from tests.formats.jt.made import IDS, jt
from tests.formats.opc import made
from tests.formats.opc.made import RELS, RESOURCES, ROWS, TYPES, Parts, aasx, changed, package, threemf, without, xlsx
from tests.probes.make import Case, Files, fails, file, na, passes

PAGE = "<html><body>Log in</body></html>"


def packed(name: str, parts: Parts, member: str = "") -> dict[str, Any]:
    """A package with its members beside it; the artifact is the package, or one of them."""
    evidence = Files({name: package(parts), **{one: text.encode() for one, text in parts.items()}})
    artifacts = {one.name: one for one in evidence.artifacts()}
    return {"artifact": artifacts[member or name], "evidence": evidence}


def shells(*pairs: tuple[str, str]) -> dict[str, Any]:
    return packed("a.aasx", aasx(), "aasx/data.json") if not pairs else environment(*pairs)


def environment(*pairs: tuple[str, str]) -> dict[str, Any]:
    return packed("a.aasx", changed(aasx(), "aasx/data.json", *pairs), "aasx/data.json")


def book(parts: Parts) -> dict[str, Any]:
    return packed("a.xlsx", parts)


def rows(text: str) -> dict[str, Any]:
    return book(xlsx(text))


def print_(parts: Parts) -> dict[str, Any]:
    return packed("a.3mf", parts)


def broken(name: str) -> dict[str, Any]:
    """A package that was cut off."""
    data = package(aasx())
    return file(name, data[: len(data) // 2])


def absent(given: dict[str, Any]) -> dict[str, Any]:
    """Told by what was expected alone."""
    return {**given, "code": "file_expected"}


def unwanted(given: dict[str, Any]) -> dict[str, Any]:
    """Told by what was found alone."""
    return {**given, "code": "file_found"}


def wrong(given: dict[str, Any]) -> Case:
    code = given.get("code", "file_rule")
    return fails(code, **{name: value for name, value in given.items() if name != "code"})


def aas(good: dict[str, Any], *bad: dict[str, Any]) -> list[Case]:
    return [
        passes(**good),
        *map(wrong, bad),
        na("not-this-format", **file("a.json", '{"items": []}')),
        na("not-this-format", kind="broken", **file("a.json", '["submodels"')),
        na("aas_unread", **file("a.json", '{"submodels": [')),
    ]


def judged(name: str, good: dict[str, Any], *bad: dict[str, Any]) -> list[Case]:
    return [
        passes(**good),
        *map(wrong, bad),
        na("not-this-format", **file("a.stp", "ISO-10303-21;\nHEADER;")),
        na("package_unreadable", kind="broken", **broken(name)),
    ]


def twice() -> dict[str, Any]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as all_:
        for name, text in {**aasx(), "aasx/DATA.json": "{}"}.items():
            all_.writestr(name, text)
    return file("a.aasx", out.getvalue())


ORIGIN = "aasx/_rels/aasx-origin.rels"
WORKBOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
HEADER = jt()
AAS = '"submodels": ['

CASES: dict[str, list[Case]] = {
    "opc.content-types": judged(
        "a.aasx",
        packed("a.aasx", aasx()),
        absent(packed("a.aasx", without(aasx(), TYPES))),
        packed("a.aasx", changed(aasx(), TYPES, ("</Types>", ""))),
        packed("a.aasx", changed(aasx(), TYPES, ("application/json", "json"))),
        packed("a.aasx", changed(aasx(), TYPES, ('Extension="txt"', 'Extension="JSON"'))),
    ),
    "opc.typed": judged(
        "a.aasx",
        packed("a.aasx", aasx()),
        absent(packed("a.aasx", changed(aasx(), TYPES, ('Extension="pdf"', 'Extension="doc"')))),
    ),
    "opc.part-names": judged(
        "a.aasx",
        packed("a.aasx", {**aasx(), "aasx/files/M%C3%BCller%20a.pdf": ""}),
        packed("a.aasx", {**aasx(), "aasx/my file.pdf": ""}),
        packed("a.aasx", {**aasx(), "aasx/a%2Fb.pdf": ""}),
        packed("a.aasx", {**aasx(), "aasx/./b.pdf": ""}),
    ),
    "opc.part-unique": judged("a.aasx", packed("a.aasx", aasx()), twice()),
    "opc.relationships": judged(
        "a.aasx",
        packed("a.aasx", aasx()),
        packed("a.aasx", changed(aasx(), ORIGIN, ("</Relationships>", ""))),
        absent(packed("a.aasx", changed(aasx(), ORIGIN, (' Id="r1"', "")))),
        packed("a.aasx", changed(aasx(), ORIGIN, ('"r1"', '"1"'))),
        packed("a.aasx", changed(aasx(), ORIGIN, ("<Relationship ", '<Relationship TargetMode="Inside" '))),
        packed("a.aasx", changed(aasx(), ORIGIN, ("Relationships", "Relations"))),
        book(changed(xlsx(), LINKS, ('"r2"', '"r1"'))),
    ),
    "opc.targets": [
        *judged(
            "a.aasx",
            packed("a.aasx", changed(aasx(), ORIGIN, ("/aasx/data.json", "DATA.json#x"))),
            packed("a.aasx", changed(aasx(), ORIGIN, ("/aasx/data.json", "/aasx/other.json"))),
            packed("a.aasx", changed(aasx(), ORIGIN, ("/aasx/data.json", "https://plm.example/data.json"))),
        ),
        passes(**packed("a.aasx", changed(aasx(), ORIGIN, ('"/aasx/data.json"', '"https://x/" TargetMode="External"')))),
        na("opc_no_relationships", **packed("a.aasx", {TYPES: made.types()})),
    ],
    "opc.core-properties": judged(
        "a.aasx",
        packed("a.aasx", aasx()),
        packed("a.aasx", {**aasx(), RELS: made.relations(*[("http://x/metadata/core-properties", "/aasx/data.json")] * 2)}),
    ),
    "aasx.origin": judged(
        "a.aasx",
        packed("a.aasx", aasx()),
        packed("a.aasx", without(aasx(), RELS)),
        packed("a.aasx", {**aasx(), RELS: made.relations(*[(f"{made.ADMIN}aasx-origin", "/aasx/aasx-origin")] * 2)}),
    ),
    "aasx.spec": [
        *judged(
            "a.aasx",
            packed("a.aasx", aasx()),
            packed("a.aasx", without(aasx(), ORIGIN)),
            packed("a.aasx", changed(aasx(), ORIGIN, ("aas-spec", "aas-suppl"))),
        ),
        na("aasx_no_origin", **packed("a.aasx", without(aasx(), RELS))),
    ],
    "aasx.environment": [
        *judged(
            "a.aasx",
            packed("a.aasx", aasx()),
            packed("a.aasx", aasx("%PDF-1.4")),
            packed("a.aasx", aasx('{"items": []}')),
        ),
        passes(
            **packed("a.aasx", aasx('\ufeff<?xml version="1.0"?>\n<aas:environment xmlns:aas="https://admin-shell.io/aas/3/0"/>'))
        ),
        na("aasx_no_spec", **packed("a.aasx", without(aasx(), ORIGIN))),
    ],
    "aasx.relation-types": [
        *judged(
            "a.aasx",
            packed("a.aasx", aasx()),
            packed("a.aasx", changed(aasx(), ORIGIN, ("http://admin", "http://www.admin"))),
        ),
        na("aasx_edition_2", **packed("a.aasx", aasx('<aas:aasenv xmlns:aas="http://www.admin-shell.io/aas/2/0"/>'))),
    ],
    "aas.structure": aas(
        shells(),
        shells(('"idShort": "Mass"', '"idshort": "Mass"')),
        absent(shells((', "value": "1.5"', ', "value": 1.5'))),
        absent(shells(('"valueType": "xs:double", ', ""))),
        absent(shells(('"modelType": "Property", ', ""))),
        shells(("\n ]\n}", '\n ], "assets": []}')),
        absent(shells((AAS, '"conceptDescriptions": {}, ' + AAS))),
    ),
    "aas.constraints": aas(
        shells(),
        shells(('"idShort": "Manual"', '"idShort": "Mass"')),
        shells(('"idShort": "Mass"', '"idShort": "1st"')),
        absent(shells(('{"type": "Submodel", "value": "urn:s1"}', '{"type": "GlobalReference", "value": "urn:s1"}'))),
    ),
    "aas.values": aas(
        shells(),
        shells(('"1.5"', '"1,5"')),
        shells(("application/pdf", "pdf")),
        shells(('"urn:s1", "s', '"urn:' + "s" * 3_000 + '", "s')),
    ),
    "aas.multiplicity": aas(
        shells(),
        shells(('"id": "urn:s1"', '"id": "urn:s1", "qualifiers": []')),
        shells(('"idShort": "Mass"', '"idShort": "Mass", "category": ""')),
    ),
    "aas.languages": aas(
        shells(),
        shells(('"id": "urn:s1"', '"id": "urn:s1", "description": [' + ", ".join(['{"language": "en", "text": "x"}'] * 2) + "]")),
    ),
    "aas.iec61360": aas(
        shells(),
        shells(
            (
                AAS,
                '"conceptDescriptions": [{"modelType": "ConceptDescription", "id": "urn:c1", "embeddedDataSpecifications": [{'
                '"dataSpecification": {"type": "ExternalReference", "keys": [{"type": "GlobalReference", "value": "urn:x"}]}, '
                '"dataSpecificationContent": {"modelType": "DataSpecificationIec61360", "value": "1", '
                '"preferredName": [{"language": "de", "text": "Masse"}]}}]}], ' + AAS,
            )
        ),
    ),
    "aas.id-unique": aas(
        shells((AAS, '"conceptDescriptions": [{"modelType": "ConceptDescription", "id": "urn:s1"}], ' + AAS)),
        shells((AAS, AAS + '{"modelType": "Submodel", "id": "urn:s1"}, ')),
    ),
    "aas.references": aas(
        shells(('"value": "urn:s1"}', '"value": "urn:elsewhere"}')),
        shells(('"Property", "value": "Mass"', '"Property", "value": "Weight"')),
        shells(('{"type": "Property", "value": "Mass"', '{"type": "File", "value": "Mass"')),
    ),
    "aas.files": [
        passes(**shells()),
        passes(**shells(("/aasx/files/manual.pdf", "file:///aasx/files/Manual.pdf"))),
        passes(**shells(("/aasx/files/manual.pdf", "/aasx/files/m%61nual.pdf"))),
        fails("file_not_in_package", **shells(("/manual.pdf", "/drawing.pdf"))),
        na("no_files_named", **shells(("/aasx/files/manual.pdf", "https://plm.example/manual.pdf"))),
        na("no_package", **file("a.json", made.ENVIRONMENT)),
        na("no_files_named", kind="broken", **shells(('"id": "urn:s1"', '"id": 1'))),
        na("not-this-format", kind="broken", **file("a.json", PAGE)),
    ],
    "aas.supplements": [
        passes(**shells()),
        fails("aas_not_related", **packed("a.aasx", without(aasx(), "aasx/_rels/data.json.rels"), "aasx/data.json")),
        na("no_files_named", **shells(("/manual.pdf", "/drawing.pdf"))),
        na("no_package", **file("a.json", made.ENVIRONMENT)),
        na("aasx_no_origin", **packed("a.zip", without(aasx(), "aasx/aasx-origin"), "aasx/data.json")),
        fails(
            "aas_not_related",
            kind="broken",
            **packed(
                "a.aasx", changed(aasx(), "aasx/_rels/data.json.rels", ("<Relationship ", "<<Relationship ")), "aasx/data.json"
            ),
        ),
    ],
    "xlsx.workbook": judged(
        "a.xlsx",
        book(xlsx()),
        book(changed(xlsx(), WORKBOOK, ('r:id="r1"', 'r:id="r9"'))),
        book(changed(xlsx(), WORKBOOK, ('name="Parts"', 'name="Parts/Lines"'))),
        book(changed(xlsx(), WORKBOOK, ('name="Parts"', f'name="{"x" * 32}"'))),
        book(changed(xlsx(), WORKBOOK, ("</sheets>", '<sheet name="PARTS" sheetId="2" r:id="r1"/></sheets>'))),
        book(without(xlsx(), RELS)),
    ),
    "xlsx.parts": [
        *judged(
            "a.xlsx",
            book(xlsx()),
            book(changed(xlsx(), "xl/worksheets/sheet1.xml", ("</sheetData>", ""))),
            book(changed(xlsx(), "xl/styles.xml", ("<styleSheet", "<!DOCTYPE a><styleSheet"))),
            book({**xlsx(), WORKBOOK: ""}),
        ),
        na("xlsx_no_workbook", **book(without(xlsx(), RELS))),
    ],
    "xlsx.strings": judged(
        "a.xlsx", book(xlsx()), rows(ROWS.replace("<v>0</v>", "<v>1</v>")), rows(ROWS.replace("<v>0</v>", "<v>x</v>"))
    ),
    "xlsx.styles": judged("a.xlsx", book(xlsx()), rows(ROWS.replace('s="1"', 's="2"')), rows(ROWS.replace('s="1"', 's=""'))),
    "xlsx.cells": [
        *judged(
            "a.xlsx",
            book(xlsx()),
            rows(ROWS.replace('"B1"', '"A1"')),
            rows(ROWS.replace('"B1"', '"B2"')),
            rows(ROWS.replace('"B1"', '"b1"')),
            rows(ROWS.replace('"B1"', '"XFE1"')),
            rows(ROWS.replace('row r="3"', 'row r="1"')),
            rows(ROWS.replace('row r="3"', 'row r="1048577"')),
        ),
        passes(**rows("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>")),
    ],
    "xlsx.values": [
        *judged(
            "a.xlsx",
            book(xlsx()),
            rows(ROWS.replace("1.5", "1,5")),
            rows(ROWS.replace('t="b"><v>1<', 't="b"><v>yes<')),
            rows(ROWS.replace('t="b"', 't="bool"')),
        ),
        passes(**rows('<row><c t="str"><f>A1</f><v>x</v></c><c t="inlineStr"><is><t>y</t></is></c><c><v>1E-05</v></c></row>')),
    ],
    "xlsx.external": judged(
        "a.xlsx", book(xlsx()), unwanted(book(changed(xlsx(), LINKS, (f"{made.OFFICE}styles", f"{made.OFFICE}externalLink"))))
    ),
    "xlsx.macros": judged(
        "a.xlsx",
        book(xlsx()),
        unwanted(
            book(
                changed(
                    xlsx(), LINKS, (f"{made.OFFICE}styles", "http://schemas.microsoft.com/office/2006/relationships/vbaProject")
                )
            )
        ),
    ),
    "3mf.model": judged(
        "a.3mf",
        print_(threemf()),
        print_(without(threemf(), RELS)),
        print_(threemf(resources="<object")),
        print_(changed(threemf(), "3D/3dmodel.model", ("<model", "<!DOCTYPE model><model"))),
    ),
    "3mf.resources": judged("a.3mf", print_(threemf()), print_(threemf(RESOURCES * 2)), print_(threemf(RESOURCES + "<object/>"))),
    "3mf.references": [
        *judged(
            "a.3mf",
            print_(threemf()),
            print_(threemf(build='<item objectid="2"/>')),
            print_(threemf(RESOURCES.replace('id="1"', 'id="1" type="other"'))),
            print_(threemf(RESOURCES + '<object id="2"><components><component objectid="3"/></components></object>')),
            print_(threemf(RESOURCES.replace('id="1"', 'id="1" pid="1"'))),
        ),
        na("threemf_no_model", **print_(without(threemf(), RELS))),
    ],
    "3mf.indices": judged(
        "a.3mf",
        print_(threemf()),
        print_(threemf(RESOURCES.replace('v3="2"', 'v3="4"'))),
        print_(threemf(RESOURCES.replace('v3="2"', 'v3="1"'))),
        print_(threemf(RESOURCES.replace('v3="2"', 'v3="-2"'))),
    ),
    "3mf.extensions": [
        *judged("a.3mf", print_(threemf()), print_(threemf(head='requiredextensions="p"'))),
        passes(
            **print_(
                threemf(head='requiredextensions="p" xmlns:p="http://schemas.microsoft.com/3dmanufacturing/production/2015/06"')
            )
        ),
    ],
    "3mf.metadata": judged(
        "a.3mf",
        print_(threemf()),
        print_(changed(threemf(), "3D/3dmodel.model", ("<resources>", "<metadata/><resources>"))),
        print_(changed(threemf(), "3D/3dmodel.model", ("<resources>", '<metadata name="Title"/>' * 2 + "<resources>"))),
    ),
    "jt.header": [
        passes(**file("a.jt", HEADER)),
        passes(**file("a.jt", jt(b"Version 10.5 JT  DM 10.5"))),
        fails("byte_rule", **file("a.jt", HEADER[:90])),
        fails("byte_rule", **file("a.jt", HEADER[:80] + b"\7" + HEADER[81:])),
        fails("byte_rule", kind="broken", **file("a.jt", b"\0" * 200)),
        na("not-this-format", **file("a.stp", "ISO-10303-21;\nHEADER;")),
        na("not-this-format", kind="broken", **file("a.jt", PAGE)),
    ],
    "jt.transfer": [
        passes(**file("a.jt", HEADER)),
        fails("byte_rule", **file("a.jt", HEADER[:75] + b" \n\n\n " + HEADER[80:])),
        na("jt_no_contents", **file("a.jt", HEADER[:90])),
        na("not-this-format", kind="broken", **file("a.jt", PAGE)),
    ],
    "jt.contents": [
        passes(**file("a.jt", jt(order=">"))),
        fails("byte_rule", **file("a.jt", HEADER[:-1])),
        fails("byte_rule", **file("a.jt", HEADER[:110])),
        fails("byte_rule", **file("a.jt", HEADER[:85] + b"\xff\xff\xff\x7f" + HEADER[89:])),
        na("jt_no_contents", kind="broken", **file("a.jt", HEADER[:90])),
        na("not-this-format", **file("a.jt", PAGE)),
    ],
    "jt.segments": [
        passes(**file("a.jt", HEADER)),
        fails("byte_rule", **file("a.jt", HEADER[:-32] + b"\3" + HEADER[-31:])),
        fails("byte_rule", **file("a.jt", HEADER[:-12] + b"\x21" + HEADER[-11:])),
        fails("byte_rule", **file("a.jt", jt(segments=(IDS[0], IDS[0])))),
        na("jt_no_contents", kind="broken", **file("a.jt", HEADER[:110])),
        na("not-this-format", **file("a.jt", PAGE)),
    ],
    "jt.root": [
        passes(**file("a.jt", HEADER)),
        fails("byte_rule", **file("a.jt", jt(root=bytes(16)))),
        na("jt_no_contents", kind="broken", **file("a.jt", HEADER[:110])),
        na("not-this-format", **file("a.jt", PAGE)),
    ],
}
