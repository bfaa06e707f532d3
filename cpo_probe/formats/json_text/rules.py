"""What does a JSON text have to keep?"""

from cpo_probe.model import Rule

RULES: tuple[Rule, ...] = (
    Rule("well-formed", "RFC 8259, 2", "error",
         "The file is one JSON text from its first to its last byte. Programs stop at the first mistake, and nothing behind it "
         "arrives. Remedy: write it with a library for JSON, completely, before it is handed out."),
    Rule("encoding", "RFC 8259, 8.1", "error",
         "The text is UTF-8. Nothing else may be exchanged between systems. Remedy: write UTF-8, whatever the database holds."),
    Rule("byte-order-mark", "RFC 8259, 8.1", "warning",
         "No byte order mark stands before the text. Many parsers take it for a mistake. "
         "Remedy: write UTF-8 without a mark."),
    Rule("names-unique", "RFC 8259, 4", "warning",
         "The names in an object differ from each other. Of two members with one name, readers keep the first, the last, or "
         "none. Remedy: write each name once; put several values into an array."),
    Rule("lines", "NDJSON 1.0, 3.1; JSON Lines", "error",
         "In a file of JSON lines each line holds one whole text. Readers cut such files at line breaks. "
         "Remedy: write each object without line breaks, and one line break behind it."),
    Rule("bounds", "RFC 8259, 9; CWE-770", "warning",
         "Nesting and single values are of a size that other programs read. "
         "Remedy: put large values into files beside the text."),
)  # fmt: skip
