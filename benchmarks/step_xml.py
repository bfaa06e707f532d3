"""How fast is a file in AP242 XML judged, against lxml doing nothing but read it, and in how much memory?

    python -m benchmarks.step_xml [--size MB] [--rounds N]

The bare contestant is `lxml.etree.iterparse` that drops each element as soon as it ends. Ours recognises ids, references,
header and structure, and judges them. Memory is the peak of a process of its own that judges the file, and one of a tenth.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from lxml import etree

from benchmarks._common import apart, heading, peak, seconds
from cpo_probe.formats.step_xml import examine
from cpo_probe.model.format import Format
from cpo_probe.registry import load

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<n0:Uos xmlns:n0="http://standards.iso.org/iso/ts/10303/-4442/-ed-3/tech/xml-schema/domain_model" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Header><Name>bench</Name>'
    '<TimeStamp>2026-01-01T00:00:00Z</TimeStamp></Header><DataContainer xsi:type="n0:AP242DataContainer">'
    '<ViewContext uid="ctx--1"/><Unit uid="u--1"/>\n'
)
TAIL = "</DataContainer></n0:Uos>\n"
PART = """<Part uid="p--{0:08d}"><Id><Identifier uid="i--{0:08d}" id="PART-{0}"/></Id>
<Name><CharacterString>Part number {0}</CharacterString></Name><Versions><PartVersion uid="pv--{0:08d}"><Id id="A"/>
<Views><PartView xsi:type="n0:AssemblyDefinition" uid="w--{0:08d}"><InitialContext uidRef="ctx--1"/>
<Occurrence xsi:type="n0:SingleOccurrence" uid="o--{0:08d}"><Id id="{0}"/><PropertyValueAssignment uid="a--{0:08d}">
<AssignedPropertyValues><PropertyValue xsi:type="n0:NumericalValue" uid="v--{0:08d}"><Definition>
<PropertyDefinitionString>mass</PropertyDefinitionString></Definition><Unit uidRef="u--1"/>
<ValueComponent>{0}.5</ValueComponent></PropertyValue></AssignedPropertyValues></PropertyValueAssignment></Occurrence>
<ViewOccurrenceRelationship xsi:type="n0:NextAssemblyOccurrenceUsage" uid="n--{0:08d}"><Related uidRef="o--{1:08d}"/>
</ViewOccurrenceRelationship></PartView></Views></PartVersion></Versions></Part>
"""
LEAF = """<Part uid="p--0"><Versions><PartVersion uid="pv--0"><Views><PartView uid="w--0">
<Occurrence xsi:type="n0:SingleOccurrence" uid="o--00000000"/></PartView></Views></PartVersion></Versions></Part>
"""


def write(path: Path, megabytes: float) -> Path:
    """Assemblies of two parts in a tree, each with a property; sound from the first to the last byte."""
    count = int(megabytes * 1e6 / len(PART.format(0, 0)))
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD + LEAF)
        for number in range(1, count + 1):
            file.write(PART.format(number, number // 2))
        file.write(TAIL)
    return path


def ap242() -> Format:
    found = load().formats.of("ap242-xml")
    assert found is not None
    return found


def bare(path: Path) -> None:
    for _, element in etree.iterparse(str(path), events=("end",)):
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def judge(path: Path, format: Format) -> None:
    report, structure, problems = examine(path, format)
    assert not report.problems.counts and not problems.counts and structure.usages > 0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=float, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peak", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.peak:
        judge(chosen.peak, ap242())
        print(json.dumps({"peak": peak()}))
        return
    heading("A file in AP242 XML: judged, and only read by lxml")
    format = ap242()
    with tempfile.TemporaryDirectory() as name:
        path = write(Path(name) / "whole.stpx", chosen.size)
        small = write(Path(name) / "tenth.stpx", chosen.size / 10)
        size = path.stat().st_size / 1e6
        rounds = [(seconds(lambda: bare(path)), seconds(lambda: judge(path, format))) for _ in range(chosen.rounds)]
        read, judged = (min(column) for column in zip(*rounds, strict=True))
        peaks = [apart("benchmarks.step_xml", "--peak", str(one))["peak"] for one in (path, small)]
    print(f"  lxml iterparse, nothing else   {size / read:6.1f} MB/s")
    print(f"  judging                        {size / judged:6.1f} MB/s   {judged / read:.2f} x the time")
    print(f"  peak of judging {size:.0f} MB  {peaks[0]:.0f} MB, of a tenth of it {peaks[1]:.0f} MB: {peaks[0] / peaks[1]:.2f} x")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
