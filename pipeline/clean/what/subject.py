"""Subject: what an internship is about, as ISCED-F 2013 fields of education and an ISCO-08 occupation, from its title.

Belongs here: finding words in titles and comparing their parts with names of occupations. Does not belong here: the words
(data/reference/fields.yaml), the names (data/reference/occupations.csv).

A word decides only where it is clear: of words that lie in one another the longest counts, the name of the row's own
organisation counts for nothing, and a broad word ("design", "software") decides only where it is a whole part of the title.
"""

from __future__ import annotations

import unicodedata
from functools import cache

import ahocorasick
import polars as pl

from pipeline.clean.language_tools.dictionary import flat, is_glued, read_reference, without_accents
from pipeline.clean.language_tools.extraction import Extraction, evidence, extraction
from pipeline.clean.language_tools.text import SHORT, compared
from pipeline.shipped import shipped

_PART_ENDS = r"[,;:|()\[\]{}/–—•·@、，（）【】]|\s-+\s|\s-|-\s"
_PART = "\x1f"
_MAX_WORDS_BEFORE = 3
"""Words that may stand before the name of an occupation in its part: "Senior Embedded Software Engineer"."""
_PLACEHOLDER = "\u0378"
"""A code point that no text has; of two bytes, as İ."""
_WORD = r"\p{L}\p{M}\p{N}+#"


def clean_subject(raw: pl.DataFrame) -> Extraction:
    """fields (ISCED-F 2013 codes of two to four digits, sorted; null where none) and occupation (ISCO-08, four digits).

    Read from `title`; `organization` tells which of its words are a name. Where the parts of a title name several
    occupations, it has none."""
    rows = raw.select(
        "row", title=pl.col("title").str.head(SHORT), organization=_spaced(pl.col("organization").str.head(SHORT))
    )
    distinct = rows.select("title", "organization").unique(maintain_order=True).with_row_index("id")
    titled = distinct.filter(pl.col("title").is_not_null())
    parts = _parts(titled)
    matches = pl.concat([_words_in(titled), _whole_parts(parts)]).explode("codes").rename({"codes": "code"})
    # A detailed field says what its broad field says.
    finer = matches.select("id", finer="code").unique()
    broad = (
        matches.select("id", "code")
        .unique()
        .join(finer, on="id")
        .filter(pl.col("finer").str.starts_with(pl.col("code")) & (pl.col("finer") != pl.col("code")))
        .select("id", "code")
        .unique()
    )
    matches = matches.join(broad, on=["id", "code"], how="anti")
    fields = matches.group_by("id").agg(pl.col("code").unique().sort().alias("fields"))
    names = _occupations_in(parts)
    occupations = (
        names.group_by("id")
        .agg(pl.col("occupation").unique(), pl.col("occupation_quote").first())
        .filter(pl.col("occupation").list.len() == 1)
        .with_columns(pl.col("occupation").list.first())
    )
    table = distinct.join(fields, on="id", how="left").join(occupations, on="id", how="left")
    frame = rows.join(table, on=["title", "organization"], how="left", nulls_equal=True, maintain_order="left")
    proofs = frame.select("row", "id").join(matches.select("id", "quote").unique(), on="id").sort("row", "quote")
    return extraction(
        frame.select("fields", "occupation"),
        [
            evidence(proofs, "fields", "quote", "title", "derived", value="quote"),
            evidence(frame, "occupation", "occupation_quote", "title", "derived"),
        ],
    )


