"""Programmes: which internships are editions of one that returns, year after year.

An edition follows the last one with its organisation, title without season and year, and country, or at the posting id of
it, if both state different years, or if that one had closed EDITION_AFTER_DAYS before. Belongs here: programme_id. Does not
belong here: which listings are one internship (`pipeline.match`), when one is over (`pipeline.lifecycle.listings`).

programme_id is minted from the first edition and given once: what an internship is an edition of does not change with its
words. Several editions may follow one, as a programme that advertises each of its places does.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import polars as pl

from pipeline.clean.language_tools.dictionary import flat, is_glued, read_reference
from pipeline.clean.language_tools.text import compared
from pipeline.lifecycle.listings import EDITION_AFTER_DAYS
from pipeline.match.keys import organization_key, title_key

_YEAR = r"\b(20[1-4]\d)\b"
_YEARS = r"\b20[1-4]\d(?: (?:20)?[1-4]\d)?\b"
"""One year, or two: 2026, 2026 27, 2026 2027."""


def assign_programmes(internships: pl.DataFrame, postings: pl.DataFrame) -> pl.Series:
    """programme_id of each internship, in their order; what has one keeps it.

    `internships`: INTERNSHIPS, all. `postings`: internship_id and `posting` (text): by what its listings are known at their
    sources; an edition may stand at the same."""
    new = internships.filter(pl.col("programme_id").is_null())
    if new.is_empty():
        return internships["programme_id"]
    editions = _editions(internships, new, postings)
    follows = _follows(editions, new["internship_id"])
    minted = pl.format("p_{}", pl.col("internship_id").str.strip_prefix("i_"))
    led = internships.select("internship_id", "programme_id").join(
        follows, on="internship_id", how="left", maintain_order="left"
    )
    led = led.with_columns(
        programme_id=pl.when(pl.col("programme_id").is_null() & pl.col("last_id").is_null())
        .then(minted)
        .otherwise("programme_id")
    )
    while led["programme_id"].null_count():  # an edition of tonight may follow another one of tonight
        known = led.select(last_id="internship_id", of_last="programme_id")
        led = led.join(known, on="last_id", how="left", maintain_order="left").select(
            "internship_id", "last_id", programme_id=pl.coalesce("programme_id", "of_last")
        )
    return led["programme_id"]


def _editions(internships: pl.DataFrame, new: pl.DataFrame, postings: pl.DataFrame) -> pl.DataFrame:
    """internship_id, key, year, first_seen, over_on of those that share a key with a new one, a row a key."""
    names = internships.select(pl.col("organization").drop_nulls().unique())
    names = names.with_columns(organization_key=organization_key(pl.col("organization")))
    facts = internships.select(
        "internship_id", "organization", "title", "countries", "season", "first_seen",
        over_on=pl.when(pl.col("state") == "closed").then(pl.max_horizontal("closed_on", "last_seen")),
    ).join(names, on="organization", how="left", maintain_order="left")  # fmt: skip
    ids = new.select("internship_id")
    asked = facts.join(ids, on="internship_id", how="semi").select(pl.col("organization_key").drop_nulls().unique())
    by_words = facts.join(asked, on="organization_key", how="semi").with_columns(
        title_key=_bare_title(title_key(pl.col("title"))),
        country=pl.col("countries").list.unique().list.sort().list.join(","),
    )
    by_words = by_words.filter(pl.col("title_key") != "", pl.col("country").is_not_null()).with_columns(
        key=pl.format("words:{}|{}|{}", "organization_key", "title_key", "country")
    )
    asked_ids = postings.join(ids, on="internship_id", how="semi").select(pl.col("posting").drop_nulls().unique())
    by_posting = facts.join(
        postings.join(asked_ids, on="posting", how="semi").unique(), on="internship_id"
    ).with_columns(key=pl.format("posting:{}", "posting"))
    title_years = pl.col("title").str.extract_all(_YEAR).list.unique()
    year = pl.coalesce(
        pl.col("season").str.extract(r"^(\d{4})"), pl.when(title_years.list.len() == 1).then(title_years.list.first())
    )
    columns = ["internship_id", "key", "title", "season", "first_seen", "over_on"]
    return (
        pl.concat([by_words.select(columns), by_posting.select(columns)])
        .with_columns(year=year.cast(pl.Int32))
        .drop("title", "season")
    )


def _follows(editions: pl.DataFrame, new: pl.Series) -> pl.DataFrame:
    """internship_id, last_id: the edition that each new one follows, where there is one."""
    alike = ["key", "year", "first_seen", "over_on"]
    earlier = editions.group_by(alike).agg(last_id=pl.col("internship_id").min())
    pairs = editions.filter(pl.col("internship_id").is_in(new.implode())).join(
        earlier.rename({"year": "last_year", "first_seen": "last_first_seen", "over_on": "last_over_on"}), on="key"
    )
    of_later_year = (pl.col("last_year") < pl.col("year")) & (pl.col("last_first_seen") <= pl.col("first_seen"))
    came_back = pl.col("last_over_on") <= pl.col("first_seen") - timedelta(days=EDITION_AFTER_DAYS)
    of_earlier_year = (pl.col("last_year") > pl.col("year")).fill_null(False)
    return (
        pairs.filter(of_later_year.fill_null(False) | (came_back.fill_null(False) & ~of_earlier_year))
        .sort(
            "internship_id", "last_year", "last_first_seen", "last_id",
            descending=[False, True, True, False], nulls_last=True,
        )
        .unique("internship_id", keep="first", maintain_order=True)
        .select("internship_id", "last_id")
    )  # fmt: skip


def _bare_title(keys: pl.Expr) -> pl.Expr:
    """A title as it is compared, without years, seasons and terms."""
    return (
        keys.str.replace_all(_YEARS, " ")
        .str.replace_all(_seasons(), " ")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
    )


@cache
def _seasons() -> str:
    words = pl.Series(flat(read_reference("dates")["seasons"])).to_frame("w")
    bare = words.select(compared(pl.col("w")).unique().sort())["w"].to_list()
    spaced = [word for word in bare if word and not is_glued(word)]
    glued = [word for word in bare if word and is_glued(word)]
    spaced.sort(key=lambda word: (-len(word), word))
    return rf"\b(?:{'|'.join(spaced)})\b" + "".join(f"|{word}" for word in glued)
