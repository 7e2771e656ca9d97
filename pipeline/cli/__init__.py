"""`internships`: the command line. Each command checks what it was given, calls one function, and prints the result.

Wrong use gets one clear line and exit code 2, a failed night exit code 1. Only `run` imports dagster, and only the crawler
processes import scrapy: the other commands start at once.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec

import click

from pipeline.errors import PipelineError
from pipeline.settings import Settings
from pipeline.shipped import shipped
from pipeline.storage.home import Home, HomeError
from pipeline.wording import counted

if TYPE_CHECKING:
    from pipeline.review.decisions import Decision
    from scrapers.source import Catalogue

Params = ParamSpec("Params")

SAMPLE_NIGHT = date(2026, 11, 20)
"""The night data/sample was written for."""


class Day(click.ParamType[date]):
    """A date as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date; write it as 2026-11-20", param, ctx)


home_option = click.option(
    "--home",
    "home_folder",
    type=click.Path(file_okay=True, path_type=Path),
    envvar="INTERNSHIPS_HOME",
    default=Path("data/home"),
    show_default=True,
    help="Folder that everything is kept in (or INTERNSHIPS_HOME).",
)


def refuse(message: str, code: int = 2) -> NoReturn:
    """End with one line on standard error."""
    click.echo(f"internships: {' '.join(message.split())}", err=True)
    sys.exit(code)


def tell_failure(words: str) -> None:
    """Tell whom INTERNSHIPS_WEBHOOK and INTERNSHIPS_MAIL name; that this failed takes the place of no other error."""
    from pipeline.reports import alerts

    try:
        alerts.send(words)
    except alerts.AlertError as error:
        click.echo(f"internships: {error}", err=True)


def clear_errors(command: Callable[Params, None]) -> Callable[Params, None]:
    """A command whose foreseen errors become one line."""

    @wraps(command)
    def guarded(*args: Params.args, **kwargs: Params.kwargs) -> None:
        from scrapers.pairs import PairError
        from scrapers.source import CatalogueError
        from scrapers.wire.warc import ArchiveError

        try:
            command(*args, **kwargs)
        except (PipelineError, CatalogueError, ArchiveError, PairError) as error:
            refuse(str(error))
        except BrokenPipeError:  # the reader of our output has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    return guarded


class OneLineErrors(click.Group):
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
            refuse("stopped", code=130)


@click.group(cls=OneLineErrors, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="international-internships")
def main() -> None:
    """An open, nightly warehouse of international internships.

    \b
    The first five minutes:
      internships run --sample                       one whole night, offline
      internships serve                              the page over its files
      internships sql "FROM closing_soon"            a question; sql/README.md has ten worked ones
      internships suggest --profile data/sample/profile.yaml
    """


@main.command()
@home_option
@click.option(
    "--night",
    type=Day(),
    help="Date of the night. [default: today in INTERNSHIPS_ZONE; with --replay, that of the archive]",
)
@click.option(
    "--replay",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE.warc.gz",
    help="Read from this archive instead of the live web; may be given several times.",
)
@click.option("--source", "sources", multiple=True, metavar="ID", help="Only this source; may be given several times.")
@click.option("--channel", "channels", multiple=True, metavar="CHANNEL", help="Only the sources of this channel.")
@click.option("--sample", is_flag=True, help="The recorded sample, offline: invented sources over all channels.")
@clear_errors
def run(
    home_folder: Path,
    night: date | None,
    replay: tuple[Path, ...],
    sources: tuple[str, ...],
    channels: tuple[str, ...],
    sample: bool,
) -> None:
    """Run one night: collect, clean, match, publish.

    Exits 0 when the night was published, whatever single sources did; the table at the end tells how each fared. The same
    night may be run again; --source then replaces that source's part only.
    """
    from pipeline.nightly import launch
    from scrapers.source import read_catalogue
    from scrapers.wire.warc import check_archive

    catalogue = _catalogue(sample)
    if sample:
        if replay:
            refuse("--sample brings its own archive; leave --replay away")
        replay = tuple(sorted(shipped("data", "sample").glob("*.warc.gz")))
        night = night or SAMPLE_NIGHT
    read_catalogue(catalogue).select(list(sources), list(channels))
    facts = [check_archive(path) for path in replay]
    if night is None:
        night = max(fact.last_date for fact in facts).date() if facts else launch.tonight()
    home = Home(home_folder.absolute())
    error = launch.run_night(home, catalogue, night, replay, sources, channels)
    if error:
        tell_failure(f"night {night} was not published: {error}")
        refuse(f"night {night} was not published: {error}", code=1)
    click.echo(home.report(night).read_text(encoding="utf-8"), nl=False)
    click.echo(f"\nwarehouse  {_short(home.warehouse)}\nexports    {_short(home.exports / 'latest')}{os.sep}")


