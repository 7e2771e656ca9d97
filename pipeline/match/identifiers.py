"""Identifiers of a posting beside those of known systems: reference numbers in its words, the source's own id, numbers in
its address.

Belongs here: which of them a listing has, and which are no posting's own. Does not belong here: posting ids that decide
alone (`keys`), and comparing two by them (`text_comparisons`).
"""

from __future__ import annotations

import polars as pl

from pipeline.match.texts import MAYBE_CODE, MIN_REFERENCE_CHARS, as_code

_ADDRESS_NUMBER = r"\d{6,12}"
_NAME_OF_ID = r"[/?&#]([^/?&#=-]+)[/=](?:[^/?&#=]*-[^/?&#=]*/?)*$"
"""The last part of a path, or name of a parameter, that is no title."""
_DAY = r"^20[1-4]\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])$"


def address_ids(keys: pl.DataFrame) -> pl.DataFrame:
    """Of addresses (url_key, address_key) page, host: numbers for an address and its host, null for what is no page.
    address_kind, address_id: for the host with what names the first id in an address, and for that id; null without one. A short
    number is one at the end of a path or parameter, unless it is a year."""
    url_keys, page = keys["url_key"], keys["address_key"]
    long = url_keys.str.extract_groups(r"^(?<before>.*?[^\d])(?<id>\d{5,12})(?:[^\d]|$)").struct
    short = url_keys.str.extract_groups(r"^(?<before>.*[/=])(?<id>\d{1,3}|[013-9]\d{3}|2[1-9]\d\d)$").struct
    parts = pl.DataFrame({name: long.field(name).fill_null(short.field(name)) for name in ("before", "id")})
    # One posting is below `/careers-home/jobs/` and `/jobs/`, and its title may stand before its id.
    host, name = pl.col("before").str.extract(r"^([^/?#]+)[/?#]"), pl.col("before").str.extract(_NAME_OF_ID)
    is_web = host.is_not_null()  # the hash of null is a number
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
    rows = listings.select("url", "native_id", "reference_numbers").with_row_index("row")
    numbers, identifier = rows.select("row", identifier="reference_numbers"), pl.col("identifier")
    stated = numbers.filter(identifier.list.len() > 0).explode("identifier", empty_as_null=False)
    addressed = rows.filter(pl.col("url").str.contains(_ADDRESS_NUMBER)).select(
        "row", identifier=pl.col("url").str.extract_all(_ADDRESS_NUMBER)
    )
    own = rows.filter(pl.col("native_id").is_not_null()).select("row", identifier=pl.when(is_number).then(own_id))
    path = pl.col("url").str.replace("[?#].*$", "").str.strip_chars_end("/")
    coded = rows.filter(pl.col("url").str.contains(MAYBE_CODE)).select("row", identifier=as_code(path))
    in_address = addressed.explode("identifier", empty_as_null=False).filter(~identifier.str.contains(_DAY))
    each = pl.concat([stated, own, in_address, coded]).drop_nulls().unique(maintain_order=True)
    repeated = each.filter(identifier.is_duplicated())
    # What is told in two languages has a title in each.
    roles = repeated.select("row", "identifier").with_columns(
        listings["source_id", "text_language"][repeated["row"]],
        own=pl.coalesce(words_keys.gather(repeated["row"]), listings["listing_id"].gather(repeated["row"])),
    )
    several = (
        roles.group_by("source_id", "identifier", "text_language")
        .agg(pl.col("own").n_unique())
        .filter(pl.col("own") > 1)
    )
    is_own = ~identifier.is_in(several["identifier"].unique().implode())
    return pl.DataFrame(
        {
            "reference_numbers": _listed(stated.filter(is_own), rows.height),
            "identifiers": _listed(each.filter(is_own), rows.height),
        }
    )


def _listed(each: pl.DataFrame, height: int) -> pl.Series:
    """For each of so many rows the list of its identifiers."""
    lists = each.group_by("row").agg(pl.col("identifier").sort())
    at = pl.repeat(None, height, dtype=pl.UInt32, eager=True).scatter(
        lists["row"], pl.int_range(lists.height, dtype=pl.UInt32, eager=True)
    )
    return lists["identifier"].gather(at).to_frame().select(pl.col("identifier").fill_null([]))["identifier"]
