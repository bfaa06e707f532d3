"""The rules, each with its clause and what to do."""

from cpo_probe.model import Rule

P21 = "ISO 10303-21:2016, "

RULES: tuple[Rule, ...] = (
    Rule("envelope", P21 + "5.3, 6.2", "error",
         "The file begins with ISO-10303-21; and ends with END-ISO-10303-21;, without a byte order mark. "
         "Remedy: write the whole file, and announce success only then; a file that breaks off loses parts silently."),
    Rule("sections", P21 + "5.3, 8 to 11, 14", "error",
         "Sections stand in their order, each closed by ENDSEC;: HEADER, ANCHOR, REFERENCE, DATA; SIGNATURE behind the end. "
         "Remedy: write them in that order; readers stop at the first section that they do not expect."),
    Rule("closed", P21 + "5.6, 6.4.3", "error",
         "Every string and every comment is closed. "
         "Remedy: write an apostrophe inside a string twice; one too few turns everything behind it inside out."),
    Rule("syntax", P21 + "5.4, 6.3, 11", "error",
         "Every statement keeps the grammar. "
         "Remedy: correct the writer at the place named; most readers drop the instance without a word."),
    Rule("literals", P21 + "6.4.1, 6.4.2, 6.4.5, 6.4.6", "error",
         "Integers, reals, enumerations and binaries are written as the standard has them. "
         "Remedy: write reals with a digit before the point (0.5, 1., 1.E-3), enumerations in capitals (.T.)."),
    Rule("characters", P21 + "5.2, 6.4.3", "error",
         "There are only characters that the implementation level allows: ASCII, in level 4 UTF-8. "
         "Remedy: write other characters as \\X2\\...\\X0\\; readers take bytes beyond ASCII for whatever their system uses."),
    Rule("controls", P21 + "5.2", "warning",
         "No string holds control characters, which readers have to ignore. "
         "Remedy: replace tabs by blanks; a line end that means something is lost."),
    Rule("strings", P21 + "6.4.3", "error",
         "Control directives in strings are complete: \\X2\\ with groups of four, \\X4\\ of eight hexadecimal digits, closed by "
         "\\X0\\; a backslash is written twice. "
         "Remedy: correct the encoder; names with umlauts or in other scripts arrive mangled."),
    Rule("string-pages", P21 + "6.4.3", "info",
         "Characters are written by their number in ISO/IEC 10646, not by pages of ISO 8859 (\\S\\, \\P?\\). "
         "Remedy: write \\X2\\...\\X0\\; many readers never learnt the old way."),
    Rule("string-length", P21 + "6.4.3", "warning",
         "No string is longer than 32769 bytes. "
         "Remedy: split the text, or put it into a document beside the file."),
    Rule("header-entities", P21 + "8.2", "error",
         "The header has FILE_DESCRIPTION, FILE_NAME and FILE_SCHEMA, in this order, with 2, 7 and 1 parameters. "
         "Remedy: write all parameters, empty strings for what is not known, lists with at least one string."),
    Rule("implementation-level", P21 + "8.2.2", "error",
         "The implementation level is one that exists, and the file holds only what it allows. "
         "Remedy: state 2;1 for one plain DATA section, 3;1 for several, 4;2 or 4;3 for anchors, references and signatures."),
    Rule("time-stamp", P21 + "8.2.3; ISO 8601", "warning",
         "The time stamp is a date and time, YYYY-MM-DDThh:mm:ss. "
         "Remedy: write when the file was made; without it nobody can tell which of two exports is newer."),
    Rule("header-values", P21 + "8.2.3", "info",
         "The header tells which programs made the file. "
         "Remedy: state preprocessor_version and originating_system; they are the first thing asked when an import fails."),
    Rule("header-lengths", P21 + "8.2.2, 8.2.3", "warning",
         "Strings of FILE_DESCRIPTION and FILE_NAME have at most 256 characters. "
         "Remedy: shorten them."),
    Rule("schema-names", P21 + "8.2.4", "error",
         "FILE_SCHEMA lists names of schemas, each once. "
         "Remedy: write the name of the application protocol's schema in double parentheses and apostrophes."),
    Rule("schema-oid", P21 + "8.2.4; ISO/IEC 8824-1", "warning",
         "Object identifiers of schemas are well-formed, and given where only they tell the edition (AP242). "
         "Remedy: write { 1 0 10303 442 v 1 4 } behind the name, with the version of the edition."),
    Rule("schema-edition", "ISO 10303-242, annex on information object registration", "warning",
         "The object identifier is of an edition that was published. "
         "Remedy: export a published edition; trial editions have no schema that a receiver could get."),
    Rule("data-sections", P21 + "11.1", "error",
         "Where there are several DATA sections, each has a name of its own and a schema of FILE_SCHEMA. "
         "Remedy: write DATA('name',('SCHEMA'));."),
    Rule("instance-names", P21 + "6.4.4, 11.1", "error",
         "No instance name is used twice, and none is #0. "
         "Remedy: number instances anew when parts of files are joined; readers keep the first one, or the last one."),
    Rule("references", P21 + "10.1, 11.1", "error",
         "Every reference leads to an instance of the file, or to one that the REFERENCE section declares. "
         "Remedy: export what is referred to; importers drop the referring part, or all of it."),
    Rule("anchors", P21 + "6.5.4, 9.1", "warning",
         "Anchors have names of their own that fit into a URI, and what they stand for exists. "
         "Remedy: correct name or target; links from other files end here."),
    Rule("anchor-uuids", P21 + "9.1, annex G; RFC 9562", "warning",
         "Anchors that look like a UUID are one. "
         "Remedy: make UUIDs with a library; persistent identifiers are compared as they are."),
    Rule("external-references", P21 + "10.1, 10.2; RFC 3986", "warning",
         "Entries of the REFERENCE section are URIs, each for a name that is used nowhere else. "
         "Remedy: percent-encode what a URI cannot hold, and number external instances beyond those of the file."),
    Rule("signatures", P21 + "14.1; RFC 5652; RFC 4648, 4", "warning",
         "Signatures are Cryptographic Message Syntax in base64. Whether they fit the file is not looked at. "
         "Remedy: write the signature as the program that signs gives it."),
    Rule("limits", "good practice", "info",
         "No part of the file is beyond what a reader with bounded memory takes; what is beyond was not judged. "
         "Remedy: split very large instances, and number instances below 2^63."),
)  # fmt: skip
