"""What Next.js (app router) sends a page's scripts: pieces of a stream of rows, `self.__next_f.push([1, "…"])`.

A row is `<hexadecimal id>:<value>`; a value is JSON, `T<hexadecimal length>,` and so many bytes of text, or something for React
alone (`I[…]`, `HL[…]`). An element is `["$", type, key, properties]`; a string `$<id>` stands for the value of a row, `$$…` for
one that begins with a dollar sign. The ids and places of rows change with every build of the site, the names of properties do
not: a stream is read as what the elements were given, by the names of their properties. Origin: React's own client.

Belongs here: the stream. Does not belong here: where on a page it stands (`page_data`).
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from typing import Any

from scrapers.extract.lenient_json import DECODER

PIECE = re.compile(r"__next_f\.push\(\s*+\[\s*+1\s*+,\s*+(?=\")")
ROW = re.compile(rb"\s*+([0-9a-f]{1,8}):(?:T([0-9a-f]{1,8}),)?")
REFERENCE = re.compile(r"\$[A-Za-z]?([0-9a-f]{1,8})((?::[\w-]{1,60}){0,20})")
DATE = "$D"
FOR_REACT_ALONE = frozenset(("children", "className", "style", "dangerouslySetInnerHTML"))
MAX_DEPTH = 60
MAX_VALUES = 200_000
"""Values of what the elements were given; what doubles itself by its references ends there."""


def stream(text: str) -> str:
    """The pieces of a stream that a script pushes, joined; empty for a script that pushes none."""
    pieces = []
    for found in PIECE.finditer(text):
        try:
            pieces.append(DECODER.raw_decode(text, found.end())[0])
        except json.JSONDecodeError:
            break
    return "".join(pieces)


def read_stream(text: str) -> dict[str, Any]:
    """What the elements of a page were given: name of a property -> its objects, the one or a list, or its list of objects; those
    of one name together."""
    rows = dict(_rows(text.encode("utf-8", "surrogatepass")))
    values = _Values(rows)
    given: dict[str, dict[str, Any]] = {}  # name -> object by its text, because one is handed from element to element
    lists: set[str] = set()
    for properties in (each for row in rows.values() for each in _properties(row)):
        for name, value in properties.items():
            if name in FOR_REACT_ALONE or not isinstance(value, dict | list | str):
                continue
            resolved = values.resolved(value)
            if objects := _objects(resolved):
                given.setdefault(name, {}).update((json.dumps(each, sort_keys=True), each) for each in objects)
                lists |= {name} if isinstance(resolved, list) else set()
    found = {name: list(objects.values()) for name, objects in given.items()}
    return {name: objects if name in lists or len(objects) > 1 else objects[0] for name, objects in found.items()}


def _rows(data: bytes) -> Iterator[tuple[str, Any]]:
    """Id and value of each row that holds data; a text, JSON."""
    at = 0
    while found := ROW.match(data, at):
        if found[2]:
            end = found.end() + int(found[2], 16)
            yield found[1].decode(), data[found.end() : end].decode("utf-8", "replace")
        else:
            end = data.find(b"\n", found.end())
            end = len(data) if end < 0 else end
            with contextlib.suppress(
                json.JSONDecodeError, UnicodeDecodeError, RecursionError
            ):  # for React alone, or broken off
                yield found[1].decode(), json.loads(data[found.end() : end])
        at = end


def _properties(row: Any) -> Iterator[dict[str, Any]]:
    """The properties of each element in a row, and the row itself where it is an object."""
    waiting = [row]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list) and len(value) > 3 and value[0] == "$" and isinstance(value[3], dict):
            yield value[3]
            waiting += [each for each in value[3].values() if _is_of_elements(each)]
        elif isinstance(value, list):
            waiting += reversed(value)
        elif isinstance(value, dict):
            yield value
            waiting += reversed(value.values())


def _is_of_elements(value: Any) -> bool:
    """Whether a value is an element, or a list of some."""
    first = value[0] if isinstance(value, list) and value else None
    return first == "$" or (isinstance(first, list) and first[:1] == ["$"])


def _objects(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value]
    return value if isinstance(value, list) and all(isinstance(each, dict) for each in value) else []


class _Values:
    """Values of rows with the references in them followed."""

    def __init__(self, rows: dict[str, Any]) -> None:
        self._rows = rows
        self._left = MAX_VALUES

    def resolved(self, value: Any, depth: int = 0) -> Any:
        """A value with what its references stand for; None for what has none, and for what would be too deep or too much."""
        self._left -= 1
        if self._left < 0 or depth > MAX_DEPTH:
            return None
        if isinstance(value, str):
            return self._referred(value, depth) if value[:1] == "$" else value
        if isinstance(value, list):
            return [self.resolved(each, depth + 1) for each in value]
        if isinstance(value, dict):
            return {name: self.resolved(each, depth + 1) for name, each in value.items()}
        return value

    def _referred(self, text: str, depth: int) -> Any:
        if text.startswith("$$"):
            return text[1:]
        if text.startswith(DATE):
            return text[len(DATE) :]
        found = REFERENCE.fullmatch(text)
        if found is None or found[1] not in self._rows:
            return None
        value = self._rows[found[1]]
        for key in filter(None, found[2].split(":")):
            index = 3 if key == "props" and isinstance(value, list) else key
            if isinstance(value, list) and str(index).isdigit():
                value = value[int(index)] if int(index) < len(value) else None
            else:
                value = value.get(key) if isinstance(value, dict) else None
        return value if isinstance(value, str) else self.resolved(value, depth + 1)
