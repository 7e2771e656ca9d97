"""The catalogue: what is in it, and that a wrong entry is refused with its file, its name and the reason."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from warcio.archiveiterator import ArchiveIterator

from pipeline.nightly.due import UNPROVEN_DAYS
from scrapers.source import CHANNELS, Catalogue, CatalogueError, Source, read_catalogue, read_sources
from scrapers.spiders import check_settings
from tests.conftest import REPOSITORY

DATA = REPOSITORY / "data"
REAL = DATA / "sources"
SAMPLE = DATA / "sample" / "sources"

FORBIDDEN = {"eures", "linkedin", "indeed", "glassdoor", "jobicy"}
"""Sites whose terms forbid machine reading or passing on, by a label of their host (or, for EURES, the first of its path)."""

AT_LEAST = 19_000
"""Sources that the catalogue shall hold."""


@pytest.fixture(scope="module")
def real() -> Catalogue:
    return read_catalogue(REAL)


@pytest.fixture(scope="module")
def sample() -> Catalogue:
    return read_catalogue(SAMPLE)


# ------------------------------------------------------------------------------------------------ what is in it


def test_every_channel_has_a_source(real: Catalogue, sample: Catalogue) -> None:
    assert {source.channel for source in real.sources} == set(CHANNELS)
    assert {source.channel for source in sample.sources} == set(CHANNELS)


def test_ids_are_unique_over_both_catalogues(real: Catalogue, sample: Catalogue) -> None:
    assert not real.by_id.keys() & sample.by_id.keys()


def test_it_holds_thousands_of_sources_most_of_them_boards(real: Catalogue) -> None:
    assert len(real.sources) >= AT_LEAST


def test_no_source_forbids_being_read_by_machines(real: Catalogue) -> None:
    addresses = [(source.id, address) for source in real.sources for address in (source.url, source.page) if address]
    assert not [(source_id, address) for source_id, address in addresses if _labels(address) & FORBIDDEN]


@pytest.mark.parametrize(
    "address",
    [
        "https://www.linkedin.com/company/example/jobs",
        "https://de.indeed.com/jobs?q=praktikum",
        "https://www.glassdoor.co.uk/Job/index.htm",
        "https://europa.eu/eures/portal/jv-se/search",
        "https://eures.europa.eu/jobs",
    ],
)
def test_a_forbidden_site_is_told_by_its_host(address: str) -> None:
    assert _labels(address) & FORBIDDEN


def test_a_name_in_the_path_is_no_forbidden_site() -> None:
    assert not _labels("https://careers.smartrecruiters.com/linkedin3") & FORBIDDEN


def _labels(address: str) -> set[str]:
    parts = urlsplit(address)
    host = parts.hostname or ""
    own = {parts.path.split("/")[1].lower()} if host == "europa.eu" and parts.path else set()
    return set(host.split(".")) | own


def test_a_night_at_one_host_takes_less_than_half_an_hour(real: Catalogue) -> None:
    seconds: dict[str, float] = {}
    for source in real.sources:
        share = 1 / UNPROVEN_DAYS if source.tier == "unproven" else 1
        seconds[source.host] = seconds.get(source.host, 0) + share * source.rights.delay_seconds
    assert not {host: round(each) for host, each in seconds.items() if each > 1_800}


def test_every_table_of_boards_is_named_by_a_file_beside_it() -> None:
    tables = {path.relative_to(REAL) for path in REAL.glob("*/*.csv")}
    files = [(path, yaml.safe_load(path.read_text(encoding="utf-8"))) for path in REAL.glob("*/*.yaml")]
    assert tables == {(path.parent / file["boards"]).relative_to(REAL) for path, file in files if "boards" in file}


def test_every_setting_is_one_that_its_spider_knows(real: Catalogue, sample: Catalogue) -> None:
    assert check_settings([*real.sources, *sample.sources]) == []


def test_no_two_sources_share_an_address(real: Catalogue, sample: Catalogue) -> None:
    for catalogue in (real, sample):
        addresses = [source.url for source in catalogue.sources]
        assert len(addresses) == len(set(addresses))


def test_real_sources_are_addressed_over_https_and_none_is_invented(real: Catalogue) -> None:
    assert not [source.id for source in real.sources if not source.url.startswith("https://")]
    assert not [source.id for source in real.sources if source.host.endswith(".example")]


def test_the_sample_stays_under_reserved_hosts(sample: Catalogue) -> None:
    assert not [source.id for source in sample.sources if not source.host.endswith(".example")]


def test_texts_are_exported_only_where_a_licence_allows_it(real: Catalogue) -> None:
    assert not [source.id for source in real.sources if source.rights.full_text and not source.rights.licence]


def test_lists_kept_by_volunteers_close_after_two_misses(real: Catalogue) -> None:
    kept = [source for source in real.sources if source.host == "raw.githubusercontent.com"]
    assert kept
    assert {source.misses for source in kept} == {2}


def test_every_recorded_address_is_a_source(shared: Path, real: Catalogue) -> None:
    known = {source.url for source in real.sources}
    recorded: set[str] = set()
    for path in sorted((shared / "web").glob("*.warc.gz")):
        with path.open("rb") as handle:
            for record in ArchiveIterator(handle):
                if record.rec_type == "response":
                    recorded.add(record.rec_headers.get_header("WARC-Target-URI"))
    assert recorded
    assert not {address for address in recorded if not address.endswith("/robots.txt")} - known


# ------------------------------------------------------------------------------------------------ how it is read


GOOD = {"id": "a-list", "name": "A list", "spider": "rss", "url": "https://feeds.example/list.rss"}


def write(folder: Path, text: str, channel: str = "network", name: str = "lists.yaml") -> Path:
    path = folder / channel / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def entry(**changes: object) -> str:
    """A file with one entry, right but for the changes; a change to None leaves the key out."""
    values = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    lines = [f"{key}: {value}" for key, value in values.items()]
    return "sources:\n  - " + "\n    ".join(lines) + "\n"


def test_an_entry_is_read_over_the_files_defaults(tmp_path: Path) -> None:
    text = """
