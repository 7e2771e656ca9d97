"""Organizations as they are compared: what sort of body a name is, for which country it stands, where it sits, and the
words left.

Names of one body differ by language, legal form, place and abbreviation; names of two bodies may differ by one word only
(University of Porto, University of Algarve). Belongs here: reading one name. Does not belong here: how two are related
(`organization_relations`), and listings (`profile`). Words are in data/reference/organization_words.yaml, other
names of one body in organization_names.yaml; countries and towns come from the place names of cleaning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

import polars as pl

from pipeline.clean.language_tools.dictionary import flat, read_reference
from pipeline.clean.where.place_names import CITY, COUNTRY, LOST, REGION, Reading, fold, named_places, readings_of
from pipeline.match.cognates import latin_letters
from pipeline.match.keys import UNSPACED_LETTER
from pipeline.match.nations import demonyms, nations_of
from pipeline.match.title_words import concepts_of
from pipeline.match.word_weights import TOKEN_STRIDE, UNKNOWN_WORD_WEIGHT, stems_of, word_weights

MIN_RARE_NAME_WEIGHT = 40
"""Least weight of a word that may stand for an organization."""
MIN_TOWN_POPULATION = 50_000
"""Of smaller towns the names are words of any kind."""
MIN_INITIALS = 3
MIN_METROPOLIS_POPULATION = 300_000
"""Of smaller towns the names are not looked for in scripts without blanks, where they may be part of any word."""
MIN_MISSPELLED_LETTERS = 6
"""Letters of a name that is known in spite of a slip."""
MIN_PART_LETTERS = 4
"""Letters of an acronym that is known within a longer name too."""
MIN_TOWN_LETTERS, MAX_TOWN_ENDING = 4, 3
"""Letters of a metropolis that is known in another case, and most letters of the ending of that."""
DESCRIBED = pl.Schema(
    {
        "organization": pl.String(), "compact": pl.String(), "initials": pl.List(pl.String), "mission": pl.String(),
        "sender": pl.String(), "countries": pl.List(pl.String), "towns": pl.List(pl.String), "core": pl.List(pl.UInt64),
        "bigrams": pl.List(pl.String), "letters": pl.UInt64(), "numbers": pl.String(), "short": pl.String(), "kinds": pl.String(),
    }
)  # fmt: skip
"""Columns of `describe_organizations`."""
NOT_DESCRIBED = pl.DataFrame(schema=DESCRIBED)
_TOWN_ADJECTIVE = re.compile(r"^(\w{6,}(?=[sia]$)|\w{4,}?(?=(?:er|se|sk\w{0,3}|ск\w{0,3}|ськ\w{0,3})$))")
"""What names of towns end in where they stand as adjectives or genitives: Berliner, budapesti, київська. One letter more makes
many a short name a word or a firm's."""
_COMPOUND_MINISTRY = r"\b(\p{L}{4,})(ministeerium|ministerium|ministeriet|ministerie|miniszterium)\b"
"""Kultuuriministeerium, Kultusministerium."""
_HOST_FIRST = r"^\s*(?:在|駐|주)"
_COUNTRY, _TOWN, KIND = "@", "#", "="
KIND_WEIGHT = 1
"""Weight of a kind of body beside the words of a name."""


def described_organizations(keys: pl.Series, known: pl.DataFrame) -> pl.DataFrame:
    """As `describe_organizations`, which sees only those of the keys that are not `known` (described before, by these rules)."""
    unknown = keys.filter(~keys.is_in(known["organization"].implode()))
    every = pl.concat([known, describe_organizations(unknown)])
    order = keys.alias("organization").to_frame()
    return order.join(every, on="organization", how="left", maintain_order="left").rechunk()


def describe_organizations(keys: pl.Series) -> pl.DataFrame:
    """One row for each of these keys (`keys.organization_key`), in their order.

    organization; mission (its kind, null for other bodies), sender (country it stands for); countries (codes, also of the
    towns named), towns, core (tokens: the words left, with the kinds of other bodies): lists; compact, initials (list): for
    acronyms; bigrams, short, letters (a number for all of them): for slips; kinds; numbers (the digits)."""
    rows = pl.DataFrame({"organization": keys}).with_row_index("row")
    rows = rows.with_columns(canonical=_canonical(keys))
    tagged = _tagged(_with_inflected_towns(rows["canonical"]))
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
        kinds=pl.col("word").filter(pl.col("word").str.starts_with(KIND)).unique().sort().str.join(),
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
            letters=compact.str.extract_all(".").list.eval(pl.element().hash()).list.sum(),
            numbers=compact.str.extract_all(r"\d+").list.join(" "),
            short=words_of.list.eval(
                pl.element().filter(pl.element().str.len_chars() < MIN_MISSPELLED_LETTERS)
            ).list.join(" "),
            sender=pl.when(pl.col("mission").is_not_null()).then(sender),
        )
        .select(DESCRIBED.names())
        .rechunk()
    )


