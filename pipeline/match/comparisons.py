"""What two listings share and what tells them apart: one small number a feature, for many pairs at once.

`compare` looks at the two alone, `compare_rivals` at what else each of them could be. Belongs here: features. Does not
belong here: what a feature is worth (`score`).
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from pipeline.match.profile import RARE_NAME, WEIGHT
from pipeline.match.texts import shape

KILOMETRES = (1, 10, 25, 50, 100, 300, 1000)
"""Between the nearest two places at which another bin begins."""
EARTH = 12742
"""Its diameter in kilometres."""
GAPS = (1, 2, 4, 8, 15, 31, 61, 91, 151, 251)
"""Days between two postings at which another bin begins."""
BINS = {
    "overlap": 9, "unshared_few": 7, "unshared_many": 8, "rarest_few": 5, "rarest_many": 6, "title_source": 4, "length": 6,
    "kinds": 5, "levels": 5, "title_seasons": 5, "seasons": 5, "stated_years": 5, "years": 5, "months": 5, "span": 5,
    "numbers": 5, "place": 10, "place_source": 20, "place_title": 30, "more_towns": 4, "distance": 9, "distance_title": 27,
    "remote": 6, "gap": 12, "crowd": 5, "gap_source": 24, "gap_crowd": 60, "organization": 8, "organization_title": 24,
    "organization_common": 56, "organization_gap": 24, "openings": 8, "alike": 8, "apart": 2,
    "passages": 5, "reference": 4,
    "alone": 46, "ranks": 48, "alone_rank": 48, "margins": 288, "rests": 162, "twin_low": 5, "twin_high": 5,
    "behind_low": 7, "behind_high": 7, "kin": 8,
}  # fmt: skip
"""How many bins each feature has."""

ABOUT = {
    "words of the titles": (
        "overlap", "unshared_few", "unshared_many", "rarest_few", "rarest_many", "title_source", "length",
    ),
    "kind, level, numbers, weeks": ("kinds", "levels", "numbers", "span"),
    "season, year, months": ("title_seasons", "seasons", "stated_years", "years", "months"),
    "places": ("place", "place_source", "place_title", "more_towns", "distance", "distance_title", "remote"),
    "days between": ("gap", "crowd", "gap_source", "gap_crowd"),
    "organisations": ("organization", "organization_title", "organization_common", "organization_gap", "kin"),
    "how many are like them": ("openings", "alike"),
    "far apart in place or time": ("apart",),
    "texts": ("passages", "reference"),
    "by themselves, in the look before": ("alone",),
    "among what else each could be": (
        "ranks", "alone_rank", "margins", "rests", "twin_low", "twin_high", "behind_low", "behind_high",
    ),
}  # fmt: skip
"""What each feature is about, in the words that an explanation is told in."""


class Order(NamedTuple):
    """Bins whose points never fall (`rises`) or never rise: of every `run` bins those from `first` to before `end`."""

    rises: bool
    run: int
    first: int
    end: int


ORDERS = {
    "overlap": Order(True, 9, 0, 9), "unshared_few": Order(False, 7, 0, 7), "unshared_many": Order(False, 8, 0, 8),
    "rarest_few": Order(False, 5, 0, 5), "rarest_many": Order(False, 6, 0, 6), "length": Order(False, 6, 0, 6),
    "more_towns": Order(False, 4, 0, 4), "distance": Order(False, 9, 1, 9), "distance_title": Order(False, 9, 1, 9),
    "gap": Order(False, 12, 0, 11), "gap_source": Order(False, 12, 0, 11), "organization": Order(True, 8, 1, 8),
    "organization_title": Order(True, 8, 1, 8), "organization_common": Order(True, 8, 1, 8),
    "organization_gap": Order(True, 8, 1, 8), "openings": Order(False, 8, 0, 8), "alike": Order(False, 8, 0, 8),
    "alone": Order(True, 23, 0, 23),
    "twin_low": Order(False, 5, 0, 5), "twin_high": Order(False, 5, 0, 5), "behind_low": Order(False, 7, 0, 7),
    "behind_high": Order(False, 7, 0, 7), "kin": Order(True, 8, 0, 8),
}  # fmt: skip
"""What more of a thing can only speak for, or only against; a run stands for each case of the other half of a feature. Not
gap_crowd: what many postings share is the day on which they were collected."""

SAME_REFERENCE, MOST_OF_A_TEXT = 3, 3
LONG_NUMBER = 7
"""Letters and digits of a reference number that an organisation hardly gives twice: "01/2026" is anybody's."""
RELATED_NAME = 3
"""Least bin of `organization` of two names that may be one organisation's."""
FEW_PASSAGES = 3
"""Of a text of fewer many a posting may have all."""
LEAST_OVERLAP, LEAST_OVERLAP_OF_OTHERS = 0.05, 0.35
"""Less of the words of two titles in common, by weight, and they are not compared."""


