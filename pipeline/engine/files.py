"""Parts on their way between machines: files in one folder, which all of them reach by an address of fsspec.

A file is written aside and renamed, so that one that is there is whole, whoever else is writing it again. Does not belong here:
what is in them (`call`), and what is kept of a night (`pipeline.storage`).
"""

from __future__ import annotations

import os
import pickle
import socket
import threading
from typing import Any

from fsspec.core import url_to_fs


class PartFiles:
    """Objects by name in a folder, which `address` names: a path, or `s3://bucket/folder` and the like."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._system, self._folder = url_to_fs(address)

    def prepare(self) -> None:
        """Make the folder; what an earlier run left there goes."""
        self.remove()
        self._system.makedirs(self._folder, exist_ok=True)

    def write(self, name: str, content: Any) -> None:
        """Write a file, or replace it by the same content."""
        path = f"{self._folder}/{name}"
        aside = f"{path}.{socket.gethostname()}-{os.getpid()}-{threading.get_ident()}"
        with self._system.open(aside, "wb") as handle:
            pickle.dump(content, handle, pickle.HIGHEST_PROTOCOL)
        self._system.mv(aside, path)

    def read(self, name: str) -> Any:
        """What `write` wrote. Raises FileNotFoundError."""
        with self._system.open(f"{self._folder}/{name}", "rb") as handle:
            return pickle.load(handle)

    def discard(self, name: str) -> None:
        """Remove a file, if it is there."""
        if self._system.exists(f"{self._folder}/{name}"):
            self._system.rm_file(f"{self._folder}/{name}")

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        if self._system.exists(self._folder):
            self._system.rm(self._folder, recursive=True)
