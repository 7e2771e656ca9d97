"""How a person is told things."""

from __future__ import annotations

from pipeline.wording import counted, where


def test_one_is_singular_and_thousands_are_parted() -> None:
    assert [counted(number, "source") for number in (0, 1, 5632)] == ["0 sources", "1 source", "5,632 sources"]


def test_of_many_places_a_few_are_named() -> None:
    assert where(["Bonn", "Trier"], ["DE"]) == "Bonn, Trier, DE"
    assert where([f"Town {number}" for number in range(30)], ["US"]) == "Town 0, Town 1, Town 2, Town 3 and 26 more, US"
    assert where(None, ["JP"]) == "JP" and where(None, None) == ""
