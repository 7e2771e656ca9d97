"""Being a good guest: who we say we are, how fast we ask, what we obey, and where we never go.

Belongs here: the Scrapy settings and downloader middlewares of every live crawl. Does not belong here: what an answer
means for its source (`spiders.base`), and what is remembered from night to night (`memory`).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.resolver import CachingThreadedResolver
from scrapy.robotstxt import ProtegoRobotParser, RobotParser
from twisted.internet.defer import Deferred

from scrapers.source import Source
from scrapers.wire.archive import NOT_RECORDED
from scrapers.wire.memory import Memory, Validators

BOT = "international-internships"

LONGEST_WAIT_SECONDS = 60
"""A server that asks for a longer wait (Retry-After) is left alone for the night."""

DELAY_SECONDS = 1.0
"""Between two requests to one host, where its sources say nothing else; AutoThrottle makes it longer for a slow host."""

TDM_RESERVATION = "tdm-reservation"
"""Header and meta name of the TDM Reservation Protocol (W3C community group report): 1 reserves the rights."""


IS_ROBOTS = "is_robots"
"""Marks the request for robots.txt itself."""

refused_names: set[str] = set()
"""Names that led to an address outside the public internet, in this process."""


class PrivateAddress(IgnoreRequest):
    """The address, or what its name resolves to, is not on the public internet."""


def user_agent() -> str:
    """Name, version and, from the environment's INTERNSHIPS_CONTACT, whom to write to."""
    contact = os.environ.get("INTERNSHIPS_CONTACT", "").strip()
    return f"{BOT}/{version(BOT)}" + (f" (+{contact})" if contact else "")


def obeying_settings() -> dict[str, Any]:
    """Scrapy settings of every crawl, live or replayed: what we obey, and what we never do."""
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
            "scrapers.wire.politeness.Robots": 100,
        },
    }


def polite_settings(sources: Sequence[Source], *, allow_loopback: bool = False) -> dict[str, Any]:
    """Scrapy settings of a live crawl over these sources. The longest delay that a source of a host asks for is the
    host's; it is shared out among the crawlers of the kinds of sources there, because each of them keeps its own time."""
    delays: dict[str, float] = {}
    kinds: dict[str, set[str]] = {}
    for source in sources:
        delays[source.host] = max(delays.get(source.host, 0.0), source.rights.delay_seconds)
        kinds.setdefault(source.host, set()).add(source.spider)
    quotas: dict[str, int] = {}
    for source in sources:
        if source.rights.quota_per_day:
            quotas[source.host] = min(quotas.get(source.host, source.rights.quota_per_day), source.rights.quota_per_day)
    slots = {host: {"delay": delay * len(kinds[host]), "concurrency": 1} for host, delay in sorted(delays.items())}
    obeying = obeying_settings()
    return {
        **obeying,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": DELAY_SECONDS,
        "DOWNLOAD_SLOTS": slots,
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
        "HTTPPROXY_ENABLED": False,  # behind a proxy no address could be checked
        "TWISTED_DNS_RESOLVER": "scrapers.wire.politeness.PublicResolver",
        "EXTENSIONS_BASE": {"scrapers.wire.politeness.HostThrottle": 0},
        "DOWNLOADER_MIDDLEWARES": {
            **obeying["DOWNLOADER_MIDDLEWARES"],
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
            "scrapers.wire.politeness.PatientRetry": 550,
            "scrapers.wire.politeness.DailyQuotas": 880,
            "scrapers.wire.politeness.PublicAddressesOnly": 890,
            "scrapers.wire.drop.DropFolder": 950,  # behind the archive, which records its answers
        },
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "scrapers.wire.secrets.SecretsHandler"),
        "ALLOW_LOOPBACK": allow_loopback,
    }


def check_address(host: str, *, allow_loopback: bool) -> None:
    """Raise PrivateAddress where `host` is an IP address outside the public internet: loopback, private, link-local (so
    also the metadata services of clouds), carrier, multicast and reserved ranges. A name passes; see PublicResolver."""
    try:
        address = ip_address(host.strip("[]").split("%")[0])
    except ValueError:
        return
    address = _unwrapped(address)
    if address.is_loopback and allow_loopback:
        return
    if not address.is_global or address.is_multicast:
        raise PrivateAddress(f"{host} is not on the public internet")


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address stands for (mapped, 6to4), else itself."""
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address.sixtofour or address
    return address


def _memory(crawler: Crawler) -> Memory | None:
    """What this crawl remembers; a replay remembers nothing."""
    return getattr(crawler.spider, "memory", None)


class RobotsForbid(IgnoreRequest):
    """The host's robots.txt forbids the address."""


