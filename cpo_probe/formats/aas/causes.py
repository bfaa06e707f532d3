"""Under which rule is what the library found, and what is expected?"""

import re

_CONSTRAINT = re.compile(r"AAS([cd])-(?:3a-)?\d+")
_LENGTH = re.compile(r"maximum length of (\d+)")
_WORDS: tuple[tuple[str, str, str], ...] = (
    ("at least one item|must have at least|must contain at least", "multiplicity", "at least one item"),
    ("must not be empty", "multiplicity", "a text that is not empty"),
    ("unique languages", "languages", "one text for each language"),
    ("ID-short of Referables shall only", "constraints", "AASd-002"),
    ("ID-shorts of the value must be unique", "constraints", "AASd-022"),
    ("value type", "values", "AASd-020"),
    ("language tag", "values", "a language tag of BCP 47"),
    ("MIME", "values", "a media type of RFC 2046"),
    ("xs:dateTime", "values", "xs:dateTime in UTC"),
    ("xs:duration", "values", "xs:duration"),
    ("URI as per", "values", "a URI of at most 2048 characters"),
    ("version pattern|revision pattern", "values", "a number without leading zeros"),
    ("model references? to", "constraints", "a model reference to an element of another kind"),
    ("not applicable for input direction", "constraints", "no maximal interval"),
)


def ruled(cause: str) -> tuple[str, str]:
    """The rule, and the constraint or a few words of ours: a sentence of the library may change with its version."""
    constraint = _CONSTRAINT.search(cause)
    if constraint is not None:
        return ("iec61360" if constraint[1] == "c" else "values" if constraint[0] == "AASd-020" else "constraints"), constraint[0]
    length = _LENGTH.search(cause)
    if length is not None:
        return "values", f"at most {length[1]} characters"
    for pattern, rule, words in _WORDS:
        if re.search(pattern, cause):
            return rule, words
    return "constraints", "a constraint of the metamodel"


_STRUCTURE: tuple[tuple[str, str], ...] = (
    (r"required property '([^']+)' is missing", r"\1"),
    (r"literal of (\w+)", r"a literal of \1"),
    (
        r"[Ee]xpected the property modelType|Invalid modelType|[Uu]nexpected model type",
        "modelType of a class that may stand here",
    ),
    (r"^Unexpected property|[Uu]nexpected (?:element|property)", "a member of the class"),
    (r"[Ee]xpected a mapping", "an object"),
    (r"[Ee]xpected something array-like", "a list"),
    (r"[Ee]xpected a str", "a text"),
    (r"[Ee]xpected a bool", "true or false"),
    (r"namespace", "an element in the namespace of the edition"),
)
_PROPERTY = re.compile(r"Unexpected property: (.{1,100})")


def structured(cause: str) -> tuple[str, str | None]:
    """What is expected where the classes of the metamodel were left, and what was found, as far as it can be told."""
    unknown = _PROPERTY.search(cause)
    for pattern, words in _STRUCTURE:
        found = re.search(pattern, cause)
        if found is not None:
            return found.expand(words), unknown[1] if unknown else None
    return "what the metamodel has here", None
