"""What does authentication tell the redactor: which names, and which bytes?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SensitiveNames:
    """What carries secrets because of an authentication: header names (lower case), query parameters, and elements of XML."""

    headers: frozenset[str]
    parameters: frozenset[str]
    elements: frozenset[str]


@dataclass(frozen=True, slots=True)
class Hidden:
    """A secret in a body: from which byte to which, its name, and its text as it was sent."""

    start: int
    end: int
    name: str
    text: str
