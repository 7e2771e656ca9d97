"""The pages of institutions that list internships: found from their home pages, each recognised as by itself.

A site is asked for its home page and its sitemap, then for the few links whose words speak of internships, else of careers and
mobility, else for what is left of its menus, two steps deep and within a budget of requests; robots.txt is obeyed throughout.
Each page that may list openings is then recognised. Sites that are done are noted in a file, so that an interrupted search goes
on. Belongs here: which pages of a site are looked at. Does not belong here: what a page is (`recognise`).
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, TextIO
from urllib.parse import unquote, urljoin, urlsplit

import polars as pl
import yaml

from pipeline.catalogue.recognition.entry import propose_entry
from pipeline.catalogue.recognition.json_lists import in_page
from pipeline.catalogue.recognition.pages import Page
from pipeline.catalogue.recognition.recognise import Recognition, recognise
from pipeline.catalogue.recognition.rows import find_rows
from pipeline.catalogue.recognition.web import Web
from pipeline.clean.what.kind import section_verdict
from pipeline.errors import PipelineError
from pipeline.storage.files import write_atomically
from pipeline.wording import counted
from scrapers.extract.furniture import is_furniture
from scrapers.reference import read_words
from scrapers.source import Catalogue

SITES_AT_ONCE = 10
"""Sites that are looked at side by side: each of another host, so that none waits for the others."""
DEFAULT_BUDGET = 12
"""Requests a site; robots.txt is not counted."""
STEPS = 2
"""From the home page: the links of it, then those of the pages that they lead to."""
MAX_SITEMAP_LINKS = 3
MAX_TITLES = 3
MAX_PAGES = 3
"""Pages of a site that are recognised, and proposed."""
ABOUT_INTERNSHIPS, ABOUT_CAREERS, OF_NO_WORD = 3, 1, 0.1
"""What a link counts by its words; without any, it is followed where nothing better is left."""
MIN_POSTINGS = 3
"""Links about internships below the address of another, from which on that is their list."""
MIN_LISTED = 0.3
"""Of the rows of a page that must name an internship for it to be recognised, whatever it calls itself."""
MAX_MENU_WORDS = 6
"""Words of a link of a menu; more are a headline."""
FILES = re.compile(r"\.(?:pdf|docx?|xlsx?|zip|jpe?g|png|mp4|ics)(?:[?#]|$)", re.I)


class SitesError(PipelineError):
    """The file of sites cannot be used: why, in one line."""


class Site(NamedTuple):
    """An institution to look at. `country`: ISO 3166-1 alpha-2, or empty."""

    name: str
    url: str
    country: str


class Found(NamedTuple):
    """A page of a site that may list internships. `link`: the words of the link to it; `entry`: of the catalogue, or None with
    its `reason`; `openings`: titles that it was seen to list."""

    url: str
    link: str
    channel: str | None
    entry: dict[str, Any] | None
    reason: str | None
    evidence: str
    warnings: list[str]
    openings: list[str]


class SiteResult(NamedTuple):
    """What a site came to: its pages, the most likely first. `requests`: that it took."""

    site: Site
    pages: list[Found]
    requests: int
    problem: str | None


def read_sites(path: Path) -> list[Site]:
    """The sites of a CSV file with the columns name, url and perhaps country. Raises SitesError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SitesError(f"{path}: {error}") from error
    if not rows or not {"name", "url"} <= set(rows[0]):
        raise SitesError(f"{path}: a header with name and url is missing (country may follow)")
    sites = []
    for number, row in enumerate(rows, start=2):
        url = (row["url"] or "").strip()
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise SitesError(f"{path}, line {number}: {url!r} is not an http(s) address")
        sites.append(Site((row["name"] or url).strip(), url, (row.get("country") or "").strip().upper()))
    return sites


def discover_sites(
    sites: Sequence[Site],
    catalogue: Catalogue,
    folder: Path,
    day: date,
    *,
    done: Path,
    budget: int = DEFAULT_BUDGET,
    replay: Sequence[Path] = (),
    allow_loopback: bool = False,
    progress: Callable[[str], None] = lambda text: None,
) -> list[SiteResult]:
    """What each of these sites came to, in their order. `folder`: of the catalogue; `done`: the file that notes each finished
    site, a JSON object a line, and is read first. Raises CrawlError."""
    finished = _read_done(done)
    left = [site for site in sites if site.url not in finished]
    for start in range(0, len(left), SITES_AT_ONCE):
        part = left[start : start + SITES_AT_ONCE]
        with TemporaryDirectory(prefix="internships-") as name:
            web = Web(Path(name), day, replay, allow_loopback=allow_loopback)
            results = _search(part, web, catalogue, folder, budget)
        with done.open("a", encoding="utf-8") as handle:
            for result in results:
                handle.write(json.dumps(_as_json(result), ensure_ascii=False, default=str) + "\n")
        finished |= {result.site.url: result for result in results}
        progress(f"{len([site for site in sites if site.url in finished])} of {len(sites)} sites")
    return [finished[site.url] for site in sites]


