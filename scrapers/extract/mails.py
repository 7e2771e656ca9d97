"""Mails that pass offers on: digests with an offer a block, mails that are one offer, boxes of several mails.

Nothing of who wrote, forwarded or signed a mail is read: no header but Subject and Date, no signature, no greeting, no line
of a label that names a person (data/reference/mail_words.yaml). Belongs here: from bytes to blocks of lines. Does not
belong here: what labels mean (`labels`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import NamedTuple

from scrapers.extract.blocks import Line, block_lines, line_pairs, parse_html
from scrapers.reference import read_words

BETWEEN = re.compile(r"\s*([-=_*~#•·—–])(?:\s?\1){2,}\s*")
"""A line that stands between two offers."""
MARK = "-----"
FROM_LINE = re.compile(rb"(?:\A|(?<=\n)\r?\n)From [^\n]*\d{4}[^\n]*\n")
"""What begins a mail in a box (RFC 4155)."""
LONGEST_CLOSING = 60


class Mail(NamedTuple):
    """A mail: its subject and its date by their own words, and the blocks of lines of its text, the first one perhaps what
    the office says before the offers."""

    subject: str | None
    date: str | None
    blocks: list[list[str]]


def read_box(body: bytes) -> Iterator[Mail]:
    """The mails of a box (mbox) in its order."""
    found = list(FROM_LINE.finditer(body))
    for number, match in enumerate(found):
        end = found[number + 1].start() if number + 1 < len(found) else len(body)
        yield read_mail(body[match.end() : end])


def read_mail(body: bytes) -> Mail:
    """A mail as it was sent (RFC 5322)."""
    message = message_from_bytes(body, policy=policy.default)
    assert isinstance(message, EmailMessage)
    part = message.get_body(("plain", "html"))
    content = ""
    if part is not None:
        try:
            content = str(part.get_content())
        except (LookupError, UnicodeError):  # a charset that does not exist
            payload = part.get_payload(decode=True)
            content = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
        if part.get_content_type() == "text/html":
            content = _plain(content)
    return Mail(_header(message, "Subject"), _header(message, "Date"), read_blocks(content))


def read_blocks(text: str) -> list[list[str]]:
    """The blocks of a plain text: what stands between lines of signs; where there are none, each paragraph with several
    labels begins one. Greeting, signature and lines about persons are left out, empty blocks too."""
    lines = list(
        _impersonal([" ".join(line.split()) for line in text.replace("\r", "").replace("\xa0", " ").split("\n")])
    )
    blocks: list[list[str]] = [[]]
    if any(map(BETWEEN.fullmatch, lines)):
        for line in lines:
            if BETWEEN.fullmatch(line):
                blocks.append([])
            elif line:
                blocks[-1].append(line)
    else:
        for paragraph in "\n".join(lines).split("\n\n"):
            of_paragraph = [line for line in paragraph.split("\n") if line]
            if len(list(line_pairs([Line(line, None) for line in of_paragraph]))) > 1:
                blocks.append([])
            blocks[-1] += of_paragraph
    return [block for block in blocks if block]


def _impersonal(lines: list[str]) -> Iterator[str]:
    words = read_words("mail_words")
    labels, closings, greetings = set(words["person_labels"]), tuple(words["closings"]), tuple(words["greetings"])
    has_begun = False
    for line in lines:
        plain = line.lstrip("> ").casefold().replace("’", "'")
        if plain in ("--", "—") or (plain.startswith(closings) and len(plain) <= LONGEST_CLOSING):
            return
        is_greeting = not has_begun and plain.startswith(greetings) and plain.endswith((",", "!", ":", "，", "、"))
        has_begun = has_begun or bool(plain)
        label = re.split("[:：]", plain)[0].strip(" *_") if re.search("[:：]", plain) else None
        if not is_greeting and label not in labels:
            yield line.lstrip("> ")


def _plain(markup: str) -> str:
    """The text of a mail in HTML: the address of a link behind its words, a line of signs for a rule and above a heading."""
    root = parse_html(markup)
    for node in root.css("hr, h1, h2, h3, h4"):
        node.insert_before(parse_html(f"<p>{MARK}</p>").css("p")[0])
    for link in root.css('a[href^="http"]'):
        link.insert_after(f" ({link.attributes['href']})")
    return "\n".join(line.text for line in block_lines(root))


def _header(message: EmailMessage, name: str) -> str | None:
    value = message.get(name)
    return " ".join(str(value).split()) or None if value is not None else None
