"""Rows that no rule can work on are found and set aside; all others go on."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.clean.language_tools.dictionary_files import DictionaryError
from pipeline.nightly.unreadable import rejects_of_rows, work_on_rows
from pipeline.tables import RAW


def rows(number: int) -> pl.DataFrame:
    return RAW.conform(
        pl.DataFrame(
            {
                "source_id": ["a"] * number,
                "url": [f"https://example.org/{at}" for at in range(number)],
                "title": [f"Internship {at}" for at in range(number)],
            },
            schema={"source_id": pl.String, "url": pl.String, "title": pl.String},
        )
    )


@pytest.mark.parametrize("bad", [[], [0], [7], [3, 4], [0, 1, 2, 3, 4, 5, 6, 7]])
def test_each_row_that_fails_is_found_and_the_order_stays(bad: list[int]) -> None:
    calls = 0

    def work(part: pl.DataFrame) -> list[str]:
        nonlocal calls
        calls += 1
        if broken := [url for url in part["url"] if int(url.rsplit("/", 1)[1]) in bad]:
            raise ZeroDivisionError(f"cannot read\n{broken[0]}")
        return part["title"].to_list()

    results, failed = work_on_rows(rows(8), work)
    assert [title for part in results for title in part] == [f"Internship {at}" for at in range(8) if at not in bad]
    assert failed["url"].to_list() == [f"https://example.org/{at}" for at in bad]
    assert all(reason.startswith("ZeroDivisionError: cannot read https://") for reason in failed["reason"])
    assert calls <= 1 + 2 * 3 * max(1, len(bad))


def test_a_fault_of_polars_itself_is_a_rows_fault_too() -> None:
    def work(part: pl.DataFrame) -> pl.DataFrame:
        return part.select(pl.col("title").str.strip_prefix("Internship ").cast(pl.Int8, strict=True))

    results, failed = work_on_rows(rows(200), work)
    assert sum(part.height for part in results) == 128
    assert failed.height == 72


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), MemoryError(), DictionaryError("no such key")]
)
def test_a_fault_of_the_machine_is_no_rows_fault(error: BaseException) -> None:
    def work(part: pl.DataFrame) -> None:
        raise error

    with pytest.raises(type(error)):
        work_on_rows(rows(8), work)


def test_a_fault_without_any_row_is_the_programs() -> None:
    def work(part: pl.DataFrame) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work_on_rows(rows(0), work)


def test_what_could_not_be_read_is_a_reject_with_its_words_and_reason() -> None:
    _, failed = work_on_rows(rows(1), lambda part: 1 // 0)
    (reject,) = rejects_of_rows(failed).to_dicts()
    assert (reject["rule"], reject["source_id"], reject["url"]) == ("unreadable", "a", "https://example.org/0")
    assert '"title": "Internship 0"' in reject["text"]
    assert "ZeroDivisionError" in reject["text"]
    assert rejects_of_rows(failed)["reject_id"].to_list() == [reject["reject_id"]], "the same on every night"
