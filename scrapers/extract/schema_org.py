"""schema.org JobPosting of a page: finding it, as JSON-LD, microdata or RDFa, and its properties as raw fields.

Belongs here: the three syntaxes and their dirt. Does not belong here: pages without it. (A library for all syntaxes and
types, extruct, takes thirty times as long a page, and brings RDF and two more parsers of HTML along.)
"""

from __future__ import annotations

import contextlib
import html
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from selectolax.lexbor import LexborNode

from scrapers.extract.lenient_json import Documents, read_documents

EXTRA = (
    "jobLocationType", "applicantLocationRequirements", "workHours", "jobBenefits", "qualifications", "responsibilities",
    "skills", "experienceRequirements", "educationRequirements", "eligibilityToWorkRequirement", "industry",
    "occupationalCategory", "totalJobOpenings", "incentiveCompensation", "directApply", "employmentUnit",
)  # fmt: skip
"""Properties without a raw field that go into `extra` under their own names. applicationContact never does: persons."""


PROSE = {"description", "responsibilities", "qualifications", "skills", "jobBenefits", "educationRequirements"}
"""Properties whose values are texts with markup."""

MAX_PROPERTIES = 300
MAX_NESTED = 8
"""Items within items, and pieces of one that stand elsewhere; more is nothing that anybody meant."""


class Postings(NamedTuple):
    """The JobPostings of a page, as JSON objects, and how many of its JSON-LD blocks could not be read."""

    postings: list[dict[str, Any]]
    unreadable: int


class Syntax(NamedTuple):
    """The attributes by which elements say of which type an item is, and which of its properties they hold."""

    type: str
    property: str


JSON_LD = 'script[type^="application/ld+json" i], script[type^="application/json+ld" i]'
PREFIXED = re.compile(r"^(?:https?://schema\.org/|[A-Za-z][\w-]*:)(?=\w+$)")
"""What stands before a term of schema.org where a context names it, or a document is expanded."""

SYNTAXES = (Syntax("itemtype", "itemprop"), Syntax("typeof", "property"))
"""Microdata (HTML standard, chapter 5) and RDFa Lite 1.1 (W3C recommendation), as far as one type needs them."""


def job_postings(page: LexborNode) -> Postings:
    """Every JobPosting of a page in its order, wherever it stands in the JSON-LD; without one there, in the elements."""
    documents: list[Any] = []
    unreadable = 0
    for script in page.css(JSON_LD):
        read = _documents(script.text_content or script.text() or "")
        documents += read.values
        unreadable += not read.is_whole
    nodes = dict(_named_nodes(documents))
    found = [_resolved(posting, nodes) for posting in _find(documents)]
    for syntax in SYNTAXES:
        found = found or [
            _item(node, syntax, page)
            for node in page.css(f'[{syntax.type}*="JobPosting"]')
            if "JobPosting" in _types(node, syntax)
        ]
    return Postings(found, unreadable)


def posting_fields(posting: dict[str, Any]) -> dict[str, Any]:
    """A JobPosting as raw fields (`url` among them, null where it names none)."""
    return {
        "title": _scalar_text(posting.get("title") or posting.get("name")),
        "url": _scalar_text(posting.get("url") or posting.get("mainEntityOfPage") or posting.get("@id")),
        "native_id": _identifier(posting.get("identifier")),
        "organization": _organization_name(posting.get("hiringOrganization")),
        "locations": list(
            dict.fromkeys(place for each in _list(posting.get("jobLocation")) for place in _places(each))
        ),
        "description": _scalar_text(posting.get("description")),
        "employment_type": ", ".join(filter(None, map(_scalar_text, _list(posting.get("employmentType"))))) or None,
        "posted": _scalar_text(posting.get("datePosted")),
        "deadline": _scalar_text(posting.get("validThrough")),
        "starts": _scalar_text(posting.get("jobStartDate")),
        "pay": _pay(posting.get("baseSalary")) or _pay(posting.get("estimatedSalary")),
        "language": _scalar_text(posting.get("inLanguage")),
        "extra": {key: posting[key] for key in EXTRA if posting.get(key) not in (None, "", [], {})},
    }


def _documents(text: str) -> Documents:
    """The JSON of a script, read in spite of what pages have around and in it; a text without any is not whole."""
    if text.lstrip()[:1] == '"':  # JSON as a string of JSON
        with contextlib.suppress(json.JSONDecodeError):
            text = str(json.loads(text, strict=False))
    documents = read_documents(text)
    if not documents.values and "&" in text:
        documents = read_documents(html.unescape(text))
    return documents if documents.values or not text.strip() else Documents([], is_whole=False)


def _walk(nodes: list[Any]) -> Iterator[dict[str, Any]]:
    """Every object of JSON documents, outer ones first."""
    waiting = list(reversed(nodes))
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
        if isinstance(node, dict | list):
            waiting += reversed(list(node.values()) if isinstance(node, dict) else node)


def _find(documents: list[Any]) -> Iterator[dict[str, Any]]:
    inside: set[int] = set()
    for node in _walk(documents):
        kinds = [_local(str(kind)) for kind in _list(node.get("@type") or node.get("type"))]
        if "JobPosting" in kinds and id(node) not in inside:
            inside.update(map(id, _walk(list(node.values()))))
            yield node


