"""Comparisons of two listings by themselves: one small whole number, the level, for each comparison of each pair.

Belongs here: how a level is computed from two profiles. Does not belong here: what a level weighs (`weights`), and what
else either listing could be (`collective`). Levels are declared in `comparison_levels`.
"""

from __future__ import annotations

import polars as pl

from pipeline.match.comparison_levels import DAY_GAP_EDGES, DISTANCE_KM_EDGES
from pipeline.match.organization_relations import NOT_STATED, PART, SAME_IN_PLACE, SISTERS
from pipeline.match.pairs import columns_of_pairs, compare_bits, compare_sets, level_of, sides
from pipeline.match.text_comparisons import SAME_REFERENCE, SHORT_REFERENCE, compare_references
from pipeline.match.title_words import kind_bit
from pipeline.match.word_weights import TOKEN_STRIDE, UNKNOWN_WORD_WEIGHT

EARTH_DIAMETER_KM = 12742
MIN_TITLE_OVERLAP = 0.05
"""Less of the words of two titles in common, by weight, and they are not compared."""
MIN_REPOST_DAYS = 5
"""Days after which one opening may be posted again under another id."""
MIN_SUBSTITUTED_OVERLAP = 0.5
"""Of titles that have less in common, and each a word of its own, one says another thing instead."""
WHOLE_OVERLAP = 0.999
"""Two titles of the same words."""
UNLIKE_KINDS = ("working", "apprentice", "volunteer", "thesis")
"""Kinds of post (`title_words.KINDS`) that are no other kind by another name."""


