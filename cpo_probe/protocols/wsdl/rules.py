"""Which claims of WSDL 1.1 and of the WS-I Basic Profile can be checked in a description, and which of them does it break?

Numbers R... are those of Basic Profile 1.1 (ISO/IEC 29361:2008) and 1.2; with -12 behind them, of 2.0 for bindings of SOAP 1.2.
"""

from collections.abc import Callable, Iterator

from cpo_probe.model import Problem, Problems, Rule
from cpo_probe.protocols.wsdl import published, rules_abstract, rules_bindings, rules_documents, rules_later
from cpo_probe.protocols.wsdl.model import Description
from cpo_probe.protocols.wsdl.rules_text import RULES

_JUDGES: tuple[Callable[[Description], Iterator[Problem]], ...] = (
    *rules_documents.ALL,
    *rules_abstract.ALL,
    *rules_bindings.ALL,
    *rules_later.ALL,
    published.valid,
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
