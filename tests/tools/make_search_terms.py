"""Make data/reference/search_terms.csv: what a search understands by the words that people type. Run by hand:

    python -m tests.tools.make_search_terms

From places.parquet and place_names.parquet: names of countries in every language and their short forms, other names of towns.
From fields.yaml and fields_of_study.csv: names of fields of study. From occupations.csv: names of occupations. From the page's
messages.json: the names of fields and occupations in its languages. From organization_names.yaml: the names by which one
organization goes. From search_words.csv, by hand: words for a visa, for pay, for where the work is done, for how an internship is
found, what people call a field or an organization, and those that say nothing.

A term stands for one facet; where two would have it, the one by hand, then the first in FACETS has it; an occupation that begins
with the stem of a field is left to the field, which more openings have. Terms are folded by the macros that fold what is
searched, so that both are compared alike.
"""

from __future__ import annotations

import csv
import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import yaml

from pipeline.clean.language_tools.dictionary import forms, is_glued
from pipeline.clean.where.place_names import ALTERNATE, CITY, COUNTRY, NAME, SHORT, fold, named_places
from pipeline.shipped import shipped

REPOSITORY = Path(__file__).parents[2]
REFERENCE = REPOSITORY / "data" / "reference"
MESSAGES = REPOSITORY / "pipeline" / "dashboard" / "src" / "messages.json"
FACETS = (
    "nothing", "country", "visa_support", "pay_status", "work_mode", "channel", "town", "field", "organization", "occupation",
)  # fmt: skip
"""What goes before what where a term could stand for several."""

LEAST_POPULATION = 200_000
LEAST_FOR_ALTERNATES = 2_000_000
MIN_LETTERS, MIN_STEM_LETTERS, MIN_ALTERNATE_LETTERS = 4, 4, 6
"""Of a name that is no short form, of a stem, of a name in a language with few readers: fewer stand for too much else."""

MIN_HAN_SIGNS = 2
"""Of a word in Chinese signs, each of which means something."""

MAX_WORDS, MAX_OCCUPATION_WORDS = 5, 2
"""As many as the search puts together, and as many as people type of an occupation."""

LISTING = set(",،、(/")
"""Signs in the name of a group that is called after several, or after what is not in it."""

Term = tuple[str, str, str]
"""Words, facet, value."""


