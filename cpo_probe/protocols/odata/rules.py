"""Which claims of the standard can be checked in a model, and which of them does it break?"""

from collections.abc import Callable, Iterable

from cpo_probe.model import Problem, Problems, Rule
from cpo_probe.protocols.odata import (
    rules_annotations,
    rules_container,
    rules_names,
    rules_navigation,
    rules_old,
    rules_operations,
    rules_types,
)
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.rule_list_document import DOCUMENT
from cpo_probe.protocols.odata.rule_list_relations import RELATIONS
from cpo_probe.protocols.odata.rule_list_service import SERVICE
from cpo_probe.protocols.odata.rule_list_types import TYPES

RULES: tuple[Rule, ...] = (*DOCUMENT, *TYPES, *RELATIONS, *SERVICE)

Finder = Callable[[Model], Iterable[Problem]]

FINDERS: tuple[Finder, ...] = (
    rules_names.spaces,
    rules_names.names,
    rules_names.inherited,
    rules_types.types_exist,
    rules_types.base_types,
    rules_types.properties,
    rules_types.keys,
    rules_types.keys_needed,
    rules_types.enums,
    rules_types.definitions,
    rules_navigation.navigation,
    rules_operations.operations,
    rules_container.containers,
    rules_annotations.annotations,
    rules_old.old_model,
)


def problems(model: Model) -> Problems:
    """Everything that the judged documents of a model break, by rule; what could not be read of them comes first."""
    found = Problems()
    for document in model.judged:
        for problem in document.misread:
            found.add(problem)
    for finder in FINDERS:
        for problem in finder(model):
            found.add(problem)
    return found
