"""Is the apostrophe behind \\S\\ the section sign, and every other one the end of a string?"""

from io import BytesIO
from pathlib import Path

import pytest

from cpo_probe.formats.step_p21 import examine
from cpo_probe.formats.step_p21.blocks import READ, Blocks
from cpo_probe.formats.step_p21.values import records_of
from tests.formats.step_p21.files import END, HEADER, POINT, read, rules, whole


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (rb"'see \S\' 5'", "see \u00a7 5"),
        (rb"'see \S\''", "see \u00a7"),
        (rb"'\X2\00E4\X0\\S\'b'", "\u00e4\u00a7b"),
        (rb"'\PE\\S\'x'", "\u0407x"),
        (rb"'C:\\S\\'", "C:\\S\\"),
        (rb"'a\S\\\S\'b'", "a\u00dc\u00a7b"),
    ],
)
def test_it_is_a_character_where_a_directive_begins_and_else_none(tmp_path: Path, written: bytes, meant: str) -> None:
    report = read(tmp_path, whole(POINT + b"#2=PRODUCT(" + written + b",'','',(#1));\n" + POINT.replace(b"#1", b"#3")))
    assert rules(report) <= {"string-pages"}
    assert len(report.population) == 3
    (record,) = records_of(report.population.text(1), utf8=False)
    assert record.values[0] == meant


def test_a_doubled_apostrophe_behind_it_is_told_there_and_nothing_else_is(tmp_path: Path) -> None:
    report = read(tmp_path, whole(POINT + rb"#2=PRODUCT('see \S\'' 5','','',(#1));" + POINT.replace(b"#1", b"#3")))
    assert rules(report) == {"strings"}
    assert len(report.population) == 3


def test_it_may_stand_anywhere_in_the_header_and_between_two_reads(tmp_path: Path) -> None:
    header = HEADER.replace(b"'a part'", rb"'\S\' 5'")
    body = whole(b"", header)[: -len(END)]
    instance = rb"#2=PRODUCT('\S\' 5','','',(#1));"
    for shift in range(len(instance)):
        path = tmp_path / f"{shift}.stp"
        blanks = b" " * (READ - len(body) - len(POINT) - shift)
        path.write_bytes(body + POINT + blanks + instance + END)
        report = examine(path)
        assert rules(report) == {"string-pages"}
        assert report.header.description == ("\u00a7 5",)
        assert len(report.population) == 2


def test_what_follows_a_comment_is_not_searched_again_for_every_string() -> None:
    text = b"/* c */" + b"#1=A('x');" * 1000 + b"/* ' */" + b"#1=A('/*');" * 10
    pieces = list(Blocks(BytesIO())._pieces(text, 0))
    assert b"".join(pieces) == text.replace(b"/* c */", b" " * 7).replace(b"/* ' */", b" " * 7)
    assert len(pieces) < 40
