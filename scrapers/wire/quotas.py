"""Daily quotas of requests to a host.

Belongs here: counting and refusing. Does not belong here: where the counts are kept (`memory`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from scrapers.wire.memory import memory_of


class QuotaSpent(IgnoreRequest):
    """The host's daily quota of requests is used up."""


class DailyQuotas:
    """Downloader middleware that counts the requests to hosts with a quota (setting QUOTAS), across processes and restarts,
    by UTC day."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._quotas: dict[str, int] = crawler.settings.getdict("QUOTAS")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DailyQuotas:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        host = urlsplit(request.url).hostname or ""
        quota = self._quotas.get(host)
        if quota is None:
            return
        memory = memory_of(self._crawler)
        if memory and not memory.count_request(host, datetime.now(UTC).date(), quota):
            raise QuotaSpent(f"the day's {quota} requests to {host} are spent")
