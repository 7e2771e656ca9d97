"""The drop folder: files that an office hands over (`drop/<source id>/` of the home), requested like web pages, so that they are
archived and replayed like them.

`https://drop.invalid/<source id>/` lists the files, one name a line; with a name appended it is that file. The top-level domain
never exists (RFC 2606), so without the folder nothing answers. Belongs here: serving files to Scrapy. Does not belong here:
reading them (`spiders.formats.drop_folder`).
"""

from __future__ import annotations

from mimetypes import guess_type
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response, TextResponse

HOST = "drop.invalid"


def drop_address(source_id: str, name: str = "") -> str:
    """The address of a file of a source, or of the list of its files."""
    return f"https://{HOST}/{quote(source_id)}/{quote(name)}"


class DropFolder:
    """Downloader middleware that serves the folder of the setting DROP_DIR. It comes after the archive, which therefore
    records its responses. A source gets its own files only, whatever a redirect says."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder.resolve()
        self._max_bytes = max_bytes

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DropFolder:
        if not crawler.settings["DROP_DIR"]:
            raise NotConfigured("no DROP_DIR")
        return cls(Path(crawler.settings["DROP_DIR"]), crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> Response | None:
        parts = urlsplit(request.url)
        if parts.hostname != HOST:
            return None
        run = request.meta.get("run")
        source_id, _, name = unquote(parts.path).strip("/").partition("/")
        if run is None or run.source.id != source_id or run.source.spider != "drop_folder":
            return Response(request.url, status=404)
        return self._list(request.url, source_id) if not name else self._file(request.url, source_id, name)

    def _list(self, url: str, source_id: str) -> Response:
        folder = self._folder / source_id
        paths = folder.iterdir() if folder.is_dir() else ()
        files = sorted(path.name for path in paths if path.is_file() and not path.is_symlink())
        body = "".join(f"{file}\n" for file in files if not file.startswith("."))
        return TextResponse(url, body=body.encode(), headers={"Content-Type": "text/plain; charset=utf-8"})

    def _file(self, url: str, source_id: str, name: str) -> Response:
        path = (self._folder / source_id / name).resolve()
        if path.parent != self._folder / source_id or not path.is_file():  # a link leads out of the folder
            return Response(url, status=404)
        if path.stat().st_size > self._max_bytes > 0:
            return Response(url, status=413)
        kind = guess_type(path.name)[0] or "application/octet-stream"
        return Response(url, body=path.read_bytes(), headers={"Content-Type": kind})
