"""A verdict on a run, and when what a run says against earlier ones is believed: once it has said so often enough in a row.

Evidence begins with its fault and may end with a few postings that it cites, by which the next run is told to be like this one.
Belongs here: the verdict and this rule. Does not belong here: the faults (`runs`, `disagreement`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from pipeline.vocabulary import Outcome

DROPPED_FROM_ROWS = 10
"""From this many rows on, a run that lost half of the last good one's rows is taken for a fault of the source."""

BELIEVED_WITHIN_SHARE = 0.2
"""A dropped run is believed once the next complete one is this near to it, as a share of its rows."""

BELIEVED_ON_NIGHT = 3
"""What a run says against earlier ones is taken for the source's own doing from the third such night in a row on."""

_CITING = "; new: "
"""What stands in evidence before the postings that it cites, a JSON list at its end."""


class Verdict(NamedTuple):
    """The final outcome of a run, the evidence for it, whether the run is complete, and whether its rows are believed to be
    what the source has, if not all of it."""

    outcome: str
    evidence: str | None
    complete: bool
    believed: bool = True

    def noted(self, *notes: str | None) -> Verdict:
        """With notes behind its evidence; what cites postings must end with them, and stays as it is."""
        if _CITING in (self.evidence or ""):
            return self
        return self._replace(evidence="; ".join(filter(None, [self.evidence, *notes])) or None)


def believed_in_time(
    evidence: str,
    fault: str,
    before: list[dict[str, Any]],
    doubtful: Outcome = Outcome.LAYOUT_CHANGED,
    postings: Sequence[str] | None = None,
    on_night: int = BELIEVED_ON_NIGHT,
) -> Verdict:
    """The verdict on a run with this evidence, which begins with its fault: `doubtful` until it is so on the `on_night`-th night
    in a row.

    `before`: earlier runs of the source, newest first. `postings`: those that the run cites; only earlier ones that cited most of
    them count."""
    in_a_row = 1
    for earlier in before:
        is_same = earlier["outcome"] == doubtful and (earlier["evidence"] or "").startswith(fault)
        if not is_same or (postings is not None and not _cites_most(earlier["evidence"], postings)):
            break
        in_a_row += 1
    if in_a_row >= on_night:
        return Verdict(Outcome.OK, f"{evidence}; {in_a_row} nights in a row: believed", True)
    citing = "" if postings is None else f"{_CITING}{json.dumps(postings, ensure_ascii=False)}"
    return Verdict(doubtful, f"{evidence}{citing}", False, believed=doubtful == Outcome.PARTIAL)


def cited(evidence: str | None) -> list[str]:
    """The postings that this evidence cites."""
    _, _, postings = (evidence or "").partition(_CITING)
    try:
        found = json.loads(postings or "[]")
    except (ValueError, RecursionError):  # a source's own words
        return []
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _cites_most(evidence: str, postings: Sequence[str]) -> bool:
    return 2 * len(set(cited(evidence)) & set(postings)) > len(postings)


def is_near(number: int, last: int) -> bool:
    """Whether so many rows are about as many as in the last run."""
    return abs(number - last) <= BELIEVED_WITHIN_SHARE * last
