"""Deterministic matching: listings that are one internship without any weighing, by posting id, own address or a person's
decision.

Does not belong here: how a key is read from an address (`keys`), and matching by weights (`weights`).
"""

from __future__ import annotations

import polars as pl

from pipeline.clean.language_tools.text import compared
from pipeline.match.blocking import BlockingInput
from pipeline.match.cognates import latin_letters
from pipeline.match.organization_relations import PART, relate_organizations
from pipeline.match.title_words import telling_words

_ID_IN_ADDRESS = r"\d{5}|[0-9a-f]{8}-[0-9a-f]{4}|/[^/?#]+/[^/?#]*\d[^/?#]*$"
"""Digits that only an id of a posting has so many of, a UUID, or below another page one with a number."""
_NAME_IN_ADDRESS = r"/[^/?#]+/[^/?#-]+-[^/?#]+$"
"""Below another page one of several words, which may be those of a title."""
_SEVERAL_WORDS = r"/[^/?#-]+-[^/?#]+$"
"""A last part of several words, such as a page has that is no list."""
_YEAR = r"\b20[1-4]\d(?:[-_]\d\d)?\b"
MIN_WORD_IN_ADDRESS = 5
"""First letters of a word of a title by which an address names it."""
_CAREERS_WORDS = (
    "career|job|work|join|apply|vacanc|position|opportunit|opening|student|emploi|karriere|stellen|lavora|trabaj"
)
_CAREERS_PAGE = rf"(?i)/[^/?#\d]*(?:{_CAREERS_WORDS})[^/?#\d]*$"
"""A last part of an address that names a page of several openings."""
DECISIONS = pl.Schema({"listing_id": pl.String, "other_id": pl.String, "is_one": pl.Boolean})
"""What people decided: two listings are one, or are not; then it is the first that leaves, and the other stays."""


def decisions_by_row(decisions: pl.DataFrame | None, listing_ids: pl.Series) -> pl.DataFrame:
    """a, b, is_one: the decisions as rows of listings; what names a listing that is not there decides nothing."""
    rows = listing_ids.to_frame("id").with_row_index("row")
    decided = pl.DataFrame(schema=DECISIONS) if decisions is None else decisions.select(DECISIONS.names())
    return (
        decided.join(rows.select(listing_id="id", a="row"), on="listing_id")
        .join(rows.select(other_id="id", b="row"), on="other_id")
        .select("a", "b", "is_one")
        .unique()
        .sort("a", "b", "is_one")
    )


def identities(keys: pl.DataFrame, listings: pl.DataFrame, blocking: BlockingInput) -> pl.Series:
    """For each listing (source_id, title; `keys`, as of `keys.matching_keys`) what its posting is known by for certain: a
    posting id, an address of its own, else itself.

    An address at which several roles or organizations stand (a careers page, a form, a search) is no posting's own, whoever gives
    it: of those at it only what is the same in all words is one."""
    own = pl.coalesce("words_key", "listing_id")
    frame = keys.select(
        "posting_key", "url_key", "title_words", own=own, source_id=listings["source_id"], address="address_key",
        organization_row=blocking.rows["organization_row"],
    ).with_row_index("row")  # fmt: skip
    # Sorted numbers show which of them repeat in a third of the time.
    number = frame["address"].hash()
    in_order = number.sort()
    is_repeated = number.is_in(in_order.filter(in_order == in_order.shift()).unique().implode())
    repeated = frame.filter(is_repeated & pl.col("address").is_not_null())
    repeated = repeated.with_columns(written=listings["title"].gather(repeated["row"]))
    shared = pl.concat([_of_several_roles(repeated), _of_other_titles(repeated), _of_strangers(repeated, blocking)])
    by_address = pl.format("url:{}", "address")
    own_address = pl.when(pl.col("address").is_in(shared.unique().implode())).then(
        pl.format("{}:{}", by_address, "own")
    )
    identity = pl.coalesce("posting_key", own_address, by_address, pl.format("listing:{}", pl.lit(keys["listing_id"])))
    return frame.select(identity=identity)["identity"]


def _of_several_roles(repeated: pl.DataFrame) -> pl.Series:
    """Addresses that one source gives to several roles."""
    roles = repeated.unique(["source_id", "url_key", "own"]).group_by("source_id", "url_key", "address").len()
    return roles.filter(pl.col("len") > 1)["address"]


def _of_other_titles(repeated: pl.DataFrame) -> pl.Series:
    """Addresses without an id at which titles stand of which neither is the other with words left out. Of a page in two languages
    each has its own."""
    bare = pl.col("address").str.replace_all(_YEAR, "")
    is_page = (~bare.str.contains(_ID_IN_ADDRESS) & ~_names_title(repeated)) | pl.col("address").str.contains(
        _CAREERS_PAGE
    )
    without_id = repeated.filter(is_page)
    titles = without_id.select("address", "url_key", title="title_words").unique()
    others = titles.with_columns(longest=_longest_title("url_key")).rechunk()
    return others.filter(pl.col("title").list.set_difference("longest").list.len() > 0)["address"]


def _longest_title(page: str) -> pl.Expr:
    """The title (list of words) of the most words at each page."""
    title = pl.col("title")
    return title.sort_by(title.list.len(), title.list.join(" ")).last().over(page)


