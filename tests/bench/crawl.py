"""`python -m tests.bench.crawl [BOARDS]`: what the crawler costs beside a bare Scrapy spider that only downloads.

A server on loopback serves so many boards (one answer each, 40 postings of 1.5 kB, eight of them internships), under
addresses of its own, as the hosts of real boards are. A bare spider, one crawler of ours, and a night with as many as it
starts ask the same addresses with the same concurrency, one after the other, twice; the better of each counts. Also: what a
source costs beyond its pages, how memory grows with the boards, and how long the catalogue loads.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import scrapy
import yaml
from scrapy.crawler import AsyncCrawlerProcess

from pipeline.nightly.collect import collect, processes_for
from pipeline.shipped import shipped
from scrapers.source import read_catalogue

BOARDS = 1_000
HOSTS = 200
CONCURRENT = 32


def board(number: int) -> bytes:
    jobs = [
        {
            "id": number * 100 + each,
            "title": f"{'Intern' if each % 5 == 0 else 'Engineer'} {number}-{each}",
            "company_name": f"Company {number}",
            "absolute_url": f"https://boards.example/{number}/jobs/{each}",
            "location": {"name": "Zürich"},
            "content": "&lt;p&gt;Six months with a team that cares about what it makes.&lt;/p&gt;" * 20,
        }
        for each in range(40)
    ]
    return json.dumps({"jobs": jobs, "meta": {"total": len(jobs)}}).encode()


class Server(asyncio.Protocol):
    """Answers `GET /<number>`; nothing else is needed of it."""

    boards: list[bytes]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.seen = b""

    def data_received(self, data: bytes) -> None:
        self.seen += data
        while b"\r\n\r\n" in self.seen:
            head, _, self.seen = self.seen.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].strip(b"/")
            status, body = (b"200 OK", self.boards[int(path)]) if path.isdigit() else (b"404 Not Found", b"none")
            self.transport.write(  # type: ignore[attr-defined]
                b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                % (status, len(body), body)
            )


def serve(boards: int, port: Any) -> None:
    async def run() -> None:
        Server.boards = [board(number) for number in range(boards)]
        server = await asyncio.get_running_loop().create_server(Server, "0.0.0.0", 0)
        port.value = server.sockets[0].getsockname()[1]
        await server.serve_forever()

    asyncio.run(run())


def addresses(boards: int, port: int) -> list[str]:
    return [f"http://127.0.1.{number % HOSTS + 1}:{port}/{number}" for number in range(boards)]


class Bare(scrapy.Spider):
    """Downloads, and does nothing with it."""

    name = "bare"

    def __init__(self, urls: list[str]) -> None:
        super().__init__()
        self.urls = urls
        self.pages = 0

    async def start(self) -> Any:
        for url in self.urls:
            yield scrapy.Request(url)

    def parse(self, response: Any) -> None:
        self.pages += 1


def bare(boards: int, port: int) -> None:
    settings = {"LOG_LEVEL": "ERROR", "CONCURRENT_REQUESTS": CONCURRENT, "CONCURRENT_REQUESTS_PER_DOMAIN": 1}
    process = AsyncCrawlerProcess({**settings, "ROBOTSTXT_OBEY": True, "TELNETCONSOLE_ENABLED": False})
    process.crawl(Bare, urls=addresses(boards, port))
    process.start()


def ours(boards: int, port: int, folder: Path) -> None:
    """One crawler process over the boards, as a night starts it."""
    catalogue = folder / "catalogue" / "platform"
    catalogue.mkdir(parents=True)
    entries = [
        {
            "id": f"b{number}",
            "name": f"Board {number}",
            "spider": "greenhouse",
            "url": url,
            "rights": {"delay_seconds": 0},
        }
        for number, url in enumerate(addresses(boards, port))
    ]
    (catalogue / "boards.yaml").write_text(yaml.safe_dump({"sources": entries}))
    job = {
        "night": "2026-03-01", "attempt": 1, "process": 0, "raw_dir": str(folder / "raw"), "allow_loopback": True,
        "catalogue": str(folder / "catalogue"), "source_ids": [entry["id"] for entry in entries], "replay": [],
    }  # fmt: skip
    (folder / "job.json").write_text(json.dumps(job))


class Spent(NamedTuple):
    """Seconds from start to exit, processor seconds, greatest memory in MiB."""

    wall: float
    processor: float
    mebibytes: float


def timed(words: list[str]) -> tuple[Spent, str]:
    """What a Python of its own takes for this, and its standard output."""
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    return Spent(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024), out


def night(folder: Path) -> None:
    """A night's collecting: the boards dealt to as many crawler processes as they are worth."""
    sources = read_catalogue(folder / "catalogue").sources
    collect(
        sources, folder / "raw", date(2026, 3, 1), folder / "catalogue", allow_loopback=True,
        on_run=lambda run, done, of: print(json.dumps(run)),
    )  # fmt: skip


