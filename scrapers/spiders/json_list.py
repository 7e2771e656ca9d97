"""Lists published as one JSON document: an array of objects, an object an opening.

How to recognise one: the address answers with JSON and no key is needed; often a file of a repository (`listings.json`)
or the interface behind a page. Keys differ, so the catalogue names them.

What to write:

    - id: example-json
      name: Example listings
      spider: json_list
      url: https://raw.githubusercontent.com/example/internships/main/listings.json
      settings:
        rows: data.jobs            # where the array stands, keys joined by dots; left out: the document is the array
        fields:                    # raw field -> key, or keys joined by dots, or a list of them
          title: title
          organization: company.name
          url: [apply_url, url]    # the first that says something
          locations: locations     # of a list all of them; `offices.name` takes the name of every office
          posted: date_posted
          native_id: id
        open_when: {active: true}  # a row whose key says otherwise is marked closed, in its own words
        extra: [sponsorship]       # keys carried along as they are
        total: meta.count          # where the document tells how many there are

Numbers become text as they stand (seconds since 1970 stay seconds).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field, model_validator
from scrapy.http import Response

from scrapers.answers import SourceError, decoded
from scrapers.listing import MARKED_CLOSED, RawListing
from scrapers.spiders.base import SourceRun, SourceSpider, SpiderSettings, Texts

RawField = Literal[
    "title", "url", "apply_url", "native_id", "organization", "locations", "description", "employment_type", "posted",
    "deadline", "starts", "duration", "pay", "language", "section",
]  # fmt: skip


class JsonList(SourceSpider):
    name = "json_list"
    due = "json"

    class Settings(SpiderSettings):
        rows: str = ""
        fields: dict[RawField, Texts]
        open_when: dict[str, str | int | float | bool | None] = Field(default_factory=dict)
        extra: list[str] = Field(default_factory=list)
        total: str | None = None

        @model_validator(mode="after")
        def _names_a_title(self) -> JsonList.Settings:
            if "title" not in self.fields:
                raise ValueError("fields must name a title")
            return self

    def parse(self, response: Response, run: SourceRun) -> Iterator[RawListing]:
        settings: JsonList.Settings = run.settings
        document, is_whole = _load(decoded(response).text, response.url)
        if not is_whole:
            run.partial(f"the JSON breaks off: {response.url}")
        lists = [found for found in _at(document, settings.rows) if isinstance(found, list)]
        if not lists:
            where = f"at {settings.rows!r} " if settings.rows else ""
            raise SourceError("layout_changed", f"no list {where}in {response.url}")
        if settings.total and (total := _texts(document, settings.total)) and total[0].isdigit():
            run.declare_total(int(total[0]))
        for rows in lists:
            for row in rows:
                yield from run.listing(response, **_fields(row, settings))


def _fields(row: Any, settings: JsonList.Settings) -> dict[str, Any]:
    if not isinstance(row, dict):
        return {"title": None, "url": None}
    said: dict[str, Any] = {"title": None, "url": None}
    for field, paths in settings.fields.items():
        texts = [_texts(row, path) for path in paths]
        if field == "locations":
            said[field] = list(dict.fromkeys(text for found in texts for text in found))
        else:
            said[field] = next((", ".join(found) for found in texts if found), None)
    extra = {key: row.get(key) for key in settings.extra}
    shut = [
        f"{key}: {_text(row[key])}" for key, value in settings.open_when.items() if key in row and row[key] != value
    ]
    if shut:
        extra[MARKED_CLOSED] = ", ".join(shut)
    return {**said, "row_text": said.get("organization"), "extra": extra}


def _at(node: Any, path: str) -> list[Any]:
    """What stands at a dotted path; of an array every element is followed, a number takes one of them."""
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


def _texts(row: Any, path: str) -> list[str]:
    """The texts at a path, empty ones left out."""
    values = [value for found in _at(row, path) for value in (found if isinstance(found, list) else [found])]
    return [text for text in map(_text, values) if text]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _load(text: str, url: str) -> tuple[Any, bool]:
    """The document, and whether it is whole; of one that breaks off what can be read. Raises SourceError."""
    try:
        return json.loads(text, strict=False), True
    except json.JSONDecodeError as error:
        mended = _mended(text)
        if mended is None:
            raise SourceError("error", f"no JSON ({error.msg} at {error.pos}): {url}") from error
    try:
        return json.loads(mended, strict=False), False
    except json.JSONDecodeError as error:
        raise SourceError("error", f"no JSON ({error.msg} at {error.pos}): {url}") from error


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
