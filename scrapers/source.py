"""The catalogue: every place we collect from, typed, read from `<folder>/<channel>/*.yaml`.

Belongs here: what an entry may say, its defaults and templates, and the refusal of a wrong one with file, entry and reason.
Does not belong here: how a spider reads its own `settings` (the spider's module says so and checks them).

A file:

    defaults:                # optional; what all its entries share
      spider: markdown_list
      rights: {licence: MIT}
    sources:
      - id: simplify-summer
        name: Summer internships
        url: https://raw.example.org/list.md

A file of many sources alike says once what an entry only completes. A `{word}` in a default stands for the entry's own
`word`, which may be a key of the file's making; in `url` and `page` it is percent-encoded, in `id` it is lower-cased, loses
its accents, and what an id cannot carry becomes `-`:

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
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args
from unicodedata import normalize
from urllib.parse import quote, urlsplit
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
MISSES_TO_CLOSE = 1
MISSES_TO_CLOSE_OF_PAGES = 2
PAGES = {
    "html_list", "html_table", "icims", "jazzhr", "job_posting", "jobvite", "join", "label_block", "pageup", "pdf_notice",
    "prose_page", "softgarden", "successfactors",
}  # fmt: skip
"""Spiders that read pages made for people."""


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


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Expectations(_Model):
    """What a healthy run looks like. Fewer rows than `least`, or a field filled less often than `fill` says, is a
    `layout_changed`; more than `most` is only warned of."""

    least: int = Field(default=1, ge=0)
    most: int | None = Field(default=None, ge=1)
    fill: dict[RawField, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)


class Rights(_Model):
    """What the source allows. `full_text`: whether its own texts may be exported, not only facts and the link."""

    terms: WebAddress | None = None
    licence: str | None = None
    attribution: str | None = None
    full_text: bool = False
    robots: Literal["obey"] = "obey"
    quota_per_day: int | None = Field(default=None, ge=1, description="requests")
    delay_seconds: float = Field(default=1.0, ge=0)


class Organizer(_Model):
    """Who stands behind every listing of a source, where that is one body."""

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
        return self.misses_to_close or (MISSES_TO_CLOSE_OF_PAGES if self.spider in PAGES else MISSES_TO_CLOSE)

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


@cache
def spider_files() -> dict[str, Path]:
    """The module file of each spider, by the spider's name, without importing any (they import scrapy)."""
    modules = sorted((Path(__file__).parent / "spiders").glob("*/*.py"))
    return {path.stem: path for path in modules if path.stem != "__init__"}


def read_catalogue(folder: Path) -> Catalogue:
    """Read `folder/<channel>/*.yaml`. Raises CatalogueError naming file, entry and reason of everything that is wrong."""
    if not folder.is_dir():
        raise CatalogueError(f"no catalogue at {folder}")
    sources: list[Source] = []
    wrong: list[str] = []
    first_seen: dict[str, Path] = {}
    spiders = spider_files()
    for path in sorted(folder.glob("*/*.yaml")):
        for entry in _entries(path):
            label = f"{path.parent.name}/{entry.where}"
            if entry.problem:
                wrong.append(f"{label}: {entry.problem}")
                continue
            try:
                source = Source.model_validate(entry.says)
            except ValidationError as error:
                wrong += [f"{label}: {reason(detail)}" for detail in error.errors()]
                continue
            if source.spider not in spiders:
                wrong.append(f"{label}: spider: there is no spider {source.spider!r}")
            if source.id in first_seen:
                wrong.append(f"{label}: id: {source.id} stands in {first_seen[source.id].relative_to(folder)} already")
            first_seen.setdefault(source.id, path)
            sources.append(source)
    if wrong:
        raise CatalogueError("\n".join(wrong))
    return Catalogue(sources)


class BoardFile:
    """`<channel>/<spider>.yaml` with a table of boards beside it: a board of the system is one short entry there.

    `columns`: what a line of the table gives, in its order."""

    def __init__(self, path: Path) -> None:
        """Raises CatalogueError where the file is none of the kind."""
        try:
            defaults, _, boards = _parts(_read_yaml(path))
            self._defaults = _Defaults({"channel": path.parent.name, **defaults})
            self.path, self.table = path, path.parent / (boards or "")
            with self.table.open(encoding="utf-8", newline="") as handle:
                self.columns = next(csv.reader(handle), [])
        except (yaml.YAMLError, OSError, ValueError) as error:
            raise CatalogueError(f"{path.name}: no file of boards: {' '.join(str(error).split())}") from error

    def source(self, entry: Mapping[str, Any]) -> Source:
        """The source that this entry would be. Raises CatalogueError."""
        read = self._defaults.under(dict(entry))
        if read.problem:
            raise CatalogueError(f"{self.path.name}: {read.problem}")
        try:
            return Source.model_validate(read.says)
        except ValidationError as error:
            raise CatalogueError(f"{self.path.name}: {reason(error.errors()[0])}") from error


def board_file(folder: Path, spider: str) -> BoardFile | None:
    """The file of this catalogue in which boards of a system are written; None where it has none."""
    tables = sorted(folder.glob(f"*/{spider}.csv"))
    return BoardFile(tables[0].with_suffix(".yaml")) if tables else None


class _Entry(NamedTuple):
    """What an entry says, its file's defaults under it, and where it stands; or what is wrong with it."""

    where: str
    says: dict[str, Any]
    problem: str | None = None


