"""Pages without scripts of a published night, for search engines and for who has no JavaScript.

    pages/index.html         the countries and fields that have open internships, with their numbers
    pages/country-DE.html    the newest open internships in a country
    pages/field-06.html      those of a broad field of study (ISCED-F 2013)
    sitemap.xml              the addresses of these pages and of the dashboard

Only a published folder has them: canonical addresses and a sitemap need the address at which it will be found. Each page
describes its list as a schema.org ItemList. An entry is a JobPosting if the facts exist that Google requires of one (title,
description, date of posting, employer, country: https://developers.google.com/search/docs/appearance/structured-data/job-posting);
else it is a name with an address, and nothing is invented. Texts are those that the exports let leave (`rows`, `openings`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb

from pipeline.exports.jsonld import posting
from pipeline.exports.openings import COUNTRY_NAMES, PARTS, open_internships, part_codes
from pipeline.storage.sql import literal

FOLDER = "pages"
INDEX = f"{FOLDER}/index.html"
SITEMAP = "sitemap.xml"

MOST_ENTRIES = 50
"""Internships on a page, some 150 kB with the texts of their postings; the dashboard has the others."""

MOST_NIGHTS_UNSEEN = 14
"""Nights since an internship was last seen, from which on others are listed before it, as in the dashboard."""

FILTERS = {"country": "to", "field": "field"}
"""Kind of page -> the dashboard's filter that chooses the same internships."""

_TABLES = ("internships", "listings", "sources", "countries", "fields_of_study")
_NAMES = {"country": ("countries", "iso2"), "field": ("fields_of_study", "code")}
_REQUIRED = "title IS NOT NULL AND posted_on IS NOT NULL AND organization IS NOT NULL AND len(countries) > 0"


def pages_of(latest: Path, site: str, night: date) -> dict[str, str]:
    """Path -> content of the pages of the exported night in `latest`, which will be found at the address `site`."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        for table in _TABLES:
            con.execute(f"CREATE VIEW {table} AS FROM {literal(latest / f'{table}.parquet')}")
        listed = {kind: _listed(con, kind, night) for kind in PARTS}
    texts = {
        _path(kind, code): _page(kind, entries, site, night)
        for kind, parts in listed.items()
        for code, entries in parts.items()
    }
    addresses = [site, *(site + path for path in (INDEX, *sorted(texts)))]
    return {**texts, INDEX: _index(listed, site, night), SITEMAP: _sitemap(addresses, night)}


def _listed(con: duckdb.DuckDBPyConnection, kind: str, night: date) -> dict[str, list[dict[str, Any]]]:
    """Code -> the internships of its page, in their order; codes by their names."""
    column, code = PARTS[kind]
    names, key = _NAMES[kind]
    found = con.execute(
        f"""
        WITH parted AS (
            SELECT internship_id, first_seen, unnest({part_codes(column, code)}) AS code,
                coalesce(deadline < $night, false) OR last_seen < $night - {MOST_NIGHTS_UNSEEN} AS is_past
            FROM internships WHERE state = 'open'
        ), chosen AS (
            SELECT internship_id, code, count(*) OVER (PARTITION BY code) AS amount,
                row_number() OVER (PARTITION BY code ORDER BY is_past, first_seen DESC, internship_id) AS nth
            FROM parted QUALIFY nth <= {MOST_ENTRIES}
        ), rights AS (
            SELECT internship_id, list(DISTINCT coalesce(sources.attribution, sources.name, source_id)
                ORDER BY coalesce(sources.attribution, sources.name, source_id)) AS sources
            FROM listings LEFT JOIN sources USING (source_id)
            WHERE listings.state = 'open' GROUP BY internship_id
        )
        SELECT chosen.code, coalesce(named.name, chosen.code) AS name, amount, internship_id, title, posting_language, summary,
            link, first_seen, last_seen, coalesce(rights.sources, []) AS sources,
            CASE WHEN {_REQUIRED} THEN {posting()} END AS posting
        FROM {open_internships()} CROSS JOIN {COUNTRY_NAMES}
        JOIN chosen USING (internship_id)
        LEFT JOIN {names} AS named ON named.{key} = chosen.code
        LEFT JOIN rights USING (internship_id)
        ORDER BY 2, 1, nth
        """,
        {"night": night},
    )
    columns = [name for name, *_ in found.description]
    rows = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    return {code: list(entries) for code, entries in groupby(rows, key=itemgetter("code"))}


def _path(kind: str, code: str) -> str:
    return f"{FOLDER}/{kind}-{code}.html"


def _page(kind: str, entries: Sequence[Mapping[str, Any]], site: str, night: date) -> str:
    first = entries[0]
    name, code, amount = first["name"], first["code"], first["amount"]
    title = f"Internships in {name}"
    path = _path(kind, code)
    choice = f"../index.html#{FILTERS[kind]}={code}"
    how_many = f"{amount:,} open {'internship' if amount == 1 else 'internships'}"
    shown = f", of which the {len(entries)} newest are listed here" if amount > len(entries) else ""
    body = f"""<h1>{escape(title)}</h1>
