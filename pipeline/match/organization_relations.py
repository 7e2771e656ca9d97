"""How two organizations are related, from the same body to strangers.

Belongs here: comparing two names. Does not belong here: reading one (`organizations`), and what a relation weighs (`weights`).
"""

from __future__ import annotations

import polars as pl

from pipeline.match.keys import UNSPACED_LETTER
from pipeline.match.organizations import KIND, KIND_WEIGHT, MIN_INITIALS, MIN_MISSPELLED_LETTERS, MIN_RARE_NAME_WEIGHT
from pipeline.match.word_weights import TOKEN_STRIDE, UNKNOWN_WORD_WEIGHT

NOT_STATED, UNLIKE, COMMON_WORD, SISTERS, PART, SAME_IN_PLACE, SAME_WORDS, SAME_NAME = range(8)
"""How two names are related: one is not stated, or they are in two scripts; nothing in common, or contradicting; a common word;
a rare word, and other rare words on both sides; one has distinguishing words more (a subsidiary, a faculty); the same only if
both are in one place (initials, a mission that does not name its seat, University of York and York University); the same but for
words that tell no bodies apart, places, language; the same."""

PAIRS_AT_ONCE = 100_000
"""Pairs of organizations that are compared at the same time: what each side is called takes a kilobyte."""
MAX_MISSPELLED_BIGRAMS, MAX_EXCHANGED_BIGRAMS = 2, 3
"""Pairs of letters that a slip alters at most: one letter wrong, lost or added; two exchanged."""
MIN_UNSPACED_LETTERS = 4
"""Letters of a name without blanks that is hardly part of another body's by chance."""
MIN_LONG_INITIALS = 5
"""Letters of an acronym that hardly begins the initials of another name."""
DIVISIONS = ("department", "faculty", "institute")
"""Kinds of bodies that are parts of universities."""


def relate_organizations(described: pl.DataFrame, pairs: pl.DataFrame) -> pl.Series:
    """The relation of two rows of `described`, for each of these pairs (a, b); one of the eight above; null is not stated."""
    distinct = pairs.filter((pl.col("a") != pl.col("b")).fill_null(False)).unique().sort("a", "b")
    parts = [_relations(described, part.rechunk()) for part in distinct.iter_slices(PAIRS_AT_ONCE)]
    related = pl.concat(parts or [_relations(described, distinct)])
    relation = pairs.select("a", "b", row=pl.int_range(pl.len(), dtype=pl.UInt32)).filter(pl.col("a") != pl.col("b"))
    relation = relation.join(related, on=["a", "b"], maintain_order="left")
    is_seatless = described.select(pl.col("mission").is_not_null() & _hosts("").list.len().eq(0)).to_series()
    same = pairs.select(
        pl.when(pl.col("a").is_null() | pl.col("b").is_null()).then(NOT_STATED)
        .when(pl.lit(is_seatless.gather(pairs["a"]).fill_null(False))).then(SAME_IN_PLACE)
        .otherwise(SAME_NAME)
        .cast(pl.UInt8)
        .alias("relation")
    )["relation"]  # fmt: skip
    return same.scatter(relation["row"], relation["relation"].cast(pl.UInt8))


def _relations(described: pl.DataFrame, distinct: pl.DataFrame) -> pl.DataFrame:
    """a, b, relation of pairs of different rows."""
    compared = described.drop("organization", "bigrams")
    sides = [compared.select(pl.all().gather(distinct[side]).name.suffix(f"_{side}")) for side in "ab"]
    frame = pl.concat([distinct, *sides], how="horizontal").with_columns(
        common=pl.col("core_a").list.set_intersection("core_b"),
        only_a=pl.col("core_a").list.set_difference("core_b").list.len(),
        only_b=pl.col("core_b").list.set_difference("core_a").list.len(),
    )
    weight = pl.element() % TOKEN_STRIDE
    frame = frame.with_columns(
        shared=pl.col("common").list.len(),
        rarest=pl.col("common").list.eval(weight).list.max().fill_null(0),
        other_places=_are_others("countries") | _are_disjoint("towns"),
        slips=_slips(described, distinct),
        shorter=pl.min_horizontal(pl.col(f"compact_{side}").str.len_chars() for side in "ab"),
        is_acronym=_is_acronym("a", "b") | _is_acronym("b", "a"),
    )
    return frame.select("a", "b", relation=pl.when(_is_mission_pair()).then(_missions()).otherwise(_bodies()))


