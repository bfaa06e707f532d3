"""Files in the clear text encoding of STEP: what do the checks say of a right file, of wrong ones and of others?"""

import pytest

from cpo_probe.formats.step_p21 import RULES
from cpo_probe.model import Problems, Result
from cpo_probe.registry import Registry
from tests.formats.step_p21.files import HEADER, POINT, whole
from tests.probes.make import _arguments, file

GOOD = whole(POINT)
LEVEL = HEADER.replace(b"'2;1'", b"'4;2'")
AP242 = b"AP242_MANAGED_MODEL_BASED_3D_ENGINEERING_MIM_LF"


def edited(old: bytes, new: bytes) -> bytes:
    if old not in GOOD:
        raise ValueError(old)
    return GOOD.replace(old, new, 1)


def schema(name: bytes) -> bytes:
    return edited(b"'CONFIG_CONTROL_DESIGN'", name)


def edition3(anchors: bytes = b"", references: bytes = b"", signature: bytes = b"") -> bytes:
    """A file of level 4;2 with these sections."""
    before = b"ANCHOR;\n" + anchors + b"ENDSEC;\nREFERENCE;\n" + references + b"ENDSEC;\n"
    return whole(POINT, LEVEL + before) + signature


Files = tuple[bytes, tuple[bytes, ...]]


def judged(right: bytes, *wrong: bytes) -> Files:
    """A file that keeps a rule, and files that do not."""
    return right, wrong


SIGNED = b"SIGNATURE;\nMIIGpgYJKoZIhvcNAQcCoIIGlzCCBpMCAQExCzAJ\nENDSEC;\n"
FILES: dict[str, Files] = {
    "envelope": judged(GOOD, GOOD[:-20], b"\xef\xbb\xbf" + GOOD, GOOD + b"more;", b"ISO-10303-21" + bytes(100)),
    "sections": judged(GOOD, edited(b"ENDSEC;\nDATA", b"DATA"), edited(b"DATA;\n", b""), edited(b"HEADER;", b"DATA;")),
    "closed": judged(
        edited(b"''", b"'it''s'"), edited(b"CARTESIAN_POINT(''", b"CARTESIAN_POINT('"), edited(b"#1=", b"/* begins #1=")
    ),
    "syntax": judged(GOOD, whole(b"#1=A(1)\n#2=B(2);\n"), whole(b"#1=a(1);\n"), whole(b"#1=A(1,);\n")),
    "literals": judged(
        whole(b'#1=A(1.,1.E-5,-3,.T.,"0FF");\n'), whole(b"#1=A(.5);\n"), whole(b"#1=A(1.E);\n"), whole(b"#1=A(.t.);\n")
    ),
    "characters": judged(
        whole("#1=A('ä');\n".encode(), LEVEL), whole("#1=A('ä');\n".encode("latin-1")), whole(b"#1=A('\xe4');\n", LEVEL)
    ),
    "controls": judged(whole(b"#1=A('a\nb');\n"), whole(b"#1=A('a\tb');\n")),
    "strings": judged(
        whole(b"#1=A('\\X2\\00E4\\X0\\ \\X\\E4 \\X4\\0001F600\\X0\\ \\\\ \\X2\\D83DDE00\\X0\\');\n"),
        whole(b"#1=A('\\X2\\00E4');\n"),
        whole(b"#1=A('\\X2\\0E4\\X0\\');\n"),
        whole(b"#1=A('C:\\temp');\n"),
        whole(b"#1=A('\\X2\\D83D\\X0\\');\n"),
    ),
    "string-pages": judged(whole(b"#1=A('\\X\\E4');\n"), whole(b"#1=A('\\S\\d');\n"), whole(b"#1=A('\\PB\\');\n")),
    "string-length": judged(whole(b"#1=A('" + b"x" * 32767 + b"');\n"), whole(b"#1=A('" + b"x" * 32768 + b"');\n")),
    "header-entities": judged(
        edited(b"ENDSEC;\nDATA", b"!OURS('x');\nENDSEC;\nDATA"),
        edited(b"FILE_SCHEMA(('CONFIG_CONTROL_DESIGN'));\n", b""),
        edited(b",'');\nFILE_SCHEMA", b");\nFILE_SCHEMA"),
        edited(b"('a'),('b')", b"(),('b')"),
        edited(b"ENDSEC;\nDATA", b"OURS('x');\nENDSEC;\nDATA"),
    ),
    "implementation-level": judged(
        edition3(), edited(b"'2;1'", b"'5;1'"), edition3().replace(b"'4;2'", b"'2;1'"), edition3().replace(b"'4;2'", b"'4;1'")
    ),
    "time-stamp": judged(
        edited(b"12:00:00", b"12:00:00.5+01:00"), edited(b"2026-01-31T", b"31.01.2026 "), edited(b"01-31", b"02-30")
    ),
    "header-values": judged(GOOD, edited(b"'writer 1'", b"''"), edited(b"'system 2'", b"' '")),
    "header-lengths": judged(edited(b"'a part'", b"'%b'" % (b"x" * 256)), edited(b"'a part'", b"'%b'" % (b"x" * 257))),
    "schema-names": judged(GOOD, schema(b"''"), schema(b"'MY SCHEMA'"), schema(b"'A','A'")),
    "schema-oid": judged(
        schema(b"'%b { 1 0 10303 442 4 1 4 }'" % AP242),
        schema(b"'%b'" % AP242),
        schema(b"'AUTOMOTIVE_DESIGN_CC1 { 1 2 10303 214 -1 1 3 2}'"),
        schema(b"'%b { 1 0 10303 214 1 1 1 1 }'" % AP242),
    ),
    "schema-edition": judged(schema(b"'%b { 1 0 10303 442 7 1 4 }'" % AP242), schema(b"'%b { 1 0 10303 442 6 1 4 }'" % AP242)),
    "data-sections": judged(
        whole(POINT + b"ENDSEC;\nDATA('b',('CONFIG_CONTROL_DESIGN'));\n").replace(
            b"DATA;", b"DATA('a',('CONFIG_CONTROL_DESIGN'));", 1
        ),
        whole(POINT + b"ENDSEC;\nDATA;\n"),
        whole(POINT).replace(b"DATA;", b"DATA('a',('OTHER'));"),
        whole(POINT).replace(b"DATA;", b"DATA('a');"),
    ),
    "instance-names": judged(GOOD, whole(POINT + POINT), whole(b"#0=A(1);\n")),
    "references": judged(whole(POINT + b"#2=A(#1,#2);\n"), whole(b"#1=A(#2);\n")),
    "anchors": judged(
        edition3(b"<a>=#1{x:1};\n<b>=(1.,#1);\n<c>=<#a>;\n"),
        edition3(b"<a>=#2;\n"),
        edition3(b"<a>=#1;\n<a>=#1;\n"),
        edition3(b"<1>=#1;\n"),
        edition3(b"<a b>=#1;\n"),
    ),
    "anchor-uuids": judged(
        edition3(b"<82ff3c50-3610-11e5-a2cb-0800200c9a66>=#1;\n"),
        edition3(b"<82ff3c50-3610-01e5-a2cb-0800200c9a66>=#1;\n"),
        edition3(b"<82ff3c50-3610-11e5-a2cb-0800200c9a6>=#1;\n"),
    ),
    "external-references": judged(
        edition3(references=b"#10=<part.stp#x>;\n"),
        edition3(references=b"#10=<a b>;\n"),
        edition3(references=b"#1=<part.stp>;\n"),
        edition3(references=b"#10=<part.stp>;\n@10=<part.stp>;\n"),
        edition3(references=b"#10=<#nowhere>;\n"),
    ),
    "signatures": judged(edition3(signature=SIGNED), edition3(signature=SIGNED.replace(b"MII", b"%%%"))),
    "limits": judged(GOOD, whole(b"#" + b"9" * 30 + b"=A(1);\n")),
}


