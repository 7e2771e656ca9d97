"""Declarations of all comparisons: how many levels each has, where levels begin, which way their weights must run, and the
words they are explained in. Does not belong here: how a level is computed (`comparisons`, `collective`), and what it weighs
(`weights`).
"""

from __future__ import annotations

from typing import NamedTuple

DISTANCE_KM_EDGES = (1, 10, 25, 50, 100, 300, 1000)
"""Between the nearest two places at which another level begins."""
DAY_GAP_EDGES = (1, 2, 4, 8, 15, 31, 61, 91, 151, 251)
"""Days between two postings at which another level begins."""
LEVEL_COUNTS = {
    "overlap": 9, "unshared_few": 7, "unshared_many": 8, "rarest_few": 5, "rarest_many": 6, "title_source": 4, "length": 6,
    "kinds": 5, "levels": 5, "title_seasons": 5, "seasons": 5, "stated_years": 5, "years": 5, "months": 5, "span": 5,
    "numbers": 5, "place": 10, "place_source": 20, "place_title": 30, "more_towns": 4, "distance": 9, "distance_title": 27,
    "remote": 6, "gap": 12, "crowd": 5, "gap_source": 24, "gap_crowd": 60, "organization": 8, "organization_title": 24,
    "organization_common": 56, "organization_gap": 24, "openings": 8, "alike": 8, "apart": 3,
    "passages": 7, "figures": 7, "reference": 4, "unplaced": 2, "text_of_other": 2, "subsidiary": 2, "substituted": 3,
    "work_mode": 2, "address": 3, "title_facts": 3,
    "deadline": 3, "start": 3, "pay": 3, "hours": 3, "duration": 3, "study_levels": 3, "languages": 3, "kind": 3,
    "alone": 46, "ranks": 48, "alone_rank": 48, "margins": 288, "rests": 162, "own_source_low": 5, "own_source_high": 5,
    "behind_low": 7, "behind_high": 7, "affinity": 8,
}  # fmt: skip
"""How many level_of each comparison has."""
TOPICS = {
    "words of the titles": (
        "overlap", "unshared_few", "unshared_many", "rarest_few", "rarest_many", "title_source", "length",
        "substituted",
    ),
    "kind, level, numbers, weeks": ("kinds", "levels", "numbers", "span", "title_facts"),
    "stated facts": ("deadline", "start", "pay", "hours", "duration", "study_levels", "languages", "kind"),
    "season, year, months": ("title_seasons", "seasons", "stated_years", "years", "months"),
    "places": ("place", "place_source", "place_title", "more_towns", "distance", "distance_title", "remote", "work_mode"),
    "days between": ("gap", "crowd", "gap_source", "gap_crowd"),
    "organizations": (
        "organization", "organization_title", "organization_common", "organization_gap", "affinity", "unplaced",
        "subsidiary",
    ),
    "how many are like them": ("openings", "alike"),
    "far apart in place or time": ("apart",),
    "texts": ("passages", "figures", "reference", "address", "text_of_other"),
    "the round before": ("alone",),
    "what else each could be": (
        "ranks", "alone_rank", "margins", "rests", "own_source_low", "own_source_high", "behind_low", "behind_high",
    ),
}  # fmt: skip
"""What each comparison is about, in the words of an explanation."""


