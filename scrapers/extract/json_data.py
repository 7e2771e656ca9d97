"""JSON as sources send it: reading it even where it breaks off, and finding what stands at a path.

A path is keys joined by dots (`location.name`): of a list every element is followed, a number takes one of them. Belongs
here: the format. Does not belong here: which path holds what (the spiders, or a source's settings).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from scrapy.http import Response

from scrapers.answers import SourceError, decoded


def read_json(response: Response) -> tuple[Any, bool]:
    """The document, and whether it is whole; of one that breaks off what can be read. Raises SourceError."""
    text, url = decoded(response).text, response.url
    try:
        return json.loads(text, strict=False), True
    except json.JSONDecodeError as error:
        mended = _mended(text)
        if mended is None:
            raise SourceError("error", f"no JSON ({error.msg} at {error.pos}): {url}") from error
    except RecursionError as error:
        raise SourceError("error", f"JSON nested too deeply: {url}") from error
    try:
        return json.loads(mended, strict=False), False
    except json.JSONDecodeError as error:
        raise SourceError("error", f"no JSON ({error.msg} at {error.pos}): {url}") from error


def at(node: Any, path: str) -> list[Any]:
    """What stands at a path; the node itself for an empty one."""
    found = [node]
    for key in path.split(".") if path else ():
        following: list[Any] = []
        for each in found:
            if isinstance(each, list) and not key.isdigit():
                following += [element[key] for element in each if isinstance(element, dict) and key in element]
            elif isinstance(each, list):
                following += each[int(key) : int(key) + 1]
            elif isinstance(each, dict) and key in each:
                following.append(each[key])
        found = following
    return found


def texts_at(row: Any, path: str) -> list[str]:
    """The texts at a path, empty ones left out; numbers as they stand."""
    values = [value for found in at(row, path) for value in (found if isinstance(found, list) else [found])]
    return [text for text in map(as_text, values) if text]


def fields_at(row: Any, paths_of: Mapping[str, Any]) -> dict[str, Any]:
    """Raw fields from their paths, of several the first that says something; `title` and `url` always among them."""
    said: dict[str, Any] = {"title": None, "url": None}
    for field, paths in paths_of.items():
        texts = [texts_at(row, path) for path in ((paths,) if isinstance(paths, str) else paths)]
        if field == "locations":
            said[field] = list(dict.fromkeys(text for found in texts for text in found))
        else:
            said[field] = next((", ".join(found) for found in texts if found), None)
    return said


def as_text(value: Any) -> str:
    """A value as text without white space around it; empty for null."""
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _mended(text: str) -> str | None:
    """A JSON text that breaks off, closed after the last whole object of its outermost array of objects; None where all
    its brackets are closed, so that something else is wrong with it."""
    brackets: list[str] = []
    best: tuple[int, int, str] | None = None  # depth, end, the brackets still open there
    for match in re.finditer(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[{}\[\]]', text, re.S):
        mark = match[0]
        if mark in "{[":
            brackets.append("}" if mark == "{" else "]")
        elif mark in "}]":
            if not brackets or brackets.pop() != mark:
                return None
            if mark == "}" and brackets and brackets[-1] == "]" and (best is None or len(brackets) <= best[0]):
                best = len(brackets), match.end(), "".join(reversed(brackets))
    if not brackets:
        return None
    if best is None:
        opened = re.search(r"\[", text)
        return text[: opened.end()] + "]" if opened and text.lstrip().startswith("[") else None
    return text[: best[1]] + best[2]
