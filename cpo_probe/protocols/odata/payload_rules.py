"""Which claims about an answer's body can be checked against the model?"""

from cpo_probe.model import Rule

JSON = "OData JSON 4.01, "
V2 = "OData V2 JSON: verbose format"


def _rule(id: str, clause: str, text: str, remedy: str, level: str = "error") -> Rule:
    return Rule(f"payload.{id}", clause, level, f"{text} Remedy: {remedy}")


PAYLOAD_RULES: tuple[Rule, ...] = (
    _rule(
        "envelope",
        JSON + "4.2 Message Body, 6 Entity, 11 Individual Property, 13 Collection of Entities; " + V2,
        "The body has the form that its kind of resource has: an object, with the items in value (V2: in d, d.results).",
        "serve the form of the standard; generic clients read no other.",
    ),
    _rule(
        "kind",
        JSON + "7.1 Primitive Value, 7.2 Complex Value, 7.3 Collection of Primitive Values; " + V2,
        "Values have the JSON kind of their type: strings, numbers, true or false, objects, arrays.",
        "write the value as the type says, or correct the type in $metadata.",
    ),
    _rule(
        "lexical",
        JSON + "7.1 Primitive Value; OData ABNF, primitiveValue",
        "Values have the form of their type: Guid, Date, DateTimeOffset with offset, Duration, base64url and the like.",
        "write the value as the type says, or correct the type in $metadata.",
    ),
    _rule("range", "OData CSDL 4.01, 3.3 Primitive Types", "Numbers fit their type.", "use a larger type in $metadata."),
    _rule(
        "length",
        "OData CSDL 4.01, 7.2.2 MaxLength",
        "Values are not longer than MaxLength.",
        "state the real length in $metadata; clients allocate and check by it.",
    ),
    _rule(
        "precision",
        "OData CSDL 4.01, 7.2.3 Precision",
        "Numbers have no more digits, times no more fractional seconds, than Precision says (in XML none if it says nothing).",
        "state the real precision in $metadata, or round.",
    ),
    _rule(
        "scale",
        "OData CSDL 4.01, 7.2.4 Scale",
        "Decimals have no more digits after the point than Scale says (in XML none if it says nothing).",
        "state the real scale in $metadata, or round.",
    ),
    _rule(
        "member",
        "OData CSDL 4.01, 10 Enumeration Type; OData ABNF, enumValue",
        "Enumeration values are members; several of them only for flags.",
        "add the member to $metadata, or correct the value.",
    ),
    _rule(
        "shape",
        JSON + "7.1 Primitive Value; RFC 7946",
        "Geo values are GeoJSON of the shape that the type says.",
        "correct the shape or its coordinates.",
    ),
    _rule(
        "ieee754",
        JSON + "3.2 Controlling the Representation of Numbers; 4.1 Header Content-Type",
        "Int64 and Decimal are strings if the answer is labelled IEEE754Compatible=true, else numbers (in V2 always strings).",
        "follow the format parameter, and state it in Content-Type.",
    ),
    _rule(
        "nullable",
        "OData CSDL 4.01, 7.2.1 Nullable; 8.2",
        "What is not nullable is not null.",
        'deliver the value, or state Nullable="true" in $metadata.',
    ),
    _rule(
        "undeclared",
        "OData CSDL 4.01, 6 Entity Type, 6.3 Open Entity Type; OData Protocol 4.01, 11.2.5 lets services send more",
        "Only properties that the type declares are there, unless the type is open: a generated client knows no others.",
        "declare the property in $metadata, or mark the type as open.",
        "warning",
    ),
    _rule(
        "missing",
        "OData Protocol 4.01, 11.2.5.1: a default set of properties has to show in the context URL; OData JSON 4.01, 24, item 22",
        "Without $select all structural properties are there, or the context URL lists those that are.",
        "deliver the property, null if it has no value, or list what is delivered in the context URL.",
    ),
    _rule(
        "type",
        JSON + "4.5.3 Control Information: type",
        "A stated type exists and is the expected one or derived from it.",
        "correct the type, or declare it in $metadata.",
    ),
    _rule(
        "abstract",
        "OData CSDL 4.01, 6.2 Abstract Entity Type, 9.2 Abstract Complex Type",
        "Instances of an abstract type state the derived type that they have.",
        "add the control information type.",
    ),
    _rule(
        "control",
        JSON + "4.5 Control Information; before 4.01 with the prefix odata.",
        "Control information is that of the standard, with values of its kind.",
        "correct name or value; before 4.01 the prefix odata. is required.",
    ),
    _rule(
        "context",
        JSON + "4.5.1 Control Information: context",
        "The body begins with the context URL, unless metadata=none was asked for.",
        "write @odata.context (4.01: @context) as the first member.",
    ),
    _rule(
        "metadata-none",
        JSON + "3.1.3 metadata=none",
        "With metadata=none there is no control information but nextLink and count.",
        "leave it out.",
        "warning",
    ),
    _rule(
        "metadata-full",
        JSON + "3.1.2 metadata=full; 4.5.8 Control Information: id",
        "With metadata=full each entity states its id.",
        "write all control information.",
    ),
    _rule(
        "error",
        JSON + "21.1 Error Response; OData V2: error with code and message",
        "An error body is an object error with code and message, both text (V2: message with lang and value).",
        "answer errors in the format of the standard; clients show nothing else.",
    ),
    _rule(
        "service",
        JSON + "5 Service Document",
        "The service document lists name, url and kind of what the service exposes.",
        "correct the element named.",
    ),
    _rule(
        "metadata",
        V2 + ": __metadata, __deferred, __next, __count",
        "Entities of V2 state uri and type in __metadata; links are in __deferred, counts are text.",
        "correct the member named.",
    ),
)
