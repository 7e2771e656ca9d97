"""What `internships serve` answers, and what it does not."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pipeline.dashboard.serve import make_server
from pipeline.storage.home import HomeError


def ask(site: str, target: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=10)
    connection.request(method, target, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def test_every_answer_forbids_what_the_page_does_not_need(site: str) -> None:
    for target in ("/", "/internships.csv", "/nothing"):
        _, headers, _ = ask(site, target)
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"


def test_the_page_itself_carries_the_policy_of_the_server(latest: Path) -> None:
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in (latest / "index.html").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize(
    "target",
    ["/../secret", "/%2e%2e/secret", "/..%2fsecret", "/dashboard/../../secret", "/link", "/.hidden", "/%00", "/%ff", "/dashboard",
     "/" + "a" * 300, "//secret", "/..\\secret"],
)  # fmt: skip
def test_nothing_beside_the_night_is_given_out(tmp_path: Path, target: str) -> None:
    night = tmp_path / "night"
    (night / "dashboard").mkdir(parents=True)
    (night / "index.html").write_text("page")
    (tmp_path / "secret").write_text("secret")
    (night / ".hidden").write_text("secret")
    (night / "link").symlink_to(tmp_path / "secret")
    with make_server(night, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        status, _, body = ask(f"http://127.0.0.1:{server.server_port}/", target)
        server.shutdown()
    assert status == 404
    assert b"secret" not in body


def test_another_host_whose_name_leads_here_is_refused(site: str) -> None:
    assert ask(site, "/", Host="elsewhere.example")[0] == 421
    assert ask(site, "/", Host="localhost:1")[0] == 200


def test_only_reading_is_possible(site: str) -> None:
    assert ask(site, "/", "POST")[0] == 501
    status, headers, body = ask(site, "/internships.csv", "HEAD")
    assert (status, body) == (200, b"") and int(headers["content-length"]) > 0


def test_a_range_is_that_part_of_the_file(site: str, latest: Path) -> None:
    whole = (latest / "internships.parquet").read_bytes()
    for asked, part in {"bytes=0-3": whole[:4], "bytes=-4": whole[-4:], "bytes=10-": whole[10:]}.items():
        status, headers, body = ask(site, "/internships.parquet", Range=asked)
        assert (status, body) == (206, part)
        assert headers["content-range"].endswith(f"/{len(whole)}")
    assert ask(site, "/internships.parquet", Range=f"bytes={len(whole)}-")[0] == 416
    assert ask(site, "/internships.parquet", Range="lines=1-2")[2] == whole


def test_what_did_not_change_is_not_sent_again(site: str) -> None:
    _, headers, _ = ask(site, "/dashboard/app.js")
    assert ask(site, "/dashboard/app.js", If_Modified_Since=headers["last-modified"])[::2] == (304, b"")


def test_a_port_that_is_taken_and_a_home_without_a_night_are_said_in_one_line(
    site: str, latest: Path, tmp_path: Path
) -> None:
    with pytest.raises(HomeError, match="--port"):
        make_server(latest, urlsplit(site).port or 0)
    with pytest.raises(HomeError, match="internships run"):
        make_server(tmp_path, 0)


def test_the_command_says_where_and_stops_on_an_interrupt(latest: Path) -> None:
    words = [sys.executable, "-m", "pipeline.cli", "serve", "--home", str(latest.parent.parent), "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as running:
        assert running.stdout and running.stderr
        line = running.stdout.readline()
        assert line.startswith("dashboard at http://127.0.0.1:")
        assert ask(line.split()[2], "/")[0] == 200
        time.sleep(0.1)
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=10) == 0
        assert running.stderr.read() == ""
