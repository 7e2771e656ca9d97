"""The word lists of the spiders: small YAML files of data/reference.

Belongs here: locating and loading them, in a clone or the installed wheel. Does not belong here: what they mean.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml


def reference_folder() -> Path:
    """data/reference, of a clone or of the installed wheel."""
    root = Path(__file__).parent.parent
    installed = root / "pipeline" / "_shared"
    return (installed if installed.is_dir() else root) / "data" / "reference"


@cache
def read_words(name: str) -> dict[str, Any]:
    """The mapping in data/reference/<name>.yaml. Raises FileNotFoundError, yaml.YAMLError."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    words: dict[str, Any] = yaml.load((reference_folder() / f"{name}.yaml").read_text(encoding="utf-8"), Loader=loader)
    return words