class RobotsSilent(IgnoreRequest):
    """The host's robots.txt cannot be had, which forbids everything (RFC 9309, 2.3.1.4)."""


class Robots:
    """Obeys robots.txt (RFC 9309), which is asked for once a host. Stands in for Scrapy's own middleware, of which only
    the first of several requests that wait for one robots.txt would hear what it says (Scrapy 2.19)."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._rules: dict[str, asyncio.Future[RobotParser | None]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Robots:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get(IS_ROBOTS):
            return
        parts = urlsplit(request.url)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self._rules:
            self._rules[host] = asyncio.ensure_future(self._read(f"{host}/robots.txt"))
        rules = await asyncio.shield(self._rules[host])
        if rules is not None and not rules.allowed(request.url, BOT):
            raise RobotsForbid(f"robots.txt forbids {request.url}")

    async def _read(self, url: str) -> RobotParser | None:
        """The rules at this address; None where there are none, so that all is allowed. What keeps us from reading them
        keeps us from asking for anything else: it is raised."""
        memory = _memory(self._crawler)
        known = memory.robots(url) if memory else None
        request = Request(
            url,
            priority=1000,
            headers=known[0].conditions() if known else None,
            meta={IS_ROBOTS: True},
            callback=NO_CALLBACK,
            dont_filter=True,
        )
        try:
            response = await self._crawler.engine.download_async(request)
        except IgnoreRequest:
            if request.meta.get(NOT_RECORDED):
                return None
            raise
        if response.status >= 500:
            raise RobotsSilent(f"{response.status} at {url}, so nothing may be asked")
        if known and response.status == 304:
            return ProtegoRobotParser.from_crawler(self._crawler, known[1])
        if response.status >= 300:
            return None
        if memory and (validators := Validators.of(response.headers)):
            memory.remember_robots(url, validators, response.body)
        return ProtegoRobotParser.from_crawler(self._crawler, response.body)


class QuotaSpent(IgnoreRequest):
    """As many requests as the host allows a day have been made."""


class DailyQuotas:
    """Counts the requests to hosts whose sources have a quota (setting QUOTAS), over processes and restarts, by UTC day."""

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
        memory = _memory(self._crawler)
        if memory and not memory.count_request(host, datetime.now(UTC).date(), quota):
            raise QuotaSpent(f"the day's {quota} requests to {host} are spent")


class HostThrottle(AutoThrottle):
    """AutoThrottle that never asks a host faster than its sources allow."""

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response)
        told = self.crawler.settings.getdict("DOWNLOAD_SLOTS").get(urlsplit(response.url).hostname or "")
        slot.delay = max(slot.delay, told["delay"] if told else DELAY_SECONDS)


class PublicAddressesOnly:
    """Refuses addresses that are written as numbers; runs on every request, redirects and robots.txt included."""

    def __init__(self, *, allow_loopback: bool) -> None:
        self._allow_loopback = allow_loopback

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PublicAddressesOnly:
        return cls(allow_loopback=crawler.settings.getbool("ALLOW_LOOPBACK"))

    def process_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("http", "https"):
            raise PrivateAddress(f"{request.url} is no http(s) address")
        check_address(parts.hostname or "", allow_loopback=self._allow_loopback)


class PublicResolver(CachingThreadedResolver):
    """Resolves names, and refuses those that lead to an address outside the public internet. What it returns is what is
    connected to, so a name cannot change in between."""

    allow_loopback = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> PublicResolver:
        resolver = super().from_crawler(crawler, reactor)
        resolver.allow_loopback = crawler.settings.getbool("ALLOW_LOOPBACK")
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802 (Twisted's name)
        found: Deferred[str] = super().getHostByName(name, timeout)
        return found.addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> str:
        try:
            check_address(address, allow_loopback=self.allow_loopback)
        except PrivateAddress:
            refused_names.add(name)  # Twisted will only say that the name leads nowhere
            raise
        return address


class PatientRetry(RetryMiddleware):
    """Asks again after 429 and 5xx, not before the server's Retry-After; one that asks for longer is not asked again."""

    async def process_response(  # type: ignore[override]  # Scrapy takes coroutines here
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        if response.status not in self.retry_http_codes:
            return response
        wait = _retry_after_seconds(response)
        if wait is not None and wait > LONGEST_WAIT_SECONDS:
            return response
        again = self._retry(request, f"{response.status}")
        if again is None:
            return response
        if wait:
            await asyncio.sleep(wait)
        return again


def _retry_after_seconds(response: Response) -> float | None:
    """Retry-After in seconds, from either of its two forms (RFC 9110, 10.2.3); None where absent or unreadable."""
    text = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
