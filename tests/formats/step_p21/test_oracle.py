"""Does the fast reader see what a slow one sees, in files that are right and in files that are not?"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cpo_probe.formats.step_p21 import blocks, examine, reader
from tests.formats.step_p21 import oracle
from tests.formats.step_p21.files import trees, whole

FIXED = settings(
    max_examples=300,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
WORDS = ("POINT", "AXIS2_PLACEMENT_3D", "A1", "E1", "B_3E10", "SHAPE_99", "X12345678901234567890", "!OWN", "LENGTH_MEASURE")
LITERALS = (
    "1", "-12", "+3", "0.", "1.5", "-1.25E-3", "+0.E+10", "7.E5", "12345678901234567890", "''", "'a'", "'it''s'", "'#5=(;'",
    "'a b'", "$", "*", ".T.", ".E10.", ".A_1.", ".E.", '"0FF"', '"1"', "#1", "#22", "#333333333", "#1234567890123", "@4", "#PI",
    "@E", "A3E1(1.)",
)  # fmt: skip
SIGNS = ("'\\S\\''", "'\\S\\';)'", "'\\\\S\\\\'", "'\\X2\\00E4\\X0\\\\S\\'x'", "'it''s \\S\\' 5'", "'\\S\\S\\S\\\\\\S\\''")
"""With an apostrophe behind \\S\\, and with what only looks so."""
BAD = (
    ".5", "1.E", "1.e5", "+-1.", "1.2.3", "1E5", "1.5E", "-", "#", "# 1", "1 2", "'a' 'b'", "A", "a(1)", ".t.", ".T", "1.T.",
    "..", "0.E5.", "#1#2", "#1.5", '"4"', '"0G"', "<x>", "?", "{2}", "1.5E5E5", "1.0-3", ".E5.5", ".A.B.", "(,)", "1.E+", "\\N\\",
)  # fmt: skip
BLANKS = ("", "", "", " ", "\n", "\r\n  ", "\t", "/*c*/", "/* ' ; */", " \n ", "\\F\\")


@st.composite
def parameters(draw: st.DrawFn, depth: int = 0, bad: bool = True) -> str:
    kind = draw(st.integers(0, 11))
    blank = draw(st.sampled_from(BLANKS))
    if kind == 0 and depth < 3:
        members = draw(st.lists(parameters(depth=depth + 1, bad=bad), max_size=4))
        return f"{blank}({','.join(members)})"
    if kind == 1 and depth < 3:
        return f"{blank}{draw(st.sampled_from(WORDS))}({draw(parameters(depth=depth + 1, bad=bad))})"
    if kind == 2:
        return blank + "(" + ",".join([draw(st.sampled_from(LITERALS))] * draw(st.integers(1, 40))) + ")"
    if kind == 3:
        row = "(" + ",".join([draw(st.sampled_from(("1.", "#1", "2", "'x'")))] * draw(st.integers(1, 4))) + ")"
        return blank + "(" + ",".join([row] * draw(st.integers(1, 12))) + ")"
    if kind == 4 and bad:
        return blank + draw(st.sampled_from(BAD))
    if kind == 5 and bad:
        return blank + draw(st.sampled_from(SIGNS)) + draw(st.sampled_from(BLANKS))
    return blank + draw(st.sampled_from(LITERALS)) + draw(st.sampled_from(BLANKS))


@st.composite
def instance(draw: st.DrawFn, bad: bool = True) -> str:
    name = draw(st.sampled_from(("#1", "#22 ", "#007", "#333333333", "#12345678901234567", "\n#5\r\n")))
    records = [
        draw(st.sampled_from(WORDS))
        + draw(st.sampled_from(BLANKS))
        + "("
        + ",".join(draw(st.lists(parameters(bad=bad), max_size=5)))
        + ")"
        for _ in range(draw(st.integers(1, 3)))
    ]
    text = records[0] if len(records) == 1 and draw(st.booleans()) else "(" + draw(st.sampled_from(("", " "))).join(records) + ")"
    return f"{name}={text}{draw(st.sampled_from(BLANKS))};{draw(st.sampled_from(('', chr(10))))}"


def agrees(folder: Path, data: bytes) -> None:
    expected = [one for one in oracle.instances(data) if one is not None]
    path = folder / "file.stp"
    path.write_bytes(data)
    report = examine(path)
    assert trees(report.population) == expected
    statements = oracle.instances(data)
    malformed = sum(report.problems.counts.get(rule, 0) for rule in ("syntax", "literals", "characters"))
    assert malformed == sum(one is None for one in statements)


@FIXED
@given(st.lists(instance(), max_size=6))
def test_instances_of_any_form_are_read_as_by_a_slow_reader(tmp_path: Path, body: list[str]) -> None:
    agrees(tmp_path, whole("".join(body).encode()))


@FIXED
@given(st.lists(instance(bad=False), min_size=1, max_size=4), st.data())
def test_a_byte_changed_in_an_instance_is_seen_as_by_a_slow_reader(tmp_path: Path, body: list[str], data: st.DataObject) -> None:
    text = bytearray("".join(body).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text) - 1))
        if text[place] in b"'/*;\\" or text[place] < 32:
            continue
        text[place : place + 1] = data.draw(
            st.sampled_from((b"", b"#", b".", b"E", b"1", b" ", b"(", b")", b",", b"=", b"-", b"A", b"$"))
        )
    agrees(tmp_path, whole(bytes(text)))


@FIXED
@given(st.lists(instance(), max_size=6), st.sampled_from((16, 40, 100)))
def test_it_does_not_matter_where_blocks_end(tmp_path: Path, body: list[str], size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for module in (blocks, reader):
            patch.setattr(module, "READ", size)
        patch.setattr(blocks, "LONG", 2 * size)
        agrees(tmp_path, whole("".join(body).encode()))


@pytest.mark.parametrize("literal", BAD)
def test_a_malformed_parameter_is_found(tmp_path: Path, literal: str) -> None:
    data = whole(f"#1=A(1.,{literal});\n#2=A(1.,2);\n".encode())
    assert oracle.instances(data)[0] is None
    agrees(tmp_path, data)
