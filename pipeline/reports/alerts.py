"""Telling a person, by webhook or mail, what cannot wait for somebody to look: a night failed, no night was published for
36 hours, or a channel went dark.

    INTERNSHIPS_WEBHOOK    address that takes a POST of {"text": …}: Slack, Mattermost, Zulip and many others
    INTERNSHIPS_MAIL       addresses, with commas between
    INTERNSHIPS_SMTP       smtp://, smtp+starttls:// or smtps://[user:password@]host[:port]; default smtp://localhost

A standing problem is told once, and again when it comes back after it was over: `alerts.json` of the home holds what was told.
What could not be sent is not held as told. Belongs here: what is a problem, and how it gets out. Does not belong here: who
asks when (the sensors of `pipeline.definitions`, `internships run`, `internships status --alert` from cron).
"""

from __future__ import annotations

import json
import os
import smtplib
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import localtime
from urllib.parse import unquote, urlsplit

from pipeline.storage import warehouse
from pipeline.storage.files import write_atomically
from pipeline.storage.home import Home, HomeError

SILENCE = timedelta(hours=36)
"""A night comes every 24 hours, and may take long or be run again by hand; half a day more is a night that did not come."""

TIMEOUT = 30

DARK = """
    SELECT channel, count(*), list(DISTINCT outcome ORDER BY outcome)
    FROM source_runs JOIN sources USING (source_id)
    WHERE night = (SELECT night FROM about) AND outcome NOT IN ('not_due', 'not_recorded')
    GROUP BY channel HAVING count(*) FILTER (complete OR outcome IN ('ok', 'unchanged')) = 0
    ORDER BY channel"""


class AlertError(HomeError):
    """An alert could not be sent: says why, in one line."""


def problems(home: Home, now: datetime) -> dict[str, str]:
    """What is wrong with the published nights of a home: a stable key and a sentence for each. A home that never had a night
    has no problem yet."""
    if not home.warehouse.is_file():
        return {}
    found = {}
    night = warehouse.night_of(home.warehouse)
    published = datetime.fromtimestamp(home.warehouse.stat().st_mtime, tz=UTC)
    if now - published > SILENCE:
        hours = int((now - published) / timedelta(hours=1))
        found["silence"] = f"no night was published for {hours} hours; the newest is {night}"
    with warehouse.open_readonly(home.warehouse) as con:
        for channel, asked, outcomes in con.execute(DARK).fetchall():
            sources = f"all {asked} sources" if asked > 1 else "the one source"
            found[f"dark:{channel}"] = (
                f"channel {channel} is dark: {sources} asked on night {night} failed ({', '.join(outcomes)})"
            )
    return found


def tell_new(home: Home, now: datetime) -> list[str]:
    """Send the problems that were not told yet, and remember which stand; what was sent. Raises AlertError."""
    told_file = home.root / "alerts.json"
    told = set(json.loads(told_file.read_bytes())) if told_file.is_file() else set()
    standing = problems(home, now)
    new = [words for key, words in standing.items() if key not in told]
    if new:
        send("\n".join(new))
    if told != standing.keys():
        write_atomically(told_file, json.dumps(sorted(standing)))
    return new


def is_wanted(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether anybody is to be told."""
    return bool(environment.get("INTERNSHIPS_WEBHOOK") or environment.get("INTERNSHIPS_MAIL"))


def send(words: str, environment: Mapping[str, str] = os.environ) -> None:
    """Tell everybody who is to be told; nobody, where nobody is named. Raises AlertError where one way fails, after the other
    was tried."""
    ways = {"INTERNSHIPS_WEBHOOK": _post, "INTERNSHIPS_MAIL": _mail}
    failed = []
    for name, way in ways.items():
        if target := environment.get(name):
            try:
                way(target, words, environment)
            # The address stays out of the words: a webhook's is a secret.
            except (OSError, ValueError, smtplib.SMTPException) as error:
                failed.append(f"{name}: {type(error).__name__}: {getattr(error, 'reason', None) or error}")
    if failed:
        raise AlertError(f"an alert could not be sent: {'; '.join(failed)}")


def _post(address: str, words: str, environment: Mapping[str, str]) -> None:
    if urlsplit(address).scheme not in ("http", "https"):
        raise ValueError("no address of the web")
    body = json.dumps({"text": f"internships: {words}"}).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=TIMEOUT):
        pass


def _mail(addresses: str, words: str, environment: Mapping[str, str]) -> None:
    server = urlsplit(environment.get("INTERNSHIPS_SMTP") or "smtp://localhost")
    if server.scheme not in ("smtp", "smtp+starttls", "smtps") or not server.hostname:
        raise ValueError("INTERNSHIPS_SMTP is no smtp://, smtp+starttls:// or smtps:// address")
    message = EmailMessage()
    message["Subject"] = f"internships: {words.splitlines()[0][:150]}"
    message["From"] = environment.get("INTERNSHIPS_CONTACT") or addresses.split(",")[0].strip()
    message["To"] = addresses
    message["Date"] = localtime()
    message.set_content(words)
    kind = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    with kind(server.hostname, server.port or 0, timeout=TIMEOUT) as connection:
        if server.scheme == "smtp+starttls":
            connection.starttls()
        if server.username:
            connection.login(unquote(server.username), unquote(server.password or ""))
        connection.send_message(message)
