"""Entries that a page may be: what each spider would need to read it, in the order in which they are to be preferred.

Belongs here: from a page, and the few addresses beside it, to entries. Does not belong here: boards of employers (`systems`),
answers that are no pages (`files`), which elements are rows (`rows`), how entries fare (`recognise`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pipeline.catalogue.recognition.beside import calendars, feeds, is_feed, same_site, wp_json
from pipeline.catalogue.recognition.fields import describe_links, field_of, read_fields
from pipeline.catalogue.recognition.files import of_file
from pipeline.catalogue.recognition.json_lists import in_page
from pipeline.catalogue.recognition.pages import Candidate, Element, Page
from pipeline.catalogue.recognition.paging import has_pages_by_script, pager
from pipeline.catalogue.recognition.parts import has_kind
from pipeline.catalogue.recognition.rows import RowSet, has_deadline
from pipeline.catalogue.recognition.selectors import select_rows
from scrapers.answers.words import may_be_internship
from scrapers.extract.blocks import AROUND, HEADINGS, parse_html
from scrapers.extract.html_tables import page_tables
from scrapers.extract.labels import read_labels
from scrapers.extract.schema_org import job_postings
from scrapers.extract.tables import column_roles, is_list

MAX_ROW_SETS = 2
"""Proposals of rows that are tried; the third best was never the right one."""
ONE_ROW = "one row only"
MAX_DETAILS = 2
"""Postings whose own pages are looked at."""
MIN_SCORE = 0.6
"""Of proposed rows; below, nothing on the page is likely to be a list of openings."""
MIN_SHARE = 0.3
"""Of the rows of a page about internships that name one, from which on it lists nothing else."""
MOST_OF = 0.9
MIN_LABELS = 2
"""Labels on a posting's own page from which on it is a block of them."""
MIN_LISTED = 3
"""Rows, and columns of a table, from which on a page shows a list."""
MIN_PAGE_WORDS = 40
"""Words of a page that may be an offer in running text."""
FILES = re.compile(r"\.(?:pdf|docx?)(?:[?#]|$)", re.I)


def addresses_beside(page: Page, found: list[RowSet], day: date) -> list[str]:
    """The addresses that tell more of a page: its feeds and calendars, the first postings, the second page of the list."""
    if not page.is_html:
        return []
    addresses = [*feeds(page), *wp_json(page), *calendars(page)]
    for rows in found[:1]:
        settings = read_fields(rows, page, day)
        links = list(dict.fromkeys(describe_links(rows, settings, page))) if settings else []
        addresses += [link for link in links if same_site(link, page)][:MAX_DETAILS]
        if following := pager(page):
            addresses.append(page.absolute(following.href))
    return list(dict.fromkeys(addresses))


def propose(page: Page, found: list[RowSet], looked: Mapping[str, Page], day: date) -> list[Candidate]:
    """The entries that this page may be, data first. `found`: its rows (`find_rows`); `looked`: the answers beside it."""
    if not page.is_html:
        return list(of_file(page, day))
    candidates = [
        *(_wp_json_entry(url, page) for url in wp_json(page) if url in looked and looked[url].problem is None),
        *(
            Candidate({"spider": "rss", "url": url, "page": page.address}, "a feed that the page names", is_data=True)
            for url in feeds(page) if url in looked and is_feed(looked[url])
        ),
    ]  # fmt: skip
    for rows in found[:MAX_ROW_SETS]:
        candidates += _of_rows(rows, page, looked, day)
    candidates += [
        Candidate(
            {"spider": "ical", "url": url, "page": page.address, "settings": {"day": "deadline"}},
            "a calendar to subscribe to", is_data=True,
        )
        for url in calendars(page) if url in looked and "BEGIN:VCALENDAR" in looked[url].text
    ]  # fmt: skip
    if job_postings(page.root).postings:
        candidates.insert(
            0,
            Candidate(
                {"spider": "job_posting", "url": page.address}, "a schema.org JobPosting on the page", is_data=True
            ),
        )
    return [*candidates, *in_page(page, day), *_prose(page, found)]


