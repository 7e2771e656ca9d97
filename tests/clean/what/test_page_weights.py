"""The weights of pages: every sign has one, and none speaks the other way round."""

from __future__ import annotations

import re

import polars as pl
import pytest

from pipeline.clean.what import page
from pipeline.shipped import shipped

FILE = shipped("data", "reference", "page_weights.csv")
LEAST = 0.9
"""Of precision and recall where a page is judged by weights that met none of its set, or of its language."""


def test_every_feature_has_a_weight_and_nothing_else() -> None:
    assert pl.read_csv(FILE, comment_prefix="#")["feature"].to_list() == [*page.FEATURES, page.BIAS]


@pytest.mark.parametrize("name", page.OTHER_SORTS)
def test_signs_of_another_sort_never_speak_for_an_opening(name: str) -> None:
    assert _weights()[name] <= 0


@pytest.mark.parametrize("name", page.CONDITIONS)
def test_conditions_never_speak_against_an_opening(name: str) -> None:
    assert _weights()[name] >= 0


def test_the_weights_say_how_well_they_judge_what_they_had_not_met() -> None:
    stated = re.findall(r"precision (0\.\d+), recall (0\.\d+)", FILE.read_text(encoding="utf-8"))
    assert len(stated) == 2
    assert all(float(figure) >= LEAST for figures in stated for figure in figures)


def _weights() -> dict[str, float]:
    return dict(pl.read_csv(FILE, comment_prefix="#").rows())