def _slips(described: pl.DataFrame, pairs: pl.DataFrame) -> pl.Series:
    """How many pairs of letters one name has more than the other, at most; null where one is longer than a slip makes it."""
    length = described["compact"].str.len_chars().cast(pl.Int32)
    is_close = (length.gather(pairs["a"]) - length.gather(pairs["b"])).abs() <= MAX_MISSPELLED_BIGRAMS
    a, b = (described["bigrams"].gather(pairs[side].filter(is_close)) for side in "ab")
    more = pl.DataFrame({"a": a, "b": b}).select(
        pl.max_horizontal(
            pl.col(one).list.set_difference(other).list.len() for one, other in (("a", "b"), ("b", "a"))
        ).alias("slips")
    )
    return pl.repeat(None, pairs.height, dtype=pl.UInt32, eager=True).scatter(is_close.arg_true(), more["slips"])


def _have_other_numbers() -> pl.Expr:
    """Whether both names have numbers, and not the same: sections, schools and units are counted."""
    one, other = pl.col("numbers_a"), pl.col("numbers_b")
    return (one != "") & (other != "") & (one != other)


def _is_acronym(one: str, other: str) -> pl.Expr:
    """Whether a name is made of the initials of the other, or of the first words of that (AWI)."""
    name, initials = pl.col(f"compact_{one}"), pl.col(f"initials_{other}")
    begins = initials.list.last().str.starts_with(name) & (name.str.len_chars() >= MIN_INITIALS)
    # Of all words, small ones too: NIFMA, of the Nordic Institute for Mediation and Arms Control.
    begins |= initials.list.first().str.starts_with(name) & (name.str.len_chars() >= MIN_LONG_INITIALS)
    return (initials.list.contains(name) | begins).fill_null(False)


def _hosts(side: str) -> pl.Expr:
    """The countries named but the one that a mission stands for."""
    return pl.col(f"countries{side}").list.set_difference(pl.concat_list(f"sender{side}").list.drop_nulls())


def _is_mission_pair() -> pl.Expr:
    return pl.any_horizontal(pl.col("mission_a", "mission_b").is_not_null())


def _are_disjoint(name: str) -> pl.Expr:
    """Whether both state some of these, and none in common."""
    a, b = pl.col(f"{name}_a"), pl.col(f"{name}_b")
    return (a.list.len() > 0) & (b.list.len() > 0) & (a.list.set_intersection(b).list.len() == 0)


def _are_others(name: str) -> pl.Expr:
    """Whether each states one of these that the other does not."""
    a, b = pl.col(f"{name}_a"), pl.col(f"{name}_b")
    return (a.list.set_difference(b).list.len() > 0) & (b.list.set_difference(a).list.len() > 0)


def _missions() -> pl.Expr:
    """Of two names of which one is a mission: the same sort, for the same country, in the same place."""
    hosts = [_hosts(f"_{side}") for side in "ab"]
    counts = [each.list.len() for each in hosts]
    other_host = (counts[0] > 0) & (counts[1] > 0) & (hosts[0].list.set_intersection(hosts[1]).list.len() == 0)
    is_same = (pl.col("mission_a") == pl.col("mission_b")) & pl.col("sender_a").eq_missing(pl.col("sender_b"))
    # "LR vēstniecība Dublinā": an embassy in Dublin, of whatever country.
    senders = [pl.col(f"sender_{side}").is_null() for side in "ab"]
    is_unnamed = (pl.col("mission_a") == pl.col("mission_b")).fill_null(False) & (senders[0] != senders[1])
    return (
        pl.when(is_unnamed & ~other_host & ~_are_disjoint("towns")).then(SISTERS)
        .when(~is_same.fill_null(False) | other_host | _are_disjoint("towns")).then(UNLIKE)
        .when((pl.col("only_a") > 0) & (pl.col("only_b") > 0)).then(SISTERS)
        .when((counts[0] == 0) | (counts[1] == 0)).then(SAME_IN_PLACE)
        .otherwise(SAME_WORDS)
    )  # fmt: skip


