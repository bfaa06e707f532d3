"""On which line of a TOML text does a key stand?"""

import re

KeyPath = tuple[str | int, ...]
"""Keys and array positions from the root."""

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_DOTTED = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER = re.compile(rf"^\s*(\[\[|\[)\s*({_DOTTED})\s*\]")
_KEY = re.compile(rf"^\s*({_DOTTED})\s*=")
_TOKEN = re.compile(r"""\"\"\"|'''|"(?:[^"\\]|\\.)*"|'[^']*'|#.*|[\[\]{}]""")


def key_lines(text: str) -> dict[KeyPath, int]:
    """Line, from 1, of every table header and key; keys of inline tables are found under the key that holds them.

    The text must be valid TOML; positions in an array of tables are counted from 0.
    """
    found: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    depth, fence = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        if not depth and not fence:
            if header := _HEADER.match(line):
                table = _table(header[1] == "[[", _parts(header[2]), counts)
                found[table] = number
                if isinstance(table[-1], int):
                    found.setdefault(table[:-1], number)
                continue
            if key := _KEY.match(line):
                parts = _parts(key[1])
                for end in range(1, len(parts) + 1):
                    found.setdefault((*table, *parts[:end]), number)
                line = line[key.end() :]
        depth, fence = _scan(line, depth, fence)
    return found


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in re.findall(_PART, dotted))


def _table(many: bool, parts: tuple[str, ...], counts: dict[KeyPath, int]) -> KeyPath:
    """The path of a table header; a name that is an array of tables stands for its last element."""
    path: KeyPath = ()
    for part in parts[:-1]:
        path = (*path, part)
        if path in counts:
            path = (*path, counts[path])
    path = (*path, parts[-1])
    if many:
        counts[path] = counts.get(path, -1) + 1
        path = (*path, counts[path])
    return path


def _scan(line: str, depth: int, fence: str) -> tuple[int, str]:
    """Bracket depth and open multi-line quote at the end of the line."""
    position = 0
    while position < len(line):
        if fence:
            end = line.find(fence, position)
            if end < 0:
                return depth, fence
            position, fence = end + 3, ""
            continue
        token = _TOKEN.search(line, position)
        if token is None:
            return depth, ""
        position = token.end()
        match token.group():
            case '"""' | "'''" as quote:
                fence = quote
            case "[" | "{":
                depth += 1
            case "]" | "}":
                depth -= 1
    return depth, fence
