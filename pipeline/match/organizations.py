"""Organizations as they are compared: what sort of body a name is, for which country it stands, where it sits, and the
words left.

Names of one body differ by language, legal form, place and abbreviation; names of two bodies may differ by one word only
(University of Porto, University of Algarve). Belongs here: reading one name, and relating two. Does not belong here:
listings (`profile`), and what a relation weighs (`weights`). Words are in data/reference/organization_words.yaml, other
names of one body in organization_names.yaml; countries and towns come from the place names of cleaning.
"""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from pipeline.clean.language_tools.dictionary import flat, read_reference
from pipeline.clean.where.place_names import fold, named_places, readings_of
from pipeline.match.cognates import latin_letters
from pipeline.match.keys import UNSPACED_LETTER
from pipeline.match.nations import demonyms, nations_of
from pipeline.match.title_words import concepts_of
from pipeline.match.word_weights import TOKEN_STRIDE, UNKNOWN_WORD_WEIGHT, stems_of, word_weights

NOT_STATED, UNLIKE, COMMON_WORD, SISTERS, PART, SAME_IN_PLACE, SAME_WORDS, SAME_NAME = range(8)
"""How two names are related: one is not stated; nothing in common, or contradicting; a common word; a rare word, and other
rare words on both sides; one has distinguishing words more (a subsidiary, a faculty); the same only if both are in one
place (initials, a mission that does not name its seat, University of York and York University); the same but for words that
tell no bodies apart, places, language; the same."""

MIN_RARE_NAME_WEIGHT = 40
"""Least weight of a word that may stand for an organization."""
MIN_TOWN_POPULATION = 50_000
"""Of smaller towns the names are words of any kind."""
PAIRS_AT_ONCE = 100_000
"""Pairs of organizations that are compared at the same time: what each side is called takes a kilobyte."""
MIN_INITIALS = 3
MIN_METROPOLIS_POPULATION = 300_000
"""Of smaller towns the names are not looked for in scripts without blanks, where they may be part of any word."""
MIN_MISSPELLED_LETTERS, MAX_MISSPELLED_BIGRAMS = 6, 3
"""Letters of a name that is known in spite of a slip, and pairs of letters that a slip (one letter wrong, lost, added, or two
exchanged) alters at most."""
MIN_PART_LETTERS = 4
"""Letters of an acronym that is known within a longer name too."""
DIVISIONS = ("department", "faculty", "institute")
"""Kinds of bodies that are parts of universities."""
_HOST_FIRST = r"^\s*(?:在|駐|주)"
_COUNTRY, _TOWN, _KIND = "@", "#", "="