def write_results(results: Sequence[SiteResult], out: TextIO) -> None:
    """Write what was found as YAML to paste: each entry below its site, with its evidence; what has none as comments."""
    for result in results:
        out.write(f"# {result.site.name}, {result.site.url} ({counted(result.requests, 'request')})\n")
        if result.problem:
            out.write(f"#   {result.problem}\n")
        elif not result.pages:
            out.write("#   no link speaks of internships\n")
        for page in result.pages:
            shown = f"#   {page.url} ({page.link!r})"
            if page.entry is None:
                out.write(f"{shown}: {page.reason}\n")
                continue
            out.write(f"{shown}: {page.evidence}; {counted(len(page.openings), 'opening')}; channel {page.channel}\n")
            out.writelines(f"#     {title}\n" for title in page.openings[:MAX_TITLES])
            out.writelines(f"#   warning: {warning}\n" for warning in page.warnings)
            out.write(yaml.safe_dump([page.entry], allow_unicode=True, sort_keys=False, width=120))
        out.write("\n")
    entries = sum(page.entry is not None for result in results for page in result.pages)
    out.write(f"# {counted(len(results), 'site')}, {counted(entries, 'proposal')}\n")


def write_json(results: Sequence[SiteResult], out: TextIO) -> None:
    """Write what was found as a JSON array, an object a site."""
    out.write(json.dumps([_as_json(result) for result in results], ensure_ascii=False, indent=1, default=str) + "\n")


class _Link(NamedTuple):
    url: str
    text: str
    score: float


