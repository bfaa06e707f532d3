"""Which arguments does a check, fact or measure ask for, and where do they come from?

Content functions name what they need by the annotation of their parameters; that is all the wiring there is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_type_hints

from cpo_probe.errors import UsageError
from cpo_probe.model import Evidence, Exchange, Exchanges, Interface, Inventory, Operation, Plan
from cpo_probe.registry import FactDef, Registry
from cpo_probe.registry.definitions import type_key

_PLAIN = {type_key(t): t.__name__.lower() for t in (Exchange, Exchanges, Interface, Inventory, Operation, Plan, Evidence)}


@dataclass(frozen=True, slots=True)
class Binding:
    """For each parameter: its name and the source, one of the plain words or "fact:<type>"."""

    parameters: tuple[tuple[str, str], ...]

    def needs(self, source: str) -> bool:
        return any(s == source for _, s in self.parameters)


def bind(function: Callable[..., Any], registry: Registry, what: str) -> Binding:
    """Read the annotations; an annotation that nobody provides is the author's mistake."""
    hints = get_type_hints(function)
    parameters = []
    for name in function.__code__.co_varnames[: function.__code__.co_argcount]:
        if name not in hints:
            raise UsageError(f"{what}: parameter {name!r} has no annotation; write the type it should receive")
        key = type_key(hints[name])
        if key in _PLAIN:
            parameters.append((name, _PLAIN[key]))
        elif key in registry.facts:
            parameters.append((name, "fact:" + key))
        else:
            raise UsageError(
                f"{what}: parameter {name!r} asks for {key}, which is no type of the engine and no fact; "
                f"facts there are: {', '.join(sorted(registry.facts)) or 'none'}"
            )
    return Binding(tuple(parameters))


class Facts:
    """Facts of one record, each computed once per interface. A fact that raised raises again."""

    def __init__(self, registry: Registry, evidence: Evidence) -> None:
        self._registry = registry
        self._evidence = evidence
        self._cache: dict[tuple[str, str], Any] = {}

    def get(self, key: str, interface: Interface) -> Any:
        """The fact of type `key` ("module.Class") for that interface."""
        slot = (key, interface.id)
        if slot not in self._cache:
            try:
                self._cache[slot] = self._compute(self._registry.facts[key], interface)
            except Exception as error:  # noqa: BLE001 - kept and raised to every check that asks
                self._cache[slot] = _Raised(error)
        found = self._cache[slot]
        if isinstance(found, _Raised):
            raise found.error
        return found

    def _compute(self, definition: FactDef, interface: Interface) -> Any:
        binding = bind(definition.run, self._registry, f"fact {definition.type}")
        values: dict[str, Any] = {}
        for name, source in binding.parameters:
            if source.startswith("fact:"):
                values[name] = self.get(source[5:], interface)
            elif source == "interface":
                values[name] = interface
            elif source == "evidence":
                values[name] = self._evidence
            elif source == "inventory":
                values[name] = self._evidence.inventory
            elif source == "plan":
                values[name] = self._evidence.plan
            else:
                raise UsageError(f"fact {definition.type}: a fact cannot ask for {source}")
        return definition.run(**values)


@dataclass(frozen=True, slots=True)
class _Raised:
    error: Exception
