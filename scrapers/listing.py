"""The raw listing: one source's statement of one opening on one night, in the source's own words.

Text and provenance only. Nothing here is cleaned, parsed or translated: that is `pipeline.clean`'s work, which can be repeated
over old nights without the network.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import Any

MARKED_CLOSED = "closed"
"""Key of `RawListing.extra`: the source's own mark of a closed posting (`Closed🔒`, `active: false`)."""

PAGE_UNREAD = "page_unread"
"""Key of `RawListing.extra`: why the posting's own page could not be read, so that the row is only what the list has."""


@dataclass(slots=True, kw_only=True)
class RawListing:
    """One opening in its source's words. Only `title` and `url` must have text; what the source does not state is null.

    `url` is the posting's own address as the source gives it, made absolute and nothing else; for a row without a link it is
    the address of its page, and `extra["no_link"]` is true. `section` is the path of headings above the row, joined by
    " / ". `fetched_at` is ISO 8601 in UTC. `extra` has what has no field of its own, JSON values only. Names, e-mail addresses
    and telephone numbers of persons never enter.
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
