"""Does a body keep the verbose JSON of OData V2? ([MS-ODATA] 2.2.6.3; OData V2 JSON Format)"""

from typing import Any

from cpo_probe.protocols.odata.csdl import TypeRef
from cpo_probe.protocols.odata.payload import WHOLE, Expected, Judge, Names, Path, Shape
from cpo_probe.protocols.odata.payload_alike import OldAlike
from cpo_probe.protocols.odata.tables import Slot, Table

_D: Path = (None, "d")


def _unwrapped(value: Any) -> tuple[Any, Path]:
    """One property or entity, and the way to it. The grammar of 2.0 wraps single things in `results`, too (2.2.6.3.8); few do."""
    if isinstance(value, dict) and isinstance(value.get("results"), dict) and len(value) == 1:
        return value["results"], (_D, "results")
    return value, _D


class OldJudge(Judge):
    def body(self, value: Any, expected: Expected) -> None:
        if expected.shape is Shape.ERROR:
            self._error(value)
            return
        if not isinstance(value, dict) or "d" not in value:
            self.add("envelope", None, "an object with the member d", value if not isinstance(value, dict) else list(value)[:3])
            return
        inner = value["d"]
        match expected.shape:
            case Shape.ENTITY:
                self._one_entity(inner, expected)
            case Shape.ENTITIES:
                items, path = self._results(inner, _D)
                self.listed_entities(items, expected, path)
            case Shape.VALUES:
                slot = self.tables.slot("results", TypeRef(expected.type, True), expected.facets, expected.nullable)
                items, path = self._results(inner, _D)
                self.collection(slot, items, path)
            case Shape.VALUE:
                self._property(inner, expected)
            case Shape.REFERENCE:
                self._uri(inner, _D)
            case Shape.REFERENCES:
                items, path = self._results(inner, _D)
                for index, item in enumerate(items):
                    self._uri(item, (path, index))
            case _:
                sets = inner.get("EntitySets") if isinstance(inner, dict) else None
                if not isinstance(sets, list) or not all(isinstance(name, str) for name in sets):
                    self.add("service", (_D, "EntitySets"), "an array of names", sets)

    def _results(self, value: Any, path: Path) -> tuple[list[Any], Path]:
        """Items are in `results`, in answers of OData 1.0 in the array itself."""
        if isinstance(value, list):
            return value, path
        if not isinstance(value, dict) or not isinstance(value.get("results"), list):
            self.add(
                "envelope", (path, "results"), "an array", value.get("results", "absent") if isinstance(value, dict) else value
            )
            return [], path
        count, link = value.get("__count"), value.get("__next")
        if count is not None and not (isinstance(count, str) and count.isdecimal()):
            self.add("metadata", (path, "__count"), "text with digits", count)
        if link is not None and not isinstance(link, str):
            self.add("metadata", (path, "__next"), "text", link)
        return value["results"], (path, "results")

    def _one_entity(self, value: Any, expected: Expected) -> None:
        type = self.model.structured(expected.type)
        value, base = _unwrapped(value)
        if not isinstance(value, dict):
            self.add("envelope", base, "an object", value)
        elif isinstance(value.get("results"), list) and type is not None and "results" not in self.model.members(type):
            self.add("envelope", (_D, "results"), "one entity", "a collection")
        elif type is not None:
            self.entity(self.tables.table(type), value, base, self.context.complete)

    def _property(self, value: Any, expected: Expected) -> None:
        """A property is an object with one member, named as the property."""
        slot = self.tables.slot("", TypeRef(expected.type, False), expected.facets, expected.nullable)
        value, base = _unwrapped(value)
        members = [(name, item) for name, item in value.items() if name != "__metadata"] if isinstance(value, dict) else []
        if len(members) != 1:
            self.add("envelope", base, "an object with one member", value)
            return
        self.single(slot, members[0][1], (base, members[0][0]))

    def _uri(self, value: Any, path: Path) -> None:
        if not isinstance(value, dict) or not isinstance(value.get("uri"), str):
            self.add("envelope", path, "an object with uri", value)

    def doubts(self, table: Table, values: list[dict[str, Any]], complete: bool) -> list[Names]:
        return OldAlike(self.tables, self.context, self._hierarchy).doubts(table, values, complete)

    def entity(self, table: Table, value: Any, path: Path, complete: bool, names: Names = WHOLE) -> None:
        notes = value.get("__metadata")
        if notes is not None and not isinstance(notes, dict):
            self.add("metadata", (path, "__metadata"), "an object", notes)
            notes = None
        if table.entity and notes is not None:
            self._metadata(table, notes, path)
        stated = notes.get("type") if isinstance(notes, dict) else None
        if isinstance(stated, str):
            found = self.derived(table, stated, ((path, "__metadata"), "type"))
            if found is None:
                return
            table = found
        simple = table.simple
        for name in value if names is WHOLE else names:
            check, item = simple.get(name), value[name]
            if check is not None:
                if item is None or check(item):
                    self.single(table.slots[name], item, (path, name))
                continue
            if name == "__metadata":
                continue
            slot = table.slots.get(name)
            if slot is None:
                if table.closed:
                    self.add("undeclared", (path, name), f"a property of {table.type.qualified}", name)
            elif slot.navigation:
                self._navigation(slot, item, (path, name))
            elif slot.stated.collection:
                items, at = self._results(item, (path, name))
                self.collection(slot, items, at)
            else:
                self.value(slot, item, (path, name))
        if complete:
            self.missing(table, value, path)

    def _metadata(self, table: Table, notes: dict[str, Any], path: Path) -> None:
        """__metadata may be left out; where it stands it has uri, and type where types derive from one another (2.2.6.3.3)."""
        for name in ("uri", "type"):
            if not isinstance(notes.get(name), str) and (name == "uri" or name in notes or self._hierarchy(table)):
                self.add("metadata", ((path, "__metadata"), name), "text", notes.get(name, "absent"))

    def _hierarchy(self, table: Table) -> bool:
        return len(self.model.chain(table.type)) > 1 or bool(self.model.derived(table.type.qualified))

    def _navigation(self, slot: Slot, value: Any, path: Path) -> None:
        deferred = value.get("__deferred") if isinstance(value, dict) else None
        if deferred is not None:
            if not isinstance(deferred, dict) or not isinstance(deferred.get("uri"), str):
                self.add("metadata", (path, "__deferred"), "an object with uri", deferred)
            return
        if slot.stated.collection:
            items, at = self._results(value, path)
            self.related(slot, items, at)
        else:
            self.related(slot, value, path)

    def _error(self, value: Any) -> None:
        error = value.get("error") if isinstance(value, dict) else None
        if not isinstance(error, dict):
            self.add("error", (None, "error"), "an object", "absent" if error is None else error)
            return
        if not isinstance(error.get("code"), str):
            self.add("error", ((None, "error"), "code"), "text", error.get("code", "absent"))
        message = error.get("message")
        if not isinstance(message, dict) or not isinstance(message.get("value"), str):
            self.add("error", ((None, "error"), "message"), "an object with lang and value", message)
