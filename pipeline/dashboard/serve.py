"""`internships serve`: the newest night's files over HTTP, on loopback, for the dashboard and for direct access.

It serves files and nothing else: GET and HEAD, single ranges, files below exports/latest, none of them hidden. `latest` is
resolved for each request, so a night that is published meanwhile appears by itself.
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
BLOCK_BYTES = 1 << 16

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
    """A server of the files below `latest`, bound to loopback; port 0 takes any free one. Raises HomeError if there is no
    night or the port is taken."""
    if not (latest / "index.html").is_file():
        raise HomeError(f"no dashboard at {latest}; make a night with: internships run")

    class Handler(_Files):
        root = latest

    try:
        return _Server((ADDRESS, port), Handler)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise HomeError(f"port {port} is not available: {error.strerror}; choose another with --port") from error


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """As its base class, without a DNS look-up of this machine's name."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = ADDRESS, self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no error."""


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
        if not self._is_loopback_host():
            return self._send_error(HTTPStatus.MISDIRECTED_REQUEST, with_body)
        path = _find(self.root, self.path)
        if path is None:
            return self._send_error(HTTPStatus.NOT_FOUND, with_body)
        with path.open("rb") as handle:
            size, modified = path.stat().st_size, formatdate(path.stat().st_mtime, usegmt=True)
            requested = self.headers.get("Range")
            if requested is None and self.headers.get("If-Modified-Since") == modified:
                self._begin(HTTPStatus.NOT_MODIFIED, {"Last-Modified": modified})
                return None
            kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            headers = {"Content-Type": kind, "Last-Modified": modified, "Accept-Ranges": "bytes"}
            span = _span(requested, size)
            if span is None:
                headers |= {"Content-Range": f"bytes */{size}", "Content-Length": "0"}
                self._begin(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers)
                return None
            start, end = span
            status = HTTPStatus.OK
            if requested is not None and RANGE.fullmatch(requested):
                status = HTTPStatus.PARTIAL_CONTENT
                headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
            self._begin(status, {**headers, "Content-Length": str(end - start)})
            if with_body:
                handle.seek(start)
                self._send(handle, end - start)
        return None

    def _send(self, handle: BinaryIO, length: int) -> None:
        while length and (block := handle.read(min(length, BLOCK_BYTES))):
            self.wfile.write(block)
            length -= len(block)

    def _is_loopback_host(self) -> bool:
        """Whether the Host header names this machine: guards against DNS rebinding by a page of another host."""
        host = (self.headers.get("Host") or "").rpartition(":")[0] or self.headers.get("Host")
        return host in ("127.0.0.1", "localhost", "[::1]")

    def _send_error(self, status: HTTPStatus, with_body: bool) -> None:
        body = f"{status.value} {status.phrase}\n".encode()
        self._begin(status, {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(body))})
        if with_body:
            self.wfile.write(body)

    def _begin(self, status: HTTPStatus, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, **HEADERS}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """No log: who reads which page is private."""


def _find(root: Path, target: str) -> Path | None:
    """The requested file, or None: it must be below what `root` points to now, with no hidden part in its path."""
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
    except OSError:  # the name is too long
        return None


def _span(header: str | None, size: int) -> tuple[int, int] | None:
    """First byte and byte after the last of a Range header; the whole file if it is absent or of a form that is not supported;
    None if there is no such range."""
    match = RANGE.fullmatch(header or "")
    if not match or match.groups() == ("", ""):
        return 0, size
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1 if last else size)
    return (start, end) if start < end else None
