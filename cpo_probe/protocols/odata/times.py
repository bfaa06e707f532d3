"""What do dates, times and durations of OData mean? Exact to the picosecond, in every year."""

from dataclasses import dataclass, field

from cpo_probe.protocols.odata.primitives import DATE, DATE_TIME_OFFSET, DURATION, TIME_OF_DAY, real_day

SECOND = 10**12
MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86400 * SECOND


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A date: days since 1970-01-01 in the Gregorian calendar."""

    number: int


@dataclass(frozen=True, slots=True, order=True)
class Clock:
    """A time of day in picoseconds."""

    picoseconds: int


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A duration in picoseconds."""

    picoseconds: int


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """Picoseconds since 1970-01-01T00:00Z; `offset` in minutes is shown and not compared."""

    picoseconds: int
    offset: int = field(compare=False)

    @property
    def local(self) -> int:
        """Picoseconds on the clock and calendar of its own time zone."""
        return self.picoseconds + self.offset * MINUTE


def day_number(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 (the well-known days_from_civil)."""
    year -= month <= 2
    era = year // 400
    of_era = year - era * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468


def civil(number: int) -> tuple[int, int, int]:
    """Year, month and day of a day number (civil_from_days)."""
    number += 719468
    era = number // 146097
    of_era = number - era * 146097
    year_of_era = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + (3 if shifted < 10 else -9)
    return year_of_era + era * 400 + (month <= 2), month, of_year - (153 * shifted + 2) // 5 + 1


def parse_day(text: str) -> Day:
    """Raises `ValueError` for what is no Edm.Date."""
    match = DATE.fullmatch(text)
    if match is None or not real_day(*match.group(1, 2, 3)):
        raise ValueError(f"no date: {text!r}")
    return Day(day_number(*(int(part) for part in match.group(1, 2, 3))))


def parse_clock(text: str) -> Clock:
    """Raises `ValueError` for what is no Edm.TimeOfDay."""
    if TIME_OF_DAY.fullmatch(text) is None:
        raise ValueError(f"no time of day: {text!r}")
    hours, minutes, *rest = text.split(":")
    whole, _, fraction = (rest[0] if rest else "0").partition(".")
    return Clock(int(hours) * HOUR + int(minutes) * MINUTE + int(whole) * SECOND + int(fraction.ljust(12, "0")))


def parse_moment(text: str) -> Moment:
    """Raises `ValueError` for what is no Edm.DateTimeOffset."""
    match = DATE_TIME_OFFSET.fullmatch(text)
    if match is None:
        raise ValueError(f"no date with time and offset: {text!r}")
    day, _, rest = text.upper().partition("T")
    if rest.endswith("Z"):
        clock, offset = rest[:-1], 0
    else:
        clock, sign, zone = rest[:-6], rest[-6], rest[-5:]
        minutes = int(zone[:2]) * 60 + int(zone[3:])
        offset = -minutes if sign == "-" else minutes
    local = parse_day(day).number * DAY + parse_clock(clock).picoseconds
    return Moment(local - offset * MINUTE, offset)


def parse_span(text: str) -> Span:
    """Raises `ValueError` for what is no Edm.Duration."""
    if DURATION.fullmatch(text) is None:
        raise ValueError(f"no duration: {text!r}")
    sign = -1 if text[0] == "-" else 1
    total, number, units = 0, "", {"D": DAY, "H": HOUR, "M": MINUTE}
    for character in text.upper().lstrip("+-P"):
        if character.isdigit() or character == ".":
            number += character
        elif character == "S":
            whole, _, fraction = number.partition(".")
            total += int(whole) * SECOND + int(fraction[:12].ljust(12, "0"))
        elif character != "T":
            total += int(number) * units[character]
            number = ""
    return Span(sign * total)