def _by_hand() -> Iterator[Term]:
    with (REFERENCE / "search_words.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for term in row["terms"].split("|"):
                yield from ((term, row["facet"], value) for value in row["value"].split("|"))


def unparted(key: str) -> str:
    """A key of place_names.parquet without the blanks between signs of scripts that do not part words."""
    return "".join(
        sign for at, sign in enumerate(key) if sign != " " or not (is_glued(key[at - 1]) and is_glued(key[at + 1]))
    )


def _places() -> Iterator[Term]:
    with (REFERENCE / "places_words.yaml").open(encoding="utf-8") as file:
        words = yaml.safe_load(file)
    everyday = {str(word) for key in ("everyday", "people") for word in words[key]}
    named = named_places(pl.lit(True)).filter(pl.col("form").is_in([NAME, ALTERNATE, SHORT]))
    famous = named.unique("key", keep="first", maintain_order=True)
    for key, form, country in named.filter(kind=COUNTRY).select("key", "form", "country").iter_rows():
        least = (
            MIN_ALTERNATE_LETTERS if form == ALTERNATE and key.isascii() else 1 if not key.isascii() else MIN_LETTERS
        )
        if form == SHORT or (len(key) >= least and (form == NAME or key not in everyday)):
            yield unparted(key), "country", country
    least = pl.when(pl.col("form") == ALTERNATE).then(LEAST_FOR_ALTERNATES).otherwise(LEAST_POPULATION)
    towns = famous.filter((pl.col("kind") == CITY) & (pl.col("population") >= least))
    for key, form, name in towns.select("key", "form", "name").iter_rows():
        if (
            key not in everyday
            and key != fold(name)
            and (form == SHORT or len(key) >= MIN_LETTERS or not key.isascii())
        ):
            yield unparted(key), "town", name


def _is_han(sign: str) -> bool:
    return unicodedata.name(sign, "").startswith("CJK UNIFIED IDEOGRAPH")


def _fields() -> Iterator[Term]:
    with (REFERENCE / "fields_of_study.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["name"], "field", row["code"]
    with (REFERENCE / "fields.yaml").open(encoding="utf-8") as file:
        for codes, languages in yaml.safe_load(file)["anywhere"].items():
            for phrases in languages.values():
                for form in (form for phrase in phrases for form in forms(phrase)):
                    stem = form.removeprefix("*")
                    least = MIN_HAN_SIGNS if all(map(_is_han, stem)) else MIN_STEM_LETTERS
                    if len(stem.rstrip("*")) >= least and "*" not in stem[:-1] and "{" not in stem:
                        yield from ((stem, "field", code) for code in codes.split())


def _occupations() -> Iterator[Term]:
    with (REFERENCE / "occupations.csv").open(encoding="utf-8", newline="") as file:
        next(file)
        for row in csv.DictReader(file):
            if len(row["label"].split()) <= MAX_OCCUPATION_WORDS:
                yield row["label"], "occupation", row["isco08"]


def _named_on_the_page() -> Iterator[Term]:
    """Names of fields and occupations, but lists of them."""
    for key, names in json.loads(MESSAGES.read_text(encoding="utf-8")).items():
        facet, _, code = key.partition(".")
        if facet in ("field", "occupation") and code:
            yield from ((name, facet, code) for name in names.values() if not LISTING & set(name))


def _organizations() -> tuple[list[Term], dict[str, set[str]]]:
    """The names of each body, for its first; and by that what is looked for: its names, and those of bodies that have one of
    these in theirs, as the United Nations' are in those of its programmes."""
    with (REFERENCE / "organization_names.yaml").open(encoding="utf-8") as file:
        groups = yaml.safe_load(file)
    own = {first: {first, *others} for bodies in groups.values() for first, others in bodies.items()}
    holder = {name: first for first, names in own.items() for name in names if " " in name}
    every = {first: set(names) for first, names in own.items()}
    for first, names in own.items():
        for name in names:
            words = name.split()
            for start in range(len(words)):
                for end in range(start + 2, len(words) + 1):
                    every[holder.get(" ".join(words[start:end]), first)] |= names
    return [(name, "organization", first) for first, names in own.items() for name in names if len(name) > 1], every


def folded(terms: list[Term]) -> list[Term]:
    """The terms as the search folds them; a stem keeps its star."""
    with duckdb.connect() as con:
        for macro in ("folded", "search_words"):
            con.execute(shipped("sql", "macros", f"{macro}.sql").read_text(encoding="utf-8"))
        frame = pl.DataFrame(terms, schema=["said", "facet", "value"], orient="row")
        con.register("terms", frame.to_arrow())
        return con.execute(f"""
            SELECT DISTINCT array_to_string(words, ' ') || CASE WHEN ends_with(said, '*') THEN '*' ELSE '' END, facet, value
            FROM (SELECT *, search_words(said) AS words FROM terms) WHERE len(words) BETWEEN 1 AND {MAX_WORDS}
        """).fetchall()


def main() -> None:
    of_organizations, organizations = _organizations()
    made = [*_places(), *_fields(), *_occupations(), *_named_on_the_page(), *of_organizations]
    values: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    by_hand = folded(list(_by_hand()))
    taken = {term for term, _, _ in by_hand}
    for term, facet, value in [*by_hand, *(one for one in folded(made) if one[0] not in taken)]:
        values[term][facet].add(value)
    with (REFERENCE / "search_terms.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["term", "facet", "value"])
        for term in sorted(values):
            facet = min(values[term], key=FACETS.index)
            if facet == "occupation" and _begins_as_a_field(term, values):
                continue
            its = values[term][facet]
            if facet == "organization":
                its = {name for first in its for name in organizations[first]}
            rows.writerow([term, facet, "|".join(sorted(its))])


def _begins_as_a_field(term: str, values: dict[str, dict[str, set[str]]]) -> bool:
    """Whether a search would take a word for a field, were the term not there: a stem ends within the last word."""
    last = len(term) - len(term.rsplit(maxsplit=1)[-1])
    stems = (f"{term[:size]}*" for size in range(max(MIN_STEM_LETTERS, last + 1), len(term) + 1))
    return any("field" in values.get(stem, ()) for stem in stems)


if __name__ == "__main__":
    main()
