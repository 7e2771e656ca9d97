"""Alerts by webhook or mail about what cannot wait: a night failed, no night was published for 36 hours, or a channel went dark.

    INTERNSHIPS_WEBHOOK    a POST of {"text": …}: Slack, Mattermost, Zulip and many others
    INTERNSHIPS_MAIL       a plain-text mail through INTERNSHIPS_SMTP

A new transport is a function `(target, message, settings)` in TRANSPORTS, and a setting in `pipeline.settings`.

A lasting problem is reported once, and again if it returns: `alerts.json` of the home records what was sent. An alert that could
not be sent is tried again. Belongs here: what counts as a problem, and the transports. Does not belong here: when to look (the
sensors of `pipeline.definitions`, `internships run`, `internships status --alert` from cron).
"""

from __future__ import annotations

import json
import smtplib
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import localtime
from urllib.parse import unquote, urlsplit

from pipeline.settings import Settings
from pipeline.storage import warehouse
from pipeline.storage.files import write_atomically
from pipeline.storage.home import Home, HomeError

MAX_SILENCE = timedelta(hours=36)
"""A night is due every 24 hours, and may take long or be repeated by hand; half a day later it is missing."""

TIMEOUT_SECONDS = 30

MAX_SUBJECT_CHARS = 150

DARK_CHANNELS = """
    SELECT channel, count(*), list(DISTINCT outcome ORDER BY outcome)
    FROM source_runs JOIN sources USING (source_id)
    WHERE night = (SELECT night FROM about) AND outcome NOT IN ('not_due', 'not_recorded')
    GROUP BY channel HAVING count(*) FILTER (complete OR outcome IN ('ok', 'unchanged')) = 0
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
        for channel, asked, outcomes in con.execute(DARK_CHANNELS).fetchall():
            sources = f"all {asked} sources" if asked > 1 else "the one source"
            standing[f"dark:{channel}"] = (
                f"channel {channel} is dark: {sources} asked on night {night} failed ({', '.join(outcomes)})"
            )
    return standing


def send_new(home: Home, now: datetime) -> list[str]:
    """Send the problems that were not reported yet, remember all of them, and return what was sent. Raises AlertError."""
    record = home.root / "alerts.json"
    reported = set(json.loads(record.read_bytes())) if record.is_file() else set()
    standing = problems(home, now)
    new = [sentence for key, sentence in standing.items() if key not in reported]
    if new:
        send("\n".join(new))
    if reported != standing.keys():
        write_atomically(record, json.dumps(sorted(standing)))
    return new


def is_configured(settings: Settings) -> bool:
    """Whether any transport has a receiver."""
    return any(target(settings) for target, _ in TRANSPORTS.values())


def send(message: str, settings: Settings | None = None) -> None:
    """Send a message by every configured transport; without one nothing happens. Raises AlertError if a transport fails, after
    all of them were tried."""
    settings = settings or Settings.from_environment()
    failures = []
    for name, (target_of, transport) in TRANSPORTS.items():
        if target := target_of(settings):
            try:
                transport(target, message, settings)
            # The target stays out of the error: the address of a webhook is a secret.
            except (OSError, ValueError, smtplib.SMTPException) as error:
                failures.append(f"{name}: {type(error).__name__}: {getattr(error, 'reason', None) or error}")
    if failures:
        raise AlertError(f"an alert could not be sent: {'; '.join(failures)}")


def _post(address: str, message: str, settings: Settings) -> None:
    if urlsplit(address).scheme not in ("http", "https"):
        raise ValueError("not a web address")
    body = json.dumps({"text": f"internships: {message}"}).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):
        pass


def _mail(addresses: str, text: str, settings: Settings) -> None:
    server = urlsplit(settings.smtp)
    if server.scheme not in ("smtp", "smtp+starttls", "smtps") or not server.hostname:
        raise ValueError("INTERNSHIPS_SMTP is not an smtp://, smtp+starttls:// or smtps:// address")
    message = EmailMessage()
    message["Subject"] = f"internships: {text.splitlines()[0][:MAX_SUBJECT_CHARS]}"
    message["From"] = settings.contact or addresses.split(",", maxsplit=1)[0].strip()
    message["To"] = addresses
    message["Date"] = localtime()
    message.set_content(text)
    client = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    with client(server.hostname, server.port or 0, timeout=TIMEOUT_SECONDS) as connection:
        if server.scheme == "smtp+starttls":
            connection.starttls()
        if server.username:
            connection.login(unquote(server.username), unquote(server.password or ""))
        connection.send_message(message)


TRANSPORTS: dict[str, tuple[Callable[[Settings], str | None], Callable[[str, str, Settings], None]]] = {
    "INTERNSHIPS_WEBHOOK": (lambda settings: settings.webhook, _post),
    "INTERNSHIPS_MAIL": (lambda settings: settings.mail, _mail),
}
"""Setting -> the receiver that it names, and what sends to it."""