class _Search:
    """One site on its way: `links` that may lead to a list of internships, `pages` that were read, requests `spent`."""

    def __init__(self, site: Site, budget: int, homes: Mapping[str, Page], day: date) -> None:
        home, sitemap = homes[site.url], homes[_sitemap_of(site)]
        self.site, self.budget, self.spent, self.day = site, budget, 2, day
        self.problem = f"{home.problem[0]}: {home.problem[1]}" if home.problem else None
        self.links: dict[str, _Link] = {}
        self.pages: dict[str, Page] = {}
        self._add(_links(home) if home.problem is None else [])
        self._add(_sitemap_links(sitemap, site) if sitemap.problem is None else [])

    def next_addresses(self) -> list[str]:
        """The addresses to ask for next: the best links, within half of what is left, so that theirs can be followed too."""
        new = [link.url for link in self._ranked() if link.url not in self.pages]
        chosen = new[: max(0, (self.budget - self.spent + 1) // 2)]
        self.spent += len(chosen)
        return chosen

    def read(self, url: str, page: Page | None) -> None:
        """Take in what an address answered."""
        if page is None or page.problem is not None:
            self.links.pop(url, None)
            return
        self.pages[url] = page
        links = _links(page)
        if page.is_about_internships:  # what it alone links to is likely to be about them too
            links = [
                link._replace(score=max(link.score, ABOUT_CAREERS)) if link.url not in self.links else link
                for link in links
            ]
        self._add(links)

    def chosen(self) -> list[_Link]:
        """The links of the pages that are worth recognising."""
        read = [link for link in self._ranked() if link.url in self.pages]
        named = [link for link in read if link.score >= ABOUT_INTERNSHIPS or self.pages[link.url].is_about_internships]
        others = (link for link in read if link not in named and self._lists_internships(self.pages[link.url]))
        return list(islice((*named, *others), MAX_PAGES))

    def _lists_internships(self, page: Page) -> bool:
        """Whether a page that calls itself otherwise lists internships among other things: notices, opportunities, offers."""
        found = find_rows(page, self.day) if page.is_html else []
        data = in_page(page, self.day) if page.is_html and not found else []
        return bool(data) or any(rows.share >= MIN_LISTED for rows in found[:1])

    def _add(self, links: Sequence[_Link]) -> None:
        for link in links:
            if link.url not in self.links or self.links[link.url].score < link.score:
                self.links[link.url] = link

    def _ranked(self) -> list[_Link]:
        """The best first. What stands above postings is as good as they are, and shorter: their list."""
        named = [link.url for link in self.links.values() if link.score >= ABOUT_INTERNSHIPS]
        above = Counter(parent for url in named for parent in {url.rsplit("/", 1)[0], url.rsplit("/", 2)[0]})
        ranked = [
            link._replace(score=ABOUT_INTERNSHIPS)
            if ABOUT_CAREERS <= link.score < ABOUT_INTERNSHIPS and above[link.url.rstrip("/")] >= MIN_POSTINGS
            else link
            for link in self.links.values()
        ]
        return sorted(ranked, key=lambda link: (-link.score, len(link.url)))


def _search(sites: Sequence[Site], web: Web, catalogue: Catalogue, folder: Path, budget: int) -> list[SiteResult]:
    homes = web.look([address for site in sites for address in (site.url, _sitemap_of(site))])
    searches = [_Search(site, budget, homes, web.day) for site in sites]
    for _ in range(STEPS):
        wanted = [(search, url) for search in searches for url in search.next_addresses()]
        looked = web.look([url for _, url in wanted])
        for search, url in wanted:
            search.read(url, looked.get(url))
    chosen = {search.site.url: search.chosen() for search in searches}
    recognised = {
        each.url: each for each in recognise([link.url for links in chosen.values() for link in links], web, folder)
    }
    results = []
    for search in searches:
        links = chosen[search.site.url]
        pages = [_found(recognised[link.url], link, search.site, catalogue, web.day) for link in links]
        pages.sort(key=lambda each: (each.entry is None, -len(each.openings)))
        results.append(SiteResult(search.site, pages, search.spent, search.problem))
    return results


def _sitemap_of(site: Site) -> str:
    return urljoin(site.url, "/sitemap.xml")


def _found(each: Recognition, link: _Link, site: Site, catalogue: Catalogue, day: date) -> Found:
    openings = each.rows.openings if each.rows else []
    if each.entry is None:
        return Found(each.url, link.text, None, None, each.reason, "", [], [])
    proposal = propose_entry(each, catalogue, day)
    values = proposal.values
    if site.country and "organizer" not in (each.entry or {}):
        values["organizer"] = {**values.get("organizer", {}), "name": site.name, "country": site.country}
    return Found(each.url, link.text, proposal.channel, values, None, each.evidence, each.warnings, openings)


def _links(page: Page) -> list[_Link]:
    """Links of a page to others of its site, by what they speak of."""
    found: dict[str, str] = {}
    for element in page.elements if page.is_html else ():
        href = element.attribute("href") if element.tag == "a" else None
        if href:
            url = page.absolute(href).split("#")[0]
            if _is_of_site(url, page.address) and not FILES.search(url) and url != page.address:
                found.setdefault(url, element.text or (element.attribute("title") or ""))
    return _scored(list(found.items()))


def _sitemap_links(page: Page, site: Site) -> list[_Link]:
    """The addresses of a sitemap whose words speak of internships, the shortest of them: a list stands above its postings."""
    addresses = [
        each
        for each in re.findall(r"<loc>\s*([^<\s]+)", page.text)
        if _is_of_site(each, site.url) and not FILES.search(each)
    ]
    scored = [
        link
        for link in _scored([(each, _path_words(each)) for each in addresses])
        if link.score >= ABOUT_INTERNSHIPS - 1
    ]
    return sorted(scored, key=lambda link: len(link.url))[:MAX_SITEMAP_LINKS]


def _scored(links: list[tuple[str, str]]) -> list[_Link]:
    texts = list(dict.fromkeys(part for url, text in links for part in (text, _path_words(url))))
    if not texts:
        return []
    frame = pl.DataFrame({"section": texts})
    named = set(frame.filter(section_verdict(frame)["in_internships"].fill_null(False))["section"])
    scored = []
    for url, text in links:
        words = _path_words(url)
        score: float = ABOUT_INTERNSHIPS if text in named else ABOUT_INTERNSHIPS - 1 if words in named else 0
        score = score or (ABOUT_CAREERS if _career_words().search(f" {text} {words}".casefold()) else 0)
        score = score or (OF_NO_WORD if 0 < len(text.split()) <= MAX_MENU_WORDS and not is_furniture(text) else 0)
        if score:
            scored.append(_Link(url, " ".join(text.split())[:100], score))
    return scored


def _path_words(url: str) -> str:
    """The last part of a path as words."""
    last = next((part for part in reversed(urlsplit(url).path.split("/")) if part), "")
    return re.sub(r"[-_+.]+", " ", unquote(re.sub(r"\.\w{2,5}$", "", last)))


def _is_of_site(url: str, site: str) -> bool:
    """Whether an address is on the host of a site, or on another of its domain."""
    host, own = ((urlsplit(each).hostname or "").removeprefix("www.") for each in (url, site))
    return host == own or host.endswith(f".{own}") or (own.count(".") > 1 and host.endswith("." + own.split(".", 1)[1]))


@cache
def _career_words() -> re.Pattern[str]:
    return re.compile(
        "|".join(
            rf"(?<!\w){re.escape(word)}" if word.isascii() else re.escape(word)
            for word in read_words("list_words")["career_words"]
        )
    )


def _as_json(result: SiteResult) -> dict[str, Any]:
    return {**result._asdict(), "site": result.site._asdict(), "pages": [page._asdict() for page in result.pages]}


def _read_done(path: Path) -> dict[str, SiteResult]:
    """The sites that a file notes as finished; a last line that was not finished is left out."""
    finished: dict[str, SiteResult] = {}
    for line in _whole_lines(path):
        document = json.loads(line)
        pages = [Found(**page) for page in document["pages"]]
        site = Site(**document["site"])
        finished[site.url] = SiteResult(site, pages, document["requests"], document["problem"])
    return finished


def _whole_lines(path: Path) -> Iterator[str]:
    if not path.is_file():
        return
    text = path.read_text(encoding="utf-8")
    if not text.endswith("\n") and text:
        text = text[: text.rfind("\n") + 1]
        write_atomically(path, text)
    yield from text.splitlines()
