"""Saved searches: who saved one is told once of what is new, changed or closing, and nobody else learns of a profile."""

from __future__ import annotations

import email
import email.policy
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import icalendar
import pytest

from pipeline.nightly.publish_step import publish_night
from pipeline.searches.digest import compose, send_news
from pipeline.searches.matching import CLOSING_DAYS, read_news
from pipeline.searches.saved import Search, read_searches, searches_file
from pipeline.settings import Settings
from pipeline.storage.home import Home
from pipeline.storage.warehouse import open_readonly
from scrapers.source import Catalogue
from tests.exports.small import NIGHT, internship, small_warehouse, sound
from tests.receivers import mails

__all__ = ["mails"]

SECRET = "2mJ6-bT0vQ8rXk4e"
FRENCH = Search.model_validate({"name": "France", "filters": {"countries": ["France"]}})


def saving(home: Home, text: str) -> Home:
    searches_file(home).parent.mkdir(parents=True, exist_ok=True)
    searches_file(home).write_text(text, encoding="utf-8")
    return home


def rows() -> dict[str, list[dict[str, Any]]]:
    """Three openings in France, one of them closing, one in Germany; the first is of three nights ago."""
    old = NIGHT - timedelta(days=3)
    made = sound(
        internship(0, countries=["FR"], first_seen=old, deadline=NIGHT + timedelta(days=CLOSING_DAYS)),
        internship(1, countries=["FR"], title="Stage <b>&"),
        internship(2, countries=["FR", "DE"], first_seen=old),
        internship(3, countries=["DE"], nationality_rule="only", nationalities=["DE"]),
    )
    made["changes"] += [
        {"night": NIGHT, "internship_id": "i2", "change": "changed", "field": name, "old": "1", "new": "2"}
        for name in ("pay_min", "title", "age_min")
    ]
    return made


def body_of(mail: Any, kind: str) -> str:
    return str(mail.get_body((kind,)).get_content()).replace("\r\n", "\n")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with a built night that is not published yet."""
    home = Home(tmp_path_factory.mktemp("searches"))
    small_warehouse(home.state(NIGHT), rows())
    home.raw(NIGHT).mkdir(parents=True)
    return home


def test_what_is_wrong_in_the_file_is_named_and_the_rest_holds(tmp_path: Path) -> None:
    home = saving(
        Home(tmp_path),
        f"""
- {{name: Good, filters: {{countries: Norway, fields: [Law], pay_status: [paid, not_stated]}}, to: [a@example.org]}}
- {{name: No such country, filters: {{countries: [Atlantis]}}}}
- {{name: Misspelt, filters: {{countrys: [FR]}}}}
- {{name: Open, profile: {{passports: [IN]}}}}
- {{name: Closed, secret: {SECRET}, profile: {{passports: [IN]}}}}
- {{name: Lost, filters: {{}}, to: [nobody]}}
- {{name: Same!, filters: {{}}}}
- {{name: same, filters: {{}}}}
- just text
""",
    )
    saved = read_searches(home)
    assert [search.file_name for search in saved.searches] == [SECRET, "good"]
    good = saved.searches[1].filters
    assert good is not None
    assert (good.countries, good.fields_) == (["NO"], ["042"])
    messages = [problem.partition("searches.yaml")[2] for problem in saved.problems]
    assert [problem.partition(": ")[0] for problem in messages] == [
        ", search 'No such country'", ", search 'Misspelt'", ", search 'Open'", ", search 'Lost'", ", search 9", "",
    ]  # fmt: skip
    assert "unknown country 'Atlantis'" in messages[0]
    assert "unknown key; the keys are countries, fields," in messages[1]
    assert "needs a secret" in messages[2]
    assert "same.atom" in messages[5]
    assert read_searches(saving(home, "name: x: y")).problems
    assert read_searches(saving(home, "name: x")).problems


def test_each_internship_is_told_once_over_twelve_nights(tmp_path: Path) -> None:
    nights = [NIGHT + timedelta(days=day) for day in range(12)]
    made = sound(
        *(
            internship(number, countries=["FR"], first_seen=night, deadline=night + timedelta(days=20))
            for number, night in enumerate(nights)
        )
    )
    made["changes"] += [
        {"night": night, "internship_id": "i0", "change": "changed", "field": field, "old": "1", "new": "2"}
        for night, field in ((nights[3], "age_min"), (nights[4], "title"))
    ]
    with open_readonly(small_warehouse(tmp_path / "w.duckdb", made, nights[-1])) as con:
        news = [read_news(con, FRENCH, night - timedelta(days=1), night) for night in nights]
        pause = read_news(con, FRENCH, nights[2], nights[5])
        late = read_news(con, FRENCH, nights[0] + timedelta(days=12), nights[0] + timedelta(days=14))
    assert [[one.internship_id for one in each.new] for each in news] == [[f"i{number}"] for number in range(12)]
    assert [(at, one.internship_id, one.detail) for at, each in enumerate(news) for one in each.changed] == [
        (4, "i0", "title")
    ]
    assert [one.internship_id for one in pause.new] == ["i3", "i4", "i5"], (
        "nights that were missed are told of together"
    )
    assert [one.internship_id for one in late.closing] == ["i0", "i1"]


def test_the_files_of_a_search_are_published_and_those_with_a_secret_are_in_no_list(home: Home) -> None:
    saving(
        home,
        f"""
