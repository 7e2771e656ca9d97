"""What labels mean: the raw fields of a block or a text in which labels stand before values.

The words are those of tables (data/reference/list_words.yaml), as far as they are sure outside one, and those of the source's
settings. Belongs here: which label is which field. Does not belong here: finding labels (`blocks`), columns (`tables`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from selectolax.lexbor import LexborNode

from scrapers.extract.blocks import UNSEEN, label_pairs
from scrapers.extract.tables import column_roles, joined_places
from scrapers.reference import read_words

SURE = (
    "native_id", "organization", "locations", "employment_type", "posted", "deadline", "starts", "duration", "pay", "language",
)  # fmt: skip
"""Fields that a label names as surely as a header does. A title, a link or a description it does not."""
UNSURE = ("name", "where", "when", "local", "date", "datum", "type", "project", "period", "programme", "program", "ref")
"""Words that head a column of offers, and in a text stand before anything, the name of a person too."""
LONGEST_LABEL = 60
_COUNTRY = "country"


def read_labels(node: LexborNode, labels: Mapping[str, list[str]], unseen: frozenset[str] = UNSEEN) -> dict[str, Any]:
    """The raw fields that labels at or below `node` tell, but not within the elements `unseen`; `labels` (raw field ->
    labels) goes before the known words."""
    return labelled_fields(label_pairs(node, unseen), labels)


def labelled_fields(
    pairs: Iterable[tuple[str, list[str]]], labels: Mapping[str, list[str]], *, has_title: bool = False
) -> dict[str, Any]:
    """The raw fields of (label, lines of its value); of several labels for one field the first that has a value, but of one
    for the place and one for its country both. `has_title`: whether the title stands beside a label too, as in lists that
    people write."""
    sure = (*SURE, "title") if has_title else SURE
    own = {text.casefold().strip(" :："): field for field, texts in labels.items() for text in texts}
    named: dict[str, Any] = {}
    known: dict[str, Any] = {}
    for label, value in pairs:
        key = " ".join(label.casefold().split()).strip(" :：*•-–")
        if not key or len(key) > LONGEST_LABEL or not any(value):
            continue
        if key in own:
            named.setdefault(own[key], _value(own[key], value))
            continue
        field = column_roles([key], {}).get(0, "")
        if field in sure and key not in UNSURE:
            is_country = field == "locations" and key in read_words("list_words")["country_labels"]
            known.setdefault(_COUNTRY if is_country else field, _value(field, value))
    if country := known.pop(_COUNTRY, []):
        known["locations"] = joined_places([known.get("locations", []), country])
    return {**known, **named}


def _value(field: str, lines: list[str]) -> str | list[str]:
    return _places(lines) if field == "locations" else " ".join(lines)


def _places(lines: list[str]) -> list[str]:
    return [place.strip() for line in lines for place in re.split(r"\s[/|;•]\s", line) if place.strip()]
