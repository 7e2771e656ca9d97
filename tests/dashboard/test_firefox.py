"""The page in Firefox, driven by its own protocol, Marionette: what one looks for, opens and stars is there in two directions."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FIREFOX = ("firefox-esr", "firefox")
START_SECONDS = 60
PREFERENCES = {
    "marionette.port": 0,  # any free one, written to the profile
    "intl.accept_languages": "en",
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.update.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
}


class Marionette:
    """A session of Firefox: each message is its length, a colon, and [0, id, command, parameters] as JSON."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=START_SECONDS)
        self._file = self._socket.makefile("rb")
        self._number = 0
        self._receive()  # it greets
        self.ask("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {}}})

    def ask(self, command: str, parameters: dict[str, Any]) -> Any:
        self._number += 1
        text = json.dumps([0, self._number, command, parameters]).encode()
        self._socket.sendall(b"%d:%s" % (len(text), text))
        _, _, error, result = self._receive()
        assert error is None, error
        return result

    def _receive(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            read = self._file.read(1)
            assert read, "Firefox went away"
            length += read
        return json.loads(self._file.read(int(length[:-1])))

    def open(self, address: str) -> None:
        self.ask("WebDriver:Navigate", {"url": address})
        self.wait("return 'usable' in document.documentElement.dataset")

    def run(self, script: str) -> Any:
        return self.ask("WebDriver:ExecuteScript", {"script": script, "args": []})["value"]

    def wait(self, script: str) -> None:
        ends = time.monotonic() + START_SECONDS
        while not self.run(script):
            assert time.monotonic() < ends, script
            time.sleep(0.1)

    def close(self) -> None:
        self.ask("Marionette:Quit", {"flags": ["eForceQuit"]})
        self._file.close()
        self._socket.close()


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marionette]:
    found = next(filter(None, map(shutil.which, FIREFOX)), None)
    if not found:
        pytest.skip("no Firefox here; Debian has it: apt-get install firefox-esr")
    profile: Path = tmp_path_factory.mktemp("firefox")
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
    (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
    with subprocess.Popen(
        [found, "--headless", "--marionette", "--no-remote", "--profile", str(profile)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            marionette = Marionette(_port(profile / "MarionetteActivePort", process))
            yield marionette
            marionette.close()
        finally:
            if process.poll() is None:
                process.terminate()


def _port(written: Path, process: subprocess.Popen[bytes]) -> int:
    ends = time.monotonic() + START_SECONDS
    while not (written.is_file() and written.read_text().strip()):
        if process.poll() is not None or time.monotonic() > ends:
            pytest.skip("Firefox does not start here")
        time.sleep(0.1)
    return int(written.read_text())


TITLES = "return [...document.querySelectorAll('.card h2')].map((title) => title.innerText)"


def test_a_search_finds_one_that_is_opened_starred_and_kept(firefox: Marionette, site: str) -> None:
    firefox.open(f"{site}?lang=en#q=cafe")
    firefox.wait("return document.querySelectorAll('.card').length === 1")
    assert firefox.run(TITLES) == ["Café assistant"]
    firefox.run("document.querySelector('[data-mark=star]').click()")
    firefox.run("document.querySelector('.card h2 a').click()")
    firefox.wait("return document.querySelector('.internship h1')?.innerText === 'Café assistant'")
    assert firefox.run("return document.activeElement.tagName") == "H1"
    assert "apply by 17 March" in firefox.run("return document.querySelector('.facts q').innerText")
    firefox.open(f"{site}?lang=en#mine=starred")
    firefox.wait("return document.querySelectorAll('.card').length === 1")


def test_a_profile_ranks_and_every_view_speaks_arabic_from_right_to_left(firefox: Marionette, site: str) -> None:
    firefox.open(f"{site}?lang=ar#")
    assert firefox.run("return document.documentElement.dir") == "rtl"
    firefox.run(
        "const from = document.querySelector('#citizenship'); from.value = 'IN'; from.dispatchEvent(new Event('change'))"
    )
    firefox.wait("return document.querySelectorAll('.judged').length > 0")
    for view in ("list", "charts", "sources", "files"):
        firefox.run(f"document.querySelector('#views a[data-view={view}]').click()")
        firefox.wait(f"return document.querySelector('#views a[data-view={view}]').ariaCurrent === 'page'")
        firefox.wait("return document.querySelector('main h1') !== null")
        assert firefox.run("return document.documentElement.scrollWidth <= innerWidth"), view
