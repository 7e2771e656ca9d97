"""The one form of a dictionary file: block style, one phrase a line, sorted; `internships words format` writes it.

Belongs here: YAML text to YAML text, with its comments. Does not belong here: whether what a file says is right
(`dictionary_models`).

A comment above a key or phrase moves with it, one behind it stays behind it. The comment at the top of a file, up to the first
empty line, is the file's own. Lists are sorted by their phrases and hold each phrase once; of mappings those by language
are sorted, others keep their order, which may count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import yaml

from pipeline.clean.language_tools.dictionary_models import languages, ordered_keys

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STRING = "tag:yaml.org,2002:str"
_PLAIN = re.compile(r"[^\W\d_][\w' .*’-]*(?<![ .-])")
_NEVER_PLAIN = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"}
"""Words that some YAML parser reads as another type."""


def formatted(text: str, name: str) -> str:
    """The text of data/reference/<name>.yaml in the one form. Raises yaml.YAMLError.

    Formatting what is formatted gives the same text."""
    root = yaml.compose(text, Loader=_Loader)
    if root is None:
        return text
    comments = _Comments(text)
    lines = [*(f"# {line}".rstrip() for line in comments.header), *([""] if comments.header else [])]
    if isinstance(root, yaml.MappingNode) and not _is_by_language(root):
        for number, (key, value) in enumerate(root.value):
            block = list(_entry(key, value, "", comments, key.value in ordered_keys(name)))
            lines += [""] * (number > 0 and (len(block) > 1)) + block
    else:
        lines += _block(root, "", comments, is_ordered="" in ordered_keys(name))
    lines += [f"# {line}".rstrip() for line in comments.above(len(text))]
    return "\n".join(lines) + "\n"


class _Comment(NamedTuple):
    line: int
    text: str


class _Comments:
    """The comments of a file; each is given out once, to the first node that asks for it."""

    def __init__(self, text: str) -> None:
        lines = text.split("\n")
        first = next((number for number, line in enumerate(lines) if not line.strip()), 0)
        is_header = first > 0 and all(line.startswith("#") for line in lines[:first])
        self.header = [line[1:].strip() for line in lines[:first]] if is_header else []
        self._above = [
            _Comment(number, line.strip()[1:].strip())
            for number, line in enumerate(lines)
            if line.strip().startswith("#") and not (is_header and number < first)
        ]
        ends: dict[int, int] = {}
        for token in yaml.scan(text, Loader=_Loader):
            ends[token.end_mark.line] = max(ends.get(token.end_mark.line, 0), token.end_mark.column)
        self._behind: dict[int, str] = {}
        for number, end in ends.items():
            if number < len(lines) and (comment := re.match(r"[\s,]*\s#\s?(.*)", lines[number][end:])):
                self._behind[number] = comment[1].strip()

    def above(self, line: int) -> list[str]:
        """The comments on lines of their own before this line that nothing has taken yet."""
        taken = [comment.text for comment in self._above if comment.line < line]
        self._above = [comment for comment in self._above if comment.line >= line]
        return taken

    def behind(self, line: int) -> str:
        comment = self._behind.pop(line, "")
        return f" # {comment}" if comment else ""


def _entry(
    key: yaml.Node, value: yaml.Node, indent: str, comments: _Comments, is_ordered: bool = False
) -> Iterator[str]:
    """The lines of a key and what is below it."""
    yield from (f"{indent}# {text}".rstrip() for text in comments.above(key.start_mark.line))
    behind = comments.behind(key.start_mark.line)
    if isinstance(value, yaml.ScalarNode):
        yield f"{indent}{_scalar(key)}: {_scalar(value)}{behind}"
        return
    empty = "" if value.value else " {}" if isinstance(value, yaml.MappingNode) else " []"
    yield f"{indent}{_scalar(key)}:{empty}{behind}"
    yield from _block(value, f"{indent}  ", comments, is_ordered)


def _block(node: yaml.Node, indent: str, comments: _Comments, is_ordered: bool = False) -> Iterator[str]:
    """The lines of a mapping or list."""
    if isinstance(node, yaml.MappingNode):
        entries = [(key, list(_entry(key, value, indent, comments, is_ordered))) for key, value in node.value]
        if _is_by_language(node) and not is_ordered:
            entries.sort(key=lambda entry: entry[0].value)
        for _, lines in entries:
            yield from lines
        return
    items: dict[str, list[str]] = {}
    for item in node.value:
        above = [f"{indent}# {text}".rstrip() for text in comments.above(item.start_mark.line)]
        behind = comments.behind(item.start_mark.line) if item is _last_on_line(node, item) else ""
        items.setdefault(item.value, [*above, f"{indent}- {_scalar(item)}{behind}"])
    for phrase in items if is_ordered else sorted(items, key=lambda phrase: (phrase.casefold(), phrase)):
        yield from items[phrase]


def _last_on_line(node: yaml.Node, item: yaml.Node) -> yaml.Node:
    last: yaml.Node = next(other for other in reversed(node.value) if other.start_mark.line == item.start_mark.line)
    return last


def _is_by_language(node: yaml.Node) -> bool:
    return isinstance(node, yaml.MappingNode) and all(key.value in languages() for key, _ in node.value)


def _scalar(node: yaml.Node) -> str:
    """A scalar as short as it can be written and read back."""
    value: str = node.value
    if node.tag != _STRING:
        return value
    if _PLAIN.fullmatch(value) and value.lower() not in _NEVER_PLAIN:
        return value
    if "\\" in value or '"' in value:
        return "'" + value.replace("'", "''") + "'"
    return f'"{value}"'
