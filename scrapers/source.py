"""The catalogue: every place we collect from, typed, read from `<folder>/<channel>/*.yaml`.

Belongs here: what an entry may hold, and the refusal of a wrong one with file, entry and reason. Does not belong here: how
defaults and templates are merged (`scrapers.entries`), how a spider reads its own `settings` (its module checks them).

A file:

    defaults:                # optional; what all its entries share
      spider: markdown_list
      rights: {licence: MIT}
    sources:
      - id: simplify-summer
        name: Summer internships
        url: https://raw.example.org/list.md

Defaults may be templates, which an entry completes. A `{word}` in a default is replaced by the entry's own `word`, which may
be a key of the file's own; in `url` and `page` it is percent-encoded, in `id` it is lower-cased, loses its accents, and
characters that an id cannot have become `-`:

    defaults:
      id: greenhouse.{token}
      spider: greenhouse
      url: https://boards-api.example.io/v1/boards/{token}/jobs
      organizer: {name: "{name}", type: employer}
    boards: greenhouse.csv   # more entries, a line each: the header names the keys, an empty cell is left out
    sources:
      - {token: acme, name: Acme}
      - {token: acme.eu, name: Acme Europe, id: greenhouse.acme-europe}
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from scrapers.entries import Defaults, read_entries, read_yaml, split_document
from scrapers.errors import InputError
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

# Feeds and JSON are generated from the source's own database; a page for people may lose a row for a night.
MISSES_TO_CLOSE = 1
MISSES_TO_CLOSE_OF_PAGES = 2
PAGE_SPIDERS = {
    "html_list", "html_table", "icims", "jazzhr", "job_posting", "jobvite", "join", "label_block", "markdown_list", "pageup",
    "pdf_notice", "prose_page", "softgarden", "successfactors",
}  # fmt: skip
"""Spiders that read pages and lists made for people."""

HOME_SPIDERS = {"adzuna", "business_france_vie", "drop_folder", "france_travail", "reliefweb", "usajobs"}
"""Spiders that only the home's own machine can run: they need a key of its environment, or files that people put into it."""


class CatalogueError(InputError):
    """Unusable entries: file, entry and reason, one line each."""


@cache
def _known_zone(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{zone!r} is not an IANA time zone") from error
    return zone


PLAIN_ADDRESS = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:[/?][!-~]*)?", re.ASCII)
"""What most addresses look like, so that twenty thousand of them need not be parsed."""


def _web_address(url: str) -> str:
    if PLAIN_ADDRESS.fullmatch(url):
        return url
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is not an http(s) address")
    return url


def _raw_field(name: str) -> str:
    if name not in _RAW_FIELDS:
        raise ValueError(f"{name!r} is not a field of a raw listing")
    return name


