"""`internships doctor` says what is set up, what is missing, and what to do."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.nightly.doctor import Level, examine
from pipeline.settings import Settings
from pipeline.shipped import shipped
from pipeline.storage.home import Home
from tests.exports.small import small_warehouse

SAMPLE = shipped("data", "sample", "sources")


def findings(home: Path, **environment: str) -> dict[str, tuple[Level, str]]:
    return {
        each.subject: (each.level, each.text)
        for each in examine(Home(home), Settings.from_environment(environment), environment)
    }


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> socket.socket:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket, "create_connection", refused)


def test_a_bare_machine_is_told_what_to_set(tmp_path: Path) -> None:
    found = findings(tmp_path / "home")
    assert found["home"][0] == Level.OK and "the first run makes it" in found["home"][1]
    assert found["catalogue"][0] == Level.OK
    for subject, hint in {
        "contact": "INTERNSHIPS_CONTACT", "alerts": "INTERNSHIPS_WEBHOOK",
        "keys": "ADZUNA_APP_KEY", "network": "not reachable", "night": "internships run",
    }.items():  # fmt: skip
        level, text = found[subject]
        assert level == Level.WARN and hint in text, subject
    assert found["daemon"] == (Level.OK, f"internships daemon keeps Dagster's run history in {tmp_path}/home/dagster")
    assert not (tmp_path / "home").exists(), "it reads only"


def test_a_newest_night_that_is_old_says_how_old_and_where_to_look(tmp_path: Path) -> None:
    night = datetime.now(tz=UTC).date() - timedelta(days=10)
    small_warehouse(Home(tmp_path).state(night), {})
    level, text = findings(tmp_path, INTERNSHIPS_CATALOGUE=str(SAMPLE))["night"]
    assert level == Level.WARN
    assert text.startswith(f"the newest is {night}, 10 days ago; see that the daemon or cron runs")


def test_a_search_that_is_wrong_and_a_webhook_that_is_none_are_named(tmp_path: Path) -> None:
    (tmp_path / "decisions").mkdir()
    (tmp_path / "decisions" / "searches.yaml").write_text("- {name: France, filters: {country: FR}}", encoding="utf-8")
    settings = {"INTERNSHIPS_CATALOGUE": str(SAMPLE), "INTERNSHIPS_WEBHOOK": "matrix+https://example.org/secret"}
    found = findings(tmp_path, **settings)
    assert found["searches"][0] == found["alerts"][0] == Level.WARN
    assert "search 'France': filters.country: unknown key" in found["searches"][1]
    assert "secret" not in found["alerts"][1]


def test_what_is_set_is_well(tmp_path: Path) -> None:
    found = findings(
        tmp_path,
        INTERNSHIPS_CONTACT="me@example.org",
        INTERNSHIPS_MAIL="me@example.org",
        DAGSTER_HOME=str(tmp_path),
        INTERNSHIPS_CATALOGUE=str(SAMPLE),
    )
    assert {
        found[subject][0] for subject in ("home", "catalogue", "contact", "schedule", "daemon", "alerts", "keys")
    } == {"ok"}
    assert found["contact"][1] == "me@example.org"
    assert findings(tmp_path, INTERNSHIPS_CONTACT="me", INTERNSHIPS_CATALOGUE=str(SAMPLE))["contact"][0] == Level.WARN


def test_what_stops_a_night_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = findings(tmp_path / "file" / "home", INTERNSHIPS_CATALOGUE=str(tmp_path / "nowhere"))
    assert found["home"][0] == found["catalogue"][0] == Level.ERROR
    words = ["doctor", "--home", str(tmp_path / "file" / "home")]
    done = CliRunner().invoke(main, words, env={"INTERNSHIPS_CATALOGUE": str(SAMPLE)})
    assert done.exit_code == 1
    assert "error  home" in done.output


@pytest.mark.parametrize("name", ["INTERNSHIPS_MAX_PAGES", "INTERNSHIPS_MAX_MEGABYTES", "INTERNSHIPS_MAX_MINUTES"])
def test_a_budget_that_would_stop_the_night_is_an_error_now(name: str, tmp_path: Path) -> None:
    found = findings(tmp_path, **{name: "20k", "INTERNSHIPS_CATALOGUE": str(SAMPLE)})
    assert found["budget"] == (Level.ERROR, f"{name} is '20k': write a whole number above 0")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INTERNSHIPS_SMTP", "mail.example.org:25"),
        ("INTERNSHIPS_SMTP", "smtp://me:pass/word@mail.example.org"),
        ("INTERNSHIPS_MAIL", "nobody"),
        ("INTERNSHIPS_WEBHOOK", "hooks.example.org/secret"),
    ],
)
def test_a_receiver_that_cannot_be_reached_is_told_by_the_name_of_its_setting(
    name: str, value: str, tmp_path: Path
) -> None:
    level, text = findings(tmp_path, **{name: value, "INTERNSHIPS_CATALOGUE": str(SAMPLE)})["alerts"]
    assert level == Level.WARN and text.startswith(name)
    assert "pass" not in text and "secret" not in text


def test_a_misspelled_setting_is_named_with_the_one_that_was_meant(tmp_path: Path) -> None:
    settings = {"INTERNSHIPS_WEBOOK": "https://example.org", "INTERNSHIPS_CATALOGUE": str(SAMPLE), "HOME": "/root"}
    level, text = findings(tmp_path, **settings)["setting"]
    assert (level, text) == (
        Level.WARN,
        "INTERNSHIPS_WEBOOK is set and is no setting; did you mean INTERNSHIPS_WEBHOOK?",
    )