class Sides(NamedTuple):
    a: pl.Expr
    b: pl.Expr


def both(name: str) -> Sides:
    return Sides(pl.col(f"{name}_a"), pl.col(f"{name}_b"))


def agree(name: str) -> pl.Expr:
    """Two sets as bits: 0 neither is stated, 1 one is not, 2 they are apart, 3 they share some, 4 they are the same."""
    a, b = both(name)
    return (
        pl.when((a == 0) & (b == 0)).then(0)
        .when((a == 0) | (b == 0)).then(1)
        .when((a & b) == 0).then(2)
        .when(a != b).then(3)
        .otherwise(4)
    ).cast(pl.UInt8)  # fmt: skip


def share(profiles: pl.DataFrame, pairs: pl.DataFrame, name: str) -> pl.Series:
    """As `agree`, for sets as lists."""
    told = _sides(profiles, pairs.select("a", "b"), [f"{name}_key", f"{name}_count"])
    key, count = both(f"{name}_key"), both(f"{name}_count")
    is_plain = (
        (key.a == key.b) | (pl.max_horizontal(count.a, count.b) <= 1) | (pl.min_horizontal(count.a, count.b) == 0)
    )
    lists = _sides(profiles, told.select("a", "b", unless=is_plain), [name])
    common = lists.select(pl.col(f"{name}_a").list.set_intersection(f"{name}_b").list.len().alias("common"))
    most = pl.max_horizontal(count.a, count.b)
    return told.hstack(common).select(
        pl.when(most == 0).then(0)
        .when((count.a == 0) | (count.b == 0)).then(1)
        .when(key.a == key.b).then(4)
        .when(pl.col("common").fill_null(0) == 0).then(2)
        .when(pl.col("common") < most).then(3)
        .otherwise(4)
        .cast(pl.UInt8).alias(name)
    ).to_series()  # fmt: skip


def bins(value: pl.Expr, edges: tuple[float, ...]) -> pl.Expr:
    """How many of the edges a value reaches."""
    return pl.sum_horizontal((value >= edge).cast(pl.UInt8) for edge in edges)


