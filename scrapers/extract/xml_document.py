"""XML documents, read leniently and safely: no DTD is loaded, no entity is resolved but those of one character or word.

The document is what stands from its root element to that element's end, whatever a server or plugin writes before or after;
it is whole where its root is closed. Comments and processing instructions are passed over. What HTML allows and XML does
not (`&nbsp;`, a bare `&`, control characters) is mended. Belongs here: bytes to elements. Does not belong here: what they
mean (`feeds`, the spiders).
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from html.entities import name2codepoint
from typing import Any, NamedTuple

from lxml import etree

from scrapers.extract.charset import UndecodableError, decode

CONTROL = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]")
AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9A-Fa-f]+);)([A-Za-z][\w.-]*(?=;)|);?")
"""An ampersand that begins no entity of XML, with its name where it is one of HTML or of the document."""
START_TAG = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)(?=[\s/>])")
ENTITY = re.compile(r"<!ENTITY\s+([\w.-]+)\s+(?:\"([^\"]*)\"|'([^']*)')\s*>")
MAX_ENTITY_CHARACTERS = 40
"""Of an entity that a document declares."""


class FeedError(ValueError):
    """The document is not what it should be: says what it is."""


class XmlDocument(NamedTuple):
    """`repaired`: what was wrong with its XML, or None; `is_whole`: whether its root element ends; `text`: of the root."""

    root: etree._Element
    repaired: str | None
    is_whole: bool
    text: str

    def ended_elements(self, names: Iterable[str]) -> int:
        """How many elements of these names end, of a document that breaks off."""
        return len(re.findall(rf"</(?:[\w.-]+:)?(?:{'|'.join(names)})\s*>", self.text))


def read_xml(body: bytes, content_type: str = "", roots: tuple[str, ...] = ()) -> XmlDocument:
    """The document of these bytes. `roots`: local names of its root element, which is found behind other elements too.
    Raises FeedError where the bytes are not XML at all."""
    try:
        decoded = decode(body, content_type)
    except UndecodableError:  # control characters, which are taken out
        decoded = decode(body.translate(None, bytes([*range(9), 11, 12, *range(14, 32)])), content_type)
    text, is_closed = _cut_to_root(decoded.text, roots)
    entities = _entities(decoded.text)
    repaired: str | None = None
    root: etree._Element | None = None
    try:
        root = _parsed(_with_entities(text, entities) if entities else text, recover=False)
    except etree.XMLSyntaxError as error:
        repaired = str(error).split(", line")[0]
        root = _recovered(_mended(text, entities))
    if root is None:
        raise FeedError(f"no XML ({repaired})")
    return XmlDocument(root, repaired, is_closed and decoded.is_whole, text)


def local_name(element: etree._Element) -> str:
    """The name of an element without its namespace; a prefix that the document never binds is cut off too."""
    return element.tag.rpartition("}")[2].rpartition(":")[2] if isinstance(element.tag, str) else ""


def as_object(element: etree._Element) -> Any:
    """An element as JSON would write it, so that paths of `json_data` lead to what it holds: by the name of each child the list
    of those, by `@name` an attribute; of one that holds a text alone the text, of one that holds nothing at all ""."""
    children = [child for child in element if local_name(child)]
    text = "".join(element.itertext()).strip()
    if not children and (text or not element.attrib):
        return text
    found: dict[str, Any] = {f"@{str(name).rpartition('}')[2]}": value for name, value in element.attrib.items()}
    for child in children:
        found.setdefault(local_name(child), []).append(as_object(child))
    return found


def _cut_to_root(text: str, roots: tuple[str, ...]) -> tuple[str, bool]:
    """The text of the root element, and whether it ends. Without one of `roots` the first element is it."""
    expected = re.compile(rf"<(?:[\w.-]+:)?(?:{'|'.join(roots)})(?=[\s/>])") if roots else START_TAG
    start = _outside_comments(expected, text) or _outside_comments(START_TAG, text)
    if start is None:
        return text, False
    name = re.escape(start[0][1:])
    ends = list(re.finditer(rf"</{name}\s*>", text))
    if ends:
        return text[start.start() : ends[-1].end()], True
    empty = re.compile(r"<[^<>]*/>").match(text, start.start())
    return (empty[0], True) if empty else (text[start.start() :], False)


def _outside_comments(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    at = 0
    while found := pattern.search(text, at):
        comment = text.find("<!--", at, found.start())
        if comment < 0:
            return found
        end = text.find("-->", comment)
        if end < 0:
            return None
        at = end + len("-->")
    return None


def _entities(text: str) -> dict[str, str]:
    """What the entities that a document declares itself stand for: plain characters. Raises FeedError where one is long, names
    another or stands elsewhere."""
    entities: dict[str, str] = {}
    declared = ENTITY.findall(text)
    if len(declared) < text.count("<!ENTITY"):
        raise FeedError("XML that declares entities")
    for name, double, single in declared:
        value = re.sub(r"&#(?:x([0-9A-Fa-f]+)|(\d+));", _character, double or single)
        if len(value) > MAX_ENTITY_CHARACTERS or re.search("[&<%]", value):
            raise FeedError("XML that declares entities")
        entities.setdefault(name, value)
    return entities


def _character(reference: re.Match[str]) -> str:
    with contextlib.suppress(ValueError, OverflowError):
        return chr(int(reference[1], 16) if reference[1] else int(reference[2]))
    return " "


def _parsed(text: str, *, recover: bool) -> etree._Element | None:
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, dtd_validation=False, huge_tree=False,
        recover=recover, remove_comments=True, remove_pis=True, encoding="utf-8",
    )  # fmt: skip
    return etree.fromstring(text.encode("utf-8", "replace"), parser)


def _recovered(text: str) -> etree._Element | None:
    try:
        return _parsed(text, recover=False)
    except etree.XMLSyntaxError:
        with contextlib.suppress(etree.XMLSyntaxError):
            return _parsed(text, recover=True)
    return None


def _mended(text: str, entities: dict[str, str]) -> str:
    """The document without control characters, its named entities as characters and a bare `&` as `&amp;`."""
    return _with_entities(CONTROL.sub(" ", text), entities)


def _with_entities(text: str, entities: dict[str, str]) -> str:
    """Named entities as characters, a bare `&` as `&amp;`. CDATA is left as it is."""

    def as_xml(ampersand: re.Match[str]) -> str:
        name = ampersand[1]
        if name in entities:
            return entities[name]
        return (
            f"&#{name2codepoint[name]};" if name in name2codepoint else f"&amp;{ampersand[0][1:]}" if name else "&amp;"
        )

    mended: list[str] = []
    at = 0
    while at < len(text):
        begin = text.find("<![CDATA[", at)
        begin = len(text) if begin < 0 else begin
        end = text.find("]]>", begin)
        end = len(text) if end < 0 else end
        mended += [AMPERSAND.sub(as_xml, text[at:begin]), text[begin:end]]
        at = end
    return "".join(mended)
