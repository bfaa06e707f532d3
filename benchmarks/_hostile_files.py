"""Files that are made to break a reader, in their full sizes: each function writes one. Sparse where zeros are enough."""

import gzip
import io
import struct
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.step_xml import HEAD, TAIL

MEGABYTE = 1 << 20
GIGABYTE = 1 << 30
POINT = "#1=CARTESIAN_POINT('',(0.,1.,-2.5E-3));\n"
END = "ENDSEC;\nEND-ISO-10303-21;\n"
ROOT = '<Uos xmlns="http://standards.iso.org/iso/ts/10303/-4442/-ed-3/tech/xml-schema/domain_model">'
Make = Callable[[Path], None]


def repeated(before: str, piece: str, times: int, after: str = "") -> Make:
    """`before`, so many pieces, `after`."""
    many = max(MEGABYTE // len(piece), 1)

    def make(path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(before)
            for _ in range(times // many):
                file.write(piece * many)
            file.write(piece * (times % many) + after)

    return make


def sized(before: str, piece: str, megabytes: int, after: str = "") -> Make:
    """The same, as long as that."""
    return repeated(before, piece, megabytes * MEGABYTE // len(piece), after)


def sparse(before: str, gigabytes: int) -> Make:
    """`before`, and then zeros that take no room on the disk."""

    def make(path: Path) -> None:
        with path.open("wb") as file:
            file.write(before.encode())
            file.truncate(gigabytes * GIGABYTE)

    return make


def numbered(before: str, row: str, times: int, after: str) -> Make:
    """Rows that hold their number."""

    def make(path: Path) -> None:
        with path.open("w", encoding="utf-8") as file:
            file.write(before)
            file.writelines(row.format(n=n) for n in range(1, times + 1))
            file.write(after)

    return make


def cut(make: Make, share: float) -> Make:
    """What that function writes, broken off."""

    def shorter(path: Path) -> None:
        make(path)
        with path.open("r+b") as file:
            file.truncate(int(path.stat().st_size * share))

    return shorter


def packed(members: Iterable[tuple[str, bytes, int]]) -> bytes:
    """A zip of members of that name, each a content so many times."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content, times in members:
            with archive.open(name, "w", force_zip64=True) as member:
                for _ in range(times):
                    member.write(content)
    return made.getvalue()


def written(content: Callable[[], bytes]) -> Make:
    def make(path: Path) -> None:
        path.write_bytes(content())

    return make


def bomb() -> bytes:
    return packed([("zeros.stp", bytes(MEGABYTE), 1024)])


def russian_dolls() -> bytes:
    """Ten zips in each of ten zips in each of ten, six deep, in a few kilobytes."""
    inner = packed([("zeros.csv", bytes(MEGABYTE), 64)])
    for _ in range(6):
        inner = packed([(f"{n}.zip", inner, 1) for n in range(10)])
    return inner


def overlapping() -> bytes:
    """A hundred thousand entries of the directory that name the same bytes."""
    one = packed([("a", bytes(MEGABYTE), 100)])
    begin = one.index(b"PK\x01\x02")
    entry, end = one[begin : one.index(b"PK\x05\x06")], one[one.index(b"PK\x05\x06") :]
    many = 15_000
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, many, many, len(entry) * many, begin, 0)
    assert len(end) == len(tail)
    return one[:begin] + entry * many + tail


def traversal() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in ("../../../../tmp/cpo-probe-escaped", "/tmp/cpo-probe-escaped", "C:\\escaped", "a/../../escaped"):
            archive.writestr(name, "x")
        link = zipfile.ZipInfo("link")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("link/file", "x")
    return made.getvalue()


def gzip_bomb() -> bytes:
    return gzip.compress(gzip.compress(bytes(GIGABYTE), 6), 6)


def empty_members() -> bytes:
    return gzip.compress(b"") * 2_000_000


def chain() -> bytes:
    """A schema of many entities, each below the one before."""
    rows = "".join(f"ENTITY e{n} SUBTYPE OF (e{n - 1});END_ENTITY;\n" for n in range(1, 300_000))
    return f"SCHEMA s;\nENTITY e0;END_ENTITY;\n{rows}END_SCHEMA;".encode()


def laughs() -> bytes:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 20))
    return f'<?xml version="1.0"?><!DOCTYPE Uos [<!ENTITY l0 "lol">{lines}]>{ROOT}&l19;</Uos>'.encode()


def quadratic() -> bytes:
    return f'<?xml version="1.0"?><!DOCTYPE Uos [<!ENTITY a "{"a" * 30_000}">]>{ROOT}{"&a;" * MEGABYTE}</Uos>'.encode()


def outside() -> bytes:
    return f'<?xml version="1.0"?><!DOCTYPE Uos [<!ENTITY a SYSTEM "file:///etc/passwd">]>{ROOT}&a;</Uos>'.encode()


def element(inside: str) -> str:
    return f"{HEAD}<Part{inside}"


XML_END = f"</Part>{TAIL}"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
TYPES = f"""<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{OFFICE}"/></Types>"""
RELS = f"""<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Target="xl/workbook.xml"
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>"""


def workbook() -> bytes:
    """A workbook whose main part is gigabytes of blanks, in a few megabytes."""
    plain = [(name, text.encode(), 1) for name, text in (("[Content_Types].xml", TYPES), ("_rels/.rels", RELS))]
    return packed([*plain, ("xl/workbook.xml", b" " * MEGABYTE, 900)])