def said(registry: Registry, rule: str, data: bytes | str) -> Problems | Result:
    function = registry.checks[f"p21.{rule}"].run
    answer: Problems | Result = function(**_arguments(registry, function, file("a.stp", data)))
    return answer


def test_every_rule_has_files() -> None:
    assert set(FILES) == {rule.id for rule in RULES}


@pytest.mark.parametrize("rule", FILES)
def test_a_right_file_keeps_the_rule(registry: Registry, rule: str) -> None:
    answer = said(registry, rule, FILES[rule][0])
    assert isinstance(answer, Problems)
    assert rule not in answer.counts and rule not in answer.unsaid


@pytest.mark.parametrize(
    ("rule", "data"), [pytest.param(r, d, id=f"{r}-{i}") for r, (_, w) in FILES.items() for i, d in enumerate(w)]
)
def test_a_wrong_file_breaks_the_rule_and_is_told_where(registry: Registry, rule: str, data: bytes) -> None:
    answer = said(registry, rule, data)
    assert isinstance(answer, Problems)
    mine = [problem for problem in answer if problem.rule == rule]
    assert mine
    assert all(p.params["code"] == "file_rule" and p.where.line > 0 and 0 <= p.where.offset <= len(data) for p in mine)


@pytest.mark.parametrize("rule", FILES)
def test_another_format_is_not_judged(registry: Registry, rule: str) -> None:
    answer = said(registry, rule, "<html><body>Log in</body></html>")
    assert isinstance(answer, Result)
    assert (answer.outcome.value, answer.code) == ("not_applicable", "not-this-format")


def test_of_a_file_that_breaks_off_nothing_is_said_that_its_rest_could_change(registry: Registry) -> None:
    answer = said(registry, "references", whole(b"#1=A(#2);\n#2=A(#1);\n")[:-60])
    assert isinstance(answer, Problems)
    assert answer.unsaid["references"].code == "not_read_to_the_end"
    nothing = said(registry, "syntax", b"ISO-10303-21" + bytes(100))
    assert isinstance(nothing, Problems)
    assert "syntax" in nothing.unsaid and set(nothing.counts) == {"envelope"}
