"""How a message reaches people: mail by SMTP, and webhooks in the shape that each receiver takes.

    me@example.org                                            a mail: plain text, and HTML where there is some
    https://hooks.slack.com/services/…                        {"text": …}: Slack, Mattermost, Zulip and many others
    discord+https://discord.com/api/webhooks/…                Discord
    teams+https://….logic.azure.com/…                         Teams (Workflows), as an adaptive card
    telegram+https://api.telegram.org/bot<token>/sendMessage?chat_id=…    Telegram

Each receiver has a bound on a message; a longer one is cut at the end of a line, and says so. Belongs here: shapes, bounds,
delivery. Does not belong here: what is said, and to whom (`pipeline.reports.alerts`, `pipeline.searches.digest`).
"""

from __future__ import annotations

import json
import smtplib
import urllib.request
from collections.abc import Callable, Mapping
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import localtime
from typing import Any, NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit, urlunsplit

from pipeline.errors import PipelineError
from pipeline.settings import Settings

TIMEOUT_SECONDS = 30

MAX_SUBJECT_CHARS = 150

CUT = "\n… (cut: the receiver takes no longer message)"


class TransportError(PipelineError):
    """A message could not be delivered; the message is one line, without the address, which is a secret of webhooks."""


class Message(NamedTuple):
    """What is said: a subject for mails, the text, and the same as an HTML document where there is one."""

    subject: str
    text: str
    html: str | None = None


class Shape(NamedTuple):
    """What a webhook takes: the longest text in characters, and the JSON of a text. `escape`: what stands for characters that it
    would read as markup. `query_in_body`: what its address asks for is a part of the JSON."""

    max_chars: int
    body: Callable[[str], dict[str, Any]]
    escape: Mapping[int, str] = {}
    query_in_body: bool = False


def _card(text: str) -> dict[str, Any]:
    block = {"type": "TextBlock", "text": text, "wrap": True}
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [block],
    }
    return {
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}],
    }


SHAPES = {
    # Slack cuts at 40,000 characters and asks for 4,000; of markup it reads these three signs.
    "": Shape(4_000, lambda text: {"text": text}, str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})),
    "discord": Shape(2_000, lambda text: {"content": text, "allowed_mentions": {"parse": []}}),
    # 28 KB for the whole card, a character of four bytes being twelve in JSON's escapes.
    "teams": Shape(2_000, _card),
    "telegram": Shape(
        4_096, lambda text: {"text": text, "link_preview_options": {"is_disabled": True}}, query_in_body=True
    ),
}
"""Prefix of an address, before the plus sign -> the shape of its messages, as each receiver documents it."""


def check_receiver(receiver: str) -> None:
    """Raise ValueError where this is neither a mail address nor a webhook of a known shape."""
    if "://" in receiver:
        _shape_of(receiver)
    elif receiver.count("@") != 1 or any(sign.isspace() or sign in ",;<>" for sign in receiver):
        raise ValueError(f"neither a mail address nor a webhook ({_known_webhooks()})")


def deliver(receiver: str, message: Message, settings: Settings) -> None:
    """Send to a mail address (or several, separated by commas) or to a webhook. Raises TransportError."""
    try:
        if "://" in receiver:
            _post(receiver, message)
        else:
            _mail(receiver, message, settings)
    # The address of a webhook stays out of the error.
    except (OSError, ValueError, MessageError, smtplib.SMTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise TransportError(f"{type(error).__name__}: {' '.join(str(reason).split())}") from error


def _shape_of(receiver: str) -> tuple[Shape, str]:
    """The shape of a webhook, and its address without the prefix. Raises ValueError."""
    prefix, plus, rest = receiver.partition("+")
    name, address = (prefix, rest) if plus and "://" not in prefix else ("", receiver)
    if name not in SHAPES or urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
        raise ValueError(f"not a web address; a webhook is one of {_known_webhooks()}")
    return SHAPES[name], address


def _known_webhooks() -> str:
    return ", ".join(f"{name}+https://…" if name else "https://…" for name in SHAPES)


def cut(text: str, max_chars: int) -> str:
    """The text, or as many of its whole lines as there is room for with CUT after them."""
    if len(text) <= max_chars:
        return text
    room = text[: max_chars - len(CUT)]
    return (room.rpartition("\n")[0] or room) + CUT


def _post(receiver: str, message: Message) -> None:
    shape, address = _shape_of(receiver)
    body = shape.body(cut(message.text, shape.max_chars).translate(shape.escape))
    if shape.query_in_body:
        target = urlsplit(address)
        body |= dict(parse_qsl(target.query))
        address = urlunsplit(target._replace(query=""))
    headers = {"Content-Type": "application/json", "User-Agent": "internships"}
    request = urllib.request.Request(address, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):
        pass


def check_server(smtp: str) -> SplitResult:
    """The parts of the address of a mail server. Raises ValueError, without the address, which may hold a password."""
    server = urlsplit(smtp)
    try:
        usable = server.scheme in ("smtp", "smtp+starttls", "smtps") and server.hostname and server.port != 0
    except ValueError:  # a port that is none: it may be a piece of the password
        usable = False
    if not usable:
        raise ValueError("INTERNSHIPS_SMTP is not an smtp://, smtp+starttls:// or smtps:// address")
    return server


def _sender(settings: Settings) -> str | None:
    """The contact, where it is a mail address: for site operators it may be a web address, from which no server takes a mail."""
    return settings.contact if settings.contact and "://" not in settings.contact else None


def _mail(addresses: str, message: Message, settings: Settings) -> None:
    server = check_server(settings.smtp)
    mail = EmailMessage()
    mail["Subject"] = message.subject[:MAX_SUBJECT_CHARS]
    mail["From"] = _sender(settings) or addresses.split(",", maxsplit=1)[0].strip()
    mail["To"] = addresses
    mail["Date"] = localtime()
    mail.set_content(message.text)
    if message.html is not None:
        mail.add_alternative(message.html, subtype="html")
    client = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    with client(server.hostname or "", server.port or 0, timeout=TIMEOUT_SECONDS) as connection:
        if server.scheme == "smtp+starttls":
            connection.starttls()
        if server.username:
            connection.login(unquote(server.username), unquote(server.password or ""))
        connection.send_message(mail)
