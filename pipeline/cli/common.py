"""What all commands share: the option for the home, dates, errors in one line, the catalogue that is meant.

Does not belong here: a command.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec

import click

from pipeline.errors import PipelineError
from pipeline.settings import Settings
from pipeline.shipped import shipped

if TYPE_CHECKING:
    from scrapers.source import Catalogue

Params = ParamSpec("Params")

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130
"""128 and the number of SIGINT, as shells have it."""

INTERRUPTED_QUERY = "Query interrupted"
"""What DuckDB's RuntimeError says when Ctrl-C stopped a query."""


class Day(click.ParamType[date]):
    """A date as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date; write it as 2026-11-20", param, ctx)


def _keep_compiled_in(ctx: click.Context, param: click.Parameter, home_folder: Path) -> Path:
    """Has this process and those that it starts find compiled dictionaries in the home that is meant."""
    os.environ.setdefault("INTERNSHIPS_COMPILED", str(home_folder.absolute() / "compiled"))
    return home_folder


home_option = click.option(
    "--home",
    "home_folder",
    type=click.Path(file_okay=True, path_type=Path),
    envvar="INTERNSHIPS_HOME",
    default=Path("data/home"),
    callback=_keep_compiled_in,
    show_default=True,
    help="Folder that holds everything (or set INTERNSHIPS_HOME).",
)


def engine_options(command: Callable[..., None]) -> Callable[..., None]:
    """`--workers` and `--scheduler`: who works on the parts of a step."""
    workers = click.option(
        "--workers",
        type=click.IntRange(min=1),
        metavar="N",
        help="Parts worked on side by side, on this machine. [default: one for each processor]",
    )
    scheduler = click.option(
        "--scheduler",
        envvar="INTERNSHIPS_CLUSTER",
        metavar="ADDRESS",
        help="Have the workers of this Dask scheduler do it instead: tcp://HOST:8786 (make dask).",
    )
    return workers(scheduler(command))


def replay_option(what: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """`--replay WARC`, of a command that looks at the web for `what`."""
    return click.option(
        "--replay",
        "archives",
        multiple=True,
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="WARC",
        help=f"Of {what}: recorded responses in place of the web; may be repeated.",
    )


def refuse(message: str, code: int = EXIT_USAGE) -> NoReturn:
    """End the process with one line on standard error."""
    click.echo(f"internships: {' '.join(message.split())}", err=True)
    sys.exit(code)


def one_line_errors(command: Callable[Params, None]) -> Callable[Params, None]:
    """Decorate a command so that its expected errors are printed as one line."""

    @wraps(command)
    def guarded(*args: Params.args, **kwargs: Params.kwargs) -> None:
        from pipeline.terminal import prepare_streams
        from scrapers.errors import InputError

        prepare_streams()
        try:
            command(*args, **kwargs)
            if sys.stdout is not None:
                sys.stdout.flush()
        except (PipelineError, InputError) as error:
            refuse(str(error))
        except BrokenPipeError:  # the reader of our output, such as head, has seen enough
            _discard_output()
        except OSError as error:  # a full or read-only disk, a file that may not be read
            if error.filename is None:
                _discard_output()
            refuse(f"{error.filename or 'writing'}: {error.strerror or error}")
        except RuntimeError as error:
            if str(error) != INTERRUPTED_QUERY:
                raise
            raise KeyboardInterrupt from error

    return guarded


def _discard_output() -> None:
    """Drop what was not written yet, so that the interpreter does not try again when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class OneLineGroup(click.Group):
    """A group whose usage errors are one line, as every other error is."""

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> Any:  # type: ignore[override]
        try:
            return super().main(args, prog_name, **{**extra, "standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            sys.exit(error.exit_code)
        except click.ClickException as error:
            refuse(error.format_message(), code=error.exit_code)
        except click.Abort:
            refuse("interrupted", code=EXIT_INTERRUPTED)


def catalogue_folder(*, sample: bool = False) -> Path:
    """The sample's catalogue; else INTERNSHIPS_CATALOGUE, else the one that ships with the program."""
    if sample:
        return shipped("data", "sample", "sources")
    return Settings.from_environment().catalogue


def load_catalogue() -> Catalogue:
    """The catalogue of `catalogue_folder`. Raises CatalogueError."""
    from scrapers.source import read_catalogue

    return read_catalogue(catalogue_folder())


def utc_now() -> datetime:
    """The wall clock, to the second: read at the command line only."""
    return datetime.now(tz=UTC).replace(microsecond=0)
