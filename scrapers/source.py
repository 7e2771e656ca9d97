"""The catalogue: every place we collect from, typed, read from `<folder>/<channel>/*.yaml`.

Belongs here: what an entry may say, its defaults, and the refusal of a wrong one with file, entry and reason.
Does not belong here: how a spider reads its own `settings` (the spider's module says so and checks them).

A file:

    defaults:                # optional; what all its entries share
      spider: markdown_list
      rights: {licence: MIT}
    sources:
      - id: simplify-summer
        name: Summer internships
        url: https://raw.example.org/list.md
"""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from scrapers.listing import RawListing

Channel = Literal["university", "embassy", "platform", "nonprofit", "agency", "network"]
CHANNELS: tuple[str, ...] = get_args(Channel)

OrganizerType = Literal[
    "employer",
    "university",
    "embassy",
    "cultural_institution",
    "government",
    "intergovernmental",
    "nonprofit",
    "agency",
    "programme",
]

CADENCE_DAYS = {"daily": 1, "weekly": 7, "monthly": 30}

# Lists that are written anew from their own database tell the truth at once; a page for people may lose a row for a night.
MISSES_TO_CLOSE = {"rss": 1, "json_list": 1, "markdown_list": 1}
MISSES_TO_CLOSE_OF_PAGES = 2


class CatalogueError(ValueError):
    """An entry that cannot be used: says the file, the entry and the reason, one line each."""