@main.command()
@click.argument("raw_file", type=click.Path(path_type=Path), metavar="RAW.ndjson")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="F.parquet", help="Where the cleaned listings go."
)
@click.option("--night", type=Day(), help="What relative and year-less dates count from where a row has no fetched_at.")
@clear_errors
def clean(raw_file: Path, out: Path, night: date | None) -> None:
    """Clean raw listings: RAW.ndjson to one Parquet row a listing."""
    from pipeline.clean import write_cleaned
    from pipeline.storage.raw import RawFile
    from scrapers.source import read_catalogue

    if not raw_file.is_file():
        refuse(f"no file at {raw_file}")
    if not out.absolute().parent.is_dir():
        refuse(f"no folder {out.absolute().parent}")
    rows = write_cleaned(RawFile(raw_file), night, read_catalogue(_catalogue(sample=False)).by_id, out)
    click.echo(f"{counted(rows, 'listing')} cleaned into {out}")


@main.command(name="match")
@click.argument("listings_file", type=click.Path(path_type=Path), metavar="F.parquet")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="G.parquet", help="Where the matches go."
)
@clear_errors
def match_listings(listings_file: Path, out: Path) -> None:
    """Match listings: which of them are one internship.

    F: cleaned listings, or plain ones. G: one row a listing with its internship_id, score and reason.
    """
    from pipeline.match.batch import ListingsError, match_file

    if not listings_file.is_file():
        refuse(f"no file at {listings_file}")
    if not out.absolute().parent.is_dir():
        refuse(f"no folder {out.absolute().parent}")
    try:
        listings, internships = match_file(listings_file, out)
    except ListingsError as error:
        refuse(str(error))
    click.echo(f"{counted(listings, 'listing')}, {counted(internships, 'internship')}; written to {out}")


@main.command()
@home_option
@click.option("--from", "start", type=Day(), required=True, help="First night to replay from its raw files.")
@click.option("--sample", is_flag=True, help="With the catalogue of the recorded sample.")
@clear_errors
def rebuild(home_folder: Path, start: date, sample: bool) -> None:
    """Make the nights anew from their raw files.

    After a fix in cleaning or matching; without the network.
    """
    from pipeline.nightly.progress import say
    from pipeline.nightly.replay import rebuild as rebuild_nights
    from scrapers.source import read_catalogue

    home = Home(home_folder.absolute())
    if not home.nights_with_raw():
        raise HomeError(f"no raw files in {home_folder}; make some with: internships run")
    catalogue = read_catalogue(_catalogue(sample))
    with home.lock():
        nights = rebuild_nights(home, catalogue, start, on_night=lambda night: say(f"== night {night}"))
    click.echo(f"{counted(len(nights), 'night')} made anew, {nights[0]} to {nights[-1]}")


@main.command()
@home_option
@clear_errors
def rollback(home_folder: Path) -> None:
    """Take the newest night back: the night before is published again."""
    from pipeline.nightly.replay import rollback as roll_back

    home = Home(home_folder.absolute())
    if not home.newest_night():
        raise HomeError(f"no night at {home_folder}; make one with: internships run")
    with home.lock():
        dropped, back_to = roll_back(home)
    click.echo(f"night {dropped} was taken back; {back_to} is published again")


