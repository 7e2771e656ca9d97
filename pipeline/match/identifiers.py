"""Identifiers of a posting beside those of known systems: reference numbers in its words, the source's own id, numbers in
its address.

Belongs here: which of them a listing has, and which are no posting's own. Does not belong here: posting ids that decide
alone (`keys`), and comparing two listings by them (`comparisons`).
"""

from __future__ import annotations

import polars as pl

from pipeline.match.keys import address_key
from pipeline.match.texts import MIN_REFERENCE_CHARS

_ADDRESS_NUMBER = r"\d{6,12}"
_NAME_OF_ID = r"[/?&#]([^/?&#=-]+)[/=](?:[^/?&#=]*-[^/?&#=]*/?)*$"
"""The last part of a path, or name of a parameter, that is no title."""
_DAY = r"^20[1-4]\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])$"


def address_ids(url_keys: pl.Series) -> pl.DataFrame:
    """page, host: numbers for an address and its host, null for what is no page. address_kind, address_id: for the host with what
    names the first id in an address, and for that id; null without one. A short number is one at the end of a path or parameter,
    unless it is a year."""
    long = url_keys.str.extract_groups(r"^(?<before>.*?[^\d])(?<id>\d{5,12})(?:[^\d]|$)").struct
    short = url_keys.str.extract_groups(r"^(?<before>.*[/=])(?<id>\d{1,3}|[013-9]\d{3}|2[1-9]\d\d)$").struct
    parts = pl.DataFrame({name: long.field(name).fill_null(short.field(name)) for name in ("before", "id")})
    # One posting is below `/careers-home/jobs/` and `/jobs/`, and its title may stand before its id.
    host, name = pl.col("before").str.extract(r"^([^/?#]+)[/?#]"), pl.col("before").str.extract(_NAME_OF_ID)
    is_web = host.is_not_null()  # the hash of null is a number
    page = address_key(url_keys)
    return parts.select(
        page=pl.when(pl.lit(page.is_not_null())).then(pl.lit(page).hash()),
        host=pl.when(pl.lit(page.is_not_null())).then(pl.lit(page.str.extract("^([^/?#]+)")).hash()),
        address_kind=pl.when(is_web).then((host + "/" + name.fill_null("")).hash()),
        address_id=pl.when(is_web).then(pl.col("id").hash()),
    )


def own_identifiers(listings: pl.DataFrame, words_keys: pl.Series) -> pl.DataFrame:
    """reference_numbers, identifiers (these, the source's own id, numbers in the address), lists of texts of letters and digits:
    without those that one source gives to several roles (words_keys), which are no posting's own."""
    own_id = pl.col("native_id").str.to_uppercase().str.replace_all(r"[^\p{Lu}\d]", "")
    is_number = (own_id.str.count_matches(r"\d") >= 3) & (own_id.str.len_chars() >= MIN_REFERENCE_CHARS)
    in_address = pl.col("url").str.extract_all(_ADDRESS_NUMBER)
    every = listings.select(
        "reference_numbers",
        identifiers=pl.concat_list(
            "reference_numbers",
            pl.concat_list(pl.when(is_number).then(own_id)).list.drop_nulls(),
            in_address.list.eval(pl.element().filter(~pl.element().str.contains(_DAY))),
        ).list.unique(),
    )
    stated = (
        every.with_columns(
            listings["source_id"], own=pl.select(pl.coalesce(words_keys, listings["listing_id"])).to_series()
        )
        .with_row_index("row")
        .select("row", "source_id", "own", identifier="identifiers")
        .explode("identifier", empty_as_null=False)
        .drop_nulls("identifier")
    )
    repeated = stated.filter(pl.col("identifier").is_duplicated())
    roles = repeated.group_by("source_id", "identifier").agg(pl.col("own").n_unique())
    shared = roles.filter(pl.col("own") > 1)["identifier"].unique()
    if shared.is_empty():
        return every
    return every.select(_without(every[name], shared) for name in every.columns)


def _without(lists: pl.Series, words: pl.Series) -> pl.Series:
    """Lists without these words. By a join: within `list.eval` the words would be held once for each list."""
    rows = lists.to_frame().with_row_index("row")
    kept = (
        rows.explode(lists.name, empty_as_null=False)
        .drop_nulls(lists.name)
        .join(words.alias(lists.name).to_frame(), on=lists.name, how="anti", maintain_order="left")
        .group_by("row", maintain_order=True)
        .agg(lists.name)
    )
    left = rows.select("row").join(kept, on="row", how="left", maintain_order="left")[lists.name]
    return left.to_frame().select(pl.when(pl.lit(lists.is_not_null())).then(pl.col(lists.name).fill_null([])))[
        lists.name
    ]