@cache
def _known_zone(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{zone!r} is no IANA time zone") from error
    return zone


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is no http(s) address")
    return url


def _raw_field(name: str) -> str:
    if name not in _RAW_FIELDS:
        raise ValueError(f"{name!r} is no field of a raw listing")
    return name


_RAW_FIELDS = {each.name for each in fields(RawListing)} - {"source_id", "channel", "extra"}
RawField = Annotated[str, AfterValidator(_raw_field)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2")]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Expectations(_Entry):
    """What a healthy run looks like. Fewer rows than `least`, or a field filled less often than `fill` says, is a
    `layout_changed`; more than `most` is only warned of."""

    least: int = Field(default=1, ge=0)
    most: int | None = Field(default=None, ge=1)
    fill: dict[RawField, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)


class Rights(_Entry):
    """What the source allows. `full_text`: whether its own texts may be exported, not only facts and the link."""

    terms: WebAddress | None = None
    licence: str | None = None
    attribution: str | None = None
    full_text: bool = False
    robots: Literal["obey"] = "obey"
    quota_per_day: int | None = Field(default=None, ge=1, description="requests")
    delay_seconds: float = Field(default=1.0, ge=0)


class Organizer(_Entry):
    """Who stands behind every listing of a source, where that is one body."""

    name: str | None = None
    type: OrganizerType | None = None
    country: Country | None = None


class Source(_Entry):
    """One place we collect from."""

    id: str = Field(pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*$", max_length=80)
    name: str = Field(min_length=1)
    channel: Channel
    spider: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    url: WebAddress
    page: WebAddress | None = Field(default=None, description="for people; the address itself where it is one")
    settings: dict[str, Any] = Field(default_factory=dict, description="the spider's own; its module says which")
    country: Country | None = Field(default=None, description="where its openings are, if all are in one country")
    languages: tuple[Annotated[str, Field(pattern=r"^[a-z]{2}$")], ...] = ()
    holds: Literal["internships", "mixed", "graduate_jobs"] = Field(
        default="mixed", description="what its rows are, where a row or its section does not say otherwise"
    )
    organizer: Organizer = Organizer()
    places_abroad: bool = Field(default=False, description="it sends or takes people across borders by its nature")
    cadence: Literal["daily", "weekly", "monthly"] = "daily"
    zone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    misses_to_close: int = Field(default=0, ge=0, le=14, description="0: by the kind of its spider")
    patience_nights: int = Field(default=7, ge=1, description="ill for longer, and its listings become unverified")
    expect: Expectations = Expectations()
    rights: Rights = Rights()
    trust: int = Field(
        default=6,
        ge=1,
        le=6,
        description="1 employer's own board, 2 government, 3 university or embassy, "
        "4 agency, 5 platform, 6 list kept by volunteers",
    )
    verified: date | Literal["never"] = "never"
    notes: str | None = None

    @property
    def host(self) -> str:
        """The host that answers for it; sources are dealt to crawler processes by it."""
        return (urlsplit(self.url).hostname or "").lower()

    @property
    def misses(self) -> int:
        """Complete, healthy runs without a listing after which it is closed."""
        return self.misses_to_close or MISSES_TO_CLOSE.get(self.spider, MISSES_TO_CLOSE_OF_PAGES)

    def is_due(self, night: date, last_run: date | None) -> bool:
        """Whether its cadence asks for a run on this night."""
        return last_run is None or (night - last_run).days >= CADENCE_DAYS[self.cadence]


class Catalogue:
    """All sources, in the order of their ids."""

    def __init__(self, sources: list[Source]) -> None:
        self.sources = sorted(sources, key=lambda source: source.id)

    @cached_property
    def by_id(self) -> dict[str, Source]:
        return {source.id: source for source in self.sources}

    def select(self, ids: list[str] | None = None, channels: list[str] | None = None) -> list[Source]:
        """The sources asked for; all where nothing is asked. Unknown ids or channels raise CatalogueError."""
        if unknown := sorted(set(ids or ()) - self.by_id.keys()):
            raise CatalogueError(f"unknown source: {', '.join(unknown)} (see: internships sources list)")
        if unknown := sorted(set(channels or ()) - set(CHANNELS)):
            raise CatalogueError(f"unknown channel: {', '.join(unknown)} (one of: {', '.join(CHANNELS)})")
        return [
            source
            for source in self.sources
            if (not ids or source.id in ids) and (not channels or source.channel in channels)
        ]


def known_spiders() -> set[str]:
    """Names of the spider modules, without importing them (they import scrapy)."""
    return {
        path.stem
        for path in (Path(__file__).parent / "spiders").glob("*.py")
        if not path.stem.startswith("_") and path.stem != "base"
    }


def read_catalogue(folder: Path) -> Catalogue:
    """Read `folder/<channel>/*.yaml`. Raises CatalogueError naming file, entry and reason of everything that is wrong."""
    if not folder.is_dir():
        raise CatalogueError(f"no catalogue at {folder}")
    sources: list[Source] = []
    wrong: list[str] = []
    first_seen: dict[str, Path] = {}
    spiders = known_spiders()
    for path in sorted(folder.glob("*/*.yaml")):
        for number, entry, problem in _entries(path):
            label = f"{path.relative_to(folder)}: entry {entry.get('id', number) if entry else number}"
            if problem or entry is None:
                wrong.append(f"{label}: {problem}")
                continue
            try:
                source = Source.model_validate(entry)
            except ValidationError as error:
                wrong += [f"{label}: {_reason(detail)}" for detail in error.errors()]
                continue
            if source.spider not in spiders:
                wrong.append(f"{label}: spider: there is no spider {source.spider!r}")
            if source.id in first_seen:
                wrong.append(f"{label}: id: stands in {first_seen[source.id].relative_to(folder)} already")
            first_seen.setdefault(source.id, path)
            sources.append(source)
    if wrong:
        raise CatalogueError("\n".join(wrong))
    return Catalogue(sources)


def _entries(path: Path) -> list[tuple[int, dict[str, Any] | None, str | None]]:
    """(number, entry with the file's defaults under it, or what is wrong) for each entry of a file."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        return [(0, None, " ".join(str(error).split()))]
    if not isinstance(document, dict) or not isinstance(document.get("sources"), list):
        return [(0, None, "the file needs a list under 'sources'")]
    if unknown := sorted(document.keys() - {"defaults", "sources"}):
        return [(0, None, f"unknown key {', '.join(map(str, unknown))}; known are defaults and sources")]
    defaults = {"channel": path.parent.name, **(document.get("defaults") or {})}
    found: list[tuple[int, dict[str, Any] | None, str | None]] = []
    for number, entry in enumerate(document["sources"], start=1):
        if not isinstance(entry, dict):
            found.append((number, None, "an entry is a mapping"))
            continue
        merged = _merge(defaults, entry)
        folder_says = path.parent.name
        if merged["channel"] != folder_says:
            found.append((number, merged, f"channel: {merged['channel']!r}, but the file lies under {folder_says}/"))
            continue
        found.append((number, merged, None))
    return found


def _merge(defaults: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """An entry over its defaults; mappings are merged one level deep, so that an entry may add one setting."""
    merged = dict(defaults)
    for key, value in entry.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = {**merged[key], **value}
        else:
            merged[key] = value
    return merged


def _reason(detail: Any) -> str:
    where = ".".join(str(part) for part in detail["loc"])
    return f"{where}: {re.sub(r'^Value error, ', '', detail['msg'])}"