def _tagged(names: pl.Series) -> pl.Series:
    """Names with two blanks between words, and tokens for what is known: `=embassy`, `@KE`, `#29236` for a town."""
    parted = pl.col("name").str.replace_all(_COMPOUND_MINISTRY, "$1 $2")
    parted = parted.str.replace_all(" bundes ", " ", literal=True).str.replace("^bundes ", "")
    spaced = pl.format(" {} ", parted.str.replace_all(" ", "  ", literal=True))
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
    missions = [f"{KIND}{name}" for name in read_reference("organization_words")["missions"]]
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
            is_void=word.is_in(void_words()),
            weight=stem.replace_strict(word_weights()["name"], default=UNKNOWN_WORD_WEIGHT, return_dtype=pl.UInt64),
        )
    )
    is_core = ~pl.col("is_void") & pl.col("mission").is_null() & pl.col("country").is_null()
    number = stem.hash() // TOKEN_STRIDE * TOKEN_STRIDE
    is_kind = word.str.starts_with(KIND)
    return frame.with_columns(
        token=pl.when(is_core).then(number + pl.when(is_kind).then(KIND_WEIGHT).otherwise("weight"))
    ).drop("weight")


def _place_tokens(words: pl.Series) -> dict[str, str]:
    """For each name of a country or large town whose words are among these: its token."""
    tokens = {}
    for key, readings in readings_of(fold(word) for word in words).items():
        best = _as_town(readings)
        if len(key) < MIN_INITIALS or key in void_words() or key.endswith(" state"):
            continue
        if best.kind == REGION and key in _directions():
            continue
        if best.kind == COUNTRY:
            tokens[key] = f"{_COUNTRY}{best.country}"
        elif best.population >= MIN_TOWN_POPULATION:
            tokens[key] = f"{_TOWN}{best.place}:{best.country}"
    for word in words:
        bare = _TOWN_ADJECTIVE.match(word)
        if bare and word not in tokens and bare[1] in _metropolises(as_written=True):
            tokens[word] = _metropolises(as_written=True)[bare[1]]
    return tokens


def _as_town(readings: Sequence[Reading]) -> Reading:
    """The first reading of a name, but the town where that is the region around it: canton and city of Bern."""
    best = readings[0]
    if best.kind != REGION:
        return best
    towns = (each for each in readings if each.kind == CITY and each.country == best.country)
    return next((town for town in towns if town.population >= MIN_TOWN_POPULATION), best)


def _with_inflected_towns(names: pl.Series) -> pl.Series:
    """Names with the token of the metropolis that stands at their end in another case, after a Slavic preposition."""
    tail = names.alias("name").to_frame().select(pl.col("name").str.extract(_locative(), 1))["name"]
    rows = tail.is_not_null().arg_true()
    endings = tail.gather(rows)
    # What has a meaning as it is written keeps that.
    exact = _kind_phrases() | _country_phrases() | _void_phrases()
    exact |= _place_tokens(endings.str.split(" ").explode(empty_as_null=False).unique())
    named = [_named_town(name, ending, exact) for name, ending in zip(names.gather(rows), endings, strict=True)]
    return names.scatter(rows, pl.Series(named, dtype=pl.String))


def _named_town(name: str, tail: str, exact: Mapping[str, str]) -> str:
    """A name with a token for the town that its `tail` begins with, one word or two."""
    beginnings = _town_beginnings()
    words = tail.split(" ")
    for phrase in (" ".join(words[:2]), words[0]):
        if phrase in exact:
            return name
        ends = range(len(phrase), max(len(phrase) - MAX_TOWN_ENDING, MIN_TOWN_LETTERS) - 1, -1)
        if token := next((beginnings[phrase[:end]] for end in ends if phrase[:end] in beginnings), None):
            return name.removesuffix(tail) + token + tail.removeprefix(phrase)
    return name


@cache
def _directions() -> frozenset[str]:
    return frozenset(flat(read_reference("organization_words")["directions"]))


@cache
def _locative() -> str:
    """The end of a name after a word that puts a town in another case."""
    words = "|".join(sorted(set(flat(read_reference("organization_words")["locative_after"]))))
    return rf" (?:{words}) (\S{{5,}}(?: \S+)?|\S+ \S{{4,}})$"