FACTS = {
    "organization": {
        0: "an organization is not stated", 1: "other organizations", 2: "organizations with a common word only",
        3: "sister organizations", 4: "one organization may be a part of the other", 5: "the same organization if in one place",
        6: "the same organization in other words", 7: "the same organization",
    },
    "place": {
        0: "in other countries", 3: "in other regions of a country", 5: "in other towns of a region", 8: "some towns in common",
        9: "in the same places",
    },
    "kinds": {2: "of other kinds"}, "levels": {2: "for other study levels", 4: "for the same study level"},
    "seasons": {2: "in other seasons", 4: "in the same season"}, "years": {2: "in other years", 4: "in the same year"},
    "months": {2: "in other months"}, "span": {2: "of another duration", 4: "of the same duration"},
    "numbers": {2: "other numbers in the titles", 4: "the same numbers in the titles"},
    "title_source": {1: "the same title", 3: "the same title from one source"},
    "substituted": {
        1: "each title has words in place of the other's", 2: "each title has a known word in place of the other's",
    },
    "title_facts": {
        1: "the titles state another thing of one sort: weeks, number, hours, month, country or language, kind",
        2: "the titles state other things of several sorts",
    },
    "deadline": {1: "other deadlines", 2: "the same deadline"}, "start": {1: "other starts", 2: "the same start"},
    "pay": {1: "other pay", 2: "the same pay"}, "hours": {1: "other hours a week", 2: "the same hours a week"},
    "duration": {1: "other durations", 2: "durations that agree"},
    "study_levels": {1: "for other levels of study", 2: "for the same levels of study"},
    "languages": {1: "other languages required", 2: "the same languages required"}, "kind": {1: "other kinds of post"},
    "apart": {1: "posted three months or more apart", 2: "in other countries, or in towns 50 km or more apart"},
    "work_mode": {1: "one is remote, the other has a place"},
    "passages": {
        1: "less than half of a text in common", 2: "half of a text in common", 3: "most of a text in common",
        4: "nearly the same text", 5: "texts in one language without a passage in common",
        6: "texts without a passage in common under one distinctive title",
    },
    "figures": {
        1: "each text has numbers that the other lacks", 3: "the same numbers in the texts",
        4: "much the same text with other numbers", 5: "the same sums and years in texts of two languages",
        6: "much the same text with other small numbers",
    },
    "reference": {1: "other reference numbers", 2: "the same short number", 3: "the same reference number or id"},
    "address": {1: "other ids in addresses of one shape", 2: "two pages of one source"},
    "text_of_other": {1: "one text under two organizations"},
    "unplaced": {1: "no place in common, though the organizations are one only in one place"},
    "subsidiary": {1: "nothing else shows that the longer name is the same organization's"},
}  # fmt: skip
"""What a level says of two listings, where that can be said in words."""


class Monotone(NamedTuple):
    """Levels whose match weights never fall (`rises`) or never rise: of every `run` levels those from `first` to before `end`."""

    rises: bool
    run: int
    first: int
    end: int


MONOTONE = {
    "overlap": Monotone(True, 9, 0, 9), "unshared_few": Monotone(False, 7, 0, 7), "unshared_many": Monotone(False, 8, 0, 8),
    "rarest_few": Monotone(False, 5, 0, 5), "rarest_many": Monotone(False, 6, 0, 6), "length": Monotone(False, 6, 0, 6),
    "more_towns": Monotone(False, 4, 0, 4), "distance": Monotone(False, 9, 1, 9), "distance_title": Monotone(False, 9, 1, 9),
    "gap": Monotone(False, 12, 0, 11), "gap_source": Monotone(False, 12, 0, 11), "organization": Monotone(True, 8, 1, 8),
    "organization_title": Monotone(True, 8, 1, 8), "organization_common": Monotone(True, 8, 1, 8),
    "organization_gap": Monotone(True, 8, 1, 8), "openings": Monotone(False, 8, 0, 8), "alike": Monotone(False, 8, 0, 8),
    "alone": Monotone(True, 23, 0, 23),
    "own_source_low": Monotone(False, 5, 0, 5),
    "own_source_high": Monotone(False, 5, 0, 5), "behind_low": Monotone(False, 7, 0, 7),
    "behind_high": Monotone(False, 7, 0, 7), "affinity": Monotone(True, 8, 0, 8),
}  # fmt: skip
"""What more of a thing can only speak for, or only against; a run stands for each case of the other half of a comparison. Not
gap_crowd: what many postings share is the day on which they were collected."""