<p>{how_many} on {night}{shown}. <a href="{choice}">Search and filter them</a>;
<a href="index.html">other countries and fields</a>.</p>
<ol class="results">
{"".join(map(_entry, entries))}</ol>
"""
    about = f"{how_many} in {name} on {night}, each with a link to its source."
    listed = {
        "@context": "https://schema.org",
        "@type": "CollectionPage",
        "url": site + path,
        "name": title,
        "inLanguage": "en",
        "dateModified": night.isoformat(),
        "mainEntity": {
            "@type": "ItemList",
            "numberOfItems": len(entries),
            "itemListElement": [_item(nth, entry, site) for nth, entry in enumerate(entries, 1)],
        },
    }
    return _document(title, about, site + path, body, listed)


def _entry(entry: Mapping[str, Any]) -> str:
    language = f' lang="{escape(entry["posting_language"])}"' if entry["posting_language"] else ""
    sources = escape(", ".join(entry["sources"]))
    link = escape(entry["link"] or "")
    source = f'<a href="{link}" rel="nofollow noopener external">{sources or "source"}</a>' if link else sources
    seen = f"first seen {entry['first_seen']}, last seen {entry['last_seen']}"
    return f"""<li class="card"><h2><a href="../index.html#id={escape(entry["internship_id"])}"><bdi dir="auto"{language}>\
{escape(entry["title"] or "no title")}</bdi></a></h2>
<p>{escape(entry["summary"])}</p>
<p class="quiet">{source}; {seen}</p></li>
"""


def _item(nth: int, entry: Mapping[str, Any], site: str) -> dict[str, Any]:
    listed = {"@type": "ListItem", "position": nth, "url": f"{site}#id={entry['internship_id']}"}
    if entry["posting"] is None:
        return {**listed, "name": entry["title"]}
    return {**listed, "item": json.loads(entry["posting"])}


def _index(listed: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]], site: str, night: date) -> str:
    title = "Internships by country and by field of study"
    headings = {"country": "By country", "field": "By field of study"}
    sections = "".join(
        f"<h2>{headings[kind]}</h2>\n<ul>\n"
        + "".join(
            f'<li><a href="{kind}-{code}.html">{escape(entries[0]["name"])}</a> ({entries[0]["amount"]:,})</li>\n'
            for code, entries in parts.items()
        )
        + "</ul>\n"
        for kind, parts in listed.items()
    )
    body = f"""<h1>{title}</h1>
<p>Open on {night}. <a href="../index.html">Search and filter all of them</a>.</p>
{sections}"""
    listing = {"@context": "https://schema.org", "@type": "CollectionPage", "url": site + INDEX, "name": title}
    return _document(title, f"{title}, open on {night}.", site + INDEX, body, listing)


def _document(title: str, about: str, address: str, body: str, data: Mapping[str, Any]) -> str:
    structured = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta name="description" content="{escape(about)}">
<title>{escape(title)}</title>
<link rel="canonical" href="{escape(address)}">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="../dashboard/app.css">
<script type="application/ld+json">{structured}</script>
</head>
<body>
<header class="top"><p class="name"><a href="../index.html">International internships</a></p></header>
<main>
{body}</main>
<footer class="quiet"><p>Facts are read by a program from what the sources say. The source decides; look there before you
apply: what was open that night may be closed now.</p></footer>
</body>
</html>
"""


def _sitemap(addresses: Sequence[str], night: date) -> str:
    urls = "".join(f"<url><loc>{escape(one)}</loc><lastmod>{night}</lastmod></url>\n" for one in addresses)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{urls}</urlset>
"""
