"""Commands about matching: why listings are one internship, and what people decide."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.common import home_option, one_line_errors, utc_now
from pipeline.storage.home import Home
from pipeline.wording import counted

if TYPE_CHECKING:
    from pipeline.review.decisions import Decision

who_option = click.option("--who", default=getpass.getuser, show_default="your user name", help="Who decides.")
why_option = click.option("--why", metavar="TEXT", help="Reason, for the audit trail.")


@click.group()
def matches() -> None:
    """Why listings are one internship; people's decisions.

    A and B are ids of listings or internships, or unambiguous prefixes of them; the id of an internship that was merged stands
    for the one it became. A decision is appended to decisions/matches.ndjson of the home and applies from the next night on,
    through every rebuild; the opposite decision revokes it.
    """


@matches.command(name="explain", short_help="Why A and B are one internship, or not.")
@home_option
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@one_line_errors
def explain_match(home_folder: Path, one: str, other: str) -> None:
    """Why A and B are one internship, or are not: posting ids, contradictions, the weight of each comparison, decisions."""
    from pipeline.review.explain import render_explanation

    click.echo(render_explanation(Home(home_folder.absolute()), one, other))


@matches.command(name="merge", short_help="Decide that A and B are one internship.")
@home_option
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@who_option
@why_option
@one_line_errors
def merge_matches(home_folder: Path, one: str, other: str, who: str, why: str | None) -> None:
    """Decide that A and B are one internship: all listings of the one and all of the other.

    Example: internships matches merge i_1f0c2a i_93be77 --why "the same requisition number"
    """
    from pipeline.review import decisions

    home = Home(home_folder.absolute())
    _print_decision(home, decisions.merge(home, one, other, who, utc_now(), why))


@matches.command(name="split", short_help="Decide that a listing belongs to no other.")
@home_option
@click.argument("identifier", metavar="ID")
@who_option
@why_option
@one_line_errors
def split_match(home_folder: Path, identifier: str, who: str, why: str | None) -> None:
    """Decide that a listing is not of its internship; for an internship: that each of its listings is one of its own.

    Example: internships matches split l_5b1e02 --why "another team"
    """
    from pipeline.review import decisions

    home = Home(home_folder.absolute())
    _print_decision(home, decisions.split(home, identifier, who, utc_now(), why))


def _print_decision(home: Home, decision: Decision) -> None:
    one, other = len(decision.listings), counted(len(decision.others), "listing")
    result = "are one internship" if decision.decision == "merge" else "are separate"
    at_once = f"internships rebuild --from {home.newest_night()}"
    click.echo(f"decided: {one} and {other} {result}, from the next night on, or at once with: {at_once}")
