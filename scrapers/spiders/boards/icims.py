"""iCIMS: job boards of employers, mostly in North America.

How to recognise one: the postings' addresses are `<host>.icims.com/jobs/<number>/<title>/job`; the employer's own page shows
them in a frame.

What to write, in data/sources/platform/icims.yaml or .csv (the address is that of the page within the frame):

    - {host: careers-example.icims.com, name: Example AG}
      # url: https://{host}/jobs/search?ss=1&in_iframe=1

The pages are numbered from 0 (`pr`). Type, dates and text stand in the JSON-LD of the posting's own page. All settings of
`html_list` may be written as well, where a board differs.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from scrapy.http import Response
from selectolax.lexbor import LexborNode

from scrapers.engine.settings import Texts
from scrapers.engine.source_run import SourceRun
from scrapers.extract.blocks import select
from scrapers.spiders.formats.html_list import CssPaths, DetailReading, HtmlList, RawField

MARKS = {
    "boards": [r"^(?P<host>(?!www\.|cdn\w*\.|assets\.)[a-z0-9-]+\.icims\.com)(?:/(?:jobs|connect)|[/?#]?$)"],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""


class Icims(HtmlList):
    name = "icims"

    class Settings(HtmlList.Settings):
        rows: str = ".iCIMS_JobCardItem"
        fields: dict[RawField, CssPaths] = {
            "title": [".title h3", ".title a", "h3"],
            "url": [".title a@href", "a.iCIMS_Anchor@href"],
            "locations": [".header.left span:not(.field-label)"],
            "description": [".description"],
        }
        labels: dict[RawField, Texts] = {
            "employment_type": ["Type", "Position Type", "Job Type"],
            "section": ["Category", "Job Category"],
        }
        detail: DetailReading | None = DetailReading(
            job_posting=True, fields={"description": [".iCIMS_JobContent .iCIMS_Expandable_Text"]}
        )
        id_in_url: str | None = r"/jobs/(\d+)/"
        tested: list[RawField] = ["title", "employment_type", "section"]

    def next_page(self, page: LexborNode, response: Response, run: SourceRun) -> str | None:
        following = str(_number(response.url) + 1)
        return next((href for href in select(page, ".iCIMS_Paging a@href") if str(_number(href)) == following), None)


def _number(url: str) -> int:
    """The number of a page of the list, from 0."""
    page = parse_qs(urlsplit(url).query).get("pr", ["0"])[0]
    return int(page) if page.isdigit() else 0
