"""Does a body keep OData JSON 4.0 or 4.01?"""

from collections.abc import Iterable
from typing import Any

from cpo_probe.protocols.odata.csdl import NO_FACETS, EntityType, TypeRef
from cpo_probe.protocols.odata.identifiers import is_qualified
from cpo_probe.protocols.odata.payload import WHOLE, Expected, Judge, Names, Path, Shape
from cpo_probe.protocols.odata.payload_alike import REFERENCE, NewAlike
from cpo_probe.protocols.odata.tables import Table

_TEXTS = frozenset(
    {"context", "metadataEtag", "type", "nextLink", "deltaLink", "id", "editLink", "readLink", "etag", "navigationLink"}
    | {"associationLink", "mediaReadLink", "mediaEditLink", "mediaContentType", "mediaEtag"}
)
_OTHERS = frozenset({"count", "removed", "collectionAnnotations", "bind", "delta"})
_ALWAYS = frozenset({"nextLink", "count"})  # also with metadata=none
_KINDS = ("EntitySet", "Singleton", "FunctionImport", "ServiceDocument")


def _excused(value: dict[str, Any], name: str) -> bool:
    """Whether the service says itself that the value is not exact (OData JSON 4.01, 7.1; term Core.ValueException)."""
    return any(key.startswith(f"{name}@") and "ValueException" in key for key in value)


