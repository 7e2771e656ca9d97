"""Organizations that titles name: "Kobold Robotics: Mechatronics Intern" in an alumni network, "Praktikum bei Bosch" on a list.

Belongs here: which parts of a title may be such a name, and which of them is one, since a listing has that organization. Does not
belong here: reading a name (`organizations`). The words that lead to a name are in data/reference/title_words.yaml.
"""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from pipeline.clean.language_tools.dictionary import flat, read_reference
from pipeline.match.keys import organization_key
from pipeline.match.organization_relations import SISTERS, relate_organizations
from pipeline.match.organizations import MIN_RARE_NAME_WEIGHT
from pipeline.match.word_weights import TOKEN_STRIDE

MAX_NAME_WORDS = 5
"""Words of a name that is looked for after "at": of what follows, season and place are no part of it."""
_PART_ENDS = r"\s[-–—|@]\s|[|:;,()\[\]]+|\s@|$"
_BRACKETS = r"\(([^()\s]+ [^()]+)\)"
"""A name of several words: an acronym is known by what it is made of."""
_FIRST_PART = r"^\s*\[?([^:|–—\[\]]{3,60}?)(?:\s[-–—|]\s|\s?[|:–—]\s|\])"


def title_names(titles: pl.Series, organizations: pl.Series) -> pl.Series:
    """For each title the parts that may name an organization (keys, as of `keys.organization_key`), lists, empty for most. Of a
    listing that states its organization only what stands first, before a colon, dash or bracket, or after "at"."""
    frame = pl.DataFrame({"title": titles, "is_stated": organizations.is_not_null()})
    title, after = pl.col("title"), pl.col("after")
    distinct = frame.unique().with_row_index("number")
    distinct = distinct.with_columns(after=title.str.extract(_after(), 1).str.split(" ").list.head(MAX_NAME_WORDS))
    heads = [after.list.head(count).list.join(" ") for count in range(MAX_NAME_WORDS, 0, -1)]
    other = pl.when(~pl.col("is_stated")).then(title.str.replace_all(_PART_ENDS, "\n").str.split("\n"))
    parts = distinct.select(
        "number", part=pl.concat_list(pl.concat_list(title.str.extract(_FIRST_PART, 1), *heads), other.fill_null([]))
    )
    each = parts.explode("part", empty_as_null=False).drop_nulls("part").unique(maintain_order=True)
    # Lazily, as in `profile.profiles`.
    keys = each.lazy().select(pl.col("part").unique()).with_columns(name=organization_key(pl.col("part"))).collect()
    named = (
        each.join(keys, on="part", maintain_order="left")
        .drop_nulls("name")
        .group_by("number", maintain_order=True)
        .agg(names=pl.col("name").unique(maintain_order=True))
    )
    of_title = distinct.join(named, on="number", how="left").select("title", "is_stated", "names")
    found = frame.join(of_title, on=["title", "is_stated"], how="left", maintain_order="left", nulls_equal=True)
    return found.select(title_names=pl.col("names").fill_null([]))["title_names"]


def organizations_named(names: pl.Series, stated: pl.Series, organizations: pl.DataFrame) -> pl.Series:
    """For each listing the row in `organizations` (as of `describe_organizations`) of its organization: the one that its title
    names (`names`, as of `title_names`), if a listing has it, it is more than common words, and it is not the stated one by
    another name; else the stated one (`stated`: such rows, null for none)."""
    known = _distinctive(organizations)
    rows = pl.DataFrame({"name": names}).with_row_index("row").filter(pl.col("name").list.len() > 0)
    found = (
        rows.explode("name", empty_as_null=False)
        .join(known, on="name", maintain_order="left")
        .unique("row", keep="first", maintain_order=True)
    )
    pairs = pl.DataFrame({"a": stated.gather(found["row"]), "b": found["named"]})
    is_other = (relate_organizations(organizations, pairs) < SISTERS).fill_null(True)
    found = found.filter(is_other)
    return stated.scatter(found["row"], found["named"])


def named_within(names: pl.DataFrame, organizations: pl.DataFrame) -> pl.Series:
    """organization_row of each of these names (name, organization_row: in `organizations`): the one that stands in brackets in
    it, or after or before words such as "formerly" or "via", if a listing has that one, so that "Jadran Shipping (Blue Ferries)"
    is Blue Ferries; but before "formerly" the name of today, if a listing has that; else its own."""
    name = pl.col("name")
    parts = pl.concat_list(name.str.extract(pattern, 1) for pattern in (_today(), _BRACKETS, *_other_name_words()))
    each = names.select("name", part=parts).explode("part", empty_as_null=False).drop_nulls()
    within = each.lazy().with_columns(within=organization_key(pl.col("part"))).collect()
    known = _distinctive(organizations).rename({"name": "within"})
    found = within.join(known, on="within", maintain_order="left").unique("name", keep="first", maintain_order=True)
    rows = names.join(found.select("name", "named"), on="name", how="left", maintain_order="left")
    return rows.select(organization_row=pl.coalesce("named", "organization_row"))["organization_row"]


def _distinctive(organizations: pl.DataFrame) -> pl.DataFrame:
    """named, name: the rows of organizations whose names are more than common words."""
    rare = pl.col("core").list.eval(pl.element() % TOKEN_STRIDE >= MIN_RARE_NAME_WEIGHT).list.any()
    is_placed_body = (pl.col("kinds").fill_null("") != "") & (pl.col("countries").list.len() > 0)
    distinctive = organizations.with_row_index("named").filter(rare | is_placed_body)
    return distinctive.select("named", name="organization")


@cache
def _after() -> str:
    """The part of a title after a word that leads to a name."""
    words = sorted(flat(read_reference("title_words")["employer_after"]), key=lambda word: (-len(word), word))
    leading = "|".join(re.escape(word) for word in words)
    return rf"(?i)\s(?:{leading})\s(.{{3,80}}?)(?:{_PART_ENDS})"


@cache
def _today() -> str:
    """The part of a name before a word such as "formerly"."""
    return rf"(?i)^(.{{3,80}}?)[\s(,/]+(?:{_words_of_names('other_name_after')})\s"


def _words_of_names(*groups: str) -> str:
    """These words of data/reference/organization_words.yaml, the longest first."""
    words = {word for group in groups for word in flat(read_reference("organization_words")[group])}
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


@cache
def _other_name_words() -> tuple[str, str]:
    """The part of a name after a word such as "formerly" or "on behalf of", and the one before a word such as "via"."""
    after, before = _words_of_names("other_name_after", "client_after"), _words_of_names("other_name_before")
    return rf"(?i)[\s(,/]\(?(?:{after})\s+([^()]{{3,80}})", rf"(?i)^(.{{3,80}}?)\s[(-]?\s?(?:{before})\s"