defaults: {spider: rss, languages: [en], rights: {licence: MIT}}
sources:
  - {id: one, name: One, url: "https://feeds.example/1"}
  - {id: two, name: Two, url: "https://feeds.example/2", languages: [fr], rights: {full_text: true}}
"""
    one, two = read_catalogue(write(tmp_path, text)).sources
    assert (one.channel, one.languages, one.rights.licence) == ("network", ("en",), "MIT")
    assert (two.languages, two.rights.licence, two.rights.full_text) == (("fr",), "MIT", True)


def test_sources_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    write(tmp_path, entry(id="b"), name="1.yaml")
    write(tmp_path, entry(id="a"), name="2.yaml")
    assert [source.id for source in read_catalogue(tmp_path).sources] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "label", "reason"),
    [
        (entry(spyder="rss"), "entry a-list", "spyder: there is no such key"),
        (entry(rights="{license: MIT}"), "entry a-list", "rights.license: there is no such key"),
        (entry(channel="embassy"), "entry a-list", "channel: 'embassy', but the file is in network/"),
        (
            entry(url="feeds.example/list.rss"),
            "entry a-list",
            "url: 'feeds.example/list.rss' is not an http(s) address",
        ),
        (entry(url="file:///etc/passwd"), "entry a-list", "url: 'file:///etc/passwd' is not an http(s) address"),
        (entry(url=None), "entry a-list", "url: Field required"),
        (entry(id=None), "entry 1", "id: Field required"),
        (entry(id="A List"), "entry A List", "id: String should match pattern"),
        (entry(spider="telepathy"), "entry a-list", "spider: there is no spider 'telepathy'"),
        (entry(zone="Europe/Atlantis"), "entry a-list", "zone: 'Europe/Atlantis' is not an IANA time zone"),
        (entry(country="Canada"), "entry a-list", "country: String should match pattern"),
        (entry(holds="jobs"), "entry a-list", "holds: Input should be"),
        (entry(misses_to_close=-1), "entry a-list", "misses_to_close: Input should be greater than or equal to 0"),
        (entry(expect="{fill: {organization: 2}}"), "entry a-list", "expect.fill.organization: Input should be less"),
        (entry(rights="{robots: ignore}"), "entry a-list", "rights.robots: Input should be 'obey'"),
        ("sources:\n  - just words\n", "entry 1", "an entry must be a mapping"),
        ("sources:\n  - {id: a, name: [\n", "entry 0", "expected"),
        ("- id: a\n", "entry 0", "the file needs a list under 'sources'"),
        ("sources: []\nsauces: []\n", "entry 0", "unknown key sauces"),
    ],
)
def test_a_wrong_entry_is_refused_with_file_entry_and_reason(
    tmp_path: Path, text: str, label: str, reason: str
) -> None:
    with pytest.raises(CatalogueError) as refusal:
        read_catalogue(write(tmp_path, text))
    line = str(refusal.value).splitlines()[0]
    assert line.startswith(f"network/lists.yaml: {label}: ")
    assert reason in line


def test_the_same_id_twice_is_refused_naming_both_files(tmp_path: Path) -> None:
    write(tmp_path, entry(), name="1.yaml")
    write(tmp_path, entry(url="https://feeds.example/other.rss"), name="2.yaml")
    with pytest.raises(
        CatalogueError, match=r"network/2\.yaml: entry a-list: id: a-list is already used in network/1\.yaml"
    ):
        read_catalogue(tmp_path)


def test_a_folder_that_is_no_channel_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"^carrier-pigeon/lists\.yaml: entry a-list: channel: Input should be"):
        read_catalogue(write(tmp_path, entry(), channel="carrier-pigeon"))


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, entry(spyder="rss", zone="Mars/Olympus"), name="1.yaml")
    write(tmp_path, entry(id="other", url="nowhere"), name="2.yaml")
    with pytest.raises(CatalogueError) as refusal:
        read_catalogue(tmp_path)
    assert len(str(refusal.value).splitlines()) == 3


BOARDS = """
defaults:
  id: board.{token}
  spider: json_list
  url: https://api.{host}/v1/{token}/jobs
  page: https://jobs.{host}/{token}
  host: boards.example
  organizer: {name: "{name}", type: employer}
  settings: {fields: {title: title}, rows: "jobs.{token}"}
