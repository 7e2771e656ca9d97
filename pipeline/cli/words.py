"""`internships words`: the dictionaries of words, for those who edit them."""

from __future__ import annotations

import sys

import click

from pipeline.cli.common import EXIT_FAILED, one_line_errors


@click.group()
def words() -> None:
    """The dictionaries of words in data/reference: check, format, list by language."""


@words.command("check")
def check_words() -> None:
    """Check every dictionary; each fault is a line with file, key, language, phrase and reason."""
    from pipeline.clean.language_tools.dictionary_files import check_dictionaries

    faults = check_dictionaries()
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        sys.exit(EXIT_FAILED)
    click.echo("all dictionaries are well formed")


@words.command("format")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; fail where a file would change.")
@one_line_errors
def format_words(only_check: bool) -> None:
    """Write every dictionary in its one form: block style, one phrase a line, sorted, each once. Comments stay."""
    from pipeline.clean.language_tools.dictionary_files import unformatted_dictionaries

    changed = unformatted_dictionaries()
    for path, text in changed.items():
        if not only_check:
            path.write_text(text, encoding="utf-8")
        click.echo(f"{'would format' if only_check else 'formatted'} {path.name}")
    if only_check and changed:
        sys.exit(EXIT_FAILED)


@words.command("list")
@click.option("--language", help="ISO 639-1 code; default: all languages.")
@click.option("--key", "prefix", default="", help="Only keys that begin so: pay, eligibility.visa_support.")
@one_line_errors
def list_words(language: str | None, prefix: str) -> None:
    """List phrases, one a line: file and key, language, phrase; parted by tabs."""
    from pipeline.clean.language_tools.dictionary_files import list_entries
    from pipeline.clean.language_tools.dictionary_models import languages

    if language is not None and language not in languages():
        raise click.BadParameter(
            f"{language!r} is no language of data/reference/languages.csv", param_hint="--language"
        )
    for entry in list_entries(language):
        key = f"{entry.name}.{entry.key}" if entry.key else entry.name
        if key.startswith(prefix):
            click.echo(f"{key}\t{entry.language or '-'}\t{entry.phrase}")
