"""How well `internships sources new URL` recognises pages: sites with the openings that a person would list on them.

    python -m tests.tools.layouts [FOLDER …] [--only NAME]

A site is a folder (site.yaml, expect.yaml and its pages) or one YAML file with the pages in it. `expect`: `system`, the spider of
the best entry, and `also`, others that are right, or `none`; `rows`: title, url, and place, deadline, organization where the page
says them (`…_or`: further right values); `optional`: fields that may be missing, but not wrong; `not_rows`: titles that are none;
`warn`: whether a careful tool warns; `next`: the address of the next page. A row counts as read unless cleaning refuses it or its
source marks it closed.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from pipeline.catalogue.recognition.recognise import Recognition, recognise
from pipeline.catalogue.recognition.web import Web
from pipeline.shipped import shipped
from scrapers.listing import MARKED_CLOSED
from scrapers.wire.warc import Recorder

OWN = Path(__file__).parents[1] / "catalogue" / "layouts"
DAY = date(2026, 12, 1)
FETCHED_AT = datetime(2026, 12, 1, 4, 5, 6, tzinfo=UTC)
FIELDS = ("place", "deadline", "organization")


class Answer(NamedTuple):
    """A recorded answer of a site."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes


class Site(NamedTuple):
    """See the module."""

    name: str
    url: str
    answers: list[Answer]
    expect: dict[str, Any]


class Score(NamedTuple):
    """How a site was recognised. `rows`, `fields`: right, and of how many; `wrong`: rows that are none; `warned`: whether the
    tool warned as it should."""

    site: Site
    recognition: Recognition
    is_system_right: bool
    rows: tuple[int, int]
    wrong: list[str]
    missing: list[str]
    fields: tuple[int, int]
    is_warned: bool

    @property
    def is_right(self) -> bool:
        return self.is_system_right and self.rows[0] == self.rows[1] and not self.wrong


def read_sites(folder: Path, only: Sequence[str] = ()) -> list[Site]:
    """The sites of a folder, of both forms, in the order of their names."""
    sites = []
    for path in sorted(folder.iterdir()):
        name = path.name.removesuffix(".yaml")
        if only and name not in only:
            continue
        if path.suffix == ".yaml":
            document = yaml.safe_load(path.read_text(encoding="utf-8"))
            answers = [_answer(url, page) for url, page in document["pages"].items()]
            sites.append(Site(name, document["url"], answers, document["expect"]))
        elif (path / "site.yaml").is_file():
            document = yaml.safe_load((path / "site.yaml").read_text(encoding="utf-8"))
            answers = [
                Answer(url, page.get("status", 200), page.get("headers") or {}, (path / page["file"]).read_bytes())
                for url, page in document["pages"].items()
            ]
            expect = yaml.safe_load((path / "expect.yaml").read_text(encoding="utf-8"))
            sites.append(Site(name, document["url"], answers, expect))
    return sites


def score_sites(sites: Sequence[Site]) -> list[Score]:
    """Recognise all of these sites, as on one web that has them all."""
    with tempfile.TemporaryDirectory(prefix="internships-") as name:
        archive = Path(name) / "web.warc.gz"
        recorder = Recorder(archive)
        for answer in (answer for site in sites for answer in site.answers):
            recorder.record(
                fetched_at=FETCHED_AT, method="GET", url=answer.url, request_headers=[], request_body=b"",
                status=answer.status, headers=list(answer.headers.items()), body=answer.body, is_whole=True,
            )  # fmt: skip
        recorder.close()
        web = Web(Path(name), DAY, [archive])
        found = recognise([site.url for site in sites], web, shipped("data", "sources"))
    return [score(site, recognition) for site, recognition in zip(sites, found, strict=True)]