def _bodies() -> pl.Expr:
    """Of two names that are no missions."""
    same_places = (pl.col("countries_a") == pl.col("countries_b")) & (pl.col("towns_a") == pl.col("towns_b"))
    has_place = pl.col("countries_a").list.len() > 0
    is_rare = pl.col("rarest") >= MIN_RARE_NAME_WEIGHT
    has_name = is_rare | (has_place & same_places)
    slips = pl.col("slips")
    has_same_letters = pl.col("letters_a") == pl.col("letters_b")
    is_slip = (slips <= MAX_MISSPELLED_BIGRAMS) | ((slips <= MAX_EXCHANGED_BIGRAMS) & has_same_letters)
    is_long = pl.col("shorter") >= MIN_MISSPELLED_LETTERS
    is_misspelled = is_slip & is_long & (pl.col("short_a") == pl.col("short_b"))
    is_rest_equal = (pl.col("only_a") == 0) & (pl.col("only_b") == 0)
    # A faculty is a part of its university; a medical university is another university.
    is_other_of_kind = (pl.col("kinds_a") == pl.col("kinds_b")) & (pl.col("kinds_a") != "") & (pl.col("shared") > 0)
    return (
        pl.when(pl.col("compact_a") == pl.col("compact_b")).then(SAME_NAME)
        .when(pl.col("other_places") | _have_other_numbers()).then(UNLIKE)
        .when(pl.col("is_acronym") | is_misspelled).then(SAME_IN_PLACE)
        .when(is_rest_equal & is_rare).then(SAME_WORDS)
        .when(is_rest_equal & (has_name | (pl.col("shared") > 1))).then(SAME_IN_PLACE)
        .when(_is_division() & has_name).then(SAME_IN_PLACE)
        .when(_is_described() & is_rare).then(SAME_IN_PLACE)
        .when(_are_in_two_scripts() & ~_share_words()).then(NOT_STATED)
        .when(is_other_of_kind & ~is_rest_equal).then(SISTERS)
        .when((pl.min_horizontal("only_a", "only_b") == 0) & has_name & (pl.col("shared") > 0)).then(PART)
        .when(_is_within_unspaced()).then(PART)
        .when(is_rare).then(SISTERS)
        .when(pl.col("shared") > 0).then(COMMON_WORD)
        .otherwise(UNLIKE)
    )  # fmt: skip


def _are_in_two_scripts() -> pl.Expr:
    """Whether one is in Latin letters, as Greek and Cyrillic ones are written here, and the other has none of them."""
    is_latin = [pl.col(f"compact_{side}").str.contains("[a-z]") for side in "ab"]
    return is_latin[0] != is_latin[1]


def _is_within_unspaced() -> pl.Expr:
    """Whether one name, in a script that puts no blanks between words, is the beginning or end of the other."""
    names = [pl.col(f"compact_{side}") for side in "ab"]
    is_long = (pl.col("shorter") >= MIN_UNSPACED_LETTERS) & names[0].str.contains(UNSPACED_LETTER)
    return is_long & pl.any_horizontal(
        longer.str.starts_with(name) | longer.str.ends_with(name) for name, longer in (names, names[::-1])
    )


def _share_words() -> pl.Expr:
    """Whether they have more in common than what kind of body they are."""
    return pl.col("rarest") > KIND_WEIGHT


def _is_division() -> pl.Expr:
    """Whether one is a university, and the other a faculty, department or institute of that one."""
    is_longer = pl.min_horizontal("only_a", "only_b") == 0
    kinds = [pl.col(f"kinds_{side}") for side in "ab"]
    university, division = rf"^{KIND}(?:\w+ )*university$", rf"{KIND}(?:{'|'.join(DIVISIONS)})"
    return is_longer & pl.any_horizontal(
        one.str.contains(university) & other.str.contains("university$") & other.str.contains(division)
        for one, other in (kinds, kinds[::-1])
    )


def _is_described() -> pl.Expr:
    """Whether both are a body of one kind, and one has only known words more: Weizmann Institute (of Science)."""
    rest = pl.concat_list(
        pl.col(f"core_{one}").list.set_difference(f"core_{other}") for one, other in ("ab", "ba")
    ).list.eval(pl.element() % TOKEN_STRIDE)
    is_one_kind = (pl.col("kinds_a") == pl.col("kinds_b")) & (pl.col("kinds_a") != "")
    is_known = rest.list.max() < UNKNOWN_WORD_WEIGHT
    return (
        is_one_kind
        & (pl.min_horizontal("only_a", "only_b") == 0)
        & is_known
        & (pl.col("rarest") == UNKNOWN_WORD_WEIGHT)
    )
