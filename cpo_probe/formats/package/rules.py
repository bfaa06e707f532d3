"""What does a package have to keep?"""

from cpo_probe.model import Rule

APPNOTE = "PKWARE APPNOTE 6.3.10, "
COMPRESSION = "CAx-IF Recommended Practices, STEP File Compression 1.3"

RULES: tuple[Rule, ...] = (
    Rule("readable", f"{APPNOTE}4.3.6, 4.3.16; RFC 1952, 2.2; RFC 2046, 5.1", "error",
         "A package can be opened. Its end is there, its list of members can be read, and no two members share bytes. "
         "Remedy: write the package completely before it is handed out, and state its length."),
    Rule("intact", f"{APPNOTE}4.4.7; RFC 1952, 2.3.1", "error",
         "Each member unpacks to the bytes whose check sum the package states. A damaged member is lost for the receiver. "
         "Remedy: write members with a library that counts length and check sum itself; copy packages in binary mode."),
    Rule("path", f"{APPNOTE}4.4.17.1", "error",
         "Names of members are relative paths with forward slashes that stay inside of the package. Drive letters, a leading "
         "slash, backslashes and `..` make unpacking fail, or write over files of the receiver. "
         "Remedy: store the path below the root of the package, with `/` between its parts."),
    Rule("unique", f"{APPNOTE}4.4.17", "error",
         "No two members have the same name. What is unpacked second overwrites the first, and which one counts differs from "
         "program to program. Remedy: give each file a name of its own."),
    Rule("case", "Interoperability of file systems", "warning",
         "No two names differ by upper and lower case only. On Windows and macOS they are one file. "
         "Remedy: choose names that differ in letters."),
    Rule("encrypted", f"{APPNOTE}4.4.4, bit 0", "error",
         "Members are not encrypted. What the receiver cannot read has not been exported. "
         "Remedy: protect the transport (TLS) and the access, and leave the content readable."),
    Rule("link", "CWE-61", "error",
         "A member is a file, not a link to one. It leads to a place on the sender's machine that the receiver has not. "
         "Remedy: store the file that is meant."),
    Rule("method", f"ISO/IEC 21320-1:2015, 5; {APPNOTE}4.4.5", "warning",
         "Members are stored or deflated. Other methods are not read everywhere. "
         "Remedy: use deflate (8) or no compression (0)."),
    Rule("name-encoding", f"{APPNOTE}4.4.4, bit 11; appendix D", "warning",
         "Names beyond ASCII are marked as UTF-8. Without the mark they are read in a code page of 1981, and umlauts become "
         "other signs. Remedy: write names in UTF-8 and set bit 11."),
    Rule("empty", "ISO/IEC 25023, completeness of an export", "error",
         "A package holds at least one file. Remedy: answer that there is nothing to export, instead of an empty package."),
    Rule("bounds", "CWE-409", "warning",
         "A package unpacks to a size that stands in some proportion to its own. What was packed a thousand times smaller is "
         "refused by careful receivers. Remedy: hand out large exports as several files."),
    Rule("stpz", COMPRESSION, "error",
         "A .stpZ file is a zip archive with exactly one STEP file in it, a .stpxZ file one with exactly one .stpx file. "
         "Remedy: pack one file; use .stpA, or a zip archive of Part 21 edition 3, for several."),
    Rule("stpa", COMPRESSION, "error",
         "A .stpA file is a zip archive that says by stpa.ini which of its files is the root. "
         "Remedy: add stpa.ini with the name of the root file."),
    Rule("p21-root", "ISO 10303-21:2016, zip archives", "error",
         "A zip archive of Part 21 holds its root under the name ISO-10303.p21. "
         "Remedy: name the root file so, in exactly these letters, at the top of the archive."),
    Rule("opc", "ECMA-376 Part 2 (ISO/IEC 29500-2), 7.2.3, 6.5", "error",
         "An AASX or 3MF file is a package of the Open Packaging Conventions: [Content_Types].xml and _rels/.rels are there. "
         "Remedy: write it by a library for such packages."),
)  # fmt: skip
