"""A campaign: whole nights over boards with faults, and the count of what they did to the listings."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import yaml

from pipeline.nightly.collect import collect
from pipeline.nightly.replay import replay_night
from pipeline.nightly.runs import loaded_runs
from pipeline.storage import warehouse
from pipeline.storage.home import Home
from scrapers.source import read_catalogue
from tests.bench.faults.boards import Board
from tests.bench.faults.kinds import AMBIGUOUS as AMBIGUOUS_PAGES
from tests.bench.faults.paged import PAGED_AMBIGUOUS
from tests.bench.faults.server import Boards

FIRST_NIGHT = date(2026, 3, 1)

AMBIGUOUS = AMBIGUOUS_PAGES | PAGED_AMBIGUOUS

HEALTHY_EVERY = 4
"""The first night and every so many after it have no fault: what was lost before is lost then."""

MEMORY_NIGHTS = 3
"""What is lost on a healthy night is laid to the faults of so many nights."""

RUNS = """
    SELECT source_id, night, complete, outcome || ': ' || left(coalesce(evidence, ''), 120)
    FROM source_runs ORDER BY night
"""

LISTINGS = "SELECT source_id, title, url, state, closed_on, closed_reason, last_seen FROM listings"


class Case(NamedTuple):
    """Something that went wrong; `kinds`: the faults that its board had on the last nights, tonight's last."""

    kinds: str
    text: str


@dataclass
class Tally:
    """What is counted; the package says what each count means."""

    nights: int = 0
    injected: Counter[tuple[str, str]] = field(default_factory=Counter)
    not_published: list[Case] = field(default_factory=list)
    wrongly_closed: list[Case] = field(default_factory=list)
    lost: list[Case] = field(default_factory=list)
    foreign: list[Case] = field(default_factory=list)
    ambiguous: list[Case] = field(default_factory=list)
    misplaced: set[tuple[str, str]] = field(default_factory=set)

    COUNTS = ("not_published", "wrongly_closed", "lost", "foreign", "ambiguous")


def campaign(folder: Path, boards_count: int, nights: int, seed: int, healthy_every: int = HEALTHY_EVERY) -> Tally:
    """Run it in `folder`."""
    home, boards, tally = Home(folder / "home"), Boards(boards_count, seed), Tally()
    catalogue_folder = folder / "catalogue" / "platform"
    catalogue_folder.mkdir(parents=True)
    home.prepare()
    faults: Faults = {}
    with boards.serving():
        (catalogue_folder / "boards.yaml").write_text(yaml.safe_dump({"sources": boards.entries()}), encoding="utf-8")
        catalogue = read_catalogue(folder / "catalogue")
        for number in range(nights):
            night = FIRST_NIGHT + timedelta(days=number)
            is_healthy = number % healthy_every == 0
            boards.begin_night(is_healthy=is_healthy)
            for board in boards.all:
                faults.setdefault(board.id, {})[night] = board.fault
            tally.nights += 1
            collect(
                catalogue.sources, home.raw(night), night, folder / "catalogue", memory=folder / "crawl.sqlite",
                loaded_runs=loaded_runs(home, night), allow_loopback=True,
            )  # fmt: skip
            try:
                replay_night(home, catalogue, night)
            except Exception as error:  # noqa: BLE001  # whatever stops a night is what is counted
                tally.not_published.append(Case("", f"{night}: {type(error).__name__}: {str(error)[:300]}"))
                break
            _Count(home, night, boards.all, faults, tally).count(is_healthy=is_healthy)
    tally.injected = boards.injected
    return tally


Faults = dict[str, dict[date, str | None]]
"""The fault of each source on each night."""


class _Count:
    """What is wrong in the warehouse of a night; ambiguous where the answers behind it, of those that were believed, were of
    AMBIGUOUS kinds only."""

    def __init__(self, home: Home, night: date, boards: list[Board], faults: Faults, tally: Tally) -> None:
        with warehouse.open_readonly(home.state(night)) as con:
            self.listings = con.execute(LISTINGS).fetchall()
            runs = con.execute(RUNS).fetchall()
        self.night, self.boards, self.faults, self.tally = night, boards, faults, tally
        self.complete = {(source, of) for source, of, complete, _ in runs if complete}
        self.outcomes = {source: text for source, _, _, text in runs}
        self.truth = {board.id: {posting.title: posting.url for posting in board.open} for board in boards}

    def count(self, *, is_healthy: bool) -> None:
        # A listing may have the title of another, where a source exchanged them; its address tells then.
        ended = {address for board in self.boards for address in board.addresses_of_ended()}
        published = {board.id: board.published for board in self.boards}
        open_titles: dict[str, set[str]] = {board.id: set() for board in self.boards}
        open_addresses = set()
        for source, title, url, state, *_ in self.listings:
            if state != "closed":
                open_titles[source].add(title)
                open_addresses.add(url)
        for source, title, url, state, closed_on, reason, last_seen in self.listings:
            # Damaged ids make a second listing of a posting, which closes when they are mended; the posting is open then,
            # with its title, or at its own address with the damaged title that it has tonight.
            address = self.truth[source].get(title)
            is_lost = address and title not in open_titles[source] and address not in open_addresses
            if state == "closed" and is_lost and closed_on == self.night and url not in ended:
                kinds = self._believed(source, last_seen + timedelta(days=1))
                is_ambiguous = bool(kinds) and AMBIGUOUS.keys() >= set(kinds)
                self._blame("wrongly_closed", source, f"{title} closed as {reason}", is_ambiguous=is_ambiguous)
            own = re.search(r"Internship (\d+)x", title)
            is_foreign = own and title not in published[source] and f"board-{own[1]}" != source
            if is_foreign and (source, title) not in self.tally.misplaced:
                self.tally.misplaced.add((source, title))
                # The night it came: a listing under whose id it came may be older.
                is_ambiguous = self.faults[source].get(self.night) in AMBIGUOUS
                self._blame("foreign", source, f"has {title}", is_ambiguous=is_ambiguous)
        if is_healthy:
            for source, titles in self.truth.items():
                kinds = self._believed(source, self.night - timedelta(days=MEMORY_NIGHTS - 1))
                for title in sorted(titles.keys() - open_titles[source]):
                    self._blame("lost", source, title, is_ambiguous=bool(AMBIGUOUS.keys() & set(kinds)))

    def _believed(self, source: str, since: date) -> list[str | None]:
        """The faults of the complete runs of a source since a night."""
        return [kind for of, kind in self.faults[source].items() if of >= since and (source, of) in self.complete]

    def _blame(self, count: str, source: str, text: str, *, is_ambiguous: bool) -> None:
        kinds = " > ".join(kind or "healthy" for kind in list(self.faults[source].values())[-MEMORY_NIGHTS:])
        case = Case(kinds, f"{self.night} {source} {text}: {self.outcomes.get(source, '')}")
        getattr(self.tally, "ambiguous" if is_ambiguous else count).append(case)