@main.command()
@home_option
@click.option("--alert", is_flag=True, help="Send what is wrong and was not told yet, and print that alone: for cron.")
@clear_errors
def status(home_folder: Path, alert: bool) -> None:
    """The last night: outcomes, and what needs a person."""
    from pipeline.reports import text as report
    from pipeline.review.verified import read_verified
    from pipeline.storage import warehouse

    home = Home(home_folder.absolute())
    if alert:
        from pipeline.reports import alerts

        if not home.root.is_dir():  # a home without a night yet has no problem, a wrong folder in a crontab has
            raise HomeError(f"no home at {home_folder}")
        for words in alerts.tell_new(home, datetime.now(tz=UTC)):
            click.echo(words)
        return
    night = warehouse.night_of(home.warehouse)
    click.echo(report.render(home.warehouse, night, read_verified(home)), nl=False)


@main.command()
@home_option
@click.argument("query", metavar='"SELECT …"')
@click.option("--csv", "as_csv", is_flag=True, help="CSV on standard output.")
@click.option("--json", "as_json", is_flag=True, help="JSON on standard output.")
@click.option("--parquet", type=click.Path(path_type=Path), metavar="FILE", help="Parquet into a file.")
@clear_errors
def sql(home_folder: Path, query: str, as_csv: bool, as_json: bool, parquet: Path | None) -> None:
    """Ask the published warehouse in SQL, read-only.

    What there is: sql/README.md, or "SHOW ALL TABLES".

    - reads the question from standard input: internships sql - < sql/questions/closed_last_week.sql
    """
    from pipeline.query import ask as queries

    if as_csv + as_json + (parquet is not None) > 1:
        refuse("--csv, --json and --parquet are forms of one answer; choose one of them")
    form = "csv" if as_csv else "json" if as_json else None
    if query == "-":
        query = sys.stdin.read()
    queries.ask(Home(home_folder.absolute()).warehouse, query, form, parquet)


@main.command()
@home_option
@click.argument("identifier", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="All of it as one JSON object.")
@clear_errors
def show(home_folder: Path, identifier: str, as_json: bool) -> None:
    """One internship: facts with quotes, listings, history.

    ID: of an internship (its beginning will do, where no other begins so) or of one of its listings; ids that were merged
    away lead to where they went.
    """
    from rich.console import Console

    from pipeline.query import show as shows

    shown = shows.read(Home(home_folder.absolute()).warehouse, identifier)
    if as_json:
        click.echo(shows.as_json(shown))
    else:
        shows.draw(shown, Console(highlight=False))


@main.command()
@home_option
@click.option(
    "--profile",
    "profile_file",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="Who you are and what you look for, as YAML or JSON.",
)
@click.option("--first", type=click.IntRange(min=1), default=20, show_default=True, help="How many to show.")
@click.option("--excluded", is_flag=True, help="Show what is ruled out instead, and by what.")
@click.option("--json", "as_json", is_flag=True, help="All of them as a JSON array.")
@clear_errors
def suggest(home_folder: Path, profile_file: Path, first: int, excluded: bool, as_json: bool) -> None:
    """Open internships ranked for a person, with reasons.

    What speaks for each, what against, what nobody says; what is ruled out, and by what (--excluded).

    An example of a profile, with every key: data/sample/profile.yaml. The same in SQL: FROM suits('{…}').
    """
    from rich.console import Console

    from pipeline.query import suggest as suggests

    try:
        profile = suggests.read_profile(profile_file)
    except suggests.ProfileError as error:
        for problem in error.problems:
            click.echo(f"internships: {' '.join(problem.split())}", err=True)
        sys.exit(2)
    found = suggests.suggest(Home(home_folder.absolute()).warehouse, profile)
    rows = found.ruled_out if excluded else found.suited
    if as_json:
        click.echo(suggests.as_json(rows))
    else:
        suggests.draw(found, rows, first, Console(highlight=False))


