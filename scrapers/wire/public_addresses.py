"""The private network is out of bounds: no request leaves the public internet, whatever an address, name or redirect says.

Belongs here: refusing addresses and names. Does not belong here: what a site's owners forbid (`robots`).
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred

refused_names: set[str] = set()
"""Names that resolved to an address outside the public internet, in this process."""


class PrivateAddress(IgnoreRequest):
    """The address, or what its name resolves to, is not on the public internet."""


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


class PublicAddressesOnly:
    """Downloader middleware that refuses numeric addresses; it sees every request, redirects and robots.txt included."""

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
    """Resolver that refuses names of addresses outside the public internet. The address it returns is the one connected to,
    so a name cannot change in between."""

    allow_loopback = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> PublicResolver:
        resolver = super().from_crawler(crawler, reactor)
        resolver.allow_loopback = crawler.settings.getbool("ALLOW_LOOPBACK")
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802 (Twisted's name)
        address: Deferred[str] = super().getHostByName(name, timeout)
        return address.addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> str:
        try:
            check_address(address, allow_loopback=self.allow_loopback)
        except PrivateAddress:
            refused_names.add(name)  # Twisted will only report that the name does not resolve
            raise
        return address
