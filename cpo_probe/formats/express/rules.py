"""Which claims about a population follow from its schema, and where do they stand?"""

from cpo_probe.model import Rule

P11 = "ISO 10303-11:2004, "
P21 = "ISO 10303-21:2016, "

# fmt: off
RULES: tuple[Rule, ...] = (
    Rule("entity-known", P21 + "12.2", "error",
         "Every instance is of an entity that the schema of the file declares. "
         "Remedy: write an entity of the schema, or name the schema that has it in FILE_SCHEMA."),
    Rule("entity-edition", P21 + "8.2.4", "error",
         "Every instance is of an entity of the edition that FILE_SCHEMA states, not of a later one. "
         "Remedy: state the object identifier of the edition whose entities are written."),
    Rule("entity-abstract", P11 + "9.2.5.1", "error",
         "An abstract entity has instances only together with one of its subtypes. Remedy: write the subtype that is meant."),
    Rule("subtype-oneof", P11 + "9.2.5.2", "error",
         "An instance is of one at most of the subtypes that exclude each other. Remedy: write two instances, or one subtype."),
    Rule("subtype-and", P11 + "9.2.5.4", "error",
         "Subtypes that occur only together are all there. Remedy: add the part of the missing subtype."),
    Rule("subtype-total", P11 + "9.7", "error",
         "An instance is of one at least of the subtypes that cover its entity. Remedy: write the subtype that is meant."),
    Rule("parts-closed", P21 + "12.2.5.3", "error",
         "A complex instance has a part for every supertype of its parts. Remedy: write the missing part, also if it is empty."),
    Rule("parts-order", P21 + "12.2.5.3", "error",
         "The parts of a complex instance stand in alphabetical order. Remedy: sort them by the names of the entities."),
    Rule("parts-repeated", P21 + "12.2.5.3", "error",
         "A complex instance has each part once. Remedy: write two instances."),
    Rule("parts-related", P11 + "annex B", "error",
         "The parts of a complex instance belong to one tree of supertypes and subtypes. Remedy: write two instances."),
    Rule("parts-single", P21 + "12.2.5.1", "warning",
         "An instance that is of one entity and its supertypes is written with the name of that entity alone, in conformance "
         "class 1. Remedy: write all attributes behind the name of the entity, without parentheses around it."),
    Rule("attribute-count", P21 + "12.2.5.2, 12.2.5.3", "error",
         "An instance has as many parameters as its entity has explicit attributes, those of supertypes included; the part of a "
         "complex instance as many as its entity declares itself. Remedy: write every attribute, $ for what is not set."),
    Rule("value-type", P21 + "12.1", "error",
         "A value is of the type of its attribute. Remedy: write what the type demands: a REAL with a point, an INTEGER without, "
         "a STRING in apostrophes, an aggregate in parentheses, an instance by its name."),
    Rule("enumeration", P21 + "12.1.7", "error",
         "The value of an enumeration is one of its items. Remedy: write an item that the schema declares."),
    Rule("typed", P21 + "12.1.6", "error",
         "The name of a type stands before a value only where the schema has a SELECT. Remedy: write the bare value."),
    Rule("select", P21 + "12.1.8", "error",
         "A value with the name of a type is of a type that the SELECT takes. Remedy: write one of its types."),
    Rule("select-named", P21 + "12.1.8", "error",
         "A value of a SELECT is written with the name of its type; without it this one can be of several. "
         "Remedy: write the type, as in LENGTH_MEASURE(25.4)."),
    Rule("select-bare", P21 + "12.1.8", "warning",
         "A value of a SELECT is written with the name of its type, also where only one is possible. "
         "Remedy: write the type, as in LENGTH_MEASURE(25.4)."),
    Rule("aggregate-size", P11 + "8.2", "error",
         "An aggregate has as many elements as its bounds allow. Remedy: write what the schema demands, or no instance."),
    Rule("aggregate-unique", P11 + "8.2.2, 8.2.4", "error",
         "A SET, and an aggregate of UNIQUE elements, holds each element once. Remedy: write it once."),
    Rule("reference-type", P11 + "8.3.1", "error",
         "A reference leads to an instance of an entity that the attribute takes. Remedy: refer to an instance of that entity."),
    Rule("mandatory", P21 + "12.2.2", "error",
         "Only what is OPTIONAL is left unset. Remedy: write a value; an empty string or aggregate where the schema allows one."),
    Rule("derived-mark", P21 + "12.2.6", "error",
         "The asterisk stands only for an attribute that a subtype computes. Remedy: write the value, or $ for one not set."),
    Rule("derived-value", P21 + "12.2.6", "error",
         "An attribute that a subtype computes is written as an asterisk. Remedy: write * in its place."),
    Rule("string-width", P11 + "8.1.6", "error",
         "A string is as long as its type allows. Remedy: shorten it, or put the text elsewhere."),
    Rule("inverse", P11 + "9.2.1.3", "warning",
         "An instance is used by as many others as its INVERSE attributes demand. "
         "Remedy: write the instance that refers to it, or leave it out; nothing leads to one that nobody uses."),
)
# fmt: on
