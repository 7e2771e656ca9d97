"""The catalogue: what is in it, and that a wrong entry is refused with its file, its name and the reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from scrapers.source import CHANNELS, Catalogue, CatalogueError, Source, read_catalogue
from scrapers.spiders import check_settings

DATA = Path(__file__).parents[1] / "data"
REAL = DATA / "sources"
SAMPLE = DATA / "sample" / "sources"

FORBIDDEN_HOSTS = (
    "europa.eu/eures",
    "eures.europa.eu",
    "linkedin.com",
    "indeed.com",
    "glassdoor.com",
)
"""Sources whose terms forbid machine reading."""


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


def test_no_source_forbids_being_read_by_machines(real: Catalogue) -> None:
    addresses = [(source.id, address) for source in real.sources for address in (source.url, source.page) if address]
    assert not [
        (source_id, address)
        for source_id, address in addresses
        for host in FORBIDDEN_HOSTS
        if host in address.lower().removeprefix("https://")
    ]


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


def test_lists_kept_by_volunteers_close_after_one_miss(real: Catalogue) -> None:
    kept = [source for source in real.sources if source.host == "raw.githubusercontent.com"]
    assert kept
    assert {source.misses for source in kept} == {1}


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
        (entry(spyder="rss"), "entry a-list", "spyder: Extra inputs are not permitted"),
        (entry(rights="{license: MIT}"), "entry a-list", "rights.license: Extra inputs are not permitted"),
        (entry(channel="embassy"), "entry a-list", "channel: 'embassy', but the file lies under network/"),
        (entry(url="feeds.example/list.rss"), "entry a-list", "url: 'feeds.example/list.rss' is no http(s) address"),
        (entry(url="file:///etc/passwd"), "entry a-list", "url: 'file:///etc/passwd' is no http(s) address"),
        (entry(url=None), "entry a-list", "url: Field required"),
        (entry(id=None), "entry 1", "id: Field required"),
        (entry(id="A List"), "entry A List", "id: String should match pattern"),
        (entry(spider="telepathy"), "entry a-list", "spider: there is no spider 'telepathy'"),
        (entry(zone="Europe/Atlantis"), "entry a-list", "zone: 'Europe/Atlantis' is no IANA time zone"),
        (entry(country="Canada"), "entry a-list", "country: String should match pattern"),
        (entry(holds="jobs"), "entry a-list", "holds: Input should be"),
        (entry(misses_to_close=-1), "entry a-list", "misses_to_close: Input should be greater than or equal to 0"),
        (entry(expect="{fill: {organization: 2}}"), "entry a-list", "expect.fill.organization: Input should be less"),
        (entry(rights="{robots: ignore}"), "entry a-list", "rights.robots: Input should be 'obey'"),
        ("sources:\n  - just words\n", "entry 1", "an entry is a mapping"),
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
    with pytest.raises(CatalogueError, match=r"network/2\.yaml: entry a-list: id: stands in network/1\.yaml already"):
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


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no catalogue at"):
        read_catalogue(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("spider", "misses_to_close", "misses"),
    [("rss", 0, 1), ("json_list", 0, 1), ("markdown_list", 0, 1), ("html_list", 0, 2), ("html_list", 5, 5)],
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
