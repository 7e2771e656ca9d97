"""What the documents have an operator do: the service, its container, the set-up."""

from __future__ import annotations

import json
import os
import re
import shlex
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from click.testing import CliRunner
from dagster._core.storage.noop_compute_log_manager import NoOpComputeLogManager
from packaging.specifiers import SpecifierSet

from pipeline.cli import main
from pipeline.nightly.launch import DAGSTER_YAML
from tests.conftest import REPOSITORY


def started(monkeypatch: pytest.MonkeyPatch, home: Path) -> tuple[list[str], dict[str, str]]:
    """The command and the environment that `internships daemon` becomes."""
    became: list[Any] = []

    def become(program: Path, words: list[str], environment: dict[str, str]) -> None:
        became.extend([words, environment])

    monkeypatch.setattr(os, "execve", become)
    result = CliRunner().invoke(main, ["daemon", "--home", str(home)], catch_exceptions=False)
    assert result.exit_code == 0
    return became[0], became[1]


def test_the_daemon_starts_on_a_new_home_with_its_folder_and_without_telemetry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    words, environment = started(monkeypatch, tmp_path / "home")
    assert Path(words[0]).is_file()
    assert words[1:] == ["run", "-m", "pipeline.definitions"]
    assert environment["INTERNSHIPS_HOME"] == str(tmp_path / "home")
    assert environment["DAGSTER_DISABLE_TELEMETRY"] == "yes"
    said = yaml.safe_load((tmp_path / "home" / "dagster" / "dagster.yaml").read_text(encoding="utf-8"))
    assert said.pop("compute_logs")["class"] == "NoOpComputeLogManager"
    assert said == {"telemetry": {"enabled": False}, "python_logs": {"python_log_level": "INFO"}}


def test_no_process_stands_beside_a_run_to_copy_what_it_prints(tmp_path: Path) -> None:
    """Such processes of Dagster's get the Ctrl-C of a terminal too, and end with a stack each."""
    (tmp_path / "dagster.yaml").write_text(DAGSTER_YAML, encoding="utf-8")
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert isinstance(instance.compute_log_manager, NoOpComputeLogManager)


def test_a_dagster_home_of_ones_own_is_made_and_what_is_in_it_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "own"))
    started(monkeypatch, tmp_path / "home")
    (tmp_path / "own" / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    _, environment = started(monkeypatch, tmp_path / "home")
    assert environment["DAGSTER_HOME"] == str(tmp_path / "own")
    assert (tmp_path / "own" / "dagster.yaml").read_text(encoding="utf-8") == "telemetry: {enabled: false}\n"


@pytest.mark.parametrize("text", ["Dockerfile", "pipeline/nightly/README.md"])
def test_every_command_that_a_recipe_starts_exists(text: str) -> None:
    recipes = (REPOSITORY / text).read_text(encoding="utf-8")
    lines = re.findall(r"^(?:ExecStart=\S+/|\S+ \* \* \* \*  internships  |CMD )(.+)$", recipes, re.MULTILINE)
    commands = [json.loads(line) if line.startswith("[") else shlex.split(line) for line in lines]
    assert commands
    for program, command, *_ in commands:
        assert program == "internships"
        assert command in main.commands


def test_the_container_serves_the_home_that_its_nights_fill() -> None:
    services = yaml.safe_load((REPOSITORY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    image = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
    (home,) = re.findall(r"INTERNSHIPS_HOME=(\S+)", image)
    assert f"VOLUME {home}" in image
    assert "--constraint constraints.txt" in image
    assert services["nights"]["volumes"] == [f"home:{home}"]
    assert services["page"]["volumes"] == [f"home:{home}:ro"]
    assert services["page"]["command"].endswith(f"--root {home}/exports/latest")
    ignored = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").split("\n")
    assert not {"data", "sql", "README.md", "LICENSE", "constraints.txt"} & set(ignored), "the image is built from them"


def test_cron_and_the_unit_name_every_program_by_its_path() -> None:
    recipes = (REPOSITORY / "pipeline" / "nightly" / "README.md").read_text(encoding="utf-8")
    assert re.search(r"^PATH=/opt/internships/\.venv/bin:", recipes, re.MULTILINE)
    assert re.search(r"^ExecStart=/opt/internships/\.venv/bin/internships ", recipes, re.MULTILINE)
    assert "useradd" in recipes and "install -d -o internships" in recipes


def test_every_version_that_is_installed_runs_on_the_oldest_python_of_a_stable_distribution() -> None:
    debian_12 = "3.11.2"
    refused = []
    for pin in (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines():
        name, _, version = pin.partition("==")
        try:
            found = metadata(name) if version else None
        except PackageNotFoundError:  # of an extra that is not installed here
            continue
        if found and found["Version"] == version and debian_12 not in SpecifierSet(found.get("Requires-Python", "")):
            refused.append(f"{pin} wants Python {found['Requires-Python']}")
    assert refused == [], "make constraints with an older python3, or pin an older version"
