"""`internships`: the command line, one module per group of commands. Each command checks its arguments, calls one function, and
prints the result.

Wrong use gets one clear line and exit code 2, a failed night exit code 1. Only `run` imports dagster, and only the crawler
processes import scrapy: the other commands start at once.
"""

from __future__ import annotations

import gc

import click

from pipeline.cli import matches, nights, questions, sources, words
from pipeline.cli.common import OneLineGroup
from pipeline.cli.nights import SAMPLE_NIGHT

__all__ = ["SAMPLE_NIGHT", "main"]


@click.group(cls=OneLineGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="international-internships")
def main() -> None:
    """An open, nightly warehouse of international internships.

    \b
    The first five minutes:
      internships run --sample                       one whole night, offline
      internships serve                              the dashboard over its files
      internships sql "FROM closing_soon"            a query; sql/README.md has ten worked ones
      internships suggest --profile data/sample/profile.yaml
    """
    # Modules and dictionaries are hundreds of thousands of objects that stay; Python's search for cycles among them takes a tenth
    # of a command's time.
    gc.set_threshold(50_000)


for command in (
    nights.run,
    nights.daemon,
    nights.clean,
    nights.match,
    nights.rebuild,
    nights.rollback,
    nights.status,
    nights.doctor,
    questions.sql,
    questions.show,
    questions.suggest,
    questions.serve,
    questions.changes,
    questions.publish,
    sources.sources,
    matches.matches,
    words.words,
):
    main.add_command(command)
