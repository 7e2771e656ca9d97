"""A night is published in steps that no reader sees, wherever a kill strikes."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.exports import (
    ExportError,
    clean_leftovers,
    point_latest,
    prune_exports,
    publish,
    publish_night,
)

FIRST, SECOND = date(2026, 3, 13), date(2026, 3, 14)


class KilledError(BaseException):
    """Stands for SIGKILL: nothing in the code catches it."""


def build(exports: Path, night: date, content: str) -> Path:
    """A finished folder of a night, as a run makes it."""
    clean_leftovers(exports)
    building = exports / f".building-{night}"
    building.mkdir(parents=True)
    data = content.encode()
    (building / "a.csv").write_bytes(data)
    (building / "b.csv").write_bytes(data * 2)
    resources = [
        {"path": name, "bytes": len(body), "hash": f"sha256:{hashlib.sha256(body).hexdigest()}"}
        for name, body in (("a.csv", data), ("b.csv", data * 2))
    ]
    (building / "datapackage.json").write_text(json.dumps({"resources": resources}))
    return building


def read(folder: Path) -> str:
    """What a reader of a night gets; fails where anything is missing or half."""
    for resource in json.loads((folder / "datapackage.json").read_bytes())["resources"]:
        body = (folder / resource["path"]).read_bytes()
        assert f"sha256:{hashlib.sha256(body).hexdigest()}" == resource["hash"]
    return (folder / "a.csv").read_text()


def publish_one(exports: Path, night: date, content: str) -> None:
    publish_night(build(exports, night, content), exports, night)


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    return tmp_path / "exports"


def names(exports: Path) -> list[str]:
    return sorted(path.name for path in exports.iterdir())


def test_nights_are_published_side_by_side_and_latest_is_the_newest(exports: Path) -> None:
    publish_one(exports, FIRST, "one")
    publish_one(exports, SECOND, "two")
    assert names(exports) == ["2026-03-13", "2026-03-14", "latest"]
    assert (exports / "latest").readlink() == Path("2026-03-14")
    assert [read(exports / name) for name in names(exports)] == ["one", "two", "two"]


def test_the_same_night_with_the_same_content_is_left_alone(exports: Path) -> None:
    publish_one(exports, FIRST, "one")
    before = (exports / "2026-03-13" / "a.csv").stat().st_ino
    publish_one(exports, FIRST, "one")
    assert (exports / "2026-03-13" / "a.csv").stat().st_ino == before
    assert names(exports) == ["2026-03-13", "latest"]


@pytest.mark.parametrize("swaps", [True, False], ids=["the system swaps folders", "it cannot"])
def test_the_same_night_with_other_content_is_replaced(
    exports: Path, monkeypatch: pytest.MonkeyPatch, swaps: bool
) -> None:
    if not swaps:
        monkeypatch.setattr(publish, "_exchange", lambda one, other: False)
    publish_one(exports, FIRST, "one")
    publish_one(exports, FIRST, "other")
    assert read(exports / "latest") == "other"
    assert names(exports) == ["2026-03-13", "latest"]


def test_a_night_that_lost_a_file_is_made_whole(exports: Path) -> None:
    publish_one(exports, FIRST, "one")
    (exports / "2026-03-13" / "b.csv").unlink()
    publish_one(exports, FIRST, "one")
    assert read(exports / "latest") == "one"


def test_an_unfinished_folder_is_refused(exports: Path) -> None:
    publish_one(exports, FIRST, "one")
    building = build(exports, SECOND, "two")
    (building / "datapackage.json").unlink()
    with pytest.raises(ExportError, match="holds no finished night"):
        publish_night(building, exports, SECOND)
    assert read(exports / "latest") == "one"


def kill_at(monkeypatch: pytest.MonkeyPatch, step: int, *, after: bool) -> None:
    """Have the `step`-th touch of the disk in publishing killed, before or after it is done."""
    count = 0

    def killable(act: Callable[..., Any]) -> Callable[..., Any]:
        def touch(*given: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            if count == step and not after:
                raise KilledError
            done = act(*given, **named)
            if count == step:
                raise KilledError
            return done

        return touch

    for name in ("rename", "replace", "symlink_to", "unlink"):
        monkeypatch.setattr(Path, name, killable(getattr(Path, name)))
    monkeypatch.setattr(publish, "sync", killable(publish.sync))
    monkeypatch.setattr(publish, "_exchange", killable(publish._exchange))
    monkeypatch.setattr(publish.shutil, "rmtree", killable(publish.shutil.rmtree))


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("night", [FIRST, SECOND], ids=["the same night again", "the next night"])
def test_killed_at_any_step_latest_is_whole_and_the_next_run_finishes(tmp_path: Path, night: date, after: bool) -> None:
    for step in range(1, 30):
        exports = tmp_path / str(step)
        publish_one(exports, FIRST, "one")
        building = build(exports, night, "two")
        with pytest.MonkeyPatch.context() as patch:
            kill_at(patch, step, after=after)
            try:
                publish_night(building, exports, night)
                killed = False
            except KilledError:
                killed = True
        assert read(exports / "latest") in ("one", "two")
        publish_one(exports, night, "two")
        assert read(exports / "latest") == "two"
        assert names(exports) == sorted({"2026-03-13", night.isoformat(), "latest"})
        if not killed:
            assert step > 5
            return
    pytest.fail("publishing takes more steps than this test allows for")


def test_where_folders_cannot_be_swapped_a_killed_night_comes_back(
    exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_one(exports, FIRST, "one")
    building = build(exports, FIRST, "two")
    monkeypatch.setattr(publish, "_exchange", lambda one, other: False)
    with pytest.MonkeyPatch.context() as patch:
        rename = Path.rename

        def once(path: Path, target: Path) -> None:
            rename(path, target)
            raise KilledError

        patch.setattr(Path, "rename", once)
        with pytest.raises(KilledError):
            publish_night(building, exports, FIRST)
    clean_leftovers(exports)
    assert read(exports / "latest") == "one"
    assert names(exports) == ["2026-03-13", "latest"]


def test_a_reader_never_meets_a_missing_latest(exports: Path) -> None:
    publish_one(exports, FIRST, "0")
    troubles: list[str] = []
    stop = threading.Event()

    def reading() -> None:
        while not stop.is_set():
            try:
                (exports / "latest" / "datapackage.json").read_bytes()
            except OSError as error:
                troubles.append(repr(error))

    reader = threading.Thread(target=reading)
    reader.start()
    for number in range(1, 41):
        publish_one(exports, (FIRST, SECOND)[number % 3 == 0], str(number))
    stop.set()
    reader.join()
    assert troubles == []


def test_pruning_keeps_the_newest_and_the_one_latest_leads_to(exports: Path) -> None:
    nights = [date(2026, 3, day) for day in range(1, 7)]
    for night in nights:
        publish_one(exports, night, "x")
    point_latest(exports, nights[1])
    prune_exports(exports, 2)
    assert names(exports) == ["2026-03-02", "2026-03-05", "2026-03-06", "latest"]
    assert read(exports / "latest") == "x"
    prune_exports(exports, 2)
    assert len(names(exports)) == 4


def test_latest_is_not_led_to_a_night_that_is_gone(exports: Path) -> None:
    publish_one(exports, FIRST, "one")
    with pytest.raises(ExportError, match="no exports of 2026-03-14"):
        point_latest(exports, SECOND)
    assert read(exports / "latest") == "one"


def test_leftovers_of_a_home_without_exports_are_none(exports: Path) -> None:
    clean_leftovers(exports)
    assert not exports.exists()
