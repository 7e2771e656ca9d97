"""How a source fared on one night: the closed list of outcomes, and the groups of them that rules ask about.

Belongs here: names and meanings. Does not belong here: which outcome a run has (`scrapers.engine`, and with the runs of the
nights before `pipeline.lifecycle`). Imports nothing, so that every layer can use it.
"""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """One per source and night. The values are written to runs.ndjson and to the column `source_runs.outcome`."""

    OK = "ok"
    """Read to its end, with rows."""

    UNCHANGED = "unchanged"
    """304 Not Modified for every page: complete, and the rows of the last full read still stand."""

    EMPTY = "empty"
    """Read, and no row; only the source's own words that there are none make it complete."""

    PARTIAL = "partial"
    """Some of its rows, not all of them: truncated, unreadable rows, a page missing, an older page."""

    DROPPED = "dropped"
    """Far fewer rows than the last good run, or others than its postings: not believed yet."""

    MOVED = "moved"
    """Redirected to another board or host; the evidence has both addresses."""

    BLOCKED = "blocked"
    """Refused: 401, 403, 429, a challenge page, robots.txt, reserved rights, a spent quota."""

    GONE = "gone"
    """404 or 410, or a page that says so with another status (a soft 404)."""

    LAYOUT_CHANGED = "layout_changed"
    """The layout no longer matches the catalogue entry, another format came than expected, or known postings have other titles or
    addresses: not believed yet."""

    TIMEOUT = "timeout"
    """No response in time."""

    ERROR = "error"
    """Any other failure: 5xx, no such host, an undecodable body."""

    NOT_DUE = "not_due"
    """Not asked tonight: by its cadence, or for want of a key."""

    NOT_RECORDED = "not_recorded"
    """A replay whose archives lack its pages."""


HEALTHY = frozenset({Outcome.OK, Outcome.UNCHANGED})
"""The source was read in full and has rows."""

NOT_ASKED = frozenset({Outcome.NOT_DUE, Outcome.NOT_RECORDED})
"""No request was made, so the night says nothing about the source."""

WITH_ROWS = frozenset({Outcome.OK, Outcome.PARTIAL, Outcome.DROPPED})
"""Runs that bring rows of their own."""

FAILED = frozenset(
    {Outcome.MOVED, Outcome.BLOCKED, Outcome.GONE, Outcome.LAYOUT_CHANGED, Outcome.TIMEOUT, Outcome.ERROR}
)
"""Nothing could be read: the listings of the last good run are carried on."""
