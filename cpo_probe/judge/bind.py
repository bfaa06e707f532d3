"""Which arguments does a check, fact or measure ask for, and where do they come from?

Content functions name what they need by the annotation of their parameters; that is all the wiring there is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_type_hints

from cpo_probe.errors import UsageError
from cpo_probe.model import Artifact, Evidence, Exchange, Exchanges, Interface, Inventory, Operation, Plan
from cpo_probe.model.format import Formats
from cpo_probe.model.schema import Schemas
from cpo_probe.registry import Registry
from cpo_probe.registry.definitions import type_key

_PLAIN = {
    type_key(t): t.__name__.lower()
    for t in (Artifact, Exchange, Exchanges, Interface, Inventory, Operation, Plan, Evidence, Schemas, Formats)
}


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
    """Facts of one record, each computed once per interface, those about files once per file. A fact that raised raises again.

    What is known about a file goes when another one is asked about: it may be as big as the file's own table of contents.
    """

    def __init__(self, registry: Registry, evidence: Evidence) -> None:
        self._registry = registry
        self._evidence = evidence
        self._cache: dict[tuple[str, str], Any] = {}
        self._about_file: dict[str, Any] = {}
        self._file = ""
        self._bindings: dict[str, Binding] = {}

    def get(self, key: str, interface: Interface, artifact: Artifact | None = None) -> Any:
        """The fact of type `key` ("module.Class") for that interface, or for that file of it."""
        cache, slot = self._place(key, interface, artifact)
        if slot not in cache:
            try:
                cache[slot] = self._compute(key, interface, artifact)
            except Exception as error:  # noqa: BLE001 - kept and raised to every check that asks
                cache[slot] = _Raised(error)
        found = cache[slot]
        if isinstance(found, _Raised):
            raise found.error
        return found

    def _place(self, key: str, interface: Interface, artifact: Artifact | None) -> tuple[dict[Any, Any], Any]:
        if artifact is None or not self._concerns_file(key):
            return self._cache, (key, interface.id)
        if self._file != artifact.id:
            self._file = artifact.id
            self._about_file.clear()
        return self._about_file, key

    def _binding(self, key: str) -> Binding:
        if key not in self._bindings:
            self._bindings[key] = bind(self._registry.facts[key].run, self._registry, f"fact {key}")
        return self._bindings[key]

    def _concerns_file(self, key: str) -> bool:
        """Whether the fact asks for a file, itself or through another fact."""
        sources = [source for _, source in self._binding(key).parameters]
        return "artifact" in sources or any(self._concerns_file(s[5:]) for s in sources if s.startswith("fact:"))

    def _compute(self, key: str, interface: Interface, artifact: Artifact | None) -> Any:
        definition = self._registry.facts[key]
        values: dict[str, Any] = {}
        for name, source in self._binding(key).parameters:
            if source.startswith("fact:"):
                values[name] = self.get(source[5:], interface, artifact)
            elif source == "artifact":
                if artifact is None:
                    raise LookupError(f"fact {definition.type} is about a file, and none is judged here")
                values[name] = artifact
            elif source == "interface":
                values[name] = interface
            elif source == "evidence":
                values[name] = self._evidence
            elif source == "inventory":
                values[name] = self._evidence.inventory
            elif source == "plan":
                values[name] = self._evidence.plan
            elif source in ("schemas", "formats"):
                values[name] = getattr(self._registry, source)
            else:
                raise UsageError(f"fact {definition.type}: a fact cannot ask for {source}")
        return definition.run(**values)


@dataclass(frozen=True, slots=True)
class _Raised:
    error: Exception
