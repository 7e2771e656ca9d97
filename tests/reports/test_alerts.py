"""A person is told once of what cannot wait, by every way that is set."""

from __future__ import annotations

import json
import os
import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.reports import alerts
from pipeline.settings import Settings
from pipeline.storage.home import Home
from tests.exports.small import NIGHT, run, small_warehouse, source

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What a webhook on loopback was told; an answer of 500 where the words hold "refuse"."""
    received: list[str] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            words = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"]
            received.append(words)
            self.send_response(500 if "refuse" in words else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("INTERNSHIPS_WEBHOOK", f"http://127.0.0.1:{server.server_port}/secret")
        monkeypatch.delenv("INTERNSHIPS_MAIL", raising=False)
        yield received
        server.shutdown()


@pytest.fixture
def mails() -> Iterator[tuple[int, list[str]]]:
    """Port of a mail server on loopback, and what it was given."""
    given: list[str] = []

    class Server(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline():
                verb = line[:4].upper()
                if verb == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    lines = list(iter(self.rfile.readline, b".\r\n"))
                    given.append(b"".join(lines).decode())
                self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 fine\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], given
        server.shutdown()


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
        "network-a": "empty, and says so"}  # fmt: skip
DARK = {"embassy-a": "blocked", "embassy-b": "error", "platform-a": "ok", "agency-a": "not_due"}


def test_a_channel_is_dark_when_every_source_that_was_asked_is_ill(tmp_path: Path) -> None:
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
    assert hook == [f"internships: {dark}"] * 2


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
        alerts.send("night 2026-03-14 failed: refuse\nmore", Settings.from_environment(settings))
    (mail,) = given
    assert "Subject: internships: night 2026-03-14 failed: refuse\r\n" in mail
    assert "To: a@example.org, b@example.org\r\n" in mail
    assert mail.endswith("\r\nnight 2026-03-14 failed: refuse\r\nmore\r\n")
    wrong = settings | {"INTERNSHIPS_WEBHOOK": "", "INTERNSHIPS_SMTP": "https://example.org"}
    with pytest.raises(alerts.AlertError, match="INTERNSHIPS_SMTP is not"):
        alerts.send("words", Settings.from_environment(wrong))


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
    alerts.send("words", Settings.from_environment({}))
    assert not alerts.is_configured(Settings.from_environment({}))
