"""What is the same in every process is kept for the next process, which meets nothing that it would not make itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.clean.language_tools.phrases import Phrases, Sentence
from pipeline.compiled import kept as kept_for

MADE = [("a", 1, [("é", True)]), {"b": [2.5, None]}]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home" / "compiled"
    folder.parent.mkdir()
    monkeypatch.setenv("INTERNSHIPS_COMPILED", str(folder))
    return folder


def kept(name: str, content: bytes, make: Callable[[], object]) -> object:
    return kept_for(name, content, __file__, make)


def make_nothing() -> object:
    raise AssertionError("it is kept")


def test_what_was_made_is_not_made_again() -> None:
    assert kept("words", b"1", lambda: MADE) == MADE
    assert kept("words", b"1", make_nothing) == MADE


def test_of_other_content_it_is_made_anew(folder: Path) -> None:
    kept("words", b"1", lambda: MADE)
    assert kept("words", b"2", lambda: [2]) == [2]
    assert kept("words", b"2", make_nothing) == [2]
    assert [path.name for path in folder.iterdir()] == ["words"]


@pytest.mark.parametrize("at", [0, 31, 32, 63, 64, 90, -1])
def test_a_damaged_file_is_made_anew(folder: Path, at: int) -> None:
    kept("words", b"1", lambda: MADE)
    whole = bytearray((folder / "words").read_bytes())
    whole[at] ^= 1
    (folder / "words").write_bytes(whole)
    assert kept("words", b"1", lambda: [3]) == [3]
    (folder / "words").write_bytes(whole[: at % len(whole)])
    assert kept("words", b"1", lambda: [4]) == [4]
    assert kept("words", b"1", make_nothing) == [4]


def test_what_cannot_be_kept_is_made_each_time(folder: Path) -> None:
    assert kept("odd", b"1", lambda: [folder]) == [folder]
    folder.write_text("a file where the folder should be")
    assert kept("words", b"1", lambda: MADE) == MADE
    assert kept("words", b"1", lambda: [5]) == [5]


def test_without_a_home_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERNSHIPS_COMPILED", str(tmp_path / "none" / "compiled"))
    assert kept("words", b"1", lambda: MADE) == MADE
    assert not (tmp_path / "none").exists()


def test_kept_phrases_find_what_phrases_find() -> None:
    cues = {
        "pay.unpaid": ["(no|without) pay", "unbezahl*", "無給"],
        "many": [f"({'|'.join('abcdefghi')}) ({'|'.join('stuvw')}) pay"],
    }
    text = "unbezahltes praktikum without pay, 無給, b t pay"
    found = []
    for _ in range(2):
        phrases = Phrases(cues)
        hits = phrases.hits(text, phrases.find(" unbezahltes praktikum without pay  無給  b t pay "))
        found.append(Sentence(text, text, None, hits, is_title=False).hits)
    assert found[0] == found[1]
    assert {text[hit.start : hit.end] for hit in found[0]} == {"unbezahl", "without pay", "無給", "b t pay"}
