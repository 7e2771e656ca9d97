"""Feeds: RSS 2.0, RSS 1.0 and Atom, read leniently and safely (no entity is resolved, no DTD is loaded).

Belongs here: the elements of an item. Does not belong here: which of them is a place or a deadline (`spiders.rss`).
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from html.entities import name2codepoint

from lxml import etree

ROOTS = ("rss", "RDF", "feed")
ITEMS = ("item", "entry")
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9A-Fa-f]+);)([A-Za-z][A-Za-z0-9]*(?=;)|);?")
"""An ampersand that begins no entity of XML, with its name where it is one of HTML."""


class FeedError(ValueError):
    """The document is no feed: says what it is."""


@dataclass(slots=True)
class Item:
    """An item in the feed's own words; `others` are its further elements that hold text, by their local name."""

    title: str | None = None
    link: str | None = None
    id: str | None = None
    description: str | None = None
    posted: str | None = None
    language: str | None = None
    categories: list[str] = field(default_factory=list)
    others: dict[str, str] = field(default_factory=dict)


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


def read_xml(body: bytes) -> tuple[etree._Element, str | None]:
    """The root of an XML document, and what had to be repaired in it, or None. Raises FeedError where the document is not
    XML at all, or declares entities of its own."""
    if re.search(rb"<!ENTITY", body):
        raise FeedError("XML that declares entities")
    repaired: str | None = None
    try:
        root = etree.fromstring(body, _parser(recover=False))
    except etree.XMLSyntaxError as error:
        repaired = str(error).split(", line")[0]
        root = _recovered(_mended(body))
    if root is None:
        raise FeedError(f"no XML ({repaired})")
    return root, repaired


def read_feed(body: bytes) -> Feed:
    """Raises FeedError where the document is no feed."""
    root, repaired = read_xml(body)
    if _name(root) not in ROOTS:
        raise FeedError(f"XML of <{_name(root)}>")
    elements = [element for element in root.iter() if _name(element) in ITEMS]
    whole = len(re.findall(rb"</(?:\w+:)?(?:item|entry)\s*>", body)) if repaired else len(elements)
    cut_off = bool(repaired) and not re.search(rb"</(?:\w+:)?(?:rss|RDF|feed)\s*>\s*(?:<!--.*-->\s*)?$", body, re.S)
    language = next((_text(element) for element in root.iter() if _name(element) == "language"), None)
    language = language or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    return Feed([_item(element) for element in elements[: whole if cut_off else None]], language, cut_off, repaired)


def _item(element: etree._Element) -> Item:
    item = Item()
    summary = updated = None
    for child in element:
        name, text = _name(child), _text(child)
        if name == "title":
            item.title = item.title or text
        elif name == "link":
            href = child.get("href")
            if text or (href and child.get("rel", "alternate") == "alternate"):
                item.link = item.link or text or href
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
        elif name not in PASSED_OVER and text and not len(child):
            item.others.setdefault(name, text)
    item.description = item.description or summary
    item.posted = item.posted or updated
    about = element.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about")
    item.id, item.link = item.id or about, item.link or about
    return item


def _recovered(body: bytes) -> etree._Element | None:
    try:
        return etree.fromstring(body, _parser(recover=False))
    except etree.XMLSyntaxError:
        with contextlib.suppress(etree.XMLSyntaxError):
            return etree.fromstring(body, _parser(recover=True))
    return None


def _mended(body: bytes) -> bytes:
    """The document with what HTML allows and XML does not written as XML: named entities as numbers, a bare `&` as
    `&amp;`, no control characters. CDATA is left as it is."""
    body = CONTROL.sub(b" ", body)
    mended: list[bytes] = []
    at = 0
    while at < len(body):
        begin = body.find(b"<![CDATA[", at)
        begin = len(body) if begin < 0 else begin
        end = body.find(b"]]>", begin)
        end = len(body) if end < 0 else end
        mended += [AMPERSAND.sub(_as_xml, body[at:begin]), body[begin:end]]
        at = end
    return b"".join(mended)


def _as_xml(match: re.Match[bytes]) -> bytes:
    name = match[1].decode()
    if not name:
        return b"&amp;"
    return f"&#{name2codepoint[name]};".encode() if name in name2codepoint else b"&amp;" + match[0][1:]


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, dtd_validation=False, huge_tree=False, recover=recover
    )


def _name(element: etree._Element) -> str:
    """The local name; a prefix that the document never binds is cut off too."""
    return element.tag.rpartition("}")[2].rpartition(":")[2] if isinstance(element.tag, str) else ""


def _text(element: etree._Element) -> str | None:
    return "".join(element.itertext()).strip() or None


def _inner(element: etree._Element) -> str | None:
    """The markup inside an element."""
    parts = [element.text or "", *(etree.tostring(child, encoding="unicode") for child in element)]
    return "".join(parts).strip() or None
