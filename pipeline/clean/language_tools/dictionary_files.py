"""The dictionary files of data/reference: read, checked against their models, listed by language.

Belongs here: files and their errors. Does not belong here: what a file may hold (`dictionary_models`), how it is laid out
(`dictionary_format`), what its phrases become (`dictionary`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import ValidationError

from pipeline.clean.language_tools.dictionary_format import formatted
from pipeline.clean.language_tools.dictionary_models import MODELS, languages
from pipeline.compiled import kept
from pipeline.errors import PipelineError
from pipeline.shipped import shipped


class DictionaryError(PipelineError):
    """A dictionary that cannot be used. `faults`: a line for each, with file, key, language, phrase and reason."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


class Entry(NamedTuple):
    """A phrase of a dictionary; `language` is None where a list serves all languages."""

    name: str
    key: str
    language: str | None
    phrase: str


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Refuses a key that stands twice, of which YAML's own loader keeps the last in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        if len(mapping) < len(node.value):
            keys = [key.value for key, _ in node.value]
            double = next(key for key in keys if keys.count(key) > 1)
            raise yaml.constructor.ConstructorError(None, None, f"the key {double!r} stands twice", node.start_mark)
        return mapping


def dictionary_path(name: str) -> Path:
    """data/reference/<name>.yaml, of a clone or of the installed wheel."""
    return shipped("data", "reference", f"{name}.yaml")


@cache
def read_reference(name: str) -> Any:
    """The document data/reference/<name>.yaml, checked; not to be changed by the caller. Raises DictionaryError."""
    text = dictionary_path(name).read_text(encoding="utf-8")
    return kept(f"{name}.yaml", text.encode(), __file__, lambda: parse_dictionary(text, name))


def parse_dictionary(text: str, name: str) -> Any:
    """The document in the text of a dictionary. Raises DictionaryError."""
    try:
        document = yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, name) from error
    if name in MODELS:
        try:
            MODELS[name].model_validate(document)
        except ValidationError as error:
            raise DictionaryError(list(_faults(error, name))) from error
    return document


def check_dictionaries() -> list[str]:
    """The faults of all dictionaries, a line each; files without a model that are not named NOT_WORDS are faults too."""
    faults = []
    for path in sorted(shipped("data", "reference").glob("*.yaml")):
        if path.stem not in MODELS and path.stem not in NOT_WORDS:
            faults.append(f"{path.name}: no model in pipeline/clean/language_tools/dictionary_models.py")
            continue
        try:
            parse_dictionary(path.read_text(encoding="utf-8"), path.stem)
        except DictionaryError as error:
            faults += error.faults
    return faults


def unformatted_dictionaries() -> dict[Path, str]:
    """The files that are not in their one form, and the text that they should have. Raises DictionaryError where a file
    is no YAML."""
    changed = {}
    for name in MODELS:
        path = dictionary_path(name)
        text = path.read_text(encoding="utf-8")
        try:
            one_form = formatted(text, name)
        except yaml.MarkedYAMLError as error:
            raise _syntax_error(error, name) from error
        if one_form != text:
            changed[path] = one_form
    return changed


def _syntax_error(error: yaml.MarkedYAMLError, name: str) -> DictionaryError:
    mark = error.problem_mark
    return DictionaryError([f"{name}.yaml{f' line {mark.line + 1}' if mark else ''}: {error.problem}"])


NOT_WORDS = frozenset({"posting_ids"})
"""YAML files of data/reference that hold records and no phrases."""


def list_entries(language: str | None = None) -> Iterator[Entry]:
    """The phrases of all dictionaries, or those of one language: by file, key, and their order there."""
    for name in MODELS:
        for entry in _entries(read_reference(name), name, (), None):
            if language is None or entry.language == language:
                yield entry


def _entries(part: Any, name: str, keys: tuple[str, ...], language: str | None) -> Iterator[Entry]:
    if isinstance(part, dict):
        is_by_language = bool(part) and all(key in languages() for key in part)
        for key, below in part.items():
            if is_by_language:
                yield from _entries(below, name, keys, str(key))
            else:
                yield from _entries(below, name, (*keys, str(key)), language)
    elif isinstance(part, list):
        for below in part:
            yield from _entries(below, name, keys, language)
    elif isinstance(part, str):
        yield Entry(name, ".".join(keys), language, part)


def _faults(error: ValidationError, name: str) -> Iterator[str]:
    for fault in error.errors():
        where = ".".join(str(part) for part in fault["loc"] if part != "[key]")
        reason = {
            "extra_forbidden": "no such key",
            "missing": "is missing",
            "literal_error": f"no such key; {fault['msg']}",
        }
        message = reason.get(fault["type"], fault["msg"].removeprefix("Value error, "))
        yield f"{name}.yaml: {where}: {message}"
