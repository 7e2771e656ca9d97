"""What the text of a posting is known by: its passages (sentences and lines), figures, language and reference numbers.

Belongs here: what is read once from a description and kept in `matches`. Does not belong here: the one form of a text that is
written in several ways (`writings`), and comparing two texts (`text_comparisons`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import polars as pl

from pipeline.clean.language_tools.dictionary import flat, read_reference
from pipeline.match.numerals import with_common_numbers
from pipeline.match.writings import in_one_writing
from pipeline.parts import MapParts, in_threads

PASSAGE_ENDS = list("!?;:,。！？；：，、•·|\r\n։؟؛،۔।։።။។")
"""What ends a passage, as a full stop does."""
MIN_PASSAGE_BYTES = 24
"""Bytes of a clause or line that is compared: shorter ones stand in many postings."""
PASSAGE_STRIDE, BYTES_PER_WEIGHT = 64, 4
"""A passage is a number times 64, plus its weight, a quarter of its bytes: so that a list of passages tells how long they are."""
MAX_PASSAGES = 64
"""Of a longer text only so many are compared."""
MIN_REFERENCE_CHARS = 5
"""Letters and digits of a reference number."""
HASHED_PIECE_BYTES = 8
"""Bytes of a piece of a passage by which it is numbered."""
BATCH_ROWS = 50_000
"""Texts that are read at a time: bounds memory."""

TEXTS_READ = pl.Schema(
    {
        "passages": pl.List(pl.UInt32),
        "figures": pl.List(pl.UInt32),
        "text_language": pl.String(),
        "reference_numbers": pl.List(pl.String),
    }
)
MAX_FIGURES, MAX_FIGURE_DIGITS = 32, 7
"""Numbers that are kept of a text, and their digits: a longer one is an id or a telephone."""
LANGUAGE_CHARS = 200
"""Letters of a text from which its language is told."""


def read_texts(parts: Iterable[pl.DataFrame], map_parts: MapParts = in_threads) -> pl.DataFrame:
    """TEXTS_READ of listings (title, description), some at a time, in their order: passages (numbers, in the order of the
    text), figures (the numbers in it, in order), text_language ("" where nothing shows it), reference_numbers; lists are empty
    where there are none.
    """
    read = map_parts(read_texts_of_part, ((part,) for part in parts))
    return pl.concat([pl.DataFrame(schema=TEXTS_READ), *read]).rechunk()


def shape(numbers: pl.Expr) -> pl.Expr:
    """How a reference number is made: its letters, and a 9 for each digit."""
    return numbers.str.replace_all(r"\d", "9")


def as_code(address: pl.Expr) -> pl.Expr:
    """The code at the end of the path of an address, as reference numbers are: 2027-ILL-03; null for none."""
    code = address.str.extract(_LAST_PART).str.replace_all(r"[^\p{Lu}\d]", "")
    is_number = (code.str.count_matches(r"\d") >= 3) & (code.str.len_chars() >= MIN_REFERENCE_CHARS)
    return pl.when(is_number & ~code.str.contains(_DAY) & ~code.str.contains(_WORD_AND_YEAR)).then(code)


def without_references(titles: pl.Expr) -> pl.Expr:
    """Titles without reference numbers, and their labels: no words of what an opening is about."""
    bare = titles.str.replace_all(_CODE, " ").str.replace_all(_reference_pattern(), " ")
    return pl.when(titles.str.contains(r"\d{3}")).then(bare).otherwise(titles)


def read_texts_of_part(texts: pl.DataFrame) -> pl.DataFrame:
    """As `read_texts`, of all at once."""
    descriptions = with_common_numbers(in_one_writing(texts["description"]))
    texts = texts.with_columns(_without_cut_end(descriptions), title=with_common_numbers(texts["title"]))
    rows = texts.select("description").with_row_index("row")
    passages = (
        rows.select("row", passage=_with_stops(pl.col("description")).str.split("."))
        .explode("passage", empty_as_null=False)
        .select("row", pl.col("passage").str.strip_chars(_BESIDE_PASSAGE))
        .filter(pl.col("passage").str.len_bytes() >= MIN_PASSAGE_BYTES)
        .select("row", passage=pl.col("passage").map_batches(_without_accents, pl.String))
        .select("row", passage=_hash_passages(pl.col("passage")))
        .group_by("row")
        .agg(pl.col("passage").unique(maintain_order=True).head(MAX_PASSAGES))
    )
    written = pl.element().str.strip_chars_end(")").str.extract(_NUMBER)
    number = written.str.to_uppercase().str.replace_all(r"[^\p{Lu}\d]", "")
    is_code = written.str.contains(_CODE_OF_FEW_DIGITS) | written.str.contains(_CODE_OF_LETTERS)
    is_long = (number.str.count_matches(r"\d") >= 3) | is_code
    is_reference = is_long & (number.str.len_chars() >= MIN_REFERENCE_CHARS)
    is_day = number.str.contains(_DAY)
    title = pl.col("title").fill_null("")
    labelled = pl.concat_list(
        title.str.extract_all(_reference_pattern()),
        title.str.replace_all(_reference_pattern(), " ").str.extract_all(_CODE),
        pl.col("description").fill_null("").str.extract_all(_reference_pattern()),
    )
    addresses = pl.col("description").fill_null("").str.extract_all(_PATH)
    code = as_code(pl.element().str.strip_chars_end("/.,;:)"))
    return (
        rows.select("row")
        .join(passages, on="row", how="left", maintain_order="left")
        .select(passages=pl.col("passage").fill_null(pl.lit([], dtype=pl.List(pl.UInt32))))
        .hstack(
            texts.select(
                figures=_figures(pl.col("description")),
                text_language=_languages(texts["description"]),
                reference_numbers=pl.concat_list(
                    labelled.list.eval(number.filter(is_reference & ~is_day)),
                    addresses.list.eval(code.drop_nulls()),
                )
                .list.unique()
                .list.sort(),
            )
        )
    )


def _without_cut_end(texts: pl.Series) -> pl.Series:
    """Texts that a site cut, without the clause that the cut went through, and what is said after it: "… Log in to read more"."""
    rows = texts.str.slice(-MAX_AFTER_CUT).str.contains(_CUT_MARK).fill_null(False).arg_true()
    whole = texts.gather(rows).str.replace(_CUT_END, "")
    return texts.scatter(rows, whole) if rows.len() else texts


def _with_stops(texts: pl.Expr) -> pl.Expr:
    """Texts in lower case, a full stop at the end of each passage."""
    return texts.str.to_lowercase().str.replace_many(PASSAGE_ENDS, ["."])


def _figures(texts: pl.Expr) -> pl.Expr:
    """The numbers of each text: sums, days, hours, pages; 1,450, 1.450 and 1 450 are one."""
    digits = texts.fill_null("").str.extract_all(
        r"[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3}(?-u:\b))+|[0-9]+(?:[.,][0-9]{3}(?-u:\b))*"
    )
    number = pl.element().str.replace_all(r"[^0-9]", "")
    return (
        digits.list.eval(number.filter(number.str.len_chars() <= MAX_FIGURE_DIGITS).cast(pl.UInt32).unique().sort())
        .list.head(MAX_FIGURES)
    )  # fmt: skip


def _languages(texts: pl.Series) -> pl.Series:
    """The language whose commonest words stand most often at the beginning of a text, else that of its script; "" for neither."""
    words = _language_words()
    of_word = pl.element().replace_strict(words, default=None, return_dtype=pl.String)
    head = pl.col("head")
    heads = texts.alias("head").to_frame().select(head.str.slice(0, LANGUAGE_CHARS).str.to_lowercase())
    found = heads.with_columns(
        language=head.str.extract_many(list(words)).list.eval(of_word.mode().sort()).list.first()
    )
    by_script = [pl.when(head.str.contains(letters)).then(pl.lit(language)) for language, letters in _SCRIPTS.items()]
    wordless = found.with_row_index("row").filter(pl.col("language").is_null())
    of_script = wordless.select("row", language=pl.coalesce(*by_script).fill_null(""))
    return found["language"].scatter(of_script["row"], of_script["language"])


@cache
def _language_words() -> dict[str, str]:
    """Languages by word, except words that several languages have."""
    by_language = read_reference("title_words")["language_words"]
    languages: dict[str, set[str]] = {}
    for language, words in by_language.items():
        for word in words:
            languages.setdefault(f" {word} ", set()).add(language)
    return {word: of_word.pop() for word, of_word in languages.items() if len(of_word) == 1}


def _without_accents(passages: pl.Series) -> pl.Series:
    """Passages with plain letters, as they are where accents were lost on the way."""
    rows = passages.str.contains(_ACCENTED).arg_true()
    if rows.is_empty():
        return passages
    plain_letters = pl.col("passage").str.normalize("NFKD").str.replace_all(r"\p{Mn}", "")
    bare = passages.gather(rows).to_frame("passage").select(plain_letters.str.replace_many(_PLAIN_LETTERS))
    return passages.scatter(rows, bare["passage"])


def _hash_passages(passages: pl.Expr) -> pl.Expr:
    """A number for each passage, the same with any version of the libraries, for it is kept: mixed from its first, middle and
    last bytes and its length; with its weight."""
    text = passages.cast(pl.Binary)
    size = text.bin.size()
    mixed = size.cast(pl.UInt64)
    for start, odd in ((pl.lit(0), _MIX[0]), (size // 2, _MIX[1]), (size - HASHED_PIECE_BYTES, _MIX[2])):
        piece = text.bin.slice(start, HASHED_PIECE_BYTES).bin.reinterpret(dtype=pl.UInt64, endianness="little")
        mixed = (mixed ^ piece) * pl.lit(odd, dtype=pl.UInt64)
    weight = (size // BYTES_PER_WEIGHT).clip(upper_bound=PASSAGE_STRIDE - 1)
    return (mixed // 2**32 // PASSAGE_STRIDE * PASSAGE_STRIDE + weight).cast(pl.UInt32)


_SCRIPTS = {
    "ja": "[\u3040-\u30ff]", "ko": "[\uac00-\ud7af]", "zh": "[\u3400-\u9fff]", "he": r"\p{Hebrew}", "ar": r"\p{Arabic}",
    "th": r"\p{Thai}", "el": r"\p{Greek}", "ru": r"\p{Cyrillic}", "hy": r"\p{Armenian}", "ka": r"\p{Georgian}",
    "hi": r"\p{Devanagari}",
}  # fmt: skip
"""Letters of scripts, and a language that stands for all that are written in them; kana before the characters beside them."""
_ACCENTED = "[\u00c0-\u024f\u1e00-\u1eff]"
_PLAIN_LETTERS = {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
_MIX = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
# Capitals and three digits or more that are no year: IMM-2026-17 is no such, R77001 and TE-MSC-2026-118 are.
_CODE = (
    r"\b[A-Z]{1,6}(?:[-_/.]?\d{1,6}[-_/.]|[-_/.][A-Z]{1,6}){0,3}[-_/.]?(?:\d{5,8}|[013-9]\d{3}|2[1-9]\d\d|20[05-9]\d|\d{3})"
    r"(?:[-_/.](?:[A-Z]{1,6}|\d{1,3})){0,2}\b|\b\d{5,8}-[A-Z]{2,6}\b"
    r"|\((?:[A-Z]{2,6}|20\d\d)[-/](?:[A-Z\d]{1,5}[-/])+[A-Z\d]{1,5}\)|\([A-Z]{2,6}[-/][A-Z]?\d{3}\)"
)
_DAY = (
    r"^(?:20\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])|(?:[0-2]\d|3[01])(?:0[1-9]|1[0-2])20\d\d"
    r"|(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])20\d\d|20[1-4]\d(?:(?:20)?[23]\d)?)$"
)
"""A day, a year, or two years of one season of study (2026/27)."""
_CODE_OF_FEW_DIGITS = (
    r"^(?:\p{Lu}+[-_/.]\p{Lu}*\d{2}[-_/.]\p{Lu}{2,}|\p{Lu}{2,}[-_/.]\p{Lu}+\d{2}"
    r"|\p{Lu}{2,}[-_/.]\p{Lu}{1,4}[-_/.]\d{2})$"
)
"""Two digits among capitals, as in NSQ/27/INT, MRS-T27 and AB-E-07."""
_CODE_OF_LETTERS = r"^[A-Z]{3,}(?:[-_/][A-Z]{2,})+$"
"""Capitals in parts, as in LOND-KULT: what an opening is called where it has no number."""
MAYBE_CODE = r"\d[-_][A-Z]{2}|[A-Z]{2}[-_]\d"
"""What an address with a code in it has."""
_CODE_PART = r"(?:\d+[-_]\p{Lu}{2,}|\p{Lu}{2,}[-_]\d)[\p{Lu}\d_-]*\d{2,}"
_PATH = r"https?://[^\s/]+/[^\s?#<>\"]+"
"""An address to the end of its path."""
_WORD_AND_YEAR = r"^\p{Lu}+20[1-4]\d(?:20[1-4]\d)?$"
"""What is no code: SUMMER_2027."""
_LAST_PART = rf"({_CODE_PART})$"
MAX_AFTER_CUT = 40
"""Letters after the mark of a cut, with it."""
_CUT_MARK = r"…|\.{3}"
_CUT_END = r"(?:\d+[.,]\d*)?[^.!?;:,。！？；：，、•·|\r\n…]*(?:…+|\.{3,})[^.…]{0,40}$"
_BESIDE_PASSAGE = " \t\u00a0-–—*"
"""Blanks, and what stands before items of a list."""
_NUMBER = r"([\p{L}\d][\p{L}\d/_.-]*)$"


@cache
def _reference_pattern() -> str:
    """A label, and the number after it."""
    labels = sorted(set(flat(read_reference("reference_numbers"))), key=lambda word: (-len(word), word))
    words = "|".join(re.escape(label).replace(r"\ ", "[ -]?") for label in labels)
    signature = r"(?:[ .]*(?:no|nr|num(?:ber|mer)?|n|id|code)?\.?[ .:：#°º№-]*)"
    number = (
        r"(?:(?:\p{L}{1,10}[-_/.]){0,3}\p{L}{0,6}[-_/ ]?\d[\p{L}\d/_.-]*[\p{L}\d]|(?-i:[A-Z]{3,}(?:[-_/][A-Z]{2,})+))"
    )
    # No word boundary before it: the one of Unicode is slow.
    return rf"(?i)(?:^|\P{{L}})(?:{words}){signature}{number}"
