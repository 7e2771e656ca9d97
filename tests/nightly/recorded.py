"""Recorded nights of real public lists: their archives, an independent reading of their rows, and nights made of them."""

from __future__ import annotations

import html
import re
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from pipeline.nightly.collect import collect
from pipeline.nightly.replay import replay_night
from pipeline.storage.home import Home
from scrapers.source import read_catalogue
from tests.conftest import copy_home
from tests.made_nights import make_state

FIRST = date(2025, 9, 12)
NIGHTS = [FIRST + timedelta(days=number) for number in (0, 1, 2, 9, 10, 11)]
EXPORTED = NIGHTS[:3]
"""Nights whose exports are looked at."""


class Row(NamedTuple):
    url: str
    internship: bool


def read_list(text: str) -> list[Row]:
    """The table rows with an apply link of a Markdown list, read without any code of the project: the last link of a row,
    and whether the nearest heading that tells says internships, not new graduates."""
    rows, headings = [], {}
    for line in text.split("\n"):
        if heading := re.match(r"(#+)\s*(.*)", line):
            level = len(heading.group(1))
            headings = {depth: words for depth, words in headings.items() if depth < level} | {level: heading.group(2)}
        if not line.startswith("|"):
            continue
        links = re.findall(r'href="([^"]+)"|\]\s*\((https?://[^)\s]+)\)', line)
        if not links and (bare := re.findall(r"\|\s*(https?://[^|\s]+)\s*\|?\s*$", line)):
            links = [(bare[0], "")]
        if links:
            rows.append(Row(html.unescape(links[-1][0] or links[-1][1]), _says_internships(headings)))
    return rows


def _says_internships(headings: dict[int, str]) -> bool:
    for _, words in sorted(headings.items(), reverse=True):
        intern, graduate = re.search(r"intern(?!at)", words, re.I), re.search(r"new grad|phd", words, re.I)
        if bool(intern) != bool(graduate):
            return bool(intern)
    return False


def untracked(url: str) -> str:
    """A list that takes its tracking parameters off has the same posting still."""
    return re.sub(r"[?&](utm_\w+|ref)=[^&#]*", "", url)


def archive(shared: Path, night: date) -> Path:
    return shared / "web" / f"night-{night}.warc.gz"


class Nights:
    """Nights made by the functions that the job calls, without Dagster; what was collected from an archive once is copied."""

    def __init__(self, catalogue: Path, folder: Path) -> None:
        self.folder, self.catalogue, self.entries = folder, catalogue, read_catalogue(catalogue)

    def collected(self, night: date, replay: Path) -> Path:
        raw = self.folder / "raw" / replay.name / night.isoformat()
        if not raw.exists():
            collect(self.entries.sources, raw, night, self.catalogue, [replay])
        return raw

    def make(self, home: Home, night: date, replay: Path, *, exports: bool = False) -> None:
        shutil.copytree(self.collected(night, replay), home.raw(night))
        (replay_night if exports else make_state)(home, self.entries, night)

    def after(self, night: date, target: Path) -> Home:
        """A copy of the home as it was after one of the first nights."""
        return Home(copy_home(self.folder / f"after-{night}", target))


def make_history(shared: Path, catalogue: Path, folder: Path) -> None:
    """`history`: a home after all of NIGHTS, with the state of each; `after-<night>`: as it was after the first two."""
    nights = Nights(catalogue, folder)
    home = Home(folder / "history")
    for night in NIGHTS:
        nights.make(home, night, archive(shared, night), exports=night in EXPORTED)
        if night in NIGHTS[:2]:
            copy_home(home.root, folder / f"after-{night}")
