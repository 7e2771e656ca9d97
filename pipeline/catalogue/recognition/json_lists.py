"""Documents of JSON, or of XML read as such, that list openings, and which key holds what: the settings by which `json_list` and
`xml_list` read them.

A key is known by its name, from the words of headers, else by what its values are to cleaning; the array is the one whose titles
speak of internships. Belongs here: from a document, one of its own or one that a page carries, to an entry. Does not belong here:
where a page carries it (`scrapers.extract.page_data`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from pipeline.catalogue.recognition.fields import field_of
from pipeline.catalogue.recognition.pages import Candidate, Page
from pipeline.catalogue.recognition.paging import next_page
from scrapers.answers.words import may_be_internship
from scrapers.extract.json_data import at, texts_at
from scrapers.extract.page_data import page_data, parse_data
from scrapers.extract.tables import column_roles
from scrapers.extract.xml_document import FeedError, as_object, local_name, read_xml

FIELDS = ("title", "organization", "locations", "url", "deadline", "posted", "starts", "duration", "pay", "description")
"""Raw fields that the keys of JSON objects are looked through for."""
BY_CONTENT = ("deadline", "posted", "locations", "organization")
"""Fields that values tell where no key's name does."""
INNER_KEYS = frozenset(("name", "title", "label", "city", "value", "text", "rendered", "url", "href"))
"""Keys of an object within a row that hold what the object stands for."""
NO_ADDRESSES = "the rows have no addresses"
TOTALS = frozenset(
    ("total", "totalcount", "totalelements", "totalresults", "totalitems", "totalrows", "totaljobs", "recordstotal", "numfound",
     "nbhits", "count")
)  # fmt: skip
"""Names of keys that tell how many rows there are, without underscores."""
COUNTING_PAGES = frozenset(("page", "pageno", "pageindex", "pagenumber", "pagina", "p"))
COUNTING = COUNTING_PAGES | {"offset", "skip", "start", "from", "startrow"}
"""Names of parameters that count pages, or rows."""
MAX_ARRAYS = 200
MAX_ROWS_READ = 50
MAX_TITLE = 220
MIN_SHARE = 0.3
"""Of the titles of a page about internships that name one, from which on it lists nothing else."""
OF_NO_WORD = 0.2
"""What a row counts whose title names no internship."""
WHOLE_ADDRESS = re.compile(r"https?://\S+$|/\S+$|\.{0,2}/?[\w%-]+(?:/[\w%.-]+)+(?:\?\S*)?$")
SLUGS = frozenset(("slug", "handle"))
"""Keys of a piece of an address: where it stands in it, the page's script knows alone."""


class _Found(NamedTuple):
    """An array. `score`: how much speaks for it, 0 where no title speaks of an internship; `share`: of the titles that do."""

    path: str
    fields: dict[str, Any]
    score: float
    share: float


def of_json(page: Page, day: date) -> list[Candidate]:
    """What an address is that answers with JSON: an array whose objects have a key for a title."""
    try:
        document = json.loads(page.text)
    except json.JSONDecodeError:
        return []
    first = document[0] if isinstance(document, list) and document else None
    if isinstance(first, dict) and "rendered" in str(first.get("title")):
        return [Candidate({"spider": "wp_json", "url": page.address}, "posts as WordPress gives them", is_data=True)]
    found = _best_array(document, day)
    if found is None:
        return []
    settings = {**({"rows": found.path} if found.path else {}), "fields": found.fields}
    doubts = []
    if (declared := _declared_total(document, found.path)) is not None:
        path, total = declared
        rows = sum(len(each) for each in at(document, found.path) if isinstance(each, list))
        settings |= {"total": path, **(_pages(page.address, rows) if total > rows else {})}
        if total > rows and "pages" not in settings:
            doubts.append(f"it has {total} rows and shows {rows}: name its further pages (pages: …)")
    evidence = f"an array of openings at {found.path or 'the top'}"
    entry = {"spider": "json_list", "url": page.address, "settings": settings}
    return [Candidate(entry, evidence, tuple(doubts), is_data=True)]


def of_xml(page: Page, day: date) -> list[Candidate]:
    """What an address is that answers with XML which is no feed: elements of one name that have one for a title."""
    try:
        root = read_xml(page.body, page.content_type).root
    except FeedError:
        return []
    found = _best_array({local_name(root): as_object(root)}, day)
    if found is None or not found.path:
        return []
    path = ".".join(key for key in found.path.split(".") if not key.isdigit())  # those of one name are read together
    settings = {"rows": path, "fields": found.fields}
    evidence = f"elements of openings at {path}"
    entry = {"spider": "xml_list", "url": page.address, "settings": settings}
    return [Candidate(entry, evidence, () if "url" in found.fields else (NO_ADDRESSES,), is_data=True)]


def in_page(page: Page, day: date) -> list[Candidate]:
    """The best list of openings that a page carries as JSON for its own scripts."""
    best: tuple[float, Candidate] | None = None
    seen: set[str] = set()
    for name, text in page_data(page.root):
        if name in seen:  # a name is that of its first document
            continue
        seen.add(name)
        found = _best_array(parse_data(name, text)[0], day)
        if found is None or not found[2] or (best and found[2] <= best[0]):
            continue
        path, fields, score, share = found
        following = next_page(page)
        settings = {
            "within": name,
            **({"rows": path} if path else {}),
            "fields": fields,
            **({"next": following[0]} if following else {}),
        }
        doubts = () if "url" in fields else (f"{NO_ADDRESSES}: the page's script makes them",)
        is_sure = page.is_about_internships and not page.names_jobs and share >= MIN_SHARE
        holds = {"holds": "internships" if is_sure else "mixed"}
        entry = {"spider": "json_list", "url": page.address, **holds, "settings": settings}
        best = score, Candidate(entry, f"JSON that the page carries as {name}, an array at {path or 'the top'}", doubts)
    return [best[1]] if best else []