# ------------------------------------------------------------------------------------------------------ rows


def _of_rows(found: RowSet, page: Page, looked: Mapping[str, Page], day: date) -> list[Candidate]:
    if found.score < MIN_SCORE:
        return []
    if found.is_flat and (offers := _prose_offers(found, page)):
        return offers
    settings = read_fields(found, page, day)
    rows = select_rows(found.rows, page, found.strangers)
    common = _holds(found, page)
    if rows is None and (others := _others(found)):
        rows, common = select_rows([*found.rows, *others], page), {"holds": "mixed"}
    if settings is None or rows is None:
        return []
    warnings = tuple(_doubts(found, page, settings))
    following = pager(page)
    more = following.settings if following else {}
    evidence = f"{len(found.rows)} rows at {rows}"
    candidates = []
    links = describe_links(found, settings, page)
    details = [looked[link] for link in dict.fromkeys(links) if link in looked and looked[link].problem is None]
    kinds = ["employment_type"] if _has_kinds(found) else []
    tested = {} if common["holds"] == "internships" else {"tested": ["title", *kinds]}
    if (table := _table(found, page, day)) is not None:
        if found.strangers:
            common, tested = {"holds": "mixed"}, {"tested": ["title", *kinds]}
        doubts = tuple(each for each in warnings if not each.startswith(ONE_ROW))  # a table repeats by its columns
        entry = {"spider": "html_table", "url": page.address, **common, "settings": {**table, **more, **tested}}
        candidates.append(Candidate(entry, f"a table of {len(found.rows)} rows whose header names its columns", doubts))
    link_css = _link_css(rows, settings)
    if links and all(FILES.search(link) for link in links) and details and link_css:
        linked = {"links": link_css, "links_are_titles": True}
        candidates.append(
            Candidate(
                {"spider": "pdf_notice", "url": page.address, **common, "settings": linked},
                f"{len(links)} files linked",
                warnings,
            )
        )
    detail = _detail(details, page)
    if detail and "labels" in detail and link_css and not {"deadline", "locations"} & set(settings["fields"]):
        linked = {"links": link_css, "links_are_titles": True, **({"next": more["next"]} if "next" in more else {})}
        candidates.append(
            Candidate(
                {"spider": "label_block", "url": page.address, **common, "settings": linked},
                f"{len(links)} links to pages with labels",
                warnings,
            )
        )
    list_settings = {"rows": rows, **settings, **more, **tested, **({"detail": _read_detail(detail)} if detail else {})}
    candidates.append(
        Candidate({"spider": "html_list", "url": page.address, **common, "settings": list_settings}, evidence, warnings)
    )
    return candidates


def _holds(found: RowSet, page: Page) -> dict[str, Any]:
    """`holds` of a list: internships, where it or each of its parts says so."""
    is_below = all(part.heading and may_be_internship(part.heading) for part in found.parts)
    asks = all(map(has_deadline, found.rows))
    is_topical = found.is_topical and not page.names_jobs and not _has_kinds(found)
    is_sure = is_below or (is_topical and (found.share >= MIN_SHARE or asks))
    return {"holds": "internships" if is_sure else "mixed"}


def _others(found: RowSet) -> list[Element]:
    """Rows of the same form that are no openings, which cleaning tells from those that are where no selector does."""
    return [*found.strangers, *(row for part in found.left_out for row in part.rows)]


def _has_kinds(found: RowSet) -> bool:
    """Whether some rows say beside their titles that they are internships, and others say nothing of the kind: of other kinds."""
    pairs = list(zip(found.titles, found.rows, strict=True))
    kinds = [has_kind(title, row) for title, row in pairs]
    return any(kinds) and not all(kinds)


