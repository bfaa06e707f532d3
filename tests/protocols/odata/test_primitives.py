"""Do the forms of primitive values agree with the test cases of OASIS?"""

import pytest
import yaml

from cpo_probe.protocols.odata.primitives import is_literal
from cpo_probe.protocols.odata.times import SECOND, civil, day_number, parse_clock, parse_day, parse_moment, parse_span
from tests.protocols.odata.support import test_data

RULES = {
    "booleanValue": "Edm.Boolean",
    "byteValue": "Edm.Byte",
    "dateValue": "Edm.Date",
    "dateTimeOffsetValue": "Edm.DateTimeOffset",
    "decimalValue": "Edm.Decimal",
    "doubleValue": "Edm.Double",
    "durationValue": "Edm.Duration",
    "int16Value": "Edm.Int16",
    "int32Value": "Edm.Int32",
    "int64Value": "Edm.Int64",
    "sbyteValue": "Edm.SByte",
    "singleValue": "Edm.Single",
    "timeOfDayValue": "Edm.TimeOfDay",
}


def test_the_abnf_test_cases_of_oasis_are_told_apart() -> None:
    text = test_data("schemas/odata/odata-abnf-testcases.yaml").read_text(encoding="utf-8").replace("\t", "\\t")
    cases = [case for case in yaml.load(text, Loader=yaml.BaseLoader)["TestCases"] if case["Rule"] in RULES]
    wrong = [case for case in cases if is_literal(RULES[case["Rule"]], case["Input"]) == ("FailAt" in case)]
    assert len(cases) >= 40
    assert wrong == []


@pytest.mark.parametrize(
    ("type", "good", "bad"),
    [
        ("Edm.Guid", ["01234567-89ab-CDEF-0123-456789abcdef"], ["1234567-89ab-cdef-0123-456789abcdef", "x"]),
        ("Edm.Binary", ["", "Zg", "Zg==", "T0RhdGE"], ["Zg=", "T0R+", "a b"]),
        ("Edm.Int64", ["-9223372036854775808", "+1"], ["9223372036854775808", "1.0", ""]),
        ("Edm.Date", ["2000-02-29", "-0004-02-29"], ["1900-02-29", "2024-00-01"]),
    ],
)
def test_forms_without_a_case_of_oasis(type: str, good: list[str], bad: list[str]) -> None:
    assert [is_literal(type, text) for text in good + bad] == [True] * len(good) + [False] * len(bad)


def test_days_are_counted_in_every_year() -> None:
    for year, month, day in [(1970, 1, 1), (2000, 2, 29), (1, 1, 1), (0, 3, 1), (-44, 3, 15), (12024, 12, 31)]:
        assert civil(day_number(year, month, day)) == (year, month, day)
    assert (day_number(1970, 1, 1), day_number(2024, 2, 29), day_number(0, 1, 1)) == (0, 19782, -719528)


def test_moments_are_equal_in_every_time_zone() -> None:
    assert parse_moment("2024-01-01T01:30:00.5+01:30") == parse_moment("2024-01-01T00:00:00.500Z")
    assert parse_moment("2023-12-31T23:59:59Z") < parse_moment("2024-01-01T00:00Z")
    assert parse_moment("1970-01-01T00:00:01Z").picoseconds == SECOND


def test_spans_and_clocks_are_exact() -> None:
    assert parse_span("-P1DT1H1M1.000000000001S").picoseconds == -(90061 * SECOND + 1)
    assert parse_span("PT24H") == parse_span("P1D")
    assert parse_clock("00:01").picoseconds == 60 * SECOND
    for parse in (parse_day, parse_clock, parse_moment, parse_span):
        with pytest.raises(ValueError):
            parse("yesterday")
