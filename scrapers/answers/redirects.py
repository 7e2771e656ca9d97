"""Whether a redirect leads to another board or host, whose rows are not those of the source.

Belongs here: two addresses compared. Does not belong here: redirects to a login, a consent wall or the home page
(`scrapers.answers.soft_errors`).
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, urlsplit

LANGUAGE_SEGMENT = re.compile(r"[a-z]{2}(?:[-_][a-z]{2,4})?")
FILE_SUFFIX = re.compile(r"\.(?:html?|php|aspx?|jsp)$")


def leads_elsewhere(requested: str, final: str) -> bool:
    """Whether `final` is on another host than `requested`, or has another value where that has one: of a path segment
    (another board, another page) or of a query parameter. Added and removed parts, languages, `www.`, the scheme and file
    suffixes of web pages make no difference."""
    old, new = urlsplit(requested), urlsplit(final)
    if _host(old) != _host(new):
        return True
    old_path, new_path = _segments(old.path), _segments(new.path)
    if not (_is_within(old_path, new_path) or _is_within(new_path, old_path)):
        return True
    old_query, new_query = dict(parse_qsl(old.query)), dict(parse_qsl(new.query))
    return any(new_query[key] != value for key, value in old_query.items() if key in new_query)


def same_host(requested: str, final: str) -> bool:
    """Whether both addresses are on one host; `www.` makes no difference."""
    return _host(urlsplit(requested)) == _host(urlsplit(final))


def _host(parts: SplitResult) -> str:
    port = "" if ":" not in parts.netloc or parts.netloc.endswith((":80", ":443")) else parts.netloc.rpartition(":")[2]
    return f"{(parts.hostname or '').removeprefix('www.')}:{port}"


def _segments(path: str) -> list[str]:
    segments = [FILE_SUFFIX.sub("", segment) for segment in path.casefold().split("/") if segment]
    return [segment for segment in segments if segment != "index" and not LANGUAGE_SEGMENT.fullmatch(segment)]


def _is_within(few: list[str], many: list[str]) -> bool:
    """Whether all of `few` are in `many`, in this order; a slug may follow an id: `7`, `7-trade-desk`."""
    rest = iter(many)
    return all(
        any(one == other or other.startswith(f"{one}-") or one.startswith(f"{other}-") for other in rest) for one in few
    )
