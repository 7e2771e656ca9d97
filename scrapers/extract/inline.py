"""Inline markup, Markdown and HTML mixed as in the cells of lists on GitHub: its text and its links.

Belongs here: what stands inside a cell or heading. Does not belong here: tables, sections (`markdown`, `tables`).
"""

from __future__ import annotations

import html
import re
from typing import NamedTuple

LINK = re.compile(
    r"(?P<image>!?)\[(?P<label>(?:[^\[\]]|\[[^\[\]]*\])*)\]"
    # A space before the bracket is a slip that GitHub shows as text; taken only where an address follows.
    r"(?:\(|\s+\((?=\s*<?https?:))\s*"
    r"(?P<target><[^<>]*>|(?:[^()\s<>]|\([^()\s]*\))*)(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
    r"|\[(?P<text>[^\[\]]+)\]\[(?P<name>[^\[\]]*)\]"
    r"|<a\s[^>]*?href\s*=\s*(?:\"(?P<quoted>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s>]+))[^>]*>"
    r"|<(?P<auto>https?://[^\s<>]+)>",
    re.I,
)
ADDRESS = re.compile(r"https?://[^\s<>|\"]+", re.I)
BREAK = re.compile(r"</?br\s*/?>|</(?:p|div|li|tr|summary|details|h[1-6])>", re.I)
SUMMARY = re.compile(r"<summary\b[^>]*>.*?</summary>", re.I | re.S)
IMAGE = re.compile(r"<img\b[^>]*?(?:\balt\s*=\s*(?:\"([^\"]*)\"|'([^']*)')[^>]*)?>", re.I)
TAG = re.compile(r"</?[a-z][^<>]*>|<!--.*?-->", re.I | re.S)
ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.I)
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
EMPHASIS = re.compile(r"(\*\*\*|\*\*|~~|`+)(?=\S)(.+?)(?<=\S)\1|(?<![\w*])([*_]|__)(?=\S)(.+?)(?<=\S)\3(?![\w*])", re.S)
RESTED = re.compile("[\ue021-\ue07e]")
MAX_CHARACTERS = 20_000
"""A longer text is no cell or heading; it is kept as it stands, because reading its markup could take for ever."""

PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}|\{[$%][^{}]*[$%]\}|\$\{[^{}]*\}|<%[^<>]*%>")
SIGNS = re.compile(r"\w")
NOWHERE = re.compile(r"(?:mailto|javascript|tel|data):", re.I)
PRIVATE = 0xE000  # escaped characters rest in the private use area while the markup around them is read


class Inline(NamedTuple):
    """Text without markup, one line a line break; addresses of its links in order, each once, as given."""

    text: str
    links: tuple[str, ...]

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

    def take(match: re.Match[str]) -> str:
        if match["auto"]:
            links.append(match["auto"])
            return match["auto"]
        if match["text"] is not None:
            name = (match["name"] or match["text"]).strip().lower()
            if name not in (targets or {}):
                return match[0]
            links.append((targets or {})[name])
            return LINK.sub(take, match["text"])
        if match["label"] is None:
            links.append(match["quoted"] or match["single"] or match["bare"] or "")
            return ""
        if match["image"]:
            alts.append(match["label"])
            return ""
        links.append(match["target"].strip("<>"))
        label = LINK.sub(take, match["label"])
        if not SIGNS.search(TAG.sub("", label)):  # an icon to click on says nothing
            alts.append(label)
            return ""
        return label

    def take_image(match: re.Match[str]) -> str:
        alts.append(match[1] or match[2] or "")
        return ""

    if len(markup) > MAX_CHARACTERS:
        return Inline(markup.strip(), tuple(dict.fromkeys(ADDRESS.findall(markup))))
    if "<" not in markup and "[" not in markup and "\\" not in markup and "://" not in markup:
        return Inline(_plain(markup), ())
    has_escapes = "\\" in markup
    if has_escapes:
        markup = ESCAPED.sub(lambda match: chr(PRIVATE + ord(match[1])), markup)
    if "</summary" in markup.lower():
        markup = SUMMARY.sub("", markup)
    markup = LINK.sub(take, markup)
    markup = IMAGE.sub(take_image, markup)
    markup = TAG.sub("", BREAK.sub("\n", markup))
    links += ADDRESS.findall(markup)
    text = _plain(markup) or _plain(TAG.sub("", " ".join(alts)))
    if has_escapes:
        text, links = _unrested(text), [_unrested(link) for link in links]
    found = (unescape(link).strip() for link in links)
    return Inline(text, tuple(dict.fromkeys(link for link in found if is_address(link))))


ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&#x27;", "'"), ("&amp;", "&"))
"""The ampersand last, so that what it begins is not taken for another escape."""


def is_address(link: str) -> bool:
    """Whether a link leads somewhere: not to a place on the same page, a mailbox or a script."""
    return bool(link) and not link.startswith("#") and not NOWHERE.match(link)


def is_placeholder(text: str) -> bool:
    """Whether a text is the place in a template where a script would write: `{{ job.title }}`, `{$ job.title $}`."""
    return text[:1] in "{$<" and PLACEHOLDER.fullmatch(text) is not None


def unescape(text: str) -> str:
    """Entities that end with a semicolon; `&region=` in an address is none."""
    return ENTITY.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text


def unescape_markup(text: str) -> str:
    """HTML that was escaped once as a whole, by the five characters that escaping touches."""
    for escaped, character in ESCAPES:
        text = text.replace(escaped, character)
    return text


def _plain(markup: str) -> str:
    previous = None
    while previous != markup:
        previous, markup = markup, EMPHASIS.sub(lambda match: match[2] or match[4], markup)
    return unescape(markup).strip()


def _unrested(text: str) -> str:
    return RESTED.sub(lambda match: chr(ord(match[0]) - PRIVATE), text)
