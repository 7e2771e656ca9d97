"""PageUp: career pages of universities and public bodies, and of UNICEF.

How to recognise one: the postings' addresses are `<host>/<instance>/cw/<language>/job/<number>/<title>`, at
careers.pageuppeople.com or on a host of the employer's own (`/en-us/job/<number>/…`); the list is `…/listing/`.

What to write:

    - id: example-university-jobs
      name: Jobs at an example university
      spider: pageup
      url: https://careers.pageuppeople.com/123/cw/en/listing/?page=1&page-items=500

A page may show the same postings twice (results, and recent ones). The link to more of them says how many are left. Type,
dates and text stand on the posting's own page. There is a feed besides, `…/cw/<language>/rss`, which `rss` reads. All
settings of `html_list` may be written as well.
"""

from __future__ import annotations

from scrapers.spiders.formats.html_list import CssPaths, DetailReading, HtmlList, RawField

MARKS = {
    "here": r"/cw/[a-z-]+/listing/",
    "boards": [r"^careers\.pageuppeople\.com/(?P<instance>\d+)/\w+/(?P<language>[a-z-]+)(?:/|$)"],
    "hosts": ["^[a-z0-9.-]+/[a-z]{2}-[a-z]{2}/listing/?(?:[?#]|$)"],
    "entry": {
        "url": "https://careers.pageuppeople.com/{instance}/cw/{language}/listing/?page=1&page-items=500",
    },
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""


class Pageup(HtmlList):
    name = "pageup"

    class Settings(HtmlList.Settings):
        rows: str = "tr:has(a.job-link), .list-view--item:has(a.job-link)"
        fields: dict[RawField, CssPaths] = {
            "title": ["a.job-link"],
            "url": ["a.job-link@href"],
            "locations": [".location"],
            "deadline": [".close-date time@datetime", ".close-date"],
            "employment_type": [".work-type"],
            "description": [".row--teaser p:not(:has(b))"],
        }
        next: str | None = "a.more-link"
        detail: DetailReading | None = DetailReading(
            job_posting=True,
            fields={
                "locations": ["#job-content .location"],
                "employment_type": ["#job-content .work-type"],
                "section": ["#job-content .categories"],
                "posted": [".open-date time@datetime", ".open-date"],
                "deadline": [".close-date time@datetime", ".close-date"],
                "description": ["#job-details"],
            },
        )
        id_in_url: str | None = r"/job/(\d+)"
        tested: list[RawField] = ["title", "employment_type"]
