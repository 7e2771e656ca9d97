"""Inline markup, Markdown and HTML mixed as in the cells of lists on GitHub: its text and its links.

Belongs here: what stands inside a cell or heading. Does not belong here: tables, sections (`markdown`, `tables`).
"""

from __future__ import annotations

import html
import json
import re
from typing import NamedTuple
from urllib.parse import unquote

LINK = re.compile(
    r"(?P<image>!?)\[(?P<label>(?:[^\[\]]|\[[^\[\]]*\])*)\]"
    # A space before the bracket is a slip that GitHub shows as text; taken only where an address follows.
    r"(?:\(|\s+\((?=\s*<?https?:))\s*+"
    r"(?P<target><[^<>]*>|(?:[^()\s<>]|\([^()\s]*\))*+)\s*+(?:(?<=\s)(?:\"[^\"]*\"|'[^']*'))?\s*+\)"
    r"|\[(?P<text>[^\[\]]+)\]\[(?P<name>[^\[\]]*)\]"
    r"|<a\s(?>[^<>]*?href\s*=\s*(?:\"(?P<quoted>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s>]+)))[^<>]*>"
    r"|<(?P<auto>https?://[^\s<>]+)>",
    re.I,
)
ADDRESS = re.compile(r"https?://[^\s<>|\"]+", re.I)
BREAK = re.compile(r"</?br\s*/?>|</(?:p|div|li|tr|summary|details|h[1-6])>", re.I)
SUMMARY = re.compile(r"<summary\b[^<>]*>[^<]*(?:<(?!/?summary)[^<]*)*+</summary>", re.I)
IMAGE = re.compile(r"<img\b(?>[^<>]*?(?:\balt\s*=\s*(?:\"([^\"]*)\"|'([^']*)')|(?=[<>]|\Z)))[^<>]*>", re.I)
TAG = re.compile(r"</?[a-z][^<>]*>|<!--.*?(?:-->|\Z)", re.I | re.S)
AMPERSANDS = re.compile(r"&(?:amp;)+")
ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.I)
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
EMPHASIS = re.compile(
    r"(\*\*\*|\*\*|~~|(?<!`)`{1,5}(?!`))(?=\S)(.{1,500}?)(?<=\S)\1|(?<![\w*])([*_]|__)(?=\S)(.{1,500}?)(?<=\S)\3(?![\w*])",
    re.S,
)
MAX_NESTED_EMPHASIS = 4
RESTED = re.compile("[\ue021-\ue07e]")
MAX_DATA_CHARACTERS = 1_000
MAX_CHARACTERS = 20_000
"""A longer text is no cell or heading; it is kept as it stands, because reading its markup could take for ever."""

PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}|\{[$%][^{}]*[$%]\}|\$\{[^{}]*\}|<%[^<>]*%>")
TEMPLATE_NAME = re.compile(r"\{[a-z_][a-z0-9_.]{0,60}\}", re.I)
SIGNS = re.compile(r"\w")
NOWHERE = re.compile(r"(?:mailto|javascript|tel|data):", re.I)
STRUCK = re.compile(
    r"~~(?=\S)(.{1,500}?)(?<=\S)~~|<(s|del|strike)\b[^<>]*>((?:[^<]|<(?!/?\2\b))*+)</\2\s*>"
    r"|<(\w{1,20})\s(?>[^<>]*?line-through)[^<>]*>((?:[^<]|<(?!/?\4\b))*+)</\4\s*>",
    re.I | re.S,
)
ENDS_STRUCK = re.compile(r"</(?:s|del|strike)\s*>|line-through", re.I)
ANCHOR_START, ANCHOR_END = "\ue100", "\ue101"  # around the labels of links while their markup is read
ANCHORS = re.compile(f"{ANCHOR_START}([^{ANCHOR_START}{ANCHOR_END}]*){ANCHOR_END}?")
END_OF_LINK = re.compile(r"</a\s*>", re.I)
PRIVATE = 0xE000  # escaped characters rest in the private use area while the markup around them is read


