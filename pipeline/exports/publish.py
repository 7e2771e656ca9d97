"""Publication of a finished folder as the exports of a night, so that no reader ever sees a missing or partial one.

    exports/.building-<night>/   being written or removed; the next run removes what a killed one left
    exports/.old-<night>/        the folder that a repeated night replaces, if the system cannot swap two folders
    exports/<night>/             published: appears or is swapped in one step
    exports/latest -> <night>    replaced in one step

Does not belong here: what is in the files.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import os
import shutil
from datetime import date
from pathlib import Path

from pipeline.exports.files import ExportError
from pipeline.exports.package import NAME as MANIFEST
from pipeline.storage.files import sync

BUILDING, OLD, LINK = ".building-", ".old-", ".latest-"
LATEST = "latest"

_AT_FDCWD = -100  # linux/fcntl.h
_RENAME_EXCHANGE = 2  # linux/fs.h


def clean_leftovers(exports: Path) -> None:
    """Remove what a killed run left, if anything. A night that it had moved aside and not yet replaced is restored."""
    for path in sorted(exports.iterdir()) if exports.is_dir() else ():
        if path.name.startswith(OLD):
            published = exports / path.name.removeprefix(OLD)
            if published.exists():
                shutil.rmtree(path)
            else:
                path.rename(published)
        elif path.name.startswith(BUILDING):
            shutil.rmtree(path)
        elif path.name.startswith(LINK):
            path.unlink()


def publish_night(building: Path, exports: Path, night: date, *, lead: bool = True) -> None:
    """Publish the finished folder `building` as the exports of `night`, and, if it is to `lead`, point `exports/latest` to it.

    `building` is on the file system of `exports` and no longer exists afterwards. A night that was published before is left
    alone if its content is the same, else swapped. Raises ExportError if `building` has no datapackage.json.
    """
    if not (building / MANIFEST).is_file():
        raise ExportError(f"{building} holds no finished night")
    exports.mkdir(parents=True, exist_ok=True)
    published = exports / night.isoformat()
    sync(building)
    if not published.exists():
        building.rename(published)
    elif same_night(building, published):
        shutil.rmtree(building)
    else:
        _replace(building, published)
    sync(exports)
    if lead:
        point_latest(exports, night)


def withdraw_night(exports: Path, night: date) -> None:
    """Remove the exports of a night that was rolled back. `exports/latest` already points elsewhere."""
    if (exports / night.isoformat()).exists():
        _remove(exports, night)


def _remove(exports: Path, night: date) -> None:
    # Hidden in one step, so that nobody sees a partly removed night.
    hidden = exports / f"{BUILDING}{night.isoformat()}"
    (exports / night.isoformat()).rename(hidden)
    shutil.rmtree(hidden)


def point_latest(exports: Path, night: date) -> None:
    """Point `exports/latest` to a published night, in one step. Raises ExportError if there is no such night."""
    if not (exports / night.isoformat() / MANIFEST).is_file():
        raise ExportError(f"{exports} has no exports of {night}")
    link = exports / f"{LINK}{night.isoformat()}"
    link.unlink(missing_ok=True)
    link.symlink_to(night.isoformat())
    link.replace(exports / LATEST)
    sync(exports)


def prune_exports(exports: Path, keep: int) -> None:
    """Remove the oldest nights beyond the newest `keep`; never the one that `latest` points to."""
    latest = exports / LATEST
    current = latest.readlink().name if latest.is_symlink() else None
    for night in published_nights(exports)[: -keep or None]:
        if night.isoformat() != current:
            _remove(exports, night)


def published_nights(exports: Path) -> list[date]:
    """The nights in `exports`, oldest first."""
    nights = []
    for path in exports.iterdir() if exports.is_dir() else ():
        with contextlib.suppress(ValueError):
            nights.append(date.fromisoformat(path.name))
    return sorted(nights)


def same_night(building: Path, published: Path) -> bool:
    """Whether both manifests are equal (they have the SHA-256 of each file), the published night has all of its files, and those
    that no manifest names are the same."""
    manifest = published / MANIFEST
    if not manifest.is_file() or manifest.read_bytes() != (building / MANIFEST).read_bytes():
        return False
    resources = json.loads(manifest.read_bytes())["resources"]
    files = [(published / resource["path"], resource["bytes"]) for resource in resources]
    if not all(path.is_file() and path.stat().st_size == size for path, size in files):
        return False
    named = {resource["path"] for resource in resources}
    return _unnamed(building, named) == _unnamed(published, named)


def _unnamed(folder: Path, named: set[str]) -> dict[str, bytes]:
    """Path -> content of the files that the manifest does not name: those of searches with a secret."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in paths.items() if name not in named}


def _replace(building: Path, published: Path) -> None:
    """Replace `published` by `building`, in one step if the system can; the old folder is removed."""
    if _exchange(building, published):
        sync(published.parent)
        shutil.rmtree(building)
        return
    old = published.with_name(OLD + published.name)
    published.rename(old)
    building.rename(published)
    sync(published.parent)
    shutil.rmtree(old)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two names in one step (Linux, renameat2); False if the system or the file system cannot."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    if renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL):
        return False
    raise OSError(code, os.strerror(code), str(other))
