"""schema.org JobPosting of a page: finding it, as JSON-LD, microdata or RDFa, and its properties as raw fields.

Belongs here: the three syntaxes and their dirt. Does not belong here: pages without it. (A library for all syntaxes and
types, extruct, takes thirty times as long a page, and brings RDF and two more parsers of HTML along.)
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from selectolax.lexbor import LexborNode

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


SYNTAXES = (Syntax("itemtype", "itemprop"), Syntax("typeof", "property"))
"""Microdata (HTML standard, chapter 5) and RDFa Lite 1.1 (W3C recommendation), as far as one type needs them."""


def job_postings(page: LexborNode) -> Postings:
    """Every JobPosting of a page in its order, wherever it stands in the JSON-LD; without one there, in the elements."""
    found: list[dict[str, Any]] = []
    unreadable = 0
    for script in page.css('script[type^="application/ld+json"]'):
        text = script.text_content or script.text() or ""
        try:
            found += _find(_load(text))
        except (json.JSONDecodeError, RecursionError):  # the latter: nested deeper than anything meant
            unreadable += bool(text.strip())
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
        "locations": list(dict.fromkeys(filter(None, map(_place, _list(posting.get("jobLocation")))))),
        "description": _scalar_text(posting.get("description")),
        "employment_type": ", ".join(filter(None, map(_scalar_text, _list(posting.get("employmentType"))))) or None,
        "posted": _scalar_text(posting.get("datePosted")),
        "deadline": _scalar_text(posting.get("validThrough")),
        "starts": _scalar_text(posting.get("jobStartDate")),
        "pay": _pay(posting.get("baseSalary")) or _pay(posting.get("estimatedSalary")),
        "language": _scalar_text(posting.get("inLanguage")),
        "extra": {key: posting[key] for key in EXTRA if posting.get(key) not in (None, "", [], {})},
    }


def _load(text: str) -> Any:
    """JSON with the slips that pages have: comment marks around it, raw line breaks in strings, entities, commas before a
    closing bracket. Raises json.JSONDecodeError."""
    text = re.sub(
        r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*<!\[CDATA\[\*/)|(?:-->|//\s*\]\]>|\]\]>|/\*\]\]>\*/)\s*$",
        "",
        text,
    )
    text = text.strip().rstrip(";")
    for candidate in (text, re.sub(r",(\s*[}\]])", r"\1", text), html.unescape(text)):
        try:
            return json.loads(candidate, strict=False)
        except json.JSONDecodeError as error:
            last = error
    raise last


def _find(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        for each in node:
            yield from _find(each)
    elif isinstance(node, dict):
        kinds = [str(kind).rsplit("/", 1)[-1] for kind in _list(node.get("@type"))]
        if "JobPosting" in kinds:
            yield node
            return
        for value in node.values():
            if isinstance(value, dict | list):
                yield from _find(value)


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


def _place(value: Any) -> str | None:
    """A Place as one text: the parts of its address, else its own words."""
    if not isinstance(value, dict):
        return _scalar_text(value)
    address = value.get("address") or value
    if not isinstance(address, dict):
        return _scalar_text(address)
    parts = [_scalar_text(address.get(part)) for part in ("addressLocality", "addressRegion", "addressCountry")]
    return (
        ", ".join(filter(None, parts)) or _scalar_text(value.get("name")) or _scalar_text(address.get("streetAddress"))
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
