"""From addresses to entries: look, propose, try, judge.

Every address is asked for once, and a few beside it; the entries that it may be are tried on what was recorded, by the real
spiders, and cleaning judges their rows. The best entry is the answer, with what is doubtful about it, or the reason why there is
none. Belongs here: that order and the choice. Does not belong here: proposals (`candidates`, `systems`), the text of an entry
(`entry`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from pipeline import tables
from pipeline.catalogue.probe import Verdict
from pipeline.catalogue.recognition.beside import frames
from pipeline.catalogue.recognition.candidates import addresses_beside, propose
from pipeline.catalogue.recognition.pages import Candidate, Page
from pipeline.catalogue.recognition.paging import pager
from pipeline.catalogue.recognition.rights import reservation_file, reserved_by_file, reserved_in_words
from pipeline.catalogue.recognition.rows import RowSet, find_rows
from pipeline.catalogue.recognition.systems import LINKED, OWN, System, find_systems
from pipeline.catalogue.recognition.web import Web
from pipeline.clean import clean
from pipeline.vocabulary import RejectRule
from pipeline.wording import counted
from scrapers.source import Source

MIN_COVER = 0.8
"""Of the openings that the page shows, which data beside it must have to be read in its place."""
MIN_PAPERS = 1 / 3
"""Of the rows of a list, from which on the others are papers too, though their titles do not say so."""
MIN_OPENINGS = 0.5
"""Of the rows of an entry that must be openings for it to go before those proposed after it."""
MAX_OTHERS = 1.0
"""Rows that are no internships, for each that is, above which data is not read in the place of a list of internships."""
MIN_TEXT_ROWS = 3
"""Rows of a list that is read as one text."""
MAX_ROW_TEXT = 600
"""Characters of each row in that text."""
AS_TEXT = "as-text"
"""The id of such a text among the rows."""
FEW_WORDS = 60
"""Words of a page below which scripts are likely to draw the rest."""
NO_OPENINGS = "not about internships"
SCRIPTS = re.compile(
    r"<noscript>[^<]{0,200}(?:javascript|js)\b|id=[\"'](?:root|app|__next|__nuxt|___gatsby)[\"']|ng-app|data-reactroot|data-v-app",
    re.I,
)
LOGIN = re.compile(r"<input[^<>]+type=[\"']?password", re.I)


class Rows(NamedTuple):
    """What an entry read. `openings`: titles of rows that cleaning takes; `others`: of those that it refuses; `no_postings`: of
    those that it takes for forms, rules or reports, and `other_kinds` for volunteering, jobs and the like where it knows of every
    row what it is: both judged without what the entry says that the list holds. `is_no_opening`: whether the rows, read as one
    text, are no openings: what interns tell, news, advice."""

    verdict: Verdict
    openings: list[str]
    others: list[str]
    no_postings: list[str]
    other_kinds: list[str]
    is_no_opening: bool

    @property
    def is_of_papers(self) -> bool:
        """Whether its rows are likely to be what an office has to read and to fill in, and no openings."""
        rows = self.verdict.listings
        dated = sum(bool(row["deadline"]) for row in rows)
        return len(self.no_postings) >= MIN_PAPERS * max(1, len(rows)) and dated * 2 < len(rows)


@dataclass
class Recognition:
    """What an address came to. `entry`: of the best candidate, None with its `reason`; `rows`: what it read; `warnings`: what is
    doubtful about it."""

    url: str
    page: Page | None = None
    entry: dict[str, Any] | None = None
    evidence: str = ""
    reason: str | None = None
    rows: Rows | None = None
    warnings: list[str] = field(default_factory=list)
    system: System | None = None


@dataclass
class _Case:
    """An address on its way."""

    url: str
    page: Page
    found: list[RowSet] = field(default_factory=list)
    systems: list[System] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    reserved: str | None = None


def recognise(
    addresses: Sequence[str], web: Web, catalogue: Path, progress: Callable[[str], None] = lambda text: None
) -> list[Recognition]:
    """What each of these addresses is, in their order. `catalogue`: the folder whose files of boards make entries. Raises
    CrawlError."""
    progress(f"looking at {len(addresses)} address{'es' * (len(addresses) > 1)}")
    pages = web.look(addresses)
    cases = [_Case(url, pages[url]) for url in addresses if url in pages and pages[url].problem is None]
    for case in cases:
        case.found = find_rows(case.page, web.day) if case.page.is_html else []
        case.systems = find_systems(case.page, catalogue)
    _open_frames(cases, web)
    wanted = [url for case in cases for url in addresses_beside(case.page, case.found, web.day)]
    wanted += [reservation_file(case.page) for case in cases if case.page.is_html]
    wanted += [system.source.url for case in cases for system in case.systems[:2]]
    if wanted:
        progress(f"looking at {len(set(wanted))} more beside")
    looked = web.look(wanted)
    _follow_pages(cases, web)
    entries: dict[str, dict[str, Any]] = {}
    for number, case in enumerate(cases):
        case.reserved = reserved_by_file(case.page, looked.get(reservation_file(case.page))) or reserved_in_words(
            case.page
        )
        if case.reserved:
            continue
        case.candidates = propose(case.page, case.found, looked, web.day)
        for at, system in enumerate(case.systems[:2]):
            entries[f"s{number}.{at}"] = _given(system.source)
        entries |= {f"c{number}.{at}": each.entry for at, each in enumerate(case.candidates)}
    if entries:
        progress(f"trying {len(entries)} entr{'y' if len(entries) == 1 else 'ies'} on what was recorded")
    names = {
        name: case.page.name for number, case in enumerate(cases) if case.page.is_html
        for name in entries if name[1:].split(".")[0] == str(number)
    }  # fmt: skip
    tried = _judged(
        web.run({name: {"channel": "platform", **entry} for name, entry in entries.items()}), names, web.day
    )
    by_url = {case.url: _choose(number, case, tried) for number, case in enumerate(cases)}
    return [by_url.get(url) or _unreadable(url, pages.get(url)) for url in addresses]


def _open_frames(cases: Sequence[_Case], web: Web) -> None:
    """Put the page of a frame in the place of one that shows nothing else."""
    framed = {
        case.url: frames(case.page)[0] for case in cases if case.page.is_html and not case.found and frames(case.page)
    }
    looked = web.look(framed.values())
    for case in cases:
        page = looked.get(framed.get(case.url, ""))
        if page is not None and page.problem is None and page.is_html:
            case.page, case.found = page, find_rows(page, web.day)


def _follow_pages(cases: Sequence[_Case], web: Web) -> None:
    """Look at a third page where there is one, so that what a pager's link does on a page in the middle is seen too."""
    thirds = []
    for case in cases:
        if case.found and (following := pager(case.page)):
            address = case.page.absolute(following.href)
            second = web.look([address]).get(address)
            if second is not None and second.problem is None and (more := following.link(second, 3)):
                thirds.append(second.absolute(more))
    web.look([url for url in thirds if url.startswith("http")])


