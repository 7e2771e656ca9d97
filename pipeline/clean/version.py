"""The version of cleaning: a digest of its rules, so that a changed rule cleans anew what it may change, and nothing else does.

Belongs here: which files are rules. Does not belong here: what a listing hangs on beside them (`identity.content`).
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from pipeline.shipped import shipped

NOT_READ_IN_CLEANING = frozenset(
    {
        # by crawlers
        "challenge_pages.yaml", "list_words.yaml", "mail_words.yaml", "personal_data.yaml", "skip_words.yaml",
        "soft_errors.yaml",
        # by matching
        "match_weights.csv", "reference_numbers.yaml", "title_words.yaml", "word_weights.csv",
        # by readers of the warehouse
        "fields_of_study.csv",
        # by makers of other files
        "places_aliases.csv", "places_regions.csv",
    }
)  # fmt: skip
"""Files of data/reference that no rule of cleaning reads; a file that is not named here counts as a rule."""

RULE_SUFFIXES = frozenset({".csv", ".parquet", ".yaml"})
"""Of data/reference; its README is no rule."""


@cache
def cleaning_version() -> str:
    """A digest of the code of pipeline.clean and of the reference files that it reads."""
    return digest_of_rules(Path(__file__).parent, shipped("data", "reference"))


def digest_of_rules(code: Path, reference: Path) -> str:
    """A digest of the rules below these folders by name and content, 32 hexadecimal digits."""
    digest = hashlib.blake2b(digest_size=16)
    for path in [*sorted(code.rglob("*.py")), *sorted(filter(_is_rule, reference.rglob("*")))]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _is_rule(path: Path) -> bool:
    return path.suffix in RULE_SUFFIXES and path.name not in NOT_READ_IN_CLEANING
