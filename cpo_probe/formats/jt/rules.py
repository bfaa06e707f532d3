"""What does a JT file have to keep, before its segments are read?"""

from cpo_probe.model import Rule

ISO = "ISO 14306, file header and table of contents"

RULES: tuple[Rule, ...] = (
    Rule("header", ISO, "error",
         "The file begins with a version of JT, the order of bytes and the place of the table of contents. "
         "Remedy: write the file by a library for JT, and hand it out whole."),
    Rule("transfer", ISO, "warning",
         "The 80 bytes of the version end with the mark that shows whether line breaks were changed on the way. "
         "Remedy: write a blank, LF, CR, LF and a blank there; send the file as binary data."),
    Rule("contents", ISO, "error",
         "The table of contents stands in the file, and so do all segments that it lists. What lies behind the end was cut off. "
         "Remedy: write the file completely before it is handed out."),
    Rule("segments", ISO, "error",
         "Each segment begins with the id and the length that the table of contents states, and no id is there twice. "
         "Readers find geometry by them. Remedy: write the table of contents from the segments, last."),
    Rule("root", ISO, "error",
         "The segment with the product structure (the logical scene graph), which the header names, is in the table of contents. "
         "Readers start there. Remedy: name the id of the segment in the header."),
)  # fmt: skip
