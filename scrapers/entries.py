"""The files of the catalogue: YAML entries over shared defaults, and tables of boards.

Belongs here: how entries are written. Does not belong here: what an entry may hold (`scrapers.source`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import normalize
from urllib.parse import quote

import yaml


class Entry(NamedTuple):
    """An entry over the defaults of its file, and where it is written; or what is wrong with it."""

    where: str
    values: dict[str, Any]
    problem: str | None = None


_WORD = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_PLAIN = re.compile(r"[a-z0-9]+", re.ASCII)


def read_entries(path: Path, known_keys: AbstractSet[str]) -> Iterator[Entry]:
    """The entries of a file, then those of its boards."""
    try:
        defaults, listed, boards = split_document(read_yaml(path))
        shared = Defaults({"channel": path.parent.name, **defaults}, known_keys)
    except (yaml.YAMLError, ValueError) as error:
        yield Entry(f"{path.name}: entry 0", {}, " ".join(str(error).split()))
        return
    for number, entry in enumerate(listed, start=1):
        if isinstance(entry, dict):
            merged = shared.under(entry)
            yield merged._replace(where=f"{path.name}: entry {merged.values.get('id', number)}")
        else:
            yield Entry(f"{path.name}: entry {number}", {}, "an entry must be a mapping")
    if boards:
        for line, entry, problem in _read_boards(path.parent / boards, shared.keys):
            merged = Entry("", entry, problem) if problem else shared.under(entry)
            yield merged._replace(where=f"{boards}: line {line}")


def read_yaml(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def split_document(document: Any) -> tuple[dict[str, Any], list[Any], str | None]:
    """Defaults, listed entries and the name of the table of boards. Raises ValueError for another kind of document."""
    if not isinstance(document, dict) or not document.keys() & {"sources", "boards"}:
        raise ValueError("the file needs a list under 'sources', or a table under 'boards'")
    if unknown := sorted(map(str, document.keys() - {"defaults", "sources", "boards"})):
        raise ValueError(f"unknown key {', '.join(unknown)}; known are defaults, sources and boards")
    defaults, listed, boards = document.get("defaults") or {}, document.get("sources", []), document.get("boards")
    if not isinstance(defaults, dict) or not isinstance(listed, list):
        raise ValueError("the file needs a mapping under 'defaults' and a list under 'sources'")
    if boards is not None and (not isinstance(boards, str) or Path(boards).name != boards):
        raise ValueError("boards: the name of a CSV file in the same folder")
    return defaults, listed, boards


class Defaults:
    """What the entries of a file share: plain values and templates. `keys`: the keys that an entry may have, those of a
    source (`known_keys`) and the words of the templates."""

    def __init__(self, defaults: dict[str, Any], known_keys: AbstractSet[str]) -> None:
        self._templates = {key: value for key, value in defaults.items() if _words(value)}
        words = {word for template in self._templates.values() for word in _words(template)}
        self._own = words - known_keys
        self.keys = known_keys | words
        if unknown := sorted(map(str, defaults.keys() - self.keys)):
            raise ValueError(f"defaults: {', '.join(unknown)}: no field of a source, and no template uses it")
        self._plain = {
            key: value for key, value in defaults.items() if key in known_keys and key not in self._templates
        }
        self._given = {key: value for key, value in defaults.items() if key in words and key not in self._templates}
        self._channel = defaults["channel"]

    def under(self, entry: dict[str, Any]) -> Entry:
        """The entry over the defaults, with their templates filled in."""
        values = {**self._given, **entry}
        merged = dict(self._plain)
        try:
            for key, template in self._templates.items():
                if key not in entry or isinstance(template, dict):
                    merged[key] = _filled(template, key, values)
        except LookupError as missing:
            return Entry("", entry, f"{key}: needs a {missing.args[0]!r}")
        merged = _merge(merged, {key: value for key, value in entry.items() if key not in self._own})
        if merged["channel"] != self._channel:
            return Entry("", merged, f"channel: {merged['channel']!r}, but the file is in {self._channel}/")
        return Entry("", merged)


def _words(template: Any) -> set[str]:
    """The words in braces of a default, at any depth."""
    if isinstance(template, str):
        return set(_WORD.findall(template))
    if isinstance(template, dict | list):
        parts = template.values() if isinstance(template, dict) else template
        return {word for part in parts for word in _words(part)}
    return set()


def _filled(template: Any, key: str, values: Mapping[str, Any]) -> Any:
    """A default with its words filled in, encoded as its key needs. Raises KeyError for a word without a value."""
    if isinstance(template, str):
        return _WORD.sub(lambda word: _encoded(str(values[word[1]]), key), template)
    if isinstance(template, dict):
        return {name: _filled(part, key, values) for name, part in template.items()}
    if isinstance(template, list):
        return [_filled(part, key, values) for part in template]
    return template


def _encoded(value: str, key: str) -> str:
    """A value as a part of an address or of an id; elsewhere unchanged."""
    if _PLAIN.fullmatch(value):
        return value
    if key in ("url", "page"):
        return quote(value, safe="")
    if key == "id":
        bare = value if value.isascii() else normalize("NFKD", value).encode("ascii", "ignore").decode()
        return re.sub(
            r"[^a-z0-9]+", lambda match: match[0] if match[0] in {".", "_", "-"} else "-", bare.lower()
        ).strip("._-")
    return value


def _read_boards(path: Path, known: AbstractSet[str]) -> Iterator[tuple[int, dict[str, Any], str | None]]:
    """(line number, entry, problem) of each line of a CSV."""
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            reader = csv.reader(handle, strict=True)
            header = next(reader, [])
            if wrong_keys := [key for key in header if key not in known or header.count(key) > 1]:
                yield 1, {}, f"{', '.join(wrong_keys)}: no field of a source, and no template uses it, or given twice"
                return
            for cells in reader:
                entry = {key: cell for key, cell in zip(header, cells, strict=False) if cell}
                problem = None if len(cells) == len(header) else f"{len(cells)} cells under {len(header)} columns"
                yield reader.line_num, entry, problem
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        yield 0, {}, f"cannot be read: {error}"


def _merge(defaults: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """An entry over its defaults; mappings are merged one level deep, so that an entry may add one setting."""
    merged = dict(defaults)
    for key, value in entry.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = {**merged[key], **value}
        else:
            merged[key] = value
    return merged
