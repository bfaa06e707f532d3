"""What does a YAML text say, read as YAML 1.2 with JSON's types?

Built on libyaml's events, without recursion: no dates, no on/off booleans, keys are strings as written (YAML 1.2.2, 10.2;
OpenAPI asks for the JSON schema ruleset). Aliases share their value; what they expand to is counted and bounded.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

MAX_DEPTH = 512
MAX_EXPANDED = 2_000_000  # nodes after aliases are expanded

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]{1,400}")
_OCT = re.compile(r"0o[0-7]{1,400}")
_HEX = re.compile(r"0x[0-9a-fA-F]{1,400}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,5})?")
_CORE = "tag:yaml.org,2002:"


class YamlError(ValueError):
    """`reason`: "syntax", "depth", "alias-bomb", "alias", "encoding". `line` from 1, 0 unknown."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


@dataclass(slots=True)
class _Open:
    """A collection that is still being read; `key` waits for its value."""

    value: Any
    anchor: str | None
    size: int = 1
    key: str | None = None
    merges: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Loaded:
    """`duplicates`: pointers' last parts of members that occur twice, with their line."""

    value: Any
    duplicates: tuple[tuple[str, int], ...]
    documents: int


def load(text: bytes) -> Loaded:
    """The first document of the stream; raises `YamlError`."""
    loader = getattr(yaml, "CLoader", yaml.Loader)
    try:
        return _Builder().run(yaml.parse(text, Loader=loader))
    except yaml.reader.ReaderError as error:
        raise YamlError("encoding", 0) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError("syntax", mark.line + 1 if mark else 0) from error
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        if isinstance(error, YamlError):
            raise
        raise YamlError("syntax", 0) from error


class _Builder:
    def __init__(self) -> None:
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.open_anchors: set[str] = set()
        self.duplicates: list[tuple[str, int]] = []
        self.documents = 0
        self.expanded = 0
        self.root: Any = None

    def run(self, events: Iterator[Any]) -> Loaded:
        for event in events:
            match event:
                case yaml.ScalarEvent():
                    value = self._key(event) if self._wants_key() else scalar(event)
                    self._put(value, 1, event, event.anchor)
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self._start(event)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self._end(event)
                case yaml.AliasEvent():
                    self._alias(event)
                case yaml.DocumentStartEvent():
                    self.documents += 1
                    if self.documents > 1:
                        break
        return Loaded(self.root, tuple(self.duplicates), self.documents)

    def _wants_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].value, dict) and self.stack[-1].key is None

    @staticmethod
    def _key(event: Any) -> str:
        return str(event.value)

    def _start(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if len(self.stack) >= MAX_DEPTH:
            raise YamlError("depth", line)
        if self._wants_key():  # a collection as a key: nothing in JSON is like it
            raise YamlError("syntax", line)
        if event.anchor:
            self.open_anchors.add(event.anchor)
        self.stack.append(_Open({} if isinstance(event, yaml.MappingStartEvent) else [], event.anchor))

    def _end(self, event: Any) -> None:
        done = self.stack.pop()
        for merged in done.merges:
            for key, value in merged.items():
                done.value.setdefault(key, value)
        if done.anchor:
            self.open_anchors.discard(done.anchor)
        self._put(done.value, done.size, event, done.anchor)

    def _alias(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if event.anchor in self.open_anchors or event.anchor not in self.anchors:
            raise YamlError("alias", line)
        value, size = self.anchors[event.anchor]
        if self._wants_key() and not isinstance(value, str):
            raise YamlError("syntax", line)
        self._put(value, size, event, None)

    def _put(self, value: Any, size: int, event: Any, anchor: str | None) -> None:
        if anchor:
            self.anchors[anchor] = (value, size)
        if not self.stack:
            self.root = value
            return
        top = self.stack[-1]
        top.size += size
        if top.size > MAX_EXPANDED:
            raise YamlError("alias-bomb", event.start_mark.line + 1)
        if isinstance(top.value, list):
            top.value.append(value)
        elif top.key is None:
            top.key = value
        else:
            self._member(top, value, event)

    def _member(self, top: _Open, value: Any, event: Any) -> None:
        key, top.key = top.key, None
        assert key is not None
        if key == "<<" and isinstance(value, (dict, list)):  # YAML 1.1's merge key, still common in practice
            top.merges.extend(v for v in (value if isinstance(value, list) else [value]) if isinstance(v, dict))
            return
        if key in top.value:
            self.duplicates.append((key, event.start_mark.line + 1))
        top.value[key] = value


def scalar(event: Any) -> Any:
    """The value of a scalar event: a plain one by the core schema, anything quoted or tagged otherwise is a string."""
    text: str = event.value
    tag = event.tag
    if tag and tag not in {_CORE + name for name in ("null", "bool", "int", "float")}:
        return text
    if not tag and (event.style or not event.implicit[0]):
        return text
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if text[:1] in "-+.0123456789":
        if _INT.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            number = float(text)
            return number if abs(number) != float("inf") else text
        if _OCT.fullmatch(text):
            return int(text[2:], 8)
        if _HEX.fullmatch(text):
            return int(text[2:], 16)
    return text
