"""`internships sources record`: a live look becomes a recorded pair."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from pipeline.catalogue.record import record
from scrapers.pairs import PairError
from scrapers.source import read_catalogue
from tests.catalogue.made import DAY, Server, live_entries, write_catalogue
from tests.conftest import REPOSITORY


@pytest.fixture(scope="module")
def recorded(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder tests/sources with two recorded pairs in it."""
    folder = tmp_path_factory.mktemp("recorded")
    catalogue = write_catalogue(folder, live_entries(server))
    out = folder / "tests" / "sources"
    out.mkdir(parents=True)
    sources = read_catalogue(catalogue).by_id
    for name in ("cards", "workday.t.s"):
        record(sources[name], catalogue, DAY, out, allow_loopback=True)
    with pytest.raises(PairError, match="exists; remove it first"):
        record(sources["cards"], catalogue, DAY, out, allow_loopback=True)
    with pytest.raises(PairError, match="no page"):
        record(sources["cards"], catalogue, DAY, folder / "other")
    return out


def test_a_recorded_pair_passes_the_test_of_pairs_as_it_is(recorded: Path) -> None:
    tests = recorded.parent / "scrapers"
    tests.mkdir()
    for name in ("conftest.py", "test_pairs.py"):
        shutil.copy(REPOSITORY / "tests" / "scrapers" / name, tests)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", tests, "-p", "no:cacheprovider", tests],
        cwd=tests, env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_a_recorded_pair_holds_every_page_posted_ones_and_redirects_too(recorded: Path, server: Server) -> None:
    cards = yaml.safe_load((recorded / "html_list" / "cards" / "source.yaml").read_text(encoding="utf-8"))
    pages = {url.removeprefix(server.address): answer for url, answer in cards["pages"].items()}
    assert set(pages) == {"/list", "/moved", "/page-2", "/d/1", "/d/2", "/d/3"}
    assert (pages["/moved"]["status"], pages["/moved"]["location"]) == (302, "/page-2")
    assert pages["/d/2"]["status"] == 404
    assert (cards["outcome"], cards["seen"]) == ("ok", 3)
    board = yaml.safe_load((recorded / "workday" / "t_s" / "source.yaml").read_text(encoding="utf-8"))
    posted = board["pages"][f"{server.address}/wday/cxs/t/s/jobs"]
    assert [json.loads(answer["posted"])["offset"] for answer in posted] == [0, 20]
    rows = (recorded / "workday" / "t_s" / "expected.ndjson").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 21
    assert (board["seen"], board["declared_total"]) == (21, 21)


def test_a_recorded_pair_holds_no_mailbox_or_telephone_of_a_person(recorded: Path) -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in recorded.rglob("*") if path.is_file()}
    pair_text = "\n".join(texts.values())
    assert "internships@example.org" in pair_text and "[e-mail]" in pair_text
    assert not [word for word in ("jane.doe", "john.smith", "1234567") if word in pair_text]
