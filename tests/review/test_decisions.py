"""What people decide of matches stands through every night and rebuild, or is refused in one line."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from pipeline.cli import SAMPLE_NIGHT, main
from pipeline.nightly.replay import rebuild
from pipeline.review import decisions
from pipeline.review.decisions import Decision
from pipeline.shipped import shipped
from pipeline.storage.home import Home, HomeError
from scrapers.source import read_catalogue
from tests.conftest import copy_home
from tests.made_nights import make_state

CATALOGUE = shipped("data", "sample", "sources")
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def decided(kind: str, listings: str, others: str) -> Decision:
    return Decision(kind, [listings, others], listings.split(), others.split(), "ana", "2026-11-20T09:00:00+00:00")


def test_of_two_decisions_about_the_same_listings_the_newer_holds_and_who_was_named_leaves() -> None:
    decided_so_far = [
        decided("merge", "a b", "c"),
        decided("split", "c", "b"),
        decided("merge", "d", "e"),
        decided("split", "e", "d"),
    ]
    assert decisions.standing(decided_so_far).rows() == [("a", "c", True), ("c", "b", False), ("e", "d", False)]


def test_what_is_one_by_way_of_another_and_is_not_is_refused() -> None:
    decided_so_far = [decided("merge", "a", "b"), decided("split", "a", "c"), decided("merge", "b", "c")]
    with pytest.raises(HomeError, match="a and c are separate"):
        decisions.standing(decided_so_far)


@pytest.mark.parametrize("line", ["no json", "{}", '["merge"]', json.dumps(decided("join", "a", "b")._asdict())])
def test_a_line_that_is_no_decision_is_named(line: str, tmp_path: Path) -> None:
    home = Home(tmp_path)
    decisions.decisions_file(home).parent.mkdir()
    decisions.decisions_file(home).write_text(json.dumps(decided("merge", "a", "b")._asdict()) + "\n" + line + "\n")
    with pytest.raises(HomeError, match="line 2"):
        decisions.read_decisions(home)


def run(home: Home, night: date) -> None:
    """The sample as another night: the same words again."""
    shutil.copytree(home.raw(SAMPLE_NIGHT), home.raw(night))
    make_state(home, read_catalogue(CATALOGUE), night)


def ask(home: Home, query: str, *values: Any) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        return con.execute(query, values).fetchall()


def groups(home: Home) -> set[frozenset[str]]:
    rows = ask(home, "SELECT list(listing_id) FROM listings GROUP BY internship_id")
    return {frozenset(listings) for (listings,) in rows}


def cli(home: Home, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["matches", words[0], "--home", str(home.root), *words[1:]])
    return done.exit_code, done.output


@pytest.fixture(scope="module")
def home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home after the sample night, in which the tests below decide one thing after another."""
    return Home(copy_home(sample_home, tmp_path_factory.mktemp("decided") / "home"))


def single(home: Home, at: int) -> tuple[str, str]:
    """internship_id and listing_id of an internship with one listing."""
    query = "SELECT internship_id, any_value(listing_id) FROM listings GROUP BY internship_id HAVING count(*) = 1 ORDER BY 1"
    row: tuple[str, str] = ask(home, query)[at]
    return row


@pytest.mark.usefixtures("without_exports")
def test_a_home_of_an_older_version_says_so_and_is_made_anew_from_its_first_night(home: Home) -> None:
    for path in [home.warehouse, *(home.state(night) for night in home.nights_with_state())]:
        with duckdb.connect(str(path)) as con:
            con.execute("UPDATE about SET schema_version = schema_version - 1")
    assert "internships rebuild --from" in cli(home, "explain", "a", "b")[1]
    rebuild(home, read_catalogue(CATALOGUE), SAMPLE_NIGHT)
    assert ask(home, "SELECT count(*) > 100 FROM internships") == [(True,)]


@pytest.mark.usefixtures("without_exports")
def test_a_merge_stands_through_nights_and_a_rebuild_and_a_split_takes_it_back(home: Home) -> None:
    before = groups(home)
    (one, a), (other, b) = single(home, 0), single(home, 7)
    assert cli(home, "merge", one, b, "--why", "one requisition")[0] == 0
    run(home, SAMPLE_NIGHT + timedelta(days=1))
    merged = (before - {frozenset({a}), frozenset({b})}) | {frozenset({a, b})}
    assert groups(home) == merged
    ((kept, gone),) = ask(home, "SELECT new_id, old_id FROM redirects WHERE reason = 'decision' AND score = 1")
    assert {kept, gone} == {one, other}
    assert ask(home, "SELECT resolve(?), resolve(?), resolve('i_unknown')", gone, kept) == [(kept, kept, None)]
    changed = "SELECT change, old, new FROM changes WHERE field = 'internship_id' ORDER BY night DESC, change LIMIT 1"
    assert ask(home, changed) == [("merged", f'"{gone}"', f'"{kept}"')]

    rebuild(home, read_catalogue(CATALOGUE), SAMPLE_NIGHT)
    assert groups(home) == merged

    assert cli(home, "split", b)[0] == 0
    run(home, SAMPLE_NIGHT + timedelta(days=2))
    assert groups(home) == before
    ((kept, left),) = ask(home, "SELECT internship_id, old FROM changes WHERE change = 'split'")
    assert json.loads(left) != kept
    recorded = [decision.decision for decision in decisions.read_decisions(home)]
    assert recorded == ["merge", "split"]


def test_what_is_unknown_one_already_alone_or_contradictory_is_refused_and_nothing_is_written(home: Home) -> None:
    (a, _), (b, _), (c, c_listing) = (single(home, number) for number in (2, 3, 4))
    decisions.merge(home, a, b, "ana", AT, None)
    decisions.merge(home, b, c, "ana", AT, None)
    before = decisions.decisions_file(home).read_bytes()
    for words, message in [
        (("merge", "i_nothing", a), "no internship or listing i_nothing"),
        (("merge", a, c), "are one internship already"),
        (("merge", a, a), "are one internship already"),
        (("split", single(home, 5)[0]), "nothing to split"),
        (("split", "i_"), "no internship or listing i_"),
        (("explain", a, "l_nothing"), "no internship or listing l_nothing"),
    ]:
        code, output = cli(home, *words)
        assert (code, len(output.splitlines())) == (2, 1), output
        assert message in output
    assert decisions.decisions_file(home).read_bytes() == before
    # What no night has heard of yet can be taken back as well.
    decisions.split(home, c_listing, "ana", AT, None)
    assert decisions.standing(decisions.read_decisions(home))["is_one"].to_list().count(True) == 1


def test_explain_tells_postings_points_and_decisions(home: Home) -> None:
    (a, a_listing), (b, b_listing) = single(home, 10), single(home, 11)
    # The beginnings of ids will do, as narrow tables show them; what is recorded is whole.
    decisions.merge(home, f"{a[:14]}…", b[:14], "ana", AT, "the same team")
    code, output = cli(home, "explain", a_listing[:14], f"{b_listing[:14]}…")
    assert code == 0
    assert "They are two internships." in output
    assert f"decision   merge {a} {b} (ana, 2026-11-20): the same team" in output
    assert "posting    not the same" in output