def _named_nodes(documents: list[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What an @id of the page refers to: the objects that say more than their id."""
    for node in _walk(documents):
        if isinstance(node.get("@id"), str) and not set(node) <= {"@id", "@type"}:
            yield node["@id"], node


def _resolved(value: Any, nodes: dict[str, dict[str, Any]], depth: int = 0) -> Any:
    """A value with references replaced by what they refer to, and terms without a prefix."""
    if depth > MAX_NESTED:
        return value
    if isinstance(value, list):
        return [_resolved(each, nodes, depth + 1) for each in value]
    if not isinstance(value, dict):
        return value
    if set(value) <= {"@id", "@type"} and value.get("@id") in nodes:
        value = nodes[value["@id"]]
    return {PREFIXED.sub("", key): _resolved(each, nodes, depth + 1) for key, each in value.items()}


def _item(item: LexborNode, syntax: Syntax, page: LexborNode, depth: int = 0) -> dict[str, Any]:
    """An item in elements as the JSON object that JSON-LD would have of it."""
    properties: dict[str, Any] = {"@type": _types(item, syntax), "@id": item.attributes.get("itemid")}
    elsewhere = (item.attributes.get("itemref") or "").replace('"', "").split()[:MAX_NESTED]
    referred = [node for node in (page.css_first(f'[id="{each}"]') for each in elsewhere) if node is not None]
    waiting = [*reversed(referred), *reversed(list(item.iter()))]
    count = 0
    while waiting and count < MAX_PROPERTIES:
        node = waiting.pop()
        names = [_local(name) for name in (node.attributes.get(syntax.property) or "").split()]
        is_item = syntax.type in node.attributes
        if names and (not is_item or depth < MAX_NESTED):
            value = (
                _item(node, syntax, page, depth + 1) if is_item else _value(node, has_markup=bool(PROSE & set(names)))
            )
            count += 1
            for name in names:
                properties[name] = [*_list(properties.get(name)), value]
        if not is_item:
            waiting += reversed(list(node.iter()))
    return {
        name: value[0] if isinstance(value, list) and len(value) == 1 else value for name, value in properties.items()
    }


def _types(node: LexborNode, syntax: Syntax) -> list[str]:
    return [_local(name) for name in (node.attributes.get(syntax.type) or "").split()]


def _local(name: str) -> str:
    """`https://schema.org/title`, `schema:title`, `title`: title."""
    return re.split(r"[/:#]", name)[-1]


def _value(node: LexborNode, *, has_markup: bool) -> str | None:
    """What an element says of a property: an attribute where it has one for that, else its text."""
    attributes = node.attributes
    for name in ("content", "datetime", "resource", "href", "src", "value"):
        if name in attributes and (name != "href" or node.tag in ("a", "link", "area")):
            return attributes[name]
    if has_markup and next(node.iter(), None) is not None:
        return node.inner_html
    return " ".join((node.text(deep=True) or "").split())


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _scalar_text(value: Any) -> str | None:
    """A scalar as text; of an object its name or value."""
    if isinstance(value, list):
        return next(filter(None, map(_scalar_text, value)), None)
    if isinstance(value, dict):
        return _scalar_text(value.get("@value") or value.get("name") or value.get("value") or value.get("@id"))
    if isinstance(value, bool) or value is None:
        return None
    return str(value).strip() or None


def _organization_name(value: Any) -> str | None:
    return _scalar_text(
        [each.get("name") or each.get("legalName") if isinstance(each, dict) else each for each in _list(value)]
    )


def _identifier(value: Any) -> str | None:
    return _scalar_text(
        [each.get("value") or each.get("@id") if isinstance(each, dict) else each for each in _list(value)]
    )


def _places(value: Any) -> list[str]:
    """A Place as texts, one for each of its addresses: the parts of an address, else the place's own words."""
    if not isinstance(value, dict):
        return [text] if (text := _scalar_text(value)) else []
    addresses = _list(value.get("address")) or [value]
    return [text for address in addresses if (text := _address(address, value))]


def _address(address: Any, place: dict[str, Any]) -> str | None:
    if not isinstance(address, dict):
        return _scalar_text(address)
    parts = [_scalar_text(address.get(part)) for part in ("addressLocality", "addressRegion", "addressCountry")]
    return (
        ", ".join(filter(None, parts)) or _scalar_text(place.get("name")) or _scalar_text(address.get("streetAddress"))
    )


def _pay(value: Any) -> str | None:
    """A MonetaryAmount as one text: currency, amount or range, unit. One of zero says nothing: systems write it where no pay
    was entered (softgarden)."""
    value = value[0] if isinstance(value, list) and value else value
    if not isinstance(value, dict):
        return _scalar_text(value)
    amount = value.get("value") if isinstance(value.get("value"), dict) else value
    assert isinstance(amount, dict)
    low, high = _scalar_text(amount.get("minValue")), _scalar_text(amount.get("maxValue"))
    figure = f"{low} - {high}" if low and high and low != high else low or high or _scalar_text(amount.get("value"))
    unit = (
        _scalar_text(amount.get("unitText"))
        or _scalar_text(value.get("unitText"))
        or _scalar_text(value.get("duration"))
    )
    if not figure or not re.search(r"[^\W0_]", figure):
        return None
    return " ".join(filter(None, (_scalar_text(value.get("currency")), figure, unit)))
