"""Whether the postings of a run are those that were known: a run that disagrees is held until the next ones say the same.

A source that answers with another board's list, with columns in the wrong rows, or with last week's page, answers well-formed:
only what was known tells. Belongs here: how much a run may disagree. Does not belong here: what is counted
(`pipeline.clean.identity.agreement`).
"""

from __future__ import annotations

import re
from typing import Any

from pipeline.lifecycle.verdict import DROPPED_FROM_ROWS, Verdict, believed_in_time, is_near
from pipeline.vocabulary import Outcome
from scrapers.runs import EMPTY_PAGE

COMPARED_FROM_POSTINGS = 3
"""So many postings that are others than before, or have other titles or addresses, are no chance."""

TURNOVER = 0.14
"""Share of a list's postings that may end in a night while as many come: of the recorded lists that stayed as long, the one that
turned over most had 55 new postings of 408."""

FURTHER_TURNOVER = 0.05
"""What each further night adds to it. Of the recorded lists of twenty postings and more that stayed as long, none had turned
over more than .15 in three nights, .19 in five and .24 in seven; others may be quicker."""

RETITLED = re.compile(r"(?<!\d)(\d{1,9}) of \d{1,9} known postings have other titles(?:, (\d{1,9}) are new)?")
"""As `note_retitled` says it."""

RETITLED_SHARE = 1 / 3
"""If so many known postings of a believed run have other titles, its new ones may be as wrong."""

RETITLED_NIGHTS = 7
"""Among so many runs that are no 304 a damaged one is looked for whose titles may go back, and one that repeated its rows."""

REPEATS = re.compile(r"repeats itself in (\d{1,9}) rows?\b")
"""As a crawl says it of rows with one id, and `note_repeated` of others."""

MOVED_SHARE = 0.4
"""More known postings than this share, at other addresses at once, are a damaged column, or all will be."""

BACK_SHARE = 0.02
"""More closed postings than this share of a list, shown again at once, are an older page's."""


def judge_exchanged(run: dict[str, Any], before: list[dict[str, Any]]) -> Verdict | None:
    """The verdict on a run whose postings are others than the last ones, as where another board's list came, or some of it; None
    where they are not. The next run that has the same new ones is believed; where these are on another site, it takes a third."""
    if not any(earlier["complete"] for earlier in before) or not _is_exchanged(run, _retitled_lately(before)):
        return None
    fault = f"shares {run['again']} of {run['had']} postings with the last good run"
    evidence = f"{fault}, and has {run['others']} others"
    on_night = 3 if _is_strange(run) else 2
    return believed_in_time(evidence, "shares ", before, Outcome.DROPPED, run["new"], on_night)


def _is_exchanged(run: dict[str, Any], retitled_lately: int) -> bool:
    """Whether none of the last postings is there, many went and as many came to a list that is shorter or about as long as it
    was, half as many came to a board that lost few, or several are on another site."""
    had, postings = run["had"], run["postings"]
    back = min(run["retitled"], max(retitled_lately, COMPARED_FROM_POSTINGS - 1))
    others, gone = run["others"] - back, had - run["again"] - back
    if had < COMPARED_FROM_POSTINGS:
        return had > 0 and not run["again"] and others >= DROPPED_FROM_ROWS  # a page of samples, say
    if others <= 0:
        return False
    is_other = not run["again"] and 2 * others > postings
    # Of a few postings, one more or less is much.
    usual = _natural_turnover(had, run["had_ago"]) + (had < DROPPED_FROM_ROWS and run["had_ago"] > 1)
    is_turned_over = min(others, gone) > usual and (postings <= had or is_near(postings, had))
    # A recorded list that grew from 111 rows to 202 in a night lacked 30 %: it was not another's merged into it.
    has_grown = run["is_on_one_site"] and gone <= usual and 2 * others > max(had, 2 * DROPPED_FROM_ROWS)
    return is_other or is_turned_over or has_grown or _is_strange(run)


def _is_strange(run: dict[str, Any]) -> bool:
    """Whether several new postings are on another site than all others; fewer are enough where others went."""
    return bool(run["strange"] + (run["again"] < run["had"]) >= COMPARED_FROM_POSTINGS)


def _natural_turnover(had: int, nights: int) -> float:
    """How many of so many postings may be others after so many nights; one more, and two, may always be. Of short lists too few
    were recorded: they may turn over each night as much as long ones in their quickest."""
    is_long = had >= 2 * DROPPED_FROM_ROWS
    share = TURNOVER + FURTHER_TURNOVER * (nights - 1) if is_long else 1 - (1 - TURNOVER) ** nights
    return max(COMPARED_FROM_POSTINGS - 1, 1 + had * share)


def judge_retitled(run: dict[str, Any], before: list[dict[str, Any]]) -> Verdict | None:
    """The verdict on a run many of whose known postings have other titles than before: a column that is damaged or in the wrong
    rows, or another board's list under the same ids; None where they have not."""
    if not before or not _is_retitled(run, before):
        return None
    fault = "other titles"
    evidence = f"{fault} in {run['retitled']} of {run['met']} known postings"
    return believed_in_time(evidence, fault, before, postings=run["other_titles"])


