"""JSON in other clothes: behind a guard or in the call of a function, with notices or comments around it, an object a line,
several documents in one text, and the slips of JSON written by hand: comments, commas too many or before a closing bracket,
single quotes, keys without quotes, quotes and line breaks within strings, NaN.

Everything is read from its first bracket to the bracket that closes it; what stands between such documents is passed over.
Belongs here: text to values. Does not belong here: what a document holds (`json_data`, `schema_org`). Not for JSON that is
well formed: `json.loads` is fifty times as fast.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

MAX_STARTS = 30
"""Brackets that begin no document, after which a text is none."""
MAX_DEPTH = 200

BRACKET = re.compile(r"\{|(?<!<!\[CDATA)(?<!<!)\[")
LINE_OF_AN_OBJECT = re.compile(r"(?<![^\n])\{\s*\"")
BLANK = re.compile(r"\s+")
BARE = re.compile(r"[^\s{}\[\],:\"'/<]+")
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
LITERALS = {
    "true": True, "false": False, "null": None, "True": True, "False": False, "None": None,
    "NaN": None, "Infinity": None, "-Infinity": None, "undefined": None,
}  # fmt: skip
AFTER_KEY = re.compile(r"\s*:")
AFTER_VALUE_IN_OBJECT = re.compile(
    r"\s*(?:[}\]]|\Z|//|/\*|<!--|,[\s,]*(?:[}\]]|\Z|//|/\*|<!--|\"[^\"\n]{0,200}\"\s*:|'[^'\n]{0,200}'\s*:|[\w$@-]{1,60}\s*:))"
)
AFTER_VALUE_IN_ARRAY = re.compile(
    r"\s*(?:[}\]]|\Z|//|/\*|<!--|,[\s,]*(?:[\"'{\[\]}\d-]|true|false|null|\Z|//|/\*|<!--))"
)
COMMENTS = (("//", "\n"), ("/*", "*/"), ("<!--", "-->"))
DECODER = json.JSONDecoder(strict=False, parse_constant=lambda name: None)


class Documents(NamedTuple):
    """The objects and arrays of a text in its order; whether each of them ends."""

    values: list[Any]
    is_whole: bool


class _NotJsonError(ValueError):
    pass


def read_documents(text: str) -> Documents:
    """Every JSON document of a text; of one that breaks off its whole parts."""
    found: list[tuple[int, Any]] = []  # length, value
    is_whole = True
    at = failed = 0
    while failed < MAX_STARTS and (start := BRACKET.search(text, at)):
        try:
            value, end = DECODER.raw_decode(text, start.start())
        except (json.JSONDecodeError, RecursionError):
            try:
                value, end, is_closed = _read_document(text, start.start())
            except _NotJsonError:
                failed += 1
                at = start.end()
                is_whole = is_whole and not LINE_OF_AN_OBJECT.match(text, start.start())
                continue
            is_whole = is_whole and is_closed
            if not is_closed and not value:
                break
        found.append((end - start.start(), value))
        at = end
    with_objects = [each for each in found if _has_object(each[1])] or found
    return Documents([value for _, value in with_objects], is_whole)


def one_document(documents: Documents) -> Any:
    """A text's document: the only one; of an object a line the list of them; else the longest."""
    values = documents.values
    if len(values) == 1:
        return values[0]
    if all(isinstance(value, dict) for value in values):
        return values
    return max(values, key=lambda value: len(json.dumps(value)))


def _has_object(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(each, dict | list) for each in value))


def _read_document(text: str, at: int) -> tuple[Any, int, bool]:
    """(value, where it ends, whether it is closed) of the document whose first bracket stands at `at`. Raises _NotJsonError."""
    open_values: list[Any] = []
    keys: list[str | None] = []  # of each open object the key whose value is due
    root: Any = None

    def add(value: Any) -> None:
        nonlocal root
        if not open_values:
            root = value
        elif isinstance(open_values[-1], list):
            open_values[-1].append(value)
        elif keys[-1] is None:
            raise _NotJsonError("a value without a key")
        else:
            open_values[-1][keys[-1]] = value
            keys[-1] = None

    while at < len(text):
        mark = text[at]
        if blank := BLANK.match(text, at):
            at = blank.end()
        elif (comment := _comment_end(text, at)) is not None:
            at = comment
        elif mark in "{[":
            if len(open_values) >= MAX_DEPTH:
                raise _NotJsonError("nested too deeply")
            value: Any = {} if mark == "{" else []
            add(value)
            open_values.append(value)
            keys.append(None)
            at += 1
        elif mark in "}]":
            if isinstance(open_values[-1], dict) != (mark == "}") or keys[-1] is not None:
                raise _NotJsonError("a bracket that closes nothing")
            open_values.pop()
            keys.pop()
            at += 1
            if not open_values:
                return root, at, True
        elif mark in ",:":
            at += 1
        else:
            is_key = isinstance(open_values[-1], dict) and keys[-1] is None
            token, at = (
                _string(text, at, is_key=is_key, container=open_values[-1]) if mark in "\"'" else _bare(text, at)
            )
            if not is_key:
                add(token if mark in "\"'" else _literal(token))
            elif AFTER_KEY.match(text, at):
                keys[-1] = token
            else:
                raise _NotJsonError("a key without a value")
    return _without_unfinished(root, open_values), at, False


def _without_unfinished(root: Any, open_values: list[Any]) -> Any:
    """The document of a text that ends too early, without the objects that are unfinished."""
    if (
        len(open_values) == 1
        and isinstance(root, dict)
        and not any(isinstance(each, list | dict) for each in root.values())
    ):
        return {}
    for above, unfinished in zip(reversed(open_values[:-1]), reversed(open_values[1:]), strict=True):
        if isinstance(above, list) and isinstance(unfinished, dict):
            above.pop()
    return root


def _comment_end(text: str, at: int) -> int | None:
    for begin, end in COMMENTS:
        if text.startswith(begin, at):
            close = text.find(end, at + len(begin))
            return len(text) if close < 0 else close + len(end)
    return None


def _string(text: str, at: int, *, is_key: bool, container: Any) -> tuple[str, int]:
    """A string and where it ends: at the first quote after which a document can go on."""
    quote = text[at]
    after = AFTER_KEY if is_key else AFTER_VALUE_IN_OBJECT if isinstance(container, dict) else AFTER_VALUE_IN_ARRAY
    end = at
    while (end := text.find(quote, end + 1)) >= 0:
        escape = end
        while text[escape - 1] == "\\":
            escape -= 1
        if (end - escape) % 2 == 0 and after.match(text, end + 1):
            return _unescaped(text[at + 1 : end]), end + 1
    return _unescaped(text[at + 1 :]), len(text)


def _unescaped(inner: str) -> str:
    """The value of a string: its raw quotes escaped, its escapes read; as it stands where they are none of JSON's."""
    inner = inner.replace("\\'", "'")
    escaped = re.sub(r'((?:^|[^\\])(?:\\\\)*)"', r'\1\\"', inner)
    try:
        return str(json.loads(f'"{escaped}"', strict=False))
    except json.JSONDecodeError:
        return inner


def _bare(text: str, at: int) -> tuple[str, int]:
    token = BARE.match(text, at)
    if token is None:
        raise _NotJsonError(f"{text[at]!r} out of place")
    return token[0], token.end()


def _literal(token: str) -> Any:
    if token in LITERALS:
        return LITERALS[token]
    if NUMBER.fullmatch(token):
        return float(token) if re.search("[.eE]", token) else int(token)
    raise _NotJsonError(f"{token!r} out of place")
