"""What an address is that answers with something else than a page: a feed, a calendar, a sitemap, JSON, a PDF, Markdown.

Belongs here: from such an answer to entries. Does not belong here: pages (`candidates`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from pipeline.catalogue.recognition.pages import Candidate, Page
from scrapers.extract.tables import column_roles

FIELDS = ("title", "organization", "locations", "url", "deadline", "posted", "starts", "duration", "pay", "description")
"""Raw fields that the keys of JSON objects are looked through for."""
MAX_ARRAYS = 200


def of_file(page: Page) -> list[Candidate]:
    """What an address is that answers with something else than a page."""
    head = page.text[:5000].lstrip("\ufeff \t\r\n")
    if page.body.startswith(b"%PDF"):
        return [Candidate({"spider": "pdf_notice", "url": page.address}, "a PDF")]
    if "BEGIN:VCALENDAR" in head:
        return [
            Candidate(
                {"spider": "ical", "url": page.address, "settings": {"day": "deadline"}}, "a calendar", is_data=True
            )
        ]
    if re.search(r"<(?:rss|feed|rdf:RDF)[\s>]", head):
        return [Candidate({"spider": "rss", "url": page.address}, "a feed", is_data=True)]
    if re.search(r"<(?:urlset|sitemapindex)[\s>]", head, re.I) or page.address.endswith(".xml.gz"):
        entry = {"spider": "sitemap", "url": page.address, "settings": _sitemap(page)}
        return [Candidate(entry, "a sitemap", ("which of its addresses are postings is a guess",), is_data=True)]
    if head[:1] in ("{", "["):
        return _of_json(page)
    if ("|" in head and re.search(r"^[ \t]*(?:\|[ \t]*)?:?-{2,}", page.text, re.M)) or page.address.endswith(".md"):
        return [Candidate({"spider": "markdown_list", "url": page.address}, "a Markdown file with a table")]
    return []


def _sitemap(page: Page) -> dict[str, str]:
    """The pattern of the addresses of postings: their first folder that speaks of jobs, else of an internship."""
    paths = [urlsplit(each).path for each in re.findall(r"<loc>\s*([^<\s]+)", page.text)]
    folders = [
        match[0]
        for path in paths
        if (
            match := re.search(
                r"/(?:jobs?|careers?|positions?|vacanc\w+|stellen\w*|intern\w*|praktik\w*|offres?)/", path, re.I
            )
        )
    ]
    return {"postings": re.escape(max(folders, key=folders.count)) + "." if folders else "/jobs?/."}


def _of_json(page: Page) -> list[Candidate]:
    """A JSON document with an array whose objects have a key for a title."""
    try:
        document = json.loads(page.text)
    except json.JSONDecodeError:
        return []
    if (
        isinstance(document, list)
        and document
        and isinstance(document[0], dict)
        and "rendered" in str(document[0].get("title"))
    ):
        return [Candidate({"spider": "wp_json", "url": page.address}, "posts as WordPress gives them", is_data=True)]
    best: tuple[int, str, dict[str, Any]] = (0, "", {})
    for path, rows in islice(_arrays(document, ""), MAX_ARRAYS):
        fields = _json_fields(rows)
        if "title" in fields and len(rows) * len(fields) > best[0]:
            best = (len(rows) * len(fields), path, fields)
    if not best[0]:
        return []
    settings = {**({"rows": best[1]} if best[1] else {}), "fields": best[2]}
    return [
        Candidate(
            {"spider": "json_list", "url": page.address, "settings": settings},
            f"an array of openings at {best[1] or 'the top'}",
            is_data=True,
        )
    ]


def _arrays(value: Any, path: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            if "." not in key:
                yield from _arrays(inner, f"{path}.{key}" if path else key)


def _json_fields(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Raw field -> key of the objects of an array, as the words of headers know the keys."""
    fields: dict[str, Any] = {}
    flat: dict[str, str] = {}
    for key, value in rows[0].items():
        flat[key] = key
        if isinstance(value, dict):
            flat |= {f"{key}.{inner}": key for inner in value if inner in ("name", "title", "label", "city")}
    for path, key in flat.items():
        name = re.sub(r"(?<=[a-z])(?=[A-Z])|[_-]", " ", key).lower()
        role = column_roles([name], {}).get(0)
        role = "url" if role == "link" or name.endswith(("url", "link")) else role
        value = rows[0][key]
        if role in FIELDS and ("." in path or not isinstance(value, dict)):
            fields.setdefault(role, path)
    if "id" in rows[0]:
        fields["native_id"] = "id"
    return fields
