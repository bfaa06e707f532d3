"""Tables and JSON files: what must the checks say?"""

from typing import Any

from tests.probes.make import Case, fails, file, na, passes

CSV = "text/csv; charset=utf-8"
GOOD = 'number,name,quantity\r\nP1,Housing,1\r\nP2,"Cover, 5"" wide",2\r\n'
PAGE = "<html><body>Log in</body></html>"


def table(text: str | bytes, label: str = CSV) -> dict[str, Any]:
    return file("parts.csv", text, label)


def lines(text: str | bytes) -> dict[str, Any]:
    return file("parts.ndjson", text)


def text(content: str | bytes, label: str = "application/json") -> dict[str, Any]:
    return file("parts.json", content, label)


def wrong(*given: dict[str, Any]) -> list[Case]:
    return [fails("line_rule", **one) for one in given]


OTHERS = [
    na("not-this-format", **file("a.stp", "ISO-10303-21;\nHEADER;")),
    na("not-this-format", kind="broken", **file("parts.csv", PAGE, CSV)),
]

CASES: dict[str, list[Case]] = {
    "csv.encoding": [
        passes(**table(GOOD)),
        passes(**table("a,b\r\nM\u00fcller,1\r\n")),
        passes(**table("a,b\r\nM\u00fcller,1\r\n".encode("cp1252"), "text/csv; charset=windows-1252")),
        passes(**table("a,b\r\nM\u00fcller,1\r\n".encode("utf-16"), "text/csv; charset=utf-16")),
        *wrong(
            table("a,b\r\nM\u00fcller,1\r\n".encode("cp1252")),
            table("a,b\r\n1,2\r\n".encode("utf-16")),
            table(GOOD, "text/csv; charset=ebcdic-of-old"),
        ),
        na("csv_empty", **table("")),
        *OTHERS,
    ],
    "csv.delimiter": [
        passes(**table(GOOD)),
        passes(**table('a,b\r\n1,"x;y;z"\r\n')),
        *wrong(table("a;b\r\n1,5;2,5\r\n3;4\r\n"), table("a\tb\r\n1\t2\r\n")),
        na("csv_not_labelled", **table("a;b\r\n1;2\r\n", "")),
        na("csv_not_labelled", **file("parts.tsv", "a\tb\r\n1\t2\r\n", "text/tab-separated-values")),
        na("csv_one_column", **table("a\r\n1\r\n")),
        *OTHERS,
    ],
    "csv.quotes": [
        passes(**table(GOOD)),
        passes(**table('a,b\r\n"line\r\nbreak","""quoted"""\r\n')),
        passes(**table('a,b\r\n"",""\r\n')),
        *wrong(
            table('a,b\r\n5" disk,1\r\n'),
            table('a,b\r\n"open,1\r\n2,3\r\n'),
            table('a,b\r\n"x" ,1\r\n'),
            table('a,b\r\n "x",1\r\n'),
        ),
        *OTHERS,
    ],
    "csv.fields": [
        passes(**table(GOOD)),
        passes(**table("a,b\r\n,\r\n1,2")),
        *wrong(table("a,b\r\n1,2\r\n1,2,3\r\n"), table("a,b\r\n1,2\r\n\r\n1\r\n"), table("Parts\r\na,b\r\n1,2\r\n3,4\r\n")),
        na("not_read_to_the_end", **table('a,b\r\n"open,1\r\n2,3\r\n')),
        *OTHERS,
    ],
    "csv.blank-lines": [
        passes(**table(GOOD)),
        *wrong(table(GOOD + "\r\n"), table("a,b\r\n\r\n1,2\r\n")),
        na("csv_one_column", **table("a\r\n\r\n1\r\n")),
        *OTHERS,
    ],
    "csv.header": [
        passes(**table("id,quantity\r\nx,1\r\ny,2\r\n")),
        passes(**table("b,a\r\nx,y\r\n", "text/csv; header=present")),
        *wrong(
            table("id,id,n\r\nx,y,1\r\nx,y,2\r\n"),
            table(",n\r\nx,1\r\ny,2\r\n"),
            table("a,a\r\nx,y\r\n", "text/csv; header=present"),
        ),
        na("csv_no_header", **table("x,x\r\ny,y\r\nz,z\r\n")),
        na("csv_no_header", **table("1,1\r\n2,2\r\n3,3\r\n")),
        na("csv_no_header", **table("n,n\r\n2,2\r\n3,3\r\n", "text/csv; header=absent")),
        *OTHERS,
    ],
    "csv.line-ends": [
        passes(**table(GOOD)),
        passes(**table("a,b\n1,2\n")),
        passes(**table('a,b\r\n"x\ny",2\r\n')),
        *wrong(table("a,b\r\n1,2\n3,4\r\n"), table("a,b\r1,2\r"), table("a,b\n1\r,2\n")),
        *OTHERS,
    ],
    "csv.controls": [passes(**table("a,b\r\n\t,2\r\n")), *wrong(table("a,b\r\n1,\0\r\n"), table("a,b\r\n\x1b,2\r\n")), *OTHERS],
    "json.well-formed": [
        passes(**text('{"a": [1, 2.5e3, "x", null]}')),
        passes(**text("3", "application/vnd.acme+json")),
        passes(**file("all", "[]")),
        *wrong(text('{"a": 1'), text("{'a': 1}"), text("[1,]"), text("[NaN]"), text("{} {}"), text("[01]"), text('["a\tb"]')),
        na("json_lines", **lines('{"a": 1}\n')),
        na("not-this-format", kind="broken", **text(PAGE)),
        na("not-this-format", **text("")),
    ],
    "json.encoding": [
        passes(**text('"M\u00fcller"')),
        *wrong(text('"M\u00fcller"'.encode("cp1252")), text('{"a": 1}'.encode("utf-16")), text('{"a": 1}'.encode("utf-16-le"))),
        na("not-this-format", kind="broken", **text(PAGE)),
    ],
    "json.byte-order-mark": [passes(**text("[]")), *wrong(text("\ufeff[]")), na("not-this-format", kind="broken", **text(PAGE))],
    "json.names-unique": [
        passes(**text('{"a": {"b": 1}, "b": 2}')),
        *wrong(text('{"a": 1, "a": 2}'), text('[{"a": 1, "\\u0061": 2}]'), lines('{"a": 1}\n{"b": 1, "b": 2}\n')),
        na("not_read_to_the_end", **text('{"a": 1, ')),
        na("not-this-format", kind="broken", **text(PAGE)),
    ],
    "json.lines": [
        passes(**lines('{"a": 1}\n\n[]\n"x"')),
        *wrong(lines('{"a":\n1}\n'), lines("{}{}\n")),
        na("not_json_lines", **text("{}")),
        na("not-this-format", kind="broken", **lines(PAGE)),
    ],
    "json.bounds": [
        passes(**text("[" * 900 + "]" * 900)),
        *wrong(text("[" * 5_000 + "]" * 5_000), lines("[" * 90_000 + "]" * 90_000)),
        na("not-this-format", kind="broken", **text(PAGE)),
    ],
}
