"""The version of matching: a digest of its rules. A listing that other rules matched is matched anew."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from pipeline.shipped import shipped

REFERENCE_FILES = (
    "chinese_characters.csv", "dates.yaml", "gender_marks.yaml", "kind.yaml", "legal_forms.yaml", "match_weights.csv",
    "months.yaml", "nationalities.yaml", "organization_names.yaml", "organization_words.yaml", "posting_ids.yaml",
    "reference_numbers.yaml", "title_words.yaml", "tracking_parameters.yaml", "word_weights.csv",
)  # fmt: skip
"""What matching reads of data/reference."""


@cache
def matching_version() -> str:
    """16 hexadecimal digits of the code of this package and of the reference files that it reads."""
    digest = hashlib.blake2b(digest_size=8)
    code = sorted(Path(__file__).parent.glob("*.py"))
    for path in [*code, *(shipped("data", "reference", name) for name in REFERENCE_FILES)]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
