"""Lists kept as Markdown files, mostly on GitHub: tables with a row an opening.

How to recognise one: the page is a README or another .md file with a table of companies, roles and links. The address to
write is that of the file itself (raw.githubusercontent.com/<owner>/<repository>/<branch>/<file>.md); `page` may name the
repository for people.

What to write:

    - id: example-list
      name: Example list of internships
      spider: markdown_list
      url: https://raw.githubusercontent.com/example/internships/main/README.md
      page: https://github.com/example/internships
      holds: internships
      settings:
        columns:                 # only for headers that data/reference/list_words.yaml does not know:
          pay: [Bounty]          #   raw field -> header texts, case ignored; `link` is the column to apply by
        location_from: section   # only where no column tells the place, and the nearest heading does
        organization_from: section   # the same for the employer

Read are pipe tables and HTML tables, and in a file without a table of openings the items of its lists that have a link. A row
whose company is a ditto mark, or empty, has the company above; rows that the list marks closed, or strikes out, say so in
extra.closed; rows without a link are kept with extra.no_link. The section of a row is the path of the
headings above it. Tables without a column for a title or an organization are no lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field
from scrapy.http import Response

from scrapers.answers.check import SourceError, decoded
from scrapers.engine.settings import SpiderSettings, Texts
from scrapers.engine.source_run import SourceRun
from scrapers.engine.source_spider import SourceSpider
from scrapers.extract.bullets import read_bullets
from scrapers.extract.markdown import read_markdown
from scrapers.extract.tables import Row, read_rows
from scrapers.listing import RawListing
from scrapers.outcome import Outcome

Column = Literal[
    "title", "organization", "locations", "link", "posted", "deadline", "starts", "duration", "pay", "employment_type",
    "language", "description", "native_id", "status",
]  # fmt: skip


class MarkdownList(SourceSpider):
    name = "markdown_list"
    expected_format = "text"

    class Settings(SpiderSettings):
        columns: dict[Column, Texts] = Field(default_factory=dict)
        location_from: Literal["section"] | None = None
        organization_from: Literal["section"] | None = None

    def parse(self, response: Response, run: SourceRun) -> Iterator[RawListing]:
        settings: MarkdownList.Settings = run.settings
        columns = {str(field): texts for field, texts in settings.columns.items()}
        text = decoded(response)
        document = read_markdown(text.text)
        found = 0
        for table in document.tables:
            for row in read_rows(table, columns):
                found += 1
                yield from self._listing(row, response, run)
        if not found:
            for row in read_bullets(document.bullets):
                if run.passes(row.fields["title"], row.text):
                    yield from self._listing(row, response, run)
        run.seen += document.torn_rows
        if document.cut_off or not text.is_whole:
            raise SourceError(
                Outcome.PARTIAL, f"{document.cut_off or 'the text ends within a character'}: {response.url}"
            )

    def _listing(self, row: Row, response: Response, run: SourceRun) -> Iterator[RawListing]:
        settings: MarkdownList.Settings = run.settings
        fields = row.fields
        heading = row.section.rsplit(" / ", 1)[-1] if row.section else None
        if settings.location_from and heading and not fields.get("locations"):
            fields["locations"] = [heading]
        if settings.organization_from and heading and not fields.get("organization"):
            fields["organization"] = heading
        title = fields.pop("title", None) or fields.get("organization")
        yield from run.listing(response, title=title, url=row.url, row_text=row.text, section=row.section, **fields)