@main.command()
@home_option
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8710,
    show_default=True,
    help="Port on loopback; 0 takes any free one.",
)
@clear_errors
def serve(home_folder: Path, port: int) -> None:
    """The dashboard, on loopback only, until Ctrl-C.

    It shows the newest exported files.
    """
    from pipeline.dashboard.serve import make_server

    with make_server(Home(home_folder.absolute()).exports / "latest", port) as server:
        click.echo(f"dashboard at http://{server.server_name}:{server.server_port}/ (Ctrl-C stops)")
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()


@main.group()
def sources() -> None:
    """The catalogue of sources: look, add, check.

    \b
    A new source of a known spider is one entry and one command:
      internships sources new greenhouse       what to write, and where
      internships sources check ID             one polite look: does it work?
    """


@sources.command(name="list", short_help="The sources: counts, or a line for each.")
@home_option
@click.option(
    "--channel", "channels", multiple=True, metavar="CHANNEL", help="Only this channel; may be given several times."
)
@click.option("--spider", "spiders", multiple=True, metavar="SPIDER", help="Only this spider.")
@click.option("--country", "countries", multiple=True, metavar="CC", help="Only openings of this country, such as DE.")
@click.option(
    "--outcome", "outcomes", multiple=True, metavar="OUTCOME", help="Only what fared so on the home's newest night."
)
@click.option("--unverified", is_flag=True, help="Only what nobody has seen to work yet.")
@click.option("--all", "every", is_flag=True, help="A line for each source, where nothing is chosen.")
@click.option(
    "--json", "as_json", is_flag=True, help="JSON: id, name, channel, spider, url, country, verified, outcome."
)
@clear_errors
def list_sources(
    home_folder: Path,
    channels: tuple[str, ...],
    spiders: tuple[str, ...],
    countries: tuple[str, ...],
    outcomes: tuple[str, ...],
    unverified: bool,
    every: bool,
    as_json: bool,
) -> None:
    """The sources: how many there are by channel and spider, or a line for each that is chosen.

    Into a pipe go lines with tabs and without a header: id, channel, spider, country, verified, the outcome where the home has
    a night, name, address.

    \b
    Examples:
      internships sources list --channel embassy --country JP
      internships sources list --outcome layout_changed
      internships sources list --spider lever --unverified | cut -f1 | xargs internships sources check
    """
    from pipeline.catalogue import overview as listed
    from pipeline.review.verified import read_verified
    from pipeline.storage.warehouse import WarehouseError
    from scrapers.source import read_catalogue

    home = Home(home_folder.absolute())
    catalogue = read_catalogue(_catalogue(sample=False))
    try:
        fared = listed.last_outcomes(home)
    except WarehouseError as error:
        if outcomes:
            raise
        click.echo(f"{error}; until then the list tells no outcomes", err=True)
        fared = None
    choice = listed.Choice(channels, spiders, countries, outcomes, unverified)
    rows = listed.choose(catalogue, choice, read_verified(home), fared)
    if as_json:
        listed.write_json(rows, fared is not None, sys.stdout)
    elif every or any(choice):
        listed.write_rows(rows, fared is not None, sys.stdout)
    else:
        listed.write_overview(rows, sys.stdout)


@sources.command(name="new", short_help="An entry to fill in, and where it goes.")
@click.argument("spider", required=False)
@click.option("--channel", metavar="CHANNEL", help="Channel it is for; else that of the spider's boards.")
@clear_errors
def new_source(spider: str | None, channel: str | None) -> None:
    """An entry to fill in for a source of SPIDER, and where it goes. Without SPIDER: which spiders there are.

    \b
    Examples:
      internships sources new
      internships sources new greenhouse
      internships sources new html_list --channel university
    """
    from pipeline.catalogue import new_entry as entry

    if spider:
        click.echo(entry.describe(spider, channel, _catalogue(sample=False)))
        return
    known = entry.spiders()
    width = max(map(len, known))
    for name, words in known.items():
        click.echo(f"{name:{width}}  {words}")


