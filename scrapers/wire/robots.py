"""What the owners of a site forbid: robots.txt (RFC 9309) and the reservation of text and data mining.

Belongs here: reading and obeying them. Does not belong here: how fast a host is asked (`settings`, `quotas`).
"""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser, RobotParser

from scrapers.wire.archive import NOT_RECORDED
from scrapers.wire.memory import Validators, memory_of

BOT = "international-internships"
"""Product token: of the User-Agent header and of the groups in robots.txt that are meant for us."""

TDM_RESERVATION = "tdm-reservation"
"""Header and meta name of the TDM Reservation Protocol (W3C community group report): 1 reserves the rights."""

IS_ROBOTS = "is_robots"
"""Meta key that marks the request for robots.txt itself."""

RULES = "robots_rules"
"""Meta key: where the rules of hosts are kept; the requests of a source share one, which ends with its run."""

_PARSED: WeakValueDictionary[bytes, RobotParser] = WeakValueDictionary()
"""Parsed files: the hosts of one system have the same."""


class RobotsForbid(IgnoreRequest):
    """The host's robots.txt forbids the address."""


class RobotsSilent(IgnoreRequest):
    """The host's robots.txt is unreachable, which forbids everything (RFC 9309, 2.3.1.4)."""


class Robots:
    """Downloader middleware that obeys robots.txt, requested once per host as long as a source of it is read: 60 rules take
    67 KiB, and a night has 20,000 hosts. It replaces Scrapy's own, which keeps all of them, and in which of several requests that
    wait for one robots.txt only the first is told its rules (Scrapy 2.19)."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._rules: WeakValueDictionary[str, asyncio.Future[RobotParser | IgnoreRequest | None]] = (
            WeakValueDictionary()
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Robots:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get(IS_ROBOTS):
            return
        parts = urlsplit(request.url)
        host = f"{parts.scheme}://{parts.netloc}"
        fetched = self._rules.get(host)
        if fetched is None:
            fetched = self._rules[host] = asyncio.ensure_future(self._fetch_rules(f"{host}/robots.txt"))
        request.meta.setdefault(RULES, {})[host] = fetched
        rules = await asyncio.shield(fetched)
        if isinstance(rules, IgnoreRequest):
            raise rules.with_traceback(None)
        if rules is not None and not rules.allowed(request.url, BOT):
            raise RobotsForbid(f"robots.txt forbids {request.url}")

    async def _fetch_rules(self, url: str) -> RobotParser | IgnoreRequest | None:
        """The rules at this address; None where there are none, so that everything is allowed. What prevents reading them
        prevents every other request: it is returned, because a future that keeps an exception keeps its frames and their
        response too, to the end of the crawl."""
        memory = memory_of(self._crawler)
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
        except IgnoreRequest as refusal:
            return None if request.meta.get(NOT_RECORDED) else refusal.with_traceback(None)
        if response.status >= 500:
            return RobotsSilent(f"{response.status} at {url}, so nothing may be requested")
        if known and response.status == 304:
            return self._parsed(known[1])
        if response.status >= 300:
            return None
        if memory and (validators := Validators.of(response.headers)):
            memory.remember_robots(url, validators, response.body)
        return self._parsed(response.body)

    def _parsed(self, body: bytes) -> RobotParser:
        parser = _PARSED.get(body)
        if parser is None:
            parser = _PARSED[body] = ProtegoRobotParser.from_crawler(self._crawler, body)
        return parser