_RAW_FIELDS = {each.name for each in fields(RawListing)} - {"source_id", "channel", "extra"}
RawField = Annotated[str, AfterValidator(_raw_field)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Expectations(_Model):
    """What a healthy run looks like. Fewer rows than `least`, or a field filled less often than its rate in `fill`, is a
    `layout_changed`; more than `most` is only a warning."""

    least: int = Field(default=1, ge=0)
    most: int | None = Field(default=None, ge=1)
    fill: dict[RawField, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)


class Rights(_Model):
    """What the source permits. `full_text`: whether its texts may be exported, not only facts and the link."""

    terms: WebAddress | None = None
    licence: str | None = None
    attribution: str | None = None
    full_text: bool = False
    robots: Literal["obey"] = "obey"
    quota_per_day: int | None = Field(default=None, ge=1, description="requests")
    delay_seconds: float = Field(default=1.0, ge=0)


class Organizer(_Model):
    """The body behind every listing of a source, where there is one."""

    name: str | None = None
    type: OrganizerType | None = None
    country: Country | None = None


class Source(_Model):
    """One place we collect from."""

    id: str = Field(pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*$", max_length=80)
    name: str = Field(min_length=1)
    channel: Channel
    spider: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    url: WebAddress
    page: WebAddress | None = Field(default=None, description="for people; the address itself where it is one")
    settings: dict[str, Any] = Field(default_factory=dict, description="of the spider; its module lists them")
    country: Country | None = Field(default=None, description="of its openings, if all are in one country")
    languages: tuple[Annotated[str, Field(pattern=r"^[a-z]{2}$")], ...] = ()
    holds: Literal["internships", "mixed", "graduate_jobs"] = Field(
        default="mixed", description="what its rows are, unless a row or its section says otherwise"
    )
    organizer: Organizer = Organizer()
    tier: Literal["proven", "unproven"] = Field(
        default="proven", description="unproven: asked weekly until its first internship, dropped after dead answers"
    )
    places_abroad: bool = Field(default=False, description="it places people abroad by its nature")
    cadence: Literal["daily", "weekly", "monthly"] = "daily"
    zone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    misses_to_close: int = Field(default=0, ge=0, le=14, description="0: by the kind of its spider")
    patience_nights: int = Field(
        default=7, ge=1, description="grace period: failing for longer makes its listings unverified"
    )
    expect: Expectations = Expectations()
    rights: Rights = Rights()
    trust: int = Field(
        default=6,
        ge=1,
        le=6,
        description="1 employer's own board, 2 government, 3 university or embassy, "
        "4 agency, 5 platform, 6 list kept by volunteers",
    )
    formerly: tuple[str, ...] = Field(default=(), description="ids it had before: their listings are its own")
    verified: date | Literal["never"] = "never"
    notes: str | None = None

    @property
    def host(self) -> str:
        """The host of its address; sources are partitioned among crawler processes by it."""
        return (urlsplit(self.url).hostname or "").lower()

    @property
    def misses(self) -> int:
        """Complete, healthy runs without a listing after which it is closed."""
        return self.misses_to_close or (MISSES_TO_CLOSE_OF_PAGES if self.spider in PAGE_SPIDERS else MISSES_TO_CLOSE)

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
        """The sources with these ids and channels; all by default. Raises CatalogueError for an unknown one."""
        wanted = set(ids or ())
        if unknown := sorted(wanted - self.by_id.keys()):
            raise CatalogueError(f"unknown source: {', '.join(unknown)} (see: internships sources list)")
        if unknown := sorted(set(channels or ()) - set(CHANNELS)):
            raise CatalogueError(f"unknown channel: {', '.join(unknown)} (one of: {', '.join(CHANNELS)})")
        return [
            source
            for source in self.sources
            if (not wanted or source.id in wanted) and (not channels or source.channel in channels)
        ]


@cache
def spider_files() -> dict[str, Path]:
    """The module file of each spider, by the spider's name, without importing any (they import scrapy)."""
    modules = sorted((Path(__file__).parent / "spiders").glob("*/*.py"))
    return {path.stem: path for path in modules if path.stem != "__init__"}


def read_catalogue(folder: Path) -> Catalogue:
    """Read `folder/<channel>/*.yaml`, once a process while none of its files changes. Raises CatalogueError naming file, entry
    and reason of everything that is wrong."""
    files = [(path, path.stat()) for path in _files_of(folder)]
    return _read_catalogue(folder, tuple((path, stat.st_mtime_ns, stat.st_size) for path, stat in files))


@lru_cache(maxsize=2)
def _read_catalogue(folder: Path, stamps: tuple[tuple[Path, int, int], ...]) -> Catalogue:
    """`read_catalogue` of these files."""
    sources, problems = _valid_sources(folder, [path for path, _, _ in stamps])
    problems += _misused_former_ids(sources)
    if problems:
        raise CatalogueError("\n".join(problems))
    return Catalogue(sources)


def read_sources(folder: Path, ids: list[str]) -> list[Source]:
    """Of a catalogue these sources alone, in the order of their ids: most of the time that a catalogue takes is the checking of
    its entries, and whoever starts a crawler has read the whole. Raises CatalogueError as `read_catalogue` and
    `Catalogue.select`."""
    sources, problems = _valid_sources(folder, _files_of(folder), frozenset(ids))
    if problems:
        raise CatalogueError("\n".join(problems))
    return Catalogue(sources).select(ids)


def _files_of(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise CatalogueError(f"no catalogue at {folder}")
    return [path for path in sorted(folder.glob("*/*")) if path.suffix in (".yaml", ".csv")]


def _valid_sources(
    folder: Path, files: list[Path], wanted: frozenset[str] | None = None
) -> tuple[list[Source], list[str]]:
    """The sources in these files, or those of them that are wanted, and what is wrong with entries, a line each."""
    sources: list[Source] = []
    problems: list[str] = []
    first_seen: dict[str, Path] = {}
    spiders = spider_files()
    for path in (path for path in files if path.suffix == ".yaml"):
        for entry in read_entries(path, Source.model_fields.keys()):
            label = f"{path.parent.name}/{entry.where}"
            if entry.problem:
                problems.append(f"{label}: {entry.problem}")
                continue
            if wanted is not None and entry.values.get("id") not in wanted:
                continue
            try:
                source = Source.model_validate(entry.values)
            except ValidationError as error:
                problems += [f"{label}: {reason(detail)}" for detail in error.errors()]
                continue
            if source.spider not in spiders:
                problems.append(f"{label}: spider: there is no spider {source.spider!r}")
            if source.id in first_seen:
                problems.append(
                    f"{label}: id: {source.id} is already used in {first_seen[source.id].relative_to(folder)}"
                )
            first_seen.setdefault(source.id, path)
            sources.append(source)
    return sources, problems


def _misused_former_ids(sources: list[Source]) -> list[str]:
    """Problems of `formerly`: an id that is in use, or that two sources had."""
    ids = {source.id for source in sources}
    owners: dict[str, str] = {}
    problems = []
    for source in sources:
        for former in source.formerly:
            if former in ids:
                problems.append(f"{source.id}: formerly: {former} is the id of a source")
            elif former in owners:
                problems.append(f"{source.id}: formerly: {former} is already that of {owners[former]}")
            owners.setdefault(former, source.id)
    return problems


class BoardFile:
    """`<channel>/<spider>.yaml` with a table of boards beside it, in which a board is one short line.

    `columns`: of the table, in its order."""

    def __init__(self, path: Path) -> None:
        """Raises CatalogueError for a file of another kind."""
        try:
            defaults, _, boards = split_document(read_yaml(path))
            self._defaults = Defaults({"channel": path.parent.name, **defaults}, Source.model_fields.keys())
            self.path, self.table = path, path.parent / (boards or "")
            with self.table.open(encoding="utf-8", newline="") as handle:
                self.columns = next(csv.reader(handle), [])
        except (yaml.YAMLError, OSError, ValueError) as error:
            raise CatalogueError(f"{path.name}: not a file of boards: {' '.join(str(error).split())}") from error

    def source(self, entry: Mapping[str, Any]) -> Source:
        """The source that this entry would be. Raises CatalogueError."""
        merged = self._defaults.under(dict(entry))
        if merged.problem:
            raise CatalogueError(f"{self.path.name}: {merged.problem}")
        try:
            return Source.model_validate(merged.values)
        except ValidationError as error:
            raise CatalogueError(f"{self.path.name}: {reason(error.errors()[0])}") from error


def board_file(folder: Path, spider: str) -> BoardFile | None:
    """The file of this catalogue with the boards of a system; None where it has none."""
    tables = sorted(folder.glob(f"*/{spider}.csv"))
    return BoardFile(tables[0].with_suffix(".yaml")) if tables else None


def reason(detail: Any, under: str = "") -> str:
    """A pydantic error as one line: the place in the entry, below the key `under`, and what is wrong there."""
    where = ".".join([*filter(None, [under]), *map(str, detail["loc"])])
    if detail["type"] == "extra_forbidden":
        return f"{where}: there is no such key"
    return f"{where}: {detail['msg'].removeprefix('Value error, ')}"
