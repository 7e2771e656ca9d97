"""A fresh root to try recipes in: /opt, /srv and /etc as on a machine where nothing of ours is, gone when the script ends.

Belongs here: the root, blocks of documents, programs that run beside. Does not belong here: the recipes (`__main__`).
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import REPOSITORY

INSIDE = "RECIPES_ROOT"
"""Environment variable: set in the process that has the fresh root."""

PROGRAM = Path("/opt/internships")
PATIENCE_SECONDS = 900

LOGIN = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": os.environ.get("HOME", "/root"),
    "LANG": "C.UTF-8",
}
"""The environment of somebody who has just logged in."""


class RecipeError(Exception):
    """A recipe did not do what its document says."""


def enter() -> None:
    """Start this program again in a mount namespace of its own, with fresh folders; returns there. Needs root."""
    if INSIDE in os.environ:
        _mount(Path(os.environ[INSIDE]))
        return
    with tempfile.TemporaryDirectory(prefix="recipes-") as scratch:
        words = ["unshare", "--mount", sys.executable, "-m", "tests.recipes", *sys.argv[1:]]
        sys.exit(subprocess.run(words, env={**os.environ, INSIDE: scratch}, check=False).returncode)


def _mount(scratch: Path) -> None:
    scratch.chmod(0o755)
    for name in ("opt", "srv", "etc"):
        (scratch / name).mkdir()
    subprocess.run(["cp", "-a", "/etc/.", scratch / "etc"], check=True)
    for entry in Path("/opt").iterdir():  # what others have installed there stays in sight
        (scratch / "opt" / entry.name).mkdir()
        subprocess.run(["mount", "--bind", entry, scratch / "opt" / entry.name], check=True)
    for name in ("opt", "srv", "etc"):
        subprocess.run(["mount", "--bind", scratch / name, f"/{name}"], check=True)


def blocks(document: str, language: str) -> list[str]:
    """The blocks of code of a document, in their order."""
    text = (REPOSITORY / document).read_text(encoding="utf-8")
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [content for name, content in found if name == language]


def block(document: str, language: str, word: str) -> str:
    """The one block that has this text in it."""
    (found,) = [each for each in blocks(document, language) if word in each]
    return found


def shell(script: str, folder: Path = PROGRAM, **settings: str) -> str:
    """What a shell prints for these lines, the first of which that fails ends it. Raises RecipeError."""
    done = subprocess.run(
        ["sh", "-ec", script], cwd=folder, env={**LOGIN, **settings}, capture_output=True, text=True, check=False,
        timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    if done.returncode:
        raise RecipeError(f"exit {done.returncode} of\n{script}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout + done.stderr


@contextmanager
def running(words: list[str], log: Path, folder: Path = PROGRAM, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program that runs beside, with its output in a file; it is asked to end, and must."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            words, cwd=folder, env={**LOGIN, **settings}, stdout=out, stderr=out, start_new_session=True
        )
        try:
            yield process
        except RecipeError as error:
            raise RecipeError(f"{error}\n{log.read_text(encoding='utf-8')[-3000:]}") from error
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=120)


def wait_for(what: str, is_there: Callable[[], object]) -> None:
    """Return once it is there. Raises RecipeError."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_there():
        if time.monotonic() > deadline:
            raise RecipeError(f"{what} never came")
        time.sleep(1)


def expect(holds: object, what: str) -> None:
    """Raises RecipeError where it does not hold."""
    if not holds:
        raise RecipeError(what)
