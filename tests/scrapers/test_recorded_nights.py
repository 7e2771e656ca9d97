"""Every table row with a link, of every list, on every recorded night, is a raw listing with the right address.

Checked against a small reading of its own: a line that begins with a bar is a row, its last link is where to apply.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from warcio.archiveiterator import ArchiveIterator

DELIMITERS = re.compile(r"^\|[\s:|-]+\|?$")
LINK = re.compile(r"href=\"([^\"]+)\"|\]\s*\((\S+?)\)|\|(https?://[^|\s]+)\|")


class Recorded(NamedTuple):
    """A Markdown list of a night, under an address of its own."""

    id: str
    url: str
    body: bytes

    @property
    def rows(self) -> list[str]:
        lines = self.body.decode().splitlines()
        return [
            line
            for number, line in enumerate(lines)
            if line.startswith("|") and not DELIMITERS.match(line) and not DELIMITERS.match([*lines, ""][number + 1])
        ]

    @property
    def links(self) -> list[str]:
        found = [LINK.findall(row) for row in self.rows]
        return ["".join(links[-1]) for links in found if links]


@pytest.fixture(scope="module")
def lists(shared: Path) -> list[Recorded]:
    found = []
    for archive in sorted((shared / "web").glob("night-*.warc.gz")):
        night = archive.name[6:16]
        with archive.open("rb") as handle:
            for record in ArchiveIterator(handle):
                address = record.rec_headers.get_header("WARC-Target-URI")
                if address.endswith(".md"):
                    name = re.sub(r"[^a-z0-9]+", "-", address.lower().split("/", 3)[3]).strip("-")
                    found.append(
                        Recorded(
                            f"{night}.{name}", f"https://{night}.example/{name}.md", record.content_stream().read()
                        )
                    )
    return found


@pytest.fixture(scope="module")
def variants(lists: list[Recorded]) -> list[tuple[Recorded, dict[str, str]]]:
    """Of one night's lists: the first half with the whole's length declared, and with its own."""
    night = [each for each in lists if each.id.startswith("2025-09-15")]
    made = []
    for each in night:
        half = each.body[: len(each.body) // 2]
        made.append((Recorded(f"lost.{each.id}", f"{each.url}?lost", half), {"Content-Length": str(len(each.body))}))
        made.append((Recorded(f"half.{each.id}", f"{each.url}?half", half), {}))
    return made


@pytest.fixture(scope="module")
def crawled(
    lists: list[Recorded], variants: Any, crawling: Any, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("nights")
    recorded = [(each, {}) for each in lists] + variants
    text = {"Content-Type": "text/plain; charset=utf-8"}
    pages = [crawling.page(each.url, each.body, headers={**text, **headers}) for each, headers in recorded]
    sources = [{"id": each.id, "spider": "markdown_list", "url": each.url} for each, _ in recorded]
    return crawling.crawl(folder, sources, [crawling.write_archive(folder / "nights.warc.gz", pages)])


def test_every_row_with_a_link_is_a_listing(lists: list[Recorded], crawled: dict[str, Any]) -> None:
    assert len(lists) >= 72
    for each in lists:
        run, listings = crawled[each.id]
        assert (each.id, run["outcome"], run["evidence"]) == (each.id, "ok", None)
        linked = Counter(row["url"] for row in listings if not row["extra"].get("no_link"))
        assert linked == Counter(each.links), each.id
        assert run["seen"] == run["kept"] == len(each.rows), each.id


def test_rows_say_what_the_table_says(lists: list[Recorded], crawled: dict[str, Any]) -> None:
    for each in lists:
        for row in crawled[each.id].listings:
            assert row["title"] and "|" not in row["title"].replace(" | ", "")
            assert not re.search(
                r"\]\(|</?[a-z]+[ >]|\*\*", "".join([row["title"], row["organization"] or "", *row["locations"]])
            )
            assert row["organization"] != "↳"
    closed = [
        row
        for row in crawled["2026-07-01.negarprh-canadian-tech-internships-2026-main-readme-md"].listings
        if "closed" in row["extra"]
    ]
    assert len(closed) > 1000
    assert {row["extra"]["closed"] for row in closed} == {"Closed🔒"}
    assert all(row["extra"]["no_link"] for row in closed)


def test_a_list_that_breaks_off_is_partial(variants: Any, crawled: dict[str, Any], lists: list[Recorded]) -> None:
    whole = {each.id: crawled[each.id] for each in lists}
    for each, _ in variants:
        run, listings = crawled[each.id]
        assert run["outcome"] == "partial", each.id
        urls = {row["url"] for row in whole[each.id.split(".", 1)[1]].listings}
        listings = [row for row in listings if not row["extra"].get("no_link")]
        assert listings and {row["url"] for row in listings} <= urls, "no address was made up of half a row"
