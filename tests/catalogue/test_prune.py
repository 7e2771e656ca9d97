"""`internships sources prune`: what the nights dropped, as a change to review."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

from pipeline.catalogue.prune import describe, prune
from pipeline.nightly.due import DEAD_ANSWERS, History
from scrapers.source import read_catalogue

FILE = """
defaults:
  id: board.{token}
  spider: rss
  url: https://{token}.example/feed
  tier: unproven
boards: boards.csv
sources:
  - {token: listed, name: Listed}
"""
TABLE = "token,name\nalive,Alive\ngone,Gone & Co\nlast,Last\nproven,Proven\n"


def folder_of(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    (folder / "platform").mkdir(parents=True)
    (folder / "platform" / "boards.yaml").write_text(FILE, encoding="utf-8")
    (folder / "platform" / "boards.csv").write_text(TABLE, encoding="utf-8")
    return folder


def history(dead: int, *, internship: bool = False) -> History:
    return History(date(2026, 3, 1), dead, "gone", 1, 100, internship)


def test_the_lines_of_dead_boards_are_taken_out_and_the_change_applies(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    known = {
        "board.gone": history(DEAD_ANSWERS),
        "board.last": history(DEAD_ANSWERS + 1),
        "board.alive": history(DEAD_ANSWERS - 1),
        "board.proven": history(DEAD_ANSWERS, internship=True),
        "board.listed": history(DEAD_ANSWERS),
    }
    pruning = prune(read_catalogue(folder), folder, known)
    assert set(pruning.dead) == {"board.gone", "board.last", "board.listed"}
    assert pruning.by_hand == ["board.listed"], "it stands in no table"
    assert "board.gone: gone" in describe(pruning) and "by hand: board.listed" in describe(pruning)
    subprocess.run(["git", "apply", "-"], cwd=folder, input=pruning.change, text=True, check=True)
    assert (folder / "platform" / "boards.csv").read_text() == "token,name\nalive,Alive\nproven,Proven\n"
    assert {source.id for source in read_catalogue(folder).sources} == {"board.alive", "board.proven", "board.listed"}


def test_where_nothing_died_there_is_no_change(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    assert prune(read_catalogue(folder), folder, {}) == ({}, "", [])