@cache
def _metropolises(as_written: bool = False) -> dict[str, str]:
    """Tokens of large towns by their names; `as_written`: without those that lost letters."""
    towns = named_places((pl.col("kind") == CITY) & (pl.col("population") >= MIN_METROPOLIS_POPULATION))
    if as_written:
        towns = towns.filter(pl.col("form") != LOST)
    table = towns.sort("population", "place", descending=[True, False]).select(
        "key", pl.format(f"{_TOWN}{{}}:{{}}", "place", "country").alias("token")
    )
    return dict(table.unique("key", keep="first", maintain_order=True).iter_rows())


@cache
def _town_beginnings() -> dict[str, str]:
    """Tokens of large towns by what stays of their names in any case: all but a last vowel."""
    beginnings: dict[str, str] = {}
    for name, token in _metropolises().items():
        if len(name) > MIN_TOWN_LETTERS:
            beginnings.setdefault(re.sub("[aeiouyаеиоуя]$", "", name), token)
    return beginnings


def _canonical(keys: pl.Series) -> pl.Series:
    """Names with the one that stands for all names of a body, wherever another one is part of them, and without an acronym that
    stands beside the name it is made of."""
    whole, parts = _other_names()
    name = pl.col("name")
    words = name.str.split(" ")
    is_known = name.is_in([*whole, *set(whole.values())])
    bare = keys.alias("name").to_frame()
    bare = bare.select(name=pl.when(is_known).then(name).otherwise(name.str.replace(r"^u ?n ", "united nations ")))
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
    # Two blanks, so that one name may stand beside another.
    spaced = pl.format(" {} ", name.replace(whole).str.replace_all(" ", "  ", literal=True))
    one_blank = spaced.str.replace_many(list(parts), list(parts.values()), leftmost=True).str.replace_all(" +", " ")
    return bare.select(one_blank.str.strip_chars(" ").alias("name"))["name"]


def _initials(words: pl.Expr) -> list[pl.Expr]:
    """First letters of all words of a list, and of those that are not void."""
    distinctive = words.list.eval(pl.element().filter(~pl.element().is_in(void_words())))
    return [each.list.eval(pl.element().str.head(1)).list.join("") for each in (words, distinctive)]


@cache
def _other_names() -> tuple[dict[str, str], dict[str, str]]:
    """For other names of a body the one that stands for all: where they are the whole name, and where they may be part of one."""
    whole: dict[str, str] = {}
    parts: dict[str, str] = {}
    for group, bodies in read_reference("organization_names").items():
        for first, others in bodies.items():
            # A name that is not known as it is written is looked for in full.
            whole |= dict.fromkeys([*others, *(re.sub("^un ", "united nations ", name) for name in others)], first)
            is_part = [
                name
                for name in (first, *others)
                if " " in name or (group != "companies" and len(name) >= MIN_PART_LETTERS)
            ]
            parts |= {f" {name.replace(' ', '  ')} ": f" {first} " for name in is_part}
    ordered = sorted(parts, key=lambda name: (-len(name), name))
    return whole, {name: parts[name] for name in ordered}


@cache
def _kind_phrases() -> dict[str, str]:
    reference = read_reference("organization_words")
    return {
        phrase: f"{KIND}{kind}"
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
def void_words() -> frozenset[str]:
    return frozenset(phrase for phrase in flat(read_reference("organization_words")["void"]) if " " not in phrase)


@cache
def _unspaced_phrases() -> tuple[list[str], list[str]]:
    """Phrases of scripts without blanks, and their tokens, the longest first."""
    phrases = _kind_phrases() | dict.fromkeys(void_words(), " ")
    exact, _ = demonyms()
    phrases |= {word: f"{_COUNTRY}{code}" for word, code in exact.items()} | _unspaced_places()
    glued = [(word, token) for word, token in phrases.items() if re.search(UNSPACED_LETTER, word)]
    glued.sort(key=lambda phrase: (-len(phrase[0]), phrase[0]))
    return [word for word, _ in glued], [token for _, token in glued]


@cache
def _unspaced_places() -> dict[str, str]:
    """Tokens of countries and large towns by their names in scripts without blanks."""
    is_large = (pl.col("kind") == COUNTRY) | (pl.col("population") >= MIN_METROPOLIS_POPULATION)
    named = named_places(is_large).filter(pl.col("key").str.contains(UNSPACED_LETTER))
    names = named.select(
        pl.col("key").str.replace_all(" ", "", literal=True),
        token=pl.when(pl.col("kind") == COUNTRY).then(pl.format(f"{_COUNTRY}{{}}", "country"))
        .otherwise(pl.format(f"{_TOWN}{{}}:{{}}", "place", "country")),
    ).filter(pl.col("key").str.len_chars() > 1)  # fmt: skip
    return dict(names.unique("key", keep="first", maintain_order=True).iter_rows())
