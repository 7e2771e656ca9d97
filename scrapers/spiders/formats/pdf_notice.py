"""Notices as PDF or Word files, one offer each: vacancies of missions, calls of ministries.

How to recognise one: the page of the mission or ministry links to files ending in .pdf, one for each vacancy or call; or
one file stands at the same address all year round.

What to write:

    - id: example-mission
      name: Vacancies of an example mission
      spider: pdf_notice
      url: https://example.org/embassy/jobs
      settings:
        links: main a[href$=".pdf"]    # css of the links to the files; left out: the address is itself a file
        links_are_titles: true         # their texts are titles, by which a file is asked for or not
        none: no current vacancies     # words by which the list itself says that there are none
        labels:                        # only for labels that data/reference/list_words.yaml does not know, and for the
          title: [POSITION]            #   title: raw field -> labels
        closed: [cancelled]            # words by which a notice says that it is closed

The title is that of the link or of its label, else the first line of the notice with a word of an internship, else its first
line. A scan has no text: the evidence notes it, and a scan linked from a list is kept as the list row. Pages and time per
file are bounded (see extract.pdf).
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field
from scrapy.http import Response

from scrapers.answers.check import SourceError
from scrapers.answers.words import may_be_internship
from scrapers.engine.linked import Linked, LinkedSettings
from scrapers.engine.raw_fields import with_fields
from scrapers.engine.settings import Texts
from scrapers.engine.source_run import SourceRun
from scrapers.extract.blocks import Line, line_pairs, line_with
from scrapers.extract.labels import labelled_fields
from scrapers.extract.office_files import OfficeFileError, docx_lines
from scrapers.extract.pdf import PdfError, PdfText, SlowPdfError, read_pdf
from scrapers.listing import MARKED_CLOSED, RawListing
from scrapers.outcome import Outcome
from scrapers.spiders.formats.label_block import Labelled

TITLE_WITHIN = 15
"""Lines of a notice among which its title is looked for."""


MAX_SLOW_FILES = 2
"""Files of a source that may take too long; nothing else is read while one does."""


class PdfNotice(Linked):
    name = "pdf_notice"
    posting_format = "notice"

    class Settings(LinkedSettings):
        labels: dict[Labelled, Texts] = Field(default_factory=dict)
        closed: Texts = []

    def parse_posting(self, row: RawListing | None, response: Response, run: SourceRun) -> Iterator[RawListing]:
        settings: PdfNotice.Settings = run.settings
        if run.slow_files >= MAX_SLOW_FILES:
            raise SourceError(
                Outcome.PARTIAL, f"not read, because {MAX_SLOW_FILES} files took too long: {response.url}"
            )
        try:
            text = read_notice(response.body)
        except SlowPdfError as error:
            run.slow_files += 1
            raise SourceError(Outcome.TIMEOUT, f"a PDF that cannot be read ({error}): {response.url}") from error
        except PdfError as error:
            raise SourceError(Outcome.ERROR, f"a PDF that cannot be read ({error}): {response.url}") from error
        except OfficeFileError as error:
            raise SourceError(
                Outcome.LAYOUT_CHANGED, f"a Word file that cannot be read ({error}): {response.url}"
            ) from error
        lines = [line for page in text.pages for line in page]
        if len(text.pages) < text.total:
            run.note(f"read {len(text.pages)} of {text.total} pages of {response.url}")
        if not lines:
            evidence = f"no text in the PDF ({text.total} page{'s' * (text.total > 1)}): {response.url}"
            if row is None:
                raise SourceError(Outcome.EMPTY, evidence)
            run.note(evidence)
            yield row
            return
        labels = {str(field): texts for field, texts in settings.labels.items()}
        fields = labelled_fields(line_pairs([Line(line, None) for line in _unwrapped(lines)]), labels)
        closed = line_with([Line(line, None) for line in lines], settings.closed)
        extra = {MARKED_CLOSED: closed} if closed else {}
        if row is not None:
            fields |= {"title": None, "description": "\n".join(lines), "extra": {**row.extra, **extra}}
            yield with_fields(row, response, fields)
            return
        title = fields.pop("title", None) or next(filter(may_be_internship, lines[:TITLE_WITHIN]), lines[0])
        description = "\n".join(line for line in lines if line != title)
        yield from run.listing(response, title=title, url=response.url, description=description, extra=extra, **fields)


def read_notice(body: bytes) -> PdfText:
    """The text of a notice, of a Word file as one page. Raises PdfError, OfficeFileError."""
    if body.startswith(b"PK"):
        return PdfText([docx_lines(body)], 1)
    return read_pdf(body)


def _unwrapped(lines: list[str]) -> list[str]:
    """Lines with those joined to them that go on in lower case."""
    joined: list[str] = []
    for line in lines:
        if joined and line[:1].islower():
            joined[-1] += f" {line}"
        else:
            joined.append(line)
    return joined