def _words_in(titles: pl.DataFrame) -> pl.DataFrame:
    """id, codes, quote for each word of the dictionary in a title, but for words within longer ones or begun in another."""
    forms = _forms()
    lower = _lower(pl.col("title"))
    # Offsets in bytes hold in the title itself only where lower case did not change its length.
    same = pl.when(lower.str.len_bytes() == pl.col("title").str.len_bytes()).then(lower).otherwise("title")
    text = titles.select("id", "title", "organization", text=pl.format(" {} ", _spaced(same))).with_columns(
        text=_without_name(pl.col("text"), pl.col("organization"))
    )
    found = [
        (number, len(spaced[: last + 1 - len(form)].encode()), form)
        for number, spaced in text.select("id", "text").iter_rows()
        for last, form in _automaton().iter(spaced)
    ]
    at = (
        pl.DataFrame(found, {"id": text.schema["id"], "at": pl.UInt32, "form": pl.String}, orient="row")
        .join(text.select("id", "title", "text"), on="id")
        .join(forms, on="form")
    )
    text_bytes = pl.col("text").cast(pl.Binary)
    after = pl.col("at") + pl.col("form").str.len_bytes()
    is_end = pl.col("is_open") | (pl.col("rest") == "")
    spans = (
        at.with_columns(
            before=text_bytes.bin.slice(pl.col("at").cast(pl.Int64) - 1, 1),
            rest=text_bytes.bin.slice(after).cast(pl.String).str.extract("^([^ ]*)"),
        )
        .filter(pl.col("is_glued") | ((pl.col("before") == b" ") & is_end))
        .with_columns(end=after + pl.when("is_glued").then(0).otherwise(pl.col("rest").str.len_bytes()))
        .group_by("id", "title", "at", "end")
        .agg(pl.col("codes").list.explode(keep_nulls=False, empty_as_null=False))
        .sort("id", "at", -pl.col("end").cast(pl.Int64))
        .with_columns(reached=pl.col("end").cum_max().shift(1).over("id"))
        .filter(pl.col("reached").is_null() | (pl.col("at") >= pl.col("reached")))
    )
    # The text begins with a space that the title lacks.
    title_bytes = pl.col("title").cast(pl.Binary)
    quote = title_bytes.bin.slice(pl.col("at").cast(pl.Int64) - 1, pl.col("end") - pl.col("at")).cast(pl.String)
    return spans.filter(pl.col("codes").list.len() > 0).select("id", "codes", quote=quote)


def _parts(titles: pl.DataFrame) -> pl.DataFrame:
    """id, quote, words for each part of a title between its marks: what is left without words of the sort of post, digits
    and the organisation's name."""
    parts = (
        titles.select(
            "id", "organization",
            quote=pl.col("title").str.replace_all(_PART_ENDS, _PART).str.split(_PART),
        )
        .explode("quote")
        .with_columns(pl.col("quote").str.strip_chars())
        .filter(pl.col("quote") != "")
    )  # fmt: skip
    distinct = parts.select("quote").unique()
    shed = [f" {word.replace(' ', '  ')} " for word in _compared(flat(read_reference("fields")["shed"]))]
    apart = pl.format(" {} ", compared(pl.col("quote")).str.replace_all(" ", "  "))
    words = (
        apart.str.replace_many(sorted(set(shed), key=lambda word: (-len(word), word)), [""], leftmost=True)
        .str.replace_all(r" \d+ ", "")
        .str.replace_all(" +", " ")
        .str.strip_chars()
    )
    table = distinct.with_columns(words=words)
    return (
        parts.join(table, on="quote", how="left", maintain_order="left")
        .filter((pl.col("words") != "") & (compared(pl.col("quote")) != compared(pl.col("organization"))))
        .select("id", "quote", "words")
    )


def _whole_parts(parts: pl.DataFrame) -> pl.DataFrame:
    """id, codes, quote of the parts that are a broad word and nothing else."""
    return parts.join(_broad_words(), on="words").select("id", "codes", "quote")


def _occupations_in(parts: pl.DataFrame) -> pl.DataFrame:
    """id, occupation, occupation_quote of the parts that are, or end in, the name of an occupation; in their order.

    A name of one word must be the whole part."""
    distinct = parts.select("words").unique()
    endings = distinct.join(pl.DataFrame({"dropped": range(_MAX_WORDS_BEFORE + 1)}), how="cross")
    before = pl.col("words").str.split(" ").list.head(pl.col("dropped"))
    name = pl.col("words").str.split(" ").list.slice(pl.col("dropped")).list.join(" ")
    for ending, replacement in read_reference("fields")["endings"].items():
        name = name.str.replace(f" {ending}$", f" {replacement}")
    helpers = _compared(read_reference("fields")["helpers"])
    named = (
        endings.filter(before.list.set_intersection(helpers).list.len() == 0)
        .with_columns(name=name)
        .filter((pl.col("dropped") == 0) | pl.col("name").str.contains(" ", literal=True))
        .join(_names_of_occupations(), on="name")
        .sort("words", "dropped")
        .unique("words", keep="first", maintain_order=True)
    )
    named_parts = parts.join(named.select("words", "occupation"), on="words", how="left", maintain_order="left")
    return named_parts.filter(pl.col("occupation").is_not_null()).select("id", "occupation", occupation_quote="quote")


