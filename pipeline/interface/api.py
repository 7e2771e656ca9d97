"""The read interface by HTTP: GET /openings, /openings/{id}, /changes, /nights, POST /suggest; OpenAPI at /openapi.json.

Each answer has an ETag that changes with the published file, so that a client that asks again before the next night gets a 304.
A client address may ask so many times a minute (429 beyond), a body has a bound (413), a page of another site is let in by
INTERNSHIPS_API_ORIGINS alone. It listens on loopback: for others, put a web server with TLS before it. Does not belong here:
what is answered (`answers`).
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import uvicorn
from fastapi import Body, FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware

from pipeline.errors import PipelineError
from pipeline.interface import answers
from pipeline.interface.published import Edition, Published, SlowError
from pipeline.query.suggest import Profile
from pipeline.settings import Settings
from pipeline.storage.warehouse import WarehouseError

ADDRESS = "127.0.0.1"

MAX_BODY_BYTES = 65_536
"""A profile with every country and language has a tenth of it."""

MAX_CONCURRENT = 64
"""Requests that are answered at the same time; others get a 503."""

WITHOUT_NIGHT = ("/openapi.json",)
"""Paths that say the same on every night."""

Scope = dict[str, Any]
Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]


class InterfaceError(PipelineError):
    """The interface cannot be started; the message is one line."""


def make_app(warehouse: Path, settings: Settings) -> Any:
    """The ASGI application over the published file at `warehouse`. Raises InterfaceError."""
    if not settings.api_rate.isdecimal() or not int(settings.api_rate):
        raise InterfaceError(f"INTERNSHIPS_API_RATE: {settings.api_rate!r} is no whole number above 0")
    app = FastAPI(
        title="International internships",
        version=version("international-internships"),
        description="Openings for internships abroad, read-only, as of the newest night. Columns are described in the "
        "datapackage.json of the exports. Each source has its own rights: listings name licence and attribution.",
        docs_url=None,  # its pages load scripts from elsewhere
        redoc_url=None,
    )
    refusals: dict[int | str, dict[str, Any]] = {
        code: {"description": HTTPStatus(code).phrase} for code in (400, 404, 413, 422, 429, 503)
    }
    for path, method, answer in (
        ("/openings", "GET", _openings), ("/openings/{internship_id}", "GET", _opening), ("/changes", "GET", _changes),
        ("/nights", "GET", _nights), ("/suggest", "POST", _suggest),
    ):  # fmt: skip
        summary = (answer.__doc__ or "").strip()
        app.add_api_route(
            path, answer, methods=[method], summary=summary, responses=refusals, operation_id=answer.__name__.strip("_")
        )
    app.add_exception_handler(RequestValidationError, _say_invalid)
    for status in (404, 405):  # of the router, for paths and methods that are not there
        app.add_exception_handler(status, _say_absent)
    app.add_exception_handler(answers.UnknownError, lambda _, error: refusal(404, str(error.args[0])))
    app.add_exception_handler(SlowError, lambda _, error: refusal(503, str(error)))
    app.add_middleware(Gate, published=Published(warehouse), requests_per_minute=int(settings.api_rate))
    app.add_middleware(
        CORSMiddleware, allow_origins=list(settings.api_origins), allow_methods=["GET", "POST"],
        allow_headers=["If-None-Match"], expose_headers=["ETag", "Retry-After"],
    )  # fmt: skip
    return app


def serve(warehouse: Path, port: int, settings: Settings) -> None:
    """Answer on loopback until Ctrl-C."""
    uvicorn.run(
        make_app(warehouse, settings), host=ADDRESS, port=port, log_level="warning", limit_concurrency=MAX_CONCURRENT,
        server_header=False,
    )  # fmt: skip


def refusal(status: int, *problems: str, headers: Mapping[str, str] | None = None) -> Response:
    """An answer that says why there is none."""
    return Response(json.dumps({"detail": problems}), status, headers, media_type="application/json")


class Gate:
    """ASGI middleware: bounds on rate and size, the edition that answers a request, and its ETag."""

    def __init__(self, app: Any, published: Published, requests_per_minute: int) -> None:
        self._app = app
        self._published = published
        self._requests_per_minute = requests_per_minute
        self._minute = 0
        self._asked: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refused = self._refuse(scope, headers)
        if refused is not None:
            await refused(scope, receive, send)
            return
        if scope["path"] in WITHOUT_NIGHT:
            await self._app(scope, receive, send)
            return
        try:
            edition = self._published.edition()
        except WarehouseError as error:
            await refusal(503, str(error))(scope, receive, send)
            return
        tag = f'"{edition.tag}"'
        if scope["method"] in ("GET", "HEAD") and tag in headers.get("if-none-match", ""):
            await Response(status_code=304, headers={"ETag": tag})(scope, receive, send)
            return

        async def send_tagged(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == HTTPStatus.OK:
                message["headers"] = [*message["headers"], (b"etag", tag.encode()), (b"cache-control", b"no-cache")]
            await send(message)

        scope["edition"] = edition
        await self._app(scope, receive, send_tagged)

    def _refuse(self, scope: Scope, headers: dict[str, str]) -> Response | None:
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute, self._asked = minute, Counter()
        client = (scope.get("client") or ("",))[0]
        self._asked[client] += 1
        if self._asked[client] > self._requests_per_minute:
            refused = refusal(429, f"more than {self._requests_per_minute} requests a minute")
            refused.headers["Retry-After"] = str(60 - int(time.monotonic() % 60))
            return refused
        length = headers.get("content-length", "0")
        if "transfer-encoding" in headers or not length.isdecimal() or int(length) > MAX_BODY_BYTES:
            return refusal(413, f"a body has a length, and no more than {MAX_BODY_BYTES} bytes")
        return None


def _edition(request: Request) -> Edition:
    edition: Edition = request.scope["edition"]
    return edition


def _say_absent(_: Request, error: Any) -> Response:
    return refusal(error.status_code, error.detail, headers=error.headers)


def _say_invalid(_: Request, error: Any) -> Response:
    return refusal(422, *answers.problems_of(error.errors(), "/openapi.json lists what can be asked"))


def _openings(request: Request, asked: Annotated[answers.Openings, Query()]) -> dict[str, Any]:
    """Internships by filters and words, a page at a time"""
    return answers.openings(_edition(request), asked)


def _opening(request: Request, internship_id: str) -> dict[str, Any]:
    """One internship with its listings, quotes and history; the id of one that was merged leads to the other"""
    return answers.opening(_edition(request), internship_id)


def _changes(request: Request, asked: Annotated[answers.ChangesSince, Query()]) -> dict[str, Any]:
    """What changed after a night, and which ids were merged into others"""
    return answers.changes(_edition(request), asked)


def _nights(request: Request) -> dict[str, Any]:
    """The nights, and what each brought"""
    return answers.nights(_edition(request))


def _suggest(
    request: Request, profile: Annotated[Profile, Body()], page: Annotated[answers.Page, Query()]
) -> dict[str, Any]:
    """Open internships ranked for a person, with reasons; the profile is kept nowhere"""
    return answers.suggestions(_edition(request), profile, page)
