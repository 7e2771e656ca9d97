"""The version of cleaning changes with every rule, and with nothing else."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from pipeline import clean as package
from pipeline.clean.version import NOT_READ_IN_CLEANING, cleaning_version, digest_of_rules
from pipeline.shipped import shipped

CODE = Path(package.__file__).parent


@pytest.fixture
def rules(tmp_path: Path) -> tuple[Path, Path]:
    """The code and the reference files in a folder of their own."""
    for name, folder in (("code", CODE), ("reference", shipped("data", "reference"))):
        shutil.copytree(folder, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "code", tmp_path / "reference"


def test_the_version_is_of_the_content_of_the_files(rules: tuple[Path, Path]) -> None:
    assert digest_of_rules(*rules) == cleaning_version()


@pytest.mark.parametrize("name", ["code/pay/amounts.py", "reference/pay.yaml", "reference/exchange_rates.csv"])
def test_a_changed_rule_is_another_version(rules: tuple[Path, Path], name: str) -> None:
    path = rules[0].parent / name
    path.write_bytes(path.read_bytes() + b"\n# changed")
    assert digest_of_rules(*rules) != cleaning_version()


@pytest.mark.parametrize(
    "name", ["code/README.md", "reference/README.md", "reference/reference_numbers.yaml", "reference/match_weights.csv"]
)
def test_what_no_rule_reads_is_no_part_of_the_version(rules: tuple[Path, Path], name: str) -> None:
    path = rules[0].parent / name
    path.write_bytes(path.read_bytes() + b"\n# changed")
    assert digest_of_rules(*rules) == cleaning_version()


def test_no_file_that_cleaning_reads_is_left_out() -> None:
    assert {name for name in NOT_READ_IN_CLEANING if not shipped("data", "reference", name).is_file()} == set()
    code = "".join(path.read_text(encoding="utf-8") for path in CODE.rglob("*.py") if path.stem != "version")
    read = set(re.findall(r'read_(?:reference|phrases)\("(\w+)"', code)) | set(
        re.findall(r'"(\w+)\.(?:csv|parquet)"', code)
    )
    assert len(read) > 20
    assert {name for name in NOT_READ_IN_CLEANING if name.split(".")[0] in read} == set()
