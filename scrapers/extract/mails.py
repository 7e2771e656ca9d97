"""Mails that pass offers on: digests with an offer a block, mails that are one offer, boxes of several mails.

Nothing of who wrote, forwarded or signed a mail is read: no header but Subject and Date, no signature, no greeting, no line
of a label that names a person (data/reference/mail_words.yaml). Belongs here: from bytes to blocks of lines. Does not
belong here: what labels mean (`labels`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from typing import NamedTuple

from bs4 import BeautifulSoup

from scrapers.extract.blocks import Line, block_lines, line_pairs, parse_html
from scrapers.extract.charset import UndecodableError, decode
from scrapers.extract.html_tables import html_tables
from scrapers.extract.links import unwrapped_links
from scrapers.extract.office_files import OfficeFileError, xlsx_rows
from scrapers.extract.spreadsheets import csv_rows
from scrapers.extract.tables import Table, column_roles, is_list
from scrapers.reference import read_words

BETWEEN = re.compile(r"\s*([-=_*~#•·—–])(?:\s?\1){2,}\s*")
"""A line that stands between two offers."""
MARK = "-----"
FROM_LINE = re.compile(rb"(?:\A|(?<=\n)\r?\n)From [^\n]*\d{4}[^\n]*\n")
"""What begins a mail in a box (RFC 4155)."""
ESCAPED_FROM = re.compile(rb"^>(>*From )", re.M)
LONGEST_CLOSING = 60


MAX_NESTED = 5
"""Mails within mails."""
REPLY_MARK = re.compile(r"^(?:(?:fwd?|re|wg|aw|tr|rv|rif|enc|vs|sv|vb|doorst|i|r)\s*:\s*)+", re.I)
PICTURES = ("image", "audio", "video")
SIGNATURES = (
    "application/pgp-signature",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "text/calendar",
    "text/vcard",
    "text/x-vcard",
)


class Mail(NamedTuple):
    """A mail: its subject and its date by their own words, and the blocks of lines of its text, the first one perhaps what
    the office says before the offers. `grids`: the rows of tables attached to it; `tables`: those in its text; `unread`: names of
    attachments that may hold offers and are not read; `is_cover`: whether it passes on other mails or tables."""

    subject: str | None
    date: str | None
    blocks: list[list[str]]
    grids: list[list[list[str]]] = []
    tables: list[Table] = []
    unread: list[str] = []
    is_cover: bool = False


def read_box(body: bytes) -> Iterator[Mail]:
    """The mails of a box (mbox) in its order."""
    found = list(FROM_LINE.finditer(body))
    for number, match in enumerate(found):
        end = found[number + 1].start() if number + 1 < len(found) else len(body)
        yield from read_mails(ESCAPED_FROM.sub(rb"\1", body[match.end() : end]))


def read_mails(body: bytes) -> list[Mail]:
    """A mail as it was sent (RFC 5322), and those that it passes on, attached or quoted."""
    message = message_from_bytes(body, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return list(_mails(message))


def _mails(message: EmailMessage, depth: int = 0) -> Iterator[Mail]:
    passed_on: list[Mail] = []
    grids: list[list[list[str]]] = []
    unread: list[str] = []
    for part in message.iter_attachments() if message.is_multipart() else ():
        kind, name = part.get_content_type(), (part.get_filename() or "").lower()
        inner = part.get_payload() if kind == "message/rfc822" else None
        if isinstance(inner, list) and inner and isinstance(inner[0], EmailMessage) and depth < MAX_NESTED:
            passed_on += _mails(inner[0], depth + 1)
        elif name.endswith(".eml") and depth < MAX_NESTED:
            passed_on += read_mails(_payload(part))
        elif kind in ("text/csv", "text/tab-separated-values") or name.endswith((".csv", ".tsv")):
            grids.append(csv_rows(_text(part)))
        elif name.endswith(".xlsx"):
            try:
                grids.append(xlsx_rows(_payload(part)))
            except OfficeFileError:
                unread.append(name)
        elif part.get_content_maintype() not in PICTURES and kind not in SIGNATURES and not part.get("Content-ID"):
            unread.append(name or kind)
    subject, date = _header(message, "Subject"), _header(message, "Date")
    text, tables = _body(message)
    own, *forwarded = _forwarded(unwrapped_links(text))
    passed_on += [Mail(inner or subject, date, read_blocks(quoted)) for inner, quoted in forwarded]
    is_cover = bool(passed_on or grids or tables)
    yield Mail(
        REPLY_MARK.sub("", subject) if subject else None, date, read_blocks(own[1]), grids, tables, unread, is_cover
    )
    yield from passed_on


def _body(message: EmailMessage) -> tuple[str, list[Table]]:
    """The text of a mail, and the tables of openings that stood in it: of its plain part, else of the one in HTML."""
    for preference in ("plain", "html"):
        part = message.get_body((preference,))
        if part is None:
            continue
        text, tables = (_text(part), []) if preference == "plain" else _html_body(_text(part))
        if text.strip() or tables:
            return text, tables
    return "", []


def _html_body(markup: str) -> tuple[str, list[Table]]:
    """The text of a mail in HTML, and its tables of openings. The address of a link stands behind its words, a line of signs
    for a rule and above a heading."""
    soup = BeautifulSoup(markup, "lxml")
    for hidden in soup.select('[style*="display:none"], [style*="display: none"], [hidden]'):
        hidden.decompose()
    tables: list[Table] = []
    for element in soup.find_all("table"):
        if element.find("table") is None:
            openings = [table for table in html_tables(str(element)) if is_list(table, column_roles(table.headers, {}))]
            if openings:
                tables += openings
                element.decompose()
    for element in soup.find_all(["hr", "h1", "h2", "h3", "h4"]):
        mark = soup.new_tag("p")
        mark.string = MARK
        element.insert_before(mark)
    for link in soup.select('a[href^="http"]'):
        link.insert_after(f" ({link['href']})")
    return "\n".join(line.text for line in block_lines(parse_html(str(soup)))), tables


def _forwarded(text: str) -> list[tuple[str | None, str]]:
    """(subject, text) of what a mail says itself, and of each mail that it quotes below a line that says so."""
    words = read_words("mail_words")
    parts: list[tuple[str | None, list[str]]] = [(None, [])]
    is_header = False
    for line in text.replace("\r", "").split("\n"):
        plain = line.lstrip("> ").strip(" -_*:=").casefold()
        if plain in words["forwarded"]:
            parts.append((None, []))
            is_header = True
        elif is_header and ":" in line:
            label, _, value = line.lstrip("> ").partition(":")
            if label.strip(" *").casefold() in words["subject_labels"]:
                parts[-1] = (REPLY_MARK.sub("", value.strip(" *")) or None, parts[-1][1])
        elif not (is_header and not parts[-1][0] and not line.strip(" >")):
            is_header = False
            parts[-1][1].append(line)
    return [(subject, "\n".join(lines)) for subject, lines in parts]


def _payload(part: MIMEPart) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(part: MIMEPart) -> str:
    """The text of a part; what stands in no charset counts for nothing."""
    try:
        return decode(_payload(part), str(part.get("Content-Type", ""))).text
    except UndecodableError:
        return ""


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


def _header(message: EmailMessage, name: str) -> str | None:
    value = message.get(name)
    return " ".join(str(value).split()) or None if value is not None else None
