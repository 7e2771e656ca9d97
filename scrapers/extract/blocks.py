"""HTML as lines of text, and the values that stand beside labels: `<dt>/<dd>`, two cells of a row, `Label: value`, a bold
label before its value, a label on the line above.

Belongs here: what a reader would see as a line or a label. Does not belong here: tables of openings (`tables`), which
label means what (the catalogue says that).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

BREAKS = re.compile(
    r"(?:address|article|aside|blockquote|body|br|caption|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|header|hr|"
    r"html|legend|li|main|nav|ol|option|p|pre|section|summary|table|tbody|td|tfoot|th|thead|title|tr|ul)$"
)
UNSEEN = frozenset(
    ("script", "style", "noscript", "template", "svg", "head", "iframe", "object", "select", "textarea", "button")
)
BOLD = frozenset(("b", "strong", "em", "label", "i", "u"))
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
AROUND = UNSEEN | {"nav", "header", "footer", "aside", "form"}
"""What stands around the text of a page where the catalogue does not say which part counts."""


class Line(NamedTuple):
    """A line of text, and the bold words that it begins with, or None."""

    text: str
    bold: str | None


def parse_html(page: str) -> LexborNode:
    """The root of a page or a piece of one."""
    root = LexborHTMLParser(page).root
    assert root is not None
    return root


def check_css(selector: str) -> str:
    """The selector. Raises ValueError where it is none."""
    try:
        LexborHTMLParser("<p>").css(selector)
    except SelectolaxError as error:
        raise ValueError(f"{selector!r} is no CSS selector") from error
    return selector


def select(node: LexborNode, selector: str) -> list[str]:
    """Texts that `css` or `css@attribute` finds at or below `node`, empty ones left out; `@attribute` is the node's own."""
    css, _, attribute = selector.partition("@")
    found = node.css(css) if css.strip() else [node]
    texts = [each.attributes.get(attribute) if attribute else block_text(each, " ") for each in found]
    return [text.strip() for text in texts if text and text.strip()]


def block_lines(node: LexborNode, unseen: frozenset[str] = UNSEEN) -> list[Line]:
    """The lines that a reader sees of `node`, white space folded, empty ones left out."""
    lines: list[Line] = []
    words: list[str] = []
    bold: list[str] = []
    inside_bold = 0

    def end_line() -> None:
        text = " ".join("".join(words).split())
        if text:
            lines.append(Line(text, " ".join("".join(bold).split()) or None))
        words.clear()
        bold.clear()

    for each, is_entered in _walk(node, unseen):
        tag = each.tag
        if tag == "-text":
            text = each.text_content or ""
            if inside_bold and len("".join(words).strip()) == len("".join(bold).strip()):
                bold.append(text)
            words.append(text)
        elif BREAKS.match(tag or ""):
            end_line()
        elif tag in BOLD:
            inside_bold += 1 if is_entered else -1
    end_line()
    return lines


def block_text(node: LexborNode, between: str = "\n", unseen: frozenset[str] = UNSEEN) -> str:
    return between.join(line.text for line in block_lines(node, unseen))


def find_label(node: LexborNode, label: str) -> list[str]:
    """What stands beside a label at or below `node`: the lines of its value, none where there is no such label."""
    key = _key(label)
    for term in node.css("dt"):
        if _key(block_text(term, " ")) == key:
            return [line.text for each in _following(term, "dd") for line in block_lines(each)]
    for row in node.css("tr"):
        cells = [cell for cell in row.iter() if cell.tag in ("td", "th")]
        if len(cells) == 2 and _key(block_text(cells[0], " ")) == key:
            return [line.text for line in block_lines(cells[1])]
    lines = block_lines(node)
    for number, line in enumerate(lines):
        rest = _after_label(line, key)
        if rest:  # "Location: Geneva. Posted: today" on one line are two labels
            return [label_in_text(line.text, label) or rest]
        if rest is not None:
            following = lines[number + 1].text if number + 1 < len(lines) else ""
            return [following] if following and not following.endswith((":", "：")) else []
    return next(([value] for line in lines if (value := label_in_text(line.text, label))), [])


def label_pairs(node: LexborNode, unseen: frozenset[str] = UNSEEN) -> Iterator[tuple[str, list[str]]]:
    """Every label at or below `node` with the lines of its value, in all the ways of `find_label`; what stands in running
    text is none."""
    shown = [each for each, is_entered in _walk(node, unseen) if is_entered and each.tag in ("dt", "tr")]
    for each in shown:
        cells = [cell for cell in each.iter() if cell.tag in ("td", "th")]
        if each.tag == "dt":
            yield block_text(each, " "), [line.text for value in _following(each, "dd") for line in block_lines(value)]
        elif len(cells) == 2:
            yield block_text(cells[0], " "), [line.text for line in block_lines(cells[1])]
    yield from line_pairs(block_lines(node, unseen))


