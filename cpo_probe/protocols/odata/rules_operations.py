"""Can actions and functions be told apart, and do they return what they must? (CSDL 12)"""

from collections.abc import Hashable, Iterator

from cpo_probe.model import Problem
from cpo_probe.protocols.odata.csdl import Overload, Schema
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.places import problem
from cpo_probe.protocols.odata.scope import schemas


def operations(model: Model) -> Iterator[Problem]:
    for _, schema in schemas(model):
        for overload in schema.overloads:
            yield from _alone(schema, overload)
        yield from _together(schema)
        yield from _kinds(schema)


def _alone(schema: Schema, overload: Overload) -> Iterator[Problem]:
    steps, line = (overload.name, overload.index), overload.line
    first = overload.parameters[0].name if overload.parameters else ""
    if overload.bound and not overload.parameters:
        yield problem("operation-bound", schema.namespace, steps, line, "a binding parameter", "no parameter")
    if overload.kind == "Function" and overload.returns is None:
        yield problem("function-returns", schema.namespace, steps, line, "a return type", "none")
    path = overload.entity_set_path
    if path and not overload.bound:
        yield problem("entity-set-path", schema.namespace, steps, line, "a bound operation", path, reason="unbound")
    elif path and first and path.partition("/")[0] != first:
        yield problem("entity-set-path", schema.namespace, steps, line, f"{first}[/...]", path, reason="binding")


def _signatures(overload: Overload) -> Iterator[tuple[Hashable, ...]]:
    """What has to be unique among overloads (CSDL 12.2, 12.4)."""
    binding = str(overload.parameters[0].type) if overload.bound and overload.parameters else ""
    if overload.kind == "Action":
        yield (overload.bound, binding)
        return
    rest = overload.parameters[1:] if overload.bound else overload.parameters
    yield (overload.bound, binding, "names", frozenset(p.name for p in rest))
    yield (overload.bound, binding, "types", tuple(str(p.type) for p in rest))


def _together(schema: Schema) -> Iterator[Problem]:
    seen: set[Hashable] = set()
    returns: dict[Hashable, str] = {}
    for overload in schema.overloads:
        steps = (overload.name, overload.index)
        found = [(overload.kind, overload.name, *signature) for signature in _signatures(overload)]
        if any(signature in seen for signature in found):
            types = [str(p.type) for p in overload.parameters]
            yield problem("overloads-unique", schema.namespace, steps, overload.line, "an overload that differs", types)
        seen.update(found)
        if overload.kind == "Function" and overload.returns is not None:
            type = str(overload.returns.type)
            first = returns.setdefault(found[0][:4], type)
            if first != type:
                yield problem("overloads-return", schema.namespace, steps, overload.line, first, type)


def _kinds(schema: Schema) -> Iterator[Problem]:
    kinds: dict[str, str] = {}
    reported: set[str] = set()
    for overload in schema.overloads:
        if kinds.setdefault(overload.name, overload.kind) != overload.kind and overload.name not in reported:
            reported.add(overload.name)
            steps = (overload.name, overload.index)
            yield problem("names-unique", schema.namespace, steps, overload.line, kinds[overload.name], overload.kind)
