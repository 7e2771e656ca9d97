"""Commands about the catalogue of sources: list, new, check, health, record, discover, prune."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from time import monotonic

import click

from pipeline.cli.common import (
    EXIT_FAILED,
    catalogue_folder,
    home_option,
    load_catalogue,
    one_line_errors,
    refuse,
    replay_option,
    utc_now,
)
from pipeline.errors import PipelineError
from pipeline.storage.home import Home
from pipeline.wording import counted, display_path


@click.group()
def sources() -> None:
    """The catalogue of sources: list, add, check.

    \b
    A new source for an existing spider takes one entry and one command:
      internships sources new URL              the entry that an address is
      internships sources new greenhouse       what to write, and where
      internships sources check ID             one polite look: does it work?
    """


@sources.command(name="list", short_help="The sources: counts, or one per line.")
@home_option
@click.option("--channel", "channels", multiple=True, metavar="CHANNEL", help="Only this channel; may be repeated.")
@click.option("--spider", "spiders", multiple=True, metavar="SPIDER", help="Only this spider.")
@click.option("--country", "countries", multiple=True, metavar="CC", help="Only openings in this country, such as DE.")
@click.option(
    "--outcome", "outcomes", multiple=True, metavar="OUTCOME", help="Only with this outcome on the home's newest night."
)
@click.option("--unverified", is_flag=True, help="Only those never seen to work.")
@click.option("--all", "every", is_flag=True, help="One source per line, without a filter.")
@click.option(
    "--json", "as_json", is_flag=True, help="JSON: id, name, channel, spider, url, country, verified, outcome."
)
@one_line_errors
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
    """The sources: counts by channel and spider, or one per line where a filter is given.

    A pipe gets tab-separated lines without a header: id, channel, spider, country, verified, the outcome if the home has a
    night, name, address.

    \b
    Examples:
      internships sources list --channel embassy --country JP
      internships sources list --outcome layout_changed
      internships sources list --spider lever --unverified | cut -f1 | xargs internships sources check
    """
    from pipeline.catalogue import overview
    from pipeline.review.verified import read_verified
    from pipeline.terminal import answer_stream

    home = Home(home_folder.absolute())
    all_rows = overview.read_rows(catalogue_folder())
    try:
        last_outcomes = overview.last_outcomes(home)
    except PipelineError as error:
        if outcomes:
            raise
        click.echo(f"{error}; the list shows no outcomes", err=True)
        last_outcomes = None
    selection = overview.Selection(channels, spiders, countries, outcomes, unverified)
    rows = overview.select(all_rows, selection, read_verified(home), last_outcomes)
    if note := overview.left_out([row.id for row in all_rows], last_outcomes):
        click.echo(note, err=True)
    out = answer_stream("json" if as_json else None)
    if as_json:
        overview.write_json(rows, last_outcomes is not None, out)
    elif every or any(selection):
        overview.write_rows(rows, last_outcomes is not None, out)
    else:
        overview.write_overview(rows, out)


@sources.command(name="new", short_help="An entry: recognised from an address, or to fill in.")
@click.argument("what", required=False, metavar="[URL|SPIDER]")
@click.option(
    "--channel", metavar="CHANNEL", help="Channel of the source; by default that of the spider's boards, or a guess."
)
@click.option("--name", metavar="NAME", help="Name of the source; by default what its page calls itself.")
@click.option("--write", is_flag=True, help="Of a URL: add the entry to recognised.yaml of its channel.")
@replay_option("a URL")
@one_line_errors
def new_source(
    what: str | None, channel: str | None, name: str | None, write: bool, archives: tuple[Path, ...]
) -> None:
    """An entry for a new source: recognised from its URL, or the example of SPIDER to fill in. Without either: the spiders.

    A URL is looked at once, politely, with its feeds, the next page and two of its postings. The entry goes to standard output
    as YAML; its comments show the first rows, how full the fields are, and what is doubtful. Where no entry can be written, the
    reason is given and the command exits 1: drawn by scripts, a login, robots.txt, reserved rights, no internships.

    \b
    Examples:
      internships sources new https://www.example.edu/placements
      internships sources new https://www.example.edu/placements --channel university --write
      internships sources new greenhouse
      internships sources new html_list --channel university
    """
    from pipeline.catalogue import new_entry

    if what and "://" in what:
        _recognise(what, channel, name, archives, write=write)
    elif what and not what.isidentifier():
        refuse(f"{what} is neither a spider nor an address, which begins with https://")
    elif what:
        click.echo(new_entry.describe(what, channel, catalogue_folder()))
    else:
        summaries = new_entry.spiders()
        width = max(map(len, summaries))
        for spider, summary in summaries.items():
            click.echo(f"{spider:{width}}  {summary}")


def _recognise(url: str, channel: str | None, name: str | None, archives: tuple[Path, ...], *, write: bool) -> None:
    """Look at an address, and print its entry or the reason why there is none."""
    from tempfile import TemporaryDirectory

    from pipeline.catalogue.recognition import entry
    from pipeline.catalogue.recognition.recognise import recognise
    from pipeline.catalogue.recognition.web import Web
    from scrapers.source import CHANNELS

    if channel and channel not in CHANNELS:
        refuse(f"unknown channel: {channel} (one of: {', '.join(CHANNELS)})")
    catalogue, today = load_catalogue(), utc_now().date()
    with TemporaryDirectory(prefix="internships-") as folder:
        web = Web(Path(folder), today, archives)
        (found,) = recognise([url], web, catalogue_folder(), lambda text: click.echo(text, err=True))
    if found.entry is None:
        click.echo(f"No entry for {url}: {found.reason}", err=True)
        sys.exit(EXIT_FAILED)
    if known := entry.known_source(found, catalogue):
        found.warnings.append(f"the catalogue has this source already: {known.id}")
    proposal = entry.propose_entry(found, catalogue, today, channel, name)
    click.echo(entry.describe(found, proposal, catalogue_folder()))
    if write and known:
        refuse(f"not written: the catalogue has this source already, {known.id}")
    if write:
        file = entry.write_entry(proposal, catalogue_folder())
        click.echo(
            f"written to {display_path(file)}; try it: internships sources check {proposal.values['id']}", err=True
        )


@sources.command(name="check", short_help="One polite look at sources: do they work?")
@home_option
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@one_line_errors
def check_sources(home_folder: Path, ids: tuple[str, ...]) -> None:
    """Fetch sources once, politely, and report on each: outcome, evidence, counts, the first rows, fill rates.

    Nothing goes into the warehouse. A source that works is noted as verified in decisions/verified.yaml of the home, if there
    is a home; the reports and `sources list` read it there. To check an entry of your own before it is in the catalogue, put
    its folder in INTERNSHIPS_CATALOGUE. Exits 1 if one of them does not work.

    \b
    Examples:
      internships sources check unhcr-jobs
      internships sources check greenhouse.acme lever.acme --home ~/internships
    """
    from pipeline.catalogue import probe
    from pipeline.nightly.progress import SourceProgress, set_up_logging
    from pipeline.review.verified import note_verified, verified_file

    home, today, started = Home(home_folder.absolute()), utc_now().date(), monotonic()
    selected = load_catalogue().select(list(ids))
    has_home = home.root.is_dir()
    set_up_logging()
    with SourceProgress() as progress:
        verdicts = probe.check(
            selected,
            catalogue_folder(),
            today,
            memory=home.memory if has_home else None,
            drop=home.drop if has_home else None,
            on_run=progress,
        )
    for verdict in verdicts:
        click.echo(probe.describe(verdict) + "\n")
    healthy = [verdict.source.id for verdict in verdicts if verdict.is_healthy]
    if healthy and has_home:
        note_verified(home, dict.fromkeys(healthy, today))
    if healthy:
        lacks_it = any(each.source.verified != today for each in verdicts if each.is_healthy)
        elsewhere = " (add it to the entry)" if lacks_it else ""
        noted_in = f", noted in {display_path(verified_file(home))}" if has_home else elsewhere
        click.echo(f"verified: {today}{noted_in}: {', '.join(healthy)}")
    click.echo(f"{len(healthy)} of {len(verdicts)} healthy, {monotonic() - started:.1f} s")
    if len(healthy) < len(verdicts):
        sys.exit(EXIT_FAILED)


@sources.command(name="health", short_help="How sources fare over the nights, and what to do.")
@home_option
@click.argument("ids", nargs=-1, metavar="[ID]…")
@click.option("--all", "every", is_flag=True, help="Those that are well too.")
@click.option("--json", "as_json", is_flag=True, help="JSON: one object per source.")
@one_line_errors
def source_health(home_folder: Path, ids: tuple[str, ...], every: bool, as_json: bool) -> None:
    """How sources fare over the nights of the home: nights since the last good one, open listings and those abroad, requests a
    night, what to do. Without IDs: those that are not well.

    A source named by ID whose layout changed is looked at again, on what its last night recorded: where its postings are found
    in another way, the changed entry is printed. It is not applied.

    \b
    Examples:
      internships sources health
      internships sources health example-university --home ~/internships
      internships sources health --all --json | jq '.[] | select(.abroad == 0 and .requests > 50) | .id'
    """
    from pipeline.catalogue import health, layouts, overview
    from pipeline.terminal import answer_stream

    home, catalogue = Home(home_folder.absolute()), load_catalogue()
    selected = {source.id: source for source in catalogue.select(list(ids))}
    rows = [row for row in health.read_health(home, selected) if ids or every or row.nights_since_good]
    if note := overview.left_out(catalogue.by_id.keys(), overview.last_outcomes(home)):
        click.echo(note, err=True)
    out = answer_stream("json" if as_json else None)
    (health.write_json if as_json else health.write_table)(rows, out)
    changed = [row for row in rows if ids and row.outcome == "layout_changed" and not as_json]
    for row in changed:
        for change in layouts.look_again([selected[row.id]], home, home.warehouse, row.night, catalogue_folder()):
            click.echo(layouts.describe(change))


@sources.command(name="record", short_help="Record a live crawl as a test pair.")
@home_option
@click.argument("source_id", metavar="ID")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("tests/sources"),
    show_default=True,
    help="Folder of the recorded pairs.",
)
@one_line_errors
def record_source(home_folder: Path, source_id: str, out: Path) -> None:
    """Crawl a source live and write a recorded pair for the tests: pages, source.yaml, expected.ndjson.

    E-mail addresses and telephone numbers of persons are removed from the pages; names are not, so look for them.

    Example: internships sources record unhcr-jobs
    """
    from pipeline.catalogue.record import record
    from pipeline.nightly.progress import SourceProgress, set_up_logging

    (source,) = load_catalogue().select([source_id])
    if not out.is_dir():
        refuse(f"no folder {out}; name the folder of recorded pairs with --out")
    home = Home(home_folder.absolute())
    has_home = home.root.is_dir()
    set_up_logging()
    with SourceProgress() as progress:
        recorded = record(
            source,
            catalogue_folder(),
            utc_now().date(),
            out,
            memory=home.memory if has_home else None,
            drop=home.drop if has_home else None,
            on_run=progress,
        )
    live, replayed = recorded.live, recorded.replayed
    contents = f"{counted(recorded.pages, 'page')} and {counted(replayed['kept'], 'listing')}"
    click.echo(f"{contents} in {display_path(recorded.folder.absolute())}{os.sep}")
    if [live[key] for key in ("outcome", "kept")] != [replayed[key] for key in ("outcome", "kept")]:
        click.echo(
            f"The live crawl was {live['outcome']} with {live['kept']} listings, the pages alone are "
            f"{replayed['outcome']} with {replayed['kept']}: {replayed['evidence'] or 'no reason given'}"
        )
    click.echo(
        "Compare expected.ndjson with the pages. Then cut the pages down to what matters, replace real employers and texts by\n"
        "invented ones, delete expected.ndjson, and have it written again:\n"
        "  python -m pytest -n0 tests/scrapers/test_pairs.py"
    )


@sources.command(name="discover", short_help="Sources that the catalogue lacks, to paste.")
@home_option
@click.option(
    "--sites",
    "sites_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Look through these institutions: CSV with name, url and perhaps country.",
)
@click.option(
    "--budget",
    type=click.IntRange(min=3),
    default=12,
    show_default=True,
    help="Of --sites: requests a site, to find its pages.",
)
@replay_option("--sites")
@click.option(
    "--min-internships",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Only boards that at least this many internships link to.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON: one object per proposal, or per site.")
@one_line_errors
def discover_sources(
    home_folder: Path,
    sites_file: Path | None,
    budget: int,
    archives: tuple[Path, ...],
    min_internships: int,
    as_json: bool,
) -> None:
    """Sources that the catalogue lacks, as entries to paste. Nothing is added.

    Without --sites: boards that the listings of the home link to. Paste the lines below a file's name into its `sources:`, and
    check each source before you keep it.

    With --sites: the pages of institutions that list internships, found from their home pages and sitemaps by the words of
    their links, politely and within a budget, and recognised as `sources new URL` does. Sites that are done are noted in
    FILE.done, so that a search that was interrupted goes on; remove it to look again.

    \b
    Examples:
      internships sources discover --min-internships 3
      internships sources discover --json | jq -r '.[] | select(.spider == "lever") | .id'
      internships sources discover --sites universities.csv > proposals.yaml
    """
    from pipeline.catalogue import discover
    from pipeline.terminal import answer_stream

    out = answer_stream("json" if as_json else None)
    if sites_file:
        from pipeline.catalogue.recognition import sites

        results = sites.discover_sites(
            sites.read_sites(sites_file),
            load_catalogue(),
            catalogue_folder(),
            utc_now().date(),
            done=sites_file.with_name(f"{sites_file.name}.done"),
            budget=budget,
            replay=archives,
            progress=lambda text: click.echo(text, err=True),
        )
        (sites.write_json if as_json else sites.write_results)(results, out)
        return
    discovery = discover.discover(
        Home(home_folder.absolute()).warehouse, load_catalogue(), catalogue_folder(), min_internships
    )
    (discover.write_json if as_json else discover.write)(discovery, out)


@sources.command(name="prune", short_help="Unproven sources that died, as a change to review.")
@home_option
@one_line_errors
def prune_sources(home_folder: Path) -> None:
    """The catalogue without the unproven sources that the nights of this home have dropped, as a unified diff.

    Nothing is written.

    The change is relative to the folder of the catalogue; what it is about goes to standard error.

    \b
    Examples:
      internships sources prune
      internships sources prune | git apply --directory data/sources
    """
    from pipeline.catalogue import prune
    from pipeline.nightly.due import read_latest_history

    pruning = prune.prune(load_catalogue(), catalogue_folder(), read_latest_history(Home(home_folder.absolute())))
    click.echo(pruning.change, nl=False)
    click.echo(prune.describe(pruning), err=True)
