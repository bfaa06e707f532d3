"""OData: what is said about the answers to $filter: one check for each group of operators and functions."""

from cpo_probe.sdk import CsdlModel, Exchange, Result, check, not_applicable

from .query_answer import Later
from .query_expansions import Expansions
from .query_filter import PURPOSE, UNKNOWN, judge, unknown_property, yardstick
from .window import Windows


def _judged(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    model: CsdlModel | None = windows.model
    if model is None:
        return not_applicable("no_metadata")
    return judge(model, exchange, yardstick(exchange, windows, expansions), later)


@check(
    "odata.filter.eq-ne",
    of=PURPOSE.format("eq-ne"),
    needs="odata",
    clause="OData 4.01 Part 2, 5.1.1.1.1; 5.1.1.1.2",
    severity="major",
)
def equality(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    """$filter with `eq` and `ne` gives the rows that are equal, or not.

    Asked once for each type of which a property has values: text with apostrophes, reserved characters and letters
    beyond ASCII where the data have them, numbers, Guids, dates, true and false. Case, accents and blanks at the end
    are left to the collation.
    Remedy: hand the comparison to the query of the database, with the value decoded from the URL once.
    """
    return _judged(exchange, windows, expansions, later)


@check(
    "odata.filter.comparison",
    of=PURPOSE.format("comparison"),
    needs="odata",
    clause="OData 4.01 Part 2, 5.1.1.1.3; 5.1.1.1.4; 5.1.1.1.5; 5.1.1.1.6",
    severity="major",
)
def comparison(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    """$filter with `gt`, `ge`, `lt` and `le` gives the rows on the right side of the value.

    Asked with a value that a row has, so that `gt` and `ge` differ; for dates with time, times and durations with one
    between two rows. Text is not compared by order, which depends on the collation.
    Remedy: compare with the bounds as the operators say, null on neither side.
    """
    return _judged(exchange, windows, expansions, later)


@check(
    "odata.filter.logical",
    of=PURPOSE.format("logical"),
    needs="odata",
    clause="OData 4.01 Part 2, 5.1.1.1.7; 5.1.1.1.8; 5.1.1.1.9; 5.1.1.17",
    severity="major",
)
def logical(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    """$filter with `and`, `or` and `not` combines conditions, and binds `and` closer than `or`.

    Asked with parts of which the combination keeps other rows than each part alone.
    Remedy: build the tree of the expression by the precedence of the standard before it is handed to the database.
    """
    return _judged(exchange, windows, expansions, later)


@check("odata.filter.in", of=PURPOSE.format("in"), needs="odata", clause="OData 4.01 Part 2, 5.1.1.1.11", severity="minor")
def membership(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    """$filter with `in` gives the rows with one of the values.

    New in 4.01, and asked only where the service states 4.01. A service should have it.
    Remedy: read `in` as `eq` with each of the values, joined by `or`.
    """
    return _judged(exchange, windows, expansions, later)


@check(
    "odata.filter.arithmetic",
    of=PURPOSE.format("arithmetic"),
    needs="odata",
    clause="OData 4.01 Part 2, 5.1.1.2",
    severity="minor",
)
def arithmetic(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    """$filter calculates with `add`, `sub`, `mul`, `div`, `mod`, `divby` and the minus sign.

    Asked with numbers that rows have, so that leaving the operator out, or taking another one, keeps other rows.
    `divby` only where the service states 4.01.
    Remedy: hand the calculation to the query of the database in the type that the operands are promoted to.
    """
    return _judged(exchange, windows, expansions, later)


@check(
    "odata.filter.null",
    of=PURPOSE.format("null"),
    needs="odata",
    clause="OData 4.01 Part 2, 5.1.1.1; 5.1.1.14.3",
    severity="major",
)
def null_values(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    """$filter treats null as the standard says.

    `eq null` and `ne null` find who has no value and who has one; `ne` with a value keeps the rows that have none;
    `lt` leaves them out. Databases do the third otherwise unless asked for it.
    Remedy: translate `ne` with a value as "is distinct from".
    """
    return _judged(exchange, windows, expansions, later)


@check(
    "odata.filter.enum",
    of=PURPOSE.format("enum"),
    needs="odata",
    clause="OData 4.01 Part 2, 5.1.1.1.10; 5.1.1.14.1",
    severity="minor",
)
def enumerations(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    """$filter understands members of enumerations.

    `eq` and `ne` with the qualified literal, `has` for flags; the literal without its type where the service states
    4.01.
    Remedy: look the member up in the enumeration of the other operand.
    """
    return _judged(exchange, windows, expansions, later)


@check(
    "odata.filter.alias",
    of=PURPOSE.format("alias"),
    needs="odata",
    clause="OData 4.01 Part 1, 11.2.6.1.3; OData 4.01 Part 2, 5.3",
    severity="minor",
)
def alias(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    """$filter takes the value of a parameter alias.

    `Name eq @value` with `@value` as another query option has to keep the same rows as the value itself.
    Remedy: replace each alias by the expression that the query option of its name holds.
    """
    return _judged(exchange, windows, expansions, later)


@check(
    "odata.filter.case",
    of=PURPOSE.format("case"),
    needs="odata",
    clause="OData 4.01 Part 1, 11.2.6.1.1; 11.2.6.1.2",
    severity="minor",
)
def spelling(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    """$filter of a 4.01 service knows operators and functions in capitals, too.

    4.01 services have to accept names of operators and functions in any case. Asked only where the service states
    4.01.
    Remedy: compare the names of operators and functions without regard to case.
    """
    return _judged(exchange, windows, expansions, later)


@check(
    "odata.filter.string",
    of=PURPOSE.format("string"),
    needs="odata",
    clause="OData 4.01 Part 2, 5.1.1.5; 5.1.1.7",
    severity="major",
)
def texts(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    """$filter knows the functions of text, and they give what the standard says.

    contains, startswith, endswith, length, indexof, substring (both forms), tolower, toupper, trim, concat, each
    once; matchesPattern where the service states 4.01. Positions count from 0. Case, accents and blanks at the end
    are left to the collation.
    Remedy: map each function to one of the database that counts and compares alike, and refuse the others with 501.
    """
    return _judged(exchange, windows, expansions, later)


@check("odata.filter.date", of=PURPOSE.format("date"), needs="odata", clause="OData 4.01 Part 2, 5.1.1.8", severity="major")
def dates(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    """$filter knows the functions of dates and times, and they give what the standard says.

    year, month, day, hour, minute, second, fractionalseconds, date, time, totaloffsetminutes, totalseconds, now,
    mindatetime, maxdatetime, each once where a property has values of its type. The time zone is that of the value as
    shown, or UTC.
    Remedy: compute the parts from the value as it is shown, and refuse what is not supported with 501.
    """
    return _judged(exchange, windows, expansions, later)


@check("odata.filter.math", of=PURPOSE.format("math"), needs="odata", clause="OData 4.01 Part 2, 5.1.1.9", severity="minor")
def mathematics(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    """$filter rounds with `round`, `floor` and `ceiling` as the standard says.

    Asked with numbers that have a fraction, none of them in the middle between two whole ones.
    Remedy: map each function to the one of the database that rounds in the same direction.
    """
    return _judged(exchange, windows, expansions, later)


@check(
    "odata.filter.type",
    of=PURPOSE.format("type"),
    needs="odata",
    clause="OData 4.01 Part 2, 5.1.1.10; 5.1.1.15; 4.11",
    severity="minor",
)
def types(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    """$filter tells types apart and casts.

    `isof` of a derived type, the property of a derived type behind a cast segment, and `cast` of a whole number to
    text, and of a text to a whole number where the service states 4.01; rows of another type have null there.
    Remedy: compare with the type that the entity has, its base types included.
    """
    return _judged(exchange, windows, expansions, later)


@check(
    "odata.filter.conditional",
    of=PURPOSE.format("conditional"),
    needs="odata",
    clause="OData 4.01 Part 2, 5.1.1.12",
    severity="info",
)
def conditional(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    """$filter knows `case`.

    The result of the first condition that is true. New in 4.01, and asked only where the service states 4.01.
    Remedy: translate it to the conditional expression of the database, or answer 501.
    """
    return _judged(exchange, windows, expansions, later)


@check(
    "odata.filter.collection",
    of=PURPOSE.format("collection"),
    needs="odata",
    clause="OData 4.01 Part 2, 5.1.1.6",
    severity="info",
)
def collections(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    """$filter knows the functions of collections.

    hassubset and hassubsequence on collections of texts. New in 4.01, and asked only where the service states 4.01.
    Remedy: count the members; or answer 501.
    """
    return _judged(exchange, windows, expansions, later)


@check("odata.filter.lambda", of=PURPOSE.format("lambda"), needs="odata", clause="OData 4.01 Part 2, 5.1.1.13", severity="major")
def lambdas(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    """$filter with `any` and `all` looks at the members of a collection.

    `any` with and without a condition and `all`, on related entities as $expand shows them, and on collections of
    values. `all` is true for an empty collection.
    Remedy: translate `any` to "exists" and `all` to "does not exist one that does not".
    """
    return _judged(exchange, windows, expansions, later)


@check(
    "odata.filter.count",
    of=PURPOSE.format("count"),
    needs="odata",
    clause="OData 4.01 Part 1, 11.2.6.1; OData 4.01 Part 2, 4.8",
    severity="minor",
)
def counts(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    """$filter compares how many members a collection has.

    `Collection/$count` in the expression, against the members that the rows show; where the service states 4.01 also with a
    $filter in parentheses, which counts a part of them.
    Remedy: count the members of each row in the query, or answer 501.
    """
    return _judged(exchange, windows, expansions, later)


@check(
    "odata.filter.navigation",
    of=PURPOSE.format("navigation"),
    needs="odata",
    clause="OData 4.01 Part 2, 5.1.1.15",
    severity="major",
)
def navigations(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    """$filter follows a relation to one entity.

    `Navigation/Property` compares the property of the related entity as $expand shows it; where nobody is related it
    is null.
    Remedy: join the related entity so that rows without one stay.
    """
    return _judged(exchange, windows, expansions, later)


@check(
    "odata.filter.null-navigation",
    of=PURPOSE.format("null-navigation"),
    needs="odata",
    clause="OData 4.01 Part 1, 13.2.2; OData 4.01 Part 2, 5.1.1.15",
    severity="minor",
)
def null_navigations(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    """$filter finds the rows to which nobody is related.

    `Navigation eq null` and `ne null`. Required of services that state 4.01 from the level intermediate on, and asked
    only of them.
    Remedy: compare the foreign key, or whether the joined entity exists, with null.
    """
    return _judged(exchange, windows, expansions, later)


@check(
    "odata.filter.unknown-property",
    of=UNKNOWN,
    needs="odata",
    clause="OData 4.01 Part 2, 5.1.1.15; OData 4.01 Part 1, 9.2",
    severity="info",
)
def unknown(exchange: Exchange, windows: Windows) -> Result:
    """$filter by a property that does not exist is refused.

    The standard lets a service take such a request for malformed, and does not demand it. Who misspells a name and gets
    nothing, or everything, takes it for the answer. Types that are open may have any property, and are not judged.
    Remedy: look the names of the expression up in the model, and answer 400 with the name that is not there.
    """
    return unknown_property(exchange, windows)
