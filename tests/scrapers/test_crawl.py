"""The crawler's process: what it refuses, what it says, and that it never outlives its parent."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from scrapers.crawl import main
from scrapers.source import Source, read_catalogue
from scrapers.spiders import check_settings

SOURCE = {"id": "a-list", "spider": "markdown_list", "url": "https://a.example/list.md"}


@pytest.mark.parametrize(
    ("spider", "settings", "says"),
    [
        ("markdown_list", {"colums": {}}, "settings.colums: there is no such key"),
        ("markdown_list", {"columns": {"pays": ["x"]}}, "settings.columns.pays"),
        ("json_list", {}, "settings.fields: Field required"),
        ("json_list", {"fields": {"url": "u"}}, "fields must name a title"),
        ("rss", {"labels": {"place": "Location"}}, "settings.labels.place"),
        ("job_posting", {"links": "a["}, "settings.links: 'a[' is no CSS selector"),
        ("html_list", {"rows": "li"}, "fields or labels must name a title"),
        ("html_list", {"rows": "li", "fields": {"title": "a@@href"}}, "is no attribute"),
        ("html_list", {"rows": "li", "fields": {"title": "a"}, "detail": {"rows": "x"}}, "settings.detail.rows"),
        ("prose_page", {"title": "h1 >"}, "settings.title: 'h1 >' is no CSS selector"),
    ],
)
def test_wrong_settings_are_named(spider: str, settings: dict[str, Any], says: str) -> None:
    source = Source.model_validate(
        {**SOURCE, "name": "a", "channel": "platform", "spider": spider, "settings": settings}
    )
    wrong = check_settings([source])
    assert len(wrong) == 1
    assert wrong[0].startswith("a-list: settings") and says in wrong[0]


def test_wrong_settings_are_refused_before_anything_is_asked(crawling: Any, tmp_path: Path) -> None:
    good = {"id": "good", "spider": "markdown_list", "url": "https://b.example/list.md"}
    done = crawling.start(tmp_path, [good, {**SOURCE, "settings": {"colums": {}}}])
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == ["a-list: settings.colums: there is no such key"]
    assert not (tmp_path / "raw").exists()


def test_an_unreadable_archive_is_refused(crawling: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = tmp_path / "page.html"
    archive.write_bytes(b"<html>")
    assert main([str(crawling.write_job(tmp_path, [SOURCE], [archive]))]) == 2
    assert capsys.readouterr().err == f"{archive} is no WARC archive\n"


@pytest.mark.parametrize("content", ['{"night": "2026-03-01"}', "no JSON", "[]"])
def test_a_job_that_is_none_is_refused(content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    job = tmp_path / "job.json"
    job.write_text(content)
    assert main([str(job)]) == 2
    message = capsys.readouterr().err
    assert message.startswith(f"{job} is not a job: ") and message.count("\n") == 1


def test_wrong_use_is_refused(crawling: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    job = crawling.write_job(tmp_path, [SOURCE])
    job.write_text(job.read_text().replace('"a-list"', '"another"'))
    assert (main([str(job)]), main([]), main([str(tmp_path / "absent.json")])) == (2, 2, 2)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3 and lines[0].startswith("unknown source: another") and lines[1].startswith("usage: ")


def test_no_sources_are_no_work(crawling: Any, tmp_path: Path) -> None:
    archive = crawling.write_archive(tmp_path / "a.warc.gz", [crawling.page("https://a.example/", b"x")])
    assert crawling.crawl(tmp_path, [], [archive]) == {}


def test_a_replay_says_the_same_each_time(crawling: Any, tmp_path: Path) -> None:
    body = b"| Company | Role | Apply |\n|---|---|---|\n| A | Intern | [x](https://a.example/1) |\n"
    sources = [{**SOURCE, "id": f"s{number}", "url": f"https://s{number}.example/list.md"} for number in range(5)]
    pages = [crawling.page(source["url"], body, headers={"Content-Type": "text/plain"}) for source in sources]
    archive = crawling.write_archive(tmp_path / "a.warc.gz", pages)
    first = crawling.crawl(tmp_path / "1", sources, [archive])
    second = crawling.crawl(tmp_path / "2", sources, [archive])
    assert first == second
    assert [each.run["outcome"] for each in first.values()] == ["ok"] * 5
    runs = [path.joinpath("raw", "runs.ndjson").read_bytes() for path in (tmp_path / "1", tmp_path / "2")]
    assert runs[0] == runs[1]


def test_the_process_ends_with_its_parent(crawling: Any, tmp_path: Path) -> None:
    asked = Event()

    class Silent(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.set()
            time.sleep(5)

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Silent) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        source = {**SOURCE, "url": f"http://127.0.0.1:{server.server_port}/list.md"}
        job = crawling.write_job(tmp_path, [source], allow_loopback=True)
        with subprocess.Popen(
            [sys.executable, "-m", "scrapers.crawl", str(job)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            assert process.stdin and process.stdout
            assert asked.wait(20)
            process.stdin.close()
            assert process.wait(timeout=5) == 3
            assert process.stdout.read() == b""
        server._BaseServer__shutdown_request = True  # type: ignore[attr-defined]  # without waiting for its sleeping answer
    assert not (tmp_path / "raw" / "runs.ndjson").exists(), "what was not finished does not count"


def test_settings_of_the_real_catalogues_are_right() -> None:
    data = Path(__file__).parent.parent.parent / "data"
    for folder in (data / "sources", data / "sample" / "sources"):
        assert check_settings(read_catalogue(folder).sources) == []


def test_a_light_module_checks_archives() -> None:
    code = "import sys, scrapers.wire.warc; sys.exit(any(name in sys.modules for name in ('scrapy', 'twisted', 'pydantic')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_crawl_at_once(number: signal.Signals, crawling: Any, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, and never answers
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/list.md"
        job = crawling.write_job(
            tmp_path, [{"id": "silent", "spider": "markdown_list", "url": url}], allow_loopback=True
        )
        command = [sys.executable, "-m", "scrapers.crawl", str(job)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            silent.settimeout(30)
            silent.accept()
            process.send_signal(number)
            assert process.wait(timeout=5) == -number
