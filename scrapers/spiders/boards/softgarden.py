"""softgarden: job boards of employers in German-speaking countries.

How to recognise one: the postings' addresses are `<host>.softgarden.io/job/<number>/<title>`; the page of the list is
`<host>.softgarden.io/<language>/vacancies`.

What to write, in data/sources/platform/softgarden.yaml or .csv:

    - {host: example.softgarden.io, name: Example AG}
      # url: https://{host}/de/vacancies

The whole board is one page: a script of it names the numbers of all postings, and a card each of them says the rest. A
posting that has no card is asked for by its number. Boards under `<name>.career.softgarden.de` are pages of the employer's
own making; their postings can be read with `job_posting`. All settings of `html_list` may be written as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from scrapy import Request
from scrapy.http import Response
from selectolax.lexbor import LexborNode

from scrapers.answers.check import page_text
from scrapers.engine.source_run import SourceRun
from scrapers.extract.blocks import parse_html
from scrapers.extract.schema_org import job_postings, posting_fields
from scrapers.listing import RawListing
from scrapers.spiders.formats.html_list import CssPaths, DetailReading, HtmlList, RawField

MARKS = {
    "here": r"\.softgarden\.io/[a-z]{2}/vacancies",
    "boards": [r"^(?P<host>[a-z0-9-]+\.softgarden\.io)(?:[/?#]|$)"],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

NUMBERS = re.compile(r"complete_job_id_list\s*=\s*(?:jobs_selected\s*=\s*)?\[([\d\s,]*)\]")


class Softgarden(HtmlList):
    name = "softgarden"

    class Settings(HtmlList.Settings):
        rows: str = ".matchElement"
        fields: dict[RawField, CssPaths] = {
            "title": [".title a", ".title"],
            "url": [".title a@href"],
            "native_id": ["@id"],
            "organization": [".sg_company_id"],
            "locations": [".ProjectGeoLocationCity"],
            "employment_type": [".audience"],
            "section": [".jobcategory"],
            "posted": [".date"],
        }
        detail: DetailReading | None = DetailReading(job_posting=True)
        tested: list[RawField] = ["title", "employment_type", "section"]

    def row_fields(self, row: LexborNode, run: SourceRun) -> dict[str, Any]:
        fields = super().row_fields(row, run)
        return fields | {"native_id": (fields["native_id"] or "").removeprefix("job_id_") or None}

    def parse(self, response: Response, run: SourceRun) -> Iterator[RawListing | Request]:
        match = NUMBERS.search(page_text(response))
        numbers = list(dict.fromkeys(re.findall(r"\d+", match[1]))) if match else []
        if match:
            run.declare_total(len(numbers))
        if match and not numbers:
            run.confirm_empty("complete_job_id_list = []")
        yield from super().parse(response, run)
        for number in numbers:
            if run.is_new(number):
                url = response.urljoin(f"/job/{number}?l=en")
                yield run.detail(url, partial(self.parse_unlisted, number))

    def parse_unlisted(self, number: str, response: Response, run: SourceRun) -> Iterator[RawListing]:
        """The own page of a posting that has no card."""
        posting = next(iter(job_postings(parse_html(page_text(response))).postings), {})
        fields = posting_fields(posting) | {"native_id": number, "url": response.url}
        if run.passes(fields["title"], fields["employment_type"]):
            yield from run.listing(response, **fields)