def _best_array(document: Any, day: date) -> _Found | None:
    """The array that lists openings."""
    best: _Found | None = None
    most = 0.0
    for path, rows in islice(_arrays(document, ""), MAX_ARRAYS):
        fields = _fields(rows[:MAX_ROWS_READ], day)
        if "title" not in fields:
            continue
        titles = [" ".join(texts_at(row, fields["title"])) for row in rows[:MAX_ROWS_READ]]
        named = sum(map(may_be_internship, titles))
        weight = (named + OF_NO_WORD * (len(titles) - named)) * (1 + 0.1 * len(fields))
        if best is None or weight > most:
            most, best = weight, _Found(path, fields, weight if named else 0.0, named / len(titles))
    return best


def _declared_total(document: Any, path: str) -> tuple[str, int] | None:
    """Where a document tells how many rows there are, and the number: beside the array, or beside what holds it."""
    holder = path
    while holder:
        holder = holder.rpartition(".")[0]
        for each in (each for each in at(document, holder) if isinstance(each, dict)):
            for key, value in each.items():
                if type(value) is int and key.lower().replace("_", "") in TOTALS:
                    return f"{holder}.{key}".strip("."), value
    return None


def _pages(address: str, rows: int) -> dict[str, Any]:
    """`pages` of an address with a parameter that counts pages, or rows."""
    for name, value in parse_qsl(urlsplit(address).query):
        if value.isdecimal() and name.lower() in COUNTING:
            return {"pages": {"parameter": name, "by": 1 if name.lower() in COUNTING_PAGES else rows}}
    return {}


def _arrays(value: Any, path: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Arrays of objects, and objects whose values are all objects (rows by their id), with their paths."""
    waiting = [(value, path)]
    while waiting:
        value, path = waiting.pop(0)
        if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            yield path, value
        if not isinstance(value, dict):
            if isinstance(value, list) and len(value) <= MAX_ROWS_READ:  # queries and their answers
                waiting += [(each, f"{path}.{number}".strip(".")) for number, each in enumerate(value)]
            continue
        if len(value) > 1 and all(isinstance(each, dict) for each in value.values()):
            yield path, list(value.values())
        waiting += [
            (inner, f"{path}.{key}".strip(".")) for key, inner in value.items()
            if "." not in key and isinstance(inner, dict | list)
        ]  # fmt: skip


def _fields(rows: list[dict[str, Any]], day: date) -> dict[str, Any]:
    """Raw field -> path of the objects of an array."""
    texts = {path: [texts_at(row, path) for row in rows] for path in _paths(rows)}
    texts = {path: found for path, found in texts.items() if sum(map(bool, found)) * 2 >= len(rows)}
    fields: dict[str, Any] = {}
    unknown: list[str] = []
    for path, found in texts.items():
        role = _role(path)
        values = [" ".join(each) for each in found if each]
        if role == "url" and not all(WHOLE_ADDRESS.match(value) for value in values):
            role = None
        if role in FIELDS and not _are_codes(role, values):
            if role not in fields or (role == "title" and _named(values) > _named_at(texts, fields["title"])):
                fields[role] = path
        elif role is None:
            unknown.append(path)
    if not fields.get("title") or not _named_at(texts, fields["title"]):
        worded = [path for path in texts if _is_title([" ".join(each) for each in texts[path] if each])]
        fields |= {"title": worded[0]} if worded else {}
    for path in unknown:
        values = [" ".join(each) for each in texts[path] if each]
        field = (
            field_of(values, None, day) if path != fields.get("title") and max(map(len, values)) <= MAX_TITLE else None
        )
        if field in BY_CONTENT:
            fields.setdefault(field, path)
    if any("id" in row for row in rows):
        fields["native_id"] = "id"
    return fields


def _paths(rows: list[dict[str, Any]]) -> list[str]:
    """Paths to what is no object: keys, and keys of the objects within rows that hold their names."""
    paths: dict[str, None] = {}
    for key in dict.fromkeys(key for row in rows for key in row if "." not in key):
        inner = [
            each for row in rows for found in at(row, key) for each in (found if isinstance(found, list) else [found])
        ]
        objects = [each for each in inner if isinstance(each, dict)]
        if not objects:
            paths[key] = None
        for name in dict.fromkeys(name for each in objects for name in each if name in INNER_KEYS):
            paths[f"{key}.{name}"] = None
    return list(paths)


def _role(path: str) -> str | None:
    """The raw field that the name of a key tells."""
    key, _, inner = path.partition(".")
    if key in SLUGS:
        return "slug"
    if inner in ("url", "href"):
        return None
    name = re.sub(r"(?<=[a-z])(?=[A-Z])|[_-]", " ", key).lower()
    role = column_roles([name], {}).get(0)
    if role == "link" or name.endswith(("url", "link", "href", "permalink")) or name in ("path", "uri"):
        return "url"
    return "title" if path == "name" else role  # of the row itself


def _are_codes(role: str, values: list[str]) -> bool:
    """Whether values are numbers, which name no title, place or organization."""
    return role in ("title", "organization", "locations") and all(value.isdigit() for value in values)


def _is_title(values: list[str]) -> bool:
    return (
        max(map(len, values)) <= MAX_TITLE
        and len(set(values)) * 4 >= len(values) * 3
        and 2 * _named(values) > len(values)
    )


def _named(values: list[str]) -> int:
    return sum(map(may_be_internship, values))


def _named_at(texts: dict[str, list[list[str]]], path: str) -> int:
    return _named([" ".join(each) for each in texts[path] if each])
