"""`python -m tests.bench.nights`: how openings of lists kept by hand live through the twelve recorded nights.

Needs the archives of ../shared/web. Counted: reopenings, and of how many internships; listings that close as gone although the
file of that night has a row with their address; ids of the first night that lead nowhere on the last; runs that were not
believed at once. Belongs here: this count. Does not belong here: what single nights hold (tests/nightly/test_nights.py).
"""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from pipeline.match.keys import url_key
from pipeline.storage import raw, warehouse
from pipeline.storage.home import Home
from tests.conftest import REPOSITORY
from tests.nightly.recorded import FIRST, Nights, archive

NIGHTS = [FIRST + timedelta(days=number) for number in range(12)]

CATALOGUE = REPOSITORY / "data" / "sources"

CLOSED = "SELECT source_id, title, url FROM listings WHERE closed_on = ? AND closed_reason = 'gone'"

REOPENED = "SELECT count(*), count(DISTINCT internship_id) FROM changes WHERE change = 'reopened'"

LOST_IDS = """
    SELECT id FROM unnest(?::VARCHAR[]) AS first(id)
    WHERE id NOT IN (SELECT internship_id FROM internships) AND id NOT IN (SELECT old_id FROM redirects)
"""

DOUBTED = """
    SELECT night || ' ' || source_id || ': ' || outcome || ', ' || evidence
    FROM source_runs WHERE outcome NOT IN ('ok', 'not_recorded') ORDER BY ALL
"""


def closed_though_there(home: Home, night: date) -> list[str]:
    """Listings that closed as gone while a row of that night has their address and is not marked closed."""
    rows = raw.read_night(home.raw(night), raw.read_runs(home.raw(night))).rows
    rows = rows.filter(pl.col("extra").str.json_path_match("$.closed").is_null())
    there = rows.select("source_id", key=url_key(rows["url"]))
    with warehouse.open_readonly(home.state(night)) as con:
        found = con.execute(CLOSED, [night]).fetchall()
    closed = pl.DataFrame(found, dict.fromkeys(("source_id", "title", "url"), pl.String), orient="row")
    closed = closed.with_columns(key=url_key(closed["url"])).join(there, on=["source_id", "key"], how="semi")
    return [f"{night} {source}: {title} {url}" for source, title, url, _ in closed.iter_rows()]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home, nights = Home(Path(folder) / "home"), Nights(CATALOGUE, Path(folder))
        wrong: list[str] = []
        for night in NIGHTS:
            nights.make(home, night, archive(REPOSITORY.parent / "shared", night))
            wrong += closed_though_there(home, night)
        with warehouse.open_readonly(home.state(NIGHTS[0])) as con:
            first = [identity for (identity,) in con.execute("SELECT internship_id FROM internships").fetchall()]
        with warehouse.open_readonly(home.state(NIGHTS[-1])) as con:
            reopenings, internships = con.execute(REOPENED).fetchone() or (0, 0)
            lost = con.execute(LOST_IDS, [first]).fetchall()
            doubted = [text for (text,) in con.execute(DOUBTED).fetchall()]
    print(f"reopenings            {reopenings:5} of {internships} internships")
    print(f"closed though there   {len(wrong):5}", *wrong, sep="\n    ")
    print(f"ids of the first night{len(first):5}, of which {len(lost)} lead nowhere on the last")
    print(f"runs not believed     {len(doubted):5}", *doubted, sep="\n    ")


if __name__ == "__main__":
    main()