_WORD = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def _entries(path: Path) -> Iterator[_Entry]:
    """The entries of a file, then those of its boards."""
    try:
        defaults, listed, boards = _parts(_read_yaml(path))
        shared = _Defaults({"channel": path.parent.name, **defaults})
    except (yaml.YAMLError, ValueError) as error:
        yield _Entry(f"{path.name}: entry 0", {}, " ".join(str(error).split()))
        return
    for number, entry in enumerate(listed, start=1):
        if isinstance(entry, dict):
            read = shared.under(entry)
            yield read._replace(where=f"{path.name}: entry {read.says.get('id', number)}")
        else:
            yield _Entry(f"{path.name}: entry {number}", {}, "an entry is a mapping")
    if boards:
        for line, entry, problem in _read_boards(path.parent / boards, shared.keys):
            read = _Entry("", entry, problem) if problem else shared.under(entry)
            yield read._replace(where=f"{boards}: line {line}")


def _read_yaml(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _parts(document: Any) -> tuple[dict[str, Any], list[Any], str | None]:
    """Defaults, listed entries and the name of the table of boards. Raises ValueError where the file is none of ours."""
    if not isinstance(document, dict) or not document.keys() & {"sources", "boards"}:
        raise ValueError("the file needs a list under 'sources', or a table under 'boards'")
    if unknown := sorted(map(str, document.keys() - {"defaults", "sources", "boards"})):
        raise ValueError(f"unknown key {', '.join(unknown)}; known are defaults, sources and boards")
    defaults, listed, boards = document.get("defaults") or {}, document.get("sources", []), document.get("boards")
    if not isinstance(defaults, dict) or not isinstance(listed, list):
        raise ValueError("the file needs a mapping under 'defaults' and a list under 'sources'")
    if boards is not None and (not isinstance(boards, str) or Path(boards).name != boards):
        raise ValueError("boards: the name of a CSV file in the same folder")
    return defaults, listed, boards


class _Defaults:
    """What the entries of a file share: values as they are, and templates. `keys`: what an entry may say."""

    def __init__(self, defaults: dict[str, Any]) -> None:
        self._templates = {key: value for key, value in defaults.items() if _words(value)}
        words = {word for template in self._templates.values() for word in _words(template)}
        fields = Source.model_fields.keys()
        self._own = words - fields
        self.keys = fields | words
        if strange := sorted(map(str, defaults.keys() - self.keys)):
            raise ValueError(f"defaults: {', '.join(strange)}: no field of a source, and no template uses it")
        self._plain = {key: value for key, value in defaults.items() if key in fields and key not in self._templates}
        self._given = {key: value for key, value in defaults.items() if key in words and key not in self._templates}
        self._channel = defaults["channel"]

    def under(self, entry: dict[str, Any]) -> _Entry:
        """The entry with the defaults under it, their templates filled in."""
        values = {**self._given, **entry}
        says = dict(self._plain)
        try:
            for key, template in self._templates.items():
                if key not in entry or isinstance(template, dict):
                    says[key] = _filled(template, key, values)
        except LookupError as missing:
            return _Entry("", entry, f"{key}: needs a {missing.args[0]!r}")
        says = _merge(says, {key: value for key, value in entry.items() if key not in self._own})
        if says["channel"] != self._channel:
            return _Entry("", says, f"channel: {says['channel']!r}, but the file lies under {self._channel}/")
        return _Entry("", says)


def _words(template: Any) -> set[str]:
    """The words in braces of a default, whatever it is made of."""
    if isinstance(template, str):
        return set(_WORD.findall(template))
    if isinstance(template, dict | list):
        parts = template.values() if isinstance(template, dict) else template
        return {word for part in parts for word in _words(part)}
    return set()


def _filled(template: Any, key: str, values: Mapping[str, Any]) -> Any:
    """A default with its words filled in, written as its key needs them. Raises KeyError where one is not given."""
    if isinstance(template, str):
        return _WORD.sub(lambda word: _written(str(values[word[1]]), key), template)
    if isinstance(template, dict):
        return {name: _filled(part, key, values) for name, part in template.items()}
    if isinstance(template, list):
        return [_filled(part, key, values) for part in template]
    return template


def _written(value: str, key: str) -> str:
    """A value as a part of an address or of an id; elsewhere as it is."""
    if key in ("url", "page"):
        return quote(value, safe="")
    if key == "id":
        bare = value if value.isascii() else normalize("NFKD", value).encode("ascii", "ignore").decode()
        return re.sub(r"[^a-z0-9]+", lambda run: run[0] if run[0] in {".", "_", "-"} else "-", bare.lower()).strip(
            "._-"
        )
    return value


def _read_boards(path: Path, known: AbstractSet[str]) -> Iterator[tuple[int, dict[str, Any], str | None]]:
    """(line, entry, what is wrong with it) of each line of a CSV."""
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            reader = csv.reader(handle, strict=True)
            header = next(reader, [])
            if strange := [key for key in header if key not in known or header.count(key) > 1]:
                yield 1, {}, f"{', '.join(strange)}: no field of a source, and no template uses it, or told twice"
                return
            for cells in reader:
                entry = {key: cell for key, cell in zip(header, cells, strict=False) if cell}
                wrong = None if len(cells) == len(header) else f"{len(cells)} cells under {len(header)} columns"
                yield reader.line_num, entry, wrong
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        yield 0, {}, f"cannot be read: {error}"


def _merge(defaults: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """An entry over its defaults; mappings are merged one level deep, so that an entry may add one setting."""
    merged = dict(defaults)
    for key, value in entry.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = {**merged[key], **value}
        else:
            merged[key] = value
    return merged


def reason(detail: Any, under: str = "") -> str:
    """The place in an entry, below the key `under`, and what is wrong there, of an error of pydantic."""
    where = ".".join([*filter(None, [under]), *map(str, detail["loc"])])
    if detail["type"] == "extra_forbidden":
        return f"{where}: there is no such key"
    return f"{where}: {detail['msg'].removeprefix('Value error, ')}"
