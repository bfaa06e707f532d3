"""A small JT file: a header, a table of contents, segments."""

import struct

VERSION = b"Version 9.5 JT  DM 8.0.5.0"
IDS = tuple(bytes([number]) * 16 for number in (1, 2))


def jt(
    version: bytes = VERSION, order: str = "<", root: bytes = IDS[0], segments: tuple[bytes, ...] = IDS, place: str = ""
) -> bytes:
    """A file whose first segment is the root; each segment is its head and eight bytes. `place`: how offsets are written."""
    place = place or ("Q" if version.startswith(b"Version 10") else "I")
    head = version.ljust(75) + b" \n\r\n " + bytes([order == ">"]) + struct.pack(order + "i", 0)
    at = len(head) + struct.calcsize("=" + place) + 16
    entry = struct.Struct(f"{order}16s{place}II")
    begin = at + 4 + entry.size * len(segments)
    table = struct.pack(order + "i", len(segments))
    body = b""
    for id in segments:
        table += entry.pack(id, begin + len(body), 32, 0)
        body += id + struct.pack(order + "iI", 1, 32) + bytes(8)
    return head + struct.pack(order + place, at) + root + table + body
