"""What does a file in an XML format have to keep, whatever its schema says?"""

from cpo_probe.model import Rule

RULES: tuple[Rule, ...] = (
    Rule("well-formed", "XML 1.0, 2.1", "error",
         "The file is well-formed XML from its first to its last byte. Programs stop at the first mistake, and nothing behind it "
         "arrives. Remedy: write it with a library for XML, completely, before it is handed out."),
    Rule("no-dtd", "CWE-776, CWE-611", "error",
         "The file has no document type declaration and declares no entities, unless its format asks for one. Careful readers "
         "refuse such files, since entities fetch other files or grow without bounds. "
         "Remedy: leave the declaration out; write characters as they are."),
    Rule("bounds", "CWE-770", "warning",
         "Tags and nesting are of a size that other programs read. Remedy: put large values into files beside the document."),
    Rule("edition", "Namespaces in XML 1.0; the schemas of the format", "error",
         "The root element says which edition of its format the file is in, by a namespace or version that has been published. "
         "Readers choose their schema by it. Remedy: write the namespace and version of the edition, letter by letter."),
    Rule("required", "The schema of the format", "error",
         "What every file of the format begins with is there: who wrote it, with what, and when. "
         "Remedy: write the header as the format has it."),
    Rule("time", "XML Schema Part 2, 3.2.7 dateTime", "error",
         "Times in the header are dates with times of XML Schema. "
         "Remedy: write YYYY-MM-DDThh:mm:ss, with the zone."),
    Rule("id-unique", "XML Schema Part 1, 3.11; the schema of the format", "error",
         "No two elements have the same id. A reference to it leads to one of them, and which one differs from reader to reader. "
         "Remedy: give each element an id of its own."),
    Rule("id-name", "Namespaces in XML 1.0, NCName", "error",
         "An id is a name: it begins with a letter or underscore and has neither colon nor blank. Validating readers refuse "
         "others. Remedy: put a letter in front of numbers."),
    Rule("reference", "XML Schema Part 1, 3.11 keyref; the schema of the format", "error",
         "Each reference leads to an element of the file. What it meant is lost for the receiver. "
         "Remedy: export what is referred to along with it, or leave the reference out."),
    Rule("reference-kind", "The schema of the format: what each reference is to", "error",
         "A reference leads to an element of the kind that it is meant for. Readers that look for one find another, or take the "
         "wrong one for what was meant. Remedy: name the element of the right kind, or the right reference for the element."),
    Rule("key-unique", "XML Schema Part 1, 3.11; the specification of the format", "error",
         "What has to be called by a name of its own, within the whole file or within the element around it, is. "
         "Who refers to the name gets one of the two. Remedy: give each a name of its own."),
    Rule("key-reference", "XML Schema Part 1, 3.11 keyref; the specification of the format", "error",
         "What is referred to by its name, path or number is in the file. The receiver cannot know what was meant. "
         "Remedy: export it along, or correct the name."),
    Rule("value", "XML Schema Part 2; the schema of the format", "error",
         "Values are of the kind that the format gives their place: a number, a time, true or false, one of a list. Readers that "
         "keep to the format stop at another one, or read something else. Remedy: write the value as the schema has it."),
    Rule("mandatory", "XML Schema Part 1, 3.4; the schema of the format", "error",
         "Elements have the attributes and children that the format does not leave to choice. "
         "Remedy: write what is missing, or leave the whole element out."),
)  # fmt: skip
