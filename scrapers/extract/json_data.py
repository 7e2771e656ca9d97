"""JSON as sources send it: reading it even where it breaks off, and finding what stands at a path.

A path is keys joined by dots (`location.name`): of a list every element is followed, a number takes one of them. Belongs
here: the format. Does not belong here: which path holds what (the spiders, or a source's settings).
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping
from functools import cache
from math import isfinite
from typing import Any

from scrapy.http import Response

from scrapers.answers.check import SourceError, decoded
from scrapers.extract.lenient_json import one_document, read_documents
from scrapers.extract.persons import without_persons
from scrapers.outcome import Outcome

MAX_FAILURE_CHARACTERS = 100
"""Of what a document says of its failure."""

STATUS_KEYS = ("status", "code", "statuscode", "errorcode")

NO_FAILURE = re.compile(r"(?:0|2\d\d|false|no|none|null|ok|success)?", re.I)
"""What stands in the place of an error where there is none; 2xx are HTTP's words for success."""


def read_json(response: Response) -> tuple[Any, bool]:
    """The document, and whether it is whole; of one that breaks off what can be read. Raises SourceError."""
    return parse_json(decoded(response).text, response.url)


def parse_json(text: str, url: str) -> tuple[Any, bool]:
    """The same of a text that stands at `url`, a piece of a page perhaps."""
    try:
        document = _load(text)
        return _load(document) if isinstance(document, str) and document[:1] in ("{", "[") else document, True
    except json.JSONDecodeError as error:
        reason = f"{error.msg} at {error.pos}"
    except RecursionError as error:
        raise SourceError(Outcome.ERROR, f"JSON nested too deeply: {url}") from error
    with contextlib.suppress(json.JSONDecodeError, RecursionError):
        if (whole_part := _cut_to_whole_objects(text)) is not None:
            return json.loads(whole_part, strict=False), False
    documents = read_documents(text)
    if not documents.values:
        raise SourceError(Outcome.ERROR, f"no JSON ({reason}): {url}")
    return one_document(documents), documents.is_whole


def _load(text: str) -> Any:
    return json.loads(text, strict=False, parse_constant=lambda name: None)


def failure_in(document: Any) -> str | None:
    """What a document says of a failure of its own: `error: quota exceeded`, or of an object, which may name persons, its key
    alone; None where it says nothing."""
    if not isinstance(document, dict):
        return None
    for key, value in document.items():
        name = _folded(key)
        is_failure = (
            (name in ("error", "errors", "errormessage", "exception", "fault") and _is_error(value))
            or (name in ("success", "ok", "succeeded") and value is False)
            or (name in STATUS_KEYS and _is_failed_status(value))
        )
        if is_failure:
            words = "" if isinstance(value, dict | list) else f": {without_persons(as_text(value))}"
            return f"{key}{words}"[:MAX_FAILURE_CHARACTERS]
    return None


def _folded(key: str) -> str:
    return key.casefold().replace("_", "")


def _is_error(value: Any) -> bool:
    """Whether there is an error in its place, which some documents have without one. An object with a code or a status is
    believed by that alone: some say "Success" beside it."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            codes = [code for key, code in each.items() if _folded(key) in STATUS_KEYS and code not in (None, "")]
            pending += codes or each.values()
        elif isinstance(each, list):
            pending += each
        elif not NO_FAILURE.fullmatch(as_text(each)):
            return True
    return False


def _is_failed_status(value: Any) -> bool:
    """Whether a status is one of HTTP's errors, or a word for failure."""
    text = str(value).casefold()
    return text in ("error", "fail", "failed", "failure") or (text.isdecimal() and 400 <= int(text[:4]) < 600)


def at(node: Any, path: str) -> list[Any]:
    """What stands at a path; the node itself for an empty one."""
    found = [node]
    for key in _keys(path):
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
    value = row
    for key in _keys(path):
        if type(value) is not dict:
            break
        value = value.get(key)
    else:  # objects all the way: by far the most
        if type(value) is not list:
            text = as_text(value)
            return [text] if text else []
    values = [value for found in at(row, path) for value in (found if isinstance(found, list) else [found])]
    return [text for text in map(as_text, values) if text]


@cache
def _keys(path: str) -> tuple[str, ...]:
    return tuple(path.split(".")) if path else ()


def text_at(row: Any, path: str) -> str | None:
    """The first text at a path."""
    return next(iter(texts_at(row, path)), None)


def objects_at(row: Any, path: str) -> list[dict[str, Any]]:
    """The objects at a path; of a list there, its elements."""
    values = [value for found in at(row, path) for value in (found if isinstance(found, list) else [found])]
    return [value for value in values if isinstance(value, dict)]


def joined_by(rows: list[Any], key: str) -> list[Any]:
    """Rows that repeat one posting, once for each of its places, as one: the first of them, with all under `rows`."""
    joined: list[Any] = []
    of_posting: dict[str, dict[str, Any]] = {}
    for row in rows:
        posting = text_at(row, key) if isinstance(row, dict) else None
        if posting is None:
            joined.append(row)
        elif posting in of_posting:
            of_posting[posting]["rows"].append(row)
        else:
            of_posting[posting] = {**row, "rows": [row]}
            joined.append(of_posting[posting])
    return joined


def fields_at(row: Any, paths_of: Mapping[Any, Any]) -> dict[str, Any]:
    """Raw fields from their paths, of several the first that says something; `title` and `url` always among them."""
    fields: dict[str, Any] = {"title": None, "url": None}
    for field, paths in paths_of.items():
        texts = [texts_at(row, path) for path in ((paths,) if isinstance(paths, str) else paths)]
        if field == "locations":
            fields[field] = list(dict.fromkeys(text for found in texts for text in found))
        else:
            fields[field] = next((", ".join(found) for found in texts if found), None)
    return fields


def line_at(row: Any, *paths: str) -> str:
    """What stands at several paths as one line, each text once: `Halmstad, Hallands län, Sverige`."""
    return ", ".join(dict.fromkeys(text for path in paths for text in texts_at(row, path)))


def as_text(value: Any) -> str:
    """A value as text without white space around it; empty for null and for a number too large for one (`1e400`)."""
    if isinstance(value, str):
        return value.strip()
    is_none = value is None or (isinstance(value, float) and not isfinite(value))
    return "" if is_none else json.dumps(value, ensure_ascii=False)


def _cut_to_whole_objects(text: str) -> str | None:
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
