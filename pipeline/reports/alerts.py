"""Alerts by webhook or mail about what cannot wait: a night failed, no night was published for 36 hours, or a channel went dark.

    INTERNSHIPS_WEBHOOK    a webhook, in the shapes of `pipeline.reports.transports`
    INTERNSHIPS_MAIL       a plain-text mail through INTERNSHIPS_SMTP

An alert names the host and the home that it is about. A lasting problem is reported once, and again if it returns:
`alerts.json` of the home records what was sent. An alert that could not be sent is tried again. Belongs here: what counts as a
problem. Does not belong here: when to look (the sensors of `pipeline.definitions`, `internships run`, `internships status
--alert` from cron), how a message is delivered.
"""

from __future__ import annotations

import json
import logging
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.reports.transports import Message, TransportError, deliver
from pipeline.settings import Settings
from pipeline.storage import warehouse
from pipeline.storage.files import write_atomically
from pipeline.storage.home import Home, HomeError
from scrapers.outcome import FAILED, NOT_ASKED

log = logging.getLogger(__name__)

MAX_SILENCE = timedelta(hours=36)
"""A night is due every 24 hours, and may take long or be repeated by hand; half a day later it is missing."""

DARK_CHANNELS = """
    SELECT channel, count(*), list(DISTINCT outcome ORDER BY outcome)
    FROM source_runs JOIN sources USING (source_id)
    WHERE night = (SELECT night FROM about) AND outcome NOT IN (SELECT unnest($not_asked))
    GROUP BY channel HAVING bool_and(outcome IN (SELECT unnest($failed)))
    ORDER BY channel"""


class AlertError(HomeError):
    """An alert could not be sent; the message is one line."""


def problems(home: Home, now: datetime) -> dict[str, str]:
    """Problems of the published nights of a home: stable key -> sentence. A home that never had a night has no problem."""
    if not home.warehouse.is_file():
        return {}
    standing = {}
    night = warehouse.night_of(home.warehouse)
    published = datetime.fromtimestamp(home.warehouse.stat().st_mtime, tz=UTC)
    if now - published > MAX_SILENCE:
        hours = int((now - published) / timedelta(hours=1))
        standing["silence"] = f"no night was published for {hours} hours; the newest is {night}"
    with warehouse.open_readonly(home.warehouse) as con:
        for channel, asked, outcomes in con.execute(
            DARK_CHANNELS, {"not_asked": list(NOT_ASKED), "failed": list(FAILED)}
        ).fetchall():
            sources = f"all {asked} sources" if asked > 1 else "the one source"
            standing[f"dark:{channel}"] = (
                f"channel {channel} is dark: {sources} asked on night {night} failed ({', '.join(outcomes)})"
            )
    return standing


def send_new(home: Home, now: datetime) -> list[str]:
    """Send the problems that were not reported yet, remember all of them, and return what was sent; all of them where the record
    is damaged. Raises AlertError."""
    record = home.root / "alerts.json"
    try:
        reported = set(json.loads(record.read_bytes())) if record.is_file() else set()
    except (ValueError, TypeError):
        log.warning("%s is damaged: it is made anew, and what still stands is reported again", record)
        reported = {"damaged"}
    standing = problems(home, now)
    new = [sentence for key, sentence in standing.items() if key not in reported]
    if new:
        send("\n".join(new), home.root)
    if reported != standing.keys():
        write_atomically(record, json.dumps(sorted(standing)))
    return new


def receivers(settings: Settings) -> dict[str, str]:
    """Setting -> the receiver that it names, of those that are set."""
    named = {"INTERNSHIPS_WEBHOOK": settings.webhook, "INTERNSHIPS_MAIL": settings.mail}
    return {name: receiver for name, receiver in named.items() if receiver}


def send(message: str, home: Path, settings: Settings | None = None) -> None:
    """Send a message about `home` to every receiver; without one nothing happens. Raises AlertError if one cannot be reached,
    after all of them were tried."""
    settings = settings or Settings.from_environment()
    host = socket.gethostname()
    alert = Message(
        f"internships on {host}: {message.splitlines()[0]}", f"internships on {host}, {home.absolute()}: {message}"
    )
    failures = []
    for name, receiver in receivers(settings).items():
        try:
            deliver(receiver, alert, settings)
        except TransportError as error:
            failures.append(f"{name}: {error}")
    if failures:
        raise AlertError(f"an alert could not be sent: {'; '.join(failures)}")