def line_pairs(lines: list[Line]) -> Iterator[tuple[str, list[str]]]:
    """Labels that begin a line, each with what stands beside it, else with the line below."""
    for number, line in enumerate(lines):
        head, mark, rest = line.text, "", ""
        if line.bold and len(line.bold) < len(line.text):
            head, mark, rest = line.bold, ":", line.text[len(line.bold) :].strip(" :：–-")
        elif found := re.search("[:：]", line.text):
            head, mark, rest = line.text[: found.start()], ":", line.text[found.end() :].strip()
        if rest:
            yield head, [label_in_text(line.text, head.strip(" :：")) or rest]
        elif (mark or line.bold) and number + 1 < len(lines) and not lines[number + 1].text.endswith((":", "：")):
            yield head, [lines[number + 1].text]


def line_with(lines: Iterable[Line], words: list[str]) -> str | None:
    """The first line in which one of these words stands."""
    keys = [" ".join(each.casefold().split()) for each in words]
    return next((line.text for line in lines if any(key in line.text.casefold() for key in keys)), None)


def label_in_text(text: str, label: str) -> str | None:
    """The value of `label` within running text, as in "Location: Geneva. Posted: today": to the end of the line or to
    the next label, without the full stop that closes it."""
    begin = re.search(rf"(?:^|[\s.;|•(]){re.escape(label)}\s*[:：]", text, re.I)
    if begin is None:
        return None
    rest = text[begin.end() :].split("\n\n", maxsplit=1)[0]
    following = re.search(r"(?:[.;|•]|\n)\s{1,5}[^\W\d_][^.:：;|\n]{0,40}[:：](?:\s|$)", rest)
    value = " ".join((rest[: following.start()] if following else rest).split()).strip(" ;|•")
    value = re.sub(r"(?:(?<=\w{3})|(?<=\)))\.$", "", value)  # but the stop of "D.C." is its own
    return value if value.strip(".,- ") else None


def _after_label(line: Line, key: str) -> str | None:
    """The words after a label that begins this line; empty where the label is all of it; None where it does not."""
    if _key(line.text) == key:
        return ""
    if line.bold and _key(line.bold) == key:
        return line.text[len(line.bold) :].strip(" :：–-")
    head, mark, rest = (
        re.split(r"([:：])", line.text, maxsplit=1) if re.search("[:：]", line.text) else (line.text, "", "")
    )
    return rest.strip() if mark and _key(head) == key else None


def _key(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" :：*")


def _following(node: LexborNode, tag: str) -> Iterator[LexborNode]:
    """Siblings of this tag right after `node`."""
    sibling = node.next
    while sibling is not None and sibling.tag in (tag, "-text", "-comment"):
        if sibling.tag == tag:
            yield sibling
        sibling = sibling.next


def _walk(root: LexborNode, unseen: frozenset[str]) -> Iterator[tuple[LexborNode, bool]]:
    """(node, entered or left) in document order. Without recursion, because pages nest deeper than Python may."""
    stack: list[tuple[LexborNode, bool]] = [(root, True)]
    while stack:
        node, is_entered = stack.pop()
        tag = node.tag or ""
        if (tag in unseen and not _is_heading_button(node)) or (tag.startswith("-") and tag != "-text"):
            continue
        yield node, is_entered
        if is_entered and tag != "-text":
            stack.append((node, False))
            stack.extend((child, True) for child in reversed(list(node.iter(include_text=True))))


def _is_heading_button(node: LexborNode) -> bool:
    """Whether a button is what a heading says: the heading of a part that folds out."""
    return node.tag == "button" and node.parent is not None and node.parent.tag in HEADINGS


MAX_NUMBER_LABEL = 30
"""Characters of the text of a link to a page of a list."""


def number_link(page: LexborNode, css: str, number: int) -> str | None:
    """The address of the link whose text is the number of a page."""
    links = ((node.attributes.get("href"), number_of(node.text() or "")) for node in page.css(css))
    return next((href for href, found in links if href and found == number), None)


def number_of(text: str) -> int | None:
    """The number of a page that the text of a link is, perhaps with a word for those who hear it (`Page 2`)."""
    numbers = re.findall(r"\d+", text) if len(text) <= MAX_NUMBER_LABEL else []
    return int(numbers[0]) if len(numbers) == 1 and len(numbers[0]) <= 4 else None
