"""What is the same in every process, kept on disk for the next: dictionaries as they are looked for, a warehouse without rows,
the rows of a catalogue.

Belongs here: a file for each thing that is kept, its digests, reading and writing it. Does not belong here: what is made.

The files lie in the folder `compiled` of the home (`Settings.compiled`), where there is a home. They can be deleted at any time:
a file that is missing, damaged or of another version is made anew, and a folder that cannot be written is done without.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.settings import Settings

_DIGEST_BYTES = 32


def kept(name: str, content: bytes, made_by: str, make: Callable[[], Any]) -> Any:
    """What `make` makes of `content`: lists, tuples, mappings, texts, bytes and numbers. `made_by`: the module of `make`
    (`__file__`). `name`: of the file; what is made of other content, or by other code of that folder, takes its place."""
    folder = Settings.from_environment().compiled
    if not folder.parent.is_dir():
        return make()
    file, digest = folder / name, _digest(_version(Path(made_by).parent) + content)
    value = _read(file, digest)
    if value is None:
        value = make()
        _write(file, digest, value)
    return value


def _read(file: Path, digest: bytes) -> Any:
    """What a file keeps; None where it is missing, damaged, or made of something else."""
    try:
        found = file.read_bytes()
    except OSError:
        return None
    whole, body = found[: 2 * _DIGEST_BYTES], found[2 * _DIGEST_BYTES :]
    return marshal.loads(body) if whole == digest + _digest(body) else None  # noqa: S302  # it runs no code, whoever wrote it


def _write(file: Path, digest: bytes, value: Any) -> None:
    # Two processes that write it at once may spoil it, which its digest shows.
    aside = file.with_name(f".{file.name}.part")
    # A full disk, a folder of another user, a value that marshal does not know, as a date: the next process makes it itself.
    with contextlib.suppress(OSError, ValueError):
        body = marshal.dumps(value)
        file.parent.mkdir(exist_ok=True)
        aside.write_bytes(digest + _digest(body) + body)
        aside.replace(file)


@cache
def _version(folder: Path) -> bytes:
    """Of the code whose results are kept, and of the form that this Python keeps them in."""
    code = b"".join(path.read_bytes() for path in sorted(folder.glob("*.py")))
    return _digest(f"{sys.version} {marshal.version}".encode() + code)


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_DIGEST_BYTES).digest()
