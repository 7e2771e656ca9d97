"""Commands that answer questions about the published night: sql, show, suggest, serve."""

from __future__ import annotations

import contextlib
import sys
from datetime import date
from pathlib import Path

import click

from pipeline.cli.common import EXIT_USAGE, Day, home_option, one_line_errors, refuse
from pipeline.settings import Settings
from pipeline.storage.home import Home
from pipeline.wording import counted


@click.command()
@home_option
@click.argument("query", metavar='"SELECT …"')
@click.option("--csv", "as_csv", is_flag=True, help="CSV on standard output.")
@click.option("--json", "as_json", is_flag=True, help="JSON on standard output.")
@click.option("--parquet", type=click.Path(path_type=Path), metavar="FILE", help="Parquet into a file.")
@one_line_errors
def sql(home_folder: Path, query: str, as_csv: bool, as_json: bool, parquet: Path | None) -> None:
    """Query the published warehouse in SQL, read-only.

    Tables, views and macros are listed in sql/README.md, and by "SHOW TABLES".

    - reads the query from standard input: internships sql - < sql/questions/closed_last_week.sql
    """
    from pipeline.query.ask import ask

    if as_csv + as_json + (parquet is not None) > 1:
        refuse("--csv, --json and --parquet exclude one another; choose one")
    form = "csv" if as_csv else "json" if as_json else None
    if query == "-":
        query = sys.stdin.read()
    ask(Home(home_folder.absolute()).warehouse, query, form, parquet)


@click.command()
@home_option
@click.argument("identifier", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Everything as one JSON object.")
@one_line_errors
def show(home_folder: Path, identifier: str, as_json: bool) -> None:
    """One internship: facts with quotes, listings, history.

    ID is that of an internship or of one of its listings; an unambiguous prefix is enough. The id of an internship that was
    merged into another one leads there.
    """
    from rich.console import Console

    from pipeline.query.show import draw, read, to_json
    from pipeline.terminal import answer_stream

    out = answer_stream("json" if as_json else None)
    internship = read(Home(home_folder.absolute()).warehouse, identifier)
    if as_json:
        click.echo(to_json(internship), file=out)
    else:
        draw(internship, Console(file=out, highlight=False))


@click.command()
@home_option
@click.option(
    "--profile",
    "profile_file",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="YAML or JSON file that describes the person and their wishes.",
)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many to show.")
@click.option("--excluded", is_flag=True, help="Show those that are ruled out instead, and why.")
@click.option("--json", "as_json", is_flag=True, help="All of them as a JSON array.")
@one_line_errors
def suggest(home_folder: Path, profile_file: Path, limit: int, excluded: bool, as_json: bool) -> None:
    """Open internships ranked for a person, with reasons.

    Shows for each what speaks for it, what speaks against it, and what the posting does not say; and how many are ruled out,
    by what (--excluded lists them).

    data/sample/profile.yaml is an example of a profile with every key. The same in SQL: FROM suits('{…}').
    """
    from rich.console import Console

    from pipeline.query import suggest as suggestions
    from pipeline.terminal import answer_stream

    try:
        profile = suggestions.read_profile(profile_file)
    except suggestions.ProfileError as error:
        for problem in error.problems:
            click.echo(f"internships: {' '.join(problem.split())}", err=True)
        sys.exit(EXIT_USAGE)
    out = answer_stream("json" if as_json else None)
    ranked = suggestions.suggest(Home(home_folder.absolute()).warehouse, profile)
    rows = ranked.ruled_out if excluded else ranked.suited
    if as_json:
        click.echo(suggestions.to_json(rows), file=out)
    else:
        suggestions.draw(ranked, rows, limit, Console(file=out, highlight=False))


@click.command()
@home_option
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8710,
    show_default=True,
    help="Port on loopback; 0 picks a free one.",
)
@click.option("--api", is_flag=True, help="The read interface by HTTP instead, with OpenAPI at /openapi.json.")
@click.option("--mcp", is_flag=True, help="The read interface for an assistant instead, on standard input and output.")
@one_line_errors
def serve(home_folder: Path, port: int, api: bool, mcp: bool) -> None:
    """Serve the dashboard on loopback until Ctrl-C.

    It shows the newest exported files. --api and --mcp answer from the published warehouse, read-only; they need the packages of
    the extra 'api'.
    """
    if api and mcp:
        refuse("--api and --mcp exclude one another; choose one")
    home = Home(home_folder.absolute())
    if api or mcp:
        _serve_interface(home, port, api)
        return
    from pipeline.dashboard.serve import make_server

    with make_server(home.exports / "latest", port) as server:
        click.echo(f"dashboard at http://{server.server_name}:{server.server_port}/ (Ctrl-C stops)")
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()


@click.command()
@home_option
@click.option("--from", "since", type=Day(), required=True, help="The night after which; its own changes are left out.")
@click.option("--to", "until", type=Day(), help="The last night. [default: the newest]")
@one_line_errors
def changes(home_folder: Path, since: date, until: date | None) -> None:
    """What changed from one night to another, as NDJSON.

    For who keeps a copy: added, changed, closed, reopened, merged and split internships, in order.
    """
    from pipeline.query.changes import write_changes
    from pipeline.terminal import answer_stream

    if until and until < since:
        refuse(f"--to: {until} is before {since}, the night of --from")
    write_changes(Home(home_folder.absolute()).warehouse, since, until, answer_stream("json"))


@click.command()
@home_option
@click.option(
    "--to", "folder", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Folder to prepare."
)
@click.option("--site", required=True, metavar="URL", help="Address at which the folder will be found.")
@one_line_errors
def publish(home_folder: Path, folder: Path, site: str) -> None:
    """Prepare a folder to publish: GitHub Pages, a bucket, a Hugging Face dataset, a release.

    The newest exports with the dashboard, a dataset card, the rights of each source, an index of nights and the changes of each.
    Run it again after each night: files that are no more are removed.
    """
    from pipeline.exports.site import publish_site

    if not site.startswith(("https://", "http://")):
        refuse(f"--site: {site!r} is no web address such as https://example.org/internships/")
    night, files = publish_site(Home(home_folder.absolute()).exports, folder.absolute(), site.rstrip("/") + "/")
    click.echo(f"night {night}: {counted(files, 'file')} in {folder}")


def _serve_interface(home: Home, port: int, api: bool) -> None:
    try:
        from pipeline.interface import api as by_http
        from pipeline.interface import assistant
    except ModuleNotFoundError as error:
        refuse(f"{error.name} is not installed; it comes with the extra: pip install 'international-internships[api]'")
    from pipeline.storage.warehouse import night_of

    night_of(home.warehouse)  # refuses a home without a night before anybody asks
    if api:
        click.echo(f"read interface at http://{by_http.ADDRESS}:{port}/openapi.json (Ctrl-C stops)")
        by_http.serve(home.warehouse, port, Settings.from_environment())
    else:
        assistant.serve(home.warehouse)
