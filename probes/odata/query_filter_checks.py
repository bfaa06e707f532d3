"""OData: what is said about the answers to $filter with operators: one check for each group of them."""

from cpo_probe.sdk import CsdlModel, Exchange, Result, check, not_applicable

from .query_answer import Later
from .query_expansions import Expansions
from .query_filter import PURPOSE, UNKNOWN, judge, unknown_property, yardstick
from .window import Windows


def judged(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    """The rows that came, by the expression that was asked for."""
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
    return judged(exchange, windows, expansions, later)


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
    return judged(exchange, windows, expansions, later)


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
    return judged(exchange, windows, expansions, later)


@check("odata.filter.in", of=PURPOSE.format("in"), needs="odata", clause="OData 4.01 Part 2, 5.1.1.1.11", severity="minor")
def membership(exchange: Exchange, windows: Windows, expansions: Expansions, later: Later) -> Result:
    """$filter with `in` gives the rows with one of the values.

    New in 4.01, and asked only where the service states 4.01. A service should have it.
    Remedy: read `in` as `eq` with each of the values, joined by `or`.
    """
    return judged(exchange, windows, expansions, later)


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
    return judged(exchange, windows, expansions, later)


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
    return judged(exchange, windows, expansions, later)


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
    return judged(exchange, windows, expansions, later)


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
    return judged(exchange, windows, expansions, later)


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
    return judged(exchange, windows, expansions, later)


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