def _doubts(found: RowSet, page: Page, settings: Mapping[str, Any]) -> list[str]:
    doubts = []
    if _holds(found, page)["holds"] == "mixed" and found.share < MOST_OF:
        doubts.append(
            f"only {found.share:.0%} of the rows name an internship: the others are passed over by their titles"
        )
    elif found.share < 0.5:
        doubts.append(
            f"only {found.share:.0%} of the rows name an internship; what the list holds is known by the name of the page alone"
        )
    if "url" not in settings["fields"] and len(found.rows) > 1:
        doubts.append("the rows have no links of their own: each stands at the address of the page")
    if len(found.rows) == 1:
        doubts.append(f"{ONE_ROW}: that it repeats is not seen")
    if pager(page) is None and has_pages_by_script(page):
        doubts.append("it has further pages, to which scripts alone lead: its first page is read")
    return doubts


def _table(found: RowSet, page: Page, day: date) -> dict[str, Any] | None:
    """The settings of `html_table`, where the rows are those of tables whose header names title or organization."""
    if any(row.tag != "tr" for row in found.rows):
        return None
    holders = list(dict.fromkeys(next(each for each in row.above() if each.tag == "table") for row in found.rows))
    css = select_rows(holders, page)
    if css is None:
        return None
    tables = page_tables(page.root, css, {})
    lines = {cell.line for table in tables for row in table.rows for cell in row}
    if any(title.text not in lines for title in found.titles):
        return None  # something else stands in their cells: a mark of what is new
    columns: dict[str, list[str]] = {}
    for table in tables:
        roles = column_roles(table.headers, {})
        if not table.headers or sum(bool(header) for header in table.headers) < len(table.headers) / 2:
            return None
        wanted = {title.text for title in found.titles}
        held = [
            number
            for number in range(len(table.headers))
            if any(number < len(row) and row[number].line in wanted for row in table.rows)
        ]
        if not held:
            return None
        if roles.get(held[0]) != "title":
            columns["title"] = [*columns.get("title", []), table.headers[held[0]]]
        known = {**roles, held[0]: "title"}
        for number, header in enumerate(table.headers):
            cells = [row[number].line for row in table.rows if number < len(row) and row[number].line]
            if number not in known and header and cells:
                field = field_of(cells, page.language, day)
                if field and field not in known.values():
                    known[number] = field
                    columns[field] = [*columns.get(field, []), header]
        if not is_list(table, known):
            return None
    every = page.root.css("table")
    return {**({"table": css} if len(every) > len(holders) else {}), **({"columns": columns} if columns else {})}


def _link_css(rows: str, settings: Mapping[str, Any]) -> str | None:
    """The selector of the rows' links, where their texts are the titles."""
    fields = settings["fields"]
    title, url = fields["title"], fields.get("url")
    if url is None or "," in rows:
        return None
    css = url.removesuffix("@href")
    if css not in (title, f"{title} a") and not (title and css == "a"):
        return None
    return f"{rows} {css}".strip()


def _detail(details: list[Page], page: Page) -> dict[str, Any] | None:
    """What the postings' own pages tell that the list does not: `job_posting`, or the labels that they have."""
    if not details or not all(each.is_html for each in details):
        return None
    if all(job_postings(each.root).postings for each in details):
        return {"job_posting": True}
    found = [read_labels(parse_html(each.text), {}, AROUND) for each in details]
    shared = set(found[0]).intersection(*found[1:])
    if len(shared) >= MIN_LABELS:
        return {"labels": sorted(shared), "main": _main_css(details[0])}
    if all(each.words >= MIN_PAGE_WORDS for each in details):
        return {"main": _main_css(details[0])}
    return None


def _read_detail(detail: Mapping[str, Any]) -> dict[str, Any]:
    if detail.get("job_posting"):
        return {"job_posting": True}
    return {"fields": {"description": detail["main"] or "body"}}


