"""Files that an office hands over: tables (CSV, .xlsx), digests and mails (.eml, .mbox, .txt), from alumni networks above all.

How to recognise one: there is no page; the office sends a list round. Somebody saves it in the home, under `drop/<id of the
source>/`. All files that lie there count every night: to withdraw the offers of a file, take it away.

What to write:

    - id: example-alumni
      name: Offers of an example alumni office
      spider: drop_folder
      url: https://alumni.example.edu         # the office's page, for people: it is not asked for anything
      settings:
        columns: {organization: [Host]}       # of tables: only for headers that list_words.yaml does not know
        labels: {deadline: [Reply by]}        # of digests: only for labels that it does not know

A table needs a header row; columns that its words do not name are not read, because an office's table holds persons too. A
digest holds one offer a block: blocks stand between lines of signs (-----), headings or rules, or are paragraphs of labels
(`Location: …`); a mail without blocks is one offer, titled by its subject. Mails and tables that a mail passes on are read,
attached or quoted. Files of any other kind are noted; where there are no others, the run failed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from pydantic import Field
from scrapy import Request
from scrapy.http import Response

from scrapers.answers.check import SourceError, decoded
from scrapers.answers.words import may_be_internship
from scrapers.engine.settings import SpiderSettings, Texts
from scrapers.engine.source_run import EXPECTED_FORMAT, SourceRun
from scrapers.engine.source_spider import SourceSpider
from scrapers.extract.blocks import Line, line_pairs
from scrapers.extract.labels import labelled_fields
from scrapers.extract.links import link_in_text
from scrapers.extract.mails import Mail, read_blocks, read_box, read_mails
from scrapers.extract.office_files import OfficeFileError, xlsx_rows
from scrapers.extract.spreadsheets import csv_rows, is_csv, read_spreadsheet
from scrapers.extract.tables import Table, column_roles, is_list, read_rows
from scrapers.listing import RawListing
from scrapers.outcome import Outcome
from scrapers.spiders.formats.label_block import Labelled
from scrapers.spiders.formats.markdown_list import Column
from scrapers.wire.drop import drop_address

PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".ico", ".css")
"""What a saved mail or page brings along, and holds no offer."""


class DropFolder(SourceSpider):
    name = "drop_folder"
    expected_format = "text"

    class Settings(SpiderSettings):
        columns: dict[Column, Texts] = Field(default_factory=dict)
        labels: dict[Labelled, Texts] = Field(default_factory=dict)

    def first_requests(self, run: SourceRun) -> Iterable[Request]:
        yield run.request(drop_address(run.source.id))

    def parse(self, response: Response, run: SourceRun) -> Iterator[Request]:
        unread: list[str] = []
        names = decoded(response).text.splitlines()
        if not names:
            run.report_empty_list("the folder")
        for name in names:
            kind = PurePosixPath(name).suffix.lower()
            address = drop_address(run.source.id, name)
            if kind in (".csv", ".tsv"):
                yield run.request(address, self.parse_csv)
            elif kind == ".xlsx":
                yield run.request(address, self.parse_workbook, meta={EXPECTED_FORMAT: "office"})
            elif kind in (".eml", ".mbox", ".txt"):
                yield run.request(address, partial(self.parse_mails, kind))
            else:
                run.note(f"not read: {name}")
                unread += [] if kind in PICTURES else [name]
        if unread and len(unread) == len(names):
            raise SourceError(Outcome.LAYOUT_CHANGED, "none of the files is of a kind that is read")

    def parse_csv(self, response: Response, run: SourceRun) -> Iterator[RawListing]:
        yield from _rows_of(csv_rows(decoded(response).text), response.url, response, run)

    def parse_workbook(self, response: Response, run: SourceRun) -> Iterator[RawListing]:
        try:
            rows = xlsx_rows(response.body)
        except OfficeFileError as error:
            raise SourceError(Outcome.ERROR, f"a workbook that cannot be read ({error}): {response.url}") from error
        yield from _rows_of(rows, response.url, response, run)

    def parse_mails(self, kind: str, response: Response, run: SourceRun) -> Iterator[RawListing]:
        if kind == ".txt":
            text = decoded(response).text
            if is_csv(text):
                yield from _rows_of(csv_rows(text), response.url, response, run)
                return
            mails = [Mail(None, None, read_blocks(text))]
        else:
            mails = list(read_box(response.body)) if kind == ".mbox" else read_mails(response.body)
        if not any(mail.blocks or mail.grids or mail.tables for mail in mails):
            unread = ", ".join(name for mail in mails for name in mail.unread)
            raise SourceError(Outcome.LAYOUT_CHANGED, f"no mail in {response.url}{unread and f' but {unread}'}")
        for mail in mails:
            yield from _offers_of(mail, response, run)


def _rows_of(rows: list[list[str]], where: str, response: Response, run: SourceRun) -> Iterator[RawListing]:
    """The offers in the rows of a spreadsheet. Raises SourceError."""
    columns = _columns(run)
    table, unread = read_spreadsheet(rows, columns)
    if not is_list(table, column_roles(table.headers, columns)):
        raise SourceError(Outcome.LAYOUT_CHANGED, f"no column for a title or an organization in {where}")
    if unread:
        run.note(f"columns that are not read: {', '.join(unread)}")
    yield from _table_listings(table, response, run)


def _table_listings(
    table: Table, response: Response, run: SourceRun, posted: str | None = None
) -> Iterator[RawListing]:
    for row in read_rows(table, _columns(run)):
        fields = row.fields
        fields["title"] = fields.get("title") or fields.get("organization")
        fields["posted"] = fields.get("posted") or posted
        yield from run.listing(response, url=row.url, row_text=row.text, **fields)


def _offers_of(mail: Mail, response: Response, run: SourceRun) -> Iterator[RawListing]:
    """The offers of a mail: in its text, in the tables in it and attached to it."""
    for grid in mail.grids:
        yield from _rows_of(grid, f"a table attached to {mail.subject or response.url}", response, run)
    for table in mail.tables:
        yield from _table_listings(table, response, run, mail.date)
    settings: DropFolder.Settings = run.settings
    if mail.subject and len(mail.blocks) == 1 and not mail.is_cover:
        offers = [_offer(mail.blocks[0], settings, mail.subject)]
    else:
        offers = [
            _offer(block, settings)
            for number, block in enumerate(mail.blocks)
            if _is_offer(block, settings, is_first=number == 0)
        ]
    if not offers and not mail.is_cover:
        run.note(f"no offer in {mail.subject or response.url}")
    if mail.unread and not offers and not mail.is_cover:
        run.partial(f"not read: {', '.join(mail.unread)} of {mail.subject or response.url}")
    elif mail.unread:
        run.note(f"not read: {', '.join(mail.unread)}")
    for fields in offers:
        if len(mail.blocks) > 1 or run.passes(fields["title"]):
            posted = fields.pop("posted", None) or mail.date
            yield from run.listing(response, posted=posted, **fields)


def _columns(run: SourceRun) -> dict[str, list[str]]:
    settings: DropFolder.Settings = run.settings
    return {str(field): texts for field, texts in settings.columns.items()}


def _is_offer(block: list[str], settings: DropFolder.Settings, *, is_first: bool) -> bool:
    """Whether a block has labels, or a word of an internship in its first line; what stands before the offers needs labels."""
    return bool(_labelled(block, settings)) or (not is_first and may_be_internship(block[0]))


def _offer(block: list[str], settings: DropFolder.Settings, subject: str | None = None) -> dict[str, Any]:
    """The fields of a block. Its title stands beside a label, or is the subject of the mail that is all about it, or its first
    line, or where that is a label the organization."""
    fields = _labelled(block, settings)
    title, lines = fields.pop("title", None) or subject, block
    if title is None and not (fields.get("organization") and _labelled(block[:1], settings)):
        title, lines = re.sub(r"^(?:[-*•·#]+|\d{1,2}[.)])\s*", "", block[0]), block[1:]
    text = "\n".join(lines)
    return {
        **fields,
        "title": title or fields["organization"],
        "url": link_in_text("\n".join(block)),
        "description": text,
    }


def _labelled(lines: list[str], settings: DropFolder.Settings) -> dict[str, Any]:
    labels = {str(field): texts for field, texts in settings.labels.items()}
    return labelled_fields(line_pairs([Line(line, None) for line in lines]), labels, has_title=True)