def describe_organizations(keys: pl.Series) -> pl.DataFrame:
    """One row for each of these keys (`keys.organization_key`), in their order.

    organization; mission (its kind, null for other bodies), sender (country it stands for); countries (codes, also of the
    towns named), towns, core (tokens: the words left, with the kinds of other bodies): lists; compact, initials (list): for
    acronyms."""
    rows = pl.DataFrame({"organization": keys}).with_row_index("row")
    rows = rows.with_columns(canonical=_canonical(keys))
    tagged = _tagged(rows["canonical"])
    words = (
        rows.select("row", word=tagged.str.strip_chars(" ").str.split("  "))
        .explode("word", empty_as_null=False)
        .filter(pl.col("word") != "")
        .join(_vocabulary(tagged), on="word", maintain_order="left")
    )
    of_name = words.group_by("row", maintain_order=True).agg(
        mission=pl.col("mission").drop_nulls().first(),
        named=pl.col("country").filter(~pl.col("is_town")).drop_nulls(),
        countries=pl.col("country").drop_nulls().unique().sort(),
        towns=pl.col("word").filter("is_town").unique().sort(),
        core=pl.col("token").drop_nulls().unique().sort(),
        kinds=pl.col("word").filter(pl.col("word").str.starts_with(_KIND)).unique().sort().str.join(),
    )
    is_host_first = pl.col("organization").str.contains(_HOST_FIRST)
    sender = pl.when(is_host_first).then(pl.col("named").list.last()).otherwise(pl.col("named").list.first())
    words_of = pl.col("organization").str.split(" ")
    # A name and its transliteration are compared letter by letter.
    compact = pl.col("canonical").str.replace_all(" ", "", literal=True).str.replace_many(*latin_letters())
    return (
        rows.join(of_name, on="row", how="left", maintain_order="left")
        .with_columns(
            compact=compact,
            initials=pl.concat_list(
                pl.when(initials.str.len_chars() >= MIN_INITIALS).then(initials) for initials in _initials(words_of)
            ).list.drop_nulls(),
            bigrams=pl.concat_list(compact.str.slice(start).str.extract_all("..") for start in (0, 1)).list.unique(),
            short=words_of.list.eval(
                pl.element().filter(pl.element().str.len_chars() < MIN_MISSPELLED_LETTERS)
            ).list.join(" "),
            sender=pl.when(pl.col("mission").is_not_null()).then(sender),
        )
        .select(
            "organization",
            "compact",
            "initials",
            "mission",
            "sender",
            "countries",
            "towns",
            "core",
            "bigrams",
            "short",
            "kinds",
        )
        .rechunk()
    )


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
    sides = [described.select(pl.all().gather(distinct[side]).name.suffix(f"_{side}")) for side in "ab"]
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
        slips=pl.max_horizontal(
            pl.col(f"bigrams_{one}").list.set_difference(f"bigrams_{other}").list.len() for one, other in ("ab", "ba")
        ),
        letters=pl.min_horizontal(pl.col(f"compact_{side}").str.len_chars() for side in "ab"),
        is_acronym=pl.col("initials_a").list.contains(pl.col("compact_b"))
        | pl.col("initials_b").list.contains(pl.col("compact_a")),
    )
    return frame.select("a", "b", relation=pl.when(_is_mission_pair()).then(_missions()).otherwise(_bodies()))


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
    return (
        pl.when(~is_same.fill_null(False) | other_host | _are_disjoint("towns")).then(UNLIKE)
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
    is_misspelled = (
        (pl.col("slips") <= MAX_MISSPELLED_BIGRAMS)
        & (pl.col("letters") >= MIN_MISSPELLED_LETTERS)
        & (pl.col("short_a") == pl.col("short_b"))
    )
    is_rest_equal = (pl.col("only_a") == 0) & (pl.col("only_b") == 0)
    # A faculty is a part of its university; a medical university is another university.
    is_other_of_kind = (pl.col("kinds_a") == pl.col("kinds_b")) & (pl.col("kinds_a") != "") & (pl.col("shared") > 0)
    return (
        pl.when(pl.col("compact_a") == pl.col("compact_b")).then(SAME_NAME)
        .when(pl.col("other_places")).then(UNLIKE)
        .when(pl.col("is_acronym") | is_misspelled).then(SAME_IN_PLACE)
        .when(is_rest_equal & is_rare).then(SAME_WORDS)
        .when(is_rest_equal & (has_name | (pl.col("shared") > 1))).then(SAME_IN_PLACE)
        .when(_is_division() & is_rare).then(SAME_IN_PLACE)
        .when(is_other_of_kind & ~is_rest_equal).then(SISTERS)
        .when((pl.min_horizontal("only_a", "only_b") == 0) & has_name & (pl.col("shared") > 0)).then(PART)
        .when(is_rare).then(SISTERS)
        .when(pl.col("shared") > 0).then(COMMON_WORD)
        .otherwise(UNLIKE)
    )  # fmt: skip


def _is_division() -> pl.Expr:
    """Whether one is a university, and the other a faculty, department or institute of that one."""
    is_longer = pl.min_horizontal("only_a", "only_b") == 0
    kinds = [pl.col(f"kinds_{side}") for side in "ab"]
    university, division = rf"^{_KIND}(?:\w+ )*university$", rf"{_KIND}(?:{'|'.join(DIVISIONS)})"
    return is_longer & pl.any_horizontal(
        one.str.contains(university) & other.str.contains("university$") & other.str.contains(division)
        for one, other in (kinds, kinds[::-1])
    )


def _tagged(names: pl.Series) -> pl.Series:
    """Names with two blanks between words, and tokens for what is known: `=embassy`, `@KE`, `#29236` for a town."""
    spaced = pl.format(" {} ", pl.col("name").str.replace_all(" ", "  ", literal=True))
    glued, tokens = _unspaced_phrases()
    apart = names.alias("name").to_frame().with_columns(spaced)
    apart = apart.select(
        pl.when(pl.col("name").str.contains(UNSPACED_LETTER))
        .then(pl.col("name").str.replace_many(glued, [f"  {token}  " for token in tokens], leftmost=True))
        .otherwise("name")
    )
    words = apart.select(pl.col("name").str.strip_chars(" ").str.split("  ").list.explode().unique())["name"]
    phrases = _kind_phrases() | _country_phrases() | _void_phrases()
    for key, token in _place_tokens(words).items():
        phrases.setdefault(key, token)
    ordered = sorted(phrases.items(), key=lambda phrase: (-len(phrase[0]), phrase[0]))
    pattern = [f" {key.replace(' ', '  ')} " for key, _ in ordered]
    return apart.select(
        pl.col("name").str.replace_many(pattern, [f" {token} " for _, token in ordered], leftmost=True)
    )["name"]


def _vocabulary(tagged: pl.Series) -> pl.DataFrame:
    """word, mission, country, is_town, is_void, token (number of a stem, with its weight; null for what is no core word)."""
    words = tagged.str.strip_chars(" ").str.split("  ").explode().unique().drop_nulls().sort()
    word = pl.col("word")
    concept = pl.coalesce(pl.lit(concepts_of(words)), word)
    latin = words.alias("word").to_frame().select(concept.str.replace_many(*latin_letters())).to_series()
    stem = pl.lit(stems_of(latin, "name"))
    missions = [f"{_KIND}{name}" for name in read_reference("organization_words")["missions"]]
    country = (
        pl.when(word.str.starts_with(_COUNTRY)).then(word.str.slice(1))
        .when(word.str.starts_with(_TOWN)).then(word.str.extract(r":(..)$"))
        .otherwise(pl.lit(nations_of(words)))
    )  # fmt: skip
    frame = (
        words.alias("word")
        .to_frame()
        .with_columns(
            mission=pl.when(word.is_in(missions)).then(word.str.slice(1)),
            country=country,
            is_town=word.str.starts_with(_TOWN),
            is_void=word.is_in(_void_words()),
            weight=stem.replace_strict(word_weights()["name"], default=UNKNOWN_WORD_WEIGHT, return_dtype=pl.UInt64),
        )
    )
    is_core = ~pl.col("is_void") & pl.col("mission").is_null() & pl.col("country").is_null()
    number = stem.hash() // TOKEN_STRIDE * TOKEN_STRIDE
    is_kind = word.str.starts_with(_KIND)
    return frame.with_columns(token=pl.when(is_core).then(number + pl.when(is_kind).then(1).otherwise("weight"))).drop(
        "weight"
    )


def _place_tokens(words: pl.Series) -> dict[str, str]:
    """For each name of a country or large town whose words are among these: its token."""
    tokens = {}
    for key, readings in readings_of(fold(word) for word in words).items():
        best = readings[0]
        if len(key) < MIN_INITIALS or key in _void_words() or key.endswith(" state"):
            continue
        if best.kind == 0:
            tokens[key] = f"{_COUNTRY}{best.country}"
        elif best.population >= MIN_TOWN_POPULATION:
            tokens[key] = f"{_TOWN}{best.place}:{best.country}"
    return tokens


def _canonical(keys: pl.Series) -> pl.Series:
    """Names with the one that stands for all names of a body, wherever another one is part of them, and without an acronym that
    stands beside the name it is made of."""
    whole, parts = _other_names()
    name = pl.col("name")
    words = name.str.split(" ")
    bare = keys.alias("name").to_frame().with_columns(name.str.replace(r"^u ?n ", "united nations "))
    for acronym, rest in (
        (words.list.last(), words.list.slice(0, words.list.len() - 1)),
        (words.list.first(), words.list.slice(1)),
    ):
        stands_for = pl.concat_list(
            acronym.replace(whole) == rest.list.join(" ").replace(whole),
            *(acronym == initials for initials in _initials(rest)),
        ).list.any()
        is_both = (words.list.len() > MIN_INITIALS) & stands_for.fill_null(False)
        is_first = acronym.is_in(sorted(set(whole.values())))
        of_both = pl.when(is_first).then(acronym).otherwise(rest.list.join(" "))
        bare = bare.select(name=pl.when(is_both).then(of_both).otherwise(name))
    spaced = pl.format(" {} ", name.replace(whole))
    return bare.select(
        spaced.str.replace_many(list(parts), list(parts.values()), leftmost=True).str.strip_chars(" ").alias("name")
    )["name"]


def _initials(words: pl.Expr) -> list[pl.Expr]:
    """First letters of all words of a list, and of those that are not void."""
    telling = words.list.eval(pl.element().filter(~pl.element().is_in(_void_words())))
    return [each.list.eval(pl.element().str.head(1)).list.join("") for each in (words, telling)]


@cache
def _other_names() -> tuple[dict[str, str], dict[str, str]]:
    """For other names of a body the one that stands for all: where they are the whole name, and where they may be part of one."""
    whole: dict[str, str] = {}
    parts: dict[str, str] = {}
    for group, bodies in read_reference("organization_names").items():
        for first, others in bodies.items():
            # However a name is written, it begins in full here.
            others = [re.sub("^un ", "united nations ", name) for name in others]
            whole |= dict.fromkeys(others, first)
            is_part = [
                name
                for name in (first, *others)
                if " " in name or (group != "companies" and len(name) >= MIN_PART_LETTERS)
            ]
            parts |= {f" {name} ": f" {first} " for name in is_part}
    ordered = sorted(parts, key=lambda name: (-len(name), name))
    return whole, {name: parts[name] for name in ordered}


@cache
def _kind_phrases() -> dict[str, str]:
    reference = read_reference("organization_words")
    return {
        phrase: f"{_KIND}{kind}"
        for group in ("bodies", "missions")
        for kind, by_language in reference[group].items()
        for phrase in flat(by_language)
    }


@cache
def _country_phrases() -> dict[str, str]:
    return {
        phrase: f"{_COUNTRY}{code}"
        for code, phrases in read_reference("organization_words")["countries"].items()
        for phrase in phrases
        if "*" not in phrase
    }


@cache
def _void_phrases() -> dict[str, str]:
    return {phrase: "" for phrase in flat(read_reference("organization_words")["void"]) if " " in phrase}


@cache
def _void_words() -> frozenset[str]:
    return frozenset(phrase for phrase in flat(read_reference("organization_words")["void"]) if " " not in phrase)


@cache
def _unspaced_phrases() -> tuple[list[str], list[str]]:
    """Phrases of scripts without blanks, and their tokens, the longest first."""
    phrases = _kind_phrases() | dict.fromkeys(_void_words(), " ")
    exact, _ = demonyms()
    phrases |= {word: f"{_COUNTRY}{code}" for word, code in exact.items()} | _unspaced_places()
    glued = [(word, token) for word, token in phrases.items() if re.search(UNSPACED_LETTER, word)]
    glued.sort(key=lambda phrase: (-len(phrase[0]), phrase[0]))
    return [word for word, _ in glued], [token for _, token in glued]


@cache
def _unspaced_places() -> dict[str, str]:
    """Tokens of countries and large towns by their names in scripts without blanks."""
    named = named_places().filter(
        pl.col("key").str.contains(UNSPACED_LETTER)
        & ((pl.col("kind") == 0) | (pl.col("population") >= MIN_METROPOLIS_POPULATION))
    )
    names = named.select(
        pl.col("key").str.replace_all(" ", "", literal=True),
        token=pl.when(pl.col("kind") == 0).then(pl.format(f"{_COUNTRY}{{}}", "country"))
        .otherwise(pl.format(f"{_TOWN}{{}}:{{}}", "place", "country")),
    ).filter(pl.col("key").str.len_chars() > 1)  # fmt: skip
    return dict(names.unique("key", keep="first", maintain_order=True).iter_rows())