def timed_ours(boards: int, port: int, *, whole_night: bool = False) -> Spent:
    with tempfile.TemporaryDirectory() as scratch:
        ours(boards, port, Path(scratch))
        crawler, crawlers = (
            ["-m", "scrapers.crawl", f"{scratch}/job.json"],
            ["-m", "tests.bench.crawl", "night", scratch],
        )
        spent, out = timed(crawlers if whole_night else crawler)
    runs = [json.loads(line) for line in out.splitlines()]
    assert [run["outcome"] for run in runs] == ["ok"] * boards
    assert sum(run["kept"] for run in runs) == boards * 8
    return spent


def bench(boards: int) -> None:
    port = multiprocessing.Value("i", 0)
    server = multiprocessing.Process(target=serve, args=(boards, port), daemon=True)
    server.start()
    while port.value == 0:
        time.sleep(0.05)
    taken: dict[tuple[str, int], list[Spent]] = defaultdict(list)
    try:
        for _ in range(2):
            for count in (1, boards // 4, boards):
                taken["bare", count].append(timed(["-m", "tests.bench.crawl", "bare", str(count), str(port.value)])[0])
                taken["ours", count].append(timed_ours(count, port.value))
                taken["night", count].append(timed_ours(count, port.value, whole_night=True))
    finally:
        server.terminate()
    print(f"{boards} boards of 40 postings, {HOSTS} hosts: seconds and processor seconds, without starting Python")
    net = {}
    for what in ("bare", "ours", "night"):
        whole, start = min(taken[what, boards]), min(taken[what, 1])
        net[what] = [whole.wall - start.wall, whole.processor - start.processor]
        print(f"{what:6}{net[what][0]:8.2f} s{net[what][1]:8.2f} s{boards / net[what][0]:10.0f} pages a second")
    print(f"ratio of pages a second to bare: ours {net['bare'][0] / net['ours'][0]:.2f}", end="")
    print(f", a night of {processes_for(boards)} processes {net['bare'][0] / net['night'][0]:.2f}")
    print(
        f"a source costs {(net['ours'][1] - net['bare'][1]) / boards * 1000:.2f} ms of a processor beyond its download"
    )
    print("memory, with so many boards:", end="")
    for count in (1, boards // 4, boards):
        print(f"  {count}: {min(taken['ours', count], key=lambda spent: spent.mebibytes).mebibytes:.0f} MiB", end="")
    print()
    began = time.perf_counter()
    catalogue = read_catalogue(shipped("data", "sources"))
    print(f"loading the catalogue of {len(catalogue.sources)} sources: {time.perf_counter() - began:.2f} s")


if __name__ == "__main__":
    if sys.argv[1:2] == ["bare"]:
        bare(int(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1:2] == ["night"]:
        night(Path(sys.argv[2]))
    else:
        bench(int(sys.argv[1]) if len(sys.argv) > 1 else BOARDS)
