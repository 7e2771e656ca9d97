"""Retrying, as politely as Retry-After asks.

Belongs here: whether and when a response is retried. Does not belong here: what a final failure means (`scrapers.answers`).
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response

MAX_RETRY_AFTER_SECONDS = 60
"""A server that asks for a longer wait is left alone for the night."""


class PatientRetry(RetryMiddleware):
    """Downloader middleware that retries 429 and 5xx, not before the server's Retry-After; not at all where that is longer
    than MAX_RETRY_AFTER_SECONDS."""

    async def process_response(  # type: ignore[override]  # Scrapy takes coroutines here
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        if response.status not in self.retry_http_codes:
            return response
        wait = _retry_after_seconds(response)
        if wait is not None and wait > MAX_RETRY_AFTER_SECONDS:
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
