"""Which files make up a profile, and where was each of its keys written?"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from cpo_probe.errors import UsageError
from cpo_probe.target.lines import KeyPath, key_lines

COMMAND_LINE = "the command line"


@dataclass(frozen=True, slots=True)
class Layer:
    """One file of a chain of profiles, or the command line (then `lines` is empty). Paths of files in it are absolute."""

    label: str
    data: dict[str, Any]
    lines: dict[KeyPath, int]


def profile_names(roots: Sequence[Path]) -> dict[str, Path]:
    """Profiles of the content roots by name; a later root wins, so that users can replace ours."""
    return {path.stem: path for root in roots for path in sorted((root / "targets").glob("*.toml"))}


def find(text: str, roots: Sequence[Path]) -> Path:
    """The file of a profile named by path or by name; `UsageError` with the nearest name."""
    here = Path(text) if text.endswith(".toml") else Path(f"{text}.toml")
    if here.is_file():
        return here
    if text.endswith(".toml"):
        raise UsageError(f"there is no profile file {text}: correct the path, or write one with `cpo-probe init`")
    known = profile_names(roots)
    if text in known:
        return known[text]
    if re.search(r"[.:/]", text) or text == "localhost":
        scheme = "http" if re.match(r"(localhost|127\.|\[::1\])", text) else "https"
        raise UsageError(f"expected a URL with its scheme, found {text!r}: did you mean {scheme}://{text} ?")
    near = get_close_matches(text, known, n=1)
    hint = f'did you mean "{near[0]}"?' if near else f"known profiles: {', '.join(sorted(known)) or 'none'}"
    raise UsageError(f"there is no target profile {text!r}: {hint} A URL starts with https://")


def read(path: Path) -> Layer:
    """One profile file, not yet checked against the schema."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not valid TOML: {error}") from None
    return Layer(str(path), _absolute(data, path.resolve().parent), key_lines(text) or {(): 1})


def parents(layers: Sequence[Layer], roots: Sequence[Path]) -> list[Layer]:
    """The chain of `extends`, nearest first."""
    current = next((layer for layer in layers if layer.data.get("extends")), None)
    found: list[Layer] = []
    seen = [str(Path(layer.label).resolve()) for layer in layers if layer.lines]
    while current is not None and (name := current.data.get("extends")):
        where = place(("extends",), [current])
        if not isinstance(name, str):
            raise UsageError(f"{where}: extends is not a text: expected the name of a profile")
        path = _parent(name, Path(current.label).resolve().parent, roots, where)
        if str(path.resolve()) in seen:
            chain = " -> ".join(Path(item).stem for item in [*seen, str(path)])
            raise UsageError(f"{where}: profiles extend each other in a circle ({chain}): remove one `extends`")
        current = read(path)
        seen.append(str(path.resolve()))
        found.append(current)
    return found


def _parent(name: str, folder: Path, roots: Sequence[Path], where: str) -> Path:
    beside = folder / (name if name.endswith(".toml") else f"{name}.toml")
    if beside.is_file():
        return beside
    known = profile_names(roots)
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=1)
    hint = f'did you mean "{near[0]}"?' if near else f"known profiles: {', '.join(sorted(known)) or 'none'}"
    raise UsageError(f"{where}: there is no profile {name!r} to extend: {hint}")


def merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Tables are merged key by key; everything else is replaced, and so is a table of another `kind`."""
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        same = isinstance(old, dict) and isinstance(value, dict) and old.get("kind") == value.get("kind", old.get("kind"))
        merged[key] = merge(old, value) if same and isinstance(old, dict) else value
    return merged


def place(path: KeyPath, layers: Sequence[Layer]) -> str:
    """File and line of a key, or of the innermost table that is written somewhere; the most special layer wins."""
    for end in range(len(path), 0, -1):
        for layer in layers:
            if path[:end] in layer.lines:
                return f"{layer.label}, line {layer.lines[path[:end]]}"
            if not layer.lines and _has(layer.data, path[:end]):
                return layer.label
    return next((layer.label for layer in layers if layer.lines), layers[0].label)


def _has(data: Any, path: KeyPath) -> bool:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return False
    return True


def _absolute(value: Any, folder: Path, key: str = "") -> Any:
    """Paths of files are meant relative to the profile that names them."""
    if isinstance(value, dict):
        return {name: _absolute(item, folder, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_absolute(item, folder) for item in value]
    if isinstance(value, str) and value.startswith("file:"):
        return f"file:{folder / Path(value.removeprefix('file:')).expanduser()}"
    if isinstance(value, str) and value and key in {"ca", "client_cert"}:
        return str(folder / Path(value).expanduser())
    return value