def _spaced(text: pl.Expr) -> pl.Expr:
    """Text in which a space stands for each byte of what is no letter, digit, plus or hash: its length stays."""
    for size, letters in enumerate((r"\x00-\x7f", r"\u{80}-\u{7ff}", r"\u{800}-\u{ffff}", r"\u{10000}-\u{10ffff}"), 1):
        text = text.str.replace_all(f"[{letters}&&[^{_WORD}]]", " " * size)
    return text


def _lower(text: pl.Expr) -> pl.Expr:
    """Lower case; the Turkish capital İ stays, whose small letter is longer."""
    return (
        text.str.replace_all("İ", _PLACEHOLDER, literal=True)
        .str.to_lowercase()
        .str.replace_all(_PLACEHOLDER, "İ", literal=True)
    )


def _without_name(text: pl.Expr, name: pl.Expr) -> pl.Expr:
    """The text in which spaces stand for the bytes of a name."""
    lower = name.str.to_lowercase().str.strip_chars()
    begins = text.str.find(pl.format(" {} ", lower), literal=True)
    text_bytes = text.cast(pl.Binary)
    rest = text_bytes.bin.slice(begins + lower.str.len_bytes() + 1).cast(pl.String)
    blank = pl.lit(" ").repeat_by(lower.str.len_bytes() + 1).list.join("")
    blanked = text_bytes.bin.slice(0, begins).cast(pl.String) + blank + rest
    return pl.when(lower != "").then(pl.coalesce(blanked, text)).otherwise(text)


@cache
def _automaton() -> ahocorasick.Automaton:
    """What finds the forms of all words in one pass over a title; polars makes its own anew at every call."""
    automaton = ahocorasick.Automaton()
    for form in _forms()["form"].unique():
        automaton.add_word(form, form)
    automaton.make_automaton()
    return automaton


@cache
def _forms() -> pl.DataFrame:
    """form, codes, is_open (any letters may follow), is_glued for each way of writing a word; no codes for `other`."""
    reference = read_reference("fields")
    rows: dict[tuple[str, bool], set[str]] = {}
    for codes, languages in reference["anywhere"].items():
        for word in flat(languages):
            for form in _ways_to_write(word):
                rows.setdefault((form, word.endswith("*")), set()).update(codes.split())
    for word in reference["other"]:
        for form in _ways_to_write(word):
            rows[form, word.endswith("*")] = set()
    table = [(form, sorted(codes), is_open, is_glued(form)) for (form, is_open), codes in sorted(rows.items())]
    schema = {"form": pl.String(), "codes": pl.List(pl.String()), "is_open": pl.Boolean(), "is_glued": pl.Boolean()}
    forms = pl.DataFrame(table, schema=schema, orient="row")
    return forms.with_columns(_spaced(pl.col("form"))).unique(["form", "is_open"], keep="first", maintain_order=True)


@cache
def _broad_words() -> pl.DataFrame:
    broad = read_reference("fields")["alone"]
    rows = [(word, codes.split()) for codes, words in broad.items() for word in _compared(words)]
    return pl.DataFrame(rows, schema={"words": pl.String(), "codes": pl.List(pl.String())}, orient="row").unique(
        "words", keep="first", maintain_order=True
    )


@cache
def _names_of_occupations() -> pl.DataFrame:
    path = shipped("data", "reference", "occupations.csv")
    table = pl.read_csv(path, comment_prefix="#", schema_overrides={"isco08": pl.String})
    names = table.select(name="label", occupation="isco08")
    own = read_reference("fields")["occupations"]
    added = [(word, code) for code, words in own.items() for word in words]
    clear = names.filter(~pl.col("name").is_in(read_reference("fields")["unclear"]))
    every = pl.concat([pl.DataFrame(added, schema=names.schema, orient="row"), clear])
    return every.with_columns(compared(pl.col("name"))).unique("name", keep="first", maintain_order=True)


def _ways_to_write(word: str) -> list[str]:
    """A word as written, without accents of Latin letters, with a curved apostrophe, and with a Turkish capital İ."""
    word = unicodedata.normalize("NFC", word.removesuffix("*"))
    forms = {form.replace("'", mark) for form in (word, without_accents(word)) for mark in "'’"}
    return sorted(forms | {f"İ{form[1:]}" for form in forms if form.startswith("i")})


def _compared(words: list[str]) -> list[str]:
    return pl.DataFrame({"word": words}).select(compared(pl.col("word")))["word"].to_list()
