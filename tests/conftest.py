"""What tests share: the real data beside the repository, where it is there."""

from __future__ import annotations

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """../shared with recorded nights, samples and labels; a user's clone has none."""
    folder = REPOSITORY.parent / "shared"
    if not (folder / "web").is_dir():
        pytest.skip("no ../shared with recorded nights beside the repository")
    return folder