def _given(source: Source) -> dict[str, Any]:
    given = source.model_dump(mode="json", exclude_defaults=True)
    return {key: value for key, value in given.items() if key not in ("id", "name", "channel", "rights", "cadence")}


def _judged(verdicts: Mapping[str, Verdict], names: Mapping[str, str], day: date) -> dict[str, Rows]:
    """Each verdict with what cleaning says of its rows, all of them cleaned at once. `names`: of the page of each."""
    listings = [row for verdict in verdicts.values() for row in verdict.listings]
    openings: dict[str, list[str]] = {}
    others: dict[str, list[str]] = {}
    papers: dict[str, list[str]] = {}
    kinds: dict[str, list[str]] = {}
    no_openings: set[str] = set()
    if listings:
        raw = tables.RAW.conform(pl.DataFrame(listings, schema=tables.RAW.schema, orient="row"))
        cleaned = clean(raw, day, {name: verdict.source for name, verdict in verdicts.items()}).listings
        for source_id, title, rule in cleaned.select("source_id", "title", "reject_rule").iter_rows():
            (others if rule else openings).setdefault(source_id, []).append(title)
        mixed = {name: verdict.source.model_copy(update={"holds": "mixed"}) for name, verdict in verdicts.items()}
        undated = raw.filter(pl.col("deadline").is_null())  # forms and rules have no day until which to apply
        texts = _as_texts(raw, names)
        judged = clean(pl.concat([undated, texts]), day, mixed).listings.filter(
            pl.col("reject_rule") == RejectRule.NO_POSTING
        )
        for source_id, native_id, title in judged.select("source_id", "native_id", "title").iter_rows():
            if native_id == AS_TEXT:
                no_openings.add(source_id)
            else:
                papers.setdefault(source_id, []).append(title)
        refused = clean(raw, day, mixed).listings.filter(pl.col("reject_rule") == RejectRule.NOT_AN_INTERNSHIP)
        known = refused.filter(pl.col("kind").is_not_null().all().over("source_id"))
        for source_id, title in known.select("source_id", "title").iter_rows():
            kinds.setdefault(source_id, []).append(title)
    return {
        name: Rows(
            verdict,
            openings.get(name, []),
            others.get(name, []),
            papers.get(name, []),
            kinds.get(name, []),
            name in no_openings,
        )
        for name, verdict in verdicts.items()
    }


