"""What tests share: the real data beside the repository, where it is there."""

from __future__ import annotations

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
LONGEST = ("test_nights.py", "test_kill.py", "test_thousand.py")
"""Files that take minutes: begun first, so that both workers end at about the same time."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.fixture(scope="session")
def shared() -> Path:
    """../shared with recorded nights, samples and labels; a user's clone has none."""
    folder = REPOSITORY.parent / "shared"
    if not (folder / "web").is_dir():
        pytest.skip("no ../shared with recorded nights beside the repository")
    return folder
