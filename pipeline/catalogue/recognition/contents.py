"""What belongs to the title of a row: its text, where its links lead, the classes by which rows differ.

Belongs here: from a title and its row to these. Does not belong here: which elements are rows (`rows`), what their texts are
(`fields`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.catalogue.recognition.pages import Element
from pipeline.clean.when.days import find_days
from scrapers.extract.blocks import HEADINGS


@dataclass
class Content:
    """What belongs to a title: in its row, and where that is the title alone, beside it up to the next one."""

    text: str
    links: list[str]
    classes: frozenset[str]

    @cached_property
    def has_day(self) -> bool:
        return bool(find_days(self.text))

    @cached_property
    def folder(self) -> str | None:
        """Where its first link leads: the folder, `mail` for a mailbox; None without a link."""
        if not self.links:
            return None
        link = self.links[0].split("#")[0]
        if link.startswith(("mailto:", "tel:")):
            return "mail"
        base, _, query = link.partition("?")
        names = sorted(part.split("=")[0] for part in query.split("&")) if query else []
        suffix = re.search(r"\.\w{2,4}$", base)
        return (
            re.sub(r"\d+", "0", base.rstrip("/").rpartition("/")[0])
            + "?"
            + "&".join(names)
            + (suffix[0] if suffix else "")
        )


def contents_of(titles: Sequence[Element], rows: Sequence[Element]) -> dict[Element, Content]:
    """What belongs to each title, by its row."""
    begins = {id(row) for row in rows}
    contents = {}
    for row, title in zip(rows, titles, strict=True):
        elements = [row]
        if row is title:
            siblings = row.parent.children if row.parent else []
            for sibling in siblings[siblings.index(row) + 1 :] if row in siblings else []:
                if (
                    id(sibling) in begins
                    or any(id(each) in begins for each in sibling.below())
                    or sibling.tag in HEADINGS
                ):
                    break
                elements.append(sibling)
        text = " ".join([*(each.text for each in elements), _text_beside(row) if row is title else ""])
        own = [link for each in elements for link in _links(each)]
        contents[row] = Content(text, own, _own_classes(row))
    return contents


def _own_classes(row: Element) -> frozenset[str]:
    """Classes of a row by which it may differ: without those that number rows, or tell even ones from odd."""
    names = (row.attribute("class") or "").split()
    return frozenset(
        name
        for name in names
        if not re.search(r"\d|^(?:odd|even|first|last|alt\w*|.{0,80}alternat\w{0,80})$", name, re.I)
    )


def _text_beside(element: Element) -> str:
    """The text right behind an element, to the next one: that of a line of a paragraph."""
    following = element.node.next
    return (following.text_content or "") if following is not None and following.tag == "-text" else ""


def _links(row: Element) -> list[str]:
    hrefs = (each.attribute("href") for each in row.below() if each.tag == "a")
    inside = [href for href in hrefs if href]
    if not inside and row.parent is not None and row.parent.tag == "a":
        inside = [row.parent.attribute("href") or ""]
    return inside