- {{name: France, filters: {{countries: [FR]}}}}
- {{name: For Ana, secret: {SECRET}, profile: {{passports: [IN]}}}}
""",
    )
    publish_night(home, Catalogue([]), NIGHT)
    latest = home.exports / "latest"
    feeds = {name: feedparser.parse((latest / "searches" / f"{name}.atom").read_bytes()) for name in ("france", SECRET)}
    assert [entry.title for entry in feeds["france"].entries] == ["Stage <b>&", "Title 0", "Title 2"]
    assert len(feeds[SECRET].entries) == 3, "one of the four is for Germans only"
    calendar = icalendar.Calendar.from_ical((latest / "searches" / "france.ics").read_bytes())
    assert [str(event["UID"]) for event in calendar.walk("VEVENT")] == ["i0@international-internships"]
    lists = (latest / "datapackage.json").read_text() + (latest / "dashboard" / "contents.json").read_text()
    assert "searches/france.atom" in lists
    assert SECRET not in lists
    assert "Ana" not in lists


def test_a_night_that_is_run_again_replaces_the_files_of_a_secret(home: Home) -> None:
    for other in (SECRET, SECRET[::-1]):
        saving(home, f"- {{name: For Ana, secret: {other}, profile: {{passports: [IN]}}}}")
        publish_night(home, Catalogue([]), NIGHT)
        found = {path.name for path in (home.exports / "latest" / "searches").iterdir()}
        assert found == {f"{other}.atom", f"{other}.ics"}


def test_a_receiver_gets_one_mail_a_night_in_text_and_html(home: Home, mails: tuple[int, list[str]]) -> None:
    port, given = mails
    settings = Settings.from_environment({"INTERNSHIPS_SMTP": f"smtp://127.0.0.1:{port}"})
    saving(
        home,
        """
- {name: France, filters: {countries: [FR]}, to: [a@example.org, b@example.org]}
- {name: Germany, filters: {countries: [DE]}, to: [a@example.org]}
- {name: Nothing, filters: {countries: [JP]}, to: [c@example.org]}
""",
    )
    publish_night(home, Catalogue([]), NIGHT)
    assert send_news(home, settings) == []
    assert send_news(home, settings) == [], "the same night again"
    sent = {
        mail["To"]: mail for mail in (email.message_from_string(text, policy=email.policy.default) for text in given)
    }
    assert len(given) == 2
    assert sent.keys() == {"a@example.org", "b@example.org"}, "who has no news gets no mail"
    mail = sent["a@example.org"]
    assert mail["Subject"] == "internships: 2 new, 1 changed, 1 closing soon, 2026-03-14"
    text, html = (body_of(mail, kind) for kind in ("plain", "html"))
    headings = [text.index(part) for part in ("France\n======", "New", "Changed", "Closing soon", "Germany\n=")]
    assert headings == sorted(headings)
    assert "- Title 2 (Acme; France, Germany; changed: pay min, title)\n" in text
    assert "Stage &lt;b&gt;&amp;</a>" in html
    assert '<a href="https://example.org/1">' in html
    assert "Germany" not in body_of(sent["b@example.org"], "plain").partition("- ")[0]


def test_who_could_not_be_reached_is_told_the_next_time(home: Home, mails: tuple[int, list[str]]) -> None:
    port, given = mails
    saving(home, "- {name: Try again, filters: {countries: [FR]}, to: [d@example.org, 'discord+http://127.0.0.1:1/s']}")
    (failure,) = send_news(home, Settings.from_environment({"INTERNSHIPS_SMTP": f"smtp://127.0.0.1:{port}"}))
    assert failure.startswith("receiver 2 of 2 was not told of Try again: ")
    assert len(json.loads((home.root / "searches.json").read_bytes())) == len(given) == 1


def test_a_damaged_record_of_who_was_told_stops_no_night_and_tells_nobody(
    home: Home, mails: tuple[int, list[str]]
) -> None:
    port, given = mails
    saving(home, "- {name: Damaged record, filters: {countries: [FR]}, to: [d@example.org]}")
    (home.root / "searches.json").write_text('{"torn', encoding="utf-8")
    (failure,) = send_news(home, Settings.from_environment({"INTERNSHIPS_SMTP": f"smtp://127.0.0.1:{port}"}))
    assert "searches.json is damaged" in failure and "remove it" in failure
    assert given == []
    (home.root / "searches.json").unlink()


def test_a_long_list_is_cut_and_counted(home: Home) -> None:
    with open_readonly(home.state(NIGHT)) as con:
        news = read_news(con, FRENCH, NIGHT - timedelta(days=1), NIGHT)
    message = compose([news._replace(new=list(news.new) * 30)], NIGHT)
    assert "and 5 more" in message.text
    assert "and 5 more" in str(message.html)
