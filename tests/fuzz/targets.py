"""What has to hold of every reader, whatever bytes it is given?

A target takes the bytes of a file, or of the body of an answer, and raises when a promise is broken: no exception leaves a
reader; problems are counted at least as often as they are kept; byte and line lie in the file and belong together; reading
twice, or in other pieces, says the same.
"""

import io
import os
import re
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from cpo_probe.errors import UsageError
from cpo_probe.formats import (
    aas,
    aasx,
    express,
    json_text,
    jt,
    magic,
    marked,
    opc,
    package,
    practice,
    recognise,
    step_p21,
    step_xml,
    table,
    threemf,
    workbook,
)
from cpo_probe.formats.express.examine import examine as by_schema
from cpo_probe.formats.practice.view import View
from cpo_probe.model import Problem, Problems
from cpo_probe.model.format import Formats
from cpo_probe.neutral import ap242_xml, p21
from cpo_probe.protocols import odata, openapi, soap, wsdl
from cpo_probe.protocols.http import challenge, coding, fields, files, link
from cpo_probe.registry import load

ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1 << 20
SMALL = package.Bounds(members=64, directory=1 << 16, member_bytes=1 << 20, total_bytes=1 << 21, ratio=50, free=1 << 16, depth=2)
LEVEL = "2;1"
_LINE_ENDS = re.compile(rb"\r\n|\r|\n")  # of XML (2.11)
URL = "http://localhost/description"
SEEDS = Path(__file__).parent / "seeds"
blocks: Any = import_module("cpo_probe.formats.step_p21.blocks")
reader: Any = import_module("cpo_probe.formats.step_p21.reader")
scan: Any = import_module("cpo_probe.formats.marked.scan")
"""Modules whose sizes of pieces are changed here."""
_HELD: list[tempfile.TemporaryDirectory[str]] = []


@cache
def _place() -> Path:
    folder = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    _HELD.append(tempfile.TemporaryDirectory(prefix="cpo-probe-fuzz-", dir=folder))
    return Path(_HELD[-1].name) / "file"


def _file(data: bytes) -> Path:
    path = _place()
    path.write_bytes(data)
    return path


@cache
def _tables() -> express.Tables:
    folder = ROOT / "schemas" / "express"
    return express.Tables([(path.name, path.read_bytes()) for path in sorted(folder.glob("*" + express.SUFFIX))])


@cache
def _formats() -> Formats:
    return load().formats


def sound(problems: Problems, data: bytes, ends: re.Pattern[bytes] | None = re.compile(rb"\n")) -> None:
    """Counted at least as often as kept, and told by a byte and a line of the file that belong together.

    `ends`: what ends a line; None where codings and kinds of line ends differ.
    """
    kept: dict[str, int] = {}
    for problem in problems:
        kept[problem.rule] = kept.get(problem.rule, 0) + 1
        where = problem.where
        assert where.offset <= len(data), f"{problem} is told of byte {where.offset} of {len(data)}"
        if ends is not None and where.offset >= 0 and where.line:
            line = len(ends.findall(data, 0, where.offset)) + 1
            assert where.line == line, f"{problem} is told of line {where.line}, byte {where.offset} is in line {line}"
    assert all(problems.counts[rule] >= number for rule, number in kept.items()), (problems.counts, kept)


def _said(report: step_p21.Report) -> Any:
    """A report in a form that can be compared."""
    population = report.population
    arrays = (population.ids, population.shape_of, population.offset, population.ref_start, population.refs)
    return (
        [(p.rule, p.where, p.location, p.expected, p.found) for p in report.problems],
        report.problems.counts,
        report.complete,
        [array.tolist() for array in arrays],
        population.shapes,
        report.anchors,
        report.external,
    )


@contextmanager
def _cut(size: int) -> Iterator[None]:
    """Blocks of so many bytes."""
    before = blocks.READ, blocks.LONG
    blocks.READ = reader.READ = size
    blocks.LONG = 2 * size
    try:
        yield
    finally:
        blocks.READ = reader.READ = before[0]
        blocks.LONG = before[1]


def step(data: bytes) -> None:
    """A STEP file: read twice the same, judged by the schema that it names and by the practices, and its structure taken out."""
    path = _file(data)
    report = step_p21.examine(path)
    sound(report.problems, data)
    assert _said(step_p21.examine(path)) == _said(report)
    population = report.population
    for index in range(min(len(population), 20)):
        population.records(index)
        text = population.text(index)
        assert text.startswith(b"#") or not text, "another statement"
    stated = report.header.schemas
    choice = _tables().choose(stated[0].text) if stated else None
    if choice is None or not len(population):
        return
    sound(by_schema(population, choice, level=report.header.implementation_level), data)
    if report.complete:
        sound(practice.examine(population, choice, beside=("a.stp",)), data)
        p21.structure(View(population, choice.graphs[0]), most=100)


def step_cut(data: bytes) -> None:
    """A STEP file: where blocks end changes neither the instances nor what is told."""
    path = _file(data)
    whole = step_p21.examine(path)
    if any(problem.rule in ("envelope", "sections") and problem.where.offset == 0 for problem in whole.problems):
        return  # what does not begin as such a file is read no further than its first block
    for size in (17, 64):
        with _cut(size):
            cut = step_p21.examine(path)
        sound(cut.problems, data)
        if "closed" in whole.problems.counts or "closed" in cut.problems.counts:
            continue  # where an unclosed string ends is a guess
        assert cut.population.ids.tolist() == whole.population.ids.tolist()
        assert cut.population.offset.tolist() == whole.population.offset.tolist()
        if whole.complete:  # of a statement that breaks off, what comes in an earlier block is told
            assert cut.problems.counts == whole.problems.counts


