"""NAV: the feed of job advertisements of Norway's labour and welfare administration (arbeidsplassen.nav.no).

How to recognise it: https://pam-stilling-feed.nav.no. It wants a token: the public one, which is asked for anew each night,
at /api/publicToken; terms: https://arbeidsplassen.nav.no/vilkar-api. The feed leaves out what comes from finn.no.

What to write:

    - id: nav-feed
      name: NAV job advertisements
      spider: nav
      url: https://pam-stilling-feed.nav.no/api/v1/feed?pageSize=10000
      page: https://arbeidsplassen.nav.no
      country: "NO"

It is a feed of events from the oldest to the newest: each change of an advertisement is an entry of its own, and what is
had for the advertisement itself is always its newest state. One lives for six months at most, so that reading begins six
months before the night. The starting point is given by If-Modified-Since, which is not a condition at this address: asked
for with the Last-Modified of an older answer, it would leave out whatever has not changed since. An entry that is INACTIVE and
not ACTIVE again in a later one is a listing marked closed; the title of a withdrawn one is blacked out ("...", "?"), so that only
its absence shows it. Contacts are persons and are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response
from w3lib.url import add_or_replace_parameter, url_query_parameter

from scrapers.answers.words import may_be_internship
from scrapers.engine.board import Board
from scrapers.engine.source_run import SourceRun
from scrapers.extract.json_data import at, fields_at, line_at
from scrapers.listing import MARKED_CLOSED, RawListing
from scrapers.wire.secrets import SECRETS

MARKS = {
    "hosts": [r"^pam-stilling-feed\.nav\.no/"],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

LONGEST_LIFE = timedelta(days=185)
"""Six months, in which every advertisement that is open has an entry."""

TOKEN: dict[str, Any] = {
    SECRETS: {
        "token": {"url": "https://pam-stilling-feed.nav.no/api/publicToken"},
        "headers": {"Authorization": "Bearer {token}"},
    }
}
STOPPED = "stopped"
"""Meta key: the INACTIVE entries so far that may be internships and that no later one has revived, by their id."""


class Nav(Board):
    name = "nav"
    rows_at = "items"
    fields = {
        "title": "title",
        "native_id": "_feed_entry.uuid",
        "organization": "_feed_entry.businessName",
        "locations": "_feed_entry.municipal",
    }

    def first_requests(self, run: SourceRun) -> Iterator[Request]:
        since = datetime.combine(run.night, time(), UTC) - LONGEST_LIFE
        headers = {"If-Modified-Since": format_datetime(since, usegmt=True)}
        yield run.request(run.source.url, headers=headers, meta=TOKEN)

    def rows(self, document: Any, run: SourceRun) -> list[Any] | None:
        entries = super().rows(document, run)
        return None if entries is None else [entry for entry in entries if not _is_stopped(entry)]

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        fields = super().row_fields(row, run)
        if fields["native_id"]:
            fields["url"] = f"https://arbeidsplassen.nav.no/stillinger/stilling/{fields['native_id']}"
        if _is_stopped(row):
            fields["extra"][MARKED_CLOSED] = "status: INACTIVE"
        return fields

    def next_requests(
        self, response: Response, document: Any, rows: list[Any], run: SourceRun
    ) -> Iterator[RawListing | Request]:
        stopped: dict[str, Any] = response.meta.get(STOPPED, {})
        for entry in document["items"]:
            for uuid in at(entry, "_feed_entry.uuid"):
                stopped.pop(uuid, None)
                if _is_stopped(entry) and may_be_internship(entry.get("title")):  # a title blacked out is none
                    stopped[uuid] = entry
        if document.get("next_url"):
            size = url_query_parameter(run.source.url, "pageSize")
            url = response.urljoin(document["next_url"])
            url = add_or_replace_parameter(url, "pageSize", size) if size else url
            yield run.page(response, url, meta=TOKEN | {STOPPED: stopped})
            return
        for entry in stopped.values():
            yield from self._parse_row(entry, response, run)

    def detail(self, listing: RawListing, row: dict[str, Any], run: SourceRun) -> Request | None:
        if _is_stopped(row) or not row.get("url"):
            return None
        return self.request_detail(urljoin(run.source.url, row["url"]), listing, run, meta=TOKEN)

    def detail_fields(self, document: Any, run: SourceRun) -> dict[str, Any]:
        # What is sent stands under the first name; the documents have the second.
        advert = document.get("ad_content") or document.get("json") or {}
        extra = {
            "occupation": advert.get("jobtitle"),
            "extent": advert.get("extent"),
            "sector": advert.get("sector"),
            "vacancies": advert.get("positioncount"),
            "expires": advert.get("expires"),
            "source": advert.get("source"),
        }
        if document.get("status") == "INACTIVE":
            extra[MARKED_CLOSED] = "status: INACTIVE"
        return fields_at(
            advert,
            {
                "title": "title",
                "apply_url": ("applicationUrl", "sourceurl"),
                "organization": "employer.name",
                "description": "description",
                "employment_type": "engagementtype",
                "posted": "published",
                "deadline": "applicationDue",
                "starts": "starttime",
            },
        ) | {
            "locations": [
                line_at(place, "city", "municipal", "county", "country") for place in advert.get("workLocations") or []
            ],
            "extra": extra,
        }


def _is_stopped(entry: Any) -> bool:
    return at(entry, "_feed_entry.status") == ["INACTIVE"]
