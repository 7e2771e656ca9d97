"""The command `internships` as its user meets it, without the start of a process: words in, exit code and two streams out.

That a start works, and what it imports, is tested with processes where it is the point.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from pathlib import Path

from click.testing import CliRunner

from pipeline.cli import main
from tests.conftest import bare_environment


def internships(*words: str | Path, cwd: Path, **settings: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command in the folder `cwd`; of the environment's INTERNSHIPS_* only `settings` hold."""
    unset = dict.fromkeys(os.environ.keys() - bare_environment().keys())
    arguments = list(map(str, words))
    with contextlib.chdir(cwd):
        done = CliRunner().invoke(main, arguments, env={**unset, **{name: str(it) for name, it in settings.items()}})
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)
