"""Which sets, singletons and imports does a container in CSDL JSON hold?"""

from typing import Any

from cpo_probe.protocols.odata.csdl import NO_EXTRA, ActionImport, Binding, EntityContainer, EntitySet, FunctionImport, Singleton
from cpo_probe.protocols.odata.members import Members

Object = dict[str, Any]


def container(m: Members, namespace: str, name: str, value: Object) -> EntityContainer:
    """The sets, singletons and imports of an entity container (OData CSDL JSON 4.01, 13)."""
    steps = (name,)
    sets: list[EntitySet] = []
    singletons: list[Singleton] = []
    actions: list[ActionImport] = []
    functions: list[FunctionImport] = []
    for child, inner in m.objects(value, steps):
        at = (name, child)
        notes = m.annotations(inner)
        entity_set = m.qualified_path(m.text(inner, "$EntitySet", "", at))
        if "$Action" in inner:
            actions.append(ActionImport(child, m.qualified(m.text(inner, "$Action", "", at)), entity_set, notes, 0))
        elif "$Function" in inner:
            listed = bool(m.flag(inner, "$IncludeInServiceDocument", at))
            function = m.qualified(m.text(inner, "$Function", "", at))
            functions.append(FunctionImport(child, function, entity_set, listed, "", (), None, notes, 0, NO_EXTRA))
        elif m.flag(inner, "$Collection", at):
            listed = m.flag(inner, "$IncludeInServiceDocument", at) is not False
            type = m.qualified(m.text(inner, "$Type", "", at))
            sets.append(EntitySet(child, type, listed, _bindings(m, inner), notes, 0, NO_EXTRA))
        else:
            type = m.qualified(m.text(inner, "$Type", "", at))
            nullable = bool(m.flag(inner, "$Nullable", at))
            singletons.append(Singleton(child, type, nullable, "$Nullable" in inner, _bindings(m, inner), notes, 0))
    extends = m.qualified(m.text(value, "$Extends", "", steps))
    imports = tuple(actions), tuple(functions)
    notes = m.annotations(value)
    return EntityContainer(namespace, name, extends, tuple(sets), tuple(singletons), *imports, (), notes, 0, NO_EXTRA)


def _bindings(m: Members, value: Object) -> tuple[Binding, ...]:
    listed = value.get("$NavigationPropertyBinding")
    pairs = listed.items() if isinstance(listed, dict) else ()
    return tuple(Binding(m.qualified_path(k), m.qualified_path(v), 0) for k, v in pairs if isinstance(v, str))
