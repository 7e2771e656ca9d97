"""API keys, filled in on the wire and nowhere else.

The meta of a request names the environment variables that it needs:

    meta={SECRETS: {"params": {"app_key": "{ADZUNA_APP_KEY}"}, "headers": {"Authorization-Key": "{USAJOBS_KEY}"}}}
    meta={SECRETS: {"token": {"url": …, "form": {"client_id": "{FRANCE_TRAVAIL_ID}", …}, "at": "access_token"},
                    "headers": {"Authorization": "Bearer {token}"}}}

`params` are added to the query, `headers` to the headers; a `token` is fetched first (POST of `form`; GET without one) and
read at the path `at` of its JSON, or is the first word of the response with 20 characters or more. The request itself stays
without them, so that archive, log, raw files and evidence never have one, and a replay finds the response. They are sent to
the host of the request's own address only, never to the target of a redirect.

Belongs here: filling in and taking out. Does not belong here: which key a spider needs (its `needs`).
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import string
from typing import Any
from urllib.parse import urlencode, urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from scrapers.extract.json_data import texts_at

SECRETS = "secrets"
OWN_HOST = "secrets_host"
"""Meta key: the only host to which the secrets of a request may be sent."""

MIN_TOKEN_CHARACTERS = 20

IDLE_SECONDS = 30
"""An idle connection is kept so long, longer than the usual delay between two requests to a host. With Twisted's
four minutes a crawler that had asked 6,450 hosts had 6,961 files open and took 650 MiB; with these, and sources
read 32 at a time, one of 10,000 hosts had some 900 and took 201."""

MIN_SECRET_CHARACTERS = 4
"""A shorter value is no secret, and occurs in every text."""


class NoToken(IgnoreRequest):
    """The token that a request needs could not be fetched."""


def missing(names: tuple[str, ...]) -> list[str]:
    """Those of these environment variables that are not set."""
    return [name for name in names if not os.environ.get(name, "").strip()]


class SecretsHandler(HTTP11DownloadHandler):
    """Scrapy's own handler of http and https; what a request keeps secret is added here and taken out of the response."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool.cachedConnectionTimeout = IDLE_SECONDS
        self._tokens: dict[str, str] = {}

    async def download_request(self, request: Request) -> Response:
        secrets = request.meta.get(SECRETS)
        if not secrets or urlsplit(request.url).hostname != request.meta.get(OWN_HOST):
            return await super().download_request(request)
        values = dict(os.environ)
        if "token" in secrets:
            values["token"] = await self._token(secrets["token"])
        used: dict[str, str] = {}
        params = {name: _filled(text, values, used) for name, text in secrets.get("params", {}).items()}
        url = request.url
        if params:
            url += ("&" if urlsplit(url).query else "?") + urlencode(params)
        with_secrets = request.replace(url=url)
        with_secrets.headers["Accept-Encoding"] = (
            "identity"  # so that an echo of a key can be taken out of the response
        )
        for name, text in secrets.get("headers", {}).items():
            with_secrets.headers[name] = _filled(text, values, used)
        response = await super().download_request(with_secrets)
        return _redacted(response, used).replace(url=request.url)

    async def _token(self, wanted: dict[str, Any]) -> str:
        """The token of an API, fetched once per crawl."""
        if wanted["url"] not in self._tokens:
            form = {name: _filled(text, dict(os.environ), {}) for name, text in wanted.get("form", {}).items()}
            kind = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
            answer = await super().download_request(
                Request(wanted["url"], method="POST" if form else "GET", body=urlencode(form), headers=kind)
            )
            self._tokens[wanted["url"]] = _read_token(answer, wanted.get("at"))
        return self._tokens[wanted["url"]]


def _read_token(answer: Response, path: str | None) -> str:
    text = answer.body.decode("utf-8", "replace")
    tokens: list[str] = []
    if answer.status == 200 and path:
        with contextlib.suppress(json.JSONDecodeError):
            tokens = texts_at(json.loads(text), path)
    elif answer.status == 200:
        tokens = [word for word in text.split() if len(word) >= MIN_TOKEN_CHARACTERS]
    if not tokens:
        raise NoToken(f"{answer.status} and no token from {answer.url}")
    return tokens[0]


def _filled(text: str, values: dict[str, str], used: dict[str, str]) -> str:
    """The template with its values, which are noted in `used`."""
    for _, name, _, _ in string.Formatter().parse(text):
        if name:
            used[name] = values.get(name, "")
    return text.format_map(used)


def _redacted(response: Response, used: dict[str, str]) -> Response:
    """The response with the name of each secret in place of its value."""
    body, headers = response.body, response.headers.copy()
    for name, value in used.items():
        if len(value) < MIN_SECRET_CHARACTERS:
            continue
        secret, placeholder = value.encode(), f"[{name}]".encode()
        body = body.replace(secret, placeholder)
        for key in headers:
            headers[key] = [re.sub(re.escape(secret), placeholder, each) for each in headers.getlist(key)]
    return response.replace(body=body, headers=headers) if body != response.body else response.replace(headers=headers)