def _names_title(repeated: pl.DataFrame) -> pl.Expr:
    """Whether an address ends in a name that has a word of a title at it, in Latin letters: one by which openings are told
    apart, and, where the titles at it differ, not one that all of them have."""
    latin = latin_letters()
    address, title = pl.col("address"), pl.col("title")
    titles = repeated.filter(address.str.contains(_NAME_IN_ADDRESS)).select("address", "written", title="title_words")
    titles = titles.with_columns(longest=_longest_title("address")).unique(["address", "written"]).rechunk()
    titles = titles.with_columns(
        name=compared(address).str.replace_many(*latin),
        word=compared(pl.col("written")).str.replace_many(*latin).str.extract_all(rf"\w{{{MIN_WORD_IN_ADDRESS}}}\w*"),
        count=title.n_unique().over("address"),
        differ=(title.list.set_difference("longest").list.len() > 0).any().over("address"),
    )
    words = titles.explode("word", empty_as_null=False)
    words = words.filter(pl.col("word").is_in(telling_words(words["word"].unique()).implode()))
    words = words.with_columns(head=pl.col("word").str.head(MIN_WORD_IN_ADDRESS))
    is_in_all = title.n_unique().over("address", "head") == pl.col("count")
    named = words.filter(pl.col("name").str.contains(pl.col("head"), literal=True) & ~(pl.col("differ") & is_in_all))
    return pl.col("address").is_in(named["address"].unique().implode())


def _of_strangers(repeated: pl.DataFrame, blocking: BlockingInput) -> pl.Series:
    """Addresses at which organizations stand that are not one. But a posting's page in two languages may have its organization's
    name in each, and lists may name it in their own ways beside one title, if the page names that or is of the organization's
    site."""
    named = (
        repeated.select(
            "address", "organization_row", "url_key", title="title_words",
            is_specific=_names_title(repeated) | _is_own_site(repeated, blocking.organizations),
        )
        .drop_nulls("organization_row")
        .unique()
        .sort("address", "organization_row", "url_key", pl.col("title").list.join(" "))
    )  # fmt: skip
    address, url_key, title = pl.col("address"), pl.col("url_key"), pl.col("title")
    is_posting = address.str.contains(_ID_IN_ADDRESS) | address.str.contains(_SEVERAL_WORDS)
    has_one_name = pl.col("organization_row").n_unique().over("url_key").max().over("address") == 1
    is_translated = is_posting & has_one_name & (url_key != url_key.first().over("address"))
    is_one_title = pl.col("is_specific").any().over("address") & (title.list.set_difference("longest").list.len() == 0)
    pairs = (
        named.with_columns(longest=_longest_title("address"))
        .rechunk()
        .select(
            "address",
            a=pl.col("organization_row").first().over("address"),
            b="organization_row",
            is_one=(is_translated | is_one_title) & ~address.str.contains(_CAREERS_PAGE),
        )
        .filter((pl.col("a") != pl.col("b")) & ~pl.col("is_one"))
    )
    relation = relate_organizations(blocking.organizations, pairs.select("a", "b"))
    return pairs["address"].filter(relation < PART)


def _is_own_site(repeated: pl.DataFrame, organizations: pl.DataFrame) -> pl.Series:
    """Whether the host of each address is named as its organization is: by how a word of its name begins, a long word, or its
    initials."""
    label = pl.col("address").str.extract(r"^([^/?#:]*)\.[^./?#:]+").str.extract_all(r"[a-z]{3,}")
    words = organizations["organization"].str.split(" ")
    sites = repeated.select(label=label, words=words.gather(repeated["organization_row"]))
    initials = organizations["initials"].gather(repeated["organization_row"])
    each = (
        sites.with_columns(initials=initials)
        .with_row_index("row")
        .explode("label", empty_as_null=False)
        .drop_nulls("label")
    )
    each = each.explode("words", empty_as_null=False)
    is_long = pl.col("words").str.len_chars() >= MIN_WORD_IN_ADDRESS
    is_word = pl.col("words").str.starts_with(pl.col("label")) | (
        is_long & pl.col("label").str.contains(pl.col("words"), literal=True)
    )
    own = each.filter(is_word | pl.col("initials").list.contains(pl.col("label")))["row"]
    return pl.int_range(repeated.height, dtype=pl.UInt32, eager=True).is_in(own.unique().implode())


def deterministic_groups(identity: pl.Series, decided: pl.DataFrame) -> pl.Series:
    """For each listing the first row that it is one with: by its identity, but where people decided otherwise, and by what
    people decided."""
    apart, together = decided.filter(~pl.col("is_one")), decided.filter("is_one").select("a", "b")
    rows = identity.to_frame("identity").with_row_index("row")
    # Who was named leaves the identity; all others stay, and who comes later with that identity joins them.
    leaves = apart.filter(identity.gather(apart["a"]) == identity.gather(apart["b"]))["a"]
    own = pl.when(pl.col("row").is_in(leaves.implode())).then(pl.format("row:{}", "row")).otherwise("identity")
    label = rows.select(pl.col("row").min().over(own).alias("label"))["label"]
    while True:
        ends = pl.DataFrame({"a": label.gather(together["a"]), "b": label.gather(together["b"])}).filter(
            pl.col("a") != pl.col("b")
        )
        if ends.is_empty():
            return label
        least = (
            ends.select(old=pl.max_horizontal("a", "b"), new=pl.min_horizontal("a", "b"))
            .group_by("old")
            .agg(pl.col("new").min())
        )
        label = label.replace(least["old"], least["new"])


def has_same_posting(groups: pl.Series) -> pl.Series:
    """For each listing whether it is known to be one with another; `groups` as of `deterministic_groups`."""
    follows = groups != pl.int_range(groups.len(), dtype=pl.UInt32, eager=True)
    return follows.scatter(groups.filter(follows), True)
