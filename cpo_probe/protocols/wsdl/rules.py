"""Which claims of WSDL 1.1 and of the WS-I Basic Profile can be checked in a description, and which of them does it break?

Numbers R... are those of Basic Profile 1.1 (ISO/IEC 29361:2008); 1.2 and 2.0 keep them where they say the same.
"""

from collections.abc import Callable, Iterator

from cpo_probe.model import Problem, Problems, Rule
from cpo_probe.protocols.wsdl import rules_abstract, rules_bindings, rules_documents
from cpo_probe.protocols.wsdl.model import Description
from cpo_probe.protocols.wsdl.rules_text import RULES

_JUDGES: tuple[Callable[[Description], Iterator[Problem]], ...] = (
    *rules_documents.ALL,
    *rules_abstract.ALL,
    *rules_bindings.ALL,
)

__all__ = ["RULES", "problems"]


def problems(description: Description) -> Problems:
    """Everything in the description that breaks a rule. Of one that cannot be read only that is said."""
    found = Problems()
    for problem in rules_documents.readable(description):
        found.add(problem)
    if not description.readable:
        return found
    for judge in _JUDGES:
        for problem in judge(description):
            found.add(problem)
    return found


def rule(id: str) -> Rule:
    """The rule of that id; raises `KeyError`."""
    return {one.id: one for one in RULES}[id]
