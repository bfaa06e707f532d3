"""OData: what is said about the answers to $filter with functions, and about what rows are related to."""

from cpo_probe.sdk import Exchange, Result, check

from .query_answer import Later
from .query_expansions import Expansions
from .query_filter import PURPOSE
from .query_filter_checks import judged
from .window import Windows


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
    return judged(exchange, windows, expansions, later)


@check("odata.filter.date", of=PURPOSE.format("date"), needs="odata", clause="OData 4.01 Part 2, 5.1.1.8", severity="major")
def dates(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    """$filter knows the functions of dates and times, and they give what the standard says.

    year, month, day, hour, minute, second, fractionalseconds, date, time, totaloffsetminutes, totalseconds, now,
    mindatetime, maxdatetime, each once where a property has values of its type. The time zone is that of the value as
    shown, or UTC.
    Remedy: compute the parts from the value as it is shown, and refuse what is not supported with 501.
    """
    return judged(exchange, windows, expansions, later)


@check("odata.filter.math", of=PURPOSE.format("math"), needs="odata", clause="OData 4.01 Part 2, 5.1.1.9", severity="minor")
def mathematics(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    """$filter rounds with `round`, `floor` and `ceiling` as the standard says.

    Asked with numbers that have a fraction, none of them in the middle between two whole ones.
    Remedy: map each function to the one of the database that rounds in the same direction.
    """
    return judged(exchange, windows, expansions, later)


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
    return judged(exchange, windows, expansions, later)


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
    return judged(exchange, windows, expansions, later)


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
    return judged(exchange, windows, expansions, later)


@check("odata.filter.lambda", of=PURPOSE.format("lambda"), needs="odata", clause="OData 4.01 Part 2, 5.1.1.13", severity="major")
def lambdas(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    """$filter with `any` and `all` looks at the members of a collection.

    `any` with and without a condition and `all`, on related entities as $expand shows them, and on collections of
    values. `all` is true for an empty collection.
    Remedy: translate `any` to "exists" and `all` to "does not exist one that does not".
    """
    return judged(exchange, windows, expansions, later)


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
    return judged(exchange, windows, expansions, later)


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
    return judged(exchange, windows, expansions, later)


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
    return judged(exchange, windows, expansions, later)
