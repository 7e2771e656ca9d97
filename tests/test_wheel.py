"""Installed as a wheel, away from any clone, the program brings all it needs."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.conftest import REPOSITORY


def test_a_wheel_runs_the_sample_night(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(REPOSITORY)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    away = tmp_path / "away"
    away.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INTERNSHIPS_")}
    where = "import pipeline, scrapers; print(pipeline.__file__, scrapers.__file__)"
    settings = {"cwd": away, "env": {**environment, "PYTHONPATH": str(installed)}, "capture_output": True, "text": True}
    imported = subprocess.run([sys.executable, "-c", where], check=True, **settings).stdout.split()
    assert all(file.startswith(str(installed)) for file in imported)
    done = subprocess.run([sys.executable, "-m", "pipeline.cli", "run", "--sample"], check=False, **settings)
    assert done.returncode == 0, done.stderr
    assert "open internships" in done.stdout
    assert (away / "data/home/exports/latest/datapackage.json").is_file()
