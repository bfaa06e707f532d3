"""What does a workbook have to keep, beside the Open Packaging Conventions?"""

from cpo_probe.model import Rule

ISO = "ISO/IEC 29500-1 (ECMA-376 Part 1), "

RULES: tuple[Rule, ...] = (
    Rule("workbook", f"{ISO}12.3.23, 18.2.19, 18.2.20", "error",
         "The package leads to one workbook, and the workbook to at least one sheet; sheets have names of their own, of 1 to 31 "
         "characters. Remedy: write it by a library for workbooks; shorten and number the names of sheets."),
    Rule("parts", f"{ISO}12.3", "error",
         "Workbook, sheets, strings and styles are well-formed XML without a DTD. Programs offer to repair others, and lose what "
         "they cannot read. Remedy: write them by a library for XML, completely."),
    Rule("strings", f"{ISO}18.4.9, 18.18.11", "error",
         "Cells that name a shared string name one that is there. In others the text is lost. "
         "Remedy: write the table of strings after the last sheet, and count from 0."),
    Rule("styles", f"{ISO}18.3.1.4, 18.8.10", "error",
         "Cells that name a style name one that is there. Without it a date is a number. "
         "Remedy: write each format into cellXfs before it is used."),
    Rule("cells", f"{ISO}18.3.1.4, 18.3.1.73", "error",
         "Rows and cells have places in the sheet, each once and in order. Programs refuse sheets with others, or show one "
         "of the values. Remedy: write rows from top to bottom and cells from left to right."),
    Rule("values", f"{ISO}18.3.1.96, 18.18.11", "error",
         "The value of a cell is of the type that the cell states: a number without a type. "
         "Remedy: write numbers with a point and without separators; write texts as strings."),
    Rule("external", f"{ISO}18.14", "warning",
         "No values come from workbooks that the receiver has not. Remedy: write values instead of links to other files."),
    Rule("macros", f"{ISO}12.3; CWE-94", "warning",
         "The workbook has no program in it. Receivers block such files, rightly. Remedy: hand out data without macros."),
)  # fmt: skip
