"""JSON that a web page carries for its own scripts: in a `<script>` of data, assigned to a variable, in an attribute.

A document has a name, by which it is found again: the id of its script (`__NEXT_DATA__`), its variable (`__INITIAL_STATE__`), its
attribute (`data-page`). A payload of Nuxt 3, an array whose values are places in it, is read as what it stands for, and so is the
stream of Next.js (`flight`). Belongs here: where on a page JSON stands. Does not belong here: JSON-LD (`schema_org`), what a
document holds (`json_data`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from selectolax.lexbor import LexborNode

from scrapers.answers.check import SourceError
from scrapers.extract.flight import read_stream, stream
from scrapers.extract.lenient_json import DECODER, read_documents
from scrapers.outcome import Outcome

DATA_TYPES = ("application/json", "application/vnd.api+json", "text/json")
NEXT_STREAM = "__next_f"
NUXT_PAYLOAD = "__NUXT_DATA__"
NUXT_WRAPPERS = ("Reactive", "ShallowReactive", "Ref", "ShallowRef", "EmptyRef", "EmptyShallowRef")
MAX_VALUES = 1_000_000
"""Values of a payload, those that stand in several places counted in each."""
MIN_ATTRIBUTE = 40
"""Characters of an attribute from which on it may hold a list."""
ASSIGNED = re.compile(
    r"(?:\bvar\s+|\blet\s+|\bconst\s+|\bwindow\.|\bself\.|\bglobalThis\.|^[ \t]*)"
    r"([A-Za-z_$][\w$.]{0,60}(?:\[['\"]\w{1,40}['\"]\])?)\s*=\s*"
    r"(?=[{\[]|JSON\.parse\()|\b([A-Za-z_$]\w{0,60})\s*:\s*(?=JSON\.parse\()",
    re.M,
)
PARSED = re.compile(
    r"JSON\.parse\(\s*+(decodeURIComponent\(\s*+)?(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)", re.S
)


def page_data(page: LexborNode) -> Iterator[tuple[str, str]]:
    """The name and text of each document of a page; what stands behind a document that a script assigns may follow it."""
    streamed: list[str] = []
    for script in page.css("script"):
        kind = (script.attributes.get("type") or "").split(";")[0].strip().lower()
        text = script.text() or ""
        if kind in DATA_TYPES:
            yield script.attributes.get("id") or kind, text.strip()
        elif kind in ("", "module", "text/javascript", "application/javascript"):
            streamed.append(stream(text) if NEXT_STREAM in text else "")
            for found in ASSIGNED.finditer(text):
                yield found[1] or found[2], _assigned(text, found.end())
    if any(streamed):
        yield NEXT_STREAM, "".join(streamed)
    for node in page.css("[data-page], [data-props], [data-state], [data-jobs], [data-items], [data-react-props]"):
        for name, value in node.attributes.items():
            if name.startswith("data-") and value and len(value) >= MIN_ATTRIBUTE and value.lstrip()[:1] in ("{", "["):
                yield name, value.strip()


def read_data(page: LexborNode, name: str, url: str) -> tuple[Any, bool]:
    """The document of this name, and whether it is whole. Raises SourceError."""
    texts = [text for found, text in page_data(page) if found == name]
    if not texts:
        raise SourceError(Outcome.LAYOUT_CHANGED, f"no JSON named {name!r} in {url}")
    document, is_whole = parse_data(name, texts[0])
    if document is None:
        raise SourceError(Outcome.LAYOUT_CHANGED, f"{name!r} is no JSON in {url}")
    return document, is_whole


def parse_data(name: str, text: str) -> tuple[Any, bool]:
    """The first document of a text, None where it has none, and whether it is whole."""
    if name == NEXT_STREAM:
        return read_stream(text), True
    try:
        document, is_whole = DECODER.raw_decode(text)[0], True
    except (json.JSONDecodeError, RecursionError):
        found = read_documents(text)
        document, is_whole = (found.values[0], found.is_whole) if found.values else (None, False)
    if name == NUXT_PAYLOAD and isinstance(document, list):
        return _Payload(document).value(0), is_whole
    return document, is_whole


def _assigned(text: str, start: int) -> str:
    """What is assigned at a place of a script, without `JSON.parse` around it."""
    if parsed := PARSED.match(text, start):
        inner = parsed[2][1:-1]
        if parsed[2][0] != '"':
            inner = re.sub(r"\\(.)|(\")", lambda found: _requoted(found[1], found[2]), inner, flags=re.S)
        try:
            literal = json.loads(f'"{inner}"', strict=False)
        except json.JSONDecodeError:
            return ""
        return unquote(literal) if parsed[1] else literal
    return text[start:]


def _requoted(escaped: str | None, quote: str | None) -> str:
    """A piece of a string in single quotes, as JSON writes it in double ones."""
    if quote:
        return '\\"'
    return f"\\{escaped}" if escaped and escaped in 'bfnrtu"\\/' else escaped or ""


class _Payload:
    """A payload of Nuxt 3 (devalue): an array of values, in which objects and arrays hold the places of theirs."""

    def __init__(self, values: list[Any]) -> None:
        self._values = values
        self._sizes: dict[int, int] = {}
        self._made: dict[int, Any] = {}

    def value(self, place: Any) -> Any:
        """What stands at a place; None for no place, for what holds itself, and for what would be too large."""
        if type(place) is not int or not 0 <= place < len(self._values):
            return None
        if place in self._made:
            return self._made[place]
        self._made[place], self._sizes[place] = None, 1  # as long as it is being made
        given = self._values[place]
        if isinstance(given, list) and given[:1] and isinstance(given[0], str):
            inner = given[1] if len(given) > 1 else None
            made = self.value(inner) if given[0] in NUXT_WRAPPERS else inner
            places = [inner] if given[0] in NUXT_WRAPPERS else []
        elif isinstance(given, list):
            places = given
            made = [self.value(each) for each in given]
        elif isinstance(given, dict):
            places = list(given.values())
            made = {key: self.value(each) for key, each in given.items()}
        else:
            places, made = [], given
        self._sizes[place] += sum(self._sizes.get(each, 1) for each in places if type(each) is int)
        self._made[place] = made if self._sizes[place] <= MAX_VALUES else None
        return self._made[place]