def comparable(profiles: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs whose titles, or organization and number, have enough in common to be compared, with the weight of the words
    that they share (shared), and of those that only one has (only_a, only_b), and the heaviest of the latter (rarest_a,
    rarest_b)."""
    compared = columns_of_pairs(profiles, pairs, ["tokens_key", "tokens_weight"])
    is_same = pl.col("tokens_key_a") == pl.col("tokens_key_b")
    lists = columns_of_pairs(profiles, compared.select("a", "b", unless=is_same), ["tokens", "context_tokens"])
    lists = lists.select(
        both=pl.col("tokens_a").list.set_intersection("tokens_b"),
        a=pl.col("tokens_a").list.set_difference("context_tokens_b"),
        b=pl.col("tokens_b").list.set_difference("context_tokens_a"),
    )
    weights = lists.select(pl.all().list.eval(pl.element() % TOKEN_STRIDE))
    compared = compared.hstack(
        weights.select(
            shared=pl.col("both").list.sum(), only_a=pl.col("a").list.sum(), only_b=pl.col("b").list.sum(),
            rarest_a=pl.col("a").list.max(), rarest_b=pl.col("b").list.max(),
        ).select(pl.all().cast(pl.Int32))
    )  # fmt: skip
    # Titles over one text, or of one organization and number, may be in two languages.
    least = pl.when("share_text").then(0.0).otherwise(MIN_TITLE_OVERLAP)
    total = pl.col("shared") + pl.col("only_a") + pl.col("only_b")
    return (
        compared.select(
            "a", "b", "relation", "share_text", "only_a", "only_b", "rarest_a", "rarest_b", least=least,
            shared=pl.when(is_same).then("tokens_weight_a").otherwise("shared"),
        )
        .fill_null(0)
        .with_columns(overlap=pl.when(total > 0).then(pl.col("shared") / total).otherwise(1.0))
        .filter(pl.col("overlap") >= pl.col("least"))
        .drop("least")
    )  # fmt: skip


COMPARED = (
    "source_id", "title_key", "title_length", "day", "is_remote", "kinds", "levels",
    "title_seasons", "seasons", "stated_years", "years", "months", "span", "towns_count", "openings", "alike", "same_day",
    "page", "host", "address_kind", "address_id", "hours", "nations", "title_languages", "text_language",
)  # fmt: skip


def compare(profiles: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The comparisons of pairs of rows of `profiles`, one column each, of small whole numbers; `pairs` as of `comparable`."""
    frame = _with_shared_bases(profiles, pairs)
    few, many = pl.min_horizontal("only_a", "only_b"), pl.max_horizontal("only_a", "only_b")
    rare_few, rare_many = pl.min_horizontal("rarest_a", "rarest_b"), pl.max_horizontal("rarest_a", "rarest_b")
    title, letters, day = sides("title_key"), sides("title_length"), sides("day")
    gap = (day.a - day.b).abs()
    towns = sides("towns_count")
    frame = frame.with_columns(
        organization="relation",
        place=_places(),
        distance=_distances(profiles, frame),
        gap=pl.when(gap.is_null()).then(len(DAY_GAP_EDGES) + 1).otherwise(level_of(gap, DAY_GAP_EDGES)).cast(pl.UInt8),
        source=(pl.col("source_id_a") == pl.col("source_id_b")).cast(pl.UInt8),
        is_same=(title.a == title.b).cast(pl.UInt8),
        common=level_of(pl.col("shared"), (1, 12, 30, 60, 100, 150)),
        crowd=level_of(pl.max_horizontal("same_day_a", "same_day_b"), (6, 20, 60, 150)),
        remote=pl.col("is_remote_a").cast(pl.UInt8) + pl.col("is_remote_b").cast(pl.UInt8),
        reference=compare_references(profiles, frame),
    )
    return frame.select(
        overlap=level_of(pl.col("overlap"), (0.2, 0.35, 0.5, 0.6, 0.7, 0.8, 0.9, 0.999)),
        unshared_few=level_of(few, (1, 16, 30, 45, 63, 100)),
        unshared_many=level_of(many, (1, 16, 30, 45, 63, 100, 160)),
        rarest_few=level_of(rare_few, (1, 20, 35, 50)),
        rarest_many=level_of(rare_many, (1, 20, 35, 50, 60)),
        title_source=pl.col("is_same") + 2 * pl.col("source"),
        length=level_of((letters.a - letters.b).abs(), (1, 4, 10, 20, 35)),
        kinds=compare_bits("kinds"), levels=compare_bits("levels"),
        title_seasons=compare_bits("title_seasons"), seasons=compare_bits("seasons"),
        stated_years=compare_bits("stated_years"), years=compare_bits("years"), months=compare_bits("months"),
        span=compare_bits("span").replace({3: 2}), numbers="numbers",
        place="place",
        place_source=pl.col("place") + 10 * pl.col("source"),
        place_title=pl.col("place") + 10 * pl.col("most"),
        more_towns=level_of((towns.a - towns.b).abs(), (1, 2, 4)),
        distance="distance", distance_title=pl.col("distance") + 9 * pl.col("most"),
        remote=pl.col("remote") + 3 * (pl.col("place") <= 2).cast(pl.UInt8),
        gap="gap", crowd="crowd",
        gap_source=pl.col("gap") + 12 * pl.col("source"),
        gap_crowd=pl.col("gap") + 12 * pl.col("crowd"),
        organization="organization",
        organization_title=pl.col("organization") + 8 * pl.col("half"),
        organization_common=pl.col("organization") + 8 * pl.col("common"),
        organization_gap=pl.col("organization") + 8 * level_of(gap.fill_null(400), (2, 15)),
        openings=level_of(pl.max_horizontal("openings_a", "openings_b"), (3, 6, 12, 25, 50, 100, 200)),
        alike=level_of(pl.max_horizontal("alike_a", "alike_b"), (2, 3, 4, 6, 10, 20, 50)),
        apart=_far_apart(),
        reference=_reference_levels(),
        substituted=_substituted(few),
        title_facts=_title_facts(few),
        address=_address_ids(gap),
        work_mode=_work_modes(),
        text_of_other=_texts_of_others(gap),
        unplaced=((pl.col("organization") == SAME_IN_PLACE) & (pl.col("place") <= 2) & ~pl.col("share_text")).cast(pl.UInt8),
    ).select(pl.all().cast(pl.UInt8))  # fmt: skip


def _reference_levels() -> pl.Expr:
    """The level of `compare_references`, but of other organizations a number proves little, and all of one source are of one
    system."""
    number = pl.col("reference")
    is_unlike = pl.col("organization").is_between(NOT_STATED + 1, SISTERS - 1)
    is_other = (number == 0) & (pl.col("source") == 1) & (pl.min_horizontal("references_a", "references_b") > 0)
    return (
        pl.when(is_other).then(1)
        .when(is_unlike & ~pl.col("share_text")).then(number.replace(SAME_REFERENCE, SHORT_REFERENCE))
        .otherwise(number)
        .clip(upper_bound=SAME_REFERENCE)
    )  # fmt: skip


def _with_shared_bases(profiles: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Pairs with the columns that are compared, and what several comparisons rest on."""
    counted = profiles.with_columns(references=pl.col("reference_numbers").list.len())
    frame = columns_of_pairs(counted, pairs, [*COMPARED, "references"])
    return frame.with_columns(
        *(compare_sets(profiles, pairs, name) for name in ("towns", "regions", "countries", "numbers")),
        half=level_of(pl.col("overlap"), (0.5, 0.999)),
        most=level_of(pl.col("overlap"), (0.6, 0.999)),
    )


def _places() -> pl.Expr:
    """0 other countries, 1 or 2 no country on one or both sides, 3 other regions, 4 the country and no more, 5 other towns of
    a region, 6 the region, and the town on one side, 7 the region and no more, 8 some towns, 9 all towns."""
    towns, regions, countries = pl.col("towns"), pl.col("regions"), pl.col("countries")
    return (
        pl.when(towns == 4).then(9)
        .when(towns == 3).then(8)
        .when((towns == 0) & (regions == 4)).then(7)
        .when((towns <= 1) & (regions >= 3)).then(6)
        .when((towns == 2) & (regions >= 3)).then(5)
        .when((countries >= 3) & (towns <= 1) & (regions <= 1)).then(4)
        .when(countries >= 3).then(3)
        .when(countries == 0).then(2)
        .when(countries == 1).then(1)
        .otherwise(0)
    ).cast(pl.UInt8)  # fmt: skip


def _address_ids(gap: pl.Expr) -> pl.Expr:
    """1 two addresses of one host carry two ids, or one source gives two; 2 two pages of one source or host whose organizations
    are one or sisters: strangers may be agencies with one text. The postings are no reposts: they came within days of another,
    or under other titles, and none is the other in another language; else 0."""
    kind, number, page, host = (sides(name) for name in ("address_kind", "address_id", "page", "host"))
    is_other = ((kind.a == kind.b) & (number.a != number.b)).fill_null(False)
    has_same_words = pl.col("share_text") & (pl.col("overlap") >= WHOLE_OVERLAP)
    is_repost = (gap >= MIN_REPOST_DAYS).fill_null(False) & ((pl.col("is_same") == 1) | has_same_words)
    language = sides("text_language")
    is_text_translated = pl.col("share_text") & (language.a != language.b)
    may_be_one = (pl.col("organization") >= SAME_IN_PLACE) | (pl.col("organization") == NOT_STATED)
    is_translation = (compare_bits("title_languages") == 2) | (is_text_translated & may_be_one)
    is_one_source = pl.col("source") == 1
    are_sisters = pl.col("organization").is_between(SISTERS, PART) & ~is_text_translated
    are_pages = (page.a != page.b).fill_null(False) & (gap < MIN_REPOST_DAYS).fill_null(True)
    is_other_page = are_pages & (is_one_source | (are_sisters & (host.a == host.b).fill_null(False)))
    are_strangers = pl.col("organization").is_between(NOT_STATED + 1, SISTERS - 1)
    level = pl.when(is_other_page & ~are_strangers).then(2).when(is_other | is_other_page).then(1).otherwise(0)
    return pl.when(is_repost | is_translation).then(0).otherwise(level).cast(pl.UInt8)


def _substituted(few: pl.Expr) -> pl.Expr:
    """1 each title has words in place of the other's, and little else; 2 much else, but both words are such as many titles have;
    0 neither, or they stand over one text of two sources, or what is unknown may be a word of another language."""
    is_little = pl.col("overlap") < MIN_SUBSTITUTED_OVERLAP
    is_known = pl.max_horizontal("rarest_a", "rarest_b") < UNKNOWN_WORD_WEIGHT
    level = pl.when(is_little).then(1).when(is_known).then(2).otherwise(0)
    is_in_two_languages = compare_bits("title_languages") == 2
    language = sides("text_language")
    is_text_translated = pl.col("share_text") & (language.a != language.b)
    is_in_two_languages |= is_text_translated
    may_be_translated = is_in_two_languages & ~is_known
    # A template has one text for openings of one source that it names apart.
    is_one_text = pl.col("share_text") & ((pl.col("source") == 0) | (pl.col("overlap") < MIN_TITLE_OVERLAP))
    is_excused = may_be_translated | (is_one_text & ~(is_in_two_languages & is_known))
    return pl.when((few > 0) & ~is_excused).then(level).otherwise(0).cast(pl.UInt8)


def _title_facts(few: pl.Expr) -> pl.Expr:
    """How many sorts of fact the two titles contradict one another in, two at most: weeks, numbers (in the same words), hours,
    months, countries or languages, kinds of post."""
    many = pl.max_horizontal("only_a", "only_b")
    contradicted = [
        compare_bits("span").is_between(2, 3),
        (pl.col("numbers") == 2) & (many == 0),
        compare_bits("hours") == 2,
        compare_bits("months") == 2,
        (compare_bits("nations") == 2) & (few > 0),
        _are_unlike_kinds(),
    ]
    return pl.min_horizontal(pl.sum_horizontal(each.cast(pl.UInt8) for each in contradicted), 2)


def _are_unlike_kinds() -> pl.Expr:
    """Whether one title names a kind of post that no title of the other's kinds is taken for."""
    kind = sides("kinds")
    own = sum(kind_bit(name) for name in UNLIKE_KINDS)
    return ((kind.a & own) != (kind.b & own)) & ((kind.a & kind.b) == 0) & (kind.a != 0) & (kind.b != 0)


def _work_modes() -> pl.Expr:
    """1 one is remote and names no place, the other is somewhere; else 0."""
    remote, towns = sides("is_remote"), sides("towns_count")
    is_other = (remote.a != remote.b) & ((towns.a == 0) != (towns.b == 0)) & ((towns.a > 0) != remote.a)
    return is_other.cast(pl.UInt8)


def _texts_of_others(gap: pl.Expr) -> pl.Expr:
    """1 one text under two organizations, in one place: of two branches each may have it, as of sisters in one source or host;
    else 0."""
    # A board may name the capital of a region where an employer names its town.
    is_one_region = (pl.col("regions") >= 3) & (pl.col("organization") < SISTERS)
    is_elsewhere = ((pl.col("towns") == 2) & ~is_one_region) | (pl.col("countries") == 2)
    are_members = pl.col("organization").is_between(SISTERS, PART) & (pl.col("source") == 1)
    is_elsewhere = is_elsewhere | are_members | (_address_ids(gap) == 2)
    return ((pl.col("organization") < SAME_IN_PLACE) & pl.col("share_text") & ~is_elsewhere).cast(pl.UInt8)


def _far_apart() -> pl.Expr:
    """1 posted three months or more apart; 2 in other countries, or in towns 50 km or more apart."""
    is_far = pl.col("distance") >= 2 + DISTANCE_KM_EDGES.index(50)
    is_long_ago = pl.col("gap").is_between(1 + DAY_GAP_EDGES.index(91), len(DAY_GAP_EDGES))
    return pl.when((pl.col("place") == 0) | is_far).then(2).when(is_long_ago).then(1).otherwise(0).cast(pl.UInt8)


def _distances(profiles: pl.DataFrame, pairs: pl.DataFrame) -> pl.Series:
    """For each pair (a, b, towns as of `share`) the level of the way between their nearest places: 0 it is not known, 1 they
    share a town, else by DISTANCE_KM_EDGES."""
    placed = pairs.select("a", "b", "towns").with_row_index("pair")
    others = placed.filter(pl.col("towns") == 2)
    sides = [
        others.select("pair", spot=profiles["spots"].gather(others[side]))
        .explode("spot", empty_as_null=False)
        .drop_nulls()
        for side in "ab"
    ]
    one, other = (pl.col(side).struct for side in ("spot", "spot_right"))
    north, east = (one.field(name) - other.field(name) for name in ("latitude", "longitude"))
    across = (north / 2).sin().pow(2) + one.field("latitude").cos() * other.field("latitude").cos() * (
        east / 2
    ).sin().pow(2)
    way = (
        sides[0].join(sides[1], on="pair")
        .group_by("pair")
        .agg(kilometres=EARTH_DIAMETER_KM * across.clip(0, 1).sqrt().arcsin().min())
    )  # fmt: skip
    return placed.join(way, on="pair", how="left", maintain_order="left").select(
        pl.when(pl.col("towns") >= 3)
        .then(1)
        .when(pl.col("kilometres").is_null())
        .then(0)
        .otherwise(level_of(pl.col("kilometres"), DISTANCE_KM_EDGES) + 1)
        .cast(pl.UInt8)
        .alias("distance")
    )["distance"]
