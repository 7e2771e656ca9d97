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
from tests.bench.faults.kinds import AMBIGUOUS
from tests.bench.faults.server import Boards

FIRST_NIGHT = date(2026, 3, 1)

HEALTHY_EVERY = 4
"""The first night and every so many after it have no fault."""

MEMORY_NIGHTS = 3
"""A closing is laid to the faults of so many nights."""


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

    COUNTS = ("not_published", "wrongly_closed", "lost", "foreign", "ambiguous")


def campaign(folder: Path, boards_count: int, nights: int, seed: int) -> Tally:
    """Run it in `folder`."""
    home, boards, tally = Home(folder / "home"), Boards(boards_count, seed), Tally()
    catalogue_folder = folder / "catalogue" / "platform"
    catalogue_folder.mkdir(parents=True)
    home.prepare()
    faults: dict[str, list[str | None]] = {}
    with boards.serving():
        (catalogue_folder / "boards.yaml").write_text(yaml.safe_dump({"sources": boards.entries()}), encoding="utf-8")
        catalogue = read_catalogue(folder / "catalogue")
        for number in range(nights):
            night = FIRST_NIGHT + timedelta(days=number)
            is_healthy = number % HEALTHY_EVERY == 0
            boards.begin_night(is_healthy=is_healthy)
            for board in boards.all:
                faults.setdefault(board.id, []).append(board.fault)
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
            _count(home, night, boards.all, faults, tally, is_healthy=is_healthy)
    tally.injected = boards.injected
    return tally


def _count(
    home: Home, night: date, boards: list[Board], faults: dict[str, list[str | None]], tally: Tally, *, is_healthy: bool
) -> None:
    with warehouse.open_readonly(home.state(night)) as con:
        listings = con.execute("SELECT source_id, title, url, state, closed_on, closed_reason FROM listings").fetchall()
        runs = "SELECT source_id, outcome || ': ' || left(coalesce(evidence, ''), 120) FROM source_runs WHERE night = ?"
        outcomes = dict(con.execute(runs, [night]).fetchall())
    open_titles: dict[str, set[str]] = {board.id: set() for board in boards}
    truth = {board.id: {posting.title for posting in board.open} for board in boards}
    # A listing may have the title of another, where a source exchanged them; its address tells then.
    ended = {address for board in boards for address in board.addresses_of_ended()}
    published = {board.id: board.published for board in boards}

    def case(source: str, text: str) -> Case:
        kinds = " > ".join(kind or "healthy" for kind in faults[source][-MEMORY_NIGHTS:])
        return Case(kinds, f"{night} {source} {text}: {outcomes.get(source, '')}")

    for source, title, url, state, closed_on, reason in listings:
        if state != "closed":
            open_titles[source].add(title)
        elif closed_on == night and title in truth[source] and url not in ended:
            is_ambiguous = AMBIGUOUS & set(faults[source][-MEMORY_NIGHTS:])
            (tally.ambiguous if is_ambiguous else tally.wrongly_closed).append(
                case(source, f"{title} closed as {reason}")
            )
        own = re.search(r"Internship (\d+)x", title)
        if own and title not in published[source] and f"board-{own[1]}" != source:
            is_ambiguous = AMBIGUOUS & set(faults[source])
            (tally.ambiguous if is_ambiguous else tally.foreign).append(case(source, f"has {title}"))
    if is_healthy:
        for source, titles in truth.items():
            is_ambiguous = AMBIGUOUS & set(faults[source][-MEMORY_NIGHTS:])
            missing = [case(source, title) for title in sorted(titles - open_titles[source])]
            (tally.ambiguous if is_ambiguous else tally.lost).extend(missing)
