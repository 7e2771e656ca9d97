"""Places: the labelled sample, the ways in which places are written, where a listing names them, hostile text."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.language_tools.extraction import Extraction
from pipeline.clean.language_tools.phrases import under_headings
from pipeline.clean.language_tools.sentences import split_sentences
from pipeline.clean.where.place_names import fold, place_names, places
from pipeline.clean.where.places import Trust, clean_places, find_places
from pipeline.clean.who.language import detect
from pipeline.shipped import shipped
from pipeline.tables import PLACE

LABELLED = Path(__file__).parent / "labelled_places.csv"
Clean = Callable[..., Extraction]


def countries_of(texts: Iterable[str], hint: str | None = None, trust: Trust = Trust.PLACES) -> dict[str, list[str]]:
    texts = list(texts)
    found = find_places(texts, [hint] * len(texts), trust)
    countries = found.group_by("text", maintain_order=True).agg(
        pl.col("country").drop_nulls().unique(maintain_order=True)
    )
    return dict(countries.iter_rows())


def cities_of(text: str, hint: str | None = None) -> list[str]:
    return find_places([text], [hint])["city"].drop_nulls().to_list()


@pytest.fixture
def clean_rows(raw_rows: Any) -> Clean:
    def clean(*rows: dict[str, Any], sources: Any = None) -> Extraction:
        raw = raw_rows(*rows).with_row_index("row").with_columns(pl.col("row").cast(pl.UInt32))
        sentences = under_headings(split_sentences(raw["title"], raw["description"]))
        languages = detect(raw["description"])["seen"]
        onsite = pl.repeat(False, raw.height, eager=True)
        return clean_places(raw, sources or {}, raw["description"], sentences, languages, onsite)

    return clean


# ---------------------------------------------------------------------------------------------------- the labelled sample


def test_labelled_texts_get_their_country() -> None:
    """300 location texts of recorded lists and feeds, drawn at random and labelled by hand; empty: they name no country."""
    with LABELLED.open(encoding="utf-8", newline="") as file:
        labels = {row["text"]: set(row["countries"].split()) for row in csv.DictReader(file)}
    found = {text: set(countries) for text, countries in countries_of(labels).items()}
    right = [text for text in labels if found[text] == labels[text]]
    wrong = {text: found[text] for text in labels if found[text] - labels[text]}
    assert len(labels) == 300
    assert not wrong
    assert len(right) >= 0.98 * len(labels)


def test_listings_of_eight_lists_get_a_country(shared: Path) -> None:
    """Of the listings that name a place at all, 98 of 100 get a country."""
    listings = (
        pl.read_parquet(shared / "eval" / "matching" / "listings.parquet").explode("locations").drop_nulls("locations")
    )
    read = find_places(listings["locations"]).select(
        locations="text", country="country", silent=pl.col("is_known") | pl.col("is_area")
    )
    placed = listings.join(read, on="locations").group_by("listing_id").agg(
        found=pl.col("country").is_not_null().any(), silent=pl.col("silent").all()
    )  # fmt: skip
    names_a_place = placed.filter(pl.col("found") | ~pl.col("silent"))
    assert names_a_place["found"].mean() >= 0.98


# ------------------------------------------------------------------------------------------------- how places are written


@pytest.mark.parametrize(
    ("text", "country", "city"),
    [
        ("Shanghai, China", "CN", "Shanghai"),
        ("China, Shanghai", "CN", "Shanghai"),
        ("CHN, Shanghai", "CN", "Shanghai"),
        ("GB-LND-LONDON", "GB", "London"),
        ("US-CA-Menlo Park", "US", "Menlo Park"),
        ("CA ON Ottawa", "CA", "Ottawa"),
        ("S Korea Seoul", "KR", "Seoul"),
        ("Seoul, Korea, Republic of", "KR", "Seoul"),
        ("Warsaw (MCO), Poland", "PL", "Warsaw"),
        ("Ovar, pt", "PT", "Ovar"),
        ("Stuttgart, BW, de", "DE", "Stuttgart"),
        ("HAIFA", "IL", "Haifa"),
        ("Greater London Area", "GB", "London"),
        ("Toronto HQ", "CA", "Toronto"),
        ("Toronto (Hybrid)", "CA", "Toronto"),
        ("Singapore CapitaSky", "SG", "Singapore"),
        ("NYC", "US", "New York"),
        ("HCM", "VN", "Ho Chi Minh City"),
        ("Washington, D.C.", "US", "Washington"),
        ("Milano (MI)", "IT", "Milan"),
        ("75008 Paris", "FR", "Paris"),
        ("Wien, Österreich", "AT", "Vienna"),
        ("Sant Cugat del Vallès, Barcelona, Spain", "ES", "Sant Cugat del Vallès"),
    ],
)
def test_towns_are_read_in_the_ways_people_write_them(text: str, country: str, city: str) -> None:
    assert countries_of([text])[text] == [country]
    assert cities_of(text) == [city]


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("M nchen, BY, de", "Munich"),
        ("M?nchen", "Munich"),
        ("S o Paulo, S o Paulo, Brazil", "São Paulo"),
        ("Montr al, QC, ca", "Montreal"),
        ("H Ch Minh, Vi t Nam", "Ho Chi Minh City"),
        ("K benhavn, Hovedstaden, Denmark", "Copenhagen"),
    ],
)
def test_names_with_lost_letters_are_known(text: str, city: str) -> None:
    assert cities_of(text) == [city]


@pytest.mark.parametrize(
    ("text", "country"),
    [("北京市海淀区", "CN"), ("東京都港区", "JP"), ("서울특별시 강남구", "KR"), ("г. Москва", "RU"), ("القاهرة، مصر", "EG"),
     ("Αθήνα", "GR"), ("תל אביב", "IL"), ("Київ, Україна", "UA"), ("กรุงเทพ", "TH"), ("मुंबई", "IN"), ("İstanbul", "TR")],
)  # fmt: skip
def test_all_scripts_are_read(text: str, country: str) -> None:
    assert countries_of([text])[text] == [country]


@pytest.mark.parametrize(
    ("text", "cities"),
    [
        ("Waterloo, ON / Montréal, QC / Toronto, ON", ["Waterloo", "Montreal", "Toronto"]),
        ("Berlin or Munich", ["Berlin", "Munich"]),
        ("NYC; SF", ["New York", "San Francisco"]),
        ("Austin, TX Chicago, IL", ["Austin", "Chicago"]),
        ("London, Montreal, Singapore", ["London", "Montreal", "Singapore"]),
        ("Oslo og Bergen", ["Oslo", "Bergen"]),
    ],
)
def test_several_places_in_one_text_are_all_found_in_their_order(text: str, cities: list[str]) -> None:
    assert cities_of(text) == cities


@pytest.mark.parametrize(
    "text",
    ["3 Locations", "Multiple Locations", "Remote", "HQ", "Europe", "EMEA", "Worldwide", "LatAm", "", "—", "12345",
     "Software Development Intern - Mobile Application", "Customer Support Center"],
)  # fmt: skip
def test_texts_that_name_no_country_get_none(text: str) -> None:
    assert countries_of([text])[text] == []


@pytest.mark.parametrize(
    "text", ["Cambridge", "Georgia", "Valencia", "Victoria", "San Jose", "CA", "IN", "Salem, IN", "Congo"]
)
def test_what_may_be_two_countries_is_left_open(text: str) -> None:
    assert countries_of([text])[text] == []


@pytest.mark.parametrize(
    ("text", "country"),
    [("Cambridge, MA", "US"), ("Cambridge, ON", "CA"), ("Cambridge, UK", "GB"), ("London ON", "CA"), ("London", "GB"),
     ("Paris, TX", "US"), ("Paris", "FR"), ("Toronto", "CA"), ("Tbilisi, Georgia", "GE"), ("Atlanta, Georgia", "US"),
     ("Lebanon, NH", "US"), ("Beirut, Lebanon", "LB"), ("Valencia, Spain", "ES"), ("Toronto, CA", "CA"), ("San Diego, CA", "US"),
     ("Pune, IN", "IN"), ("Columbus, IN", "US"), ("Cologne, DE", "DE"), ("Wilmington, DE", "US"), ("Milan, MI", "US"),
     ("Moscow, ID", "US"), ("Ontario, Canada", "CA"), ("Vancouver, WA", "US"), ("Brazzaville, Congo", "CG")],
)  # fmt: skip
def test_the_rest_of_a_text_settles_what_is_ambiguous(text: str, country: str) -> None:
    assert countries_of([text])[text] == [country]


def test_an_ambiguous_name_is_settled_by_a_hint_and_a_famous_one_is_not() -> None:
    assert countries_of(["Cambridge"], "US") == {"Cambridge": ["US"]}
    assert countries_of(["Cambridge"], "GB") == {"Cambridge": ["GB"]}
    assert countries_of(["London"], "CA") == {"London": ["GB"]}
    assert countries_of(["London"], "!CA") == {"London": ["CA"]}
    assert countries_of(["Paris"], "!US") == {"Paris": ["FR"]}
    assert countries_of(["Berlin, Germany"], "!US") == {"Berlin, Germany": ["DE"]}


def test_only_a_settled_town_has_coordinates() -> None:
    known, unsettled = find_places(["Munich, Germany", "Springfield, United States"]).to_dicts()
    assert (round(known["latitude"]), round(known["longitude"]), known["region"]) == (48, 12, "Bavaria")
    assert unsettled["country"] == "US"
    assert (unsettled["city"], unsettled["region"], unsettled["latitude"]) == ("Springfield", None, None)


def test_a_name_beside_another_word_of_a_name_is_another_town() -> None:
    assert cities_of("Annapolis Junction, MD") == []
    assert countries_of(["Annapolis Junction, MD"])["Annapolis Junction, MD"] == ["US"]
    assert countries_of(["China Lake, CA"])["China Lake, CA"] != ["CN"]


def test_names_are_folded_alike_however_they_are_written() -> None:
    assert fold("ÎLE-DE-FRANCE") == fold("Ile de France") == "ile de france"
    assert fold("Łódź") == "lodz"
    assert fold("İstanbul") == fold("ISTANBUL") == "istanbul"


# --------------------------------------------------------------------------------------------- where a listing names them


def test_columns_are_typed_and_null_where_nothing_is_found(clean_rows: Clean) -> None:
    columns = clean_rows({"locations": ["Munich, Germany"]}, {"locations": ["3 Locations"]}).columns
    assert dict(columns.schema) == {
        "countries": pl.List(pl.String), "cities": pl.List(pl.String), "places": pl.List(PLACE),
        "remote_countries": pl.List(pl.String),
    }  # fmt: skip
    first, second = columns.to_dicts()
    assert (first["countries"], first["cities"], first["remote_countries"]) == (["DE"], ["Munich"], None)
    assert first["places"][0]["text"] == "Munich, Germany"
    assert second == dict.fromkeys(columns.columns)


def test_no_rows_give_no_rows(clean_rows: Clean) -> None:
    assert clean_rows().columns.is_empty()


def test_places_keep_the_order_of_the_listing_and_stand_once(clean_rows: Clean) -> None:
    locations = ["Toronto, ON", "Canada", "New York, NY / Toronto, ON", "Remote in Canada"]
    row = clean_rows({"locations": locations}).columns.to_dicts()[0]
    assert row["countries"] == ["CA", "US"]
    assert row["cities"] == ["Toronto", "New York"]
    assert row["remote_countries"] is None


@pytest.mark.parametrize(
    ("locations", "remote"),
    [(["Remote in Canada"], ["CA"]), (["Remote - US"], ["US"]), (["Montréal, QC (Remote)"], ["CA"]), (["Remote"], None),
     (["Paris or remote"], None), (["Toronto, ON / Remote"], None)],
)  # fmt: skip
def test_remote_countries_are_those_named_with_the_word(
    clean_rows: Clean, locations: list[str], remote: list[str] | None
) -> None:
    assert clean_rows({"locations": locations}).columns["remote_countries"].to_list() == [remote]


@pytest.mark.parametrize(
    ("row", "country", "raw_field"),
    [
        ({"locations": ["Berlin"], "title": "Intern - Paris"}, "DE", "locations"),
        (
            {"description": "About us\nDuty station: Nairobi (RB), Kenya\nGrade: I", "title": "Intern - Paris"},
            "KE",
            "description",
        ),
        ({"description": "Standort: München. Beginn: sofort."}, "DE", "description"),
        ({"description": "勤務地：東京都港区"}, "JP", "description"),
        ({"title": "Digital Learning Internship - Maputo, Mozambique"}, "MZ", "title"),
        ({"title": "Intern - Arts (Abuja)"}, "NG", "title"),
        ({"title": "Traineeship at the Delegation in Paris"}, "FR", "title"),
        ({"title": "Praktyki w Ambasadzie RP w Moskwie"}, "RU", "title"),
        ({"title": "Internship Programme – British Embassy Vienna"}, "AT", "title"),
        ({"title": "Deutsche Botschaft Lissabon: Praktikum 2027"}, "PT", "title"),
        ({"title": "Stage – Institut français de Tokyo"}, "JP", "title"),
        ({"title": "Korkeakouluharjoittelija, suurlähetystö Tokiossa"}, "JP", "title"),
        ({"title": "Πρακτική άσκηση στην Πρεσβεία στη Βιέννη"}, "AT", "title"),
        ({"title": "Kulturarbeit, Goethe-Institut Kyjiw"}, "UA", "title"),
        ({"title": "Praktyki w Konsulacie Generalnym w Lyonie"}, "FR", "title"),
        ({"title": "Staż w Przedstawicielstwie w Polsce"}, "PL", "title"),
        ({"title": "Стажировка в ЕЭК, Женева"}, "CH", "title"),
        ({"title": "Summer Internship – ADB Manila"}, "PH", "title"),
        ({"title": "Yaz Stajı – Türkiye'nin Berlin Büyükelçiliği"}, "DE", "title"),
        ({"description": "Destino: Academia de España en Roma"}, "IT", "description"),
        (
            {"title": "청년인턴", "description": "비엔티안 소재 대사관에서 근무할 인턴을 모집합니다."},
            "LA",
            "description",
        ),
        ({"title": "Стажировка в Новосибирске"}, "RU", "title"),
        ({"title": "Gyakornok Stuttgartban"}, "DE", "title"),
        ({"title": "British Council Nigeria: Intern – Arts (2026)"}, "NG", "title"),
        ({"title": "Kesäharjoittelija", "description": "Toimistomme sijaitsee Helsingissä."}, "FI", "description"),
        ({"title": "Stáž", "description": "Nabízíme tříměsíční stáž v Praze."}, "CZ", "description"),
        (
            {"title": "Co-op", "description": "Waterloo, Ontario. " + "You will work on machines. " * 12},
            "CA",
            "description",
        ),
        ({"title": "Research fellow", "section": "Research / 🇮🇳 India"}, "IN", "section"),
        ({"locations": ["3 Locations"], "title": "Intern - Oslo, Norway"}, "NO", "title"),
    ],
)
def test_a_listing_is_searched_in_order_of_trust(
    clean_rows: Clean, row: dict[str, Any], country: str, raw_field: str
) -> None:
    found = clean_rows(row)
    assert found.columns["countries"].to_list() == [[country]]
    assert set(found.evidence["raw_field"]) == {raw_field}


def test_the_catalogue_speaks_last_and_not_against_the_listing(clean_rows: Clean, source: Any) -> None:
    rows = [
        {"locations": ["Remote"]},
        {"locations": ["Home based EMEA"]},
        {"locations": ["Oslo"]},
        {"title": "Intern - Rome"},
    ]
    found = clean_rows(*rows, sources=source(country="CA"))
    assert found.columns["countries"].to_list() == [["CA"], None, ["NO"], ["IT"]]
    assert found.evidence.filter(pl.col("row") == 0).rows() == [(0, "countries", "country: CA", "source", "source")]


@pytest.mark.parametrize(
    "row",
    [{"locations": ["Cambridge", "Boston, MA"]}, {"locations": ["Cambridge / Boston, MA"]},
     {"locations": ["Cambridge"], "section": "USA internships"}, {"description": "City: Cambridge\nCountry: United States"}],
)  # fmt: skip
def test_the_rest_of_a_listing_settles_what_is_ambiguous(clean_rows: Clean, row: dict[str, Any]) -> None:
    assert clean_rows(row).columns["countries"].to_list() == [["US"]]


def test_where_the_employer_has_offices_is_not_where_the_stay_is(clean_rows: Clean) -> None:
    text = "Acme was founded in Paris and has offices in London, Tokyo and Madrid. Our clients include embassies in Berlin."
    assert clean_rows({"title": "Intern", "description": text * 3}).columns["countries"].to_list() == [None]


@pytest.mark.parametrize(
    "title",
    ["Software Engineer Intern, Mobile", "Intern, Orange", "Reading Specialist Intern", "HR Intern (IT)",
     "Intern - University of Washington", "Intern, Embassy of Japan", "Internship at the Embassy of Georgia",
     "Staż w Marketingu", "Praktyki w Banku",
     "International Sales Intern", "AI/ML Intern", "German-speaking Intern", "Bank of Canada research intern", "Intern, PR"],
)  # fmt: skip
def test_words_of_titles_are_no_places(clean_rows: Clean, title: str) -> None:
    assert clean_rows({"title": title}).columns["countries"].to_list() == [None]


def test_evidence_says_what_is_stated_and_what_derived(clean_rows: Clean) -> None:
    evidence = clean_rows({"locations": ["Munich"]}, {"locations": ["Munich, Germany"]}).evidence
    methods = {(row, field): method for row, field, _, _, method in evidence.iter_rows()}
    assert methods == {
        (0, "countries"): "derived", (0, "cities"): "stated", (0, "places"): "stated",
        (1, "countries"): "stated", (1, "cities"): "stated", (1, "places"): "stated",
    }  # fmt: skip


def test_words_that_no_dictionary_knows_are_told_and_others_are_not(clean_rows: Clean) -> None:
    found = clean_rows({"locations": ["Zzyzxburgh Plant", "Remote", "Europe", "3 Locations", "Oslo"]})
    assert found.unknown.rows() == [(0, "countries", "Zzyzxburgh Plant")]


# ---------------------------------------------------------------------------------------------------------- hostile text


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=80) | st.from_regex(r"[A-Za-z ,()/;-]{0,60}"), max_size=8))
def test_any_text_is_read_and_what_is_found_is_a_piece_of_it(texts: list[str]) -> None:
    found = find_places(texts)
    assert set(found["text"]) == set(texts)
    for text, piece in found.filter(pl.col("country").is_not_null()).select("text", "piece").iter_rows():
        assert piece in text


def test_a_megabyte_in_one_line_is_read_at_once(clean_rows: Clean) -> None:
    bait = [
        "Paris, " * 150_000,
        "(" * 1_000_000,
        "a" * 1_000_000,
        "San Jose " * 110_000,
        "Location: " * 100_000,
        "- " * 500_000,
    ]
    started = time.process_time()
    found = clean_rows(*({"locations": [text], "title": text, "description": text, "section": text} for text in bait))
    assert time.process_time() - started < 10
    assert found.columns["countries"][0].to_list() == ["FR"]
    assert found.evidence["quote"].str.len_chars().max() < 1000


def test_a_text_is_read_alike_whatever_else_is_asked() -> None:
    texts = ["Munich", "Cambridge", "São Paulo, Brazil", "Remote in Canada", "CA", "London ON"]
    alone = pl.concat([find_places([text]) for text in texts])
    together = find_places(list(reversed(texts)))
    assert together.sort("text", maintain_order=True).equals(alone.sort("text", maintain_order=True))


# --------------------------------------------------------------------------------------------------------------- the table


def test_the_table_of_names_is_in_the_order_of_their_first_words_by_which_it_is_searched() -> None:
    assert place_names()["first"].is_sorted()


def test_the_table_of_places_is_small() -> None:
    folder = shipped("data", "reference")
    assert sum((folder / name).stat().st_size for name in ("places.parquet", "place_names.parquet")) < 4.5e6


def test_every_country_has_its_codes_and_a_place() -> None:
    countries = pl.read_csv(shipped("data", "reference", "countries.csv"), null_values="")
    assert countries.columns == ["iso2", "iso3", "name", "currency"]
    assert countries["iso2"].is_unique().all() and countries["iso3"].is_unique().all()
    assert set(countries["iso2"]) == set(places().filter(pl.col("kind") == 0)["country"])
    assert countries.filter(pl.col("currency").is_null())["iso2"].to_list() == ["AQ"]
    found = countries_of(countries["name"])
    wrong = [name for code, name in countries.select("iso2", "name").iter_rows() if found[name] not in ([code], [])]
    assert not wrong
    assert sum(not countries for countries in found.values()) <= 5, "names that a town or a state bears too"