"""


def test_an_entry_fills_in_the_templates_of_its_file(tmp_path: Path) -> None:
    (source,) = read_catalogue(write(tmp_path, f"{BOARDS}sources:\n  - {{token: acme, name: Acme}}\n")).sources
    assert (source.id, source.name) == ("board.acme", "Acme")
    assert (source.url, source.page) == ("https://api.boards.example/v1/acme/jobs", "https://jobs.boards.example/acme")
    assert (source.organizer.name, source.organizer.type) == ("Acme", "employer")
    assert source.settings == {"fields": {"title": "title"}, "rows": "jobs.acme"}


def test_an_entry_may_say_itself_what_a_template_would(tmp_path: Path) -> None:
    own = "{token: acme, name: Acme, id: acme-europe, host: eu.boards.example, organizer: {country: DE}, settings: {rows: all}}"
    (source,) = read_catalogue(write(tmp_path, f"{BOARDS}sources:\n  - {own}\n")).sources
    assert (source.id, source.url) == ("acme-europe", "https://api.eu.boards.example/v1/acme/jobs")
    assert (source.organizer.name, source.organizer.country) == ("Acme", "DE")
    assert source.settings == {"fields": {"title": "title"}, "rows": "all"}


@pytest.mark.parametrize(
    ("token", "source_id", "path"),
    [
        ("AcmeAG", "board.acmeag", "AcmeAG"),
        ("Acme & Sons", "board.acme-sons", "Acme%20%26%20Sons"),
        ("acme.io", "board.acme.io", "acme.io"),
        ("a/../b", "board.a-b", "a%2F..%2Fb"),
        ("Zürich", "board.zurich", "Z%C3%BCrich"),
        ("_acme_-_x_", "board.acme-x", "_acme_-_x_"),
    ],
)
def test_tokens_are_encoded_in_addresses_and_plain_in_ids(
    tmp_path: Path, token: str, source_id: str, path: str
) -> None:
    write(tmp_path, f"{BOARDS}boards: boards.csv\n", channel="platform")
    (tmp_path / "platform" / "boards.csv").write_text(f'token,name\n"{token}",Acme\n', encoding="utf-8")
    (source,) = read_catalogue(tmp_path).sources
    assert (source.id, source.url) == (source_id, f"https://api.boards.example/v1/{path}/jobs")


def test_boards_are_read_from_a_table_beside_the_entries(tmp_path: Path) -> None:
    write(tmp_path, f"{BOARDS}boards: boards.csv\nsources:\n  - {{token: one, name: One}}\n", channel="platform")
    table = 'token,name,host,country\ntwo,Two,,\nthree,"Three, Inc",eu.boards.example,DE\n'
    (tmp_path / "platform" / "boards.csv").write_text(table, encoding="utf-8")
    sources = read_catalogue(tmp_path).by_id
    assert list(sources) == ["board.one", "board.three", "board.two"]
    assert (sources["board.two"].host, sources["board.two"].country) == ("api.boards.example", None)
    assert (sources["board.three"].host, sources["board.three"].country) == ("api.eu.boards.example", "DE")
    assert sources["board.three"].name == "Three, Inc"


@pytest.mark.parametrize(
    ("text", "where", "reason"),
    [
        (f"{BOARDS}sources:\n  - {{name: Acme}}\n", "entry 1", "id: needs a 'token'"),
        (
            f"{BOARDS}sources:\n  - {{token: acme, name: A, nick: a}}\n",
            "entry board.acme",
            "nick: there is no such key",
        ),
        (
            f"{BOARDS}  nick: a\nsources: []\n",
            "entry 0",
            "defaults: nick: no field of a source, and no template uses it",
        ),
        (f"{BOARDS}boards: ../boards.csv\n", "entry 0", "boards: the name of a CSV file in the same folder"),
        (
            f"{BOARDS}sources:\n  - {{token: acme, name: A}}\n  - {{token: ACME, name: B}}\n",
            "entry board.acme",
            "id: board.acme is already used in network/lists.yaml",
        ),
    ],
)
def test_an_entry_that_does_not_fit_its_files_templates_is_refused(
    tmp_path: Path, text: str, where: str, reason: str
) -> None:
    with pytest.raises(CatalogueError) as refusal:
        read_catalogue(write(tmp_path, text))
    assert str(refusal.value).startswith(f"network/lists.yaml: {where}: {reason}")


@pytest.mark.parametrize(
    ("table", "line", "reason"),
    [
        ("token,name\nacme,Acme\nacme,Acme again\n", 3, "id: board.acme is already used in network/lists.yaml"),
        ("token,name\nacme,Acme\n,Nobody\n", 3, "id: needs a 'token'"),
        ("token,name\nacme,Acme,more\n", 2, "3 cells under 2 columns"),
        ("token,name\n\nacme,Acme\n", 2, "0 cells under 2 columns"),
        ("token,name,nick\nacme,Acme,a\n", 1, "nick: no field of a source, and no template uses it, or given twice"),
        ("token,name,name\nacme,Acme,A\n", 1, "name, name: no field of a source"),
        ("token,name,country\nacme,Acme,Germany\n", 2, "country: String should match pattern"),
        ('token,name\nacme,"Acme\n', 0, "cannot be read: "),
        (None, 0, "cannot be read: "),
    ],
)
def test_a_wrong_board_is_refused_with_file_line_and_reason(
    tmp_path: Path, table: str | None, line: int, reason: str
) -> None:
    write(tmp_path, f"{BOARDS}boards: boards.csv\n")
    if table is not None:
        (tmp_path / "network" / "boards.csv").write_text(table, encoding="utf-8")
    with pytest.raises(CatalogueError) as refusal:
        read_catalogue(tmp_path)
    assert str(refusal.value).startswith(f"network/boards.csv: line {line}: {reason}")


def test_braces_that_hold_no_word_are_no_template(tmp_path: Path) -> None:
    text = "defaults: {spider: html_list, settings: {id_in_url: '(\\d{4})'}}\n" + entry(spider=None)
    (source,) = read_catalogue(write(tmp_path, text)).sources
    assert source.settings == {"id_in_url": r"(\d{4})"}


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no catalogue at"):
        read_catalogue(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("spider", "misses_to_close", "misses"),
    [("rss", 0, 1), ("json_list", 0, 1), ("markdown_list", 0, 2), ("html_list", 0, 2), ("html_list", 5, 5)],
)
def test_misses_go_by_the_kind_of_spider_unless_stated(spider: str, misses_to_close: int, misses: int) -> None:
    source = Source.model_validate({**GOOD, "channel": "network", "spider": spider, "misses_to_close": misses_to_close})
    assert source.misses == misses


def test_unknown_ids_and_channels_cannot_be_selected(real: Catalogue) -> None:
    with pytest.raises(CatalogueError, match="unknown source: no-such-source"):
        real.select(ids=["unhcr-jobs", "no-such-source"])
    with pytest.raises(CatalogueError, match="unknown channel: pigeon"):
        real.select(channels=["pigeon"])
    assert [source.id for source in real.select(ids=["unhcr-jobs"])] == ["unhcr-jobs"]


def test_some_sources_alone_are_read_as_among_all(real: Catalogue, tmp_path: Path) -> None:
    some = [source.id for source in real.sources[::500]]
    assert read_sources(REAL, some) == real.select(ids=some)
    write(tmp_path, entry(), name="1.yaml")
    write(tmp_path, entry(id="other", url="nowhere"), name="2.yaml")
    assert [source.id for source in read_sources(tmp_path, ["a-list"])] == ["a-list"]
    with pytest.raises(CatalogueError, match=r"network/2\.yaml: entry other: url: 'nowhere'"):
        read_sources(tmp_path, ["other"])
    with pytest.raises(CatalogueError, match="unknown source: none"):
        read_sources(tmp_path, ["none"])
