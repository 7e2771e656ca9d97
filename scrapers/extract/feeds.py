"""Feeds: RSS 2.0, RSS 1.0 and Atom.

Belongs here: the elements of an item. Does not belong here: reading XML (`xml_document`), which element is a place or a deadline
(`spiders.formats.rss`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urljoin

from lxml import etree

from scrapers.extract.xml_document import FeedError, local_name, read_xml

ROOTS = ("rss", "RDF", "feed")
ITEMS = ("item", "entry")
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"


@dataclass(slots=True)
class Item:
    """An item in the feed's own words. `others`: its further elements that hold text, by their local name; `nested`: those
    that hold elements, each as the texts of its innermost ones."""

    title: str | None = None
    link: str | None = None
    id: str | None = None
    description: str | None = None
    posted: str | None = None
    language: str | None = None
    categories: list[str] = field(default_factory=list)
    others: dict[str, list[str]] = field(default_factory=dict)
    nested: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Feed:
    """`cut_off`: its end is missing, the items are those that are whole; `repaired`: what was wrong with its XML, or None."""

    items: list[Item]
    language: str | None
    cut_off: bool
    repaired: str | None


PASSED_OVER = frozenset(
    (
        *("author", "creator", "contributor", "managingEditor", "contact", "email", "phone"),  # persons
        *("comments", "commentRss", "source", "enclosure", "thumbnail", "content", "lastBuildDate", "modified"),
    )
)
"""Elements that are no word about the opening, and persons, which are not kept."""


def read_feed(body: bytes, content_type: str = "") -> Feed:
    """Raises FeedError where the document is no feed."""
    document = read_xml(body, content_type, ROOTS)
    root = document.root
    if local_name(root) not in ROOTS:
        raise FeedError(f"XML of <{local_name(root)}>")
    elements = [element for element in root.iter() if local_name(element) in ITEMS]
    language = next((_text(element) for element in root.iter() if local_name(element) == "language"), None)
    language = language or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    site = next((_text(link) for link in root.iterfind("channel/link")), None)
    whole = None if document.is_whole else document.ended_elements(ITEMS)
    items = [_item(element, site) for element in elements[:whole]]
    return Feed(items, language, not document.is_whole, document.repaired)


def _item(element: etree._Element, site: str | None) -> Item:
    item = Item()
    summary = updated = None
    for child in element:
        name, text = local_name(child), _text(child)
        if name == "title":
            item.title = item.title or text
        elif name == "link":
            href = child.get("href")
            if text or (href and child.get("rel", "alternate") == "alternate"):
                item.link = item.link or _joined(child, text or href, site)
        elif name in ("guid", "id"):
            item.id = item.id or text
            if name == "guid" and child.get("isPermaLink", "true") == "true" and (text or "").startswith("http"):
                item.link = item.link or text
        elif name == "encoded" or (name == "content" and text):
            item.description = text if child.get("type") != "xhtml" else _inner(child)
        elif name in ("description", "summary"):
            summary = text if child.get("type") != "xhtml" else _inner(child)
        elif name in ("pubDate", "published", "date", "issued"):
            item.posted = item.posted or text
        elif name == "updated":
            updated = text
        elif name == "language":
            item.language = text
        elif name in ("category", "subject"):
            item.categories += [name for name in (text or child.get("label") or child.get("term"),) if name]
        elif name not in PASSED_OVER and text:
            values = item.nested if len(child) else item.others
            values.setdefault(name, []).extend(_leaves(child) if len(child) else [text])
    item.description = item.description or summary
    item.posted = item.posted or updated
    about = element.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about")
    item.id, item.link = item.id or about, item.link or about
    return item


def _joined(element: etree._Element, link: str | None, site: str | None) -> str | None:
    """A link made absolute by the nearest xml:base, else one that begins with a slash by the address of the channel's site."""
    base = element.base if any(each.get(XML_BASE) for each in (element, *element.iterancestors())) else None
    if base is None and (link or "").startswith("/") and (site or "").startswith("http"):
        base = site
    return urljoin(base, link) if base and link else link


def _leaves(element: etree._Element) -> list[str]:
    """The texts inside an element, those of one innermost group as one: <place><city>…</city><country>…</country></place>."""
    children = [child for child in element if local_name(child) not in PASSED_OVER]
    if any(len(child) for child in children):
        return [text for child in children for text in (_leaves(child) if len(child) else [_text(child)]) if text]
    texts = list(dict.fromkeys(filter(None, map(_text, children))))
    same_name = len({child.tag for child in children}) == 1
    return texts if same_name else [", ".join(texts)] if texts else []


def _text(element: etree._Element) -> str | None:
    return "".join(element.itertext()).strip() or None


def _inner(element: etree._Element) -> str | None:
    """The markup inside an element."""
    parts = [element.text or "", *(etree.tostring(child, encoding="unicode") for child in element)]
    return "".join(parts).strip() or None
