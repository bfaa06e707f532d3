"""What does the standard say of types, properties and keys?"""

from cpo_probe.model import Rule
from cpo_probe.protocols.odata.rule_sources import CSDL

TYPES: tuple[Rule, ...] = (
    Rule(
        "base-type",
        CSDL + "6.1 Derived Entity Type; 9.1 Derived Complex Type",
        "error",
        "Entity types derive from entity types, complex types from complex types. "
        "Remedy: correct BaseType.",
    ),
    Rule(
        "base-cycle",
        CSDL + "6.1, 9.1: MUST NOT introduce an inheritance cycle",
        "error",
        "No type derives from itself. "
        "Remedy: correct BaseType of one of the types in the circle.",
    ),
    Rule(
        "base-abstract",
        CSDL + "6.2 Abstract Entity Type",
        "error",
        "An abstract entity type has no base type that is not abstract. "
        "Remedy: make the base type abstract, or the derived one concrete.",
    ),
    Rule(
        "base-open",
        CSDL + "6.3 Open Entity Type; 9.3 Open Complex Type",
        "error",
        "A type derived from an open type is open. "
        "Remedy: delete OpenType=false.",
    ),
    Rule(
        "property-type",
        CSDL + "7.1 Type",
        "error",
        "A structural property has a primitive, complex or enumeration type. "
        "Remedy: make it a navigation property if it leads to entities.",
    ),
    Rule(
        "collection-nullable",
        CSDL + "7.2.1 Nullable: in 4.01 a collection-valued property MUST specify it",
        "error",
        "A collection says whether its items may be null. "
        'Remedy: add Nullable="false" or Nullable="true".',
    ),
    Rule(
        "facets",
        CSDL + "7.2.3 Precision, 7.2.4 Scale",
        "error",
        "Scale is not larger than Precision, Precision of a decimal is positive, that of times at most 12. "
        "Remedy: correct the facets; no value can keep them.",
    ),
    Rule(
        "default-value",
        CSDL + "7.2.7 Default Value; OData ABNF: primitiveValue",
        "error",
        "A default value is a value of the property's type. "
        "Remedy: correct DefaultValue.",
    ),
    Rule(
        "key-exists",
        CSDL + "6.5 Key",
        "error",
        "Every part of a key is a property of the type. "
        "Remedy: correct the PropertyRef; entities cannot be addressed.",
    ),
    Rule(
        "key-type",
        CSDL + "6.5 Key: allowed primitive types",
        "error",
        "Key properties are single values of a primitive type that keys may have, or of an enumeration. "
        "Remedy: choose another property, or another type.",
    ),
    Rule(
        "key-nullable",
        CSDL + "6.5 Key: MUST be non-nullable",
        "error",
        "Key properties are not nullable. "
        'Remedy: add Nullable="false"; without it a property is nullable.',
    ),
    Rule(
        "key-alias",
        CSDL + "6.5 Key: Alias",
        "error",
        "A key part that is a path has an alias, no alias is the name of a property, no part is listed twice. "
        "Remedy: add or rename the alias.",
    ),
    Rule(
        "key-inherited",
        CSDL + "6.5 Key: only if no base type has one",
        "error",
        "A type whose base type has a key does not declare another. "
        "Remedy: delete the key of the derived type.",
    ),
    Rule(
        "key-needed",
        CSDL + "6.5 Key; 8.4 Containment; 13.2 Entity Set; 4.0: every entity type",
        "error",
        "Types of entity sets and of contained collections have a key; before 4.01 all concrete entity types have one. "
        "Remedy: declare the key.",
    ),
)  # fmt: skip
