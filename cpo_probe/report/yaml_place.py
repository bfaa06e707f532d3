"""On which line of a YAML text does a JSON Pointer lead?"""

from functools import lru_cache

import yaml

MAX_YAML = 2**20  # bytes
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def yaml_line(body: bytes, pointer: str) -> int:
    """The line from 1 of the deepest part of the pointer that is there; 0 when the body is no YAML mapping or list.

    Only the node graph is composed: nothing is constructed and no alias is expanded.
    """
    node = _compose(body) if len(body) <= MAX_YAML else None
    if node is None or isinstance(node, yaml.ScalarNode):
        return 0
    line = node.start_mark.line
    for token in (t.replace("~1", "/").replace("~0", "~") for t in pointer.split("/")[1:]):
        found = _step(node, token)
        if found is None:
            break
        line, node = found
    return int(line) + 1


@lru_cache(maxsize=2)
def _compose(body: bytes) -> yaml.Node | None:
    try:
        return yaml.compose(body, Loader=_LOADER)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError):
        return None


def _step(node: yaml.Node, token: str) -> tuple[int, yaml.Node] | None:
    """(line where the member begins, its value)."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == token:
                return key.start_mark.line, value
    if isinstance(node, yaml.SequenceNode):
        position = 0 if token in {"*", "-"} else int(token) if token.isascii() and token.isdigit() else -1
        if 0 <= position < len(node.value):
            return node.value[position].start_mark.line, node.value[position]
    return None
