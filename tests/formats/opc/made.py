"""Small packages of the Open Packaging Conventions, good ones to be broken by tests."""

import io
import zipfile

TYPES = "[Content_Types].xml"
RELS = "_rels/.rels"
ADMIN = "http://admin-shell.io/aasx/relationships/"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
CELLS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MODEL = "http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"
CORE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
Parts = dict[str, str]


def package(parts: Parts) -> bytes:
    """A zip of these parts, in their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in parts.items():
            made.writestr(zipfile.ZipInfo(name), text)
    return out.getvalue()


def types(**defaults: str) -> str:
    """Media types by extension."""
    told = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml", **defaults}
    rows = "".join(f'<Default Extension="{name}" ContentType="{value}"/>' for name, value in told.items())
    return f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{rows}</Types>'


def relations(*rows: tuple[str, str]) -> str:
    """Relationships of these types and targets, r1 and so on."""
    told = "".join(f'\n<Relationship Id="r{n}" Type="{type}" Target="{to}"/>' for n, (type, to) in enumerate(rows, 1))
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{told}\n</Relationships>'


ENVIRONMENT = """{
 "submodels": [
  {"modelType": "Submodel", "id": "urn:s1", "submodelElements": [
   {"modelType": "Property", "idShort": "Mass", "valueType": "xs:double", "value": "1.5"},
   {"modelType": "File", "idShort": "Manual", "contentType": "application/pdf", "value": "/aasx/files/manual.pdf"},
   {"modelType": "ReferenceElement", "idShort": "Same", "value": {"type": "ModelReference", "keys": [
     {"type": "Submodel", "value": "urn:s1"}, {"type": "Property", "value": "Mass"}]}}
  ]}
 ]
}"""


def aasx(environment: str = ENVIRONMENT) -> Parts:
    """A package with an environment in JSON and the file that it names."""
    return {
        TYPES: types(json="application/json", pdf="application/pdf", txt="text/plain").replace(
            "</Types>", '<Override PartName="/aasx/aasx-origin" ContentType="text/plain"/></Types>'
        ),
        RELS: relations((f"{ADMIN}aasx-origin", "/aasx/aasx-origin")),
        "aasx/aasx-origin": "",
        "aasx/_rels/aasx-origin.rels": relations((f"{ADMIN}aas-spec", "/aasx/data.json")),
        "aasx/data.json": environment,
        "aasx/_rels/data.json.rels": relations((f"{ADMIN}aas-suppl", "files/manual.pdf")),
        "aasx/files/manual.pdf": "%PDF-",
    }


ROWS = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>1.5</v></c></row><row r="3"><c r="C3" t="b"><v>1</v></c></row>'


def xlsx(rows: str = ROWS) -> Parts:
    """A workbook of one sheet."""
    return {
        TYPES: types().replace(
            "</Types>",
            '<Override PartName="/xl/workbook.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        ),
        RELS: relations((f"{OFFICE}officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": (
            f'<workbook xmlns="{CELLS}" xmlns:r="{OFFICE[:-1]}"><sheets>'
            '<sheet name="Parts" sheetId="1" r:id="r1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": relations(
            (f"{OFFICE}worksheet", "worksheets/sheet1.xml"),
            (f"{OFFICE}sharedStrings", "sharedStrings.xml"),
            (f"{OFFICE}styles", "styles.xml"),
        ),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{CELLS}"><sheetData>{rows}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{CELLS}"><si><t>Housing</t></si></sst>',
        "xl/styles.xml": (
            f'<styleSheet xmlns="{CELLS}"><cellStyleXfs><xf/><xf/><xf/></cellStyleXfs><cellXfs><xf/><xf/></cellXfs></styleSheet>'
        ),
    }


VERTICES = "".join(f'<vertex x="{x}" y="0" z="{x * x}"/>' for x in range(4))
TETRAHEDRON = "".join(f'<triangle v1="{a}" v2="{b}" v3="{c}"/>' for a, b, c in ((0, 1, 2), (0, 1, 3), (0, 2, 3), (1, 2, 3)))
RESOURCES = f'<object id="1"><mesh><vertices>{VERTICES}</vertices><triangles>{TETRAHEDRON}</triangles></mesh></object>'


def threemf(resources: str = RESOURCES, build: str = '<item objectid="1"/>', head: str = "") -> Parts:
    """A model of one tetrahedron."""
    return {
        TYPES: types(model="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"),
        RELS: relations((MODEL, "/3D/3dmodel.model")),
        "3D/3dmodel.model": (
            f'<model unit="millimeter" xmlns="{CORE}" {head}><resources>{resources}</resources><build>{build}</build></model>'
        ),
    }


def changed(parts: Parts, name: str, *pairs: tuple[str, str]) -> Parts:
    """The same package, with these texts in one part replaced; each of them is there."""
    text = parts[name]
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return {**parts, name: text}


def without(parts: Parts, name: str) -> Parts:
    """The same package without a part."""
    assert name in parts
    return {key: text for key, text in parts.items() if key != name}
