"""What does the standard say of relations, enumerations, actions and functions?"""

from cpo_probe.model import Rule
from cpo_probe.protocols.odata.rule_sources import CSDL

RELATIONS: tuple[Rule, ...] = (
    Rule(
        "navigation-type",
        CSDL + "8.1 Navigation Property Type",
        "error",
        "A navigation property leads to an entity type. "
        "Remedy: make it a structural property, or correct its type.",
    ),
    Rule(
        "navigation-nullable",
        CSDL + "8.2 Nullable Navigation Property",
        "error",
        "A navigation property that leads to a collection does not state Nullable. "
        "Remedy: delete the attribute.",
    ),
    Rule(
        "partner",
        CSDL + "8.3 Partner Navigation Property",
        "error",
        "A partner is a navigation property of the type that is led to, and leads back to the declaring entity type. "
        "Remedy: correct or delete Partner.",
    ),
    Rule(
        "partner-mutual",
        CSDL + "8.3 Partner Navigation Property",
        "error",
        "If the partner names a partner, too, it names this navigation property. "
        "Remedy: correct one of the two.",
    ),
    Rule(
        "containment",
        CSDL + "8.4 Containment Navigation Property",
        "error",
        "The partner of a containment property leads to one owner: nullable where the containment is recursive, else not. "
        "Remedy: correct type or Nullable of the partner.",
    ),
    Rule(
        "constraint-exists",
        CSDL + "8.5 Referential Constraint",
        "error",
        "Both properties of a referential constraint exist. "
        "Remedy: correct the path.",
    ),
    Rule(
        "constraint-type",
        CSDL + "8.5 Referential Constraint",
        "error",
        "Both properties of a referential constraint have the same type, or types defined by the same one. "
        "Remedy: give the dependent property the type of the principal one.",
    ),
    Rule(
        "constraint-nullable",
        CSDL + "8.5 Referential Constraint",
        "warning",
        "The dependent property is nullable exactly if the navigation property or the principal property is. "
        "Remedy: correct Nullable of the dependent property or of the navigation property.",
    ),
    Rule(
        "enum-type",
        CSDL + "10.1 Underlying Integer Type",
        "error",
        "An enumeration rests on Edm.Byte, SByte, Int16, Int32 or Int64. "
        "Remedy: correct UnderlyingType.",
    ),
    Rule(
        "enum-members",
        CSDL + "10.2 Flags Enumeration Type; 10.3 Enumeration Type Member",
        "error",
        "An enumeration has members; all or none have values, flags all and none negative; values fit the underlying type. "
        "Remedy: correct the members.",
    ),
    Rule(
        "definition-type",
        CSDL + "11.1 Underlying Primitive Type",
        "error",
        "A type definition rests on a primitive type, not on another type definition. "
        "Remedy: correct UnderlyingType.",
    ),
    Rule(
        "operation-bound",
        CSDL + "12.5 Bound or Unbound; 12.9 Parameter",
        "error",
        "A bound action or function has a binding parameter. "
        "Remedy: add the parameter, or delete IsBound.",
    ),
    Rule(
        "function-returns",
        CSDL + "12.3 Function",
        "error",
        "Every function states what it returns. "
        "Remedy: add ReturnType.",
    ),
    Rule(
        "overloads-unique",
        CSDL + "12.2 Action Overloads; 12.4 Function Overloads",
        "error",
        "Overloads can be told apart by binding type, parameter names and parameter types. "
        "Remedy: rename or merge the overloads.",
    ),
    Rule(
        "overloads-return",
        CSDL + "12.4 Function Overloads",
        "error",
        "Functions of one name and one binding type return the same type. "
        "Remedy: correct the return type, or rename one function.",
    ),
    Rule(
        "parameters-unique",
        CSDL + "12.9 Parameter",
        "error",
        "No two parameters of an overload have the same name. "
        "Remedy: rename one of them.",
    ),
    Rule(
        "entity-set-path",
        CSDL + "12.6 Entity Set Path",
        "error",
        "An entity set path stands on a bound operation and begins with the name of its binding parameter. "
        "Remedy: correct EntitySetPath.",
    ),
)  # fmt: skip