@sources.command(name="check", short_help="One polite look at sources: do they work?")
@home_option
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@clear_errors
def check_sources(home_folder: Path, ids: tuple[str, ...]) -> None:
    """Ask sources once, politely, and say how they fare: outcome, evidence, counts, the first rows, how full the fields are.

    Nothing goes into the warehouse. A source that is well is noted as verified in decisions/verified.yaml of the home, where
    there is a home; the reports and `sources list` read it there. An entry of your own can be checked before it is in the
    catalogue: name its folder in INTERNSHIPS_CATALOGUE. Exit 1 where one of them is not well.

    \b
    Examples:
      internships sources check unhcr-jobs
      internships sources check greenhouse.acme lever.acme --home ~/internships
    """
    from pipeline.catalogue import probe
    from pipeline.nightly.progress import Sources
    from pipeline.review.verified import note_verified, verified_file

    home, today, began = Home(home_folder.absolute()), datetime.now(tz=UTC).date(), monotonic()
    chosen = _read_catalogue().select(list(ids))
    has_home = home.root.is_dir()
    with Sources() as shown:
        verdicts = probe.check(
            chosen,
            _catalogue(sample=False),
            today,
            memory=home.memory if has_home else None,
            drop=home.drop if has_home else None,
            on_run=shown,
        )
    for verdict in verdicts:
        click.echo(probe.tell(verdict) + "\n")
    well = [verdict.source.id for verdict in verdicts if verdict.is_well]
    if well and has_home:
        note_verified(home, dict.fromkeys(well, today))
    if well:
        where = f", noted in {_short(verified_file(home))}" if has_home else " (write it into the entry)"
        click.echo(f"verified: {today}{where}: {', '.join(well)}")
    click.echo(f"{len(well)} of {len(verdicts)} well, {monotonic() - began:.1f} s")
    if len(well) < len(verdicts):
        sys.exit(1)


@sources.command(name="record", short_help="A live crawl as a recorded pair for tests.")
@home_option
@click.argument("source_id", metavar="ID")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("tests/sources"),
    show_default=True,
    help="Folder of the recorded pairs.",
)
@clear_errors
def record_source(home_folder: Path, source_id: str, out: Path) -> None:
    """Crawl a source live and write it as a recorded pair for the tests: pages, source.yaml, expected.ndjson.

    E-mail addresses and telephone numbers of persons are taken out of the pages; names are not, so look for them.

    Example: internships sources record unhcr-jobs
    """
    from pipeline.catalogue.record import record
    from pipeline.nightly.progress import Sources

    (source,) = _read_catalogue().select([source_id])
    if not out.is_dir():
        refuse(f"no folder {out}; name that of the recorded pairs with --out")
    home = Home(home_folder.absolute())
    with Sources() as shown:
        done = record(
            source,
            _catalogue(sample=False),
            datetime.now(tz=UTC).date(),
            out,
            memory=home.memory if home.root.is_dir() else None,
            drop=home.drop if home.root.is_dir() else None,
            on_run=shown,
        )
    live, replayed = done.live, done.replayed
    made = f"{counted(done.pages, 'page')} and {counted(replayed['kept'], 'listing')}"
    click.echo(f"{made} in {_short(done.folder.absolute())}{os.sep}")
    if [live[key] for key in ("outcome", "kept")] != [replayed[key] for key in ("outcome", "kept")]:
        click.echo(
            f"The live crawl was {live['outcome']} with {live['kept']} listings, the pages by themselves are "
            f"{replayed['outcome']} with {replayed['kept']}: {replayed['evidence'] or 'no word why'}"
        )
    click.echo(
        "Read expected.ndjson against the pages. Then shorten the pages to what shows something, put invented employers and\n"
        "texts in the place of real ones, remove expected.ndjson, and have it written again:\n"
        "  python -m pytest -n0 tests/scrapers/test_pairs.py"
    )