def _is_retitled(run: dict[str, Any], before: list[dict[str, Any]]) -> bool:
    """Whether more have other titles than may naturally, or several one and the same."""
    usual = max(_retitled_lately(before), _natural_turnover(run["met"], 1))
    return bool(run["retitled"] > usual or run["alike"] >= COMPARED_FROM_POSTINGS)


def _retitled_lately(before: list[dict[str, Any]]) -> int:
    """The most titles that were others on a night that was believed all the same: as many may go back at once, and those that
    came with them."""
    notes = (RETITLED.search(earlier["evidence"] or "") for earlier in _believed_lately(before))
    return max((int(note[1]) + int(note[2] or 0) for note in notes if note), default=0)


def note_retitled(run: dict[str, Any], before: list[dict[str, Any]]) -> str | None:
    """Words about other titles of a run that is believed all the same; None where there are not several, or many of a few."""
    if not before:
        return None
    retitled, is_much = run["retitled"], run["retitled"] >= RETITLED_SHARE * run["met"]
    if retitled < COMPARED_FROM_POSTINGS - is_much:
        return None
    new = f", {run['others'] - retitled} are new" if is_much else ""
    return f"{retitled} of {run['met']} known postings have other titles{new}"


def judge_repeated(run: dict[str, Any], before: list[dict[str, Any]]) -> Verdict | None:
    """The verdict on a run that lacks postings while more of its rows than before repeat one another: those that are missing may
    stand behind the ones that came twice; None where it does not. What it has is seen."""
    if not before:
        return None
    missing, repeats = run["had"] - run["again"], _repeats(run) + _surplus_rows(run)
    if missing <= 0 or repeats <= _repeated_lately(before):
        return None
    fault = "repeats itself"
    evidence = f"{fault}, and lacks {missing} of {run['had']} postings"
    return believed_in_time(evidence, fault, before, Outcome.PARTIAL)


def judge_emptied(run: dict[str, Any], before: list[dict[str, Any]]) -> Verdict | None:
    """The verdict on a run that lacks postings while a further page came without rows, which it did not lately: nobody
    links to such a page on purpose. None where it does not. What it has is seen."""
    is_known = any(earlier["complete"] for earlier in before)
    if not is_known or not _has_empty_page(run) or any(map(_has_empty_page, _believed_lately(before))):
        return None
    missing = run["had"] - run["again"]
    if missing <= 0:
        return None
    evidence = f"{EMPTY_PAGE}, and lacks {missing} of {run['had']} postings"
    return believed_in_time(evidence, EMPTY_PAGE, before, Outcome.PARTIAL)


def _has_empty_page(run: dict[str, Any]) -> bool:
    return EMPTY_PAGE in (run["evidence"] or "")


def _repeated_lately(before: list[dict[str, Any]]) -> int:
    """The most rows that repeated others in a run that was believed: some lists always do."""
    return max(map(_repeats, _believed_lately(before)), default=0)


def _believed_lately(before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of the last RETITLED_NIGHTS runs those that were complete. A 304 is none of them: it tells nothing of the rows."""
    with_answer = [each for each in before if each["outcome"] != Outcome.UNCHANGED]
    return [each for each in with_answer[:RETITLED_NIGHTS] if each["complete"]]


def _repeats(run: dict[str, Any]) -> int:
    """Rows that repeat others, as the evidence of a run says."""
    return sum(map(int, REPEATS.findall(run["evidence"] or "")))


def _surplus_rows(run: dict[str, Any]) -> int:
    """Rows of tonight beyond one for each posting; 0 where a source is only looked at, and its postings are not counted."""
    return max(int(run["kept"] - run.get("postings", run["kept"])), 0)


def note_repeated(run: dict[str, Any]) -> str | None:
    """Words about rows that repeat others; None where there are none."""
    return f"repeats itself in {_surplus_rows(run)} rows" if _surplus_rows(run) else None


def judge_moved(run: dict[str, Any], before: list[dict[str, Any]]) -> Verdict | None:
    """The verdict on a run many of whose known postings have other ids or addresses than before; None where they have not."""
    if not before or run["moved"] < COMPARED_FROM_POSTINGS or run["moved"] <= MOVED_SHARE * run["again"]:
        return None
    fault = "other addresses"
    return believed_in_time(f"{fault} in {run['moved']} of {run['again']} known postings", fault, before)


def judge_old(run: dict[str, Any], before: list[dict[str, Any]]) -> Verdict | None:
    """The verdict on a run that shows again what complete runs no longer had, and may be an older page without the newest
    postings; None where it is not. What it has is seen."""
    if not before or run["back"] <= BACK_SHARE * run["had"]:
        return None
    fault = "shows again"
    return believed_in_time(f"{fault} {run['back']} postings that had closed", fault, before, Outcome.PARTIAL)
