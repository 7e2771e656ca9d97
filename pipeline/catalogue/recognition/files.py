"""What an address is that answers with something else than a page: a feed, a calendar, a sitemap, a PDF, Markdown.

Belongs here: from such an answer to entries. Does not belong here: pages (`candidates`), JSON
and other XML (`json_lists`).
"""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlsplit

from pipeline.catalogue.recognition.json_lists import of_json, of_xml
from pipeline.catalogue.recognition.pages import Candidate, Page


def of_file(page: Page, day: date) -> list[Candidate]:
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
        return of_json(page, day)
    if re.match(r"<\?xml\s|<[A-Za-z]", head) and "<html" not in head.lower():
        return of_xml(page, day)
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