def score(site: Site, recognition: Recognition) -> Score:
    """Compare what was recognised with what a person would list."""
    expect = site.expect
    allowed = {expect["system"], *expect.get("also", [])}
    spider = recognition.entry["spider"] if recognition.entry else "none"
    read = _rows_read(recognition)
    right = right_fields = of = 0
    missing = []
    rows = expect["rows"] if spider != "none" or "none" not in allowed else []
    for row in rows:
        match = next((each for each in read if _is_row(row, each)), None)
        if match is None:
            missing.append(row["title"])
            continue
        read.remove(match)
        right += 1
        for field in FIELDS:
            if field in row:
                is_right = _tells(row, field, match)
                of += is_right or field not in expect.get("optional", [])
                right_fields += is_right
    is_warned = bool(recognition.warnings or recognition.reason) == bool(expect.get("warn"))
    wrong = [each["title"] for each in read]
    return Score(
        site, recognition, spider in allowed, (right, len(rows)), wrong, missing, (right_fields, of), is_warned
    )


def describe(scores: Sequence[Score]) -> str:
    """A line for each site that is not all right, and the figures."""
    lines = []
    for each in scores:
        found = each.recognition
        spider = found.entry["spider"] if found.entry else f"none ({found.reason})"
        if each.is_right and each.is_warned and each.fields[0] == each.fields[1]:
            continue
        mark = "ok   " if each.is_right else "WRONG"
        lines.append(
            f"{mark} {each.site.name}: {spider}, wanted {each.site.expect['system']}; rows {each.rows[0]}/{each.rows[1]}, "
            f"fields {each.fields[0]}/{each.fields[1]}{'' if each.is_warned else '; warning ' + str(found.warnings)}"
        )
        lines += [f"        missing: {title}" for title in each.missing]
        lines += [f"        no row: {title}" for title in each.wrong]
        if not each.is_right and found.entry:
            lines.append(f"        {found.entry}")
    rows, of = sum(each.rows[0] for each in scores), sum(each.rows[1] for each in scores)
    wrong = sum(len(each.wrong) for each in scores)
    right_fields, fields = sum(each.fields[0] for each in scores), sum(each.fields[1] for each in scores)
    count = len(scores)
    lines.append(
        f"{count} sites: right system {sum(each.is_system_right for each in scores)}, "
        f"all rows right {sum(each.is_right for each in scores)}, warned as it should {sum(each.is_warned for each in scores)}; "
        f"rows {rows} of {of}, {wrong} more that are none; fields {right_fields} of {fields}"
    )
    return "\n".join(lines)


def _answer(url: str, page: str | dict[str, Any]) -> Answer:
    if isinstance(page, str):
        kind = (
            "text/html"
            if "<html" in page[:500].lower()
            else "application/xml"
            if page.lstrip().startswith("<")
            else "text/plain"
        )
        kind = "application/json" if page.lstrip()[:1] in "{[" else kind
        return Answer(url, 200, {"Content-Type": f"{kind}; charset=utf-8"}, page.encode())
    return Answer(url, page.get("status", 200), page.get("headers") or {}, page.get("body", "").encode())


def _rows_read(recognition: Recognition) -> list[dict[str, Any]]:
    """The rows that a night keeps open: those that cleaning takes and the source does not close."""
    if recognition.rows is None:
        return []
    refused = set(recognition.rows.others)
    return [
        row for row in recognition.rows.verdict.listings
        if row["title"] not in refused and f'"{MARKED_CLOSED}"' not in (row["extra"] or "")
    ]  # fmt: skip


def _is_row(row: dict[str, Any], read: dict[str, Any]) -> bool:
    titles = {" ".join(str(title).split()) for title in (row["title"], *row.get("title_or", []))}
    return " ".join(read["title"].split()) in titles and read["url"].split("#")[0] in {
        row["url"],
        *row.get("url_or", []),
    }


def _tells(row: dict[str, Any], field: str, read: dict[str, Any]) -> bool:
    texts = [*(read["locations"] or []), read["deadline"], read["organization"], read["description"], read["title"]]
    text = " ".join(" ".join(each.split()) for each in texts if each)
    return any(str(value) in text for value in (row[field], *row.get(f"{field}_or", [])))


if __name__ == "__main__":
    words = sys.argv[1:]
    names = words[words.index("--only") + 1 :] if "--only" in words else []
    folders = [Path(word) for word in (words[: words.index("--only")] if names else words)] or [OWN]
    sys.stdout.write(describe(score_sites([site for folder in folders for site in read_sites(folder, names)])) + "\n")
