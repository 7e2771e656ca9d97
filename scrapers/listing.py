"""The raw listing: what one source said about one opening on one night, in the source's own words.

Text and provenance only. No field here is cleaned, parsed or translated; that is `pipeline.clean`'s work, which can then
be done again over old nights without the network.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import Any

MARKED_CLOSED = "closed"
"""Key of `RawListing.extra` with the source's own words for "this one is closed" (`Closed🔒`, `active: false`)."""

PAGE_UNREAD = "page_unread"
"""Key of `RawListing.extra` with why a posting's own page could not be read: the row is only what a list says of it."""


@dataclass(slots=True, kw_only=True)
class RawListing:
    """One opening as its source tells it. Only `title` and `url` must have text; what the source does not say is null.

    `url` is the posting's own address as the source gave it, made absolute and nothing else; where a row carries no link
    of its own it is the address of the page it stands on, and `extra["no_link"]` is true. `section` is the path of
    headings above the row, joined by " / ". `fetched_at` is ISO 8601 in UTC. `extra` holds what has no field of its own,
    JSON values only. Names, e-mail addresses and phone numbers of persons never enter.
    """

    source_id: str
    url: str
    title: str
    channel: str
    fetched_at: str
    native_id: str | None = None
    apply_url: str | None = None
    organization: str | None = None
    locations: list[str] = field(default_factory=list)
    description: str | None = None
    employment_type: str | None = None
    posted: str | None = None
    deadline: str | None = None
    starts: str | None = None
    duration: str | None = None
    pay: str | None = None
    language: str | None = None
    section: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """One line of a raw file, without its line break; keys in the order of the fields."""
        return json.dumps({name: getattr(self, name) for name in _NAMES}, ensure_ascii=False, separators=(",", ":"))


_NAMES = [each.name for each in fields(RawListing)]