class Anchor(NamedTuple):
    """A link with words: its label, its address as given, and the words of its line before and after it, up to the next
    link."""

    label: str
    link: str
    before: str
    after: str


class Inline(NamedTuple):
    """Text without markup, one line a line break; addresses of its links in order, each once, as given. `anchors`: one
    tuple a line; `is_struck`: whether most of it is struck out."""

    text: str
    links: tuple[str, ...]
    anchors: tuple[tuple[Anchor, ...], ...] = ()
    is_struck: bool = False

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.text.split("\n") if line.strip()]

    @property
    def line(self) -> str:
        return " ".join(self.lines) if "\n" in self.text else self.text


def read_inline(markup: str, targets: dict[str, str] | None = None) -> Inline:
    """`targets`: addresses of named links (`[name]: address`), names in lower case. Links within the page are none."""
    links: list[str] = []
    alts: list[str] = []
    labelled: list[str] = []  # addresses of the links whose labels are marked

    def marked(label: str, link: str, end: str = ANCHOR_END) -> str:
        labelled.append(link)
        return f"{ANCHOR_START}{label}{end}"

    def take(match: re.Match[str]) -> str:
        if match["auto"]:
            links.append(match["auto"])
            return match["auto"]
        if match["text"] is not None:
            name = (match["name"] or match["text"]).strip().lower()
            if name not in (targets or {}):
                return match[0]
            links.append((targets or {})[name])
            return marked(LINK.sub(take, match["text"]), links[-1])
        if match["label"] is None:
            links.append(match["quoted"] or match["single"] or match["bare"] or "")
            return marked("", links[-1], end="")
        if match["image"]:
            alts.append(match["label"])
            return ""
        target = match["target"].strip("<>")
        links.append(target)
        label = LINK.sub(take, match["label"])
        if not SIGNS.search(TAG.sub("", label)):  # an icon to click on says nothing
            alts.append(label)
            return ""
        return marked(label, target) if ANCHOR_START not in label else label

    def take_image(match: re.Match[str]) -> str:
        alts.append(match[1] or match[2] or "")
        return ""

    if len(markup) > MAX_CHARACTERS:
        return Inline(markup.strip(), tuple(dict.fromkeys(ADDRESS.findall(markup))))
    if "<" not in markup and "[" not in markup and "\\" not in markup and "://" not in markup and "~~" not in markup:
        return Inline(_plain(markup), ())
    has_escapes = "\\" in markup
    if has_escapes:
        markup = ESCAPED.sub(lambda match: chr(PRIVATE + ord(match[1])), markup)
    if "</summary" in markup.lower():
        markup = SUMMARY.sub("", markup)
    is_struck = _is_struck(markup)
    markup = LINK.sub(take, markup)
    markup = IMAGE.sub(take_image, markup)
    markup = TAG.sub("", BREAK.sub("\n", END_OF_LINK.sub(ANCHOR_END, markup)))
    links += ADDRESS.findall(_unmarked(markup))
    with_marks = _plain(markup)
    text = _unmarked(with_marks).strip() or _plain(TAG.sub("", " ".join(alts)))
    anchors = _anchors(with_marks, labelled)
    if has_escapes:
        text, links = _unrested(text), [_unrested(link) for link in links]
        anchors = tuple(tuple(Anchor(*map(_unrested, each)) for each in line) for line in anchors)
    found = (unescape(link).strip() for link in links)
    return Inline(text, tuple(dict.fromkeys(link for link in found if is_address(link))), anchors, is_struck)


