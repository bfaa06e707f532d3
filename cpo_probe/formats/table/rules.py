"""What does a table of comma-separated values have to keep?"""

from cpo_probe.model import Rule

RULES: tuple[Rule, ...] = (
    Rule("encoding", "RFC 7111, 5.1 (charset of text/csv); RFC 3629", "error",
         "The bytes are UTF-8, or the charset that the label states. A receiver who has to guess turns umlauts into other signs. "
         "Remedy: write UTF-8, or state the charset in Content-Type."),
    Rule("delimiter", "RFC 4180, 2.4", "warning",
         "What is labelled text/csv has commas between its fields. A reader that keeps to the label sees one column. "
         "Remedy: separate fields by commas; label tables with tabs text/tab-separated-values."),
    Rule("quotes", "RFC 4180, 2.5 to 2.7", "error",
         "A quote stands around a whole field, is closed, and is doubled inside. A quote that is left open swallows the records "
         "behind it. Remedy: write the table with a library for CSV, and double the quotes in values (inches, for instance)."),
    Rule("fields", "RFC 4180, 2.4", "error",
         "Each record has as many fields as the first. In others values stand in columns that are not theirs. "
         "Remedy: write empty fields for values that are missing; quote values with delimiters and line breaks in them; put "
         "titles and sums beside the table."),
    Rule("blank-lines", "RFC 4180, 2.1 and 2.4", "warning",
         "There are no blank lines between or behind the records of a table of several columns. For some readers it is a record "
         "with one field. Remedy: end the last record by one line break."),
    Rule("header", "RFC 4180, 2.3", "warning",
         "The names in the header are there and differ from each other. A column without a name of its own cannot be asked for. "
         "Remedy: give each column a name that is used once."),
    Rule("line-ends", "RFC 4180, 2.1", "warning",
         "Records end by one kind of line break throughout, CRLF or at least LF. "
         "Remedy: write CRLF behind each record, whatever the operating system."),
    Rule("controls", "RFC 4180, 2, TEXTDATA", "error",
         "There is no control character in the text, NUL least of all. Readers stop at it, or drop what is behind it. "
         "Remedy: write text as text; leave out bytes of other kinds."),
)  # fmt: skip