def promising(profiles: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs whose titles, or organisation and number, have enough in common to be compared, with the weight of the words
    that they share (shared), and of those that only one has (only_a, only_b), and the heaviest of the latter (rarest_a,
    rarest_b)."""
    told = _sides(profiles, pairs, ["compact", "tokens_key", "tokens_weight"])
    is_same = pl.col("tokens_key_a") == pl.col("tokens_key_b")
    lists = _sides(profiles, told.select("a", "b", unless=is_same), ["tokens", "said"])
    lists = lists.select(
        both=pl.col("tokens_a").list.set_intersection("tokens_b"),
        a=pl.col("tokens_a").list.set_difference("said_b"),
        b=pl.col("tokens_b").list.set_difference("said_a"),
    )
    weights = lists.select(pl.all().list.eval(pl.element() % WEIGHT))
    told = told.hstack(
        weights.select(
            shared=pl.col("both").list.sum(), only_a=pl.col("a").list.sum(), only_b=pl.col("b").list.sum(),
            rarest_a=pl.col("a").list.max(), rarest_b=pl.col("b").list.max(),
        ).select(pl.all().cast(pl.Int32))
    )  # fmt: skip
    names = both("compact")
    # Titles of one organisation and number may be in two languages.
    least = (
        pl.when((names.a != names.b).fill_null(True)).then(LEAST_OVERLAP_OF_OTHERS)
        .when(_references(profiles, pairs) == SAME_REFERENCE).then(0.0)
        .otherwise(LEAST_OVERLAP)
    )  # fmt: skip
    total = pl.col("shared") + pl.col("only_a") + pl.col("only_b")
    return (
        told.select(
            "a", "b", "only_a", "only_b", "rarest_a", "rarest_b", least=least,
            shared=pl.when(is_same).then("tokens_weight_a").otherwise("shared"),
        )
        .fill_null(0)
        .with_columns(overlap=pl.when(total > 0).then(pl.col("shared") / total).otherwise(1.0))
        .filter(pl.col("overlap") >= pl.col("least"))
        .drop("least")
    )  # fmt: skip


def _sides(profiles: pl.DataFrame, pairs: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Pairs with these columns of both sides; null for pairs that are not to be looked at so closely (`unless`)."""
    # Set operations over columns that lie in different chunks fail in polars 2.1.
    pairs, chosen = pairs.rechunk(), profiles.select(columns).rechunk()
    at = pairs.select(pl.when(~pl.col("unless")).then(side) for side in "ab") if "unless" in pairs.columns else pairs
    sides = [chosen.select(pl.all().gather(at[side]).name.suffix(f"_{side}")) for side in "ab"]
    return pl.concat([pairs, *sides], how="horizontal")


COMPARED = (
    "source_id", "compact", "initials", "title_key", "title_length", "day", "is_remote", "kinds", "levels",
    "title_seasons", "seasons", "stated_years", "years", "months", "span", "towns_count", "openings", "alike", "same_day",
)  # fmt: skip


def compare(profiles: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The features of pairs of rows of `profiles`, one column each, of small whole numbers; `pairs` as of `promising`."""
    frame = _sides(profiles, pairs, list(COMPARED))
    compact, names = both("compact"), both("organization_tokens")
    is_same = (compact.a == compact.b).fill_null(False)
    frame = frame.hstack(_sides(profiles, frame.select("a", "b", unless=is_same), ["organization_tokens"])[:, 2:])
    # First what several features rest on.
    frame = frame.with_columns(
        *(share(profiles, pairs, name) for name in ("towns", "regions", "countries", "numbers")),
        name_both=names.a.list.set_intersection(names.b),
        name_a=names.a.list.set_difference(names.b),
        name_b=names.b.list.set_difference(names.a),
        half=bins(pl.col("overlap"), (0.5, 0.999)),
        most=bins(pl.col("overlap"), (0.6, 0.999)),
    )
    weight = pl.element() % WEIGHT
    frame = frame.with_columns(
        name_words=pl.col("name_both").list.len(),
        name_rarest=pl.col("name_both").list.eval(weight).list.max().fill_null(0),
        **{name: pl.col(name).list.eval(weight).list.sum().fill_null(0) for name in ("name_both", "name_a", "name_b")},
    )
    few, many = pl.min_horizontal("only_a", "only_b"), pl.max_horizontal("only_a", "only_b")
    rare_few, rare_many = pl.min_horizontal("rarest_a", "rarest_b"), pl.max_horizontal("rarest_a", "rarest_b")
    title, letters, day = both("title_key"), both("title_length"), both("day")
    gap = (day.a - day.b).abs()
    length = (letters.a - letters.b).abs()
    towns = both("towns_count")
    frame = frame.with_columns(
        organization=_organizations(),
        place=_places(),
        distance=_distances(profiles, frame),
        gap=pl.when(gap.is_null()).then(len(GAPS) + 1).otherwise(bins(gap, GAPS)).cast(pl.UInt8),
        source=(pl.col("source_id_a") == pl.col("source_id_b")).cast(pl.UInt8),
        is_same=(title.a == title.b).cast(pl.UInt8),
        common=bins(pl.col("shared"), (1, 12, 30, 60, 100, 150)),
        crowd=bins(pl.max_horizontal("same_day_a", "same_day_b"), (6, 20, 60, 150)),
        remote=pl.col("is_remote_a").cast(pl.UInt8) + pl.col("is_remote_b").cast(pl.UInt8),
        reference=_references(profiles, frame),
    )
    return frame.select(
        overlap=bins(pl.col("overlap"), (0.2, 0.35, 0.5, 0.6, 0.7, 0.8, 0.9, 0.999)),
        unshared_few=bins(few, (1, 16, 30, 45, 63, 100)),
        unshared_many=bins(many, (1, 16, 30, 45, 63, 100, 160)),
        rarest_few=bins(rare_few, (1, 20, 35, 50)),
        rarest_many=bins(rare_many, (1, 20, 35, 50, 60)),
        title_source=pl.col("is_same") + 2 * pl.col("source"),
        length=bins(length, (1, 4, 10, 20, 35)),
        kinds=agree("kinds"), levels=agree("levels"),
        title_seasons=agree("title_seasons"), seasons=agree("seasons"),
        stated_years=agree("stated_years"), years=agree("years"), months=agree("months"),
        span=agree("span").replace({3: 2}), numbers="numbers",
        place="place",
        place_source=pl.col("place") + 10 * pl.col("source"),
        place_title=pl.col("place") + 10 * pl.col("most"),
        more_towns=bins((towns.a - towns.b).abs(), (1, 2, 4)),
        distance="distance", distance_title=pl.col("distance") + 9 * pl.col("most"),
        remote=pl.col("remote") + 3 * (pl.col("place") <= 2).cast(pl.UInt8),
        gap="gap", crowd="crowd",
        gap_source=pl.col("gap") + 12 * pl.col("source"),
        gap_crowd=pl.col("gap") + 12 * pl.col("crowd"),
        organization="organization",
        organization_title=pl.col("organization") + 8 * pl.col("half"),
        organization_common=pl.col("organization") + 8 * pl.col("common"),
        organization_gap=pl.col("organization") + 8 * bins(gap.fill_null(400), (2, 15)),
        openings=bins(pl.max_horizontal("openings_a", "openings_b"), (3, 6, 12, 25, 50, 100, 200)),
        alike=bins(pl.max_horizontal("alike_a", "alike_b"), (2, 3, 4, 6, 10, 20, 50)),
        apart=_are_apart(),
        reference=pl.when(pl.col("organization") < RELATED_NAME).then(pl.min_horizontal("reference", 2)).otherwise("reference"),
    ).select(pl.all().cast(pl.UInt8))  # fmt: skip


def _organizations() -> pl.Expr:
    """0 one is not stated, 1 nothing in common, 2 a common word, 3 a rare word, 4 the initials of the other, 5 rare words and
    more, 6 one is part of the other, 7 the same."""
    compact, initials = both("compact"), both("initials")
    rare = pl.col("name_rarest") >= RARE_NAME
    least, most = pl.min_horizontal("name_a", "name_b"), pl.col("name_a") + pl.col("name_b")
    acronym = (initials.a == compact.b) | (initials.b == compact.a)
    return (
        pl.when(compact.a.is_null() | compact.b.is_null()).then(0)
        .when(compact.a == compact.b).then(7)
        .when(rare & (least == 0)).then(6)
        .when(rare & (pl.col("name_both") * 3 >= most * 2)).then(5)
        .when(acronym.fill_null(False)).then(4)
        .when(rare).then(3)
        .when(pl.col("name_words") > 0).then(2)
        .otherwise(1)
    ).cast(pl.UInt8)  # fmt: skip


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


def _are_apart() -> pl.Expr:
    """Whether the two lie in other countries, towns 50 km or more apart, or were posted three months or more apart."""
    is_far = pl.col("distance") >= 2 + KILOMETRES.index(50)
    is_long_ago = pl.col("gap").is_between(1 + GAPS.index(91), len(GAPS))
    return ((pl.col("place") == 0) | is_far | is_long_ago).cast(pl.UInt8)


def _references(profiles: pl.DataFrame, pairs: pl.DataFrame) -> pl.Series:
    """Two reference numbers: 0 one has none, or they are made in other ways, 1 they differ, 2 a short one is the same, 3 a long
    one is."""
    told, _ = _texts(profiles, pairs, "reference_numbers")
    number = both("reference_numbers")
    made = Sides(*(side.list.eval(shape(pl.element())) for side in number))
    same, alike = (sides.a.list.set_intersection(sides.b) for sides in (number, made))
    longest = same.list.eval(pl.element().str.len_chars()).list.max().fill_null(0)
    return told.select(
        reference=pl.when(longest >= LONG_NUMBER).then(SAME_REFERENCE)
        .when(longest > 0).then(2)
        .when(alike.list.len() > 0).then(1)
        .otherwise(0)
    )["reference"]  # fmt: skip


def _texts(profiles: pl.DataFrame, pairs: pl.DataFrame, name: str) -> tuple[pl.DataFrame, pl.Expr]:
    """Pairs with what is known of the texts of both, null where one has nothing, and how much the shorter has."""
    count = profiles[name].list.len()
    least = pl.min_horizontal(count.gather(pairs["a"]), count.gather(pairs["b"]))
    told = _sides(profiles, pairs.select("a", "b", unless=least == 0), [name])
    return told, pl.min_horizontal(pl.col(f"{name}_a").list.len(), pl.col(f"{name}_b").list.len())


def _distances(profiles: pl.DataFrame, pairs: pl.DataFrame) -> pl.Series:
    """For each pair (a, b, towns as of `share`) the bin of the way between their nearest places: 0 it is not known, 1 they
    share a town, else by KILOMETRES."""
    told = pairs.select("a", "b", "towns").with_row_index("pair")
    others = told.filter(pl.col("towns") == 2)
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
        .agg(kilometres=EARTH * across.clip(0, 1).sqrt().arcsin().min())
    )  # fmt: skip
    return told.join(way, on="pair", how="left", maintain_order="left").select(
        pl.when(pl.col("towns") >= 3)
        .then(1)
        .when(pl.col("kilometres").is_null())
        .then(0)
        .otherwise(bins(pl.col("kilometres"), KILOMETRES) + 1)
        .cast(pl.UInt8)
        .alias("distance")
    )["distance"]


def compare_passages(profiles: pl.DataFrame, pairs: pl.DataFrame) -> pl.Series:
    """passages, dearer than all that `compare` looks at: how much of the shorter text of two stands in the other. 0 nothing, so
    that they may be in two languages, or one has hardly a text; 1 less than half, as what an employer says of itself in every
    posting; 2 less than three quarters, 3 most, 4 nearly all."""
    told, least = _texts(profiles, pairs, "passages")
    common = pl.col("passages_a").list.set_intersection("passages_b").list.len().fill_null(0)
    part = bins(common / least, (0.5, 0.75, 0.9))
    return told.select(
        passages=pl.when((common > 0) & (least >= FEW_PASSAGES)).then(1 + part).otherwise(0).cast(pl.UInt8)
    )["passages"]


def share_text(listings: pl.DataFrame, pairs: pl.DataFrame) -> pl.Series:
    """Whether pairs of listings (passages, reference_numbers) have most of a text, or a reference number, in common."""
    return (compare_passages(listings, pairs) >= MOST_OF_A_TEXT) | (_references(listings, pairs) == SAME_REFERENCE)


def compare_rivals(profiles: pl.DataFrame, scored: pl.DataFrame) -> pl.DataFrame:
    """The features of pairs among their rivals: what each listing could be instead.

    `scored`: a, b and score, what the pair alone is worth, in hundredths of the logarithm of its odds; every pair that is
    worth anything, since the others are its rivals."""
    sources = profiles["source_id"].to_physical().rank("dense").cast(pl.UInt32)
    pairs = scored.select(
        "a", "b", "score",
        source_a=sources.gather(scored["a"]), source_b=sources.gather(scored["b"]),
        chance=(1000 / (1 + (-pl.col("score") / 100).exp())).round().cast(pl.Int32),
    )  # fmt: skip
    stands = _stands(pairs, profiles.height)
    names = stands.columns
    sides = [
        stands.slice(number * pairs.height, pairs.height).select(pl.all().name.suffix(f"_{side}"))
        for number, side in enumerate("ab")
    ]
    told = pl.concat([pairs, *sides], how="horizontal")
    told = told.with_columns(
        kin=_kin(profiles, pairs), source=(pl.col("source_a") == pl.col("source_b")).cast(pl.UInt16)
    )
    low = {name: pl.min_horizontal(f"{name}_a", f"{name}_b") for name in names}
    high = {name: pl.max_horizontal(f"{name}_a", f"{name}_b") for name in names}
    rests = (50, 150, 300, 600, 1000, 1500, 2500, 4000)
    margins = (-400, -200, -100, -50, -1, 1, 50, 100, 200, 400, 800)
    ranks = bins(high["rank"], (2, 3, 4, 6, 10)).cast(pl.UInt16)
    twins, behinds = (50, 200, 400, 700), (1, 50, 100, 200, 300, 500)
    return told.select(
        alone=bins(pl.col("score"), tuple(range(-600, 500, 50))).cast(pl.UInt16) + 23 * pl.col("source"),
        ranks=bins(low["rank"], (2, 3, 5)).cast(pl.UInt16) * 6 + ranks + 24 * pl.col("source"),
        alone_rank=bins(pl.col("score"), (-400, -300, -200, -100, 0, 100, 200)).cast(pl.UInt16) * 6 + ranks,
        margins=bins(low["margin"], margins).cast(pl.UInt16) * 12 + bins(high["margin"], margins) + 144 * pl.col("source"),
        rests=bins(low["rest"], rests).cast(pl.UInt16) * 9 + bins(high["rest"], rests) + 81 * pl.col("source"),
        twin_low=bins(low["twin"], twins), twin_high=bins(high["twin"], twins),
        behind_low=bins(low["behind"], behinds), behind_high=bins(high["behind"], behinds),
        kin=bins(pl.col("kin"), (50, 100, 300, 700, 1500, 3000, 6000)),
    ).select(pl.all().cast(pl.UInt16))  # fmt: skip


def _stands(pairs: pl.DataFrame, count: int) -> pl.DataFrame:
    """How each pair stands, first for all pairs as `a` sees it, then as `b` does, among the pairs of that listing, one of so
    many, with listings of the other's source: rank; margin before the best other one, or behind the best; rest, the chances
    of the others together. twin: the best chance within its own source; behind: how far the best of all its pairs is
    ahead."""
    looks = pl.concat(
        pairs.select("score", "chance", one=one, source=f"source_{other}", own=f"source_{one}")
        for one, other in (("a", "b"), ("b", "a"))
    )
    # One number to sort by: listing, source, best score first.
    group = pl.col("one").cast(pl.Int64) * _SOURCES + pl.col("source")
    order = looks.select(
        order=group * 2 * _FARTHEST + (_FARTHEST - pl.col("score").clip(-_FARTHEST, _FARTHEST))
    ).to_series()
    sorting = order.arg_sort()
    at = pl.int_range(pl.len(), dtype=pl.Int32)
    order, looks = order.gather(sorting), looks[sorting]
    group = pl.col("order") // (2 * _FARTHEST)
    starts, runs = (pl.col(name) != pl.col(name).shift(1) for name in ("group", "order"))
    places = (
        order.to_frame("order")
        .with_columns(group=group)
        .select(
            start=pl.when(starts.fill_null(True)).then(at).forward_fill(),
            run=pl.when(runs.fill_null(True)).then(at).forward_fill(),
            end=pl.when((pl.col("group") != pl.col("group").shift(-1)).fill_null(True)).then(at).backward_fill(),
        )
    )
    looks = looks.hstack(places).with_columns(until=pl.col("chance").cum_sum())
    best = pl.col("score").gather(pl.col("start"))
    second = pl.col("score").gather(pl.min_horizontal(pl.col("start") + 1, "end"))
    is_single = pl.col("start") == pl.col("end")
    is_best = (pl.col("run") == pl.col("start")) & (is_single | (best != second))
    total = (
        pl.col("until").gather(pl.col("end"))
        - pl.col("until").gather(pl.col("start"))
        + pl.col("chance").gather(pl.col("start"))
    )
    # The best of a listing and a source stands first.
    firsts = looks.filter(pl.col("start") == at)
    twins = firsts.filter(pl.col("source") == pl.col("own"))
    twin = pl.repeat(0, count, dtype=pl.Int32, eager=True).scatter(twins["one"], twins["chance"])
    highest = firsts.group_by("one").agg(pl.col("score").max())
    first = pl.repeat(0, count, dtype=pl.Int32, eager=True).scatter(highest["one"], highest["score"])
    stands = looks.select(
        rank=pl.col("run") - pl.col("start") + 1,
        margin=pl.col("score") - pl.when(~is_best).then(best).when(is_single).then(-1200).otherwise(second),
        rest=total - pl.col("chance"),
        twin=twin.gather(looks["one"]),
        behind=first.gather(looks["one"]) - looks["score"],
    )
    back = pl.repeat(0, looks.height, dtype=pl.UInt32, eager=True)
    return stands[back.scatter(sorting, pl.int_range(looks.height, dtype=pl.UInt32, eager=True))]


_SOURCES, _FARTHEST = 1 << 16, 1 << 12
"""More than there are sources, and than any score is away from nothing."""


def _kin(profiles: pl.DataFrame, pairs: pl.DataFrame) -> pl.Series:
    """For each pair how much speaks for its two organisations being one, by their other listings; 0 where they are the same
    or unknown."""
    names = profiles["compact"].to_physical()
    told = pairs.select("chance", x=names.gather(pairs["a"]), y=names.gather(pairs["b"])).select(
        "chance", low=pl.min_horizontal("x", "y"), high=pl.max_horizontal("x", "y")
    )
    differ = (pl.col("low") != pl.col("high")).fill_null(False)
    return told.select(
        pl.when(differ).then(pl.col("chance").sum().over("low", "high") - pl.col("chance")).otherwise(0).alias("kin")
    )["kin"]
