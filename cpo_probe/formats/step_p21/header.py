"""What does the header say, and does it say it as it must (ISO 10303-21:2016, 8.2)?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cpo_probe.formats.step_p21.found import Found
from cpo_probe.formats.step_p21.parameters import Derived, Unset
from cpo_probe.formats.step_p21.schemas import SchemaName, edition_flaw, name_flaw, oid_flaw, schema_of
from cpo_probe.formats.step_p21.structure import Structure
from cpo_probe.formats.step_p21.values import Record

LEVELS = ("1", "2", "2;1", "2;2", "3;1", "3;2", "4;1", "4;2", "4;3")
_FIRST = (("FILE_DESCRIPTION", "LS"), ("FILE_NAME", "SSLLSSS"), ("FILE_SCHEMA", "L"))
_LATER = ("SCHEMA_POPULATION", "FILE_POPULATION", "SECTION_LANGUAGE", "SECTION_CONTEXT")
_FIELDS = {
    "FILE_DESCRIPTION": ("description", "implementation_level"),
    "FILE_NAME": ("name", "time_stamp", "author", "organization", "preprocessor_version", "originating_system", "authorization"),
    "FILE_SCHEMA": ("schema_identifiers",),
}
_TIME = re.compile(
    r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-4]):([0-5]\d):([0-5]\d|60)(?:[.,]\d+)?(?:Z|[+-](?:0\d|1[0-4])(?::[0-5]\d)?)?\Z"
)
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LONGEST = 256


@dataclass(frozen=True, slots=True)
class Header:
    """What the three entities say, strings decoded; "" or () where they do not say it."""

    description: tuple[str, ...]
    implementation_level: str
    name: str
    time_stamp: str
    author: tuple[str, ...]
    organization: tuple[str, ...]
    preprocessor_version: str
    originating_system: str
    authorization: str
    schemas: tuple[SchemaName, ...]


def header_of(structure: Structure) -> Header:
    """The facts, as far as they are there."""
    said: dict[str, tuple[object, ...]] = {}
    for record, _ in structure.header:
        said.setdefault(record.keyword, record.values)
    described, named, schema = (said.get(name, ()) for name, _ in _FIRST)
    return Header(
        _texts(described, 0),
        _text(described, 1),
        _text(named, 0),
        _text(named, 1),
        _texts(named, 2),
        _texts(named, 3),
        _text(named, 4),
        _text(named, 5),
        _text(named, 6),
        tuple(schema_of(text) for text in _texts(schema, 0)),
    )


def judge_header(structure: Structure, header: Header, found: Found) -> None:
    """Its rules; nothing when there is no header at all, which is told as a missing section."""
    if not any(opened.keyword == "HEADER" for opened in structure.sections):
        return
    _entities(structure, found)
    at = {record.keyword: offset for record, offset in reversed(structure.header)}
    described, named, schema = (at.get(name, -1) for name, _ in _FIRST)
    if described >= 0:
        if header.implementation_level not in LEVELS:
            place = "FILE_DESCRIPTION.implementation_level"
            _told(found, "implementation-level", described, list(LEVELS), header.implementation_level, place)
        else:
            _keeps_level(structure, header.implementation_level, described, found)
    if named >= 0:
        if not is_time(header.time_stamp):
            _told(found, "time-stamp", named, "YYYY-MM-DDThh:mm:ss", header.time_stamp, "FILE_NAME.time_stamp")
        for name, value in (
            ("preprocessor_version", header.preprocessor_version),
            ("originating_system", header.originating_system),
        ):
            if not value.strip():
                _told(found, "header-values", named, "what wrote the file", f"'{value}'", f"FILE_NAME.{name}")
    if schema >= 0:
        _schemas(header, schema, found)
    for record, offset in structure.header:
        for place, text in _strings(record):
            if len(text) > _LONGEST:
                _told(found, "header-lengths", offset, f"at most {_LONGEST} characters", f"{len(text)} characters", place)


def is_time(text: str) -> bool:
    """Whether that is a date and time of ISO 8601 in the extended format, on a day that exists."""
    match = _TIME.match(text)
    if match is None:
        return False
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    midnight = match[4] != "24" or (match[5], match[6]) == ("00", "00")
    return midnight and day <= _DAYS[month - 1] - (month == 2 and not leap)


def _entities(structure: Structure, found: Found) -> None:
    names = [record.keyword for record, _ in structure.header]
    for index, (name, form) in enumerate(_FIRST):
        if index >= len(names) or names[index] != name:
            offset = structure.header[index][1] if index < len(names) else structure.header_end or 0
            shown = names[index] if index < len(names) else "ENDSEC"
            _told(found, "header-entities", offset, f"{name} as entity {index + 1}", shown, name)
            return
        record, offset = structure.header[index]
        if flaw := _misfit(record, form):
            _told(found, "header-entities", offset, f"{name}{_worded(form)}", flaw, name)
    user = False
    for record, offset in structure.header[len(_FIRST) :]:
        known = record.keyword in _LATER
        if record.keyword in dict(_FIRST):
            _told(found, "header-entities", offset, f"{record.keyword} once", "another one", record.keyword)
        elif not known and not record.keyword.startswith("!"):
            _told(found, "header-entities", offset, "an entity of the header schema, or a name with !", record.keyword, "HEADER")
        elif known and user:
            _told(found, "header-entities", offset, f"{record.keyword} before user-defined entities", "after one", record.keyword)
        user |= not known


def _misfit(record: Record, form: str) -> str:
    """The first parameter that is no string (S) or list of at least one string (L), as letters say; "" if all are."""
    if len(record.values) != len(form):
        return f"{len(record.values)} parameters"
    for name, value, kind in zip(_FIELDS.get(record.keyword, form), record.values, form, strict=True):
        listed = isinstance(value, tuple) and value and all(isinstance(v, str) for v in value)
        if not (isinstance(value, str) if kind == "S" else listed):
            return f"{name} = {_written(value)}"
    return ""


def _written(value: object) -> str:
    """A value of the header in short."""
    if isinstance(value, tuple):
        return f"({','.join(map(_written, value[:3]))}{',...' * (len(value) > 3)})"
    if isinstance(value, str):
        return "'...'" if value else "''"
    return "$" if isinstance(value, Unset) else "*" if isinstance(value, Derived) else str(value)[:20]


def _worded(form: str) -> str:
    return "(" + ",".join("'...'" if kind == "S" else "('...')" for kind in form) + ")"


def _keeps_level(structure: Structure, level: str, offset: int, found: Found) -> None:
    """8.2.2: what an implementation level leaves out."""
    place = "FILE_DESCRIPTION.implementation_level"
    names = {record.keyword for record, _ in structure.header}
    sections = [opened for opened in structure.sections if opened.keyword != "HEADER"]
    newer = sorted({s.keyword for s in sections} - {"DATA"}) + sorted(names & {"SCHEMA_POPULATION"})
    if newer and level[0] != "4":
        _told(found, "implementation-level", offset, f"4;2 or 4;3 for {', '.join(newer)}", level, place)
    elif newer and level == "4;1":
        _told(found, "implementation-level", offset, f"no {', '.join(newer)}, or 4;2", level, place)
    if level[0] in "12":
        data = [s for s in sections if s.keyword == "DATA"]
        if len(data) > 1 or any(s.parameters is not None for s in data):
            _told(found, "implementation-level", offset, "one DATA section without parameters, or 3;1", level, place)
        if later := sorted(names & set(_LATER[1:])):
            _told(found, "implementation-level", offset, f"no {', '.join(later)}, or 3;1", level, place)
    if level != "4;3" and any(e.name.startswith("@") for e in structure.external):
        _told(found, "implementation-level", offset, "4;3 for value instances", level, place)


def _schemas(header: Header, offset: int, found: Found) -> None:
    seen: set[str] = set()
    if not header.schemas:
        _told(found, "schema-names", offset, "the name of a schema", "none", "FILE_SCHEMA")
    for schema in header.schemas:
        if flaw := name_flaw(schema):
            _told(found, "schema-names", offset, flaw, schema.text, "FILE_SCHEMA")
            continue
        if schema.name in seen:
            _told(found, "schema-names", offset, "each schema once", schema.text, "FILE_SCHEMA")
        seen.add(schema.name)
        if flaw := oid_flaw(schema):
            _told(found, "schema-oid", offset, flaw, schema.text, "FILE_SCHEMA")
        if flaw := edition_flaw(schema):
            _told(found, "schema-edition", offset, flaw, schema.text, "FILE_SCHEMA")


def judge_sections(structure: Structure, header: Header, found: Found) -> None:
    """11.1: names and schemas of DATA sections."""
    data = [opened for opened in structure.sections if opened.keyword == "DATA"]
    names: set[str] = set()
    schemas = {schema.name for schema in header.schemas}
    for opened in data:
        if opened.parameters is None:
            if len(data) > 1:
                _told(found, "data-sections", opened.offset, "DATA('name',('SCHEMA'))", "DATA", "DATA")
            elif len(header.schemas) > 1 and header.implementation_level[:1] not in ("1", "2"):  # edition 1 has no names to give
                _told(
                    found, "data-sections", opened.offset, "one schema in FILE_SCHEMA, or DATA('name',('SCHEMA'))", "DATA", "DATA"
                )
            continue
        name, schema = section_of(opened.parameters)
        if not _section_fits(opened.parameters):
            _told(found, "data-sections", opened.offset, "DATA('name',('SCHEMA'))", "other parameters", "DATA")
            continue
        if name in names:
            _told(found, "data-sections", opened.offset, "a name of its own", name, "DATA")
        names.add(name)
        if schema_of(schema).name not in schemas:
            _told(found, "data-sections", opened.offset, "a schema of FILE_SCHEMA", schema, "DATA")


def section_of(parameters: tuple[object, ...] | None) -> tuple[str, str]:
    """Name and schema of a DATA section, "" where they are not told."""
    return _text(parameters or (), 0), next(iter(_texts(parameters or (), 1)), "")


def _section_fits(parameters: tuple[object, ...]) -> bool:
    return not _misfit(Record("DATA", parameters), "SL") and len(_texts(parameters, 1)) == 1


def _strings(record: Record) -> Iterator[tuple[str, str]]:
    if record.keyword not in ("FILE_NAME", "FILE_DESCRIPTION"):
        return
    for name, value in zip(_FIELDS[record.keyword], record.values, strict=False):
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str):
                yield f"{record.keyword}.{name}", text


def _text(values: tuple[object, ...], index: int) -> str:
    value = values[index] if index < len(values) else ""
    return value if isinstance(value, str) else ""


def _texts(values: tuple[object, ...], index: int) -> tuple[str, ...]:
    value = values[index] if index < len(values) else ()
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, tuple) else ()


def _told(found: Found, rule: str, offset: int, expected: object, shown: object, location: str) -> None:
    found.add(rule, offset, expected=expected, found="$" if isinstance(shown, Unset) else shown, location=location)
