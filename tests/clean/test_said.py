"""Each concept is read in each language that cleaning claims to read: one natural sentence for each (said.yaml)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.clean.conftest import Listings

SAID: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("said.yaml").read_text(encoding="utf-8"))
LANGUAGES_OF_A_CONCEPT = 45


@pytest.mark.parametrize("concept", SAID)
def test_a_concept_is_read_in_every_language(listings: Listings, concept: str) -> None:
    field, value, sentences = (SAID[concept][key] for key in ("field", "value", "sentences"))
    rows = listings([{"description": sentence} for sentence in sentences.values()])
    read = {language: row[field] for language, row in zip(sentences, rows, strict=True)}
    assert {language: said for language, said in read.items() if said != value} == {}
    assert len(sentences) >= LANGUAGES_OF_A_CONCEPT
