"""Scrapy settings of every crawl: who we are, what we obey, how fast we ask.

Belongs here: settings, and the throttle that keeps to them. Does not belong here: the middlewares that the settings name
(`robots`, `quotas`, `public_addresses`, `retry`), those of an archive (`archive`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response

from scrapers.source import Source
from scrapers.wire.robots import BOT

DELAY_SECONDS = 1.0
"""Between two requests to one host, where its sources ask for no other; AutoThrottle makes it longer for a slow host."""


def user_agent() -> str:
    """Name, version and, from INTERNSHIPS_CONTACT of the environment, a contact for site operators."""
    contact = os.environ.get("INTERNSHIPS_CONTACT", "").strip()
    return f"{BOT}/{version(BOT)}" + (f" (+{contact})" if contact else "")


def obeying_settings() -> dict[str, Any]:
    """Scrapy settings of every crawl, live or replayed: what is obeyed, and what is never done."""
    return {
        "BOT_NAME": BOT,
        "USER_AGENT": user_agent(),
        "ROBOTSTXT_OBEY": True,
        "REDIRECT_MAX_TIMES": 5,
        "COOKIES_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "EXTENSIONS_BASE": {},
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "scrapers.wire.robots.Robots": 100,
        },
    }


def download_slots(sources: Sequence[Source]) -> dict[str, dict[str, float]]:
    """Scrapy's slots by host, of all hosts of these sources. A host's delay is the longest that one of its sources asks for,
    times the number of crawlers that ask the host, because each of them keeps its own time."""
    delays: dict[str, float] = {}
    kinds: dict[str, set[str]] = {}
    for source in sources:
        delays[source.host] = max(delays.get(source.host, 0.0), source.rights.delay_seconds)
        kinds.setdefault(source.host, set()).add(source.spider)
    return {host: {"delay": delay * len(kinds[host]), "concurrency": 1} for host, delay in sorted(delays.items())}


def slots_of_crawler(slots: Mapping[str, dict[str, float]], own: Iterable[Source]) -> dict[str, dict[str, float]]:
    """The slots that the crawler of these sources needs, where the delay is not the one that every host has: of their hosts, and
    of slow ones, to which a page may lead. Scrapy keeps three copies of what a crawler has, and a process has up to fifty."""
    own_hosts = {source.host for source in own}
    return {
        host: slot
        for host, slot in slots.items()
        if slot["delay"] > DELAY_SECONDS or (host in own_hosts and slot["delay"] < DELAY_SECONDS)
    }


def polite_settings(sources: Sequence[Source], *, allow_loopback: bool = False) -> dict[str, Any]:
    """Scrapy settings of a live crawl over these sources, but its slots."""
    quotas: dict[str, int] = {}
    for source in sources:
        if source.rights.quota_per_day:
            quotas[source.host] = min(quotas.get(source.host, source.rights.quota_per_day), source.rights.quota_per_day)
    obeying = obeying_settings()
    return {
        **obeying,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": DELAY_SECONDS,
        "QUOTAS": quotas,
        "CONCURRENT_REQUESTS": 32,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_TIMEOUT": 60,
        "DNS_TIMEOUT": 20,
        "DOWNLOAD_MAXSIZE": 64 << 20,
        "DOWNLOAD_FAIL_ON_DATALOSS": False,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "RETRY_ENABLED": True,
        "RETRY_TIMES": 2,
        "RETRY_GIVE_UP_LOG_LEVEL": "DEBUG",
        "HTTPPROXY_ENABLED": False,  # behind a proxy no address can be checked
        "TWISTED_DNS_RESOLVER": "scrapers.wire.public_addresses.PublicResolver",
        "EXTENSIONS_BASE": {"scrapers.wire.settings.HostThrottle": 0},
        "DOWNLOADER_MIDDLEWARES": {
            **obeying["DOWNLOADER_MIDDLEWARES"],
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
            "scrapers.wire.retry.PatientRetry": 550,
            "scrapers.wire.quotas.DailyQuotas": 880,
            "scrapers.wire.public_addresses.PublicAddressesOnly": 890,
            "scrapers.wire.drop.DropFolder": 950,  # behind the archive, which records its answers
        },
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "scrapers.wire.secrets.SecretsHandler"),
        "ALLOW_LOOPBACK": allow_loopback,
    }


class HostThrottle(AutoThrottle):
    """AutoThrottle that never goes below the delay of a host's sources."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._slots = crawler.settings.getdict("DOWNLOAD_SLOTS")  # which copies them all

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response)
        configured = self._slots.get(urlsplit(response.url).hostname or "")
        slot.delay = max(slot.delay, configured["delay"] if configured else DELAY_SECONDS)
