"""`internships serve`: the newest night's files over HTTP, on loopback, for the dashboard and for who reads them by address.

It serves files and nothing else: GET and HEAD, single ranges, what lies below exports/latest, nothing hidden. Where
`latest` leads is asked anew for each request, so a night that is published meanwhile appears by itself.
Does not belong here: what the files are (`pipeline.exports`), the page (pipeline/dashboard/).
"""

from __future__ import annotations

import errno
import mimetypes
import re
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from pipeline.storage.home import HomeError

ADDRESS = "127.0.0.1"
BLOCK = 1 << 16

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-cache",
}
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".ndjson": "application/x-ndjson",
    ".parquet": "application/vnd.apache.parquet",
    ".ics": "text/calendar; charset=utf-8",
    ".atom": "application/atom+xml",
}
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def make_server(latest: Path, port: int) -> ThreadingHTTPServer:
    """A server of the files below `latest`, bound to loopback; port 0: any free one. Raises HomeError where there is no night
    or the port is taken."""
    if not (latest / "index.html").is_file():
        raise HomeError(f"no dashboard at {latest}; make a night with: internships run")

    class Handler(_Files):
        root = latest

    try:
        return _Server((ADDRESS, port), Handler)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise HomeError(f"port {port} cannot be used: {error.strerror}; name another with --port") from error


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """As its base does, without asking a name server for the name of this machine."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = ADDRESS, self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """A reader that went away in the middle is no news."""


class _Files(BaseHTTPRequestHandler):
    root: Path
    protocol_version = "HTTP/1.1"
    server_version = "internships"
    sys_version = ""
    timeout = 60

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        if not self._is_asked_as_loopback():
            return self._refuse(HTTPStatus.MISDIRECTED_REQUEST, with_body)
        path = _find(self.root, self.path)
        if path is None:
            return self._refuse(HTTPStatus.NOT_FOUND, with_body)
        with path.open("rb") as handle:
            size, modified = path.stat().st_size, formatdate(path.stat().st_mtime, usegmt=True)
            asked = self.headers.get("Range")
            if asked is None and self.headers.get("If-Modified-Since") == modified:
                self._begin(HTTPStatus.NOT_MODIFIED, {"Last-Modified": modified})
                return None
            kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            headers = {"Content-Type": kind, "Last-Modified": modified, "Accept-Ranges": "bytes"}
            span = _span(asked, size)
            if span is None:
                headers |= {"Content-Range": f"bytes */{size}", "Content-Length": "0"}
                self._begin(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers)
                return None
            start, end = span
            status = HTTPStatus.OK
            if asked is not None and RANGE.fullmatch(asked):
                status = HTTPStatus.PARTIAL_CONTENT
                headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
            self._begin(status, {**headers, "Content-Length": str(end - start)})
            if with_body:
                handle.seek(start)
                self._send(handle, end - start)
        return None

    def _send(self, handle: BinaryIO, length: int) -> None:
        while length and (block := handle.read(min(length, BLOCK))):
            self.wfile.write(block)
            length -= len(block)

    def _is_asked_as_loopback(self) -> bool:
        """Whether it is asked by a name of this machine: a page of another host that has its name lead here is not."""
        host = (self.headers.get("Host") or "").rpartition(":")[0] or self.headers.get("Host")
        return host in ("127.0.0.1", "localhost", "[::1]")

    def _refuse(self, status: HTTPStatus, with_body: bool) -> None:
        words = f"{status.value} {status.phrase}\n".encode()
        self._begin(status, {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(words))})
        if with_body:
            self.wfile.write(words)

    def _begin(self, status: HTTPStatus, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, **HEADERS}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: who reads which page is nobody's business."""


def _find(root: Path, target: str) -> Path | None:
    """The file that a request is for, or None: below `root` where that leads now, and no part of its path hidden."""
    try:
        parts = [part for part in unquote(urlsplit(target).path, errors="strict").split("/") if part]
    except (ValueError, UnicodeDecodeError):
        return None
    if any(part.startswith(".") or "\\" in part or "\0" in part for part in parts):
        return None
    night = root.resolve()
    try:
        path = night.joinpath(*(parts or ["index.html"])).resolve()
        return path if path.is_relative_to(night) and path.is_file() else None
    except OSError:  # a name that is too long
        return None


def _span(asked: str | None, size: int) -> tuple[int, int] | None:
    """(first byte, byte after the last) that a Range header asks for; all of it where the header is absent or of a form that
    is not served; None where there is no such part."""
    found = RANGE.fullmatch(asked or "")
    if not found or found.groups() == ("", ""):
        return 0, size
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1 if last else size)
    return (start, end) if start < end else None