def _anchors(text: str, addresses: list[str]) -> tuple[tuple[Anchor, ...], ...]:
    """The links with words of a text in which their labels are marked, a tuple a line that has some."""
    lines: list[tuple[Anchor, ...]] = []
    number = 0
    for line in text.split("\n"):
        if not (marks := list(ANCHORS.finditer(line))):
            continue
        ends = [*(mark.start() for mark in marks[1:]), len(line)]
        begins = [0, *(mark.end() for mark in marks[:-1])]
        anchors: list[Anchor] = []
        for mark, begin, end in zip(marks, begins, ends, strict=True):
            link = unescape(addresses[number]).strip() if number < len(addresses) else ""
            number += 1
            label = " ".join(mark[1].split())
            if SIGNS.search(label) and is_address(link):
                anchors.append(
                    Anchor(
                        label,
                        link,
                        _unmarked(line[begin : mark.start()]).strip(),
                        _unmarked(line[mark.end() : end]).strip(),
                    )
                )
        if anchors:
            lines.append(tuple(anchors))
    return tuple(lines)


def _unmarked(text: str) -> str:
    return text.replace(ANCHOR_START, "").replace(ANCHOR_END, "")


def _is_struck(markup: str) -> bool:
    """Whether most words of a piece of markup are struck out."""
    if "~~" not in markup and not ENDS_STRUCK.search(markup):
        return False
    struck = [next(filter(None, (match[1], match[3], match[5])), "") for match in STRUCK.finditer(markup)]
    if not struck:
        return False
    inside, all_of_it = (len(SIGNS.findall(TAG.sub("", LINK.sub(_label, each)))) for each in ("".join(struck), markup))
    return inside * 2 > all_of_it


def _label(link: re.Match[str]) -> str:
    return link["label"] or link["text"] or ""


ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&#x27;", "'"), ("&amp;", "&"))
"""The ampersand last, so that what it begins is not taken for another escape."""


def is_address(link: str) -> bool:
    """Whether a link leads somewhere: not to a place on the same page, a mailbox or a script."""
    return bool(link) and not link.startswith("#") and not NOWHERE.match(link)


def is_placeholder(text: str) -> bool:
    """Whether a text is the place in a template where a script would write (`{{ job.title }}`, `{$ job.title $}`), or data in
    which there is no text (`{"en": 5}`)."""
    return text[:1] in "{$<[" and (PLACEHOLDER.fullmatch(text) is not None or _is_data_without_text(text))


def _is_data_without_text(text: str) -> bool:
    """Whether a text is an object or a list of JSON, at any depth without a text."""
    if len(text) > MAX_DATA_CHARACTERS or text[0] not in "{[":
        return False
    try:
        values = [json.loads(text)]
    except (ValueError, RecursionError):
        return False
    while values:
        value = values.pop()
        if isinstance(value, str):
            return False
        values += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return True


def has_placeholder(link: str) -> bool:
    """Whether a link is a template that nobody filled in: `/job/{{ id }}`, `/job/${id}`, `/job/{id}` (RFC 6570), also
    percent-encoded. `{` stands for itself in no address (RFC 3986), but around the digits of a GUID in some."""
    if "{" not in link and "%" not in link:
        return False
    text = unquote(link)
    return PLACEHOLDER.search(text) is not None or TEMPLATE_NAME.search(text) is not None


def has_words(text: str) -> bool:
    """Whether a text has a letter or a digit that is not of an escaped ampersand."""
    return any(map(str.isalnum, AMPERSANDS.sub("", text)))


def unescape(text: str) -> str:
    """Entities that end with a semicolon; `&region=` in an address is none."""
    return ENTITY.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text


def unescape_markup(text: str) -> str:
    """HTML that was escaped once as a whole, by the five characters that escaping touches."""
    for escaped, character in ESCAPES:
        text = text.replace(escaped, character)
    return text


def _plain(markup: str) -> str:
    for _ in range(MAX_NESTED_EMPHASIS):
        previous, markup = markup, EMPHASIS.sub(lambda match: match[2] or match[4], markup)
        if markup == previous:
            break
    return unescape(markup).strip()


def _unrested(text: str) -> str:
    return RESTED.sub(lambda match: chr(ord(match[0]) - PRIVATE), text)