def express_text(data: bytes) -> None:
    """A schema in EXPRESS: a table of facts that is read back as it was, or a mistake with its place."""
    try:
        schema = express.long_form(express.parse(data.decode("utf-8", "replace"), "fuzz.exp"))
        express.Graph(schema)
    except UsageError:
        return
    table = express.Table("fuzz", "", schema, "", "")
    assert express.read_table(express.write_table(table), "fuzz").schema == schema


def packed(data: bytes) -> None:
    """A package: judged, and unpacked within its bounds."""
    path = _file(data)
    name, media_type = ("a.stpz", "multipart/mixed; boundary=b") if data[:2] == b"--" else ("a.zip", "")
    report = package.examine(path, name, media_type, SMALL)
    sound(report.problems, data)
    again = package.examine(path, name, media_type, SMALL)
    assert (again.members, again.bytes, again.problems.counts) == (report.members, report.bytes, report.problems.counts)
    assert report.bytes <= SMALL.total_bytes + 2 * MEGABYTE


def xml_file(data: bytes) -> None:
    """A file in an XML format: in pieces of any length the same."""
    path = _file(data)
    magic.family(data[:1024])
    found = recognise.recognise(path, "a.xml", "", _formats())
    format = found.format if found.format is not None and found.format.xml is not None else _formats().of("ap242-xml")
    assert format is not None, "the description of AP242 XML is part of the content"
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]
    if format.id == "ap242-xml":
        report, _, problems = step_xml.examine(path, format)
        sound(problems, data)
        ap242_xml.structure(path, most=100)
    else:
        report = marked.examine(path, format)
    if not wide:
        sound(report.problems, data, _LINE_ENDS)
    before, scan.PIECE = scan.PIECE, 13
    try:
        cut = marked.examine(path, format)
    finally:
        scan.PIECE = before
    assert cut.problems.counts == report.problems.counts
    assert (cut.seen.elements, cut.seen.files, cut.seen.paths) == (report.seen.elements, report.seen.files, report.seen.paths)


def text_table(data: bytes) -> None:
    """A table of text."""
    sound(table.examine(_file(data)).problems, data, None)


def json_file(data: bytes) -> None:
    """A JSON text, one with a text in each line, an environment of the Asset Administration Shell, and one of those in XML."""
    path = _file(data)
    for lines in (False, True):
        sound(json_text.examine(path, lines=lines).problems, data, None)
    found = aas.examine(path, xml=data.lstrip()[:1] == b"<")
    assert all(found.problems.counts[problem.rule] for problem in found.problems)


def jt_file(data: bytes) -> None:
    """The header of a JT file."""
    sound(jt.examine(_file(data)).problems, data, None)


def parts(data: bytes) -> None:
    """A package of the Open Packaging Conventions. The input is parts between bytes 1E, each a name, a line end and its text."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive, warnings.catch_warnings(action="ignore"):
        for part in data.split(b"\x1e"):
            name, _, text = part.partition(b"\n")
            archive.writestr(zipfile.ZipInfo(name.decode("utf-8", "replace")), text)
    path = _file(made.getvalue())
    report = opc.examine(path)
    if not report.readable:
        return
    for problems in (
        report.problems,
        aasx.examine(path, report),
        threemf.examine(path, report),
        workbook.examine(path, report).problems,
    ):
        assert all(problems.counts[problem.rule] for problem in problems)


def description(data: bytes) -> None:
    """The description of a REST interface."""
    raw = openapi.read(data, "")
    if isinstance(raw, Problem):
        return
    api = openapi.OpenApi.build(raw, URL, {})
    assert all(api.problems.counts[problem.rule] for problem in api.problems)
    for operation in api.operations("fuzz"):
        assert operation.id


def csdl(data: bytes) -> None:
    """The metadata of an OData service, and what else comes from one."""
    document = odata.read(data, URL)
    if not isinstance(document, Problem):
        found = odata.problems(odata.Model(document))
        assert all(found.counts[problem.rule] for problem in found)
    odata.atom.read(data)
    with suppress(odata.batch.Malformed):
        odata.batch.read_multipart(data, "multipart/mixed; boundary=b")


def described(data: bytes) -> None:
    """A WSDL, and a SOAP message."""
    found = wsdl.problems(wsdl.build(URL, {URL: data}))
    assert all(found.counts[problem.rule] for problem in found)
    soap.read(data)


def head(data: bytes) -> None:
    """Fields of an answer, and a coded body."""
    text = data.decode("latin-1")
    for read in (challenge.challenges, fields.item, fields.deprecation, fields.rate_limit, link.links, files.disposition):
        read(text)
    files.content_range(text)
    files.digests(text)
    for name in ("gzip", "deflate", "br", "gzip, br"):
        assert len(coding.decode(data, name, 1 << 16).body) <= 1 << 16


TARGETS: dict[str, Callable[[bytes], None]] = {
    "step": step,
    "step_cut": step_cut,
    "express": express_text,
    "package": packed,
    "xml": xml_file,
    "table": text_table,
    "json": json_file,
    "jt": jt_file,
    "parts": parts,
    "openapi": description,
    "odata": csdl,
    "wsdl": described,
    "http": head,
}
"""By the name of the folder of its seeds."""