def _main_css(page: Page) -> str | None:
    """The selector of the text that counts: of its first heading and most of its words."""
    heading = next((each for each in page.elements if each.tag == "h1" and not each.is_around), None)
    if heading is None:
        return next(
            (name for name in ("main", "article", "[role=main]") if page.root.css_first(name) is not None), None
        )
    return _around(heading, page)


def _around(heading: Element, page: Page) -> str | None:
    for each in heading.above():
        if each.tag in ("body", "html"):
            return None
        if len(each.text.split()) >= max(0.6 * page.words, len(heading.text.split()) + 5):
            return select_rows([each], page)
    return None


# ------------------------------------------------------------------------------------------------------ prose


def _prose_offers(found: RowSet, page: Page) -> list[Candidate]:
    """Titles that are headings or bold lines, with what belongs to each below it."""
    if not all(title.tag in (*HEADINGS, "strong", "b") or _is_bold(title) for title in found.titles):
        return []
    offers, common = select_rows(found.titles, page, found.strangers), _holds(found, page)
    if offers is None and (others := _others(found)):
        offers, common = select_rows([*found.titles, *others], page), {"holds": "mixed"}
    if offers is None:
        return []
    entry = {"spider": "prose_page", "url": page.address, **common, "settings": {"offers": offers}}
    doubts = [doubt for doubt in _doubts(found, page, {"fields": {"url": ""}}) if not doubt.startswith(ONE_ROW)]
    return [Candidate(entry, f"{len(found.titles)} headings at {offers}, each above its own text", tuple(doubts))]


def _is_bold(element: Element) -> bool:
    return (
        len(element.children) == 1
        and element.children[0].tag in ("b", "strong")
        and element.children[0].text == element.text
    )


def _wp_json_entry(url: str, page: Page) -> Candidate:
    entry = {"spider": "wp_json", "url": url, "page": page.address}
    return Candidate(entry, "the category's posts in WordPress's own interface", is_data=True)


def _prose(page: Page, found: list[RowSet]) -> list[Candidate]:
    """The page as one offer in running text. `found`: its rows."""
    if not page.is_about_internships or page.words < MIN_PAGE_WORDS:
        return []
    heading = next((each for each in page.elements if each.tag == "h1" and each.text), None)
    heading = heading or next(
        (each for each in page.elements if each.tag in HEADINGS and may_be_internship(each.text)), None
    )
    title = None if heading is None else select_rows([heading], page) if heading.tag != "h1" else "h1"
    settings = {"title": title or "title"} if title != "h1" else {}
    main = _around(heading, page) if heading is not None else None
    if main:
        settings["main"] = main
    doubts = tuple(_lists_besides(page, found))
    labels = read_labels(page.root.css_first(main or "body") or page.root, {}, AROUND)
    if heading is not None and len(labels) > MIN_LABELS and {"locations", "deadline"} & labels.keys():
        evidence = f"one offer with labels of {', '.join(sorted(labels))}"
        return [Candidate({"spider": "label_block", "url": page.address, "settings": settings}, evidence, doubts)]
    entry = {"spider": "prose_page", "url": page.address, "settings": settings}
    return [Candidate(entry, "running text about an internship", doubts)]


def _lists_besides(page: Page, found: list[RowSet]) -> Iterator[str]:
    """What is doubtful about a page read as one offer: that it shows a list."""
    for rows in found[:MAX_ROW_SETS]:
        if len(rows.rows) >= MIN_LISTED and rows.share >= MIN_SHARE:
            yield f"it shows {len(rows.rows)} rows that are not read one by one: {rows.titles[0].text}, …"
            return
    tables = page_tables(page.root, "table", {})
    if listed := [table for table in tables if len(table.rows) >= MIN_LISTED and len(table.headers) >= MIN_LISTED]:
        yield f"it shows a table of {len(listed[0].rows)} rows that is not read"
