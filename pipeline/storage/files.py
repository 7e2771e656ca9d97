"""How a file comes to be on disk whole or not at all: the one atomic write.

A reader of the path sees the old file or the new one, never a part; after a crash too, because the bytes are on disk before
the name leads to them. Belongs here: how bytes get to a path. Does not belong here: which bytes.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BLOCK_BYTES = 1 << 20


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to. When the block ends, what was written there takes the place of `path` in one step;
    when it raises, `path` stays as it was and nothing is left behind."""
    aside = aside_of(path)
    try:
        yield aside
        place(aside, path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a whole file in one step; text as UTF-8, its line breaks as they are."""
    with replacing(path) as aside:
        aside.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


def aside_of(path: Path) -> Path:
    """Where a file is written before it gets its name: hidden, in the same folder, so that a rename can place it."""
    return path.with_name(f".{path.name}.part")


def place(built: Path, target: Path) -> None:
    """Put a finished file at `target` in one step: existing readers keep the old file, new ones get the new one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    sync(built)
    target.parent.mkdir(parents=True, exist_ok=True)
    built.replace(target)
    sync(target.parent)


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on disk when this returns."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def measure(path: Path) -> tuple[int, str]:
    """Size in bytes and SHA-256 (hexadecimal) of a file."""
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    return path.stat().st_size, digest
