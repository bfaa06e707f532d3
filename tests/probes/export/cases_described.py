"""Files in described formats: what must the checks say?"""

import hashlib
import io
import zipfile

from cpo_probe.model.schema import SchemaFile, Schemas
from tests.probes.make import Case, fails, file, na, passes, untested

NAMESPACE = "http://standards.iso.org/iso/ts/10303/-{}/tech/xml-schema/{}"


def ap242(body: str = '<Part uid="p1"/>', edition: str = "-4442/-ed-3", model: str = "domain_model") -> str:
    space = NAMESPACE.format(edition.lstrip("-"), model)
    head = "<Header><Name>x</Name><TimeStamp>2026-11-22T10:00:00Z</TimeStamp></Header>"
    return f'<n0:Uos xmlns:n0="{space}">{head}<DataContainer>{body}</DataContainer></n0:Uos>'


OLD = ap242(edition="3001/-ed-1", model="bo_model")
NOW = ap242()
P21 = "ISO-10303-21;\nHEADER;"
PLMXML = '<PLMXML xmlns="http://www.plmxml.org/Schemas/PLMXMLSchema" schemaVersion="6"/>'
PAGE = "<html><body>Log in</body></html>"
NAMED = (
    '<File uid="f1"><FileLocations><FileLocationIdentification uid="l1"><SourceId>geometry\\part.stp</SourceId>'
    "<SourceType>file</SourceType></FileLocationIdentification></FileLocations></File>"
)


def _zip(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, b"x")
    return out.getvalue()


def _schemas() -> Schemas:
    text = (
        b'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:part">'
        b'<xs:element name="part" type="xs:int"/></xs:schema>'
    )
    digest = hashlib.sha256(text).hexdigest()
    return Schemas((SchemaFile("mine/part.xsd", "mine", "urn:part", "", digest),), {digest: text})


SCHEMAS = _schemas()

CASES: dict[str, list[Case]] = {
    "file.standard": [
        passes(**file("a.stpx", NOW)),
        passes(**file("a.stp", P21)),
        fails("format_of_one_vendor", **file("a.plmxml", PLMXML)),
        na("unknown_format", **file("a.bin", b"\0\1\2")),
        na("unknown_format", kind="broken", **file("a.stpx", PAGE)),
        na("unknown_format", kind="broken", **file("empty.stp", b"")),
    ],
    "file.open-standard": [
        passes(**file("a.stp", P21)),
        fails("format_not_open", **file("a.plmxml", PLMXML)),
        na("unknown_format", **file("a.bin", b"\0\1\2")),
        na("unknown_format", kind="broken", **file("a.stpx", PAGE)),
    ],
    "file.current-edition": [
        passes(**file("a.stpx", NOW)),
        fails("edition_outdated", **file("a.stpx", OLD)),
        na("edition_unknown", **file("a.plmxml", PLMXML)),
        na("edition_unknown", kind="broken", **file("a.stpx", NOW.replace("-ed-3", "-ed-9"))),
        na("edition_unknown", kind="broken", **file("a.stpx", PAGE)),
    ],
    "file.beside": [
        passes(**file("a.stpx", ap242(NAMED), beside={"geometry/part.stp": P21.encode()})),
        fails("file_not_in_package", **file("a.stpx", ap242(NAMED), beside={"b.stp": P21.encode()})),
        passes(**file("a.stpx", ap242(NAMED.replace("part.stp", "part%20%5B1%5D.stp")), beside={"part [1].stp": P21.encode()})),
        na("no_package", **file("a.stpx", ap242(NAMED))),
        na("no_files_named", **file("a.stpx", NOW, beside={"b.stp": P21.encode()})),
        na("no_files_named", **file("a.stpx", ap242(NAMED.replace("part.stp", "vault 7")), beside={"b.stp": P21.encode()})),
        na("no_files_named", kind="broken", **file("a.stpx", ap242("<File>"), beside={})),
        na("not-this-format", kind="broken", **file("a.stpx", PAGE, beside={})),
    ],
    "file.members": [
        passes(**file("a.fmu", _zip("modelDescription.xml", "binaries/linux64/a.so"))),
        passes(**file("a.fmu", _zip("modelDescription.xml", "sources/a.c"))),
        passes(**file("a.reqifz", _zip("Requirements.reqif", "files/a.png"))),
        fails("package_lacks_member", **file("a.fmu", _zip("modelDescription.xml", "resources/a.txt"))),
        fails("package_lacks_member", **file("a.ssp", _zip("structure/SystemStructure.ssd"))),
        fails("package_lacks_member", **file("a.reqifz", _zip("Requirements.xml"))),
        na("not-this-format", **file("a.zip", _zip("a.txt"))),
        na("not-this-format", **file("a.stpx", NOW)),
        na("not-this-format", kind="broken", **file("a.fmu", PAGE)),
        na("package_unreadable", kind="broken", **file("a.fmu", _zip("modelDescription.xml")[:40])),
    ],
    "file.schema": [
        passes(**file("a.xml", '<part xmlns="urn:part">1</part>'), schemas=SCHEMAS),
        fails("file_against_schema", **file("a.xml", '<part xmlns="urn:part">one</part>'), schemas=SCHEMAS),
        untested("unparsable", kind="broken", **file("a.xml", '<part xmlns="urn:part">'), schemas=SCHEMAS),
        untested("no_schema", **file("a.stpx", NOW)),
        na("not-this-format", **file("a.stp", P21)),
    ],
}
