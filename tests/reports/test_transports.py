"""A message arrives in the shape that each receiver takes, and within its bound."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from typing import Any, Self

import pytest

from pipeline.reports.transports import CUT, SHAPES, Message, TransportError, check_receiver, cut, deliver
from pipeline.settings import Settings
from tests.receivers import posts

__all__ = ["posts"]

SETTINGS = Settings.from_environment({})
Posts = tuple[str, list[tuple[str, dict[str, Any]]]]


def text_of(prefix: str, body: dict[str, Any]) -> str:
    """The text in a body, which has what its receiver's documentation asks for, and nothing else."""
    if prefix == "discord":
        assert body.keys() == {"content", "allowed_mentions"}
        assert body["allowed_mentions"] == {"parse": []}, "a title must not call everybody"
        return str(body["content"])
    if prefix == "teams":
        assert body["type"] == "message"
        (attachment,) = body["attachments"]
        assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
        assert (attachment["content"]["type"], attachment["content"]["version"]) == ("AdaptiveCard", "1.4")
        (block,) = attachment["content"]["body"]
        assert (block["type"], block["wrap"]) == ("TextBlock", True)
        return str(block["text"])
    if prefix == "telegram":
        assert body["chat_id"] == "-100"
        assert body.keys() == {"chat_id", "text", "link_preview_options"}
        return str(body["text"])
    assert body.keys() == {"text"}
    return str(body["text"])


@pytest.mark.parametrize("prefix", SHAPES)
def test_each_webhook_gets_its_own_shape_cut_at_the_end_of_a_line(prefix: str, posts: Posts) -> None:
    address, received = posts
    receiver = f"{prefix}+{address}/hook" if prefix else f"{address}/hook"
    receiver += "?chat_id=-100" if prefix == "telegram" else ""
    for text in ("short", "many words\n" * 2_000):
        deliver(receiver, Message("subject", text), SETTINGS)
    assert [path for path, _ in received] == ["/hook", "/hook"]
    short, long = (text_of(prefix, body) for _, body in received)
    assert short == "short"
    assert len(long) <= SHAPES[prefix].max_chars
    assert long.removesuffix(CUT).endswith("many words")


def test_a_title_cannot_call_everybody_in_a_channel(posts: Posts) -> None:
    address, received = posts
    deliver(address, Message("subject", "<!channel> R&D"), SETTINGS)
    assert received[0][1] == {"text": "&lt;!channel&gt; R&amp;D"}


def test_a_text_without_lines_is_cut_too() -> None:
    assert cut("x" * 100, 60) == "x" * (60 - len(CUT)) + CUT
    assert cut("x" * 60, 60) == "x" * 60


@pytest.mark.parametrize(
    "receiver", ["nobody", "a@b@c", "a@b.org, c@d.org", "a@b\nBcc: c", "ftp://x", "matrix+https://x", "discord+ftp://x"]
)
def test_what_nobody_can_be_reached_by_is_refused(receiver: str) -> None:
    with pytest.raises(ValueError, match="webhook"):
        check_receiver(receiver)


def test_an_error_never_shows_the_address_of_a_webhook() -> None:
    with pytest.raises(TransportError) as caught:
        deliver("discord+http://127.0.0.1:1/secret", Message("subject", "text"), SETTINGS)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("contact", "sender"),
    [("me@example.org", "me@example.org"), ("https://example.org/contact", "a@b.example"), ("", "a@b.example")],
)
def test_a_mail_comes_from_an_address_of_mail(contact: str, sender: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[EmailMessage] = []

    class Server:
        def __init__(self, *_: object, **__: object) -> None: ...
        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None: ...
        def send_message(self, mail: EmailMessage) -> None:
            sent.append(mail)

    monkeypatch.setattr(smtplib, "SMTP", Server)
    deliver(
        "a@b.example,c@d.example",
        Message("subject", "text"),
        Settings.from_environment({"INTERNSHIPS_CONTACT": contact}),
    )
    assert sent[0]["From"] == sender
