"""The same list written otherwise: other layouts, encodings and wrappers of it, and lists that say one posting again and again.

Belongs here: what a board shows of its own postings under other bytes. Does not belong here: lists that are wrong (`lists`), what
HTTP or another page says (`kinds`).
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable
from functools import cache
from html import escape

from tests.bench.faults.boards import FORMATS, Board, Response, Shown

Layout = Callable[[Board, Board], Response]

HTML = "text/html; charset=utf-8"


def _changed(change: Callable[[bytes], bytes], kind: str | None = None, **headers: str) -> Layout:
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def layout(board: Board, other: Board) -> Response:
        page = board.page()
        return page._replace(body=change(page.body), type=kind or page.type, headers=named)

    return layout


def _with(pattern: bytes, replacement: bytes, count: int = 0) -> Layout:
    return _changed(lambda body: re.sub(pattern, replacement, body, count=count))


def _wrapped(before: str, after: str, kind: str | None = None) -> Layout:
    return _changed(lambda body: before.encode() + body + after.encode(), kind)


def _as_format(number: int) -> Layout:
    """The list as another system writes it."""
    other_format = FORMATS[number]
    return lambda board, other: Response(other_format.render(board.open, None).encode(), other_format.type)


def _page(body: Callable[[Board], str]) -> Layout:
    return lambda board, other: Response(f"<!doctype html><html><body>{body(board)}</body></html>".encode(), HTML)


def _cards_by_script(board: Board) -> str:
    rows = [{"title": each.title, "href": each.url, "city": each.city} for each in board.open]
    return f"<div id=app></div><script>window.__STATE__ = {json.dumps({'jobs': rows})}</script>"


def _grid(board: Board) -> str:
    cells = "".join(
        f'<div class="card"><h3>{escape(each.title)}</h3><span>{each.city}</span><a href="{each.url}">More</a></div>'
        for each in board.open
    )
    return f'<main><div class="grid">{cells}</div></main>'


def _definitions(board: Board) -> str:
    return "".join(
        f'<dl><dt><a href="{each.url}">{escape(each.title)}</a></dt><dd>{each.city}</dd></dl>' for each in board.open
    )


def _without_links(board: Board) -> str:
    return "".join(f"<p>{escape(each.title)}, {each.city}</p>" for each in board.open)


def _repeated(choose: Callable[[list[Shown]], list[Shown]]) -> Layout:
    """Some of the postings, again and again, as many rows as before."""

    def layout(board: Board, other: Board) -> Response:
        own = [Shown(each.board, each.number, each.title, each.url, each.city) for each in board.open]
        few = choose(own)
        return board.page([few[at % len(few)] for at in range(len(own))])

    return layout


@cache
def _bomb() -> bytes:
    return gzip.compress(b" " * 400_000_000, 1)


def _gzip_cut(body: bytes) -> bytes:
    packed = gzip.compress(body)
    return packed[: len(packed) // 2]


LAYOUTS: dict[str, Layout] = {
    # encodings of the transfer and of letters
    "gzip-cut": _changed(_gzip_cut, Content_Encoding="gzip"),
    "gzip-twice": _changed(lambda body: gzip.compress(gzip.compress(body)), Content_Encoding="gzip"),
    "gzip-unnamed": _changed(gzip.compress),
    "gzip-trailing": _changed(lambda body: gzip.compress(body) + b"trailing", Content_Encoding="gzip"),
    "gzip-checksum": _changed(lambda body: gzip.compress(body)[:-8] + b"\0" * 8, Content_Encoding="gzip"),
    "gzip-bomb": lambda board, other: Response(_bomb(), board.format.type, headers={"Content-Encoding": "gzip"}),
    "deflate-raw": _changed(lambda body: zlib.compress(body)[2:-4], Content_Encoding="deflate"),
    "zstd-in-name": _changed(lambda body: body, Content_Encoding="zstd"),
    "charset-utf-16": _changed(lambda body: body, "text/plain; charset=utf-16"),
    "charset-shift-jis": _changed(lambda body: body.replace(b"Lima", "Limá".encode()), "text/html; charset=shift_jis"),
    "utf-32": _changed(lambda body: body.decode().encode("utf-32")),
    "utf-8-twice": _changed(lambda body: body.replace(b"Internship", "Ïnternship".encode().decode("latin-1").encode())),
    "letters-escaped": _changed(lambda body: body.replace(b"Internship", b"&#73;nternship")),
    "letters-escaped-twice": _changed(lambda body: body.replace(b"Internship", b"&amp;#73;nternship")),
    "letters-full-width": _changed(lambda body: body.replace(b"Internship", "Ｉｎｔｅｒｎｓｈｉｐ".encode())),
    "letters-question-marks": _changed(lambda body: re.sub(rb"in field", b"?? ?????", body)),
    "text-plain": _changed(lambda body: body, "text/plain"),
    "html-in-name": _changed(lambda body: body, HTML),
    "json-in-name": _changed(lambda body: body, "application/json"),
    "pdf-in-name": _changed(lambda body: body, "application/pdf"),
    "image-in-name": _changed(lambda body: body, "image/gif"),
    # wrappers
    "wrapped-in-pre": _changed(lambda body: b"<html><body><pre>" + escape(body.decode()).encode() + b"</pre></body>", HTML),
    "wrapped-in-data": _wrapped('{"status": "ok", "data": ', "}", "application/json"),
    "wrapped-in-list": _wrapped("[", "]", "application/json"),
    "wrapped-in-callback": _wrapped("callback(", ");", "application/javascript"),
    "wrapped-in-string": _changed(lambda body: json.dumps(body.decode()).encode(), "application/json"),
    "wrapped-in-comment": _wrapped("<!doctype html><html><body><!--", "--></body></html>"),
    "wrapped-in-template": _wrapped("<!doctype html><html><body><template>", "</template></body></html>"),
    "wrapped-in-noscript": _wrapped("<!doctype html><html><body><noscript>", "</noscript></body></html>"),
    "behind-cookie-banner": _wrapped("<div id=cookies><p>We use cookies.</p><button>Accept all</button></div>", ""),
    "behind-captcha": _wrapped("<html><head><title>Verify you are human</title></head><body><div class=g-recaptcha></div>", ""),
    "before-server-error": _wrapped("", "<h1>500 Internal Server Error</h1><pre>java.lang.NullPointerException</pre>"),
    "before-json-error": _wrapped("", '{"error": {"code": 429, "message": "quota exceeded"}}'),
    # other layouts
    **{f"as-{each.spider}": _as_format(at) for at, each in enumerate(FORMATS[:8])},
    "as-grid": _page(_grid),
    "as-definitions": _page(_definitions),
    "as-script-state": _page(_cards_by_script),
    "as-text-without-links": _page(_without_links),
    "class-renamed": _with(rb'class="job"', b'class="opening"'),
    "class-added": _with(rb'class="job"', b'class="job job--new" data-testid="x"'),
    "tags-upper": _changed(lambda body: re.sub(rb"</?[a-z]+", lambda tag: tag[0].upper(), body)),
    "tags-unclosed": _with(rb"</(li|tr|td|item|position)>", b""),
    "headers-renamed": _with(rb"<th>Title</th>|\| Role \|", b"| Position |"),
    "headers-gone": _with(rb"<tr><th>.*?</tr>", b""),
    "keys-renamed": _with(rb'"(title|text|t)":', b'"headline":'),
    "keys-upper": _changed(lambda body: re.sub(rb'"[a-zA-Z]+":', lambda key: key[0].upper(), body)),
    "list-renamed": _with(rb'"(jobs|rows)":', b'"results":'),
    "list-null": _with(rb'"(jobs|rows)": \[.*\]', rb'"\1": null'),
    "items-renamed": _with(rb"<(/?)(item|position)>", rb"<\1entry>"),
    "namespace-added": _with(rb"<(rss|workzag-jobs)", rb'<\1 xmlns="http://example.org/ns/2"'),
    "ids-as-text": _with(rb'"id": ?(\d+)', rb'"id": "\1"'),
    "ids-padded": _with(rb'"id": ?"?p?(\d+)"?', rb'"id": "000\1"'),
    "ids-renamed": _with(rb'"id":', b'"job_id":'),
    "json-escaped": _changed(lambda body: body.replace(b"Internship", b"\\u0049nternship")),
    "json-comments": _with(rb"^([\[{])", rb"\1 // generated"),
    # one posting, or a few, as often as there were rows
    "rows-all-first": _repeated(lambda own: own[:1]),
    "rows-all-last": _repeated(lambda own: own[-1:]),
    "rows-half-twice": _repeated(lambda own: own[: -(-len(own) // 2)]),
    "rows-three-again": _repeated(lambda own: own[:3]),
}  # fmt: skip
