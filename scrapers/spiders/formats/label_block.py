"""Pages of one offer each, whose facts stand beside labels: `Standplaats: Nairobi`, <dt>Duty Station</dt><dd>…</dd>.

How to recognise one: the page of an offer has a block of short labels with values, the same on every offer, and running
text below; a list page links to them. Where the list says it all, see `html_list`; without labels, see `prose_page`.

What to write:

    - id: example-ministry
      name: Traineeships at an example ministry
      spider: label_block
      url: https://vacancies.example.org/traineeships
      settings:
        links: h2.vacancy a            # css of the links to the offers; left out: the address is itself an offer
        links_are_titles: true         # their texts are titles, by which a page is asked for or not
        next: a.next                   # css of the link to the next page of the list
        none: no current vacancies     # words by which the list itself says that there are none
        main: article                  # css of the text that counts; default: the body without navigation and the like
        title: h1                      # css of the title
        labels:                        # only for labels that data/reference/list_words.yaml does not know, and for the
          title: Posting Title         #   title: raw field -> labels
          deadline: Solliciteer voor
        closed: [no longer available]  # words by which an offer says that it is closed

The text goes into the description whole, labels too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field
from scrapy.http import Response

from scrapers.answers.check import SourceError, page_cut_off, page_text
from scrapers.engine.linked import Css, Linked, LinkedSettings
from scrapers.engine.raw_fields import with_fields
from scrapers.engine.settings import Texts
from scrapers.engine.source_run import SourceRun
from scrapers.extract.blocks import AROUND, UNSEEN, block_lines, block_text, line_with, parse_html
from scrapers.extract.labels import read_labels
from scrapers.listing import MARKED_CLOSED, RawListing
from scrapers.outcome import Outcome

Labelled = Literal[
    "title", "native_id", "organization", "locations", "employment_type", "posted", "deadline", "starts", "duration", "pay",
    "language", "section",
]  # fmt: skip


class LabelBlock(Linked):
    name = "label_block"

    class Settings(LinkedSettings):
        main: Css | None = None
        title: Css = "h1"
        labels: dict[Labelled, Texts] = Field(default_factory=dict)
        closed: Texts = []

    def parse_posting(self, row: RawListing | None, response: Response, run: SourceRun) -> Iterator[RawListing]:
        settings: LabelBlock.Settings = run.settings
        page = parse_html(page_text(response))
        main = page.css_first(settings.main or "body")
        if main is None:
            raise SourceError(Outcome.LAYOUT_CHANGED, f"nothing matches {settings.main!r} on {response.url}")
        unseen = UNSEEN if settings.main else AROUND
        lines = block_lines(main, unseen)
        fields = read_labels(main, {str(field): labels for field, labels in settings.labels.items()}, unseen)
        fields["title"] = fields.get("title") or next(
            (block_text(found, " ") for found in page.css(settings.title)), None
        )
        if not fields["title"] and row is None:
            raise SourceError(Outcome.LAYOUT_CHANGED, f"no title at {settings.title!r} on {response.url}")
        fields["description"] = "\n".join(line.text for line in lines if line.text != fields["title"])
        fields["extra"] = {MARKED_CLOSED: line_with(lines, settings.closed)} if settings.closed else {}
        if row is not None:
            yield with_fields(row, response, {**fields, "extra": {**row.extra, **fields["extra"]}})
        else:
            yield from run.listing(response, url=response.url, **fields)
        if page_cut_off(response):
            run.partial(f"the page breaks off: {response.url}")