def _as_texts(raw: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    """Of each source one row whose text is that of all its rows, below the name of its page; none of those whose rows mostly
    have a place or a day until which to apply, as what is told of internships has not."""
    is_stated = pl.col("deadline").is_not_null() | (pl.col("locations").list.len() > 0)
    text = pl.concat_str(
        pl.col("title"), pl.col("description").str.head(MAX_ROW_TEXT), separator=". ", ignore_nulls=True
    )
    texts = (
        raw.group_by("source_id", maintain_order=True)
        .agg(
            pl.col("channel", "url", "fetched_at").first(),
            description=text.str.join("\n\n"),
            rows=pl.len(),
            stated=is_stated.sum(),
        )
        .filter(pl.col("rows") >= MIN_TEXT_ROWS, pl.col("stated") * 2 < pl.col("rows"))
        .with_columns(native_id=pl.lit(AS_TEXT), title=pl.col("source_id").replace_strict(names, default=None))
    )
    return tables.RAW.conform(texts.drop("rows", "stated"))


def _choose(number: int, case: _Case, tried: Mapping[str, Rows]) -> Recognition:
    """The best of the entries that were tried for an address."""
    if case.reserved:
        return Recognition(case.url, case.page, reason=f"terms: {case.reserved}")
    by_hand = [
        (each, tried[name]) for at, each in enumerate(case.candidates)
        if (name := f"c{number}.{at}") in tried and not each.is_data and tried[name].openings and not tried[name].is_of_papers
    ]  # fmt: skip
    best = _best_by_hand(by_hand)
    shown = set(best[1].openings) if best else set()
    for at, system in enumerate(case.systems[:2]):
        rows = tried.get(f"s{number}.{at}")
        if best and system.how == OWN and not _works(rows):
            found = _of_candidate(case, *best)
            found.warnings.append(
                f"its {system.source.spider} board was not seen to work ({_outcome(rows)}): its page is read"
            )
            return found
        if (
            system.how == OWN
            or (system.how != LINKED and not shown)
            or (rows is not None and rows.openings and (system.how != LINKED or not shown))
        ):
            return _of_system(case, system, rows)
    for at, candidate in enumerate(case.candidates):
        rows = tried.get(f"c{number}.{at}")
        if rows is None or not candidate.is_data or not rows.openings:
            continue
        covered = sum(_is_among(title, rows.openings) for title in shown)
        if covered >= MIN_COVER * len(shown) and (not shown or len(rows.others) <= MAX_OTHERS * len(rows.openings) + 1):
            return _of_candidate(case, candidate, rows)
    if best:
        found = _of_candidate(case, *best)
        tries = [tried[name] for at in range(len(case.candidates)) if (name := f"c{number}.{at}") in tried]
        lists = [rows for rows in tries if len(rows.verdict.listings) > 1]
        listed = [title for rows in lists if rows.is_of_papers for title in rows.no_postings]
        if papers := [title for title in listed if title not in shown]:
            found.warnings.append(f"it lists papers ({papers[0]}, …): it may tell about internships and offer none")
        return found
    if case.systems:
        return _of_system(case, case.systems[0], tried.get(f"s{number}.0"))
    return Recognition(case.url, case.page, reason=_why_none(case, number, tried))


def _best_by_hand(tried: Sequence[tuple[Candidate, Rows]]) -> tuple[Candidate, Rows] | None:
    """The first of the entries of a page by hand, most likely ones first, most of whose rows are openings."""
    sound = (
        each for each in tried if len(each[1].openings) >= MIN_OPENINGS * (len(each[1].openings) + len(each[1].others))
    )
    return next(sound, max(tried, key=lambda each: len(each[1].openings), default=None))


def _is_among(title: str, titles: Sequence[str]) -> bool:
    key = " ".join(title.casefold().split())
    return any(key == " ".join(other.casefold().split()) for other in titles)


def _works(rows: Rows | None) -> bool:
    return rows is not None and rows.verdict.run["outcome"] in ("ok", "partial", "empty")


def _outcome(rows: Rows | None) -> str:
    return str(rows.verdict.run["outcome"]) if rows else "not looked at"


def _of_system(case: _Case, system: System, rows: Rows | None) -> Recognition:
    warnings = []
    if rows is None or not rows.verdict.listings:
        warnings.append(f"its board was not seen to work ({_outcome(rows)}): internships sources check it")
    elif not rows.openings:
        warnings.append(f"none of its {len(rows.verdict.listings)} rows is an internship now")
    entry = _given(system.source)
    return Recognition(
        case.url,
        case.page,
        entry,
        f"{system.source.spider}: {system.how} has {system.mark}",
        None,
        rows,
        warnings,
        system,
    )


def _of_candidate(case: _Case, candidate: Candidate, rows: Rows) -> Recognition:
    warnings, entry = list(candidate.warnings), candidate.entry
    if rows.other_kinds and entry.get("holds") == "internships" and set(rows.openings) - set(rows.other_kinds):
        entry = {**entry, "holds": "mixed"}
        openings = [title for title in rows.openings if title not in rows.other_kinds]
        rows = rows._replace(openings=openings, others=[*rows.others, *rows.other_kinds])
    if candidate.is_data and len(rows.others) > len(rows.openings):
        warnings.append(f"{len(rows.others)} of {len(rows.others) + len(rows.openings)} rows are no internships")
    outcome = rows.verdict.run["outcome"]
    if doubtful := [title for title in rows.no_postings if title in rows.openings]:
        warnings.append(f"{counted(len(doubtful), 'row')} may be no posting: {doubtful[0]}, …")
    if rows.is_no_opening:
        warnings.append("as one text its rows are no openings: they may be what interns tell, news, or advice")
    if outcome not in ("ok", "empty", "partial"):
        warnings.append(f"read as {outcome}: {rows.verdict.run['evidence']}")
    return Recognition(case.url, case.page, entry, candidate.evidence, None, rows, warnings)


def _why_none(case: _Case, number: int, tried: Mapping[str, Rows]) -> str:
    page = case.page
    if LOGIN.search(page.text) and not case.found:
        return "login: the page asks for a password"
    if page.is_html and page.words < FEW_WORDS and (SCRIPTS.search(page.text) or "<script" in page.text):
        return "script-drawn: the page as its server sends it has no rows"
    tries = [tried[name] for at in range(len(case.candidates)) if (name := f"c{number}.{at}") in tried]
    if papers := [title for rows in tries for title in rows.no_postings]:
        return f"{NO_OPENINGS}: its rows are papers ({papers[0]}, …)"
    refused = [
        title for at in range(len(case.candidates)) if (rows := tried.get(f"c{number}.{at}")) for title in rows.others
    ]
    if refused or case.found:
        return f"{NO_OPENINGS}: no row is one" + (f" ({refused[0]}, …)" if refused else "")
    return f"{NO_OPENINGS}: nothing on the page repeats, and its text offers none"


def _unreadable(url: str, page: Page | None) -> Recognition:
    if page is None or page.problem is None:
        return Recognition(url, page, reason="no answer")
    outcome, evidence = page.problem
    kind = (
        "robots"
        if "robots.txt" in evidence
        else "terms"
        if "data mining" in evidence
        else "login"
        if "a login" in evidence
        else outcome
    )
    return Recognition(url, page, reason=f"{kind}: {evidence}")
