"""Files that an office hands over: tables (CSV), digests and mails (.eml, .mbox, .txt), from alumni networks above all.

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
(`Location: …`); a mail without blocks is one offer, titled by its subject.
"""

from __future__ import annotations

import csv
import io
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
from scrapers.engine.source_run import SourceRun
from scrapers.engine.source_spider import SourceSpider
from scrapers.extract.blocks import Line, line_pairs
from scrapers.extract.inline import ADDRESS, Inline
from scrapers.extract.labels import UNSURE, labelled_fields
from scrapers.extract.mails import Mail, read_blocks, read_box, read_mail
from scrapers.extract.tables import Table, column_roles, is_list, read_rows
from scrapers.listing import RawListing
from scrapers.outcome import Outcome
from scrapers.spiders.formats.label_block import Labelled
from scrapers.spiders.formats.markdown_list import Column
from scrapers.wire.drop import drop_address

DELIMITERS = ",;\t|"


class DropFolder(SourceSpider):
    name = "drop_folder"
    expected_format = "text"

    class Settings(SpiderSettings):
        columns: dict[Column, Texts] = Field(default_factory=dict)
        labels: dict[Labelled, Texts] = Field(default_factory=dict)

    def first_requests(self, run: SourceRun) -> Iterable[Request]:
        yield run.request(drop_address(run.source.id))

    def parse(self, response: Response, run: SourceRun) -> Iterator[Request]:
        names = decoded(response).text.splitlines()
        if not names:
            run.report_empty_list("the folder")
        for name in names:
            kind = PurePosixPath(name).suffix.lower()
            if kind in (".csv", ".tsv"):
                yield run.request(drop_address(run.source.id, name), self.parse_table)
            elif kind in (".eml", ".mbox", ".txt"):
                yield run.request(drop_address(run.source.id, name), partial(self.parse_mails, kind))
            else:
                run.note(f"not read: {name}")

    def parse_table(self, response: Response, run: SourceRun) -> Iterator[RawListing]:
        settings: DropFolder.Settings = run.settings
        own = {str(field): texts for field, texts in settings.columns.items()}
        text = _text(response)
        delimiter = max(DELIMITERS, key=text.partition("\n")[0].count)
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)]
        headers = [" ".join(header.split()) for header in rows[0]] if rows else []
        named = {text.casefold() for texts in own.values() for text in texts}
        sure = [header if header.casefold() in named or header.casefold() not in UNSURE else "" for header in headers]
        known = list(column_roles(sure, own))
        cells = [[_cell(row[number]) if number < len(row) else _cell("") for number in known] for row in rows[1:]]
        table = Table([headers[number] for number in known], cells, None)
        if not is_list(table, column_roles(table.headers, own)):
            raise SourceError(Outcome.LAYOUT_CHANGED, f"no column for a title or an organization in {response.url}")
        unread = [header for number, header in enumerate(headers) if number not in known]
        if unread:
            run.note(f"columns that are not read: {', '.join(unread)}")
        for row in read_rows(table, own):
            fields = row.fields
            fields["title"] = fields.get("title") or fields.get("organization")
            yield from run.listing(response, url=row.url, row_text=row.text, **fields)

    def parse_mails(self, kind: str, response: Response, run: SourceRun) -> Iterator[RawListing]:
        if kind == ".mbox":
            mails = list(read_box(response.body))
        elif kind == ".eml":
            mails = [read_mail(response.body)]
        else:
            mails = [Mail(None, None, read_blocks(_text(response)))]
        if not any(mail.blocks for mail in mails):
            raise SourceError(Outcome.LAYOUT_CHANGED, f"no mail in {response.url}")
        for mail in mails:
            if mail.subject and len(mail.blocks) == 1:
                offers = [_offer(mail.blocks[0], run.settings, mail.subject)]
            else:
                offered = (_is_offer(block, run.settings, is_first=block is mail.blocks[0]) for block in mail.blocks)
                offers = [
                    _offer(block, run.settings) for block, is_one in zip(mail.blocks, offered, strict=True) if is_one
                ]
            if not offers:
                run.note(f"no offer in {mail.subject or response.url}")
            for fields in offers:
                if len(mail.blocks) > 1 or run.passes(fields["title"]):
                    posted = fields.pop("posted", None) or mail.date
                    yield from run.listing(response, posted=posted, **fields)


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
    return {**fields, "title": title or fields["organization"], "url": _link("\n".join(block)), "description": text}


def _labelled(lines: list[str], settings: DropFolder.Settings) -> dict[str, Any]:
    labels = {str(field): texts for field, texts in settings.labels.items()}
    return labelled_fields(line_pairs([Line(line, None) for line in lines]), labels, has_title=True)


def _link(text: str) -> str | None:
    found = ADDRESS.search(text)
    return found[0].rstrip(".,;:)>") if found else None


def _cell(text: str) -> Inline:
    return Inline(text.strip(), tuple(dict.fromkeys(ADDRESS.findall(text))))


def _text(response: Response) -> str:
    """The text of a file: in UTF-8 or UTF-16, else in Windows-1252, in which spreadsheets save it."""
    try:
        return decoded(response).text
    except SourceError:
        return response.body.decode("cp1252", "replace")
