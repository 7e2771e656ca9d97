"""A person is told once of what cannot wait, by every way that is set."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.reports import alerts
from pipeline.settings import Settings
from pipeline.storage.home import Home
from tests.exports.small import NIGHT, run, small_warehouse, source
from tests.receivers import hook, mails

__all__ = ["hook", "mails"]

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
HOME = Path("/srv/home")


def a_home(folder: Path, outcomes: dict[str, str], published: datetime = NOW) -> Home:
    """A home whose newest night was published then, with a source of this outcome in each of two channels."""
    home = Home(folder / "home")
    rows = {
        "sources": [source(name, channel=name.split("-")[0]) for name in outcomes],
        "source_runs": [
            run(name, NIGHT, outcome.partition(",")[0], complete=outcome in ("ok", "empty, and says so"))
            for name, outcome in outcomes.items()
        ],
    }
    home.warehouse.unlink(missing_ok=True)
    small_warehouse(home.warehouse, rows)
    os.utime(home.warehouse, (published.timestamp(),) * 2)
    return home


WELL = {"embassy-a": "ok", "embassy-b": "error", "platform-a": "unchanged", "agency-a": "not_due",
        "network-a": "empty, and says so", "nonprofit-a": "error", "nonprofit-b": "partial"}  # fmt: skip
DARK = {"embassy-a": "blocked", "embassy-b": "error", "platform-a": "ok", "agency-a": "not_due"}


def test_a_channel_is_dark_when_nothing_could_be_read_of_any_source_that_was_asked(tmp_path: Path) -> None:
    assert alerts.problems(a_home(tmp_path, WELL), NOW) == {}
    assert alerts.problems(a_home(tmp_path, DARK), NOW) == {
        "dark:embassy": "channel embassy is dark: all 2 sources asked on night 2026-03-14 failed (blocked, error)"
    }


def test_no_night_for_36_hours_is_a_problem_and_no_night_ever_is_none(tmp_path: Path) -> None:
    assert alerts.problems(Home(tmp_path), NOW) == {}
    assert alerts.problems(a_home(tmp_path, WELL, NOW - timedelta(hours=36)), NOW) == {}
    found = alerts.problems(a_home(tmp_path, WELL, NOW - timedelta(hours=37)), NOW)
    assert found == {"silence": "no night was published for 37 hours; the newest is 2026-03-14"}


def test_a_problem_is_told_once_and_again_when_it_comes_back(tmp_path: Path, hook: list[str]) -> None:
    dark = "channel embassy is dark: all 2 sources asked on night 2026-03-14 failed (blocked, error)"
    assert alerts.send_new(a_home(tmp_path, DARK), NOW) == [dark]
    assert alerts.send_new(a_home(tmp_path, DARK), NOW) == []
    assert alerts.send_new(a_home(tmp_path, WELL), NOW) == []
    assert alerts.send_new(a_home(tmp_path, DARK), NOW) == [dark]
    assert hook == [f"internships on {socket.gethostname()}, {tmp_path / 'home'}: {dark}"] * 2


@pytest.mark.parametrize("damaged", ["", "{", "5", "[[1]]"])
def test_a_damaged_record_is_made_anew_and_what_stands_is_told_again(
    tmp_path: Path, hook: list[str], damaged: str
) -> None:
    home = a_home(tmp_path, DARK)
    (home.root / "alerts.json").write_text(damaged, encoding="utf-8")
    assert len(alerts.send_new(home, NOW)) == len(hook) == 1
    assert alerts.send_new(home, NOW) == []


def test_what_could_not_be_sent_is_told_the_next_time(
    tmp_path: Path, hook: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = os.environ["INTERNSHIPS_WEBHOOK"]
    monkeypatch.setenv("INTERNSHIPS_WEBHOOK", "http://127.0.0.1:1/secret")
    with pytest.raises(alerts.AlertError) as caught:
        alerts.send_new(a_home(tmp_path, DARK), NOW)
    assert "secret" not in str(caught.value)
    monkeypatch.setenv("INTERNSHIPS_WEBHOOK", address)
    assert len(alerts.send_new(a_home(tmp_path, DARK), NOW)) == len(hook) == 1


def test_one_way_that_fails_does_not_stop_the_other(hook: list[str], mails: tuple[int, list[str]]) -> None:
    port, given = mails
    settings = {
        "INTERNSHIPS_WEBHOOK": os.environ["INTERNSHIPS_WEBHOOK"],
        "INTERNSHIPS_MAIL": "a@example.org, b@example.org",
        "INTERNSHIPS_SMTP": f"smtp://127.0.0.1:{port}",
    }
    with pytest.raises(alerts.AlertError, match="INTERNSHIPS_WEBHOOK: HTTPError"):
        alerts.send("night 2026-03-14 failed: refuse\nmore", HOME, Settings.from_environment(settings))
    (mail,) = given
    assert f"Subject: internships on {socket.gethostname()}: night 2026-03-14 failed: refuse\r\n" in mail
    assert "To: a@example.org, b@example.org\r\n" in mail
    assert mail.endswith(f"{HOME}: night 2026-03-14 failed: refuse\r\nmore\r\n")
    wrong = settings | {"INTERNSHIPS_WEBHOOK": "", "INTERNSHIPS_SMTP": "https://example.org"}
    with pytest.raises(alerts.AlertError, match="INTERNSHIPS_SMTP is not"):
        alerts.send("words", HOME, Settings.from_environment(wrong))


def test_the_command_for_cron_prints_what_is_new_and_nothing_else(tmp_path: Path, hook: list[str]) -> None:
    home = a_home(tmp_path, DARK, datetime.now(tz=UTC))
    words = ["status", "--alert", "--home", str(home.root)]
    first, second = (CliRunner().invoke(main, words, catch_exceptions=False) for _ in range(2))
    assert first.output.startswith("channel embassy is dark")
    assert second.output == ""
    assert len(hook) == 1
    wrong = CliRunner().invoke(main, [*words[:-1], str(tmp_path / "elsewhere")])
    assert (wrong.exit_code, wrong.output) == (2, f"internships: no home at {tmp_path / 'elsewhere'}\n")


def test_nobody_is_told_where_nobody_is_named() -> None:
    alerts.send("words", HOME, Settings.from_environment({}))
    assert not alerts.receivers(Settings.from_environment({}))
