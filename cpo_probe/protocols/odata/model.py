"""What is behind a name of the model, over all the documents that were given?"""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urldefrag, urljoin

from cpo_probe.protocols.odata.csdl import (
    Association,
    ComplexType,
    Document,
    EntityContainer,
    EntitySet,
    EntityType,
    EnumType,
    NamedType,
    NavigationProperty,
    Overload,
    Property,
    Reference,
    Schema,
    Singleton,
    StructuredType,
    Term,
    TypeDefinition,
)
from cpo_probe.protocols.odata.identifiers import split

MAX_INHERITANCE = 100


class Model:
    """The document of a service with the documents that it refers to, as one model. Nothing in it raises.

    `others`: read documents by absolute URL. What is in the namespace of a document that was referred to but not given is
    `unknown`: nothing is said about it. `judged`: the documents that rules look at; with `root_only` just the first.
    """

    def __init__(self, root: Document, others: Mapping[str, Document] | None = None, *, root_only: bool = False) -> None:
        self.root = root
        self.documents = (root, *(document for document in (others or {}).values() if document is not root))
        self.judged = self.documents[:1] if root_only else self.documents
        self._given = {document.url for document in self.documents} | set(others or {})
        self.tables: dict[bool, object] = {}  # what judging payloads has compiled, by IEEE754Compatible
        self.occasions: dict[str, Any] = {}  # the rules that values of its properties give occasion for, by type
        self.readers: dict[str, Callable[[Any], Any]] = {}  # what reads JSON values, by type
        self._bases: dict[str, tuple[StructuredType, ...]] = {}
        self._members: dict[str, dict[str, Property | NavigationProperty]] = {}

    @property
    def version(self) -> str:
        """ "4.0", "4.01", "3.0", "2.0" or what the document states."""
        return self.root.version

    @property
    def old(self) -> bool:
        """Whether the service speaks OData before 4.0."""
        return self.root.old

    @cached_property
    def schemas(self) -> tuple[Schema, ...]:
        return tuple(schema for document in self.documents for schema in document.schemas)

    @cached_property
    def references(self) -> tuple[tuple[str, Reference], ...]:
        """Absolute URL and reference, of all documents."""
        return tuple(
            (urldefrag(urljoin(document.url, reference.uri))[0], reference)
            for document in self.documents
            for reference in document.references
        )

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Absolute URLs of documents that are referred to and were not given, in order."""
        return tuple(dict.fromkeys(url for url, _ in self.references if url not in self._given))

    @cached_property
    def namespaces(self) -> frozenset[str]:
        """Those with a schema here."""
        return frozenset(schema.namespace for schema in self.schemas)

    @cached_property
    def included(self) -> frozenset[str]:
        """Namespaces that some reference includes."""
        return frozenset(include.namespace for _, reference in self.references for include in reference.includes)

    def unknown(self, qualified: str) -> bool:
        """Whether nothing can be said about the name: its namespace is included from a document that was not given."""
        namespace, _ = split(qualified)
        return namespace not in self.namespaces and namespace in self.included

    @cached_property
    def types(self) -> dict[str, NamedType]:
        """Named types by qualified name; of two with the same name the first."""
        found: dict[str, NamedType] = {}
        for schema in self.schemas:
            for group in (schema.entity_types, schema.complex_types, schema.enum_types, schema.type_definitions):
                for type in group:
                    found.setdefault(type.qualified, type)
        return found

    @cached_property
    def terms(self) -> dict[str, Term]:
        return {term.qualified: term for schema in self.schemas for term in schema.terms}

    @cached_property
    def overloads(self) -> dict[str, tuple[Overload, ...]]:
        """Overloads of actions and functions by qualified name."""
        found: dict[str, list[Overload]] = {}
        for schema in self.schemas:
            for overload in schema.overloads:
                found.setdefault(overload.qualified, []).append(overload)
        return {name: tuple(items) for name, items in found.items()}

    @cached_property
    def associations(self) -> dict[str, Association]:
        return {a.qualified: a for schema in self.schemas for a in schema.associations}

    @cached_property
    def containers(self) -> dict[str, EntityContainer]:
        return {c.qualified: c for schema in self.schemas for c in schema.containers}

    @cached_property
    def container(self) -> EntityContainer | None:
        """The container of the service: the stated one of CSDL JSON, the V2 default one, else the first of the root document."""
        own = [c for schema in self.root.schemas for c in schema.containers]
        stated = self.containers.get(self.root.container)
        default = next(
            (c for c in own if any(k.endswith("}IsDefaultEntityContainer") and v == "true" for k, v in c.extra.items())), None
        )
        return stated or default or (own[0] if own else None)

    def container_chain(self, container: EntityContainer | None) -> Iterator[EntityContainer]:
        """The container and those that it extends."""
        seen: set[str] = set()
        while container is not None and container.qualified not in seen:
            seen.add(container.qualified)
            yield container
            container = self.containers.get(container.extends)

    @cached_property
    def sets(self) -> dict[str, EntitySet]:
        """Entity sets of the service by name."""
        return self.sets_of(self.container)

    def sets_of(self, container: EntityContainer | None) -> dict[str, EntitySet]:
        found: dict[str, EntitySet] = {}
        for one in self.container_chain(container):
            for item in one.sets:
                found.setdefault(item.name, item)
        return found

    @cached_property
    def singletons(self) -> dict[str, Singleton]:
        return self.singletons_of(self.container)

    def singletons_of(self, container: EntityContainer | None) -> dict[str, Singleton]:
        found: dict[str, Singleton] = {}
        for one in self.container_chain(container):
            for item in one.singletons:
                found.setdefault(item.name, item)
        return found

    def qualified(self, name: str) -> str:
        """The name with an alias of the root document replaced by its namespace."""
        prefix, dot, rest = name.rpartition(".")
        namespace = self.root.aliases.get(prefix, prefix)
        return f"{namespace}.{rest}" if dot else name

    def structured(self, qualified: str) -> StructuredType | None:
        found = self.types.get(qualified)
        return found if isinstance(found, (EntityType, ComplexType)) else None

    def entity(self, qualified: str) -> EntityType | None:
        found = self.types.get(qualified)
        return found if isinstance(found, EntityType) else None

    def enum(self, qualified: str) -> EnumType | None:
        found = self.types.get(qualified)
        return found if isinstance(found, EnumType) else None

    def definition(self, qualified: str) -> TypeDefinition | None:
        found = self.types.get(qualified)
        return found if isinstance(found, TypeDefinition) else None

    def underlying(self, qualified: str) -> str:
        """The primitive type behind a type definition; the name itself otherwise."""
        definition = self.definition(qualified)
        return definition.underlying if definition else qualified

    def chain(self, type: StructuredType) -> tuple[StructuredType, ...]:
        """The type and its base types, nearest first; ends where a base is missing, of another kind, or met again."""
        known = self._bases.get(type.qualified)
        if known is None:
            found: list[StructuredType] = []
            current: StructuredType | None = type
            while current is not None and current not in found and len(found) < MAX_INHERITANCE:
                found.append(current)
                base = self.structured(current.base)
                current = base if base is not None and base.__class__ is type.__class__ else None
            known = self._bases[type.qualified] = tuple(found)
        return known

    def complete(self, type: StructuredType) -> bool:
        """Whether every base type is known, so that what is not declared is undeclared indeed."""
        return not self.chain(type)[-1].base

    def is_open(self, type: StructuredType) -> bool:
        return any(base.open for base in self.chain(type))

    def members(self, type: StructuredType) -> dict[str, Property | NavigationProperty]:
        """Structural and navigation properties by name, inherited ones included."""
        known = self._members.get(type.qualified)
        if known is None:
            known = {}
            for base in reversed(self.chain(type)):
                known.update((one.name, one) for one in base.properties)
                known.update((one.name, one) for one in base.navigation)
            self._members[type.qualified] = known
        return known

    def key(self, type: EntityType) -> tuple[tuple[str, Property | None], ...]:
        """Name in key predicates and property of each key part, declared or inherited; None where the path leads nowhere."""
        for base in self.chain(type):
            if isinstance(base, EntityType) and base.key:
                return tuple((ref.name, self.property_at(base, ref.path)) for ref in base.key)
        return ()

    def derives(self, name: str, base: str) -> bool:
        """Whether a type is `base` or derived from it."""
        if name == base or base == "Edm.EntityType" or base == "Edm.ComplexType":
            return True
        type = self.structured(name)
        return type is not None and any(one.qualified == base for one in self.chain(type))

    def derived(self, base: str) -> tuple[StructuredType, ...]:
        """All types derived from `base`, itself left out."""
        return tuple(
            t
            for name, t in self.types.items()
            if name != base and isinstance(t, (EntityType, ComplexType)) and self.derives(name, base)
        )

    def property_at(self, type: StructuredType, path: str) -> Property | None:
        """The structural property that a path of property names and type casts leads to."""
        found = self.walk(type, path)
        return found if isinstance(found, Property) else None

    def walk(self, type: StructuredType, path: str) -> Property | NavigationProperty | StructuredType | None:
        """Where a path of properties, navigation properties and type casts ends; None when it leads nowhere.

        Raises nothing; a path through a type that is not known ends in None, too: ask `walkable` before blaming it.
        """
        current: StructuredType | None = type
        found: Property | NavigationProperty | StructuredType | None = None
        for segment in path.split("/"):
            if current is None:
                return None
            if "." in segment:
                found = current = self.structured(segment)
                continue
            found = self.members(current).get(segment)
            if found is None:
                return None
            current = self.structured(found.type.name)
        return found

    def walkable(self, type: StructuredType, path: str) -> bool:
        """Whether every type that the path meets is known here, so that a path that leads nowhere is wrong."""
        current: StructuredType | None = type
        for segment in path.split("/"):
            if current is None:
                return True
            if not self.complete(current) and self.unknown(self.chain(current)[-1].base):
                return False
            if "." in segment:
                if self.unknown(segment):
                    return False
                current = self.structured(segment)
                continue
            member = self.members(current).get(segment)
            if member is None:
                return True
            if self.unknown(member.type.name):
                return False
            current = self.structured(member.type.name)
        return True