@sources.command(name="discover", short_help="Boards that the catalogue lacks, to paste.")
@home_option
@click.option(
    "--least", type=click.IntRange(min=1), default=1, show_default=True, help="Internships that point to a board."
)
@click.option("--json", "as_json", is_flag=True, help="JSON: an object a proposal.")
@clear_errors
def discover_sources(home_folder: Path, least: int, as_json: bool) -> None:
    """Boards that listings point to and the catalogue lacks: entries to paste. Nothing is added.

    Into each file's `sources:` go the lines that stand under its name; check each before you keep it.

    \b
    Examples:
      internships sources discover --least 3
      internships sources discover --json | jq -r '.[] | select(.spider == "lever") | .id'
    """
    from pipeline.catalogue import discover

    found = discover.discover(
        Home(home_folder.absolute()).warehouse, _read_catalogue(), _catalogue(sample=False), least
    )
    (discover.write_json if as_json else discover.write)(found, sys.stdout)


@main.group()
def matches() -> None:
    """Why listings are one internship; what people decide.

    A and B are ids of listings or of internships, or their beginnings; an id that was merged away stands for what it became.
    A decision is written to decisions/matches.ndjson of the home and holds from the next night on, through every rebuild; the
    opposite one takes it back.
    """


@matches.command(name="explain", short_help="Why A and B are one internship, or not.")
@home_option
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@clear_errors
def explain_match(home_folder: Path, one: str, other: str) -> None:
    """Why A and B are one internship, or are not: posting ids, what forbids it, the points of each feature, decisions."""
    from pipeline.review.explain import render_explanation

    click.echo(render_explanation(Home(home_folder.absolute()), one, other))


who_option = click.option("--who", default=getpass.getuser, show_default="your user name", help="Who decides.")
why_option = click.option("--why", metavar="TEXT", help="Why, for who reads it later.")


@matches.command(name="merge", short_help="Decide that A and B are one internship.")
@home_option
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@who_option
@why_option
@clear_errors
def merge_matches(home_folder: Path, one: str, other: str, who: str, why: str | None) -> None:
    """Decide that A and B are one internship: all listings of the one and all of the other.

    Example: internships matches merge i_1f0c2a i_93be77 --why "the same requisition number"
    """
    from pipeline.review import decisions

    home = Home(home_folder.absolute())
    _say_decided(home, decisions.merge(home, one, other, who, _now(), why))


@matches.command(name="split", short_help="Decide that a listing is not of the others.")
@home_option
@click.argument("which", metavar="ID")
@who_option
@why_option
@clear_errors
def split_match(home_folder: Path, which: str, who: str, why: str | None) -> None:
    """Decide that a listing is not of its internship; of an internship: that each of its listings is one of its own.

    Example: internships matches split l_5b1e02 --why "another team"
    """
    from pipeline.review import decisions

    home = Home(home_folder.absolute())
    _say_decided(home, decisions.split(home, which, who, _now(), why))


def _say_decided(home: Home, decision: Decision) -> None:
    one, other = len(decision.listings), counted(len(decision.others), "listing")
    word = "are one" if decision.decision == "merge" else "are apart"
    at_once = f"internships rebuild --from {home.newest_night()}"
    click.echo(f"decided: {one} and {other} {word}; it holds from the next night on, or at once with: {at_once}")


def _now() -> datetime:
    return datetime.now(tz=UTC).replace(microsecond=0)


def _read_catalogue() -> Catalogue:
    from scrapers.source import read_catalogue

    return read_catalogue(_catalogue(sample=False))


def _catalogue(sample: bool) -> Path:
    """The sample's catalogue; else INTERNSHIPS_CATALOGUE, else the shipped one."""
    if sample:
        return shipped("data", "sample", "sources")
    return Settings.from_environment().catalogue


def _short(path: Path) -> str:
    """The path as seen from here, where it lies below."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


from pipeline.cli.words import words as words_group  # noqa: E402 (it uses what is above)

main.add_command(words_group)