class NewJudge(Judge):
    home = ""
    """Of the context URL: where the metadata are."""

    def body(self, value: Any, expected: Expected) -> None:
        if not isinstance(value, dict):
            self.add("envelope", None, "an object", value)
            return
        context = value.get("@odata.context", value.get("@context"))
        self.home = context.partition("#")[0].partition("?")[0] if isinstance(context, str) else ""
        if expected.shape is Shape.ERROR:
            self._error(value)
            return
        self._context(value)
        match expected.shape:
            case Shape.ENTITY:
                self._entity(value, expected)
            case Shape.VALUE:
                self._property(value, expected)
            case Shape.REFERENCE:
                self._reference(value, None)
            case Shape.ENTITIES:
                self.listed_entities(self._items(value), expected, (None, "value"))
            case Shape.VALUES:
                slot = self.tables.slot("value", TypeRef(expected.type, True), expected.facets, expected.nullable)
                self.collection(slot, self._items(value), (None, "value"))
            case Shape.REFERENCES:
                for index, item in enumerate(self._items(value)):
                    self._reference(item, ((None, "value"), index))
            case _:
                for index, item in enumerate(self._items(value)):
                    self._listed(item, ((None, "value"), index))

    def _context(self, value: dict[str, Any]) -> None:
        if self.context.metadata == "none":
            return
        names = ("@odata.context", "@context") if self.context.version != "4.0" else ("@odata.context",)
        first = next(iter(value), "")
        if first not in names:
            stated = any(name in value for name in names)
            self.add(
                "context", None, f"{names[0]} as the first member", first or "nothing", reason="later" if stated else "absent"
            )

    def _items(self, value: dict[str, Any]) -> list[Any]:
        """The array in `value`; everything else beside it is control information or annotations."""
        for name, item in value.items():
            if "@" in name:
                self._control(name, item, None, None)
            elif name != "value" and not name.startswith("#"):  # operations bound to the collection (OData JSON 4.01, 16 and 17)
                self.add("envelope", (None, name), "value and control information", "another member")
        items = value.get("value")
        if isinstance(items, list):
            return items
        self.add("envelope", (None, "value"), "an array", items if "value" in value else "absent")
        return []

    def _entity(self, value: dict[str, Any], expected: Expected) -> None:
        type = self.model.structured(expected.type)
        if type is None:
            return
        table = self.tables.table(type)
        listed = isinstance(value.get("value"), list) and "value" not in table.slots and table.closed
        if listed and table.slots.keys().isdisjoint(value):  # else it is an entity with something more
            self.add("envelope", (None, "value"), "one entity", "a collection")
            return
        self.entity(table, value, None, self.context.complete)

    def _property(self, value: dict[str, Any], expected: Expected) -> None:
        slot = self.tables.slot("value", TypeRef(expected.type, False), expected.facets, expected.nullable)
        if slot.type is not None:
            self.entity(self.tables.table(slot.type), value, None, self.context.complete)
            return
        for name, item in value.items():
            if "@" in name:
                self._control(name, item, None, None)
            elif name != "value":
                self.add("envelope", (None, name), "value and control information", "another member")
        if "value" in value:
            self.single(slot, value["value"], (None, "value"))
        elif not (value.get("@odata.null") is True or value.get("@null") is True):
            self.add("envelope", (None, "value"), str(slot.stated), "absent")

    def entity(self, table: Table, value: Any, path: Path, complete: bool, names: Names = WHOLE) -> None:
        """An entity or a complex value, by the type that it states or else by the expected one.

        `names`: the members to be looked at.
        """
        if path is not None and value.keys() <= REFERENCE and value:
            return  # `$expand` with /$ref, or a circle that `$levels` met (OData JSON 14)
        stated = value.get("@odata.type") or value.get("@type")
        if isinstance(stated, str) and self._foreign(stated):
            return
        if isinstance(stated, str):
            found = self.derived(table, stated.rpartition("#")[2], (path, "@odata.type" if "@odata.type" in value else "@type"))
            if found is None:
                return
            table = found
        elif table.type.abstract and self.context.metadata != "none":
            self.add("abstract", path, "control information type", "absent", type=table.type.qualified)
            return
        if "@odata.removed" in value or "@removed" in value:
            return
        self._members(table, value, value if names is WHOLE else names, path)
        if complete and not value.keys() >= table.required:
            self.missing(table, value, path)
        if self.context.metadata == "full" and table.entity:
            self._full(table, value, path)

    def _members(self, table: Table, value: dict[str, Any], names: Iterable[str], path: Path) -> None:
        simple = table.simple
        for name in names:
            item = value[name]
            check = simple.get(name)
            if check is None or item is None:
                self._member(table, value, name, item, path)
            else:
                reason = check(item)
                if reason and not _excused(value, name):
                    self.add(reason, (path, name), table.slots[name].stated.name, item)

    def doubts(self, table: Table, values: list[dict[str, Any]], complete: bool) -> list[Names]:
        return NewAlike(self.tables, self.context, self._textual).doubts(table, values, complete)

    def _textual(self, name: str, table: Table) -> bool | None:
        """Of control information or an annotation whose name tells all: has it to be text? None when there is more to look at."""
        rest = name.rpartition("@")[2]
        control = rest.removeprefix("odata.")
        if "@" not in name or (control not in _TEXTS and (control != rest or "." not in rest)):
            return None
        trial = NewJudge(self.tables, self.context, 1)
        trial._control(name, "", None, table)
        return None if trial.found.counts else control in _TEXTS

    def _foreign(self, stated: str) -> bool:
        """Whether a type is one of the metadata of another service (OData JSON 4.01, 4.5.3): nothing is known of it."""
        home, _, name = stated.partition("#")
        elsewhere = home.partition("?")[0] not in ("", self.home) and "$metadata" in home
        return elsewhere and self.model.structured(self.model.qualified(name)) is None

    def _member(self, table: Table, value: dict[str, Any], name: str, item: Any, path: Path) -> None:
        """A member that is no single primitive value, or null."""
        slot = table.slots.get(name)
        if slot is None:
            if "@" in name:
                self._control(name, item, path, table)
            elif not name.startswith("#"):  # an operation that is advertised (OData JSON 4.01, 16 and 17)
                self._dynamic(table, value, name, item, path)
        elif slot.navigation:
            self.related(slot, item, (path, name))
        else:
            self.value(slot, item, (path, name))

    def _full(self, table: Table, value: dict[str, Any], path: Path) -> None:
        """The id; in 4.01 entities without it and without their key are transient (OData JSON 4.01, 4.5.8)."""
        key = self.model.key(table.type) if isinstance(table.type, EntityType) else ()
        transient = self.context.version != "4.0" and any("/" not in name and name not in value for name, _ in key)
        if "@odata.id" not in value and "@id" not in value and not transient:
            self.add("metadata-full", path, "@odata.id", "absent")

    def _dynamic(self, table: Table, value: dict[str, Any], name: str, item: Any, path: Path) -> None:
        """A property that is not declared; in an open type it is judged by the type that it states."""
        if table.closed:
            self.add("undeclared", (path, name), f"a property of {table.type.qualified}", name)
            return
        stated = value.get(f"{name}@odata.type", value.get(f"{name}@type"))
        if item is None or not isinstance(stated, str):
            return
        text = stated.rpartition("#")[2]
        inner = text[11:-1] if text.startswith("Collection(") and text.endswith(")") else text
        type_name = self.model.qualified(inner) if "." in inner else f"Edm.{inner}"
        slot = self.tables.slot(name, TypeRef(type_name, inner != text), NO_FACETS, None)
        self.value(slot, item, (path, name))

    def _control(self, name: str, item: Any, path: Path, table: Table | None) -> None:
        """Control information and annotations: `@name`, `property@name`, `@Namespace.Term#qualifier`."""
        target, _, rest = name.rpartition("@")
        if target and table is not None and table.closed and target not in table.slots and "@" not in target and target[0] != "#":
            self.add("undeclared", (path, name), f"a property of {table.type.qualified}", target)
        control = rest.removeprefix("odata.")
        if control == rest and "." in rest:
            if not is_qualified(rest.partition("#")[0]):
                self.add("control", (path, name), "a qualified name of a term", rest, reason="term")
            return
        if control == rest and self.context.version == "4.0":
            self.add("control", (path, name), f"@odata.{rest}", f"@{rest}", reason="prefix")
        elif control not in _TEXTS and control not in _OTHERS and control != "null":
            self.add("control", (path, name), "control information of the standard", rest, reason="unknown")
        elif control in _TEXTS and not isinstance(item, str) and not (item is None and control in ("id", "editLink", "readLink")):
            self.add("control", (path, name), "text", item, reason="value")
        elif control == "count":
            self._count(item, (path, name))
        if self.context.metadata == "none" and control not in _ALWAYS:
            self.add("metadata-none", (path, name), "nextLink and count only", rest)

    def _count(self, item: Any, path: Path) -> None:
        kind = "text with digits" if self.context.ieee754 else "a number"
        good = isinstance(item, str) and item.isdecimal() if self.context.ieee754 else isinstance(item, int) and item >= 0
        if not good or isinstance(item, bool):
            self.add("control", path, kind, item, reason="value")

    def _reference(self, value: Any, path: Path) -> None:
        """An entity reference (OData JSON 14)."""
        if not isinstance(value, dict):
            self.add("envelope", path, "an object with @odata.id", value)
            return
        if not isinstance(value.get("@odata.id", value.get("@id")), str):
            self.add("envelope", path, "@odata.id", "absent")
        for name, item in value.items():
            if "@" in name:
                self._control(name, item, path, None)
            else:
                self.add("envelope", (path, name), "control information only", name)

    def _listed(self, value: Any, path: Path) -> None:
        """An element of the service document (OData JSON 5)."""
        if not isinstance(value, dict):
            self.add("service", path, "an object", value)
            return
        for name in ("name", "url"):
            if not isinstance(value.get(name), str):
                self.add("service", (path, name), "text", value.get(name, "absent"))
        if value.get("kind", "EntitySet") not in _KINDS:
            self.add("service", (path, "kind"), list(_KINDS), value["kind"])
        if not isinstance(value.get("title", ""), str):
            self.add("service", (path, "title"), "text", value["title"])

    def _error(self, value: dict[str, Any]) -> None:
        """OData JSON 21.1: one member, error."""
        error = value.get("error")
        for name in value:
            if name != "error" and "@" not in name:
                self.add("error", (None, name), "error alone", name)
        if not isinstance(error, dict):
            self.add("error", (None, "error"), "an object", error if "error" in value else "absent")
            return
        self._detail(error, (None, "error"))
        details = error.get("details", [])
        if not isinstance(details, list):
            self.add("error", ((None, "error"), "details"), "an array", details)
            return
        for index, detail in enumerate(details):
            path: Path = (((None, "error"), "details"), index)
            if isinstance(detail, dict):
                self._detail(detail, path)
            else:
                self.add("error", path, "an object", detail)
        if not isinstance(error.get("innererror", {}), dict):
            self.add("error", ((None, "error"), "innererror"), "an object", error["innererror"])

    def _detail(self, value: dict[str, Any], path: Path) -> None:
        for name in ("code", "message"):
            text = value.get(name)
            empty = text == "" and self.context.version != "4.0"  # "non-empty" came with 4.01
            if not isinstance(text, str) or empty:
                self.add("error", (path, name), "text that is not empty", text if name in value else "absent")
        if not isinstance(value.get("target", ""), (str, type(None))):
            self.add("error", (path, "target"), "text", value["target"])
